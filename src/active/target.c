/*
 * target.c - where addresses lead: those of relationships (ECMA-376 part 2, 9.3), of field codes and formulas.
 *
 * Office hands an address to Windows (URL monikers, the redirector of file servers), which takes many spellings for
 * the same thing: they are brought to one before they are compared.
 */
#include "active/target.h"

#include "active/program.h"
#include "base/text.h"

#define ADDRESS 1024 /* bytes of one that are looked at; its beginning and its end tell */

/* An address in lower case, with '/' for '\', nothing encoded, and without blanks in front and controls inside. */
struct plain {
	char text[ADDRESS + 1];
	size_t len;
};

static bool is_encoded(struct span rest)
{
	return rest.len >= 3 && rest.ptr[0] == '%' && text_nibble(rest.ptr[1]) >= 0 && text_nibble(rest.ptr[2]) >= 0;
}

static void plain_make(struct plain *plain, struct span address)
{
	size_t n = 0;

	for (size_t i = 0; i < address.len && n < ADDRESS; i++) {
		uint8_t c = address.ptr[i];

		if (is_encoded((struct span){ address.ptr + i, address.len - i })) {
			c = (uint8_t)(text_nibble(address.ptr[i + 1]) << 4 | text_nibble(address.ptr[i + 2]));
			i += 2;
		}
		if (c < ' ' || c == 127 || (c == ' ' && n == 0) || (n == 0 && (c == '"' || c == '\'')))
			continue;
		plain->text[n++] = c == '\\' ? '/' : (char)text_lower(c);
	}
	while (n && (plain->text[n - 1] == ' ' || plain->text[n - 1] == '"'))
		n--;
	plain->text[n] = '\0';
	plain->len = n;
}

static bool begins(const char *text, const char *word)
{
	return strncmp(text, word, strlen(word)) == 0;
}

static bool ends(const char *text, const char *word)
{
	size_t len = strlen(text), n = strlen(word);

	return len >= n && memcmp(text + len - n, word, n) == 0;
}

/* --- hosts --- */

static bool is_private_name(const char *host)
{
	static const char *const inside[] = { ".local",	 ".lan",  ".internal", ".intra",    ".intranet",
					      ".corp",	 ".home", ".private",  ".localdomain", ".home.arpa" };

	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
		if (ends(host, inside[i]))
			return true;
	/* One word is a neighbour's name, unless it is a number: 3221225985 and 0xc0000201 are addresses. */
	return !strpbrk(host, ".:[") && !(host[0] >= '0' && host[0] <= '9');
}

/* RFC 1918, and the own computer and cable. */
static bool is_private_address(const char *host)
{
	unsigned second;

	if (begins(host, "10.") || begins(host, "127.") || begins(host, "192.168.") || begins(host, "169.254."))
		return host[strspn(host, "0123456789.")] == '\0';
	return sscanf(host, "172.%3u.", &second) == 1 && second >= 16 && second < 32;
}

static bool is_cloud(const char *host)
{
	return ends(host, ".sharepoint.com") || ends(host, ".sharepoint.cn") || ends(host, ".sharepoint.us") ||
	       strcmp(host, "d.docs.live.net") == 0;
}

/* The host at the start of what follows the slashes, without who logs in there and the port. */
static void host_of(const char *rest, char host[ADDRESS + 1])
{
	size_t len = strcspn(rest, "/?#");
	const char *user = memchr(rest, '@', len);

	/* \\host@80\: for file servers, the port stands behind the sign. */
	if (user && (begins(user, "@ssl") || strspn(user + 1, "0123456789") == (size_t)(rest + len - user - 1)))
		len = (size_t)(user - rest);
	else if (user)
		len -= (size_t)(user + 1 - rest), rest = user + 1;
	memcpy(host, rest, len);
	host[len] = '\0';
	if (host[0] != '[')
		host[strcspn(host, ":")] = '\0';
	while (len && host[len - 1] == '.')
		host[--len] = '\0';
}

static enum reach reach_web(const char *rest)
{
	char host[ADDRESS + 1];

	host_of(rest + strspn(rest, "/"), host);
	if (is_private_name(host))
		return REACH_INSIDE;
	return is_cloud(host) ? REACH_CLOUD : REACH_WEB;
}

static enum reach reach_share(const char *rest)
{
	char host[ADDRESS + 1];

	host_of(rest, host);
	if (host[0] == '\0' || strcmp(host, "localhost") == 0)
		return REACH_HERE;
	return is_private_name(host) || is_private_address(host) ? REACH_INSIDE : REACH_SHARE;
}

/* --- schemes --- */

static bool is_drive(const char *text)
{
	return text[0] >= 'a' && text[0] <= 'z' && (text[1] == ':' || text[1] == '|');
}

/* Behind "//", of which the first two were passed over: \\host\, \\?\UNC\host\, \\?\C:\, \\.\pipe */
static enum reach reach_unc(const char *rest)
{
	if (begins(rest, "?/unc/"))
		return reach_share(rest + 6);
	if (begins(rest, "?/") || begins(rest, "./"))
		return REACH_HERE;
	return reach_share(rest + strspn(rest, "/"));
}

/* file://host/, file:////host/ and file:///\\host\ are elsewhere, file:///c:/ and file:///home/ are not. */
static enum reach reach_file(const char *rest)
{
	size_t slashes = strspn(rest, "/");

	rest += slashes;
	if (is_drive(rest) || slashes < 2 || slashes == 3)
		return REACH_HERE;
	return reach_unc(rest);
}

static bool is_handler(const char *text)
{
	static const char *const handlers[] = { "search", "search-ms", "script", "scriptlet", "javascript",
						"jscript", "vbscript", "shell", "soap", "hcp", "mk", "its",
						"res", "jar", "htafile", "clsid", "new" };
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789+-.");

	if (text[len] != ':')
		return false;
	for (size_t i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++)
		if (strlen(handlers[i]) == len && begins(text, handlers[i]))
			return true;
	return begins(text, "ms-") || begins(text, "data:text/html");
}

static enum reach reach_plain(const char *text)
{
	static const char *const web[] = { "http:", "https:", "ftp:", "ftps:", "sftp:" };

	if (strstr(text, "ms-msdt:") || strstr(text, "!x-usc:") || begins(text, "x-usc:"))
		return REACH_EXPLOIT;
	while (begins(text, "url:") || begins(text, "mhtml:"))
		text = strchr(text, ':') + 1;
	for (size_t i = 0; i < sizeof(web) / sizeof(web[0]); i++)
		if (begins(text, web[i]))
			return reach_web(text + strlen(web[i]));
	if (begins(text, "file:"))
		return reach_file(text + 5);
	if (begins(text, "//"))
		return reach_unc(text + 2);
	return is_handler(text) ? REACH_HANDLER : REACH_HERE;
}

enum reach target_reach(struct span address)
{
	struct plain plain;

	plain_make(&plain, address);
	return reach_plain(plain.text);
}

/* --- what it comes to --- */

#define NOTHING FINDINGS

static const uint8_t meanings[TARGET_ROLES][REACHES] = {
	/*                     here     inside               cloud                web                      share                    handler                  exploit */
	[TARGET_TEMPLATE] = { NOTHING, FINDING_LINKED_FILE, FINDING_REMOTE_FILE, FINDING_REMOTE_TEMPLATE, FINDING_REMOTE_TEMPLATE, FINDING_CUSTOM_PROTOCOL, FINDING_FOLLINA },
	[TARGET_RTF_TEMPLATE] = { NOTHING, FINDING_LINKED_FILE, FINDING_REMOTE_FILE, FINDING_RTF_TEMPLATE, FINDING_RTF_TEMPLATE, FINDING_CUSTOM_PROTOCOL, FINDING_FOLLINA },
	[TARGET_OBJECT] =   { NOTHING, FINDING_LINKED_FILE, FINDING_LINKED_FILE, FINDING_REMOTE_OBJECT,   FINDING_REMOTE_OBJECT,   FINDING_CUSTOM_PROTOCOL, FINDING_FOLLINA },
	[TARGET_FILE] =     { NOTHING, FINDING_LINKED_FILE, FINDING_LINKED_FILE, FINDING_REMOTE_FILE,     FINDING_REMOTE_FILE,     FINDING_CUSTOM_PROTOCOL, FINDING_FOLLINA },
	[TARGET_IMAGE] =    { NOTHING, NOTHING,             FINDING_REMOTE_IMAGE, FINDING_REMOTE_IMAGE,   FINDING_REMOTE_FILE,     FINDING_CUSTOM_PROTOCOL, FINDING_FOLLINA },
	[TARGET_BOOK] =     { NOTHING, FINDING_LINKED_FILE, FINDING_LINKED_FILE, FINDING_LINKED_FILE,     FINDING_LINKED_FILE,     FINDING_CUSTOM_PROTOCOL, FINDING_FOLLINA },
	[TARGET_MEDIA] =    { NOTHING, NOTHING,             NOTHING,             NOTHING,                 FINDING_LINKED_FILE,     FINDING_CUSTOM_PROTOCOL, FINDING_FOLLINA },
	[TARGET_LINK] =     { NOTHING, NOTHING,             NOTHING,             NOTHING,                 NOTHING,                 NOTHING,                 FINDING_FOLLINA },
};

void target_judge(struct exam *e, const struct part *part, enum target_role role, struct span address,
		  struct span shown)
{
	struct plain plain;
	enum reach reach;
	uint8_t meaning;

	plain_make(&plain, address);
	reach = reach_plain(plain.text);
	if (role == TARGET_LINK && reach <= REACH_INSIDE && program_started(text_span(plain.text)))
		exam_find(e, part, FINDING_LINK_PROGRAM, address);
	if (reach == REACH_HERE)
		return;
	meaning = meanings[role][reach];
	/* An object's address that ends with '!' names a page as its own moniker: its scripts run (CVE-2022-30190). */
	if (role == TARGET_OBJECT && reach >= REACH_INSIDE && ends(plain.text, "!"))
		meaning = FINDING_FOLLINA;
	if (meaning != NOTHING)
		exam_find(e, part, (enum finding_id)meaning, address);
	exam_url(e, part, address, shown);
}
