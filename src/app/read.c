/* read.c - reading captures through the pipeline, with progress, and reporting. */
#include "app/read.h"

#include "app/home_guess.h"
#include "app/read_mail.h"
#include "capture/capture.h"
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#define BATCH         512        /* frames asked for at a time by one worker */
#define SAMPLE_FRAMES 32768      /* frames that the home networks are inferred from ... */
#define SAMPLE_BYTES  (16u << 20) /* ... and bytes of them that are kept meanwhile */
#define EVE_BUFFER    (256u << 10) /* bytes of events that are written at a time */
#define PROGRESS_EVERY 200000    /* frames between two looks at the clock */

/* The frames from the beginning, kept until it is known whose networks they are from. */
struct sample {
	struct frame *frames;
	uint8_t *bytes;
	size_t count, used;
};

struct reading {
	const struct read_settings *settings;
	struct pipeline_settings pipeline_settings;
	struct pipeline *pipeline; /* NULL while the sample is taken */
	struct sample sample;
	struct read_mail *mail; /* NULL: mail is not examined */
	struct input inputs[INPUTS_MAX];
	FILE *eve;
	size_t current; /* input */
	uint64_t frames, shown_at;
	struct timespec shown;
};

static void eve_sink(void *whom, const struct flow *flow, enum flow_end why)
{
	eve_flow(whom, flow, why == FLOW_END_TIMEOUT ? "timeout" : "forced");
}

static void eve_event_sink(void *whom, const struct event *event)
{
	eve_event(whom, event);
}

static bool is_stream(const struct read_settings *s)
{
	for (size_t i = 0; i < s->path_count; i++)
		if (strcmp(s->paths[i], "-") == 0)
			return true;
	return false;
}

/* Children keep the index that they were begun with; of a stream it may be another one later. */
static bool reading_mail(struct reading *r)
{
	struct index_watch *watch = r->pipeline_settings.index;

	if (!r->settings->mail)
		return true;
	r->mail = read_mail_new(&r->pipeline_settings.home,
				watch && !is_stream(r->settings) ? index_watch_take(watch) : NULL);
	if (r->mail)
		r->pipeline_settings.mail = read_mail_sink(r->mail);
	return r->mail != NULL;
}

/* The home networks are known: what was kept goes through the pipeline. */
static bool reading_begin(struct reading *r)
{
	struct sample *s = &r->sample;

	if (r->pipeline_settings.home.count == 0)
		home_guess(&r->pipeline_settings.home, s->frames, s->count);
	if (r->eve) {
		r->pipeline_settings.flow_ended = eve_sink;
		r->pipeline_settings.event = eve_event_sink;
		r->pipeline_settings.whom = r->eve;
	}
	r->pipeline = reading_mail(r) ? pipeline_new(&r->pipeline_settings) : NULL;
	if (!r->pipeline)
		return false;
	pipeline_frames(r->pipeline, s->frames, s->count);
	free(s->frames);
	free(s->bytes);
	*s = (struct sample){ 0 };
	return true;
}

/* Keeps frames; returns how many of them there was room for. */
static size_t sample_add(struct sample *s, const struct frame *frames, size_t count)
{
	size_t n;

	for (n = 0; n < count && s->count < SAMPLE_FRAMES; n++) {
		struct frame *kept = &s->frames[s->count];

		if (frames[n].bytes.len > SAMPLE_BYTES - s->used)
			break;
		*kept = frames[n];
		kept->bytes.ptr = memcpy(s->bytes + s->used, frames[n].bytes.ptr,
					 frames[n].bytes.len);
		s->used += frames[n].bytes.len;
		s->count++;
	}
	return n;
}

static bool reading_frames(struct reading *r, const struct frame *frames, size_t count)
{
	size_t kept = 0;

	if (!r->pipeline) {
		kept = sample_add(&r->sample, frames, count);
		if (kept == count)
			return true;
		if (!reading_begin(r))
			return false;
	}
	pipeline_frames(r->pipeline, frames + kept, count - kept);
	if (r->mail)
		read_mail_turn(r->mail);
	return true;
}

static void reading_progress(struct reading *r, const struct capture *c)
{
	uint64_t position = capture_position(c), size = capture_size(c);
	struct timespec now;

	if (!r->settings->progress || r->frames - r->shown_at < PROGRESS_EVERY)
		return;
	r->shown_at = r->frames;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec == r->shown.tv_sec && now.tv_nsec - r->shown.tv_nsec < 200000000)
		return;
	r->shown = now;
	if (size)
		fprintf(stderr, "\r\033[Khinomi: %llu %% of input %zu of %zu, %.1f million packets",
			(unsigned long long)(position * 100 / size), r->current + 1,
			r->settings->path_count, (double)r->frames / 1e6);
	else
		fprintf(stderr, "\r\033[Khinomi: %.1f million packets", (double)r->frames / 1e6);
}

/* Reads one input to its end, or to where it cannot be read any further. */
static bool reading_input(struct reading *r, struct input *input)
{
	size_t batch = r->settings->pipeline.workers > 1 ? SENSOR_SEGMENT : BATCH, count;
	size_t buffer = r->settings->pipeline.workers > 1 ? 4u << 20 : 0;
	struct capture_trouble trouble = { .err = OK };
	static struct frame frames[SENSOR_SEGMENT];
	struct capture *c;

	input->ok = capture_open(&c, input->path, buffer, &trouble) == OK;
	if (!input->ok) {
		snprintf(input->trouble, sizeof(input->trouble), "%s", trouble.text);
		return true;
	}
	while ((count = capture_read(c, frames, batch)) > 0) {
		for (size_t i = 0; i < count; i++)
			input->bytes += frames[i].bytes.len;
		input->frames += count;
		r->frames += count;
		if (!reading_frames(r, frames, count)) {
			capture_close(c);
			return false;
		}
		reading_progress(r, c);
	}
	trouble = *capture_trouble(c);
	input->ok = trouble.err == OK;
	snprintf(input->trouble, sizeof(input->trouble), "%s", trouble.text);
	capture_close(c);
	return true;
}

static FILE *output_open(const char *path)
{
	FILE *out = fopen(path, "w");

	if (!out)
		fprintf(stderr, "hinomi: %s: cannot be written: %s\n", path, strerror(errno));
	return out;
}

static bool output_close(FILE *out, const char *path, enum err err)
{
	if (fclose(out) == 0 && err == OK)
		return true;
	fprintf(stderr, "hinomi: %s: could not be written: %s\n", path, strerror(errno));
	return false;
}

static bool reading_report(struct reading *r, const struct run *run)
{
	const struct read_settings *settings = r->settings;
	size_t count;
	const struct incident *list = pipeline_incidents(r->pipeline, &count);
	bool written = true;

	if (settings->json)
		written = report_json(stdout, list, count) == OK;
	else
		written = report_text(stdout, run, list, count, settings->colour) == OK;
	if (r->eve) {
		for (size_t i = 0; i < count; i++)
			eve_alert(r->eve, &list[i]);
		eve_stats(r->eve, run);
	}
	if (settings->html) {
		FILE *html = output_open(settings->html);

		if (!html)
			return false;
		if (!output_close(html, settings->html, report_html(html, run, list, count)))
			return false;
	}
	if (!written || fflush(stdout) != 0) {
		fprintf(stderr, "hinomi: the report could not be written: %s\n", strerror(errno));
		return false;
	}
	return true;
}

static enum read_outcome reading_outcome(struct reading *r)
{
	struct run *run = calloc(1, sizeof(*run));
	bool complete = true;
	size_t found;

	if (!run)
		return READ_FAILED;
	run->inputs = r->inputs;
	run->input_count = r->settings->path_count;
	pipeline_report(r->pipeline, run);
	for (size_t i = 0; i < run->input_count; i++) {
		if (r->inputs[i].ok)
			continue;
		complete = false;
		fprintf(stderr, "hinomi: %s\n", r->inputs[i].trouble);
	}
	complete = reading_report(r, run) && complete;
	pipeline_incidents(r->pipeline, &found);
	free(run);
	if (!complete)
		return READ_FAILED;
	return found ? READ_FOUND : READ_NOTHING;
}

/* A stream that may not end is read with what is known by then. A file is not: it gives the same result
 * each time. */
static bool reading_follow(const struct reading *r)
{
	const struct read_settings *s = r->settings;

	return !s->pipeline.index || !is_stream(s) || index_watch_follow(s->pipeline.index);
}

static void reading_end(struct reading *r)
{
	uint64_t lost = 0;

	pipeline_close(r->pipeline);
	if (r->mail)
		lost = read_mail_end(r->mail, r->pipeline);
	if (lost)
		fprintf(stderr, "hinomi: %llu mails were not examined\n", (unsigned long long)lost);
	pipeline_end(r->pipeline);
}

static bool reading_all(struct reading *r)
{
	if (!reading_follow(r))
		return false;
	for (size_t i = 0; i < r->settings->path_count; i++) {
		r->inputs[i].path = r->settings->paths[i];
		r->current = i;
		if (!reading_input(r, &r->inputs[i]))
			return false;
	}
	if (!r->pipeline && !reading_begin(r))
		return false;
	reading_end(r);
	if (r->settings->progress)
		fprintf(stderr, "\r\033[K");
	return true;
}

enum read_outcome read_captures(const struct read_settings *settings)
{
	struct reading *r = calloc(1, sizeof(*r));
	enum read_outcome outcome = READ_FAILED;

	if (!r)
		return READ_FAILED;
	r->settings = settings;
	r->pipeline_settings = settings->pipeline;
	r->sample.frames = calloc(SAMPLE_FRAMES, sizeof(*r->sample.frames));
	r->sample.bytes = malloc(SAMPLE_BYTES);
	if (settings->eve)
		r->eve = output_open(settings->eve);
	if (r->eve)
		setvbuf(r->eve, NULL, _IOFBF, EVE_BUFFER);
	if (settings->eve && !r->eve)
		outcome = READ_FAILED;
	else if (!r->sample.frames || !r->sample.bytes || !reading_all(r))
		fprintf(stderr, "hinomi: not enough memory\n");
	else
		outcome = reading_outcome(r);
	if (r->eve && !output_close(r->eve, settings->eve, OK))
		outcome = READ_FAILED;
	pipeline_free(r->pipeline);
	read_mail_free(r->mail);
	free(r->sample.frames);
	free(r->sample.bytes);
	free(r);
	return outcome;
}

enum err read_memory(struct span bytes)
{
	struct pipeline_settings settings;
	struct capture_trouble trouble;
	struct frame frames[BATCH];
	struct pipeline *pipeline;
	struct capture *c;
	enum err err;
	size_t count;

	pipeline_settings_init(&settings);
	settings.max_flows = 1024;
	err = capture_open_memory(&c, "memory", bytes, &trouble);
	if (err != OK)
		return err;
	count = capture_read(c, frames, BATCH);
	home_guess(&settings.home, frames, count);
	pipeline = pipeline_new(&settings);
	if (!pipeline) {
		capture_close(c);
		return ERR_MEMORY;
	}
	for (; count > 0; count = capture_read(c, frames, BATCH))
		pipeline_frames(pipeline, frames, count);
	pipeline_end(pipeline);
	err = capture_trouble(c)->err;
	pipeline_free(pipeline);
	capture_close(c);
	return err;
}
