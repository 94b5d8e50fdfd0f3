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
	const struct index *const *index; /* known indicators: what it points to, borrowed, may
					     change after a tick; either may be NULL: none */
	const enum level *level; /* the vigilance level of now, borrowed, may change after a tick;
				    NULL: normal */
	bool candidates; /* raise alerts that count at tighter levels than that, too */
};

/* The defaults, with no home. */
void detect_settings_init(struct detect_settings *settings);

/*
 * Where alerts go. An alert is told when its level is at most `now`. Beyond it, up to `keep`, it is a
 * candidate: what would have been told at a tighter level. A candidate must leave no mark on what is told
 * later, so that it is the same with candidates or without.
 */
struct alert_sink {
	void (*raise)(void *whom, const struct alert *alert);
	void *whom;
	enum level now, keep; /* the engine's; now <= keep */
};

#define OBS_RUN 64

/* What is told of a conversation at a glance: by it, detectors of few kinds are spared the others. */
enum flow_trait {
	TRAIT_LOGIN = 1,  /* TCP, and one logs in: SSH, RDP, Telnet, FTP, SMTP */
	TRAIT_MAIL = 2,   /* TCP, to port 25 */
	TRAIT_ICMP = 4,
	TRAIT_RELAY = 8,  /* TCP, to a port of Tor or SOCKS */
	TRAIT_LASTS = 16, /* for an hour or longer */
};

struct detector {
	const char *name;  /* the `rule` of its alerts */
	const char *doc;   /* what it sees, what it needs, typical false alarms: for docs/detectors.md */
	const char *attack; /* ATT&CK ids, the main one first */
	unsigned wants;    /* enum obs_kind bits */
	unsigned only;     /* ... and of conversations only those with one of these traits; 0: all */
	size_t mem_max;    /* bytes */
	void *(*open)(const struct detect_settings *settings); /* NULL: no memory */
	void (*see)(void *state, const struct obs *obs);
	/* NULL, or see() for several of one kind, at most OBS_RUN, for what is worth fetching ahead */
	void (*see_many)(void *state, const struct obs *obs, size_t count);
	void (*tick)(void *state, const struct window *window, const struct alert_sink *sink);
	void (*close)(void *state);
};

/* All detectors, in the order of list.def. */
extern const struct detector *const detectors[];
extern const size_t detector_count;

/* For what see() does with the few observations that count: kept apart, so that the many that do not
 * are left after a look, without registers saved and a frame made. */
#define DETECT_RARE __attribute__((noinline))

/* The engine: all detectors at work. NULL: no memory. Caller owns it. `settings` is copied. */
struct engine;
struct engine *engine_new(const struct detect_settings *settings, const struct alert_sink *sink);
/* Each detector sees the observations in their order. */
void engine_see(struct engine *engine, const struct obs *obs, size_t count);
void engine_tick(struct engine *engine, const struct window *window);
void engine_free(struct engine *engine);

/* Bytes that all detectors together may come to use. */
size_t engine_memory(void);

#endif
