/* hand.c - the hands in the order in which they are tried. */
#include "hand/hand.h"

const struct hand *const hands_all[] = { &hand_xdp, &hand_nft, &hand_bgp, NULL };
