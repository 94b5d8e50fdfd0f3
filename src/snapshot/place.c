/* place.c - hosts of repositories, folders to restore to. */
#include "snapshot/place.h"

#include "base/line.h"
#include "base/text.h"
#include "snapshot/environment.h"
#include "snapshot/verdict.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define PORT_MAX 65535

/* Nobody is there to answer, and a server that is gone or says nothing is to be noticed within minutes (ssh_config(5)). */
static const char *const ssh_patient[] = { "ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=30",
					   "-o", "ServerAliveCountMax=3", NULL };
static const char *const ssh_only_key[] = { "-o", "IdentitiesOnly=yes", "-i", NULL };
/* Root sets up what the tower's sandboxed process uses later, which sees nobody's ~/.ssh: so root uses none, either. */
static const char ssh_system[] = "/etc/ssh/ssh_config";
static const char *const ssh_no_home[] = { "-F", ssh_system, "-o", "UserKnownHostsFile=/dev/null", NULL };

enum tool_trouble place_refuse(char said[TOOL_SAID], enum tool_trouble trouble, const char *why)
{
	snprintf(said, TOOL_SAID, "%s", why);
	return trouble;
}

/* user@host:port, or user@[address of IPv6]:port, of which ssh wants the address without brackets. */
static struct span authority_cut(struct span text, struct span *port)
{
	struct span host;

	*port = text;
	if (line_find(text, ']') == text.len)
		return line_until(port, ':');
	host = line_until(port, ']');
	line_until(port, ':');
	return host;
}

static bool place_take(struct ssh_place *place, struct span host, struct span port)
{
	uint64_t number = 0;
	size_t used = 0;

	if (port.len && !line_number(port, PORT_MAX, &number))
		return false;
	if (host.len == 0 || host.ptr[0] == '-' || host.len >= sizeof(place->host))
		return false;
	for (size_t i = 0; i < host.len; i++)
		if (host.ptr[i] != '[')
			place->host[used++] = (char)host.ptr[i];
	place->host[used] = '\0';
	place->port[0] = '\0';
	if (number)
		snprintf(place->port, sizeof(place->port), "%u", (unsigned)number);
	return true;
}

bool sftp_place_read(const char *text, struct ssh_place *place)
{
	struct span rest = text_span(text), port = { NULL, 0 };

	if (!line_begins(rest, "sftp:"))
		return false;
	rest = line_from(rest, 5);
	if (!line_begins(rest, "//"))
		return place_take(place, line_until(&rest, ':'), port);
	rest = line_from(rest, 2);
	return place_take(place, authority_cut(line_until(&rest, '/'), &port), port);
}

bool borg_place_read(const char *text, struct ssh_place *place)
{
	struct span rest = text_span(text), port = { NULL, 0 };

	if (line_begins(rest, "ssh://")) {
		rest = line_from(rest, 6);
		return place_take(place, authority_cut(line_until(&rest, '/'), &port), port);
	}
	/* host:path; a folder has no ':' before its first '/'. */
	if (line_find(rest, ':') > line_find(rest, '/') || line_find(rest, ':') == rest.len || line_begins(rest, "file:"))
		return false;
	return place_take(place, line_until(&rest, ':'), port);
}

static void put_words(const char **words, size_t *used, const char *const *more)
{
	while (*more)
		words[(*used)++] = *more++;
}

enum tool_trouble ssh_words(const struct repository *repository, const char *words[SSH_WORDS], char said[TOOL_SAID])
{
	size_t used = 0;

	put_words(words, &used, ssh_patient);
	if (repository->ssh_key[0]) {
		put_words(words, &used, ssh_only_key);
		words[used++] = repository->ssh_key;
		if (geteuid() == 0 && access(ssh_system, R_OK) == 0)
			put_words(words, &used, ssh_no_home);
	}
	words[used] = NULL;
	return repository->ssh_key[0] ? secret_check(repository->ssh_key, TOOL_KEY_REFUSED, said) : TOOL_FINE;
}

void ssh_words_behind(const char *words[SSH_WORDS], const struct ssh_place *place, const char *const *runs)
{
	size_t used = 0;

	while (words[used])
		used++;
	if (place->port[0])
		put_words(words, &used, (const char *const[]){ "-p", place->port, NULL });
	words[used++] = place->host;
	put_words(words, &used, runs);
	words[used] = NULL;
}

bool password_words(const struct repository *repository, char *text, size_t size)
{
	const char *words[REPOSITORY_WORDS + 1] = { NULL };

	for (size_t i = 0; i < REPOSITORY_WORDS && repository->password_command[i][0]; i++)
		words[i] = repository->password_command[i];
	return words_quote(words, text, size);
}

void folder_make(const char *path, struct tool_result *result)
{
	char made[FILE_PATH_MAX];
	size_t len = strlen(path);

	if (len >= sizeof(made)) {
		result->trouble = place_refuse(result->said, TOOL_OTHER, "the folder's path is too long");
		return;
	}
	memcpy(made, path, len + 1);
	for (size_t i = 1; i <= len; i++) {
		if (made[i] != '/' && made[i] != '\0')
			continue;
		made[i] = '\0';
		if (mkdir(made, 0700) != 0 && errno != EEXIST) {
			result->trouble = errno == ENOSPC ? TOOL_DISK_FULL : TOOL_DENIED;
			snprintf(result->said, TOOL_SAID, "%.300s: %s", made, strerror(errno));
			return;
		}
		made[i] = i < len ? '/' : '\0';
	}
}

void restored_count(const struct tool_restore *what, struct tool_result *result)
{
	bool told = result->files > 0;

	for (size_t i = 0; what->paths[i]; i++) {
		char path[2 * FILE_PATH_MAX];
		struct stat stat;

		snprintf(path, sizeof(path), "%s/%s", what->into, what->paths[i]);
		if (lstat(path, &stat) != 0) {
			snprintf(path, sizeof(path), "not in the snapshot: %s", what->paths[i]);
			said_show(result->said, text_span(path));
			result->trouble = TOOL_PARTLY;
		} else if (!told && S_ISREG(stat.st_mode)) {
			result->files++;
			result->bytes += (uint64_t)stat.st_size;
		}
	}
}
