/* brand.h - names that are imitated often, and the domains that are truly theirs. */
#ifndef LINK_BRAND_H
#define LINK_BRAND_H

#include "exam/exam.h"

/* One name: of the table, of the settings, or one of the own domains. */
struct brand {
	struct span name;    /* a label to look for: "paypal" */
	struct span domains; /* parted by spaces: "paypal.com paypal.me"; the first is told */
	bool word;           /* the name is a word or a surname as well: only its whole look counts */
	bool own;            /* of the organisation itself */
};

/* The n-th; false behind the last. Own ones come first. */
bool brand_at(const struct exam *e, unsigned n, struct brand *brand);
/* The brand whose domain this host lies in; false: none. */
bool brand_of(const struct exam *e, struct span host, struct brand *brand);
/* Whether a host is one of the domains, or below one. */
bool brand_has(const struct brand *brand, struct span host);
/* The domain that is told of a brand. */
struct span brand_domain(const struct brand *brand);

#endif
