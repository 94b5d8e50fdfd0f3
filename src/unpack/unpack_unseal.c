/*
 * unpack_unseal.c - encrypted archives of 7z and RAR: every password that there is, as far as the message's work allows.
 *
 * What a try costs is the sender's choice: half of the work that is left goes into one archive's passwords at most.
 */
#include "unpack/unpack_walk.h"

#include "sealed/sevenzip.h"

static void tell(struct exam *e, const struct part *part, bool broken, bool spent)
{
	if (broken)
		exam_unseen(e, part, UNSEEN_BROKEN, "a password opens the archive, but it is broken");
	if (spent)
		exam_unseen(e, part, UNSEEN_LIMIT, "trying passwords on it takes too long");
}

static bool unseal_sevenzip(struct exam *e, const struct part *part, struct unpack_lock *lock, struct span *open)
{
	struct unpack_try try = { 0 };
	struct sevenzip z;

	if (sevenzip_read(e, part->bytes, &z) != OK)
		return false;
	z.budget = exam_work_left(e) / 2;
	while ((z.sealed || z.locked) && !z.broken && !z.spent && unpack_try_next(e, &try))
		if (sevenzip_unlock(e, &z, try.password)) {
			unpack_lock_opened(lock, &try);
			lock->opened++;
		}
	tell(e, part, z.broken, z.spent);
	return lock->opened && !z.sealed && !z.broken && sevenzip_write(e, &z, open) == OK;
}

bool unpack_unseal(struct exam *e, const struct part *part, struct unpack_lock *lock, struct part *open)
{
	struct span bytes = { 0 };

	if (part->type != TYPE_SEVENZIP || !unseal_sevenzip(e, part, lock, &bytes))
		return false;
	*open = *part;
	open->bytes = bytes;
	open->unlocked = true;
	return true;
}
