/* encoded.h - scripts that Windows' Script Encoder wrote (.vbe, .jse): its secret was published in 2000. */
#ifndef MARKUP_ENCODED_H
#define MARKUP_ENCODED_H

#include "exam/arena.h"

/* What stands between "#@~^" and "^#~@", decoded, into the arena; what is outside stays. Empty: nothing is encoded. */
struct span script_decode(struct span script, struct arena *arena);

#endif
