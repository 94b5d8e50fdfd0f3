/* taxii.c - asks a TAXII 2.1 server, page by page. */
#include "feed/taxii.h"

#include <curl/curl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ACCEPT          "Accept: application/taxii+json;version=2.1"
#define REDIRECTS_MAX   3
#define PAGES_MAX       100000
#define ROOTS_MAX       32
#define COLLECTIONS_MAX 4096
#define CONNECT_SECONDS 20
#define SLOW_SECONDS    60 /* without a byte */

struct taxii {
	const struct taxii_settings *settings;
	struct taxii_result *result;
	CURL *curl;
	struct curl_slist *headers;
	uint64_t got; /* bytes of all answers */
	char *body;   /* of the last answer */
	size_t len, room;
	bool too_large;
};

__attribute__((format(printf, 3, 4))) static enum err taxii_fail(struct taxii *t, enum err err,
								 const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(t->result->error, sizeof(t->result->error), format, arguments);
	va_end(arguments);
	return err;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *whom)
{
	struct taxii *t = whom;
	size_t len = size * count;

	t->got += len;
	if (t->got > t->settings->max_bytes) {
		t->too_large = true;
		return 0;
	}
	if (t->len + len > t->room) {
		size_t room = (t->len + len) * 2;
		char *more = realloc(t->body, room);

		if (!more)
			return 0;
		t->body = more;
		t->room = room;
	}
	memcpy(t->body + t->len, bytes, len);
	t->len += len;
	return len;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *whom)
{
	static const char name[] = "X-TAXII-Date-Added-Last:";
	struct taxii *t = whom;
	size_t len = size * count, from = strlen(name), to = len;

	if (len <= from || strncasecmp(bytes, name, from) != 0)
		return len;
	while (from < to && bytes[from] == ' ')
		from++;
	while (to > from &&
	       (bytes[to - 1] == '\r' || bytes[to - 1] == '\n' || bytes[to - 1] == ' '))
		to--;
	if (to - from < sizeof(t->result->added_last))
		snprintf(t->result->added_last, sizeof(t->result->added_last), "%.*s",
			 (int)(to - from), bytes + from);
	return len;
}

/* One part of a URL; empty when there is none. */
static void url_part(CURLU *url, CURLUPart part, char text[TAXII_TEXT])
{
	char *value = NULL;

	text[0] = '\0';
	if (curl_url_get(url, part, &value, part == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0) ==
	    CURLUE_OK)
		snprintf(text, TAXII_TEXT, "%s", value);
	curl_free(value);
}

static bool is_loopback(const char *host)
{
	return strcmp(host, "127.0.0.1") == 0 || strcmp(host, "localhost") == 0 ||
	       strcmp(host, "[::1]") == 0;
}

/* Resolves a URL that the server gave against `base`; it must stay at the user's host. */
static enum err url_resolve(struct taxii *t, const char *base, const char *given,
			    char url[TAXII_TEXT])
{
	static const CURLUPart same[] = { CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT };
	char mine[TAXII_TEXT], theirs[TAXII_TEXT], scheme[TAXII_TEXT], host[TAXII_TEXT];
	CURLU *home = curl_url(), *there = curl_url();
	bool good = home && there &&
		    curl_url_set(home, CURLUPART_URL, t->settings->url, 0) == CURLUE_OK &&
		    curl_url_set(there, CURLUPART_URL, base, 0) == CURLUE_OK &&
		    curl_url_set(there, CURLUPART_URL, given, 0) == CURLUE_OK;
	bool stays = good;

	for (size_t i = 0; stays && i < sizeof(same) / sizeof(same[0]); i++) {
		url_part(home, same[i], mine);
		url_part(there, same[i], theirs);
		stays = strcasecmp(mine, theirs) == 0;
	}
	if (good) {
		url_part(there, CURLUPART_SCHEME, scheme);
		url_part(there, CURLUPART_HOST, host);
		url_part(there, CURLUPART_URL, url);
	}
	curl_url_cleanup(home);
	curl_url_cleanup(there);
	if (!good)
		return taxii_fail(t, ERR_FORMAT, "'%.200s' is no URL", given);
	if (!stays)
		return taxii_fail(
			t, ERR_UNSUPPORTED,
			"the server sends us to another host (%.200s); if that is right, give "
			"that URL yourself",
			url);
	if (strcmp(scheme, "https") != 0 && !(strcmp(scheme, "http") == 0 && is_loopback(host)))
		return taxii_fail(t, ERR_UNSUPPORTED,
				  "%.200s: only https is spoken, so that nobody "
				  "reads the key or changes the answer",
				  url);
	return OK;
}

static enum err check_status(struct taxii *t, const char *url, long status)
{
	if (status == 200)
		return OK;
	if (status == 401 || status == 403)
		return taxii_fail(t, ERR_OPEN,
				  "%.200s: the server refuses us (%ld): look at --user and the key",
				  url, status);
	if (status == 404)
		return taxii_fail(t, ERR_OPEN, "%.200s: there is no such thing (404)", url);
	if (status == 406)
		return taxii_fail(t, ERR_UNSUPPORTED,
				  "%.200s: the server does not speak TAXII 2.1 (406)", url);
	if (status == 429 || status == 503)
		return taxii_fail(t, ERR_OPEN, "%.200s: the server is busy (%ld): try again later",
				  url, status);
	return taxii_fail(t, ERR_OPEN, "%.200s: the server answers %ld", url, status);
}

/* One request, redirects included; *json is the answer. */
static enum err ask(struct taxii *t, const char *url, json_t **json)
{
	char at[TAXII_TEXT], *redirect = NULL;
	json_error_t wrong;
	long status = 0;
	enum err err = url_resolve(t, t->settings->url, url, at);

	for (unsigned redirects = 0; err == OK; redirects++) {
		CURLcode code;

		t->len = 0;
		curl_easy_setopt(t->curl, CURLOPT_URL, at);
		code = curl_easy_perform(t->curl);
		if (t->too_large)
			return taxii_fail(t, ERR_LIMIT,
					  "%.200s: more than is allowed; if that is right, "
					  "raise --max-bytes",
					  at);
		if (code != CURLE_OK)
			return taxii_fail(t, ERR_READ, "%.200s: %s", at, curl_easy_strerror(code));
		curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_getinfo(t->curl, CURLINFO_REDIRECT_URL, &redirect);
		if (!redirect)
			break;
		if (redirects == REDIRECTS_MAX)
			return taxii_fail(t, ERR_LIMIT, "%.200s: redirected too often", at);
		err = url_resolve(t, t->settings->url, redirect, at);
	}
	if (err == OK)
		err = check_status(t, at, status);
	if (err != OK)
		return err;
	*json = json_loadb(t->body ? t->body : "", t->len, 0, &wrong);
	if (!json_is_object(*json)) {
		json_decref(*json);
		return taxii_fail(t, ERR_FORMAT, "%.200s: the answer is no JSON object", at);
	}
	return OK;
}

/* The headers that prove who we are. False: no memory, or a key that is no header. */
static bool set_key(struct taxii *t)
{
	const struct taxii_settings *s = t->settings;
	char header[TAXII_TEXT];
	struct curl_slist *more;

	if (!s->key)
		return true;
	if (strpbrk(s->key, "\r\n"))
		return false;
	if (s->user && !s->key_header) {
		curl_easy_setopt(t->curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
		return curl_easy_setopt(t->curl, CURLOPT_USERNAME, s->user) == CURLE_OK &&
		       curl_easy_setopt(t->curl, CURLOPT_PASSWORD, s->key) == CURLE_OK;
	}
	if (snprintf(header, sizeof(header), s->key_header ? "%s: %s" : "%s: Bearer %s",
		     s->key_header ? s->key_header : "Authorization",
		     s->key) >= (int)sizeof(header))
		return false;
	more = curl_slist_append(t->headers, header);
	if (more)
		t->headers = more;
	return more != NULL;
}

static void taxii_end(struct taxii *t)
{
	curl_easy_cleanup(t->curl);
	curl_slist_free_all(t->headers);
	free(t->body);
}

static enum err taxii_begin(struct taxii *t)
{
	t->curl = curl_easy_init();
	t->headers = curl_slist_append(NULL, ACCEPT);
	if (!t->curl || !t->headers || !set_key(t)) {
		taxii_end(t);
		return taxii_fail(t, ERR_FORMAT, "the key cannot be used: it must be one line");
	}
	curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(t->curl, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(t->curl, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(t->curl, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(t->curl, CURLOPT_PROTOCOLS_STR, "https,http");
	curl_easy_setopt(t->curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(t->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(t->curl, CURLOPT_TIMEOUT, (long)TAXII_SECONDS);
	curl_easy_setopt(t->curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(t->curl, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
	curl_easy_setopt(t->curl, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(t->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(t->curl, CURLOPT_USERAGENT, "hinomi/" HINOMI_VERSION);
	return OK;
}

/* Joins a base that may lack its last slash with a path; false: too long. */
static bool url_join(char url[TAXII_TEXT], const char *base, const char *path)
{
	size_t len = strlen(base);

	return snprintf(url, TAXII_TEXT, "%s%s%s", base, len && base[len - 1] == '/' ? "" : "/",
			path) < TAXII_TEXT;
}

/* The collections of one API root, appended. */
static enum err root_collections(struct taxii *t, const char *root, json_t *collections)
{
	char url[TAXII_TEXT], own[TAXII_TEXT];
	json_t *answer = NULL, *list;
	enum err err;

	if (!url_join(url, root, "collections/"))
		return taxii_fail(t, ERR_LIMIT, "the server's URL is too long");
	err = ask(t, url, &answer);
	if (err != OK)
		return err;
	list = json_object_get(answer, "collections");
	for (size_t i = 0;
	     i < json_array_size(list) && json_array_size(collections) < COLLECTIONS_MAX; i++) {
		json_t *collection = json_array_get(list, i);
		const char *id = json_string_value(json_object_get(collection, "id"));
		char *safe = id ? curl_easy_escape(t->curl, id, 0) : NULL;

		if (safe && url_join(own, url, safe)) {
			json_object_set_new(collection, "url", json_string(own));
			json_array_append(collections, collection);
		}
		curl_free(safe);
	}
	json_decref(answer);
	return OK;
}

static enum err find_collections(struct taxii *t, json_t *collections)
{
	json_t *answer = NULL, *roots;
	char root[TAXII_TEXT];
	enum err err = ask(t, t->settings->url, &answer);

	if (err != OK)
		return err;
	roots = json_object_get(answer, "api_roots");
	if (!roots)
		err = root_collections(t, t->settings->url, collections);
	for (size_t i = 0; i < json_array_size(roots) && i < ROOTS_MAX && err == OK; i++) {
		const char *given = json_string_value(json_array_get(roots, i));

		err = given ? url_resolve(t, t->settings->url, given, root)
			    : taxii_fail(t, ERR_FORMAT, "an API root that is no text");
		if (err == OK)
			err = root_collections(t, root, collections);
	}
	json_decref(answer);
	if (err == OK && json_array_size(collections) == 0)
		return taxii_fail(t, ERR_EMPTY, "the server names no collections");
	return err;
}

enum err taxii_collections(const struct taxii_settings *settings, json_t **collections,
			   struct taxii_result *result)
{
	struct taxii t = { .settings = settings, .result = result };
	json_t *list = json_array();
	enum err err = list ? taxii_begin(&t) : ERR_MEMORY;

	if (err == OK) {
		err = find_collections(&t, list);
		taxii_end(&t);
	}
	if (err != OK) {
		json_decref(list);
		return err;
	}
	*collections = list;
	return OK;
}

static bool is_wanted(const json_t *collection, const char *wanted)
{
	static const char *const keys[] = { "id", "alias", "title" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const char *value = json_string_value(json_object_get(collection, keys[i]));

		if (value && strcmp(value, wanted) == 0)
			return true;
	}
	return false;
}

static enum err choose_collection(struct taxii *t)
{
	const char *wanted = t->settings->collection;
	json_t *list;
	enum err err = ERR_EMPTY;

	if (!wanted) {
		snprintf(t->result->collection, TAXII_TEXT, "%s", t->settings->url);
		return OK;
	}
	list = json_array();
	err = find_collections(t, list);
	for (size_t i = 0; err == OK && i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		if (!is_wanted(one, wanted))
			continue;
		snprintf(t->result->collection, TAXII_TEXT, "%s",
			 json_string_value(json_object_get(one, "url")));
		json_decref(list);
		return OK;
	}
	json_decref(list);
	return err != OK ? err
			 : taxii_fail(t, ERR_EMPTY, "there is no collection '%.100s'", wanted);
}

/* Sets the objects of a page; an older version gives way, by `modified` (UTC, compares as text). */
static void take_page(struct taxii *t, const json_t *page, json_t *objects)
{
	const json_t *list = json_object_get(page, "objects");

	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *object = json_array_get(list, i);
		const char *id = json_string_value(json_object_get(object, "id"));
		const char *modified = json_string_value(json_object_get(object, "modified"));
		const char *before = id ? json_string_value(json_object_get(
						  json_object_get(objects, id), "modified"))
					: NULL;

		t->result->objects++;
		if (id && (!before || !modified || strcmp(before, modified) <= 0))
			json_object_set(objects, id, object);
	}
}

/* The URL of the next page. */
static bool page_url(struct taxii *t, const char *next, char url[TAXII_TEXT])
{
	const char *after = t->settings->added_after;
	char *safe_after = after && *after ? curl_easy_escape(t->curl, after, 0) : NULL;
	char *safe_next = next ? curl_easy_escape(t->curl, next, 0) : NULL;
	char objects[TAXII_TEXT];
	int len;

	if (!url_join(objects, t->result->collection, "objects/"))
		objects[0] = '\0';
	len = snprintf(url, TAXII_TEXT, "%s%s%s%s%s%s", objects, safe_after || safe_next ? "?" : "",
		       safe_after ? "added_after=" : "", safe_after ? safe_after : "",
		       safe_next ? (safe_after ? "&next=" : "next=") : "",
		       safe_next ? safe_next : "");
	curl_free(safe_after);
	curl_free(safe_next);
	return objects[0] && len < TAXII_TEXT;
}

static enum err fetch_pages(struct taxii *t, json_t *objects)
{
	char url[TAXII_TEXT], next[TAXII_TEXT / 2] = "";
	bool more = true;

	while (more) {
		json_t *page = NULL;
		const char *mark;
		enum err err;

		if (t->result->pages++ == PAGES_MAX)
			return taxii_fail(t, ERR_LIMIT, "the server has no end of pages");
		if (!page_url(t, *next ? next : NULL, url))
			return taxii_fail(t, ERR_LIMIT, "the server's page mark is too long");
		err = ask(t, url, &page);
		if (err != OK)
			return err;
		take_page(t, page, objects);
		more = json_is_true(json_object_get(page, "more"));
		mark = json_string_value(json_object_get(page, "next"));
		if (more &&
		    (!mark || !*mark || strlen(mark) >= sizeof(next) || strcmp(mark, next) == 0)) {
			json_decref(page);
			return taxii_fail(t, ERR_FORMAT,
					  "the server says that there is more, but not where");
		}
		snprintf(next, sizeof(next), "%s", more ? mark : "");
		json_decref(page);
	}
	return OK;
}

enum err taxii_objects(const struct taxii_settings *settings, json_t *objects,
		       struct taxii_result *result)
{
	struct taxii t = { .settings = settings, .result = result };
	enum err err = taxii_begin(&t);

	if (err != OK)
		return err;
	err = choose_collection(&t);
	if (err == OK)
		err = fetch_pages(&t, objects);
	taxii_end(&t);
	return err;
}
