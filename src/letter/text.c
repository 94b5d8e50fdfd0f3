/* text.c - a text that a person reads, and the files that are written into it. */
#include "letter/letter.h"

#include "base/line.h"
#include "format/charset.h"
#include "mime/smime.h"
#include "mime/uuencode.h"

/* Ways to write files into texts that mail programs undo, and Hinomi does not: BinHex (RFC 1741), yEnc. */
static void foreign_tell(struct exam *e, const struct part *part, struct span text)
{
	if (memmem(text.ptr, text.len, "(This file must be converted with BinHex", 40))
		exam_unseen(e, part, UNSEEN_UNSUPPORTED, "a file in the text (BinHex)");
	if (memmem(text.ptr, text.len, "=ybegin ", 8) && memmem(text.ptr, text.len, "=yend ", 6))
		exam_unseen(e, part, UNSEEN_UNSUPPORTED, "a file in the text (yEnc)");
}

void letter_text(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	struct span text, rest = part->bytes;
	struct uu uu;

	if (!exam_work(e, part->bytes.len))
		return;
	text = charset_text(part->bytes, (struct span){ 0 }, SIZE_MAX, &e->arena);
	exam_text(e, part, text);
	foreign_tell(e, part, part->bytes);
	while (!e->over && uu_next(&rest, &e->arena, &uu)) {
		struct part child = { .name = charset_text(uu.name, (struct span){ 0 }, SIZE_MAX, &e->arena),
				      .bytes = uu.bytes };

		if (!uu.ended)
			exam_unseen(e, part, UNSEEN_BROKEN, "a file in the text (uuencode) without its end");
		exam_part(e, part, &child);
		arena_back(&e->arena, mark);
	}
	arena_back(&e->arena, mark);
}

/* What packets of OpenPGP hold (RFC 9580, 4.2 and 5): encrypted by a key or a password, packed or signed whole; else keys
 * and signatures. */
static void packet_tell(struct exam *e, const struct part *part, uint8_t first)
{
	static const uint32_t encrypted = 1u << 1 | 1u << 3 | 1u << 9 | 1u << 18 | 1u << 20, whole = 1u << 4 | 1u << 8 | 1u << 11;
	uint32_t kind = 1u << ((first & 0x40 ? first & 0x3f : first >> 2 & 0x0f) & 31);

	if (kind & encrypted)
		exam_unseen(e, part, UNSEEN_ENCRYPTED, "a file that is encrypted with PGP");
	else if (kind & whole)
		exam_unseen(e, part, UNSEEN_UNSUPPORTED, "a file that is packed into a signature of PGP");
}

void letter_sealed(struct exam *e, const struct part *part)
{
	struct span bytes = part->bytes;

	if (line_begins(bytes, "-----BEGIN PGP SIGNED MESSAGE"))
		letter_text(e, part);
	else if (line_begins(bytes, "-----BEGIN PGP MESSAGE"))
		exam_unseen(e, part, UNSEEN_ENCRYPTED, "a text or file that is encrypted with PGP");
	else if (part->type == TYPE_SMIME && smime_open(e, part, &bytes))
		exam_part(e, part, &(struct part){ .said = text_span("message/rfc822"), .bytes = bytes });
	else if (part->type == TYPE_PGP && bytes.len && bytes.ptr[0] >= 0x80)
		packet_tell(e, part, bytes.ptr[0]);
	else if (part->type == TYPE_RPMSG)
		exam_unseen(e, part, UNSEEN_ENCRYPTED, "a mail with restricted rights (rpmsg)");
}
