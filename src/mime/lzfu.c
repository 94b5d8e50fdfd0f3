/* lzfu.c - packed RTF undone: references into a ring of 4 KiB that is full of RTF's commonest words at first. */
#include "mime/lzfu.h"

#include "base/cursor.h"

#define RING         4096
#define PACKED       0x75465a4cu /* "LZFu" */
#define NOT_PACKED   0x414c454du /* "MELA" */
#define SHORTEST     2           /* bytes of a reference, to which its length is added */

/* [MS-OXRTFCP] 2.1.3.1.1 */
static const char first_words[] =
	"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans "
	"SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
	"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

struct ring {
	uint8_t bytes[RING];
	unsigned at; /* where the next one is written */
};

static void ring_write(struct ring *ring, struct pour *pour, uint8_t byte)
{
	ring->bytes[ring->at] = byte;
	ring->at = (ring->at + 1) % RING;
	pour_byte(pour, byte);
}

/* A reference: 12 bits of where, 4 of how many. False: it refers to the place that is written next, which is the end. */
static bool reference_copy(struct ring *ring, struct pour *pour, uint16_t reference)
{
	unsigned from = reference >> 4, length = (reference & 15) + SHORTEST;

	if (from == ring->at)
		return false;
	for (; length > 0; length--, from = (from + 1) % RING)
		ring_write(ring, pour, ring->bytes[from]);
	return true;
}

static void pour_undone(struct pour *pour, struct cur *c)
{
	struct ring ring = { .at = sizeof(first_words) - 1 };

	memcpy(ring.bytes, first_words, sizeof(first_words) - 1);
	while (c->left && !pour->cut) {
		uint8_t control = cur_u8(c);

		for (unsigned bit = 0; bit < 8 && c->left; bit++, control >>= 1) {
			if (!(control & 1))
				ring_write(&ring, pour, cur_u8(c));
			else if (c->left < 2 || !reference_copy(&ring, pour, cur_be16(c)))
				return;
		}
	}
}

struct span lzfu_undo(struct span packed, size_t limit, struct arena *arena)
{
	struct cur c = cur_init(packed);
	struct pour pour;
	uint32_t size, kind;

	cur_le32(&c); /* packed size: what is there tells it */
	size = cur_le32(&c);
	kind = cur_le32(&c);
	cur_le32(&c); /* a sum over the rest */
	if (c.bad || (kind != PACKED && kind != NOT_PACKED))
		return (struct span){ 0 };
	pour = pour_begin(arena, size < limit ? size : limit);
	if (kind == PACKED)
		pour_undone(&pour, &c);
	else
		pour_span(&pour, cur_rest(&c));
	return pour_end(&pour);
}
