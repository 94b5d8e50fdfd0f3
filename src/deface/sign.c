/* sign.c - a look held against what is usual, sign by sign. */
#include "deface/sign.h"

#include "base/line.h"
#include "base/text.h"

#define SHAPE_MORE    6  /* ... and so many more than ever before */
#define PICTURE_FAR   16 /* bits of 64: another picture */
#define MANY_LINKS    4
#define MANY_LETTERS  200
#define TURNOVER_MANY 2.5                                 /* new hosts in the last weeks: one more is nothing */
#define WEEKS         (14 * (usec_t)86400 * USEC_PER_SEC) /* in which those that come and go have come */
#define DAYS          (5 * (usec_t)86400 * USEC_PER_SEC)  /* in which a stranger may be an old friend */
#define LINKS_NEW     4                                   /* strangers that are linked to at once, with such words */
#define RISKY         2                                   /* hosts of cheap names */
#define STRANGERS     3                                   /* hosts of hidden links */

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

void signs_add(struct signs *signs, enum sign_id id, unsigned points, const char *before, const char *after)
{
	struct sign *sign = &signs->of[signs->count];

	if (!points || signs->count == SIGNS_MOST)
		return;
	*sign = (struct sign){ .id = id, .points = points };
	text_append(sign->before, sizeof(sign->before), "%s", before);
	text_append(sign->after, sizeof(sign->after), "%s", after);
	signs->count++;
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
		signs_add(signs, SIGN_PICTURE, 10, "", "");
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

/* Top level domains that are sold for next to nothing, or were made for what spam sells (Interisle, "Phishing
 * Landscape"; Spamhaus, "most abused top level domains", over the years). */
static bool is_risky(const char *host)
{
	static const char *const ends[] = { "top",   "xyz",    "icu",    "vip",    "click", "cyou",    "sbs",
					    "cfd",   "bond",   "lol",    "buzz",   "rest",  "monster", "cam",
					    "quest", "beauty", "casino", "bet",    "poker", "loan",    "win",
					    "bid",   "men",    "pw",     "tk",     "ml",    "ga",      "cf",
					    "gq",    "su",     "shop",   "online", "site",  "fun",     "work" };
	const char *last = strrchr(host, '.');

	for (size_t n = 0; last && n < sizeof(ends) / sizeof(ends[0]); n++)
		if (!strcmp(last + 1, ends[n]))
			return true;
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
		if (host->use != USE_REFRESH &&
		    (is_known(host->name) || (host->use != USE_FORM && hosts_change(usual))))
			points = 5;
		else if (host->use == USE_REFRESH)
			signs->led_away = true;
		else if (signs->continues && (signs->gone || usual_kept(usual, look) < 0.5))
			points /= 4; /* a new design has new helpers */
		else if (usual->last - usual->first < DAYS || signs->unversed)
			points /= 2;
		signs_add(signs, uses[host->use].sign, points, "", host->name);
	}
	if (look->dress & ~usual->dress & DRESS_OVERLAY) {
		signs_add(signs, SIGN_OVERLAY, 45, "", "");
		signs->led_away = true;
	}
	if (signs->unversed)
		return;
	if (look->dress & ~usual->dress & DRESS_STYLED)
		signs_add(signs, SIGN_STYLED, 45, "", "");
	if (look->dress & ~usual->dress & DRESS_COVERED)
		signs_add(signs, SIGN_COVERED, 15, "", "");
}

static bool calls_any(const struct usual *usual, enum host_use use)
{
	for (unsigned n = 0; n < usual->host_count; n++)
		if (usual->hosts[n].host.use == use)
			return true;
	return false;
}

/* A picture of our own was always the first, or all pictures were ours, and now a stranger's stands there. */
static void find_lead(const struct usual *usual, const struct look *look, struct signs *signs)
{
	const struct look_host host = { .use = USE_IMAGE };
	struct look_host lead = host;
	bool own_only;

	if (!*look->lead_host || weighed_find(&usual->leads, look->lead))
		return;
	memcpy(lead.name, look->lead_host, sizeof(lead.name));
	if (usual_knows_host(usual, &lead) || is_known(lead.name))
		return;
	own_only = usual->leads.count && usual->last - usual->first >= WEEKS && !calls_any(usual, USE_IMAGE);
	for (unsigned n = 0; n < usual->leads.count && !own_only; n++)
		own_only = usual->leads.of[n].weight >= WEIGHT_STABLE;
	if (own_only)
		signs_add(signs, SIGN_LEAD, 40, "", look->lead_host);
}

/* Messengers by which groups are reached, and frauds answered. */
static bool is_channel(const char *host)
{
	static const char *const channels[] = { "t.me",        "telegram.me", "wa.me", "whatsapp.com", "discord.gg",
						"discord.com", "vk.com",      "onion", "signal.me",    "matrix.to" };
	struct span owner = host_owner(host);

	for (size_t n = 0; n < sizeof(channels) / sizeof(channels[0]); n++)
		if (line_is(owner, channels[n]))
			return true;
	return line_is(line_from(owner, owner.len > 6 ? owner.len - 6 : 0), ".onion");
}

static void find_linked(const struct usual *usual, const struct look *look, struct signs *signs)
{
	unsigned risky = 0;
	char after[160] = "";

	for (unsigned n = 0; n < look->host_count; n++) {
		const struct look_host *host = &look->hosts[n];

		if ((host->use != USE_LINK && host->use != USE_PROGRAM) || usual_knows_host(usual, host))
			continue;
		if (host->use == USE_PROGRAM)
			signs_add(signs, SIGN_PROGRAM, 30, "", host->name);
		else if (is_channel(host->name))
			signs_add(signs, SIGN_CHANNEL, 15, "", host->name);
		else if (is_risky(host->name) && ++risky < LINKS_NEW)
			text_append(after, sizeof(after), "%s%s", *after ? ", " : "", host->name);
	}
	if (risky)
		signs_add(signs, SIGN_SPAM_LINKS, risky >= RISKY ? 40 : 15, "", after);
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
	bool risky = false;

	for (unsigned n = 0; n < look->host_count; n++) {
		if (look->hosts[n].use != USE_HIDDEN_LINK || usual_knows_host(usual, &look->hosts[n]))
			continue;
		strangers++;
		risky = risky || is_risky(look->hosts[n].name);
		text_append(after, sizeof(after), "%s%s", *after ? ", " : "", look->hosts[n].name);
	}
	if (strangers >= STRANGERS)
		signs_add(signs, SIGN_HIDDEN_LINKS, 45, "", after);
	else if (strangers)
		signs_add(signs, SIGN_HIDDEN_LINKS, (strangers > 1 || risky) && !signs->unversed ? 40 : 10, "", after);
	if (spams(look) && count_new(usual, look, USE_LINK) >= LINKS_NEW)
		signs_add(signs, SIGN_SPAM_LINKS, 35, "", "");
	if (look->script_hidden > usual->measures[MEASURE_HIDDEN].high)
		signs_add(signs, SIGN_SCRIPT_HIDDEN, signs->unversed ? 20 : 40, "", "");
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
	signs_add(signs, SIGN_DRESS, points, "", after);
}

void signs_find(const struct usual *usual, const struct look *look, struct signs *signs)
{
	memset(signs, 0, sizeof(*signs));
	signs->young = usual->looks < LOOKS_TO_JUDGE;
	signs->unversed = !signs->young && !usual->versed;
	signs->rich = look->links_own >= MANY_LINKS && look->letters >= MANY_LETTERS;
	if (!signs->young) {
		signs_find_replaced(usual, look, signs);
		find_hosts(usual, look, signs);
		find_picture(usual, look, signs);
		find_hidden(usual, look, signs);
		find_lead(usual, look, signs);
		if (!signs->unversed)
			find_linked(usual, look, signs);
	}
	signs_find_words(usual, look, signs);
	find_dress(usual, look, signs);
}
