/*
 * intel.c - the bench of the indicator index: N synthetic indicators in a realistic mix, how long
 * the index takes to build and to open, how large it is, and look-ups per CPU-second.
 *
 *   build/bench/intel FILE [N]      builds FILE (default: ten million), measures, prints
 *   build/bench/intel --look FILE N [WHAT]  only the look-ups, in what an earlier run has built; WHAT:
 *                                  those whose name has this in it ("hit", "miss url", "by 32")
 *   build/bench/intel --list KIND N values of one kind, one a line, for the peers: bench/run-intel
 *
 * Of a hundred: 40 domains, 30 addresses, 10 URLs, 15 digests, 3 endpoints, 2 prefixes. The same N
 * gives the same values. Look-ups are of one kind, "as listed" in that mix, or as a sensor asks:
 * bench/README.md says how that was counted.
 */
#include "base/hash.h"
#include "intel/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define BENCH_RUNS  5
#define BENCH_LOOKS (1u << 20) /* look-ups in one run */
#define BENCH_FRESH 1024u       /* of these are written anew before they are timed */
#define BENCH_NOW   (1790000000 * USEC_PER_SEC)
#define BENCH_SEED  20260101u
#define BENCH_TEXT  128
#define AS_LISTED   INDICATOR_KINDS
#define AS_SENSOR   (INDICATOR_KINDS + 1)

static double clock_of(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The n-th random number of a stream. */
static uint64_t number(uint64_t n, uint64_t stream)
{
	return hash_64(n, BENCH_SEED + stream);
}

static enum indicator_kind kind_of(uint64_t n)
{
	unsigned of = (unsigned)(n % 100);

	if (of < 40)
		return INDICATOR_DOMAIN;
	if (of < 70)
		return INDICATOR_IP;
	if (of < 80)
		return INDICATOR_URL;
	if (of < 95)
		return of < 90 ? INDICATOR_SHA256 : INDICATOR_MD5;
	return of < 98 ? INDICATOR_ENDPOINT : INDICATOR_PREFIX;
}

static int word_of(uint64_t bits, unsigned length, char *out)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	for (unsigned i = 0; i < length; i++, bits /= 36)
		out[i] = letters[bits % 36];
	out[length] = '\0';
	return (int)length;
}

/* Names of two or three labels. */
static int name_of(uint64_t n, unsigned stream, char *out)
{
	static const char *const tops[] = { "com", "net", "org",  "info", "ru",
					    "xyz", "top", "shop", "co.jp" };
	uint64_t r = number(n, stream);
	char first[16] = "", second[16];

	if (r % 3 == 0) {
		int used = word_of(r >> 20, 2 + (unsigned)(r >> 4 & 0xff) % 4, first);

		first[used] = '.';
		first[used + 1] = '\0';
	}
	word_of(number(n, stream + 100), 7 + (unsigned)(r >> 8 & 0xff) % 6, second);
	return snprintf(out, BENCH_TEXT, "%s%s.%s", first, second, tops[(r >> 16) % 9]);
}

/* Half of the addresses lie together, as they do in feeds. */
static struct ip address_of(uint64_t n, unsigned stream, bool together)
{
	uint64_t r = number(n, stream);
	uint8_t four[4] = { (uint8_t)(11 + (r >> 24) % 110), (uint8_t)(r >> 16), (uint8_t)(r >> 8),
			    (uint8_t)r };

	if (together && r >> 32 & 1) {
		four[0] = (uint8_t)(20 + (r >> 34) % 64);
		four[1] = (uint8_t)((r >> 40) % 64);
	}
	return ip_from_v4(four);
}

static int url_of(uint64_t n, unsigned stream, char *out)
{
	char name[BENCH_TEXT], path[16];

	name_of(n, stream + 10, name);
	word_of(number(n, stream), 8 + (unsigned)(n & 3), path);
	return snprintf(out, BENCH_TEXT, "http://%.60s/%s/index.php", name, path);
}

static int digest_of(uint64_t n, unsigned stream, unsigned bytes, char *out)
{
	for (unsigned i = 0; i < bytes; i += 8)
		snprintf(out + (size_t)i * 2, 17, "%016llx",
			 (unsigned long long)number(n, stream + 20 + i));
	return (int)bytes * 2;
}

static int text_of(enum indicator_kind kind, uint64_t n, unsigned stream, char *out)
{
	if (kind == INDICATOR_DOMAIN)
		return name_of(n, stream, out);
	if (kind == INDICATOR_URL)
		return url_of(n, stream, out);
	return digest_of(n, stream, indicator_hash_bytes(kind), out);
}

static struct indicator indicator_of(uint64_t n, char text[BENCH_TEXT])
{
	static const char *const names[] = { "urlhaus", "threatfox", "feodo", "otx", "maltrail" };
	/* Mostly /24, as in real lists. */
	static const uint8_t bits[] = { 120, 120, 120, 120, 120, 120, 116, 118, 119, 124 };
	struct indicator made = { .kind = kind_of(n), .confidence = 70 };
	char *malware = text + 100; /* no value is that long */

	made.seen = BENCH_NOW - (usec_t)(number(n, 50) % (20 * 86400)) * USEC_PER_SEC;
	if (made.kind <= INDICATOR_ENDPOINT) {
		struct ip ip = address_of(n, 5, true);

		made.prefix = ip_prefix(&ip, made.kind == INDICATOR_PREFIX
						     ? bits[number(n, 51) % sizeof(bits)]
						     : 128);
		made.port = made.kind == INDICATOR_ENDPOINT ? (uint16_t)(number(n, 52) | 1) : 0;
	} else {
		made.value = (struct span){ (uint8_t *)text,
					    (size_t)text_of(made.kind, n, 1, text) };
	}
	made.source = (struct span){ (const uint8_t *)names[n % 5], strlen(names[n % 5]) };
	made.malware = (struct span){ (uint8_t *)malware,
				      (size_t)snprintf(malware, 20, "family.%u",
						       (unsigned)(number(n, 53) % 800)) };
	return made;
}

static enum err build(const char *path, uint64_t count)
{
	struct index_builder *builder;
	char folder[4096], text[BENCH_TEXT];
	const char *slash = strrchr(path, '/');
	enum err err;

	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) : 1,
		 slash ? path : ".");
	err = index_builder_new(folder, &builder);
	if (err != OK)
		return err;
	for (uint64_t n = 0; err == OK && n < count; n++) {
		struct indicator indicator = indicator_of(n, text);

		err = index_builder_add(builder, &indicator);
	}
	if (err == OK)
		err = index_builder_finish(builder, path, BENCH_NOW);
	index_builder_free(builder);
	return err;
}

/* What is looked up, made beforehand: only look-ups are timed. */
struct question {
	enum indicator_kind kind;
	struct index_end end;
	uint8_t len;
	char text[BENCH_TEXT - 1];
};

static void ignore(void *whom, const struct index_match *match)
{
	*(unsigned *)whom += match->kept;
}

static unsigned ask(const struct index *index, const struct index_question *q, unsigned *kept)
{
	switch (q->kind) {
	case INDICATOR_IP:
	case INDICATOR_ENDPOINT:
		return index_ip(index, &q->end, BENCH_NOW, ignore, kept);
	case INDICATOR_DOMAIN:
		return index_domain(index, q->text, BENCH_NOW, ignore, kept);
	case INDICATOR_URL:
		return index_url(index, q->text, BENCH_NOW, ignore, kept);
	default:
		return index_text(index, q->kind, q->text, BENCH_NOW, ignore, kept);
	}
}

static unsigned ask_batch(const struct index *index, const struct index_question *q, unsigned *kept)
{
	unsigned found = 0;

	for (uint32_t may = index_batch(index, q, INDEX_BATCH); may; may &= may - 1)
		found += ask(index, &q[__builtin_ctz(may)], kept) > 0;
	return found;
}

/* Questions as a sensor has them: just written, and not to be fetched from memory first. */
struct fresh {
	struct question made[BENCH_FRESH];
	struct index_question ask[BENCH_FRESH];
};

static void freshen(struct fresh *fresh, const struct question *q)
{
	memcpy(fresh->made, q, sizeof(fresh->made));
	for (unsigned i = 0; i < BENCH_FRESH; i++)
		fresh->ask[i] = (struct index_question){
			.kind = q[i].kind,
			.end = q[i].end,
			.text = { (const uint8_t *)fresh->made[i].text, q[i].len },
		};
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* One run over the questions: only the look-ups are timed. */
static double measure_once(const struct index *index, const struct question *q, bool batch,
			   unsigned *found)
{
	static struct fresh fresh;
	unsigned kept = 0;
	double seconds = 0;

	*found = 0;
	for (unsigned at = 0; at < BENCH_LOOKS; at += BENCH_FRESH) {
		double from;

		freshen(&fresh, q + at);
		from = clock_of(CLOCK_PROCESS_CPUTIME_ID);
		for (unsigned i = 0; i < BENCH_FRESH; i += batch ? INDEX_BATCH : 1)
			*found += batch ? ask_batch(index, &fresh.ask[i], &kept)
					: ask(index, &fresh.ask[i], &kept) > 0;
		seconds += clock_of(CLOCK_PROCESS_CPUTIME_ID) - from;
	}
	return seconds;
}

/* Five runs, the median; prints look-ups per CPU-second. */
static void measure(const struct index *index, const char *what, const struct question *q,
		    bool batch)
{
	double seconds[BENCH_RUNS + 1];
	unsigned found = 0;

	for (unsigned run = 0; run <= BENCH_RUNS; run++) /* the first one warms */
		seconds[run] = measure_once(index, q, batch, &found);
	qsort(seconds + 1, BENCH_RUNS, sizeof(seconds[0]), compare);
	printf("  %-24s %8.2f M/CPU-s (%.2f-%.2f), %5.2f %% found\n", what,
	       BENCH_LOOKS / seconds[1 + BENCH_RUNS / 2] / 1e6,
	       BENCH_LOOKS / seconds[BENCH_RUNS] / 1e6, BENCH_LOOKS / seconds[1] / 1e6,
	       found * 100.0 / BENCH_LOOKS);
}

/* The n-th question of a kind: one of the indicators, or something like it. */
static struct question question_of(uint64_t n, bool hit, uint64_t other)
{
	struct question q = { .kind = kind_of(n) };
	char text[BENCH_TEXT];

	q.end.ip = address_of(hit ? n : n + other, hit ? 5 : 6, hit);
	q.end.port = q.kind == INDICATOR_ENDPOINT ? (uint16_t)(number(n, 52) | 1) : 443;
	if (q.kind > INDICATOR_ENDPOINT) {
		q.len = (uint8_t)text_of(q.kind, hit ? n : n + other, hit ? 1 : 2, text);
		memcpy(q.text, text, q.len);
	}
	return q;
}

/* Whether the n-th question, which is of a kind, has its place in the mix. */
static bool wanted(unsigned mix, enum indicator_kind kind, unsigned n)
{
	unsigned of = (unsigned)(number(n, 60) % 100);

	if (mix == AS_LISTED)
		return true;
	if (mix == AS_SENSOR)
		return kind == (of < 80	  ? INDICATOR_IP
				: of < 92 ? INDICATOR_DOMAIN
				: of < 95 ? INDICATOR_URL
					  : INDICATOR_SHA256);
	return kind == (enum indicator_kind)mix;
}

/* Questions from all over; a miss is none: what some prefix happens to cover is left out. */
static void questions(const struct index *index, struct question *q, unsigned mix, bool hit,
		      uint64_t count)
{
	uint64_t n = 0, tried = 0;

	for (unsigned i = 0; i < BENCH_LOOKS;) {
		struct index_question asked;
		unsigned kept = 0;

		n = (n + 7919 * 61) % count;
		if (kind_of(n) == INDICATOR_PREFIX || !wanted(mix, kind_of(n), i))
			continue;
		q[i] = question_of(n, hit, ++tried * count);
		asked = (struct index_question){
			q[i].kind, q[i].end, { (const uint8_t *)q[i].text, q[i].len }
		};
		i += hit || ask(index, &asked, &kept) == 0;
	}
}

static int measure_all(const struct index *index, uint64_t count, const char *only)
{
	static const unsigned kinds[] = { INDICATOR_IP,	    INDICATOR_DOMAIN, INDICATOR_URL,
					  INDICATOR_SHA256, AS_LISTED,	      AS_SENSOR };
	struct question *q = malloc(BENCH_LOOKS * sizeof(*q));
	char what[40];

	if (!q)
		return 1;
	for (unsigned hit = 0; hit < 2; hit++) {
		for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			const char *name = kinds[i] == AS_LISTED   ? "as listed"
					   : kinds[i] == AS_SENSOR ? "as a sensor"
								   : indicator_kind_name(kinds[i]);

			for (unsigned batch = 0; batch < 2; batch++) {
				snprintf(what, sizeof(what), "%s %s%s", hit ? "hit" : "miss", name,
					 batch ? ", by 32" : "");
				if (!strstr(what, only))
					continue;
				questions(index, q, kinds[i], hit, count);
				measure(index, what, q, batch);
			}
		}
	}
	free(q);
	return 0;
}

static int list(const char *kind, uint64_t count)
{
	for (uint64_t n = 0, listed = 0; listed < count; n++) {
		char text[BENCH_TEXT];
		struct indicator indicator = indicator_of(n, text);

		if (strcmp(indicator_kind_name(indicator.kind), kind) != 0)
			continue;
		listed++;
		if (indicator.kind == INDICATOR_IP)
			puts(ip_text(&indicator.prefix.ip, text));
		else
			printf("%.*s\n", (int)indicator.value.len, text);
	}
	return 0;
}

static int run(const char *path, uint64_t count)
{
	double from = clock_of(CLOCK_MONOTONIC), cpu = clock_of(CLOCK_PROCESS_CPUTIME_ID);
	double opened[BENCH_RUNS];
	struct index_facts facts;
	struct rusage use;
	struct index *index = NULL;
	enum err err;
	int bad;

	err = build(path, count);
	if (err != OK) {
		fprintf(stderr, "intel: cannot build %s: error %d\n", path, (int)err);
		return 1;
	}
	getrusage(RUSAGE_SELF, &use);
	printf("built: %.1f s, %.1f CPU-s, %ld MiB resident at most\n",
	       clock_of(CLOCK_MONOTONIC) - from, clock_of(CLOCK_PROCESS_CPUTIME_ID) - cpu,
	       use.ru_maxrss / 1024);
	for (unsigned i = 0; i < BENCH_RUNS; i++) {
		index_close(index);
		from = clock_of(CLOCK_MONOTONIC);
		if (index_open(path, &index) != OK)
			return 1;
		opened[i] = clock_of(CLOCK_MONOTONIC) - from;
	}
	qsort(opened, BENCH_RUNS, sizeof(opened[0]), compare);
	facts = index_facts(index);
	printf("opened: %.3f ms\n", opened[BENCH_RUNS / 2] * 1e3);
	printf("%llu values, %.1f bytes each, of these hot %.1f\n",
	       (unsigned long long)facts.values, (double)facts.file_bytes / (double)facts.values,
	       (double)facts.hot_bytes / (double)facts.values);
	bad = measure_all(index, count, "");
	index_close(index);
	return bad;
}

static int look(const char *path, uint64_t count, const char *only)
{
	struct index *index;
	int bad;

	if (index_open(path, &index) != OK || count < 100) {
		fprintf(stderr, "intel: %s: no index\n", path);
		return 1;
	}
	bad = measure_all(index, count, only);
	index_close(index);
	return bad;
}

int main(int argc, char **argv)
{
	uint64_t count = 10000000;

	if (argc == 4 && strcmp(argv[1], "--list") == 0)
		return list(argv[2], strtoull(argv[3], NULL, 10));
	setvbuf(stdout, NULL, _IOLBF, 0);
	if ((argc == 4 || argc == 5) && strcmp(argv[1], "--look") == 0)
		return look(argv[2], strtoull(argv[3], NULL, 10), argc == 5 ? argv[4] : "");
	if (argc == 3)
		count = strtoull(argv[2], NULL, 10);
	if ((argc == 2 || argc == 3) && count >= 100) /* so that every kind is there */
		return run(argv[1], count);
	fprintf(stderr, "intel FILE [N], N at least 100 | --look FILE N [WHAT] | --list KIND N\n");
	return 2;
}
