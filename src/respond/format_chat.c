/*
 * format_chat.c - JSON for webhooks: our own, Slack's, and that of Teams.
 *
 * Chats give text a meaning: *bold*, links behind other words, <!channel> that wakes everybody up. In the
 * blocks of Slack "plain_text", and in Adaptive Cards a RichTextBlock, are shown as they are.
 * Sources: docs.slack.dev (formatting message text, text object, limits of blocks); learn.microsoft.com
 * (Adaptive Cards: "RichTextBlock does not support Markdown").
 */
#include "respond/format.h"

#include "base/pen.h"
#include "base/text.h"

#include <stdlib.h>

#define SLACK_HEADER  150  /* characters of a header */
#define SLACK_SECTION 3000 /* ... of a section; of a paragraph of Teams, too */

void format_webhook(FILE *out, const struct letter *letter)
{
	struct json json = json_init(out);

	json_open_object(&json);
	json_put_string(&json, "host", letter->host);
	json_put_uint(&json, "number", letter->number);
	json_put_string(&json, "target", letter->target->name);
	json_key(&json, "message");
	message_write(&json, letter->message);
	json_close_object(&json);
	json_end_line(&json);
}

/* How a chat shows text. */
enum chat { SLACK, TEAMS };

/* A rune in Slack's text: & < > are its marks. Mattermost reads the same JSON, and takes `text` for Markdown:
 * nothing may call everybody (@all) or hide a link behind other words there. */
static void pen_slack(struct pen *pen, uint32_t rune, uint32_t before)
{
	static const char nothing[] = "\xe2\x80\x8b"; /* a space of no width */
	char text[RUNE_TEXT];

	if ((rune == '(' && before == ']') || before == '@')
		pen_text(pen, nothing);
	switch (rune) {
	case '&':
		pen_text(pen, "&amp;");
		break;
	case '<':
		pen_text(pen, "&lt;");
		break;
	case '>':
		pen_text(pen, "&gt;");
		break;
	default:
		pen_text(pen, rune_text(rune, text));
	}
}

/* A text as a JSON string: visible, escaped for the chat, and of at most so many bytes, which are never
 * fewer than characters. Line ends stay. */
static void json_chat(struct json *json, const char *text, size_t most, enum chat chat)
{
	struct span rest = text_span(text);
	uint8_t room[SLACK_SECTION];
	struct pen pen = pen_init(room, most - 3);
	uint32_t before = 0;
	size_t whole = 0;
	char visible[RUNE_TEXT];

	while (rest.len > 0 && !pen.cut) {
		uint32_t rune = text_rune(&rest);

		whole = pen.used;
		if (rune == '\n')
			pen_byte(&pen, '\n');
		else if (chat == SLACK)
			pen_slack(&pen, rune, before);
		else
			pen_text(&pen, rune_text(rune, visible));
		before = rune;
	}
	if (pen.cut) {
		pen = (struct pen){ .room = room, .size = most, .used = whole };
		pen_text(&pen, "…");
	}
	json_span(json, pen_since(&pen, 0));
}

static void put_summary(FILE *out, const struct letter *letter)
{
	fputs(words_summary(letter), out);
}

static void put_facts(FILE *out, const struct letter *letter)
{
	struct fact fact;

	for (unsigned i = 0; words_fact(letter, i, &fact); i++) {
		fprintf(out, "%s%s: ", i ? "\n" : "", fact.name);
		words_line(out, fact.value);
	}
}

static void put_todo(FILE *out, const struct letter *letter)
{
	struct span rest = text_span(words_todo(letter)), step;
	unsigned number = 0;

	while (text_line(&rest, &step)) {
		if (number++ == 0)
			fprintf(out, "%s", words_what_to_do(letter));
		fprintf(out, "\n%u. ", number);
		fwrite(step.ptr, 1, step.len, out);
	}
}

/* Where the message leads; false: nowhere that a chat may be sent to. */
static bool is_link(const struct message *message)
{
	struct target_place place;

	return target_place(message->link, &place) && strncmp(place.scheme, "http", 4) == 0;
}

static void slack_text(struct json *json, const char *text, size_t most)
{
	json_put_object(json, "text");
	json_put_string(json, "type", "plain_text");
	json_key(json, "text");
	json_chat(json, text, most, SLACK);
	json_put_bool(json, "emoji", false);
	json_close_object(json);
}

/* A block of what `put` writes; none, when it writes nothing. */
static void slack_block(struct json *json, const char *type, format_write *put, size_t most,
			const struct letter *letter)
{
	size_t len;
	char *text = format_text(put, letter, &len);

	if (text && len > 0) {
		json_open_object(json);
		json_put_string(json, "type", type);
		slack_text(json, text, most);
		json_close_object(json);
	}
	free(text);
}

static void slack_link(struct json *json, const struct letter *letter)
{
	char text[sizeof(letter->message->link) + 80];

	if (!is_link(letter->message))
		return;
	snprintf(text, sizeof(text), "<%s|%s>", letter->message->link, words_see(letter));
	json_open_object(json);
	json_put_string(json, "type", "section");
	json_put_object(json, "text");
	json_put_string(json, "type", "mrkdwn");
	json_put_string(json, "text", text);
	json_close_object(json);
	json_close_object(json);
}

void format_slack(FILE *out, const struct letter *letter)
{
	struct json json = json_init(out);
	size_t len;
	char *headline = format_text(words_headline, letter, &len);

	json_open_object(&json);
	json_key(&json, "text");
	json_chat(&json, headline ? headline : "", SLACK_SECTION, SLACK);
	json_put_bool(&json, "mrkdwn", false);
	json_put_array(&json, "blocks");
	slack_block(&json, "header", words_headline, SLACK_HEADER, letter);
	slack_block(&json, "section", put_summary, SLACK_SECTION, letter);
	slack_block(&json, "section", put_facts, SLACK_SECTION, letter);
	slack_block(&json, "section", put_todo, SLACK_SECTION, letter);
	slack_link(&json, letter);
	json_close_array(&json);
	json_close_object(&json);
	free(headline);
}

/* A paragraph for each line of what `put` writes. */
static void teams_block(struct json *json, format_write *put, bool title, const struct letter *letter)
{
	size_t len;
	char *text = format_text(put, letter, &len), *rest = text, *line;

	while (rest && (line = strsep(&rest, "\n"))) {
		if (!line[0])
			continue;
		json_open_object(json);
		json_put_string(json, "type", "RichTextBlock");
		json_put_array(json, "inlines");
		json_open_object(json);
		json_put_string(json, "type", "TextRun");
		json_key(json, "text");
		json_chat(json, line, SLACK_SECTION, TEAMS);
		if (title) {
			json_put_string(json, "size", "large");
			json_put_string(json, "weight", "bolder");
		}
		json_close_object(json);
		json_close_array(json);
		json_close_object(json);
	}
	free(text);
}

static void teams_card(struct json *json, const struct letter *letter)
{
	json_open_object(json);
	json_put_string(json, "$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
	json_put_string(json, "type", "AdaptiveCard");
	json_put_string(json, "version", "1.4");
	json_put_array(json, "body");
	teams_block(json, words_headline, true, letter);
	teams_block(json, put_summary, false, letter);
	teams_block(json, put_facts, false, letter);
	teams_block(json, put_todo, false, letter);
	json_close_array(json);
	if (is_link(letter->message)) {
		json_put_array(json, "actions");
		json_open_object(json);
		json_put_string(json, "type", "Action.OpenUrl");
		json_put_string(json, "title", words_see(letter));
		json_put_string(json, "url", letter->message->link);
		json_close_object(json);
		json_close_array(json);
	}
	json_close_object(json);
}

void format_teams(FILE *out, const struct letter *letter)
{
	struct json json = json_init(out);

	json_open_object(&json);
	json_put_string(&json, "type", "message");
	json_put_array(&json, "attachments");
	json_open_object(&json);
	json_put_string(&json, "contentType", "application/vnd.microsoft.card.adaptive");
	json_key(&json, "contentUrl");
	json_write_null(&json);
	json_key(&json, "content");
	teams_card(&json, letter);
	json_close_object(&json);
	json_close_array(&json);
	json_close_object(&json);
}
