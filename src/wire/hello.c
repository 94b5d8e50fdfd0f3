/* hello.c - the fields and extensions of ClientHello and ServerHello. */
#include "wire/hello.h"

#include "base/cursor.h"

#define RANDOM_BYTES 32

/* ServerHello.random that makes it a HelloRetryRequest: RFC 8446, 4.1.3. */
static const uint8_t retry_random[RANDOM_BYTES] = {
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
	0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
	0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c
};

static void list_add(struct hello *h, struct hello_list *list, uint16_t value)
{
	if (list->count == HELLO_LIST)
		h->overflow = true;
	else
		list->of[list->count++] = value;
}

/* Numbers of two bytes up to the end of `c`. */
static void list_read(struct hello *h, struct hello_list *list, struct cur *c)
{
	while (c->left >= 2)
		list_add(h, list, cur_be16(c));
}

static void sni_read(struct hello *h, struct cur *c)
{
	struct cur names = cur_sub(c, cur_be16(c));

	h->has_sni = true;
	if (cur_u8(&names) == 0) { /* host_name is the only type there is */
		struct span name = cur_span(&names, cur_be16(&names));

		if (!names.bad)
			h->sni = name;
	}
}

static void alpn_read(struct hello *h, struct cur *c)
{
	struct cur names = cur_sub(c, cur_be16(c));

	h->has_alpn = true;
	h->alpn = cur_rest(&names);
	h->alpn_first = cur_span(&names, cur_u8(&names));
}

/* A client's list of versions, or the one that the server chose. */
static void versions_read(struct hello *h, struct cur *c, bool client)
{
	struct cur versions;

	if (!client) {
		h->version = cur_be16(c);
		return;
	}
	h->version = 0;
	versions = cur_sub(c, cur_u8(c));
	while (versions.left >= 2) {
		uint16_t version = cur_be16(&versions);

		if (!hello_grease(version) && version > h->version)
			h->version = version;
	}
	if (h->version == 0)
		h->version = h->legacy;
}

static void extension_read(struct hello *h, uint16_t type, struct cur *c, bool client)
{
	struct cur inner;

	switch (type) {
	case HELLO_SERVER_NAME:
		if (client) /* a server's is empty: RFC 6066, 3 */
			sni_read(h, c);
		break;
	case HELLO_GROUPS:
		inner = cur_sub(c, cur_be16(c));
		list_read(h, &h->groups, &inner);
		break;
	case HELLO_POINTS:
		h->points = cur_span(c, cur_u8(c));
		break;
	case HELLO_SIGNATURES:
		inner = cur_sub(c, cur_be16(c));
		list_read(h, &h->signatures, &inner);
		break;
	case HELLO_ALPN:
		alpn_read(h, c);
		break;
	case HELLO_VERSIONS:
		versions_read(h, c, client);
		break;
	case HELLO_PRE_SHARED_KEY:
		h->resumes = !client;
		break;
	}
}

/* The extensions, which end the message. One that is malformed within itself is passed over, as
 * long as the lengths around it hold. */
static bool extensions_read(struct hello *h, struct cur *c, bool client)
{
	struct cur all;

	if (c->left == 0)
		return !c->bad;
	all = cur_sub(c, cur_be16(c));
	while (all.left > 0) {
		uint16_t type = cur_be16(&all);
		struct cur one = cur_sub(&all, cur_be16(&all));

		if (all.bad)
			break;
		list_add(h, &h->extensions, type);
		extension_read(h, type, &one, client);
	}
	return !all.bad && !c->bad;
}

/* The lists are long: clearing all of the struct would cost more than reading the hello. */
static void hello_clear(struct hello *h)
{
	h->has_sni = h->has_alpn = h->retry = h->resumes = h->overflow = false;
	h->session = h->sni = h->alpn = h->alpn_first = h->points = (struct span){ cur_zeros, 0 };
	h->ciphers.count = h->extensions.count = h->groups.count = h->signatures.count = 0;
}

bool hello_read_client(struct span body, struct hello *h)
{
	struct cur c = cur_init(body), ciphers;

	hello_clear(h);
	h->version = h->legacy = cur_be16(&c);
	cur_take(&c, RANDOM_BYTES);
	h->session = cur_span(&c, cur_u8(&c));
	ciphers = cur_sub(&c, cur_be16(&c));
	list_read(h, &h->ciphers, &ciphers);
	cur_span(&c, cur_u8(&c)); /* compression methods */
	return !c.bad && extensions_read(h, &c, true);
}

bool hello_read_server(struct span body, struct hello *h)
{
	struct cur c = cur_init(body);

	hello_clear(h);
	h->version = h->legacy = cur_be16(&c);
	h->retry = memcmp(cur_take(&c, RANDOM_BYTES), retry_random, RANDOM_BYTES) == 0;
	h->session = cur_span(&c, cur_u8(&c));
	list_add(h, &h->ciphers, cur_be16(&c));
	cur_u8(&c); /* compression method */
	return !c.bad && extensions_read(h, &c, false);
}
