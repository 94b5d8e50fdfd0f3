/* pace.c - failures are counted under hashed keys, in buckets of eight. */
#include "web/pace.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS        128
#define PLACES         8 /* in a bucket */
#define FREE_TRIES     5 /* before the first wait, which is a second and doubles */
#define ADDRESS_WAIT   (15 * 60 * USEC_PER_SEC) /* the longest */
#define NAME_WAIT      (60 * USEC_PER_SEC) /* shorter: an attacker's failures make others wait too */
#define FORGET         (3600 * USEC_PER_SEC)
#define STRANGERS_WAIT (250 * USEC_PER_MS) /* so that checks of passwords leave most time for the rest */

enum trace_kind { BY_ADDRESS, BY_NAME, BY_BOTH };

struct trace {
	uint64_t key;
	usec_t last, next; /* the last try, and when the next may come */
	uint32_t fails;
	bool known; /* BY_BOTH: has logged in */
};

struct pace {
	uint8_t secret[crypto_shorthash_KEYBYTES]; /* nobody can aim at a bucket */
	usec_t next; /* when a stranger may try again */
	struct trace table[BUCKETS][PLACES];
};

struct pace *pace_new(void)
{
	struct pace *pace = calloc(1, sizeof(*pace));

	if (pace)
		crypto_shorthash_keygen(pace->secret);
	return pace;
}

void pace_free(struct pace *pace)
{
	free(pace);
}

static uint64_t trace_key(const struct pace *pace, enum trace_kind kind, const char *name,
			  const struct ip *from)
{
	struct ip network = ip_is_v4(from) ? *from : ip_prefix(from, 64).ip;
	uint8_t text[1 + sizeof(network.b) + 256] = { (uint8_t)kind };
	size_t length = strnlen(name, 256), used = 1;
	uint64_t key;

	if (kind != BY_NAME) {
		memcpy(text + used, network.b, sizeof(network.b));
		used += sizeof(network.b);
	}
	if (kind != BY_ADDRESS) {
		memcpy(text + used, name, length);
		used += length;
	}
	crypto_shorthash((uint8_t *)&key, text, used, pace->secret);
	return key;
}

static struct trace *trace_find(struct pace *pace, uint64_t key, usec_t now)
{
	struct trace *bucket = pace->table[key % BUCKETS];

	for (struct trace *t = bucket; t < bucket + PLACES; t++)
		if (t->key == key && (t->known || now - t->last < FORGET))
			return t;
	return NULL;
}

static bool trace_matters_less(const struct trace *a, const struct trace *b)
{
	if (a->known != b->known)
		return b->known;
	return a->fails != b->fails ? a->fails < b->fails : a->last < b->last;
}

/* The trace of that key, begun anew where there is none. */
static struct trace *trace_make(struct pace *pace, uint64_t key, usec_t now)
{
	struct trace *bucket = pace->table[key % BUCKETS], *place = trace_find(pace, key, now);

	if (place)
		return place;
	place = bucket;
	for (struct trace *t = bucket; t < bucket + PLACES; t++) {
		if (!t->known && now - t->last >= FORGET)
			t->fails = 0;
		if (trace_matters_less(t, place))
			place = t;
	}
	*place = (struct trace){ .key = key };
	return place;
}

static usec_t trace_wait(const struct trace *trace, usec_t now)
{
	return trace && trace->next > now ? trace->next - now : 0;
}

static void trace_fail(struct trace *trace, usec_t most, usec_t now)
{
	uint32_t over = trace->fails < FREE_TRIES ? 0 : trace->fails + 1 - FREE_TRIES;
	usec_t wait = over == 0 ? 0 : USEC_PER_SEC << (over < 20 ? over - 1 : 20);

	trace->fails++;
	trace->last = now;
	trace->next = now + (wait < most ? wait : most);
}

static usec_t longer(usec_t a, usec_t b)
{
	return a > b ? a : b;
}

usec_t pace_try(struct pace *pace, const char *name, const struct ip *from, usec_t now)
{
	uint64_t address_key = trace_key(pace, BY_ADDRESS, name, from);
	uint64_t name_key = trace_key(pace, BY_NAME, name, from);
	struct trace *both = trace_find(pace, trace_key(pace, BY_BOTH, name, from), now);
	usec_t wait;

	if (both) {
		wait = trace_wait(both, now);
		if (wait == 0)
			trace_fail(both, NAME_WAIT, now);
		return wait;
	}
	wait = longer(trace_wait(trace_find(pace, address_key, now), now),
		      trace_wait(trace_find(pace, name_key, now), now));
	wait = longer(wait, pace->next - now);
	if (wait > 0)
		return wait;
	trace_fail(trace_make(pace, address_key, now), ADDRESS_WAIT, now);
	trace_fail(trace_make(pace, name_key, now), NAME_WAIT, now);
	pace->next = now + STRANGERS_WAIT;
	return 0;
}

/* Only this try: whoever has an account of his own could wipe out his failures with others otherwise. */
static void trace_take_back(struct trace *trace)
{
	if (trace && trace->fails > 0)
		trace->fails--;
	if (trace)
		trace->next = 0;
}

void pace_passed(struct pace *pace, const char *name, const struct ip *from, usec_t now)
{
	struct trace *both = trace_make(pace, trace_key(pace, BY_BOTH, name, from), now);

	both->known = true;
	both->fails = 0;
	both->last = now;
	both->next = 0;
	trace_take_back(trace_find(pace, trace_key(pace, BY_ADDRESS, name, from), now));
	trace_take_back(trace_find(pace, trace_key(pace, BY_NAME, name, from), now));
}
