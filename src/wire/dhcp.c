/* dhcp.c - DHCP messages (RFC 2131, 2; options: RFC 2132, RFC 4702; RFC 8415, 8 and 21). */
#include "wire/dhcp.h"

#include "base/cursor.h"

#include <stdio.h>

#define FIXED         236 /* bytes before the cookie */
#define COOKIE        0x63825363u
#define ETHERNET      1
#define OPTIONS       128 /* of one message that are looked at */
#define PRINTS        120 /* option numbers kept of option 55 (v4) or 6 (v6) */
#define LABELS        16  /* of a name */
#define NAME_PART_MAX 63

enum option4 {
	O4_PAD = 0,
	O4_HOSTNAME = 12,
	O4_REQUESTED = 50,
	O4_TYPE = 53,
	O4_PARAMETERS = 55,
	O4_VENDOR = 60,
	O4_FQDN = 81,
	O4_END = 255,
};

enum option6 {
	O6_CLIENT = 1,
	O6_SERVER = 2,
	O6_ADDRESSES = 3, /* IA_NA */
	O6_ADDRESS = 5,
	O6_REQUESTED = 6,
	O6_VENDOR = 16,
	O6_FQDN = 39,
	O6_HIGHEST = 149,
};

enum type6 {
	T6_SOLICIT = 1,
	T6_ADVERTISE = 2,
	T6_REPLY = 7,
	T6_RECONFIGURE = 10,
	T6_INFORMATION = 11,
};

/* "1,3,6,15" from numbers of `width` bytes. */
static struct span prints_text(struct span numbers, size_t width, char *text)
{
	struct cur c = cur_init(numbers);
	size_t used = 0;

	for (unsigned n = 0; n < PRINTS && c.left >= width; n++) {
		unsigned number = width == 2 ? cur_be16(&c) : cur_u8(&c);
		int wrote = snprintf(text + used, DHCP_PRINTS - used, n ? ",%u" : "%u", number);

		if (wrote < 0 || (size_t)wrote >= DHCP_PRINTS - used)
			break;
		used += (size_t)wrote;
	}
	return (struct span){ (const uint8_t *)text, used };
}

/* Labels with their lengths in front, as in DNS but without pointers, to "host.example". */
static struct span labels_text(struct span labels, char *text)
{
	struct cur c = cur_init(labels);
	size_t used = 0;

	for (unsigned n = 0; n < LABELS && c.left; n++) {
		size_t length = cur_u8(&c);
		struct span label = cur_span(&c, length);

		if (!length || length > NAME_PART_MAX || c.bad || used + length + 1 > DHCP_NAME)
			break;
		if (used)
			text[used++] = '.';
		memcpy(text + used, label.ptr, label.len);
		used += label.len;
	}
	return (struct span){ (const uint8_t *)text, used };
}

/* RFC 4702, 2: flags, two dead bytes, then the name as labels (flag E) or as plain text. */
static void fqdn4(struct span value, struct dhcp_message *out)
{
	struct cur c = cur_init(value);
	uint8_t flags = cur_take(&c, 3)[0];

	if (c.bad || out->event.hostname.len) /* option 12 says the same, and is what EVE shows */
		return;
	out->event.hostname = flags & 0x04 ? labels_text(cur_rest(&c), out->name) : cur_rest(&c);
}

static void option4_keep(uint8_t code, struct span value, struct dhcp_message *out)
{
	struct event_dhcp *e = &out->event;

	if (code == O4_HOSTNAME && value.len)
		e->hostname = value;
	else if (code == O4_VENDOR)
		e->vendor = value;
	else if (code == O4_PARAMETERS)
		e->fingerprint = prints_text(value, 1, out->prints);
	else if (code == O4_REQUESTED && value.len == 4)
		e->requested = ip_from_v4(value.ptr);
	else if (code == O4_TYPE && value.len == 1)
		e->type = value.ptr[0];
	else if (code == O4_FQDN)
		fqdn4(value, out);
}

static void options4(struct cur *c, struct dhcp_message *out)
{
	for (unsigned n = 0; n < OPTIONS && c->left; n++) {
		uint8_t code = cur_u8(c);
		struct span value;

		if (code == O4_END)
			return;
		if (code == O4_PAD) {
			n--; /* a byte was consumed */
			continue;
		}
		value = cur_span(c, cur_u8(c));
		if (!c->bad)
			option4_keep(code, value, out);
	}
}

static bool read4(struct span datagram, struct dhcp_message *out)
{
	struct cur c = cur_init(datagram), fixed = cur_sub(&c, FIXED);
	const uint8_t *h = cur_take(&fixed, 44); /* up to the client's hardware address */
	uint32_t cookie = cur_be32(&c);
	static const uint8_t none[4];

	if (c.bad || fixed.bad || cookie != COOKIE || (h[0] != 1 && h[0] != 2) || h[2] > 16)
		return false;
	out->reply = h[0] == 2;
	out->event.version = 4;
	out->event.id = ld_be32(h + 4);
	if (memcmp(h + 16, none, sizeof(none)))
		out->event.assigned = ip_from_v4(h + 16);
	if (h[1] == ETHERNET && h[2] == 6)
		memcpy(out->event.mac, h + 28, 6);
	options4(&c, out);
	return true;
}

/* A DUID that holds an Ethernet address: types 1 and 3 (RFC 8415, 11.2 and 11.4). */
static bool duid_read(struct span duid, uint8_t mac[6])
{
	struct cur c = cur_init(duid);
	uint16_t type = cur_be16(&c), hardware = cur_be16(&c);

	if (c.bad || type < 1 || type > 4)
		return false;
	if (type == 1)
		cur_be32(&c); /* time */
	if ((type == 1 || type == 3) && hardware == ETHERNET && c.left == 6)
		memcpy(mac, cur_take(&c, 6), 6);
	return true;
}

/* The first address of an IA_NA. */
static void address6(struct span association, struct dhcp_message *out)
{
	struct cur c = cur_init(association);

	cur_take(&c, 12); /* IAID, T1, T2 */
	for (unsigned n = 0; n < OPTIONS && c.left; n++) {
		uint16_t code = cur_be16(&c);
		struct cur value = cur_sub(&c, cur_be16(&c));
		const uint8_t *ip = cur_take(&value, 16);

		if (code != O6_ADDRESS || value.bad)
			continue;
		memcpy(out->reply ? out->event.assigned.b : out->event.requested.b, ip, 16);
		return;
	}
}

static void vendor6(struct span value, struct dhcp_message *out)
{
	struct cur c = cur_init(value);
	struct span text;

	cur_be32(&c); /* enterprise number */
	text = cur_span(&c, cur_be16(&c));
	if (!c.bad)
		out->event.vendor = text;
}

/* Returns whether it was a sound identifier, which every message of a client or server has. */
static bool option6_keep(uint16_t code, struct span value, struct dhcp_message *out)
{
	uint8_t mac[6] = { 0 };
	struct cur c = cur_init(value);
	bool sound;

	switch (code) {
	case O6_CLIENT:
		sound = duid_read(value, mac);
		memcpy(out->event.mac, mac, sizeof(mac));
		return sound;
	case O6_SERVER:
		return duid_read(value, mac);
	case O6_ADDRESSES:
		address6(value, out);
		break;
	case O6_REQUESTED:
		out->event.fingerprint = prints_text(value, 2, out->prints);
		break;
	case O6_VENDOR:
		vendor6(value, out);
		break;
	case O6_FQDN:
		cur_u8(&c); /* flags */
		out->event.hostname = labels_text(cur_rest(&c), out->name);
		break;
	}
	return false;
}

static bool read6(struct span datagram, struct dhcp_message *out)
{
	struct cur c = cur_init(datagram);
	uint32_t first = cur_be32(&c);
	uint8_t type = (uint8_t)(first >> 24);
	bool identified = false;

	if (c.bad || type < T6_SOLICIT || type > T6_INFORMATION)
		return false;
	out->reply = type == T6_ADVERTISE || type == T6_REPLY || type == T6_RECONFIGURE;
	out->event.version = 6;
	out->event.type = type;
	out->event.id = first & 0xffffff;
	for (unsigned n = 0; n < OPTIONS && c.left; n++) {
		uint16_t code = cur_be16(&c);
		struct span value = cur_span(&c, cur_be16(&c));

		if (c.bad || !code || code > O6_HIGHEST)
			return false;
		identified |= option6_keep(code, value, out);
	}
	return identified && !c.left;
}

bool dhcp_read(struct span datagram, struct dhcp_message *out)
{
	memset(out, 0, sizeof(*out));
	if (datagram.len < 8)
		return false;
	return read4(datagram, out) || read6(datagram, out);
}
