/*
 * unpack_unseal.c - encrypted archives of 7z and RAR: every password that there is, as far as the message's work allows.
 *
 * What a try costs is the sender's choice: half of the work that is left goes into one archive's passwords at most.
 */
#include "unpack/unpack_walk.h"

#include "unseal/rar4.h"
#include "unseal/rar5.h"
#include "unseal/sevenzip.h"

/* What the readers have in common is the first member of each. */
struct archive {
	enum { SEVENZIP, RAR5, RAR4 } kind;
	union {
		struct sevenzip sevenzip;
		struct rar5 rar5;
		struct rar4 rar4;
	};
};

static struct seal *read_seal(struct exam *e, const struct part *part, struct archive *archive)
{
	archive->kind = SEVENZIP;
	if (part->type == TYPE_SEVENZIP && sevenzip_read(e, part->bytes, &archive->sevenzip) == OK)
		return &archive->sevenzip.seal;
	archive->kind = RAR5;
	if (part->type == TYPE_RAR && rar5_read(e, part->bytes, &archive->rar5) == OK)
		return &archive->rar5.seal;
	archive->kind = RAR4;
	if (part->type == TYPE_RAR && rar4_read(e, part->bytes, &archive->rar4) == OK)
		return &archive->rar4.seal;
	return NULL;
}

static bool unlock(struct exam *e, struct archive *archive, struct span password)
{
	switch (archive->kind) {
	case SEVENZIP:
		return sevenzip_unlock(e, &archive->sevenzip, password);
	case RAR5:
		return rar5_unlock(e, &archive->rar5, password);
	default:
		return rar4_unlock(e, &archive->rar4, password);
	}
}

static enum err write_open(struct exam *e, struct archive *archive, struct span *bytes)
{
	switch (archive->kind) {
	case SEVENZIP:
		return sevenzip_write(e, &archive->sevenzip, bytes);
	case RAR5:
		return rar5_write(e, &archive->rar5, bytes);
	default:
		return rar4_write(e, &archive->rar4, bytes);
	}
}

static void try_all(struct exam *e, const struct part *part, struct archive *archive, struct unpack_lock *lock)
{
	struct seal *seal = read_seal(e, part, archive);
	struct unpack_try try = { 0 };

	if (!seal)
		return;
	seal->budget = exam_work_left(e) / 2;
	while ((seal->sealed || seal->locked) && !seal->spent && unpack_try_next(e, &try))
		if (unlock(e, archive, try.password)) {
			unpack_lock_opened(lock, &try);
			lock->opened++;
		}
	lock->closed += seal->sealed || seal->locked;
	if (seal->broken)
		exam_unseen(e, part, UNSEEN_BROKEN, "a password opens the archive, but it is broken or cut");
	if (seal->spent)
		exam_unseen(e, part, UNSEEN_LIMIT, "trying passwords on the archive takes too long");
}

bool unpack_unseal(struct exam *e, const struct part *part, struct unpack_lock *lock, struct part *open)
{
	struct archive archive;
	struct span bytes;

	try_all(e, part, &archive, lock);
	if (!lock->opened || write_open(e, &archive, &bytes) != OK)
		return false;
	*open = *part;
	open->bytes = bytes;
	open->unlocked = true;
	return true;
}
