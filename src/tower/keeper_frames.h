/*
 * keeper_frames.h - what comes to the keeper in frames, as calls of its mind; and its orders, as frames.
 *
 * The sensor may have been broken into: what comes from it is looked at like a packet. docs/response.md.
 */
#ifndef TOWER_KEEPER_FRAMES_H
#define TOWER_KEEPER_FRAMES_H

#include "config/config.h"
#include "keeper/keeper.h"
#include "quarantine/shelf.h"
#include "tower/process.h"
#include "watched/watched.h"

struct keeper_frames {
	struct keeper *mind;
	struct ipc *warden;
	struct keeper_tick total; /* since this process began */
	char boot[KEEPER_BOOT];   /* the id of the machine's beginning */
	bool met;                 /* the warden: all orders have been said */
	struct shelf *shelf;      /* mail in quarantine; NULL: there is no milter */
	struct ipc *teller;       /* who sends released mail; NULL: not there */
	struct watched *watched;  /* what the watches without packets tell */
	struct ipc *watchers[WATCHERS]; /* who tells it; NULL: not there */
};

/* Reads which beginning of the machine this is: before the sandbox. */
void keeper_frames_init(struct keeper_frames *frames);

/* Tells the mind how long ago the machine began. */
void keeper_frames_clock(struct keeper_frames *frames, int64_t boot);

void keeper_frame_sensor(struct keeper_frames *frames, const struct ipc_frame *frame, usec_t now);
void keeper_frame_warden(struct keeper_frames *frames, const struct ipc_frame *frame, usec_t now);

/* A message to be held, from the milter, which is answered. */
void keeper_frame_milter(struct keeper_frames *frames, const struct ipc_frame *frame, struct ipc *milter);
/* How the release of a message went, from the teller. */
void keeper_frame_teller(struct keeper_frames *frames, const struct ipc_frame *frame);
/* Whether ClamAV's daemon answers, from the mail process. */
void keeper_frame_mail(struct keeper_frames *frames, const struct ipc_frame *frame, usec_t now);
/* NULL: it has gone. */
void keeper_join_teller(struct keeper_frames *frames, struct ipc *teller);

/* The quarantine, as the configuration has it. False: its key cannot be read. */
bool keeper_open_shelf(struct keeper_frames *frames, const struct config *config);
void keeper_configure_shelf(struct keeper_frames *frames, const struct config *config);

/* Documents of a watch without packets, from its process; and whether that is there: NULL: it has gone. */
bool keeper_open_watched(struct keeper_frames *frames);
void keeper_frame_watcher(struct keeper_frames *frames, enum watcher which, const struct ipc_frame *frame, usec_t now);
void keeper_join_watcher(struct keeper_frames *frames, enum watcher which, struct ipc *watcher, usec_t now);

/* The mind's orders, on their way to the warden. */
void keeper_send_order(struct keeper_frames *frames, const struct action *action, usec_t remains);
void keeper_send_back(struct keeper_frames *frames, uint64_t id);
void keeper_send_end(struct keeper_frames *frames);

/* What is wanted of the sensor, as it goes there. */
struct filters_wanted keeper_filters_wanted(const struct keeper_want *want);

#endif
