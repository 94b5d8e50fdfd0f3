/* lzfu.h - the packed RTF in which Outlook keeps the texts of its messages ([MS-OXRTFCP]). */
#ifndef MIME_LZFU_H
#define MIME_LZFU_H

#include "base/span.h"
#include "exam/arena.h"

/* Poured into the arena, at most `limit` bytes; of what is broken as much as there is. Empty: it is no packed RTF. */
struct span lzfu_undo(struct span packed, size_t limit, struct arena *arena);

#endif
