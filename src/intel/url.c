/*
 * url.c - URLs in normal form (RFC 3986, section 6.2): what a feed names and what was seen compare
 * byte for byte.
 */
#include "intel/url.h"

#include "base/text.h"
#include "intel/host.h"

#include <stdio.h>
#include <string.h>

#define URL_SCHEME_MAX 16

/* What is written so far; a text that does not fit sets `full`. */
struct url_room {
	char *text;
	size_t used;
	bool full;
};

static void room_put(struct url_room *room, const void *bytes, size_t length)
{
	if (length > INDICATOR_VALUE - room->used) {
		room->full = true;
		return;
	}
	memcpy(room->text + room->used, bytes, length);
	room->used += length;
}

static struct span room_from(const struct url_room *room, size_t at)
{
	return (struct span){ (const uint8_t *)room->text + at, room->used - at };
}

static struct span span_after(struct span s, size_t cut)
{
	return (struct span){ s.ptr + cut, s.len - cut };
}

/* The number of bytes before the first that ends an authority (RFC 3986, 3.2), or a port's colon.
 */
static size_t span_until_end(struct span s, bool colon)
{
	size_t n = 0;

	while (n < s.len && s.ptr[n] != '/' && s.ptr[n] != '?' && s.ptr[n] != '#' &&
	       !(colon && s.ptr[n] == ':'))
		n++;
	return n;
}

static size_t span_until(struct span s, char stop)
{
	const uint8_t *at = s.len > 0 ? memchr(s.ptr, stop, s.len) : NULL;

	return at ? (size_t)(at - s.ptr) : s.len;
}

/* Cuts "scheme://" off and writes it in lower case; without one nothing is done. */
static void url_scheme(struct span *text, struct url_room *room)
{
	size_t n = span_until_end(*text, true);
	char scheme[URL_SCHEME_MAX + 3];

	if (n == 0 || n > URL_SCHEME_MAX || text->len < n + 3 ||
	    memcmp(text->ptr + n, "://", 3) != 0)
		return;
	for (size_t i = 0; i < n; i++) {
		uint8_t c = text_lower(text->ptr[i]);

		if (!(c >= 'a' && c <= 'z') &&
		    (i == 0 || (!(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.')))
			return; /* RFC 3986, 3.1 */
		scheme[i] = (char)c;
	}
	memcpy(scheme + n, "://", 3);
	room_put(room, scheme, n + 3);
	*text = span_after(*text, n + 3);
}

/* Whether the scheme that was written has this port anyway; without one, both of HTTP's. */
static bool port_is_default(const struct url_room *room, size_t scheme, uint16_t port)
{
	static const struct {
		const char *scheme;
		uint16_t port;
	} usual[] = { { "http://", 80 }, { "https://", 443 }, { "ftp://", 21 } };

	if (scheme == 0)
		return port == 80 || port == 443;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (scheme == strlen(usual[i].scheme) &&
		    memcmp(room->text, usual[i].scheme, scheme) == 0)
			return port == usual[i].port;
	return false;
}

/* An address as the host: brackets around IPv6. */
static bool url_address(struct span host, struct url_room *room)
{
	struct indicator found;
	char text[IP_TEXT];
	bool four;

	if (!host_address(host, &found) || found.kind != INDICATOR_IP)
		return false;
	four = ip_is_v4(&found.prefix.ip);
	ip_text(&found.prefix.ip, text);
	if (!four)
		room_put(room, "[", 1);
	room_put(room, text, strlen(text));
	if (!four)
		room_put(room, "]", 1);
	return true;
}

static bool host_may_be_address(struct span host)
{
	uint8_t last = host.ptr[host.len - 1];

	return host.ptr[0] == '[' || (last >= '0' && last <= '9');
}

/* "user@host:port" becomes "host[:port]". False: no host. */
static bool url_authority(struct span text, bool ascii, struct url_room *room)
{
	size_t scheme = room->used, colon;
	char name[HOST_TEXT], digits[8];
	uint16_t port = 0;

	for (size_t i = text.len; i-- > 0;) {
		if (text.ptr[i] == '@') {
			text = span_after(text, i + 1);
			break;
		}
	}
	colon = text.len;
	while (colon > 0 && text.ptr[colon - 1] >= '0' && text.ptr[colon - 1] <= '9')
		colon--;
	if (colon > 0 && text.ptr[colon - 1] == ':') {
		if (colon < text.len && !host_port(span_after(text, colon), &port))
			return false;
		text.len = colon - 1;
	}
	if (text.len == 0)
		return false;
	if (!host_may_be_address(text) || !url_address(text, room)) {
		if (!host_name(text, ascii, name))
			return false;
		room_put(room, name, strlen(name));
	}
	if (port != 0 && !port_is_default(room, scheme, port)) {
		snprintf(digits, sizeof(digits), ":%u", port);
		room_put(room, digits, strlen(digits));
	}
	return true;
}

/* Path and query: bytes beyond ASCII are escaped, the fragment never leaves the browser. */
static bool url_path(struct span text, struct url_room *room)
{
	char escape[4];
	size_t plain = 0;

	text.len = span_until(text, '#');
	if (text.len == 0 || text.ptr[0] != '/')
		room_put(room, "/", 1);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] <= ' ' || text.ptr[i] == 0x7f)
			return false;
		if (text.ptr[i] < 0x80)
			continue;
		room_put(room, text.ptr + plain, i - plain);
		snprintf(escape, sizeof(escape), "%%%02X", text.ptr[i]);
		room_put(room, escape, 3);
		plain = i + 1;
	}
	room_put(room, text.ptr + plain, text.len - plain);
	return true;
}

static struct span host_in(struct span rest)
{
	if (rest.len > 0 && rest.ptr[0] == '[')
		return (struct span){ rest.ptr + 1, span_until(rest, ']') - 1 };
	return (struct span){ rest.ptr, span_until_end(rest, true) };
}

/* The length of a host of lower-case labels, the last of which ends with a letter, so that it is no
 * address; 0: none such. */
static size_t host_as_it_is(struct span text)
{
	static const uint8_t in_label[256] = {
		['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1,
		['7'] = 1, ['8'] = 1, ['9'] = 1, ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1,
		['e'] = 1, ['f'] = 1, ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1,
		['l'] = 1, ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1,
		['s'] = 1, ['t'] = 1, ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1,
		['z'] = 1, ['-'] = 1, ['_'] = 1,
	};
	size_t label = 0, n = 0;
	bool dot = false;

	for (; n < text.len && n < HOST_TEXT - 2; n++) {
		if (in_label[text.ptr[n]])
			continue;
		if (text.ptr[n] != '.' || n == label || n - label > 63)
			break;
		dot = true;
		label = n + 1;
	}
	if (!dot || n == label || n - label > 63 || n > 253 || text.ptr[n - 1] < 'a')
		return 0;
	return n;
}

/* Whether all are bytes of a path as they stand: no blank, control, fragment, nothing beyond ASCII. */
static bool path_as_it_is(struct span text)
{
	uint8_t bad = 0;

	for (size_t i = 0; i < text.len; i++)
		bad |= (uint8_t)((text.ptr[i] - 0x21u > 0x7e - 0x21u) | (text.ptr[i] == '#'));
	return !bad;
}

bool url_as_it_is(struct span text, struct url *url)
{
	size_t scheme, host;
	struct span rest;

	if (text.len < 8 || text.len > INDICATOR_VALUE || memcmp(text.ptr, "http", 4) != 0)
		return false;
	scheme = text.ptr[4] == 's' ? 8 : 7;
	if (memcmp(text.ptr + 4, scheme == 8 ? "s://" : "://", scheme - 4) != 0)
		return false;
	rest = span_after(text, scheme);
	host = host_as_it_is(rest);
	if (host == 0 || host == rest.len || rest.ptr[host] != '/' ||
	    !path_as_it_is(span_after(rest, host)))
		return false;
	*url = (struct url){ text, rest, { rest.ptr, host } };
	return true;
}

enum indicator_refused url_normal(struct span text, bool ascii, char room[INDICATOR_VALUE],
				  struct url *url)
{
	struct url_room out = { .text = room };
	size_t scheme, authority;

	url_scheme(&text, &out);
	scheme = out.used;
	authority = span_until_end(text, false);
	if (!url_authority((struct span){ text.ptr, authority }, ascii, &out) ||
	    !url_path(span_after(text, authority), &out))
		return INDICATOR_NOT_UNDERSTOOD;
	if (out.full)
		return INDICATOR_TOO_LONG;
	url->whole = room_from(&out, 0);
	url->rest = room_from(&out, scheme);
	url->host = host_in(url->rest);
	return INDICATOR_OK;
}
