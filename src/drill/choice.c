/*
 * choice.c - counts, and chooses what is restored.
 *
 * How many bytes: critical paths always, whatever they hold. The sample has what they leave of the repository's
 * drill_bytes, but at least a quarter of that: a drill without a sample says nothing of the rest. Half of it is for the
 * random part. From that, files larger than an eighth of drill_bytes are left out beforehand, and it is said that they
 * were: if they were left out as they come, the sample would not be random any more.
 */
#include "drill/choice.h"

#include "base/line.h"
#include "base/text.h"
#include "drill/problem.h"

#define STEP 512 /* entries between two looks at the clock */

static void critical_take(struct choice *c)
{
	for (size_t i = 0; i < REPOSITORY_PATHS && c->repository->critical[i][0]; i++) {
		char *path = c->critical[c->critical_count++];

		snprintf(path, REPOSITORY_PATH, "%s", c->repository->critical[i]);
		for (size_t n = strlen(path); n > 0 && path[n - 1] == '/'; n--)
			path[n - 1] = '\0';
	}
}

enum err choice_open(struct choice *choice, const struct drill_settings *settings)
{
	const struct repository *r = settings->repository;
	size_t heavy = r->drill_files / 4, random = r->drill_files - heavy;
	struct choice c = { .repository = r, .size_max = r->drill_bytes / 8 };

	if (draw_open(&c.random, DRAW_BY_FILES, random, settings->seed) != OK)
		return ERR_MEMORY;
	if (draw_open(&c.heavy, DRAW_BY_BYTES, heavy, ~settings->seed) != OK) {
		draw_close(&c.random);
		return ERR_MEMORY;
	}
	critical_take(&c);
	*choice = c;
	return OK;
}

void choice_close(struct choice *choice)
{
	draw_close(&choice->random);
	draw_close(&choice->heavy);
}

/* Names that no backup program writes would lead out of the scratch folder. */
static bool is_plain(struct span path)
{
	struct span rest = path, part;
	size_t parts = 0, length = 0;

	if (path.len == 0 || path.len >= FILE_PATH_MAX || path.ptr[0] != '/')
		return false;
	while (text_piece(&rest, '/', &part)) {
		if (part.ptr[0] == '.' && (part.len == 1 || (part.len == 2 && part.ptr[1] == '.')))
			return false;
		parts++;
		length += part.len;
	}
	return parts + length == path.len || path.len == 1; /* no empty part */
}

static bool is_below(struct span path, struct span folder)
{
	return path.len >= folder.len && span_equal(line_cut(path, folder.len), folder) &&
	       (path.len == folder.len || path.ptr[folder.len] == '/');
}

static bool is_critical(struct choice *c, const struct snapshot_file *file)
{
	bool critical = false;

	for (size_t i = 0; i < c->critical_count; i++) {
		if (!is_below(file->path, text_span(c->critical[i])))
			continue;
		c->found[i] = true;
		c->filled[i] |= file->kind == FILE_PLAIN;
		critical = true;
	}
	return critical;
}

static enum err file_draw(struct choice *c, const struct snapshot_file *file)
{
	if (file->size <= c->size_max) {
		enum err err = draw_offer(&c->random, file, c->number);

		c->report->random_of++;
		if (err != OK)
			return err;
	}
	return file->size <= c->repository->drill_bytes ? draw_offer(&c->heavy, file, c->number) : OK;
}

static enum err entry_take(struct choice *c, const struct snapshot_file *file)
{
	struct plan_entry entry = { PLAN_CRITICAL, file->kind, file->size, file->changed, file->path };

	if (!is_plain(file->path)) {
		c->report->wrong++;
		problem_add(c->report, file->path, "a name that would lead elsewhere: not restored");
		return OK;
	}
	if (file->kind == FILE_PLAIN) {
		c->report->files_all++;
		c->report->bytes_all = plan_sum(c->report->bytes_all, file->size);
	}
	if (is_critical(c, file))
		return plan_add(c->plan, &entry);
	return file->kind == FILE_PLAIN ? file_draw(c, file) : OK;
}

bool choice_see(void *choice, const struct snapshot_file *file)
{
	struct choice *c = choice;

	if (c->number++ == 0)
		c->started = progress_seconds(c->progress);
	c->trouble = entry_take(c, file);
	if (c->trouble != OK)
		return false;
	return c->number % STEP || progress_tell(c->progress, -1, c->report->files_all, c->report->bytes_all);
}

/* Of the random part, the first one that does not fit ends it: a first part of a random order is a random sample, one
 * of which the large were skipped is not. The part by bytes makes no such claim. Tells what was taken of `bytes_max`. */
static enum err files_take(struct choice *c, enum plan_why why, uint64_t bytes_max, uint64_t *bytes)
{
	struct draw *draw = why == PLAN_RANDOM ? &c->random : &c->heavy;

	*bytes = 0;
	draw_order(draw);
	for (size_t i = 0; i < draw->count; i++) {
		struct drawn_file *file = &draw->files[i];
		struct plan_entry entry = { why, FILE_PLAIN, file->size, file->changed, text_span(file->path) };
		bool fits = file->size <= bytes_max - *bytes;
		enum err err;

		if (!fits && why == PLAN_RANDOM)
			break;
		if (!fits || (why == PLAN_HEAVY && draw_has(&c->random, file->number)))
			continue;
		err = plan_add(c->plan, &entry);
		if (err != OK)
			return err;
		file->taken = true;
		*bytes += file->size;
	}
	return OK;
}

static void missing_tell(struct choice *c)
{
	c->report->critical = c->critical_count;
	for (size_t i = 0; i < c->critical_count; i++) {
		if (c->found[i] && c->filled[i])
			continue;
		c->report->critical_missing++;
		/* A folder that was not mounted, or a link to where the files are. */
		problem_add(c->report, text_span(c->repository->critical[i]),
			    c->found[i] ? "named as critical, but no file is in it"
					: "named as critical, but it is not in the snapshot");
	}
}

enum err choice_end(struct choice *choice)
{
	uint64_t all = choice->repository->drill_bytes, left = all, used;
	enum err err;

	left = choice->plan->bytes < left ? left - choice->plan->bytes : 0;
	if (left < all / 4)
		left = all / 4;
	missing_tell(choice);
	choice->report->random_size = choice->size_max;
	err = files_take(choice, PLAN_RANDOM, left / 2, &used);
	return err == OK ? files_take(choice, PLAN_HEAVY, left - used, &used) : err;
}
