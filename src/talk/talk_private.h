/* talk_private.h - what the parts of talk have in common: one conversation that is followed. */
#ifndef TALK_TALK_PRIVATE_H
#define TALK_TALK_PRIVATE_H

#include "talk/talk.h"
#include "wire/dns.h"
#include "wire/file_type.h"
#include "wire/ftp.h"
#include "wire/http.h"
#include "wire/inflate.h"
#include "wire/irc.h"
#include "wire/ldap.h"
#include "wire/mining.h"
#include "wire/mqtt.h"
#include "wire/pop_imap.h"
#include "wire/quic.h"
#include "wire/rdp.h"
#include "wire/smb.h"
#include "wire/smtp.h"
#include "wire/ssh.h"
#include "wire/telnet.h"
#include "wire/tls.h"

#define TALK_GUESSES 4 /* payloads in which the application is looked for */

#define TALK_NAME 256

/* A file that is being carried. */
struct talk_file {
	uint32_t zero;                       /* the slab's while it is free */
	struct digest *digest[DIGEST_KINDS]; /* of the content; kept from file to file */
	struct digest *carried;              /* SHA-256 of what is carried; likewise */
	struct inflate *inflate;             /* undoes the coding; NULL: there is none */
	uint64_t size;                       /* of the content */
	uint64_t first, full;
	uint16_t looked, name_len, declared_len;
	bool to_client, part_of_file;
	bool coded;   /* a coding is or was undone */
	bool failed;  /* it could not be: the content is not whole */
	uint8_t look[FILE_TYPE_LOOK], name[TALK_NAME], declared[96];
};

/* What is known of a file when it begins; texts are borrowed for the call. */
struct talk_about {
	struct span name, declared;
	struct span coding; /* HTTP's Content-Encoding */
	bool part_of_file;
	uint64_t first, full;
};

/* What a parser keeps of a conversation from packet to packet. */
union talk_state {
	struct http http;
	struct tls tls;
	struct smtp smtp;
	struct ftp ftp;
	struct telnet telnet;
	struct irc irc;
	struct ssh ssh;
	struct pop_imap pop_imap;
	struct mqtt mqtt;
	struct smb smb;
	struct ldap ldap;
	struct rdp rdp;
	struct mining mining;
	struct dns_stream dns;
	struct ftp_data {
		bool unknown; /* which file it is was not told before the data came */
		bool lost;    /* bytes are missing */
	} ftp_data;
};

/*
 * One conversation that is followed. The parser's state is in a lot of a fitting size. TLS and HTTP, of
 * which there may be very many, need much room while a packet is read and little between packets: they
 * are read at the sensor's desk, and parked between packets in as few bytes as their texts take. The
 * smallest lot, which is enough for TLS that waits for its server, is here, next to what is read with it.
 */
#define TALK_OWN 128

struct talk {
	struct reassembly reassembly;
	void *parked;              /* a lot: the parser's state, or TLS and HTTP when they are parked */
	struct talk_file *file[2]; /* carried by each end */
	uint8_t lot;               /* which size `parked` has; 0: it is `own` */
	uint8_t payloads;          /* that came before the application was known */
	bool parsing;              /* the application is known, and its parser at work */
	bool over;                 /* nothing more is wanted */
	uint32_t unpacked;         /* bytes that codings made beyond the usual: see file.c */
	union {
		_Alignas(8) uint8_t own[TALK_OWN];
		struct http http; /* between packets; `parked` has the rest, if there is any */
	};
};

_Static_assert(sizeof(struct talk) == TALK_BYTES, "three cache lines");

/* Bytes of the largest lot: all that HTTP can have. */
#define TALK_PACKED (sizeof(struct http_room) + 64)

/* Where the TLS or HTTP of the packet at hand lies. */
struct talk_desk {
	union talk_state state;
	union {
		struct tls_note note;
		struct http_room http;
	} room;
	uint8_t packed[TALK_PACKED];
};

/* One call of talk.h, for the parsers' sinks. */
struct talk_call {
	struct talks *all;
	struct flow *flow;
	struct talk *talk;
	struct talk_time at;
	union talk_state *state; /* where it can be worked with; NULL: not looked for yet */
};

/* Begins an event of this conversation: all but its own member, which the caller fills. */
void talk_event(struct event *event, const struct talk_call *call, enum event_kind kind);
void talk_tell(const struct talk_call *call, const struct event *event);
void talk_tell_login(void *call, const struct event_login *login); /* login_sink's */

/* file.c: each end carries one file at a time. */

/* False: no room, or one is under way. */
bool talk_file_begin(const struct talk_call *call, unsigned side, const struct talk_about *about);
void talk_file_part(const struct talk_call *call, unsigned side, struct span part);
/* Whole: nothing of what was carried is missing. Without a file: nothing happens. */
void talk_file_end(const struct talk_call *call, unsigned side, bool whole);
/* Gives back what a free one keeps. */
void talk_file_free(struct talk_file *file);
/* It is none after all. */
void talk_file_drop(const struct talk_call *call, unsigned side);
/* How it is called was told late. */
void talk_file_name(const struct talk_call *call, unsigned side, struct span name);

/* transfer.c: conversations that carry one file: FTP's data. */
bool talk_transfer_begin(struct talk_call *call);
size_t talk_transfer_feed(struct talk_call *call, unsigned side, struct span bytes);
void talk_transfer_gap(struct talk_call *call);
void talk_transfer_end(struct talk_call *call);

/* mail.c: an SMTP conversation, its messages and the files in them. */
struct talk_mail_room {
	struct smtp_room smtp; /* first */
	void *reader;          /* who takes the message under way; NULL: nobody */
	uint64_t given;        /* bytes of it that were handed on */
};
bool talk_mail_begin(struct talk_call *call); /* false: no room */
size_t talk_mail_feed(struct talk_call *call, unsigned side, struct span bytes);
void talk_mail_gap(struct talk_call *call, unsigned side, uint64_t missing);
void talk_mail_end(struct talk_call *call);
/* Gives back what the session has. */
void talk_mail_free(struct talk_call *call);

/* lot.c: memory for parsers' states, in a few sizes: lot 0 is in the talk, n in slab n - 1. */
bool talk_lots_open(struct talks *t, uint32_t flows);
void talk_lots_close(struct talks *t);
uint64_t talk_lots_memory(uint32_t flows);
uint64_t talk_lots_refused(const struct talks *t);

/* Sees to it that the conversation has a lot of so many bytes at least, its own one only if `own`;
 * what was in a former one is lost. False: there is none; then it has no lot at all. */
bool talk_lot_take(struct talks *t, struct talk *talk, size_t size, bool own);
void talk_lot_give(struct talks *t, struct talk *talk); /* fine without one */
struct span talk_lot_bytes(const struct talk *talk);

/* parser.c: the application of the conversation is f->app. */

/* Makes the parser ready. False: no room, or nothing is parsed of this application. */
bool talk_parser_begin(struct talk_call *call);
size_t talk_parser_feed(struct talk_call *call, unsigned side, struct span bytes);
void talk_parser_gap(struct talk_call *call, unsigned side, uint64_t missing);
void talk_parser_end(struct talk_call *call);

/* The call ends and the conversation goes on: clears the desk. Without room, tells what is known. */
void talk_parser_park(struct talk_call *call);

/* Gives back the parser's room. */
void talk_parser_free(struct talk_call *call);

#endif
