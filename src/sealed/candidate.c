/* candidate.c - the passwords of [MS-OFFCRYPTO] 2.3.7.3 and its like, and the mail's words. */
#include "sealed/candidate.h"

#include "base/line.h"
#include "base/pen.h"

/* Excel's for workbooks that are only protected against changes; PowerPoint's for the same. A try may cost tens of
 * milliseconds: what is opened by another program, because its name says so, is not tried. */
static const struct {
	const char *password, *extension;
} known[] = { { "VelvetSweatshop", "xl" }, { "/01Hannes Ruescher/01", "p" } };
#define KNOWN (sizeof(known) / sizeof(known[0]))

static bool is_for(const struct part *part, unsigned number)
{
	struct span extension = type_extension(part->name);
	bool office = line_starts(extension, "xl") || line_starts(extension, "do") || line_starts(extension, "pp") ||
		      line_starts(extension, "po");

	return !office || line_starts(extension, known[number].extension);
}

void candidate_widen(struct candidate *c)
{
	struct pen pen = pen_init(c->wide, sizeof(c->wide));
	struct span rest = c->utf8;

	while (rest.len) {
		uint32_t rune = text_rune(&rest);

		if (rune >= 0x10000) {
			pen_le(&pen, 0xd800 + ((rune - 0x10000) >> 10), 2);
			rune = 0xdc00 + (rune & 0x3ff);
		}
		pen_le(&pen, rune, 2);
	}
	c->wide_len = pen.used;
}

bool candidate_next(const struct exam *e, const struct part *part, struct candidate *candidate)
{
	unsigned number;

	do
		number = candidate->next++;
	while (number < KNOWN && !is_for(part, number));
	if (number >= KNOWN + e->password_count)
		return false;
	candidate->by_itself = number < KNOWN;
	candidate->utf8 = number < KNOWN ? text_span(known[number].password) : e->passwords[number - KNOWN];
	candidate_widen(candidate);
	return true;
}

void candidate_tell(struct exam *e, const struct part *part, const struct candidate *candidate)
{
	exam_find(e, part, candidate->by_itself ? FINDING_DEFAULT_PASSWORD : FINDING_PASSWORD_IN_MAIL, candidate->utf8);
}

void candidate_none(struct exam *e, const struct part *part, const char *what)
{
	exam_find(e, part, FINDING_DOCUMENT_ENCRYPTED, text_span(what));
	exam_unseen(e, part, UNSEEN_ENCRYPTED, what);
}
