/* filter_sets.c - reading captures whose truth is known; what the packets of an attack have in common. */
#include "filter_sets.h"

#include "capture/capture.h"
#include "derive/sampler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH   512
#define VICTIMS 4096

static const uint8_t target[4] = { 203, 0, 113, 80 };

static struct seen *set_room(struct set *set)
{
	if (set->count == set->room) {
		size_t room = 2 * set->room + 1024;
		struct seen *more = realloc(set->packets, room * sizeof(*more));

		if (!more)
			return NULL;
		set->packets = more;
		set->room = room;
	}
	return &set->packets[set->count];
}

void set_free(struct set *set)
{
	free(set->packets);
	*set = (struct set){ 0 };
}

/* The destination of most packets. */
static struct ip busiest(const struct seen *packets, size_t count)
{
	static struct { struct ip ip; size_t hits; } seen[VICTIMS];
	size_t used = 0, best = 0;

	for (size_t i = 0; i < count; i++) {
		size_t k = 0;

		while (k < used && !ip_equal(&seen[k].ip, &packets[i].look.to))
			k++;
		if (k == used && used < VICTIMS) {
			seen[used].ip = packets[i].look.to;
			seen[used++].hits = 0;
		}
		if (k < used && ++seen[k].hits > seen[best].hits)
			best = k;
	}
	return seen[best].ip;
}

static bool is_named(const struct ip *ip, const char *names)
{
	char text[IP_TEXT];
	size_t len = strlen(ip_text(ip, text));

	for (const char *at = names; at && (at = strstr(at, text)); at += len)
		if ((at == names || at[-1] == ',') && (at[len] == ',' || !at[len]))
			return true;
	return false;
}

/* One family, or the address would tell. */
static void packet_to_target(struct look *look)
{
	look->to = ip_from_v4(target);
	if (!ip_is_v4(&look->from))
		look->from = ip_from_v4(look->from.b + 12);
}

bool set_read(struct set *set, const char *path, const char *without)
{
	static struct frame frames[BATCH];
	struct capture_trouble trouble;
	struct capture *capture;
	size_t first = set->count, kept = first, n;
	struct ip victim;

	if (capture_open(&capture, path, 0, &trouble) != OK)
		return false;
	while ((n = capture_read(capture, frames, BATCH)) > 0)
		for (size_t i = 0; i < n; i++) {
			struct seen *packet = set_room(set);

			if (packet && look_of_frame(&frames[i], &packet->look)) {
				packet->at = frames[i].ts;
				set->count++;
			}
		}
	capture_close(capture);
	if (set->count == first)
		return false;
	victim = busiest(set->packets + first, set->count - first);
	for (size_t i = first; i < set->count; i++)
		if (ip_equal(&set->packets[i].look.to, &victim) &&
		    !is_named(&set->packets[i].look.from, without)) {
			set->packets[kept] = set->packets[i];
			packet_to_target(&set->packets[kept++].look);
		}
	set->count = kept;
	return true;
}

static int packet_order(const void *a, const void *b)
{
	usec_t x = ((const struct seen *)a)->at, y = ((const struct seen *)b)->at;

	return x < y ? -1 : x > y;
}

void set_stretch(struct set *set, usec_t least, unsigned pps)
{
	usec_t first, span, slow = (usec_t)set->count * USEC_PER_SEC / pps;

	if (set->count == 0)
		return;
	least = least < slow ? least : slow;
	qsort(set->packets, set->count, sizeof(*set->packets), packet_order);
	first = set->packets[0].at;
	span = set->packets[set->count - 1].at - first;
	for (size_t i = 0; i < set->count; i++) {
		set->packets[i].at -= first;
		if (span > 0 && span < least)
			set->packets[i].at =
				(usec_t)((double)set->packets[i].at * (double)least / (double)span);
	}
}

void set_shuffle(struct set *set)
{
	uint32_t state = 1;

	for (size_t i = set->count; i > 1; i--) {
		struct seen packet;
		size_t k;

		state = state * 1664525 + 1013904223;
		k = (size_t)((uint64_t)state * i >> 32);
		packet = set->packets[k];
		set->packets[k] = set->packets[i - 1];
		set->packets[i - 1] = packet;
	}
}

unsigned packet_kind(const struct look *look)
{
	unsigned flags = look->flags & (TCP_SYN | TCP_RST | TCP_FIN);

	if (!look->header)
		return look->proto;
	if (flags == TCP_SYN)
		return look->flags & TCP_ACK ? 256 + PROTO_TCP : PROTO_TCP;
	return (flags == TCP_RST ? 512 : flags == TCP_FIN ? 768 : 1024) + PROTO_TCP;
}

/* --- what is in common */

/* The numbers that are looked at; of bytes each of those that are kept. */
#define NUMBERS (7 + LOOK_BYTES)

static int number_of(const struct look *look, unsigned number)
{
	const int numbers[] = { look->from_port, look->to_port, look->length, look->ttl,
				look->window,    look->header,  look->fragment };

	if (number < 7)
		return numbers[number];
	return number - 7 < look->has ? look->bytes[number - 7] : -1;
}

struct common {
	int low[NUMBERS], high[NUMBERS];
	uint8_t always, never; /* flags */
	struct prefix from;
};

static int int_order(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Of each number all but one in a thousand at either end. */
static struct common common_of(const struct look *const *looks, size_t count, int *room)
{
	struct common c = { .always = 0xff, .never = 0xff, .from = ip_prefix(&looks[0]->from, 128) };
	size_t spare = count / 1000;

	for (unsigned n = 0; n < NUMBERS; n++) {
		for (size_t i = 0; i < count; i++)
			room[i] = number_of(looks[i], n);
		qsort(room, count, sizeof(*room), int_order);
		c.low[n] = room[spare];
		c.high[n] = room[count - 1 - spare];
	}
	for (size_t i = 0; i < count; i++) {
		c.always &= looks[i]->flags;
		c.never &= (uint8_t)~looks[i]->flags;
		while (!prefix_has(&c.from, &looks[i]->from))
			c.from = ip_prefix(&c.from.ip, (uint8_t)(c.from.bits - 1));
	}
	return c;
}

static bool common_has(const struct common *c, const struct look *look)
{
	for (unsigned n = 0; n < NUMBERS; n++)
		if (number_of(look, n) < c->low[n] || number_of(look, n) > c->high[n])
			return false;
	return (look->flags & c->always) == c->always && !(look->flags & c->never) &&
	       prefix_has(&c->from, &look->from);
}

size_t set_common(const struct set *attack, const struct set *normal)
{
	const struct look **looks = malloc((attack->count + 1) * sizeof(*looks));
	int *room = malloc((attack->count + 1) * sizeof(*room));
	bool *within = calloc(normal->count + 1, sizeof(*within));
	size_t all = 0;

	for (unsigned kind = 0; looks && room && within && kind < PACKET_KINDS; kind++) {
		size_t count = 0;
		struct common common;

		for (size_t i = 0; i < attack->count; i++)
			if (packet_kind(&attack->packets[i].look) == kind)
				looks[count++] = &attack->packets[i].look;
		if (count == 0 || count < attack->count / 100)
			continue;
		common = common_of(looks, count, room);
		for (size_t i = 0; i < normal->count; i++)
			within[i] |= packet_kind(&normal->packets[i].look) == kind &&
				     common_has(&common, &normal->packets[i].look);
	}
	for (size_t i = 0; within && i < normal->count; i++)
		all += within[i];
	free(looks);
	free(room);
	free(within);
	return all;
}
