/* candidate.h - passwords that may open a document: those that Office tries by itself, then words of the mail. */
#ifndef SEALED_CANDIDATE_H
#define SEALED_CANDIDATE_H

#include "exam/exam.h"

#define CANDIDATE_WIDE 510 /* bytes of one in UTF-16: longer ones are cut */

struct candidate {
	unsigned next;  /* 0 before the first */
	bool by_itself; /* Office tries it without asking */
	struct span utf8;
	uint8_t wide[CANDIDATE_WIDE]; /* UTF-16, lower byte first, as Office hashes it */
	size_t wide_len;
};

/* The next candidate; false: there are no more. */
bool candidate_next(const struct exam *e, const struct part *part, struct candidate *candidate);
/* `wide` out of `utf8`. */
void candidate_widen(struct candidate *candidate);
/* It opened the part. */
void candidate_tell(struct exam *e, const struct part *part, const struct candidate *candidate);
/* None did. */
void candidate_none(struct exam *e, const struct part *part, const char *what);

static inline struct span candidate_wide(const struct candidate *c)
{
	return (struct span){ c->wide, c->wide_len };
}

#endif
