/*
 * live_probe.c - reads an interface as the sensor does, and tells what came: for the live tests.
 *
 *     live_probe INTERFACE [--rings N] [--ring-bytes N] [--snaplen N] [--incoming] [--rollover] [--xdp]
 *                [--frames N] [--seconds S] [--die N]
 *     live_probe --file CAPTURE
 *
 * Says "ready" when all rings are open, "down", "up" and "gone" as the interface changes, and at
 * the end one line of "name=value". It ends after N frames, read or counted as lost (and a moment
 * longer, for what should not come), or after S seconds (30). --die: a first reader, a process of
 * its own, takes N frames and dies with its block in hand; then it says "died=N". `any` is the sum
 * of a hash over the frames, `order` of one that tells their order, too; both say the same of a
 * capture file with the same frames. `split` counts conversations that came out of more than one
 * ring.
 */
#include "base/hash.h"
#include "capture/capture.h"
#include "live/live.h"
#include "wire/decode.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RINGS_MAX 8
#define BATCH     64
#define KEYS      (1u << 16) /* of conversations, by their hash: more than the tests have */

struct options {
	struct live_settings live;
	uint64_t frames, die;
	double seconds;
};

struct seen {
	uint64_t frames, bytes, wire, longest, any, order, split, backward;
	usec_t last;
	uint64_t keys[KEYS];
	uint8_t ring[KEYS];
	struct decoder decoder;
};

static struct seen seen;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t bytes_hash(struct span bytes)
{
	uint64_t h = 0xcbf29ce484222325u; /* FNV-1a, by words */

	for (size_t i = 0; i < bytes.len; i += 8) {
		uint64_t word = 0;

		memcpy(&word, bytes.ptr + i, bytes.len - i < 8 ? bytes.len - i : 8);
		h = hash_mix(h ^ word, HASH_K1);
	}
	return hash_mix(h ^ bytes.len, HASH_K2);
}

/* Notes in which ring a conversation came. */
static void key_note(const struct packet *p, unsigned ring)
{
	uint64_t hash = p->hash | 1;
	size_t at = hash % KEYS;

	while (seen.keys[at] && seen.keys[at] != hash)
		at = (at + 1) % KEYS;
	seen.split += seen.keys[at] && seen.ring[at] != ring;
	seen.keys[at] = hash;
	seen.ring[at] = (uint8_t)ring;
}

static void frame_note(const struct frame *frame, unsigned ring)
{
	struct packet packets[DECODE_PACKETS];
	uint64_t hash = bytes_hash(frame->bytes);

	seen.frames++;
	seen.bytes += frame->bytes.len;
	seen.wire += frame->wire_len;
	if (frame->bytes.len > seen.longest)
		seen.longest = frame->bytes.len;
	seen.any += hash;
	seen.order = hash_mix(seen.order ^ hash, HASH_K0);
	seen.backward += frame->ts < seen.last;
	seen.last = frame->ts;
	if (decode_frame(&seen.decoder, frame, packets) && seen.frames < KEYS / 2)
		key_note(&packets[0], ring);
}

static void seen_tell(void)
{
	printf("frames=%" PRIu64 " bytes=%" PRIu64 " wire=%" PRIu64 " longest=%" PRIu64
	       " any=%016" PRIx64 " order=%016" PRIx64,
	       seen.frames, seen.bytes, seen.wire, seen.longest, seen.any, seen.order);
}

static int file_read(const char *path)
{
	struct capture_trouble trouble;
	struct frame frames[BATCH];
	struct capture *capture;
	size_t n;

	if (capture_open(&capture, path, 0, &trouble) != OK) {
		fprintf(stderr, "%s\n", trouble.text);
		return 1;
	}
	while ((n = capture_read(capture, frames, BATCH)) > 0) {
		for (size_t i = 0; i < n; i++)
			frame_note(&frames[i], 0);
	}
	capture_close(capture);
	seen_tell();
	printf("\n");
	return 0;
}

/* All that a ring has for now; tells when the interface has changed. */
static void ring_read(struct live *live, unsigned ring, enum live_link *link)
{
	static const char *const names[] = { "up", "down", "gone" };
	struct frame frames[BATCH];
	size_t n;

	while ((n = live_read(live, frames, BATCH)) > 0) {
		for (size_t i = 0; i < n; i++)
			frame_note(&frames[i], ring);
	}
	if (live_link(live) != *link) {
		*link = live_link(live);
		printf("%s\n", names[*link]);
	}
}

/* Over all rings. */
static struct live_counts counts_sum(struct live **live, unsigned rings)
{
	struct live_counts sum = { 0 }, one;

	for (unsigned i = 0; i < rings; i++) {
		live_counts(live[i], &one);
		sum.frames += one.frames;
		sum.dropped += one.dropped;
		sum.full += one.full;
		sum.skipped += one.skipped;
		sum.downs += one.downs;
	}
	return sum;
}

static void rings_read(struct live **live, unsigned rings, const struct options *o)
{
	enum live_link links[RINGS_MAX] = { LIVE_UP };
	struct pollfd wait[RINGS_MAX];
	double end = now() + o->seconds;
	bool enough = false;

	for (unsigned i = 0; i < rings; i++)
		wait[i] = (struct pollfd){ .fd = live_fd(live[i]), .events = POLLIN };
	while (now() < end) {
		struct live_counts counts;

		poll(wait, rings, 50);
		for (unsigned i = 0; i < rings; i++)
			ring_read(live[i], i, &links[i]);
		counts = counts_sum(live, rings);
		if (!enough && o->frames &&
		    counts.frames + counts.dropped + counts.skipped >= o->frames) {
			enough = true;
			end = now() + 0.3;
		}
	}
}

/* Takes so many frames, or fewer when no more come, in a process that then dies. */
static void reader_die(const struct live_ring *ring, uint64_t count)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		struct live *live = live_attach(ring);
		struct frame frame;
		uint64_t n = 0;

		while (live && n < count) {
			struct pollfd wait = { .fd = ring->fd, .events = POLLIN };
			size_t more = live_read(live, &frame, 1);

			if (!more && poll(&wait, 1, 10000) <= 0)
				_exit(1);
			n += more;
		}
		_exit(0);
	}
	waitpid(child, NULL, 0);
	printf("died=%" PRIu64 "\n", count);
	fflush(stdout);
}

static void counts_tell(struct live **live, unsigned rings)
{
	struct live_counts sum = counts_sum(live, rings), one;
	struct rusage usage;
	unsigned used = 0;

	for (unsigned i = 0; i < rings; i++) {
		live_counts(live[i], &one);
		used += one.frames > 0;
	}
	getrusage(RUSAGE_SELF, &usage);
	seen_tell();
	printf(" dropped=%" PRIu64 " full=%" PRIu64 " skipped=%" PRIu64 " downs=%" PRIu64
	       " used=%u split=%" PRIu64 " backward=%" PRIu64 " cpu_ms=%ld\n",
	       sum.dropped, sum.full, sum.skipped, sum.downs, used, seen.split, seen.backward,
	       usage.ru_utime.tv_sec * 1000 + usage.ru_utime.tv_usec / 1000 +
		       usage.ru_stime.tv_sec * 1000 + usage.ru_stime.tv_usec / 1000);
}

static int interface_read(struct options *o)
{
	char trouble[LIVE_TROUBLE];
	struct live *live[RINGS_MAX];
	struct live_port port;
	unsigned rings;

	if (live_open(&o->live, &port, trouble) != OK) {
		fprintf(stderr, "%s\n", trouble);
		return 1;
	}
	rings = (unsigned)port.ring_count;
	printf("ready link=%u blocks=%u rings=%u zero_copy=%u pid=%d\n", port.rings[0].shape.link,
	       port.rings[0].shape.blocks, rings, port.rings[0].shape.zero_copy, (int)getpid());
	if (rings > RINGS_MAX)
		return 1;
	if (o->die)
		reader_die(&port.rings[0], o->die);
	for (unsigned i = 0; i < rings; i++) {
		live[i] = live_attach(&port.rings[i]);
		if (!live[i]) {
			fprintf(stderr, "attach: %s\n", strerror(errno));
			return 1;
		}
	}
	rings_read(live, rings, o);
	counts_tell(live, rings);
	for (unsigned i = 0; i < rings; i++)
		live_detach(live[i]);
	return 0;
}

static bool option_take(struct options *o, const char *name, const char *value)
{
	if (strcmp(name, "--rings") == 0)
		o->live.rings = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(name, "--ring-bytes") == 0)
		o->live.ring_bytes = strtoull(value, NULL, 10);
	else if (strcmp(name, "--snaplen") == 0)
		o->live.snaplen = (uint32_t)strtoul(value, NULL, 10);
	else if (strcmp(name, "--frames") == 0)
		o->frames = strtoull(value, NULL, 10);
	else if (strcmp(name, "--die") == 0)
		o->die = strtoull(value, NULL, 10);
	else if (strcmp(name, "--seconds") == 0)
		o->seconds = strtod(value, NULL);
	else
		return false;
	return o->live.rings <= RINGS_MAX;
}

static int usage(void)
{
	fputs("usage: live_probe INTERFACE [OPTION VALUE]... | live_probe --file CAPTURE\n",
	      stderr);
	return 2;
}

int main(int argc, char **argv)
{
	struct options o = { .seconds = 30 };

	o.live.promiscuous = true;
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && strcmp(argv[1], "--file") == 0)
		return file_read(argv[2]);
	if (argc < 2)
		return usage();
	o.live.interface = argv[1];
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--incoming") == 0)
			o.live.incoming_only = true;
		else if (strcmp(argv[i], "--rollover") == 0)
			o.live.rollover = true;
		else if (strcmp(argv[i], "--xdp") == 0)
			o.live.kind = LIVE_XDP;
		else if (i + 1 == argc || !option_take(&o, argv[i], argv[i + 1]))
			return usage();
		else
			i++;
	}
	return interface_read(&o);
}
