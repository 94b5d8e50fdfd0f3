/* test_clamd.c - what clamd says, and what it may do instead: it is played by a thread at a socket. */
#include "app/clamd.h"
#include "app/examiner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MESSAGE 200000 /* several chunks */

struct daemon {
	char path[64];
	int listening;
	const char *answer; /* with its NUL; NULL: hangs up at once */
	pthread_t thread;
	size_t heard;       /* bytes of the message */
	uint8_t last;
};

static bool take(int line, void *into, size_t size)
{
	return recv(line, into, size, MSG_WAITALL) == (ssize_t)size;
}

static void hear_message(struct daemon *d, int line)
{
	char word[sizeof("zINSTREAM")], chunk[1 << 16];
	uint32_t length;

	assert_true(take(line, word, sizeof(word)));
	assert_string_equal(word, "zINSTREAM");
	while (take(line, &length, sizeof(length)) && (length = ntohl(length)) > 0) {
		assert_true(length <= sizeof(chunk));
		assert_true(take(line, chunk, length));
		d->heard += length;
		d->last = (uint8_t)chunk[length - 1];
	}
}

static void *serve(void *whom)
{
	struct daemon *d = whom;
	int line = accept(d->listening, NULL, NULL);

	if (d->answer) {
		hear_message(d, line);
		send(line, d->answer, strlen(d->answer) + 1, MSG_NOSIGNAL);
	}
	close(line);
	return NULL;
}

static enum err ask(struct daemon *d, const char *answer, char name[CLAMD_NAME])
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = memfd_create("message", 0);
	enum err err;

	d->answer = answer;
	snprintf(d->path, sizeof(d->path), "/tmp/hinomi-clamd-%d", getpid());
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", d->path);
	d->listening = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(d->listening, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(d->listening, 1), 0);
	assert_int_equal(pthread_create(&d->thread, NULL, serve, d), 0);
	assert_int_equal(ftruncate(fd, MESSAGE), 0);
	assert_int_equal(pwrite(fd, "z", 1, MESSAGE - 1), 1);
	err = clamd_ask(d->path, fd, 10, MESSAGE - 10, name);
	pthread_join(d->thread, NULL);
	close(d->listening);
	close(fd);
	unlink(d->path);
	return err;
}

static void whole_message_is_sent(void **state)
{
	struct daemon d = { 0 };
	char name[CLAMD_NAME] = "x";

	(void)state;
	assert_int_equal(ask(&d, "stream: OK", name), OK);
	assert_string_equal(name, "");
	assert_int_equal(d.heard, MESSAGE - 10);
	assert_int_equal(d.last, 'z');
}

static void name_is_told(void **state)
{
	struct daemon d = { 0 };
	char name[CLAMD_NAME] = "";

	(void)state;
	assert_int_equal(ask(&d, "stream: Win.Test.EICAR_HDB-1 FOUND", name), OK);
	assert_string_equal(name, "Win.Test.EICAR_HDB-1");
}

static void other_answers_are_errors(void **state)
{
	struct daemon d = { 0 };
	char name[CLAMD_NAME] = "kept", long_answer[400];

	(void)state;
	assert_int_equal(ask(&d, "INSTREAM size limit exceeded. ERROR", name), ERR_LIMIT);
	assert_int_equal(ask(&d, "stream: FOUND", name), ERR_FORMAT);
	assert_int_equal(ask(&d, "stream:  FOUND", name), ERR_FORMAT);
	assert_int_equal(ask(&d, "UNKNOWN COMMAND", name), ERR_FORMAT);
	assert_int_equal(ask(&d, "", name), ERR_FORMAT);
	assert_int_equal(ask(&d, "stream: Heuristics.Limits.Exceeded.MaxScanTime FOUND", name), ERR_LIMIT);
	assert_int_equal(ask(&d, "stream: Can't allocate memory ERROR", name), ERR_UNSUPPORTED);
	assert_int_equal(ask(&d, NULL, name), ERR_READ);
	assert_int_equal(clamd_ask("/nowhere", 0, 0, 0, name), ERR_OPEN);
	assert_string_equal(name, "kept");
	memset(long_answer, 'A', sizeof(long_answer));
	memcpy(long_answer, "stream: ", 8);
	memcpy(long_answer + sizeof(long_answer) - 7, " FOUND", 7);
	assert_int_equal(ask(&d, long_answer, name), OK); /* cut to its room */
	assert_int_equal(strlen(name), CLAMD_NAME - 1);
}

static void only_sockets_are_connected_to(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char folder[] = "/tmp/hinomi-clamd-XXXXXX", link[64];
	int listening = socket(AF_UNIX, SOCK_STREAM, 0), line;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/clamd", folder);
	snprintf(link, sizeof(link), "%s/link", folder);
	assert_int_equal(clamd_connect(at.sun_path), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(bind(listening, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(clamd_connect(at.sun_path), -1);
	assert_int_equal(errno, ECONNREFUSED);
	assert_int_equal(listen(listening, 1), 0);
	line = clamd_connect(at.sun_path);
	assert_true(line >= 0);
	close(line);
	assert_int_equal(symlink(at.sun_path, link), 0); /* who owns the folder may not send us elsewhere */
	assert_int_equal(clamd_connect(link), -1);
	assert_int_equal(clamd_connect(folder), -1);
	assert_int_equal(errno, ENOTSOCK);
	close(listening);
	unlink(at.sun_path);
	unlink(link);
	rmdir(folder);
}

static struct mail_result result_of(enum verdict verdict, uint8_t score, enum finding_id id, const char *evidence)
{
	struct mail_result result = { .verdict = verdict, .score = score, .found_count = 1 };

	result.found[0].id = id;
	snprintf(result.found[0].evidence, sizeof(result.found[0].evidence), "%s", evidence);
	return result;
}

/* The numbers are those of docs/mail.md: clamd weighs 95. */
static void opinion_joins_ours(void **state)
{
	struct mail_result clean = { .verdict = VERDICT_CLEAN }, without = clean;
	struct mail_result suspicious = result_of(VERDICT_SUSPICIOUS, 50, FINDING_LINK_TEXT, "x");
	struct mail_result failed = result_of(VERDICT_NOT_INSPECTED, 0, FINDING_NOT_BROKEN, "the reader stopped: it ended");

	(void)state;
	clamd_opinion(&clean, OK, "");
	assert_int_equal(clean.verdict, VERDICT_CLEAN);
	assert_int_equal(clean.found_count, 0);
	clamd_opinion(&clean, OK, "A\x1b[31m");
	assert_int_equal(clean.verdict, VERDICT_MALICIOUS);
	assert_int_equal(clean.score, 95);
	assert_string_equal(clean.found[0].evidence, "A\\x1b[31m");
	clamd_opinion(&without, ERR_EMPTY, NULL);
	assert_int_equal(without.verdict, VERDICT_NOT_INSPECTED);
	assert_int_equal(without.score, 0);
	assert_int_equal(without.found[0].id, FINDING_NOT_CLAMD);
	clamd_opinion(&suspicious, ERR_READ, NULL);
	assert_int_equal(suspicious.verdict, VERDICT_SUSPICIOUS);
	assert_int_equal(suspicious.score, 50);
	assert_int_equal(suspicious.found[0].id, FINDING_LINK_TEXT);
	clamd_opinion(&failed, ERR_READ, NULL); /* still one that failed, of which the administrator decides */
	assert_true(examiner_failed(&failed));
	clamd_opinion(&failed, OK, "Own.Test");
	assert_false(examiner_failed(&failed));
	assert_int_equal(failed.verdict, VERDICT_MALICIOUS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_message_is_sent),
		cmocka_unit_test(name_is_told),
		cmocka_unit_test(other_answers_are_errors),
		cmocka_unit_test(only_sockets_are_connected_to),
		cmocka_unit_test(opinion_joins_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
