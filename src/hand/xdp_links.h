/* xdp_links.h - the program on its interfaces, by links that are pinned: they outlive the process. */
#ifndef HAND_XDP_LINKS_H
#define HAND_XDP_LINKS_H

#include "hand/xdp_pins.h"

/*
 * Puts the program on the interface, in the driver where that can, else in the kernel's generic way; where it is
 * already, nothing changes. `note` says what the administrator should know, or is empty; on error, why not.
 */
MUST_USE enum err xdp_link_attach(const struct xdp_pins *pins, const char *interface,
				  char note[HAND_TROUBLE]);

/* Takes it from all interfaces but those listed. */
void xdp_links_keep(const char *const *interfaces, size_t count);

#endif
