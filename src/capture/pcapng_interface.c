/* pcapng_interface.c - Interface Description Blocks: link type, and what a time stamp counts. */
#include "capture/capture.h"
#include "capture/pcapng.h"

#define OPTION_END       0
#define OPTION_TSRESOL   9
#define OPTION_TSOFFSET  14
#define RESOLUTION_MICRO 6

/* Times are clamped to what can be printed: 1970 to the end of the year 9999. */
#define TS_SECONDS_MAX ((int64_t)253402300799)

static usec_t usec_clamp(int64_t seconds, int64_t micros)
{
	if (seconds < 0)
		return 0;
	if (seconds > TS_SECONDS_MAX)
		seconds = TS_SECONDS_MAX;
	return seconds * USEC_PER_SEC + micros;
}

/* Nothing in here may overflow, whatever the file says. */
usec_t interface_time_odd(const struct pcapng_interface *face, uint64_t ticks)
{
	uint64_t seconds, micros, fraction;
	unsigned bits = face->bits;
	int64_t shifted;

	switch (face->clock) {
	case CLOCK_BINARY:
		seconds = bits < 64 ? ticks >> bits : 0;
		fraction = bits < 64 ? ticks & ((UINT64_C(1) << bits) - 1) : ticks;
		/* 2^40 parts of a second times 10^6 fit into 64 bits; finer ones are dropped. */
		if (bits > 40)
			fraction = bits - 40 < 64 ? fraction >> (bits - 40) : 0;
		micros = (fraction * (uint64_t)USEC_PER_SEC) >> (bits > 40 ? 40 : bits);
		break;
	case CLOCK_COARSER: /* factor = micros in a tick, divides a second */
		seconds = ticks / ((uint64_t)USEC_PER_SEC / face->factor);
		micros = ticks % ((uint64_t)USEC_PER_SEC / face->factor) * face->factor;
		break;
	default: /* factor = ticks in a microsecond; 0: a microsecond has more than 2^64 */
		ticks = face->factor ? ticks / face->factor : 0;
		seconds = ticks / (uint64_t)USEC_PER_SEC;
		micros = ticks % (uint64_t)USEC_PER_SEC;
		break;
	}
	if (__builtin_add_overflow(seconds > INT64_MAX ? INT64_MAX : (int64_t)seconds, face->offset,
				   &shifted))
		shifted = face->offset < 0 ? INT64_MIN : INT64_MAX;
	return usec_clamp(shifted, (int64_t)micros);
}

/* Sets the clock from the option if_tsresol. */
static void interface_clock(struct pcapng_interface *face, uint8_t resolution)
{
	unsigned digits = resolution & 0x7f;

	face->factor = 1;
	if (resolution & 0x80) {
		face->clock = CLOCK_BINARY;
		face->bits = (uint8_t)digits;
		return;
	}
	if (digits == RESOLUTION_MICRO) {
		face->clock = CLOCK_MICRO;
		return;
	}
	face->clock = digits == 9                 ? CLOCK_NANO
		      : digits > RESOLUTION_MICRO ? CLOCK_FINER
						  : CLOCK_COARSER;
	for (; digits < RESOLUTION_MICRO; digits++)
		face->factor *= 10;
	for (; digits > RESOLUTION_MICRO && face->factor; digits--)
		face->factor = face->factor > UINT64_MAX / 10 ? 0 : face->factor * 10;
}

/* Options of an Interface Description Block; a malformed one ends them, as if they were over. */
static void interface_options(struct pcapng_interface *face, struct span bytes, bool swapped)
{
	struct cur options = cur_init(bytes);

	while (options.left >= 4) {
		const uint8_t *h = cur_take(&options, 4);
		unsigned code = ld_16(h, swapped), len = ld_16(h + 2, swapped);
		struct span value = cur_span(&options, len);

		(void)cur_span(&options, -len & 3);
		if (options.bad || code == OPTION_END)
			return;
		if (code == OPTION_TSRESOL && len >= 1)
			interface_clock(face, value.ptr[0]);
		if (code == OPTION_TSOFFSET && len >= 8) {
			uint32_t first = ld_32(value.ptr, swapped);
			uint32_t second = ld_32(value.ptr + 4, swapped);

			face->offset = (int64_t)(swapped ? (uint64_t)first << 32 | second
							 : (uint64_t)second << 32 | first);
			face->shifted = face->offset != 0;
		}
	}
}

struct pcapng_interface interface_read(struct span block, bool swapped)
{
	struct pcapng_interface face = {
		.link = ld_16(block.ptr + 8, swapped),
		.snaplen = ld_32(block.ptr + 12, swapped),
		.clock = CLOCK_MICRO,
		.factor = 1,
	};

	face.supported = link_supported(face.link);
	interface_options(&face,
			  (struct span){block.ptr + INTERFACE_HEAD, block.len - INTERFACE_HEAD},
			  swapped);
	return face;
}
