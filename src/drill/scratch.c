/* scratch.c - the folder of a drill. */
#include "drill/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define PREFIX   "hinomi-drill-"
#define MARK     ".hinomi-drill"
#define FOLDER   (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define PASSES   100000 /* over the folder while it is emptied: each moves all folders of one more level up */

/* --- removing */

/* What was restored may be unreadable for us. The mode is changed by the descriptor: a name could be a link. */
static int subfolder_open(int above, const char *name, dev_t device)
{
	int path = openat(above, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), fd = -1;
	char self[40];
	struct stat is;

	if (path < 0)
		return -1;
	if (fstat(path, &is) == 0 && S_ISDIR(is.st_mode) && is.st_dev == device) {
		snprintf(self, sizeof(self), "/proc/self/fd/%d", path);
		if ((is.st_mode & 0700) != 0700)
			(void)chmod(self, 0700); /* if it fails, so will the next */
		fd = open(self, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	close(path);
	return fd;
}

/* Unlinks all files of a folder and moves its folders up into `top`, under names of their own: so any depth needs two
 * descriptors. Takes the descriptor. */
static void folder_empty(int fd, int top, uint64_t *moved, dev_t device)
{
	DIR *all = fdopendir(fd);
	struct dirent *entry;
	char name[32];
	int below;

	if (!all) {
		close(fd);
		return;
	}
	while ((entry = readdir(all))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    unlinkat(dirfd(all), entry->d_name, 0) == 0)
			continue;
		below = subfolder_open(dirfd(all), entry->d_name, device);
		if (below < 0)
			continue;
		close(below);
		snprintf(name, sizeof(name), "moved-%llu", (unsigned long long)++*moved);
		renameat(dirfd(all), entry->d_name, top, name);
	}
	closedir(all);
}

/* One pass over the folders in `top`; how many are gone by it. */
static size_t folders_remove(int top, uint64_t *moved, dev_t device)
{
	int again = openat(top, ".", FOLDER), below;
	DIR *all = again >= 0 ? fdopendir(again) : NULL;
	struct dirent *entry;
	size_t removed = 0;

	if (!all && again >= 0)
		close(again);
	while (all && (entry = readdir(all))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    (below = subfolder_open(top, entry->d_name, device)) < 0)
			continue;
		folder_empty(below, top, moved, device);
		removed += unlinkat(top, entry->d_name, AT_REMOVEDIR) == 0;
	}
	if (all)
		closedir(all);
	return removed;
}

/* The mark goes last: a folder that is half removed is still known as ours. */
static bool files_remove(int top)
{
	int again = openat(top, ".", FOLDER);
	DIR *all = again >= 0 ? fdopendir(again) : NULL;
	struct dirent *entry;
	bool clean = true;

	if (!all && again >= 0)
		close(again);
	while (all && (entry = readdir(all)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    strcmp(entry->d_name, MARK) != 0 && unlinkat(top, entry->d_name, 0) != 0)
			clean = false;
	if (all)
		closedir(all);
	return all && clean && unlinkat(top, MARK, 0) == 0;
}

static bool folder_remove(int place, int folder, const char *name)
{
	uint64_t moved = 0;
	struct stat is;

	if (fstat(folder, &is) != 0)
		return false;
	for (unsigned pass = 0; pass < PASSES && folders_remove(folder, &moved, is.st_dev) > 0; pass++)
		;
	return files_remove(folder) && unlinkat(place, name, AT_REMOVEDIR) == 0;
}

/* --- what dead ones left */

/* The mark of a folder that is ours and that no living drill holds, locked; -1: let it be. */
static int mark_of_dead(int folder)
{
	struct stat is;
	int mark;

	if (fstat(folder, &is) != 0 || is.st_uid != geteuid() || (is.st_mode & 077))
		return -1;
	mark = openat(folder, MARK, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (mark < 0)
		return -1;
	if (fstat(mark, &is) == 0 && S_ISREG(is.st_mode) && is.st_uid == geteuid() &&
	    flock(mark, LOCK_EX | LOCK_NB) == 0)
		return mark;
	close(mark);
	return -1;
}

static bool leftover_remove(int place, const char *name)
{
	int folder = openat(place, name, FOLDER), mark;
	bool removed;

	if (folder < 0)
		return false;
	mark = mark_of_dead(folder);
	removed = mark >= 0 && folder_remove(place, folder, name);
	if (mark >= 0)
		close(mark);
	close(folder);
	return removed;
}

unsigned scratch_sweep(int place)
{
	int again = openat(place, ".", FOLDER);
	DIR *all = again >= 0 ? fdopendir(again) : NULL;
	struct dirent *entry;
	unsigned removed = 0;

	if (!all && again >= 0)
		close(again);
	while (all && (entry = readdir(all)))
		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0)
			removed += leftover_remove(place, entry->d_name);
	if (all)
		closedir(all);
	return removed;
}

/* --- making */

/* Some file systems keep whole or every second second: then times of what is restored say nothing. */
static bool times_kept(int mark)
{
	struct timespec odd[2] = { { 1700000001, 123456000 }, { 1700000001, 123456000 } };
	struct stat is;

	return futimens(mark, odd) == 0 && fstat(mark, &is) == 0 && is.st_mtim.tv_sec == odd[1].tv_sec &&
	       is.st_mtim.tv_nsec == odd[1].tv_nsec;
}

static enum err mark_make(struct scratch *s)
{
	s->folder = openat(s->place, s->name, FOLDER);
	if (s->folder < 0)
		return ERR_OPEN;
	s->mark = openat(s->folder, MARK, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (s->mark >= 0 && flock(s->mark, LOCK_EX | LOCK_NB) == 0) {
		s->times_kept = times_kept(s->mark);
		return OK;
	}
	if (s->mark >= 0) {
		close(s->mark);
		unlinkat(s->folder, MARK, 0);
	}
	close(s->folder);
	return ERR_OPEN;
}

static enum err folder_make(struct scratch *s)
{
	uint64_t number;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return ERR_OPEN;
	snprintf(s->name, sizeof(s->name), PREFIX "%016llx", (unsigned long long)number);
	if (mkdirat(s->place, s->name, 0700) != 0)
		return ERR_OPEN;
	if (mark_make(s) == OK)
		return OK;
	unlinkat(s->place, s->name, AT_REMOVEDIR);
	return ERR_OPEN;
}

enum err scratch_open(struct scratch *scratch, const char *place)
{
	struct scratch s = { .folder = -1, .mark = -1 };
	int error;

	if (mkdir(place, 0700) != 0 && errno != EEXIST)
		return ERR_OPEN;
	s.place = open(place, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s.place < 0)
		return ERR_OPEN;
	scratch_sweep(s.place);
	if (folder_make(&s) == OK) {
		*scratch = s;
		return OK;
	}
	error = errno;
	close(s.place);
	errno = error;
	return ERR_OPEN;
}

bool scratch_close(struct scratch *scratch)
{
	bool removed = folder_remove(scratch->place, scratch->folder, scratch->name);

	close(scratch->mark);
	close(scratch->folder);
	close(scratch->place);
	return removed;
}

struct scratch_room scratch_room(const struct scratch *scratch)
{
	struct scratch_room room = { 0, UINT64_MAX };
	struct statvfs is;

	if (fstatvfs(scratch->folder, &is) != 0)
		return room;
	room.bytes = (uint64_t)is.f_bavail * is.f_frsize;
	if (is.f_files > 0) /* btrfs and others have no such number */
		room.files = is.f_favail;
	return room;
}
