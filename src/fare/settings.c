/* settings.c - what a person says of a site: checked, named, kept. */
#include "fare/site.h"

#include "base/text.h"
#include "fare/say.h"
#include "probe/url.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

const char *site_name_wrong(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len >= SITE_NAME)
		return "a name of 1 to 79 characters";
	for (size_t i = 0; i < len; i++)
		if (name[i] <= ' ' || name[i] > '~' || name[i] == '"' || name[i] == '\\')
			return "a name of letters, digits and marks, without spaces";
	return NULL;
}

/* One part of a URL, which the caller frees with curl_free(); NULL: it has none. */
static char *url_part(CURLU *url, CURLUPart which)
{
	char *part = NULL;

	return curl_url_get(url, which, &part, 0) == CURLUE_OK ? part : NULL;
}

static CURLU *url_read(const char *text)
{
	CURLU *url = curl_url();

	if (url && curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK) {
		curl_url_cleanup(url);
		return NULL;
	}
	return url;
}

const char *site_url_wrong(const char *text)
{
	static const char wanted[] = "an address such as https://www.example.org/";
	struct probe_url asked;
	const char *wrong = NULL;
	char *scheme, *user;
	CURLU *url;

	if (strlen(text) >= PROBE_URL)
		return "an address of at most 511 characters";
	url = url_read(text);
	if (!url)
		return wanted;
	scheme = url_part(url, CURLUPART_SCHEME);
	user = url_part(url, CURLUPART_USER);
	if (!scheme || (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0))
		wrong = wanted;
	else if (user)
		wrong = "an address without a user and password: they would be kept and shown";
	for (const char *c = text; *c && !wrong; c++)
		if (*c <= ' ' || *c > '~')
			wrong = "an address in ASCII: names as xn--..., other characters as %E3%81%82";
	if (!wrong && url_parse(&asked, text) != OK) /* nobody could be asked: port 0, ... */
		wrong = wanted;
	curl_free(scheme);
	curl_free(user);
	curl_url_cleanup(url);
	return wrong;
}

void site_url_settle(char url[PROBE_URL])
{
	struct probe_url asked;

	if (url_parse(&asked, url) == OK)
		memcpy(url, asked.text, PROBE_URL);
}

const char *site_keyword_wrong(const char *keyword)
{
	struct span rest = text_span(keyword);

	if (rest.len >= SITE_KEYWORD)
		return "a text of at most 159 bytes";
	while (rest.len > 0) {
		uint32_t rune = text_rune(&rest);

		if (rune == RUNE_INVALID || rune_is_hidden(rune))
			return "a text in UTF-8, without control characters";
	}
	return NULL;
}

void site_name_of_url(char name[SITE_NAME], const char *text)
{
	CURLU *url = url_read(text);
	char *host = url ? url_part(url, CURLUPART_HOST) : NULL, *path = url ? url_part(url, CURLUPART_PATH) : NULL;
	char *port = url ? url_part(url, CURLUPART_PORT) : NULL;

	snprintf(name, SITE_NAME, "%s%s%s%s", host ? host : "site", port ? ":" : "", port ? port : "",
		 path && strcmp(path, "/") != 0 ? path : "");
	curl_free(host);
	curl_free(path);
	curl_free(port);
	curl_url_cleanup(url);
}

json_t *site_settings_write(const struct site_settings *s)
{
	json_t *own = json_array();

	for (unsigned i = 0; i < SITE_OWN && *s->own[i]; i++)
		json_array_append_new(own, json_string(s->own[i]));
	return json_pack("{s:s, s:o, s:s, s:i, s:s, s:I}", "url", s->url, "own", own, "keyword", s->keyword, "every",
			 (int)s->every, "by", s->by, "added", (json_int_t)s->added);
}

bool site_settings_read(struct site_settings *s, const char *name, const json_t *json)
{
	const json_t *own = json_object_get(json, "own"), *one;
	json_int_t every = say_number(json, "every");
	struct site_settings is = { .every = every > 0 && every <= 86400 ? (uint32_t)every : 0,
				    .added = say_number(json, "added") };
	unsigned count = 0;
	size_t i;

	if (site_name_wrong(name) || site_url_wrong(say_text(json, "url")))
		return false;
	snprintf(is.name, sizeof(is.name), "%s", name);
	snprintf(is.url, sizeof(is.url), "%s", say_text(json, "url"));
	site_url_settle(is.url);
	say_clean(is.keyword, sizeof(is.keyword), say_text(json, "keyword"));
	say_clean(is.by, sizeof(is.by), say_text(json, "by"));
	json_array_foreach(own, i, one)
		if (count < SITE_OWN && json_is_string(one) && json_string_length(one) > 0)
			say_clean(is.own[count++], SITE_HOST, json_string_value(one));
	*s = is;
	return true;
}
