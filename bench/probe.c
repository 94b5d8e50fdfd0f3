/*
 * probe.c - the site probe by itself: all sites of a list each round, with one thread; bench/run-probe uses it.
 *
 *     probe LIST ROUNDS SECONDS PER_SECOND AT_ONCE CA_FILE [RESOLVER]
 *
 * LIST: a URL a line. A round begins every SECONDS; 0: when the one before has ended. Prints one line of JSON for each
 * round, of its own processor's time, and one of the whole.
 */
#include "base/json.h"
#include "probe/probe.h"
#include "process/loop.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define SITES_MAX 100000

static char *sites[SITES_MAX];
static size_t site_count;
static uint64_t good, bad, bytes;
static usec_t slowest;
static char first_trouble[PROBE_WHY];

static void tell(void *whom, uint64_t number, const struct probe_result *r)
{
	(void)whom;
	(void)number;
	bytes += r->bytes;
	if (r->total_us > slowest)
		slowest = r->total_us;
	if (r->failed == PROBE_DONE && r->status == 200 && r->server_count > 0 &&
	    (!r->certificate.there || r->certificate.trusted)) {
		good++;
		return;
	}
	bad++;
	if (!first_trouble[0])
		snprintf(first_trouble, sizeof(first_trouble), "%s: %.100s", probe_phase_name(r->failed), r->why);
}

static bool read_list(const char *path)
{
	FILE *list = fopen(path, "r");
	char line[PROBE_URL];

	while (list && site_count < SITES_MAX && fgets(line, sizeof(line), list)) {
		line[strcspn(line, "\n")] = '\0';
		sites[site_count] = strdup(line);
		if (!sites[site_count++])
			break;
	}
	if (list)
		fclose(list);
	return site_count > 0;
}

static usec_t used(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * USEC_PER_SEC + use.ru_utime.tv_usec + use.ru_stime.tv_usec;
}

/* Not ru_maxrss, which a process has from the one that began it. */
static uint64_t peak(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[128];
	uint64_t kb = 0;

	while (status && fgets(line, sizeof(line), status))
		if (strncmp(line, "VmHWM:", 6) == 0)
			kb = strtoul(line + 6, NULL, 10);
	if (status)
		fclose(status);
	return kb;
}

static void put_round(usec_t took, usec_t cpu)
{
	struct json json = json_init(stdout);

	json_open_object(&json);
	json_put_uint(&json, "good", good);
	json_put_uint(&json, "bad", bad);
	json_put_string(&json, "trouble", first_trouble);
	json_put_uint(&json, "took_ms", (uint64_t)(took / USEC_PER_MS));
	json_put_uint(&json, "cpu_ms", (uint64_t)(cpu / USEC_PER_MS));
	json_put_uint(&json, "slowest_ms", (uint64_t)(slowest / USEC_PER_MS));
	json_put_uint(&json, "peak_kb", peak());
	json_put_uint(&json, "bytes", bytes);
	json_close_object(&json);
	json_end_line(&json);
	fflush(stdout);
}

static void run_round(struct probe_set *set, usec_t seconds)
{
	usec_t from = loop_steady(), cpu = used();

	good = bad = bytes = 0;
	slowest = 0;
	for (size_t i = 0; i < site_count; i++)
		if (probe_ask(set, i, sites[i]) != OK)
			bad++;
	while (probe_waiting(set) > 0)
		probe_work(set, 100);
	put_round(loop_steady() - from, used() - cpu);
	while (loop_steady() < from + seconds * USEC_PER_SEC)
		probe_work(set, 100);
}

int main(int count, char **words)
{
	struct probe_settings settings = { .connect_ms = 10000, .total_ms = 30000, .redirects = 5, .agent = "" };
	struct probe_set *set;

	if (count < 7 || !read_list(words[1]))
		return 2;
	settings.per_second = (uint32_t)strtoul(words[4], NULL, 10);
	settings.at_once = (uint32_t)strtoul(words[5], NULL, 10);
	settings.ca_file = words[6];
	settings.resolver = count > 7 ? words[7] : "";
	set = probe_new(&settings, tell, NULL);
	if (!set)
		return 1;
	for (unsigned long round = strtoul(words[2], NULL, 10); round > 0; round--)
		run_round(set, (usec_t)strtoul(words[3], NULL, 10));
	probe_free(set);
	for (size_t i = 0; i < site_count; i++)
		free(sites[i]);
	return 0;
}
