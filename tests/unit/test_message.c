/* test_message.c - messages as JSON and back, and the frames between keeper and teller. */
#include "base/text.h"
#include "respond/teller.h"
#include "respond_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static char *written(const struct message *message)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct json json = json_init(out);

	message_write(&json, message);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* What is read is what was written, hostile or not. */
static void test_there_and_back(void **state)
{
	struct message plain = respond_message(), hostile = respond_hostile();
	const struct message *all[] = { &plain, &hostile };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		char *text = written(all[i]), *again;
		struct message read;

		assert_int_equal(message_read(&read, text_span(text)), OK);
		again = written(&read);
		assert_string_equal(text, again);
		assert_string_equal(read.summary[JAPANESE], all[i]->summary[JAPANESE]);
		assert_string_equal(read.who, all[i]->who);
		assert_int_equal(read.at, all[i]->at);
		free(again);
		free(text);
	}
}

/* All room used, by bytes that are longest as JSON. */
static void test_largest(void **state)
{
	struct message m = respond_message(), read;
	char *text;

	(void)state;
	for (unsigned i = 0; i < LANGUAGES; i++) {
		memset(m.title[i], 1, sizeof(m.title[i]) - 1);
		memset(m.summary[i], 1, sizeof(m.summary[i]) - 1);
		memset(m.todo[i], 1, sizeof(m.todo[i]) - 2); /* the end of a step takes a byte */
		m.todo[i][sizeof(m.todo[i]) - 2] = '\0';
	}
	memset(m.who, 1, sizeof(m.who) - 1);
	memset(m.whom, 1, sizeof(m.whom) - 1);
	memset(m.rule, 1, sizeof(m.rule) - 1);
	memset(m.attack, 1, sizeof(m.attack) - 1);
	memset(m.link, 1, sizeof(m.link) - 1);
	text = written(&m);
	assert_in_range(strlen(text), MESSAGE_BODY / 2, MESSAGE_BODY);
	assert_int_equal(message_read(&read, text_span(text)), OK);
	assert_string_equal(read.summary[JAPANESE], m.summary[JAPANESE]);
	assert_int_equal(strlen(read.todo[ENGLISH]), sizeof(m.todo[0]) - 1 - 1 + 1);
	free(text);
}

#define HEAD "{\"kind\":\"opened\",\"severity\":\"info\",\"level\":\"normal\",\"usec\":5"

static void test_missing(void **state)
{
	struct message m;

	(void)state;
	assert_int_equal(message_read(&m, text_span(HEAD "}")), OK);
	assert_string_equal(m.title[ENGLISH], "");
	assert_string_equal(m.todo[JAPANESE], "");
	assert_int_equal(m.incident, 0);
	assert_int_equal(message_read(&m, text_span(HEAD ",\"title\":{\"ja\":\"火\"},\"incident\":null,"
							 "\"todo\":{\"en\":[\"a\\nb\",\"\",7,\"c\"]}}")),
			 OK);
	assert_string_equal(m.title[ENGLISH], "火");
	assert_string_equal(m.todo[JAPANESE], "a b\nc\n");
}

static void test_wrong(void **state)
{
	static const char *const wrong[] = {
		"",
		"[]",
		"null",
		"{}",
		HEAD,
		"{\"kind\":\"closed\",\"severity\":\"info\",\"level\":\"normal\",\"usec\":5}",
		"{\"kind\":\"opened\",\"severity\":\"loud\",\"level\":\"normal\",\"usec\":5}",
		"{\"kind\":\"opened\",\"severity\":\"info\",\"level\":3,\"usec\":5}",
		"{\"kind\":\"opened\",\"severity\":\"info\",\"level\":\"normal\"}",
		"{\"kind\":\"opened\",\"severity\":\"info\",\"level\":\"normal\",\"usec\":-1}",
		"{\"kind\":\"opened\",\"severity\":\"info\",\"level\":\"normal\",\"usec\":9223372036854775807}",
		HEAD ",\"count\":1000001}",
		HEAD ",\"incident\":1.5}",
		HEAD ",\"title\":{\"en\":\"\\u0000\"}}",
		HEAD ",\"who\":\"\xff\"}",
	};
	struct message m = respond_message();
	char *large = calloc(1, MESSAGE_BODY + 2);

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(message_read(&m, text_span(wrong[i])), ERR_FORMAT);
	memset(large, ' ', MESSAGE_BODY + 1);
	assert_int_equal(message_read(&m, text_span(large)), ERR_LIMIT);
	assert_string_equal(m.title[ENGLISH], "SYN flood"); /* untouched */
	free(large);
}

static void test_cut(void **state)
{
	char room[8];

	(void)state;
	message_text(room, sizeof(room), "1234567");
	assert_string_equal(room, "1234567");
	message_text(room, sizeof(room), "12345678");
	assert_string_equal(room, "1234567");
	message_text(room, sizeof(room), "12345火");
	assert_string_equal(room, "12345");
	message_text(room, sizeof(room), "1234火");
	assert_string_equal(room, "1234火");
}

static char *frame(void (*write)(FILE *, const void *), const void *what)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	write(out, what);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void write_tell(FILE *out, const void *tell)
{
	tell_write(out, tell);
}

static void write_done(FILE *out, const void *done)
{
	done_write(out, done);
}

static void test_frames(void **state)
{
	struct tell tell = { .number = 9, .target = "office", .message = respond_hostile() }, told;
	struct done done = { .number = 9, .permanent = true, .error = "no \"such\" \x1b[31m" }, read;
	char *text = frame(write_tell, &tell);

	(void)state;
	assert_int_equal(tell_read(&told, text_span(text)), OK);
	assert_int_equal(told.number, 9);
	assert_string_equal(told.target, "office");
	assert_string_equal(told.message.title[ENGLISH], HOSTILE);
	free(text);
	text = frame(write_done, &done);
	assert_int_equal(done_read(&read, text_span(text)), OK);
	assert_int_equal(read.number, 9);
	assert_false(read.ok);
	assert_true(read.permanent);
	assert_string_equal(read.error, done.error);
	free(text);
}

static void test_wrong_frames(void **state)
{
	struct tell tell = { .number = 1 };
	struct done done;

	(void)state;
	assert_int_equal(tell_read(&tell, text_span("{\"number\":3,\"target\":\"a\",\"message\":{}}")),
			 ERR_FORMAT);
	assert_int_equal(tell.number, 3); /* so that it can be answered */
	assert_int_equal(tell_read(&tell, text_span("{\"number\":-3,\"target\":\"a\"}")), ERR_FORMAT);
	assert_int_equal(tell_read(&tell, text_span("[")), ERR_FORMAT);
	assert_int_equal(tell_read(&tell, text_span("{\"number\":4,\"target\":\"a-name-that-is-much-longer-than-"
						    "any-name\",\"message\":" HEAD "}}")),
			 ERR_FORMAT);
	assert_int_equal(done_read(&done, text_span("{\"number\":3}")), ERR_FORMAT);
	assert_int_equal(done_read(&done, text_span("{\"number\":3,\"ok\":1}")), ERR_FORMAT);
	assert_int_equal(done_read(&done, text_span("{\"ok\":true}")), ERR_FORMAT);
	assert_int_equal(done_read(&done, text_span("{\"number\":3,\"ok\":true}")), OK);
	assert_true(done.ok && !done.permanent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_largest),
		cmocka_unit_test(test_missing),	       cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_cut),	       cmocka_unit_test(test_frames),
		cmocka_unit_test(test_wrong_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
