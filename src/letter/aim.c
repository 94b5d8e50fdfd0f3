/*
 * aim.c - where a message leads, against who it says that it is from.
 *
 * Phishing borrows a name and, for its small print, the true links of whom it imitates; it cannot
 * borrow the domain. So names are found out that no table of brands has.
 */
#include "letter/aim.h"

#include "base/line.h"
#include "base/pen.h"
#include "base/text.h"
#include "intel/host.h"
#include "letter/address.h"
#include "link/brand.h"
#include "link/known_host.h"

#define NAME_MIN  5 /* letters of a name that are no chance */
#define OWN_MIN   4 /* letters of a domain's name that show that another one belongs to it */
#define SITES_FEW 2 /* that a message leads to: those with more have something to tell */

static struct span label_of(struct span registered)
{
	return line_cut(registered, line_find(registered, '.'));
}

/* Letters and digits of a text, in lower case. */
static void squeeze(struct pen *pen, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text_lower(text.ptr[i]);

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			pen_byte(pen, c);
	}
}

/* Words that anybody puts behind the name. */
static bool is_general(struct span word)
{
	static const char *const words[] = {
		"team",         "support",       "service",       "services",     "security",    "community",
		"customer",     "care",          "center",        "official",     "alert",       "alerts",
		"notification", "notifications", "inc",           "ltd",          "gmbh",        "llc",
		"network",      "foundation",    "news",          "account",      "accounts",    "billing",
		"help",         "helpdesk",      "kundenservice", "kundendienst", "atendimento", "suporte",
		"soporte",      "com",           "org",           "io",           "the"
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (line_is(word, words[i]))
			return true;
	return false;
}

static bool word_take(struct span *rest, struct span *word)
{
	size_t from = 0, n = 0;

	while (from < rest->len && strchr(" .,-_|!()[]\"'", rest->ptr[from]))
		from++;
	*rest = line_from(*rest, from);
	while (n < rest->len && !strchr(" .,-_|!()[]\"'", rest->ptr[n]))
		n++;
	*word = line_cut(*rest, n);
	*rest = line_from(*rest, n);
	return n > 0;
}

/* Whether a name is that of a site, "Example Pay Team" of example-pay.com. */
static bool is_named(struct span display, struct span label)
{
	uint8_t room[EXAM_SITE], name_room[EXAM_SITE];
	struct pen name = pen_init(name_room, sizeof(name_room)), pen = pen_init(room, sizeof(room));
	struct span word;

	squeeze(&name, label);
	while (word_take(&display, &word) && pen.used < name.used && !pen.cut)
		squeeze(&pen, word);
	if (name.used < NAME_MIN || !span_equal(pen_since(&pen, 0), pen_since(&name, 0)))
		return false;
	for (; word.len; word_take(&display, &word))
		if (!is_general(word))
			return false;
	return true;
}

static bool holds(struct span text, struct span part)
{
	return part.len && memmem(text.ptr, text.len, part.ptr, part.len);
}

/* Whether a site and the sender belong to each other, as far as names show: "example-pay.com", "mail.examplepay.net".
 */
static bool is_kin(const struct exam *e, const struct exam_site *site)
{
	struct span name = text_span(site->name), registered = host_registrable(e->sender.domain);
	uint8_t rooms[4][EXAM_SITE];
	struct pen all = pen_init(rooms[0], EXAM_SITE), label = pen_init(rooms[1], EXAM_SITE);
	struct pen ours = pen_init(rooms[2], EXAM_SITE), theirs = pen_init(rooms[3], EXAM_SITE);
	struct brand brand;

	squeeze(&all, e->sender.domain);
	squeeze(&theirs, label_of(registered));
	squeeze(&ours, name);
	squeeze(&label, label_of(name));
	if (span_equal(name, registered) || holds(pen_since(&all, 0), pen_since(&label, 0)) ||
	    (theirs.used >= OWN_MIN && holds(pen_since(&ours, 0), pen_since(&theirs, 0))))
		return true;
	return brand_of(e, e->sender.domain, &brand) && brand_has(&brand, name);
}

/* Services send for those who have no server, and tell their name before the "@". */
static bool sends_for_others(const struct exam *e, struct span label)
{
	struct span local = line_cut(e->sender.address, line_find(e->sender.address, '@'));

	return host_kinds(e->sender.domain) & (HOST_TRACKER | HOST_WRAPPER) || holds(local, label);
}

/* Whether it leads to something else than this site, too. */
static bool leads_on(const struct exam *e, const struct exam_site *named)
{
	for (unsigned i = 0; i < e->site_count; i++)
		if (e->sites[i].led && &e->sites[i] != named)
			return true;
	return false;
}

static void judge_name(struct exam *e, const struct part *part)
{
	for (unsigned i = 0; i < e->site_count; i++) {
		const struct exam_site *site = &e->sites[i];
		struct span label = label_of(text_span(site->name));

		if (is_kin(e, site) || sends_for_others(e, label) || !is_named(e->sender.display, label) ||
		    !leads_on(e, site))
			continue;
		exam_findf(e, part, FINDING_NAMED_ELSEWHERE, "%.*s <%.*s>, %s",
			   (int)line_cut(e->sender.display, 100).len, e->sender.display.ptr, (int)e->sender.address.len,
			   e->sender.address.ptr, site->name);
		return;
	}
}

/* --- links --- */

/* Whether something else speaks against the message. */
static bool is_doubted(const struct exam *e)
{
	static const enum finding_id signs[] = {
		FINDING_LURE,
		FINDING_SUBJECT_LURE,
		FINDING_SUBJECT_TAIL,
		FINDING_BRAND_IN_NAME,
		FINDING_BRAND_IN_SUBJECT,
		FINDING_BRAND_IN_ADDRESS,
		FINDING_NAMED_ELSEWHERE,
		FINDING_AUTH_DOUBTED,
		FINDING_AUTH_FAILED,
		FINDING_REPLY_TO_SECOND,
		FINDING_SENDER_RANDOM,
		FINDING_SENDER_HOSTING,
		FINDING_SENDER_UNREAL,
		FINDING_HEADER_LACKS,
		FINDING_RECEIVERS_HIDDEN,
		FINDING_LETTERS_STYLED,
		FINDING_WORDS_DISGUISED,
		FINDING_TEXT_HIDDEN_MOST,
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (exam_found(e, signs[i]))
			return true;
	return false;
}

/* The only place that a message leads to is one that nobody knows: neither the sender's, nor a
 * brand's, nor one that serves many. Many good mails do so, too; therefore it counts only beside
 * other signs. */
static void judge_links(struct exam *e, const struct part *part)
{
	const struct exam_site *away = NULL;
	unsigned count = 0;
	struct brand brand;

	for (unsigned i = 0; i < e->site_count; i++) {
		const struct exam_site *site = &e->sites[i];

		if (!site->led)
			continue;
		if (is_kin(e, site))
			return;
		count++;
		if (!site->kinds && !brand_of(e, text_span(site->name), &brand))
			away = away ? away : site;
	}
	if (away && count <= SITES_FEW && is_doubted(e))
		exam_find(e, part, FINDING_LEADS_AWAY, text_span(away->name));
}

void aim_judge(struct exam *e, const struct part *part)
{
	if (!e->sender.domain.len || e->sender.listed) /* bulk mail is sent and counted by others */
		return;
	judge_name(e, part);
	judge_links(e, part);
}
