/* tongue.c - which language a text is in, by its letters and its little words. */
#include "speech/tongue.h"

#include "base/line.h"
#include "base/pen.h"
#include "base/text.h"

#define WORD_BYTES  12 /* the longest little word has 11 */
#define WORDS_ASKED 80 /* of a block: it will not change its language */
#define HAN_SHORT   32 /* letters of a headline that may be Japanese without a kana in it */

static const char *const codes[TONGUES] = {
#define TONGUE(id, code) code,
#include "speech/tongue.def"
#undef TONGUE
};

const char *tongue_code(enum tongue tongue)
{
	return codes[tongue];
}

/* Little words that are frequent in one and rare in the others of the same letters. */
static const struct {
	enum tongue tongue;
	const char *words; /* a blank before and behind each */
} little[] = {
	{ TONGUE_EN, " the and of to is are was with for this that from you your our we by has have be not on it " },
	{ TONGUE_FR, " le la les des et du est dans pour une sur avec au aux nous vous votre qui par ne pas " },
	{ TONGUE_DE, " der die das und ist nicht mit von zu den für ein eine auf wir sie ihr im dem sind auch " },
	{ TONGUE_ES, " el los las del y es en por con para una su que se nuestro más como sus al lo " },
	{ TONGUE_PT, " o os as do da dos das e é em não um uma com para você seu sua nós pelo foi " },
	{ TONGUE_TR, " ve bir bu için ile da de değil biz siz sizin bizim olarak çok ne her var tarafından " },
	{ TONGUE_ID, " dan yang di ini itu dengan untuk dari tidak kami kita anda oleh ke pada adalah akan telah " },
};
#define LITTLE (sizeof(little) / sizeof(little[0]))

/* What was seen of a block. */
struct block {
	uint32_t letters, latin, kana, han, hangul, cyrillic, arabic, hebrew, thai, greek, hindi, other;
	uint32_t ukrainian, persian, chinese; /* letters that only these have */
	uint32_t votes[LITTLE], words;        /* that were asked */
};

static void end_word(struct block *block, struct pen *word)
{
	char search[WORD_BYTES + 3];
	struct span said = pen_since(word, 0);

	if (said.len && !word->cut && block->words < WORDS_ASKED) {
		block->words++;
		snprintf(search, sizeof(search), " %.*s ", (int)said.len, (const char *)said.ptr);
		for (size_t n = 0; n < LITTLE; n++)
			block->votes[n] += strstr(little[n].words, search) != NULL;
	}
	word->used = 0;
	word->cut = false;
}

static bool within(uint32_t rune, uint32_t from, uint32_t to)
{
	return rune >= from && rune <= to;
}

static void count_cyrillic(struct block *block, uint32_t rune)
{
	block->cyrillic++;
	block->ukrainian += rune == 0x456 || rune == 0x457 || rune == 0x454 || rune == 0x491 || rune == 0x406 ||
			    rune == 0x407 || rune == 0x404 || rune == 0x490;
}

/* Short forms that Japanese does not write. */
static void count_han(struct block *block, uint32_t rune)
{
	static const char only[] =
		"们这还说时为么东车门问见长马风飞书钱话语谁难单网业电动发龙义习务华图团园让给从对进过样头现产";
	uint8_t room[4];
	struct pen letter = pen_init(room, sizeof(room));

	pen_rune(&letter, rune);
	block->han++;
	block->chinese += block->chinese < 2 && memmem(only, sizeof(only) - 1, room, letter.used);
}

static void count_arabic(struct block *block, uint32_t rune)
{
	block->arabic++;
	block->persian += rune == 0x67e || rune == 0x686 || rune == 0x698 || rune == 0x6af || rune == 0x6cc ||
			  rune == 0x6a9;
}

/* Beyond Latin; false: it is no letter. */
static bool count_far(struct block *block, uint32_t rune)
{
	if (within(rune, 0x400, 0x52f))
		count_cyrillic(block, rune);
	else if (within(rune, 0x3041, 0x30ff) || within(rune, 0xff66, 0xff9d))
		block->kana++;
	else if (within(rune, 0x3400, 0x9fff) || within(rune, 0xf900, 0xfaff) || within(rune, 0x20000, 0x3ffff))
		count_han(block, rune);
	else if (within(rune, 0xac00, 0xd7a3) || within(rune, 0x1100, 0x11ff))
		block->hangul++;
	else if (within(rune, 0x620, 0x6ef) || within(rune, 0xfb50, 0xfdff) || within(rune, 0xfe70, 0xfefc))
		count_arabic(block, rune);
	else if (within(rune, 0x5d0, 0x5ea))
		block->hebrew++;
	else if (within(rune, 0xe01, 0xe4e))
		block->thai++;
	else if (within(rune, 0x370, 0x3ff) || within(rune, 0x1f00, 0x1fff))
		block->greek++;
	else if (within(rune, 0x900, 0x97f))
		block->hindi++;
	else if (within(rune, 0x530, 0x1fff) || within(rune, 0xa000, 0xabff))
		block->other++;
	else
		return false;
	return true;
}

static bool is_latin(uint32_t rune)
{
	return (rune < 0x80 && text_lower((uint8_t)rune) >= 'a' && text_lower((uint8_t)rune) <= 'z') ||
	       (within(rune, 0xc0, 0x24f) && rune != 0xd7 && rune != 0xf7) || within(rune, 0x1e00, 0x1eff);
}

static void count(struct block *block, struct span text)
{
	uint8_t room[WORD_BYTES];
	struct pen word = pen_init(room, sizeof(room));

	while (text.len) {
		uint32_t rune = text_rune(&text);

		if (is_latin(rune)) {
			block->latin++;
			pen_rune(&word, rune < 0x80 ? text_lower((uint8_t)rune) : rune);
			block->letters++;
			continue;
		}
		end_word(block, &word);
		block->letters += rune >= 0x80 && count_far(block, rune);
	}
	end_word(block, &word);
}

static enum tongue latin_tongue(const struct block *block)
{
	size_t best = 0, second = LITTLE;

	for (size_t n = 1; n < LITTLE; n++)
		if (block->votes[n] > block->votes[best])
			best = n;
	for (size_t n = 0; n < LITTLE; n++)
		if (n != best && (second == LITTLE || block->votes[n] > block->votes[second]))
			second = n;
	return block->votes[best] >= 2 && block->votes[best] > block->votes[second] ? little[best].tongue
										    : TONGUE_LATIN;
}

uint32_t tongues_add(struct tongues *tongues, struct span utf8)
{
	struct block block = { 0 };
	uint32_t *letters = tongues->letters;

	count(&block, utf8);
	letters[latin_tongue(&block)] += block.latin;
	tongues->kana += block.kana;
	if (block.kana)
		letters[TONGUE_JA] += block.kana + block.han;
	else if (block.han < HAN_SHORT && block.chinese < 2)
		tongues->han += block.han;
	else
		letters[TONGUE_ZH] += block.han;
	letters[TONGUE_KO] += block.hangul;
	letters[block.ukrainian ? TONGUE_UK : TONGUE_RU] += block.cyrillic;
	letters[block.persian * 50 > block.arabic ? TONGUE_FA : TONGUE_AR] += block.arabic;
	letters[TONGUE_HE] += block.hebrew;
	letters[TONGUE_TH] += block.thai;
	letters[TONGUE_EL] += block.greek;
	letters[TONGUE_HI] += block.hindi;
	letters[TONGUE_OTHER] += block.other;
	return block.letters;
}

uint32_t tongues_share(const struct tongues *tongues, uint16_t share[TONGUES])
{
	uint64_t all = tongues->han, n;
	enum tongue han = tongues->letters[TONGUE_JA] * 4 >= tongues->letters[TONGUE_ZH] && tongues->kana ? TONGUE_JA
													  : TONGUE_ZH;

	for (unsigned i = 0; i < TONGUES; i++)
		all += tongues->letters[i];
	for (unsigned i = 0; i < TONGUES; i++) {
		n = tongues->letters[i] + (i == han ? tongues->han : 0u);
		share[i] = (uint16_t)(all ? n * 1000 / all : 0);
	}
	return (uint32_t)all;
}
