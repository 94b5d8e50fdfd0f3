/*
 * bgp_gobgp.h - routes told to gobgpd by its program gobgp, which is run once for each.
 */
#ifndef BGP_BGP_GOBGP_H
#define BGP_BGP_GOBGP_H

#include "bgp/bgp_route.h"

#define GOBGP_HOST 256

struct bgp_gobgp {
	bool used;
	char program[256], host[GOBGP_HOST], port[8];
};

/* Takes its part of the configuration. ERR_FORMAT: it is no HOST:PORT, or the program is not there.
 */
MUST_USE enum err bgp_gobgp_init(struct bgp_gobgp *gobgp, const struct hand_settings *settings,
				 char trouble[HAND_TROUBLE]);

/* Whether the daemon answers. */
MUST_USE enum err bgp_gobgp_ask(const struct bgp_gobgp *gobgp, char trouble[HAND_TROUBLE]);

/* Announces it (also one that is announced already), or takes it back (also one that is not there).
 */
enum bgp_tell { BGP_ANNOUNCE, BGP_WITHDRAW };
MUST_USE enum err bgp_gobgp_tell(const struct bgp_gobgp *gobgp, enum bgp_tell tell,
				 const struct bgp_route *route, char trouble[HAND_TROUBLE]);

/*
 * Whether the daemon still has it, or has lost all as it was begun anew. Of FlowSpec it is only
 * asked for some rule of its own to the same destination: enough to tell that. An error: it does
 * not answer.
 */
MUST_USE enum err bgp_gobgp_has(const struct bgp_gobgp *gobgp, const struct bgp_route *route,
				bool *has);

/* The same out of its words: JSON of `gobgp -j global rib`. */
bool bgp_gobgp_rib_has(struct span json, const char *destination, bool flow);

#endif
