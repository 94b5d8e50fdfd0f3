/* ja.c - JA3, JA3S and JA4 of a hello that was read. */
#include "wire/ja.h"

#include <stdlib.h>

/* Text of three lists of numbers below 65536 and of 255 point formats, with room for the version.
 */
#define JA_TEXT (3 * HELLO_LIST * 6 + 255 * 4 + 16)

#define JA4_HASH 6 /* bytes of a SHA-256 that are told */

/* "4865-4866-4867", without GREASE. */
static void list_decimal(struct pen *pen, const struct hello_list *list)
{
	bool first = true;

	for (unsigned i = 0; i < list->count; i++) {
		if (hello_grease(list->of[i]))
			continue;
		if (!first)
			pen_byte(pen, '-');
		first = false;
		pen_decimal(pen, list->of[i]);
	}
}

/* What both texts begin with: version, ciphers, extensions. */
static void ja3_common(struct pen *pen, const struct hello *h)
{
	pen_decimal(pen, h->legacy);
	pen_byte(pen, ',');
	list_decimal(pen, &h->ciphers);
	pen_byte(pen, ',');
	list_decimal(pen, &h->extensions);
}

/* Hands the whole text on, as far as the pen has room, and its MD5. */
static struct span ja3_end(struct digest_kit *kit, const struct pen *whole, struct pen *text,
			   char md5[JA3_TEXT])
{
	struct span all = pen_since(whole, 0);
	struct pen hex = pen_init(md5, JA3_TEXT);
	uint8_t digest[MD5_BYTES];
	size_t from = text->used;

	digest_of(kit, DIGEST_MD5, all, digest);
	pen_hex(&hex, (struct span){ digest, sizeof(digest) }, 0, PEN_LOWER);
	pen_span(text, all);
	return pen_since(text, from);
}

struct span ja3_write(struct digest_kit *kit, const struct hello *h, struct pen *text,
		      char md5[JA3_TEXT])
{
	uint8_t room[JA_TEXT];
	struct pen pen = pen_init(room, sizeof(room));

	if (h->overflow)
		return pen_since(text, text->used);
	ja3_common(&pen, h);
	pen_byte(&pen, ',');
	list_decimal(&pen, &h->groups);
	pen_byte(&pen, ',');
	for (size_t i = 0; i < h->points.len; i++) {
		if (i > 0)
			pen_byte(&pen, '-');
		pen_decimal(&pen, h->points.ptr[i]);
	}
	return ja3_end(kit, &pen, text, md5);
}

struct span ja3s_write(struct digest_kit *kit, const struct hello *h, struct pen *text,
		       char md5[JA3_TEXT])
{
	uint8_t room[JA_TEXT];
	struct pen pen = pen_init(room, sizeof(room));

	if (h->overflow)
		return pen_since(text, text->used);
	ja3_common(&pen, h);
	return ja3_end(kit, &pen, text, md5);
}

static const char *ja4_version(uint16_t version)
{
	switch (version) {
	case 0x0304:
		return "13";
	case 0x0303:
		return "12";
	case 0x0302:
		return "11";
	case 0x0301:
		return "10";
	case 0x0300:
		return "s3";
	case 0x0002:
		return "s2";
	case 0xfeff: /* DTLS counts downwards: RFC 6347, 4.1 */
		return "d1";
	case 0xfefd:
		return "d2";
	case 0xfefc:
		return "d3";
	}
	return "00";
}

static bool alphanumeric(uint8_t b)
{
	return (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
}

/* The first and last character of the first protocol; of its hex form when they are none. */
static void ja4_alpn(struct pen *pen, struct span alpn)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t first, last;

	if (alpn.len == 0) {
		pen_text(pen, "00");
		return;
	}
	first = alpn.ptr[0];
	last = alpn.ptr[alpn.len - 1];
	if (alphanumeric(first) && alphanumeric(last)) {
		pen_byte(pen, first);
		pen_byte(pen, last);
	} else {
		pen_byte(pen, (uint8_t)digits[first >> 4]);
		pen_byte(pen, (uint8_t)digits[last & 15]);
	}
}

static int number_order(const void *a, const void *b)
{
	uint16_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* The list without GREASE. */
static void list_plain(const struct hello_list *list, struct hello_list *plain)
{
	plain->count = 0;
	for (unsigned i = 0; i < list->count; i++)
		if (!hello_grease(list->of[i]))
			plain->of[plain->count++] = list->of[i];
}

/* "1301,1302,1303" */
static void list_hex(struct pen *pen, const struct hello_list *list)
{
	for (unsigned i = 0; i < list->count; i++) {
		uint8_t bytes[2] = { (uint8_t)(list->of[i] >> 8), (uint8_t)list->of[i] };

		if (i > 0)
			pen_byte(pen, ',');
		pen_hex(pen, (struct span){ bytes, 2 }, 0, PEN_LOWER);
	}
}

/* The first half of a hash, zeros when there is nothing to hash. */
static void ja4_hash(struct digest_kit *kit, struct pen *pen, const struct pen *of, bool nothing)
{
	uint8_t digest[SHA256_BYTES] = { 0 };

	if (!nothing)
		digest_of(kit, DIGEST_SHA256, pen_since(of, 0), digest);
	pen_hex(pen, (struct span){ digest, JA4_HASH }, 0, PEN_LOWER);
}

static void ja4_count(struct pen *pen, unsigned count)
{
	if (count > 99)
		count = 99;
	pen_byte(pen, (uint8_t)('0' + count / 10));
	pen_byte(pen, (uint8_t)('0' + count % 10));
}

/* What is hashed of the extensions: sorted, without those that differ from site to site, then the
 * signature algorithms as they stand. */
static bool ja4_extensions(struct pen *pen, const struct hello *h, struct hello_list *extensions)
{
	struct hello_list signatures;
	unsigned kept = 0;

	for (unsigned i = 0; i < extensions->count; i++)
		if (extensions->of[i] != HELLO_SERVER_NAME && extensions->of[i] != HELLO_ALPN)
			extensions->of[kept++] = extensions->of[i];
	extensions->count = (uint16_t)kept;
	qsort(extensions->of, kept, sizeof(extensions->of[0]), number_order);
	list_hex(pen, extensions);
	list_plain(&h->signatures, &signatures);
	if (signatures.count > 0) {
		pen_byte(pen, '_');
		list_hex(pen, &signatures);
	}
	return kept > 0;
}

size_t ja4_write(struct digest_kit *kit, const struct hello *h, enum ja_carrier carrier,
		 char text[JA4_TEXT])
{
	struct pen pen = pen_init(text, JA4_TEXT), whole;
	struct hello_list ciphers, extensions;
	uint8_t room[JA_TEXT];
	bool some;

	if (h->overflow)
		return 0;
	list_plain(&h->ciphers, &ciphers);
	list_plain(&h->extensions, &extensions);
	pen_byte(&pen, (uint8_t)carrier);
	pen_text(&pen, ja4_version(h->version));
	pen_byte(&pen, h->has_sni ? 'd' : 'i');
	ja4_count(&pen, ciphers.count);
	ja4_count(&pen, extensions.count);
	ja4_alpn(&pen, h->alpn_first);
	pen_byte(&pen, '_');

	qsort(ciphers.of, ciphers.count, sizeof(ciphers.of[0]), number_order);
	whole = pen_init(room, sizeof(room));
	list_hex(&whole, &ciphers);
	ja4_hash(kit, &pen, &whole, ciphers.count == 0);
	pen_byte(&pen, '_');

	whole = pen_init(room, sizeof(room));
	some = ja4_extensions(&whole, h, &extensions);
	ja4_hash(kit, &pen, &whole, !some);
	return pen.used;
}
