/*
 * sensor_test.c - traffic made by hand, for the tests of the sensor.
 */
#include "sensor_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct traffic *traffic_new(void)
{
	struct traffic *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->now = 1700000000 * USEC_PER_SEC;
	return t;
}

void traffic_free(struct traffic *t)
{
	for (size_t i = 0; i < t->count; i++)
		free((void *)(uintptr_t)t->frames[i].bytes.ptr);
	free(t);
}

void say(struct traffic *t, const struct build *b)
{
	struct frame frame = build_frame(b, LINK_ETHERNET);
	uint8_t *copy = malloc(frame.bytes.len);

	assert_non_null(copy);
	assert_true(t->count < TRAFFIC_MAX);
	memcpy(copy, frame.bytes.ptr, frame.bytes.len);
	frame.bytes.ptr = copy;
	frame.ts = t->now;
	t->now += 1000;
	t->frames[t->count++] = frame;
}

static unsigned split_end(const char *end, char ip[32])
{
	unsigned port = 0;

	assert_int_equal(sscanf(end, "%31[0-9.]:%u", ip, &port), 2);
	return port;
}

void say_tcp(struct traffic *t, const char *from, const char *to, unsigned flags, uint32_t seq,
	     const char *payload)
{
	char a[32], b[32];
	unsigned source = split_end(from, a), target = split_end(to, b);
	struct build frame;

	build_begin(&frame, payload, strlen(payload));
	wrap_tcp(&frame, source, target, flags);
	for (unsigned i = 0; i < 4; i++)
		*build_at(&frame, 4 + i) = (uint8_t)(seq >> (24 - 8 * i));
	wrap_ip(&frame, PROTO_TCP, a, b);
	wrap_ethernet(&frame, 0x0800);
	say(t, &frame);
}

void say_udp(struct traffic *t, const char *from, const char *to, const char *payload)
{
	char a[32], b[32];
	unsigned source = split_end(from, a), target = split_end(to, b);
	struct build frame;

	build_begin(&frame, payload, strlen(payload));
	wrap_udp(&frame, source, target);
	wrap_ip(&frame, PROTO_UDP, a, b);
	wrap_ethernet(&frame, 0x0800);
	say(t, &frame);
}

static void facts_tally(void *whom, const struct tally *tally)
{
	struct facts *f = whom;

	assert_true(f->tally_count < FACTS_MAX);
	f->tallies[f->tally_count++] = *tally;
}

static void facts_probe(void *whom, const struct probe *probe)
{
	struct facts *f = whom;

	assert_true(f->probe_count < FACTS_MAX);
	f->probes[f->probe_count++] = *probe;
}

static void facts_flow(void *whom, const struct flow *flow, enum flow_end why)
{
	struct facts *f = whom;

	(void)why;
	assert_true(f->flow_count < FACTS_MAX);
	f->flows[f->flow_count++] = *flow;
}

static void facts_stalled(void *whom, const struct flow *flow)
{
	struct facts *f = whom;

	(void)flow;
	f->stalled++;
}

static struct facts *facts_run(const struct traffic *t, unsigned workers, bool plain)
{
	static const uint8_t ten[4] = {10};
	struct ip ip = ip_from_v4(ten);
	struct prefix prefix = ip_prefix(&ip, 104);
	struct facts *f = calloc(1, sizeof(*f));
	static struct home home;
	struct sensor_settings settings = {
		.max_flows = 65536,
		.max_halfopen = 65536,
		.max_tallies = 8192,
		.max_probes = 8192,
		.workers = workers,
		.home = &home,
		.plain = plain,
	};
	struct sensor *sensors[8] = { 0 };

	assert_non_null(f);
	memset(&home, 0, sizeof(home));
	assert_int_equal(home_add(&home, &prefix), OK);
	for (unsigned w = 0; w < workers; w++) {
		settings.worker = w;
		sensors[w] = sensor_new(&settings);
		assert_non_null(sensors[w]);
		for (size_t at = 0; at < t->count; at += SENSOR_SEGMENT) {
			size_t n = t->count - at < SENSOR_SEGMENT ? t->count - at : SENSOR_SEGMENT;

			sensor_frames(sensors[w], t->frames + at, n);
			sensor_take_gone(sensors[w], facts_flow, f);
		}
		if (w > 0)
			sensor_merge_window(sensors[0], sensors[w]);
	}
	sensor_flush_window(sensors[0], facts_tally, facts_probe, f);
	for (unsigned w = 0; w < workers; w++) {
		struct sensor_counts counts = sensor_take_counts(sensors[w]);
		struct sensor_sweep open = { t->now, false, facts_flow, facts_stalled, NULL, f };
		struct sensor_sweep end = { t->now, true, facts_flow, facts_stalled, NULL, f };

		f->in += counts.window_in;
		f->out += counts.window_out;
		sensor_sweep(sensors[w], &open);
		sensor_sweep(sensors[w], &end);
		sensor_report(sensors[w], &f->run, w == 0);
		sensor_free(sensors[w]);
	}
	return f;
}

struct facts *facts_of(const struct traffic *t, unsigned workers)
{
	return facts_run(t, workers, false);
}

struct facts *facts_plain(const struct traffic *t)
{
	return facts_run(t, 1, true);
}

const struct tally *tally_of(const struct facts *f, const char *ip, enum tally_role role,
			     enum vector vector)
{
	struct ip want = {{0}};

	assert_int_equal(ip_parse(&want, ip), OK);
	for (size_t i = 0; i < f->tally_count; i++)
		if (ip_equal(&f->tallies[i].ip, &want) && f->tallies[i].role == role &&
		    f->tallies[i].vector == vector)
			return &f->tallies[i];
	return NULL;
}

const struct probe *probe_of(const struct facts *f, const char *ip, enum probe_kind kind)
{
	struct ip want = {{0}};

	assert_int_equal(ip_parse(&want, ip), OK);
	for (size_t i = 0; i < f->probe_count; i++)
		if (ip_equal(&f->probes[i].ip, &want) && f->probes[i].kind == kind)
			return &f->probes[i];
	return NULL;
}
