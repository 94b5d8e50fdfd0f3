/* own.c - gives what root made in the folder of another user to that user, by descriptors alone: a name may mean
 * another file a moment later. */
#include "process/own.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEEP 16 /* folders in each other: more than a cache has */

struct heir {
	uid_t uid;
	gid_t gid;
	dev_t disk;
};

static bool give_folder(int folder, const struct heir *heir, unsigned depth);

/* Which of them: folders, and files that have no other name (a second one would be how the user gets at a file of
 * root's elsewhere). */
static bool is_to_give(const struct stat *is, const struct heir *heir)
{
	return is->st_uid == 0 && is->st_dev == heir->disk &&
	       (S_ISDIR(is->st_mode) || (S_ISREG(is->st_mode) && is->st_nlink == 1));
}

static bool give_one(int folder, const char *name, const struct heir *heir, unsigned depth)
{
	int fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC), below;
	struct stat is;
	bool good;

	if (fd < 0)
		return errno == ENOENT; /* it went meanwhile */
	good = fstat(fd, &is) == 0;
	if (good && is_to_give(&is, heir)) {
		if (S_ISDIR(is.st_mode) && depth < DEEP) {
			below = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			good = below >= 0 && give_folder(below, heir, depth + 1);
		}
		good = good && fchownat(fd, "", heir->uid, heir->gid, AT_EMPTY_PATH) == 0;
	}
	close(fd);
	return good;
}

/* What is in it; closes the descriptor. */
static bool give_folder(int folder, const struct heir *heir, unsigned depth)
{
	DIR *names = fdopendir(folder);
	struct dirent *one;
	bool good = names != NULL;

	if (!names) {
		close(folder);
		return false;
	}
	while (good && (one = readdir(names)) != NULL)
		if (strcmp(one->d_name, ".") != 0 && strcmp(one->d_name, "..") != 0)
			good = give_one(folder, one->d_name, heir, depth);
	closedir(names);
	return good;
}

bool own_give(const char *path, uid_t uid, gid_t gid)
{
	struct heir heir = { .uid = uid, .gid = gid };
	struct stat is;
	bool good;
	int fd, below;

	if (geteuid() != 0 || uid == 0)
		return true;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	good = fstat(fd, &is) == 0;
	heir.disk = is.st_dev;
	below = good ? dup(fd) : -1;
	good = below >= 0 && give_folder(below, &heir, 0) && (is.st_uid != 0 || fchown(fd, uid, gid) == 0);
	close(fd);
	return good;
}
