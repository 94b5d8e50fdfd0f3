/* known.c - looking up of known names and phrases. */
#include "wipe/known.h"

#include "base/line.h"
#include "base/text.h"

#include <string.h>

#define NAME_LOOK 200   /* bytes of a name that are looked at */
#define TEXT_LOOK 32768 /* bytes of a text */

#define ENDING(ending, family)
#define NOTE(a, b)
#define PHRASE(text, weight)
#define ORDINARY(ending)
#define EMPTIED(ending)
#define VAULT(name)
#define PASSING(folder)
#define MADE(ending)

static const struct {
	const char *ending, *family;
} families[] = {
#undef ENDING
#define ENDING(ending, family) { ending, family },
#include "wipe/known.def"
#undef ENDING
#define ENDING(ending, family)
};

static const char *const notes[][2] = {
#undef NOTE
#define NOTE(a, b) { a, b },
#include "wipe/known.def"
#undef NOTE
#define NOTE(a, b)
};

static const struct {
	const char *text;
	unsigned weight;
} phrases[] = {
#undef PHRASE
#define PHRASE(text, weight) { text, weight },
#include "wipe/known.def"
#undef PHRASE
#define PHRASE(text, weight)
};

static const char *const ordinary[] = {
#undef ORDINARY
#define ORDINARY(ending) ending,
#include "wipe/known.def"
#undef ORDINARY
#define ORDINARY(ending)
	NULL
};

static const char *const emptied[] = {
#undef EMPTIED
#define EMPTIED(ending) ending,
#include "wipe/known.def"
#undef EMPTIED
#define EMPTIED(ending)
	NULL
};

static const char *const vaults[] = {
#undef VAULT
#define VAULT(name) name,
#include "wipe/known.def"
#undef VAULT
#define VAULT(name)
	NULL
};

static const char *const passing[] = {
#undef PASSING
#define PASSING(folder) folder,
#include "wipe/known.def"
#undef PASSING
#define PASSING(folder)
	NULL
};

static const char *const made[] = {
#undef MADE
#define MADE(ending) ending,
#include "wipe/known.def"
	NULL
};

static bool is_listed(const char *const *list, struct span word)
{
	for (; *list; list++)
		if (line_is(word, *list))
			return true;
	return false;
}

struct span path_name(struct span path)
{
	const uint8_t *slash = path.len ? memrchr(path.ptr, '/', path.len) : NULL;

	return slash ? line_from(path, (size_t)(slash + 1 - path.ptr)) : path;
}

bool known_ending(struct span path, char ending[ENDING_TEXT])
{
	struct span name = path_name(path);
	const uint8_t *dot = name.len ? memrchr(name.ptr, '.', name.len) : NULL;
	struct span word;

	if (!dot || dot == name.ptr)
		return false;
	word = line_from(name, (size_t)(dot + 1 - name.ptr));
	if (word.len == 0 || word.len >= ENDING_TEXT)
		return false;
	for (size_t i = 0; i < word.len; i++)
		ending[i] = (char)text_lower(word.ptr[i]);
	ending[word.len] = '\0';
	return true;
}

const char *known_family(const char *ending)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (strcmp(families[i].ending, ending) == 0)
			return families[i].family;
	return NULL;
}

bool known_ordinary(const char *ending)
{
	if (ending[strspn(ending, "0123456789-_~")] == '\0')
		return true;
	return is_listed(ordinary, text_span(ending));
}

bool known_emptied(const char *ending)
{
	return is_listed(emptied, text_span(ending));
}

bool known_made(const char *ending)
{
	return is_listed(made, text_span(ending));
}

bool known_vault(struct span path)
{
	return is_listed(vaults, path_name(path));
}

bool known_passing(struct span path)
{
	struct span rest = { path.ptr, path.len - path_name(path).len }, folder;

	while (line_part(&rest, '/', &folder))
		if (folder.len && is_listed(passing, folder))
			return true;
	return false;
}

static bool has(struct span text, const char *part)
{
	return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

bool known_note_name(struct span path)
{
	static const char *const endings[] = { "txt", "html", "htm", "hta", "rtf", "png", "bmp", "jpg", "url", "pdf",
					       "md", "eml", "vbs", NULL };
	struct span name = line_cut(path_name(path), NAME_LOOK);
	uint8_t plain[NAME_LOOK];
	char ending[ENDING_TEXT] = "";
	struct span told = { plain, 0 };
	bool dotted = known_ending(path, ending);

	if (dotted && !is_listed(endings, text_span(ending)))
		return false;
	if (dotted)
		name.len -= strlen(ending) + 1 < name.len ? strlen(ending) + 1 : name.len;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = text_lower(name.ptr[i]);

		if (c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			plain[told.len++] = c;
	}
	for (size_t i = 0; told.len && i < sizeof(notes) / sizeof(notes[0]); i++)
		if (has(told, notes[i][0]) && has(told, notes[i][1]))
			return true;
	return false;
}

unsigned known_note_text(struct span text)
{
	uint8_t lower[TEXT_LOOK];
	struct span look = { lower, 0 };
	unsigned weight = 0;

	/* Blanks count as one, and UTF-16 is read by its low bytes. */
	for (size_t i = 0; i < text.len && look.len < sizeof(lower); i++) {
		uint8_t c = text.ptr[i] <= ' ' ? ' ' : text_lower(text.ptr[i]);

		if (text.ptr[i] == 0 || (c == ' ' && look.len && lower[look.len - 1] == ' '))
			continue;
		lower[look.len++] = c;
	}
	for (size_t i = 0; look.len && i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (has(look, phrases[i].text))
			weight += phrases[i].weight;
	return weight;
}
