/*
 * format.h - one message in the form that a target reads.
 *
 * The texts of a message are hostile: names from traffic, notes by strangers. What people read has what
 * they could be fooled with as \x1b (base/text.h); and every format escapes what its reader gives a meaning.
 */
#ifndef RESPOND_FORMAT_H
#define RESPOND_FORMAT_H

#include "model/target.h"
#include "respond/message.h"

/* What a format is written of. */
struct letter {
	const struct target *target;
	const struct message *message;
	const char *host; /* what this tower is called */
	uint64_t number;  /* tells it from all others: the same when it is sent again */
};

typedef void format_write(FILE *out, const struct letter *letter);

/* What `write` writes, as a text that the caller frees, and its length. NULL: no memory. */
char *format_text(format_write *write, const struct letter *letter, size_t *len);

/* RFC 5322 with MIME, CR LF at the end of each line: for SMTP. Plain text in UTF-8. */
void format_mail(FILE *out, const struct letter *letter);

/* {"host", "number", "target", "message": as message_write() does}. For programs, too. */
void format_webhook(FILE *out, const struct letter *letter);

/* Slack's incoming webhooks: plain text in blocks, and `text` for notifications. */
void format_slack(FILE *out, const struct letter *letter);

/* A message with one Adaptive Card, as workflows of Teams take it. */
void format_teams(FILE *out, const struct letter *letter);

/* RFC 5424, without framing. At most SYSLOG_MAX bytes: receivers should take 2048 (section 6.1). */
#define SYSLOG_MAX 2048
void format_syslog(FILE *out, const struct letter *letter);

/* ArcSight's Common Event Format, revision 25, behind the header of RFC 3164 that it asks for. */
void format_cef(FILE *out, const struct letter *letter);

/* format_words.c: the parts in words, in the language of the target. */

/* "[Hinomi] HIGH: SYN flood", one line. */
void words_headline(FILE *out, const struct letter *letter);

/* What is known besides the texts, in order: false at the end. Both texts live until the next call. */
#define WORDS_FACTS 8
struct fact {
	const char *name;
	char value[640];
};
bool words_fact(const struct letter *letter, unsigned index, struct fact *fact);

const char *words_title(const struct letter *letter);
const char *words_summary(const struct letter *letter);
const char *words_todo(const struct letter *letter);
const char *words_what_to_do(const struct letter *letter); /* "What to do now" */
const char *words_see(const struct letter *letter);        /* "See it" */

/* Every rune visible, on one line: line ends are blanks. */
void words_line(FILE *out, const char *text);

/* The host's name without what no header may hold; never "". */
void words_host(FILE *out, const struct letter *letter);

#endif
