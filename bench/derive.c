/*
 * derive.c - how long a derivation takes: while it goes on, the sensor does nothing else.
 *
 *     derive [TIMES]
 *
 * As many samples as the sampler keeps, of several kinds: some with nothing in common, from which no filter
 * can be made and for which all is tried, as somebody who forges packets would send them. Prints for each
 * kind, and for each vector told, the longest of TIMES (20) in milliseconds of the processor. The last kind is a search for worse.
 */
#include "derive/derive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SAMPLES 1024 /* of an attack, as the sampler keeps them ... */
#define QUIET   4096 /* ... and of quiet times */

static uint32_t random_state;

static uint32_t below(uint32_t bound)
{
	random_state = random_state * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)random_state * bound >> 32);
}

static struct look look_to_target(uint8_t proto)
{
	static const uint8_t target[4] = { 203, 0, 113, 80 };
	struct look look = { .proto = proto };
	uint8_t from[4];

	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = (uint8_t)below(256);
	look.from = ip_from_v4(from);
	look.to = ip_from_v4(target);
	look.length = (uint16_t)(40 + below(1460));
	look.ttl = (uint8_t)(30 + below(220));
	look.from_port = (uint16_t)(1024 + below(60000));
	look.to_port = (uint16_t)below(65536);
	look.has = LOOK_BYTES;
	for (size_t i = 0; i < LOOK_BYTES; i++)
		look.bytes[i] = (uint8_t)below(256);
	if (proto == PROTO_TCP) {
		look.flags = TCP_ACK;
		look.window = (uint16_t)below(65536);
		look.header = (uint8_t)(20 + 4 * below(11));
	}
	return look;
}

/* --- kinds: the i-th packet of each */

static struct look look_customer(unsigned i)
{
	struct look look = look_to_target(i % 4 ? PROTO_TCP : PROTO_UDP);

	if (i % 16 == 1)
		look.flags = TCP_SYN;
	look.to_port = 443;
	return look;
}

static struct look look_udp(unsigned i)
{
	(void)i;
	return look_to_target(PROTO_UDP);
}

static struct look look_ack(unsigned i)
{
	(void)i;
	return look_to_target(PROTO_TCP);
}

static struct look look_reflected(unsigned i)
{
	struct look look = look_to_target(PROTO_UDP);

	look.from_port = 53;
	look.length = (uint16_t)(1000 + 100 * (i % 5));
	return look;
}

/* Of every class alike, so that each is tried, and little in common within it: one value in eight is. */
static struct look look_mixed(unsigned i)
{
	static const uint8_t flags[] = { TCP_SYN, TCP_SYN | TCP_ACK, TCP_RST, TCP_FIN | TCP_PSH | TCP_URG,
					 0, TCP_ACK, TCP_FIN };
	static const uint8_t protos[] = { PROTO_UDP, PROTO_ICMP, PROTO_GRE };
	unsigned kind = i % 10;
	struct look look = look_to_target(kind < 7 ? PROTO_TCP : protos[kind - 7]);

	if (kind < 7)
		look.flags = flags[kind];
	else if (kind > 7)
		look.from_port = look.to_port = 0;
	look.length = (uint16_t)(64 * (1 + below(8)));
	if (kind < 8)
		look.from_port = (uint16_t)(1024 + below(8));
	return look;
}

/* How many values each part may have, and how much of it is what else: drawn anew each time, to find what
 * takes long. */
static struct shape {
	uint8_t protos;
	uint16_t ports, lengths, ttls, windows, bytes;
	uint8_t same; /* of 256 quiet packets, how many are as the attack's */
} shape;

static uint16_t draw_many(void)
{
	return (uint16_t)(1u << below(13));
}

static void shape_draw(void)
{
	shape = (struct shape){ (uint8_t)(1 + below(10)), draw_many(), draw_many(), draw_many(),
				draw_many(), draw_many(), (uint8_t)(1u << below(8)) };
}

static struct look look_drawn(unsigned i)
{
	struct look look = look_mixed(i % shape.protos + (shape.protos < 4 ? 5 : 0));

	look.length = (uint16_t)(64 + below(shape.lengths) % 1400);
	look.ttl = (uint8_t)(64 + below(shape.ttls) % 128);
	if (look.proto == PROTO_TCP || look.proto == PROTO_UDP) {
		look.from_port = (uint16_t)(1024 + below(shape.ports));
		look.to_port = (uint16_t)(1024 + below(shape.ports));
	}
	if (look.proto == PROTO_TCP)
		look.window = (uint16_t)below(shape.windows);
	for (size_t b = 0; b < LOOK_BYTES; b += 2)
		look.bytes[b] = (uint8_t)below(shape.bytes);
	return look;
}

static struct look look_drawn_normal(unsigned i)
{
	return below(256) < shape.same ? look_drawn(i) : look_customer(i);
}

static const struct kind {
	const char *name;
	struct look (*attack)(unsigned i), (*normal)(unsigned i);
} kinds[] = {
	{ "UDP, all forged; customers", look_udp, look_customer },
	{ "UDP, all forged; the same before", look_udp, look_udp },
	{ "ACK, all forged; customers", look_ack, look_customer },
	{ "ACK, all forged; the same before", look_ack, look_ack },
	{ "port 53, five lengths; customers", look_reflected, look_customer },
	{ "ten classes mixed; customers", look_mixed, look_customer },
	{ "ten classes mixed; the same before", look_mixed, look_mixed },
	{ "drawn anew each time; customers and some of it", look_drawn, look_drawn_normal },
};

static double milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now); /* its own time, whatever else runs */
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The longest of one more derivation, and how many filters came of it. */
static void derive_once(const struct kind *kind, enum vector vector, double *most, size_t *filters)
{
	static struct look during[SAMPLES], before[QUIET];
	const struct derive_settings settings = { .normal_pps = 100, .vector = vector };
	struct derive_result result;
	double begin, took;

	for (unsigned i = 0; i < SAMPLES; i++)
		during[i] = kind->attack(i);
	for (unsigned i = 0; i < QUIET; i++)
		before[i] = kind->normal(i);
	begin = milliseconds();
	*filters = derive_filters(during, SAMPLES, before, QUIET, &settings, &result) == OK ? result.count : 0;
	took = milliseconds() - begin;
	*most = took > *most ? took : *most;
}

int main(int argc, char **argv)
{
	static const enum vector vectors[] = { VECTOR_NONE, VECTOR_UDP, VECTOR_ACK, VECTOR_DNS };
	unsigned times = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 20;

	puts("| samples | told | longest, ms | filters |\n|---|---|---|---|");
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		for (size_t v = 0; v < sizeof(vectors) / sizeof(vectors[0]); v++) {
			size_t filters = 0, most_filters = 0;
			double most = 0;

			random_state = 1;
			for (unsigned t = 0; t < times; t++) {
				shape_draw();
				derive_once(&kinds[k], vectors[v], &most, &filters);
				most_filters = filters > most_filters ? filters : most_filters;
			}
			printf("| %s | %s | %.1f | %zu |\n", kinds[k].name,
			       vectors[v] == VECTOR_NONE ? "none" : vector_name(vectors[v]), most, most_filters);
		}
	return 0;
}
