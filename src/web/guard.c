/* guard.c - names, origins, and where the tower may listen. */
#include "web/guard.h"

#include "web/web.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The length of the name in front of the port; 0: it is no "name" or "name:port". */
static size_t host_name(const char *host)
{
	size_t name = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
	size_t whole = strlen(host);

	if (name >= whole)
		return name == whole ? name : 0; /* a bracket that is never closed */
	if (host[name] != ':' || strspn(host + name + 1, "0123456789") != whole - name - 1)
		return 0;
	return name;
}

static bool name_is(const char *host, size_t length, const char *name)
{
	return strlen(name) == length && strncasecmp(host, name, length) == 0;
}

bool guard_host(const char *host, const char *const *names)
{
	static const char *const always[] = { "localhost", "127.0.0.1", "[::1]" };
	size_t length = host ? host_name(host) : 0;

	if (length == 0)
		return false;
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (name_is(host, length, always[i]))
			return true;
	for (; names && *names; names++)
		if (name_is(host, length, *names))
			return true;
	return false;
}

bool guard_origin(const char *origin, const char *host, bool tls)
{
	const char *scheme = tls ? "https://" : "http://";
	size_t length = strlen(scheme);

	if (!origin)
		return true;
	return host && strncasecmp(origin, scheme, length) == 0 &&
	       strcasecmp(origin + length, host) == 0;
}

bool web_may_bind(const struct web_settings *settings, bool has_account, char trouble[WEB_TROUBLE])
{
	bool tls = settings->tls_cert && settings->tls_key;

	if (settings->loopback || (tls && has_account))
		return true;
	snprintf(trouble, WEB_TROUBLE, "listening beyond this machine needs %s%s%s",
		 tls ? "" : "a certificate and its key (TLS)", tls || has_account ? "" : " and ",
		 has_account ? "" : "an account (make the first one on 127.0.0.1)");
	return false;
}
