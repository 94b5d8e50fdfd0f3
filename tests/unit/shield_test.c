/* shield_test.c - a place for the XDP program of the tests, and frames that are made of what they mean. */
#include "shield_test.h"

#include "hand/xdp_pins.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

bool shield_place(void)
{
	if (geteuid() != 0) {
		printf("SKIPPED: the XDP program is loaded by root only\n");
		return false;
	}
	if (unshare(CLONE_NEWNS | CLONE_NEWNET) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("bpf", XDP_BPFFS, "bpf", 0, "mode=0700") != 0) {
		printf("SKIPPED: no namespaces or no BPF here: %s\n", strerror(errno));
		return false;
	}
	return true;
}

int64_t shield_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct hand_state *shield_hand(void)
{
	const char *interface = "lo";
	struct hand_settings settings = { .interfaces = &interface, .interface_count = 1 };
	char trouble[HAND_TROUBLE] = "";
	struct hand_state *state = hand_xdp.open(&settings, trouble);

	if (!state)
		fail_msg("open: %s", trouble);
	return state;
}

uint64_t shield_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

int shield_judge(uint8_t frame[SHIELD_FRAME], size_t *len)
{
	uint8_t out[SHIELD_FRAME];
	char path[XDP_PATH];
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .data_size_in = (uint32_t)*len,
		    .data_out = out, .data_size_out = sizeof(out), .repeat = 1);
	int fd;

	xdp_pins_path(path, "program");
	fd = bpf_obj_get(path);
	if (fd < 0)
		fail_msg("%s: %s", path, strerror(errno));
	if (bpf_prog_test_run_opts(fd, &run) != 0)
		fail_msg("test run: %s", strerror(errno));
	close(fd);
	memcpy(frame, out, run.data_size_out);
	*len = run.data_size_out;
	return (int)run.retval;
}

/* ---- Frames */

struct writing {
	uint8_t *at;
};

static void write_8(struct writing *w, unsigned value)
{
	*w->at++ = (uint8_t)value;
}

static void write_16(struct writing *w, unsigned value)
{
	write_8(w, value >> 8);
	write_8(w, value & 0xff);
}

static void write_bytes(struct writing *w, const void *bytes, size_t len)
{
	memcpy(w->at, bytes, len);
	w->at += len;
}

static void write_zeros(struct writing *w, size_t len)
{
	memset(w->at, 0, len);
	w->at += len;
}

static void write_transport(struct writing *w, const struct meant *m)
{
	const struct look *l = &m->look;

	if (l->fragment == FRAGMENT_LATER)
		return;
	switch (l->proto) {
	case PROTO_TCP:
		write_16(w, l->from_port);
		write_16(w, l->to_port);
		write_zeros(w, 8);
		write_8(w, (5 + m->options) << 4);
		write_8(w, l->flags);
		write_16(w, l->window);
		write_zeros(w, 4 + 4 * m->options);
		break;
	case PROTO_UDP:
		write_16(w, l->from_port);
		write_16(w, l->to_port);
		write_16(w, (unsigned)m->payload + 8);
		write_16(w, 0);
		break;
	case PROTO_ICMP:
	case PROTO_ICMP6:
		write_8(w, l->from_port);
		write_8(w, l->to_port);
		write_zeros(w, 6);
		break;
	}
}

static size_t transport_len(const struct meant *m)
{
	if (m->look.fragment == FRAGMENT_LATER)
		return 0;
	switch (m->look.proto) {
	case PROTO_TCP:
		return 20 + 4 * m->options;
	case PROTO_UDP:
	case PROTO_ICMP:
	case PROTO_ICMP6:
		return 8;
	default:
		return 0;
	}
}

static void write_ip4(struct writing *w, const struct meant *m)
{
	const struct look *l = &m->look;

	write_8(w, 0x45 + m->options);
	write_8(w, 0);
	write_16(w, l->length);
	write_16(w, 7);
	write_16(w, l->fragment == FRAGMENT_NONE  ? 0x4000
		    : l->fragment == FRAGMENT_ANY ? 0x2000
						  : 0x00b9);
	write_8(w, l->ttl);
	write_8(w, l->proto);
	write_16(w, 0);
	write_bytes(w, l->from.b + 12, 4);
	write_bytes(w, l->to.b + 12, 4);
	write_zeros(w, 4 * m->options);
}

static void write_ip6(struct writing *w, const struct meant *m)
{
	const struct look *l = &m->look;
	unsigned left = m->extensions, last = l->fragment == FRAGMENT_NONE ? l->proto : 44;

	write_16(w, 0x6000);
	write_16(w, 0);
	write_16(w, l->length - 40u);
	write_8(w, left ? 60 : last);
	write_8(w, l->ttl);
	write_bytes(w, l->from.b, 16);
	write_bytes(w, l->to.b, 16);
	while (left) { /* destination options, each of a length of its own */
		left--;
		write_8(w, left ? 60 : last);
		write_8(w, left);
		memset(w->at, 0xff, 6 + 8 * left); /* not to be taken for another header */
		w->at += 6 + 8 * left;
	}
	if (l->fragment == FRAGMENT_NONE)
		return;
	write_8(w, l->proto);
	write_8(w, 0);
	write_16(w, l->fragment == FRAGMENT_ANY ? 1 : 0x05c9);
	write_zeros(w, 4);
}

static size_t ip_len(const struct meant *m)
{
	if (ip_is_v4(&m->look.from))
		return 20 + 4 * m->options;
	return 40 + 8 * m->extensions * (m->extensions + 1) / 2 +
	       (m->look.fragment == FRAGMENT_NONE ? 0 : 8);
}

static void write_link(struct writing *w, const struct meant *m, bool four)
{
	write_bytes(w, "\x02\0\0\0\0\x01\x02\0\0\0\0\x02", 12);
	for (unsigned i = 0; i < m->tags; i++) {
		write_16(w, i + 1 < m->tags ? 0x88a8 : 0x8100);
		write_16(w, 100 + i);
	}
	if (!m->session) {
		write_16(w, four ? 0x0800 : 0x86dd);
		return;
	}
	write_16(w, 0x8864);
	write_16(w, 0x1100);
	write_16(w, 1);
	write_16(w, m->look.length + 2u);
	write_16(w, four ? 0x0021 : 0x0057);
}

size_t meant_frame(struct meant *m, uint8_t frame[SHIELD_FRAME])
{
	bool four = ip_is_v4(&m->look.from);
	struct writing w = { frame };
	size_t len;

	m->look.length = (uint16_t)(ip_len(m) + transport_len(m) + m->payload);
	m->look.header = m->look.proto == PROTO_TCP ? (uint8_t)transport_len(m) : 0;
	m->look.has = (uint8_t)(m->payload < LOOK_BYTES ? m->payload : LOOK_BYTES);
	memset(m->look.bytes + m->look.has, 0, LOOK_BYTES - m->look.has);
	write_link(&w, m, four);
	if (four)
		write_ip4(&w, m);
	else
		write_ip6(&w, m);
	write_transport(&w, m);
	write_bytes(&w, m->look.bytes, m->look.has);
	write_zeros(&w, m->payload - m->look.has);
	len = (size_t)(w.at - frame);
	if (len < 60) { /* what Ethernet pads is no part of the packet, though filters look for such bytes */
		memset(w.at, 0, 60 - len);
		len = 60;
	}
	return len;
}
