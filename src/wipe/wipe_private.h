/* wipe_private.h - one comparison, as its parts share it. */
#ifndef WIPE_WIPE_PRIVATE_H
#define WIPE_WIPE_PRIVATE_H

#include "wipe/content.h"
#include "wipe/known.h"
#include "wipe/listing.h"
#include "wipe/sorter.h"
#include "wipe/wipe.h"

/* Why a path is looked at. The order is that in which they are wanted. */
enum sample_class {
	SAMPLE_CANARY,  /* all canaries that are there */
	SAMPLE_NOTE,    /* new, small, and called like a note or like others in other folders */
	SAMPLE_CHANGED, /* size or time differs */
	SAMPLE_RENAMED, /* another name in the same folder */
	SAMPLE_ADDED,   /* nothing before it is known */
	SAMPLE_SAME,    /* size and time are as before */
	SAMPLE_WANTED,  /* these are not looked at, only told: */
	SAMPLE_EMPTIED = SAMPLE_WANTED,
	SAMPLE_GONE,
	SAMPLE_CLASSES,
};

/* Room of each class while files are seen; at the end what is not used by others goes to SAME. */
#define CANARY_MAX 16
#define NOTE_MAX   8
#define TOLD_MAX   WIPE_EXAMPLES
#define CLASS_MAX  WIPE_SAMPLES

struct sample {
	char *before, *after; /* owned; NULL: it is in one of them only */
	uint64_t size_before, size_after;
};

struct reservoir {
	uint64_t seen; /* of which these are a sample */
	size_t count, room;
	struct sample *samples;
};

/* Hashes of names and sizes, to find what moved: all, or those whose hash is a multiple of 1 << shift. */
#define PRINTS (1u << 17)
struct prints {
	uint64_t *hash;
	size_t count;
	unsigned shift;
};

/* Endings that the set had before: a closed hash of their hashes. */
#define ENDINGS (1u << 14)

/* New endings, the commonest of them. */
#define NEW_ENDINGS 64
struct new_ending {
	char text[ENDING_TEXT];
	uint64_t count;
};

/* Names of new small files, to find what lies in each folder. */
#define REPEATED 1024
struct repeated {
	uint64_t hash;
	uint32_t count;
};

#define GONE_ENDINGS 32

/* When files were changed, in days: of many, only what their mean and spread need. */
struct ages {
	double count, sum, squares;
};

#define VAULTS       8 /* folders that are known to be stores of encrypting programs */

/* What the listings tell beyond struct wipe_change. */
struct extent {
	uint64_t emptied;   /* had bytes, has none; without those that are emptied in ordinary life */
	uint64_t strange;   /* renamed by an ending behind the name that the set did not have */
	uint64_t family;    /* new or renamed, with a known ending that the set did not have */
	uint64_t unnamed;   /* renamed, no more, from one ending to another that the set did not have */
	uint64_t odd;       /* renamed from an ending that promises a type to one that does not, new in the set or not */
	uint64_t endings, odd_endings; /* of which endings these were before: bits of their hashes */
	uint64_t replaced;  /* gone, while another of about that size came into the folder */
	uint64_t scattered; /* gone from folders that are still there; without what comes and goes */
	uint64_t folders;   /* from so many of them */
	uint64_t bare;      /* of these, into which nothing came */
	uint64_t gone_endings[GONE_ENDINGS]; /* gone, by a hash of their endings */
	struct ages all, gone_ages; /* of all files before; of those that are gone */
	uint64_t vanished;  /* gone with their whole folder */
	uint64_t roots;     /* such folders, without those inside them */
	uint64_t passing;   /* gone from folders whose things come and go, or from what git can bring back */
	uint64_t moved;     /* gone, and in another folder by name and size */
	uint64_t gone_bytes, archive_bytes; /* archive: new files with the ending of an archive */
	uint64_t skipped;   /* files whose paths could not be kept */
	char family_name[ENDING_TEXT];
};

struct pairing; /* pair.c */

struct wanted {
	enum sample_class class;
	bool looked;
	bool unnamed; /* its contents are as before, and only its name promises their type no more */
	bool both; /* before and after could be read */
	bool equal;  /* all that was looked at is as before */
	bool hard, blank; /* it was of a known kind and is noise all through, or one pattern */
	enum loss loss;
	uint16_t was; /* kind_group() of before; of texts by their endings, too */
	unsigned note; /* known_note_text() of it */
	bool alone;    /* noise of no kind, nothing known of before */
	bool archive;
	bool locked;   /* an archive that a password keeps, or that is broken */
	bool stored;   /* new, and encrypted by a program that people use: by its form, or its vault */
	uint64_t hash_before, hash_after, name; /* of the first bytes and the size; of the name: what is alike is found */
	uint64_t size_before, size_after;
};

struct wipe {
	char *before, *after;
	const char *const *canaries;
	struct sorter *sorter;
	struct wipe_change change;
	struct extent extent;
	bool has_before, listed;
	uint64_t random; /* state of the deterministic generator */
	uint64_t *endings;
	size_t ending_count;
	struct new_ending news[NEW_ENDINGS];
	struct repeated repeated[REPEATED];
	struct prints gone, came;
	struct pairing *pairing;
	struct reservoir reservoirs[SAMPLE_CLASSES];
	struct wipe_want *wants; /* paths are those of `samples` */
	struct sample *samples;
	struct wanted *wanted;
	size_t want_count;
	struct content_room *room;
	char *vaults[VAULTS]; /* folders, with their '/' */
	size_t vault_count;
};

/* wipe.c: a file that is there now may mark a vault. */
MUST_USE enum err vault_see(struct wipe *wipe, struct span path);

/* sample.c */
MUST_USE enum err samples_open(struct wipe *wipe);
MUST_USE enum err sample_offer(struct wipe *wipe, enum sample_class class, const struct listing_entry *before,
			       const struct listing_entry *after);
MUST_USE enum err samples_choose(struct wipe *wipe);
void samples_close(struct wipe *wipe);

/* pair.c: files that are only in one of the two, folder by folder. Called in path_order(). */
struct pairing *pairing_new(void);
void pairing_free(struct pairing *pairing);
MUST_USE enum err pair_gone(struct wipe *wipe, const struct listing_entry *entry);
MUST_USE enum err pair_came(struct wipe *wipe, const struct listing_entry *entry);
MUST_USE enum err pair_there(struct wipe *wipe, const struct listing_entry *entry, bool same); /* in both */
MUST_USE enum err pair_end(struct wipe *wipe);

/* compare.c */
bool is_emptied(uint64_t before, uint64_t after); /* sizes */
void age_see(struct ages *ages, usec_t changed);
MUST_USE enum err compare_listings(struct wipe *wipe);

/* moved.c: names and sizes of what is gone and what came. */
MUST_USE enum err prints_open(struct prints *prints);
void prints_add(struct prints *prints, const struct listing_entry *entry);
uint64_t prints_common(struct prints *a, struct prints *b); /* sorts both */
/* Endings of the set before; new ones of what came. */
void ending_keep(struct wipe *wipe, struct span path);
bool ending_is_new(const struct wipe *wipe, const char *ending);
void ending_count(struct wipe *wipe, const char *ending);
void came_see(struct wipe *wipe, const struct listing_entry *entry);

/* learn.c */
#define LEARNED_DAYS 60
struct day {
	double changed, added, removed, renamed; /* shares of all files */
	double damage; /* share of all files that lost what they were */
	double gone;   /* share that is gone and not found elsewhere */
	double sealed; /* share that was encrypted by a program that people use */
	double bare;   /* folders that lost files and got none, in shares of all files */
	double odd;    /* share that was renamed to an ending of no type */
};
struct learned {
	struct day days[LEARNED_DAYS];
	size_t count;
};
void learned_read(struct learned *learned, const char *text);
MUST_USE enum err learned_write(const struct learned *learned, const struct day *today, usec_t at, char **text);
/* How much is more than usual: median and six robust deviations, at least `floor` and at most four times that. */
double learned_limit(const struct learned *learned, double (*pick)(const struct day *), double floor);
/* The sum over the last snapshots, above their usual, which is next to nothing. */
double learned_sum(const struct learned *learned, double (*pick)(const struct day *));
/* The same for what happens each day: `allowed` is usual, or *usual by the older days, which slow damage of the last ones
 * cannot teach. 0, and *usual untouched: too little is known. */
double learned_many(const struct learned *learned, double (*pick)(const struct day *), double allowed, double *usual);

#endif
