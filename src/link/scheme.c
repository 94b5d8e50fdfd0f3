/*
 * scheme.c - links that begin a program instead of leading somewhere, and shares of others.
 *
 * Which programs a scheme begins: the IANA's list of URI schemes, and Windows' own (ms-msdt: CVE-2022-30190; search-ms:).
 */
#include "link/scheme.h"

#include "base/line.h"

#include <stdio.h>

static bool is_any(struct span scheme, const char *const *schemes)
{
	for (; *schemes; schemes++)
		if (line_is(scheme, *schemes))
			return true;
	return false;
}

/* Schemes for which Windows or a browser starts a program, as was abused with ms-msdt (CVE-2022-30190) and search-ms.
 */
static bool is_running(struct span scheme)
{
	static const char *const schemes[] = {
		"vbscript", "search-ms",   "search", "ms-search", "ms-msdt", "ms-officecmd", "ms-appinstaller",
		"ms-cxh",   "shell",       "ms-its", "mk",        "mhtml",   "hcp",          "jar",
		"wscript",  "view-source", "itms-services", "intent", NULL
	};

	return is_any(scheme, schemes);
}

/* Those of Windows and Office that mails of honest people have; all others begin with "ms-", too. */
static bool is_harmless(struct span scheme)
{
	static const char *const schemes[] = { "ms-word",	   "ms-excel",	   "ms-powerpoint", "ms-visio", "ms-project",
					       "ms-access",	   "ms-publisher", "ms-spd",	   "ms-infopath", "ms-outlook",
					       "ms-windows-store", "ms-settings",  "ms-teams",	   "ms-todo",	 NULL };

	return is_any(scheme, schemes);
}

/* Whether a program is begun that talks to the host behind it: file servers, remote desktops and terminals. */
static bool is_reaching(struct span scheme)
{
	static const char *const schemes[] = { "smb",  "cifs",	 "afp",	   "nfs", "dav", "davs", "webdav", "ldap",
					       "ldaps", "telnet", "rlogin", "vnc", "rdp", "tn3270", NULL };

	return is_any(scheme, schemes);
}

/* Whether a "javascript:" does more than "void(0)", or than calling a function of a page that was copied into the mail.
 */
static bool is_doing(struct span code)
{
	static const char *const words[] = { "document",      "location", "window.open", "eval",     "http",
					     "fetch",         "cookie",   "atob",        "unescape", "fromcharcode",
					     "activexobject", "xmlhttp",  "%2f%2f",      NULL };

	for (const char *const *word = words; *word; word++)
		if (line_contains(line_cut(code, LINK_TEXT), *word))
			return true;
	return false;
}

static bool is_active_content(struct span data)
{
	data = line_trim(data);
	return line_starts(data, "text/html") || line_starts(data, "image/svg") || line_starts(data, "application/") ||
	       line_starts(data, "text/javascript") || line_starts(data, "text/xml");
}

/* A share of somebody else's: who opens it shows his password's hash (T1187). Names without a dot are in house. */
static bool is_foreign_share(const struct link *link)
{
	if (link->address)
		return !ip_is_private(&link->ip);
	return host_has_suffix(link->host) && !line_starts(link->host, "www.w3.org");
}

/* Where a program of the network is sent: "smb://user@host/share". */
static bool reaches_foreign(const struct link *link)
{
	char url[LINK_HOST + 8] = "file:";
	struct span host = link->path;
	struct link share;

	while (host.len && *host.ptr == '/')
		host = line_from(host, 1);
	host = line_cut(host, line_find(host, '/'));
	if (line_find(host, '@') < host.len)
		(void)line_until(&host, '@');
	snprintf(url, sizeof(url), "file://%.*s", (int)line_cut(host, LINK_HOST - 1).len, (const char *)host.ptr);
	return link_read(text_span(url), &share) && share.host.len && is_foreign_share(&share);
}

bool scheme_acts(const struct link *link)
{
	if (is_running(link->scheme) || (line_starts(link->scheme, "ms-") && !is_harmless(link->scheme)))
		return true;
	if (line_is(link->scheme, "ssh"))
		return line_starts(link->path, "//-"); /* an option of ssh (CVE-2017-1000117) */
	if (line_is(link->scheme, "javascript"))
		return is_doing(link->path);
	if (line_is(link->scheme, "data"))
		return is_active_content(link->path);
	if (is_reaching(link->scheme))
		return reaches_foreign(link);
	return link->host.len && is_foreign_share(link); /* file, or \\host\share */
}

bool link_is_foreign_share(struct span url)
{
	struct link link;

	return link_read(line_cut(url, LINK_TEXT), &link) && link.host.len && (!link.web || line_starts(url, "\\\\")) &&
	       is_foreign_share(&link);
}
