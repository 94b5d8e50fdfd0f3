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

static void critical_take(struct choice *l)
{
	for (size_t i = 0; i < REPOSITORY_PATHS && l->repository->critical[i][0]; i++) {
		char *path = l->critical[l->critical_count++];

		snprintf(path, REPOSITORY_PATH, "%s", l->repository->critical[i]);
		for (size_t n = strlen(path); n > 0 && path[n - 1] == '/'; n--)
			path[n - 1] = '\0';
	}
}

enum err choice_open(struct choice *choice, const struct drill_settings *settings)
{
	const struct repository *r = settings->repository;
	size_t heavy = r->drill_files / 4, random = r->drill_files - heavy;
	struct choice l = { .repository = r, .size_max = r->drill_bytes / 8 };

	if (draw_open(&l.random, DRAW_BY_FILES, random, settings->seed) != OK)
		return ERR_MEMORY;
	if (draw_open(&l.heavy, DRAW_BY_BYTES, heavy, ~settings->seed) != OK) {
		draw_close(&l.random);
		return ERR_MEMORY;
	}
	critical_take(&l);
	*choice = l;
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

static bool is_critical(struct choice *l, struct span path)
{
	bool critical = false;

	for (size_t i = 0; i < l->critical_count; i++) {
		if (!is_below(path, text_span(l->critical[i])))
			continue;
		l->found[i] = true;
		critical = true;
	}
	return critical;
}

static enum err file_draw(struct choice *l, const struct snapshot_file *file)
{
	if (file->size <= l->size_max) {
		enum err err = draw_offer(&l->random, file, l->number);

		l->report->random_of++;
		if (err != OK)
			return err;
	}
	return file->size <= l->repository->drill_bytes ? draw_offer(&l->heavy, file, l->number) : OK;
}

static enum err entry_take(struct choice *l, const struct snapshot_file *file)
{
	struct plan_entry entry = { PLAN_CRITICAL, file->kind, file->size, file->changed, file->path };

	if (!is_plain(file->path)) {
		l->report->wrong++;
		problem_add(l->report, file->path, "a name that would lead elsewhere: not restored");
		return OK;
	}
	if (file->kind == FILE_PLAIN) {
		l->report->files_all++;
		l->report->bytes_all = plan_sum(l->report->bytes_all, file->size);
	}
	if (is_critical(l, file->path))
		return plan_add(l->plan, &entry);
	return file->kind == FILE_PLAIN ? file_draw(l, file) : OK;
}

bool choice_see(void *choice, const struct snapshot_file *file)
{
	struct choice *l = choice;

	if (l->number++ == 0)
		l->started = progress_seconds(l->progress);
	l->trouble = entry_take(l, file);
	if (l->trouble != OK)
		return false;
	return l->number % STEP || progress_tell(l->progress, -1, l->report->files_all, l->report->bytes_all);
}

/* Of the random part, the first one that does not fit ends it: a first part of a random order is a random sample, one
 * of which the large were skipped is not. The part by bytes makes no such claim. Tells what was taken of `bytes_max`. */
static enum err files_take(struct choice *l, enum plan_why why, uint64_t bytes_max, uint64_t *bytes)
{
	struct draw *draw = why == PLAN_RANDOM ? &l->random : &l->heavy;

	*bytes = 0;
	draw_order(draw);
	for (size_t i = 0; i < draw->count; i++) {
		struct drawn_file *file = &draw->files[i];
		struct plan_entry entry = { why, FILE_PLAIN, file->size, file->changed, text_span(file->path) };
		bool fits = file->size <= bytes_max - *bytes;
		enum err err;

		if (!fits && why == PLAN_RANDOM)
			break;
		if (!fits || (why == PLAN_HEAVY && draw_has(&l->random, file->number)))
			continue;
		err = plan_add(l->plan, &entry);
		if (err != OK)
			return err;
		file->taken = true;
		*bytes += file->size;
	}
	return OK;
}

static void missing_tell(struct choice *l)
{
	l->report->critical = l->critical_count;
	for (size_t i = 0; i < l->critical_count; i++) {
		if (l->found[i])
			continue;
		l->report->critical_missing++;
		problem_add(l->report, text_span(l->repository->critical[i]),
			    "named as critical, but it is not in the snapshot");
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
