/* borg_read.c - borg's JSON, and its list of files, into our structs. */
#include "snapshot/borg_read.h"

#include "base/line.h"
#include "base/pen.h"
#include "base/text.h"
#include "snapshot/answer.h"

/* borg writes UTC, as TZ says, and leaves the zone out. */
static usec_t time_of(const char *text)
{
	char zoned[48];
	usec_t t;

	snprintf(zoned, sizeof(zoned), "%s%s", text, strpbrk(text, "Z+") ? "" : "Z");
	return time_parse(&t, zoned) == OK ? t : 0;
}

/* A traceback says what happened in the last line before it describes the machine. */
static struct span last_words(const char *message)
{
	struct span rest = text_span(message), line, last = { NULL, 0 };
	const char *platform = strstr(message, "\n\nPlatform: ");

	if (!line_begins(rest, "Traceback"))
		return rest;
	if (platform)
		rest.len = (size_t)(platform - message);
	while (text_line(&rest, &line))
		last = line;
	return last;
}

static void log_read(const json_t *root, struct borg_said *said)
{
	const char *name = answer_text(root, "msgid");
	struct span words = last_words(answer_text(root, "message"));

	said->kind = BORG_LOG;
	said->list = strcmp(answer_text(root, "name"), "borg.output.list") == 0;
	snprintf(said->text, BORG_SAID, "%s%s%.*s", name, name[0] ? ": " : "", (int)(words.len < BORG_SAID ? words.len : BORG_SAID),
		 words.len ? (const char *)words.ptr : "");
}

static void progress_read(const json_t *root, const char *type, struct tool_progress *progress)
{
	uint64_t now = answer_number(root, "current"), total = answer_number(root, "total");

	if (strcmp(type, "archive_progress") == 0 && json_object_get(root, "nfiles")) {
		progress->files = answer_number(root, "nfiles");
		progress->bytes = answer_number(root, "original_size");
	} else if (strcmp(type, "progress_percent") == 0 && total > 0 && now <= total) {
		progress->done = (double)now / (double)total;
	}
}

void borg_read_said(struct span line, struct borg_said *said, struct tool_progress *progress)
{
	json_t *root = answer_read(line);
	const char *type = answer_text(root, "type");

	*said = (struct borg_said){ .kind = BORG_TEXT };
	if (strcmp(type, "log_message") == 0) {
		log_read(root, said);
	} else if (root) {
		said->kind = BORG_PROGRESS;
		progress_read(root, type, progress);
	}
	json_decref(root);
}

bool borg_read_created(struct span text, struct tool_result *result)
{
	json_t *root = answer_read(text);
	const json_t *archive = json_object_get(root, "archive"), *stats = json_object_get(archive, "stats");
	bool good = json_is_object(stats) && answer_id(archive, "id", result->snapshot);

	if (good) {
		result->files = answer_number(stats, "nfiles");
		result->bytes = answer_number(stats, "original_size");
		result->bytes_added = answer_number(stats, "deduplicated_size");
	}
	json_decref(root);
	return good;
}

enum err borg_read_archive(struct span object, struct snapshot *snapshot)
{
	json_t *root = answer_read(object);
	const char *name = answer_text(root, "name"), *start = answer_text(root, "start");
	char id[SNAPSHOT_ID];
	bool good = name[0] && strlen(name) < sizeof(snapshot->name) && answer_id(root, "id", id);

	if (good) {
		*snapshot = (struct snapshot){ .at = time_of(start[0] ? start : answer_text(root, "time")) };
		memcpy(snapshot->id, id, SNAPSHOT_ID);
		snprintf(snapshot->name, sizeof(snapshot->name), "%s", name);
		answer_copy(answer_text(root, "hostname"), snapshot->host, sizeof(snapshot->host));
	}
	json_decref(root);
	return good ? OK : ERR_FORMAT;
}

bool borg_read_pruned(const char *text, char id[SNAPSHOT_ID])
{
	const char *open = strrchr(text, '[');

	if (strncmp(text, "Would prune", 11) != 0 && strncmp(text, "Pruning archive", 15) != 0)
		return false;
	/* The last brackets: the name before them is others' to choose. Behind them may be "(1/3)". */
	if (!open || strspn(open + 1, "0123456789abcdef") != 64 || open[65] != ']')
		return false;
	snprintf(id, SNAPSHOT_ID, "%.64s", open + 1);
	return true;
}

/* A code point as the bytes that it stands for: those of surrogateescape are bytes of their own (PEP 383). */
static void put_rune(struct pen *pen, uint32_t rune)
{
	if (rune >= 0xdc80 && rune <= 0xdcff)
		pen_byte(pen, (uint8_t)rune);
	else
		pen_rune(pen, rune);
}

/* The letter behind a backslash. */
static void undo_letter(struct borg_text *text, struct pen *pen, uint8_t letter)
{
	static const struct {
		char letter, byte;
	} plain[] = { { 't', '\t' }, { 'n', '\n' }, { 'r', '\r' }, { '\\', '\\' } };

	text->escape = false;
	text->rune = 0;
	text->digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
	if (text->digits)
		return;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (letter == (uint8_t)plain[i].letter) {
			pen_byte(pen, (uint8_t)plain[i].byte);
			return;
		}
	}
	text->bad++;
}

static void undo_digit(struct borg_text *text, struct pen *pen, uint8_t digit)
{
	int value = text_nibble(digit);

	if (value < 0) {
		text->bad++;
		text->digits = 0;
		return;
	}
	text->rune = text->rune << 4 | (uint32_t)value;
	if (--text->digits == 0)
		put_rune(pen, text->rune);
}

size_t borg_text_undo(struct borg_text *text, struct span bytes, uint8_t *into)
{
	struct pen pen = pen_init(into, bytes.len + BORG_TEXT_MORE);

	if (text->form == BORG_UNDECIDED && bytes.len > 0)
		text->form = bytes.ptr[0] == '\\' ? BORG_ESCAPED : BORG_PLAIN;
	if (text->form != BORG_ESCAPED) {
		pen_span(&pen, bytes);
		return pen.used;
	}
	for (size_t i = 0; i < bytes.len; i++) {
		uint8_t byte = bytes.ptr[i];

		if (text->digits) {
			undo_digit(text, &pen, byte);
		} else if (text->escape) {
			undo_letter(text, &pen, byte);
		} else if (byte == '\\') {
			text->escape = true;
		} else {
			text->bad += byte < ' ' || byte > '~';
			pen_byte(&pen, byte);
		}
	}
	return pen.used;
}

static enum file_kind kind_of(uint8_t letter)
{
	if (letter == '-' || letter == 'h') /* h: a hard link to an earlier one */
		return FILE_PLAIN;
	if (letter == 'd')
		return FILE_FOLDER;
	return letter == 'l' ? FILE_LINK : FILE_OTHER;
}

/* "rwsr-xr-t", as ls writes it (POSIX). */
static uint32_t mode_of(const uint8_t *letters)
{
	static const uint32_t special[] = { 04000, 02000, 01000 };
	uint32_t mode = 0;

	for (unsigned i = 0; i < 9; i++) {
		uint8_t letter = letters[i];

		if (letter != '-' && letter != 'S' && letter != 'T')
			mode |= 0400u >> i;
		if (i % 3 == 2 && strchr("sStT", letter) && letter)
			mode |= special[i / 3];
	}
	return mode;
}

enum borg_record borg_read_file(struct span record, struct borg_file *file)
{
	struct span mode, size, time;
	char text[40];
	uint64_t number;

	if (record.len == 0 || record.ptr[0] != '\t')
		return BORG_UNKNOWN;
	record = line_from(record, 1);
	mode = line_until(&record, ' ');
	size = line_until(&record, ' ');
	time = line_until(&record, ' ');
	if (mode.len != 10 || !line_number(size, INT64_MAX, &number) || time.len >= sizeof(text) || record.len == 0)
		return BORG_UNKNOWN;
	if (record.len + 2 > FILE_PATH_MAX)
		return BORG_LONG;
	/* borg leaves the first slash out, as tar does. */
	file->path[0] = '/';
	memcpy(file->path + 1, record.ptr, record.len);
	file->path[1 + record.len] = '\0';
	snprintf(text, sizeof(text), "%.*s", (int)time.len, (const char *)time.ptr);
	file->file = (struct snapshot_file){
		.path = { (const uint8_t *)file->path, record.len + 1 },
		.kind = kind_of(mode.ptr[0]),
		.size = number,
		.changed = time_of(text),
		.mode = mode_of(mode.ptr + 1),
	};
	return BORG_FILE;
}
