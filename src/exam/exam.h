/*
 * exam.h - one message under examination: what every reader of mail is given, and what it gives back.
 *
 * A reader opens one type of part. It is given the part, tells what it finds (exam_find), what it could not look
 * into (exam_unseen), and hands on what is inside (exam_part), which is examined before the call returns: depth
 * first, so that only one way from the message to a leaf is in memory. Text for people goes to exam_text (links
 * are looked for in it, and words that may be passwords), addresses to exam_url.
 *
 * Rules for readers: bytes through base/cursor.h only; memory from `arena` only, given back to a mark before the
 * reader returns; every loop consumes bytes or counts against a limit, and every pass over bytes is paid with
 * exam_work(); a broken part is told (exam_unseen) and read as far as it goes, as mail programs do; the same
 * bytes always give the same findings: no clock, no files, no globals.
 */
#ifndef EXAM_EXAM_H
#define EXAM_EXAM_H

#include "base/digest.h"
#include "base/text.h"
#include "exam/arena.h"
#include "exam/finding.h"
#include "exam/type.h"

struct index;      /* intel/index.h */
struct mail_rules; /* mail/rules.h */

struct exam_limits {
#define LIMIT(field, key, usual, lowest, highest, english, japanese) uint32_t field;
#include "exam/limits.def"
#undef LIMIT
};
extern const struct exam_limits exam_limits_usual;

/* One part: the message itself, or something in it. Texts are UTF-8, borrowed for the call. */
struct part {
	const struct part *in;  /* NULL: the message (or the bare document) */
	struct span name;       /* of the file, as its receiver sees it; empty: it has none */
	struct span said;       /* the Content-Type that was said; empty: none was */
	struct span bytes;
	enum type type;         /* filled by exam_part() */
	uint8_t mime_depth; /* filled by exam_part(), at least what its caller says (multiparts around it) */
	uint8_t archive_depth; /* filled by exam_part() */
	bool inline_body;       /* mail: shown as its text */
	bool unlocked;          /* came out of something encrypted, whose password was found */
};

/* Why something was not looked into. */
enum unseen { UNSEEN_ENCRYPTED, UNSEEN_LIMIT, UNSEEN_BROKEN, UNSEEN_UNSUPPORTED, UNSEENS };

/* Who sent the message, as its header says; filled by letter/, empty before. */
struct exam_sender {
	struct span display, address, domain; /* of From */
	struct span reply_to;                 /* the address of Reply-To */
	struct span subject;
	struct span receiver;                 /* the first address of To */
	struct span claims;                   /* a brand that its name or subject tells, and it is not; static */
	bool listed;                          /* by a list, or in bulk: List-Id, List-Unsubscribe and the like */
};

#define EXAM_SITES 16 /* of a message that are remembered */
#define EXAM_SITE  64

/* A site that the message leads to, or whose mailbox it names. */
struct exam_site {
	char name[EXAM_SITE]; /* as it is registered; longer ones are not kept */
	unsigned kinds;       /* what the host is known for (link/known_host.h) */
	bool led;             /* a link leads there */
};

/* What the organisation told of itself; the same for all messages. Borrowed. */
struct exam_settings {
	const char *const *own_domains;  /* "example.co.jp", NULL-ended, as all lists here; NULL: none */
	const char *const *own_people;   /* "Taro Yamada <taro@example.co.jp>": whose name may be imitated */
	const char *const *brands;       /* "example.com" or "Example=example.com": also a name to look for */
	const char *const *authservs;    /* authserv-ids whose Authentication-Results are believed (RFC 8601) */
	const char *const *link_hosts;   /* hosts that rewrite links on their way (safelinks...): own ones */
	const struct index *index;       /* indicators; NULL: none */
	struct mail_rules *rules;        /* YARA rules; NULL: none */
	struct exam_limits limits;
};

#define EXAM_FINDINGS  64   /* that are kept of one message; more are counted */
#define EXAM_SAME      8    /* that are kept of one kind */
#define EXAM_PASSWORDS 64   /* candidates out of the message's own text */
#define EXAM_PASSWORD_ROOM 4096 /* bytes of all of them */

#define EXAM_LINKS     512  /* different links of a message that are remembered, each judged once */
#define EXAM_LOOKS     32   /* different names that they lead to, for a look at those that look alike */

struct exam;

/* How the parts that live in other folders are reached: set by mail/. */
struct exam_hooks {
	void (*open)(struct exam *e, struct part *part); /* by its type, which may be told more exactly first */
	void (*text)(struct exam *e, const struct part *part, struct span utf8);
	void (*url)(struct exam *e, const struct part *part, struct span url, struct span shown);
	/* Which of the brands or own domains a host imitates; empty: none. */
	struct span (*imitated)(const struct exam *e, struct span host);
};

struct exam {
	struct arena arena;
	const struct exam_settings *settings;
	const struct exam_hooks *hooks;
	struct digest_kit *kit;
	int64_t now; /* microseconds of UTC, as its caller says: which indicators have expired */
	struct exam_sender sender; /* its texts stay until exam_begin() */
	/* Candidates for passwords, in the order of likelihood. */
	struct span passwords[EXAM_PASSWORDS];
	unsigned password_count;
	size_t password_used; /* bytes of the room below */
	uint8_t password_room[EXAM_PASSWORD_ROOM];
	bool says_password; /* the text speaks of a password, also without naming it */
	struct span says_separate; /* the words in which it says that the password comes by another mail; static */
	/* What it came to. */
	unsigned found_count;
	struct finding found[EXAM_FINDINGS];
	uint16_t found_of[FINDINGS]; /* how many of each kind, kept or not */
	uint32_t found_more;         /* that were not kept */
	uint32_t unseen[UNSEENS];
	/* What was used up of the limits. */
	uint32_t parts, entries, urls;
	uint64_t links[EXAM_LINKS]; /* hashes of links that were judged; 0: a free place */
	struct {
		uint64_t look, name; /* hashes of a registered name, and of how it looks */
	} looks[EXAM_LOOKS];
	unsigned look_count, site_count;
	struct exam_site sites[EXAM_SITES];
	uint64_t inflated, work;
	bool over;               /* sticky: a limit on the whole message was reached; readers return */
};

/* Makes it ready for a message; the arena is the caller's, and cleared. */
void exam_begin(struct exam *e);

/* The message itself (`in` is NULL), or what is inside `in` (a part on the caller's stack): its type is told, its name is judged, and it is examined.
 * `child`: name, said, bytes, inline_body, unlocked are the caller's, `in` and the rest are filled. */
void exam_part(struct exam *e, const struct part *in, struct part *child);

/* Something was found. The evidence is hostile: it is cut and made visible. The same finding with the same
 * evidence counts once; of one finding EXAM_SAME are kept, then counted. */
void exam_find(struct exam *e, const struct part *part, enum finding_id id, struct span evidence);
void exam_findf(struct exam *e, const struct part *part, enum finding_id id, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The same where the evidence is below a part that has no part of its own: "word/settings.xml.rels" of a docx. */
void exam_find_at(struct exam *e, const struct part *part, struct span below, enum finding_id id,
		  struct span evidence);
static inline bool exam_found(const struct exam *e, enum finding_id id)
{
	return e->found_of[id] > 0;
}

/* Hostile text with everything in it visible, cut to fit with dots. Always ends with a NUL; returns the bytes before
 * it. `size` is at least 8. */
size_t exam_visible(char *into, size_t size, struct span text);

/* Something was not looked into: the message will not be called clean. `why` is shown: "password-protected zip". */
void exam_unseen(struct exam *e, const struct part *part, enum unseen unseen, const char *why);

/* A pass over so many bytes is about to begin. False: the message's work is used up, and `over`. */
MUST_USE bool exam_work(struct exam *e, size_t bytes);
/* How many bytes such passes may still go over. */
uint64_t exam_work_left(const struct exam *e);
/* So many bytes are about to be unpacked out of `packed` ones. False: a limit was reached, told and counted. */
MUST_USE bool exam_inflate(struct exam *e, const struct part *part, uint64_t bytes, uint64_t packed);
/* How many bytes may still be unpacked out of `packed` ones, by `inflated` and `ratio`. */
size_t exam_inflate_room(const struct exam *e, size_t packed);
/* One more file in an archive. False: too many, told and counted. */
MUST_USE bool exam_entry(struct exam *e, const struct part *part);

/* Which of the brands or own domains a host imitates; empty: none. */
struct span exam_imitated(const struct exam *e, struct span host);

/* Text that a person reads; UTF-8. */
void exam_text(struct exam *e, const struct part *part, struct span utf8);
/* A link; `shown`: the text it stands under, empty where there is none. */
void exam_url(struct exam *e, const struct part *part, struct span url, struct span shown);
/* A word of the message's text that may be a password: copied. */
void exam_password(struct exam *e, struct span word);

#endif
