/* outcome.c - what a transfer that ended tells: times, answer, the phase that failed, and where a redirect leads. */
#include "probe/look.h"
#include "probe/words.h"

#include "base/text.h"

static usec_t info_time(CURL *easy, CURLINFO what)
{
	curl_off_t time = 0;

	curl_easy_getinfo(easy, what, &time);
	return time;
}

static void copy_text(char *room, size_t size, const char *text)
{
	snprintf(room, size, "%s", text ? text : "");
}

static const char *field(CURL *easy, const char *name)
{
	struct curl_header *found = NULL;

	return curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK ? found->value : NULL;
}

/* When the connection was there, since the transfer began; 0: it was not. Where the handshake of TLS fails, libcurl 7.88
 * tells no time of connecting. */
static usec_t connect_time(const struct visit *visit)
{
	return visit->url.tls && visit->shook ? visit->shook - visit->sent + 1
					      : info_time(visit->easy, CURLINFO_CONNECT_TIME_T);
}

/* libcurl's times are all since the beginning of the transfer; 0: not reached. */
static void take_times(struct visit *visit)
{
	struct probe_result *result = &visit->result;
	usec_t connected = connect_time(visit);
	usec_t secured = info_time(visit->easy, CURLINFO_APPCONNECT_TIME_T);
	usec_t first = info_time(visit->easy, CURLINFO_STARTTRANSFER_TIME_T);

	visit->used += info_time(visit->easy, CURLINFO_TOTAL_TIME_T);
	result->total_us = visit->used;
	if (connected > 0)
		result->tcp_us = connected;
	if (secured > 0)
		result->tls_us = secured - connected;
	if (visit->answered && first > 0)
		result->first_us = first - (secured > 0 ? secured : connected);
}

static void take_answer(struct visit *visit)
{
	struct probe_result *result = &visit->result;
	CURL *easy = visit->easy;
	const char *text = NULL;
	curl_off_t bytes = 0;
	long status = 0;

	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
	result->status = visit->answered && status > 0 ? (unsigned)status : 0;
	result->bytes += (uint64_t)bytes;
	curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &text);
	copy_text(result->type, sizeof(result->type), text);
	copy_text(result->server, sizeof(result->server), field(easy, "Server"));
	curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &text);
	if (text && ip_parse(&result->address, text) != OK)
		result->address = (struct ip){ { 0 } };
	result->body = (struct span){ visit->body, visit->len };
}

/* The first one is told; one of a later host only where it does not hold, as then people see a warning. */
static void take_certificate(struct visit *visit)
{
	const struct probe_certificate *seen = &visit->certificate.seen;
	struct probe_certificate *told = &visit->result.certificate;

	if (!seen->there)
		return;
	if (!told->there) {
		*told = *seen;
	} else if (told->trusted && !seen->trusted) {
		told->trusted = false;
		snprintf(told->why, sizeof(told->why), "of %.60s: %.90s", visit->url.host, seen->why);
	}
}

static enum probe_phase phase_of(const struct visit *visit)
{
	if (connect_time(visit) == 0)
		return PROBE_TCP;
	if (visit->url.tls && info_time(visit->easy, CURLINFO_APPCONNECT_TIME_T) == 0)
		return PROBE_TLS;
	return visit->complete ? PROBE_BODY_READ : PROBE_HTTP;
}

/* 0.0.0.0/8, multicast, 240.0.0.0/4: no host is there, and nobody gets there (RFC 6890). */
static bool is_no_host(const struct ip *ip)
{
	return ip_is_multicast(ip) || (ip_is_v4(ip) && (ip->b[12] == 0 || ip->b[12] >= 240));
}

static bool has_host(const struct visit *visit)
{
	for (unsigned i = 0; i < visit->address_count; i++)
		if (!is_no_host(&visit->addresses[i]))
			return true;
	return false;
}

static void tell_failure(struct visit *visit, CURLcode code)
{
	enum probe_phase phase = phase_of(visit);
	struct failure failure = { .code = code, .trouble = visit->trouble };
	char why[PROBE_WHY];
	curl_off_t bytes = 0;
	long error = 0;

	curl_easy_getinfo(visit->easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
	failure.bytes = (uint64_t)bytes;
	curl_easy_getinfo(visit->easy, CURLINFO_OS_ERRNO, &error);
	failure.error = (int)error;
	failure.waited = info_time(visit->easy, CURLINFO_TOTAL_TIME_T);
	failure_say(&failure, phase, why);
	visit_fail(visit, phase, visit->refused ? visit->refused : why);
	visit->result.no_way = failure_is_no_way(&failure, phase);
	visit->result.ours = failure_is_ours(&failure, phase) && (!visit->result.no_way || has_host(visit));
}

static bool leads_on(unsigned status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* True: visit->url is where it leads. */
static bool follow(struct visit *visit, const char *location)
{
	struct probe_result *result = &visit->result;
	struct probe_url next;
	char why[PROBE_WHY];
	enum err err;

	if (result->redirects >= visit->rules->settings.redirects) {
		snprintf(why, sizeof(why), "more than %u redirects", visit->rules->settings.redirects);
		visit_fail(visit, PROBE_HTTP, why);
		return false;
	}
	err = url_follow(&next, &visit->url, location);
	if (err != OK) {
		snprintf(why, sizeof(why), "it redirects to what is %s: %.80s",
			 err == ERR_UNSUPPORTED ? "not on the web" :
			 err == ERR_LIMIT	? "too long" :
						  "no address of a page",
			 location);
		visit_fail(visit, PROBE_HTTP, why);
		return false;
	}
	visit->url = next;
	result->redirects++;
	return true;
}

static void tell_page(struct visit *visit)
{
	struct probe_result *result = &visit->result;
	char why[PROBE_WHY];

	result->failed = PROBE_DONE;
	if (result->status < 500)
		return;
	snprintf(why, sizeof(why), "the server answers with the error %u", result->status);
	visit_fail(visit, PROBE_HTTP, why);
}

bool visit_end(struct visit *visit, CURLcode code)
{
	const char *location;

	take_times(visit);
	take_answer(visit);
	take_certificate(visit);
	if (visit->result.cut && !visit->refused)
		code = CURLE_OK;
	location = visit->complete && leads_on(visit->result.status) ? field(visit->easy, "Location") : NULL;
	if (location && !visit->refused)
		return follow(visit, location);
	if (code != CURLE_OK)
		tell_failure(visit, code);
	else
		tell_page(visit);
	return false;
}
