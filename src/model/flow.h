/*
 * flow.h - one conversation between two ends: what is remembered of it while it lasts.
 */
#ifndef MODEL_FLOW_H
#define MODEL_FLOW_H

#include "model/packet.h"

/* What the first bytes of a conversation look like; told by content, not by port. */
enum app {
	APP_NONE,
	APP_HTTP,
	APP_TLS,
	APP_SSH,
	APP_FTP,
	APP_SMTP,
	APP_TELNET,
	APP_RDP,
	APP_COUNT
};

enum flow_state {
	FLOW_ANSWERED = 0x01,  /* both ends have sent */
	FLOW_HANDSHAKE = 0x02, /* TCP: the SYN was seen and the handshake completed */
	FLOW_CLOSED = 0x04,    /* TCP: FIN from both ends, or RST */
	FLOW_RESET = 0x08,     /* TCP: ended by RST */
	FLOW_INITIATOR = 0x10, /* the end that began it: 0 or 1, in this bit */
	FLOW_REQUEST_OPEN = 0x20, /* HTTP: a request header has begun and has not ended */
	FLOW_SOLICITED = 0x40, /* reserved for the initiator being known for sure */
	FLOW_FIN0 = 0x80,
	FLOW_FIN1 = 0x100,
};

/* Two cache lines: the first is all that most packets touch besides the counters. */
struct flow {
	struct flow_key key; /* 40 bytes */
	usec_t first, last;
	uint16_t state; /* enum flow_state */
	uint8_t app;    /* enum app */
	uint8_t tcp_flags[2]; /* all flags seen from each end */
	uint8_t payloads;     /* packets with payload seen, up to 255: app is told from the first */
	uint16_t strays;      /* packets out of sequence while unanswered, up to 65535 */
	uint64_t bytes[2];    /* on the wire */
	uint32_t packets[2];
	uint32_t payload_bytes[2]; /* saturating */
	uint32_t next_seq[2];      /* TCP: the sequence number expected next */
	uint32_t request;          /* HTTP: hash of method and path of the first request */
	uint32_t request_query;    /* HTTP: hash of its query string; 0 when there is none */
};

static inline unsigned flow_initiator(const struct flow *f)
{
	return (f->state & FLOW_INITIATOR) != 0;
}

const char *app_name(enum app app); /* EVE's app_proto: "http", "tls", ... ; "" for none */

/* Community ID v1 (github.com/corelight/community-id-spec) with seed 0: "1:" and base64. */
#define COMMUNITY_ID_TEXT 32
char *community_id(const struct flow_key *key, char text[COMMUNITY_ID_TEXT]);

#endif
