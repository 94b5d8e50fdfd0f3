/* bgp_kept.c - the file of announced routes: read as if anybody had written it, replaced at once.
 */
#include "bgp/bgp_kept.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD      "hinomi-bgp 1 "
#define FILE_MAX  65536 /* bytes: more than BGP_ROOM orders take */
#define KEPT_PATH 512

static bool number(struct span *line, uint64_t *value)
{
	char text[24], *rest;
	struct span word;

	if (!text_word(line, &word) || word.len >= sizeof(text))
		return false;
	memcpy(text, word.ptr, word.len);
	text[word.len] = '\0';
	*value = strtoull(text, &rest, 10);
	return text[0] >= '0' && text[0] <= '9' && *rest == '\0';
}

static bool verb(struct span *line, enum action_verb *value)
{
	char text[16];
	struct span word;

	if (!text_word(line, &word) || word.len >= sizeof(text))
		return false;
	memcpy(text, word.ptr, word.len);
	text[word.len] = '\0';
	return action_verb_from_name(text, value);
}

static bool order_read(struct span line, struct hand_order *order)
{
	char trouble[FILTER_TROUBLE];
	uint64_t until;

	*order = (struct hand_order){ .id = 0 };
	if (!number(&line, &order->id) || order->id == 0 || !verb(&line, &order->verb) ||
	    !number(&line, &until) || until > INT64_MAX)
		return false;
	order->until = (int64_t)until;
	return filter_parse(line, &order->filter, trouble) == OK;
}

/* What follows the first line's words: the boot's id. */
static bool head_read(struct span line, struct span *boot)
{
	if (line.len < strlen(HEAD) || memcmp(line.ptr, HEAD, strlen(HEAD)) != 0)
		return false;
	*boot = (struct span){ line.ptr + strlen(HEAD), line.len - strlen(HEAD) };
	return true;
}

enum err bgp_kept_read(struct span text, const char *boot, struct bgp_kept *kept)
{
	struct span line, was;
	enum err err = OK;

	*kept = (struct bgp_kept){ .count = 0 };
	if (!text_line(&text, &line))
		return OK;
	if (!head_read(line, &was))
		return ERR_FORMAT;
	while (text_line(&text, &line)) {
		struct hand_order order;

		if (kept->count == BGP_ROOM || !order_read(line, &order)) {
			err = ERR_FORMAT;
			continue;
		}
		if (!span_equal(was, text_span(boot)))
			order.until = 0;
		kept->orders[kept->count++] = order;
	}
	return err;
}

/* Bytes of a file, at most `size`; -1: errno. One that others could have written (`ours`) counts as none. */
static ssize_t file_read(const char *path, bool ours, char *bytes, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat is;
	ssize_t got;

	if (fd < 0)
		return -1;
	if (ours && (fstat(fd, &is) != 0 || !S_ISREG(is.st_mode) || is.st_uid != geteuid() || (is.st_mode & 022))) {
		close(fd);
		errno = ENOENT;
		return -1;
	}
	got = read(fd, bytes, size);
	close(fd);
	return got;
}

/* Every start of the kernel has its own. Empty: it cannot be told. */
static char *boot_id(char boot[BGP_BOOT])
{
	ssize_t got = file_read("/proc/sys/kernel/random/boot_id", false, boot, BGP_BOOT - 1);

	boot[got > 0 ? got : 0] = '\0';
	boot[strcspn(boot, "\n")] = '\0';
	return boot;
}

static void kept_path(const char *folder, const char *end, char path[KEPT_PATH])
{
	snprintf(path, KEPT_PATH, "%.480s/bgp%s", folder, end);
}

enum err bgp_kept_load(const char *folder, struct bgp_kept *kept)
{
	char path[KEPT_PATH], boot[BGP_BOOT], *text = malloc(FILE_MAX);
	enum err err = ERR_MEMORY;
	ssize_t got;

	if (!text)
		return err;
	kept_path(folder, "", path);
	got = file_read(path, true, text, FILE_MAX);
	if (got >= 0)
		err = bgp_kept_read((struct span){ (uint8_t *)text, (size_t)got }, boot_id(boot),
				    kept);
	else if (errno == ENOENT || errno == ELOOP)
		err = bgp_kept_read((struct span){ NULL, 0 }, "", kept);
	else
		err = ERR_READ;
	free(text);
	return err;
}

static bool orders_write(FILE *out, const struct bgp_kept *kept)
{
	char text[FILTER_TEXT], boot[BGP_BOOT];
	bool well;

	fprintf(out, HEAD "%s\n", boot_id(boot));
	for (size_t i = 0; i < kept->count; i++) {
		const struct hand_order *order = &kept->orders[i];

		fprintf(out, "%" PRIu64 " %s %" PRId64 " %s\n", order->id,
			action_verb_name(order->verb), order->until,
			filter_text(&order->filter, text));
	}
	well = !ferror(out);
	return fclose(out) == 0 && well;
}

enum err bgp_kept_save(const char *folder, const struct bgp_kept *kept)
{
	char path[KEPT_PATH], fresh[KEPT_PATH];
	FILE *out;
	int fd;

	kept_path(folder, "", path);
	kept_path(folder, ".new", fresh);
	if (kept->count == 0)
		return unlink(path) == 0 || errno == ENOENT ? OK : ERR_WRITE;
	unlink(fresh); /* of one that was killed */
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	out = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!out)
		return ERR_WRITE;
	return orders_write(out, kept) && rename(fresh, path) == 0 ? OK : ERR_WRITE;
}
