/*
 * event.h - what a conversation said, as far as it said it in the clear: one event for each DNS
 * message, TLS handshake, HTTP exchange, login, file and so on. Facts, no opinions.
 *
 * An event and the texts in it live for one call. Texts are bytes from the wire: not terminated, any
 * value, cut to the limits named here; whoever writes them escapes them.
 */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include "base/span.h"
#include "model/event_file.h"
#include "model/flow.h"

#include <stdbool.h>

enum event_kind {
	EVENT_DNS,   /* one message, query or response; mDNS and LLMNR too */
	EVENT_TLS,   /* a handshake: both hellos, the certificate if in the clear; or what there was */
	EVENT_QUIC,  /* a client's Initial */
	EVENT_HTTP,  /* a request with the head of its response, if that came */
	EVENT_SMTP,  /* one envelope (MAIL FROM to the end of its DATA), or a session that sent none */
	EVENT_SSH,   /* both banners */
	EVENT_LOGIN, /* one try to log in, in the clear */
	EVENT_FILE,  /* a file that was carried in the clear, at its end */
	EVENT_DHCP,  /* what a client says of itself */
	EVENT_IRC,   /* one thing said in a chat: a name, a channel, a text */
	EVENT_MINING, /* one message between a miner and its pool that tells who they are */
	EVENT_OTHER, /* another protocol: `app` says which */
	EVENT_KINDS
};

#define EVENT_TEXT_MAX 1024 /* bytes of one text; longer ones are cut */
#define DNS_ANSWERS    16   /* records kept of one message */

struct event_dns_record {
	uint16_t type;
	uint32_t ttl;          /* seconds */
	uint32_t rdata_len;    /* as on the wire */
	struct span name;      /* owner, lower case, dotted, without the last dot */
	struct span text;      /* rdata as text: address, name, or the TXT bytes joined */
};

struct event_dns {
	bool response;
	bool multicast;        /* mDNS or LLMNR */
	bool truncated;        /* TC */
	uint16_t id, flags;
	uint16_t rcode, qtype;
	uint32_t length;       /* of the message */
	struct span qname;     /* lower case, dotted, without the last dot; "" for the root */
	uint16_t answers;      /* in the answer section, as the header says */
	uint16_t record_count; /* in `records` */
	struct event_dns_record records[DNS_ANSWERS]; /* of the answer section */
};

#define JA3_TEXT 32 /* MD5 in hex */
#define JA4_TEXT 36 /* t13d1516h2_8daaf6152771_e5627efa2ab1 */

struct event_tls { /* and QUIC */
	uint16_t version;      /* negotiated; the client's highest when there was no answer */
	bool answered;         /* the server hello was seen */
	bool resumed;
	struct span sni, alpn; /* alpn: the server's choice if in the clear, else "h2,http/1.1" */
	struct span ja3, ja3s, ja4; /* text; empty when not known */
	struct span ja3_string, ja3s_string; /* what they are the MD5 of */
	struct span subject, issuer, serial; /* of the first certificate: RFC 4514 like text, hex */
	struct span names;     /* its subjectAltName DNS names, separated by spaces */
	struct span fingerprint; /* SHA-1 of the certificate: "aa:bb:..." as in EVE */
	usec_t not_before, not_after; /* 0: not known */
	bool self_signed;      /* subject and issuer are equal */
	uint32_t quic_version; /* QUIC only */
};

struct event_http {
	uint16_t status;       /* 0: no response seen */
	struct span method, host, url, agent, referer, protocol; /* url: as requested, with the query */
	struct span type;      /* the response's Content-Type without parameters */
	struct span location;  /* redirect */
	struct span server;
	uint64_t request_body, response_body; /* bytes; of the body as far as carried */
};

struct event_smtp {
	struct span helo, from;
	struct span to;        /* recipients, separated by spaces, cut at EVENT_TEXT_MAX */
	uint32_t recipients;   /* accepted or not */
	uint32_t refused;      /* of these, refused by the server */
	struct span subject, message_id; /* of the message's header, unfolded, as encoded there */
	struct span header_from, header_to, header_cc; /* lists as they stand there */
	struct span files;     /* names of what is attached, one a line */
	bool accepted;         /* the message, by the server */
	bool tls;              /* STARTTLS: what follows is not seen */
	uint64_t message;      /* bytes */
};

struct event_ssh {
	struct span client, server; /* software, such as "OpenSSH_9.2p1 Debian-2" */
	struct span client_version, server_version; /* protocol: "2.0" */
	struct span hassh, hassh_server; /* MD5 in hex; empty when not known */
};

enum login_outcome {
	LOGIN_UNKNOWN,
	LOGIN_ACCEPTED,
	LOGIN_REFUSED,
};

struct event_login {
	enum login_outcome outcome;
	struct span user;
	bool has_password;  /* one was sent in the clear; the password itself is never kept */
	bool weak;          /* user and password are on the list of makers' defaults */
	bool anonymous;     /* FTP: anonymous or ftp */
};

struct event_dhcp { /* RFC 2132 */
	struct span hostname, vendor, fingerprint; /* options 12, 60; 55 as "1,3,6,15" */
	uint8_t mac[6];
	struct ip requested, assigned; /* zero: none */
	uint8_t version, type; /* 4: option 53; 6: RFC 8415, 7.3 */
	uint32_t id;           /* of the transaction */
};

enum irc_verb {
	IRC_NICK,    /* the client names itself; again when it changes its name */
	IRC_WELCOME, /* the server took it in (001) */
	IRC_JOIN,    /* the client asks for a channel */
	IRC_TEXT,    /* PRIVMSG or NOTICE, to or from a channel or person */
};

struct event_irc {
	enum irc_verb verb;
	bool from_server;
	struct span nick;    /* the client's, as known until now */
	struct span server;  /* IRC_WELCOME: how it calls itself */
	struct span from;    /* IRC_TEXT from the server: nick!user@host */
	struct span channel; /* or person */
	struct span text;
};

enum mining_method {
	MINING_NONE,
	MINING_SUBSCRIBE, /* mining.subscribe */
	MINING_AUTHORIZE, /* mining.authorize, eth_submitLogin: tells the user */
	MINING_LOGIN,     /* login of Monero's dialect: tells the user */
	MINING_SUBMIT,    /* a share: work is done */
	MINING_JOB,       /* of the pool: mining.notify, mining.set_difficulty, job */
	MINING_OTHER,     /* another mining.* or eth_* method */
};

struct event_mining {
	enum mining_method method;
	struct span user;  /* wallet or account, with the worker's name; as escaped in JSON */
	struct span agent; /* the miner's software */
};

struct event {
	enum event_kind kind;
	enum app app;
	usec_t ts;
	usec_t began;        /* first packet of the conversation: makes EVE's flow_id; 0: not known */
	uint64_t order;      /* rises with the input: number of the frame that completed it */
	struct flow_key key; /* of the conversation */
	uint8_t client;      /* which end of the key began it */
	bool home[2];        /* which ends of the key are ours */
	union {
		struct event_dns dns;
		struct event_tls tls; /* TLS and QUIC */
		struct event_http http;
		struct event_smtp smtp;
		struct event_ssh ssh;
		struct event_login login;
		struct event_file file;
		struct event_dhcp dhcp;
		struct event_irc irc;
		struct event_mining mining;
	};
};

const char *event_kind_name(enum event_kind kind); /* EVE's event_type: "dns", "tls", ... */

static inline const struct ip *event_client(const struct event *e)
{
	return &e->key.ip[e->client];
}

static inline const struct ip *event_server(const struct event *e)
{
	return &e->key.ip[!e->client];
}

#endif
