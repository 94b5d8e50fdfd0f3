/* talk_capture.c - a capture's TCP conversations before the stream parsers. */
#include "talk_capture.h"

#include "talk.h"
#include "wire/decode.h"
#include "wire/ftp.h"
#include "wire/http.h"
#include "wire/irc.h"
#include "wire/pop_imap.h"
#include "wire/smtp.h"
#include "wire/ssh.h"
#include "wire/telnet.h"

#include <pcap/pcap.h>
#include <stdlib.h>

#define CONVERSATIONS 4096 /* of one capture that are followed */
#define HELD          64   /* segments of one end that came before their time */

struct segment {
	uint32_t seq;
	size_t len;
	uint8_t *bytes;
};

struct conversation {
	struct flow_key key;
	struct talk *talk; /* NULL: not recognised */
	unsigned client;   /* the key's end */
	unsigned looked;   /* first payloads that were shown to the parsers */
	bool known[2];
	uint32_t next[2];
	unsigned held_count[2];
	struct segment held[2][HELD];
	struct segment early; /* what the other end said before it was recognised */
	unsigned early_side;
};

static struct conversation *conversation_of(struct conversation *all, size_t *count,
					    const struct packet *p)
{
	struct conversation *c;

	for (size_t i = *count; i-- > 0;)
		if (memcmp(&all[i].key, &p->key, sizeof(p->key)) == 0)
			return &all[i];
	if (*count == CONVERSATIONS)
		return NULL;
	c = &all[(*count)++];
	c->key = p->key;
	if (p->tcp_flags & TCP_SYN)
		c->client = p->tcp_flags & TCP_ACK ? !p->side : p->side;
	else
		c->client = packet_from_port(p) < packet_to_port(p) ? !p->side : p->side;
	return c;
}

/* The ports tell only what the greetings of FTP and SMTP leave open. */
static int recognise(struct span first, unsigned side, uint16_t port)
{
	if (http_looks(first, side))
		return TALK_HTTP;
	if (ssh_looks(first, side))
		return TALK_SSH;
	if (smtp_looks(first, side) || (side && port == 25 && line_starts(first, "220 ")))
		return TALK_SMTP;
	if (ftp_looks(first, side) || (side && port == 21 && line_starts(first, "220")))
		return TALK_FTP;
	if (pop_imap_looks(first, side))
		return TALK_MAILBOX;
	if (irc_looks(first, side))
		return TALK_IRC;
	return telnet_looks(first, side) ? TALK_TELNET : -1;
}

static void deliver(struct conversation *c, unsigned end, struct span bytes)
{
	unsigned side = end != c->client;

	if (!c->talk && c->looked++ < 2) {
		int kind = recognise(bytes, side, c->key.port[!c->client]);

		if (kind >= 0)
			c->talk = talk_new((enum talk_kind)kind);
		if (c->talk && c->early.bytes)
			talk_say(c->talk, c->early_side, c->early.bytes, c->early.len);
		else if (!c->talk && c->looked == 1) {
			c->early = (struct segment){0, bytes.len, malloc(bytes.len)};
			c->early_side = side;
			memcpy(c->early.bytes, bytes.ptr, bytes.len);
		}
	}
	if (c->talk)
		talk_say(c->talk, side, bytes.ptr, bytes.len);
}

static void hold(struct conversation *c, unsigned end, uint32_t seq, struct span bytes)
{
	struct segment *s = &c->held[end][c->held_count[end]];

	if (c->held_count[end] == HELD)
		return;
	c->held_count[end]++;
	*s = (struct segment){seq, bytes.len, malloc(bytes.len)};
	memcpy(s->bytes, bytes.ptr, bytes.len);
}

/* In order, each byte once; what comes too early is held. */
static void take(struct conversation *c, unsigned end, uint32_t seq, struct span bytes)
{
	int32_t ahead = (int32_t)(seq - c->next[end]);

	if (!c->known[end]) {
		c->known[end] = true;
		c->next[end] = seq;
		ahead = 0;
	}
	if (ahead > 0) {
		hold(c, end, seq, bytes);
		return;
	}
	if ((size_t)-ahead >= bytes.len)
		return;
	bytes = line_from(bytes, (size_t)-ahead);
	c->next[end] = seq + (uint32_t)-ahead + (uint32_t)bytes.len;
	deliver(c, end, bytes);
	for (unsigned i = 0; i < c->held_count[end]; i++) {
		struct segment s = c->held[end][i];

		if ((int32_t)(s.seq - c->next[end]) > 0)
			continue;
		c->held[end][i] = c->held[end][--c->held_count[end]];
		take(c, end, s.seq, (struct span){s.bytes, s.len});
		free(s.bytes);
		return; /* that one looked at the others */
	}
}

/* What is still held: there is a gap before it. */
static void flush(struct conversation *c, unsigned end)
{
	while (c->held_count[end]) {
		unsigned first = 0;
		struct segment s;

		for (unsigned i = 1; i < c->held_count[end]; i++)
			if ((int32_t)(c->held[end][i].seq - c->held[end][first].seq) < 0)
				first = i;
		s = c->held[end][first];
		c->held[end][first] = c->held[end][--c->held_count[end]];
		if (c->talk && (int32_t)(s.seq - c->next[end]) > 0)
			talk_gap(c->talk, end != c->client, s.seq - c->next[end]);
		if ((int32_t)(s.seq - c->next[end]) > 0)
			c->next[end] = s.seq;
		take(c, end, s.seq, (struct span){s.bytes, s.len});
		free(s.bytes);
	}
}

static void see(struct conversation *all, size_t *count, const struct packet *p)
{
	struct conversation *c;

	if (p->key.proto != PROTO_TCP || p->marks & (MARK_OUTER | MARK_FRAGMENT) ||
	    (!p->payload.len && !(p->tcp_flags & TCP_SYN)))
		return;
	c = conversation_of(all, count, p);
	if (!c)
		return;
	if (p->tcp_flags & TCP_SYN) {
		if (!c->known[p->side])
			c->next[p->side] = p->seq + 1;
		c->known[p->side] = true;
	} else {
		take(c, p->side, p->seq, p->payload);
	}
}

static int finish(struct conversation *all, size_t count, FILE *out)
{
	int recognised = 0;

	for (size_t i = 0; i < count; i++) {
		struct conversation *c = &all[i];

		flush(c, 0);
		flush(c, 1);
		free(c->early.bytes);
		if (!c->talk)
			continue;
		recognised++;
		fprintf(out, "%s%s", talk_end(c->talk), talk_broken(c->talk) ? "BROKEN\n" : "");
		talk_free(c->talk);
	}
	return recognised;
}

int talk_capture(const char *path, FILE *out)
{
	char trouble[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(path, trouble);
	struct conversation *all = calloc(CONVERSATIONS, sizeof(*all));
	struct decoder decoder = {0};
	struct packet packets[DECODE_PACKETS];
	struct pcap_pkthdr *h;
	const uint8_t *bytes;
	size_t count = 0;
	int recognised = -1;

	while (all && pcap && pcap_next_ex(pcap, &h, &bytes) == 1) {
		struct frame frame = {0, h->len, (uint16_t)pcap_datalink(pcap), {bytes, h->caplen}};
		unsigned n = decode_frame(&decoder, &frame, packets);

		for (unsigned i = 0; i < n; i++)
			see(all, &count, &packets[i]);
	}
	if (all && pcap)
		recognised = finish(all, count, out);
	if (pcap)
		pcap_close(pcap);
	free(all);
	return recognised;
}
