/*
 * wipe.c - how long the wiper alarm takes for the listings of many files, and how much memory: no contents are read.
 *
 *   build/bench/wipe FILES [scrambled]    1 % changed, 1 % gone, 1 % new; scrambled: not in the tool's order, as borg lists
 */
#include "wipe/wipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* A snapshot of so many files; `day` 1 has some changed, gone and new. */
static void snapshot(const char *before, const char *after, unsigned long files, unsigned day, bool scrambled)
{
	struct wipe *wipe = wipe_new(before, after, NULL);
	const struct wipe_change *c;
	double from = now();
	char path[128];

	if (!wipe)
		fail("wipe_new");
	for (unsigned long n = 0; n < files; n++) {
		unsigned long i = scrambled ? n * 1000003ul % files : n;
		bool gone = day && i % 100 == 7, changed = day && i % 100 == 8, new = i % 100 == 9;
		struct snapshot_file file = { .kind = FILE_PLAIN, .size = i * 37 % 50000 + changed,
					      .changed = (usec_t)(1700000000 + i * 977 % 99999999 + changed) * USEC_PER_SEC };
		int len = snprintf(path, sizeof(path), "/home/user%03lu/folder%05lu/document-%09lu%s.docx", i / 100000, i / 100, i,
				   new && day ? "-new" : "");

		file.path = (struct span){ (const uint8_t *)path, (size_t)len };
		if (!gone && wipe_see(wipe, &file) != OK)
			fail("wipe_see");
	}
	if (wipe_listed(wipe) != OK)
		fail("wipe_listed");
	c = wipe_change(wipe);
	printf("%lu files %s: %.1f s; added %lu, removed %lu, changed %lu, renamed %lu\n", files,
	       scrambled ? "scrambled" : "in order", now() - from, (unsigned long)c->added, (unsigned long)c->removed,
	       (unsigned long)c->changed, (unsigned long)c->renamed);
	wipe_free(wipe);
}

int main(int argc, char **argv)
{
	unsigned long files = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
	bool scrambled = argc > 2 && strcmp(argv[2], "scrambled") == 0;
	char folder[] = "/tmp/hinomi-bench-XXXXXX", old[64], new[64];
	struct rusage usage;

	if (!mkdtemp(folder))
		fail(folder);
	snprintf(old, sizeof(old), "%s/old", folder);
	snprintf(new, sizeof(new), "%s/new", folder);
	snapshot(NULL, old, files, 0, scrambled);
	snapshot(old, new, files, 1, scrambled);
	getrusage(RUSAGE_SELF, &usage);
	printf("memory at most: %ld MB\n", usage.ru_maxrss / 1000);
	unlink(old);
	unlink(new);
	return rmdir(folder);
}
