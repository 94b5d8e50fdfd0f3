/*
 * probe_tool.c - looks at the URLs of its command line and tells each result as a line of JSON; tests/live/run-probe.
 *
 *     probe_tool [--per-second N] [--at-once N] [--connect-ms N] [--total-ms N] [--body-max N] [--redirects N]
 *                [--ca FILE] [--resolver ADDRESS] [--poll] [--sandbox] [--give-up MS] URL...
 *
 * --poll waits with poll() for probe_fd(), as a loop of somebody else does; --sandbox enters that of a teller first;
 * --give-up ends after that time, whatever is under way. The last line tells how many threads there were at the most.
 */
#include "base/json.h"
#include "base/text.h"
#include "probe/probe.h"
#include "process/loop.h"
#include "process/sandbox.h"

#include <getopt.h>
#include <poll.h>
#include <stdlib.h>

struct way {
	bool by_poll, sandboxed;
	usec_t most; /* microseconds; 0: until all are told */
};

static usec_t begin;
static unsigned threads_most;

static void put_int(struct json *json, const char *key, int64_t value)
{
	json_key(json, key);
	json_int(json, value);
}

static void put_hex(struct json *json, const char *key, const uint8_t digest[32])
{
	char text[65];

	for (unsigned i = 0; i < 32; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	json_put_string(json, key, text);
}

static void put_certificate(struct json *json, const struct probe_certificate *c)
{
	if (!c->there)
		return;
	json_put_object(json, "certificate");
	json_put_bool(json, "trusted", c->trusted);
	json_put_string(json, "why", c->why);
	put_hex(json, "sha256", c->sha256);
	put_hex(json, "key_sha256", c->key_sha256);
	put_int(json, "from", c->from / USEC_PER_SEC);
	put_int(json, "until", c->until / USEC_PER_SEC);
	json_put_string(json, "subject", c->subject);
	json_put_string(json, "issuer", c->issuer);
	json_close_object(json);
}

static void put_names(struct json *json, const struct probe_result *r)
{
	char text[IP_TEXT];

	json_put_string(json, "address", ip_text(&r->address, text));
	json_put_array(json, "addresses");
	for (unsigned i = 0; i < r->address_count; i++)
		json_write_string(json, ip_text(&r->addresses[i], text));
	json_close_array(json);
	json_put_array(json, "servers");
	for (unsigned i = 0; i < r->server_count; i++)
		json_write_string(json, r->servers[i]);
	json_close_array(json);
}

static void put_times(struct json *json, const struct probe_result *r)
{
	put_int(json, "dns_us", r->dns_us);
	put_int(json, "tcp_us", r->tcp_us);
	put_int(json, "tls_us", r->tls_us);
	put_int(json, "first_us", r->first_us);
	put_int(json, "total_us", r->total_us);
	put_int(json, "told_us", loop_steady() - begin);
}

static unsigned threads_now(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[128];
	unsigned threads = 0;

	while (status && fgets(line, sizeof(line), status))
		if (strncmp(line, "Threads:", 8) == 0)
			threads = (unsigned)strtoul(line + 8, NULL, 10);
	if (status)
		fclose(status);
	return threads;
}

static void tell(void *whom, uint64_t number, const struct probe_result *r)
{
	struct json json = json_init(stdout);
	unsigned threads = threads_now();

	(void)whom;
	if (threads > threads_most)
		threads_most = threads;
	json_open_object(&json);
	json_put_uint(&json, "number", number);
	json_put_string(&json, "failed", probe_phase_name(r->failed));
	json_put_string(&json, "why", r->why);
	json_put_bool(&json, "ours", r->ours);
	put_times(&json, r);
	json_put_uint(&json, "status", r->status);
	json_put_string(&json, "final_url", r->final_url);
	json_put_uint(&json, "redirects", r->redirects);
	json_put_string(&json, "type", r->type);
	json_put_string(&json, "server", r->server);
	put_names(&json, r);
	put_certificate(&json, &r->certificate);
	json_key(&json, "body");
	json_span(&json, (struct span){ r->body.ptr, r->body.len < 200 ? r->body.len : 200 });
	json_put_uint(&json, "body_len", r->body.len);
	json_put_bool(&json, "cut", r->cut);
	json_put_uint(&json, "bytes", r->bytes);
	json_close_object(&json);
	json_end_line(&json);
}

static uint32_t number_of(const char *text)
{
	return (uint32_t)strtoul(text, NULL, 10);
}

static bool take_option(struct probe_settings *s, int option, struct way *way)
{
	switch (option) {
	case 's':
		s->per_second = number_of(optarg);
		return true;
	case 'o':
		s->at_once = number_of(optarg);
		return true;
	case 'c':
		s->connect_ms = number_of(optarg);
		return true;
	case 't':
		s->total_ms = number_of(optarg);
		return true;
	case 'b':
		s->body_max = number_of(optarg);
		return true;
	case 'r':
		s->redirects = number_of(optarg);
		return true;
	case 'a':
		s->ca_file = optarg;
		return true;
	case 'd':
		s->resolver = optarg;
		return true;
	case 'p':
		way->by_poll = true;
		return true;
	case 'x':
		way->sandboxed = true;
		return true;
	case 'g':
		way->most = number_of(optarg) * USEC_PER_MS;
		return true;
	default:
		return false;
	}
}

static bool enter_sandbox(void)
{
	const struct sandbox_wish wish = { .role = SANDBOX_TELLER, .uid = 65534, .gid = 65534 };
	struct sandbox_report report;

	return sandbox_enter(&wish, &report) == OK && report.seccomp;
}

static void work(struct probe_set *set, const struct way *way)
{
	struct pollfd poll_fd = { .fd = probe_fd(set), .events = POLLIN };

	while (probe_waiting(set) > 0 && (way->most == 0 || loop_steady() < begin + way->most)) {
		if (way->by_poll)
			poll(&poll_fd, 1, 10000);
		probe_work(set, way->by_poll ? 0 : 100);
	}
}

int main(int count, char **words)
{
	static const struct option options[] = {
		{ "per-second", 1, 0, 's' }, { "at-once", 1, 0, 'o' },	{ "connect-ms", 1, 0, 'c' },
		{ "total-ms", 1, 0, 't' },   { "body-max", 1, 0, 'b' }, { "redirects", 1, 0, 'r' },
		{ "ca", 1, 0, 'a' },	     { "resolver", 1, 0, 'd' }, { "poll", 0, 0, 'p' },
		{ "sandbox", 0, 0, 'x' },    { "give-up", 1, 0, 'g' },	{ 0 },
	};
	struct probe_settings settings = { 100,	      50,	  3000, 5000, PROBE_BODY, 5, "Hinomi site watch",
					   "",	      "" };
	struct probe_set *set;
	struct way way = { 0 };
	int option;

	while ((option = getopt_long(count, words, "", options, NULL)) != -1)
		if (!take_option(&settings, option, &way))
			return 2;
	set = probe_new(&settings, tell, NULL);
	if (!set || (way.sandboxed && !enter_sandbox())) {
		fputs("probe_tool: the set or the sandbox cannot be made\n", stderr);
		return 1;
	}
	begin = loop_steady();
	for (int i = optind; i < count; i++) {
		enum err err = probe_ask(set, (uint64_t)(i - optind), words[i]);

		if (err != OK)
			printf("{\"number\":%d,\"refused\":%d}\n", i - optind, (int)err);
	}
	work(set, &way);
	printf("{\"threads\":%u}\n", threads_most);
	probe_free(set);
	return 0;
}
