/*
 * fuzz_quic.c - hostile datagrams as they are, and hostile frames in packets that are sealed as
 * they have to be: without that no fuzzer would ever get behind the cipher.
 */
#include "wire/quic.h"
#include "../unit/quic_test.h"
#include "check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static unsigned events;

static void tell(void *whom, const struct event_tls *e)
{
	(void)whom;
	events++;
	check(e->quic_version != 0);
	check(e->sni.len <= EVENT_TEXT_MAX && e->ja3_string.len <= EVENT_TEXT_MAX);
}

static void feed(struct quic *x, const uint8_t *bytes, size_t len, const struct quic_sink *sink)
{
	uint8_t *copy = malloc(len);

	check(copy != NULL || len == 0);
	if (len > 0)
		memcpy(copy, bytes, len);
	quic_looks((struct span){ copy, len });
	quic_feed(x, 0, (struct span){ copy, len }, sink);
	check(x->prefix <= QUIC_HELLO);
	free(copy);
}

/* The bytes as frames of up to 8 packets, each as long as its first byte tells. */
static void feed_sealed(const uint8_t *bytes, size_t len, const struct quic_sink *sink)
{
	struct quic *x = calloc(1, sizeof(*x));
	uint8_t packet[SEALED_MAX];

	check(x != NULL);
	for (uint32_t i = 0; i < 8 && len > 1; i++) {
		size_t n = (size_t)bytes[0] * 5 + 4 < len - 1 ? (size_t)bytes[0] * 5 + 4 : len - 1;
		struct sealing s = { bytes[0] & 1 ? 0x6b3343cf : 1,
				     i,
				     { (const uint8_t *)"01234567", 8 },
				     { bytes + 1, n } };

		feed(x, packet, quic_seal(sink->kit, &s, packet), sink);
		bytes += n + 1;
		len -= n + 1;
	}
	quic_end(x, sink);
	free(x);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct digest_kit *kit;
	struct quic *x = calloc(1, sizeof(*x));
	struct quic_sink sink;

	if (!kit)
		kit = digest_kit_new();
	check(kit != NULL && x != NULL);
	sink = (struct quic_sink){ NULL, kit, tell, false };
	events = 0;
	feed(x, bytes, len, &sink);
	feed(x, bytes, len, &sink);
	quic_end(x, &sink);
	check(events <= 1);
	free(x);
	events = 0;
	feed_sealed(bytes, len, &sink);
	check(events <= 1);
	return 0;
}
