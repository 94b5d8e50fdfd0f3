/* test_borg_read.c - what borg 1.2 printed in real runs, and what nobody should print. */
#include "snapshot/borg_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static struct borg_said said(const char *line, struct tool_progress *progress)
{
	struct borg_said found;

	borg_read_said(text_span(line), &found, progress);
	return found;
}

static void test_said(void **state)
{
	struct tool_progress progress = { .done = -1 };
	struct borg_said s;

	(void)state;
	s = said("{\"type\": \"log_message\", \"time\": 1795690020.3754435, \"message\": \"Archive nope does not exist\", "
		 "\"levelname\": \"ERROR\", \"name\": \"borg.archiver\", \"msgid\": \"Archive.DoesNotExist\"}",
		 &progress);
	assert_int_equal(s.kind, BORG_LOG);
	assert_string_equal(s.text, "Archive.DoesNotExist: Archive nope does not exist");
	s = said("{\"type\": \"log_message\", \"message\": \"Traceback (most recent call last):\\n  File \\\"a.py\\\"\\n"
		 "OSError: [Errno 28] No space left on device\\n\\nPlatform: Linux vm\\nPID: 7\\n\", "
		 "\"levelname\": \"ERROR\", \"name\": \"borg.archiver\"}",
		 &progress);
	assert_string_equal(s.text, "OSError: [Errno 28] No space left on device");
	s = said("{\"message\": \"Checking segments 30.0%\", \"current\": 4, \"total\": 10, \"info\": null, \"operation\": 1, "
		 "\"msgid\": \"repository.check\", \"type\": \"progress_percent\", \"finished\": false}",
		 &progress);
	assert_int_equal(s.kind, BORG_PROGRESS);
	assert_true(progress.done > 0.39 && progress.done < 0.41);
	s = said("{\"original_size\": 506, \"compressed_size\": 1, \"deduplicated_size\": 0, \"nfiles\": 4, \"path\": \"src\", "
		 "\"type\": \"archive_progress\", \"finished\": false}",
		 &progress);
	assert_int_equal(progress.files, 4);
	assert_int_equal(progress.bytes, 506);
	s = said("/bin/cat: /tmp/snap/nope: No such file or directory", &progress);
	assert_int_equal(s.kind, BORG_TEXT);
	s = said("{\"type\": \"progress_percent\", \"current\": 11, \"total\": 10}", &progress);
	assert_true(progress.done < 0.41);
}

static void test_created(void **state)
{
	static const char text[] =
		"{\n\"archive\": {\"command_line\": [\"/usr/bin/borg\"], \"duration\": 0.013117,\n"
		"\"id\": \"034ecf97758115b79f5ba2501fd563e0e03f6b4c39dd13f532c2236bbcc5100d\", \"name\": \"one\",\n"
		"\"stats\": {\"compressed_size\": 685, \"deduplicated_size\": 684, \"nfiles\": 4, \"original_size\": 506}},\n"
		"\"cache\": {}}\n";
	struct tool_result result = { 0 };

	(void)state;
	assert_true(borg_read_created(text_span(text), &result));
	assert_string_equal(result.snapshot, "034ecf97758115b79f5ba2501fd563e0e03f6b4c39dd13f532c2236bbcc5100d");
	assert_int_equal(result.files, 4);
	assert_int_equal(result.bytes, 506);
	assert_int_equal(result.bytes_added, 684);
	assert_false(borg_read_created(text_span("{\"archive\": {\"id\": \"x\", \"stats\": {}}}"), &result));
	assert_false(borg_read_created(text_span(""), &result));
}

static void test_archive(void **state)
{
	static const char object[] =
		"{\"archive\": \"one\", \"barchive\": \"one\", \"hostname\": \"vm\",\n"
		"\"id\": \"8595bd395fdfec7026ff6622925e6c68b49cbf5e5c714b549ea989befdf1e04c\", \"name\": \"one\",\n"
		"\"start\": \"2026-11-26T10:46:57.250000\", \"time\": \"2026-11-26T10:46:57.000000\"}";
	struct snapshot s;
	usec_t at;

	(void)state;
	assert_int_equal(borg_read_archive(text_span(object), &s), OK);
	assert_int_equal(time_parse(&at, "2026-11-26T10:46:57.25Z"), OK);
	assert_true(s.at == at);
	assert_string_equal(s.id, "8595bd395fdfec7026ff6622925e6c68b49cbf5e5c714b549ea989befdf1e04c");
	assert_string_equal(s.name, "one");
	assert_string_equal(s.host, "vm");
	assert_string_equal(s.paths[0], "");
	assert_int_equal(borg_read_archive(text_span("{\"id\": \"ab\"}"), &s), ERR_FORMAT);
	assert_int_equal(borg_read_archive(text_span("{\"name\": \"x\", \"id\": \"-\"}"), &s), ERR_FORMAT);
}

static void test_pruned(void **state)
{
	static const char id[] = "034ecf97758115b79f5ba2501fd563e0e03f6b4c39dd13f532c2236bbcc5100d";
	char text[256], found[SNAPSHOT_ID];

	(void)state;
	snprintf(text, sizeof(text), "Would prune:         one        Thu, 2026-11-26 10:46:56 [%s]", id);
	assert_true(borg_read_pruned(text, found));
	assert_string_equal(found, id);
	snprintf(text, sizeof(text), "Would prune:         [%064d]  Thu, 2026-11-26 10:46:56 [%s] (1/3)", 0, id);
	assert_true(borg_read_pruned(text, found));
	assert_string_equal(found, id);
	snprintf(text, sizeof(text), "Keeping archive (rule: secondly #1): Would prune: x  Thu [%s]", id);
	assert_false(borg_read_pruned(text, found));
	assert_false(borg_read_pruned("Would prune: x [034e]", found));
	assert_false(borg_read_pruned("Would prune: x", found));
}

/* What came in this many bytes at a time, undone. */
static void undone(const char *text, size_t step, const char *expected, uint64_t bad)
{
	struct borg_text form = { 0 };
	struct span whole = text_span(text);
	uint8_t into[256];
	size_t used = 0;

	for (size_t at = 0; at < whole.len; at += step) {
		size_t len = whole.len - at < step ? whole.len - at : step;

		used += borg_text_undo(&form, (struct span){ whole.ptr + at, len }, into + used);
	}
	assert_true(span_equal((struct span){ into, used }, text_span(expected)));
	assert_int_equal(form.bad, bad);
}

static void test_text(void **state)
{
	(void)state;
	for (size_t step = 1; step < 40; step++) {
		undone("\\tsrc/d/\\udcff\\udcfe[x]*?\\\\z\\n", step, "\tsrc/d/\xff\xfe[x]*?\\z\n", 0);
		undone("\\t\\u65e5\\u672c \\xe9\\U0001f600", step, "\t\xe6\x97\xa5\xe6\x9c\xac \xc3\xa9\xf0\x9f\x98\x80", 0);
		undone("\tsrc/d/\\x41", step, "\tsrc/d/\\x41", 0); /* not escaped by Python */
	}
	undone("\\t\\q\\xg1\x80", 40, "\t1\x80", 3);
}

static void test_file(void **state)
{
	struct borg_file f;
	usec_t at;

	(void)state;
	assert_int_equal(borg_read_file(text_span("\t-rwsr-x--T 12 2026-11-26T10:45:19.326138 src/a b\n"), &f), BORG_FILE);
	assert_true(span_equal(f.file.path, text_span("/src/a b\n")));
	assert_int_equal(f.file.kind, FILE_PLAIN);
	assert_int_equal(f.file.size, 12);
	assert_int_equal(f.file.mode, 05750);
	assert_int_equal(time_parse(&at, "2026-11-26T10:45:19.326138Z"), OK);
	assert_true(f.file.changed == at);
	assert_int_equal(borg_read_file(text_span("\tdrwxrwxrwt 0 2026-11-26T10:45:19 tmp"), &f), BORG_FILE);
	assert_int_equal(f.file.kind, FILE_FOLDER);
	assert_int_equal(f.file.mode, 01777);
	assert_int_equal(borg_read_file(text_span("\tlrwxrwxrwx 1 2026-11-26T10:45:19.3 l"), &f), BORG_FILE);
	assert_int_equal(f.file.kind, FILE_LINK);
	assert_int_equal(borg_read_file(text_span("\thrw-r--r-- 1 2026-11-26T10:45:19.3 h"), &f), BORG_FILE);
	assert_int_equal(f.file.kind, FILE_PLAIN);
	assert_int_equal(borg_read_file(text_span("\t-rw-r--r-- -1 2026-11-26T10:45:19.3 h"), &f), BORG_UNKNOWN);
	assert_int_equal(borg_read_file(text_span("-rw-r--r-- 1 2026-11-26T10:45:19.3 h"), &f), BORG_UNKNOWN);
	assert_int_equal(borg_read_file(text_span("\t-rw-r--r-- 1 2026-11-26T10:45:19.3"), &f), BORG_UNKNOWN);
	assert_int_equal(borg_read_file(text_span(""), &f), BORG_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_said),   cmocka_unit_test(test_created), cmocka_unit_test(test_archive),
		cmocka_unit_test(test_pruned), cmocka_unit_test(test_text),    cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
