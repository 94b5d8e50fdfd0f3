/* fuzz_borg.c - hostile output of borg: what it says, lists, names that Python escaped. */
#include "snapshot/borg_read.h"
#include "snapshot/lines.h"
#include "check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static bool see_record(void *whom, struct span record)
{
	struct borg_file *file = whom;

	if (borg_read_file(record, file) == BORG_FILE) {
		check(file->path[0] == '/' && file->file.path.len < FILE_PATH_MAX);
		check(file->file.path.ptr[file->file.path.len] == '\0');
		check(file->file.mode <= 07777);
	}
	return true;
}

/* However it comes in pieces, the same is undone. */
static uint64_t undone(struct span text, size_t step, struct borg_file *file)
{
	struct borg_text form = { 0 };
	struct lines lines = { 0 };
	uint8_t *into = malloc(step + BORG_TEXT_MORE);
	uint64_t sum = 0;

	check(into != NULL);
	for (size_t at = 0; at < text.len; at += step) {
		struct span piece = { text.ptr + at, text.len - at < step ? text.len - at : step };
		size_t used = borg_text_undo(&form, piece, into);

		check(used <= piece.len + BORG_TEXT_MORE);
		for (size_t i = 0; i < used; i++)
			sum = sum * 31 + into[i];
		lines_feed(&lines, (struct span){ into, used }, '\0', see_record, file);
	}
	lines_finish(&lines, see_record, file);
	lines_free(&lines);
	free(into);
	return sum * 31 + form.bad;
}

static bool see_line(void *whom, struct span line)
{
	struct tool_progress progress = { .done = -1 };
	struct borg_said said;
	char id[SNAPSHOT_ID] = "";

	(void)whom;
	borg_read_said(line, &said, &progress);
	check(progress.done <= 1 && memchr(said.text, '\0', BORG_SAID) != NULL);
	if (borg_read_pruned(said.text, id))
		check(strspn(id, "0123456789abcdef") == 64 && id[64] == '\0');
	return true;
}

static bool see_object(void *whom, const char *key, struct span object)
{
	struct snapshot snapshot;

	(void)whom, (void)key;
	if (borg_read_archive(object, &snapshot) == OK)
		check(snapshot.id[0] && snapshot.name[0] && strlen(snapshot.name) < sizeof(snapshot.name));
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span text = { bytes, len };
	struct borg_file *file = calloc(1, sizeof(*file));
	struct tool_result result = { 0 };
	struct objects objects = { .depth = 2 };
	struct lines lines = { 0 };

	check(file != NULL);
	check(undone(text, len + 1, file) == undone(text, 3, file));
	lines_feed(&lines, text, '\n', see_line, NULL);
	lines_finish(&lines, see_line, NULL);
	objects_feed(&objects, text, see_object, NULL);
	if (borg_read_created(text, &result))
		check(result.snapshot[0] != '\0');
	lines_free(&lines);
	objects_free(&objects);
	free(file);
	return 0;
}
