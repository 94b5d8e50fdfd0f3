/*
 * deliver_web.c - mail, webhooks and chats, by libcurl: many at a time, none of which waits for another.
 *
 * A target's server is not trusted: it cannot send us elsewhere (no redirects, only the protocols of the
 * target), nor fill our memory, nor hold us longer than the time limit.
 */
#include "respond/delivery.h"

#include "base/text.h"

#include <stdlib.h>

#define ANSWER_MAX (64u << 10) /* bytes of an answer; a server that says more is cut off */

static void run_multi(struct courier *courier, curl_socket_t fd, int events);

static struct courier *courier_of(void *whom)
{
	return whom;
}

/* The loop's descriptors. libcurl says which ones it waits for; one call back serves all, and finds the
 * descriptor in what was given for it. */
struct web_socket {
	struct courier *courier;
	curl_socket_t fd;
};

static void socket_ready(void *whom, unsigned events)
{
	const struct web_socket *socket = whom;
	int bits = 0;

	if (events & LOOP_READ)
		bits |= CURL_CSELECT_IN;
	if (events & LOOP_WRITE)
		bits |= CURL_CSELECT_OUT;
	if (events & LOOP_GONE)
		bits |= CURL_CSELECT_ERR;
	run_multi(socket->courier, socket->fd, bits); /* frees it perhaps */
}

static int watch_socket(CURL *easy, curl_socket_t fd, int what, void *whom, void *of_socket)
{
	struct courier *courier = courier_of(whom);
	struct web_socket *socket = of_socket;
	unsigned events = (what & CURL_POLL_IN ? LOOP_READ : 0u) | (what & CURL_POLL_OUT ? LOOP_WRITE : 0u);

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		loop_forget(courier->loop, fd);
		curl_multi_assign(courier->multi, fd, NULL);
		free(socket);
		return 0;
	}
	if (socket)
		return loop_change(courier->loop, fd, events) ? 0 : -1;
	socket = malloc(sizeof(*socket));
	if (!socket)
		return -1;
	*socket = (struct web_socket){ courier, fd };
	if (loop_watch(courier->loop, fd, events, socket_ready, socket) &&
	    curl_multi_assign(courier->multi, fd, socket) == CURLM_OK)
		return 0;
	loop_forget(courier->loop, fd);
	free(socket);
	return -1;
}

static int set_due(CURLM *multi, long milliseconds, void *whom)
{
	(void)multi;
	courier_of(whom)->curl_due = milliseconds < 0 ? 0 : loop_steady() + milliseconds * USEC_PER_MS;
	return 0;
}

bool courier_open(struct courier *courier)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return false;
	courier->multi = curl_multi_init();
	return courier->multi &&
	       curl_multi_setopt(courier->multi, CURLMOPT_SOCKETFUNCTION, watch_socket) == CURLM_OK &&
	       curl_multi_setopt(courier->multi, CURLMOPT_SOCKETDATA, courier) == CURLM_OK &&
	       curl_multi_setopt(courier->multi, CURLMOPT_TIMERFUNCTION, set_due) == CURLM_OK &&
	       curl_multi_setopt(courier->multi, CURLMOPT_TIMERDATA, courier) == CURLM_OK;
}

void courier_close(struct courier *courier)
{
	curl_multi_cleanup(courier->multi);
	curl_global_cleanup();
}

void courier_run(struct courier *courier, usec_t now)
{
	if (courier->curl_due == 0 || courier->curl_due > now)
		return;
	courier->curl_due = 0;
	run_multi(courier, CURL_SOCKET_TIMEOUT, 0);
}

/* What goes and comes. */

static size_t give_body(char *room, size_t size, size_t count, void *whom)
{
	struct delivery *d = whom;
	size_t len = d->size - d->web.sent;

	if (len > size * count)
		len = size * count;
	memcpy(room, d->body + d->web.sent, len);
	d->web.sent += len;
	return len;
}

static size_t take_answer(char *bytes, size_t size, size_t count, void *whom)
{
	struct delivery *d = whom;
	size_t len = size * count;

	delivery_hear(d->web.said, &d->web.heard, (struct span){ (const uint8_t *)bytes, len });
	return d->web.heard > ANSWER_MAX ? 0 : len;
}

/* Mail: each line of the server comes here; one address may be refused while others are not. */
static size_t take_line(char *bytes, size_t size, size_t count, void *whom)
{
	struct delivery *d = whom;
	size_t len = size * count, heard = 0;

	if (d->target->kind == TARGET_MAIL && len > 0 && (bytes[0] == '4' || bytes[0] == '5')) {
		d->web.refused[0] = '\0';
		delivery_hear(d->web.refused, &heard, (struct span){ (const uint8_t *)bytes, len });
	}
	return len;
}

static bool append(struct curl_slist **list, const char *text)
{
	struct curl_slist *more = curl_slist_append(*list, text);

	if (more)
		*list = more;
	return more != NULL;
}

/* What holds for every request. */
static void set_bounds(struct delivery *d, const char *protocols)
{
	const struct teller_settings *s = d->courier->settings;
	CURL *easy = d->web.easy;

	curl_easy_setopt(easy, CURLOPT_PRIVATE, d);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(s->connect_max / USEC_PER_MS));
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(s->total_max / USEC_PER_MS));
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, d->web.trouble);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, d);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_line);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, d);
	if (s->ca_file && s->ca_file[0])
		curl_easy_setopt(easy, CURLOPT_CAINFO, s->ca_file);
}

/* Whom we trust to be the server. Where the mail may go without TLS, TLS with anybody is better than none:
 * mail servers have certificates for localhost that nobody signed. */
static void set_tls(struct delivery *d, const struct target_place *place)
{
	bool open = (d->target->plain || target_is_here(place)) && strcmp(place->scheme, "smtp") == 0;

	curl_easy_setopt(d->web.easy, CURLOPT_USE_SSL, (long)(open ? CURLUSESSL_TRY : CURLUSESSL_ALL));
	curl_easy_setopt(d->web.easy, CURLOPT_SSL_VERIFYPEER, open ? 0L : 1L);
	curl_easy_setopt(d->web.easy, CURLOPT_SSL_VERIFYHOST, open ? 0L : 2L);
}

/* In a URL of SMTP the path is the name that we greet with. */
static bool set_mail(struct delivery *d)
{
	const struct target *t = d->target;
	char url[TARGET_URL + sizeof(d->courier->host) + 1], address[TARGET_ADDRESS + 2];
	struct target_place place;
	bool good = target_place(t->url, &place);

	set_bounds(d, "smtp,smtps");
	set_tls(d, &place);
	snprintf(url, sizeof(url), "%s/%s", t->url, d->courier->host);
	snprintf(address, sizeof(address), "<%s>", t->from);
	good = good && curl_easy_setopt(d->web.easy, CURLOPT_URL, url) == CURLE_OK &&
	       curl_easy_setopt(d->web.easy, CURLOPT_MAIL_FROM, address) == CURLE_OK;
	for (unsigned i = 0; i < TARGET_ADDRESSES && t->to[i][0]; i++) {
		snprintf(address, sizeof(address), "<%s>", t->to[i]);
		good = good && append(&d->web.addresses, address);
	}
	curl_easy_setopt(d->web.easy, CURLOPT_MAIL_RCPT, d->web.addresses);
	curl_easy_setopt(d->web.easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
	curl_easy_setopt(d->web.easy, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(d->web.easy, CURLOPT_READFUNCTION, give_body);
	curl_easy_setopt(d->web.easy, CURLOPT_READDATA, d);
	if (t->user[0])
		good = good && curl_easy_setopt(d->web.easy, CURLOPT_USERNAME, t->user) == CURLE_OK &&
		       curl_easy_setopt(d->web.easy, CURLOPT_PASSWORD, t->secret) == CURLE_OK;
	return good;
}

static bool set_post(struct delivery *d)
{
	const struct target *t = d->target;
	char header[TARGET_ADDRESS + 32];
	bool good = append(&d->web.headers, "Content-Type: application/json; charset=utf-8") &&
		    append(&d->web.headers, "Expect:"); /* it is small: no waiting for a go-ahead */

	set_bounds(d, "https,http");
	snprintf(header, sizeof(header), "Authorization: Bearer %s", t->secret);
	good = good && (!t->secret[0] || append(&d->web.headers, header));
	curl_easy_setopt(d->web.easy, CURLOPT_HTTPHEADER, d->web.headers);
	curl_easy_setopt(d->web.easy, CURLOPT_USERAGENT, "Hinomi/" HINOMI_VERSION);
	curl_easy_setopt(d->web.easy, CURLOPT_POSTFIELDSIZE, (long)d->size);
	curl_easy_setopt(d->web.easy, CURLOPT_POSTFIELDS, d->body);
	return good && curl_easy_setopt(d->web.easy, CURLOPT_URL, t->url) == CURLE_OK;
}

static void web_begin(struct delivery *d)
{
	bool mail = d->target->kind == TARGET_MAIL;

	d->web.easy = curl_easy_init();
	if (!d->web.easy || !(mail ? set_mail(d) : set_post(d)) ||
	    curl_multi_add_handle(d->courier->multi, d->web.easy) != CURLM_OK)
		delivery_over(d, DELIVERY_LATER, "libcurl cannot begin: no memory?");
}

static void web_stop(struct delivery *d)
{
	if (d->web.easy) {
		curl_multi_remove_handle(d->courier->multi, d->web.easy);
		curl_easy_cleanup(d->web.easy);
	}
	curl_slist_free_all(d->web.headers);
	curl_slist_free_all(d->web.addresses);
}

/* The end. */

static void end_post(struct delivery *d, CURLcode code, long status)
{
	const char *said = d->web.said[0] ? d->web.said : "no words";

	if (status >= 200 && status < 300) /* also when its answer was too long: it took the message */
		delivery_over(d, DELIVERY_DONE, "%s", "");
	else if (status >= 300 && status < 400)
		delivery_over(d, DELIVERY_REFUSED, "the server sends us elsewhere (%ld): give the new URL", status);
	else if (status == 408 || status == 425 || status == 429 || status >= 500)
		delivery_over(d, DELIVERY_LATER, "the server answers %ld: %s", status, said);
	else if (status >= 400)
		delivery_over(d, DELIVERY_REFUSED, "the server answers %ld: %s", status, said);
	else
		delivery_over(d, DELIVERY_LATER, "%s",
			      d->web.trouble[0] ? d->web.trouble : curl_easy_strerror(code));
}

/* A reply of SMTP that begins with 5 is final, one with 4 passes (RFC 5321, section 4.2.1). */
static void end_mail(struct delivery *d, CURLcode code)
{
	const char *trouble = d->web.trouble[0] ? d->web.trouble : curl_easy_strerror(code);

	if (code == CURLE_OK && d->web.refused[0])
		delivery_over(d, DELIVERY_DONE, "not to all addresses: %s", d->web.refused);
	else if (code == CURLE_OK)
		delivery_over(d, DELIVERY_DONE, "%s", "");
	else if (d->web.refused[0])
		delivery_over(d, d->web.refused[0] == '5' ? DELIVERY_REFUSED : DELIVERY_LATER, "%s: %s", trouble,
			      d->web.refused);
	else
		delivery_over(d, DELIVERY_LATER, "%s", trouble);
}

static void run_multi(struct courier *courier, curl_socket_t fd, int events)
{
	int running, left;
	const CURLMsg *message;

	curl_multi_socket_action(courier->multi, fd, events, &running);
	while ((message = curl_multi_info_read(courier->multi, &left))) {
		struct delivery *d = NULL;
		long status = 0;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&d);
		curl_easy_getinfo(message->easy_handle, CURLINFO_RESPONSE_CODE, &status);
		if (d->target->kind == TARGET_MAIL)
			end_mail(d, message->data.result);
		else
			end_post(d, message->data.result, status);
	}
}

const struct way way_web = { web_begin, NULL, web_stop };
