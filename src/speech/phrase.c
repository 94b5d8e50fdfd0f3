/* phrase.c - finds what defacers write, in whatever way they write it. */
#include "speech/phrase.h"

#include "base/pen.h"
#include "base/text.h"

#include <pthread.h>

#define PHRASE_ROOM 96  /* bytes of a folded phrase */
#define BUCKETS     512 /* by the first bytes */
#define MIXED_WORD  24  /* letters of a word that are asked */

enum { WORD = 1, SENTENCE = 2, LEET = 4 };

static const struct {
	enum phrase_class class;
	uint8_t points;
	const char *text;
} phrases[] = {
#define PHRASE(class, points, text) { PHRASE_##class, points, text },
#include "speech/phrase.def"
#undef PHRASE
#define SCORN(points, text) { PHRASE_SCORN, points, text },
#include "speech/scorn.def"
#undef SCORN
};
#define PHRASES (sizeof(phrases) / sizeof(phrases[0]))

static const char *const class_names[PHRASE_CLASSES] = { "claim",   "mark",    "threat",  "slogan",      "ransom",
							 "spam",    "purse",   "scorn",   "maintenance", "error",
							 "parking", "listing", "default", "challenge" };
static const char *const place_names[PLACES] = { "title", "heading", "text", "script", "hidden" };

const char *phrase_class_name(enum phrase_class class)
{
	return class_names[class];
}

bool phrase_class_find(const char *name, enum phrase_class *class)
{
	for (unsigned n = 0; n < PHRASE_CLASSES; n++) {
		if (strcmp(name, class_names[n]))
			continue;
		*class = (enum phrase_class)n;
		return true;
	}
	return false;
}

const char *phrase_place_name(enum phrase_place place)
{
	return place_names[place];
}

/* --- folding --- */

/* Letters, and what each byte begins. */
struct folded_text {
	struct pen letters;
	uint8_t room[PHRASE_BLOCK], begins[PHRASE_BLOCK];
};

/* Letters with accents, U+00C0 to U+017F, as the plain ones; '.': none. */
static const char plain[] = "aaaaaaaceeeeiiiidnooooo.ouuuuyts" /* C0 */
			    "aaaaaaaceeeeiiiidnooooo.ouuuuyty" /* E0 */
			    "aaaaaaccccccccddddeeeeeeeeeegggg" /* 100 */
			    "gggghhhhiiiiiiiiiiiijjkkklllllll" /* 120 */
			    "lllnnnnnnnnnoooooooorrrrrrssssss" /* 140 */
			    "ssttttttuuuuuuuuuuuuwwyyyzzzzzzs" /* 160 */;

/* Digits and signs that stand for letters. */
static uint32_t unleet(uint32_t rune)
{
	static const char from[] = "01345789@$", to[] = "oieastbgas";
	const char *at = rune > '@' || rune < '$' ? NULL : strchr(from, (int)rune);

	return at ? (uint32_t)to[at - from] : rune;
}

/* One rune as it is compared; 0: it is no letter. */
static uint32_t fold_rune(uint32_t rune)
{
	if (rune >= 0xff01 && rune <= 0xff5e)
		rune -= 0xfee0;
	rune = unleet(rune);
	if (rune < 0x80) {
		rune = text_lower((uint8_t)rune);
		return rune >= 'a' && rune <= 'z' ? rune : 0;
	}
	if (rune >= 0xc0 && rune < 0x180)
		return plain[rune - 0xc0] == '.' ? 0 : (uint32_t)plain[rune - 0xc0];
	if (rune >= 0x410 && rune <= 0x42f)
		return rune + 0x20;
	if (rune >= 0x400 && rune <= 0x40f)
		return rune + 0x50;
	if (rune == 0x219 || rune == 0x21b)
		return rune == 0x219 ? 's' : 't';
	/* marks of Arabic, the lengthener; signs and blanks beyond ASCII; combining accents */
	if (rune < 0xc0 || (rune >= 0x300 && rune < 0x370) || rune == 0x640 || (rune >= 0x64b && rune <= 0x65f) ||
	    (rune >= 0x60c && rune <= 0x61f) || (rune >= 0x2000 && rune <= 0x2bff) ||
	    (rune >= 0x3000 && rune <= 0x3004) || (rune >= 0x3008 && rune <= 0x3020) || rune == 0x30fb ||
	    rune >= 0xfe00)
		return 0;
	if (rune == 0x643) /* kaf and yeh, as Persian keyboards have them */
		return 0x6a9;
	return rune == 0x64a || rune == 0x649 ? 0x6cc : rune;
}

/* Scripts without blanks between words: each letter is one. */
static bool stands_alone(uint32_t rune)
{
	return (rune >= 0x3040 && rune <= 0x9fff) || (rune >= 0xac00 && rune <= 0xd7a3) || rune >= 0x20000;
}

static bool ends_sentence(uint32_t rune)
{
	static const char ends[] = ".!?|~=*<>[]{}\"";

	return (rune && rune < 0x80 && strchr(ends, (int)rune)) || rune == 0x3002 || rune == 0xff01 || rune == 0xff1f ||
	       rune == 0x300c || rune == 0x3010 || rune == 0x2605 || rune == 0x61f || rune == 0xab;
}

static bool is_capital(uint32_t rune)
{
	return rune >= 'A' && rune <= 'Z';
}

/* Letters of Cyrillic that look like Latin ones, small. */
static uint32_t latin_of(uint32_t rune)
{
	static const struct {
		uint16_t cyrillic;
		char latin;
	} alike[] = { { 0x430, 'a' }, { 0x432, 'b' }, { 0x435, 'e' }, { 0x43a, 'k' }, { 0x43c, 'm' }, { 0x43d, 'h' },
		      { 0x43e, 'o' }, { 0x440, 'p' }, { 0x441, 'c' }, { 0x442, 't' }, { 0x443, 'y' }, { 0x445, 'x' },
		      { 0x455, 's' }, { 0x456, 'i' }, { 0x458, 'j' }, { 0x501, 'd' } };

	for (size_t n = 0; n < sizeof(alike) / sizeof(alike[0]); n++)
		if (alike[n].cyrillic == rune)
			return (uint32_t)alike[n].latin;
	return rune;
}

/* Whether the word that begins here has letters of both alphabets. */
static bool word_is_mixed(struct span text)
{
	bool latin = false, cyrillic = false;

	for (unsigned n = 0; text.len && n < MIXED_WORD; n++) {
		uint32_t rune = fold_rune(text_rune(&text));

		if (!rune)
			break;
		latin = latin || (rune >= 'a' && rune <= 'z');
		cyrillic = cyrillic || (rune >= 0x430 && rune < 0x530);
	}
	return latin && cyrillic;
}

static void fold_text(struct folded_text *folded, struct span text)
{
	uint8_t next = WORD | SENTENCE;
	uint32_t before = 0;
	bool mixed = false;

	folded->letters = pen_init(folded->room, sizeof(folded->room));
	while (text.len && folded->letters.used + 8 < sizeof(folded->room)) {
		struct span here = text;
		uint32_t rune = text_rune(&text), plain_rune = fold_rune(rune);
		size_t at = folded->letters.used;

		if (!plain_rune) {
			bool inside = rune == '\'' || rune == 0x2019 || rune == 0x64b ||
				      (rune >= 0x300 && rune < 0x370);

			next |= inside ? 0 : WORD;
			next |= ends_sentence(rune) ? SENTENCE : 0;
			before = 0;
			continue;
		}
		if (stands_alone(plain_rune) || (is_capital(rune) && before && !is_capital(before)))
			next |= WORD; /* "HackedBy" */
		if (!before)
			mixed = word_is_mixed(here);
		pen_rune(&folded->letters, mixed ? latin_of(plain_rune) : plain_rune);
		memset(folded->begins + at, 0, folded->letters.used - at);
		folded->begins[at] = next | (unleet(rune) == rune && !mixed ? 0 : LEET);
		next = stands_alone(plain_rune) ? WORD : 0;
		before = rune;
	}
}

/* --- the finder --- */

struct phrase_finder {
	int16_t first[BUCKETS]; /* the phrase that begins so, or -1 */
	int16_t next[PHRASES];
	bool anchored[PHRASES], open[PHRASES], last[PHRASES];
	uint8_t length[PHRASES], words[PHRASES];
	uint8_t letters[PHRASES][PHRASE_ROOM];
};

static unsigned bucket_of(const uint8_t *letters)
{
	return (letters[0] * 31u * 31 + letters[1] * 31u + letters[2]) % BUCKETS;
}

/* Beginnings of words in a stretch of letters. */
static uint8_t count_words(const struct folded_text *folded, size_t from, size_t length)
{
	unsigned count = 0;

	for (size_t i = from; i < from + length; i++)
		count += folded->begins[i] & WORD;
	return (uint8_t)count;
}

/* Digits for letters, or blanks between all letters. */
static bool is_odd(const struct phrase_finder *finder, int n, const struct folded_text *folded, size_t at)
{
	size_t length = finder->length[n];
	unsigned leets = 0;

	for (size_t i = at; i < at + length; i++)
		leets += (folded->begins[i] & LEET) != 0;
	return leets || count_words(folded, at, length) > finder->words[n] + 2;
}

static void take_phrase(struct phrase_finder *finder, size_t n, struct folded_text *folded)
{
	struct span text = text_span(phrases[n].text);
	unsigned bucket;

	finder->anchored[n] = text.ptr[0] == '^';
	finder->open[n] = text.ptr[text.len - 1] == '*';
	finder->last[n] = text.ptr[text.len - 1] == '$';
	text.len -= finder->last[n]; /* else it is an s */
	fold_text(folded, text);
	if (folded->letters.used < 3 || folded->letters.used > PHRASE_ROOM)
		return;
	finder->length[n] = (uint8_t)folded->letters.used;
	memcpy(finder->letters[n], folded->room, folded->letters.used);
	finder->words[n] = count_words(folded, 0, folded->letters.used);
	bucket = bucket_of(folded->room);
	finder->next[n] = finder->first[bucket];
	finder->first[bucket] = (int16_t)n;
}

static struct phrase_finder finder_of_all; /* never changed after it was made */
static pthread_once_t made_once = PTHREAD_ONCE_INIT;

static void make_finder(void)
{
	struct folded_text folded;

	memset(finder_of_all.first, 0xff, sizeof(finder_of_all.first));
	for (size_t n = 0; n < PHRASES; n++)
		take_phrase(&finder_of_all, n, &folded);
}

const struct phrase_finder *phrase_finder(void)
{
	pthread_once(&made_once, make_finder);
	return &finder_of_all;
}

static bool stands_at(const struct phrase_finder *finder, int n, const struct folded_text *folded, size_t at)
{
	size_t length = finder->length[n], end = at + length;

	if (end > folded->letters.used || memcmp(folded->room + at, finder->letters[n], length))
		return false;
	return finder->open[n] || end == folded->letters.used || (!finder->last[n] && folded->begins[end] & WORD);
}

unsigned phrases_find(const struct phrase_finder *finder, struct span utf8, struct phrase_match matches[PHRASE_MATCHES])
{
	struct folded_text folded;
	unsigned count = 0;

	fold_text(&folded, utf8);
	for (size_t at = 0; at + 2 < folded.letters.used && count < PHRASE_MATCHES; at++) {
		if (!(folded.begins[at] & WORD))
			continue;
		for (int n = finder->first[bucket_of(folded.room + at)]; n >= 0 && count < PHRASE_MATCHES;
		     n = finder->next[n]) {
			if (!stands_at(finder, n, &folded, at))
				continue;
			matches[count++] = (struct phrase_match){
				.class = phrases[n].class,
				.points = phrases[n].points,
				.anchored = !finder->anchored[n] || folded.begins[at] & SENTENCE,
				.odd = is_odd(finder, n, &folded, at),
			};
		}
	}
	return count;
}
