/*
 * bgp_kept.h - what is announced, in a small file, so that a killed process finds it again.
 *
 * Daemons know nothing of an end, and do not say whose a route is; so it is written down before it
 * is announced. Lines of text: "hinomi-bgp 1 BOOT", then "ID VERB UNTIL FILTER" for each
 * (filter_text()).
 */
#ifndef BGP_BGP_KEPT_H
#define BGP_BGP_KEPT_H

#include "hand/hand.h"

#define BGP_MOST 64 /* routes at once: each costs a run of gobgp */
#define BGP_ROOM (2 * BGP_MOST) /* with those that are to be taken back */
#define BGP_BOOT 40 /* the text of a boot's id */

/* One whose `until` is 0 is not in force, but to be taken back from a daemon that may have it still. */
struct bgp_kept {
	struct hand_order orders[BGP_ROOM];
	size_t count;
};

/* Reads the bytes of such a file. Orders of another boot than `boot` are over: `until` is 0.
 * ERR_FORMAT: some of it is not such a line; what is, is there all the same. */
MUST_USE enum err bgp_kept_read(struct span text, const char *boot, struct bgp_kept *kept);

/* The same from the file of a folder; none is an empty one. The folder may belong to a user of less rights, who must not
 * have us announce what he writes there: a file that is not ours alone is none. ERR_OPEN, ERR_READ: errno. */
MUST_USE enum err bgp_kept_load(const char *folder, struct bgp_kept *kept);

/* Puts it in the file's place at once, or not at all; of none, the file goes. ERR_WRITE: errno. */
MUST_USE enum err bgp_kept_save(const char *folder, const struct bgp_kept *kept);

#endif
