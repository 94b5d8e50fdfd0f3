/* compare.c - a restored file, beside the snapshot's listing and its source. */
#include "drill/compare.h"

#include "base/text.h"
#include "drill/problem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROOM     ((size_t)256 << 10)
#define TIME_MAX ((usec_t)INT32_MAX * USEC_PER_SEC) /* later ones some file systems cannot keep */

enum err compare_open(struct compare *compare)
{
	compare->room = malloc(ROOM);
	compare->kit = digest_kit_new();
	compare->digest = compare->kit ? digest_new(compare->kit, DIGEST_SHA256) : NULL;
	compare->bytes = 0;
	if (compare->room && compare->digest)
		return OK;
	compare_close(compare);
	return ERR_MEMORY;
}

void compare_close(struct compare *compare)
{
	digest_free(compare->digest);
	digest_kit_free(compare->kit);
	free(compare->room);
}

static usec_t changed_of(const struct stat *is)
{
	return (usec_t)is->st_mtim.tv_sec * USEC_PER_SEC + is->st_mtim.tv_nsec / 1000;
}

/* To the microsecond, and one up or down: restic's listing cuts the nanoseconds off, borg's rounds them. */
static bool is_time(const struct stat *is, usec_t told)
{
	usec_t changed = changed_of(is);

	return told >= changed - 1 && told <= changed + 1;
}

static bool name_copy(char name[NAME_MAX + 1], struct span part)
{
	if (part.len > NAME_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(name, part.ptr, part.len);
	name[part.len] = '\0';
	return true;
}

/* The place of a path below `root`, name by name, not opened (O_PATH); -1: errno. */
static int below_open(int root, struct span path)
{
	int at = openat(root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC), next;
	char name[NAME_MAX + 1];
	struct span part;

	while (at >= 0 && text_piece(&path, '/', &part)) {
		next = name_copy(name, part) ? openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC) : -1;
		close(at);
		at = next;
	}
	return at;
}

/* To read what an O_PATH descriptor stands for: that very file, whatever its name means by now. */
static int plain_reopen(int place)
{
	char self[40];

	snprintf(self, sizeof(self), "/proc/self/fd/%d", place);
	return open(self, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

enum looked { LOOKED, LOOKED_NOT, LOOKED_STOP };

/* Digests as many bytes as it should have; LOOKED_NOT: it has fewer, or cannot be read. */
static enum looked digest_file(struct compare *c, int place, uint64_t size, uint8_t digest[SHA256_BYTES])
{
	int fd = plain_reopen(place);
	enum looked looked = fd >= 0 ? LOOKED : LOOKED_NOT;

	digest_reset(c->digest);
	while (looked == LOOKED && size > 0) {
		ssize_t n = read(fd, c->room, size < ROOM ? (size_t)size : ROOM);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			looked = LOOKED_NOT;
			break;
		}
		digest_add(c->digest, (struct span){ c->room, (size_t)n });
		size -= (uint64_t)n;
		if (!progress_tell(c->progress, c->bytes_all ? (double)c->bytes / (double)c->bytes_all : -1,
				   c->report->files, c->bytes))
			looked = LOOKED_STOP;
	}
	if (fd >= 0)
		close(fd);
	if (looked == LOOKED)
		digest_end(c->digest, digest);
	return looked;
}

static bool is_source(int place, const struct plan_entry *entry, struct stat *is)
{
	return place >= 0 && fstat(place, is) == 0 && S_ISREG(is->st_mode) && (uint64_t)is->st_size == entry->size &&
	       is_time(is, entry->changed);
}

/* Whether nothing was written into it in between. */
static bool is_steady(int place, const struct stat *before)
{
	struct stat is;

	return fstat(place, &is) == 0 && is.st_size == before->st_size && changed_of(&is) == changed_of(before) &&
	       is.st_ctim.tv_sec == before->st_ctim.tv_sec && is.st_ctim.tv_nsec == before->st_ctim.tv_nsec;
}

/* False: stop. */
static bool source_compare(struct compare *c, int restored, const struct plan_entry *entry, bool *right)
{
	char path[FILE_PATH_MAX];
	uint8_t came[SHA256_BYTES], has[SHA256_BYTES];
	enum looked looked = LOOKED_NOT;
	struct stat is;
	int place;

	memcpy(path, entry->path.ptr, entry->path.len);
	path[entry->path.len] = '\0';
	place = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (is_source(place, entry, &is))
		looked = digest_file(c, place, entry->size, has);
	if (looked == LOOKED && !is_steady(place, &is))
		looked = LOOKED_NOT;
	if (place >= 0)
		close(place);
	if (looked != LOOKED) {
		c->report->changed_since += looked == LOOKED_NOT;
		return looked != LOOKED_STOP;
	}
	looked = digest_file(c, restored, entry->size, came);
	if (looked == LOOKED_STOP)
		return false;
	c->report->compared++;
	if (looked == LOOKED && memcmp(came, has, sizeof(came)) == 0) {
		c->report->compared_same++;
		return true;
	}
	problem_add(c->report, entry->path,
		    looked == LOOKED ? "the source has the same size and time, but another content: it was changed "
				       "without a trace, or the snapshot is wrong"
				     : "was restored, but cannot be read");
	*right = false;
	return true;
}

/* A time that the file system of the scratch folder can keep. */
static bool time_is_told(const struct compare *c, const struct plan_entry *entry)
{
	return c->times_kept && entry->changed >= 0 && entry->changed < TIME_MAX;
}

static void wrong_count(struct drill_report *report, const struct plan_entry *entry)
{
	report->wrong++;
	report->random_wrong += entry->why == PLAN_RANDOM;
}

static bool plain_compare(struct compare *c, int restored, const struct stat *is, const struct plan_entry *entry)
{
	bool right = true, go_on = true;

	c->report->files++;
	c->report->bytes += (uint64_t)is->st_size;
	if ((uint64_t)is->st_size != entry->size) {
		problem_add(c->report, entry->path, "%lld bytes came back, the snapshot says %llu",
			    (long long)is->st_size, (unsigned long long)entry->size);
		right = false;
	} else if (time_is_told(c, entry) && !is_time(is, entry->changed)) {
		problem_add(c->report, entry->path, "came back with another time than the snapshot says");
		right = false;
	} else if (c->sources) {
		go_on = source_compare(c, restored, entry, &right);
	}
	c->report->critical_files += entry->why == PLAN_CRITICAL;
	c->report->heavy_files += entry->why == PLAN_HEAVY;
	if (!right)
		wrong_count(c->report, entry);
	return go_on;
}

static bool is_kind(const struct stat *is, enum file_kind kind)
{
	switch (kind) {
	case FILE_PLAIN: return S_ISREG(is->st_mode);
	case FILE_FOLDER: return S_ISDIR(is->st_mode);
	case FILE_LINK: return S_ISLNK(is->st_mode);
	case FILE_OTHER: break;
	}
	return !S_ISREG(is->st_mode) && !S_ISDIR(is->st_mode) && !S_ISLNK(is->st_mode);
}

bool compare_entry(struct compare *compare, const struct plan_entry *entry)
{
	struct drill_report *report = compare->report;
	int place = below_open(compare->root, entry->path);
	bool go_on = true;
	struct stat is;

	report->random_files += entry->why == PLAN_RANDOM;
	if (place < 0 && entry->kind == FILE_OTHER) {
		/* devices, pipes and sockets: only root can make all of them, and no data is in them */
	} else if (place < 0 || fstat(place, &is) != 0) {
		wrong_count(report, entry);
		problem_add(report, entry->path, "is in the snapshot, but did not come back%s%s",
			    errno == ENOENT ? "" : ": ", errno == ENOENT ? "" : strerror(errno));
	} else if (!is_kind(&is, entry->kind)) {
		wrong_count(report, entry);
		problem_add(report, entry->path, "came back as another kind of file than the snapshot says");
	} else if (entry->kind == FILE_PLAIN) {
		go_on = plain_compare(compare, place, &is, entry);
	}
	if (place >= 0)
		close(place);
	compare->bytes += entry->kind == FILE_PLAIN ? entry->size : 0;
	return go_on && progress_tell(compare->progress,
				      compare->bytes_all ? (double)compare->bytes / (double)compare->bytes_all : -1,
				      report->files, compare->bytes);
}
