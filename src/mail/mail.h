/*
 * mail.h - the mail watch as a function: one message in, a verdict and its findings out.
 *
 * Joins the readers: which type is opened by whom (openers.c), what findings come to (verdict.c), and how that is
 * told (text.c, json.c). No files, no clock, no network: fit for the sandbox.
 */
#ifndef MAIL_MAIL_H
#define MAIL_MAIL_H

#include "base/json.h"
#include "exam/exam.h"

enum verdict { VERDICT_CLEAN, VERDICT_NOT_INSPECTED, VERDICT_SUSPICIOUS, VERDICT_MALICIOUS, VERDICTS };

const char *verdict_name(enum verdict verdict);     /* "not_inspected" */
const char *verdict_japanese(enum verdict verdict); /* "未検査あり" */
const char *verdict_advice(enum verdict verdict, enum language language); /* what to do now; "" when clean */

struct mail_result {
	enum verdict verdict;
	uint8_t score; /* 0 to 100 */
	uint32_t found_count, found_more;
	struct finding found[EXAM_FINDINGS];
	/* For people and for incidents; UTF-8 in which nothing is hidden. */
	char subject[200], from[200];
	uint8_t sha256[SHA256_BYTES]; /* of all of it */
};

/* Loads what libraries ask the system for (charsets): a process that is to be shut in calls it before. */
void mail_load(void);

/* One for each process: its memory is used again for each message. NULL: no memory. */
struct mail;
struct mail *mail_new(const struct exam_settings *settings);
void mail_free(struct mail *mail);

/* The name for what is a message for certain: it is read as one, whatever its first bytes look like. */
#define MAIL_NAME "message.eml"

/* Examines a message, or a bare document (`name`: its file's, which may be empty). `now`: microseconds of UTC. */
void mail_examine(struct mail *mail, struct span bytes, struct span name, int64_t now, struct mail_result *result);

/* One more finding, of somebody who looked at the whole message, or was to: clamd. */
void mail_result_add(struct mail_result *result, enum finding_id id, struct span evidence);

/* For people, in the language; and as one object (docs/mail.md). */
void mail_write_text(FILE *out, const char *file, const struct mail_result *result, enum language language);
void mail_write_json(struct json *json, const char *file, const struct mail_result *result, enum language language);

/* The sentence of a finding with its evidence in it. */
#define FINDING_SAY 1024
char *finding_say(const struct finding *finding, enum language language, char say[FINDING_SAY]);

#endif
