/* index_entry.c - values and tellings to bytes and back. */
#include "intel/index_entry.h"

#include "base/text.h"
#include "intel/index.h"

#include <string.h>

/* In a telling's first byte, above the flags of an indicator. */
#define TELLING_REFERENCE 0x10u
#define TELLING_SEEN      0x20u
#define TELLING_EXPIRES   0x40u
#define TELLING_FLAGS     0x0fu

static void key_put(struct entry_key *key, const void *bytes, size_t length)
{
	memcpy(key->bytes + key->len, bytes, length);
	key->len += length;
}

static void key_put_ip(struct entry_key *key, const struct ip *ip)
{
	if (ip_is_v4(ip))
		key_put(key, ip->b + 12, 4);
	else
		key_put(key, ip->b, 16);
}

/* A digest's digits; false when they are not lower-case hex of the kind's length. */
static bool key_put_digest(struct entry_key *key, struct span digits, size_t bytes)
{
	if (digits.len != 2 * bytes)
		return false;
	for (size_t i = 0; i < bytes; i++) {
		int high = text_nibble(digits.ptr[2 * i]), low = text_nibble(digits.ptr[2 * i + 1]);
		uint8_t byte;

		if (high < 0 || low < 0)
			return false;
		byte = (uint8_t)(high << 4 | low);
		key_put(key, &byte, 1);
	}
	return true;
}

enum err entry_key_of(const struct indicator *indicator, uint64_t key, struct entry_key *made)
{
	unsigned digest = indicator_hash_bytes(indicator->kind);
	uint8_t port[2] = { (uint8_t)indicator->port, (uint8_t)(indicator->port >> 8) };
	bool address = indicator->kind <= INDICATOR_ENDPOINT;

	if (indicator->kind >= INDICATOR_KINDS || indicator->prefix.bits > 128 ||
	    (!address && indicator->value.len == 0))
		return ERR_FORMAT;
	if (!address && indicator->value.len > ENTRY_KEY)
		return ERR_LIMIT;
	made->kind = (uint8_t)(indicator->kind |
			       (indicator->flags & INDICATOR_GUARD ? ENTRY_GUARD : 0));
	made->len = 0;
	if (indicator->kind == INDICATOR_ENDPOINT)
		key_put(made, port, 2);
	if (indicator->kind == INDICATOR_PREFIX)
		key_put(made, &indicator->prefix.bits, 1);
	if (indicator->kind == INDICATOR_PREFIX && indicator->prefix.bits <= 96)
		key_put(made, indicator->prefix.ip.b, 16); /* all of IPv4 would look like 0.0.0.0 */
	else if (address)
		key_put_ip(made, &indicator->prefix.ip);
	else if (digest == 0)
		key_put(made, indicator->value.ptr, indicator->value.len);
	else if (!key_put_digest(made, indicator->value, digest))
		return ERR_FORMAT;
	made->hash = entry_hash(made->kind, (struct span){ made->bytes, made->len }, key);
	return OK;
}

/* Four or sixteen bytes; false: neither. */
static bool ip_of(struct span bytes, struct ip *ip)
{
	if (bytes.len == 4)
		*ip = ip_from_v4(bytes.ptr);
	else if (bytes.len == 16)
		memcpy(ip->b, bytes.ptr, 16);
	return bytes.len == 4 || bytes.len == 16;
}

static bool address_of(uint8_t kind, struct span bytes, struct prefix *prefix, uint16_t *port)
{
	struct cur c = cur_init(bytes);

	*port = (kind & ~ENTRY_GUARD) == INDICATOR_ENDPOINT ? cur_le16(&c) : 0;
	prefix->bits = (kind & ~ENTRY_GUARD) == INDICATOR_PREFIX ? cur_u8(&c) : 128;
	return !c.bad && ip_of(cur_rest(&c), &prefix->ip) && prefix->bits <= 128;
}

bool entry_address(const struct entry *entry, struct prefix *prefix, uint16_t *port)
{
	return address_of(entry->kind, entry->key, prefix, port);
}

static uint64_t hash_tail(uint8_t kind, struct span text, uint64_t key)
{
	struct entry_tail tail = entry_tail_begin(kind, key);
	uint8_t room[8 + ENTRY_KEY];

	if (text.len > ENTRY_KEY)
		return 0;
	memset(room, 0, 8);
	if (text.len > 0)
		memcpy(room + 8, text.ptr, text.len);
	return entry_tail_hash(&tail, room + 8 + text.len, text.len);
}

uint64_t entry_hash(uint8_t kind, struct span bytes, uint64_t key)
{
	struct prefix prefix;
	uint16_t port;

	switch (kind & ~ENTRY_GUARD) {
	case INDICATOR_IP:
		if (!address_of(kind, bytes, &prefix, &port))
			return 0;
		return entry_hash_ip(kind, &prefix.ip, key);
	case INDICATOR_ENDPOINT:
		if (!address_of(kind, bytes, &prefix, &port))
			return 0;
		return entry_hash_endpoint(
			kind, entry_hash_ip(INDICATOR_IP | (kind & ENTRY_GUARD), &prefix.ip, key),
			port, key);
	case INDICATOR_DOMAIN:
	case INDICATOR_URL:
		return hash_tail(kind, bytes, key);
	default:
		return hash_text(bytes.ptr, bytes.len, entry_seed(kind, key));
	}
}

static size_t leb_put(uint8_t *out, uint64_t value)
{
	size_t n = 0;

	for (; value >= 0x80; value >>= 7)
		out[n++] = (uint8_t)(value | 0x80);
	out[n++] = (uint8_t)value;
	return n;
}

static size_t telling_write(const struct entry_telling *t, uint8_t *out)
{
	size_t n = 2;

	out[0] = (uint8_t)(t->flags & TELLING_FLAGS);
	out[1] = t->confidence;
	n += leb_put(out + n, t->origins);
	if (t->reference) {
		out[0] |= TELLING_REFERENCE;
		n += leb_put(out + n, t->reference);
	}
	if (t->seen) {
		out[0] |= TELLING_SEEN;
		memcpy(out + n, &t->seen, 4);
		n += 4;
	}
	if (t->expires) {
		out[0] |= TELLING_EXPIRES;
		memcpy(out + n, &t->expires, 4);
		n += 4;
	}
	return n;
}

size_t entry_write(const struct entry_key *key, const struct entry_telling *telling, uint64_t count,
		   uint8_t out[ENTRY_BYTES])
{
	size_t n = 0;

	out[n++] = key->kind;
	n += leb_put(out + n, key->len);
	memcpy(out + n, key->bytes, key->len);
	n += key->len;
	n += leb_put(out + n, count);
	for (uint64_t i = 0; i < count && i < INDEX_TELLINGS; i++)
		n += telling_write(&telling[i], out + n);
	return n;
}

bool entry_read(const struct section *entries, uint64_t at, struct entry *entry)
{
	struct cur c = section_cursor(entries, at);

	entry->kind = cur_u8(&c);
	entry->key = cur_span(&c, cur_leb(&c));
	entry->count = cur_leb(&c);
	entry->rest = c;
	return !c.bad && (entry->kind & ~ENTRY_GUARD) < INDICATOR_KINDS &&
	       entry->key.len <= ENTRY_KEY;
}

bool entry_telling_read(struct entry *entry, struct entry_telling *t)
{
	struct cur *c = &entry->rest;
	uint8_t head = cur_u8(c);

	t->flags = head & TELLING_FLAGS;
	t->confidence = cur_u8(c);
	t->origins = (uint32_t)cur_leb(c);
	t->reference = head & TELLING_REFERENCE ? (uint32_t)cur_leb(c) : 0;
	t->seen = head & TELLING_SEEN ? cur_le32(c) : 0;
	t->expires = head & TELLING_EXPIRES ? cur_le32(c) : 0;
	return !c->bad;
}
