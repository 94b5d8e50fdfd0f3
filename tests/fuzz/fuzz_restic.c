/* fuzz_restic.c - hostile output of restic: lines, lists, names, what went wrong. */
#include "snapshot/lines.h"
#include "snapshot/restic_read.h"
#include "snapshot/verdict.h"
#include "check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_snapshot(const struct snapshot *s)
{
	check(s->id[0] && strlen(s->id) <= 64 && strspn(s->id, "0123456789abcdef") == strlen(s->id));
	check(memchr(s->host, '\0', sizeof(s->host)) != NULL);
	for (size_t i = 0; i < SNAPSHOT_PATHS; i++)
		check(memchr(s->paths[i], '\0', REPOSITORY_PATH) != NULL);
}

static bool see_object(void *whom, const char *key, struct span object)
{
	uint64_t *sum = whom;
	struct snapshot snapshot;

	check(strlen(key) < 32 && object.len >= 2 && object.ptr[0] == '{' && object.ptr[object.len - 1] == '}');
	*sum = *sum * 31 + object.len;
	if (restic_read_snapshot(object, &snapshot) == OK)
		check_snapshot(&snapshot);
	return true;
}

/* However it comes in pieces, the objects are the same. */
static uint64_t objects_of(struct span text, unsigned depth, size_t step)
{
	struct objects objects = { .depth = depth };
	uint64_t sum = 0;

	for (size_t at = 0; at < text.len; at += step)
		objects_feed(&objects, (struct span){ text.ptr + at, text.len - at < step ? text.len - at : step }, see_object,
			     &sum);
	sum = sum * 2 + objects_whole(&objects);
	objects_free(&objects);
	return sum;
}

static void check_name(struct span line, const struct restic_file *file)
{
	char path[FILE_PATH_MAX], pattern[2 * FILE_PATH_MAX + 1];
	size_t taken;

	check(file->file.path.len < (file->blurred ? sizeof(file->path) : FILE_PATH_MAX) && file->path[0] == '/');
	check(strlen(file->path) == file->file.path.len);
	check(file->blurred || restic_pattern(file->path, pattern, sizeof(pattern)) == OK);
	if (restic_read_name(line, file->path, path, &taken) == RESTIC_NAME) {
		check(taken <= line.len && line.ptr[taken - 1] == '\n');
		check(strlen(path) < FILE_PATH_MAX);
	}
}

struct seeing {
	struct verdict verdict;
	struct restic_file file; /* the last one */
	bool any;
};

static bool see_line(void *whom, struct span line)
{
	struct seeing *seeing = whom;
	struct tool_progress progress = { .done = -1 };
	struct tool_result result = { 0 };
	char text[100] = "";

	restic_read_message(line, &progress, &result);
	restic_read_percent(line, &progress);
	check(progress.done <= 1);
	if (restic_read_error(line, text, sizeof(text)))
		check(text[0] && strlen(text) < sizeof(text));
	verdict_line(&seeing->verdict, line);
	seeing->any |= restic_read_file(line, &seeing->file) == RESTIC_FILE;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = { bytes, len };
	struct lines lines = { 0 };
	struct seeing *seeing = calloc(1, sizeof(*seeing));
	struct tool_result result = { 0 };
	char path[FILE_PATH_MAX];
	size_t taken;

	check(seeing != NULL);
	for (unsigned depth = 1; depth <= 3; depth += 2)
		check(objects_of(text, depth, len + 1) == objects_of(text, depth, 3));
	lines_feed(&lines, text, '\n', see_line, seeing);
	lines_finish(&lines, see_line, seeing);
	if (seeing->any)
		check_name(text, &seeing->file);
	/* A text that is its own blurred name. */
	if (len > 0 && len < FILE_PATH_MAX && !memchr(bytes, '\0', len)) {
		char blurred[FILE_PATH_MAX];

		memcpy(blurred, bytes, len);
		blurred[len] = '\0';
		if (restic_read_name(text, blurred, path, &taken) == RESTIC_NAME)
			check(taken <= len);
	}
	verdict_end(&seeing->verdict, &(struct program_end){ PROGRAM_ENDED, 1, 0 }, 3, &result);
	check(result.trouble != TOOL_FINE && strlen(result.said) < TOOL_SAID);
	lines_free(&lines);
	free(seeing);
	return 0;
}
