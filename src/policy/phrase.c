/* phrase.c - looks phrases up, and puts others in their place. */
#include "policy/phrase.h"

#include <stdbool.h>
#include <string.h>

static const struct phrase *find(const struct phrase *table, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(text, table[i].en, strlen(table[i].en)) == 0)
			return &table[i];
	return NULL;
}

/* The bytes of a letter in UTF-8 (RFC 3629); one of what is none. */
static size_t letter(const char *text)
{
	size_t len = 1;

	while (((unsigned char)text[0] & 0x80) && ((unsigned char)text[len] & 0xc0) == 0x80)
		len++;
	return len;
}

char *phrase_japanese(const struct phrase *table, size_t count, const char *text, char *into, size_t size)
{
	size_t used = 0;
	bool begins = true;

	while (*text) {
		const struct phrase *found = begins ? find(table, count, text) : NULL;
		const char *put = found ? found->ja : text;
		size_t len = found ? strlen(found->ja) : letter(text);

		if (used + len >= size)
			break;
		memcpy(into + used, put, len);
		used += len;
		text += found ? strlen(found->en) : len;
		begins = text[-1] == ' ' || text[-1] == '(';
	}
	into[used] = '\0';
	return into;
}

char *phrase_japanese_of(const struct phrase *table, size_t count, const char *text, char *into, size_t size)
{
	size_t name = 0;

	/* The last one: a name may hold a phrase, behind a phrase stands what the system says. Not where the text begins with a
	 * phrase, as in "the scratch place /x: it cannot be used: ...". */
	for (const char *at = find(table, count, text) ? NULL : strstr(text, ": "); at; at = strstr(at + 2, ": "))
		if (find(table, count, at + 2))
			name = (size_t)(at + 2 - text);
	if (name >= size)
		name = size - 1;
	memcpy(into, text, name);
	phrase_japanese(table, count, text + name, into + name, size - name);
	return into;
}
