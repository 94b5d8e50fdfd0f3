/* news.c - what browsers and people are told, and an incident as they see it. */
#include "base/text.h"
#include "incident/incident_json.h"
#include "incident/words_ja.h"
#include "keeper/keeper_private.h"

static void steps_json(struct json *json, const char *key, const char *steps)
{
	struct span rest = text_span(steps), step;

	json_put_array(json, key);
	while (text_line(&rest, &step))
		json_span(json, step);
	json_close_array(json);
}

static void acknowledged_json(struct json *json, const struct kept *kept)
{
	json_key(json, "acknowledged");
	if (!kept->acknowledged) {
		json_write_null(json);
		return;
	}
	json_open_object(json);
	json_put_string(json, "by", kept->acknowledged_by);
	time_put(json, "at", kept->acknowledged);
	json_close_object(json);
}

void case_json(struct json *json, const struct kept *kept, case_more *more, void *whom)
{
	const struct incident *i = &kept->incident;
	struct words steps = advice_steps(i);
	char summary[WORDS_JA_TEXT];

	json_open_object(json);
	incident_json_head(json, i);
	words_put(json, "title", advice_title(i));
	incident_json_rest(json, i);
	json_put_string(json, "state", kept->open ? "open" : "closed");
	words_put(json, "summary", (struct words){ i->say, words_ja_summary(i, summary) });
	json_put_object(json, "todo");
	steps_json(json, "en", steps.en);
	steps_json(json, "ja", steps.ja);
	json_close_object(json);
	time_put(json, "changed", kept->changed);
	acknowledged_json(json, kept);
	json_key(json, "silenced");
	if (kept->exception)
		json_uint(json, kept->exception);
	else
		json_write_null(json);
	json_put_bool(json, "evidence", kept->evidence);
	json_put_string(json, "level", level_name(i->level));
	if (more)
		more(json, whom);
	json_close_object(json);
}

void news_push(struct keeper *keeper, const char *name, struct buffer *data)
{
	struct span json = buffer_close(data);
	struct buffer frame;

	if (json.len > 0 && buffer_open(&frame)) {
		fprintf(frame.json.out, "{\"push\":\"%s\",\"data\":", name);
		fwrite(json.ptr, 1, json.len, frame.json.out);
		fputc('}', frame.json.out);
		keeper->out.push(keeper->out.whom, buffer_close(&frame));
		keeper->pushes++;
		buffer_free(&frame);
	}
	buffer_free(data);
}

void news_case(struct keeper *keeper, struct kept *kept)
{
	struct buffer data;

	kept->to_push = false;
	kept->pushed = keeper->now;
	if (!buffer_open(&data))
		return;
	case_json(&data.json, kept, NULL, NULL);
	news_push(keeper, "incident", &data);
}

static void tell(struct keeper *keeper, struct keeper_message *message)
{
	message->at = keeper->now;
	message->level = vigilance_now(&keeper->vigilance);
	keeper->told++;
	keeper->out.tell(keeper->out.whom, message);
}

bool news_is_told(const struct keeper *keeper, const struct kept *kept)
{
	enum level level = vigilance_now(&keeper->vigilance);

	return kept->shown && !kept->exception &&
	       kept->incident.severity >= level_rules(level)->tell_from;
}

/* Whether this news are new to people. An end is told to who heard of the beginning. */
static bool news_are_due(const struct keeper *keeper, const struct kept *kept, enum keeper_news news)
{
	if (kept->exception)
		return false;
	if (news == KEEPER_ENDED)
		return kept->was_told;
	return news_is_told(keeper, kept) &&
	       (!kept->was_told || kept->incident.severity > kept->told);
}

void news_tell(struct keeper *keeper, struct kept *kept, enum keeper_news news)
{
	const struct incident *i = &kept->incident;
	char summary[WORDS_JA_TEXT];
	struct keeper_message message = {
		.news = news == KEEPER_WORSE && !kept->was_told ? KEEPER_OPENED : news,
		.severity = i->severity,
		.incident = i,
		.title = advice_title(i),
		.todo = advice_steps(i),
	};

	if (!news_are_due(keeper, kept, news))
		return;
	message.summary = (struct words){ i->say, words_ja_summary(i, summary) };
	kept->was_told = true;
	kept->told = i->severity;
	tell(keeper, &message);
}

void news_acted(struct keeper *keeper, const struct kept *kept, struct words title, struct words summary)
{
	struct keeper_message message = { .news = KEEPER_ACTED,
					  .severity = kept->incident.severity,
					  .incident = &kept->incident,
					  .title = title,
					  .summary = summary,
					  .todo = { "", "" } };

	if (news_is_told(keeper, kept))
		tell(keeper, &message);
}

void news_tower(struct keeper *keeper, enum keeper_news news, enum severity severity,
		struct words title, struct words summary)
{
	struct keeper_message message = {
		.news = news, .severity = severity, .title = title, .summary = summary, .todo = { "", "" }
	};

	tell(keeper, &message);
}

void news_level(struct keeper *keeper, const struct said *what)
{
	struct buffer data;
	struct said title;

	said_en(&title, "Vigilance level: %s", level_name(vigilance_now(&keeper->vigilance)));
	said_ja(&title, "警戒レベル：%s", level_japanese(vigilance_now(&keeper->vigilance)));
	keeper->out.level(keeper->out.whom, vigilance_now(&keeper->vigilance));
	news_tower(keeper, KEEPER_LEVEL, SEVERITY_NOTICE, said_words(&title), said_words(what));
	if (!buffer_open(&data))
		return;
	level_json(&data.json, keeper);
	news_push(keeper, "level", &data);
}
