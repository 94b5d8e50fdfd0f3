/*
 * host.c - names and addresses as feeds write them: normal form, and what is too broad to accuse.
 */
#include "intel/host.h"

#include "base/hash.h"
#include "base/text.h"

#include <idn2.h>
#include <libpsl.h>
#include <stdlib.h>
#include <string.h>

#define HOST_LABEL_MAX 63       /* RFC 1035 */
#define HOST_NAME_MAX  253      /* RFC 1035: 255 with the lengths of the root and the first label */
#define V4_BITS_MIN    (96 + 8) /* a broader IPv4 prefix than a /8 accuses everybody */
#define SUFFIXES       2048     /* answers of libpsl that are remembered: one takes it 2 us */
#define V6_BITS_MIN    19       /* the largest block that a registry has given away is a /19 */

static bool label_has(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* Checks a lower-case name: labels of letters, digits, hyphen and underscore; the last one with a
 * letter, because a name that ends in a number is a mistyped address (WHATWG URL, 3.5). */
static bool name_is_good(const char *name, size_t length)
{
	size_t label = 0, labels = 0;
	bool letter = false;

	if (length == 0 || length > HOST_NAME_MAX)
		return false;
	for (size_t i = 0; i <= length; i++) {
		if (i == length || name[i] == '.') {
			if (label == 0 || label > HOST_LABEL_MAX)
				return false;
			labels++;
			letter = i == length ? letter : false;
			label = 0;
			continue;
		}
		if (!label_has(name[i]))
			return false;
		letter |= name[i] >= 'a';
		label++;
	}
	return letter && labels >= 2;
}

/* Through libidn2: the name in `name` becomes A-labels in place. */
static bool name_to_ascii(char name[HOST_TEXT])
{
	char *out = NULL;
	size_t length;
	bool fits;

	if (idn2_to_ascii_8z(name, &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return false;
	length = strlen(out);
	fits = length < HOST_TEXT;
	if (fits)
		memcpy(name, out, length + 1);
	idn2_free(out);
	return fits;
}

static struct span name_inside(struct span text)
{
	while (text.len > 0 && text.ptr[text.len - 1] == '.')
		text.len--;
	for (;;) {
		size_t cut = text.len > 1 && text.ptr[0] == '*' && text.ptr[1] == '.' ? 2
			     : text.len > 0 && text.ptr[0] == '.'                     ? 1
										      : 0;

		if (cut == 0)
			return text;
		text = (struct span){ text.ptr + cut, text.len - cut };
	}
}

bool host_name(struct span text, bool ascii, char name[HOST_TEXT])
{
	bool beyond = false;

	text = name_inside(text);
	if (text.len >= HOST_TEXT)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		name[i] = (char)text_lower(text.ptr[i]);
		beyond |= text.ptr[i] >= 0x80;
		if (text.ptr[i] == '\0')
			return false;
	}
	name[text.len] = '\0';
	if (!beyond)
		return name_is_good(name, text.len);
	if (ascii || !name_to_ascii(name))
		return false;
	return host_name(text_span(name), true, name);
}

/* Zones where anybody gets a name for nothing, that publicsuffix.org's private section does not
 * (or did not always) have. Sorted, for bsearch(). */
static const char *const shared_zones[] = {
	"000webhostapp.com",
	"3322.org",
	"8866.org",
	"9966.org",
	"azurewebsites.net",
	"blogspot.com",
	"changeip.com",
	"cloudfront.net",
	"ddns.net",
	"dnsdynamic.org",
	"dns.army",
	"duckdns.org",
	"f3322.net",
	"firebaseapp.com",
	"freemyip.com",
	"github.io",
	"glitch.me",
	"googleusercontent.com",
	"herokuapp.com",
	"hopto.org",
	"loca.lt",
	"netlify.app",
	"ngrok-free.app",
	"ngrok-free.dev",
	"ngrok.app",
	"ngrok.dev",
	"ngrok.io",
	"no-ip.com",
	"no-ip.org",
	"pages.dev",
	"ply.gg",
	"portmap.host",
	"portmap.io",
	"r2.dev",
	"repl.co",
	"serveo.net",
	"sharepoint.com",
	"sytes.net",
	"trycloudflare.com",
	"tumblr.com",
	"vercel.app",
	"web.app",
	"webhop.me",
	"weebly.com",
	"windows.net",
	"wixsite.com",
	"wordpress.com",
	"workers.dev",
	"zapto.org",
};

static int zone_compare(const void *key, const void *at)
{
	return strcmp(key, *(const char *const *)at);
}

bool host_is_shared(const char *name)
{
	const psl_ctx_t *psl = psl_builtin();

	if (bsearch(name, shared_zones, sizeof(shared_zones) / sizeof(shared_zones[0]),
		    sizeof(shared_zones[0]), zone_compare))
		return true;
	return psl && psl_is_public_suffix2(psl, name, PSL_TYPE_ANY);
}

/* Whether names are registered below this one: it is a public suffix of ICANN's section, or all below
 * it are (*.kawasaki.jp). What is remembered is a hash of 63 bits, whose last bit is the answer. */
static bool suffix_is_public(struct span name)
{
	static _Thread_local uint64_t known[SUFFIXES];
	uint64_t hash = hash_text(name.ptr, name.len, HASH_K2) | 2;
	uint64_t *slot = &known[(hash >> 8) % SUFFIXES];
	const psl_ctx_t *psl = psl_builtin();
	char text[HOST_TEXT] = "x.";

	if ((*slot | 1) == (hash | 1))
		return *slot & 1;
	if (!psl || name.len == 0 || name.len + 3 > HOST_TEXT ||
	    memchr(name.ptr, '\0', name.len))
		return false;
	memcpy(text + 2, name.ptr, name.len);
	text[name.len + 2] = '\0';
	*slot = hash | 1;
	if (!psl_is_public_suffix2(psl, text + 2, PSL_TYPE_ICANN) &&
	    !psl_is_public_suffix2(psl, text, PSL_TYPE_ICANN))
		*slot &= ~(uint64_t)1;
	return *slot & 1;
}

/* Where the label begins that ends before `end`. */
static size_t label_start(struct span name, size_t end)
{
	while (end > 0 && name.ptr[end - 1] != '.')
		end--;
	return end;
}

struct span host_registrable(struct span name)
{
	size_t at = label_start(name, name.len);

	while (at > 0) {
		struct span suffix;

		at = label_start(name, at - 1);
		suffix = (struct span){ name.ptr + at, name.len - at };
		if (!suffix_is_public(suffix))
			return suffix;
	}
	return name;
}

bool host_port(struct span text, uint16_t *port)
{
	unsigned number = 0;

	if (text.len == 0 || text.len > 5)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		number = number * 10 + (text.ptr[i] - '0');
	}
	if (number == 0 || number > UINT16_MAX)
		return false;
	*port = (uint16_t)number;
	return true;
}

bool host_port_cut(struct span *host, uint16_t *port)
{
	const uint8_t *colon = host->len ? memchr(host->ptr, ':', host->len) : NULL;
	size_t at;

	if (!colon)
		return false;
	at = (size_t)(colon - host->ptr);
	if (!host_port((struct span){ colon + 1, host->len - at - 1 }, port))
		return false;
	host->len = at;
	return true;
}

/* "[v6]" and "[v6]:port", or the text as it is; false when a bracket is left open. */
static bool address_unbracket(struct span *text, uint16_t *port)
{
	const uint8_t *close;
	struct span after;

	if (text->len == 0 || text->ptr[0] != '[')
		return true;
	close = memchr(text->ptr, ']', text->len);
	if (!close)
		return false;
	after = (struct span){ close + 1, text->len - (size_t)(close + 1 - text->ptr) };
	*text = (struct span){ text->ptr + 1, (size_t)(close - text->ptr) - 1 };
	if (!memchr(text->ptr, ':', text->len))
		return false;
	if (after.len == 0)
		return true;
	return after.ptr[0] == ':' &&
	       host_port((struct span){ after.ptr + 1, after.len - 1 }, port);
}

bool host_address(struct span text, struct indicator *indicator)
{
	char plain[PREFIX_TEXT + 1];
	struct prefix prefix;
	uint16_t port = 0;

	if (!address_unbracket(&text, &port))
		return false;
	if (port == 0 && text.len > 0 && memchr(text.ptr, '.', text.len))
		host_port_cut(&text, &port);
	if (text.len == 0 || text.len >= sizeof(plain) || memchr(text.ptr, '\0', text.len))
		return false;
	memcpy(plain, text.ptr, text.len);
	plain[text.len] = '\0';
	if (prefix_parse(&prefix, plain) != OK || (port != 0 && strchr(plain, '/')))
		return false;
	indicator->prefix = prefix;
	indicator->port = port;
	indicator->kind = port != 0            ? INDICATOR_ENDPOINT
			  : prefix.bits == 128 ? INDICATOR_IP
					       : INDICATOR_PREFIX;
	return true;
}

/* Networks that nobody has on the internet, beyond those of ip_is_private(). */
static bool address_is_special(const struct ip *ip)
{
	static const char *const special[] = {
		"0.0.0.0/8",       "192.0.0.0/24",   "192.0.2.0/24", "198.18.0.0/15",
		"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",  "2001:db8::/32",
		"3fff::/20",       "2001:2::/48",
	}; /* RFC 6890, 5737, 2544, 1112, 3849, 9637, 5180 */
	struct prefix prefix;

	if (!ip_is_v4(ip) && (ip->b[0] & 0xe0) != 0x20)
		return true; /* RFC 4291: global unicast is 2000::/3 today */
	for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++)
		if (prefix_parse(&prefix, special[i]) == OK && prefix_has(&prefix, ip))
			return true;
	return false;
}

enum indicator_refused host_address_check(const struct indicator *indicator)
{
	const struct prefix *prefix = &indicator->prefix;

	if (indicator->flags & INDICATOR_GUARD)
		return INDICATOR_OK;
	if (prefix->bits < (ip_is_v4(&prefix->ip) ? V4_BITS_MIN : V6_BITS_MIN))
		return INDICATOR_TOO_BROAD;
	if (ip_is_private(&prefix->ip) || ip_is_multicast(&prefix->ip) ||
	    address_is_special(&prefix->ip))
		return INDICATOR_NOT_GLOBAL;
	return INDICATOR_OK;
}
