/*
 * stix_pattern.h - the part of STIX patterns that says one thing about one value.
 *
 * STIX 2.1, chapter 9 ("STIX Patterning"). Read: = and IN (and ISSUBSET for prefixes) on addresses,
 * names, URLs, hashes, e-mail addresses and user agents; OR between comparisons and between
 * observations; AND where it still means one value: an address with its port is an endpoint, a
 * file's hash with its name or size is the hash. Everything else is named, not guessed.
 */
#ifndef FEED_STIX_PATTERN_H
#define FEED_STIX_PATTERN_H

#include "intel/indicator.h"

/* What a pattern is made of is handed on as it is read: values, and what is not understood. */
struct stix_see {
	/* INDICATOR_KINDS where the form decides. */
	void (*value)(void *whom, enum indicator_kind kind, struct span text);
	/* `what` is a phrase of ours, `name` the path or word of the pattern; may be empty. */
	void (*unknown)(void *whom, const char *what, struct span name);
	void *whom;
};

/* Values may be seen before a later part turns out to be damaged. ERR_FORMAT: it is no pattern;
 * ERR_LIMIT: longer or deeper than anybody writes. */
MUST_USE enum err stix_pattern_read(struct span pattern, const struct stix_see *see);

#endif
