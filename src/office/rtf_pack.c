/* rtf_pack.c - [MS-OXRTFCP] 2.1, 3.1. */
#include "office/rtf_pack.h"

#include "base/cursor.h"

#define WINDOW   4096u
#define PACKED   0x75465a4cu /* "LZFu" */
#define UNPACKED 0x414c454du /* "MELA" */
#define COPY_MIN 2u

/* 2.1.3.1.1 */
static const char usual[] = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
			    "\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n"
			    "\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

struct window {
	uint8_t bytes[WINDOW];
	unsigned at;
	struct pour *pour;
};

static void put(struct window *w, uint8_t byte)
{
	w->bytes[w->at] = byte;
	w->at = (w->at + 1) % WINDOW;
	pour_byte(w->pour, byte);
}

/* False at the end, which is a copy from where the next byte would be written. */
static bool copy(struct window *w, uint16_t reference)
{
	unsigned from = reference >> 4, len = (reference & 15) + COPY_MIN;

	if (from == w->at)
		return false;
	while (len--) {
		put(w, w->bytes[from]);
		from = (from + 1) % WINDOW;
	}
	return true;
}

static bool unpack(struct cur *c, struct pour *pour)
{
	struct window w = { .at = sizeof(usual) - 1, .pour = pour };

	memcpy(w.bytes, usual, sizeof(usual) - 1);
	while (c->left && !pour->cut) {
		unsigned flags = cur_u8(c);

		for (unsigned i = 0; i < 8 && c->left; i++, flags >>= 1) {
			if (!(flags & 1))
				put(&w, cur_u8(c));
			else if (c->left < 2)
				return false;
			else if (!copy(&w, cur_be16(c)))
				return true;
		}
	}
	return false;
}

bool rtf_unpack(struct span packed, size_t limit, struct arena *arena, struct span *out)
{
	struct cur c = cur_init(packed);
	struct pour pour;
	uint32_t kind;
	bool whole;

	(void)cur_le64(&c); /* lengths */
	kind = cur_le32(&c);
	(void)cur_le32(&c); /* a check sum, which Outlook does not look at either */
	*out = cur_rest(&c);
	if (kind == UNPACKED && !c.bad)
		return true;
	out->len = 0;
	if (kind != PACKED || c.bad)
		return false;
	pour = pour_begin(arena, limit);
	whole = unpack(&c, &pour);
	*out = pour_end(&pour);
	return whole && !pour.cut;
}
