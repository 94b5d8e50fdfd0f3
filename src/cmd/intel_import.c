/* intel_import.c - `hinomi intel import`: files and folders into feeds, and what came of it. */
#include "cmd/intel.h"

#include "base/json.h"
#include "base/text.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#define FOLDER_DEPTH  8
#define PROGRESS_EACH 65536 /* indicators between two progress lines */
#define NAMED_SHOWN   5

void intel_feed_name(const char *path, char name[FEED_NAME])
{
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	size_t len = strcspn(base, ".");

	snprintf(name, FEED_NAME, "%.*s", (int)len, base);
	for (char *at = name; *at; at++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_",
			    *at))
			*at = '-';
	if (!feed_name_good(name))
		snprintf(name, FEED_NAME, "feed");
}

char *intel_kind_text(enum indicator_kind kind, uint64_t count, char text[80])
{
	static const char *const nouns[INDICATOR_KINDS][2] = {
		[INDICATOR_IP] = { "address", "addresses" },
		[INDICATOR_PREFIX] = { "network", "networks" },
		[INDICATOR_ENDPOINT] = { "address with a port", "addresses with a port" },
		[INDICATOR_DOMAIN] = { "domain", "domains" },
		[INDICATOR_URL] = { "URL", "URLs" },
		[INDICATOR_MD5] = { "MD5 hash", "MD5 hashes" },
		[INDICATOR_SHA1] = { "SHA-1 hash", "SHA-1 hashes" },
		[INDICATOR_SHA256] = { "SHA-256 hash", "SHA-256 hashes" },
		[INDICATOR_JA3] = { "JA3 fingerprint", "JA3 fingerprints" },
		[INDICATOR_JA4] = { "JA4 fingerprint", "JA4 fingerprints" },
		[INDICATOR_EMAIL] = { "e-mail address", "e-mail addresses" },
		[INDICATOR_AGENT] = { "user agent", "user agents" },
	};
	char number[TEXT_NUMBER];

	snprintf(text, 80, "%s %s", text_count(count, number), nouns[kind][count != 1]);
	return text;
}

struct progress {
	struct import_sink into;
	const char *name;
	uint64_t count;
	bool show;
};

static bool progress_take(void *whom, const struct indicator *indicator)
{
	struct progress *p = whom;

	if (++p->count % PROGRESS_EACH == 0 && p->show)
		fprintf(stderr, "\r%s: %llu indicators\033[K", p->name,
			(unsigned long long)p->count);
	return p->into.indicators.take(p->into.indicators.whom, indicator);
}

static bool progress_group(void *whom, const struct import_group *group)
{
	struct progress *p = whom;

	return p->into.group(p->into.whom, group);
}

struct files {
	const char *word; /* the first that was given: for messages */
	char **paths;
	size_t count;
};

static bool files_add(struct files *f, const char *path)
{
	char **more = f->count < INTEL_FILES ? realloc(f->paths, (f->count + 1) * sizeof(*more))
					     : NULL;

	if (!more)
		return false;
	f->paths = more;
	f->paths[f->count] = strdup(path);
	return f->paths[f->count++] != NULL;
}

static void files_free(struct files *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->paths[i]);
	free(f->paths);
}

/* What lies beside indicators in the folders of feeds: MISP's manifest and its hashes. */
static int is_wanted(const struct dirent *entry)
{
	static const char *const others[] = { "manifest.json", "hashes.csv", "LICENSE", "README" };

	if (entry->d_name[0] == '.')
		return 0;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strncmp(entry->d_name, others[i], strlen(others[i])) == 0)
			return 0;
	return 1;
}

static bool files_add_folder(struct files *f, const char *folder, unsigned depth)
{
	struct dirent **entries = NULL;
	int count = depth < FOLDER_DEPTH ? scandir(folder, &entries, is_wanted, alphasort) : -1;
	bool good = count >= 0;

	for (int i = 0; i < count; i++) {
		char path[PATH_MAX];
		struct stat status;
		bool fits = snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name) <
			    (int)sizeof(path);

		free(entries[i]);
		/* Links are not followed: a loop of them would never end. */
		if (!good || !fits || lstat(path, &status) < 0)
			continue;
		if (S_ISDIR(status.st_mode))
			good = files_add_folder(f, path, depth + 1);
		else if (S_ISREG(status.st_mode))
			good = files_add(f, path);
	}
	free(entries);
	return good;
}

/* The files of one word: itself, or all in the folder; a MISP manifest stands for its folder. */
static bool files_of(struct files *f, const char *word, bool *folder)
{
	char path[PATH_MAX];
	struct stat status;
	char *base;

	snprintf(path, sizeof(path), "%s", word);
	base = strrchr(path, '/');
	if (strcmp(base ? base + 1 : path, "manifest.json") == 0)
		snprintf(path, sizeof(path), "%.*s", base ? (int)(base - path) : 1,
			 base ? word : ".");
	*folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
	return *folder ? files_add_folder(f, path, 0) : files_add(f, path);
}

static void report_json(const char *name, const struct import_report *r)
{
	struct json json = json_init(stdout);

	json_open_object(&json);
	json_put_string(&json, "name", name);
	json_put_string(&json, "format", import_format_name(r->format));
	json_put_uint(&json, "lines", r->lines);
	json_put_object(&json, "taken");
	for (unsigned kind = 0; kind < INDICATOR_KINDS; kind++)
		json_put_uint(&json, indicator_kind_name((enum indicator_kind)kind),
			      r->taken[kind]);
	json_close_object(&json);
	json_put_uint(&json, "groups", r->groups);
	json_put_uint(&json, "guards", r->guards);
	json_put_uint(&json, "contexts", r->contexts);
	json_put_uint(&json, "expired", r->expired);
	json_put_array(&json, "not_taken");
	for (size_t i = 0; i < r->named_count; i++) {
		json_open_object(&json);
		json_put_string(&json, "what", r->named[i].what);
		json_put_uint(&json, "count", r->named[i].count);
		json_put_uint(&json, "line", r->named[i].line);
		json_put_string(&json, "first", r->named[i].sample);
		json_close_object(&json);
	}
	json_close_array(&json);
	json_put_uint(&json, "not_taken_other", r->named_other);
	json_put_string(&json, "notice", r->notice);
	json_close_object(&json);
	json_end_line(&json);
}

static int named_compare(const void *a, const void *b)
{
	const struct import_named *x = a, *y = b;

	return (y->count > x->count) - (y->count < x->count);
}

static void report_named(const struct import_report *r)
{
	struct import_report sorted = *r;
	char number[TEXT_NUMBER];

	if (import_named_sum(r) == 0)
		return;
	qsort(sorted.named, sorted.named_count, sizeof(sorted.named[0]), named_compare);
	printf("  %s were not taken, most often:\n", text_count(import_named_sum(r), number));
	for (size_t i = 0; i < sorted.named_count && i < NAMED_SHOWN; i++) {
		const struct import_named *named = &sorted.named[i];

		printf("  %8s  %s", text_count(named->count, number), named->what);
		if (named->line)
			printf(", first in line %llu", (unsigned long long)named->line);
		printf(named->sample[0] ? ": %s\n" : "%s\n", named->sample);
	}
}

void intel_report(const struct intel_options *o, const char *name, const struct import_report *r)
{
	const char *before = ": ";
	char text[80], number[TEXT_NUMBER];

	if (o->json) {
		report_json(name, r);
		return;
	}
	printf("Imported %s (%s), %s lines or entries", name, import_format_name(r->format),
	       text_count(r->lines, number));
	for (unsigned kind = 0; kind < INDICATOR_KINDS; kind++) {
		if (r->taken[kind] == 0)
			continue;
		printf("%s%s", before,
		       intel_kind_text((enum indicator_kind)kind, r->taken[kind], text));
		before = ", ";
	}
	if (r->groups)
		printf("%s%s %s", before, text_count(r->groups, number),
		       r->groups == 1 ? "group's names" : "groups' names");
	puts(".");
	if (r->guards)
		printf("  %s of them are guards: they lower alarms and never raise one.\n",
		       text_count(r->guards, number));
	if (r->contexts)
		printf("  %s of them say what a thing is, not that it is bad.\n",
		       text_count(r->contexts, number));
	if (r->expired)
		printf("  %s of them had expired already.\n", text_count(r->expired, number));
	report_named(r);
	if (r->notice[0]) {
		fputs("  Licence or notice: ", stdout);
		text_visible(stdout, text_span(r->notice));
		putchar('\n');
	}
}

static void fill_info(struct feed_info *info, const struct intel_options *o,
		      const struct import_report *report, const char *path)
{
	snprintf(info->format, sizeof(info->format), "%s", import_format_name(report->format));
	snprintf(info->url, sizeof(info->url), "%s", o->url ? o->url : path);
	info->imported = o->now;
	info->confidence = o->import.confidence;
	info->named = import_named_sum(report);
	if (o->added_after)
		snprintf(info->added_after, sizeof(info->added_after), "%s", o->added_after);
	snprintf(info->notice, sizeof(info->notice), "%s",
		 o->licence ? o->licence : report->notice);
}

/* Reads all files of one feed. A file of a folder that is no feed is named and left out. */
static int read_files(const struct intel_options *o, const struct files *files, bool folder,
		      struct progress *progress, struct import_report *sum)
{
	struct import_sink sink = { { progress_take, progress }, progress_group, progress };
	struct import_settings settings = o->import;

	settings.name = progress->name;
	for (size_t i = 0; i < files->count; i++) {
		struct import_report *one = calloc(1, sizeof(*one));
		enum err err = ERR_MEMORY;

		settings.path = files->paths[i];
		if (one)
			err = import_file(&settings, &sink, one);
		if (err != OK && (!folder || err == ERR_MEMORY)) {
			intel_fail("%s: %s; nothing was changed", settings.path,
				   one ? one->error : "no memory");
			free(one);
			return INTEL_FAILED;
		}
		if (err != OK)
			fprintf(stderr, "hinomi intel: left out: %s: %s\n", settings.path,
				one->error);
		import_report_add(sum, one);
		free(one);
	}
	if (import_taken(sum) + sum->groups == 0)
		return intel_fail("%s: there is no feed in it that can be read; nothing was changed",
				  files->word);
	return 0;
}

/* One feed from the files, put into the store. */
static int import_feed(struct feed_store *store, const struct intel_options *o, const char *name,
		       const struct files *files, bool folder)
{
	struct import_report *sum = calloc(1, sizeof(*sum));
	struct feed_writer *writer = NULL;
	struct progress progress = { .name = name, .show = o->progress };
	struct feed_info info = { 0 };
	int code;

	if (!sum || feed_writer_new(store->folder, name, &writer) != OK) {
		free(sum);
		return intel_fail("%s: the feed cannot be written there: %m", store->folder);
	}
	progress.into = feed_writer_sink(writer);
	code = read_files(o, files, folder, &progress, sum);
	if (o->progress && progress.count >= PROGRESS_EACH)
		fputs("\r\033[K", stderr);
	if (code == 0) {
		fill_info(&info, o, sum, files->word);
		snprintf(info.name, sizeof(info.name), "%s", name);
		if (feed_store_put(store, writer, &info, o->force ? 0 : o->shrink) != OK)
			code = intel_fail("%s: %s", name, store->error);
		else
			intel_report(o, name, sum);
	}
	feed_writer_free(writer);
	free(sum);
	return code;
}

int intel_import_files(struct feed_store *store, const struct intel_options *o,
		       const char *const *paths, size_t count)
{
	struct files files = { .word = paths[0] };
	bool folder = false, any = false, good = true;
	char name[FEED_NAME];
	int code;

	for (size_t i = 0; i < count && good; i++) {
		good = files_of(&files, paths[i], &folder);
		any = any || folder;
	}
	intel_feed_name(paths[0], name);
	code = good ? import_feed(store, o, o->name ? o->name : name, &files, any)
		    : intel_fail("%s: too many files, or folders too deep", paths[0]);
	files_free(&files);
	return code;
}

/* Two files of one call must not overwrite each other. */
static bool names_differ(char **words, size_t count)
{
	char a[FEED_NAME], b[FEED_NAME];

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++) {
			intel_feed_name(words[i], a);
			intel_feed_name(words[j], b);
			if (strcmp(a, b) == 0) {
				intel_fail("%s and %s would both be the feed '%s': say --name for "
					   "all as "
					   "one feed, or import them one by one",
					   words[j], words[i], a);
				return false;
			}
		}
	return true;
}

/* The text of --categories, for the settings. */
static bool read_categories(struct intel_options *o, char *text, size_t size)
{
	FILE *in = o->categories ? fopen(o->categories, "re") : NULL;

	text[0] = '\0';
	if (o->categories && !in) {
		intel_fail("%s: %m", o->categories);
		return false;
	}
	if (in) {
		text[fread(text, 1, size - 1, in)] = '\0';
		fclose(in);
		o->import.categories = text;
	}
	return true;
}

int intel_import(struct intel_options *o, char **words, size_t count)
{
	static char categories[65536];
	struct feed_store store;
	enum err err;
	int code = 0;

	if (count > 1024)
		return intel_fail("too many files at once (1024 at most): give their folder");
	if (!o->name && !names_differ(words, count))
		return INTEL_FAILED;
	if (!read_categories(o, categories, sizeof(categories)))
		return INTEL_FAILED;
	err = feed_store_find(&store, o->store);
	if (err == OK)
		err = feed_store_lock(&store);
	if (err != OK)
		return intel_fail("%s", store.error);
	if (o->name)
		code = intel_import_files(&store, o, (const char *const *)words, count);
	for (size_t i = 0; i < count && !o->name && code == 0; i++)
		code = intel_import_files(&store, o, (const char *const *)&words[i], 1);
	if (code == 0 && feed_store_build(&store, o->now) != OK)
		code = intel_fail("%s", store.error);
	feed_store_unlock(&store);
	return code;
}
