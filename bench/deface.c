/*
 * deface.c - pages of one or many sites before the judge of deface/, in one process; tests/golden/run-deface uses it.
 *
 *   deface <LINES          lines of words parted by tabs:
 *     new URL [OWN_HOST]                 another site, of which nothing is known
 *     see FILE TYPE STATUS SECONDS       judges a page at a time, and learns it where it is no alarm
 *     try FILE TYPE STATUS               judges it only
 *     approve FILE TYPE STATUS SECONDS   somebody says that it is his
 *   Prints for each page: verdict, level, confidence, bytes of the look and of what is usual as JSON, and why.
 *   deface --picture URL FOLDER SECONDS  prints the hash of a picture of the page, or which error it was
 *   deface --speed FILE N   looks at a page, judges and learns it N times, and tells how long that took.
 */
#include "base/line.h"
#include "base/text.h"
#include "deface/deface.h"
#include "deface/picture.h"
#include "exam/exam.h"
#include "format/charset.h"

#include <stdlib.h>
#include <time.h>

#define FILE_MOST ((size_t)4 << 20)
#define WORDS     6
#define LINE      4096

static const char *const verdicts[] = { "usual", "changed", "suspicious", "defaced" };

struct site {
	char url[512], own[256];
	char *usual;
};

static struct span read_file(const char *path)
{
	static uint8_t bytes[FILE_MOST];
	FILE *file = fopen(path, "rb");

	if (!file) {
		fprintf(stderr, "deface: cannot read %s\n", path);
		exit(2);
	}
	struct span read = { bytes, fread(bytes, 1, sizeof(bytes), file) };
	fclose(file);
	return read;
}

static struct look *look_at(const struct site *site, const char *const words[WORDS])
{
	const char *own[] = { site->own, NULL };
	struct page page = { .body = read_file(words[1]),
			     .type = words[2],
			     .url = site->url,
			     .status = (unsigned)strtoul(words[3], NULL, 10),
			     .own = *site->own ? own : NULL };
	struct look *look = look_new(&page);

	if (!look)
		exit(2);
	return look;
}

static void print_finding(const struct deface_finding *finding, size_t look, size_t usual)
{
	printf("%s\t%s\t%u\t%zu\t%zu\t", verdicts[finding->verdict],
	       finding->level == LEVELS ? "none" : level_name(finding->level), finding->confidence, look, usual);
	for (unsigned n = 0; n < finding->why_count; n++)
		printf("%s%s[%s > %s]", n ? " " : "", finding->why[n].what, finding->why[n].before,
		       finding->why[n].after);
	printf("\n");
}

static void judge(struct site *site, const char *const words[WORDS])
{
	struct look *look = look_at(site, words);
	char *kept = look_json(look), *learned;
	struct look *again = kept ? look_read(kept) : NULL; /* as it is read back later */
	usec_t at = (usec_t)strtoll(words[4], NULL, 10) * USEC_PER_SEC;
	struct deface_finding finding;

	if (!again || deface_judge(site->usual ? site->usual : "", again, &finding) != OK)
		exit(2);
	print_finding(&finding, strlen(kept), site->usual ? strlen(site->usual) : 0);
	if (!strcmp(words[0], "approve") || (!strcmp(words[0], "see") && finding.level == LEVELS)) {
		learned = *words[0] == 'a' ? usual_approve(site->usual ? site->usual : "", again, at)
					   : usual_learn(site->usual ? site->usual : "", again, at);
		free(site->usual);
		site->usual = learned;
	}
	free(kept);
	look_free(look);
	look_free(again);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int speed(const char *path, unsigned long times)
{
	struct site site = { .url = "https://www.example.jp/" };
	const char *words[WORDS] = { "see", path, "text/html", "200", "0", "" };
	double look = 0, rest = 0, from;
	struct deface_finding finding;
	size_t bytes = 0;

	for (unsigned long n = 0; n < times; n++) {
		char *learned;
		struct look *seen;

		bytes = read_file(path).len;
		from = seconds();
		seen = look_at(&site, words);
		look += seconds() - from;
		from = seconds();
		if (deface_judge(site.usual ? site.usual : "", seen, &finding) != OK)
			return 2;
		learned = usual_learn(site.usual ? site.usual : "", seen, (usec_t)n * 300 * USEC_PER_SEC);
		free(site.usual);
		site.usual = learned;
		rest += seconds() - from;
		look_free(seen);
	}
	printf("%zu bytes: %.2f ms to look at it, %.2f ms to judge and learn it\n", bytes, look * 1e3 / (double)times,
	       rest * 1e3 / (double)times);
	free(site.usual);
	return 0;
}

static int picture(const char *url, const char *folder, const char *limit, const char *address)
{
	const char *browser = picture_browser();
	struct ip at;
	uint8_t hash[8];
	enum err err = address && ip_parse(&at, address) != OK ? ERR_FORMAT : browser ? OK : ERR_OPEN;

	if (!err)
		err = picture_take(browser, url, address ? &at : NULL, folder, (unsigned)strtoul(limit, NULL, 10), hash);

	if (err) {
		printf("error %d\n", (int)err);
		return 1;
	}
	for (unsigned n = 0; n < sizeof(hash); n++)
		printf("%02x", hash[n]);
	printf("\n");
	return 0;
}

int main(int argc, char **argv)
{
	static struct site site;
	char line[LINE];

	charset_open();
	if (argc == 4 && !strcmp(argv[1], "--speed"))
		return speed(argv[2], strtoul(argv[3], NULL, 10));
	if ((argc == 5 || argc == 6) && !strcmp(argv[1], "--picture"))
		return picture(argv[2], argv[3], argv[4], argv[5]);
	while (fgets(line, sizeof(line), stdin)) {
		const char *words[WORDS] = { "", "", "", "", "", "" };
		char *at = line;

		line[strcspn(line, "\n")] = '\0';
		for (unsigned n = 0; n < WORDS && at; n++)
			words[n] = strsep(&at, "\t");
		if (strcmp(words[0], "new")) {
			judge(&site, words);
			continue;
		}
		free(site.usual);
		site.usual = NULL;
		snprintf(site.url, sizeof(site.url), "%s", words[1]);
		snprintf(site.own, sizeof(site.own), "%s", words[2]);
	}
	free(site.usual);
	return 0;
}
