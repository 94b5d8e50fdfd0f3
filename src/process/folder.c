/* folder.c - a folder of the tower's own: made, given to its user, held against a second tower. */
#include "process/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME 64

/* The name of a user, or its number. */
static const char *user_name(uid_t uid, char room[NAME])
{
	const struct passwd *who = getpwuid(uid);

	if (who)
		snprintf(room, NAME, "%s", who->pw_name);
	else
		snprintf(room, NAME, "%u", (unsigned)uid);
	return room;
}

/* "/", or right below it. */
static bool is_at_the_top(const char *path)
{
	char *real = realpath(path, NULL);
	bool top = real && strrchr(real, '/') == real;

	free(real);
	return top;
}

/* Whether there is anything in it that is neither root's nor the user's, as in /var/lib. */
static bool has_others(const char *path, uid_t uid)
{
	DIR *names = opendir(path);
	struct dirent *one;
	bool others = false;

	while (names && !others && (one = readdir(names)) != NULL) {
		struct stat is;

		others = strcmp(one->d_name, "..") != 0 &&
			 fstatat(dirfd(names), one->d_name, &is, AT_SYMLINK_NOFOLLOW) == 0 && is.st_uid != 0 &&
			 is.st_uid != uid;
	}
	if (names)
		closedir(names);
	return others;
}

/* By becoming that user: modes alone do not tell it (lists of access, folders on the way). */
static bool can_write(const struct folder_wish *wish)
{
	int status = 1;
	pid_t child;

	if (!wish->uid || geteuid() != 0)
		return access(wish->path, W_OK | X_OK) == 0;
	child = fork();
	if (child == 0)
		_exit(setgroups(0, NULL) != 0 || setgid(wish->gid) != 0 || setuid(wish->uid) != 0 ||
		      access(wish->path, W_OK | X_OK) != 0);
	while (child > 0 && waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return true;
	return child < 0 || status == 0; /* else its processes tell it */
}

/* A folder that is not the user's yet. */
static enum err give(const struct folder_wish *wish, const struct stat *is, char trouble[FOLDER_TROUBLE])
{
	char owner[NAME], user[NAME];

	user_name(wish->uid, user);
	if (is->st_uid != 0)
		snprintf(trouble, FOLDER_TROUBLE,
			 "%s belongs to %s, but the tower runs as %s: give it (chown -R %s: %s), or set another one in the configuration",
			 wish->path, user_name(is->st_uid, owner), user, user, wish->path);
	else if ((is->st_mode & S_IWOTH) || is_at_the_top(wish->path) || has_others(wish->path, wish->uid))
		snprintf(trouble, FOLDER_TROUBLE,
			 "%s is not for the tower alone: name a folder of its own, such as %s/hinomi", wish->path,
			 strcmp(wish->path, "/") == 0 ? "" : wish->path);
	else if (chown(wish->path, wish->uid, wish->gid) != 0)
		snprintf(trouble, FOLDER_TROUBLE, "cannot give the folder %s to %s, as which the tower runs: %s", wish->path,
			 user, strerror(errno));
	else
		return OK;
	return ERR_OPEN;
}

enum err folder_own(const struct folder_wish *wish, char trouble[FOLDER_TROUBLE])
{
	char name[NAME];
	struct stat is;

	if (mkdir(wish->path, wish->mode) != 0 && errno != EEXIST) {
		snprintf(trouble, FOLDER_TROUBLE, "cannot make the folder %s: %s; make it, or set another one in the configuration",
			 wish->path, strerror(errno));
		return ERR_OPEN;
	}
	if (stat(wish->path, &is) != 0 || !S_ISDIR(is.st_mode)) {
		snprintf(trouble, FOLDER_TROUBLE, "%s is no folder", wish->path);
		return ERR_OPEN;
	}
	if (wish->uid && is.st_uid != wish->uid && give(wish, &is, trouble) != OK)
		return ERR_OPEN;
	if (can_write(wish))
		return OK;
	snprintf(trouble, FOLDER_TROUBLE,
		 "the user %s cannot write into %s: let it enter each folder on the way (namei -l %s shows them), or set another one in the configuration",
		 user_name(wish->uid ? wish->uid : geteuid(), name), wish->path, wish->path);
	return ERR_OPEN;
}

enum err folder_hold(const char *path, int *held)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		bool other = errno == EWOULDBLOCK;

		close(fd);
		fd = -1;
		if (other)
			return ERR_LIMIT;
	}
	*held = fd;
	return OK;
}
