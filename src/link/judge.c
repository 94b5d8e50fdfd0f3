/* judge.c - what one link is worth: where it leads, what it shows, what it hides. */
#include "base/hash.h"
#include "format/charset.h"
#include "intel/host.h"
#include "link/imitate.h"
#include "link/indicator.h"
#include "link/judge.h"
#include "link/known_host.h"
#include "link/link_inside.h"
#include "link/look.h"
#include "link/scheme.h"
#include "link/site.h"

#include <stdio.h>

#define LINKS_MAX    2000 /* of a message that are judged */
#define SHOWN_MAX    512  /* bytes of what a link shows */
#define UNWRAP_DEPTH 4    /* links inside of links */
#define LOOKS_MIN    5    /* letters of a name that others may look like */
#define USER_HIDES   30   /* bytes of a user name that push the host out of sight */

/* One link in its way through the judgement. */
struct judged {
	struct exam *e;
	const struct part *part;
	struct span url; /* as it stands, for evidence */
	struct link link;
	struct span registered; /* of its host */
	unsigned kinds;         /* of its host: enum host_kind */
};

static void find(const struct judged *j, enum finding_id id)
{
	exam_find(j->e, j->part, id, j->url);
}

/* Whether it was judged before in this message; it is remembered. */
static bool is_known(struct exam *e, struct span what, struct span kind)
{
	uint64_t hash = hash_text(what.ptr, what.len, hash_text(kind.ptr, kind.len, HASH_K1)) | 1;

	for (unsigned i = 0; i < EXAM_LINKS / 8; i++) {
		uint64_t *place = &e->links[((hash >> 1) + i) % EXAM_LINKS];

		if (*place == hash)
			return true;
		if (!*place) {
			*place = hash;
			return false;
		}
	}
	return false;
}

/* --- schemes --- */

static bool is_own(const struct exam *e, struct span host)
{
	struct brand brand;

	for (unsigned n = 0; brand_at(e, n, &brand) && brand.own; n++)
		if (brand_has(&brand, host))
			return true;
	return false;
}

static void judge_scheme(const struct judged *j)
{
	char host[LINK_HOST];

	if (scheme_acts(&j->link, host) && !(*host && is_own(j->e, text_span(host))))
		find(j, FINDING_LINK_SCHEME);
}

/* --- indicators --- */

static void judge_known(struct judged *j)
{
	const struct index *index = j->e->settings->index;
	struct index_end end = { .ip = j->link.ip, .port = j->link.port };
	struct indicator_about about = { j->e, j->part };

	if (!index)
		return;
	index_url(index, j->url, j->e->now, indicator_tell, &about);
	if (j->link.address)
		index_ip(index, &end, j->e->now, indicator_tell, &about);
	else
		index_domain(index, j->link.host, j->e->now, indicator_tell, &about);
}

/* --- where it leads --- */

/* Signs that look like a slash, and end no host: ⁄ ∕ ╱ ⧸ ／ (UTS 39, confusables.txt). */
static bool holds_slash(struct span user)
{
	static const char *const slashes[] = { "\xe2\x81\x84", "\xe2\x88\x95", "\xe2\x95\xb1", "\xe2\xa7\xb8", "\xef\xbc\x8f",
					       "%e2%81%84",    "%e2%88%95",    "%e2%95%b1",    "%e2%a7%b8",    "%ef%bc%8f" };

	for (size_t i = 0; i < sizeof(slashes) / sizeof(slashes[0]); i++)
		if (line_contains(user, slashes[i]))
			return true;
	return false;
}

/* Whether a name before "@" is there to be taken for the site. Addresses of mail that became links are not. */
static bool hides_behind_user(const struct judged *j)
{
	struct span user = line_cut(j->link.user, line_find(j->link.user, ':'));
	size_t dots = 0;

	for (size_t i = 0; i < user.len; i++)
		dots += user.ptr[i] == '.';
	return user.len > USER_HIDES || holds_slash(user) || line_starts(user, "www.") || line_contains(user, "%2f") ||
	       line_starts(user, "http") || dots > 1 || (dots == 1 && host_has_suffix(user));
}

/* Documents that hold macros by their name, and notes. */
static bool is_active_document(struct span extension)
{
	static const char *const endings[] = { "docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppsm", "ppam", "one", NULL };

	for (const char *const *ending = endings; *ending; ending++)
		if (line_is(extension, *ending))
			return true;
	return false;
}

/* What a name promises to be downloaded; of servers' own scripts nothing. */
static bool is_file_name(struct span name)
{
	struct span extension = type_extension(name);
	enum type type = type_promised(name);

	if (line_is(extension, "com"))
		return false;
	switch (type_kind(type)) {
	case KIND_PROGRAM:
	case KIND_IMAGE:
	case KIND_SHORTCUT:
		return true;
	case KIND_SCRIPT:
		return type != TYPE_SCRIPT && type != TYPE_REGISTRY && type != TYPE_JSCRIPT; /* pages fetch these */
	case KIND_ARCHIVE: /* what Unix packs its sources with is no bait */
		return type == TYPE_ZIP || type == TYPE_RAR || type == TYPE_SEVENZIP || type == TYPE_CAB ||
		       type == TYPE_ACE || type == TYPE_ARJ || type == TYPE_LHA;
	default:
		return is_active_document(extension);
	}
}

/* The path's last name, or a value of the query that is nothing but a name: "?f=invoice.exe". */
static bool is_file(struct exam *e, const struct link *link)
{
	size_t mark = arena_mark(&e->arena);
	struct span path = percent_undo(line_cut(link->path, line_find(link->path, ';')), &e->arena);
	struct span rest = link->query, name, value;
	bool file = line_find(path, '/') < path.len && is_file_name(path);

	while (!file && link_parameter(&rest, &name, &value)) {
		value = percent_undo(value, &e->arena);
		file = line_find(value, '/') == value.len && line_find(value, '.') < value.len && is_file_name(value);
	}
	arena_back(&e->arena, mark);
	return file;
}

/* Whether base64 of the receiver's address stands in the text, in any of its parts. */
static bool holds_base64(struct exam *e, struct span text, struct span receiver)
{
	size_t mark = arena_mark(&e->arena);
	bool found = false;

	while (text.len && !found) {
		size_t n = 0;
		struct span undone;

		while (n < text.len && (line_base64(text.ptr[n]) >= 0 || text.ptr[n] == '='))
			n++;
		if (n * 3 / 4 >= receiver.len) {
			undone = base64_undo(line_cut(text, n), &e->arena, NULL);
			found = undone.len >= receiver.len && line_contains(undone, "@") &&
				memmem(undone.ptr, undone.len, receiver.ptr, receiver.len);
		}
		text = line_from(text, n + 1);
	}
	arena_back(&e->arena, mark);
	return found;
}

static bool holds_receiver(struct exam *e, struct span text)
{
	struct span receiver = e->sender.receiver;
	size_t mark = arena_mark(&e->arena);
	struct span undone = percent_undo(text, &e->arena);
	bool found = memmem(undone.ptr, undone.len, receiver.ptr, receiver.len) || holds_base64(e, undone, receiver);

	arena_back(&e->arena, mark);
	return found;
}

/* Newsletters name their receiver in the query, so that he can unsubscribe; pages that fill in a login form read the
 * fragment, which no server sees. */
static bool names_receiver(const struct judged *j)
{
	struct span receiver = j->e->sender.receiver;

	if (receiver.len < 5 || line_find(receiver, '@') == receiver.len)
		return false;
	if (j->link.fragment.len && holds_receiver(j->e, j->link.fragment))
		return true;
	return j->link.query.len && (j->link.address || j->kinds & HOST_HOSTING) && holds_receiver(j->e, j->link.query);
}

static bool mixes_alphabets(struct span host)
{
	while (host.len)
		if (look_is_mixed(line_until(&host, '.')))
			return true;
	return false;
}

/* How a registered name looks, as a number; 0: it is too short to tell anything. */
static uint64_t look_hash(struct span registered)
{
	char room[LOOK_TEXT];
	struct span suffix = registered, label = line_until(&suffix, '.'), look;

	if (label.len < LOOKS_MIN)
		return 0;
	look = look_of(label, room);
	return hash_text(look.ptr, look.len, hash_text(suffix.ptr, suffix.len, HASH_K1));
}

/* Whether the message leads to, or comes from, another name that looks the same: one of them imitates the other. */
static bool has_double(struct exam *e, struct span registered)
{
	struct span sender = host_registrable(e->sender.domain);
	uint64_t look = look_hash(registered), name = hash_text(registered.ptr, registered.len, HASH_K2);

	if (!look)
		return false;
	if (sender.len && !span_equal(sender, registered) && look == look_hash(sender))
		return true;
	for (unsigned i = 0; i < e->look_count; i++)
		if (e->looks[i].look == look)
			return e->looks[i].name != name;
	if (e->look_count < EXAM_LOOKS) {
		e->looks[e->look_count].look = look;
		e->looks[e->look_count++].name = name;
	}
	return false;
}

/* "ip-192-0-2-7.cloud.example": a rented computer whose name nobody chose. */
static bool is_nameless(struct span host)
{
	struct span label = line_until(&host, '.');
	unsigned numbers = 0;

	for (size_t i = 0; i < label.len;) {
		size_t digits = 0;

		while (i + digits < label.len && label.ptr[i + digits] >= '0' && label.ptr[i + digits] <= '9')
			digits++;
		numbers = digits == 0 && label.ptr[i] != '-' ? 0 : numbers + (digits > 0 && digits <= 3);
		i += digits ? digits : 1;
	}
	return numbers == 4;
}

static void judge_host(struct judged *j)
{
	struct brand brand;
	enum imitation imitation;

	if (j->link.address) {
		if (j->link.odd_address || !ip_is_private(&j->link.ip))
			find(j, FINDING_LINK_ADDRESS);
		return;
	}
	if (is_known(j->e, j->link.host, text_span("host")))
		return;
	site_note(j->e, j->registered, j->kinds, true);
	imitation = imitation_of(j->e, j->link.host, &brand);
	if (imitation != IMITATION_NONE) {
		struct span domain = brand_domain(&brand);

		exam_findf(j->e, j->part, imitation == IMITATION_LOOKS ? FINDING_LINK_LOOKALIKE : FINDING_LINK_BRAND,
			   "%.*s (%.*s)", (int)j->link.host.len, j->link.host.ptr, (int)domain.len, domain.ptr);
	} else if (mixes_alphabets(j->link.host) || has_double(j->e, j->registered)) {
		exam_find(j->e, j->part, FINDING_LINK_LOOKALIKE, j->link.host);
	}
}

/* Where anybody can put a page; of the offices of Google only what is published by itself. */
static bool is_free(const struct judged *j)
{
	if (line_is(j->link.host, "docs.google.com"))
		return line_starts(j->link.path, "/forms/") || line_contains(j->link.path, "/pub");
	return j->kinds & HOST_HOSTING || (!j->link.address && is_nameless(j->link.host));
}

static void judge_place(struct judged *j)
{
	judge_host(j);
	if (j->link.user.len && hides_behind_user(j))
		find(j, FINDING_LINK_CREDENTIALS);
	if (j->kinds & HOST_SHORTENER && j->link.path.len > 1)
		find(j, FINDING_LINK_SHORTENED);
	if (is_free(j))
		find(j, FINDING_LINK_HOSTING);
	if (j->link.odd_host || (j->link.odd_address && !ip_is_private(&j->link.ip)))
		find(j, FINDING_LINK_DISGUISED);
	if (is_file(j->e, &j->link))
		find(j, FINDING_LINK_FILE);
	if (names_receiver(j))
		find(j, FINDING_LINK_RECEIVER);
}

/* --- what it shows --- */

/* Whether a text that a link shows is itself a host or an address of the web, and which host. "report.zip" names a
 * file, though there is a domain "zip". */
static bool shows_host(struct span shown, struct link *link)
{
	bool whole = line_starts(shown, "http://") || line_starts(shown, "https://");
	char text[SHOWN_MAX + 4];

	if (shown.len < 4 || shown.len > SHOWN_MAX || line_find(shown, ' ') < shown.len ||
	    line_find(shown, '@') < shown.len)
		return false;
	snprintf(text, sizeof(text), "%s%.*s", whole ? "" : "//", (int)shown.len, shown.ptr);
	if (!link_read(text_span(text), link) || link->address || !host_has_suffix(link->host))
		return false;
	return whole || line_starts(shown, "www.") || type_promised(link->host) == TYPE_UNKNOWN ||
	       line_is(type_extension(link->host), "com");
}

static struct span label_of(struct span registered)
{
	return line_cut(registered, line_find(registered, '.'));
}

static void judge_shown(const struct judged *j, struct span shown)
{
	struct brand theirs, ours;
	struct link link;
	struct span registered;
	bool is_brand;

	while (shown.len && *shown.ptr <= ' ')
		shown = line_from(shown, 1);
	while (shown.len && (shown.ptr[shown.len - 1] <= ' ' || shown.ptr[shown.len - 1] == '.'))
		shown.len--;
	if (!shows_host(shown, &link))
		return;
	registered = host_registrable(link.host);
	if (span_equal(registered, j->registered) || span_equal(label_of(registered), label_of(j->registered)) ||
	    span_equal(registered, host_registrable(j->e->sender.domain)) ||
	    host_kinds(link.host) & (HOST_SHORTENER | HOST_TRACKER))
		return;
	is_brand = brand_of(j->e, link.host, &theirs);
	if (is_brand && (brand_has(&theirs, j->link.host) || brand_has(&theirs, j->e->sender.domain)))
		return;
	if (!is_brand && (j->kinds & (HOST_TRACKER | HOST_WRAPPER | HOST_SHORTENER | HOST_REDIRECTOR) ||
			  brand_of(j->e, j->link.host, &ours)))
		return;
	exam_findf(j->e, j->part, is_brand ? FINDING_LINK_TEXT : FINDING_LINK_TEXT_OTHER, "%.*s → %.*s",
		   (int)line_cut(shown, 100).len, shown.ptr, (int)line_cut(j->url, 140).len, j->url.ptr);
}

/* --- the whole --- */

/* Whether a host does nothing but lead on to what its link names. */
static bool leads_on(const struct judged *j)
{
	const char *const *host = j->e->settings->link_hosts;

	for (; host && *host; host++)
		if (line_is(j->link.host, *host))
			return true;
	return j->kinds & (HOST_WRAPPER | HOST_REDIRECTOR | HOST_TRACKER);
}

/* "ms-word:ofe|u|https://host/x.docx": what an office program is to open. Empty: no link of that kind. */
static struct span office_link(const struct link *link)
{
	size_t n = 0;

	if (!line_starts(link->scheme, "ms-") && !line_is(link->scheme, "onenote"))
		return (struct span){ 0 };
	while (n < link->path.len && !line_starts(line_from(link->path, n), "http"))
		n++;
	return line_from(link->path, n);
}

/* Whether a redirector is what its reader does not see, and no part of its sender's own site: people copy such addresses out
 * of a search, and then show them. */
static bool is_covered(const struct judged *j, struct span shown)
{
	return shown.len && !line_contains(shown, "http") && !line_contains(shown, "www.") &&
	       !span_equal(j->registered, host_registrable(j->e->sender.domain));
}

/* Whether a document that an office program is to open lies with somebody who is neither the reader, nor the sender, nor a
 * store that asks for a login. */
static bool is_foreign_store(const struct exam *e, struct span url)
{
	static const char *const stores[] = { "sharepoint.com", "sharepoint.cn", "sharepoint.us", "live.net", "onedrive.com",
					      "office.com" };
	struct span registered;
	struct link link;

	if (!link_read(line_cut(url, LINK_TEXT), &link) || !link.web)
		return false;
	if (link.address)
		return !ip_is_private(&link.ip);
	registered = host_registrable(link.host);
	for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++)
		if (line_is(registered, stores[i]))
			return false;
	return host_has_suffix(link.host) && !is_own(e, link.host) &&
	       !span_equal(registered, host_registrable(e->sender.domain));
}

static void judge(struct exam *e, const struct part *part, struct span url, struct span shown, unsigned depth)
{
	struct judged j = { .e = e, .part = part, .url = line_cut(url, LINK_TEXT) };
	size_t mark = arena_mark(&e->arena);
	struct span inside;

	if (!link_read(url, &j.link))
		return;
	if (!j.link.web || line_starts(url, "\\\\")) {
		judge_scheme(&j);
		if (line_is(j.link.scheme, "mailto"))
			site_note_mailbox(e, j.link.path);
		inside = office_link(&j.link);
		if (inside.len && is_foreign_store(e, inside))
			find(&j, FINDING_LINK_SCHEME);
		if (inside.len && depth < UNWRAP_DEPTH)
			judge(e, part, inside, shown, depth + 1);
		return;
	}
	j.registered = host_registrable(j.link.host);
	j.kinds = host_kinds(j.link.host);
	judge_known(&j);
	inside = depth < UNWRAP_DEPTH ? link_inside(&j.link, j.kinds, &e->arena) : (struct span){ 0 };
	if (inside.len && leads_on(&j)) {
		if (j.kinds & HOST_REDIRECTOR && !is_own(e, j.link.host))
			find(&j, is_covered(&j, shown) ? FINDING_LINK_REDIRECTED : FINDING_LINK_SHORTENED);
		judge(e, part, inside, shown, depth + 1);
	} else {
		judge_place(&j);
		judge_shown(&j, shown);
		if (inside.len)
			judge(e, part, inside, (struct span){ 0 }, depth + 1);
	}
	arena_back(&e->arena, mark);
}

void link_judge(struct exam *e, const struct part *part, struct span url, struct span shown)
{
	url = line_cut(url, LINK_TEXT);
	shown = line_cut(shown, SHOWN_MAX + 1);
	if (!url.len || is_known(e, url, shown))
		return;
	if (e->urls >= LINKS_MAX) {
		exam_unseen(e, part, UNSEEN_LIMIT, "too many links");
		return;
	}
	e->urls++;
	judge(e, part, url, shown, 0);
}
