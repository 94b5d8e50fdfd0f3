/* test_restic_read.c - what restic 0.14 printed in real runs, what newer ones document, and what nobody should print. */
#include "snapshot/restic_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static void test_status_and_summary(void **state)
{
	static const char status[] =
		"{\"message_type\":\"status\",\"percent_done\":0.7947073186982934,\"total_files\":5,\"files_done\":4,"
		"\"total_bytes\":31457288,\"bytes_done\":24999337,\"current_files\":[\"/src/big\"]}";
	static const char summary[] =
		"{\"message_type\":\"summary\",\"files_new\":4,\"files_changed\":1,\"files_unmodified\":0,\"dirs_new\":2,"
		"\"data_blobs\":4,\"tree_blobs\":3,\"data_added\":2658,\"total_files_processed\":5,"
		"\"total_bytes_processed\":8,\"total_duration\":0.219520093,\"snapshot_id\":\"d9285e90\"}";
	struct tool_progress progress = { .done = -1 };
	struct tool_result result = { 0 };

	(void)state;
	assert_true(restic_read_message(text_span(status), &progress, &result));
	assert_true(progress.done > 0.794 && progress.done < 0.795);
	assert_int_equal(progress.files, 4);
	assert_int_equal(progress.bytes, 24999337);
	assert_int_equal(progress.bytes_all, 31457288);
	assert_true(restic_read_message(text_span(summary), &progress, &result));
	assert_int_equal(result.files, 5);
	assert_int_equal(result.bytes, 8);
	assert_int_equal(result.files_new, 4);
	assert_int_equal(result.files_changed, 1);
	assert_int_equal(result.bytes_added, 2658);
	assert_string_equal(result.snapshot, "d9285e90");
}

/* restic 0.17, "restore" of its manual, "Scripting". */
static void test_restore_of_newer_versions(void **state)
{
	static const char summary[] = "{\"message_type\":\"summary\",\"seconds_elapsed\":1,\"total_files\":3,"
				      "\"files_restored\":2,\"files_skipped\":1,\"total_bytes\":12,"
				      "\"bytes_restored\":10,\"bytes_skipped\":2}";
	struct tool_progress progress = { .done = -1 };
	struct tool_result result = { 0 };

	(void)state;
	assert_true(restic_read_message(text_span(summary), &progress, &result));
	assert_int_equal(result.files, 2);
	assert_int_equal(result.bytes, 10);
}

static void test_no_messages(void **state)
{
	static const char *const texts[] = { "", "{", "[]", "{}", "null", "using temporary cache in /tmp/x",
					     "{\"message_type\":7}", "{\"message_type\":\"\"}" };
	struct tool_progress progress = { .done = -1 };
	struct tool_result result = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(restic_read_message(text_span(texts[i]), &progress, &result));
	/* Numbers that are none, or lie, change nothing that matters. */
	assert_true(restic_read_message(text_span("{\"message_type\":\"status\",\"percent_done\":1e99,\"files_done\":-3}"),
					&progress, &result));
	assert_true(progress.done < 0);
	assert_int_equal(progress.files, 0);
	assert_true(restic_read_message(
		text_span("{\"message_type\":\"summary\",\"snapshot_id\":\"../../x\",\"data_added\":1e300}"), &progress,
		&result));
	assert_string_equal(result.snapshot, "");
	assert_int_equal(result.bytes_added, 0);
}

static void test_percent(void **state)
{
	struct tool_progress progress = { .done = -1 };

	(void)state;
	assert_true(restic_read_percent(text_span("[0:43] 25.50%  3 / 12 packs"), &progress));
	assert_true(progress.done > 0.2549 && progress.done < 0.2551);
	assert_true(restic_read_percent(text_span("[1:00:43] 100.00%  3 / 3 packs"), &progress));
	assert_true(progress.done > 0.9999 && progress.done < 1.0001);
	assert_false(restic_read_percent(text_span("load indexes"), &progress));
	assert_false(restic_read_percent(text_span("[0:43] 7000% x"), &progress));
	assert_false(restic_read_percent(text_span("[0:43]"), &progress));
	assert_false(restic_read_percent(text_span(""), &progress));
}

static void test_errors_as_json(void **state)
{
	char text[64] = "";

	(void)state;
	assert_true(restic_read_error(text_span("{\"message_type\":\"exit_error\",\"code\":12,"
						"\"message\":\"Fatal: wrong password or no key found\"}"),
				      text, sizeof(text)));
	assert_string_equal(text, "Fatal: wrong password or no key found");
	assert_true(restic_read_error(text_span("{\"message_type\":\"error\",\"error\":{\"message\":\"open /x: "
						"permission denied\"},\"during\":\"archival\",\"item\":\"/x\"}"),
				      text, sizeof(text)));
	assert_string_equal(text, "open /x: permission denied");
	assert_false(restic_read_error(text_span("Fatal: x"), text, sizeof(text)));
}

static void test_snapshot(void **state)
{
	static const char object[] =
		"{\"time\":\"2026-11-26T19:45:22.975438615+09:00\","
		"\"parent\":\"d9285e909e174fa9bed312efd4cc40a27150125e7ab22b13a05b0999c74d49a6\","
		"\"tree\":\"59c73447bbbec4321b5583f75ac6365e0fa393cecdaf3a0e3a90a8b4366cf719\","
		"\"paths\":[\"/tmp/snap/src\",7,\"/etc\"],\"hostname\":\"vm\",\"username\":\"root\","
		"\"id\":\"d2da797e48b0b9a59e0e3dcb003c9699e31e3ad73e81dc401c6017391d11a815\",\"short_id\":\"d2da797e\"}";
	struct snapshot s;
	usec_t at;

	(void)state;
	assert_int_equal(restic_read_snapshot(text_span(object), &s), OK);
	assert_int_equal(time_parse(&at, "2026-11-26T10:45:22.975438Z"), OK);
	assert_true(s.at == at);
	assert_string_equal(s.id, "d2da797e48b0b9a59e0e3dcb003c9699e31e3ad73e81dc401c6017391d11a815");
	assert_string_equal(s.name, "d2da797e");
	assert_string_equal(s.host, "vm");
	assert_string_equal(s.tree, "59c73447bbbec4321b5583f75ac6365e0fa393cecdaf3a0e3a90a8b4366cf719");
	assert_string_equal(s.parent, "d9285e909e174fa9bed312efd4cc40a27150125e7ab22b13a05b0999c74d49a6");
	assert_string_equal(s.paths[0], "/tmp/snap/src");
	assert_string_equal(s.paths[1], "/etc");
	assert_string_equal(s.paths[2], "");
	assert_int_equal(restic_read_snapshot(text_span("{\"id\":\"D2\"}"), &s), ERR_FORMAT);
	assert_int_equal(restic_read_snapshot(text_span("{\"time\":\"2026-11-26T10:45:22Z\"}"), &s), ERR_FORMAT);
	/* A forged time is no reason to lose sight of it. */
	assert_int_equal(restic_read_snapshot(text_span("{\"id\":\"ab\",\"time\":\"99999-01-01T00:00:00Z\"}"), &s), OK);
	assert_true(s.at == 0);
}

static void test_file(void **state)
{
	static const char node[] =
		"{\"name\":\"d\",\"type\":\"dir\",\"path\":\"/src/new\\nline\",\"uid\":0,\"gid\":0,\"mode\":2148532735,"
		"\"permissions\":\"dtrwxrwxrwx\",\"mtime\":\"2026-11-26T10:45:19.333275403Z\",\"struct_type\":\"node\"}";
	static const char blurred[] = "{\"type\":\"file\",\"path\":\"/\\ufffd\\ufffd\",\"size\":7,\"mode\":420,"
				      "\"mtime\":\"1969-01-01T00:00:00Z\",\"message_type\":\"node\"}";
	struct restic_file f;
	char *longest = malloc(FILE_PATH_MAX + 100);

	(void)state;
	assert_int_equal(restic_read_file(text_span(node), &f), RESTIC_FILE);
	assert_true(span_equal(f.file.path, text_span("/src/new\nline")));
	assert_int_equal(f.file.kind, FILE_FOLDER);
	assert_int_equal(f.file.mode, 01777);
	assert_false(f.blurred);
	assert_int_equal(restic_read_file(text_span(blurred), &f), RESTIC_FILE);
	assert_true(f.blurred);
	assert_int_equal(f.file.size, 7);
	assert_int_equal(f.file.mode, 0644);
	assert_true(f.file.changed == 0);
	assert_int_equal(restic_read_file(text_span("{\"struct_type\":\"snapshot\",\"id\":\"ab\"}"), &f), RESTIC_SNAPSHOT);
	assert_int_equal(restic_read_file(text_span("{\"struct_type\":\"node\",\"path\":\"relative\"}"), &f), RESTIC_UNKNOWN);
	assert_int_equal(restic_read_file(text_span("{\"struct_type\":\"node\"}"), &f), RESTIC_UNKNOWN);
	assert_int_equal(restic_read_file(text_span("Fatal: x"), &f), RESTIC_UNKNOWN);
	assert_non_null(longest);
	snprintf(longest, FILE_PATH_MAX + 100, "{\"struct_type\":\"node\",\"path\":\"/%0*d\"}", FILE_PATH_MAX - 1, 0);
	assert_int_equal(restic_read_file(text_span(longest), &f), RESTIC_LONG);
	free(longest);
}

/* A name of bytes that are no UTF-8 is told as three times its length: a host could hide behind it what comes later. */
static void test_long_blurred_file(void **state)
{
	size_t size = 4 * FILE_PATH_MAX;
	char *text = malloc(size);
	struct restic_file f;

	(void)state;
	assert_non_null(text);
	for (size_t runes = FILE_PATH_MAX - 2; runes <= FILE_PATH_MAX; runes++) {
		snprintf(text, size, "{\"struct_type\":\"node\",\"path\":\"/");
		for (size_t i = 0; i < runes; i++)
			text_append(text, size, "\xef\xbf\xbd");
		text_append(text, size, "\"}");
		assert_int_equal(restic_read_file(text_span(text), &f), runes < FILE_PATH_MAX ? RESTIC_FILE : RESTIC_LONG);
	}
	free(text);
}

/* Half a letter is no text: it could not be remembered, and the host with it. */
static void test_long_host(void **state)
{
	struct snapshot s;
	char text[1000] = "{\"id\":\"ab\",\"hostname\":\"x";

	(void)state;
	for (size_t i = 0; i < 60; i++)
		text_append(text, sizeof(text), "\xe6\x97\xa5");
	text_append(text, sizeof(text), "\"}");
	assert_int_equal(restic_read_snapshot(text_span(text), &s), OK);
	assert_int_equal(strlen(s.host), 1 + 42 * 3);
}

static void check_name(const char *text, const char *blurred, enum restic_name how, const char *path)
{
	char found[FILE_PATH_MAX] = "";
	size_t taken = 0;

	assert_int_equal(restic_read_name(text_span(text), blurred, found, &taken), how);
	if (how == RESTIC_NAME) {
		assert_string_equal(found, path);
		assert_int_equal(text[taken - 1], '\n');
	}
}

static void test_exact_names(void **state)
{
	(void)state;
	check_name("/a\n/b\n", "/a", RESTIC_NAME, "/a");
	check_name("/a\nb\n", "/a\nb", RESTIC_NAME, "/a\nb");
	check_name("/\x82\xa0\n", "/\xef\xbf\xbd\xef\xbf\xbd", RESTIC_NAME, "/\x82\xa0");
	check_name("/\xef\xbf\xbd\n", "/\xef\xbf\xbd", RESTIC_NAME, "/\xef\xbf\xbd"); /* is its very name */
	check_name("/\xe3\x81\n/b\n", "/\xef\xbf\xbd\xef\xbf\xbd", RESTIC_NAME, "/\xe3\x81"); /* half a letter */
	check_name("/\xed\xa0\x80\n", "/\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", RESTIC_NAME, "/\xed\xa0\x80"); /* a surrogate */
	check_name("/\xe6\x97\xa5\n", "/\xe6\x97\xa5", RESTIC_NAME, "/\xe6\x97\xa5");
	check_name("", "/a", RESTIC_NAME_MORE, "");
	check_name("/a", "/a", RESTIC_NAME_MORE, "");
	check_name("/\xe6\x97", "/\xe6\x97\xa5", RESTIC_NAME_MORE, ""); /* cut by the pipe */
	check_name("/b\n/b\n", "/a", RESTIC_NAME_OTHER, "");
	check_name("/ab\n/b\n", "/a", RESTIC_NAME_OTHER, "");
	/* As Go quotes. */
	check_name("\"/\\xff\\t\\u00e9\\\"\"\n/b\n", "/\xef\xbf\xbd\t\xc3\xa9\"", RESTIC_NAME, "/\xff\t\xc3\xa9\"");
	check_name("\"/\\xff", "/\xef\xbf\xbd", RESTIC_NAME_MORE, "");
	check_name("\"/\\xf\"\n", "/\xef\xbf\xbd", RESTIC_NAME_OTHER, "");
	check_name("\"/a\"\n", "/b", RESTIC_NAME_OTHER, "");
}

static void test_pattern(void **state)
{
	char pattern[32];

	(void)state;
	assert_int_equal(restic_pattern("/a*b?[c]\\d", pattern, sizeof(pattern)), OK);
	assert_string_equal(pattern, "/a\\*b\\?\\[c\\]\\\\d");
	assert_int_equal(restic_pattern("/1234567890123456789012345678901", pattern, sizeof(pattern)), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status_and_summary),
		cmocka_unit_test(test_restore_of_newer_versions),
		cmocka_unit_test(test_no_messages),
		cmocka_unit_test(test_percent),
		cmocka_unit_test(test_errors_as_json),
		cmocka_unit_test(test_snapshot),
		cmocka_unit_test(test_long_blurred_file),
		cmocka_unit_test(test_long_host),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_exact_names),
		cmocka_unit_test(test_pattern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
