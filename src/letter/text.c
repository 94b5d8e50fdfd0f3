/* text.c - a text that a person reads, and the files that are written into it. */
#include "letter/letter.h"

#include "base/line.h"
#include "format/charset.h"
#include "mime/smime.h"
#include "mime/uuencode.h"

void letter_text(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	struct span text, rest = part->bytes;
	struct uu uu;

	if (!exam_work(e, part->bytes.len))
		return;
	text = charset_text(part->bytes, (struct span){ 0 }, SIZE_MAX, &e->arena);
	exam_text(e, part, text);
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

void letter_sealed(struct exam *e, const struct part *part)
{
	struct span bytes = part->bytes;

	if (line_begins(bytes, "-----BEGIN PGP SIGNED MESSAGE"))
		letter_text(e, part);
	else if (line_begins(bytes, "-----BEGIN PGP MESSAGE"))
		exam_unseen(e, part, UNSEEN_ENCRYPTED, "a text or file that is encrypted with PGP");
	else if (part->type == TYPE_SMIME && smime_open(e, part, &bytes))
		exam_part(e, part, &(struct part){ .said = text_span("message/rfc822"), .bytes = bytes });
	else if (part->type == TYPE_RPMSG)
		exam_unseen(e, part, UNSEEN_ENCRYPTED, "a mail with restricted rights (rpmsg)");
}
