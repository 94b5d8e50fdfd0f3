/*
 * tongue.h - which language a text is in, as far as its letters and its little words tell. For a watch that asks "is it
 * another one than yesterday", not for a linguist.
 */
#ifndef SPEECH_TONGUE_H
#define SPEECH_TONGUE_H

#include "base/span.h"

#include <stdint.h>

enum tongue {
#define TONGUE(id, code) TONGUE_##id,
#include "speech/tongue.def"
#undef TONGUE
	TONGUES
};

const char *tongue_code(enum tongue tongue); /* "ja" */

/* Letters by language, of all blocks so far. */
struct tongues {
	uint32_t letters[TONGUES];
	uint32_t han;  /* of short blocks without kana: Japanese or Chinese */
	uint32_t kana; /* anywhere */
};

/* Adds a block of text. Returns its letters. */
uint32_t tongues_add(struct tongues *tongues, struct span utf8);
/* What each has of all letters, per mille. Returns the letters. */
uint32_t tongues_share(const struct tongues *tongues, uint16_t share[TONGUES]);

#endif
