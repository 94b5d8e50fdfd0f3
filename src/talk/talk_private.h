/* talk_private.h - what the parts of talk have in common: one conversation that is followed. */
#ifndef TALK_TALK_PRIVATE_H
#define TALK_TALK_PRIVATE_H

#include "talk/talk.h"
#include "wire/dns.h"
#include "wire/file_type.h"
#include "wire/ftp.h"
#include "wire/http.h"
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
	uint32_t zero;         /* the slab's while it is free */
	struct digest *sha256; /* kept from file to file */
	uint64_t size;
	uint16_t looked, name_len, declared_len;
	bool to_client, whole_file;
	uint8_t look[FILE_TYPE_LOOK], name[TALK_NAME], declared[96];
};

struct talk {
	struct reassembly reassembly;
	uint8_t payloads;         /* that came before the application was known */
	bool parsing;             /* the application is known, and its parser at work */
	bool over;                /* nothing more is wanted */
	struct talk_file *file[2]; /* carried by each end */
	union {
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
		struct quic *quic;
	};
};

/* One call of talk.h, for the parsers' sinks. */
struct talk_call {
	struct talks *all;
	struct flow *flow;
	struct talk *talk;
	struct talk_time at;
};

/* An event of this conversation, with all but its own member filled. */
struct event talk_event(const struct talk_call *call, enum event_kind kind);
void talk_tell(const struct talk_call *call, const struct event *event);
void talk_tell_login(void *call, const struct event_login *login); /* login_sink's */

/* file.c */
bool talk_file_begin(const struct talk_call *call, unsigned side, const struct http_body *body);
void talk_file_part(const struct talk_call *call, unsigned side, struct span part);
void talk_file_end(const struct talk_call *call, unsigned side, bool whole);

/* parser.c: the application of the conversation is f->app. */

/* Makes the parser ready. False: no room, or nothing is parsed of this application. */
bool talk_parser_begin(struct talk_call *call);
size_t talk_parser_feed(struct talk_call *call, unsigned side, struct span bytes);
void talk_parser_gap(struct talk_call *call, unsigned side, uint64_t missing);
void talk_parser_end(struct talk_call *call);

/* Gives back the parser's room. */
void talk_parser_free(struct talk_call *call);

#endif
