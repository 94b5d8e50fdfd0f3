/* web.c - the gate as a whole: the library that speaks HTTP, its bounds, and the way to the keeper. */
#include "web/web_private.h"

#include "base/text.h"
#include "web/metrics.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define CONNECTIONS      1000
#define CONNECTIONS_LEAST 16
#define PER_ADDRESS      100
#define LEAVING          64 /* connections that are hung up on, while others take their places */
#define OTHER_FILES      64 /* descriptors besides connections */
#define CONNECTION_BYTES (16u << 10) /* request line, headers, and what is sent next */
#define IDLE_SECONDS     90u /* a second net below caller_phase's bounds */
#define KEEPER_PATIENCE  (15 * USEC_PER_SEC)
#define ROUNDS           16 /* of the library in one web_run() */
#define LIFE             (12 * 3600 * USEC_PER_SEC)
#define IDLE             (3600 * USEC_PER_SEC)

static struct ip ip_of(const struct sockaddr *address)
{
	struct ip ip = { { 0 } };

	if (address && address->sa_family == AF_INET)
		return ip_from_v4((const uint8_t *)&((const struct sockaddr_in *)(const void *)address)
					  ->sin_addr);
	if (address && address->sa_family == AF_INET6)
		memcpy(ip.b, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr,
		       sizeof(ip.b));
	return ip;
}

static enum MHD_Result accept_caller(void *whom, const struct sockaddr *address, socklen_t length)
{
	struct web *web = whom;
	struct ip ip = ip_of(address);

	(void)length;
	return callers_welcome(web->callers, &ip) ? MHD_YES : MHD_NO;
}

static void note_caller(void *whom, struct MHD_Connection *connection, void **caller,
			enum MHD_ConnectionNotificationCode what)
{
	struct web *web = whom;
	struct ip ip;
	int fd;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		ip = ip_of(MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
				   ->client_addr);
		fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)
			     ->connect_fd;
		*caller = callers_add(web->callers, fd, &ip, web->now);
	} else if (*caller) {
		callers_remove(web->callers, *caller);
		*caller = NULL;
	}
}

static void request_done(void *whom, struct MHD_Connection *connection, void **request,
			 enum MHD_RequestTerminationCode why)
{
	(void)whom;
	(void)connection;
	(void)why;
	if (*request)
		request_free(*request);
	*request = NULL;
}

/* What the library complains about is what clients do wrong: it is counted elsewhere. */
static void log_nothing(void *whom, const char *format, va_list arguments)
{
	(void)whom;
	(void)format;
	(void)arguments;
}

/* Makes room for descriptors; returns how many connections there may be. */
static unsigned connections_possible(unsigned wanted)
{
	rlim_t need = (rlim_t)wanted + LEAVING + OTHER_FILES;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	if (limit.rlim_cur < need) {
		limit.rlim_cur = need < limit.rlim_max ? need : limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			return 0;
	}
	if (limit.rlim_cur >= need)
		return wanted;
	return limit.rlim_cur > LEAVING + OTHER_FILES
		       ? (unsigned)(limit.rlim_cur - LEAVING - OTHER_FILES)
		       : 0;
}

static struct MHD_Daemon *daemon_start(struct web *web)
{
	const struct web_settings *s = &web->settings;
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)s->tls_cert },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)s->tls_key },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0,
		  (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" },
		{ MHD_OPTION_END, 0, NULL },
	};
	struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };

	if (s->tls_cert)
		flags |= MHD_USE_TLS;
	return MHD_start_daemon(
		flags, 0, accept_caller, web, request_call, web, MHD_OPTION_EXTERNAL_LOGGER,
		log_nothing, NULL, MHD_OPTION_LISTEN_SOCKET, s->listen_fd,
		MHD_OPTION_CONNECTION_LIMIT, s->connections + LEAVING,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
		MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS, MHD_OPTION_NOTIFY_CONNECTION,
		note_caller, web, MHD_OPTION_NOTIFY_COMPLETED, request_done, web,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
		MHD_OPTION_ARRAY, s->tls_cert ? tls : none, MHD_OPTION_END);
}

/* Why not, or NULL. */
static const char *web_open(struct web *web)
{
	struct web_settings *s = &web->settings;

	if (sodium_init() < 0)
		return "no source of random numbers";
	tzset(); /* reads its file now: the date of each response may not */
	s->connections = connections_possible(s->connections ? s->connections : CONNECTIONS);
	if (s->connections < CONNECTIONS_LEAST)
		return "too few open files are allowed (ulimit -n)";
	web->sessions = sessions_new(s->session_life ? s->session_life : LIFE,
				     s->session_idle ? s->session_idle : IDLE);
	web->pace = pace_new();
	web->callers = callers_new(s->connections, s->per_address ? s->per_address : PER_ADDRESS);
	web->streams = streams_new();
	if (!web->sessions || !web->pace || !web->callers || !web->streams)
		return "no memory";
	web->daemon = daemon_start(web);
	if (!web->daemon)
		return s->tls_cert ? "HTTPS cannot start: do certificate and key fit together?"
				   : "HTTP cannot start";
	return NULL;
}

struct web *web_new(const struct web_settings *settings, web_send *send, void *whom,
		    char trouble[WEB_TROUBLE])
{
	struct web *web = calloc(1, sizeof(*web));
	const char *why = "no memory";

	if (web) {
		web->settings = *settings;
		web->send = send;
		web->whom = whom;
		web->setup = settings->setup_token &&
			     strlen(settings->setup_token) >= WEB_SETUP_TOKEN_MIN;
		why = web_open(web);
	}
	if (!why)
		return web;
	snprintf(trouble, WEB_TROUBLE, "%s", why);
	web_free(web);
	return NULL;
}

/* Answers whoever asked before `since` that the keeper does not. */
static void asks_give_up(struct web *web, usec_t since)
{
	for (struct ask *ask = web->asks; ask < web->asks + ASKS_MAX; ask++) {
		struct request *request = ask->request;

		if (ask->number == 0 || ask->asked > since)
			continue;
		*ask = (struct ask){ 0 };
		request_answered(request, NULL, (struct span){ NULL, 0 });
	}
}

void web_keeper_lost(struct web *web, usec_t now)
{
	web->now = now;
	asks_give_up(web, now);
}

void web_free(struct web *web)
{
	if (!web)
		return;
	if (web->daemon) { /* the library must not end while somebody sleeps */
		streams_end(web->streams);
		asks_give_up(web, INT64_MAX);
		MHD_stop_daemon(web->daemon);
	}
	streams_free(web->streams);
	callers_free(web->callers);
	pace_free(web->pace);
	sessions_free(web->sessions);
	free(web);
}

int web_fd(const struct web *web)
{
	return MHD_get_daemon_info(web->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

static void web_due(struct web *web)
{
	if (web->now - web->ticked < USEC_PER_SEC)
		return;
	web->ticked = web->now;
	callers_sweep(web->callers, web->now);
	streams_tick(web->streams, web->sessions, web->now);
	asks_give_up(web, web->now - KEEPER_PATIENCE);
}

bool web_run(struct web *web, usec_t now)
{
	MHD_UNSIGNED_LONG_LONG wait = 0;
	bool more = true;

	web->now = now;
	web_due(web);
	for (unsigned i = 0; i < ROUNDS && more; i++) {
		MHD_run(web->daemon);
		more = MHD_get_timeout(web->daemon, &wait) == MHD_YES && wait == 0;
	}
	return more;
}

void web_answer(struct web *web, uint64_t number, struct span json, usec_t now)
{
	struct ask *ask = web->asks;
	struct request *request;
	json_t *answer;

	web->now = now;
	while (ask < web->asks + ASKS_MAX && (ask->number != number || number == 0))
		ask++;
	if (ask == web->asks + ASKS_MAX)
		return; /* it came too late, or nobody waits for it */
	request = ask->request;
	*ask = (struct ask){ 0 };
	answer = json_loadb((const char *)json.ptr, json.len, 0, NULL);
	request_answered(request, json_is_object(answer) ? answer : NULL, json);
	json_decref(answer);
}

/* The keeper tells of a change to an account: that is for us, not for browsers. */
static void account_changed(struct web *web, const json_t *data)
{
	const char *name = json_string_value(json_object_get(data, "name"));

	if (name)
		sessions_end_of(web->sessions, name);
}

void web_push(struct web *web, struct span json, usec_t now)
{
	json_t *frame = json_loadb((const char *)json.ptr, json.len, 0, NULL);
	const char *event = json_string_value(json_object_get(frame, "push"));
	json_t *data = json_object_get(frame, "data");
	char *text = data ? json_dumps(data, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

	web->now = now;
	if (event && strcmp(event, "account") == 0)
		account_changed(web, data);
	else if (!event || !text || !streams_push(web->streams, event, text_span(text)))
		web->bad_pushes++;
	free(text);
	json_decref(frame);
}

void web_metrics(const struct web *web, json_t *metrics)
{
	const struct {
		const char *name, *type, *help;
		uint64_t value;
	} ours[] = {
		{ "hinomi_web_connections", "gauge", "Connections of browsers and programs",
		  callers_count(web->callers) },
		{ "hinomi_web_hung_up_total", "counter",
		  "Connections ended because they were too slow or too many",
		  callers_hung_up(web->callers) },
		{ "hinomi_web_requests_total", "counter", "Requests over HTTP", web->requests },
		{ "hinomi_web_refused_total", "counter", "Requests that were refused",
		  web->refused },
		{ "hinomi_web_logins_total", "counter", "Logins", web->logins },
		{ "hinomi_web_logins_failed_total", "counter", "Logins that failed",
		  web->logins_failed },
		{ "hinomi_web_streams", "gauge", "Open streams of events",
		  streams_count(web->streams) },
		{ "hinomi_web_streams_overrun_total", "counter",
		  "Streams ended because they fell behind", streams_overrun(web->streams) },
		{ "hinomi_web_bad_pushes_total", "counter",
		  "Events from the keeper that could not be told", web->bad_pushes },
	};

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		metrics_add(metrics, ours[i].name, ours[i].type, ours[i].help,
			    (json_int_t)ours[i].value);
}
