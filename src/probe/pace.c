/*
 * pace.c - a token bucket, and for each host (address and port) the second that is free next.
 *
 * The bucket holds a tenth of a second's tokens, so that a loop that wakes late loses none, and fills so much slower that
 * no second has more than it may.
 */
#include "probe/pace.h"

#include "base/hash.h"

#include <stdlib.h>
#include <sys/random.h>

#define HOSTS_BUCKETS 4096u /* a power of two; entries that are over are swept as others come */
#define HOST_EVERY    USEC_PER_SEC

struct host_entry {
	struct host_entry *next;
	struct pace_host host;
	usec_t last; /* begun */
	usec_t free; /* from then on nobody has booked it */
};

struct turn {
	usec_t due;
	uint64_t order; /* of asking: who came first goes first */
	struct pace_host host;
	void *who;
};

struct pace {
	int64_t tokens, tokens_max, rate; /* millionths of a token; tokens a second */
	usec_t filled;
	uint64_t key, orders;
	struct host_entry *hosts[HOSTS_BUCKETS];
	uint32_t swept;
	struct turn *heap; /* binary: the first is due first */
	size_t count, room;
};

#define TOKEN USEC_PER_SEC

struct pace *pace_new(uint32_t per_second, usec_t now)
{
	struct pace *pace = calloc(1, sizeof(*pace));
	int64_t wanted = per_second ? per_second : 1;

	if (!pace)
		return NULL;
	/* In any second at most what the bucket holds and what flows in before it is over: holds + rate - 1. */
	pace->rate = wanted - wanted / 10;
	pace->tokens_max = (1 + wanted / 10) * TOKEN;
	pace->tokens = pace->tokens_max;
	pace->filled = now;
	if (getrandom(&pace->key, sizeof(pace->key), 0) != sizeof(pace->key))
		pace->key = (uintptr_t)pace;
	return pace;
}

void pace_free(struct pace *pace)
{
	if (!pace)
		return;
	for (unsigned i = 0; i < HOSTS_BUCKETS; i++) {
		struct host_entry *entry;

		while ((entry = pace->hosts[i])) {
			pace->hosts[i] = entry->next;
			free(entry);
		}
	}
	free(pace->heap);
	free(pace);
}

static int64_t tokens_at(const struct pace *pace, usec_t now)
{
	usec_t passed = now - pace->filled;
	int64_t tokens;

	if (passed <= 0)
		return pace->tokens;
	if (passed > 2 * USEC_PER_SEC) /* full by then, and no overflow */
		passed = 2 * USEC_PER_SEC;
	tokens = pace->tokens + passed * pace->rate;
	return tokens < pace->tokens_max ? tokens : pace->tokens_max;
}

bool pace_take(struct pace *pace, usec_t now)
{
	pace->tokens = tokens_at(pace, now);
	pace->filled = now;
	if (pace->tokens < TOKEN)
		return false;
	pace->tokens -= TOKEN;
	return true;
}

usec_t pace_take_due(const struct pace *pace, usec_t now)
{
	int64_t missing = TOKEN - tokens_at(pace, now);

	return missing <= 0 ? now : now + (missing + pace->rate - 1) / pace->rate;
}

static struct host_entry **host_bucket(struct pace *pace, const struct pace_host *host)
{
	return &pace->hosts[hash_16(host->address.b, pace->key + host->port) & (HOSTS_BUCKETS - 1)];
}

static void sweep(struct host_entry **at, usec_t now)
{
	while (*at) {
		struct host_entry *entry = *at;

		if (entry->free <= now && entry->last + HOST_EVERY <= now) {
			*at = entry->next;
			free(entry);
		} else {
			at = &entry->next;
		}
	}
}

/* The entry of a host, made where there is none; NULL: no memory. One more bucket is swept each time, so that none
 * keeps for long what is over. */
static struct host_entry *host_find(struct pace *pace, const struct pace_host *host, usec_t now)
{
	struct host_entry **bucket = host_bucket(pace, host), *entry;

	sweep(bucket, now);
	sweep(&pace->hosts[pace->swept++ & (HOSTS_BUCKETS - 1)], now);
	for (entry = *bucket; entry; entry = entry->next)
		if (entry->host.port == host->port && ip_equal(&entry->host.address, &host->address))
			return entry;
	entry = malloc(sizeof(*entry));
	if (!entry)
		return NULL;
	*entry = (struct host_entry){ *bucket, *host, now - HOST_EVERY, now };
	*bucket = entry;
	return entry;
}

static bool turn_before(const struct turn *a, const struct turn *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void heap_down(struct pace *pace, size_t at)
{
	struct turn moved = pace->heap[at];

	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < pace->count && turn_before(&pace->heap[child + 1], &pace->heap[child]))
			child++;
		if (child >= pace->count || !turn_before(&pace->heap[child], &moved))
			break;
		pace->heap[at] = pace->heap[child];
		at = child;
	}
	pace->heap[at] = moved;
}

static void heap_up(struct pace *pace, size_t at)
{
	struct turn moved = pace->heap[at];

	while (at > 0 && turn_before(&moved, &pace->heap[(at - 1) / 2])) {
		pace->heap[at] = pace->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	pace->heap[at] = moved;
}

enum err pace_wait(struct pace *pace, const struct pace_host *host, void *who, usec_t now)
{
	struct host_entry *entry = host_find(pace, host, now);
	usec_t due;

	if (pace->count == pace->room) {
		size_t room = pace->room ? pace->room * 2 : 64;
		struct turn *more = realloc(pace->heap, room * sizeof(*more));

		if (!more)
			return ERR_MEMORY;
		pace->heap = more;
		pace->room = room;
	}
	if (!entry)
		return ERR_MEMORY;
	due = entry->free > now ? entry->free : now;
	if (entry->last + HOST_EVERY > due)
		due = entry->last + HOST_EVERY;
	entry->free = due + HOST_EVERY;
	pace->heap[pace->count++] = (struct turn){ due, pace->orders++, *host, who };
	heap_up(pace, pace->count - 1);
	return OK;
}

void *pace_next(struct pace *pace, usec_t now)
{
	while (pace->count > 0 && pace->heap[0].due <= now) {
		struct turn *first = &pace->heap[0];
		struct host_entry *entry = host_find(pace, &first->host, now);
		void *who = first->who;

		if (entry && entry->last + HOST_EVERY > now) { /* the one before it began late */
			first->due = entry->last + HOST_EVERY;
			heap_down(pace, 0);
			continue;
		}
		if (entry)
			entry->last = now;
		pace->heap[0] = pace->heap[--pace->count];
		heap_down(pace, 0);
		return who;
	}
	return NULL;
}

usec_t pace_next_due(const struct pace *pace)
{
	return pace->count ? pace->heap[0].due : PACE_NEVER;
}

size_t pace_waiting(const struct pace *pace)
{
	return pace->count;
}
