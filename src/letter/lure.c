/* lure.c - what a text speaks of: passwords, threats for money, alarms that press to act at once, test strings. */
#include "letter/letter.h"

#include "base/line.h"
#include "letter/coin.h"
#include "letter/words.h"

#define NEAR   200 /* bytes between a word for passwords and the one that it comes separately */
#define PLACES 256 /* of words for passwords that are looked around, in one text */

/* The test string of spam filters (spamassassin.apache.org/gtube), in two halves so that this file is none. */
#define GTUBE "XJS*C4JDBQADN1.NSBN3*2IDNEN*" "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"

struct reading {
	struct exam *e;
	struct span text;
	unsigned count[PHRASE_KINDS]; /* of different ones */
	unsigned first[PHRASE_KINDS];
	bool seen[PHRASES];
	size_t password_end, separate_end; /* of the last of each; SIZE_MAX: none */
	unsigned separate, places;
};

static bool is_near(size_t at, size_t end)
{
	return end != SIZE_MAX && at - end <= NEAR;
}

static void separate_note(struct reading *r, unsigned id)
{
	if (!r->e->says_separate.len)
		r->e->says_separate = phrase_words(id);
}

static void see_phrase(void *whom, const struct phrase_hit *hit)
{
	struct reading *r = whom;
	bool password = hit->kind == PHRASE_PASSWORD || hit->kind == PHRASE_PASS;

	if (!r->seen[hit->id] && r->count[hit->kind]++ == 0)
		r->first[hit->kind] = hit->id;
	r->seen[hit->id] = true;
	if (password && r->places++ < PLACES && words_by_phrase(r->e, r->text, hit)) {
		r->e->says_password = true;
		r->password_end = hit->at + hit->len;
		if (is_near(hit->at, r->separate_end))
			separate_note(r, r->separate);
	} else if (hit->kind == PHRASE_SEPARATE) {
		r->separate = hit->id;
		r->separate_end = hit->at + hit->len;
		if (is_near(hit->at, r->password_end))
			separate_note(r, hit->id);
	}
}

/* Somebody threatens the reader, and there is where to pay; news about such mails have no address for it. */
static void judge_threats(struct reading *r, const struct part *part)
{
	unsigned threats = r->count[PHRASE_THREAT], dangers = r->count[PHRASE_DANGER];
	struct span words = phrase_words(r->first[PHRASE_THREAT]), wanted = { 0 };

	if (threats == 0 || threats + dangers < 3 || !exam_work(r->e, r->text.len))
		return;
	wanted = coin_address(r->e->kit, r->text);
	if (!wanted.len && threats >= 2 && r->count[PHRASE_COIN])
		wanted = phrase_words(r->first[PHRASE_COIN]);
	if (wanted.len)
		exam_findf(r->e, part, FINDING_EXTORTION, "%.*s: %.*s", (int)words.len, (const char *)words.ptr,
			   (int)wanted.len, (const char *)wanted.ptr);
}

/* An alarm and what to do about it, or money for nothing; one phrase of a kind is in many newsletters. */
static void judge_lure(struct reading *r, const struct part *part)
{
	unsigned alarms = r->count[PHRASE_ALARM], asks = r->count[PHRASE_ASK], baits = r->count[PHRASE_BAIT];
	enum phrase_kind kind = baits > alarms ? PHRASE_BAIT : PHRASE_ALARM;
	struct span words = phrase_words(r->first[kind]), ask = phrase_words(r->first[PHRASE_ASK]);

	if (baits < 2 && (!asks || !(alarms + baits) || alarms + asks + baits < 3))
		return;
	exam_findf(r->e, part, FINDING_LURE, "%.*s%s%.*s", (int)words.len, (const char *)words.ptr, asks ? ", " : "",
		   asks ? (int)ask.len : 0, (const char *)ask.ptr);
}

void letter_words(struct exam *e, const struct part *part, struct span utf8)
{
	struct reading r = { .e = e, .text = utf8, .password_end = SIZE_MAX, .separate_end = SIZE_MAX };

	phrase_scan(utf8, see_phrase, &r);
	judge_threats(&r, part);
	judge_lure(&r, part);
	if (memmem(utf8.ptr, utf8.len, GTUBE, sizeof(GTUBE) - 1))
		exam_find(e, part, FINDING_TEST_SIGNATURE, text_span("GTUBE"));
}
