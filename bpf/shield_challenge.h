/*
 * shield_challenge.h - who sends a SYN must show that it hears the answer. Part of shield.bpf.c.
 *
 * A SYN of a source that has not shown it yet is answered by a SYN-ACK that acknowledges a number which
 * nobody asked for. RFC 9293, 3.10.7.3 has a client answer that by a RST with this very number, and go on
 * waiting: who forged its address never sees the number. Then the client sends its SYN again (Linux at
 * once, RFC 6298 after a second), and it passes, as do all further ones of this source for ten minutes.
 * Nothing is kept of who does not answer.
 *
 * Why not cookies in the sense of RFC 4987: a connection that was opened by a cookie made here could only
 * be accepted by a server that has the same secret (the kernel's own, bpf_tcp_raw_gen_syncookie_ipv4), so
 * not behind a gateway; and the kernel makes them by itself when it is the server. Why not just drop the
 * first SYN: at millions a second nothing can remember which were first. Why not a true SYN-ACK with a
 * RST behind it: programs see that as a connection that broke.
 *
 * What it costs: the first connection of each client waits, at worst a second. Clients behind a firewall
 * that drops a SYN-ACK with an unknown number do not get through while the rule is in force. A flood from
 * forged addresses of machines that are up makes these send one RST for each SYN; such a RST alone proves
 * nothing, the same SYN must come again.
 */
#ifndef BPF_SHIELD_CHALLENGE_H
#define BPF_SHIELD_CHALLENGE_H

#define CHALLENGE_TIME  36 /* a number is good for two spans of 2^36 ns, 69 s */
#define ANSWER_WAITS    10000000000ULL  /* nanoseconds: for the SYN to come again */
#define ANSWER_HOLDS    600000000000ULL /* nanoseconds: for further ones */
#define CHALLENGE_TTL   64
#define SYN_ACK_LENGTH  20 /* without options */

#define ROTATE(x, bits) ((x) << (bits) | (x) >> (64 - (bits)))

struct sip {
	__u64 v0, v1, v2, v3;
};

static __always_inline void sip_round(struct sip *s)
{
	s->v0 += s->v1;
	s->v1 = ROTATE(s->v1, 13) ^ s->v0;
	s->v0 = ROTATE(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = ROTATE(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = ROTATE(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = ROTATE(s->v1, 17) ^ s->v2;
	s->v2 = ROTATE(s->v2, 32);
}

static __always_inline void sip_word(struct sip *s, __u64 word)
{
	s->v3 ^= word;
	sip_round(s);
	s->v0 ^= word;
}

/* SipHash-1-3 (Aumasson, Bernstein 2012), as the kernel uses it for its own sequence numbers. */
static __always_inline __u32 challenge_number(const struct packet *p, __u64 span)
{
	__u64 ports = (__u64)p->from_port << 48 | (__u64)p->to_port << 32 | (__u32)span;
	struct sip s = { facts.secret[0] ^ 0x736f6d6570736575ULL,
			 facts.secret[1] ^ 0x646f72616e646f6dULL,
			 facts.secret[0] ^ 0x6c7967656e657261ULL,
			 facts.secret[1] ^ 0x7465646279746573ULL };

	sip_word(&s, p->from[0]);
	sip_word(&s, p->from[1]);
	sip_word(&s, p->to[0]);
	sip_word(&s, p->to[1]);
	sip_word(&s, ports);
	s.v2 ^= 0xff;
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	return (__u32)(s.v0 ^ s.v1 ^ s.v2 ^ s.v3);
}

/* Whether this is the answer to a challenge; then it is remembered, and nobody else needs to see it. */
static __always_inline bool challenge_answered(const struct packet *p, struct xdp_md *frame)
{
	struct shield_answered fresh = { .ports = (__u32)p->from_port << 16 | p->to_port };
	struct shield_answered *before;
	__u64 now, span;
	__u32 *h, number;

	if (!(p->has & SHIELD_TCP) || !(p->flags & TCP_RST))
		return false;
	h = frame_at(frame, p->l4, 8);
	if (!h)
		return false;
	now = boot_now();
	span = now >> CHALLENGE_TIME;
	number = bpf_ntohl(h[1]);
	if (number != challenge_number(p, span) && number != challenge_number(p, span - 1))
		return false;
	before = bpf_map_lookup_elem(&answered, p->from);
	if (before && before->proved && before->until > now)
		return true;
	fresh.until = now + ANSWER_WAITS;
	bpf_map_update_elem(&answered, p->from, &fresh, BPF_ANY);
	return true;
}

/* Whether the source of this SYN has shown that it hears answers, now or lately. */
static __always_inline bool challenge_proved(const struct packet *p)
{
	struct shield_answered *answer = bpf_map_lookup_elem(&answered, p->from);
	__u64 now = boot_now();

	if (!answer || answer->until <= now)
		return false;
	if (!answer->proved && answer->ports != ((__u32)p->from_port << 16 | p->to_port))
		return false;
	answer->proved = 1;
	answer->until = now + ANSWER_HOLDS;
	return true;
}

static __always_inline __u16 sum_fold(__s64 sum)
{
	sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32 & 0xffff);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* Words in network order as the checksum of RFC 1071 adds them. */
static __always_inline __u64 sum_words(const __u32 *word, __u32 count, __u64 sum)
{
	for (__u32 i = 0; i < count; i++)
		sum += word[i];
	return sum;
}

static __always_inline void ethernet_turn(struct ethhdr *ethernet)
{
	__u8 there[ETH_ALEN];

	__builtin_memcpy(there, ethernet->h_source, ETH_ALEN);
	__builtin_memcpy(ethernet->h_source, ethernet->h_dest, ETH_ALEN);
	__builtin_memcpy(ethernet->h_dest, there, ETH_ALEN);
}

/* The TCP header of the answer, its checksum over addresses (as in the IP header, of `words`). */
static __always_inline void tcp_turn(__u8 *h, const struct packet *p, const __u32 *addresses,
				     __u32 words)
{
	__u32 *word = (__u32 *)h;
	__u16 *half = (__u16 *)h;
	__u64 sum;

	half[0] = bpf_htons(p->to_port);
	half[1] = bpf_htons(p->from_port);
	word[1] = bpf_htonl(challenge_number(p, 0)); /* any would do */
	word[2] = bpf_htonl(challenge_number(p, boot_now() >> CHALLENGE_TIME));
	h[12] = SYN_ACK_LENGTH / 4 << 4;
	h[13] = TCP_SYN | TCP_ACK;
	half[7] = 0; /* no window: it is not meant to send */
	half[8] = half[9] = 0;
	sum = sum_words(addresses, words, bpf_htons(IPPROTO_TCP) + bpf_htons(SYN_ACK_LENGTH));
	half[8] = sum_fold(sum_words(word, SYN_ACK_LENGTH / 4, sum));
}

static __always_inline int ip4_turn(const struct packet *p, struct xdp_md *frame)
{
	__u8 *h = frame_at(frame, p->ip, 20 + SYN_ACK_LENGTH);
	__u32 *word = (__u32 *)h, there;

	if (!h)
		return DROPS;
	there = word[3];
	word[3] = word[4];
	word[4] = there;
	*(__u16 *)(h + 2) = bpf_htons(20 + SYN_ACK_LENGTH);
	h[8] = CHALLENGE_TTL;
	*(__u16 *)(h + 10) = 0;
	*(__u16 *)(h + 10) = sum_fold(sum_words(word, 5, 0));
	tcp_turn(h + 20, p, word + 3, 2);
	return ANSWERS;
}

static __always_inline int ip6_turn(const struct packet *p, struct xdp_md *frame)
{
	__u8 *h = frame_at(frame, p->ip, 40 + SYN_ACK_LENGTH);

	if (!h)
		return DROPS;
	__builtin_memcpy(h + 8, p->to, 16);
	__builtin_memcpy(h + 24, p->from, 16);
	*(__u16 *)(h + 4) = bpf_htons(SYN_ACK_LENGTH);
	h[7] = CHALLENGE_TTL;
	tcp_turn(h + 40, p, (__u32 *)(h + 8), 8);
	return ANSWERS;
}

/* What carries the answer: the same way back, in a PPPoE session of its new length. Nobody means a SYN for a
 * group of machines: no answer to, or from, one. */
static __always_inline bool link_turn(const struct packet *p, struct xdp_md *frame, __u32 length)
{
	struct ethhdr *ethernet = frame_at(frame, 0, sizeof(*ethernet));
	__u16 *session;

	if (!ethernet || ((ethernet->h_source[0] | ethernet->h_dest[0]) & 1))
		return false;
	ethernet_turn(ethernet);
	if (!p->session)
		return true;
	session = frame_at(frame, p->ip - PPPOE_HEADER, PPPOE_HEADER);
	if (session)
		session[2] = bpf_htons(length + 2); /* with the protocol of PPP */
	return session;
}

/* NOTHING: it is no SYN, or of one who has answered. A SYN with options of IP, in parts, or with a RST (which
 * has no answer, RFC 9293, 3.10.7) has no use but to annoy. The frame may be in several buffers. */
static __always_inline int challenge(const struct packet *p, struct xdp_md *frame)
{
	__u32 header = p->six ? 40 : 20, length = header + SYN_ACK_LENGTH;

	if (!(p->has & SHIELD_TCP) || (p->flags & (TCP_SYN | TCP_ACK)) != TCP_SYN ||
	    challenge_proved(p))
		return NOTHING;
	if (p->l4 != p->ip + header || p->fragment != WHOLE || (p->flags & TCP_RST) ||
	    bpf_xdp_adjust_tail(frame, (int)(p->ip + length - bpf_xdp_get_buff_len(frame))) != 0 ||
	    !link_turn(p, frame, length))
		return DROPS;
	return p->six ? ip6_turn(p, frame) : ip4_turn(p, frame);
}

#endif
