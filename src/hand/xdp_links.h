/* xdp_links.h - the program on its interfaces, by links that are pinned: they outlive the process. */
#ifndef HAND_XDP_LINKS_H
#define HAND_XDP_LINKS_H

#include "hand/xdp_pins.h"

#define XDP_LINK "link-" /* and the number of the interface: its name may hold dots, which pins must not */

/* The interface that the link pinned there is on; 0: none (any more). */
unsigned xdp_link_index(const char *path);

/*
 * Puts the program on the interface, in the driver where that can, else in the kernel's generic way; where it is
 * already, nothing changes, and where another version of it is, it takes that one's place. `note` says what the administrator should know, or is empty; on error, why not.
 */
MUST_USE enum err xdp_link_attach(const struct xdp_pins *pins, const char *interface,
				  char note[HAND_TROUBLE]);

/* Takes it from all interfaces but those listed. */
void xdp_links_keep(const char *const *interfaces, size_t count);

#endif
