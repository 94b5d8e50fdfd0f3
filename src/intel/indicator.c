/*
 * indicator.c - the normal form of an indicator: what feeds write in a hundred ways, compared in
 * one.
 */
#include "intel/indicator.h"

#include "base/text.h"
#include "intel/host.h"
#include "intel/url.h"

#include <stdio.h>
#include <string.h>

#define REFANG_MOST     16 /* looks; what needs more is nobody's writing */
#define EMAIL_LOCAL_MAX 64 /* RFC 5321, 4.5.3.1.1 */

const char *indicator_kind_name(enum indicator_kind kind)
{
	static const char *const names[INDICATOR_KINDS] = {
		[INDICATOR_IP] = "ip",
		[INDICATOR_PREFIX] = "prefix",
		[INDICATOR_ENDPOINT] = "ip:port",
		[INDICATOR_DOMAIN] = "domain",
		[INDICATOR_URL] = "url",
		[INDICATOR_MD5] = "md5",
		[INDICATOR_SHA1] = "sha1",
		[INDICATOR_SHA256] = "sha256",
		[INDICATOR_JA3] = "ja3",
		[INDICATOR_JA4] = "ja4",
		[INDICATOR_EMAIL] = "email",
		[INDICATOR_AGENT] = "user-agent",
	};

	return kind < INDICATOR_KINDS ? names[kind] : "unknown";
}

unsigned indicator_days(enum indicator_kind kind)
{
	/* An address changes hands sooner than a name; a file stays what it is. */
	static const unsigned days[INDICATOR_KINDS] = {
		[INDICATOR_IP] = 30,   [INDICATOR_PREFIX] = 30,  [INDICATOR_ENDPOINT] = 60,
		[INDICATOR_URL] = 90,  [INDICATOR_DOMAIN] = 180, [INDICATOR_EMAIL] = 180,
		[INDICATOR_JA3] = 365, [INDICATOR_JA4] = 365,    [INDICATOR_AGENT] = 365,
	};

	return kind < INDICATOR_KINDS ? days[kind] : 0;
}

unsigned indicator_hash_bytes(enum indicator_kind kind)
{
	switch (kind) {
	case INDICATOR_MD5:
	case INDICATOR_JA3: /* which is an MD5 */
		return 16;
	case INDICATOR_SHA1:
		return 20;
	case INDICATOR_SHA256:
		return 32;
	default:
		return 0;
	}
}

static struct span text_trim(struct span s)
{
	while (s.len > 0 && (s.ptr[s.len - 1] <= ' ' || s.ptr[s.len - 1] == 0x7f))
		s.len--;
	while (s.len > 0 && (s.ptr[0] <= ' ' || s.ptr[0] == 0x7f))
		s = (struct span){ s.ptr + 1, s.len - 1 };
	return s;
}

/* What a bracketed word stands for, by its inside in lower case; '\0': nothing. */
static const char *bracket_means(const char *inside, size_t length)
{
	static const struct {
		const char *inside, *means;
	} words[] = { { ".", "." }, { "dot", "." }, { ":", ":" }, { "://", "://" },
		      { "@", "@" }, { "at", "@" },  { "/", "/" },     { "::", "::" },
		      { "www.", "www." } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].inside) == length &&
		    strncasecmp(words[i].inside, inside, length) == 0)
			return words[i].means;
	return NULL;
}

/* Whether what stands before `end` begins an IPv6 address: "[::]" that does not go on with one is an
 * address itself. */
static bool within_address(const char *out, const char *end)
{
	const char *at = end;

	while (at > out && (text_nibble((uint8_t)at[-1]) >= 0 || at[-1] == ':'))
		at--;
	return at < end && (at == out || at[-1] == '/' || at[-1] == '[' || at[-1] == '@');
}

/* Looks at what ends with a closing bracket at out[used - 1]: "[dot]" becomes ".". Returns the new
 * length. Since every such word ends here, none is left when the text is through. */
static size_t bracket_close(char *out, size_t used)
{
	static const char open[] = "[({", close[] = "])}";
	const char *which = strchr(close, out[used - 1]);

	if (!which || *which == '\0')
		return used;
	for (size_t inside = 1; inside <= 4 && inside + 2 <= used; inside++) {
		char *start = out + used - inside - 2;
		const char *means;

		if (*start != open[which - close])
			continue;
		means = bracket_means(start + 1, inside);
		if (!means || (inside == 2 && *means == ':' && !within_address(out, start)))
			return used;
		memcpy(start, means, strlen(means));
		return used - inside - 2 + strlen(means);
	}
	return used;
}

static bool scheme_letter(char c)
{
	return text_lower((uint8_t)c) == 'x' || text_lower((uint8_t)c) == 't' || c == '*' ||
	       c == '+' || c == '_';
}

static bool text_begins(const char *text, size_t length, const char *with)
{
	return length >= strlen(with) && strncasecmp(text, with, strlen(with)) == 0;
}

/* "hxxp", "hXXp", "h**p", "htxp", "meow" at the beginning is "http", "fxp" "ftp"; "http[s]" is
 * "https", and "http:\\\\" "http://". Returns the new length. */
static size_t scheme_refang(char *out, size_t used)
{
	if (used > 5 && text_lower((uint8_t)out[0]) == 'h' && scheme_letter(out[1]) &&
	    scheme_letter(out[2]) && text_lower((uint8_t)out[3]) == 'p' &&
	    strchr(":[(s", text_lower((uint8_t)out[4])))
		memcpy(out, "http", 4);
	else if (text_begins(out, used, "meow:") || text_begins(out, used, "meows:"))
		memcpy(out, "http", 4);
	else if (text_begins(out, used, "fxp://"))
		out[1] = 't';
	if (text_begins(out, used, "http[s]:") || text_begins(out, used, "http(s):")) {
		out[4] = 's';
		memmove(out + 5, out + 7, used - 7);
		used -= 2;
	}
	for (size_t i = 4; i <= 5 && text_begins(out, used, "http") && used > i + 3; i++)
		if (memcmp(out + i, ":\\\\", 3) == 0)
			for (size_t at = i; at < used; at++)
				out[at] = out[at] == '\\' ? '/' : out[at];
	return used;
}

/* Letters that Japanese keyboards give: U+FF01 to U+FF5E are those of ASCII in full width, U+3002 and
 * U+FF61 full stops, U+3000 a space. Returns how many bytes were read, 0: none of these. */
static size_t wide_letter(struct span text, char *letter)
{
	const uint8_t *p = text.ptr;

	if (text.len < 3)
		return 0;
	if (p[0] == 0xef && p[1] == 0xbc && p[2] >= 0x81 && p[2] <= 0xbf)
		*letter = (char)(p[2] - 0x81 + 0x21);
	else if (p[0] == 0xef && p[1] == 0xbd && p[2] >= 0x80 && p[2] <= 0x9e)
		*letter = (char)(p[2] - 0x80 + 0x60);
	else if ((p[0] == 0xe3 && p[1] == 0x80 && p[2] == 0x82) ||
		 (p[0] == 0xef && p[1] == 0xbd && p[2] == 0xa1))
		*letter = '.';
	else if (p[0] == 0xe3 && p[1] == 0x80 && p[2] == 0x80)
		*letter = ' ';
	else
		return 0;
	return 3;
}

static bool is_one_of(const char *set, char c)
{
	return c != '\0' && strchr(set, c);
}

/* "evil[.com" and "evil.]com": brackets beside a dot before the path, as many as there are, so that none is left for
 * another look. */
static size_t half_brackets(char *out, size_t used)
{
	size_t to = 0, from = 0;

	for (; from < used && !(out[from] == '/' && from > 0 && out[from - 1] != '/' &&
				out[from - 1] != ':');
	     from++) {
		if (to > 0 && out[to - 1] == '.' && is_one_of("])}", out[from]))
			continue;
		while (out[from] == '.' && to > 0 && is_one_of("[({\\", out[to - 1]))
			to--;
		out[to++] = out[from];
	}
	memmove(out + to, out + from, used - from);
	return to + used - from;
}

static size_t refang_once(struct span text, char out[INDICATOR_VALUE])
{
	bool path = false; /* its letters stay as they are */
	size_t used = 0;

	for (size_t i = 0; i < text.len;) {
		char c = (char)text.ptr[i];
		size_t wide = path ? 0 : wide_letter((struct span){ text.ptr + i, text.len - i }, &c);

		path = path || (wide == 0 && c == '/' && used > 0 && !strchr("/:]", out[used - 1]));
		while (c == '.' && used > 0 && out[used - 1] == '\\')
			used--;
		out[used++] = c;
		used = bracket_close(out, used);
		i += wide ? wide : 1;
	}
	while (used > 0 && out[used - 1] == ' ')
		used--;
	return half_brackets(out, scheme_refang(out, used));
}

/* Undoes what keeps people from clicking. `out` has room for the text: it never grows. What one look undoes may show
 * another ("[\\]" is "[/]" when the backslashes have become slashes): looked at again until nothing is left. */
static size_t text_refang(struct span text, char out[INDICATOR_VALUE])
{
	char last[INDICATOR_VALUE];
	size_t used = refang_once(text, out);

	for (unsigned again = 0; again < REFANG_MOST && (used != text.len || memcmp(out, text.ptr, used) != 0); again++) {
		memcpy(last, out, used);
		text = (struct span){ (const uint8_t *)last, used };
		used = refang_once(text, out);
	}
	return used;
}

/* "tcp://192.0.2.1:443", "udp://name:53": where a program speaks no HTTP; what is meant is the host. */
static struct span transport_cut(struct span text)
{
	static const char *const schemes[] = { "tcp://", "udp://", "ssl://", "tls://" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t len = strlen(schemes[i]);

		if (!text_begins((const char *)text.ptr, text.len, schemes[i]) ||
		    memchr(text.ptr + len, '/', text.len - len))
			continue;
		return (struct span){ text.ptr + len, text.len - len };
	}
	return text;
}

static bool text_is_hex(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (text_nibble(s.ptr[i]) < 0)
			return false;
	return true;
}

/* Keeps a text of one word in the room. */
static enum indicator_refused value_keep(struct indicator *indicator, enum indicator_kind kind,
					 char *room, size_t length)
{
	indicator->kind = kind;
	indicator->value = (struct span){ (const uint8_t *)room, length };
	return INDICATOR_OK;
}

static enum indicator_refused normal_hash(struct span text, enum indicator_kind kind, char *room,
					  struct indicator *indicator)
{
	if (text.len != 2u * indicator_hash_bytes(kind) || !text_is_hex(text))
		return INDICATOR_NOT_UNDERSTOOD;
	for (size_t i = 0; i < text.len; i++)
		room[i] = (char)text_lower(text.ptr[i]);
	return value_keep(indicator, kind, room, text.len);
}

/* JA4: "t13d1516h2_8daaf6152771_e5627efa2ab1" (FoxIO's description of JA4, TLS client). */
static bool text_is_ja4(struct span s)
{
	if (s.len != 36 || !strchr("tqd", s.ptr[0]) || s.ptr[10] != '_' || s.ptr[23] != '_')
		return false;
	if (s.ptr[0] == '\0' || !strchr("di", s.ptr[3]) || s.ptr[3] == '\0')
		return false;
	for (size_t i = 0; i < 10; i++)
		if (s.ptr[i] <= ' ' || s.ptr[i] >= 0x7f)
			return false;
	return text_is_hex((struct span){ s.ptr + 11, 12 }) &&
	       text_is_hex((struct span){ s.ptr + 24, 12 });
}

/* Kinds whose text is taken as it is. */
static enum indicator_refused normal_plain(struct span text, enum indicator_kind kind, char *room,
					   struct indicator *indicator)
{
	if (kind == INDICATOR_JA4 && !text_is_ja4(text))
		return INDICATOR_NOT_UNDERSTOOD;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < ' ' || text.ptr[i] == 0x7f)
			return INDICATOR_NOT_UNDERSTOOD;
	memcpy(room, text.ptr, text.len);
	return value_keep(indicator, kind, room, text.len);
}

static enum indicator_refused normal_email(struct span text, char *room,
					   struct indicator *indicator)
{
	const uint8_t *at = memchr(text.ptr, '@', text.len);
	char name[HOST_TEXT];
	size_t local, length;

	if (!at)
		return INDICATOR_NOT_UNDERSTOOD;
	local = (size_t)(at - text.ptr);
	if (local == 0 || local > EMAIL_LOCAL_MAX ||
	    !host_name((struct span){ at + 1, text.len - local - 1 }, false, name))
		return INDICATOR_NOT_UNDERSTOOD;
	for (size_t i = 0; i < local; i++)
		if (text.ptr[i] <= ' ' || strchr("\x7f<>()[],;:\\\"/", text.ptr[i]))
			return INDICATOR_NOT_UNDERSTOOD;
	length = strlen(name);
	memmove(room, text.ptr, local + 1);
	memcpy(room + local + 1, name, length);
	return value_keep(indicator, INDICATOR_EMAIL, room, local + 1 + length);
}

static enum indicator_refused normal_url(struct span text, char *room, struct indicator *indicator)
{
	enum indicator_refused refused;
	struct indicator host = { .flags = indicator->flags };
	struct url url;

	refused = url_normal(text, false, room, &url);
	if (refused != INDICATOR_OK)
		return refused;
	if (host_address(url.host, &host)) {
		refused = host_address_check(&host);
		if (refused != INDICATOR_OK)
			return refused;
	}
	return value_keep(indicator, INDICATOR_URL, room, url.whole.len);
}

static enum indicator_refused normal_address(const struct indicator *found, char *room,
					     struct indicator *indicator)
{
	enum indicator_refused refused = host_address_check(found);
	char text[PREFIX_TEXT];
	int length;

	if (refused != INDICATOR_OK)
		return refused;
	indicator->prefix = found->prefix;
	indicator->port = found->port;
	if (found->kind == INDICATOR_PREFIX)
		length = snprintf(room, INDICATOR_VALUE, "%s", prefix_text(&found->prefix, text));
	else if (found->kind == INDICATOR_IP)
		length = snprintf(room, INDICATOR_VALUE, "%s", ip_text(&found->prefix.ip, text));
	else
		length = snprintf(room, INDICATOR_VALUE,
				  ip_is_v4(&found->prefix.ip) ? "%s:%u" : "[%s]:%u",
				  ip_text(&found->prefix.ip, text), found->port);
	return value_keep(indicator, found->kind, room, (size_t)length);
}

/* A name, with a port or without: the port tells where it was met, the name is what is bad. */
static enum indicator_refused normal_domain(struct span text, char *room,
					    struct indicator *indicator)
{
	uint8_t anybody = INDICATOR_GUARD | INDICATOR_CONTEXT; /* may be about a whole zone */
	char name[HOST_TEXT];
	uint16_t port;

	host_port_cut(&text, &port);
	if (!host_name(text, false, name))
		return INDICATOR_NOT_UNDERSTOOD;
	if (!(indicator->flags & anybody) && host_is_shared(name))
		return INDICATOR_TOO_BROAD;
	memcpy(room, name, strlen(name));
	return value_keep(indicator, INDICATOR_DOMAIN, room, strlen(name));
}

/* Whether the text is a host in some form, and the one that it is said to be. */
static enum indicator_refused normal_host(struct span text, enum indicator_kind kind, char *room,
					  struct indicator *indicator)
{
	struct indicator found = { .flags = indicator->flags };

	if (host_address(text, &found))
		return normal_address(&found, room, indicator);
	if (kind == INDICATOR_IP || kind == INDICATOR_PREFIX)
		return INDICATOR_NOT_UNDERSTOOD;
	return normal_domain(text, room, indicator);
}

/* The kind of a plain text, by its looks. */
static enum indicator_kind kind_guess(struct span text)
{
	struct indicator found;

	if (memmem(text.ptr, text.len, "://", 3))
		return INDICATOR_URL;
	if (host_address(text, &found))
		return found.kind;
	for (unsigned kind = INDICATOR_MD5; kind <= INDICATOR_SHA256; kind++)
		if (text.len == 2u * indicator_hash_bytes((enum indicator_kind)kind) &&
		    text_is_hex(text))
			return (enum indicator_kind)kind;
	if (memchr(text.ptr, '/', text.len))
		return INDICATOR_URL;
	if (memchr(text.ptr, '@', text.len))
		return INDICATOR_EMAIL;
	return text_is_ja4(text) ? INDICATOR_JA4 : INDICATOR_DOMAIN;
}

enum indicator_refused indicator_normal(struct span text, enum indicator_kind kind,
					char room[INDICATOR_VALUE], struct indicator *indicator)
{
	char plain[INDICATOR_VALUE];

	text = text_trim(text);
	if (text.len == 0 || kind > INDICATOR_KINDS)
		return INDICATOR_NOT_UNDERSTOOD;
	if (text.len > INDICATOR_VALUE)
		return INDICATOR_TOO_LONG;
	if (kind == INDICATOR_AGENT || kind == INDICATOR_JA4)
		return normal_plain(text, kind, room, indicator);
	if (kind != INDICATOR_KINDS && indicator_hash_bytes(kind) > 0)
		return normal_hash(text, kind, room, indicator);
	text = (struct span){ (const uint8_t *)plain, text_refang(text, plain) };
	while (text.len > 0 && text.ptr[0] == ' ')
		text = (struct span){ text.ptr + 1, text.len - 1 };
	if (text.len == 0)
		return INDICATOR_NOT_UNDERSTOOD;
	if (kind == INDICATOR_KINDS || kind == INDICATOR_IP || kind == INDICATOR_ENDPOINT ||
	    kind == INDICATOR_DOMAIN)
		text = transport_cut(text);
	if (kind == INDICATOR_KINDS)
		kind = kind_guess(text);
	if (kind == INDICATOR_URL)
		return normal_url(text, room, indicator);
	if (kind == INDICATOR_EMAIL)
		return normal_email(text, room, indicator);
	if (kind == INDICATOR_JA4)
		return normal_plain(text, kind, room, indicator);
	if (indicator_hash_bytes(kind) > 0)
		return normal_hash(text, kind, room, indicator);
	return normal_host(text, kind, room, indicator);
}
