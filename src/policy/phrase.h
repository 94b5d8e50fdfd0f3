/* phrase.h - reasons that are kept in English, as a failure was told, put into Japanese where they are shown. */
#ifndef POLICY_PHRASE_H
#define POLICY_PHRASE_H

#include <stddef.h>

struct phrase {
	const char *en, *ja;
};

/* Puts the phrases of the table in place of those in the text that begin with it, or behind a space or a bracket; the rest,
 * such as names and the words of libraries, stays. Where one phrase begins like another, the longer one comes first. What
 * does not fit is left off, whole phrases or letters. Returns `into`. */
char *phrase_japanese(const struct phrase *table, size_t count, const char *text, char *into, size_t size);

/* The same for "NAME: phrase ...", whose name is not touched, unless it begins with a phrase. */
char *phrase_japanese_of(const struct phrase *table, size_t count, const char *text, char *into, size_t size);

#endif
