/*
 * smtp.h - mail on its way (RFC 5321) out of the ordered bytes of both ends: envelopes, logins,
 * and the messages in parts.
 *
 * A message is handed on with the dots of RFC 5321, 4.5.2 taken out, or as BDAT (RFC 3030) carries
 * it. After STARTTLS nothing more is seen. Passwords are never kept.
 */
#ifndef WIRE_SMTP_H
#define WIRE_SMTP_H

#include "wire/line.h"
#include "wire/login.h"
#include "wire/mime.h"

/* Any may be NULL. */
struct smtp_sink {
	void *whom;
	/* An envelope, behind its message_end; or the session, when it sent none. */
	void (*envelope)(void *whom, const struct event_smtp *smtp);
	/* True: its parts and its end are wanted. */
	bool (*message_begin)(void *whom);
	void (*message_part)(void *whom, struct span part);
	/* When the server answered it, or the session ended. Not whole: some of it was lost. */
	void (*message_end)(void *whom, bool whole, bool accepted);
	/* Files in the message, one at a time, with their coding undone; as in mime.h. */
	bool (*file_begin)(void *whom, const struct mime_part *part);
	void (*file_part)(void *whom, struct span bytes);
	void (*file_end)(void *whom, bool whole);
	struct login_sink login;
};

enum smtp_text {
	SMTP_HELO,
	SMTP_FROM,
	SMTP_TO,
	SMTP_SUBJECT,
	SMTP_MESSAGE_ID,
	SMTP_HEADER_FROM,
	SMTP_HEADER_TO,
	SMTP_HEADER_CC,
	SMTP_FILES,
	SMTP_TEXTS
};

/* What a session needs besides, 13 KiB; zeroed. From the caller's bounded slab while it is SMTP. */
struct smtp_room {
	struct mime mime; /* of the message under way */
	uint16_t len[SMTP_TEXTS];
	uint8_t text[SMTP_TEXTS][EVENT_TEXT_MAX];
};

/* One per conversation; zeroed, then `room` set. */
struct smtp {
	struct smtp_room *room;
	struct line_waiting waiting; /* commands whose replies are to come */
	struct login login;
	uint64_t message; /* bytes of the message until now */
	uint64_t chunk;   /* BDAT: bytes still to come */
	uint32_t recipients, refused;
	uint32_t anomalies; /* what RFC 5321 does not allow; line ends that smugglers use too */
	uint16_t reply;     /* the code of a reply of several lines under way */
	uint8_t client;     /* what the client's next bytes are */
	uint8_t dot; /* within a message: how much of CRLF.CRLF was just seen (smtp_message.c) */
	bool tail[2];             /* in what is left of a line that was too long */
	bool open, wanted, whole; /* a message has begun; it is wanted; nothing of it is missing */
	bool deep, bad;           /* of some message until now: as in mime.h */
	bool sent;                /* all of it came; its answer did not */
	bool envelope;            /* MAIL was sent, and is not told yet */
	bool told;                /* some envelope was told */
	bool begun;               /* something was understood */
	bool tls;                 /* STARTTLS was accepted: another protocol follows */
	bool gave_up;             /* nothing further will be told */
};

/* Whether the first payload of this end is SMTP: a greeting that says so (those that do not are
 * like FTP's), or a client's first command. */
bool smtp_looks(struct span first, unsigned side);

/* Side 0: the client. Returns how many bytes were used up; the rest, fewer than 4096, is wanted
 * again with more behind it. */
size_t smtp_feed(struct smtp *s, unsigned side, struct span bytes, const struct smtp_sink *sink);

/* Before the next bytes of this side, `missing` ones were lost; what was left over is void. */
void smtp_gap(struct smtp *s, unsigned side, uint64_t missing, const struct smtp_sink *sink);

/* The conversation is over: what is pending is told. */
void smtp_end(struct smtp *s, const struct smtp_sink *sink);

#endif
