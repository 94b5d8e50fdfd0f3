/* certificate_read.h - the fields of a certificate, which may be a hostile text; and what they say in sentences. */
#ifndef DRILL_CERTIFICATE_READ_H
#define DRILL_CERTIFICATE_READ_H

#include "drill/certificate.h"

#include <jansson.h>

#define CERTIFICATE_FORMAT "hinomi-drill-1"
#define CERTIFICATE_LINE   800

/* Texts and arrays belong to `root`; numbers are not negative. */
struct certificate {
	json_t *root;
	const char *key, *signature;
	const char *at, *format, *hinomi, *host;
	const char *name, *place, *tool, *tool_version;
	const char *snapshot_at, *snapshot_host, *snapshot_id, *snapshot_name;
	const char *trouble, *said;
	int good, source_here;
	json_int_t critical_files, critical_missing;
	json_int_t files_all, bytes_all, bytes, heavy, files, wrong;
	json_int_t random_below, random_files, random_of, random_size, random_wrong;
	json_int_t changed_since, compared, compared_same;
	json_int_t all_ms, full_ms, rate, restoring_ms;
	json_int_t problem_count;
	json_t *critical, *problems, *paths; /* of strings */
};

/* ERR_FORMAT: it is none. Does not verify. */
MUST_USE enum err certificate_read(struct span json, struct certificate *certificate);
void certificate_free(struct certificate *certificate);

/* Sentences, one call for each. */
typedef void certificate_line(FILE *out, const char *line);
void certificate_proven(const struct certificate *c, enum language language, certificate_line *line, FILE *out);
void certificate_unproven(const struct certificate *c, enum language language, certificate_line *line, FILE *out);
/* What is wrong: the trouble of the program, and the problems; nothing where nothing is. */
void certificate_problems(const struct certificate *c, enum language language, certificate_line *line, FILE *out);
/* The whole in one sentence. */
const char *certificate_verdict(const struct certificate *c, enum language language);

/* What text and page begin with: a label and its value. */
typedef void certificate_pair(FILE *out, const char *label, const char *value);
void certificate_pairs(const struct certificate *c, enum language language, certificate_pair *pair, FILE *out);

/* Headings. */
enum certificate_heading { HEADING_TITLE, HEADING_PROVEN, HEADING_UNPROVEN, HEADING_PROBLEMS, HEADING_CHECK, HEADINGS };
const char *certificate_heading(enum certificate_heading heading, enum language language);
/* How to verify it. */
const char *certificate_check(enum language language);

#endif
