/* vba_pack.h - the compression of macros ([MS-OVBA] 2.4.1): chunks of 4096 bytes, each with its own small window. */
#ifndef MACRO_VBA_PACK_H
#define MACRO_VBA_PACK_H

#include "base/span.h"
#include "exam/arena.h"

#include <stdbool.h>

/* Poured into the arena, at most `limit` bytes. False: broken, or cut by the limit; *out is what could be read. */
bool vba_unpack(struct span packed, size_t limit, struct arena *arena, struct span *out);

#endif
