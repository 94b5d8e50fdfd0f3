/* test_verdict.c - words and codes of the tools and what they mean; lines, objects, environment, words for people. */
#include "snapshot/environment.h"
#include "snapshot/lines.h"
#include "snapshot/place.h"
#include "snapshot/trouble.h"
#include "snapshot/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"

static enum tool_trouble judged(const char *lines, int code, int partly, char said[TOOL_SAID])
{
	struct verdict verdict = { 0 };
	struct tool_result result = { 0 };
	struct span rest = text_span(lines), line;

	while (text_line(&rest, &line))
		verdict_line(&verdict, line);
	verdict_end(&verdict, &(struct program_end){ PROGRAM_ENDED, code, 1 }, partly, &result);
	if (said)
		memcpy(said, result.said, TOOL_SAID);
	return result.trouble;
}

/* As the tools printed it. */
static void test_words(void **state)
{
	static const struct {
		const char *lines;
		int code;
		enum tool_trouble trouble;
	} cases[] = {
		{ "", 0, TOOL_FINE },
		{ "Fatal: wrong password or no key found", 1, TOOL_PASSWORD },
		{ "Resolving password failed: Fatal: /tmp/snap/nope does not exist", 1, TOOL_PASSWORD },
		{ "Fatal: unable to open config file: stat /x/config: no such file or directory\n"
		  "Is there a repository at the following location?\n/x",
		  1, TOOL_NO_REPOSITORY },
		{ "Fatal: unable to open config file: dial tcp 127.0.0.1:8000: connect: connection refused\n"
		  "Is there a repository at the following location?\nrest:http://127.0.0.1:8000/",
		  1, TOOL_UNREACHABLE },
		{ "Fatal: unable to open config file: open /x/config: permission denied\n"
		  "Is there a repository at the following location?\n/x",
		  1, TOOL_DENIED },
		{ "subprocess ssh: ssh: Could not resolve hostname nohost.invalid: Name or service not known\n"
		  "Fatal: unable to open repository at sftp:nobody@nohost.invalid:/x: unable to start the sftp session, error: EOF",
		  1, TOOL_UNREACHABLE },
		/* OpenSSH 9.2 through restic 0.14 and borg 1.2, as they printed it */
		{ "subprocess ssh: Host key verification failed.\n"
		  "Fatal: unable to open repository at sftp://root@127.0.0.1:2222//x: unable to start the sftp session, error: EOF",
		  1, TOOL_HOST_UNKNOWN },
		{ "subprocess ssh: @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n"
		  "subprocess ssh: Host key verification failed.",
		  1, TOOL_HOST_CHANGED },
		{ "Remote: root@127.0.0.1: Permission denied (publickey,keyboard-interactive).\n"
		  "ConnectionClosedWithHint: Connection closed by remote host. Is borg working on the server?",
		  2, TOOL_KEY_REFUSED },
		{ "open /srv/x (publickey): permission denied", 1, TOOL_DENIED },
		{ "error in cleanup handler: ssh command exited: exit status 255", 1, TOOL_UNREACHABLE },
		{ "BrokenPipeError: [Errno 32] Broken pipe", 2, TOOL_UNREACHABLE },
		{ "Ignoring \"deadbeef\": no matching ID found for prefix \"deadbeef\"", 0, TOOL_NO_SNAPSHOT },
		{ "/data does not exist, skipping", 0, TOOL_PARTLY },
		{ "Load(<data/1>) returned error, retrying after 1s: Connection reset\n/data does not exist, skipping", 0,
		  TOOL_PARTLY }, /* what was tried again and went well does not hide it */
		{ "/mnt/wrong password does not exist, skipping", 0, TOOL_PARTLY },
		{ "Pack ID does not match, want 8f38, got 2369\nFatal: repository contains errors", 1, TOOL_DAMAGED },
		{ "error: error loading index 4cf7: load <index/4cf7491ff8>: invalid data returned\n"
		  "Fatal: LoadIndex returned errors",
		  1, TOOL_DAMAGED },
		{ "pack 8f386bc2: does not exist\nFatal: repository contains errors", 1, TOOL_DAMAGED },
		{ "Fatal: unable to save snapshot: write r/data/95/95eb-tmp-5: no space left on device", 1, TOOL_DISK_FULL },
		{ "/nonexist does not exist, skipping", 0, TOOL_PARTLY },
		{ "/nonexist does not exist, skipping\nFatal: all target directories/files do not exist", 1, TOOL_OTHER },
		{ "error: open /root/x: permission denied\nWarning: at least one source file could not be read", 3, TOOL_PARTLY },
		{ "Fatal: repository does not exist: unable to open config file", 10, TOOL_NO_REPOSITORY },
		{ "whatever", 11, TOOL_LOCKED },
		{ "whatever", 12, TOOL_PASSWORD },
		{ "whatever", 1, TOOL_OTHER },
		{ "PassphraseWrong: passphrase supplied in BORG_PASSPHRASE is incorrect.", 2, TOOL_PASSWORD },
		{ "Repository.DoesNotExist: Repository /x does not exist.", 2, TOOL_NO_REPOSITORY },
		{ "LockTimeout: Failed to create/acquire the lock /x/lock.exclusive (timeout).", 2, TOOL_LOCKED },
		{ "ConnectionClosedWithHint: Connection closed by remote host. Is borg working on the server?", 2,
		  TOOL_UNREACHABLE },
		{ "FileNotFoundError: [Errno 2] No such file or directory: '/x/data/0/2'", 2, TOOL_DAMAGED },
		{ "Finished full repository check, errors found.", 1, TOOL_DAMAGED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum tool_trouble trouble = judged(cases[i].lines, cases[i].code, 3, NULL);

		if (trouble != cases[i].trouble)
			fail_msg("%s: %s", cases[i].lines, trouble_name(trouble));
	}
	assert_int_equal(judged("/x: [Errno 2] No such file or directory: 'x'", 1, 1, NULL), TOOL_PARTLY);
	assert_int_equal(judged("x: open: [Errno 13] Permission denied: 'x'", 1, 1, NULL), TOOL_PARTLY);
	assert_int_equal(judged("src/big: read: [Errno 28] No space left on device", 1, 1, NULL), TOOL_DISK_FULL);
}

static void test_said(void **state)
{
	char said[TOOL_SAID];

	(void)state;
	judged("noise\nFatal: wrong \x1b[31mpassword or no key\nmore noise", 1, 3, said);
	assert_null(strchr(said, '\x1b'));
	judged("Connection timed out during banner exchange\r\n", 255, -1, said);
	assert_string_equal(said, "Connection timed out during banner exchange");
	judged("first\nlast", 1, 3, said);
	assert_string_equal(said, "last");
}

static void test_locks(void **state)
{
	struct verdict_lock lock = { 0 };
	struct verdict v = { 0 };
	double seconds;

	(void)state;
	verdict_line(&v, text_span("unable to create lock in backend: repository is already locked exclusively by PID 13131 on "
				   "vm.example by root (UID 0, GID 0)"));
	verdict_line(&v, text_span("lock was created at 2026-11-26 10:47:53 (1h2m3.5s ago)"));
	assert_int_equal(v.lock.pid, 13131);
	assert_string_equal(v.lock.host, "vm.example");
	assert_true(v.lock.age > 3723.4 && v.lock.age < 3723.6);
	assert_true(verdict_lock_dead(&v.lock, "elsewhere")); /* not renewed for an hour */
	lock = (struct verdict_lock){ .pid = (uint32_t)getpid(), .host = "here", .age = 20 };
	assert_false(verdict_lock_dead(&lock, "here"));
	lock.pid = INT32_MAX; /* beyond any pid_max */
	assert_true(verdict_lock_dead(&lock, "here"));
	assert_false(verdict_lock_dead(&lock, "there"));
	assert_true(duration_read(text_span("450.5ms"), &seconds) && seconds > 0.45 && seconds < 0.451);
	assert_false(duration_read(text_span("-3h"), &seconds));
	assert_false(duration_read(text_span("3"), &seconds));
	assert_false(duration_read(text_span(""), &seconds));
}

struct seen {
	char text[256];
	unsigned count;
};

static bool see_line(void *whom, struct span line)
{
	struct seen *seen = whom;

	text_append(seen->text, sizeof(seen->text), "%.*s|", (int)line.len, line.len ? (const char *)line.ptr : "");
	return ++seen->count < 4;
}

static void test_lines(void **state)
{
	static const char text[] = "one\ntwo\n\nfour\nfive";
	static uint8_t longest[LINES_MAX + 1];

	(void)state;
	for (size_t step = 1; step < sizeof(text); step++) {
		struct lines lines = { 0 };
		struct seen seen = { 0 };
		bool more = true;

		for (size_t at = 0; more && at < strlen(text); at += step) {
			size_t len = strlen(text) - at < step ? strlen(text) - at : step;

			more = lines_feed(&lines, (struct span){ (const uint8_t *)text + at, len }, '\n', see_line, &seen);
		}
		assert_false(more);
		assert_string_equal(seen.text, "one|two||four|");
		lines_free(&lines);
	}
	struct lines lines = { 0 };
	struct seen seen = { 0 };

	memset(longest, 'x', sizeof(longest));
	assert_true(lines_feed(&lines, (struct span){ longest, sizeof(longest) }, '\n', see_line, &seen));
	assert_true(lines_feed(&lines, text_span("y\nshort\nlast"), '\n', see_line, &seen));
	assert_true(lines_finish(&lines, see_line, &seen));
	assert_string_equal(seen.text, "short|last|");
	assert_int_equal(lines.skipped, 1);
	lines_free(&lines);
}

static bool see_object(void *whom, const char *key, struct span object)
{
	struct seen *seen = whom;

	text_append(seen->text, sizeof(seen->text), "%s:%.*s|", key, (int)object.len, (const char *)object.ptr);
	return true;
}

static void check_objects(const char *text, unsigned depth, const char *expected, bool whole)
{
	for (size_t step = 1; step <= strlen(text); step++) {
		struct objects objects = { .depth = depth };
		struct seen seen = { 0 };

		for (size_t at = 0; at < strlen(text); at += step) {
			size_t len = strlen(text) - at < step ? strlen(text) - at : step;

			assert_true(objects_feed(&objects, (struct span){ (const uint8_t *)text + at, len }, see_object, &seen));
		}
		assert_string_equal(seen.text, expected);
		assert_int_equal(objects_whole(&objects), whole);
		objects_free(&objects);
	}
}

static void test_objects(void **state)
{
	(void)state;
	check_objects("[]", 1, "", true);
	check_objects("noise\n[{\"a\":\"}\\\"]{\"}, {\"b\":[{}]}]", 1, ":{\"a\":\"}\\\"]{\"}|:{\"b\":[{}]}|", true);
	check_objects("{\"archives\": [ {\"x\":1},\n{} ], \"other\": {\"y\": [2]}}", 2, "archives:{\"x\":1}|archives:{}|", true);
	check_objects("[{\"keep\":[{\"k\":1}],\"remove\":[{\"r\":1}]},{\"remove\":null}]", 3, "keep:{\"k\":1}|remove:{\"r\":1}|", true);
	check_objects("[{\"a\":1}", 1, ":{\"a\":1}|", false);
	check_objects("[{\"a\":", 1, "", false);
	check_objects("]]}", 1, "", true);
}

static void test_environment(void **state)
{
	char path[] = "/tmp/hinomi-environment-XXXXXX", said[TOOL_SAID] = "";
	struct environment e;
	int fd = mkstemp(path);

	(void)state;
	environment_init(&e);
	assert_true(span_write(fd, text_span("# keys\nAWS_SECRET_ACCESS_KEY=\"abc=def ghi\"\nexport B=2\nPATH=/evil\nnone\n=x\n")));
	assert_int_equal(environment_load(&e, path, said), TOOL_FINE);
	assert_string_equal(e.lines[e.count - 2], "AWS_SECRET_ACCESS_KEY=abc=def ghi");
	assert_string_equal(e.lines[e.count - 1], "B=2");
	assert_true(environment_has(&e, "PATH") && strstr(e.lines[0], "/usr/bin") != NULL);
	snprintf(said, sizeof(said), "key abc=def ghi at rest:https://me:geheim@host/2 and http://x@y/");
	environment_scrub(&e, said);
	assert_string_equal(said, "key *** at rest:https://me:***@host/2 and http://x@y/");
	environment_put(&e, "BORG_PASSPHRASE", ""); /* behind the file's lines, which stay hidden */
	snprintf(said, sizeof(said), "key abc=def ghi");
	environment_scrub(&e, said);
	assert_string_equal(said, "key ***");
	environment_free(&e);
	environment_init(&e);
	assert_int_equal(fchmod(fd, 0640), 0);
	assert_int_equal(environment_load(&e, path, said), TOOL_DENIED);
	assert_non_null(strstr(said, "chmod 600"));
	assert_int_equal(secret_check(path, TOOL_PASSWORD, said), TOOL_PASSWORD);
	assert_int_equal(secret_check("/tmp", TOOL_PASSWORD, said), TOOL_PASSWORD);
	environment_free(&e);
	close(fd);
	unlink(path);
}

static void test_quoted_words(void **state)
{
	char text[64];

	(void)state;
	assert_true(words_quote((const char *const[]){ "/bin/cat", "a b", "it's", NULL }, text, sizeof(text)));
	assert_string_equal(text, "'/bin/cat' 'a b' \"it's\"");
	assert_false(words_quote((const char *const[]){ "it's \"it\"", NULL }, text, sizeof(text)));
	assert_false(words_quote((const char *const[]){ "back\\slash", NULL }, text, sizeof(text)));
	assert_false(words_quote((const char *const[]){ "", NULL }, text, sizeof(text)));
	assert_false(words_quote((const char *const[]){ "/bin/cat", "a b", NULL }, text, 12));
}

static void expect_place(bool is, const struct ssh_place *place, const char *host, const char *port)
{
	assert_true(is);
	assert_string_equal(place->host, host);
	assert_string_equal(place->port, port);
}

static void test_places(void **state)
{
	struct ssh_place p;

	(void)state;
	expect_place(sftp_place_read("sftp:eve@vault:/srv", &p), &p, "eve@vault", "");
	expect_place(sftp_place_read("sftp://eve@vault:2222//srv", &p), &p, "eve@vault", "2222");
	expect_place(sftp_place_read("sftp://vault/srv", &p), &p, "vault", "");
	expect_place(sftp_place_read("sftp://eve@[2001:db8::1]:22//srv", &p), &p, "eve@2001:db8::1", "22");
	expect_place(sftp_place_read("sftp://[2001:db8::1]/srv", &p), &p, "2001:db8::1", "");
	assert_false(sftp_place_read("/srv/sftp:x", &p));
	assert_false(sftp_place_read("sftp:-oProxyCommand=x:/srv", &p));
	assert_false(sftp_place_read("sftp://vault:65536/srv", &p));
	expect_place(borg_place_read("ssh://eve@vault:2222/./srv", &p), &p, "eve@vault", "2222");
	expect_place(borg_place_read("eve@vault:srv/borg", &p), &p, "eve@vault", "");
	assert_false(borg_place_read("/srv/a:b", &p));
	assert_false(borg_place_read("srv", &p));
	assert_false(borg_place_read("file:///srv", &p));
	assert_false(borg_place_read("ssh://-oProxyCommand=x/srv", &p));
}

static void test_every_trouble_has_words(void **state)
{
	(void)state;
	for (unsigned i = 0; i < TOOL_TROUBLES; i++) {
		for (unsigned language = 0; language < LANGUAGES; language++) {
			assert_true(strlen(trouble_say(i, language)) > 10);
			assert_true(strlen(trouble_mend(i, language)) > 10);
		}
		for (unsigned other = 0; other < i; other++) {
			assert_string_not_equal(trouble_name(i), trouble_name(other));
			assert_string_not_equal(trouble_say(i, JAPANESE), trouble_say(other, JAPANESE));
		}
	}
	assert_string_equal(trouble_name(TOOL_LOCK_STALE), "lock_stale");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),	    cmocka_unit_test(test_said),
		cmocka_unit_test(test_locks),	    cmocka_unit_test(test_lines),
		cmocka_unit_test(test_objects),	    cmocka_unit_test(test_environment),
		cmocka_unit_test(test_quoted_words), cmocka_unit_test(test_places),
		cmocka_unit_test(test_every_trouble_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
