/*
 * fuzz_tls.c - a hostile conversation of TLS: before each piece stand a byte or two for its side,
 * its length, and whether it is a gap. And the same bytes as a certificate and as hellos.
 */
#include "wire/tls.h"
#include "wire/x509.h"
#include "check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

struct side {
	uint8_t kept[STREAM_KEEP + 4096];
	size_t len;
};

static unsigned events;

static void touch(struct span s)
{
	volatile uint8_t sum = 0;

	check(s.len <= EVENT_TEXT_MAX);
	for (size_t i = 0; i < s.len; i++)
		sum = (uint8_t)(sum + s.ptr[i]);
}

static void tell(void *whom, const struct event_tls *e)
{
	(void)whom;
	events++;
	touch(e->sni);
	touch(e->alpn);
	touch(e->ja3);
	touch(e->ja3s);
	touch(e->ja4);
	touch(e->ja3_string);
	touch(e->ja3s_string);
	touch(e->subject);
	touch(e->issuer);
	touch(e->serial);
	touch(e->names);
	touch(e->fingerprint);
	check(e->ja3.len == 0 || e->ja3.len == JA3_TEXT);
	check(e->ja4.len == 0 || e->ja4.len == JA4_TEXT);
}

/* What is kept is handed over in memory of its very size. */
static void feed(struct tls *x, unsigned side, struct side *kept, const struct tls_sink *sink)
{
	uint8_t *copy = malloc(kept->len);
	size_t used;

	check(copy != NULL);
	memcpy(copy, kept->kept, kept->len);
	used = tls_feed(x, side, (struct span){ copy, kept->len }, sink);
	free(copy);
	check(used <= kept->len);
	check(used > 0 || kept->len < STREAM_KEEP);
	memmove(kept->kept, kept->kept + used, kept->len - used);
	kept->len -= used;
}

static void converse(const uint8_t *bytes, size_t len, const struct tls_sink *sink)
{
	static struct side sides[2];
	struct tls_note *note = malloc(sizeof(*note));
	struct tls x = { .note = note };

	check(note != NULL);
	sides[0].len = sides[1].len = 0;
	events = 0;
	while (len > 1) {
		unsigned side = bytes[0] & 1, how = bytes[0] >> 1 & 7;
		size_t n = how == 7 ? (size_t)bytes[1] * 16 : (size_t)bytes[0] >> 4;

		bytes += how == 7 ? 2 : 1;
		len -= how == 7 ? 2 : 1;
		if (n > len)
			n = len;
		if (how == 6 && sides[side].len == 0) {
			tls_gap(&x, side, n);
		} else if (n > 0) {
			memcpy(sides[side].kept + sides[side].len, bytes, n);
			sides[side].len += n;
			feed(&x, side, &sides[side], sink);
		}
		bytes += n;
		len -= n;
	}
	tls_end(&x, sink);
	check(events <= 1);
	free(note);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct digest_kit *kit;
	static struct x509 x509;
	static struct hello hello;
	struct tls_sink sink;
	uint8_t *copy = malloc(len);
	struct span s = { copy, len };

	if (!kit)
		kit = digest_kit_new();
	check(kit != NULL && (copy != NULL || len == 0));
	if (len > 0)
		memcpy(copy, bytes, len);
	sink = (struct tls_sink){ NULL, kit, tell };
	tls_looks(s);
	if (x509_read(s, &x509)) {
		touch(x509.subject);
		touch(x509.issuer);
		touch(x509.names);
		touch(x509.serial);
	}
	hello_read_client(s, &hello);
	hello_read_server(s, &hello);
	converse(bytes, len, &sink);
	free(copy);
	return 0;
}
