/* backup_file.c - the password's file, and the configuration with one more part. */
#include "cmd/backup_file.h"
#include "cmd/backup.h"

#include "base/span.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROUP   4  /* letters between two dashes, for people who write it down */
#define LETTERS 32 /* of 5 bits: 160 */

/* Crockford's alphabet of 32: without I, L, O and U, which are misread. */
static void draw_password(char password[BACKUP_PASSWORD])
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint8_t random[LETTERS];
	size_t used = 0;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		abort(); /* up to 256 bytes it cannot fail (getrandom(2)) */
	for (unsigned i = 0; i < LETTERS; i++) {
		if (i && i % GROUP == 0)
			password[used++] = '-';
		password[used++] = alphabet[random[i] % 32];
	}
	password[used] = '\0';
	explicit_bzero(random, sizeof(random));
}

bool backup_password_make(const char *path, bool must_be, char password[BACKUP_PASSWORD])
{
	char line[BACKUP_PASSWORD + 1];
	bool good;
	int fd;

	password[0] = '\0';
	if (access(path, F_OK) == 0)
		return true; /* whether it may be read by others, the tool's call sees */
	if (must_be)
		return backup_error(
			       "there is no %s: --password-file names the one of the repository",
			       path),
		       false;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return backup_error("cannot write %s: %s. Is the folder there, and are you root?",
				    path, strerror(errno)),
		       false;
	draw_password(password);
	snprintf(line, sizeof(line), "%s\n", password);
	good = span_write(fd, (struct span){ (const uint8_t *)line, strlen(line) }) &&
	       fsync(fd) == 0;
	close(fd);
	explicit_bzero(line, sizeof(line));
	if (good)
		return true;
	backup_error("cannot write %s: %s", path, strerror(errno));
	unlink(path);
	return false;
}

/* A file that is not there is empty. */
static bool copy_file(const char *path, FILE *out)
{
	FILE *in = fopen(path, "re");
	char piece[4096];
	size_t got;
	bool good;

	if (!in)
		return errno == ENOENT;
	while ((got = fread(piece, 1, sizeof(piece), in)) > 0)
		fwrite(piece, 1, got, out);
	good = !ferror(in);
	fclose(in);
	return good;
}

char *backup_config_with(const char *path, const struct repository *repository)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	bool good = out && copy_file(path, out);

	if (good && repository) {
		fputs(len ? "\n" : "", out);
		fputs("\n", out);
		config_show_backup(repository, out);
	}
	if (out && fclose(out) != 0)
		good = false;
	if (good)
		return text;
	backup_error("cannot read %s: %s", path, strerror(errno));
	free(text);
	return NULL;
}

bool backup_config_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX];

	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) : 0, path);
	if (!*folder || mkdir(folder, 0755) == 0 || errno == EEXIST)
		return true;
	return backup_error("cannot make the folder %s: %s. Are you root?", folder, strerror(errno)), false;
}

bool backup_config_write(const char *path, const char *text)
{
	char part[PATH_MAX];
	struct stat was;
	bool there = stat(path, &was) == 0, good;
	int fd;

	if (snprintf(part, sizeof(part), "%s.new", path) >= (int)sizeof(part))
		return backup_error("the name %s is too long", path), false;
	unlink(part);
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  there ? was.st_mode & 0777 : 0644);
	good = fd >= 0 && (!there || geteuid() != 0 || fchown(fd, was.st_uid, was.st_gid) == 0) &&
	       span_write(fd, (struct span){ (const uint8_t *)text, strlen(text) }) &&
	       fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	if (good && rename(part, path) == 0)
		return true;
	backup_error("cannot write %s: %s", path, strerror(errno));
	unlink(part);
	return false;
}
