/* sign_text.c - signs in what a page says: its title, text and language, and the phrases of strangers. */
#include "deface/sign.h"

#include "base/line.h"
#include "base/text.h"

#define GONE          0.2     /* share of the stable text, below which it is gone */
#define GONE_OF_LEAST 0.5     /* ... and this part of the least that was ever kept */
#define HALF          0.5     /* of the stable text: less is a redesign */
#define TEXT_FAR      10      /* bits of a simhash: another text */
#define SHAPE_FAR     12      /* bits: another design */
#define SHAPE_MORE    6       /* ... and so many more than ever before */
#define TITLE_OTHER   0.35    /* likeness of titles, below which it is another one */
#define TITLE_CERTAIN 250000u /* weight of a title that is no passing one */
#define ECHO_USUAL    400.0   /* per mille of the title's words that stand in the text */
#define ECHO_NONE     0.4     /* of that: it has nothing to do with the page */
#define HEADING_NAMED 500.0   /* per mille: how like the title the heading was */
#define HEADING_OTHER 150     /* ... and is */
#define FEW_LINKS     1
#define MANY_LINKS    4
#define LIVELY        5000u /* weight of a place where something new was seen in the last weeks */
#define STILL         12    /* points: owners change their own words, too */
#define SCORN_DAILY   0.5   /* texts with scorn, of late: the range narrows slowly */
#define SCORN_LEARNED (7 * (usec_t)86400 * USEC_PER_SEC) /* by then a page has shown whether it has such words */
#define SCORN_NEWS    34  /* ... and this not for an alarm: one day there is a murder in the quietest town */
#define SCORN_MOST    44  /* ... and with this not enough for "defaced": words of owners may be harsh */
#define CERTAIN       35  /* points of a claim that leaves no doubt */
#define CLAIMS_MANY   2   /* ordinary looks with such phrases: a page that writes about it */
#define SHARE_ALL     500 /* per mille: the page's language */
#define SHARE_NONE    100 /* the most that it ever had */
#define SHARE_NEW     25
#define LETTERS_NEW   30
#define LETTERS_TOLD  120 /* of a page whose language is told */

/* --- replaced --- */

/* The most likely title, and how like it the present one is to any. */
static const char *title_of(const struct usual *usual, const char *title, double *likeness)
{
	unsigned best = 0;

	*likeness = 0;
	for (unsigned n = 0; n < usual->title_count; n++) {
		double like = title_likeness(usual->titles[n].text, title);

		*likeness = like > *likeness ? like : *likeness;
		if (usual->titles[n].weight > usual->titles[best].weight)
			best = n;
	}
	return usual->title_count ? usual->titles[best].text : "";
}

/* A block that was always there and is not, and one that was never there. */
static void changed_blocks(const struct usual *usual, const struct look *look, const char **before, const char **after)
{
	*before = *after = "";
	for (unsigned n = 0; n < look->block_count && !**after; n++)
		if (!weighed_find(&usual->blocks, look->blocks[n].hash))
			*after = look->blocks[n].shown;
	for (unsigned n = 0; n < usual->blocks.count && !**before; n++) {
		bool there = usual->blocks.of[n].weight < WEIGHT_STABLE;

		for (unsigned i = 0; i < look->block_count && !there; i++)
			there = look->blocks[i].hash == usual->blocks.of[n].id;
		if (!there)
			*before = usual->shown[n];
	}
}

/* A title that has nothing to do with the page that it stands over, where it always had, is none of its owner's. */
static void find_title(const struct usual *usual, const struct look *look, struct signs *signs)
{
	double likeness, echo = usual->measures[MEASURE_ECHO].low;
	const char *title = title_of(usual, look->title, &likeness);
	bool alien = echo >= ECHO_USUAL && look->echo < echo * ECHO_NONE && !signs->gone;

	if (likeness < TITLE_OTHER && *title && usual->titles[0].weight + usual->titles[1].weight > TITLE_CERTAIN)
		signs_add(signs, SIGN_TITLE, alien && *look->title ? 40 : 15, title, look->title);
}

/* The heading that was the page's name, as its title still is, and is not any more. */
static void find_heading(const struct usual *usual, const struct look *look, struct signs *signs)
{
	double likeness;

	title_of(usual, look->title, &likeness);
	if (!signs->gone && *look->heading && likeness >= TITLE_OTHER &&
	    usual->measures[MEASURE_HEADING].low >= HEADING_NAMED && look_heading_names(look) <= HEADING_OTHER)
		signs_add(signs, SIGN_HEADING, 15, "", look->heading);
}

static bool is_lively(const struct usual *usual, uint64_t place)
{
	const struct weighed *one = weighed_find(&usual->lively, place);

	return one && one->weight >= LIVELY;
}

static bool is_still(const struct usual *usual, uint64_t place)
{
	const struct weighed *one = weighed_find(&usual->places, place);

	return one && one->weight >= WEIGHT_STABLE && !is_lively(usual, place);
}

/* A new text where for weeks none came. */
static void find_still(const struct usual *usual, const struct look *look, struct signs *signs)
{
	const char *before, *after;

	if (signs->gone || usual_kept(usual, look) < HALF)
		return;
	for (unsigned n = 0; n < look->block_count; n++) {
		const struct look_block *block = &look->blocks[n];

		if (weighed_find(&usual->blocks, block->hash) || !is_still(usual, block->place))
			continue;
		changed_blocks(usual, look, &before, &after);
		signs_add(signs, SIGN_STILL, *before ? STILL : 0, before, block->shown);
		return;
	}
}

static void find_text(const struct usual *usual, const struct look *look, struct signs *signs)
{
	double kept = usual_kept(usual, look), least = usual->measures[MEASURE_KEPT].low;
	const char *before, *after;

	if (usual_nearest(usual->texts, usual->recent, look->text) <= TEXT_FAR && look->sketch_count > 0)
		return;
	if (kept < 0 ? usual->blocks.count < 2 : kept >= GONE || kept >= least * GONE_OF_LEAST + 0.02)
		return;
	changed_blocks(usual, look, &before, &after);
	if (kept < 0 && !*before)
		return;
	signs->gone = true;
	signs_add(signs, SIGN_TEXT, 25, before, after);
}

static void find_design(const struct usual *usual, const struct look *look, struct signs *signs)
{
	char before[TEXT_NUMBER], after[TEXT_NUMBER];
	const struct range *links = &usual->measures[MEASURE_LINKS], *letters = &usual->measures[MEASURE_LETTERS];
	unsigned shape = usual_nearest(usual->shapes, usual->recent, look->shape);

	find_text(usual, look, signs);
	if (links->low >= MANY_LINKS && look->links_own <= FEW_LINKS) {
		signs_add(signs, SIGN_LINKS, 15, text_count((uint64_t)links->low, before),
			  text_count(look->links_own, after));
	}
	if (look->letters * 4.0 < letters->low) {
		signs_add(signs, SIGN_SIZE, 10, text_count((uint64_t)letters->low, before),
			  text_count(look->letters, after));
	}
	if (shape >= SHAPE_FAR && shape > usual->measures[MEASURE_SHAPE].high + SHAPE_MORE)
		signs_add(signs, SIGN_SHAPE, 10, "", "");
	signs->continues = look->links_own >= MANY_LINKS && look->links_own * 8.0 >= links->low;
}

/* --- languages --- */

static enum tongue main_tongue(const struct usual *usual)
{
	enum tongue best = TONGUE_LATIN;

	for (unsigned n = 0; n < TONGUES; n++)
		if (usual->share[n].low > usual->share[best].low)
			best = (enum tongue)n;
	return best;
}

/* Names and menus in Latin letters are anywhere. */
static bool is_telling(unsigned tongue)
{
	return tongue != TONGUE_LATIN && tongue != TONGUE_OTHER;
}

static void find_language(const struct usual *usual, const struct look *look, struct signs *signs)
{
	enum tongue main = main_tongue(usual);
	const char *was = tongue_code(main);

	if (usual->measures[MEASURE_LETTERS].high < LETTERS_TOLD)
		return; /* a page that scripts fill has no language */
	for (unsigned n = 0; n < TONGUES; n++) {
		double most = usual->share[n].high;
		uint32_t letters = (uint32_t)((uint64_t)look->letters * look->share[n] / 1000);

		if (main == TONGUE_LATIN && n <= TONGUE_ID)
			continue; /* it was one of them, too few words told which */
		if (look->share[n] >= SHARE_ALL && most < SHARE_NONE && letters >= LETTERS_NEW) {
			/* a few words without a language say less */
			signs_add(signs, SIGN_LANGUAGE,
				  is_telling(n) ? 30
				  : signs->gone ? 15
						: 0,
				  was, tongue_code((enum tongue)n));
			signs->continues = false;
			return;
		}
		if (is_telling(n) && look->share[n] >= SHARE_NEW && most < 1 && letters >= LETTERS_NEW)
			signs_add(signs, SIGN_LANGUAGE_NEW, n > TONGUE_ID ? 18 : 8, was, tongue_code((enum tongue)n));
	}
}

void signs_find_replaced(const struct usual *usual, const struct look *look, struct signs *signs)
{
	find_design(usual, look, signs);
	find_title(usual, look, signs);
	find_heading(usual, look, signs);
	find_still(usual, look, signs);
	find_language(usual, look, signs);
}

/* --- words --- */

static enum sign_id sign_of(uint8_t class)
{
	static const enum sign_id ids[] = { SIGN_CLAIM,  SIGN_MARK, SIGN_THREAT, SIGN_SLOGAN,
					    SIGN_RANSOM, SIGN_SPAM, SIGN_PURSE,  SIGN_SCORN };

	return ids[class];
}

/* Whether a place may be one of those that were not kept, as the page has too many. */
static bool is_beyond(const struct usual *usual, const struct look *look, uint64_t place)
{
	return look->place_count == LOOK_PLACES && !weighed_find(&usual->places, place);
}

/* Where scorn stands decides: in news it is ordinary where it was before; in what never changes it is somebody else's.
 */
static unsigned weigh_scorn(const struct usual *usual, const struct look *look, const struct signs *signs,
			    const struct phrase_hit *hit)
{
	bool daily = usual->measures[MEASURE_SCORN].high >= SCORN_DAILY;
	bool news = hit->where && (is_lively(usual, hit->where) || is_beyond(usual, look, hit->where));
	unsigned points = hit->points < SCORN_MOST ? hit->points : SCORN_MOST;

	if (signs->young || signs->unversed || usual->last - usual->first < SCORN_LEARNED ||
	    hit->place >= PLACE_SCRIPT || (daily && news))
		return points / 3;
	return news && points > SCORN_NEWS ? SCORN_NEWS : points;
}

/* Where such things are written about, a phrase says less, the more so the less it is shouted. */
static unsigned weigh_hit(const struct usual *usual, const struct signs *signs, const struct phrase_hit *hit)
{
	bool writes_about = signs->young ? signs->rich
					 : usual->claims >= CLAIMS_MANY && (!signs->gone || signs->continues);

	if (hit->class == PHRASE_PURSE) /* nobody writes about a purse by its address */
		return signs->young || signs->unversed ? hit->points / 3u : hit->points;
	if (!writes_about || hit->odd || hit->place == PLACE_TITLE || hit->place >= PLACE_SCRIPT)
		return hit->points;
	if (hit->place != PLACE_HEADING || hit->class == PHRASE_RANSOM)
		return hit->points / 3u;
	return hit->class == PHRASE_CLAIM ? hit->points * 3u / 4 : hit->points / 2u;
}

/* The heaviest of each class. What stood there before is the page's own. */
void signs_find_words(const struct usual *usual, const struct look *look, struct signs *signs)
{
	const struct phrase_hit *best[PHRASE_MAINTENANCE] = { 0 };
	unsigned most[PHRASE_MAINTENANCE] = { 0 };

	for (unsigned n = 0; n < look->hit_count; n++) {
		const struct phrase_hit *hit = &look->hits[n];
		unsigned points = hit->class == PHRASE_SCORN ? weigh_scorn(usual, look, signs, hit)
							     : weigh_hit(usual, signs, hit);

		if (weighed_find(&usual->phrases, hit->block) || points <= most[hit->class])
			continue;
		best[hit->class] = hit;
		most[hit->class] = points;
	}
	for (unsigned class = 0; class < PHRASE_MAINTENANCE; class ++) {
		if (!best[class])
			continue;
		signs_add(signs, sign_of((uint8_t) class), most[class], "", best[class]->shown);
		if (most[class] >= CERTAIN)
			signs->claimed = signs->claimed || class == PHRASE_CLAIM ||
					 (class == PHRASE_RANSOM && !signs->rich);
	}
}
