/*
 * words.h - what is wrong with a site in plain words, in both languages, with the mend.
 */
#ifndef FARE_WORDS_H
#define FARE_WORDS_H

#include "incident/words.h"
#include "fare/site.h"

/* What a failed look means, in half a sentence, and who can mend it. */
void site_words_bad(enum site_bad bad, unsigned status, const char *why, struct said *said);
struct words site_words_mend(enum site_bad bad);
/* The state of the certificate; the addresses and name servers that changed. */
void site_words_certificate(const struct site_certificate *certificate, usec_t now, struct said *said);
void site_words_names(const struct site_names *names, usec_t now, struct said *said);
/* The one sentence that matters most. */
void site_words(const struct site *site, usec_t now, const struct course_rules *rules, struct said *said);

#endif
