/* words.h - one sentence in both languages, with lengths of time as each writes them. */
#ifndef PROOF_WORDS_H
#define PROOF_WORDS_H

#include "model/time.h"

#include <jansson.h>

#define WORDS_TEXT 600

struct words {
	char en[WORDS_TEXT], ja[WORDS_TEXT];
};

/* Both with the same values in the same order; or each with its own; or as they are. What is too
 * long is cut. */
void words_say(struct words *words, const char *en, const char *ja, ...)
	__attribute__((format(printf, 2, 4), format(printf, 3, 4)));
void words_en(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));
void words_ja(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));
void words_two(struct words *words, const char *en, const char *ja);
/* Others' bytes, or a text that was cut: where it is no UTF-8 it is "?", as that is no reason to tell or keep nothing. */
json_t *words_string(const char *text);
/* {"en", "ja"} */
json_t *words_object(const struct words *words);

/* "3 days", "3日": of time_span(). */
struct words_span {
	char en[TIME_TEXT], ja[TIME_TEXT];
};
struct words_span words_span(usec_t length);

/* RFC 3339 without a fraction; null when it is 0. */
json_t *words_time(usec_t at);

#endif
