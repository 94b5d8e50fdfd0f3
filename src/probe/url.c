/* url.c - addresses of pages, by libcurl's URL parser. */
#include "probe/url.h"

#include "base/text.h"

#include <curl/curl.h>
#include <idn2.h>
#include <stdio.h>
#include <stdlib.h>

/* One part of the URL into a text of ours. ERR_FORMAT: there is none. */
static enum err part_copy(CURLU *parts, CURLUPart what, unsigned flags, struct span room)
{
	char *text = NULL;
	enum err err = curl_url_get(parts, what, &text, flags) == CURLUE_OK ? OK : ERR_FORMAT;

	if (err == OK && strlen(text) >= room.len)
		err = ERR_LIMIT;
	if (err == OK)
		memcpy((char *)room.ptr, text, strlen(text) + 1);
	curl_free(text);
	return err;
}

static bool is_ascii(const char *text)
{
	while (*text && !(*text & 0x80))
		text++;
	return !*text;
}

/* libcurl's own way to punycode depends on the locale, which is C in our processes. */
static bool host_to_ascii(char host[PROBE_NAME])
{
	char *out = NULL;
	bool good = idn2_lookup_u8((const uint8_t *)host, (uint8_t **)&out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) ==
			    IDN2_OK &&
		    strlen(out) < PROBE_NAME;

	if (good)
		memcpy(host, out, strlen(out) + 1);
	idn2_free(out);
	return good;
}

/* libcurl reads the URL that it has, once more. */
static bool read_again(CURLU *parts)
{
	char *text = NULL;
	bool good = curl_url_get(parts, CURLUPART_URL, &text, 0) == CURLUE_OK &&
		    curl_url_set(parts, CURLUPART_URL, text, 0) == CURLUE_OK;

	curl_free(text);
	return good;
}

/* A dot at the end is the same host, but neither the same name in a certificate nor in libcurl's list of addresses. What
 * is left then may be an address in one of its odd forms ("0x7f000001"), which libcurl knows when it reads a URL. */
static enum err host_settle(CURLU *parts, char host[PROBE_NAME])
{
	const struct span room = { (uint8_t *)host, PROBE_NAME };
	enum err err = part_copy(parts, CURLUPART_HOST, 0, room);
	size_t len;

	if (err != OK)
		return err;
	if (!is_ascii(host) && !host_to_ascii(host))
		return ERR_FORMAT;
	len = strlen(host);
	while (len > 0 && host[len - 1] == '.')
		host[--len] = '\0';
	for (char *c = host; *c; c++)
		*c = (char)text_lower((uint8_t)*c);
	if (len == 0 || curl_url_set(parts, CURLUPART_HOST, host, 0) != CURLUE_OK || !read_again(parts))
		return ERR_FORMAT;
	err = part_copy(parts, CURLUPART_HOST, 0, room);
	if (err == OK && host[0] == '[') {
		memmove(host, host + 1, strlen(host));
		host[strcspn(host, "]%")] = '\0';
	}
	return err;
}

static enum err settle(CURLU *parts, struct probe_url *url)
{
	struct probe_url made = { .port = 0 };
	char scheme[16], port[8];
	enum err err = part_copy(parts, CURLUPART_SCHEME, 0, (struct span){ (uint8_t *)scheme, sizeof(scheme) });

	if (err != OK)
		return ERR_FORMAT;
	made.tls = strcmp(scheme, "https") == 0;
	if (!made.tls && strcmp(scheme, "http") != 0)
		return ERR_UNSUPPORTED;
	curl_url_set(parts, CURLUPART_FRAGMENT, NULL, 0);
	err = host_settle(parts, made.host);
	if (err == OK)
		err = part_copy(parts, CURLUPART_PORT, CURLU_DEFAULT_PORT,
				(struct span){ (uint8_t *)port, sizeof(port) });
	if (err == OK)
		err = part_copy(parts, CURLUPART_URL, 0, (struct span){ (uint8_t *)made.text, sizeof(made.text) });
	if (err != OK)
		return err;
	made.port = (uint16_t)strtoul(port, NULL, 10);
	*url = made;
	return made.port ? OK : ERR_FORMAT;
}

enum err url_parse(struct probe_url *url, const char *text)
{
	struct probe_url made;
	CURLU *parts;
	enum err err;

	if (strlen(text) >= PROBE_URL)
		return ERR_LIMIT;
	parts = curl_url();
	if (!parts)
		return ERR_MEMORY;
	err = curl_url_set(parts, CURLUPART_URL, text, CURLU_DISALLOW_USER) == CURLUE_OK ? settle(parts, &made)
											  : ERR_FORMAT;
	curl_url_cleanup(parts);
	if (err == OK)
		*url = made;
	return err == ERR_UNSUPPORTED ? ERR_FORMAT : err;
}

/* "javascript:..." has a scheme and no host; libcurl would take it for a path. */
static bool scheme_is_other(const char *location)
{
	size_t len = strspn(location, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

	if (len == 0 || location[len] != ':')
		return false;
	return !(len == 4 && strncasecmp(location, "http", 4) == 0) &&
	       !(len == 5 && strncasecmp(location, "https", 5) == 0);
}

enum err url_follow(struct probe_url *next, const struct probe_url *from, const char *location)
{
	struct probe_url made;
	CURLU *parts;
	enum err err = ERR_FORMAT;

	if (strlen(location) >= PROBE_URL)
		return ERR_LIMIT;
	if (scheme_is_other(location))
		return ERR_UNSUPPORTED;
	parts = curl_url();
	if (!parts)
		return ERR_MEMORY;
	/* Blanks and Japanese letters as they stand in careless headers: browsers encode them, too. */
	if (curl_url_set(parts, CURLUPART_URL, from->text, 0) == CURLUE_OK &&
	    curl_url_set(parts, CURLUPART_URL, location, CURLU_DISALLOW_USER | CURLU_URLENCODE | CURLU_ALLOW_SPACE) ==
		    CURLUE_OK)
		err = settle(parts, &made);
	curl_url_cleanup(parts);
	if (err == OK)
		*next = made;
	return err;
}
