/* target.c - names of the kinds of targets, and the parts of their URLs. */
#include "model/target.h"

#include "base/text.h"
#include "model/ip.h"

const char *target_kind_name(enum target_kind kind)
{
	static const char *const names[] = { "mail",   "webhook", "slack",  "teams",
					     "syslog", "cef",     "program" };

	return names[kind];
}

/* Copies the `len` bytes of `from` in lower case; false: there are none, or they do not fit. */
static bool take_part(const char *from, size_t len, char *part, size_t room)
{
	if (len == 0 || len >= room)
		return false;
	for (size_t i = 0; i < len; i++)
		part[i] = (char)text_lower((uint8_t)from[i]);
	part[len] = '\0';
	return true;
}

static bool take_host(const char **at, struct target_place *place)
{
	static const char name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	struct ip ip;
	size_t len;

	if (**at != '[') {
		len = strspn(*at, name);
		*at += len;
		return take_part(*at - len, len, place->host, sizeof(place->host));
	}
	len = strcspn(*at, "]");
	if (!take_part(*at + 1, len - 1, place->host, sizeof(place->host)) || (*at)[len] != ']')
		return false;
	*at += len + 1;
	return ip_parse(&ip, place->host) == OK && strchr(place->host, ':');
}

static bool take_port(const char **at, struct target_place *place)
{
	size_t len;
	unsigned port = 0;

	if (**at != ':')
		return true;
	len = strspn(++*at, "0123456789");
	if (!take_part(*at, len, place->port, sizeof(place->port)))
		return false;
	for (size_t i = 0; i < len; i++)
		port = port * 10 + (unsigned)((*at)[i] - '0');
	*at += len;
	return port >= 1 && port <= 65535;
}

bool target_place(const char *url, struct target_place *place)
{
	const char *mark = strstr(url, "://"), *at = mark ? mark + 3 : url;

	memset(place, 0, sizeof(*place));
	for (const char *p = url; *p; p++)
		if (*p <= ' ' || *p >= 0x7f || strchr("\"<>\\^`{|}", *p))
			return false;
	if (!mark || !take_part(url, (size_t)(mark - url), place->scheme, sizeof(place->scheme)) ||
	    !take_host(&at, place) || !take_port(&at, place))
		return false;
	place->path = *at != '\0';
	return *at == '\0' || *at == '/';
}

bool target_is_here(const struct target_place *place)
{
	static const struct ip six = { { [15] = 1 } };
	struct ip ip;

	if (strcmp(place->host, "localhost") == 0)
		return true;
	return ip_parse(&ip, place->host) == OK &&
	       ((ip_is_v4(&ip) && ip.b[12] == 127) || ip_equal(&ip, &six));
}
