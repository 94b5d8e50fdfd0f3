/*
 * overhear.h - mail that passes by in clear SMTP: gathered by the workers that follow the conversations, taken out
 * by the one thread that has it examined.
 *
 * Messages lie in memory files, bounded in number and size; what finds no room is counted.
 */
#ifndef OVERHEAR_OVERHEAR_H
#define OVERHEAR_OVERHEAR_H

#include "mail/alert.h"
#include "model/home.h"
#include "talk/talk.h"

#define OVERHEAR_MESSAGES 256                   /* at a time, gathered or waiting */
#define OVERHEAR_BYTES    ((uint64_t)128 << 20) /* of all of them */

struct overhear;

/* `home` is borrowed. NULL: no memory. */
struct overhear *overhear_new(const struct home *home);
void overhear_free(struct overhear *overhear);

/* For the workers. */
struct talk_mail_sink overhear_sink(struct overhear *overhear);

/* A message that is whole, or as much of it as was seen. */
struct overheard {
	int fd; /* sealed; whoever takes it owns it */
	char client[IP_TEXT], from[256], to[256];
	unsigned receivers;
	uint64_t bytes, order; /* order: of its first frame, which tells messages apart */
	usec_t at;
	enum direction direction;
};

/* The next one; false: none is there now. It counts as one of those at a time until overhear_done(). */
bool overhear_take(struct overhear *overhear, struct overheard *message);
void overhear_done(struct overhear *overhear, const struct overheard *message);

/* How it came, for mail_alert(); borrows its texts. */
struct mail_way overheard_way(const struct overheard *message);

/* Messages that found no room. */
uint64_t overhear_lost(struct overhear *overhear);

#endif
