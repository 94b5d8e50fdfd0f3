/* scan_verdict.h - what the scan detector makes of a source. scan.c gathers and tells. */
#ifndef DETECT_SCAN_VERDICT_H
#define DETECT_SCAN_VERDICT_H

#include "detect/scan_source.h"
#include "policy/level.h"

/* What is known about a source when it is judged. */
struct scan_verdict {
	enum level level;       /* the lowest at which it is a scan */
	uint64_t hosts, pairs;  /* distinct, tried */
	double failed;          /* part of the attempts that failed, 0 to 1 */
	bool vertical, various; /* else: the same port on many hosts */
	bool doubtful;          /* clients of peer-to-peer networks look alike */
};

/* Ports that worms and bots look for. */
bool scan_port_is_sensitive(uint32_t port);

/* Most attempts were at one port. */
bool scan_one_port(const struct scan_source *s);

/* Attempts, below which nothing is a scan at this level. */
double scan_least(enum level level);

/* Whether it is a scan at some level up to `keep`; `ours`: it is one of ours. *v is the verdict at the
 * lowest one. */
bool scan_judge(const struct scan_source *s, bool ours, const struct window *window, enum level keep,
		struct scan_verdict *v);

#endif
