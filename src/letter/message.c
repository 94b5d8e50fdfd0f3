/* message.c - a mail, as mail programs read it: who sent it, its texts, and then what is attached. */
#include "letter/letter.h"

#include "base/line.h"
#include "format/charset.h"
#include "mime/file.h"
#include "letter/aim.h"
#include "letter/claim.h"
#include "letter/route.h"
#include "letter/sender.h"
#include "mime/smime.h"
#include "letter/words.h"

#define SUBJECT (16u << 10) /* bytes of a subject that are read */


/* Kinds of parts whose content is not all here. */
static void elsewhere_tell(struct exam *e, const struct part *part, const struct file *file)
{
	if (line_is(file->said, "message/partial"))
		exam_unseen(e, part, UNSEEN_UNSUPPORTED, "a message that comes in pieces (message/partial)");
	exam_url(e, part, file->url, (struct span){ 0 });
}

/* Hands one part on. */
static void leaf_examine(struct exam *e, const struct part *part, const struct leaf *leaf, struct file *file)
{
	size_t mark = arena_mark(&e->arena);
	struct part child = { .said = file->said, .inline_body = file->body && part->type != TYPE_MHTML };

	elsewhere_tell(e, part, file);
	child.bytes = file_bytes(e, part, leaf, file);
	child.name = file->name;
	child.mime_depth = (uint8_t)(part->mime_depth + leaf->depth);
	if (file->body)
		child.bytes = charset_text(child.bytes, file->charset, SIZE_MAX, &e->arena);
	if (file->sealed && smime_open(e, part, &child.bytes))
		child.said = text_span("message/rfc822");
	if (child.bytes.len || child.name.len)
		exam_part(e, part, &child);
	if (file->loose && line_contains(child.bytes, "<script")) {
		child.inline_body = false;
		exam_part(e, part, &child);
	}
	arena_back(&e->arena, mark);
}

/* The message's own texts, or all that is no such text. */
static void leaves_examine(struct exam *e, const struct part *part, const struct leaves *leaves, bool bodies)
{
	for (unsigned i = 0; i < leaves->count && !e->over; i++) {
		size_t mark = arena_mark(&e->arena);
		struct file file;

		file_read(e, part, &leaves->of[i], i == 0, &file);
		if (file.body == bodies) {
			if (!bodies)
				words_of_name(e, file.name);
			leaf_examine(e, part, &leaves->of[i], &file);
		}
		arena_back(&e->arena, mark);
	}
}

/* The next CR without LF behind which something of MIME begins; the length: there is none. */
static size_t lone_end(struct span bytes, size_t from)
{
	while (from < bytes.len) {
		const uint8_t *cr = memchr(bytes.ptr + from, '\r', bytes.len - from);
		struct span behind;

		if (!cr)
			break;
		from = (size_t)(cr - bytes.ptr) + 1;
		behind = line_from(bytes, from);
		if (line_starts(behind, "content-") || line_begins(behind, "--"))
			return from - 1;
	}
	return bytes.len;
}

/* To some programs a CR alone ends a line, to others it is a letter: where the parts depend on it, the mail is read a
 * second time, with line ends instead. */
static void lone_ends_examine(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena), first = lone_end(part->bytes, 0);
	struct part again = *part;
	struct pour pour;

	if (first == part->bytes.len || head_newline(part->bytes) == '\r' || !exam_work(e, part->bytes.len))
		return;
	exam_find(e, part, FINDING_MIME_AMBIGUOUS, text_span("lines of MIME that end with CR alone"));
	pour = pour_begin(&e->arena, SIZE_MAX);
	for (size_t i = 0; i < part->bytes.len; i++) {
		uint8_t c = part->bytes.ptr[i];

		pour_byte(&pour, c);
		if (c == '\r' && (i + 1 == part->bytes.len || part->bytes.ptr[i + 1] != '\n'))
			pour_byte(&pour, '\n');
	}
	again.bytes = pour_end(&pour);
	letter_message(e, &again); /* which has no such CR */
	if (part->in)
		arena_back(&e->arena, mark);
}

void letter_message(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	struct leaves leaves;
	struct span subject;

	if (!exam_work(e, part->bytes.len) || !parts_read(e, part, &leaves))
		return;
	subject = field_text(line_cut(leaves.head.first[HEAD_SUBJECT], SUBJECT), &e->arena);
	if (!part->in) {
		e->sender.subject = subject;
		sender_judge(e, part, &leaves.head);
		route_judge(e, part, &leaves.head);
		claim_judge(e, part);
	}
	exam_text(e, part, subject);
	leaves_examine(e, part, &leaves, true);
	words_of_name(e, subject);
	leaves_examine(e, part, &leaves, false);
	if (!part->in)
		aim_judge(e, part);
	if (e->says_separate.len && e->unseen[UNSEEN_ENCRYPTED])
		exam_find(e, part, FINDING_PPAP, e->says_separate);
	if (part->in)
		arena_back(&e->arena, mark);
	lone_ends_examine(e, part);
}
