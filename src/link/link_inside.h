/* link_inside.h - links that carry another one: gateways of mail, click trackers, redirectors. */
#ifndef LINK_LINK_INSIDE_H
#define LINK_LINK_INSIDE_H

#include "exam/arena.h"
#include "link/link.h"

/* The link that another one leads on to, as far as it can be read off; empty: none. `kinds`: enum host_kind. */
struct span link_inside(const struct link *link, unsigned kinds, struct arena *arena);

#endif
