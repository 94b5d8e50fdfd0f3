/*
 * why.h - why a look failed or a certificate is not trusted: kept in English, as the probe said it, told in Japanese, too.
 */
#ifndef FARE_WHY_H
#define FARE_WHY_H

#include "probe/probe.h"

#define WHY_JAPANESE (2 * PROBE_WHY)

/* What the probe says itself; names, and the words of OpenSSL, libcurl and the system stay. Returns `into`. */
char *why_japanese(const char *why, char into[WHY_JAPANESE]);

#endif
