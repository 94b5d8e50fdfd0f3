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
	APP_FTP_DATA, /* known by what its control conversation announced */
	APP_SMTP,
	APP_TELNET,
	APP_RDP,
	APP_DNS,
	APP_MDNS,
	APP_LLMNR,
	APP_NBNS, /* NetBIOS name service */
	APP_QUIC,
	APP_IRC,
	APP_POP3,
	APP_IMAP,
	APP_RFB, /* VNC */
	APP_DHCP,
	APP_NTP,
	APP_SSDP,
	APP_SNMP,
	APP_TFTP,
	APP_MQTT,
	APP_SMB,
	APP_STUN,
	APP_RTP, /* and RTCP */
	APP_WIREGUARD,
	APP_OPENVPN,
	APP_IKE,
	APP_SIP,
	APP_LDAP,
	APP_BITTORRENT,
	APP_BITTORRENT_DHT,
	APP_MINING, /* Stratum: a crypto-currency miner and its pool */
	APP_COUNT
};

enum flow_state {
	FLOW_ANSWERED = 0x01,  /* both ends have sent */
	FLOW_HANDSHAKE = 0x02, /* TCP: the SYN was seen and the handshake completed */
	FLOW_CLOSED = 0x04,    /* TCP: FIN from both ends, or RST */
	FLOW_RESET = 0x08,     /* TCP: ended by RST */
	FLOW_INITIATOR = 0x10, /* set: end 1 began it; clear: end 0 */
	FLOW_REQUEST_OPEN = 0x20, /* HTTP: a request header has begun and has not ended */
	FLOW_ONE_SIDED = 0x40,    /* TCP: handshake completed, but only one end is in the capture */
	FLOW_FIN0 = 0x80,         /* end 0 has sent FIN */
	FLOW_FIN1 = 0x100,        /* end 1 has */
	FLOW_HOME0 = 0x200,       /* end 0 is one of ours */
	FLOW_HOME1 = 0x400,       /* end 1 is */
	FLOW_REQUEST_BODY = 0x800, /* HTTP: the header ended, and a POST's body is coming */
	FLOW_STEADY = 0x1000,      /* answered and not over: ordinary packets only need counting */
	FLOW_LISTENING = 0x2000,   /* ... unless they carry something: payloads are looked into yet */
	FLOW_WAITING = 0x4000,     /* TCP: bytes wait for a hole to be filled or given up */
	FLOW_TALKED = 0x8000,      /* TCP: it is followed, or was (see talk/talk.h) */
};

/* Two cache lines: the first is all that most packets touch besides the counters. */
struct flow {
	struct flow_key key; /* 40 bytes */
	usec_t first, last;
	uint16_t state; /* enum flow_state */
	uint8_t app;    /* enum app */
	uint8_t vector; /* enum vector that its first packets count for while nobody answers */
	uint8_t tcp_flags[2];  /* all flags seen from each end */
	uint8_t payloads;      /* packets with payload seen, up to 255 */
	uint8_t small_windows; /* TCP: almost closed windows told by the initiator, up to 255 */
	uint64_t bytes[2];     /* on the wire */
	uint32_t packets[2];
	uint32_t payload_bytes[2]; /* saturating */
	union {
		struct {
			uint32_t next_seq[2]; /* TCP: the sequence number expected next */
			uint32_t last_ack[2]; /* TCP: the highest acknowledgement seen */
		};
		uint8_t head[16]; /* datagrams nobody answers: how the last one began; see stream.h */
	};
	uint8_t icmp_code;
	uint8_t login_failures; /* refused logins that the server told in the clear, up to 255 */
	union {
		uint8_t odd_replies; /* ICMP echo: answers that carry other bytes than the question, up to 255 */
		uint8_t credit;      /* datagrams nobody answers: how much they are like a stream */
	};
	uint8_t sizes;       /* ICMP echo: a bit for each hashed payload length */
	uint32_t places;     /* datagrams nobody answers: where their counter may be; see stream.h */
	uint32_t talk;       /* the sensor's own: what follows its application, plus 1; 0: nothing */
	uint32_t bucket; /* the table's own */
};

static inline unsigned flow_initiator(const struct flow *f)
{
	return (f->state & FLOW_INITIATOR) != 0;
}

_Static_assert(sizeof(struct flow) == 128, "two cache lines");

const char *app_name(enum app app); /* EVE's app_proto: "http", "tls", ... ; "" for none */

/* Community ID v1 (github.com/corelight/community-id-spec) with seed 0: "1:" and base64. */
#define COMMUNITY_ID_TEXT 32
char *community_id(const struct flow_key *key, char text[COMMUNITY_ID_TEXT]);

#endif
