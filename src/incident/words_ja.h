/*
 * words_ja.h - what happened, as a sentence in Japanese. Detectors say it in English (`say`); here it is
 * composed of the facts of the incident.
 */
#ifndef INCIDENT_WORDS_JA_H
#define INCIDENT_WORDS_JA_H

#include "model/incident.h"

#define WORDS_JA_TEXT 1024

/* Who, whom, what, how much, and whether it goes on. It names the same parties as `say`; names from
 * traffic are in it as they are: who shows it escapes it. Returns `text`. */
char *words_ja_summary(const struct incident *incident, char text[WORDS_JA_TEXT]);

#endif
