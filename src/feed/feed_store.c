/* feed_store.c - the folder of feeds: finding, locking, changing, and building the index. */
#include "feed/feed_store.h"

#include "base/text.h"
#include "feed/import_private.h"
#include "intel/index.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FEEDS_MAX 65536

__attribute__((format(printf, 3, 4))) static enum err
store_fail(struct feed_store *store, enum err err, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(store->error, sizeof(store->error), format, arguments);
	va_end(arguments);
	return err;
}

enum err feed_store_find(struct feed_store *store, const char *folder)
{
	const char *given = folder ? folder : getenv("HINOMI_INTEL");
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	int len;

	*store = (struct feed_store){ .lock = -1 };
	if (given && *given)
		len = snprintf(store->folder, sizeof(store->folder), "%s", given);
	else if (geteuid() == 0)
		len = snprintf(store->folder, sizeof(store->folder), "/var/lib/hinomi/intel");
	else if (data && *data)
		len = snprintf(store->folder, sizeof(store->folder), "%s/hinomi/intel", data);
	else if (home && *home)
		len = snprintf(store->folder, sizeof(store->folder), "%s/.local/share/hinomi/intel",
			       home);
	else
		return store_fail(store, ERR_OPEN,
				  "no folder for feeds: set HINOMI_INTEL or --store");
	if (len >= (int)sizeof(store->folder))
		return store_fail(store, ERR_LIMIT, "the name of the folder is too long");
	snprintf(store->index, sizeof(store->index), "%s/index.hni", store->folder);
	return OK;
}

/* mkdir -p */
static bool make_folders(const char *folder)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s", folder);
	for (char *at = path + 1; *at; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return false;
		*at = '/';
	}
	return mkdir(path, 0755) == 0 || errno == EEXIST;
}

enum err feed_store_lock(struct feed_store *store)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/.lock", store->folder);
	if (make_folders(store->folder))
		store->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (store->lock < 0 || flock(store->lock, LOCK_EX) < 0)
		return store_fail(store, ERR_OPEN, "%s: %s", store->folder, strerror(errno));
	return OK;
}

void feed_store_unlock(struct feed_store *store)
{
	if (store->lock >= 0)
		close(store->lock);
	store->lock = -1;
}

static int is_feed(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && len > 4 && strcmp(entry->d_name + len - 4, ".tsv") == 0;
}

enum err feed_store_each(struct feed_store *store, feed_see *see, void *whom)
{
	struct dirent **entries = NULL;
	int count = scandir(store->folder, &entries, is_feed, alphasort);
	enum err err = OK;
	bool more = true;

	if (count < 0)
		return errno == ENOENT ? OK
				       : store_fail(store, ERR_OPEN, "%s: %s", store->folder,
						    strerror(errno));
	for (int i = 0; i < count; i++) {
		char path[PATH_MAX];
		struct feed_info info;
		bool fits = snprintf(path, sizeof(path), "%s/%s", store->folder,
				     entries[i]->d_name) < (int)sizeof(path);

		free(entries[i]);
		if (!more || err != OK || !fits || i >= FEEDS_MAX)
			continue;
		err = feed_file_info(path, &info);
		if (err == OK)
			more = see(whom, path, &info);
		else
			store_fail(store, err,
				   "%.180s: not a feed as Hinomi keeps it, or damaged; "
				   "remove it and import it again",
				   path);
	}
	free(entries);
	return err;
}

static bool feed_path(const struct feed_store *store, const char *name, char path[PATH_MAX])
{
	return feed_name_good(name) &&
	       snprintf(path, PATH_MAX, "%s/%s.tsv", store->folder, name) < PATH_MAX;
}

enum err feed_store_info(struct feed_store *store, const char *name, struct feed_info *info)
{
	char path[PATH_MAX];

	if (!feed_path(store, name, path))
		return store_fail(store, ERR_FORMAT, "'%.80s' is no name for a feed", name);
	return feed_file_info(path, info);
}

enum err feed_store_put(struct feed_store *store, struct feed_writer *writer,
			struct feed_info *info, unsigned percent)
{
	struct feed_info old;
	enum err err = feed_store_info(store, info->name, &old);
	uint64_t before = err == OK ? feed_total(&old) + old.groups : 0;
	uint64_t now = feed_writer_count(writer);

	if (now * 100 < before * percent)
		return store_fail(store, ERR_LIMIT,
				  "it has %llu entries now, but had %llu: the old one stays; "
				  "if that is right, say --force",
				  (unsigned long long)now, (unsigned long long)before);
	err = feed_writer_finish(writer, info);
	return err == OK ? OK : store_fail(store, err, "%s: %s", store->folder, strerror(errno));
}

enum err feed_store_remove(struct feed_store *store, const char *name)
{
	char path[PATH_MAX];

	if (!feed_path(store, name, path) || unlink(path) < 0)
		return store_fail(store, ERR_OPEN, "there is no feed '%.80s'", name);
	/* What a TAXII feed keeps beside it; most have none. */
	memcpy(path + strlen(path) - strlen(".tsv"), "", 1);
	text_append(path, sizeof(path), ".taxii.json");
	unlink(path);
	return OK;
}

struct expiring {
	struct feed_store *store;
	struct import_sink into;
	usec_t now;
	uint64_t dropped;
	enum err err;
};

static bool has_expired(const struct indicator *i, usec_t now)
{
	usec_t days = indicator_days(i->kind);

	if (i->expires)
		return i->expires <= now;
	return i->seen && days && !(i->flags & (INDICATOR_GUARD | INDICATOR_CONTEXT)) &&
	       i->seen + days * 86400 * USEC_PER_SEC <= now;
}

static bool keep_unexpired(void *whom, const struct indicator *i)
{
	struct expiring *e = whom;

	if (has_expired(i, e->now)) {
		e->dropped++;
		return true;
	}
	return e->into.indicators.take(e->into.indicators.whom, i);
}

static bool keep_group(void *whom, const struct import_group *group)
{
	struct expiring *e = whom;

	return e->into.group(e->into.whom, group);
}

static bool expire_feed(void *whom, const char *path, const struct feed_info *info)
{
	struct expiring *e = whom;
	struct import_sink sink = { { keep_unexpired, e }, keep_group, e };
	struct feed_info kept = *info;
	struct feed_writer *writer = NULL;
	uint64_t damaged, before = e->dropped;

	e->err = feed_writer_new(e->store->folder, info->name, &writer);
	if (e->err != OK) {
		store_fail(e->store, e->err, "%s: %s", e->store->folder, strerror(errno));
		return false;
	}
	e->into = feed_writer_sink(writer);
	e->err = feed_file_read(path, &sink, &damaged);
	if (e->err == OK && e->dropped > before)
		e->err = feed_store_put(e->store, writer, &kept, 0);
	feed_writer_free(writer);
	return e->err == OK;
}

enum err feed_store_expire(struct feed_store *store, usec_t now, uint64_t *dropped)
{
	struct expiring e = { .store = store, .now = now };
	enum err err = feed_store_each(store, expire_feed, &e);

	*dropped = e.dropped;
	return err == OK ? e.err : err;
}

struct building {
	struct feed_store *store;
	struct index_builder *builder;
	enum err err;
};

static bool build_take(void *whom, const struct indicator *i)
{
	struct building *b = whom;

	b->err = index_builder_add(b->builder, i);
	if (b->err == ERR_FORMAT || b->err == ERR_LIMIT) /* this one only */
		b->err = OK;
	return b->err == OK;
}

static bool build_feed(void *whom, const char *path, const struct feed_info *info)
{
	struct building *b = whom;
	struct import_sink sink = { { build_take, b }, NULL, b };
	uint64_t damaged;
	enum err err = feed_file_read(path, &sink, &damaged);

	(void)info;
	if (b->err == OK)
		b->err = err;
	if (b->err != OK)
		store_fail(b->store, b->err, "%.200s: cannot be put into the index", path);
	return b->err == OK;
}

enum err feed_store_build(struct feed_store *store, usec_t now)
{
	struct building b = { .store = store };
	enum err err = index_builder_new(store->folder, &b.builder);

	if (err != OK)
		return store_fail(store, err, "%s: the index cannot be built: %s", store->folder,
				  strerror(errno));
	err = feed_store_each(store, build_feed, &b);
	if (err == OK)
		err = b.err;
	if (err == OK) {
		err = index_builder_finish(b.builder, store->index, now);
		if (err != OK)
			store_fail(store, err, "%s: the index cannot be %s: %s", store->folder,
				   err == ERR_FORMAT ? "trusted after writing" : "written",
				   err == ERR_FORMAT ? "is the disk damaged?" : strerror(errno));
	}
	index_builder_free(b.builder);
	return err;
}

struct group_search {
	struct span wanted;
	struct feed_group *group;
	bool found;
};

/* The next letter or digit of a name, in lower case; 0 at the end. "group" at the end of names is
 * part of some and not of others. */
static int next_letter(struct span *s)
{
	while (s->len > 0) {
		uint8_t c = s->ptr[0];

		*s = span_drop(*s, 1);
		if (c >= 0x80 || isalnum(c))
			return text_lower(c);
	}
	return 0;
}

static bool name_same(struct span a, struct span b)
{
	int x, y;

	do {
		struct span left_a = span_trim(a), left_b = span_trim(b);

		x = next_letter(&a);
		y = next_letter(&b);
		if ((x == 0 && span_is(left_b, "group")) || (y == 0 && span_is(left_a, "group")))
			return true;
	} while (x == y && x != 0);
	return x == y;
}

static void append(char *text, size_t size, struct span name)
{
	if (name.len > 0)
		text_append(text, size, "%s%.*s", *text ? ", " : "", (int)name.len,
			    (const char *)name.ptr);
}

static bool search_group(void *whom, const struct import_group *group)
{
	struct group_search *search = whom;
	struct feed_group *into = search->group;
	bool same = (group->id.len > 0 && name_same(group->id, search->wanted)) ||
		    name_same(group->name, search->wanted);

	for (size_t a = 0; a < group->aliases && !same; a++)
		same = name_same(group->alias[a], search->wanted);
	if (!same)
		return true;
	*into = (struct feed_group){ 0 };
	append(into->id, sizeof(into->id), group->id);
	append(into->name, sizeof(into->name), group->name);
	for (size_t a = 0; a < group->aliases; a++)
		append(into->aliases, sizeof(into->aliases), group->alias[a]);
	search->found = true;
	return group->id.len == 0; /* one with ATT&CK's id is the best that there can be */
}

static bool skip_indicator(void *whom, const struct indicator *indicator)
{
	(void)whom;
	(void)indicator;
	return true;
}

static bool search_feed(void *whom, const char *path, const struct feed_info *info)
{
	struct group_search *search = whom;
	struct import_sink sink = { { skip_indicator, NULL }, search_group, search };
	uint64_t damaged;

	if (info->groups > 0 && feed_file_read(path, &sink, &damaged) == ERR_LIMIT)
		return false; /* found */
	return true;
}

bool feed_store_group(struct feed_store *store, struct span wanted, struct feed_group *group)
{
	struct group_search search = { .wanted = wanted, .group = group };

	return wanted.len > 0 && feed_store_each(store, search_feed, &search) == OK && search.found;
}
