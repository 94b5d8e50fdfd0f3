/* link.c - a link in its parts (WHATWG URL, 4.4), and hosts in normal form (3.5). */
#include "link/link.h"

#include "base/pen.h"

#include <idn2.h>
#include <libpsl.h>
#include <stdlib.h>

/* Schemes whose rest begins with a host, however many slashes stand there (WHATWG URL, 3.1: special). */
static bool is_special(struct span scheme)
{
	return line_is(scheme, "http") || line_is(scheme, "https") || line_is(scheme, "ftp") || line_is(scheme, "ws") ||
	       line_is(scheme, "wss") || line_is(scheme, "file");
}

/* A tab before the path, or a line end in the scheme, is no accident of who wrapped the line. */
static bool is_odd_blank(struct span before, uint8_t blank)
{
	size_t slashes = 0;

	for (size_t i = 0; i < before.len; i++)
		slashes += before.ptr[i] == '/' || before.ptr[i] == '\\' || before.ptr[i] == '?';
	return before.len && slashes < (blank == '\t' ? 3 : 1);
}

/* Without blanks and controls around it, line ends and tabs inside (4.4, 1 to 3). */
static struct span clean(struct span url, struct link *link)
{
	struct pen pen = pen_init(link->text, sizeof(link->text));

	while (url.len && *url.ptr <= ' ')
		url = line_from(url, 1);
	while (url.len && url.ptr[url.len - 1] <= ' ')
		url.len--;
	for (size_t i = 0; i < url.len && !pen.cut; i++)
		if (url.ptr[i] != '\t' && url.ptr[i] != '\n' && url.ptr[i] != '\r')
			pen_byte(&pen, url.ptr[i]);
		else if (!link->odd_host)
			link->odd_host = is_odd_blank(pen_since(&pen, 0), url.ptr[i]);
	return pen_since(&pen, 0);
}

static bool is_letter(uint8_t byte)
{
	return text_lower(byte) >= 'a' && text_lower(byte) <= 'z';
}

static bool is_digit(uint8_t byte)
{
	return byte >= '0' && byte <= '9';
}

/* The scheme in front, in lower case; empty when there is none. */
static struct span take_scheme(struct span *text, char *room)
{
	size_t n = 0;

	while (n < text->len && (is_letter(text->ptr[n]) || (n && (is_digit(text->ptr[n]) || text->ptr[n] == '+' ||
								   text->ptr[n] == '-' || text->ptr[n] == '.'))))
		n++;
	if (n == 0 || n == text->len || text->ptr[n] != ':')
		return (struct span){ text->ptr, 0 };
	for (size_t i = 0; i < n; i++)
		room[i] = (char)text_lower(text->ptr[i]);
	*text = line_from(*text, n + 1);
	return (struct span){ (const uint8_t *)room, n };
}

/* --- hosts --- */

/* One number of an address: decimal, 0x..., 0... (3.5, the IPv4 number parser). */
static bool number_read(struct span text, uint64_t *number, bool *odd)
{
	unsigned base = 10;

	*number = 0;
	if (text.len > 1 && text.ptr[0] == '0') {
		base = text_lower(text.ptr[1]) == 'x' ? 16 : 8;
		text = line_from(text, base == 16 ? 2 : 1);
		*odd = true;
	}
	for (size_t i = 0; i < text.len; i++) {
		int digit = text_nibble(text.ptr[i]);

		if (digit < 0 || (unsigned)digit >= base || *number > UINT32_MAX)
			return false;
		*number = *number * base + (unsigned)digit;
	}
	return base == 16 || text.len > 0;
}

/* One to four numbers, the last of which fills what is left (3.5, the IPv4 parser). */
static bool address_read(struct span host, struct ip *ip, bool *odd)
{
	uint64_t whole = 0, number = 0;
	unsigned count = 0;
	struct span rest = host, part;
	uint8_t four[4];

	*odd = false;
	while (rest.len) {
		part = line_until(&rest, '.');
		if (count == 4 || !number_read(part, &number, odd))
			return false;
		count++;
		if (rest.len && number > 255)
			return false;
		whole |= rest.len ? number << (8 * (4 - count)) : number;
	}
	if (count == 0 || (count < 4 && number >> (8 * (5 - count))) || (count == 4 && number > 255))
		return false;
	*odd = *odd || count < 4;
	for (unsigned i = 0; i < 4; i++)
		four[i] = (uint8_t)(whole >> (24 - 8 * i));
	*ip = ip_from_v4(four);
	return true;
}

static bool ends_with_number(struct span host)
{
	size_t dot = host.len;

	while (dot > 0 && host.ptr[dot - 1] != '.')
		dot--;
	return dot < host.len && is_digit(host.ptr[dot]);
}

/* Letters beyond ASCII become what they stand for, or A-labels (UTS 46). */
static bool to_ascii(char room[LINK_HOST], size_t len)
{
	char *out = NULL;
	bool fits;

	room[len] = '\0';
	if (idn2_to_ascii_8z(room, &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return false;
	fits = strlen(out) < LINK_HOST;
	if (fits)
		memcpy(room, out, strlen(out) + 1);
	idn2_free(out);
	return fits;
}

/* Percent signs undone, in lower case; zeros, at which old programs end, are left out. `odd`: what needs no percent sign had
 * one. */
static size_t host_write(struct span text, char room[LINK_HOST], bool *beyond, bool *odd)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len && n < LINK_HOST - 1; i++) {
		uint8_t byte = text.ptr[i];

		if (byte == '%' && text.len - i > 2 && text_nibble(text.ptr[i + 1]) >= 0 &&
		    text_nibble(text.ptr[i + 2]) >= 0) {
			byte = (uint8_t)(text_nibble(text.ptr[i + 1]) << 4 | text_nibble(text.ptr[i + 2]));
			i += 2;
			*odd = *odd || is_letter(byte) || is_digit(byte) || memchr("-._/", byte, 5);
			if (byte == 0)
				continue;
		}
		*beyond = *beyond || byte >= 0x80;
		room[n++] = (char)text_lower(byte);
	}
	return n;
}

/* Letters that were not ASCII's, and stand for those: full width, circled, with marks that nobody sees. */
static bool is_plain(struct span host)
{
	for (size_t i = 0; i < host.len; i++)
		if (!is_letter(host.ptr[i]) && !is_digit(host.ptr[i]) && host.ptr[i] != '.' && host.ptr[i] != '-')
			return false;
	return !line_contains(host, "xn--");
}

static bool address_v6(struct span text, char room[LINK_HOST], struct host_read *read)
{
	char plain[IP_TEXT] = "";

	if (text.len < 4 || text.len - 2 >= sizeof(plain) || text.ptr[text.len - 1] != ']')
		return false;
	memcpy(plain, text.ptr + 1, text.len - 2);
	if (ip_parse(&read->ip, plain) != OK)
		return false;
	read->address = true;
	ip_text(&read->ip, room);
	read->host = text_span(room);
	return true;
}

bool link_host(struct span text, char room[LINK_HOST], struct host_read *read)
{
	bool beyond = false, odd, percent = false;
	struct span host;
	size_t n;

	*read = (struct host_read){ 0 };
	if (text.len && *text.ptr == '[')
		return address_v6(text, room, read);
	n = host_write(text, room, &beyond, &percent);
	if (n == 0 || memchr(room, '\0', n))
		return false;
	if (beyond && to_ascii(room, n)) {
		n = strlen(room);
		read->odd = is_plain(text_span(room));
	}
	read->odd = read->odd || percent;
	while (n && room[n - 1] == '.')
		n--;
	host = (struct span){ (const uint8_t *)room, n };
	if (n && ends_with_number(host) && address_read(host, &read->ip, &odd)) {
		read->address = true;
		read->odd_address = odd || beyond || line_find(text, '%') < text.len;
		ip_text(&read->ip, room);
		host = text_span(room);
	}
	read->host = host;
	return host.len > 0;
}

bool host_has_suffix(struct span name)
{
	const psl_ctx_t *psl = psl_builtin();
	char suffix[LINK_HOST];
	size_t dot = name.len;

	while (dot > 0 && name.ptr[dot - 1] != '.')
		dot--;
	if (!psl || dot < 2 || name.len - dot >= sizeof(suffix))
		return false;
	for (size_t i = dot; i < name.len; i++)
		suffix[i - dot] = (char)text_lower(name.ptr[i]);
	suffix[name.len - dot] = '\0';
	return *suffix && psl_is_public_suffix2(psl, suffix, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE);
}

/* --- the whole --- */

/* Slashes of both kinds, or too many: browsers read over it. Behind a backslash, "@" ends a user's name for some programs,
 * and stands in the path for browsers. */
static bool is_odd_way(struct span slashes, struct span path)
{
	bool back = line_find(slashes, '\\') < slashes.len, forward = line_find(slashes, '/') < slashes.len;
	struct span first = line_from(path, 1);

	first = line_cut(first, line_find(first, '/'));
	return (back && forward) || slashes.len > 3 ||
	       (path.len && path.ptr[0] == '\\' && line_find(first, '@') < first.len);
}

static size_t authority_length(struct span text)
{
	size_t n = 0;

	while (n < text.len && text.ptr[n] != '/' && text.ptr[n] != '\\' && text.ptr[n] != '?' && text.ptr[n] != '#')
		n++;
	return n;
}

/* \\host@SSL\, \\host@80\, \\host@SSL@8443\: how Windows is told to fetch a share by WebDAV. */
static struct span without_webdav(struct span text)
{
	struct span rest = text, host = line_until(&rest, '@'), way = line_until(&rest, '@');
	uint64_t port;

	return line_is(way, "ssl") || (way.len && line_number(way, UINT16_MAX, &port)) ? host : text;
}

/* "user@host:port". */
static bool take_authority(struct span text, struct link *link)
{
	size_t at = text.len, colon;
	struct host_read read;
	uint64_t port = 0;

	while (at > 0 && text.ptr[at - 1] != '@')
		at--;
	if (at > 0)
		link->user = line_cut(text, at - 1);
	text = line_from(text, at);
	colon = text.len;
	while (colon > 0 && is_digit(text.ptr[colon - 1]))
		colon--;
	if (colon > 0 && text.ptr[colon - 1] == ':') {
		if (line_number(line_from(text, colon), UINT16_MAX, &port))
			link->port = (uint16_t)port;
		text = line_cut(text, colon - 1);
	}
	if (!link_host(text, link->host_text, &read))
		return false;
	link->host = read.host;
	link->address = read.address;
	link->odd_address = read.odd_address;
	link->odd_host = link->odd_host || read.odd || (at == 1 && (read.address || host_has_suffix(read.host)));
	link->ip = read.ip;
	return true;
}

static void take_path(struct span text, struct link *link)
{
	struct span rest = text, before = line_until(&rest, '#');

	link->fragment = rest;
	link->path = line_until(&before, '?');
	link->query = before;
}

bool link_read(struct span url, struct link *link)
{
	struct span rest, scheme;
	size_t slashes = 0, length;
	bool special, share;

	memset(link, 0, offsetof(struct link, text));
	rest = clean(url, link);
	scheme = take_scheme(&rest, link->text);
	special = scheme.len ? is_special(scheme) : line_starts(rest, "//") || line_starts(rest, "\\\\");
	link->scheme = scheme;
	if (!special) {
		link->path = rest;
		return scheme.len > 0;
	}
	while (slashes < rest.len && (rest.ptr[slashes] == '/' || rest.ptr[slashes] == '\\'))
		slashes++;
	if (line_is(scheme, "file") && slashes != 2 && slashes < 4) { /* file:///C:/ names no host */
		link->path = line_from(rest, slashes);
		return true;
	}
	link->web = !line_is(scheme, "file");
	share = !link->web || (!scheme.len && slashes && rest.ptr[0] == '\\');
	rest = line_from(rest, slashes);
	length = authority_length(rest);
	take_path(line_from(rest, length), link);
	if (link->web && scheme.len)
		link->odd_host = link->odd_host || is_odd_way((struct span){ rest.ptr - slashes, slashes }, link->path);
	rest = line_cut(rest, length);
	return take_authority(share ? without_webdav(rest) : rest, link);
}

bool link_parameter(struct span *query, struct span *name, struct span *value)
{
	struct span one;

	if (!query->len)
		return false;
	one = line_until(query, '&');
	*name = line_until(&one, '=');
	*value = one;
	return true;
}
