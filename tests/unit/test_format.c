/*
 * test_format.c - every format against its specification, with plain texts and with hostile ones.
 * tests/teller/run reads them with the parsers of others.
 */
#include "base/text.h"
#include "respond_test.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>
#include <openssl/evp.h>

static struct target target_of(enum target_kind kind, enum language language)
{
	return (struct target){
		.name = "office",
		.kind = kind,
		.from = "hinomi@example.org",
		.to = { "a@example.org", "b@example.org" },
		.facility = 16,
		.language = language,
	};
}

static char *plain(format_write *format, enum target_kind kind, enum language language)
{
	struct target target = target_of(kind, language);
	struct message message = respond_message();

	return respond_written(format, &target, &message);
}

static char *hostile(format_write *format, enum target_kind kind)
{
	struct target target = target_of(kind, JAPANESE);
	struct message message = respond_hostile();

	return respond_written(format, &target, &message);
}

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
		n++;
	return n;
}

/* Nothing that a reader could be fooled with, but for those line ends. */
static void assert_visible(const char *text, const char *line_ends)
{
	struct span rest = text_span(text);

	while (rest.len > 0) {
		uint32_t rune = text_rune(&rest);

		if (rune_is_hidden(rune) && !(rune < 0x80 && rune && strchr(line_ends, (int)rune)))
			fail_msg("%#x in %s", rune, text);
	}
}

/* Mail. */

/* Base64 of whole lines made text again. */
static char *decoded(const char *body)
{
	size_t len = strlen(body), used = 0;
	char *digits = calloc(1, len + 1);
	unsigned char *text = calloc(1, len + 4);
	int got;

	for (size_t i = 0; i < len; i++)
		if (body[i] != '\r' && body[i] != '\n')
			digits[used++] = body[i];
	got = EVP_DecodeBlock(text, (unsigned char *)digits, (int)used);
	assert_true(got >= 0);
	while (used > 0 && digits[used - 1] == '=') {
		used--;
		text[--got] = '\0';
	}
	free(digits);
	return (char *)text;
}

static void test_mail(void **state)
{
	static const char headers[] = "Date: Wed, 25 Nov 2026 23:15:21 +0000\r\n"
				      "From: Hinomi <hinomi@example.org>\r\n"
				      "To: <a@example.org>,\r\n"
				      " <b@example.org>\r\n"
				      "Subject: [Hinomi] HIGH: SYN flood\r\n"
				      "Message-ID: <42.1795648521000000@gw.example.org>\r\n"
				      "References: <incident.7@gw.example.org>\r\n"
				      "Auto-Submitted: auto-generated\r\n"
				      "Importance: high\r\n"
				      "MIME-Version: 1.0\r\n"
				      "Content-Type: text/plain; charset=UTF-8\r\n"
				      "Content-Transfer-Encoding: base64\r\n"
				      "Content-Language: en\r\n"
				      "\r\n";
	static const char body[] = "SYN flood\r\n"
				   "\r\n"
				   "Line one.\r\n"
				   "Line two.\r\n"
				   "\r\n"
				   "What happened: a new incident\r\n"
				   "Severity: high\r\n"
				   "Who: 192.0.2.9\r\n"
				   "Against: 203.0.113.80\r\n"
				   "Time: 2026-11-25 23:15:21 UTC\r\n"
				   "Rule: flood\r\n"
				   "MITRE ATT&CK: T1499.001\r\n"
				   "Vigilance level: guarded\r\n"
				   "\r\n"
				   "What to do now\r\n"
				   "  1. Do this.\r\n"
				   "  2. Then that.\r\n"
				   "\r\n"
				   "See it on the page: https://hinomi.example.org/#/incident/7\r\n";
	char *mail = plain(format_mail, TARGET_MAIL, ENGLISH), *text;

	(void)state;
	assert_memory_equal(mail, headers, strlen(headers));
	text = decoded(mail + strlen(headers));
	assert_string_equal(text, body);
	free(text);
	free(mail);
}

static void test_mail_japanese(void **state)
{
	char *mail = plain(format_mail, TARGET_MAIL, JAPANESE);
	char *text = decoded(strstr(mail, "\r\n\r\n") + 4);

	(void)state;
	/* "[Hinomi] 重要: SYN フラッド" */
	assert_non_null(strstr(mail, "Subject: =?UTF-8?B?W0hpbm9taV0g6YeN6KaBOiBTWU4g44OV44Op44OD44OJ?=\r\n"));
	assert_non_null(strstr(text, "一行目。\r\n二行目。\r\n"));
	assert_non_null(strstr(text, "攻撃元: 192.0.2.9\r\n"));
	assert_non_null(strstr(text, "いま行うこと\r\n  1. まずこれ。\r\n"));
	free(text);
	free(mail);
}

/* No text of the message can begin a header, or a line, or be more than a line may be. */
static void test_mail_hostile(void **state)
{
	char *mail = hostile(format_mail, TARGET_MAIL), *text = decoded(strstr(mail, "\r\n\r\n") + 4);
	struct span rest = text_span(mail), line;

	(void)state;
	assert_int_equal(count(mail, "\r\n"), count(mail, "\n"));
	assert_int_equal(count(mail, "\r\n"), count(mail, "\r"));
	assert_int_equal(count(mail, "Bcc"), 0);
	while (text_line(&rest, &line)) {
		assert_in_range(line.len, 1, 77); /* with the CR */
		for (size_t i = 0; i < line.len; i++)
			assert_true(line.ptr[i] < 0x7f);
	}
	assert_visible(text, "\r\n");
	assert_int_equal(count(text, "\r"), count(text, "\r\n"));
	assert_non_null(strstr(text, "a\\x0d Bcc: <x@y>\\x1b[31m\\u202e|"));
	free(text);
	free(mail);
}

static void test_mail_subjects(void **state)
{
	struct target target = target_of(TARGET_MAIL, ENGLISH);
	struct message m = respond_message();
	char *mail;

	(void)state;
	/* what looks like an encoded word is encoded itself */
	snprintf(m.title[ENGLISH], sizeof(m.title[0]), "=?UTF-8?Q?x?=");
	mail = respond_written(format_mail, &target, &m);
	assert_non_null(strstr(mail, "Subject: =?UTF-8?B?W0hpbm9taV0gSElHSDogPT9VVEYtOD9RP3g/PQ==?=\r\n"));
	free(mail);
	/* runes are never cut in two, and no line is longer than 76 */
	for (unsigned i = 0; i < 80; i++)
		memcpy(m.title[ENGLISH] + 3 * i, "火", 4);
	mail = respond_written(format_mail, &target, &m);
	assert_int_equal(count(mail, "?=\r\n =?UTF-8?B?"), 5);
	for (char *at = mail; (at = strstr(at, "?B?")); at++) {
		char word[80] = "", *text;

		snprintf(word, sizeof(word), "%.*s", (int)strcspn(at + 3, "?"), at + 3);
		text = decoded(word);
		for (struct span rest = text_span(text); rest.len > 0;)
			assert_int_not_equal(text_rune(&rest), RUNE_INVALID);
		free(text);
	}
	free(mail);
	/* a long one of plain letters is folded, too */
	memset(m.title[ENGLISH], 'x', sizeof(m.title[0]) - 1);
	mail = respond_written(format_mail, &target, &m);
	assert_int_equal(count(mail, "?=\r\n =?UTF-8?B?"), 6);
	free(mail);
	/* an end is no alarm, and what is about no incident has no conversation */
	m.kind = MESSAGE_ENDED;
	m.incident = 0;
	mail = respond_written(format_mail, &target, &m);
	assert_null(strstr(mail, "Importance:"));
	assert_null(strstr(mail, "References:"));
	free(mail);
}

/* JSON. */

static json_t *parsed(char *text)
{
	json_error_t error;
	json_t *json = json_loads(text, 0, &error);

	if (!json)
		fail_msg("%s: %s", error.text, text);
	free(text);
	return json;
}

static const char *string_at(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	assert_non_null(text);
	return text;
}

static void test_webhook(void **state)
{
	json_t *json = parsed(hostile(format_webhook, TARGET_WEBHOOK));
	const json_t *message = json_object_get(json, "message");

	(void)state;
	assert_string_equal(string_at(json, "host"), "gw.example.org");
	assert_int_equal(json_integer_value(json_object_get(json, "number")), 42);
	assert_string_equal(string_at(json, "target"), "office");
	assert_string_equal(string_at(message, "kind"), "opened");
	assert_string_equal(string_at(message, "at"), "2026-11-25T23:15:21.000000Z");
	assert_string_equal(string_at(json_object_get(message, "title"), "ja"), HOSTILE); /* programs get all */
	json_decref(json);
}

static void test_slack(void **state)
{
	static const char *const texts[] = {
		"[Hinomi] 重要: SYN フラッド", "一行目。\n二行目。",
		"内容: 新しい事案\n重要度: 重要\n攻撃元: 192.0.2.9\n対象: 203.0.113.80\n"
		"時刻: 2026-11-25 23:15:21 UTC\n検知ルール: flood\nMITRE ATT&amp;CK: T1499.001\n"
		"警戒レベル: 注意",
		"いま行うこと\n1. まずこれ。\n2. 次にそれ。", "<https://hinomi.example.org/#/incident/7|画面で見る>",
	};
	json_t *json = parsed(plain(format_slack, TARGET_SLACK, JAPANESE));
	const json_t *blocks = json_object_get(json, "blocks");

	(void)state;
	assert_string_equal(string_at(json, "text"), texts[0]);
	assert_true(json_is_false(json_object_get(json, "mrkdwn")));
	assert_int_equal(json_array_size(blocks), 5);
	for (size_t i = 0; i < 5; i++) {
		const json_t *block = json_array_get(blocks, i), *text = json_object_get(block, "text");

		assert_string_equal(string_at(block, "type"), i ? "section" : "header");
		assert_string_equal(string_at(text, "type"), i < 4 ? "plain_text" : "mrkdwn");
		assert_string_equal(string_at(text, "text"), texts[i]);
		if (i < 4)
			assert_true(json_is_false(json_object_get(text, "emoji")));
	}
	json_decref(json);
}

/* Nothing of a text is a mark of Slack's or, in `text`, of Markdown; a link that is none is left out. */
static void test_slack_hostile(void **state)
{
	json_t *json = parsed(hostile(format_slack, TARGET_SLACK));
	const json_t *blocks = json_object_get(json, "blocks");

	(void)state;
	assert_int_equal(json_array_size(blocks), 4);
	for (size_t i = 0; i < 4; i++) {
		const char *text = string_at(json_object_get(json_array_get(blocks, i), "text"), "text");

		assert_null(strpbrk(text, "<>\r\x1b"));
		assert_null(strstr(text, "]("));
		assert_null(strstr(text, "@all"));
		assert_null(strstr(text, "\xe2\x80\xae"));
		assert_non_null(strstr(text, "&lt;!channel&gt;"));
	}
	json_decref(json);
}

static void test_slack_long(void **state)
{
	struct target target = target_of(TARGET_SLACK, ENGLISH);
	struct message m = respond_message();
	const json_t *blocks;
	json_t *json;

	(void)state;
	memset(m.title[ENGLISH], '&', sizeof(m.title[0]) - 1);
	memset(m.summary[ENGLISH], '<', sizeof(m.summary[0]) - 1);
	json = parsed(respond_written(format_slack, &target, &m));
	blocks = json_object_get(json, "blocks");
	for (size_t i = 0; i < 2; i++) {
		const char *text = string_at(json_object_get(json_array_get(blocks, i), "text"), "text");
		size_t most = i ? 3000 : 150;

		assert_in_range(strlen(text), most - 8, most);
		assert_string_equal(text + strlen(text) - 4, ";…");
	}
	json_decref(json);
}

static void test_teams(void **state)
{
	json_t *json = parsed(plain(format_teams, TARGET_TEAMS, ENGLISH));
	const json_t *attachment = json_array_get(json_object_get(json, "attachments"), 0);
	const json_t *card = json_object_get(attachment, "content"), *body = json_object_get(card, "body");
	const json_t *title = json_array_get(json_object_get(json_array_get(body, 0), "inlines"), 0);
	const json_t *action = json_array_get(json_object_get(card, "actions"), 0);

	(void)state;
	assert_string_equal(string_at(json, "type"), "message");
	assert_string_equal(string_at(attachment, "contentType"), "application/vnd.microsoft.card.adaptive");
	assert_string_equal(string_at(card, "type"), "AdaptiveCard");
	assert_string_equal(string_at(card, "version"), "1.4");
	assert_string_equal(string_at(title, "text"), "[Hinomi] HIGH: SYN flood");
	assert_int_equal(json_array_size(body), 1 + 2 + 8 + 3);
	assert_string_equal(string_at(action, "url"), "https://hinomi.example.org/#/incident/7");
	json_decref(json);
}

/* Only blocks that know no Markdown, and every text visible. */
static void test_teams_hostile(void **state)
{
	json_t *json = parsed(hostile(format_teams, TARGET_TEAMS));
	const json_t *attachment = json_array_get(json_object_get(json, "attachments"), 0);
	const json_t *card = json_object_get(attachment, "content"), *body = json_object_get(card, "body");

	(void)state;
	assert_true(json_array_size(body) > 8);
	for (size_t i = 0; i < json_array_size(body); i++) {
		const json_t *block = json_array_get(body, i);
		const json_t *run = json_array_get(json_object_get(block, "inlines"), 0);

		assert_string_equal(string_at(block, "type"), "RichTextBlock");
		assert_visible(string_at(run, "text"), "");
	}
	assert_null(json_object_get(card, "actions"));
	json_decref(json);
}

/* Logs. */

static void test_syslog(void **state)
{
	char *line = plain(format_syslog, TARGET_SYSLOG, ENGLISH);

	(void)state;
	assert_string_equal(
		line, "<131>1 2026-11-25T23:15:21.000000Z gw.example.org hinomi - opened [hinomi@32473 "
		      "incident=\"7\" count=\"1\" severity=\"high\" level=\"guarded\" rule=\"flood\" "
		      "attack=\"T1499.001\" who=\"192.0.2.9\" whom=\"203.0.113.80\" "
		      "link=\"https://hinomi.example.org/#/incident/7\"] \xef\xbb\xbf[Hinomi] HIGH: SYN flood: "
		      "Line one. Line two.");
	free(line);
}

/* The structured data ends where it should: '"', '\' and ']' in values are escaped (section 6.3.3). */
static const char *end_of_structured(const char *at)
{
	bool quoted = false;

	for (; *at; at++) {
		if (quoted && *at == '\\') {
			at++;
			assert_true(*at == '"' || *at == '\\' || *at == ']');
		} else if (*at == '"') {
			quoted = !quoted;
		} else if (*at == ']') {
			assert_false(quoted);
			return at + 1;
		}
	}
	fail_msg("it does not end");
	return at;
}

static void test_syslog_hostile(void **state)
{
	char *line = hostile(format_syslog, TARGET_SYSLOG), *mark = strstr(line, " \xef\xbb\xbf");
	const char *end = end_of_structured(strchr(line, '['));

	(void)state;
	assert_ptr_equal(end, mark);
	*mark = '\0';
	assert_visible(line, "");
	assert_visible(mark + 4, "");
	assert_non_null(strstr(line, "who=\"a\\\\x0d Bcc: <x@y>\\\\x1b[31m\\\\u202e|=\\\"\\\\\\]<!channel>"));
	free(line);
}

/* However long and bad the values are, the data is whole and the line not too long. */
static void test_syslog_long(void **state)
{
	struct target target = target_of(TARGET_SYSLOG, JAPANESE);
	struct message m = respond_message();
	char *line;

	(void)state;
	memset(m.who, 1, sizeof(m.who) - 1);
	memset(m.whom, '"', sizeof(m.whom) - 1);
	memset(m.rule, 1, sizeof(m.rule) - 1);
	memset(m.attack, ']', sizeof(m.attack) - 1);
	memset(m.link, '\\', sizeof(m.link) - 1);
	for (unsigned i = 0; i < 500; i++)
		memcpy(m.summary[JAPANESE] + 3 * i, "火", 4);
	line = respond_written(format_syslog, &target, &m);
	assert_in_range(strlen(line), SYSLOG_MAX - 2, SYSLOG_MAX);
	assert_memory_equal(end_of_structured(strchr(line, '[')), " \xef\xbb\xbf", 4);
	for (struct span rest = text_span(line); rest.len > 0;)
		assert_int_not_equal(text_rune(&rest), RUNE_INVALID);
	free(line);
}

static void test_priorities(void **state)
{
	static const char *const priorities[] = { "<38>", "<37>", "<36>", "<35>", "<34>" };
	struct target target = target_of(TARGET_SYSLOG, ENGLISH);
	struct message m = respond_message();

	(void)state;
	target.facility = 4; /* auth */
	for (unsigned i = 0; i <= SEVERITY_CRITICAL; i++) {
		char *line;

		m.severity = (enum severity)i;
		line = respond_written(format_syslog, &target, &m);
		assert_memory_equal(line, priorities[i], 4);
		free(line);
	}
}

static void test_cef(void **state)
{
	char *line = plain(format_cef, TARGET_CEF, ENGLISH);

	(void)state;
	assert_string_equal(
		line, "<131>Nov 25 23:15:21 gw.example.org CEF:0|Hinomi|Hinomi|" HINOMI_VERSION
		      "|flood|SYN flood|8|rt=1795648521000 dvchost=gw.example.org externalId=7 cat=opened "
		      "src=192.0.2.9 dst=203.0.113.80 cs3Label=Level cs3=guarded cs4Label=ATT&CK "
		      "cs4=T1499.001 request=https://hinomi.example.org/#/incident/7 cn1Label=Incidents cn1=1 "
		      "msg=Line one. Line two.");
	free(line);
}

/* Seven bars that count, and no equals sign but after a key. */
static void test_cef_hostile(void **state)
{
	char *line = hostile(format_cef, TARGET_CEF), *at;
	unsigned bars = 0, keys = 0;

	(void)state;
	assert_visible(line, "");
	for (at = line; *at && bars < 7; at++) {
		if (*at == '\\') {
			at++;
			assert_true(*at == '|' || *at == '\\');
		}
		bars += *at == '|' && at[-1] != '\\';
	}
	assert_memory_equal(at, "rt=", 3);
	for (; *at; at++) {
		if (*at == '\\') {
			at++;
			assert_true(*at == '=' || *at == '\\');
		} else if (*at == '=') {
			assert_true(isalnum((unsigned char)at[-1]));
			keys++;
		}
	}
	assert_int_equal(keys, 16);
	assert_non_null(strstr(line, "cs1Label=Who cs1=a\\\\x0d Bcc: <x@y>\\\\x1b[31m\\\\u202e|\\=\"\\\\]<"));
	free(line);
}

static void test_cef_parties(void **state)
{
	struct target target = target_of(TARGET_CEF, ENGLISH);
	struct message m = respond_message();
	char *line;

	(void)state;
	snprintf(m.who, sizeof(m.who), "2001:db8::1");
	snprintf(m.whom, sizeof(m.whom), "203.0.113.0/24");
	m.incident = 0;
	m.rule[0] = '\0';
	line = respond_written(format_cef, &target, &m);
	assert_non_null(strstr(line, "|opened|SYN flood|8|"));
	assert_non_null(strstr(line, " c6a2Label=Source IPv6 Address c6a2=2001:db8::1 "));
	assert_non_null(strstr(line, " cs2Label=Against cs2=203.0.113.0/24 "));
	assert_null(strstr(line, "externalId"));
	free(line);
}

/* A host's name that is none. */
static void test_host(void **state)
{
	struct target target = target_of(TARGET_SYSLOG, ENGLISH);
	struct message m = respond_message();
	struct letter letter = { &target, &m, "gw x\r\n>火", 1 };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	words_host(out, &letter);
	letter.host = "";
	words_host(out, &letter);
	fclose(out);
	assert_string_equal(text, "gw-x------hinomi");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mail),	      cmocka_unit_test(test_mail_japanese),
		cmocka_unit_test(test_mail_hostile),  cmocka_unit_test(test_mail_subjects),
		cmocka_unit_test(test_webhook),	      cmocka_unit_test(test_slack),
		cmocka_unit_test(test_slack_hostile), cmocka_unit_test(test_slack_long),
		cmocka_unit_test(test_teams),	      cmocka_unit_test(test_teams_hostile),
		cmocka_unit_test(test_syslog),	      cmocka_unit_test(test_syslog_hostile),
		cmocka_unit_test(test_syslog_long),   cmocka_unit_test(test_priorities),
		cmocka_unit_test(test_cef),	      cmocka_unit_test(test_cef_hostile),
		cmocka_unit_test(test_cef_parties),   cmocka_unit_test(test_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
