/*
 * bgp_exabgp.h - routes told to ExaBGP by the FIFO that one of its processes reads (`run /bin/cat
 * FIFO;`).
 *
 * Nothing comes back: it is known that somebody reads, not what becomes of it. So all is said again
 * when the reader was gone, and now and then. SIGPIPE must be ignored by the process.
 */
#ifndef BGP_BGP_EXABGP_H
#define BGP_BGP_EXABGP_H

#include "bgp/bgp_gobgp.h"

struct bgp_exabgp {
	bool used;
	char path[256];
	int fd;    /* kept open, as `cat` ends when nobody has it; -1: nobody reads */
	bool gone; /* the reader was: what was said may be lost */
};

/* Takes its part of the configuration; it is opened when it is needed. ERR_FORMAT: the path is too
 * long. */
MUST_USE enum err bgp_exabgp_init(struct bgp_exabgp *exabgp, const struct hand_settings *settings,
				  char trouble[HAND_TROUBLE]);
void bgp_exabgp_close(struct bgp_exabgp *exabgp);

/* Whether somebody reads it. */
MUST_USE enum err bgp_exabgp_ask(struct bgp_exabgp *exabgp, char trouble[HAND_TROUBLE]);

MUST_USE enum err bgp_exabgp_tell(struct bgp_exabgp *exabgp, enum bgp_tell tell,
				  const struct bgp_route *route, char trouble[HAND_TROUBLE]);

#endif
