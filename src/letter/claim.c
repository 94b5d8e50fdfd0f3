/* claim.c - names and subjects that claim to be somebody's, against the address that the message comes from. */
#include "letter/claim.h"

#include "base/line.h"
#include "intel/host.h"
#include "letter/address.h"
#include "letter/phrase.h"
#include "letter/sender.h"
#include "link/known_host.h"
#include "link/link.h"

#define CONSONANTS 7  /* in a row: more than words have, "Angstschweiss" has six before its h */
#define MUTE       5  /* different letters of a word without any vowel: abbreviations are shorter */
#define LOCAL      64 /* bytes before the "@" (RFC 5321, 4.5.3.1.1) */
#define DOMAIN_LONG 9 /* letters of a registered name: "b2bstack" has eight */
#define TURNS      3  /* from small to capital letters within a word: "JohnMcDonald" has two */

/* Brands whose domain is not their name, or who have others besides; "*": each town has its own, with the name in it. */
static const struct {
	const char *brand, *labels;
} also[] = {
	{ "microsoft", "microsoft microsoftonline live office office365 outlook msn xbox" },
	{ "office 365", "microsoft microsoftonline office live" },
	{ "geek squad", "bestbuy geeksquad" },
	{ "sparkasse", "*" },
	{ "volksbank", "*" },
	{ "amazon", "amazon amazonses amazonaws audible" },
	{ "deutsche bahn", "bahn deutschebahn" },
	{ "deutsche post", "deutschepost dhl dpdhl" },
	{ "deutsche bank", "db deutsche-bank" },
	{ "albert heijn", "ah albertheijn" },
	{ "banco do brasil", "bb bancodobrasil" },
	{ "royal mail", "royalmail" },
	{ "facebook", "facebook facebookmail meta" },
	{ "instagram", "instagram facebook facebookmail meta" },
	{ "whatsapp", "whatsapp facebook meta" },
	{ "icloud", "icloud apple" },
	{ "american express", "americanexpress aexp" },
	{ "bank of america", "bankofamerica bofa" },
	{ "detran", "gov" },
	{ "receita federal", "fazenda gov serpro" },
	{ "mon compte formation", "moncompteformation caissedesdepots" },
	{ "norton", "norton nortonlifelock lifelock gendigital symantec" },
	{ "docsign", "docusign" },
	{ "楽天", "rakuten rakuten-card rakuten-bank" },
	{ "メルカリ", "mercari merpay" },
	{ "えきねっと", "eki-net jreast" },
	{ "三井住友銀行", "smbc smbcgroup" },
	{ "三井住友カード", "smbc-card vpass smbc" },
	{ "三菱ufj", "mufg mufgcard sc-mufg" },
	{ "みずほ銀行", "mizuhobank mizuho-fg" },
	{ "りそな銀行", "resonabank resona-gr" },
	{ "ゆうちょ銀行", "japanpost jp-bank" },
	{ "日本郵便", "japanpost jp-post" },
	{ "イオンカード", "aeon aeonbank aeonfinancial aeoncredit" },
	{ "イオン銀行", "aeonbank aeon" },
	{ "エポスカード", "eposcard 01epos" },
	{ "セゾンカード", "saisoncard a-q-f" },
	{ "sbi証券", "sbisec sbigroup" },
	{ "野村證券", "nomura nomuraholdings" },
	{ "マネックス証券", "monex monexgroup" },
	{ "佐川急便", "sagawa-exp" },
	{ "ヤマト運輸", "kuronekoyamato yamato-hd" },
	{ "国税庁", "nta" },
	{ "etc利用照会", "etc-meisai" },
	{ "ソフトバンク", "softbank ymobile" },
	{ "アマゾン", "amazon amazonses amazonaws" },
	{ "paypay", "paypay paypay-bank paypay-card paypay-sec paypay-corp" },
	{ "swiss post", "post" },
	{ "bnp paribas", "bnpparibas bnpparibasfortis" },
	{ "société générale", "socgen societegenerale" },
	{ "banque postale", "labanquepostale" },
	{ "chase bank", "chase jpmorgan" },
	{ "australia post", "auspost" },
	{ "canada post", "canadapost postescanada" },
	{ "deutsche telekom", "telekom t-online" },
	{ "ledger live", "ledger" },
	{ "crypto.com", "crypto" },
	{ "dropbox", "dropbox dropboxmail dropboxsign hellosign" },
	{ "hmrc", "hmrc service" },
	{ "agencia tributaria", "agenciatributaria aeat" },
	{ "impots.gouv", "impots finances" },
	{ "assurance maladie", "ameli assurance-maladie" },
};

static struct span label_of(struct span domain)
{
	struct span registered = domain.len ? host_registrable(domain) : domain;

	return line_cut(registered, line_find(registered, '.'));
}

/* Whether a label is the words, with or without hyphens: "wells-fargo", "wellsfargo". */
static bool is_squeezed(struct span label, struct span words)
{
	size_t at = 0;

	for (size_t i = 0; i < label.len; i++) {
		while (at < words.len && words.ptr[at] == ' ')
			at++;
		if (at < words.len && label.ptr[i] == words.ptr[at])
			at++;
		else if (label.ptr[i] != '-')
			return false;
	}
	return at == words.len;
}

/* Whether a brand, by its number in phrase.def, is not the one that the sender's domain belongs to. */
static bool is_foreign(const struct exam_sender *sender, unsigned id)
{
	struct span words = phrase_words(id), label = label_of(sender->domain);

	if (!sender->domain.len || is_squeezed(label, words))
		return false;
	for (size_t i = 0; i < sizeof(also) / sizeof(also[0]); i++) {
		struct span rest = text_span(also[i].labels), one;

		if (!line_is(words, also[i].brand))
			continue;
		while (text_word(&rest, &one))
			if (span_equal(one, label) || (line_is(one, "*") && line_contains(label, also[i].brand)))
				return false;
	}
	return true;
}

/* --- brands --- */

struct claims {
	const struct exam_sender *sender;
	struct span brand; /* a foreign one */
};

static void see_brand(void *whom, const struct phrase_hit *hit)
{
	struct claims *claims = whom;

	if (hit->kind == PHRASE_BRAND && !claims->brand.len && is_foreign(claims->sender, hit->id))
		claims->brand = phrase_words(hit->id);
}

static void judge_brand(struct exam *e, const struct part *part, struct span text, enum finding_id id)
{
	struct claims claims = { .sender = &e->sender };

	if (line_contains(text, " via ")) /* a service that says for whom it writes */
		return;
	phrase_scan(text, see_brand, &claims);
	if (!claims.brand.len)
		return;
	e->sender.claims = claims.brand;
	exam_findf(e, part, id, "%.*s <%.*s>", (int)line_cut(text, 200).len, (const char *)text.ptr,
		   (int)e->sender.address.len, (const char *)e->sender.address.ptr);
}

/* --- subjects --- */

struct pressing {
	bool claims;
	unsigned count, first;
};

static void see_pressing(void *whom, const struct phrase_hit *hit)
{
	struct pressing *p = whom;
	bool charge = p->claims && (hit->kind == PHRASE_CHARGE || hit->kind == PHRASE_REFUSE);

	if ((charge || hit->kind == PHRASE_ALARM || hit->kind == PHRASE_BAIT || hit->kind == PHRASE_ASK) && p->count++ == 0)
		p->first = hit->id;
}

static void judge_pressing(struct exam *e, const struct part *part)
{
	struct pressing p = { .claims = e->sender.claims.len > 0 };

	phrase_scan(e->sender.subject, see_pressing, &p);
	if (p.count)
		exam_find(e, part, FINDING_SUBJECT_LURE, phrase_words(p.first));
}

/* Whether a last word is no word: only capitals, or in brackets or with dots. */
static bool is_tag(struct span word)
{
	unsigned capitals = 0, others = 0, marks = 0;

	for (size_t i = 0; i < word.len; i++) {
		uint8_t c = word.ptr[i];

		capitals += c >= 'A' && c <= 'Z';
		others += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
		marks += strchr("._()[]{}#", c) != NULL;
	}
	return (capitals >= 4 && !others) || (marks && capitals + others >= 4 && !strchr("0123456789", word.ptr[0]));
}

/* A tail behind blanks, different in each mail, has filters that compare mails miss them. */
static void judge_tail(struct exam *e, const struct part *part)
{
	struct span text = line_trim(e->sender.subject);
	size_t at = text.len, blanks = 0;

	while (at > 0 && text.ptr[at - 1] > ' ')
		at--;
	while (blanks < at && text.ptr[at - 1 - blanks] <= ' ')
		blanks++;
	if (blanks >= 2 && blanks < at && is_tag(line_from(text, at)))
		exam_find(e, part, FINDING_SUBJECT_TAIL, line_from(text, at));
}

/* --- addresses --- */

/* Names that never were in the DNS are used within a house; one that looks like a host's is not taken for forged. */
static bool is_house(struct span domain)
{
	static const char *const tops[] = { "localhost", "localdomain", "local",   "lan",  "internal", "intranet",
					    "example",   "test",        "invalid", "home", "corp",     "arpa" };
	struct span top = domain;

	while (line_find(top, '.') < top.len)
		top = line_from(top, line_find(top, '.') + 1);
	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++)
		if (line_is(top, tops[i]))
			return true;
	return false;
}

static void judge_domain(struct exam *e, const struct part *part)
{
	struct span domain = e->sender.domain;

	if (!domain.len || domain.ptr[0] == '[' || is_house(domain))
		return;
	if (!host_has_suffix(domain))
		exam_find(e, part, FINDING_SENDER_UNREAL, e->sender.address);
	else if (host_kinds(domain) & HOST_HOSTING || line_is(host_registrable(domain), "onmicrosoft.com"))
		exam_find(e, part, FINDING_SENDER_HOSTING, e->sender.address);
}

/* Whether a word is drawn by lot: many consonants in a row, capitals in the midst of it, or none of its letters a vowel. A
 * letter that repeats is one of a text that was made unreadable on purpose. */
static bool is_random(struct span word)
{
	unsigned consonants = 0, most = 0, turns = 0, vowels = 0, capitals = 0, letters = 0;
	bool mute = true;

	for (size_t i = 0; i < word.len; i++) {
		uint8_t c = word.ptr[i], lower = text_lower(c);
		bool vowel = strchr("aeiouyh", lower);

		consonants = vowel ? 0 : consonants + (i == 0 || c != word.ptr[i - 1]);
		letters += i == 0 || c != word.ptr[i - 1];
		mute = mute && (!vowel || lower == 'h');
		vowels += vowel;
		capitals += c != lower;
		most = consonants > most ? consonants : most;
		turns += i > 0 && c != lower && word.ptr[i - 1] == text_lower(word.ptr[i - 1]);
	}
	return most >= CONSONANTS || turns >= TURNS || (capitals && !vowels) || (mute && letters >= MUTE);
}

/* Words of letters only: numbers and codes stand in the addresses of many robots. */
static bool has_random(struct span address)
{
	struct span local = line_cut(address, line_find(address, '@'));

	for (size_t i = 0, n; i < local.len; i += n + 1) {
		for (n = 0; i + n < local.len && text_lower(local.ptr[i + n]) >= 'a' && text_lower(local.ptr[i + n]) <= 'z';)
			n++;
		if (n > 3 && is_random(line_cut(line_from(local, i), n)))
			return true;
	}
	return false;
}

/* A registered name with digits in its midst that nobody can pronounce: "lhj7qe80zo.example". */
static bool is_random_domain(struct span domain)
{
	struct span label = label_of(domain);
	unsigned letters = 0, vowels = 0, consonants = 0, most = 0, inside = 0;

	for (size_t i = 0; i < label.len; i++) {
		bool letter = label.ptr[i] >= 'a' && label.ptr[i] <= 'z', vowel = letter && strchr("aeiouy", label.ptr[i]);

		letters += letter;
		vowels += vowel;
		consonants = letter && !vowel ? consonants + 1 : 0;
		most = consonants > most ? consonants : most;
		inside += letter && letters > 1 && label.ptr[i - 1] >= '0' && label.ptr[i - 1] <= '9';
	}
	return label.len >= DOMAIN_LONG && inside && most >= 3 && vowels * 3 < letters &&
	       line_find(label, '-') == label.len;
}

/* A brand before the "@" of somebody else's domain: "paypal-service@shop.example". Where the name tells the same brand, it is
 * told already, and shops on a brand's market do so. */
static void judge_local_brand(struct exam *e, const struct part *part)
{
	struct claims claims = { .sender = &e->sender };
	struct span local = line_cut(e->sender.address, line_find(e->sender.address, '@'));
	uint8_t words[LOCAL];
	size_t n;

	for (n = 0; n < local.len && n < LOCAL; n++)
		words[n] = strchr("._-+", local.ptr[n]) ? ' ' : local.ptr[n];
	phrase_scan((struct span){ words, n }, see_brand, &claims);
	if (claims.brand.len && !line_same(claims.brand, e->sender.claims))
		exam_find(e, part, FINDING_BRAND_IN_ADDRESS, e->sender.address);
}

static void judge_reply_to(struct exam *e, const struct part *part)
{
	struct span to = e->sender.reply_to;
	size_t at = line_find(to, '@');

	if (exam_found(e, FINDING_REPLY_TO) && address_is_free(line_from(to, at + 1)) &&
	    !address_is_free(e->sender.domain))
		exam_find(e, part, FINDING_REPLY_TO_FREE, to);
	else if (exam_found(e, FINDING_REPLY_TO) && address_is_free(line_from(to, at + 1)))
		exam_findf(e, part, FINDING_REPLY_TO_SECOND, "%.*s, from %.*s", (int)to.len, (const char *)to.ptr,
			   (int)e->sender.address.len, (const char *)e->sender.address.ptr);
}

/* --- letters --- */

/* Mathematical letters, small capitals, and marks that choose a variant of a letter (UTS 39: not for names). */
static bool is_styled(uint32_t rune)
{
	return (rune >= 0x1d400 && rune <= 0x1d7ff) || (rune >= 0x1d00 && rune <= 0x1d2b) || rune == 0x26a || rune == 0x274 ||
	       rune == 0x280 || rune == 0x28f || rune == 0x299 || rune == 0x29c || rune == 0x29f || rune == 0xa731 ||
	       (rune >= 0xe0100 && rune <= 0xe01ef) || (rune >= 0x13a0 && rune <= 0x13ff);
}

/* Variants are chosen of Han letters, too: those behind such a one do not count. */
static void judge_letters(struct exam *e, const struct part *part, struct span text)
{
	struct span rest = text;
	unsigned styled = 0;
	uint32_t last = 0;

	while (rest.len) {
		uint32_t rune = text_rune(&rest);

		styled += is_styled(rune) && !(rune >= 0xe0100 && last >= 0x2e80);
		last = rune;
	}
	if (styled >= 2)
		exam_find(e, part, FINDING_LETTERS_STYLED, text);
}

void claim_judge(struct exam *e, const struct part *part)
{
	judge_letters(e, part, e->sender.display);
	judge_letters(e, part, e->sender.subject);
	judge_letters(e, part, e->sender.domain);
	if (sender_is_own(e))
		return;
	judge_brand(e, part, e->sender.subject, FINDING_BRAND_IN_SUBJECT);
	judge_brand(e, part, e->sender.display, FINDING_BRAND_IN_NAME);
	judge_pressing(e, part);
	judge_tail(e, part);
	judge_domain(e, part);
	if (has_random(e->sender.address) || is_random_domain(e->sender.domain))
		exam_find(e, part, FINDING_SENDER_RANDOM, e->sender.address);
	judge_local_brand(e, part);
	judge_reply_to(e, part);
}
