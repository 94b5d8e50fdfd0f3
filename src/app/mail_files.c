/*
 * mail_files.c - finds messages: walks folders, knows Maildirs, cuts mboxes.
 *
 * An mbox (RFC 4155) is a file that begins with a line "From ...": a further message begins at such a line, with a
 * time in it, behind an empty one. A Maildir (cr.yp.to/proto/maildir.html) has cur, new and tmp; what is in tmp is
 * not delivered yet.
 */
#include "app/mail_files.h"

#include "base/text.h"
#include "mail/mail.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY  ((size_t)64 << 10)
#define SHOWN 4352 /* PATH_MAX, and a number */

/* --- mbox --- */

/* A line "From address time": there is a colon between digits, as in "10:21". */
static bool is_separator(struct span line)
{
	if (line.len < 6 || memcmp(line.ptr, "From ", 5) != 0)
		return false;
	for (size_t i = 6; i + 1 < line.len; i++)
		if (line.ptr[i] == ':' && line.ptr[i - 1] >= '0' && line.ptr[i - 1] <= '9' &&
		    line.ptr[i + 1] >= '0' && line.ptr[i + 1] <= '9')
			return true;
	return false;
}

static struct span line_at(struct span bytes, size_t at)
{
	const uint8_t *end = memchr(bytes.ptr + at, '\n', bytes.len - at);

	return (struct span){ bytes.ptr + at, end ? (size_t)(end - bytes.ptr) - at : bytes.len - at };
}

/* Whether an empty line ends where a line begins. */
static bool is_behind_empty_line(struct span box, size_t begins)
{
	size_t end = begins - 1; /* of the line before, at its line end */

	if (end > 0 && box.ptr[end - 1] == '\r')
		end--;
	return end > 0 && box.ptr[end - 1] == '\n';
}

/* Where the message that begins at `at` ends. */
static size_t message_end(struct span box, size_t at)
{
	const uint8_t *found;

	while ((found = memmem(box.ptr + at, box.len - at, "\nFrom ", 6)) != NULL) {
		at = (size_t)(found - box.ptr) + 1;
		if (is_behind_empty_line(box, at) && is_separator(line_at(box, at)))
			return at;
	}
	return box.len;
}

static bool see_box(const struct mail_files *files, const struct mail_file *file, struct span box)
{
	size_t at = 0, number = 0;
	char shown[SHOWN];

	while (at < box.len) {
		size_t end = message_end(box, at);
		struct mail_file message = *file;

		message.name = text_span(MAIL_NAME);
		message.offset = at;
		message.size = end - at;
		if (number++ > 0 || end < box.len) {
			snprintf(shown, sizeof(shown), "%s#%zu", file->shown, number);
			message.shown = shown;
		}
		if (!files->see(files->whom, &message))
			return false;
		at = end;
	}
	return true;
}

/* --- one file --- */

static bool see_file(const struct mail_files *files, const struct mail_file *file)
{
	uint8_t *map = mmap(NULL, file->size, PROT_READ, MAP_PRIVATE, file->fd, 0);
	struct span bytes = { map, file->size };
	bool more;

	if (map == MAP_FAILED) {
		files->trouble(files->whom, file->shown, strerror(errno));
		return true;
	}
	if (is_separator(line_at(bytes, 0)))
		more = see_box(files, file, bytes);
	else
		more = files->see(files->whom, file);
	munmap(map, file->size);
	return more;
}

/* Whether a file lies in a Maildir's cur or new, whose files are messages. */
static bool is_delivered(const char *path, const char *slash)
{
	return slash && slash - path >= 4 && (memcmp(slash - 4, "/cur", 4) == 0 || memcmp(slash - 4, "/new", 4) == 0);
}

static bool open_file(const struct mail_files *files, const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat stat;
	bool more = true;

	if (fd < 0 || fstat(fd, &stat) != 0)
		files->trouble(files->whom, path, strerror(errno));
	else if (!S_ISREG(stat.st_mode))
		files->trouble(files->whom, path, "it is neither a file nor a folder");
	else if (stat.st_size == 0)
		files->trouble(files->whom, path, "it is empty");
	else
		more = see_file(files, &(struct mail_file){ .shown = path,
							    .name = text_span(is_delivered(path, slash) ? MAIL_NAME : name),
							    .fd = fd,
							    .size = (uint64_t)stat.st_size });
	if (fd >= 0)
		close(fd);
	return more;
}

/* --- standard input --- */

/* One byte more than the longest message is taken, so that it is known to be too long. */
static const char *copy_input(int fd, uint64_t longest, uint64_t *size)
{
	uint8_t *room = malloc(COPY);
	const char *why = room ? NULL : strerror(ENOMEM);
	ssize_t n = 0;

	while (!why && *size <= longest && (n = read(STDIN_FILENO, room, COPY)) > 0) {
		if (write(fd, room, (size_t)n) != n)
			why = strerror(errno);
		*size += (uint64_t)n;
	}
	if (!why && n < 0)
		why = strerror(errno);
	free(room);
	return why;
}

static bool see_input(const struct mail_files *files)
{
	int fd = memfd_create("message", MFD_CLOEXEC);
	uint64_t size = 0;
	const char *why = fd < 0 ? strerror(errno) : copy_input(fd, files->longest, &size);
	bool more = true;

	if (!why && size == 0)
		why = "it is empty";
	if (why)
		files->trouble(files->whom, "standard input", why);
	else
		more = see_file(files, &(struct mail_file){ .shown = "-", .name = text_span(""), .fd = fd, .size = size });
	if (fd >= 0)
		close(fd);
	return more;
}

/* --- folders --- */

static bool has_folder(const char *path, const char *name)
{
	char below[SHOWN];
	struct stat found;

	return snprintf(below, sizeof(below), "%s/%s", path, name) < (int)sizeof(below) &&
	       stat(below, &found) == 0 && S_ISDIR(found.st_mode);
}

static bool is_maildir(const char *path)
{
	return has_folder(path, "cur") && has_folder(path, "new") && has_folder(path, "tmp");
}

/* Beside its three folders a Maildir has files of the mail server, and further Maildirs. */
static bool is_passed_over(const FTSENT *entry)
{
	const FTSENT *above = entry->fts_parent;

	if (entry->fts_level <= FTS_ROOTLEVEL || !above || above->fts_number == 0)
		return false;
	return entry->fts_info == FTS_F || strcmp(entry->fts_name, "tmp") == 0;
}

static int compare_names(const FTSENT **left, const FTSENT **right)
{
	return strcmp((*left)->fts_name, (*right)->fts_name);
}

static bool see_entry(const struct mail_files *files, FTS *walk, FTSENT *entry)
{
	bool passed = is_passed_over(entry);

	switch (entry->fts_info) {
	case FTS_D:
		entry->fts_number = is_maildir(entry->fts_accpath);
		if (passed)
			fts_set(walk, entry, FTS_SKIP);
		return true;
	case FTS_F:
		return passed || open_file(files, entry->fts_path);
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		files->trouble(files->whom, entry->fts_path, strerror(entry->fts_errno));
		return true;
	default: /* links, pipes, the way back */
		return true;
	}
}

static bool walk_folder(const struct mail_files *files, const char *path)
{
	char *copy = strdup(path), *roots[] = { copy, NULL };
	FTS *walk = copy ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, compare_names) : NULL;
	bool more = true;
	FTSENT *entry;

	if (!walk)
		files->trouble(files->whom, path, strerror(errno));
	while (walk && more && (entry = fts_read(walk)) != NULL)
		more = see_entry(files, walk, entry);
	if (walk)
		fts_close(walk);
	free(copy);
	return more;
}

bool mail_files_each(const struct mail_files *files, const char *path)
{
	struct stat found;

	if (strcmp(path, "-") == 0)
		return see_input(files);
	if (stat(path, &found) == 0 && S_ISDIR(found.st_mode))
		return walk_folder(files, path);
	return open_file(files, path);
}
