/* restic_read.c - restic's lines and JSON into our structs. */
#include "snapshot/restic_read.h"

#include "base/line.h"
#include "base/pen.h"
#include "base/text.h"
#include "snapshot/answer.h"

#define QUOTED_MAX (4 * FILE_PATH_MAX) /* bytes: four letters for a byte */
#define BLUR "\xef\xbf\xbd" /* U+FFFD */

static void status_read(const json_t *message, struct tool_progress *progress)
{
	double done = json_number_value(json_object_get(message, "percent_done"));

	progress->done = done >= 0 && done <= 1 ? done : -1;
	progress->files = answer_number(message, "files_done") + answer_number(message, "files_restored");
	progress->bytes = answer_number(message, "bytes_done") + answer_number(message, "bytes_restored");
	progress->bytes_all = answer_number(message, "total_bytes");
}

static void summary_read(const json_t *message, struct tool_result *result)
{
	/* Of a backup, or of a restore (since 0.16). */
	result->files += answer_number(message, "total_files_processed") + answer_number(message, "files_restored");
	result->bytes += answer_number(message, "total_bytes_processed") + answer_number(message, "bytes_restored");
	result->files_new += answer_number(message, "files_new");
	result->files_changed += answer_number(message, "files_changed");
	result->bytes_added += answer_number(message, "data_added");
	answer_id(message, "snapshot_id", result->snapshot);
}

bool restic_read_message(struct span line, struct tool_progress *progress, struct tool_result *result)
{
	json_t *message = answer_read(line);
	const char *type = answer_text(message, "message_type");
	bool known = message && type[0];

	if (strcmp(type, "status") == 0)
		status_read(message, progress);
	else if (strcmp(type, "summary") == 0)
		summary_read(message, result);
	json_decref(message);
	return known;
}

bool restic_read_percent(struct span line, struct tool_progress *progress)
{
	struct span word = line_word(&line), whole;
	uint64_t number, part = 0;

	if (!line_begins(word, "[") || word.ptr[word.len - 1] != ']')
		return false;
	word = line_word(&line);
	if (word.len < 2 || word.ptr[word.len - 1] != '%')
		return false;
	word.len--;
	whole = line_until(&word, '.');
	if (!line_number(whole, 100, &number) || (word.len > 0 && (word.len != 2 || !line_number(word, 99, &part))))
		return false;
	progress->done = ((double)number + (double)part / 100) / 100;
	return true;
}

bool restic_read_error(struct span line, char *text, size_t size)
{
	json_t *message = answer_read(line);
	const char *said = answer_text(message, "message");
	bool found;

	if (!said[0])
		said = answer_text(json_object_get(message, "error"), "message");
	found = said[0] != '\0';
	if (found)
		snprintf(text, size, "%s", said);
	json_decref(message);
	return found;
}

static usec_t time_of(const json_t *object, const char *key)
{
	usec_t t;

	return time_parse(&t, answer_text(object, key)) == OK ? t : 0; /* before 1970, after 9999, or none */
}

enum err restic_read_snapshot(struct span object, struct snapshot *snapshot)
{
	json_t *root = answer_read(object), *path;
	char id[SNAPSHOT_ID];
	size_t index, count = 0;

	if (!answer_id(root, "id", id)) {
		json_decref(root);
		return ERR_FORMAT;
	}
	*snapshot = (struct snapshot){ .at = time_of(root, "time") };
	memcpy(snapshot->id, id, SNAPSHOT_ID);
	snprintf(snapshot->name, sizeof(snapshot->name), "%.8s", id);
	answer_copy(answer_text(root, "hostname"), snapshot->host, sizeof(snapshot->host));
	answer_id(root, "tree", snapshot->tree);
	answer_id(root, "parent", snapshot->parent);
	json_array_foreach(json_object_get(root, "paths"), index, path) {
		const char *text = json_string_value(path);

		if (count < SNAPSHOT_PATHS && text && text[0])
			answer_copy(text, snapshot->paths[count++], REPOSITORY_PATH);
	}
	json_decref(root);
	return OK;
}

static enum file_kind kind_of(const char *type)
{
	if (strcmp(type, "file") == 0)
		return FILE_PLAIN;
	if (strcmp(type, "dir") == 0)
		return FILE_FOLDER;
	return strcmp(type, "symlink") == 0 ? FILE_LINK : FILE_OTHER;
}

/* Go's os.FileMode has the permissions where Unix has them, and the three special bits elsewhere. */
static uint32_t mode_of(uint64_t go)
{
	return (uint32_t)(go & 0777) | (go >> 23 & 1 ? 04000 : 0) | (go >> 22 & 1 ? 02000 : 0) | (go >> 20 & 1 ? 01000 : 0);
}

static enum restic_line node_read(const json_t *root, struct restic_file *file)
{
	const json_t *path = json_object_get(root, "path");
	const char *text = json_string_value(path);
	size_t len = json_string_length(path);

	if (!text || text[0] != '/')
		return RESTIC_UNKNOWN;
	file->blurred = strstr(text, BLUR) != NULL;
	if (len >= (file->blurred ? sizeof(file->path) : FILE_PATH_MAX))
		return RESTIC_LONG;
	memcpy(file->path, text, len + 1);
	file->file = (struct snapshot_file){
		.path = { (const uint8_t *)file->path, len },
		.kind = kind_of(answer_text(root, "type")),
		.size = answer_number(root, "size"),
		.changed = time_of(root, "mtime"),
		.mode = mode_of(answer_number(root, "mode")),
	};
	return RESTIC_FILE;
}

enum restic_line restic_read_file(struct span line, struct restic_file *file)
{
	json_t *root = answer_read(line);
	const char *type = answer_text(root, "struct_type");
	enum restic_line read = RESTIC_UNKNOWN;

	if (!type[0]) /* since 0.17 both are there; a later one may have only this */
		type = answer_text(root, "message_type");
	if (strcmp(type, "snapshot") == 0)
		read = RESTIC_SNAPSHOT;
	else if (strcmp(type, "node") == 0)
		read = node_read(root, file);
	json_decref(root);
	return read;
}

/* How long the rune is with which the text begins, as Go reads UTF-8: a byte that belongs to none is one by itself, and
 * is shown as U+FFFD. */
static size_t rune_len(struct span text, bool *valid)
{
	struct span rest = text;
	uint32_t rune = text_rune(&rest);

	*valid = rune != RUNE_INVALID || line_begins(text, BLUR);
	return *valid ? text.len - rest.len : 1;
}

/* Whether exact bytes are what is blurred to this. How much of them was compared; text.len: all. */
static bool name_matches(struct span exact, const char *blurred, size_t *len)
{
	struct span rest = exact;

	while (*blurred && rest.len > 0) {
		bool valid;
		size_t one = rune_len(rest, &valid);

		if (valid ? strncmp(blurred, (const char *)rest.ptr, one) != 0 : strncmp(blurred, BLUR, 3) != 0)
			return false;
		blurred += valid ? one : 3;
		rest = line_from(rest, one);
	}
	*len = exact.len - rest.len;
	return *blurred == '\0';
}

/* A byte of Go's strconv.Quote() behind a backslash; how many letters it took, 0: it is none. */
static size_t unquote_one(struct span text, struct pen *pen)
{
	static const char from[] = "abfnrtv\\\"", to[] = "\a\b\f\n\r\t\v\\\"";
	const char *plain = text.len ? memchr(from, text.ptr[0], sizeof(from) - 1) : NULL;
	size_t digits = !text.len ? 0 : text.ptr[0] == 'x' ? 2 : text.ptr[0] == 'u' ? 4 : text.ptr[0] == 'U' ? 8 : 0;
	uint32_t rune = 0;

	if (plain) {
		pen_byte(pen, (uint8_t)to[plain - from]);
		return 1;
	}
	if (digits == 0 || text.len <= digits)
		return 0;
	for (size_t i = 1; i <= digits; i++) {
		int value = text_nibble(text.ptr[i]);

		if (value < 0)
			return 0;
		rune = rune << 4 | (uint32_t)value;
	}
	if (digits == 2)
		pen_byte(pen, (uint8_t)rune);
	else
		pen_rune(pen, rune);
	return digits + 1;
}

/* A quoted line, without its end. */
static bool unquote(struct span line, struct pen *pen)
{
	if (line.len < 2 || line.ptr[line.len - 1] != '"')
		return false;
	line = (struct span){ line.ptr + 1, line.len - 2 };
	while (line.len > 0) {
		size_t took = 1;

		if (line.ptr[0] == '\\')
			took = 1 + unquote_one(line_from(line, 1), pen);
		else
			pen_byte(pen, line.ptr[0]);
		if (took == 1 && line.ptr[0] == '\\')
			return false;
		line = line_from(line, took);
	}
	return true;
}

static enum restic_name quoted_name(struct span text, const char *blurred, char path[FILE_PATH_MAX], size_t *taken)
{
	struct pen pen = pen_init(path, FILE_PATH_MAX - 1);
	struct span line = text;
	size_t len;

	line.len = line_find(text, '\n');
	if (line.len == text.len)
		return text.len < QUOTED_MAX ? RESTIC_NAME_MORE : RESTIC_NAME_OTHER;
	if (!unquote(line, &pen) || pen.cut)
		return RESTIC_NAME_OTHER;
	path[pen.used] = '\0';
	if (!name_matches(pen_since(&pen, 0), blurred, &len) || len != pen.used)
		return RESTIC_NAME_OTHER;
	*taken = line.len + 1;
	return RESTIC_NAME;
}

enum restic_name restic_read_name(struct span text, const char *blurred, char path[FILE_PATH_MAX], size_t *taken)
{
	bool short_of_it = text.len <= strlen(blurred); /* exact is not longer than blurred: a byte for three */
	size_t len = 0;

	if (text.len == 0)
		return RESTIC_NAME_MORE;
	if (text.ptr[0] == '"')
		return quoted_name(text, blurred, path, taken);
	/* What does not match may be a rune that is cut where the text ends. */
	if (!name_matches(text, blurred, &len) || len == text.len)
		return short_of_it ? RESTIC_NAME_MORE : RESTIC_NAME_OTHER;
	if (text.ptr[len] != '\n' || len >= FILE_PATH_MAX)
		return RESTIC_NAME_OTHER;
	memcpy(path, text.ptr, len);
	path[len] = '\0';
	*taken = len + 1;
	return RESTIC_NAME;
}

enum err restic_pattern(const char *path, char *pattern, size_t size)
{
	struct pen pen = pen_init(pattern, size);

	for (; *path; path++) {
		if (strchr("*?[]\\", *path))
			pen_byte(&pen, '\\');
		pen_byte(&pen, (uint8_t)*path);
	}
	pen_byte(&pen, '\0');
	return pen.cut ? ERR_LIMIT : OK;
}
