/* address.c - mailboxes in header fields. */
#include "letter/address.h"

#include "base/line.h"
#include "base/pen.h"
#include "base/text.h"
#include "intel/host.h"
#include "mime/field_text.h"

#define FIELD (16u << 10) /* bytes of a field that are read */

/* The length of what hides marks: a quoted string, or a comment with those in it. Unclosed: 1, the mark is a letter like
 * others. 0: nothing hides here. */
static size_t hidden_length(struct span s)
{
	uint8_t first = s.len ? s.ptr[0] : 0;
	unsigned depth = 1;

	if (first != '"' && first != '(')
		return 0;
	for (size_t i = 1; i < s.len; i++) {
		uint8_t c = s.ptr[i];

		if (c == '\\')
			i++;
		else if (c == (first == '"' ? '"' : ')') && --depth == 0)
			return i + 1;
		else if (first == '(' && c == '(')
			depth++;
	}
	return 1;
}

/* One element of a list, up to a comma or the semicolon that ends a group; marks in quotes, comments and angles do not
 * count, nor do commas before there is any address: "Yamada, Taro <taro@example.com>". `angle`: where its last "<" is, `colon`: where its group's name ends; the length where there is none. */
struct element {
	struct span text;
	size_t angle, colon;
};

static struct element element_take(struct span *rest)
{
	struct element element = { *rest, SIZE_MAX, SIZE_MAX };
	size_t i = 0;
	bool inside = false, unclosed = false, addressed = false;

	while (i < rest->len) {
		uint8_t c = rest->ptr[i];
		size_t hidden = !inside && !unclosed ? hidden_length(line_from(*rest, i)) : 0;

		unclosed |= hidden == 1;
		if (hidden > 1) {
			i += hidden;
			continue;
		}
		if (!inside && (c == ';' || (c == ',' && (addressed || !line_trim(line_cut(*rest, i)).len))))
			break;
		addressed |= c == '@' || c == '<';
		if (c == '<')
			element.angle = i;
		else if (c == ':' && !inside && element.colon == SIZE_MAX)
			element.colon = i;
		inside = c == '<' || (inside && c != '>');
		i++;
	}
	element.text = line_cut(*rest, i);
	*rest = line_from(*rest, i + 1);
	return element;
}

/* Words of a display: quotes and backslashes gone, comments kept as text. */
static struct span display_text(struct span raw, struct arena *arena)
{
	uint8_t *into = arena_take(arena, raw.len);
	struct pen pen = pen_init(into, into ? raw.len : 0);

	for (size_t i = 0; i < raw.len; i++) {
		if (raw.ptr[i] == '\\' && i + 1 < raw.len && (raw.ptr[i + 1] == '"' || raw.ptr[i + 1] == '\\'))
			i++;
		else if (raw.ptr[i] == '"')
			continue;
		pen_byte(&pen, raw.ptr[i]);
	}
	return field_text(pen_since(&pen, 0), arena);
}

/* An address without the comments, blanks and the route in it. Its comment is the display where nothing else is. */
static void address_read(struct span raw, struct arena *arena, struct mailbox *mailbox)
{
	uint8_t *into = arena_take(arena, raw.len);
	struct pen pen = pen_init(into, into ? raw.len : 0);
	struct span comment = { 0 };
	size_t from = 0, hidden = 0;

	for (size_t i = 0; i < raw.len; i += hidden > 1 ? hidden : 1) {
		hidden = hidden == 1 ? 1 : hidden_length(line_from(raw, i)); /* one that is unclosed is enough */
		if (hidden > 1 && raw.ptr[i] == '(')
			comment = line_cut(line_from(raw, i + 1), hidden - 2);
		else if (hidden > 1)
			pen_span(&pen, line_cut(line_from(raw, i), hidden));
		else if (raw.ptr[i] > ' ' && raw.ptr[i] != '>')
			pen_byte(&pen, raw.ptr[i]);
		if (hidden <= 1 && raw.ptr[i] == ':' && pen.used && pen.room[0] == '@')
			from = pen.used; /* a route: RFC 5322, 4.4 */
	}
	mailbox->address = pen_since(&pen, from);
	if (!mailbox->display.len)
		mailbox->display = display_text(comment, arena);
}

static struct span domain_of(struct span address, struct arena *arena)
{
	size_t at = address.len;
	uint8_t *into;

	while (at > 0 && address.ptr[at - 1] != '@')
		at--;
	if (at == 0)
		return (struct span){ 0 };
	address = line_from(address, at);
	while (address.len && address.ptr[address.len - 1] == '.')
		address.len--;
	into = arena_take(arena, address.len);
	for (size_t i = 0; into && i < address.len; i++)
		into[i] = text_lower(address.ptr[i]);
	return (struct span){ into, into ? address.len : 0 };
}

bool address_next(struct span *rest, struct arena *arena, struct mailbox *mailbox)
{
	while (rest->len) {
		struct element element = element_take(rest);
		struct span text = element.text, inside = text;

		*mailbox = (struct mailbox){ 0 };
		if (element.colon < text.len && (element.angle > text.len || element.colon < element.angle)) {
			text = line_from(text, element.colon + 1);
			element.angle -= element.angle > element.text.len ? 0 : element.colon + 1;
			inside = text;
		}
		if (element.angle < text.len) {
			mailbox->display = display_text(line_cut(text, element.angle), arena);
			inside = line_from(text, element.angle + 1);
			inside = line_cut(inside, line_find(inside, '>'));
		}
		address_read(inside, arena, mailbox);
		mailbox->domain = domain_of(mailbox->address, arena);
		if (mailbox->address.len || mailbox->display.len)
			return true;
	}
	return false;
}

static bool is_local(uint8_t c)
{
	return (c >= '0' && c <= '9') || (text_lower(c) >= 'a' && text_lower(c) <= 'z') || (c && strchr("._%+-", c));
}

static bool is_domain(uint8_t c)
{
	return (c >= '0' && c <= '9') || (text_lower(c) >= 'a' && text_lower(c) <= 'z') || c == '.' || c == '-';
}

struct span address_in_text(struct span text, struct span *domain)
{
	for (size_t at = line_find(text, '@'); at < text.len; at += 1 + line_find(line_from(text, at + 1), '@')) {
		size_t start = at, end = at + 1;

		while (start > 0 && is_local(text.ptr[start - 1]))
			start--;
		while (end < text.len && is_domain(text.ptr[end]))
			end++;
		while (end > at + 1 && !(text_lower(text.ptr[end - 1]) >= 'a' && text_lower(text.ptr[end - 1]) <= 'z'))
			end--; /* the last label has letters only */
		*domain = line_cut(line_from(text, at + 1), end - at - 1);
		if (start < at && line_find(*domain, '.') > 0 && line_find(*domain, '.') + 2 < domain->len)
			return line_cut(line_from(text, start), end - start);
	}
	return (struct span){ 0 };
}

struct mailbox address_first(struct span field, struct arena *arena)
{
	struct mailbox mailbox = { 0 };
	struct span rest = field_unfold(line_cut(field, FIELD), arena);

	address_next(&rest, arena, &mailbox);
	return mailbox;
}

/* Providers, and the first labels of those who have a domain for each country. */
bool address_is_free(struct span domain)
{
	static const char *const hosts[] = { "gmail.com",    "googlemail.com", "aol.com",     "web.de",
					     "mail.com",     "mail.ru",        "proton.me",   "protonmail.com",
					     "pm.me",        "qq.com",         "163.com",     "126.com",
					     "icloud.com",   "me.com",         "ymail.com",   "msn.com",
					     "tutanota.com", "libero.it",      "tuta.com",    "zohomail.com",
					     "uol.com.br",   "bol.com.br",     "terra.com.br" };
	static const char *const labels[] = { "yahoo.", "hotmail.", "outlook.", "live.", "gmx.", "yandex." };

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (line_is(domain, hosts[i]))
			return true;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (line_starts(domain, labels[i]) && host_registrable(domain).len == domain.len)
			return true;
	return false;
}
