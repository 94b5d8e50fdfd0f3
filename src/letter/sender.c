/* sender.c - who a message says that it is from, and what speaks against it. */
#include "letter/sender.h"

#include "base/line.h"
#include "intel/host.h"
#include "letter/address.h"
#include "letter/auth.h"
#include "mime/field_text.h"
#include "letter/person.h"

#include <strings.h>

#define FIELD (16u << 10) /* bytes of a field that are read */

struct judging {
	struct exam *e;
	const struct part *part;
	const struct head *head;
	struct mailbox from, reply_to;
	struct span organisation; /* the domain of From that is registered as one */
};

static struct span organisation_of(struct span domain)
{
	return domain.len ? host_registrable(domain) : domain;
}

/* Whether a domain is `whole`, or below it. */
static bool is_within(struct span domain, const char *whole)
{
	size_t n = strlen(whole);

	if (domain.len < n || !n)
		return false;
	return line_is(line_from(domain, domain.len - n), whole) && (domain.len == n || domain.ptr[domain.len - n - 1] == '.');
}

static bool is_own(const struct exam *e, struct span domain)
{
	for (const char *const *own = e->settings->own_domains; own && *own; own++)
		if (is_within(domain, *own))
			return true;
	return false;
}

bool sender_is_own(const struct exam *e)
{
	return is_own(e, e->sender.domain);
}

static void find(struct judging *j, enum finding_id id, struct span shown, struct span address)
{
	exam_findf(j->e, j->part, id, "%.*s <%.*s>", (int)shown.len, (const char *)shown.ptr, (int)address.len,
		   (const char *)address.ptr);
}

/* --- header fields --- */

static void judge_twice(struct judging *j)
{
	const struct head *head = j->head;
	struct mailbox last = address_first(head->last[HEAD_FROM], &j->e->arena);
	struct span subjects[2];

	if (head->count[HEAD_FROM] > 1 && !span_equal(last.address, j->from.address))
		exam_findf(j->e, j->part, FINDING_HEADER_TWICE, "From: %.*s, %.*s", (int)j->from.address.len,
			   (const char *)j->from.address.ptr, (int)last.address.len, (const char *)last.address.ptr);
	subjects[0] = field_text(line_cut(head->first[HEAD_SUBJECT], FIELD), &j->e->arena);
	subjects[1] = field_text(line_cut(head->last[HEAD_SUBJECT], FIELD), &j->e->arena);
	if (!span_equal(subjects[0], subjects[1]))
		exam_findf(j->e, j->part, FINDING_HEADER_TWICE, "Subject: %.*s", (int)subjects[1].len,
			   (const char *)subjects[1].ptr);
}

/* Answers that go elsewhere; lists and those who send for others have them go to the one who wrote. */
static void judge_reply_to(struct judging *j)
{
	struct span domain = j->reply_to.domain;

	if (!domain.len || !j->from.domain.len || j->head->count[HEAD_LIST] || is_own(j->e, domain) ||
	    span_equal(organisation_of(domain), j->organisation))
		return;
	exam_findf(j->e, j->part, FINDING_REPLY_TO, "%.*s, from %.*s", (int)j->reply_to.address.len,
		   (const char *)j->reply_to.address.ptr, (int)j->from.address.len, (const char *)j->from.address.ptr);
}

/* --- names --- */

static void judge_address_in_name(struct judging *j)
{
	struct span domain, address = address_in_text(j->from.display, &domain), organisation;
	char lower[HOST_TEXT];

	if (!address.len || domain.len >= sizeof(lower) || j->head->count[HEAD_LIST])
		return;
	for (size_t i = 0; i < domain.len; i++)
		lower[i] = (char)text_lower(domain.ptr[i]);
	organisation = organisation_of((struct span){ (const uint8_t *)lower, domain.len });
	if (!span_equal(organisation, j->organisation) ||
	    (address_is_free(j->organisation) && !line_same(address, j->from.address)))
		find(j, FINDING_SENDER_IN_NAME, j->from.display, j->from.address);
}

/* An entry is "Taro Yamada <taro@example.co.jp>", with any number of addresses. */
static bool is_theirs(struct judging *j, struct span entry)
{
	struct mailbox mailbox;

	while (address_next(&entry, &j->e->arena, &mailbox))
		if (mailbox.address.len == j->from.address.len &&
		    strncasecmp((const char *)mailbox.address.ptr, (const char *)j->from.address.ptr, mailbox.address.len) == 0)
			return true;
	return false;
}

static void judge_people(struct judging *j)
{
	if (!j->from.display.len || is_own(j->e, j->from.domain))
		return;
	for (const char *const *person = j->e->settings->own_people; person && *person; person++) {
		size_t mark = arena_mark(&j->e->arena);
		struct span entry = text_span(*person), name = line_trim(line_cut(entry, line_find(entry, '<')));
		bool imitated = person_is(j->from.display, name, &j->e->arena) && !is_theirs(j, entry);

		arena_back(&j->e->arena, mark);
		if (imitated) {
			find(j, FINDING_PERSON_IMITATED, j->from.display, j->from.address);
			return;
		}
	}
}

/* "example.com" or "Example=example.com"; the name is the registered label where none is given. */
struct brand {
	struct span name, label;
};

static struct brand brand_read(const char *entry)
{
	struct span text = text_span(entry);
	size_t equals = line_find(text, '=');
	struct span domain = host_registrable(equals < text.len ? line_from(text, equals + 1) : text);
	struct span label = line_cut(domain, line_find(domain, '.'));

	return (struct brand){ equals < text.len ? line_trim(line_cut(text, equals)) : label, label };
}

/* Whether the sender is that brand, by any of its domains: example.com is example.co.jp, too; that somebody else has it
 * there, the imitations of domains tell. */
static bool is_brand(const struct judging *j, struct span name)
{
	struct span label = line_cut(j->organisation, line_find(j->organisation, '.'));

	for (const char *const *entry = j->e->settings->brands; entry && *entry; entry++) {
		struct brand brand = brand_read(*entry);

		if (span_equal(brand.name, name) && span_equal(brand.label, label))
			return true;
	}
	return false;
}

static void judge_brands(struct judging *j)
{
	if (!j->from.display.len || !j->from.domain.len || is_own(j->e, j->from.domain))
		return;
	for (const char *const *entry = j->e->settings->brands; entry && *entry; entry++) {
		struct brand brand = brand_read(*entry);

		if (brand.name.len > 2 && person_names(j->from.display, brand.name, &j->e->arena) && !is_brand(j, brand.name)) {
			find(j, FINDING_BRAND_IN_NAME, j->from.display, j->from.address);
			return;
		}
	}
}

static void judge_lookalike(struct judging *j, struct span domain)
{
	struct span imitated = domain.len ? exam_imitated(j->e, domain) : domain;

	if (imitated.len)
		exam_findf(j->e, j->part, FINDING_SENDER_LOOKALIKE, "%.*s (%.*s)", (int)domain.len, (const char *)domain.ptr,
			   (int)imitated.len, (const char *)imitated.ptr);
}

/* --- what our server says --- */

static bool names_servers(const struct exam_settings *settings)
{
	return settings->authservs && settings->authservs[0];
}

/* Beyond "it failed": that nobody on the way can have broken it. Lists do. */
static void judge_unsigned(struct judging *j, const struct auth *auth)
{
	if (j->head->count[HEAD_LIST])
		return;
	if (auth_borrowed(auth))
		exam_find(j->e, j->part, FINDING_SENDER_BORROWED, j->from.address);
	else if (auth->dmarc == AUTH_FAIL && auth->dkim != AUTH_PASS && address_is_free(j->organisation))
		exam_find(j->e, j->part, FINDING_FREEMAIL_FORGED, j->from.address);
}

static void judge_auth(struct judging *j)
{
	enum finding_id id = is_own(j->e, j->from.domain) ? FINDING_OWN_DOMAIN_FORGED : FINDING_AUTH_FAILED;
	struct auth auth;
	char text[AUTH_TEXT];

	if (names_servers(j->e->settings)) {
		auth_read(j->e->settings, j->head, &j->e->arena, &auth);
	} else {
		auth_read_first(j->head, &j->e->arena, &auth);
		id = FINDING_AUTH_DOUBTED;
	}
	if (!auth.server.len)
		return;
	if (!auth_failed(&auth)) {
		if (auth_lacks(&auth))
			exam_findf(j->e, j->part, FINDING_AUTH_LACKS, "%.*s: %s (%.*s)", (int)j->from.domain.len,
				   (const char *)j->from.domain.ptr, auth_text(&auth, text), (int)auth.server.len,
				   (const char *)auth.server.ptr);
		return;
	}
	exam_findf(j->e, j->part, id, "%.*s: %s (%.*s)", (int)j->from.domain.len, (const char *)j->from.domain.ptr,
		   auth_text(&auth, text), (int)auth.server.len, (const char *)auth.server.ptr);
	judge_unsigned(j, &auth);
}

void sender_judge(struct exam *e, const struct part *part, const struct head *head)
{
	struct judging j = { .e = e, .part = part, .head = head };

	j.from = address_first(head->first[HEAD_FROM], &e->arena);
	j.reply_to = address_first(head->first[HEAD_REPLY_TO], &e->arena);
	j.organisation = organisation_of(j.from.domain);
	e->sender.display = j.from.display;
	e->sender.address = j.from.address;
	e->sender.domain = j.from.domain;
	e->sender.reply_to = j.reply_to.address;
	e->sender.receiver = address_first(head->first[HEAD_TO], &e->arena).address;
	e->sender.listed = head->count[HEAD_LIST] > 0;
	judge_twice(&j);
	judge_reply_to(&j);
	judge_address_in_name(&j);
	judge_people(&j);
	judge_brands(&j);
	judge_lookalike(&j, j.from.domain);
	if (!span_equal(j.reply_to.domain, j.from.domain))
		judge_lookalike(&j, j.reply_to.domain);
	judge_auth(&j);
}
