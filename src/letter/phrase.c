/*
 * phrase.c - phrases found in one pass: by their first two bytes, at the beginnings of words. Languages that do not part
 * words begin one with every letter.
 */
#include "letter/phrase.h"

#include "base/line.h"
#include "base/text.h"

#define BUCKETS 1024

static const struct {
	const char *words;
	enum phrase_kind kind;
} phrases[PHRASES] = {
#define PHRASE(kind, words) { words, PHRASE_##kind },
#include "letter/phrase.def"
#undef PHRASE
};

/* Which phrases begin with which two bytes: lists through `next`, numbers beginning with 1. */
struct index {
	uint16_t first[BUCKETS], next[PHRASES];
};

static unsigned bucket(uint8_t first, uint8_t second)
{
	return (first * 37u ^ second * 11u) % BUCKETS;
}

/* Built once for each thread. */
static const struct index *index_get(void)
{
	static _Thread_local struct index built;
	static _Thread_local bool is_built;
	struct index *index = &built;

	if (is_built)
		return index;
	is_built = true;
	for (unsigned i = PHRASES; i-- > 0;) {
		unsigned b = bucket((uint8_t)phrases[i].words[0], (uint8_t)phrases[i].words[1]);

		index->next[i] = index->first[b];
		index->first[b] = (uint16_t)(i + 1);
	}
	return index;
}

static bool is_word(uint8_t c)
{
	uint8_t lower = text_lower(c);

	return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9');
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The length of a phrase at the beginning of a text; 0: it is not there. Lines of Japanese end within words. */
static size_t match(struct span text, const char *words)
{
	size_t at = 0;

	for (; *words && *words != '*'; words++) {
		size_t start = at;

		while (at < text.len && (*words == ' ' ? is_blank(text.ptr[at])
						       : (uint8_t)*words >= 0xc0 && (text.ptr[at] == '\n' || text.ptr[at] == '\r')))
			at++;
		if (*words == ' ' && at > start)
			continue;
		if (at >= text.len || text_lower(text.ptr[at]) != (uint8_t)*words)
			return 0;
		at++;
	}
	if (!*words && at < text.len && is_word(text.ptr[at]) && is_word(text.ptr[at - 1]))
		return 0;
	return at;
}

/* The longest phrase that begins here. */
static struct phrase_hit find(const struct index *index, struct span text, size_t at)
{
	struct span rest = line_from(text, at);
	struct phrase_hit hit = { .at = at };

	for (unsigned i = index->first[bucket(text_lower(rest.ptr[0]), text_lower(rest.ptr[1]))]; i; i = index->next[i - 1]) {
		size_t len = match(rest, phrases[i - 1].words);

		if (len > hit.len)
			hit = (struct phrase_hit){ i - 1, phrases[i - 1].kind, at, len };
	}
	return hit;
}

void phrase_scan(struct span utf8, void (*see)(void *whom, const struct phrase_hit *hit), void *whom)
{
	const struct index *index = index_get();
	bool inside = false; /* of a word */

	for (size_t i = 0; i + 1 < utf8.len; i++) {
		uint8_t c = utf8.ptr[i];
		bool word = is_word(c);
		struct phrase_hit hit;

		if (c < 0xc0 && (inside || !word)) { /* "ZIPパス": Japanese may follow letters at once */
			inside = word;
			continue;
		}
		inside = word;
		if (!index->first[bucket(text_lower(c), text_lower(utf8.ptr[i + 1]))])
			continue;
		hit = find(index, utf8, i);
		if (!hit.len)
			continue;
		see(whom, &hit);
		i += hit.len - 1;
		inside = is_word(utf8.ptr[i]);
	}
}

struct span phrase_words(unsigned id)
{
	struct span words = text_span(phrases[id].words);

	return line_cut(words, line_find(words, '*'));
}
