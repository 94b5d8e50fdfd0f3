/* test_examiner.c - the pool of children that examine messages, and what comes of those that fail. */
#include "app/examiner.h"
#include "mail/result_frame.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MANY 50

static const char letter[] = "From: a@example.com\r\nTo: b@example.org\r\nSubject: hello\r\n\r\nGood morning.\r\n";

static struct exam_settings exam;

static struct examiner *open_examiner(unsigned children)
{
	struct examiner_settings settings = { .exam = &exam, .children = children };
	struct examiner *examiner;

	exam = (struct exam_settings){ .limits = exam_limits_usual };
	exam.limits.seconds = 1;
	examiner = examiner_new(&settings);
	assert_non_null(examiner);
	return examiner;
}

static struct examiner_message message_of(const char *text)
{
	return (struct examiner_message){ .fd = examiner_memory(text_span(text)) };
}

static void count_result(void *whom, const struct mail_result *result)
{
	unsigned *verdicts = whom;

	verdicts[result->verdict]++;
}

/* The processes that this one has begun. */
static size_t children_of_us(pid_t pids[MANY])
{
	FILE *file = fopen("/proc/thread-self/children", "re");
	size_t count = 0;

	assert_non_null(file);
	while (count < MANY && fscanf(file, "%d", &pids[count]) == 1)
		count++;
	fclose(file);
	return count;
}

static void signal_children(int number)
{
	pid_t pids[MANY];
	size_t count = children_of_us(pids);

	assert_true(count > 0);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(kill(pids[i], number), 0);
}

static void examine(struct examiner *examiner, const struct examiner_message *message, struct mail_result *result)
{
	memset(result, 0xff, sizeof(*result));
	examiner_examine(examiner, message, result);
}

static void test_one(void **state)
{
	struct examiner *examiner = open_examiner(1);
	struct examiner_message message = message_of(letter);
	static struct mail_result result;

	(void)state;
	examine(examiner, &message, &result);
	assert_int_equal(result.verdict, VERDICT_CLEAN);
	assert_int_equal(result.score, 0);
	assert_false(examiner_failed(&result));
	assert_int_equal(examiner_busy(examiner), 0);
	assert_false(examiner_wait(examiner));
	close(message.fd);
	examiner_free(examiner);
}

/* A part of a file, whatever its offset. */
static void test_part(void **state)
{
	struct examiner *examiner = open_examiner(1);
	char box[8192];
	struct examiner_message whole = message_of(letter), part;
	static struct mail_result alone, within;
	char padding[5001] = "";

	(void)state;
	memset(padding, '-', sizeof(padding) - 1);
	snprintf(box, sizeof(box), "%s%s%s", padding, letter, padding);
	part = message_of(box);
	part.offset = sizeof(padding) - 1;
	part.size = sizeof(letter) - 1;
	examine(examiner, &whole, &alone);
	examine(examiner, &part, &within);
	assert_memory_equal(alone.sha256, within.sha256, sizeof(alone.sha256));
	close(whole.fd);
	close(part.fd);
	examiner_free(examiner);
}

static void test_many(void **state)
{
	struct examiner *examiner = open_examiner(3);
	struct examiner_message message = message_of(letter);
	unsigned verdicts[VERDICTS] = { 0 };
	pid_t pids[MANY];

	(void)state;
	assert_true(examiner_idle(examiner));
	for (unsigned i = 0; i < MANY; i++)
		assert_true(examiner_begin(examiner, &message, count_result, verdicts));
	assert_false(examiner_idle(examiner));
	close(message.fd); /* it is the examiner's own by now */
	assert_int_equal(children_of_us(pids), 3);
	while (examiner_wait(examiner))
		;
	assert_int_equal(verdicts[VERDICT_CLEAN], MANY);
	assert_int_equal(examiner_lost(examiner), 0);
	examiner_free(examiner);
	assert_int_equal(children_of_us(pids), 0);
}

/* Those that are killed in the middle are told as not inspected; the others are examined. */
static void test_killed(void **state)
{
	struct examiner *examiner = open_examiner(2);
	struct examiner_message message = message_of(letter);
	unsigned verdicts[VERDICTS] = { 0 };

	(void)state;
	for (unsigned i = 0; i < 6; i++)
		assert_true(examiner_begin(examiner, &message, count_result, verdicts));
	signal_children(SIGSTOP);
	signal_children(SIGKILL);
	while (examiner_wait(examiner))
		;
	assert_true(verdicts[VERDICT_NOT_INSPECTED] <= 2);
	assert_int_equal(verdicts[VERDICT_NOT_INSPECTED] + verdicts[VERDICT_CLEAN], 6);
	assert_int_equal(examiner_lost(examiner), verdicts[VERDICT_NOT_INSPECTED]);
	close(message.fd);
	examiner_free(examiner);
}

/* One that hangs is ended after a while, and says so. */
static void test_hangs(void **state)
{
	struct examiner *examiner = open_examiner(1);
	struct examiner_message message = message_of(letter);
	static struct mail_result result;
	pid_t pids[MANY];

	(void)state;
	examine(examiner, &message, &result); /* so that there is a child */
	assert_int_equal(children_of_us(pids), 1);
	signal_children(SIGSTOP);
	examine(examiner, &message, &result);
	assert_int_equal(result.verdict, VERDICT_NOT_INSPECTED);
	assert_int_equal(result.found_count, 1);
	assert_int_equal(result.found[0].id, FINDING_NOT_LIMIT);
	assert_string_equal(result.found[0].evidence, "the reader stopped: it took too long");
	assert_true(examiner_failed(&result));
	examine(examiner, &message, &result);
	assert_int_equal(result.verdict, VERDICT_CLEAN);
	close(message.fd);
	examiner_free(examiner);
}

/* What is no file of bytes has no message in it, and the child does not try. */
static void test_no_message(void **state)
{
	struct examiner *examiner = open_examiner(1);
	struct examiner_message message = { .fd = open("/", O_RDONLY | O_CLOEXEC) };
	static struct mail_result result;

	(void)state;
	examine(examiner, &message, &result);
	assert_int_equal(result.verdict, VERDICT_NOT_INSPECTED);
	assert_int_equal(result.found[0].id, FINDING_NOT_BROKEN);
	close(message.fd);
	message.fd = -1;
	examine(examiner, &message, &result);
	assert_int_equal(result.verdict, VERDICT_NOT_INSPECTED);
	examiner_free(examiner);
}

/* A bound on what waits; what the caller hears of it. */
static void test_bound(void **state)
{
	struct examiner_settings settings = { .exam = &exam, .children = 1, .waiting = 2 };
	struct examiner *examiner = open_examiner(1);
	struct examiner_message message = message_of(letter);
	unsigned verdicts[VERDICTS] = { 0 };

	(void)state;
	examiner_free(examiner);
	examiner = examiner_new(&settings);
	assert_non_null(examiner);
	for (unsigned i = 0; i < 3; i++) /* one is under way */
		assert_true(examiner_begin(examiner, &message, count_result, verdicts));
	assert_false(examiner_begin(examiner, &message, count_result, verdicts));
	while (examiner_wait(examiner))
		;
	assert_int_equal(verdicts[VERDICT_CLEAN], 3);
	close(message.fd);
	examiner_free(examiner);
}

static void test_renewed(void **state)
{
	static const char *const own[] = { "fire-watch.example", NULL };
	struct examiner *examiner = open_examiner(1);
	struct examiner_message message = message_of(letter);
	struct exam_settings other = exam;
	static struct mail_result result;
	unsigned verdicts[VERDICTS] = { 0 };

	(void)state;
	other.own_domains = own;
	assert_true(examiner_begin(examiner, &message, count_result, verdicts));
	examiner_renew(examiner, &other);
	while (examiner_wait(examiner))
		;
	examine(examiner, &message, &result);
	assert_int_equal(result.verdict, VERDICT_CLEAN);
	close(message.fd);
	examiner_free(examiner);
}

static void test_sealed(void **state)
{
	int fd = examiner_memory(text_span(letter));

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), -1);
	assert_int_equal(ftruncate(fd, 0), -1);
	close(fd);
}

static struct mail_result example(void)
{
	struct mail_result result = { .verdict = VERDICT_SUSPICIOUS, .score = 60, .found_count = 2, .found_more = 7 };

	result.found[0].id = FINDING_MACRO;
	snprintf(result.found[0].path, sizeof(result.found[0].path), "mail → a.doc");
	snprintf(result.found[0].evidence, sizeof(result.found[0].evidence), "Module1");
	result.found[1].id = FINDINGS - 1;
	snprintf(result.subject, sizeof(result.subject), "請求書");
	snprintf(result.from, sizeof(result.from), "a@example.com");
	return result;
}

static void test_frame(void **state)
{
	struct mail_result result = example(), back = { 0 };
	uint8_t room[RESULT_FRAME_MAX];
	struct pen pen = pen_init(room, sizeof(room));

	(void)state;
	result_frame_write(&pen, &result);
	assert_false(pen.cut);
	assert_int_equal(result_frame_read((struct span){ room, pen.used }, &back), OK);
	assert_memory_equal(&back, &result, sizeof(back));
	for (size_t cut = 0; cut < pen.used; cut++)
		assert_int_equal(result_frame_read((struct span){ room, cut }, &back), ERR_FORMAT);
	assert_int_equal(result_frame_read((struct span){ room, pen.used + 1 }, &back), ERR_FORMAT);
}

/* The largest of all fits. */
static void test_frame_room(void **state)
{
	static struct mail_result result, back;
	static uint8_t room[RESULT_FRAME_MAX];
	struct pen pen = pen_init(room, sizeof(room));

	(void)state;
	result.found_count = EXAM_FINDINGS;
	memset(result.subject, 's', sizeof(result.subject) - 1);
	memset(result.from, 'f', sizeof(result.from) - 1);
	for (unsigned i = 0; i < EXAM_FINDINGS; i++) {
		memset(result.found[i].path, 'p', FINDING_PATH - 1);
		memset(result.found[i].evidence, 'e', FINDING_EVIDENCE - 1);
	}
	result_frame_write(&pen, &result);
	assert_false(pen.cut);
	assert_int_equal(result_frame_read((struct span){ room, pen.used }, &back), OK);
	assert_string_equal(back.found[EXAM_FINDINGS - 1].path, result.found[0].path);
}

/* A child that was broken into may write anything. */
static void test_frame_hostile(void **state)
{
	static struct mail_result back;
	struct mail_result result = example();
	uint8_t room[RESULT_FRAME_MAX];
	struct pen pen = pen_init(room, sizeof(room));
	unsigned seed = 1;

	(void)state;
	snprintf(result.subject, sizeof(result.subject), "\x1b[2Jcod.\xe2\x80\xae\xff");
	result_frame_write(&pen, &result);
	assert_int_equal(result_frame_read((struct span){ room, pen.used }, &back), OK);
	assert_string_equal(back.subject, "\\x1b[2Jcod.\\u202e\xef\xbf\xbd");
	for (unsigned i = 0; i < 20000; i++) {
		uint8_t torn[RESULT_FRAME_MAX];

		memcpy(torn, room, pen.used);
		for (unsigned k = 0; k < 3; k++) {
			seed = seed * 1103515245 + 12345;
			torn[(seed >> 8) % pen.used] = (uint8_t)seed;
		}
		if (result_frame_read((struct span){ torn, pen.used }, &back) != OK)
			continue;
		assert_true(back.verdict < VERDICTS && back.found_count <= EXAM_FINDINGS);
		for (unsigned k = 0; k < back.found_count; k++)
			assert_true(back.found[k].id < FINDINGS && memchr(back.found[k].path, 0, FINDING_PATH));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),	  cmocka_unit_test(test_part),	     cmocka_unit_test(test_many),
		cmocka_unit_test(test_killed),	  cmocka_unit_test(test_hangs),	     cmocka_unit_test(test_no_message),
		cmocka_unit_test(test_bound),	  cmocka_unit_test(test_renewed),    cmocka_unit_test(test_sealed),
		cmocka_unit_test(test_frame),	  cmocka_unit_test(test_frame_room), cmocka_unit_test(test_frame_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
