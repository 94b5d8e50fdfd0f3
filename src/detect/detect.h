/*
 * detect.h - the detectors: facts in, opinions out.
 *
 * A detector is one file and one line in list.def. It sees the observations that it wants and is
 * ticked at the end of each window of packet time; it raises alerts into the sink. It has no
 * clock, does no I/O, and its memory has a bound that it states.
 */
#ifndef DETECT_DETECT_H
#define DETECT_DETECT_H

#include "intel/index.h"
#include "model/alert.h"
#include "model/obs.h"

#include <stddef.h>

/* What the user can set. */
struct detect_settings {
	const struct home *home; /* borrowed */
	double multiplier;       /* a flood is so many times the learned normal ... */
	uint32_t floors[VECTOR_COUNT]; /* ... and at least so many packets a second */
	const struct index *index;     /* known indicators, borrowed; NULL: none */
};

/* The defaults, with no home. */
void detect_settings_init(struct detect_settings *settings);

struct alert_sink {
	void (*raise)(void *whom, const struct alert *alert);
	void *whom;
};

struct detector {
	const char *name;  /* the `rule` of its alerts */
	const char *doc;   /* what it sees, what it needs, typical false alarms: for docs/detectors.md */
	const char *attack; /* ATT&CK ids, the main one first */
	unsigned wants;    /* enum obs_kind bits */
	size_t mem_max;    /* bytes */
	void *(*open)(const struct detect_settings *settings); /* NULL: no memory */
	void (*see)(void *state, const struct obs *obs);
	void (*tick)(void *state, const struct window *window, const struct alert_sink *sink);
	void (*close)(void *state);
};

/* All detectors, in the order of list.def. */
extern const struct detector *const detectors[];
extern const size_t detector_count;

/* The engine: all detectors at work. NULL: no memory. Caller owns it. `settings` is copied. */
struct engine;
struct engine *engine_new(const struct detect_settings *settings, const struct alert_sink *sink);
void engine_see(struct engine *engine, const struct obs *obs);
void engine_tick(struct engine *engine, const struct window *window);
void engine_free(struct engine *engine);

/* Bytes that all detectors together may come to use. */
size_t engine_memory(void);

#endif
