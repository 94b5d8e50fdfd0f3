/* secret.c - reads a file with a secret, if it is one. */
#include "config/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_MAX 1024

__attribute__((format(printf, 2, 3))) static bool fail(char why[SECRET_WHY], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, SECRET_WHY, format, arguments);
	va_end(arguments);
	return false;
}

/* Whether nobody else can read the file. Looked at by its descriptor: the name may mean another one by now. */
static bool is_private(int fd, char why[SECRET_WHY])
{
	struct stat stat;

	if (fstat(fd, &stat) != 0)
		return fail(why, "%s", strerror(errno));
	if (!S_ISREG(stat.st_mode))
		return fail(why, "it is no file: give one that holds nothing but the secret");
	if (stat.st_mode & (S_IRWXG | S_IRWXO))
		return fail(why, "others can read or change it (mode %04o): chmod 600 it",
			    (unsigned)(stat.st_mode & 07777));
	if (stat.st_uid != 0 && stat.st_uid != geteuid())
		return fail(why, "it belongs to somebody else: chown it to root");
	return true;
}

/* One line that is not empty; its end is taken off. */
static bool is_line(char *text, size_t len, char why[SECRET_WHY])
{
	if (len > 0 && text[len - 1] == '\n')
		len--;
	if (len > 0 && text[len - 1] == '\r')
		len--;
	text[len] = '\0';
	if (len == 0)
		return fail(why, "it is empty: write the secret into it");
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return fail(why, "it is not one line: write nothing but the secret into it");
	return true;
}

bool secret_read(const char *path, char *room, size_t size, char why[SECRET_WHY])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char text[SECRET_MAX];
	ssize_t got;
	bool good;

	if (fd < 0)
		return fail(why, "%s",
			    errno == ENOENT ? "there is no such file: make it, then chmod 600 it"
					    : strerror(errno));
	good = is_private(fd, why);
	if (good) {
		got = read(fd, text, sizeof(text) - 1);
		good = got >= 0 ? is_line(text, (size_t)got, why) : fail(why, "%s", strerror(errno));
	}
	close(fd);
	if (good && strlen(text) >= size)
		good = fail(why, "it is too long: %zu bytes at most", size - 1);
	if (good)
		snprintf(room, size, "%s", text);
	explicit_bzero(text, sizeof(text));
	return good;
}
