/*
 * fuzz_frame_look.c - frames of any link layer: what a filter sees of them is sound.
 */
#include "derive/sampler.h"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_look(const struct look *look, size_t len)
{
	const bool later = look->fragment == FRAGMENT_LATER;

	check(look->has <= LOOK_BYTES && look->has <= len);
	check(look->fragment >= FRAGMENT_NONE && look->fragment <= FRAGMENT_LATER);
	check(look->length >= 20);
	check(look->header == 0 || look->header == LOOK_CUT || (look->proto == PROTO_TCP && !later));
	check(look->header != LOOK_CUT || (!look->has && !look->from_port && !look->to_port));
	check(!later || (!look->header && !look->from_port && !look->to_port && !look->flags));
	check(look->has + 20u <= look->length);
	for (unsigned i = look->has; i < LOOK_BYTES; i++)
		check(look->bytes[i] == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const uint16_t links[] = { LINK_ETHERNET, LINK_SLL, LINK_SLL2, LINK_NULL, LINK_LOOP, LINK_RAW };
	struct frame frame = { .ts = 1, .link = LINK_RAW };
	struct look look;

	if (len < 1)
		return 0;
	frame.link = links[bytes[0] % (sizeof(links) / sizeof(links[0]))];
	frame.bytes = (struct span){ bytes + 1, len - 1 };
	frame.wire_len = (uint32_t)len;
	if (look_of_frame(&frame, &look))
		check_look(&look, len);
	return 0;
}
