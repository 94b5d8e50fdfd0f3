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

struct talk {
	struct reassembly reassembly;
	uint8_t payloads;         /* that came before the application was known */
	bool parsing;             /* the application is known, and its parser at work */
	bool over;                /* nothing more is wanted */
	uint32_t unpacked;        /* bytes that codings made beyond the usual: see file.c */
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
		struct ftp_data {
			bool unknown; /* which file it is was not told before the data came */
			bool lost;    /* bytes are missing */
		} ftp_data;
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
size_t talk_mail_feed(struct talk_call *call, unsigned side, struct span bytes);
void talk_mail_gap(struct talk_call *call, unsigned side, uint64_t missing);
void talk_mail_end(struct talk_call *call);
/* Gives back what the session has. */
void talk_mail_free(struct talk_call *call);

/* parser.c: the application of the conversation is f->app. */

/* Makes the parser ready. False: no room, or nothing is parsed of this application. */
bool talk_parser_begin(struct talk_call *call);
size_t talk_parser_feed(struct talk_call *call, unsigned side, struct span bytes);
void talk_parser_gap(struct talk_call *call, unsigned side, uint64_t missing);
void talk_parser_end(struct talk_call *call);

/* Gives back the parser's room. */
void talk_parser_free(struct talk_call *call);

#endif
