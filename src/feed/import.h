/*
 * import.h - reads what others publish about attackers, in the forms in which they publish it.
 *
 * One call reads one file (plain or gzip) or text in memory and hands every indicator to the
 * sink, in normal form (indicator.h). What is not taken is counted, by reason and by name, so
 * that nobody takes a feed for read that was not. Nothing here reads a clock or keeps anything:
 * `now` and all names come with the settings.
 *
 * Line formats stream in 64 KiB; JSON is held in memory. max_bytes bounds its text, and what comes
 * out of a compressed file, and IMPORT_JSON_TIMES as much its values. Two threads must not import at
 * once: the memory of JSON is counted for the process.
 */
#ifndef FEED_IMPORT_H
#define FEED_IMPORT_H

#include "intel/indicator.h"

#include <stdio.h>

enum import_format {
	IMPORT_FIND,        /* by its content */
	IMPORT_LIST,        /* one per line, # ; // comments */
	IMPORT_MALTRAIL,    /* the same, its file name says what it is about */
	IMPORT_LEVELS,      /* ipsum: address, tab, number of lists that have it */
	IMPORT_HOSTS,       /* hosts(5): 0.0.0.0 name */
	IMPORT_DNSMASQ,     /* address=/name/0.0.0.0 */
	IMPORT_ADGUARD,     /* ||name^ */
	IMPORT_DATASET,     /* Suricata dataset of type string: base64[,reputation] */
	IMPORT_CSV,         /* with a header that says what the columns are, or --columns */
	IMPORT_ZEEK,        /* Zeek's intelligence framework: #fields */
	IMPORT_IPREP,       /* Suricata's IP reputation: address,category,score */
	IMPORT_STIX,        /* STIX 2.0 and 2.1 bundles, TAXII 2.1 envelopes, ATT&CK */
	IMPORT_MISP,        /* a MISP event */
	IMPORT_WARNINGLIST, /* a MISP warning list: guards */
	IMPORT_GALAXY,      /* a MISP galaxy cluster: names of groups */
	IMPORT_RECORDS,     /* other JSON: objects with named fields, or one object a line */
	IMPORT_FORMATS
};

/* "list", "maltrail", ...; NULL beyond the last. */
const char *import_format_name(enum import_format format);
bool import_format_parse(const char *name, enum import_format *format);

#define IMPORT_BYTES      ((uint64_t)512 << 20)
#define IMPORT_CONFIDENCE 50
#define IMPORT_DAYS_USUAL (-1)
#define IMPORT_DAYS_MOST  36500
#define IMPORT_JSON_TIMES 4 /* "[],[]" takes 50 times its length in memory, a real feed 3 times */

struct import_settings {
	enum import_format format;
	enum indicator_kind
		kind;  /* of every value; INDICATOR_KINDS: as the feed says, else by its form */
	uint8_t flags; /* enum indicator_flag, added to every indicator */
	uint8_t confidence;  /* where the feed gives none */
	const char *name;    /* the feed's, becomes `source` */
	const char *path;    /* of the file: for Maltrail, and for messages */
	const char *malware; /* where the feed names none; may be NULL, as may the next two */
	const char *group;
	const char *reference;
	const char *columns;    /* "value=2,type=1,..." (from 1) or names of a header; NULL: by the
				   header */
	const char *categories; /* text of a Suricata categories file: "1,name,description" lines */
	int days[INDICATOR_KINDS]; /* that each is believed without an explicit expiry, from when it was
				      seen; 0: for ever, IMPORT_DAYS_USUAL: indicator_days() */
	uint64_t max_bytes;
	usec_t now; /* lists without dates say it now */
};

/* Sets what every import starts from. */
void import_settings_init(struct import_settings *settings, const char *path, const char *name);

#define IMPORT_NAMED  64 /* different things that are counted by name; the others in one sum */
#define IMPORT_NAME   96
#define IMPORT_NOTICE 400

struct import_named {
	char what[IMPORT_NAME];
	char sample[IMPORT_NAME]; /* the first, made visible; may be empty */
	uint64_t count;
	uint64_t line; /* of the first; 0: none (JSON) */
};

struct import_report {
	enum import_format format;
	uint64_t lines;                           /* or objects, attributes, entries */
	uint64_t taken[INDICATOR_KINDS];          /* by kind */
	uint64_t refused[INDICATOR_TOO_LONG + 1]; /* by enum indicator_refused */
	uint64_t groups;                          /* names of groups */
	uint64_t guards, contexts, expired;       /* among the taken */
	struct import_named named[IMPORT_NAMED];  /* not understood or left out, by name */
	size_t named_count;
	uint64_t named_other;
	char notice[IMPORT_NOTICE]; /* the licence or copyright that the feed carries; may be empty
				     */
	char error[512];            /* a sentence, when the call fails */
};

uint64_t import_taken(const struct import_report *report);
uint64_t import_named_sum(const struct import_report *report);
void import_report_add(struct import_report *sum, const struct import_report *report);

/* A group of attackers and its other names. */
#define IMPORT_ALIASES 64
struct import_group {
	struct span id; /* ATT&CK's: G0047; may be empty */
	struct span name;
	struct span alias[IMPORT_ALIASES];
	size_t aliases;
};

struct import_sink {
	struct indicator_sink indicators;
	bool (*group)(void *whom, const struct import_group *group); /* false: stop */
	void *whom;
};

/* Reads a file; "-" is standard input. Adds to *report. On error the sink may have been given
 * some already: throw them away. ERR_OPEN, ERR_READ, ERR_EMPTY, ERR_FORMAT, ERR_UNSUPPORTED,
 * ERR_TRUNCATED, ERR_LIMIT, ERR_MEMORY; report->error says what and what to do. */
MUST_USE enum err import_file(const struct import_settings *settings,
			      const struct import_sink *sink, struct import_report *report);
/* The same for text in memory (not compressed). */
MUST_USE enum err import_bytes(struct span bytes, const struct import_settings *settings,
			       const struct import_sink *sink, struct import_report *report);

#endif
