/*
 * ssh.h - what both ends of SSH say before they encrypt: banners (RFC 4253, 4.2) and the names of
 * algorithms (7.1), as hassh fingerprints (github.com/salesforce/hassh).
 */
#ifndef WIRE_SSH_H
#define WIRE_SSH_H

#include "model/event.h"

#define SSH_SOFTWARE_MAX 128 /* bytes kept; RFC 4253 allows 246 */
#define HASSH_TEXT       32

struct ssh_side {
	uint8_t software[SSH_SOFTWARE_MAX];
	uint8_t version[8];
	uint8_t hassh[HASSH_TEXT];
	uint8_t software_len, version_len;
	uint8_t lines; /* before the banner */
	bool tail;     /* in what is left of a line that was too long */
	bool banner, hashed;
	bool done; /* nothing more is wanted of this end */
};

/* One per conversation; zeroed. */
struct ssh {
	struct ssh_side side[2];
	bool gave_up; /* told, or no SSH */
};

struct ssh_sink {
	void *whom;
	/* Once: when both ends' algorithms are known, or the conversation ended before that. */
	void (*handshake)(void *whom, const struct event_ssh *ssh);
};

bool ssh_looks(struct span first, unsigned side);

/* As in smtp.h; a packet of up to 16384 bytes is waited for. */
size_t ssh_feed(struct ssh *s, unsigned side, struct span bytes, const struct ssh_sink *sink);
void ssh_gap(struct ssh *s, unsigned side, uint64_t missing, const struct ssh_sink *sink);
void ssh_end(struct ssh *s, const struct ssh_sink *sink);

#endif
