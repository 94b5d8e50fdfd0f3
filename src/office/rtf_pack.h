/* rtf_pack.h - the packed RTF of Outlook's messages ([MS-OXRTFCP]): a window of 4096 bytes that begins with usual words. */
#ifndef OFFICE_RTF_PACK_H
#define OFFICE_RTF_PACK_H

#include "base/span.h"
#include "exam/arena.h"

#include <stdbool.h>

/* Poured into the arena, at most `limit` bytes. False: broken, or cut; *out is what could be read. */
bool rtf_unpack(struct span packed, size_t limit, struct arena *arena, struct span *out);

#endif
