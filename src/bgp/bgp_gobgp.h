/*
 * bgp_gobgp.h - routes told to gobgpd by its program gobgp, which is run once for each.
 *
 * A daemon that hangs makes each run wait for a second or two. So from the first that was not answered on none is
 * tried (`silent`), until a look, which does not wait, is answered.
 */
#ifndef BGP_BGP_GOBGP_H
#define BGP_BGP_GOBGP_H

#include "bgp/bgp_route.h"

#define GOBGP_HOST 256

struct running;

struct bgp_gobgp {
	bool used;
	bool silent; /* it does not answer */
	struct running *looking; /* NULL: no look is under way */
	struct bgp_route asked;  /* for which */
	char program[256], host[GOBGP_HOST], port[8];
};

/* Takes its part of the configuration. ERR_FORMAT: it is no HOST:PORT, or the program is not there.
 */
MUST_USE enum err bgp_gobgp_init(struct bgp_gobgp *gobgp, const struct hand_settings *settings,
				 char trouble[HAND_TROUBLE]);

void bgp_gobgp_close(struct bgp_gobgp *gobgp);

/* Whether the daemon answers. */
MUST_USE enum err bgp_gobgp_ask(struct bgp_gobgp *gobgp, char trouble[HAND_TROUBLE]);

/* Announces it (also one that is announced already), or takes it back (also one that is not there).
 */
enum bgp_tell { BGP_ANNOUNCE, BGP_WITHDRAW };
MUST_USE enum err bgp_gobgp_tell(struct bgp_gobgp *gobgp, enum bgp_tell tell,
				 const struct bgp_route *route, char trouble[HAND_TROUBLE]);

/*
 * Begins to look whether the daemon still has it, or has lost all as it was begun anew. Of FlowSpec it is only asked for
 * some rule of its own to the same destination: enough to tell that. While one is under way, nothing is begun.
 */
void bgp_gobgp_look(struct bgp_gobgp *gobgp, const struct bgp_route *route);

enum bgp_look { BGP_NOT_YET, BGP_NO_ANSWER, BGP_HAS, BGP_HAS_NOT };
/* What came of the look that is under way. */
enum bgp_look bgp_gobgp_heard(struct bgp_gobgp *gobgp);

/* The same out of its words: JSON of `gobgp -j global rib`. */
enum bgp_look bgp_gobgp_rib_has(struct span json, const char *destination, bool flow);

#endif
