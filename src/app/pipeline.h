/*
 * pipeline.h - frames in at one end, incidents out at the other: sensors, detectors, incidents.
 */
#ifndef APP_PIPELINE_H
#define APP_PIPELINE_H

#include "app/index_watch.h"
#include "base/err.h"
#include "detect/detect.h"
#include "flow/sensor.h"
#include "model/incident.h"
#include "model/run.h"

#define WORKERS_MAX 64

struct pipeline_settings {
	unsigned workers;
	uint32_t max_flows; /* in all workers together; 0: the default */
	bool headers_only;  /* what conversations say is not followed: no events */
	bool plain;         /* without the sensors' fast ways: for tests */
	struct home home;
	enum level level;              /* the vigilance level at first */
	struct detect_settings detect; /* its home, index and level are set by pipeline_new() */
	struct index_watch *index;     /* known indicators, borrowed; NULL: none */
	flow_sink *flow_ended;         /* told of every flow that has ended; may be NULL */
	void (*event)(void *whom, const struct event *event); /* of every event; may be NULL */
	void (*alert)(void *whom, const struct alert *alert); /* NULL: alerts are grouped into the
								  incidents of pipeline_incidents() */
	void *whom;
	struct talk_mail_sink mail; /* who takes mail messages (talk/talk.h); in the workers' threads */
};

struct pipeline;

/* The default settings: one worker, no home. */
void pipeline_settings_init(struct pipeline_settings *settings);

/* NULL: no memory, or no thread. Caller owns it. The settings are copied. */
struct pipeline *pipeline_new(const struct pipeline_settings *settings);

/* The vigilance level is another one from now on. */
void pipeline_set_level(struct pipeline *p, enum level level);

/* Frames in the order of their arrival. They need not outlive the call. */
void pipeline_frames(struct pipeline *p, const struct frame *frames, size_t count);

/* Live: it is `now`, whether or not frames came. Windows that ended GRACE ago end here too, so that
 * detectors that wait for time to pass are ticked; after a long silence only the last ones. */
#define PIPELINE_GRACE (50 * USEC_PER_MS) /* how late a frame may come out of the kernel */
void pipeline_clock(struct pipeline *p, usec_t now);

/* Live: the traffic of the windows that have ended since the last call, and how many they are. */
struct pipeline_traffic {
	struct series_bin sum;
	unsigned windows;
};
struct pipeline_traffic pipeline_take_traffic(struct pipeline *p);

/* The input has ended: ends the window and all flows, so that all that conversations say has come. */
void pipeline_close(struct pipeline *p);
/* An opinion of somebody else, such as one about mail; before pipeline_end(). */
void pipeline_alert(struct pipeline *p, const struct alert *alert);
/* Ends all incidents, too. */
void pipeline_end(struct pipeline *p);

/* After pipeline_end(): the incidents, most severe first, and the sums. Borrowed. */
const struct incident *pipeline_incidents(const struct pipeline *p, size_t *count);
void pipeline_report(const struct pipeline *p, struct run *run);

void pipeline_free(struct pipeline *p);

#endif
