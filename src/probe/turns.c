/*
 * turns.c - a token bucket, and for each host (address and port) the second that is free next.
 *
 * The bucket holds a tenth of a second's tokens, so that a loop that wakes late loses none, and fills so much slower that
 * no second has more than it may.
 */
#include "probe/turns.h"

#include "base/hash.h"

#include <stdlib.h>
#include <sys/random.h>

#define HOSTS_BUCKETS 4096u /* a power of two; entries that are over are swept as others come */
#define HOST_EVERY    USEC_PER_SEC

struct host_entry {
	struct host_entry *next;
	struct turn_host host;
	usec_t last; /* begun */
	usec_t free; /* from then on nobody has booked it */
};

struct turn {
	usec_t due;
	uint64_t order; /* of asking: who came first goes first */
	struct turn_host host;
	void *who;
};

struct turns {
	int64_t tokens, tokens_max, rate; /* millionths of a token; tokens a second */
	usec_t filled;
	uint64_t key, orders;
	struct host_entry *hosts[HOSTS_BUCKETS];
	uint32_t swept;
	struct turn *heap; /* binary: the first is due first */
	size_t count, room;
};

#define TOKEN USEC_PER_SEC

struct turns *turns_new(uint32_t per_second, usec_t now)
{
	struct turns *turns = calloc(1, sizeof(*turns));
	int64_t wanted = per_second ? per_second : 1;

	if (!turns)
		return NULL;
	/* In any second at most what the bucket holds and what flows in before it is over: holds + rate - 1. */
	turns->rate = wanted - wanted / 10;
	turns->tokens_max = (1 + wanted / 10) * TOKEN;
	turns->tokens = turns->tokens_max;
	turns->filled = now;
	if (getrandom(&turns->key, sizeof(turns->key), 0) != sizeof(turns->key))
		turns->key = (uintptr_t)turns;
	return turns;
}

void turns_free(struct turns *turns)
{
	if (!turns)
		return;
	for (unsigned i = 0; i < HOSTS_BUCKETS; i++) {
		struct host_entry *entry;

		while ((entry = turns->hosts[i])) {
			turns->hosts[i] = entry->next;
			free(entry);
		}
	}
	free(turns->heap);
	free(turns);
}

static int64_t tokens_at(const struct turns *turns, usec_t now)
{
	usec_t passed = now - turns->filled;
	int64_t tokens;

	if (passed <= 0)
		return turns->tokens;
	if (passed > 2 * USEC_PER_SEC) /* full by then, and no overflow */
		passed = 2 * USEC_PER_SEC;
	tokens = turns->tokens + passed * turns->rate;
	return tokens < turns->tokens_max ? tokens : turns->tokens_max;
}

bool turns_take(struct turns *turns, usec_t now)
{
	turns->tokens = tokens_at(turns, now);
	turns->filled = now;
	if (turns->tokens < TOKEN)
		return false;
	turns->tokens -= TOKEN;
	return true;
}

usec_t turns_take_due(const struct turns *turns, usec_t now)
{
	int64_t missing = TOKEN - tokens_at(turns, now);

	return missing <= 0 ? now : now + (missing + turns->rate - 1) / turns->rate;
}

static struct host_entry **host_bucket(struct turns *turns, const struct turn_host *host)
{
	return &turns->hosts[hash_16(host->address.b, turns->key + host->port) & (HOSTS_BUCKETS - 1)];
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
static struct host_entry *host_find(struct turns *turns, const struct turn_host *host, usec_t now)
{
	struct host_entry **bucket = host_bucket(turns, host), *entry;

	sweep(bucket, now);
	sweep(&turns->hosts[turns->swept++ & (HOSTS_BUCKETS - 1)], now);
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

static void heap_down(struct turns *turns, size_t at)
{
	struct turn moved = turns->heap[at];

	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < turns->count && turn_before(&turns->heap[child + 1], &turns->heap[child]))
			child++;
		if (child >= turns->count || !turn_before(&turns->heap[child], &moved))
			break;
		turns->heap[at] = turns->heap[child];
		at = child;
	}
	turns->heap[at] = moved;
}

static void heap_up(struct turns *turns, size_t at)
{
	struct turn moved = turns->heap[at];

	while (at > 0 && turn_before(&moved, &turns->heap[(at - 1) / 2])) {
		turns->heap[at] = turns->heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	turns->heap[at] = moved;
}

enum err turns_wait(struct turns *turns, const struct turn_host *host, void *who, usec_t now)
{
	struct host_entry *entry = host_find(turns, host, now);
	usec_t due;

	if (turns->count == turns->room) {
		size_t room = turns->room ? turns->room * 2 : 64;
		struct turn *more = realloc(turns->heap, room * sizeof(*more));

		if (!more)
			return ERR_MEMORY;
		turns->heap = more;
		turns->room = room;
	}
	if (!entry)
		return ERR_MEMORY;
	due = entry->free > now ? entry->free : now;
	if (entry->last + HOST_EVERY > due)
		due = entry->last + HOST_EVERY;
	entry->free = due + HOST_EVERY;
	turns->heap[turns->count++] = (struct turn){ due, turns->orders++, *host, who };
	heap_up(turns, turns->count - 1);
	return OK;
}

void *turns_next(struct turns *turns, usec_t now)
{
	while (turns->count > 0 && turns->heap[0].due <= now) {
		struct turn *first = &turns->heap[0];
		struct host_entry *entry = host_find(turns, &first->host, now);
		void *who = first->who;

		if (entry && entry->last + HOST_EVERY > now) { /* the one before it began late */
			first->due = entry->last + HOST_EVERY;
			heap_down(turns, 0);
			continue;
		}
		if (entry)
			entry->last = now;
		turns->heap[0] = turns->heap[--turns->count];
		heap_down(turns, 0);
		return who;
	}
	return NULL;
}

usec_t turns_next_due(const struct turns *turns)
{
	return turns->count ? turns->heap[0].due : TURN_NEVER;
}

size_t turns_waiting(const struct turns *turns)
{
	return turns->count;
}
