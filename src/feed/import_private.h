/* import_private.h - what the importers of all formats share: taking an indicator, counting the
 * rest. */
#ifndef FEED_IMPORT_PRIVATE_H
#define FEED_IMPORT_PRIVATE_H

#include "feed/import.h"
#include "feed/import_input.h"

#include <jansson.h>

struct importer {
	const struct import_settings *settings;
	const struct import_sink *sink;
	struct import_report *report;
	struct input *input; /* NULL once JSON is in memory */
	bool stopped;        /* the sink wants no more */
};

/* What every indicator of this import starts with: flags, confidence, malware, group, seen. */
struct indicator import_blank(const struct importer *im);

/* Brings `text` into normal form as `kind` (INDICATOR_KINDS: by its form; the settings' kind goes
 * before both) and hands it on with what `like` says beside. False: refused, and counted. */
bool import_take(struct importer *im, struct span text, enum indicator_kind kind,
		 const struct indicator *like);

/* A range of IPv4 addresses; false: the texts are none. Taken as the fewest prefixes that are it. */
struct import_range {
	uint32_t first, last;
};
bool import_range(struct span first, struct span last, struct import_range *range);
bool import_is_range(struct span text); /* "first-last", "address/mask": import_take() takes it so */
bool import_take_range(struct importer *im, struct import_range range, const struct indicator *like);

/* Counts what is not taken, by name. import_name_span() appends a name of the feed's to a phrase of
 * ours, made visible and short; import_name_sample() keeps the first text as a sample. */
void import_name(struct importer *im, const char *what);
void import_name_span(struct importer *im, const char *phrase, struct span name);
void import_name_sample(struct importer *im, const char *what, struct span sample);

void import_group(struct importer *im, const struct import_group *group);
void import_notice(struct importer *im, struct span text);

/* The next line that is worth a look: trimmed, not blank, valid UTF-8 (others are counted). */
bool import_line(struct importer *im, struct span *line);

/* Spans as text. */
struct span span_trim(struct span s);
bool span_is(struct span s, const char *text);     /* ASCII case is ignored */
bool span_begins(struct span s, const char *text); /* the same */
struct span span_drop(struct span s, size_t n);    /* without its first n bytes */
struct span span_cut(struct span *rest, char at);  /* up to `at`, which is dropped from rest */
bool span_number(struct span s, uint64_t most, uint64_t *number);

/* RFC 3339, "2024-05-01 12:00:00", "2024-05-01", or seconds since 1970; 0: no such. */
usec_t import_time(struct span text);

/* The line formats. False in *_found: not this one. */
enum import_format import_list_found(struct span head);
enum err import_list(struct importer *im, enum import_format format);
enum import_format import_table_found(struct span head);
enum err import_table(struct importer *im, enum import_format format);

/* The JSON formats. import_json() reads all of the input and finds which it is. */
enum err import_json(struct importer *im);
enum err import_stix(struct importer *im, const json_t *root);
enum err import_misp(struct importer *im, const json_t *root);
enum err import_warninglist(struct importer *im, const json_t *root);
enum err import_galaxy(struct importer *im, const json_t *root);
enum err import_records(struct importer *im, const json_t *root);

/* A value of one of MISP's attribute types, composite or not. False: no such type. */
bool misp_value_take(struct importer *im, struct span type, struct span value,
		     const struct indicator *like);
#define IMPORT_NOT_MEANT "attribute that its author does not mean for detection (to_ids)"

/* A text of an object, empty when there is none; the sentence of an error. */
struct span json_text(const json_t *object, const char *key);
enum err import_fail(struct importer *im, enum err error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
