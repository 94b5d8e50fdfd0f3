/*
 * deface.c - from signs to a verdict.
 *
 * Signs of one kind are added up to a bound, kinds are added to a score. "Defaced" needs two kinds that agree, or one
 * that leaves no doubt: somebody says so himself where it is no news, or visitors are sent away. A page that is merely
 * out of order (maintenance, an error, a parked name) says so in its own words, and nothing else speaks against it.
 */
#include "deface/sign.h"

#include "base/text.h"

#include <stdlib.h>

#define CHANGED    15
#define SUSPICIOUS 40
#define SURE       60
#define STRONG     10   /* points of a kind that agrees with another */
#define OVERRULED  2000 /* letters: a page that says more is more than a notice of being out of order */
#define REDESIGN   45   /* points: what a new design of the same house comes to, at most */

static const unsigned bounds[SIGN_KINDS] = {
	[KIND_REPLACED] = 50, [KIND_WORDS] = 60,  [KIND_LANGUAGE] = 30, [KIND_FOREIGN] = 60,
	[KIND_HIDDEN] = 45,   [KIND_SCRIPT] = 40, [KIND_DRESS] = 30
};

struct score {
	unsigned of[SIGN_KINDS], sum, kinds; /* that are strong */
	bool out_of_order;
};

static bool says_no_more(const struct score *score, const struct signs *signs)
{
	return score->of[KIND_WORDS] < STRONG && score->of[KIND_DRESS] < STRONG && score->of[KIND_HIDDEN] < STRONG &&
	       score->of[KIND_SCRIPT] < STRONG && !signs->led_away;
}

static void add_up(const struct look *look, const struct signs *signs, struct score *score)
{
	*score = (struct score){ 0 };
	for (unsigned n = 0; n < signs->count; n++)
		score->of[sign_kind(signs->of[n].id)] += signs->of[n].points;
	for (unsigned kind = 0; kind < SIGN_KINDS; kind++) {
		if (score->of[kind] > bounds[kind])
			score->of[kind] = bounds[kind];
		score->sum += score->of[kind];
		score->kinds += score->of[kind] >= STRONG;
	}
	score->out_of_order = (look->status >= 400 || look->state != STATE_NONE) &&
			      (signs->gone || (signs->young && !signs->rich) || look->status >= 400) &&
			      look->letters < OVERRULED && says_no_more(score, signs);
	if (signs->continues && says_no_more(score, signs) && score->sum > REDESIGN)
		score->sum = REDESIGN;
}

static enum deface_verdict verdict_of(const struct look *look, const struct signs *signs, const struct score *score)
{
	if (score->out_of_order)
		return look->state >= STATE_PARKING && look->state <= STATE_DEFAULT ? DEFACE_SUSPICIOUS
										    : DEFACE_CHANGED;
	if ((score->sum >= SURE && score->kinds >= 2) || signs->claimed || (signs->led_away && score->sum >= SURE))
		return DEFACED;
	if (score->sum >= SUSPICIOUS)
		return DEFACE_SUSPICIOUS;
	if (look->state == STATE_LISTING && !signs->young && signs->gone)
		return DEFACE_SUSPICIOUS;
	return score->sum >= CHANGED ? DEFACE_CHANGED : DEFACE_USUAL;
}

/* --- words --- */

static const struct {
	const char *english, *japanese;
} states[PAGE_STATES] = {
	[STATE_MAINTENANCE] = { "a notice of maintenance", "メンテナンスのお知らせ" },
	[STATE_ERROR] = { "an error of the server", "サーバーのエラー" },
	[STATE_PARKING] = { "a page of a name that is for sale or has expired: see whether the domain is still yours",
			    "売り出し中か期限切れのドメインのページです。ドメインがまだ自社のものか確かめてください" },
	[STATE_LISTING] = { "a list of files instead of the page: see whether the page was deleted",
			    "ページの代わりにファイル一覧が出ています。ページが消されていないか確かめてください" },
	[STATE_DEFAULT] = { "the first page of a web server that nobody set up: see whether the content is still there",
			    "設定前のWebサーバーの初期ページです。内容が残っているか確かめてください" },
	[STATE_CHALLENGE] = { "a test whether the visitor is human, or a login to a network",
			      "閲覧者が人間かどうかの確認画面、またはネットワークのログイン画面" },
};

/* Around the reason. */
static const struct {
	const char *english, *english_end, *japanese, *japanese_end;
} sentences[] = {
	[DEFACE_USUAL] = { "The page is as usual", ".", "ページは普段どおりです", "。" },
	[DEFACE_CHANGED] = { "The page changed, but nothing says that strangers did it: ",
			     ". If it was you, nothing is to be done.",
			     "ページが変わりましたが、第三者によるものとは見えません: ",
			     "。ご自身の変更なら対応は不要です。" },
	[DEFACE_SUSPICIOUS] = { "The page changed in a way that strangers may have caused: ",
				". Look at it; if it was you, approve it.", "第三者による変更かもしれません: ",
				"。ページを確認し、ご自身の変更なら承認してください。" },
	[DEFACED] = { "The page was very likely defaced: ",
		      ". Take it off the net, keep its files and logs, and put back a clean copy only after the way in "
		      "is "
		      "closed.",
		      "ページが改ざんされた可能性が非常に高いです: ",
		      "。公開を止め、ファイルとログを保全し、侵入経路を塞いでから正常な内容に戻してください。" },
};

static void say_verdict(struct deface_finding *finding, const char *english, const char *japanese)
{
	bool why = finding->verdict != DEFACE_USUAL;

	snprintf(finding->say_en, sizeof(finding->say_en), "%s%s%s", sentences[finding->verdict].english,
		 why ? english : "", sentences[finding->verdict].english_end);
	snprintf(finding->say_ja, sizeof(finding->say_ja), "%s%s%s", sentences[finding->verdict].japanese,
		 why ? japanese : "", sentences[finding->verdict].japanese_end);
}

static int compare_signs(const void *a, const void *b)
{
	const struct sign *x = a, *y = b;

	return x->points != y->points ? (x->points < y->points) - (x->points > y->points)
				      : (x->id > y->id) - (x->id < y->id);
}

/* The heaviest first. */
static void tell_why(struct deface_finding *finding, struct signs *signs)
{
	qsort(signs->of, signs->count, sizeof(signs->of[0]), compare_signs);
	for (unsigned n = 0; n < signs->count && finding->why_count < DEFACE_WHY; n++) {
		const struct sign *sign = &signs->of[n];

		snprintf(finding->why[n].what, sizeof(finding->why[n].what), "%s", sign_what(sign->id));
		snprintf(finding->why[n].en, sizeof(finding->why[n].en), "%s", sign_english(sign->id));
		snprintf(finding->why[n].ja, sizeof(finding->why[n].ja), "%s", sign_japanese(sign->id));
		snprintf(finding->why[n].before, sizeof(finding->why[n].before), "%s", sign->before);
		snprintf(finding->why[n].after, sizeof(finding->why[n].after), "%s", sign->after);
		finding->why_count++;
	}
}

static void tell(struct deface_finding *finding, const struct look *look, struct signs *signs,
		 const struct score *score)
{
	bool state = score->out_of_order || look->state == STATE_LISTING;
	enum page_state which = look->state == STATE_NONE ? STATE_ERROR : look->state;

	tell_why(finding, signs);
	if (state && finding->verdict != DEFACED)
		say_verdict(finding, states[which].english, states[which].japanese);
	else
		say_verdict(finding, signs->count ? sign_english(signs->of[0].id) : "",
			    signs->count ? sign_japanese(signs->of[0].id) : "");
}

static enum level level_of(const struct deface_finding *finding, const struct score *score)
{
	if (finding->verdict == DEFACED)
		return LEVEL_NORMAL;
	if (finding->verdict != DEFACE_SUSPICIOUS)
		return LEVELS;
	return level_both(LEVEL_GUARDED, level_either(LEVEL_HIGH, level_reached(score->sum, SURE)));
}

enum err deface_judge(const char *text, const struct look *look, struct deface_finding *finding)
{
	struct deface_finding told = { 0 };
	struct signs signs;
	struct score score;
	bool broken;
	struct usual *usual = usual_open(text, &broken);

	if (!usual)
		return ERR_MEMORY;
	if (broken) {
		usual_free(usual);
		return ERR_FORMAT;
	}
	signs_find(usual, look, &signs);
	usual_free(usual);
	add_up(look, &signs, &score);
	told.verdict = verdict_of(look, &signs, &score);
	told.level = level_of(&told, &score);
	told.confidence = (uint8_t)(score.sum > 99 ? 99 : score.sum);
	if (signs.claimed && told.confidence < 80)
		told.confidence = 80;
	tell(&told, look, &signs, &score);
	*finding = told;
	return OK;
}
