/*
 * wipe_tool.c - two states of a tree before the wiper alarm, as tests/golden/run-wipe makes them.
 *
 *   wipe_tool BLOBS BEFORE.tsv AFTER.tsv OLD-LISTING NEW-LISTING LEARNED [CANARY]
 *
 * A state is a table of lines "path TAB size TAB microseconds TAB where its contents begin in BLOBS". BEFORE.tsv and
 * OLD-LISTING may be "-": the first snapshot. LEARNED is read and written. The finding is printed as one line of JSON.
 */
#include "base/json.h"
#include "base/text.h"
#include "wipe/wipe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

struct row {
	char *path;
	uint64_t size, at;
	usec_t changed;
};

struct table {
	char *text;
	struct row *rows;
	size_t count;
};

static void die(const char *what)
{
	fprintf(stderr, "wipe_tool: %s: %s\n", what, strerror(errno));
	exit(2);
}

static char *file_text(const char *path, bool must)
{
	FILE *in = fopen(path, "rb");
	char *text = NULL;
	size_t room = 0;

	if (!in && !must)
		return strdup("");
	if (!in)
		die(path);
	if (getdelim(&text, &room, '\0', in) < 0) {
		free(text);
		text = strdup("");
	}
	fclose(in);
	return text;
}

static int compare_rows(const void *left, const void *right)
{
	return strcmp(((const struct row *)left)->path, ((const struct row *)right)->path);
}

static struct table table_read(const char *path)
{
	struct table t = { .text = file_text(path, true) };
	size_t room = 0;

	for (char *line = t.text, *next; *line; line = next) {
		char *size = strchr(line, '\t'), *time = strchr(size + 1, '\t'), *blob = strchr(time + 1, '\t');

		next = strchr(blob, '\n');
		*size = *time = *blob = *next++ = '\0';
		if (t.count == room) {
			room = room ? 2 * room : 4096;
			t.rows = realloc(t.rows, room * sizeof(*t.rows));
		}
		t.rows[t.count++] = (struct row){ line, strtoull(size + 1, NULL, 10), strtoull(blob + 1, NULL, 10),
						  strtoll(time + 1, NULL, 10) };
	}
	return t; /* in the order of the table, which is no order: as borg lists */
}

/* The contents as a file of their own; -1: there is none. */
static int content_of(int blobs, const struct table *t, struct span path)
{
	char *name = strndup((const char *)path.ptr, path.len);
	struct row key = { .path = name }, *row;
	off_t at;
	int fd;

	row = path.len && t->count ? bsearch(&key, t->rows, t->count, sizeof(key), compare_rows) : NULL;
	free(name);
	if (!row)
		return -1;
	fd = memfd_create("content", MFD_CLOEXEC);
	at = (off_t)row->at;
	for (uint64_t left = row->size; left > 0;) {
		ssize_t n = sendfile(fd, blobs, &at, left);

		if (n <= 0)
			die("sendfile");
		left -= (uint64_t)n;
	}
	return fd;
}

static void see_all(struct wipe *wipe, const struct table *after)
{
	for (size_t i = 0; i < after->count; i++) {
		const struct row *row = &after->rows[i];
		struct snapshot_file file = { .path = text_span(row->path), .kind = FILE_PLAIN, .size = row->size,
					      .changed = row->changed };

		if (wipe_see(wipe, &file) != OK)
			die("wipe_see");
	}
	if (wipe_listed(wipe) != OK)
		die("wipe_listed");
}

static void look_all(struct wipe *wipe, int blobs, struct table *before, struct table *after)
{
	size_t count;
	const struct wipe_want *wants = wipe_wanted(wipe, &count);

	if (before->count)
		qsort(before->rows, before->count, sizeof(struct row), compare_rows);
	if (after->count)
		qsort(after->rows, after->count, sizeof(struct row), compare_rows);
	for (size_t i = 0; i < count; i++) {
		int old = content_of(blobs, before, wants[i].before), new = content_of(blobs, after, wants[i].after);

		if (wipe_content(wipe, i, old, new) != OK)
			die("wipe_content");
		if (old >= 0)
			close(old);
		if (new >= 0)
			close(new);
	}
}

static void print(const struct wipe_finding *f)
{
	static const char *const verdicts[] = { "normal", "unusual", "alarm" };
	struct json json = json_init(stdout);

	json_open_object(&json);
	json_put_string(&json, "verdict", verdicts[f->verdict]);
	json_put_string(&json, "level", f->level < LEVELS ? level_name(f->level) : NULL);
	json_put_uint(&json, "confidence", f->confidence);
	json_put_uint(&json, "damaged_per_mille", (uint64_t)(f->damaged * 1000 + 0.5));
	json_put_string(&json, "attack", f->attack);
	json_put_string(&json, "say", f->say_en);
	json_put_string(&json, "say_ja", f->say_ja);
	json_put_object(&json, "why");
	for (unsigned i = 0; i < f->why_count; i++)
		json_put_string(&json, f->why[i].key, f->why[i].value);
	json_close_object(&json);
	json_put_array(&json, "examples");
	for (unsigned i = 0; i < f->example_count; i++)
		json_write_string(&json, f->examples[i]);
	json_close_array(&json);
	json_close_object(&json);
	json_end_line(&json);
}

int main(int argc, char **argv)
{
	const char *const canaries[] = { argc > 7 ? argv[7] : NULL, NULL };
	struct table before = { 0 }, after;
	struct wipe_finding finding;
	char *learned, *new_learned = NULL;
	struct wipe *wipe;
	bool first;
	FILE *out;
	int blobs;

	if (argc < 7) {
		fputs("wipe_tool BLOBS BEFORE.tsv AFTER.tsv OLD-LISTING NEW-LISTING LEARNED [CANARY]\n", stderr);
		return 2;
	}
	blobs = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (blobs < 0)
		die(argv[1]);
	first = strcmp(argv[4], "-") == 0;
	if (!first)
		before = table_read(argv[2]);
	after = table_read(argv[3]);
	learned = file_text(argv[6], false);
	wipe = wipe_new(first ? NULL : argv[4], argv[5], canaries);
	if (!wipe)
		die("wipe_new");
	see_all(wipe, &after);
	look_all(wipe, blobs, &before, &after);
	if (wipe_judge(wipe, after.count ? after.rows[0].changed : 1, learned, &finding, &new_learned) != OK)
		die("wipe_judge");
	print(&finding);
	out = fopen(argv[6], "wb");
	if (!out || fputs(new_learned, out) == EOF || fclose(out) != 0)
		die(argv[6]);
	free(new_learned);
	free(learned);
	wipe_free(wipe);
	free(before.text);
	free(before.rows);
	free(after.text);
	free(after.rows);
	return 0;
}
