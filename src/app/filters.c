/* filters.c - the pipeline over captures with the sampler beside it. */
#include "app/filters.h"

#include "app/home_guess.h"
#include "app/pipeline.h"
#include "app/remedy.h"
#include "capture/capture.h"

#include <stdio.h>
#include <string.h>

#define BATCH       4096
#define FIRST_AFTER USEC_PER_SEC       /* of the flood: enough to derive from */
#define AGAIN_AFTER (5 * USEC_PER_SEC)

struct filtering {
	struct filters *out;
	struct pipeline *pipeline;
	struct remedy *remedy;
	usec_t due[FILTERED_MAX]; /* when filters are derived next */
	usec_t now;
};

static struct filtered *filtered_find(struct filters *all, const struct alert *alert)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->all[i].vector == alert->vector &&
		    memcmp(&all->all[i].target, &alert->whom.prefix, sizeof(struct prefix)) == 0)
			return &all->all[i];
	return NULL;
}

static void filtering_alert(void *whom, const struct alert *alert)
{
	struct filtering *f = whom;
	struct filtered *found = filtered_find(f->out, alert);

	if (strcmp(alert->rule, "flood") != 0 || alert->direction != DIRECTION_INBOUND ||
	    (alert->whom.kind != ENTITY_IP && alert->whom.kind != ENTITY_PREFIX))
		return;
	if (!found) {
		if (f->out->count == FILTERED_MAX)
			return;
		f->due[f->out->count] = alert->from + FIRST_AFTER;
		found = &f->out->all[f->out->count++];
		*found = (struct filtered){ .target = alert->whom.prefix, .vector = alert->vector,
					    .from = alert->from };
	}
	found->until = alert->to;
	found->pps = alert->pps > found->pps ? alert->pps : found->pps;
	found->bps = alert->bps > found->bps ? alert->bps : found->bps;
}

static void filtering_derive(struct filtering *f, struct filtered *found)
{
	const struct remedy_attack attack = { .target = found->target, .from = found->from,
					      .vector = found->vector };
	struct remedy_found remedy;

	if (!remedy_find(f->remedy, &attack, f->now, &remedy))
		return;
	found->known = true;
	found->result = remedy.result;
}

static void filtering_due(struct filtering *f)
{
	for (size_t i = 0; i < f->out->count; i++) {
		struct filtered *found = &f->out->all[i];

		if (f->now < f->due[i] || f->due[i] > found->until + FIRST_AFTER)
			continue;
		filtering_derive(f, found);
		f->due[i] = f->now + AGAIN_AFTER;
	}
}

static bool filtering_begin(struct filtering *f, const struct frame *frames, size_t count)
{
	struct pipeline_settings settings;

	if (f->out->home.count == 0)
		home_guess(&f->out->home, frames, count);
	pipeline_settings_init(&settings);
	settings.home = f->out->home;
	settings.headers_only = true;
	settings.alert = filtering_alert;
	settings.whom = f;
	f->pipeline = pipeline_new(&settings);
	f->remedy = remedy_new(&f->out->home);
	return f->pipeline && f->remedy;
}

static bool filtering_input(struct filtering *f, const char *path)
{
	static struct frame frames[BATCH];
	struct capture_trouble trouble = { .err = OK };
	struct capture *capture;
	bool good = true;
	size_t count;

	if (capture_open(&capture, path, 0, &trouble) == OK) {
		while (good && (count = capture_read(capture, frames, BATCH)) > 0) {
			good = f->pipeline || filtering_begin(f, frames, count);
			if (!good)
				break;
			f->now = frames[count - 1].ts;
			remedy_frames(f->remedy, frames, count);
			pipeline_frames(f->pipeline, frames, count);
			filtering_due(f);
		}
		trouble = *capture_trouble(capture);
		capture_close(capture);
	}
	if (trouble.err != OK && !*f->out->trouble)
		snprintf(f->out->trouble, sizeof(f->out->trouble), "%s", trouble.text);
	return good;
}

bool filters_read(struct filters *filters, const char *const *paths, size_t count)
{
	struct filtering f = { .out = filters };
	bool good = true;

	for (size_t i = 0; good && i < count; i++)
		good = filtering_input(&f, paths[i]);
	if (good && f.pipeline) {
		pipeline_end(f.pipeline);
		for (size_t i = 0; i < filters->count; i++) /* a flood to the very end of the input */
			if (!filters->all[i].known)
				filtering_derive(&f, &filters->all[i]);
	}
	pipeline_free(f.pipeline);
	remedy_free(f.remedy);
	return good;
}
