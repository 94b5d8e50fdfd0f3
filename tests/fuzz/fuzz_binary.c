/*
 * fuzz_binary.c - hostile conversations before the stream parsers. The same bytes are fed whole and
 * in pieces of a random size: what is reported must not differ, and no more is consumed than was
 * given.
 *
 * Input: a byte for the protocol, one for the pieces' size, then runs: two bytes of length, whose
 * top bit is the side, and the bytes.
 */
#include "check.h"
#include "wire/ldap.h"
#include "wire/mining.h"
#include "wire/mqtt.h"
#include "wire/rdp.h"
#include "wire/smb.h"

#include <string.h>

#define REPORT (1u << 16)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* All that the callbacks were told, in a row. */
struct report {
	size_t used;
	uint8_t bytes[REPORT];
};

static void put(struct report *r, const void *p, size_t n)
{
	if (n > REPORT - r->used)
		n = REPORT - r->used;
	if (n)
		memcpy(r->bytes + r->used, p, n);
	r->used += n;
}

static void put_span(void *whom, struct span s)
{
	uint32_t n = (uint32_t)s.len;

	put(whom, &n, sizeof(n));
	put(whom, s.ptr, s.len);
}

static void put_number(void *whom, uint32_t number)
{
	put(whom, &number, sizeof(number));
}

static void put_login(void *whom, const struct event_login *login)
{
	put_span(whom, login->user);
	put_number(whom, login->outcome);
	put_number(whom, login->has_password | login->anonymous << 1);
}

static void mqtt_connected(void *whom, const struct mqtt_session *s)
{
	put_span(whom, s->client);
	put_span(whom, s->will_topic);
	put_number(whom, s->level);
	put_number(whom, s->code);
	put_login(whom, &s->login);
}

static void rdp_said(void *whom, const struct rdp_hello *h)
{
	put_span(whom, h->cookie);
	put_number(whom, h->requested);
	put_number(whom, h->selected);
	put_number(whom, h->failure);
}

static void ldap_said(void *whom, const struct ldap_bind *b)
{
	put_number(whom, b->result);
	put_login(whom, &b->login);
}

static void smb_dialect(void *whom, uint16_t dialect)
{
	put_number(whom, dialect);
}

static void smb_login(void *whom, const struct smb_login *l)
{
	put_span(whom, l->domain);
	put_span(whom, l->station);
	put_number(whom, l->status);
	put_login(whom, &l->login);
}

static void smb_tree(void *whom, struct span path, uint32_t status)
{
	put_span(whom, path);
	put_number(whom, status);
}

static void mining_said(void *whom, const struct event_mining *m)
{
	put_span(whom, m->user);
	put_span(whom, m->agent);
	put_number(whom, m->method);
}

union parser {
	struct mqtt mqtt;
	struct rdp rdp;
	struct ldap ldap;
	struct smb smb;
	struct mining mining;
};

enum which { MQTT, RDP, LDAP, SMB, MINING, PROTOCOLS };

static size_t feed(enum which which, union parser *p, unsigned side, struct span s,
		   struct report *report)
{
	struct mqtt_sink mqtt = { report, mqtt_connected };
	struct rdp_sink rdp = { report, rdp_said };
	struct ldap_sink ldap = { report, ldap_said };
	struct smb_sink smb = { report, smb_dialect, smb_login, smb_tree };
	struct mining_sink mining = { report, mining_said };

	switch (which) {
	case MQTT:
		return mqtt_feed(&p->mqtt, side, s, &mqtt);
	case RDP:
		return rdp_feed(&p->rdp, side, s, &rdp);
	case LDAP:
		return ldap_feed(&p->ldap, side, s, &ldap);
	case SMB:
		return smb_feed(&p->smb, side, s, &smb);
	default:
		return mining_feed(&p->mining, side, s, &mining);
	}
}

static void end(enum which which, union parser *p, struct report *report)
{
	struct mqtt_sink mqtt = { report, mqtt_connected };
	struct rdp_sink rdp = { report, rdp_said };
	struct ldap_sink ldap = { report, ldap_said };
	struct smb_sink smb = { report, smb_dialect, smb_login, smb_tree };

	if (which == MQTT)
		mqtt_end(&p->mqtt, &mqtt);
	else if (which == RDP)
		rdp_end(&p->rdp, &rdp);
	else if (which == LDAP)
		ldap_end(&p->ldap, &ldap);
	else if (which == SMB)
		smb_end(&p->smb, &smb);
}

/* What the caller keeps of one end. */
struct kept {
	uint8_t bytes[2 * STREAM_KEEP];
	size_t len;
};

static void give(enum which which, union parser *p, unsigned side, struct kept *kept,
		 struct report *report)
{
	uint8_t *copy = malloc(kept->len);
	size_t used;

	check(copy != NULL);
	memcpy(copy, kept->bytes, kept->len);
	used = feed(which, p, side, (struct span){ copy, kept->len }, report);
	free(copy);
	check(used <= kept->len);
	check(used > 0 || kept->len < STREAM_KEEP); /* progress, or giving up */
	memmove(kept->bytes, kept->bytes + used, kept->len - used);
	kept->len -= used;
}

static void converse(enum which which, size_t piece, struct span runs, struct report *report)
{
	static struct kept kept[2];
	union parser parser;
	size_t at = 0;

	memset(&parser, 0, sizeof(parser));
	kept[0].len = kept[1].len = 0;
	report->used = 0;
	while (runs.len - at >= 2) {
		size_t length = (size_t)(runs.ptr[at] & 0x3f) << 8 | runs.ptr[at + 1];
		unsigned side = runs.ptr[at] >> 7;

		at += 2;
		if (length > runs.len - at)
			length = runs.len - at;
		while (length) {
			struct kept *k = &kept[side];
			size_t n = piece && piece < length ? piece : length;

			if (n > STREAM_KEEP)
				n = STREAM_KEEP;
			memcpy(k->bytes + k->len, runs.ptr + at, n);
			k->len += n;
			at += n;
			length -= n;
			give(which, &parser, side, k, report);
		}
	}
	end(which, &parser, report);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct report whole, pieces;
	struct span runs = { bytes + 2, len - 2 };
	enum which which;

	if (len < 4)
		return 0;
	which = (enum which)(bytes[0] % PROTOCOLS);
	converse(which, 0, runs, &whole);
	converse(which, 1u + bytes[1] % 64, runs, &pieces);
	check(whole.used == pieces.used && memcmp(whole.bytes, pieces.bytes, whole.used) == 0);
	return 0;
}
