/*
 * ftp_watch.h - the control conversations of FTP, overheard: which data conversation will carry which
 * file (RFC 959, RFC 2428).
 *
 * A data conversation hashes to any worker, wherever its control conversation is followed. So every
 * worker overhears all packets of port 21, in the order of the input, and all know the same: what is
 * found does not depend on how many there are. That costs each of them a few packets for each file;
 * logins and all else of FTP stay with the one worker. Control conversations on other ports announce
 * nothing. All is bounded: the least recent is forgotten, and counted.
 */
#ifndef TALK_FTP_WATCH_H
#define TALK_FTP_WATCH_H

#include "model/packet.h"
#include "wire/ftp.h"

#define FTP_CONTROL 21 /* the port */

struct ftp_expected {
	struct ip listener, other; /* the ends of the control conversation: between them only */
	uint16_t port;             /* of the listener */
	uint8_t verb;              /* enum ftp_verb; FTP_ANNOUNCED: the file is not told yet */
	bool part;                 /* not from the file's beginning */
	uint8_t path_len;
	uint8_t path[FTP_PATH_MAX];
	usec_t until;
};

struct ftp_watch;

/* NULL: no memory. */
struct ftp_watch *ftp_watch_new(void);
void ftp_watch_free(struct ftp_watch *w); /* NULL is fine */
uint64_t ftp_watch_memory(void);

/* Conversations and transfers that were forgotten early. */
uint64_t ftp_watch_evicted(const struct ftp_watch *w);

/* Whether the packet is of a control conversation. */
static inline bool ftp_watch_wants(const struct packet *p)
{
	return (p->key.port[0] == FTP_CONTROL || p->key.port[1] == FTP_CONTROL) &&
	       p->key.proto == PROTO_TCP &&
	       !(p->marks & (MARK_FRAGMENT | MARK_CUT | MARK_MALFORMED));
}

/* The next such packet. */
void ftp_watch_see(struct ftp_watch *w, const struct packet *p);

/* What the conversation that began at this time carries; NULL: nothing that was announced. */
const struct ftp_expected *ftp_watch_find(const struct ftp_watch *w, const struct flow_key *key,
					  usec_t began);

#endif
