/* test_milter.c - the milter's parts: what becomes of mail, its fields, its text with a warning, its way to the keeper. */
#include "base/text.h"
#include "milter/banner.h"
#include "milter/held_frame.h"
#include "milter/policy.h"
#include "milter/session.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static enum ruling ruled(enum level level, enum verdict verdict)
{
	struct policy policy = { .mail = level_rules(level)->mail };
	enum held_why why;

	return policy_rule(&policy, verdict, false, &why);
}

static void test_policy(void **state)
{
	static const struct {
		enum verdict verdict;
		enum ruling ruling[LEVELS];
	} rows[] = {
		{ VERDICT_CLEAN, { RULING_DELIVER, RULING_DELIVER, RULING_DELIVER, RULING_DELIVER } },
		{ VERDICT_NOT_INSPECTED, { RULING_DELIVER, RULING_DELIVER, RULING_DELIVER, RULING_HOLD } },
		{ VERDICT_SUSPICIOUS, { RULING_DELIVER, RULING_DELIVER, RULING_HOLD, RULING_HOLD } },
		{ VERDICT_MALICIOUS, { RULING_HOLD, RULING_HOLD, RULING_HOLD, RULING_HOLD } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (enum level level = 0; level < LEVELS; level++)
			assert_int_equal(ruled(level, rows[i].verdict), rows[i].ruling[level]);
}

static void test_policy_chosen(void **state)
{
	struct policy policy = { .on_malicious = MALICIOUS_REJECT };
	enum held_why why;

	(void)state;
	assert_int_equal(policy_rule(&policy, VERDICT_MALICIOUS, false, &why), RULING_REJECT);
	policy.on_malicious = MALICIOUS_TAG;
	assert_int_equal(policy_rule(&policy, VERDICT_MALICIOUS, false, &why), RULING_DELIVER);
	assert_int_equal(policy_rule(&policy, VERDICT_NOT_INSPECTED, true, &why), RULING_TRY_AGAIN);
	policy.on_failure = FAILURE_HOLD;
	assert_int_equal(policy_rule(&policy, VERDICT_NOT_INSPECTED, true, &why), RULING_HOLD);
	assert_int_equal(why, HELD_FAILURE);
	policy.on_failure = FAILURE_DELIVER;
	assert_int_equal(policy_rule(&policy, VERDICT_NOT_INSPECTED, true, &why), RULING_DELIVER);
}

static void test_fields(void **state)
{
	static struct letter_head head;
	char name[HEAD_NAME];

	(void)state;
	memset(&head, 0, sizeof(head));
	letter_head_add(&head, "Subject", "one");
	letter_head_add(&head, "subject", "two");
	letter_head_add(&head, "X-Hinomi-Verdict", "clean");
	letter_head_add(&head, "x-hinomi-VERDICT", "clean");
	letter_head_add(&head, "X-Hinomi-Release", "1 2 3");
	letter_head_add(&head, "X-Hinomi-Release", "4 5 6");
	letter_head_add(&head, "X-Hinomish", "not ours");
	assert_int_equal(head.foreign_count, 4);
	assert_int_equal(head.foreign[1].number, 2);
	assert_int_equal(head.foreign[3].number, 2);
	assert_true(span_equal(head.token.value, text_span("1 2 3")));
	assert_true(span_equal(head.subject.value, text_span("one")));
	assert_true(letter_head_is_open(&head));
	assert_false(head.forged);
	for (unsigned i = 0; i < HEAD_FOREIGN; i++) {
		snprintf(name, sizeof(name), "X-Hinomi-%u", i);
		letter_head_add(&head, name, "");
	}
	assert_true(head.forged);
}

/* What is sealed, or not known as a whole, is not put into another body. */
static void test_open(void **state)
{
	static const struct {
		const char *type;
		bool open;
	} types[] = {
		{ "text/plain; charset=utf-8", true },
		{ "multipart/mixed; boundary=a", true },
		{ "multipart/SIGNED; protocol=x", false },
		{ "multipart/encrypted", false },
		{ "application/pkcs7-mime; smime-type=enveloped-data", false },
		{ "application/x-pkcs7-mime", false },
	};
	static struct letter_head head;
	static char longer[HEAD_VALUES + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		memset(&head, 0, sizeof(head));
		letter_head_add(&head, "Content-Type", types[i].type);
		assert_int_equal(letter_head_is_open(&head), types[i].open);
	}
	memset(longer, 'x', sizeof(longer) - 1);
	memset(&head, 0, sizeof(head));
	letter_head_add(&head, "Content-Type", longer);
	assert_false(letter_head_is_open(&head));
	memset(&head, 0, sizeof(head));
	for (unsigned i = 0; i <= HEAD_CONTENT; i++)
		letter_head_add(&head, "Content-Language", "ja");
	assert_false(letter_head_is_open(&head));
}

static void test_banner(void **state)
{
	static struct letter_head head;
	static struct mail_result result;
	struct banner banner = { &head, &result, JAPANESE, "mark" };
	char *text = NULL, decoded[1024] = "";
	size_t size = 0, got = 0;
	FILE *out = open_memstream(&text, &size);
	const char *warning;

	(void)state;
	letter_head_add(&head, "Content-Type", "text/plain;\n charset=iso-2022-jp");
	letter_head_add(&head, "Content-Transfer-Encoding", "7bit");
	result.verdict = VERDICT_SUSPICIOUS;
	result.found_count = 1;
	result.found[0].id = FINDING_MACRO;
	banner_write(out, &banner, text_span("Good morning.\r\n"));
	fclose(out);
	assert_non_null(strstr(text, "\r\n--mark\r\nContent-Type: text/plain;\r\n charset=iso-2022-jp\r\n"
				     "Content-Transfer-Encoding: 7bit\r\n\r\nGood morning.\r\n\r\n--mark--\r\n"));
	warning = strstr(text, "\r\n\r\n") + 4;
	assert_int_equal(sodium_base642bin((uint8_t *)decoded, sizeof(decoded) - 1, warning,
					   (size_t)(strstr(warning, "\r\n\r\n--mark") - warning), "\r\n", &got, NULL,
					   sodium_base64_VARIANT_ORIGINAL),
			 0);
	assert_non_null(strstr(decoded, verdict_japanese(VERDICT_SUSPICIOUS)));
	assert_non_null(strstr(decoded, "マクロ"));
	for (const char *line = text; (line = strstr(line, "\n")); line++)
		assert_true(line > text && line[-1] == '\r');
	free(text);
}

static void subject_is(const char *tag, const char *subject, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	banner_subject(out, tag, text_span(subject));
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void test_subject(void **state)
{
	(void)state;
	subject_is("[SPAM] ", "hello", "[SPAM] hello");
	subject_is("[SPAM] ", "", "[SPAM] ");
	subject_is("注意 ", "hello", "=?UTF-8?B?5rOo5oSP?= hello");
	subject_is("注意", "=?utf-8?B?44GC?=", "=?UTF-8?B?5rOo5oSP?= =?utf-8?B?44GC?=");
}

static struct session_bounds bounds;
static struct session session;

static void gathered_is(const char *expected)
{
	struct span message;

	assert_true(session_map(&session, &message));
	assert_true(span_equal(message, text_span(expected)));
	session_unmap(message);
}

static void test_session(void **state)
{
	(void)state;
	atomic_store(&bounds.used, 0);
	bounds.message = 1000;
	bounds.memory = 2000;
	session_init(&session, &bounds, "192.0.2.1");
	assert_true(session_begin(&session, "<a@example.org>"));
	assert_string_equal(session.held.from, "a@example.org");
	assert_true(session_receiver(&session, "<b@example.org>"));
	assert_true(session_receiver(&session, "c@example.org"));
	assert_string_equal(session.held.to, "b@example.org\nc@example.org");
	assert_true(session_field(&session, "Subject", "one\n two\r\n\tthree"));
	assert_true(session_field(&session, "X", ""));
	assert_true(session_fields_end(&session));
	assert_true(session_body(&session, text_span("Good morning.\r\n")));
	gathered_is("Subject: one\r\n two\r\n\tthree\r\nX: \r\n\r\nGood morning.\r\n");
	assert_int_equal(session.bytes - session.head, 15);
	assert_int_equal(atomic_load(&bounds.used), session.kept);
	assert_true(session_seal(&session));
	assert_int_equal(write(session.fd, "x", 1), -1);
	assert_true(session_begin(&session, "<>"));
	assert_string_equal(session.held.from, "");
	assert_string_equal(session.held.to, "");
	assert_int_equal(atomic_load(&bounds.used), 0);
	session_end(&session);
}

/* Of what is too long a byte too many is kept; what all hold together is bounded. */
static void test_session_bounds(void **state)
{
	static char block[600];
	struct span bytes = { (const uint8_t *)block, sizeof(block) };
	static struct session other;
	static char longer[HELD_RECEIVERS + 1];

	(void)state;
	atomic_store(&bounds.used, 0);
	bounds.message = 1000;
	bounds.memory = 1500;
	session_init(&session, &bounds, "");
	session_init(&other, &bounds, "");
	assert_true(session_begin(&session, "<a@example.org>"));
	assert_true(session_body(&session, bytes) && session_body(&session, bytes) && session_body(&session, bytes));
	assert_int_equal(session.kept, 1001);
	assert_int_equal(session.bytes, 1800);
	assert_true(session_begin(&other, "<a@example.org>"));
	assert_false(session_body(&other, bytes));
	assert_true(other.full);
	session_end(&session);
	assert_true(session_begin(&other, "<a@example.org>"));
	assert_true(session_body(&other, bytes));
	memset(longer, 'a', sizeof(longer) - 1);
	assert_false(session_receiver(&other, longer));
	assert_false(session_receiver(&other, "<a@b\nc@d>"));
	session_end(&other);
	assert_int_equal(atomic_load(&bounds.used), 0);
}

static void test_held_frame(void **state)
{
	static struct held held, back;
	static struct mail_result result, result_back;
	static uint8_t room[HELD_FRAME_MAX], torn[HELD_FRAME_MAX];
	struct pen pen = pen_init(room, sizeof(room));
	unsigned seed = 1;

	(void)state;
	held = (struct held){ .at = 1, .why = HELD_FAILURE, .from = "a@b", .to = "c@d" };
	memset(held.entry.name, 'a', VAULT_NAME - 1);
	result.verdict = VERDICT_MALICIOUS;
	held_frame_write(&pen, &held, &result);
	assert_int_equal(held_frame_read((struct span){ room, pen.used }, &back, &result_back), OK);
	assert_memory_equal(&back, &held, sizeof(back));
	assert_int_equal(result_back.verdict, VERDICT_MALICIOUS);
	assert_int_equal(held_frame_read((struct span){ room, pen.used - 1 }, &back, &result_back), ERR_FORMAT);
	assert_int_equal(held_frame_read((struct span){ room, 10 }, &back, &result_back), ERR_FORMAT);
	for (unsigned i = 0; i < 20000; i++) {
		memcpy(torn, room, pen.used);
		for (unsigned k = 0; k < 8; k++) {
			seed = seed * 1103515245 + 12345;
			torn[(seed >> 8) % pen.used] = (uint8_t)(seed >> 3);
		}
		if (held_frame_read((struct span){ torn, pen.used }, &back, &result_back) == OK)
			assert_true((unsigned)back.why < HELD_WHYS && vault_is_name(back.entry.name) &&
				    memchr(back.to, 0, sizeof(back.to)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_policy),	cmocka_unit_test(test_policy_chosen),  cmocka_unit_test(test_fields),
		cmocka_unit_test(test_open),	cmocka_unit_test(test_banner),	       cmocka_unit_test(test_subject),
		cmocka_unit_test(test_session), cmocka_unit_test(test_session_bounds), cmocka_unit_test(test_held_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
