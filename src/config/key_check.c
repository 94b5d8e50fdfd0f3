/* key_check.c - what a text must be, beyond its length. Each returns what is wanted, or NULL. */
#include "config/key.h"

#include "base/text.h"

#include <ctype.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"

static bool only(const char *text, const char *bytes)
{
	return text[strspn(text, bytes)] == '\0';
}

const char *check_line(const char *text)
{
	struct span rest = text_span(text);

	while (rest.len > 0)
		if (rune_is_hidden(text_rune(&rest)))
			return "one line without control characters: write it as in: \"hinomi\"";
	return NULL;
}

const char *check_path(const char *text)
{
	return text[0] == '/' && !check_line(text) ? NULL
						   : "an absolute path: write it as in: \"/etc/hinomi/x\"";
}

const char *check_path_or_none(const char *text)
{
	return text[0] ? check_path(text) : NULL;
}

/* The kernel's dev_valid_name(), and nothing invisible. */
const char *check_interface(const char *text)
{
	if (!text[0] || strcmp(text, ".") == 0 || strcmp(text, "..") == 0 || strpbrk(text, "/: ") ||
	    check_line(text))
		return "an interface: 'ip link' shows their names";
	return NULL;
}

const char *check_user(const char *text)
{
	if (!text[0] || !only(text, LETTERS DIGITS "_-.") || text[0] == '-')
		return "the name of a user: write it as in: \"hinomi\"";
	return NULL;
}

const char *check_listen(const char *text)
{
	char url[CONFIG_NAME + 8];
	struct target_place place;
	struct ip ip;

	if (!text[0])
		return NULL;
	snprintf(url, sizeof(url), "tcp://%s", text);
	if (strlen(text) < CONFIG_NAME && target_place(url, &place) && !place.path && place.port[0] &&
	    ip_parse(&ip, place.host) == OK)
		return NULL;
	return "an address and a port: write it as in: \"127.0.0.1:8640\" or \"[::1]:8640\"";
}

const char *check_host(const char *text)
{
	return only(text, LETTERS DIGITS ".-_") ? NULL : "a host's name: write it as in: \"hinomi.example.org\"";
}

static bool is_web(const struct target_place *place)
{
	return strcmp(place->scheme, "https") == 0 || strcmp(place->scheme, "http") == 0;
}

const char *check_page(const char *text)
{
	struct target_place place;

	if (!text[0] || (target_place(text, &place) && is_web(&place)))
		return NULL;
	return "a URL: write it as in: \"https://hinomi.example.org\"";
}

const char *check_name(const char *text)
{
	return text[0] && only(text, LETTERS DIGITS "_-")
		       ? NULL
		       : "a name of letters, digits, '-' and '_': write it as in: \"office\"";
}

const char *check_place(const char *text)
{
	struct target_place place;

	if (!text[0] || target_place(text, &place))
		return NULL;
	return "a URL without user and blanks: write it as in: \"https://chat.example.org/hooks/x\"";
}

/* What goes between < and > in SMTP without quoting (RFC 5321, section 4.1.2: Dot-string). */
const char *check_address(const char *text)
{
	static const char atoms[] = LETTERS DIGITS "!#$%&'*+-/=?^_`{|}~.";
	size_t user = strspn(text, atoms);

	if (!text[0] || (user > 0 && text[user] == '@' && text[user + 1] &&
			 only(text + user + 1, LETTERS DIGITS ".-")))
		return NULL;
	return "a mail address: write it as in: \"admin@example.org\"";
}

const char *check_program(const char *text)
{
	return text[0] == '/' && !check_line(text) ? NULL : "a program's path: write it as in: \"/usr/bin/gobgp\"";
}

const char *check_api(const char *text)
{
	char url[CONFIG_NAME + 8];
	struct target_place place;

	if (!text[0])
		return NULL;
	snprintf(url, sizeof(url), "tcp://%s", text);
	if (strlen(text) < CONFIG_NAME && target_place(url, &place) && !place.path && place.port[0])
		return NULL;
	return "a host and a port: write it as in: \"127.0.0.1:50051\"";
}

/* An address, and a port where it is not 53. */
const char *check_resolver(const char *text)
{
	struct ip ip;

	if (ip_parse(&ip, text) == OK || !check_listen(text))
		return NULL;
	return "the address of a DNS server: write it as in: \"192.0.2.53\" or \"[2001:db8::53]:5353\"";
}

const char *check_next_hop4(const char *text)
{
	struct ip ip;

	return ip_parse(&ip, text) == OK && ip_is_v4(&ip) ? NULL
							  : "an IPv4 address: write it as in: \"192.0.2.1\"";
}

const char *check_next_hop6(const char *text)
{
	struct ip ip;

	return ip_parse(&ip, text) == OK && !ip_is_v4(&ip) ? NULL
							   : "an IPv6 address: write it as in: \"100::1\"";
}

/* One half of a community of RFC 1997: 16 bits. Returns what is behind it; NULL: it is none. */
static const char *community_half(const char *text)
{
	size_t len = strspn(text, DIGITS);
	unsigned value = 0;

	for (size_t i = 0; i < len && i < 6; i++)
		value = 10 * value + (unsigned)(text[i] - '0');
	return len > 0 && len < 6 && value <= UINT16_MAX ? text + len : NULL;
}

const char *check_community(const char *text)
{
	const char *colon = community_half(text), *end;

	end = colon && *colon == ':' ? community_half(colon + 1) : NULL;
	return !text[0] || (end && !*end) ? NULL : "a community: write it as in: \"64500:666\"";
}

/* As libmilter takes it; IPv6 as "inet6:9901@::1". */
const char *check_milter(const char *text)
{
	size_t inet = strncmp(text, "inet6:", 6) == 0 ? 6 : strncmp(text, "inet:", 5) == 0 ? 5 : 0;
	size_t port = inet ? strspn(text + inet, DIGITS) : 0;

	if (!text[0] || (strncmp(text, "unix:/", 6) == 0 && !check_line(text)))
		return NULL;
	if (port > 0 && port < 6 && text[inet + port] == '@' && text[inet + port + 1] &&
	    only(text + inet + port + 1, LETTERS DIGITS ".-:"))
		return NULL;
	return "a socket: write it as in: \"inet:9901@127.0.0.1\" or \"unix:/run/hinomi/milter.sock\"";
}

const char *check_domain(const char *text)
{
	return text[0] && strchr(text, '.') && !strpbrk(text, " /@") && !check_line(text)
		       ? NULL
		       : "a domain: write it as in: \"example.co.jp\"";
}

bool check_respond(const struct section_look *look)
{
	const struct config_respond *respond = look->base;

	if (respond->usual <= respond->longest)
		return true;
	return toml_fail(look->trouble, section_line(look, section_line(look, "usual") ? "usual" : "longest"),
			 "usual: it is longer than longest: no action may last so long");
}

bool check_web(const struct section_look *look)
{
	const struct config_web *web = look->base;
	bool tls = web->tls_certificate[0] && web->tls_key[0];
	char url[CONFIG_NAME + 8];
	struct target_place place;

	if (!tls && (web->tls_certificate[0] || web->tls_key[0])) {
		const char *there = web->tls_key[0] ? "tls_key" : "tls_certificate";

		return toml_fail(look->trouble, section_line(look, there),
				 "%s is of no use alone: give both tls_certificate and tls_key", there);
	}
	snprintf(url, sizeof(url), "tcp://%s", web->listen);
	if (web->listen[0] && !tls && target_place(url, &place) && !target_is_here(&place))
		return toml_fail(look->trouble, section_line(look, "listen"),
				 "listen: beyond this host the page is given with TLS only: give "
				 "tls_certificate and tls_key, or listen at 127.0.0.1");
	return true;
}

bool check_calendar(const struct section_look *look)
{
	const struct calendar_entry *entry = look->base;
	const struct calendar_day *from = &entry->from, *until = &entry->until;
	usec_t begin, end;

	if (entry->to == LEVEL_NORMAL)
		return toml_fail(look->trouble, section_line(look, "to"),
				 "to: the level can only be raised here: guarded, high or severe");
	if (!from->year != !until->year)
		return toml_fail(look->trouble, section_line(look, "until"),
				 "until: give a year in both or in none of 'from' and 'until'");
	if (memcmp(from, until, sizeof(*from)) == 0 || !calendar_next(entry, 0, &begin, &end))
		return toml_fail(look->trouble, section_line(look, "until"),
				 "until: it is not after 'from'");
	return true;
}
