/* sniff.h - what a file that is no capture looks like, by its first bytes: only for a message. */
#ifndef CAPTURE_SNIFF_H
#define CAPTURE_SNIFF_H

#include "base/span.h"

#define SNIFF_MEND_USUAL "if it is one, convert it with editcap -F pcap"

struct sniff {
	const char *what; /* "a ZIP archive" */
	const char *mend; /* what to do about it */
};

/* NULL when it is not known. */
const struct sniff *sniff_find(struct span start);

#endif
