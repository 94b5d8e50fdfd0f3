/*
 * alert_frame.h - an alert as bytes, for the way from the sensor to the keeper.
 *
 * The sensor reads hostile packets and may have been broken into: what comes from it is read like a
 * packet. Numbers are little-endian, texts have a length before them (le16).
 */
#ifndef TOWER_ALERT_FRAME_H
#define TOWER_ALERT_FRAME_H

#include "base/err.h"
#include "base/pen.h"
#include "model/alert.h"

#define ALERT_FRAME_MAX 4096 /* bytes */

/* Writes the alert; `room->cut` when the room (ALERT_FRAME_MAX suffices) is too small. */
void alert_frame_write(struct pen *room, const struct alert *alert);

/* Who reads alerts: keeps what they point to. Rules and ATT&CK ids live as long as the reader, so that
 * incidents may keep them; sketches until the next alert. */
struct alert_reader;
/* `rules`: the names that alerts may have, borrowed. NULL: no memory. Caller owns it. */
struct alert_reader *alert_reader_new(const char *const *rules, size_t count);
void alert_reader_free(struct alert_reader *reader);

/* ERR_FORMAT: it is no alert that one of our detectors could have raised. ERR_LIMIT: more different
 * ATT&CK ids than there can be. */
MUST_USE enum err alert_frame_read(struct alert_reader *reader, struct span bytes,
				   struct alert *alert);

#endif
