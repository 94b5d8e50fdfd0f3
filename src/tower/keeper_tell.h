/*
 * keeper_tell.h - news to people: from the keeper's mind into the queue on the disk, and from there to the
 * teller, until it says that they arrived.
 */
#ifndef TOWER_KEEPER_TELL_H
#define TOWER_KEEPER_TELL_H

#include "process/ipc.h"
#include "config/config.h"
#include "keeper/keeper.h"
#include "respond/message.h"
#include "store/store.h"

struct telling;

/* NULL: no memory. Caller owns it; config and store are borrowed. */
struct telling *telling_new(const struct config *config, struct store *store);
void telling_free(struct telling *telling);

/* Queues what the mind says. `page`: where people reach the page. */
void telling_news(struct telling *telling, const struct keeper_message *news, const char *page);

/* Queues a test message for one target. False: there is none of that name, or no room. */
bool telling_test(struct telling *telling, const char *target, usec_t now);

/* The channel to the teller; NULL: there is none now, and what it has not answered is told again. */
void telling_join(struct telling *telling, struct ipc *teller);

/* A DONE frame. */
void telling_done(struct telling *telling, const struct ipc_frame *frame, usec_t now);

/* Hands over what is due. About once a second. */
void telling_due(struct telling *telling, usec_t now);

#endif
