/*
 * route.c - how a message was made and sent: fields that every mail program writes (RFC 5322, 3.6),
 * the Message-ID, whom it is addressed to. Only messages that were sent are looked at: drafts and
 * files of tests have no Received.
 */
#include "letter/route.h"

#include "base/line.h"
#include "intel/host.h"
#include "letter/address.h"
#include "letter/sender.h"
#include "link/link.h"

#define FIELD (4u << 10) /* bytes of a field that are read */
#define HOST  256        /* bytes of a name */

struct route {
	struct exam *e;
	const struct part *part;
	const struct head *head;
	struct span id;       /* the Message-ID's host, in lower case; empty: it has none that may be in
				 the DNS */
	struct span id_owner; /* as it is registered */
};

/* --- the Message-ID --- */

static void id_read(struct route *r)
{
	struct span id = line_trim(line_cut(r->head->first[HEAD_MESSAGE_ID], FIELD));
	uint8_t *lower;

	while (line_find(id, '@') < id.len)
		id = line_from(id, line_find(id, '@') + 1);
	id = line_cut(id, line_find(id, '>'));
	if (id.len >= HOST || !(lower = arena_take(&r->e->arena, id.len + 1)))
		return;
	for (size_t i = 0; i < id.len; i++)
		lower[i] = text_lower(id.ptr[i]);
	id.ptr = lower;
	if (!id.len || line_find(id, '.') == id.len || !host_has_suffix(id))
		return;
	r->id = id;
	r->id_owner = host_registrable(id);
}

/* Whether a name, which has a dot, stands in a text, in any case. */
static bool holds(struct span text, struct span name)
{
	size_t dot = line_find(name, '.');

	for (size_t at = line_find(text, '.'); at < text.len; at += 1 + line_find(line_from(text, at + 1), '.'))
		if (at >= dot && line_same(line_cut(line_from(text, at - dot), name.len), name))
			return true;
	return false;
}

static bool is_blank(struct span text, size_t at)
{
	return at < text.len && text.ptr[at] <= ' ';
}

/* Whether a host is the one that gave the Message-ID. A server may have two names, for inside and
 * outside. */
static bool is_id_host(const struct route *r, struct span text)
{
	size_t label = line_find(r->id, '.'), folded = 0;
	struct span word;

	while (is_blank(text, folded))
		folded++;
	text = line_from(text, folded);
	word = line_word(&text);
	if (word.len <= label || !line_same(line_cut(word, label), line_cut(r->id, label)) || word.ptr[label] != '.')
		return false;
	return holds(word, r->id_owner);
}

/* Whether a client logged in, or wrote on a page of the web (RFC 3848; the words of Exim, qmail and
 * Yahoo). */
static bool is_login(struct span field)
{
	static const char *const words[] = { "with esmtpa", "with esmtpsa", "with http",
					     "via http",    "with local",   "authenticated" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (line_contains(field, words[i]))
			return true;
	return false;
}

/* Where the server's name begins in a field Received, behind "by"; the length: nowhere. */
static size_t by_find(struct span field)
{
	for (size_t at = line_find(field, 'b'); at < field.len; at += 1 + line_find(line_from(field, at + 1), 'b'))
		if (at && is_blank(field, at - 1) && line_starts(line_from(field, at), "by") && is_blank(field, at + 2))
			return at + 3;
	return field.len;
}

/* Whether the server that gave the Message-ID took the message over from outside, and is not the sender's: servers do so
 * where there was none. */
static bool id_is_given(struct route *r)
{
	unsigned count = r->head->count[HEAD_RECEIVED];

	for (unsigned i = 0; i < count && i < HEAD_RECEIVEDS; i++) {
		struct span field = line_cut(r->head->received[i], FIELD);
		size_t by = by_find(field);
		struct span from = line_cut(field, by);

		if (is_id_host(r, line_from(field, by)) && line_contains(from, "from ") && !holds(from, r->id_owner) &&
		    !is_login(field))
			return true;
	}
	return false;
}

/* Providers whose servers are called otherwise than the Message-IDs that they give; of programs,
 * whose Message-IDs tell their own name, nothing is said. */
static const struct {
	const char *id, *server;
} providers[] = {
	{ "gmail.com", "google.com" },
	{ "fastmail.com", "messagingengine.com" },
	{ "me.com", "icloud.com" },
	{ "icloud.com", "me.com" },
	{ "protonmail.com", "protonmail.ch" },
	{ "proton.me", "protonmail.ch" },
	{ "android.com", "" },
	{ "getmailspring.com", "" },
	{ "sparkmailapp.com", "" },
	{ "readdle.com", "" },
};

/* Whether a name is nowhere in the header besides this field: who sends for others stands in it
 * somewhere else, too. */
static bool is_alone(const struct route *r, struct span field, struct span name)
{
	struct span whole = r->head->whole;
	size_t at = (size_t)(field.ptr - whole.ptr);

	return !holds(line_cut(whole, at), name) && !holds(line_from(whole, at + field.len), name);
}

static bool id_is_foreign(const struct route *r)
{
	struct span field = r->head->first[HEAD_MESSAGE_ID];

	for (size_t i = 0; i < sizeof(providers) / sizeof(providers[0]); i++)
		if (line_is(r->id_owner, providers[i].id) && line_contains(r->head->whole, providers[i].server))
			return false;
	return is_alone(r, field, r->id_owner);
}

static void judge_id(struct route *r)
{
	bool stranger = r->id.len && !span_equal(r->id_owner, host_registrable(r->e->sender.domain));

	if (!r->head->count[HEAD_DATE])
		exam_find(r->e, r->part, FINDING_HEADER_LACKS, text_span("Date"));
	if (!r->head->count[HEAD_MESSAGE_ID])
		exam_find(r->e, r->part, FINDING_HEADER_LACKS, text_span("Message-ID"));
	else if (stranger && id_is_given(r))
		exam_findf(r->e, r->part, FINDING_HEADER_LACKS, "Message-ID, which %.*s gave it", (int)r->id.len,
			   r->id.ptr);
	else if (stranger && id_is_foreign(r))
		exam_find(r->e, r->part, FINDING_MESSAGE_ID_FOREIGN, r->id);
}

/* --- who it is addressed to --- */

static void judge_receivers(struct route *r)
{
	const struct head *head = r->head;
	struct mailbox to = address_first(head->first[HEAD_TO], &r->e->arena);
	struct span from = r->e->sender.address;

	if (head->count[HEAD_LIST] ||
	    (head->count[HEAD_CC] && address_first(head->first[HEAD_CC], &r->e->arena).address.len))
		return;
	if (!to.address.len || !to.domain.len)
		exam_find(r->e, r->part, FINDING_RECEIVERS_HIDDEN, text_span("undisclosed"));
	else if (line_same(to.address, from))
		exam_findf(r->e, r->part, FINDING_RECEIVERS_HIDDEN, "to %.*s itself", (int)from.len, from.ptr);
}

/* Sender is the mailbox that sent it (RFC 5322, 3.6.2): one that had no part in it is made up, for
 * filters. */
static void judge_sender(struct route *r)
{
	struct mailbox sender = address_first(r->head->first[HEAD_SENDER], &r->e->arena);

	if (!sender.domain.len || !host_has_suffix(sender.domain) || sender.domain.len >= HOST)
		return;
	if (is_alone(r, r->head->first[HEAD_SENDER], host_registrable(sender.domain)))
		exam_find(r->e, r->part, FINDING_SENDER_FIELD, sender.address);
}

void route_judge(struct exam *e, const struct part *part, const struct head *head)
{
	struct route r = { .e = e, .part = part, .head = head };

	if (!head->count[HEAD_RECEIVED] || head->cut || sender_is_own(e))
		return;
	id_read(&r);
	judge_id(&r);
	judge_receivers(&r);
	judge_sender(&r);
	if (head->count[HEAD_SCRIPT])
		exam_find(e, part, FINDING_SENT_BY_SCRIPT, line_trim(head->first[HEAD_SCRIPT]));
}
