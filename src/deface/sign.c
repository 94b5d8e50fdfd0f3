/* sign.c - a look held against what is usual, sign by sign. */
#include "deface/sign.h"

#include "base/line.h"
#include "base/text.h"

#define GONE          0.2     /* share of the stable text, below which it is gone */
#define GONE_OF_LEAST 0.5     /* ... and this part of the least that was ever kept */
#define TEXT_FAR      10      /* bits of a simhash: another text */
#define SHAPE_FAR     12      /* bits: another design */
#define SHAPE_MORE    6       /* ... and so many more than ever before */
#define PICTURE_FAR   16      /* bits of 64: another picture */
#define TITLE_OTHER   0.35    /* likeness of titles, below which it is another one */
#define TITLE_CERTAIN 250000u /* weight of a title that is no passing one */
#define FEW_LINKS     1
#define MANY_LINKS    4
#define MANY_LETTERS  200
#define TURNOVER_MANY 2.5                                 /* new hosts in the last weeks: one more is nothing */
#define WEEKS         (14 * (usec_t)86400 * USEC_PER_SEC) /* in which those that come and go have come */
#define DAYS          (5 * (usec_t)86400 * USEC_PER_SEC)  /* in which a stranger may be an old friend */
#define CERTAIN       35                                  /* points of a claim that leaves no doubt */
#define CLAIMS_MANY   2   /* ordinary looks with such phrases: a page that writes about it */
#define SHARE_ALL     500 /* per mille: the page's language */
#define SHARE_NONE    100 /* the most that it ever had */
#define SHARE_NEW     25
#define LETTERS_NEW   30
#define LETTERS_TOLD  120 /* of a page whose language is told */
#define LINKS_NEW     4   /* strangers that are linked to at once, with such words */
#define STRANGERS     3   /* hosts of hidden links */

static const struct {
	const char *what;
	enum sign_kind kind;
	const char *english, *japanese;
} rows[SIGNS] = {
#define SIGN(id, what, kind, english, japanese) { what, KIND_##kind, english, japanese },
#include "deface/sign.def"
#undef SIGN
};

const char *sign_what(enum sign_id id)
{
	return rows[id].what;
}

enum sign_kind sign_kind(enum sign_id id)
{
	return rows[id].kind;
}

const char *sign_english(enum sign_id id)
{
	return rows[id].english;
}

const char *sign_japanese(enum sign_id id)
{
	return rows[id].japanese;
}

static void add(struct signs *signs, enum sign_id id, unsigned points, const char *before, const char *after)
{
	struct sign *sign = &signs->of[signs->count];

	if (!points || signs->count == SIGNS_MOST)
		return;
	*sign = (struct sign){ .id = id, .points = points };
	text_append(sign->before, sizeof(sign->before), "%s", before);
	text_append(sign->after, sizeof(sign->after), "%s", after);
	signs->count++;
}

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
	add(signs, SIGN_TEXT, 25, before, after);
}

static void find_replaced(const struct usual *usual, const struct look *look, struct signs *signs)
{
	char before[TEXT_NUMBER], after[TEXT_NUMBER];
	const struct range *links = &usual->measures[MEASURE_LINKS], *letters = &usual->measures[MEASURE_LETTERS];
	unsigned shape = usual_nearest(usual->shapes, usual->recent, look->shape);
	double likeness;
	const char *title = title_of(usual, look->title, &likeness);

	if (likeness < TITLE_OTHER && *title && usual->titles[0].weight + usual->titles[1].weight > TITLE_CERTAIN)
		add(signs, SIGN_TITLE, 15, title, look->title);
	find_text(usual, look, signs);
	if (links->low >= MANY_LINKS && look->links_own <= FEW_LINKS) {
		add(signs, SIGN_LINKS, 15, text_count((uint64_t)links->low, before),
		    text_count(look->links_own, after));
	}
	if (look->letters * 4.0 < letters->low) {
		add(signs, SIGN_SIZE, 10, text_count((uint64_t)letters->low, before), text_count(look->letters, after));
	}
	if (shape >= SHAPE_FAR && shape > usual->measures[MEASURE_SHAPE].high + SHAPE_MORE)
		add(signs, SIGN_SHAPE, 10, "", "");
	signs->continues = look->links_own >= MANY_LINKS && look->links_own * 8.0 >= links->low;
}

static void find_picture(const struct usual *usual, const struct look *look, struct signs *signs)
{
	uint64_t picture;
	unsigned distance;

	if (!look->pictured || !usual->picture_count)
		return;
	memcpy(&picture, look->picture, sizeof(picture));
	distance = usual_nearest(usual->pictures, usual->picture_count, picture);
	if (distance >= PICTURE_FAR && distance > usual->measures[MEASURE_PICTURE].high + SHAPE_MORE)
		add(signs, SIGN_PICTURE, 10, "", "");
}

/* --- words --- */

static enum sign_id sign_of(uint8_t class)
{
	static const enum sign_id ids[] = { SIGN_CLAIM, SIGN_MARK, SIGN_THREAT, SIGN_SLOGAN, SIGN_RANSOM, SIGN_SPAM };

	return ids[class];
}

/* Where such things are written about, a phrase says less, the more so the less it is shouted. */
static unsigned weigh_hit(const struct usual *usual, const struct signs *signs, const struct phrase_hit *hit)
{
	bool writes_about = signs->young ? signs->rich
					 : usual->claims >= CLAIMS_MANY && (!signs->gone || signs->continues);

	if (!writes_about || hit->odd || hit->place == PLACE_TITLE || hit->place >= PLACE_SCRIPT)
		return hit->points;
	if (hit->place != PLACE_HEADING || hit->class == PHRASE_RANSOM)
		return hit->points / 3u;
	return hit->class == PHRASE_CLAIM ? hit->points * 3u / 4 : hit->points / 2u;
}

/* The heaviest of each class. What stood there before is the page's own. */
static void find_words(const struct usual *usual, const struct look *look, struct signs *signs)
{
	const struct phrase_hit *best[PHRASE_MAINTENANCE] = { 0 };
	unsigned most[PHRASE_MAINTENANCE] = { 0 };

	for (unsigned n = 0; n < look->hit_count; n++) {
		const struct phrase_hit *hit = &look->hits[n];
		unsigned points = weigh_hit(usual, signs, hit);

		if (weighed_find(&usual->phrases, hit->block) || points <= most[hit->class])
			continue;
		best[hit->class] = hit;
		most[hit->class] = points;
	}
	for (unsigned class = 0; class < PHRASE_MAINTENANCE; class ++) {
		if (!best[class])
			continue;
		add(signs, sign_of((uint8_t) class), most[class], "", best[class]->shown);
		if (most[class] >= CERTAIN)
			signs->claimed = signs->claimed || class == PHRASE_CLAIM ||
					 (class == PHRASE_RANSOM && !signs->rich);
	}
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
			add(signs, SIGN_LANGUAGE,
			    is_telling(n) ? 30
			    : signs->gone ? 15
					  : 0,
			    was, tongue_code((enum tongue)n));
			signs->continues = false;
			return;
		}
		if (is_telling(n) && look->share[n] >= SHARE_NEW && most < 1 && letters >= LETTERS_NEW)
			add(signs, SIGN_LANGUAGE_NEW, n > TONGUE_ID ? 18 : 8, was, tongue_code((enum tongue)n));
	}
}

/* --- strangers --- */

static bool is_known(const char *host)
{
	static const char *const known[] = {
#define KNOWN(name) name,
#include "deface/known_host.def"
#undef KNOWN
		NULL
	};
	size_t len = strlen(host);

	for (const char *const *one = known; *one; one++) {
		size_t end = strlen(*one);

		if (len >= end && !strcmp(host + len - end, *one) && (len == end || host[len - end - 1] == '.'))
			return true;
	}
	return false;
}

/* Whether its helpers come and go, as those of advertisements do: then one more is nothing. */
static bool hosts_change(const struct usual *usual)
{
	bool passing = false;

	for (unsigned n = 0; n < usual->host_count; n++)
		passing = passing || (usual->hosts[n].host.use <= USE_FORM && usual->hosts[n].weight < WEIGHT_STABLE);
	if (passing && usual->last - usual->first < WEEKS)
		return true; /* not all have come yet */
	return usual->turnover >= TURNOVER_MANY;
}

static void find_hosts(const struct usual *usual, const struct look *look, struct signs *signs)
{
	static const struct {
		enum sign_id sign;
		unsigned points;
	} uses[] = { [USE_SCRIPT] = { SIGN_SCRIPT_HOST, 40 },
		     [USE_FRAME] = { SIGN_FRAME_HOST, 35 },
		     [USE_REFRESH] = { SIGN_REDIRECT, 60 },
		     [USE_FORM] = { SIGN_FORM_HOST, 40 } };

	for (unsigned n = 0; n < look->host_count; n++) {
		const struct look_host *host = &look->hosts[n];
		unsigned points;

		if (host->use > USE_FORM || usual_knows_host(usual, host))
			continue;
		points = uses[host->use].points + (host->odd ? 10u : 0u);
		if (host->use != USE_REFRESH && (is_known(host->name) || hosts_change(usual)))
			points = 5;
		else if (host->use == USE_REFRESH)
			signs->led_away = true;
		else if (signs->continues && (signs->gone || usual_kept(usual, look) < 0.5))
			points /= 4; /* a new design has new helpers */
		else if (usual->last - usual->first < DAYS)
			points /= 2;
		add(signs, uses[host->use].sign, points, "", host->name);
	}
	if (look->dress & ~usual->dress & DRESS_OVERLAY) {
		add(signs, SIGN_OVERLAY, 45, "", "");
		signs->led_away = true;
	}
}

static bool spams(const struct look *look)
{
	for (unsigned n = 0; n < look->hit_count; n++)
		if (look->hits[n].class == PHRASE_SPAM)
			return true;
	return false;
}

static unsigned count_new(const struct usual *usual, const struct look *look, enum host_use use)
{
	unsigned count = 0;

	for (unsigned n = 0; n < look->host_count; n++)
		count += look->hosts[n].use == use && !usual_knows_host(usual, &look->hosts[n]);
	return count;
}

static void find_hidden(const struct usual *usual, const struct look *look, struct signs *signs)
{
	char after[160] = "";
	unsigned strangers = 0;

	for (unsigned n = 0; n < look->host_count; n++) {
		if (look->hosts[n].use != USE_HIDDEN_LINK || usual_knows_host(usual, &look->hosts[n]))
			continue;
		strangers++;
		text_append(after, sizeof(after), "%s%s", *after ? ", " : "", look->hosts[n].name);
	}
	if (strangers >= STRANGERS)
		add(signs, SIGN_HIDDEN_LINKS, 45, "", after);
	else if (strangers)
		add(signs, SIGN_HIDDEN_LINKS, 10, "", after);
	if (spams(look) && count_new(usual, look, USE_LINK) >= LINKS_NEW)
		add(signs, SIGN_SPAM_LINKS, 35, "", "");
	if (look->script_hidden > usual->measures[MEASURE_HIDDEN].high)
		add(signs, SIGN_SCRIPT_HIDDEN, 40, "", "");
}

/* --- dress --- */

static void find_dress(const struct usual *usual, const struct look *look, struct signs *signs)
{
	static const struct {
		unsigned bit, points;
		const char *name;
	} pieces[] = {
		{ DRESS_BLACK, 10, "black" },    { DRESS_MARQUEE, 10, "marquee" }, { DRESS_SOUND, 12, "sound" },
		{ DRESS_NO_MENU, 8, "no menu" }, { DRESS_SHOUTS, 8, "!!!" },       { DRESS_PICTURE, 12, "picture" },
	};
	char after[160] = "";
	unsigned points = 0;

	for (size_t n = 0; n < sizeof(pieces) / sizeof(pieces[0]); n++) {
		if (!(look->dress & ~usual->dress & pieces[n].bit))
			continue;
		points += pieces[n].points;
		text_append(after, sizeof(after), "%s%s", *after ? ", " : "", pieces[n].name);
	}
	add(signs, SIGN_DRESS, points, "", after);
}

void signs_find(const struct usual *usual, const struct look *look, struct signs *signs)
{
	memset(signs, 0, sizeof(*signs));
	signs->young = usual->looks < LOOKS_TO_JUDGE;
	signs->rich = look->links_own >= MANY_LINKS && look->letters >= MANY_LETTERS;
	if (!signs->young) {
		find_replaced(usual, look, signs);
		find_language(usual, look, signs);
		find_hosts(usual, look, signs);
		find_picture(usual, look, signs);
		find_hidden(usual, look, signs);
	}
	find_words(usual, look, signs);
	find_dress(usual, look, signs);
}
