/* place.c - hosts of repositories, folders to restore to. */
#include "snapshot/place.h"

#include "base/line.h"
#include "base/text.h"
#include "snapshot/environment.h"
#include "snapshot/verdict.h"

#include <errno.h>
#include <sys/stat.h>

#define PORT_MAX 65535

enum tool_trouble place_refuse(char said[TOOL_SAID], enum tool_trouble trouble, const char *why)
{
	snprintf(said, TOOL_SAID, "%s", why);
	return trouble;
}

bool sftp_place_read(const char *text, struct sftp_place *place)
{
	struct span rest = text_span(text), host, port = { NULL, 0 };
	uint64_t number = 0;

	if (!line_begins(rest, "sftp:"))
		return false;
	rest = line_from(rest, 5);
	if (line_begins(rest, "//")) {
		rest = line_from(rest, 2);
		port = line_until(&rest, '/');
		host = line_until(&port, ':');
	} else {
		host = line_until(&rest, ':');
	}
	if (port.len && !line_number(port, PORT_MAX, &number))
		return false;
	if (host.len == 0 || host.ptr[0] == '-' || host.len >= sizeof(place->host))
		return false;
	snprintf(place->host, sizeof(place->host), "%.*s", (int)host.len, (const char *)host.ptr);
	place->port = (unsigned)number;
	return true;
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
