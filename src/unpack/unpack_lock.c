/*
 * unpack_lock.c - encrypted files and the passwords that may open them: what the mail's text names, and what senders of
 * malware use by habit.
 */
#include "unpack/unpack_private.h"

#define FAILURES     64                  /* files that no password opened, after which only the last one is tried */
#define FAILURES_AES 3                   /* the same where a try is dear */
#define TRY_WORK     ((size_t)32 << 10) /* bytes of work that making a key of a password is worth (AES) */

static const char *const habits[] = { "infected", "1234", "12345", "123456", "password", "123", "0000", "1111", "malware",
				      "virus", "Password", "pass", "admin", "abc123", "12345678", "2025", "2026" };
#define HABITS (sizeof(habits) / sizeof(habits[0]))

bool unpack_try_next(const struct exam *e, struct unpack_try *try)
{
	unsigned i = try->next++;

	if (i >= e->password_count + HABITS)
		return false;
	try->mailed = i < e->password_count;
	try->password = try->mailed ? e->passwords[i] : text_span(habits[i - e->password_count]);
	return true;
}

void unpack_lock_opened(struct unpack_lock *lock, const struct unpack_try *try)
{
	lock->password = try->password;
	lock->mailed = try->mailed;
}

static enum err attempt(struct exam *e, const struct zip_entry *entry, struct span password, size_t room,
			struct span *bytes)
{
	if (entry->aes && !exam_work(e, TRY_WORK))
		return ERR_FORMAT;
	return zip_unpack(entry, password, room, &e->arena, bytes);
}

/* Whether a try told that the password is the right one. */
static bool is_right(enum err err)
{
	return err != ERR_FORMAT;
}

static enum err try_all(struct exam *e, const struct zip_entry *entry, struct unpack_lock *lock, size_t room,
			struct span *bytes)
{
	struct unpack_try try = { 0 };
	enum err err = ERR_FORMAT;

	while (!is_right(err) && unpack_try_next(e, &try)) {
		err = attempt(e, entry, try.password, room, bytes);
		if (is_right(err))
			unpack_lock_opened(lock, &try);
	}
	return err;
}

enum err unpack_unlock(struct exam *e, const struct zip_entry *entry, struct unpack_lock *lock, size_t room,
		       struct span *bytes)
{
	unsigned failures = entry->aes ? FAILURES_AES : FAILURES;
	enum err err = ERR_FORMAT;

	if (lock->password.len)
		err = attempt(e, entry, lock->password, room, bytes);
	if (!is_right(err) && lock->closed < failures)
		err = try_all(e, entry, lock, room, bytes);
	if (err == OK || err == ERR_LIMIT)
		lock->opened++;
	else
		lock->closed++;
	return err;
}

void unpack_lock_tell(const struct unpack_lock *lock, struct exam *e, const struct part *part)
{
	bool zip = part->type != TYPE_SEVENZIP && part->type != TYPE_RAR && part->type != TYPE_ACE &&
		   part->type != TYPE_ARJ;

	if (lock->closed) {
		exam_unseen(e, part, UNSEEN_ENCRYPTED, zip ? "password-protected zip" : "password-protected archive");
		exam_find(e, part, FINDING_ARCHIVE_ENCRYPTED, part->name);
	}
	if (lock->opened && lock->mailed)
		exam_findf(e, part, FINDING_PASSWORD_IN_MAIL, "%.*s: %.*s", (int)part->name.len,
			   (const char *)part->name.ptr, (int)lock->password.len, (const char *)lock->password.ptr);
	else if (lock->opened)
		exam_findf(e, part, FINDING_ARCHIVE_ENCRYPTED, "%.*s: %.*s", (int)part->name.len,
			   (const char *)part->name.ptr, (int)lock->password.len, (const char *)lock->password.ptr);
}
