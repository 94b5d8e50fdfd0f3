/*
 * fuzz_sensor.c - hostile traffic through the whole pipeline, with one worker and with two: the
 * incidents must be the same, whatever arrives and in whatever order of time.
 *
 * The input is a little program. Each step is a byte that chooses what to do and a byte of operand:
 * make a frame (of a kind, between ends of a small set), repeat the last one many times, move the
 * clock forward, backward or far away, or hand over what was collected. So a short input makes
 * floods, scans and conversations, which random bytes would not.
 */
#include "app/pipeline.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES_MAX 3000 /* of one input */
#define BATCH      512
#define FRAME_LEN  96
#define TIME_MAX   (253402300799 * USEC_PER_SEC) /* the last of 9999: capture.h promises it */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The program while it runs. */
struct story {
	const uint8_t *at, *end;
	struct frame frames[FRAMES_MAX];
	uint8_t bytes[FRAMES_MAX][FRAME_LEN];
	size_t count;
	usec_t now;
	uint32_t seq;
	bool back; /* the clock was turned back */
};

static uint8_t story_byte(struct story *s)
{
	return s->at < s->end ? *s->at++ : 0;
}

/* Ethernet and IPv4 with a body; the addresses are a few of ours and a few of others. */
static void story_frame(struct story *s, uint8_t proto, uint8_t ends, const uint8_t *body, size_t n)
{
	uint8_t *f = s->bytes[s->count];
	uint8_t ip[20] = {0x45, 0, 0, (uint8_t)(20 + n), 0, 7, 0, 0, 64, proto};

	if (s->count == FRAMES_MAX)
		return;
	memcpy(ip + 12, (const uint8_t[]){198, 51, 100, (uint8_t)(ends & 7)}, 4);
	memcpy(ip + 16, (const uint8_t[]){10, 0, 0, (uint8_t)(ends >> 3 & 7)}, 4);
	if (ends & 0x40) { /* the other way round */
		memcpy(ip + 16, (const uint8_t[]){198, 51, 100, (uint8_t)(ends & 7)}, 4);
		memcpy(ip + 12, (const uint8_t[]){10, 0, 0, (uint8_t)(ends >> 3 & 7)}, 4);
	}
	if (ends & 0x80) { /* a fragment: the first, or a later one */
		ip[6] = 0x20;
		ip[7] = ends & 1 ? 16 : 0;
	}
	memset(f, 2, 12);
	f[12] = 0x08;
	f[13] = 0x00;
	memcpy(f + 14, ip, sizeof(ip));
	memcpy(f + 34, body, n);
	s->frames[s->count] = (struct frame){
		s->now, (uint32_t)(34 + n), LINK_ETHERNET, {f, 34 + n}};
	s->count++;
}

static void story_tcp(struct story *s, uint8_t choice)
{
	static const uint8_t flags[] = {
		TCP_SYN,           TCP_SYN | TCP_ACK, TCP_ACK, TCP_ACK | TCP_PSH,
		TCP_FIN | TCP_ACK, TCP_RST,           0,       TCP_FIN | TCP_URG | TCP_PSH};
	static const char *const texts[] = {"",
					    "GET /a?b=c HTTP/1.1\r\n",
					    "530 no\r\n",
					    "\r\n\r\n",
					    "220 ftp\r\n",
					    "SSH-2.0-x\r\n",
					    "POST / HTTP/1.1\r\n\r\n",
					    "\x16\x03\x01"};
	uint8_t ends = story_byte(s), ports = story_byte(s);
	const char *text = texts[ports >> 5];
	uint8_t body[60] = {0, 80, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0x50};
	size_t n = strlen(text);

	body[ends & 0x40 ? 2 : 0] = (uint8_t)(0x80 | (ports & 15));
	body[ends & 0x40 ? 1 : 3] = ports & 16 ? 22 : 80;
	s->seq += choice & 0x40 ? 1 : 0;
	memcpy(body + 4, &s->seq, 4);
	memcpy(body + 8, &s->seq, 4);
	body[13] = flags[choice >> 3 & 7];
	body[14] = choice & 0x80 ? 0 : 0x20; /* a closed window, or an open one */
	memcpy(body + 20, text, n);
	story_frame(s, PROTO_TCP, ends, body, 20 + n);
}

static void story_datagram(struct story *s, uint8_t choice)
{
	static const uint8_t ports[] = {53, 123, 19, 17, 69, 80, 161, 5};
	uint8_t ends = story_byte(s), body[20] = {0};

	if (choice & 0x40) { /* ICMP, or any protocol */
		body[0] = choice >> 3 & 7 ? (uint8_t)(choice >> 2 & 15) : 8;
		story_frame(s, choice & 0x80 ? story_byte(s) : PROTO_ICMP, ends, body, 16);
		return;
	}
	body[1] = ports[choice >> 3 & 7];
	body[2] = story_byte(s);
	body[3] = 99;
	body[5] = 20;
	body[10] = choice & 0x80; /* DNS: an answer */
	story_frame(s, PROTO_UDP, ends, body, 20);
}

/* The last frame again, up to 255 times, from ever new ports or ends. */
static void story_repeat(struct story *s, uint8_t choice)
{
	unsigned times = story_byte(s);
	size_t last = s->count - 1;

	for (unsigned i = 1; s->count > 0 && i <= times && s->count < FRAMES_MAX; i++) {
		uint8_t *f = s->bytes[s->count];

		memcpy(f, s->bytes[last], FRAME_LEN);
		if (choice & 0x08)
			f[34] = (uint8_t)(f[34] ^ i); /* source port */
		if (choice & 0x10)
			f[28] = (uint8_t)(f[28] ^ i); /* source address */
		if (choice & 0x20)
			f[37] = (uint8_t)(f[37] ^ i); /* destination port */
		if (choice & 0x40)
			f[33] = (uint8_t)(f[33] ^ i); /* destination address */
		if (choice & 0x80)
			s->now += 1000;
		s->frames[s->count] = s->frames[last];
		s->frames[s->count].ts = s->now;
		s->frames[s->count].bytes.ptr = f;
		s->count++;
	}
}

static void story_clock(struct story *s, uint8_t choice)
{
	static const usec_t steps[] = {1,       1000,     50000,      250000,
				       6000000, 70000000, 4000000000, 400000000000000};
	usec_t step = steps[choice >> 3 & 7] * story_byte(s);

	s->back |= (choice & 0x80) != 0;
	s->now += choice & 0x80 ? -step : step;
	if (s->now < 0)
		s->now = 0;
	if (s->now > TIME_MAX)
		s->now = TIME_MAX;
}

/* A frame of raw bytes, of any link type. */
static void story_raw(struct story *s, uint8_t choice)
{
	static const uint16_t links[] = {LINK_ETHERNET, LINK_RAW, LINK_SLL, LINK_NULL};
	size_t n = story_byte(s) % FRAME_LEN;
	uint8_t *f = s->bytes[s->count];

	if (n > (size_t)(s->end - s->at))
		n = (size_t)(s->end - s->at);
	memcpy(f, s->at, n);
	s->at += n;
	s->frames[s->count++] = (struct frame){
		s->now, (uint32_t)n + (choice >> 5) * 100u, links[choice >> 3 & 3], {f, n}};
}

static void story_run(struct story *s)
{
	while (s->at < s->end && s->count < FRAMES_MAX) {
		uint8_t choice = story_byte(s);

		switch (choice & 7) {
		case 0:
		case 1:
		case 2:
			story_tcp(s, choice);
			break;
		case 3:
			story_datagram(s, choice);
			break;
		case 4:
		case 5:
			story_repeat(s, choice);
			break;
		case 6:
			story_clock(s, choice);
			break;
		case 7:
			story_raw(s, choice);
			break;
		}
	}
}

static struct pipeline *pipeline_of(const struct story *s, unsigned workers)
{
	struct pipeline_settings settings;
	struct pipeline *p;
	struct prefix home;

	pipeline_settings_init(&settings);
	settings.workers = workers;
	settings.max_flows = 1024;
	settings.plain = workers > 1;
	check(prefix_parse(&home, "10.0.0.0/8") == OK && home_add(&settings.home, &home) == OK);
	p = pipeline_new(&settings);
	check(p != NULL);
	for (size_t at = 0; at < s->count; at += BATCH)
		pipeline_frames(p, s->frames + at, s->count - at < BATCH ? s->count - at : BATCH);
	pipeline_end(p);
	return p;
}

static void same_incident(const struct incident *a, const struct incident *b)
{
	char x[2][ENTITY_TEXT], y[2][ENTITY_TEXT];

	check(a->id == b->id && strcmp(a->rule, b->rule) == 0 && a->vector == b->vector);
	check(a->direction == b->direction && a->severity == b->severity);
	check(a->opened <= a->peaked && a->peaked <= a->closed);
	check(a->opened == b->opened && a->closed == b->closed && a->peaked == b->peaked);
	check(a->alerts == b->alerts && a->packets == b->packets && a->bytes == b->bytes);
	check(a->peak_pps == b->peak_pps && a->peak_bps == b->peak_bps);
	check(a->sources == b->sources && a->targets == b->targets && a->group == b->group);
	check(a->confidence == b->confidence && a->ongoing == b->ongoing);
	check(strcmp(entity_text(&a->who, x[0]), entity_text(&b->who, y[0])) == 0);
	check(strcmp(entity_text(&a->whom, x[1]), entity_text(&b->whom, y[1])) == 0);
	check(strcmp(a->say, b->say) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct story story;
	static struct run runs[2];
	const struct incident *lists[2];
	struct pipeline *p[2];
	size_t counts[2];

	story.at = bytes;
	story.end = bytes + len;
	story.count = 0;
	story.seq = 1;
	story.back = false;
	story.now = 1700000000 * USEC_PER_SEC;
	story_run(&story);
	for (unsigned i = 0; i < 2; i++) {
		p[i] = pipeline_of(&story, i + 1);
		lists[i] = pipeline_incidents(p[i], &counts[i]);
		memset(&runs[i], 0, sizeof(runs[i]));
		pipeline_report(p[i], &runs[i]);
	}
	check(runs[0].frames == story.count && runs[1].frames == story.count);
	/* where a bounded table was full, the parts of two workers may hold more than one's whole
	 */
	for (unsigned a = ANOMALY_FLOW_EVICTED; a <= ANOMALY_PROBER_EVICTED; a++)
		if (runs[0].anomalies.count[a] || runs[1].anomalies.count[a])
			counts[0] = counts[1] = 0;
	check(counts[0] == counts[1]);
	/* Within a minute back, tallies keep the times of their first and last packet in the order
	 * of arrival, which two workers do not share: only the number of incidents is compared
	 * then. */
	for (size_t i = 0; i < counts[0] && !story.back; i++)
		same_incident(&lists[0][i], &lists[1][i]);
	pipeline_free(p[0]);
	pipeline_free(p[1]);
	return 0;
}
