/* candidate.c - the passwords of [MS-OFFCRYPTO] 2.3.7.3 and its like, and the mail's words. */
#include "sealed/candidate.h"

#include "base/pen.h"

/* Excel's for workbooks that are only protected against changes; PowerPoint's for the same. */
static const char *const known[] = { "VelvetSweatshop", "/01Hannes Ruescher/01" };
#define KNOWN (sizeof(known) / sizeof(known[0]))

static void put_wide(struct candidate *c)
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

bool candidate_get(const struct exam *e, unsigned number, struct candidate *candidate)
{
	candidate->number = number;
	if (number < KNOWN)
		candidate->utf8 = text_span(known[number]);
	else if (number - KNOWN < e->password_count)
		candidate->utf8 = e->passwords[number - KNOWN];
	else
		return false;
	put_wide(candidate);
	return true;
}

void candidate_tell(struct exam *e, const struct part *part, const struct candidate *candidate)
{
	bool by_itself = candidate->number < KNOWN;

	exam_find(e, part, by_itself ? FINDING_DEFAULT_PASSWORD : FINDING_PASSWORD_IN_MAIL, candidate->utf8);
}

void candidate_none(struct exam *e, const struct part *part, const char *what)
{
	exam_find(e, part, FINDING_DOCUMENT_ENCRYPTED, text_span(what));
	exam_unseen(e, part, UNSEEN_ENCRYPTED, what);
}
