/* scheme.h - what a link begins instead of leading somewhere. */
#ifndef LINK_SCHEME_H
#define LINK_SCHEME_H

#include "link/link.h"

/* Whether a link that is none of the web runs something, or reaches for a file server of somebody else's. */
bool scheme_acts(const struct link *link);

/* A share of somebody else's: who opens it shows its server the hash of his password (T1187). */
bool link_is_foreign_share(struct span url);

#endif
