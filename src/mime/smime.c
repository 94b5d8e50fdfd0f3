/* smime.c - what is inside a signed mail. */
#include "mime/smime.h"

#include "base/cursor.h"
#include "base/line.h"

enum tag { TAG_END = 0x00, TAG_INTEGER = 0x02, TAG_OCTETS = 0x04, TAG_OID = 0x06, TAG_OCTETS_PIECES = 0x24,
	   TAG_SEQUENCE = 0x30, TAG_SET = 0x31, TAG_CONTENT = 0xa0 };

struct signed_data {
	struct span content;
	bool there; /* it holds some, or is broken before it */
};

#define PREFIX "\x2a\x86\x48\x86\xf7\x0d\x01" /* 1.2.840.113549.1 */

#define OPEN_END SIZE_MAX /* a length that is not told (BER's indefinite form): the content is all that follows */

static uint8_t ber_head(struct cur *c, size_t *length)
{
	uint8_t tag = cur_u8(c), first = cur_u8(c);

	*length = first == 0x80 ? OPEN_END : first;
	if (first <= 0x80)
		return tag;
	*length = 0;
	for (unsigned i = first & 0x7f; i > 0 && !c->bad; i--)
		*length = *length << 8 | cur_u8(c);
	return tag;
}

static uint8_t ber_take(struct cur *c, struct cur *content)
{
	size_t n;
	uint8_t tag = ber_head(c, &n);

	if (n == OPEN_END) {
		*content = *c;
		return tag;
	}
	if (n > c->left) /* cut: what is there */
		n = c->left;
	*content = cur_sub(c, n);
	return tag;
}

static bool ber_enter(struct cur *c, uint8_t tag)
{
	struct cur content = { 0 };

	if (ber_take(c, &content) != tag || c->bad)
		return false;
	*c = content;
	return true;
}

static bool ber_skip(struct cur *c, uint8_t tag)
{
	struct cur content;

	return ber_take(c, &content) == tag && !c->bad;
}

/* A string of octets, or of such pieces, which are put together. Pieces may hold pieces (X.690, 8.7.3): their heads are
 * passed over, as the octets follow each other in any case. */
static struct span octets(struct cur c, struct arena *arena)
{
	struct cur content = { 0 };
	struct pour pour;
	uint8_t tag = ber_take(&c, &content);

	if (tag == TAG_OCTETS)
		return cur_rest(&content);
	if (tag != TAG_OCTETS_PIECES)
		return (struct span){ 0 };
	pour = pour_begin(arena, SIZE_MAX);
	for (c = content; c.left && !c.bad;) {
		size_t length;

		tag = ber_head(&c, &length);
		if (tag == TAG_OCTETS_PIECES || (tag == TAG_END && !length))
			continue;
		if (tag != TAG_OCTETS)
			break;
		pour_span(&pour, cur_span(&c, length < c.left ? length : c.left));
	}
	return pour_end(&pour);
}

/* SignedData: version, digests, and what was signed (RFC 5652, 5.1), which may lie elsewhere. */
static void signed_content(struct cur c, struct arena *arena, struct signed_data *data)
{
	data->there = !(ber_enter(&c, TAG_CONTENT) && ber_enter(&c, TAG_SEQUENCE) && ber_skip(&c, TAG_INTEGER) &&
			ber_skip(&c, TAG_SET) && ber_enter(&c, TAG_SEQUENCE) && ber_skip(&c, TAG_OID)) ||
		      (c.left && *c.p == TAG_CONTENT);
	if (!c.bad && ber_enter(&c, TAG_CONTENT))
		data->content = octets(c, arena);
}

bool smime_open(struct exam *e, const struct part *part, struct span *bytes)
{
	struct cur c = cur_init(*bytes), oid = { 0 };
	struct signed_data data = { 0 };
	struct span kind;

	if (!ber_enter(&c, TAG_SEQUENCE) || ber_take(&c, &oid) != TAG_OID || c.bad) {
		exam_unseen(e, part, UNSEEN_BROKEN, "S/MIME that is none");
		return false;
	}
	kind = cur_rest(&oid);
	if (line_begins(kind, PREFIX "\x07\x02")) {
		signed_content(c, &e->arena, &data);
		if (data.content.len)
			*bytes = data.content;
		else if (data.there)
			exam_unseen(e, part, UNSEEN_BROKEN, "a signed mail (S/MIME) whose text cannot be taken out");
		return data.content.len > 0;
	}
	if (line_begins(kind, PREFIX "\x07\x03") || line_begins(kind, PREFIX "\x09\x10\x01\x17"))
		exam_unseen(e, part, UNSEEN_ENCRYPTED, "an encrypted mail (S/MIME)");
	else
		exam_unseen(e, part, UNSEEN_UNSUPPORTED, "a kind of S/MIME that is not read");
	return false;
}
