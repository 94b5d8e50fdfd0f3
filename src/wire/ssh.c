/* ssh.c - the part of SSH in the clear. */
#include "wire/ssh.h"

#include "wire/line.h"

#include <openssl/evp.h>

#define LINE_LONGEST 512   /* RFC 4253, 4.2: 255, of the banner */
#define LINES_MAX    50    /* lines that a server may send before its banner */
#define PACKET_MAX   16380 /* with its length within what callers keep; in practice 1000 to 3000 */
#define KEXINIT      20    /* RFC 4253, 12 */
#define LISTS        8     /* name lists of a KEXINIT before the languages */

bool ssh_looks(struct span first, unsigned side)
{
	(void)side;
	return first.len >= 8 && memcmp(first.ptr, "SSH-", 4) == 0 && first.ptr[4] >= '1' &&
	       first.ptr[4] <= '9' && first.ptr[5] == '.';
}

static void tell(struct ssh *s, const struct ssh_sink *sink)
{
	struct ssh_side *c = &s->side[0], *v = &s->side[1];
	struct event_ssh event = {
		.client = { c->software, c->software_len },
		.server = { v->software, v->software_len },
		.client_version = { c->version, c->version_len },
		.server_version = { v->version, v->version_len },
		.hassh = { c->hassh, c->hashed ? HASSH_TEXT : 0 },
		.hassh_server = { v->hassh, v->hashed ? HASSH_TEXT : 0 },
	};

	if (!s->gave_up && (c->banner || v->banner) && sink->handshake)
		sink->handshake(sink->whom, &event);
	s->gave_up = true;
}

/* SSH-protoversion-softwareversion SP comments */
static void take_line(struct ssh *s, unsigned side, struct span line)
{
	struct ssh_side *e = &s->side[side];
	struct span rest = line_from(line, 4);
	size_t dash = line_find(rest, '-');

	if (line.len < 4 || memcmp(line.ptr, "SSH-", 4) != 0) {
		s->gave_up = !side || ++e->lines > LINES_MAX;
		return;
	}
	e->version_len = (uint8_t)line_keep(e->version, sizeof(e->version), line_cut(rest, dash));
	e->software_len = (uint8_t)line_keep(e->software, sizeof(e->software),
					     line_from(rest, dash + 1));
	e->banner = true;
	e->done = e->version[0] == '1' && !line_is(line_cut(rest, dash), "1.99");
}

/*
 * hassh: MD5 of the names of key exchange, encryption, MAC and compression in one direction, with
 * semicolons between: what the client offers to send with, or what the server does.
 */
static bool hassh(struct cur body, unsigned side, uint8_t text[HASSH_TEXT])
{
	static const unsigned lists[2][4] = { { 0, 2, 4, 6 }, { 0, 3, 5, 7 } };
	static const char digits[] = "0123456789abcdef";
	struct span list[LISTS];
	uint8_t digest[16];
	EVP_MD_CTX *md5;
	bool good;

	cur_take(&body, 16); /* the cookie */
	for (unsigned i = 0; i < LISTS; i++)
		list[i] = cur_span(&body, ld_be32(cur_take(&body, 4)));
	if (body.bad)
		return false;
	md5 = EVP_MD_CTX_new();
	good = md5 && EVP_DigestInit_ex(md5, EVP_md5(), NULL);
	for (unsigned i = 0; good && i < 4; i++) {
		struct span names = list[lists[side][i]];

		good = (!i || EVP_DigestUpdate(md5, ";", 1)) &&
		       EVP_DigestUpdate(md5, names.ptr, names.len);
	}
	good = good && EVP_DigestFinal_ex(md5, digest, NULL);
	EVP_MD_CTX_free(md5);
	for (unsigned i = 0; good && i < 16; i++) {
		text[2 * i] = (uint8_t)digits[digest[i] >> 4];
		text[2 * i + 1] = (uint8_t)digits[digest[i] & 15];
	}
	return good;
}

/* A packet in the clear (RFC 4253, 6): length, padding's length, payload, padding. False: more of
 * it is needed. The first of each end is its KEXINIT. */
static bool take_packet(struct ssh *s, unsigned side, struct cur *c)
{
	struct ssh_side *e = &s->side[side];
	struct cur packet = *c;
	uint32_t length = ld_be32(cur_take(&packet, 4));
	const uint8_t *head;

	if (packet.bad)
		return false;
	if (length < 12 || length > PACKET_MAX) {
		e->done = true;
		return true;
	}
	if (packet.left < length)
		return false;
	packet = cur_init(cur_span(&packet, length));
	head = cur_take(&packet, 2);
	e->hashed = head[1] == KEXINIT && hassh(packet, side, e->hassh);
	e->done = true;
	return true;
}

size_t ssh_feed(struct ssh *s, unsigned side, struct span bytes, const struct ssh_sink *sink)
{
	struct ssh_side *e = &s->side[side];
	struct cur c = cur_init(bytes);
	struct span line;

	while (c.left && !s->gave_up && !e->done) {
		if (e->banner) {
			if (!take_packet(s, side, &c))
				break;
		} else if (line_next(&c, LINE_LONGEST, &e->tail, &line)) {
			take_line(s, side, line);
		} else {
			break;
		}
	}
	if (s->side[0].done && s->side[1].done)
		tell(s, sink);
	return s->gave_up || e->done ? bytes.len : c.off;
}

void ssh_gap(struct ssh *s, unsigned side, uint64_t missing, const struct ssh_sink *sink)
{
	(void)missing;
	s->side[side].done = true;
	if (s->side[!side].done)
		tell(s, sink);
}

void ssh_end(struct ssh *s, const struct ssh_sink *sink)
{
	tell(s, sink);
}
