/* indicator.h - what threat intelligence knows of a link, a file or a sender becomes a finding. */
#ifndef LINK_INDICATOR_H
#define LINK_INDICATOR_H

#include "exam/exam.h"
#include "intel/index.h"

/* Whom the calls of intel/index.h tell: `whom` is a struct indicator_about. */
struct indicator_about {
	struct exam *e;
	const struct part *part;
};

void indicator_tell(void *whom, const struct index_match *match);

#endif
