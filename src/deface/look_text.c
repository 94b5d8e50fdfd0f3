/* look_text.c - the text of a page, block by block: shingles, languages, phrases. */
#include "deface/look_private.h"

#include "base/hash.h"
#include "base/line.h"
#include "base/text.h"
#include "exam/exam.h"

#include <stdlib.h>

#define BLOCK_LEAST  6   /* bytes of a block that is kept */
#define SHORT        110 /* columns: a heading, a line on a black page */
#define LONG         400 /* a paragraph */
#define WORDS        4   /* of a shingle */
#define TITLE_WORD   4   /* letters; shorter ones are in any text */
#define PURSE        40  /* points of a purse's address */
#define PURSE_LEAST  26  /* letters of one */
#define PURSE_DIGITS 3
#define LEET         40 /* points of a text that is written in digits for letters */
#define LEET_WORD    6  /* letters and digits of such a word */
#define LEET_WORDS   2
#define ODD_MOST     50 /* points of a phrase that is written oddly */

/* --- simhash --- */

void votes_add(struct votes *votes, uint64_t hash)
{
	for (unsigned bit = 0; bit < 64; bit++)
		votes->of[bit] += (int32_t)(hash >> bit & 1) * 2 - 1;
}

uint64_t votes_hash(const struct votes *votes)
{
	uint64_t hash = 0;

	for (unsigned bit = 0; bit < 64; bit++)
		hash |= (uint64_t)(votes->of[bit] > 0) << bit;
	return hash;
}

/* --- shingles --- */

static void sink(uint64_t *heap, unsigned count)
{
	unsigned at = 0, child;
	uint64_t moved = heap[0];

	while ((child = 2 * at + 1) < count) {
		if (child + 1 < count && heap[child + 1] > heap[child])
			child++;
		if (heap[child] <= moved)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = moved;
}

static void rise(uint64_t *heap, unsigned at)
{
	uint64_t moved = heap[at];

	for (; at && heap[(at - 1) / 2] < moved; at = (at - 1) / 2)
		heap[at] = heap[(at - 1) / 2];
	heap[at] = moved;
}

/* Keeps the lowest. */
static void add_shingle(struct looker *l, uint64_t hash)
{
	unsigned *count = &l->look->sketch_count;

	votes_add(&l->text, hash);
	if (*count == LOOK_SKETCH && hash >= l->lowest[0])
		return;
	for (unsigned n = 0; n < *count; n++)
		if (l->lowest[n] == hash)
			return;
	if (*count < LOOK_SKETCH) {
		l->lowest[*count] = hash;
		rise(l->lowest, (*count)++);
	} else {
		l->lowest[0] = hash;
		sink(l->lowest, *count);
	}
}

/* A word of the title is kept until it is found in the text. */
static void add_title(struct looker *l, uint64_t hash)
{
	if (l->title_count == TITLE_WORDS)
		return;
	l->title[l->title_count++] = hash;
	l->title_mask |= 1ull << hash % 64;
}

static void find_title(struct looker *l, uint64_t hash)
{
	if (!(l->title_mask >> hash % 64 & 1))
		return;
	for (unsigned n = 0; n < l->title_count; n++) {
		if (l->title[n] != hash)
			continue;
		l->title[n] = 0;
		l->title_found++;
	}
}

/* A word, or a character that is one. */
static void add_unit(struct looker *l, uint64_t hash, bool alone)
{
	unsigned need = alone ? SHINGLE : WORDS, same = 0;
	uint64_t shingle = HASH_K0;

	if (l->titling) {
		add_title(l, hash);
		return;
	}
	find_title(l, hash);
	memmove(l->units, l->units + 1, sizeof(l->units) - sizeof(l->units[0]));
	memmove(l->alone, l->alone + 1, sizeof(l->alone) - sizeof(l->alone[0]));
	l->units[SHINGLE - 1] = hash;
	l->alone[SHINGLE - 1] = alone;
	l->unit_count += l->unit_count < SHINGLE;
	while (same < need && same < l->unit_count && l->alone[SHINGLE - 1 - same] == alone)
		same++;
	if (same < need)
		return;
	for (unsigned n = SHINGLE - need; n < SHINGLE; n++)
		shingle = hash_64(l->units[n], shingle);
	add_shingle(l, shingle);
}

static bool is_alone(uint32_t rune)
{
	return (rune >= 0x3041 && rune <= 0x9fff) || (rune >= 0xf900 && rune <= 0xfaff) || rune >= 0x20000;
}

static bool is_blank(uint32_t rune)
{
	return rune <= ' ' || rune == 0xa0 || (rune >= 0x2000 && rune <= 0x206f) || (rune >= 0x3000 && rune <= 0x3003);
}

/* Words and characters of a block; all numbers are one. Returns a hash of the whole. */
static uint64_t add_units(struct looker *l, struct span text)
{
	uint64_t word = 0, whole = HASH_K1, unit;
	bool number = false;

	while (text.len) {
		uint32_t rune = text_rune(&text);
		bool digit = (rune >= '0' && rune <= '9') || (rune >= 0xff10 && rune <= 0xff19);

		if (digit && number)
			continue;
		number = digit;
		unit = hash_64(digit ? '0' : rune < 0x80 ? text_lower((uint8_t)rune) : rune, word);
		if (!is_alone(rune) && !is_blank(rune)) {
			word = unit;
			continue;
		}
		if (word)
			add_unit(l, word, false);
		whole = word ? hash_64(word, whole) : whole;
		word = 0;
		if (!is_alone(rune))
			continue;
		unit = hash_64(rune, 0);
		add_unit(l, unit, true);
		whole = hash_64(unit, whole);
	}
	if (word)
		add_unit(l, word, false);
	return word ? hash_64(word, whole) : whole;
}

/* Words that are in any text: of hiragana, and short ones of Latin letters. */
static bool is_small(struct span word, uint32_t rune)
{
	return (rune >= 0x3041 && rune <= 0x309f) || (rune < 0x80 && word.len < TITLE_WORD);
}

void look_title(struct looker *l, struct span utf8)
{
	uint8_t room[LOOK_TITLE * 2];
	struct pen pen = pen_init(room, sizeof(room));
	size_t begins = 0;
	uint32_t first = 0;

	while (utf8.len && pen.used + 8 < sizeof(room)) {
		uint32_t rune = text_rune(&utf8);

		if (is_blank(rune) || is_alone(rune)) {
			if (is_small(pen_since(&pen, begins), first))
				pen.used = begins;
			pen_rune(&pen, ' ');
			begins = pen.used;
			first = 0;
		}
		if (is_blank(rune) || (rune >= 0x3041 && rune <= 0x309f))
			continue;
		first = first ? first : rune;
		pen_rune(&pen, rune);
		if (is_alone(rune))
			begins = pen.used;
	}
	if (is_small(pen_since(&pen, begins), first))
		pen.used = begins;
	l->titling = true;
	add_units(l, pen_since(&pen, 0));
	l->titling = false;
}

/* --- phrases --- */

/* Whether the block is one link to a page of our own: the headline of something. */
static bool is_link(const struct looker *l, enum phrase_place place, size_t len)
{
	return (place == PLACE_HEADING || place == PLACE_TEXT) && l->linked_bytes * 2 > len;
}

/* What a phrase is worth where it stands. News tell of others, in sentences and under links; who did it shouts. */
static unsigned weigh(const struct looker *l, const struct phrase_match *match, enum phrase_place place,
		      struct span text)
{
	unsigned columns = text_columns(text);
	unsigned points = match->points;

	if (match->odd && match->class <= PHRASE_MARK)
		points = 2 * points < ODD_MOST ? 2 * points : ODD_MOST;
	if (!match->anchored)
		points /= 4;
	if (place == PLACE_TEXT && columns > LONG)
		points /= 4;
	else if (match->class >= PHRASE_PURSE) /* whose place is judged later */
		return points;
	else if (place == PLACE_TEXT && columns > SHORT)
		points /= 2;
	if (is_link(l, place, text.len) || (place == PLACE_SCRIPT && !l->script_shows))
		points /= 3;
	return points;
}

/* Keeps the heaviest. */
static void keep_hit(struct look *look, const struct phrase_hit *hit)
{
	struct phrase_hit *place = &look->hits[0];

	for (unsigned n = 0; n < look->hit_count; n++) {
		struct phrase_hit *kept = &look->hits[n];

		if (kept->block == hit->block && kept->class == hit->class) {
			if (kept->points < hit->points)
				*kept = *hit;
			return;
		}
		place = kept->points < place->points ? kept : place;
	}
	if (look->hit_count < LOOK_HITS)
		look->hits[look->hit_count++] = *hit;
	else if (place->points < hit->points)
		*place = *hit;
}

static void keep_state(struct look *look, const struct phrase_match *match, struct span text)
{
	enum page_state state = (enum page_state)(match->class - PHRASE_MAINTENANCE + STATE_MAINTENANCE);

	if (look->state != STATE_NONE || !match->anchored)
		return;
	look->state = state;
	exam_visible(look->state_shown, sizeof(look->state_shown), text);
}

/* Two of a class in one text agree. */
static void add_match(struct phrase_hit *hit, const struct phrase_match *match, unsigned points)
{
	unsigned both = points > hit->points ? points + hit->points / 2u : hit->points + points / 2u;

	hit->class = (uint8_t)match->class;
	hit->points = (uint8_t)(both < ODD_MOST ? both : ODD_MOST);
	hit->odd = hit->odd || match->odd;
}

static bool is_letter(uint8_t byte)
{
	return text_lower(byte) >= 'a' && text_lower(byte) <= 'z';
}

/* An address of a purse of crypto currency: "bc1..." (BIP 173), "0x..." of 40 digits (EIP-55), base58 that begins with
 * 1 or 3. */
static bool is_purse(struct span word)
{
	unsigned digits = 0, small = 0, large = 0, hex = 0;
	bool segwit = line_starts(word, "bc1"), ether = line_starts(word, "0x");

	for (size_t i = 0; i < word.len; i++) {
		uint8_t byte = word.ptr[i];

		digits += byte >= '0' && byte <= '9';
		small += byte >= 'a' && byte <= 'z';
		large += byte >= 'A' && byte <= 'Z';
		hex += text_nibble(byte) >= 0;
	}
	if (digits + small + large != word.len || digits < PURSE_DIGITS)
		return false;
	if (segwit)
		return word.len >= PURSE_LEAST && word.len <= 74;
	if (ether)
		return word.len == 42 && hex == 41;
	return word.len >= 26 && word.len <= 35 && small >= PURSE_DIGITS && large >= PURSE_DIGITS &&
	       (*word.ptr == '1' || *word.ptr == '3') && line_find(word, '0') == word.len &&
	       line_find(word, 'l') == word.len;
}

static bool has_purse(struct span text)
{
	while (text.len) {
		size_t end = 0;

		while (end < text.len && (is_letter(text.ptr[end]) || (text.ptr[end] >= '0' && text.ptr[end] <= '9')))
			end++;
		if (end >= PURSE_LEAST && is_purse(line_cut(text, end)))
			return true;
		text = line_from(text, end + 1);
	}
	return false;
}

/* Digits for letters inside of a word: "t0uched", "Cr3w of Sh4dow". Not names of things: "mp3", "B2B", "a3f5c7". */
static bool is_leet(struct span word)
{
	unsigned letters = 0, inside = 0;

	for (size_t i = 0; i < word.len; i++) {
		bool digit = word.ptr[i] >= '0' && word.ptr[i] <= '9';

		letters += !digit;
		inside += digit && memchr("013457", word.ptr[i], 6) && i && i + 1 < word.len &&
			  is_letter(word.ptr[i - 1]) && is_letter(word.ptr[i + 1]);
	}
	return word.len >= LEET_WORD && inside && inside == word.len - letters && inside * 2 <= letters;
}

/* Short texts with more than one such word. */
static bool is_leet_text(struct span text)
{
	unsigned count = 0;

	if (text_columns(text) > SHORT)
		return false;
	while (text.len && count < LEET_WORDS) {
		size_t end = 0;

		while (end < text.len && (is_letter(text.ptr[end]) || (text.ptr[end] >= '0' && text.ptr[end] <= '9')))
			end++;
		count += is_leet(line_cut(text, end));
		text = line_from(text, end + 1);
	}
	return count == LEET_WORDS;
}

static void find_phrases(struct looker *l, struct span text, enum phrase_place place, uint64_t hash)
{
	struct phrase_hit hits[PHRASE_MAINTENANCE] = { 0 };
	struct phrase_match matches[PHRASE_MATCHES];
	unsigned count = phrases_find(l->finder, text, matches);

	if (has_purse(text) && count < PHRASE_MATCHES)
		matches[count++] = (struct phrase_match){ .class = PHRASE_PURSE, .points = PURSE, .anchored = true };
	if (count < PHRASE_MATCHES && is_leet_text(text))
		matches[count++] = (struct phrase_match){ .class = PHRASE_MARK, .points = LEET, .anchored = true };
	for (unsigned n = 0; n < count; n++) {
		if (matches[n].class < PHRASE_MAINTENANCE)
			add_match(&hits[matches[n].class], &matches[n], weigh(l, &matches[n], place, text));
		else if (text.len <= LONG && place <= PLACE_TEXT && !is_link(l, place, text.len))
			keep_state(l->look, &matches[n], text);
	}
	for (unsigned n = 0; n < PHRASE_MAINTENANCE; n++) {
		if (!hits[n].points)
			continue;
		hits[n].place = (uint8_t)place;
		hits[n].block = hash;
		hits[n].where = place == PLACE_HEADING || place == PLACE_TEXT ? l->block_place : 0;
		exam_visible(hits[n].shown, sizeof(hits[n].shown), text);
		keep_hit(l->look, &hits[n]);
	}
}

void look_phrases(struct looker *l, struct span utf8, enum phrase_place place)
{
	find_phrases(l, utf8, place, hash_text(utf8.ptr, utf8.len, HASH_K2));
}

/* --- blocks --- */

static void keep_block(struct looker *l, struct span text, uint64_t hash)
{
	struct look *look = l->look;

	if (text.len < BLOCK_LEAST || look->block_count == LOOK_BLOCKS)
		return;
	for (unsigned n = 0; n < look->block_count; n++)
		if (look->blocks[n].hash == hash)
			return;
	look->blocks[look->block_count].hash = hash;
	look->blocks[look->block_count].place = l->block_place;
	exam_visible(look->blocks[look->block_count++].shown, LOOK_SHOWN, text);
}

/* What stands in each place, of all blocks: more than are kept. */
static void keep_place(struct looker *l, uint64_t hash)
{
	struct look *look = l->look;
	unsigned n = 0;

	while (n < look->place_count && look->places[n] != l->block_place)
		n++;
	if (n == LOOK_PLACES)
		return;
	look->places[n] = l->block_place;
	look->texts[n] = hash_64(hash, look->texts[n]);
	look->place_count += n == look->place_count;
}

static void count_shouts(struct looker *l, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		l->capitals += text.ptr[i] >= 'A' && text.ptr[i] <= 'Z';
		l->small += text.ptr[i] >= 'a' && text.ptr[i] <= 'z';
		l->shouts += text.ptr[i] == '!';
	}
}

void look_block_end(struct looker *l)
{
	struct span text = pen_since(&l->block, 0);
	uint64_t hash;

	l->blank = false;
	if (!text.len)
		return;
	if (l->hider_depth) {
		look_phrases(l, text, PLACE_HIDDEN);
	} else {
		hash = add_units(l, text);
		add_shingle(l, hash); /* short pages have hardly another */
		keep_block(l, text, hash);
		keep_place(l, hash);
		l->look->letters += tongues_add(&l->tongues, text);
		count_shouts(l, text);
		find_phrases(l, text, l->heading ? PLACE_HEADING : PLACE_TEXT, hash);
		if (l->first_heading && !*l->look->heading)
			exam_visible(l->look->heading, LOOK_TITLE, text);
	}
	l->block.used = 0;
	l->block.cut = false;
	l->linked_bytes = 0;
}

void look_text(struct looker *l, struct span utf8)
{
	for (size_t i = 0; i < utf8.len; i++) {
		uint8_t byte = utf8.ptr[i];

		if (byte <= ' ') {
			l->blank = true;
			continue;
		}
		/* cut between letters only */
		if (l->block.used + 8 > l->block.size && (byte < 0x80 || byte >= 0xc0))
			look_block_end(l);
		if (l->blank && l->block.used)
			pen_byte(&l->block, ' ');
		if (!l->block.used)
			l->block_place = look_place(l);
		l->blank = false;
		l->linked_bytes += l->linked;
		pen_byte(&l->block, byte);
	}
}

static int compare_hashes(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

void look_text_end(struct looker *l)
{
	struct look *look = l->look;

	look_block_end(l);
	memcpy(look->sketch, l->lowest, look->sketch_count * sizeof(look->sketch[0]));
	qsort(look->sketch, look->sketch_count, sizeof(look->sketch[0]), compare_hashes);
	look->text = votes_hash(&l->text);
	look->shape = votes_hash(&l->shape);
	look->echo = l->title_count ? 1000 * l->title_found / l->title_count : 0;
	tongues_share(&l->tongues, look->share);
	if (look->letters < 3000 && ((l->capitals > 40 && l->capitals > 2 * l->small) || l->shouts >= 6))
		look->dress |= DRESS_SHOUTS;
}
