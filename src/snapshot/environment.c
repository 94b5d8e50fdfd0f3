/* environment.c - NAME=VALUE for a backup program, and the files that hold secrets. */
#include "snapshot/environment.h"

#include "base/line.h"
#include "base/text.h"
#include "snapshot/program.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define HIDDEN_MIN 6 /* bytes: a shorter value is a switch or a number, and would blot out words */

static void add(struct environment *e, const char *name, size_t name_len, struct span value)
{
	char *line;

	if (e->count == ENVIRONMENT_LINES) {
		e->full = true;
		return;
	}
	line = malloc(name_len + value.len + 2);
	if (!line) {
		e->full = true;
		return;
	}
	memcpy(line, name, name_len);
	line[name_len] = '=';
	if (value.len)
		memcpy(line + name_len + 1, value.ptr, value.len);
	line[name_len + 1 + value.len] = '\0';
	e->lines[e->count++] = line;
}

static bool has(const struct environment *e, const char *name, size_t len)
{
	for (size_t i = 0; i < e->count; i++)
		if (strncmp(e->lines[i], name, len) == 0 && e->lines[i][len] == '=')
			return true;
	return false;
}

bool environment_has(const struct environment *e, const char *name)
{
	return has(e, name, strlen(name));
}

void environment_put(struct environment *e, const char *name, const char *value)
{
	if (!environment_has(e, name))
		add(e, name, strlen(name), text_span(value));
}

void environment_init(struct environment *e)
{
	const struct passwd *user = getpwuid(geteuid());

	*e = (struct environment){ .count = 0 };
	environment_put(e, "PATH", PROGRAM_PATH);
	/* Keys of borg, ssh and rclone lie there. A service may have no HOME, so it is not asked for. */
	environment_put(e, "HOME", user ? user->pw_dir : "/");
	environment_put(e, "LC_ALL", "C.UTF-8"); /* file names are bytes, messages are English */
	environment_put(e, "TZ", "UTC");
}

void environment_free(struct environment *e)
{
	for (size_t i = 0; i < e->count; i++) {
		explicit_bzero(e->lines[i], strlen(e->lines[i]));
		free(e->lines[i]);
	}
	*e = (struct environment){ .count = 0 };
}

static enum tool_trouble refuse(char said[TOOL_SAID], enum tool_trouble trouble, const char *path, const char *why)
{
	snprintf(said, TOOL_SAID, "%s: %s", path, why);
	return trouble;
}

/* Opens it, if nobody else can read it; by the descriptor, as the name may mean another file by now. -1: `said`.
 * `any`: for root it may belong to anybody, as a file of the tower's user does. */
static int open_private(const char *path, bool any, char said[TOOL_SAID])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat stat;
	const char *why = NULL;

	if (fd < 0 || fstat(fd, &stat) != 0)
		why = errno == ENOENT ? "there is no such file" : strerror(errno);
	else if (!S_ISREG(stat.st_mode))
		why = "it is no file";
	else if (stat.st_mode & (S_IRWXG | S_IRWXO))
		why = "others can read or change it: chmod 600 it";
	else if (stat.st_uid != 0 && stat.st_uid != geteuid() && !(any && geteuid() == 0))
		why = "it belongs to somebody else: chown it to root";
	if (!why)
		return fd;
	if (fd >= 0)
		close(fd);
	refuse(said, TOOL_DENIED, path, why);
	return -1;
}

enum tool_trouble secret_check(const char *path, enum tool_trouble trouble, char said[TOOL_SAID])
{
	int fd = open_private(path, true, said);

	if (fd < 0)
		return trouble;
	close(fd);
	return TOOL_FINE;
}

/* One line of the file; what is none is passed over. */
static void load_line(struct environment *e, struct span line)
{
	struct span name, value = line_trim(line);

	if (value.len == 0 || value.ptr[0] == '#' || memchr(value.ptr, '\0', value.len))
		return;
	if (line_find(value, '=') == value.len)
		return;
	name = line_trim(line_until(&value, '='));
	if (line_begins(name, "export "))
		name = line_trim(line_from(name, 7));
	/* Quotes around the whole value, as systemd and shells take them away, too. */
	if (value.len >= 2 && (value.ptr[0] == '"' || value.ptr[0] == '\'') && value.ptr[value.len - 1] == value.ptr[0])
		value = (struct span){ value.ptr + 1, value.len - 2 };
	if (name.len > 0 && !has(e, (const char *)name.ptr, name.len))
		add(e, (const char *)name.ptr, name.len, value);
}

enum tool_trouble environment_load(struct environment *e, const char *path, char said[TOOL_SAID])
{
	int fd = open_private(path, false, said); /* strict: its lines reach programs that root runs */
	uint8_t *text = malloc(ENVIRONMENT_FILE);
	struct span rest, line;
	ssize_t got;

	e->hidden = e->count;
	got = fd >= 0 && text ? read(fd, text, ENVIRONMENT_FILE) : -1;
	if (fd >= 0)
		close(fd);
	if (got >= 0) {
		rest = (struct span){ text, (size_t)got };
		while (line_take(&rest, &line))
			load_line(e, line);
		explicit_bzero(text, (size_t)got);
	}
	e->hidden_end = e->count;
	free(text);
	if (fd >= 0 && (got < 0 || got == ENVIRONMENT_FILE || e->full))
		return refuse(said, TOOL_DENIED, path, "it is too long, or cannot be read");
	return fd < 0 ? TOOL_DENIED : TOOL_FINE;
}

/* Puts stars in the place of `len` bytes. */
static void blot(char *at, size_t len)
{
	size_t tail = strlen(at + len), stars = len < 3 ? len : 3;

	memset(at, '*', stars);
	memmove(at + stars, at + len, tail + 1);
}

/* user:PASSWORD@host of a URL (RFC 3986, 3.2.1). */
static void scrub_urls(char *said)
{
	for (char *at = strstr(said, "://"); at; at = strstr(at + 3, "://")) {
		size_t len = strcspn(at + 3, "/ \"'?#");
		char *sign = memrchr(at + 3, '@', len), *colon;

		if (!sign)
			continue;
		colon = memchr(at + 3, ':', (size_t)(sign - at) - 3);
		if (colon && sign > colon + 1)
			blot(colon + 1, (size_t)(sign - colon) - 1);
	}
}

void environment_scrub(const struct environment *e, char said[TOOL_SAID])
{
	for (size_t i = e->hidden; i < e->hidden_end; i++) {
		const char *value = strchr(e->lines[i], '=') + 1;
		size_t len = strlen(value);

		for (char *at = len >= HIDDEN_MIN ? strstr(said, value) : NULL; at; at = strstr(at, value))
			blot(at, len);
	}
	scrub_urls(said);
}

/* 150 bits in six groups of five letters, without those that look alike: it may have to be typed one day. */
static bool password_draw(char text[40])
{
	static const char letters[] = "23456789abcdefghijkmnpqrstuvwxyz"; /* 32 of them: no bias */
	uint8_t random[30];
	size_t used = 0;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return false;
	for (size_t i = 0; i < sizeof(random); i++) {
		if (i && i % 5 == 0)
			text[used++] = '-';
		text[used++] = letters[random[i] % 32];
	}
	text[used++] = '\n';
	text[used] = '\0';
	explicit_bzero(random, sizeof(random));
	return true;
}

enum tool_trouble secret_make(const char *path, char said[TOOL_SAID])
{
	char text[40] = "";
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool good;

	if (fd < 0)
		return errno == EEXIST ? TOOL_FINE : refuse(said, TOOL_PASSWORD, path, strerror(errno));
	/* On the disk before the repository is made: without it, that is worth nothing. */
	good = password_draw(text) && span_write(fd, text_span(text)) && fsync(fd) == 0;
	explicit_bzero(text, sizeof(text));
	if (close(fd) == 0 && good)
		return TOOL_FINE;
	unlink(path);
	return refuse(said, TOOL_PASSWORD, path, "the password cannot be written");
}

bool words_quote(const char *const *words, char *text, size_t size)
{
	size_t used = 0;

	for (; *words; words++) {
		char quote = strchr(*words, '\'') ? '"' : '\'';
		int len;

		if (**words == '\0' || strchr(*words, '\\') || strchr(*words, quote))
			return false;
		len = snprintf(text + used, size - used, "%s%c%s%c", used ? " " : "", quote, *words, quote);
		if (len < 0 || (size_t)len >= size - used)
			return false;
		used += (size_t)len;
	}
	return used > 0;
}
