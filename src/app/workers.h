/*
 * workers.h - the sensors, each in its thread, all at the same frames at the same time.
 *
 * Fork and join: every worker decodes the whole segment and takes the flows that fall to it. The
 * caller's thread is worker 0, so that one worker needs no thread at all.
 */
#ifndef APP_WORKERS_H
#define APP_WORKERS_H

#include "flow/sensor.h"

struct workers;

/* NULL: no memory or no thread. `settings` are those of one sensor; worker and workers are set. */
struct workers *workers_new(const struct sensor_settings *settings, unsigned count);
void workers_free(struct workers *w);

/* Hands the frames to all sensors and waits until all are done. */
void workers_frames(struct workers *w, const struct frame *frames, size_t count);

/* The sensors, for everything else; no thread touches them between two calls. */
struct sensor *workers_sensor(struct workers *w, unsigned number);
unsigned workers_count(const struct workers *w);

#endif
