/*
 * event_log.h - the events of one segment of frames, with their texts, until the segment ends.
 *
 * Parsers tell events while a segment is at hand; detectors see them at its end, in one order whatever
 * the number of workers. Bounded: what does not fit is lost, and counted.
 */
#ifndef TALK_EVENT_LOG_H
#define TALK_EVENT_LOG_H

#include "model/event.h"

#define EVENT_LOG_EVENTS 65536 /* of one sensor in one segment or sweep */

struct event_log {
	uint8_t *bytes;
	size_t used, size;
	const struct event **events;
	uint32_t count, limit;
	uint64_t told, lost;
};

/* Room for so many events and so many bytes of them. False: no memory. */
bool event_log_open(struct event_log *log, uint32_t limit, size_t size);
void event_log_close(struct event_log *log);

/* Keeps a copy of the event and its texts. */
void event_log_add(struct event_log *log, const struct event *event);

/* Forgets all. */
void event_log_clear(struct event_log *log);

/* By order, and for equal ones by conversation: for qsort() over pointers to events. */
int event_log_compare(const void *a, const void *b);

#endif
