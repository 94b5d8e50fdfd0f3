/*
 * index.h - ten million indicators in one immutable file that all processes map.
 *
 * Built aside, checked, renamed: a reader that has it open keeps the old one. Look-ups allocate
 * nothing and take no lock. A damaged file gives an error when it is opened, or no match; nobody may
 * cut a file short in place while it is mapped.
 */
#ifndef INTEL_INDEX_H
#define INTEL_INDEX_H

#include "intel/indicator.h"

/* Building. Takes any number of indicators in any order within bounded memory (`scratch` is a folder
 * for what does not fit, left empty); the same value from several sources becomes one entry with
 * several tellings. Times are kept in whole seconds. */
struct index_builder;
MUST_USE enum err index_builder_new(const char *scratch, struct index_builder **builder);
/* Another age than indicator_days() for a kind (at most 65535; 0: for ever). */
void index_builder_days(struct index_builder *builder, enum indicator_kind kind, unsigned days);
/* ERR_FORMAT: the value is not in normal form, ERR_LIMIT: too long or too many texts; both only
 * concern this one. Anything else: the builder is of no more use. */
MUST_USE enum err index_builder_add(struct index_builder *builder,
				    const struct indicator *indicator);
/* Writes the index beside `path`, checks it, renames it; on an error the old file stays. Expired
 * ones are left out (`now`). Afterwards the builder can only be freed. */
MUST_USE enum err index_builder_finish(struct index_builder *builder, const char *path, usec_t now);
void index_builder_free(struct index_builder *builder);

/* Reading. */
struct index;
MUST_USE enum err index_open(const char *path, struct index **index);
/* The same for a process that was handed the open file, which it may close afterwards. */
MUST_USE enum err index_open_fd(int fd, struct index **index);
void index_close(struct index *index);
/* Reads all of it: checksums, and that each entry is found where its hash says. */
MUST_USE enum err index_check(const struct index *index);

struct index_facts {
	uint64_t values, tellings, file_bytes, hot_bytes; /* hot: filter and slots */
	usec_t built;
};
struct index_facts index_facts(const struct index *index);

/* What is known about one value. Texts point into the map, or into the match. */
#define INDEX_TELLINGS 8
struct index_match {
	enum indicator_kind kind;
	struct span value;  /* what matched: the suffix of a domain, the covering prefix */
	uint64_t count;     /* tellings; `kept` of them are in `telling`, distinct sources first */
	unsigned kept;
	struct indicator telling[INDEX_TELLINGS]; /* `expires` is when it ends, 0: never */
	uint8_t confidence; /* 0 to 100: 1 - product(1 - c) over independent origins (without an
			       origin: sources), contexts left out unless there are only these */
	bool alone;         /* may alarm by itself: not JA3 and JA4, which many programs share, and
			       not what is only context */
	bool guarded;       /* a guard of at least the same specificity matches as well */
	struct span guard;  /* what it is about, else its source */
	char text[INDICATOR_HASH_TEXT]; /* room for `value` where the map has bytes */
};

/* Each calls `see` for every match, the most specific first, and returns how many there were. What
 * only guards know is no match. A match lives for the call. */
typedef void index_see(void *whom, const struct index_match *match);

struct index_end {
	struct ip ip;
	uint16_t port; /* 0: none */
};

/* Address, endpoint, all covering prefixes. */
unsigned index_ip(const struct index *index, const struct index_end *end, usec_t now,
		  index_see *see, void *whom);
/* The name itself and the ones above it, cut at dots only. Any case, a last dot is no harm. */
unsigned index_domain(const struct index *index, struct span name, usec_t now, index_see *see,
		      void *whom);
/* This URL, and the same without its scheme; never its host. */
unsigned index_url(const struct index *index, struct span url, usec_t now, index_see *see,
		   void *whom);
/* Hashes and JA3 in hex or as bytes, JA4, e-mail address, user agent: exact. */
unsigned index_text(const struct index *index, enum indicator_kind kind, struct span value,
		    usec_t now, index_see *see, void *whom);

/* The fast path: many questions at once. A look-up mostly waits for memory; here the memory of all
 * of a batch is under way together. */
struct index_question {
	enum indicator_kind kind; /* IP or ENDPOINT: `end`; any other: `text`, as the calls above take it */
	struct index_end end;
	struct span text;
};

#define INDEX_BATCH 32
/* Which of up to INDEX_BATCH questions may find something (bit n: questions[n]). The others surely
 * find nothing; for these, index_ip() and so on are to be called, and find their memory fetched. */
uint32_t index_batch(const struct index *index, const struct index_question *questions,
		     unsigned count);

#endif
