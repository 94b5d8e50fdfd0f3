/*
 * look.c - one look: what libcurl is told, what it tells, and what that means.
 *
 * A site is not trusted: headers and pages have limits, redirects lead nowhere but to http and https, and never from the
 * internet into a private network. libcurl is given the addresses and the trust, and so opens no file and asks no
 * resolver. Sources: libcurl's manual pages; RFC 9110, 15.4 (redirects).
 */
#include "probe/look.h"

#include "base/text.h"
#include "process/loop.h"

#include <openssl/ssl.h>
#include <stdlib.h>

#define HEADER_MAX (64u << 10) /* bytes of the headers of one answer */
#define BODY_FIRST (16u << 10)
#define ENCODINGS  "gzip, deflate, br" /* not zstd: its window may be 128 MB */

static struct visit *visit_of(void *whom)
{
	return whom;
}

static bool has_zstd(struct span line)
{
	static const char name[] = "content-encoding:";

	if (line.len < sizeof(name) || strncasecmp((const char *)line.ptr, name, sizeof(name) - 1) != 0)
		return false;
	for (size_t i = sizeof(name) - 1; i + 4 <= line.len; i++)
		if (strncasecmp((const char *)line.ptr + i, "zstd", 4) == 0)
			return true;
	return false;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *whom)
{
	struct visit *visit = visit_of(whom);
	struct span line = { (const uint8_t *)bytes, size * count };
	long status = 0;

	visit->answered = true;
	visit->head += line.len;
	if (line.len <= 2) {
		curl_easy_getinfo(visit->easy, CURLINFO_RESPONSE_CODE, &status);
		visit->complete = status >= 200;
	}
	if (visit->head > HEADER_MAX)
		visit->refused = "the header of the answer is longer than 64 KB";
	else if (has_zstd(line))
		visit->refused = "the page is packed by zstd, which was not asked for";
	return visit->refused ? 0 : line.len;
}

static bool make_room(struct visit *visit, size_t wanted, size_t most)
{
	size_t room = visit->room ? visit->room : BODY_FIRST;
	uint8_t *more;

	if (wanted <= visit->room)
		return true;
	while (room < wanted)
		room *= 2;
	if (room > most)
		room = most;
	more = realloc(visit->body, room);
	if (!more)
		return false;
	visit->body = more;
	visit->room = room;
	return true;
}

/* What is more than the limit is not waited for. */
static size_t take_body(char *bytes, size_t size, size_t count, void *whom)
{
	struct visit *visit = visit_of(whom);
	size_t len = size * count, most = visit->rules->settings.body_max, fits = most - visit->len;

	if (fits > len)
		fits = len;
	if (fits > 0 && !make_room(visit, visit->len + fits, most)) {
		visit->refused = "no memory";
		return 0;
	}
	if (fits > 0)
		memcpy(visit->body + visit->len, bytes, fits);
	visit->len += fits;
	visit->result.cut = fits < len;
	return visit->result.cut ? 0 : len;
}

/* Called when the connection is there. */
static CURLcode take_context(CURL *easy, void *context, void *whom)
{
	struct visit *visit = visit_of(whom);

	(void)easy;
	visit->shook = loop_steady();
	/* Many servers end a page without a goodbye of TLS, and browsers show it. Where HTTP tells the length of a page, one
	 * that is cut off is known all the same. */
	SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
	certificate_watch(context, &visit->certificate);
	return CURLE_OK;
}

/* libcurl finds the addresses of all names in its table; only what is an address is not in there. Should it ever not find
 * one, it is not to begin a thread and ask others. */
static int refuse_resolver(void *resolver, void *reserved, void *whom)
{
	struct visit *visit = visit_of(whom);
	struct ip ip;

	(void)resolver;
	(void)reserved;
	if (ip_parse(&ip, visit->url.host) == OK)
		return 0;
	visit->refused = "no address was given for this name";
	return 1;
}

static void set_bounds(const struct visit *visit)
{
	CURL *easy = visit->easy;

	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* not that of the environment either */
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 0L); /* it keeps SIGPIPE off, which OpenSSL's writes bring */
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, visit->rules->settings.agent);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, ENCODINGS);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, visit->fields);
	curl_easy_setopt(easy, CURLOPT_COOKIEFILE, ""); /* those of this look: some sites redirect until one is there */
	/* Each look measures all phases. */
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(easy, CURLOPT_SHARE, visit->share);
}

/* certificate.c verifies; libcurl would end the connection, and read the authorities anew for each. */
static void set_trust(struct visit *visit)
{
	CURL *easy = visit->easy;

	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, take_context);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, visit);
	visit->certificate.authorities = visit->rules->authorities;
	visit->certificate.host = visit->url.host;
}

static void set_calls(struct visit *visit)
{
	CURL *easy = visit->easy;

	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, visit->trouble);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, visit);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, visit);
	curl_easy_setopt(easy, CURLOPT_RESOLVER_START_FUNCTION, refuse_resolver);
	curl_easy_setopt(easy, CURLOPT_RESOLVER_START_DATA, visit);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, visit->look);
}

/* Not before it is needed: many wait for a host, and each of these takes 20 KB. */
static bool open_easy(struct visit *visit)
{
	if (visit->easy)
		return true;
	visit->easy = curl_easy_init();
	visit->share = curl_share_init();
	visit->fields = curl_slist_append(NULL, "Accept: text/html,application/xhtml+xml,*/*;q=0.8");
	if (!visit->easy || !visit->share || !visit->fields ||
	    curl_share_setopt(visit->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS) != CURLSHE_OK)
		return false;
	set_bounds(visit);
	set_trust(visit);
	set_calls(visit);
	return true;
}

enum err visit_open(struct look *look, const struct look_rules *rules)
{
	struct visit *visit = calloc(1, sizeof(*visit));
	enum err err = visit ? url_parse(&visit->url, look->url) : ERR_MEMORY;

	if (err != OK) {
		free(visit);
		return err;
	}
	visit->look = look;
	visit->rules = rules;
	visit->result.at = loop_time();
	look->visit = visit;
	return OK;
}

void visit_begin(struct visit *visit, usec_t now)
{
	struct probe_result *result = &visit->result;

	visit->began = now;
	result->failed = PROBE_DNS;
	result->dns_us = result->tcp_us = result->tls_us = result->first_us = -1;
	result->status = 0;
	result->type[0] = result->server[0] = '\0';
	result->address = (struct ip){ { 0 } };
	result->body = (struct span){ NULL, 0 };
	memcpy(result->final_url, visit->url.text, sizeof(result->final_url));
}

void visit_close(struct look *look)
{
	struct visit *visit = look->visit;

	names_leave(&look->names);
	look->visit = NULL;
	if (!visit)
		return;
	if (visit->easy)
		curl_easy_cleanup(visit->easy);
	if (visit->share)
		curl_share_cleanup(visit->share);
	curl_slist_free_all(visit->fields);
	curl_slist_free_all(visit->resolve);
	free(visit->body);
	free(visit);
}

static int compare_ip(const void *a, const void *b)
{
	return ip_compare(a, b);
}

void visit_fail(struct visit *visit, enum probe_phase phase, const char *why)
{
	struct probe_result *result = &visit->result;

	result->failed = phase;
	result->why[0] = '\0';
	if (result->redirects > 0)
		text_append(result->why, PROBE_WHY, "after a redirect to %.60s: ", visit->url.host);
	text_append(result->why, PROBE_WHY, "%s", why);
}

void visit_give_up(struct visit *visit)
{
	visit_fail(visit, PROBE_TCP, "no memory");
	visit->result.ours = true;
}

static unsigned outer_count(const struct visit *visit)
{
	unsigned count = 0;

	for (unsigned i = 0; i < visit->address_count; i++)
		count += !ip_is_private(&visit->addresses[i]);
	return count;
}

static void take_addresses(struct visit *visit, const struct ip *addresses, unsigned count)
{
	struct probe_result *result = &visit->result;

	visit->address_count = count;
	memcpy(visit->addresses, addresses, count * sizeof(*addresses));
	if (result->redirects > 0)
		return;
	result->address_count = count;
	memcpy(result->addresses, addresses, count * sizeof(*addresses));
	qsort(result->addresses, count, sizeof(*addresses), compare_ip);
	visit->inside = outer_count(visit) == 0;
}

static void take_servers(struct probe_result *result, const struct name_answer *answer)
{
	const char *server = answer->servers;

	for (unsigned i = 0; i < answer->server_count; i++) {
		snprintf(result->servers[i], PROBE_NAME, "%s", server);
		server += strlen(server) + 1;
	}
	result->server_count = answer->server_count;
}

/* Who changed a public site is not to make us ask in a network that only we can reach. It is inside when all of its
 * addresses are: to one that has a public one, whoever owns the name could add one of ours. That is told, and not asked. */
static bool may_connect(struct visit *visit)
{
	char why[PROBE_WHY], text[IP_TEXT];
	unsigned outer = 0;

	visit->result.failed = PROBE_TCP;
	if (visit->inside)
		return true;
	if (outer_count(visit) == 0) {
		snprintf(why, sizeof(why), "that is inside a private network (%s): not followed",
			 ip_text(&visit->addresses[0], text));
		visit_fail(visit, PROBE_HTTP, why);
		return false;
	}
	for (unsigned i = 0; i < visit->address_count; i++)
		if (!ip_is_private(&visit->addresses[i]))
			visit->addresses[outer++] = visit->addresses[i];
	visit->address_count = outer;
	return true;
}

bool visit_take_names(struct visit *visit, const struct name_answer *answer)
{
	struct probe_result *result = &visit->result;
	usec_t took = answer->at > visit->began ? answer->at - visit->began : 0;

	visit->used += took;
	result->total_us = visit->used;
	if (answer->why) {
		visit_fail(visit, PROBE_DNS, answer->why);
		result->ours = answer->ours;
		return false;
	}
	result->dns_us = took;
	if (result->redirects == 0)
		take_servers(result, answer);
	take_addresses(visit, answer->addresses, answer->address_count);
	return may_connect(visit);
}

bool visit_take_literal(struct visit *visit, const struct ip *ip, usec_t now)
{
	const struct name_answer answer = { .at = now, .addresses = ip, .address_count = 1 };

	return visit_take_names(visit, &answer);
}

struct turn_host visit_host(const struct visit *visit)
{
	return (struct turn_host){ visit->addresses[0], visit->url.port };
}

/* libcurl's table of addresses: HOST:PORT:ADDRESS,ADDRESS... */
static bool set_addresses(struct visit *visit)
{
	char line[PROBE_NAME + 16 + PROBE_ADDRESSES * (IP_TEXT + 3)] = "", text[IP_TEXT];

	text_append(line, sizeof(line), "%s:%u:", visit->url.host, visit->url.port);
	for (unsigned i = 0; i < visit->address_count; i++)
		text_append(line, sizeof(line), ip_is_v4(&visit->addresses[i]) ? "%s%s" : "%s[%s]", i ? "," : "",
			    ip_text(&visit->addresses[i], text));
	curl_slist_free_all(visit->resolve);
	visit->resolve = curl_slist_append(NULL, line);
	return visit->resolve && curl_easy_setopt(visit->easy, CURLOPT_RESOLVE, visit->resolve) == CURLE_OK;
}

bool visit_ready(struct visit *visit)
{
	const struct probe_settings *settings = &visit->rules->settings;
	usec_t left = settings->total_ms * USEC_PER_MS - visit->used;
	struct ip ip;

	visit->head = visit->len = 0;
	visit->result.cut = false;
	visit->answered = visit->complete = false;
	visit->trouble[0] = '\0';
	visit->certificate.seen.there = false;
	visit->sent = loop_steady();
	visit->shook = 0;
	if (left < USEC_PER_MS) {
		visit_fail(visit, PROBE_HTTP, "timed out: too slow redirects");
		return false;
	}
	if (open_easy(visit) &&
	    curl_easy_setopt(visit->easy, CURLOPT_TIMEOUT_MS, (long)(left / USEC_PER_MS)) == CURLE_OK &&
	    curl_easy_setopt(visit->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)settings->connect_ms) == CURLE_OK &&
	    curl_easy_setopt(visit->easy, CURLOPT_URL, visit->url.text) == CURLE_OK &&
	    (ip_parse(&ip, visit->url.host) == OK || set_addresses(visit)))
		return true;
	visit_give_up(visit);
	return false;
}
