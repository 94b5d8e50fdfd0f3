/* event_log.c - copies of events in one stretch of memory. */
#include "talk/event_log.h"

#include "base/pages.h"

#include <stddef.h>
#include <string.h>

bool event_log_open(struct event_log *log, uint32_t limit, size_t size)
{
	*log = (struct event_log){ .limit = limit, .size = size };
	log->bytes = pages_new(size);
	log->events = pages_new(limit * sizeof(*log->events));
	return log->bytes && log->events;
}

void event_log_close(struct event_log *log)
{
	pages_free(log->bytes, log->size);
	pages_free((void *)log->events, log->limit * sizeof(*log->events));
	log->bytes = NULL;
	log->events = NULL;
}

void event_log_clear(struct event_log *log)
{
	log->used = 0;
	log->count = 0;
}

/* So many bytes, aligned for any member of an event; NULL when there are none. */
static void *log_room(struct event_log *log, size_t size)
{
	uint8_t *at = log->bytes + log->used;

	size = (size + 7) & ~(size_t)7;
	if (size > log->size - log->used)
		return NULL;
	log->used += size;
	return at;
}

/* Moves a text into the log. False: no room. */
static bool log_text(struct event_log *log, struct span *text)
{
	size_t n = text->len < EVENT_TEXT_MAX ? text->len : EVENT_TEXT_MAX;
	uint8_t *at = log->bytes + log->used;

	if (n > log->size - log->used)
		return false;
	if (n)
		memcpy(at, text->ptr, n);
	log->used += n;
	*text = (struct span){ at, n };
	return true;
}

static bool log_texts(struct event_log *log, struct span *const texts[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!log_text(log, texts[i]))
			return false;
	return true;
}

#define TEXTS(...)                                                                                 \
	((struct span *const[]){ __VA_ARGS__ }),                                                   \
		sizeof((struct span *const[]){ __VA_ARGS__ }) / sizeof(struct span *)

static bool log_dns(struct event_log *log, struct event_dns *d)
{
	if (!log_text(log, &d->qname))
		return false;
	for (unsigned i = 0; i < d->record_count; i++)
		if (!log_texts(log, TEXTS(&d->records[i].name, &d->records[i].text)))
			return false;
	return true;
}

/* The event's own texts. */
static bool log_own(struct event_log *log, struct event *e)
{
	switch (e->kind) {
	case EVENT_DNS:
		return log_dns(log, &e->dns);
	case EVENT_TLS:
	case EVENT_QUIC:
		return log_texts(log, TEXTS(&e->tls.sni, &e->tls.alpn, &e->tls.ja3, &e->tls.ja3s,
					    &e->tls.ja4, &e->tls.ja3_string, &e->tls.ja3s_string,
					    &e->tls.subject, &e->tls.issuer, &e->tls.serial,
					    &e->tls.names, &e->tls.fingerprint));
	case EVENT_HTTP:
		return log_texts(log, TEXTS(&e->http.method, &e->http.host, &e->http.url,
					    &e->http.agent, &e->http.referer, &e->http.protocol,
					    &e->http.type, &e->http.location, &e->http.server));
	case EVENT_SMTP:
		return log_texts(log, TEXTS(&e->smtp.helo, &e->smtp.from, &e->smtp.to,
					    &e->smtp.subject, &e->smtp.message_id,
					    &e->smtp.header_from, &e->smtp.header_to,
					    &e->smtp.header_cc, &e->smtp.files));
	case EVENT_SSH:
		return log_texts(log, TEXTS(&e->ssh.client, &e->ssh.server, &e->ssh.client_version,
					    &e->ssh.server_version, &e->ssh.hassh,
					    &e->ssh.hassh_server));
	case EVENT_LOGIN:
		return log_text(log, &e->login.user);
	case EVENT_FILE:
		return log_texts(log, TEXTS(&e->file.name, &e->file.declared));
	case EVENT_DHCP:
		return log_texts(log, TEXTS(&e->dhcp.hostname, &e->dhcp.vendor,
					    &e->dhcp.fingerprint));
	case EVENT_IRC:
		return log_texts(log, TEXTS(&e->irc.nick, &e->irc.server, &e->irc.from,
					    &e->irc.channel, &e->irc.text));
	case EVENT_MINING:
		return log_texts(log, TEXTS(&e->mining.user, &e->mining.agent));
	case EVENT_OTHER:
	case EVENT_KINDS:
		break;
	}
	return true;
}

/* Bytes of the event that mean something: DNS ones are mostly empty records. */
static size_t event_size(const struct event *e)
{
	if (e->kind == EVENT_DNS)
		return offsetof(struct event, dns) + offsetof(struct event_dns, records) +
		       e->dns.record_count * sizeof(e->dns.records[0]);
	return sizeof(*e) - sizeof(e->dns) + sizeof(e->tls);
}

_Static_assert(sizeof(struct event_tls) >= sizeof(struct event_http) &&
		       sizeof(struct event_tls) >= sizeof(struct event_file) &&
		       sizeof(struct event_tls) >= sizeof(struct event_smtp) &&
		       sizeof(struct event_tls) >= sizeof(struct event_ssh) &&
		       sizeof(struct event_tls) >= sizeof(struct event_irc) &&
		       sizeof(struct event_tls) >= sizeof(struct event_dhcp),
	       "the largest but DNS");

void event_log_add(struct event_log *log, const struct event *event)
{
	size_t before = log->used, size = event_size(event);
	struct event *copy = log->count < log->limit ? log_room(log, size) : NULL;

	log->told++;
	if (copy) {
		memcpy(copy, event, size);
		if (log_own(log, copy)) {
			log->used = (log->used + 7) & ~(size_t)7;
			if (log->used > log->size)
				log->used = log->size;
			log->events[log->count++] = copy;
			return;
		}
	}
	log->used = before;
	log->lost++;
}

int event_log_compare(const void *a, const void *b)
{
	const struct event *x = *(const struct event *const *)a;
	const struct event *y = *(const struct event *const *)b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	if (x->kind != y->kind && memcmp(&x->key, &y->key, sizeof(x->key)) == 0)
		return x->kind < y->kind ? -1 : 1;
	if (memcmp(&x->key, &y->key, sizeof(x->key)) != 0)
		return memcmp(&x->key, &y->key, sizeof(x->key));
	return x < y ? -1 : x > y; /* of one conversation, so in one log: as they were told */
}
