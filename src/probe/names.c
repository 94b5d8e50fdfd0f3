/*
 * names.c - asks for names by c-ares, many at a time; whoever asks for a name that is being asked for waits with the
 * others.
 *
 * Sources: c-ares' manual pages; RFC 1034 (3.6.2: an alias has no other records, so it is no zone), RFC 2181 (NS).
 */
#include "probe/names.h"

#include "base/hash.h"
#include "base/text.h"
#include "process/loop.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <ares.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/random.h>

#define FRESH_MAX  60    /* seconds */
#define KEPT_MAX   65536 /* names that are remembered or asked for */
#define BUCKETS    4096u /* a power of two */
#define TRIES      3
#define SERVERS_MS 2000 /* name servers of the zone are worth waiting for, but not for long */

enum name_state { NAME_ASKED, NAME_ZONE, NAME_KNOWN };

struct name {
	struct name *next; /* of its bucket */
	TAILQ_ENTRY(name) line;
	struct names *names;
	enum name_state state;
	bool kept;        /* in its bucket; one that is not goes when nothing is pending */
	bool again;       /* asked for the second time */
	unsigned pending; /* calls that c-ares owes us */
	usec_t began;     /* what is waited for now */
	usec_t fresh;     /* until then it may be told again */
	size_t zone;      /* where in `host` the zone begins that is asked for */
	LIST_HEAD(, name_wait) waits;
	struct ip addresses[PROBE_ADDRESSES];
	unsigned address_count, server_count;
	char *servers;
	const char *why;
	bool ours;
	usec_t at;
	char host[];
};

TAILQ_HEAD(name_line, name);

struct names {
	ares_channel channel;
	ares_channel asker; /* takes SERVFAIL for an answer: see addresses_told() */
	struct name *buckets[BUCKETS];
	struct name_line asked, zones; /* the longest waiting first: each line has one patience */
	struct name_line known;
	uint64_t key;
	size_t count;
	usec_t wait;
	bool closing;
};

static const char *why_of(int status)
{
	switch (status) {
	case ARES_ENOTFOUND:
		return "the name does not exist";
	case ARES_ENODATA:
		return "the name has no address";
	case ARES_ESERVFAIL:
		return "the name servers cannot tell (SERVFAIL)";
	case ARES_EREFUSED:
		return "the name server refuses to tell";
	case ARES_ETIMEOUT:
		return "timed out: no answer of a name server";
	case ARES_ECONNREFUSED:
		return "no name server can be reached";
	case ARES_EBADNAME:
		return "this cannot be a name";
	case ARES_EBADRESP:
	case ARES_EFORMERR:
		return "the name server's answer is broken";
	default:
		return ares_strerror(status);
	}
}

struct names *names_new(const struct names_settings *settings)
{
	struct names *names = calloc(1, sizeof(*names));
	/* Each try waits twice as long as the one before: t + 2t + 4t. */
	struct ares_options options = {
		.timeout = (int)(settings->wait_ms / 7 < 200 ? 200 : settings->wait_ms / 7),
		.tries = TRIES,
		.lookups = (char[]){ "fb" },
		.flags = ARES_FLAG_EDNS,
		.ednspsz = 1232, /* DNS flag day 2020: what no path fragments */
		.sock_state_cb = settings->watch,
		.sock_state_cb_data = settings->whom,
	};
	int given = ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS |
		    ARES_OPT_DOMAINS | ARES_OPT_SOCK_STATE_CB;

	if (!names)
		return NULL;
	TAILQ_INIT(&names->asked);
	TAILQ_INIT(&names->zones);
	TAILQ_INIT(&names->known);
	names->wait = settings->wait_ms * USEC_PER_MS;
	if (getrandom(&names->key, sizeof(names->key), 0) != sizeof(names->key))
		names->key = (uintptr_t)names;
	if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
		goto no_library;
	if (ares_init_options(&names->channel, &options, given) != ARES_SUCCESS)
		goto no_channel;
	options.flags |= ARES_FLAG_NOCHECKRESP;
	if (ares_init_options(&names->asker, &options, given) != ARES_SUCCESS)
		goto no_asker;
	if (settings->resolver[0] &&
	    (ares_set_servers_ports_csv(names->channel, settings->resolver) != ARES_SUCCESS ||
	     ares_set_servers_ports_csv(names->asker, settings->resolver) != ARES_SUCCESS))
		goto no_servers;
	return names;
no_servers:
	ares_destroy(names->asker);
no_asker:
	ares_destroy(names->channel);
no_channel:
	ares_library_cleanup();
no_library:
	free(names);
	return NULL;
}

static struct name **bucket_of(struct names *names, const char *host)
{
	return &names->buckets[hash_text((const uint8_t *)host, strlen(host), names->key) & (BUCKETS - 1)];
}

static void name_free(struct name *name)
{
	name->names->count--;
	free(name->servers);
	free(name);
}

/* Nobody finds it any more. */
static void name_drop(struct name *name)
{
	struct name **at = bucket_of(name->names, name->host);

	if (!name->kept)
		return;
	while (*at != name)
		at = &(*at)->next;
	*at = name->next;
	name->kept = false;
}

static struct name_line *line_of(struct names *names, enum name_state state)
{
	return state == NAME_ASKED ? &names->asked : state == NAME_ZONE ? &names->zones : &names->known;
}

static void name_move(struct name *name, enum name_state state, usec_t now)
{
	TAILQ_REMOVE(line_of(name->names, name->state), name, line);
	name->state = state;
	name->began = now;
	TAILQ_INSERT_TAIL(line_of(name->names, state), name, line);
}

void names_free(struct names *names)
{
	struct name *name;

	if (!names)
		return;
	names->closing = true;
	ares_destroy(names->channel);
	ares_destroy(names->asker);
	for (unsigned state = NAME_ASKED; state <= NAME_KNOWN; state++) {
		while ((name = TAILQ_FIRST(line_of(names, state)))) {
			TAILQ_REMOVE(line_of(names, state), name, line);
			name_free(name);
		}
	}
	ares_library_cleanup();
	free(names);
}

/* It goes when it is neither to be found nor owed anything. */
static void name_settle(struct name *name)
{
	if (name->kept || name->pending > 0)
		return;
	TAILQ_REMOVE(line_of(name->names, name->state), name, line);
	name_free(name);
}

static struct name_answer answer_of(const struct name *name)
{
	return (struct name_answer){
		.why = name->why,
		.ours = name->ours,
		.at = name->at,
		.addresses = name->addresses,
		.address_count = name->address_count,
		.servers = name->servers,
		.server_count = name->server_count,
	};
}

/* All that is to come of it came, or will not be waited for: all who wait are told. */
static void name_tell(struct name *name, usec_t now)
{
	const struct name_answer answer = answer_of(name);
	struct name_wait *wait;

	if (name->pending > 0 || name->why || name->fresh <= now)
		name_drop(name);
	name_move(name, NAME_KNOWN, now);
	name->pending++; /* stays while they are told */
	while ((wait = LIST_FIRST(&name->waits))) {
		names_leave(wait);
		wait->told(wait, &answer);
	}
	name->pending--;
	name_settle(name);
}

static int compare_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The servers' names, sorted, so that the order of an answer is no change. */
static void take_servers(struct name *name, char **told)
{
	unsigned count = 0;
	size_t size = 0;
	char *at;

	for (; told[count]; count++)
		for (char *c = told[count]; *c; c++)
			*c = (char)text_lower((uint8_t)*c);
	qsort(told, count, sizeof(*told), compare_text);
	if (count > PROBE_SERVERS)
		count = PROBE_SERVERS;
	for (unsigned i = 0; i < count; i++)
		size += strlen(told[i]) + 1;
	at = malloc(size ? size : 1);
	if (!at)
		return;
	name->servers = at;
	name->server_count = count;
	for (unsigned i = 0; i < count; i++) {
		memcpy(at, told[i], strlen(told[i]) + 1);
		at += strlen(told[i]) + 1;
	}
}

static void zone_ask(struct name *name);

static void zone_told(void *whom, int status, int timeouts, unsigned char *bytes, int len)
{
	struct name *name = whom;
	struct hostent *host = NULL;

	(void)timeouts;
	name->pending--;
	if (name->names->closing)
		return;
	if (name->state != NAME_ZONE) { /* it came too late */
		name_settle(name);
		return;
	}
	if (status == ARES_SUCCESS)
		status = ares_parse_ns_reply(bytes, len, &host);
	if (status == ARES_SUCCESS) {
		take_servers(name, host->h_aliases);
		ares_free_hostent(host);
	}
	if (status == ARES_ENODATA || status == ARES_ENOTFOUND) {
		name->zone += strcspn(name->host + name->zone, ".");
		name->zone += name->host[name->zone] == '.';
		zone_ask(name);
		return;
	}
	name_tell(name, loop_steady());
}

/* Names without a dot are those of registries: their servers are not the site's. */
static void zone_ask(struct name *name)
{
	if (!strchr(name->host + name->zone, '.')) {
		name_tell(name, loop_steady());
		return;
	}
	name->pending++;
	ares_query(name->names->channel, name->host + name->zone, ns_c_in, ns_t_ns, zone_told, name);
}

/* Of more than there is room for the lowest are kept, so that the order of an answer is no change. */
static void add_address(struct name *name, const struct ip *ip)
{
	unsigned highest = 0;

	for (unsigned i = 0; i < name->address_count; i++) {
		if (ip_equal(&name->addresses[i], ip))
			return;
		if (ip_compare(&name->addresses[i], &name->addresses[highest]) > 0)
			highest = i;
	}
	if (name->address_count < PROBE_ADDRESSES)
		name->addresses[name->address_count++] = *ip;
	else if (ip_compare(ip, &name->addresses[highest]) < 0)
		name->addresses[highest] = *ip;
}

static void take_addresses(struct name *name, const struct ares_addrinfo *told)
{
	int ttl = FRESH_MAX;

	for (const struct ares_addrinfo_node *node = told->nodes; node; node = node->ai_next) {
		struct ip ip;

		if (node->ai_family == AF_INET6)
			memcpy(ip.b, &((const struct sockaddr_in6 *)(const void *)node->ai_addr)->sin6_addr, 16);
		else if (node->ai_family == AF_INET)
			ip = ip_from_v4((const uint8_t *)&((const struct sockaddr_in *)(const void *)node->ai_addr)
						->sin_addr);
		else
			continue;
		add_address(name, &ip);
		if (node->ai_ttl < ttl)
			ttl = node->ai_ttl;
	}
	name->fresh = name->at + (ttl > 0 ? ttl : 0) * USEC_PER_SEC;
}

static void addresses_told(void *whom, int status, int timeouts, struct ares_addrinfo *told);

static void addresses_ask(struct name *name, ares_channel channel)
{
	static const struct ares_addrinfo_hints hints = { .ai_flags = ARES_AI_NOSORT, .ai_family = AF_UNSPEC };

	name->pending++;
	ares_getaddrinfo(channel, name->host, NULL, &hints, addresses_told, name);
}

/* The addresses are there: now the zone, which an alias is not. */
static void go_on(struct name *name, bool alias)
{
	const char *above = strchr(name->host, '.');

	name_move(name, NAME_ZONE, name->at);
	name->zone = alias && above ? (size_t)(above + 1 - name->host) : 0;
	zone_ask(name);
}

/* When all servers fail or refuse, c-ares 1.18 says that none can be reached. So one is asked once more, whose answer is
 * taken as it is: whether our own server is away or theirs makes a difference. */
static void addresses_told(void *whom, int status, int timeouts, struct ares_addrinfo *told)
{
	struct name *name = whom;
	bool alias = told && told->cnames, late = name->names->closing || name->state != NAME_ASKED;

	(void)timeouts;
	name->pending--;
	name->at = late ? name->at : loop_steady();
	if (told && !late)
		take_addresses(name, told);
	ares_freeaddrinfo(told);
	if (late) {
		if (!name->names->closing)
			name_settle(name);
	} else if (name->address_count > 0) {
		go_on(name, alias);
	} else if (status == ARES_ECONNREFUSED && !name->again) {
		name->again = true;
		addresses_ask(name, name->names->asker);
	} else {
		name->why = why_of(status == ARES_SUCCESS ? ARES_ENODATA : status);
		name->ours = status == ARES_ECONNREFUSED || status == ARES_ENOMEM;
		name_tell(name, name->at);
	}
}

static struct name *name_find(struct names *names, const char *host, usec_t now)
{
	struct name *name = *bucket_of(names, host);

	while (name && strcmp(name->host, host) != 0)
		name = name->next;
	if (name && name->state == NAME_KNOWN && name->fresh <= now) {
		name_drop(name);
		name_settle(name);
		return NULL;
	}
	return name;
}

/* Known ones are in the order of their coming, none of which stays fresh for longer than FRESH_MAX. */
static void sweep(struct names *names, usec_t now)
{
	struct name *name;

	while ((name = TAILQ_FIRST(&names->known)) && name->began + FRESH_MAX * USEC_PER_SEC <= now) {
		name_drop(name);
		if (name->pending > 0) { /* c-ares gives up by itself, later */
			name_move(name, NAME_KNOWN, now);
			break;
		}
		name_settle(name);
	}
}

static struct name *name_make(struct names *names, const char *host, usec_t now)
{
	size_t len = strlen(host) + 1;
	struct name *name, **bucket;

	sweep(names, now);
	name = names->count < KEPT_MAX ? calloc(1, sizeof(*name) + len) : NULL;
	if (!name)
		return NULL;
	memcpy(name->host, host, len);
	name->names = names;
	name->began = now;
	name->kept = true;
	LIST_INIT(&name->waits);
	bucket = bucket_of(names, host);
	name->next = *bucket;
	*bucket = name;
	TAILQ_INSERT_TAIL(&names->asked, name, line);
	names->count++;
	return name;
}

void names_ask(struct names *names, const char *host, struct name_wait *wait)
{
	usec_t now = loop_steady();
	struct name *name = name_find(names, host, now);
	bool first = !name;

	if (first)
		name = name_make(names, host, now);
	if (!name) {
		wait->told(wait, &(struct name_answer){
					 .why = "too many names are asked for at once", .ours = true, .at = now });
		return;
	}
	if (name->state == NAME_KNOWN) {
		const struct name_answer answer = answer_of(name);

		name->pending++;
		wait->told(wait, &answer);
		name->pending--;
		name_settle(name);
		return;
	}
	LIST_INSERT_HEAD(&name->waits, wait, line);
	wait->waits = true;
	if (first)
		addresses_ask(name, names->channel);
}

void names_leave(struct name_wait *wait)
{
	if (wait->waits)
		LIST_REMOVE(wait, line);
	wait->waits = false;
}

void names_work(struct names *names, int fd, bool readable, bool writable)
{
	ares_socket_t in = readable ? fd : ARES_SOCKET_BAD, out = writable ? fd : ARES_SOCKET_BAD;

	ares_process_fd(names->channel, in, out); /* the one of the two that knows the descriptor reads it */
	ares_process_fd(names->asker, in, out);
}

void names_turn(struct names *names, usec_t now)
{
	struct name *name;

	names_work(names, ARES_SOCKET_BAD, false, false);
	while ((name = TAILQ_FIRST(&names->asked)) && name->began + names->wait <= now) {
		name->why = why_of(ARES_ETIMEOUT);
		name->at = now;
		name_tell(name, now);
	}
	while ((name = TAILQ_FIRST(&names->zones)) && name->began + SERVERS_MS * USEC_PER_MS <= now)
		name_tell(name, now);
}

static usec_t least(usec_t a, usec_t b)
{
	return a < b ? a : b;
}

static usec_t channel_due(ares_channel channel, usec_t now)
{
	struct timeval room, *left = ares_timeout(channel, NULL, &room);

	return left ? now + left->tv_sec * USEC_PER_SEC + left->tv_usec : INT64_MAX;
}

usec_t names_due(const struct names *names, usec_t now)
{
	const struct name *asked = TAILQ_FIRST(&names->asked), *zone = TAILQ_FIRST(&names->zones);
	usec_t due = least(channel_due(names->channel, now), channel_due(names->asker, now));

	if (asked)
		due = least(due, asked->began + names->wait);
	if (zone)
		due = least(due, zone->began + SERVERS_MS * USEC_PER_MS);
	return due;
}
