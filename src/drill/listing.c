/*
 * listing.c - counts, and chooses what is restored.
 *
 * How many bytes: critical paths always, whatever they hold. The sample has what they leave of the repository's
 * drill_bytes, but at least a quarter of that: a drill without a sample says nothing of the rest. Half of it is for the
 * random part. From that, files larger than an eighth of drill_bytes are left out beforehand, and it is said that they
 * were: if they were left out as they come, the sample would not be random any more.
 */
#include "drill/listing.h"

#include "base/line.h"
#include "base/text.h"
#include "drill/problem.h"

#define STEP 512 /* entries between two looks at the clock */

static void critical_take(struct listing *l)
{
	for (size_t i = 0; i < REPOSITORY_PATHS && l->repository->critical[i][0]; i++) {
		char *path = l->critical[l->critical_count++];

		snprintf(path, REPOSITORY_PATH, "%s", l->repository->critical[i]);
		for (size_t n = strlen(path); n > 0 && path[n - 1] == '/'; n--)
			path[n - 1] = '\0';
	}
}

enum err drill_listing_open(struct listing *listing, const struct drill_settings *settings)
{
	const struct repository *r = settings->repository;
	size_t heavy = r->drill_files / 4, random = r->drill_files - heavy;
	struct listing l = { .repository = r, .size_max = r->drill_bytes / 8 };

	if (sample_open(&l.random, SAMPLE_BY_FILES, random, settings->seed) != OK)
		return ERR_MEMORY;
	if (sample_open(&l.heavy, SAMPLE_BY_BYTES, heavy, ~settings->seed) != OK) {
		sample_close(&l.random);
		return ERR_MEMORY;
	}
	critical_take(&l);
	*listing = l;
	return OK;
}

void drill_listing_close(struct listing *listing)
{
	sample_close(&listing->random);
	sample_close(&listing->heavy);
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

static bool is_critical(struct listing *l, struct span path)
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

static enum err file_draw(struct listing *l, const struct snapshot_file *file)
{
	if (file->size <= l->size_max) {
		enum err err = drill_sample_offer(&l->random, file, l->number);

		l->report->random_of++;
		if (err != OK)
			return err;
	}
	return file->size <= l->repository->drill_bytes ? drill_sample_offer(&l->heavy, file, l->number) : OK;
}

static enum err entry_take(struct listing *l, const struct snapshot_file *file)
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

bool listing_see(void *listing, const struct snapshot_file *file)
{
	struct listing *l = listing;

	if (l->number++ == 0)
		l->started = progress_seconds(l->progress);
	l->trouble = entry_take(l, file);
	if (l->trouble != OK)
		return false;
	return l->number % STEP || progress_tell(l->progress, -1, l->report->files_all, l->report->bytes_all);
}

/* Of the random part, the first one that does not fit ends it: a first part of a random order is a random sample, one
 * of which the large were skipped is not. The part by bytes makes no such claim. Tells what was taken of `bytes_max`. */
static enum err sample_take(struct listing *l, enum plan_why why, uint64_t bytes_max, uint64_t *bytes)
{
	struct sample *sample = why == PLAN_RANDOM ? &l->random : &l->heavy;

	*bytes = 0;
	sample_order(sample);
	for (size_t i = 0; i < sample->count; i++) {
		struct sample_file *file = &sample->files[i];
		struct plan_entry entry = { why, FILE_PLAIN, file->size, file->changed, text_span(file->path) };
		bool fits = file->size <= bytes_max - *bytes;
		enum err err;

		if (!fits && why == PLAN_RANDOM)
			break;
		if (!fits || (why == PLAN_HEAVY && sample_has(&l->random, file->number)))
			continue;
		err = plan_add(l->plan, &entry);
		if (err != OK)
			return err;
		file->taken = true;
		*bytes += file->size;
	}
	return OK;
}

static void missing_tell(struct listing *l)
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

enum err listing_end(struct listing *listing)
{
	uint64_t all = listing->repository->drill_bytes, left = all, used;
	enum err err;

	left = listing->plan->bytes < left ? left - listing->plan->bytes : 0;
	if (left < all / 4)
		left = all / 4;
	missing_tell(listing);
	listing->report->random_size = listing->size_max;
	err = sample_take(listing, PLAN_RANDOM, left / 2, &used);
	return err == OK ? sample_take(listing, PLAN_HEAVY, left - used, &used) : err;
}
