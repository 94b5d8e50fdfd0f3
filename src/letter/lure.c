/* lure.c - what a text speaks of: passwords, threats for money, alarms that press to act at once, test strings. */
#include "letter/letter.h"

#include "base/line.h"
#include "letter/address.h"
#include "letter/coin.h"
#include "letter/words.h"

#define NEAR   200 /* bytes between a word for passwords and the one that it comes separately */
#define PLACES 256 /* of words for passwords that are looked around, in one text */
#define MANY   5   /* different phrases */

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
	bool claims = r->e->sender.claims.len > 0; /* bills of shops tell how to refuse them, too */
	unsigned alarms = r->count[PHRASE_ALARM] + (claims ? r->count[PHRASE_CHARGE] : 0), baits = r->count[PHRASE_BAIT];
	unsigned asks = r->count[PHRASE_ASK] + (claims ? r->count[PHRASE_REFUSE] : 0);
	enum phrase_kind kind = baits > alarms ? PHRASE_BAIT : r->count[PHRASE_ALARM] ? PHRASE_ALARM : PHRASE_CHARGE;
	struct span words = phrase_words(r->first[kind]);
	struct span ask = phrase_words(r->first[r->count[PHRASE_ASK] ? PHRASE_ASK : PHRASE_REFUSE]);

	if (baits < 2 && (!asks || !(alarms + baits) || alarms + asks + baits < 3))
		return;
	exam_findf(r->e, part, FINDING_LURE, "%.*s%s%.*s", (int)words.len, (const char *)words.ptr, asks ? ", " : "",
		   asks ? (int)ask.len : 0, (const char *)ask.ptr);
	if (alarms + asks + baits >= MANY)
		exam_findf(r->e, part, FINDING_LURE_MANY, "%u phrases", alarms + asks + baits);
}

/* A sum: "$299.99", "299,00 EUR". */
static bool tells_sum(struct span text)
{
	static const char *const marks[] = { "$", "€", "£", "usd", "eur" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if (line_contains(text, marks[i]))
			return true;
	}
	return false;
}

static size_t digits_at(struct span text, size_t at)
{
	size_t n = 0;

	while (at + n < text.len && text.ptr[at + n] >= '0' && text.ptr[at + n] <= '9')
		n++;
	return n;
}

/* The digits of the number in groups that begins there, "650,000.00", without what is behind the last group of three. */
static size_t grouped_at(struct span text, size_t at)
{
	size_t n = digits_at(text, at), count = n;

	for (at += n; n && n <= 3 && at < text.len && (text.ptr[at] == ',' || text.ptr[at] == '.'); at += 4) {
		if (digits_at(text, at + 1) != 3)
			break;
		count += 3;
	}
	return count;
}

/* A sum of six digits and more, or of millions. */
static bool tells_fortune(struct span text)
{
	static const char *const millions[] = { "million", "millones", "millón",  "milhões",
						"milhão",  "milioni",  "miljoen", "億円" };

	for (size_t i = 0; i < sizeof(millions) / sizeof(millions[0]); i++)
		if (line_contains(text, millions[i]))
			return tells_sum(text);
	for (size_t i = 0; i < text.len; i++) {
		size_t n = digits_at(text, i);

		if (n && n <= 3 && grouped_at(text, i) >= 6)
			return tells_sum(text);
		i += n;
	}
	return false;
}

/* Who has a fortune to give away writes to him who gets it, and not from a mailbox that anybody can have. */
static void judge_fortune(struct reading *r, const struct part *part)
{
	const struct exam_sender *sender = &r->e->sender;

	if (exam_found(r->e, FINDING_RECEIVERS_HIDDEN) &&
	    (exam_found(r->e, FINDING_REPLY_TO_FREE) || address_is_free(sender->domain)) && tells_fortune(r->text))
		exam_find(r->e, part, FINDING_ADVANCE_FEE, sender->reply_to.len ? sender->reply_to : sender->address);
}

/* A bill in the name of somebody who did not send it, with a number to call: there is no link to look at. */
static void judge_callback(struct reading *r, const struct part *part)
{
	struct span claims = r->e->sender.claims, charge = phrase_words(r->first[PHRASE_CHARGE]);
	struct span refuse = phrase_words(r->first[PHRASE_REFUSE]);

	if (!claims.len || !r->count[PHRASE_CHARGE] || !r->count[PHRASE_REFUSE] || !tells_sum(r->text))
		return;
	exam_findf(r->e, part, FINDING_CALLBACK, "%.*s: %.*s, %.*s", (int)claims.len, (const char *)claims.ptr, (int)charge.len,
		   (const char *)charge.ptr, (int)refuse.len, (const char *)refuse.ptr);
}

/* A command and where to paste it: no link and no attachment is needed for that. Help desks name the keys, too, and seldom
 * have an interpreter's command pasted there. */
static void judge_paste(struct reading *r, const struct part *part)
{
	struct span command = phrase_words(r->first[PHRASE_COMMAND]), place = phrase_words(r->first[PHRASE_PLACE]);

	if (r->count[PHRASE_COMMAND] && r->count[PHRASE_PLACE] && r->count[PHRASE_PASTE])
		exam_findf(r->e, part, FINDING_PASTE, "%.*s, %.*s", (int)place.len, (const char *)place.ptr, (int)command.len,
			   (const char *)command.ptr);
}

void letter_words(struct exam *e, const struct part *part, struct span utf8)
{
	struct reading r = { .e = e, .text = utf8, .password_end = SIZE_MAX, .separate_end = SIZE_MAX };

	phrase_scan(utf8, see_phrase, &r);
	words_alone(e, utf8);
	judge_threats(&r, part);
	judge_lure(&r, part);
	judge_callback(&r, part);
	judge_fortune(&r, part);
	judge_paste(&r, part);
	if (memmem(utf8.ptr, utf8.len, GTUBE, sizeof(GTUBE) - 1))
		exam_find(e, part, FINDING_TEST_SIGNATURE, text_span("GTUBE"));
}
