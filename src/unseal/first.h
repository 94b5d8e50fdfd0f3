/* first.h - the first file out of an archive, by libarchive: what a password is known by where its format has no check. */
#ifndef UNSEAL_FIRST_H
#define UNSEAL_FIRST_H

#include "exam/exam.h"

struct first {
	enum type type; /* TYPE_SEVENZIP, TYPE_RAR */
	struct span archive;
	size_t mark; /* of the arena: what was taken since is given back before the file is put there */
};

/* Its first `size` bytes; in the arena. ERR_FORMAT: it has not so many, or is broken. */
MUST_USE enum err first_file(struct exam *e, const struct first *first, size_t size, struct span *bytes);

#endif
