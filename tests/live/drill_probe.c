/*
 * drill_probe.c - a restore drill from the command line, for tests/live/run-drill and bench/run-drill.
 *
 *     drill_probe TOOL PLACE --password-file FILE --scratch FOLDER [--id ID --host NAME] [--critical PATH]...
 *                 [--files N] [--bytes N] [--seed N] [--stop PHASE] [--key FILE --certificate FILE] [--progress]
 *     drill_probe verify-certificate ARGUMENT...
 *
 * The snapshot is that with this id, of this host, or the newest one. Prints the report as one line of JSON, with the most
 * memory that this process had (not its children); --progress: lines "PHASE SHARE FILES BYTES SECONDS" before it.
 * --stop: says stop in that phase (0: listing, ...).
 */
#include "base/json.h"
#include "cmd/cmd.h"
#include "drill/certificate.h"
#include "process/loop.h"
#include "snapshot/trouble.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct asked {
	struct repository repository;
	struct drill_settings settings;
	const char *key, *certificate;
	bool progress;
	int stop;
	size_t critical;
};

static bool option_take(struct asked *a, const char *name, const char *value)
{
	if (strcmp(name, "--password-file") == 0)
		snprintf(a->repository.password_file, sizeof(a->repository.password_file), "%s", value);
	else if (strcmp(name, "--scratch") == 0)
		a->settings.scratch = value;
	else if (strcmp(name, "--id") == 0)
		snprintf(a->settings.snapshot.id, sizeof(a->settings.snapshot.id), "%s", value);
	else if (strcmp(name, "--host") == 0)
		snprintf(a->settings.snapshot.host, sizeof(a->settings.snapshot.host), "%s", value);
	else if (strcmp(name, "--critical") == 0)
		snprintf(a->repository.critical[a->critical++ % REPOSITORY_PATHS], REPOSITORY_PATH, "%s", value);
	else if (strcmp(name, "--files") == 0)
		a->repository.drill_files = (uint32_t)strtoul(value, NULL, 10);
	else if (strcmp(name, "--bytes") == 0)
		a->repository.drill_bytes = strtoull(value, NULL, 10);
	else if (strcmp(name, "--seed") == 0)
		a->settings.seed = strtoull(value, NULL, 10);
	else if (strcmp(name, "--stop") == 0)
		a->stop = (int)strtol(value, NULL, 10);
	else if (strcmp(name, "--key") == 0)
		a->key = value;
	else if (strcmp(name, "--certificate") == 0)
		a->certificate = value;
	else
		return false;
	return true;
}

static bool options(int argc, char **argv, struct asked *a)
{
	if (argc < 3)
		return false;
	a->repository.tool = strcmp(argv[1], "borg") == 0 ? TOOL_BORG : TOOL_RESTIC;
	snprintf(a->repository.name, sizeof(a->repository.name), "probe");
	snprintf(a->repository.place, sizeof(a->repository.place), "%s", argv[2]);
	for (int i = 3; i < argc; i++) {
		if (strcmp(argv[i], "--progress") == 0)
			a->progress = true;
		else if (i + 1 == argc || !option_take(a, argv[i], argv[i + 1]))
			return false;
		else
			i++;
	}
	return a->settings.scratch != NULL;
}

static bool snapshot_take(void *whom, const struct snapshot *snapshot)
{
	struct asked *a = whom;

	a->settings.snapshot = *snapshot;
	return true;
}

static bool step(void *whom, const struct drill_progress *is)
{
	const struct asked *a = whom;

	if (a->progress) {
		printf("%d %.3f %llu %llu %.2f\n", is->phase, is->done, (unsigned long long)is->files,
		       (unsigned long long)is->bytes, is->seconds);
		fflush(stdout);
	}
	return (int)is->phase != a->stop;
}

static uint64_t memory_peak(void)
{
	unsigned long long kilobytes = 0;
	FILE *file = fopen("/proc/self/status", "r");
	char line[128];

	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "VmHWM: %llu", &kilobytes);
	if (file)
		fclose(file);
	return kilobytes << 10;
}

static void counts_print(struct json *json, const struct drill_report *r)
{
	json_put_uint(json, "files_all", r->files_all);
	json_put_uint(json, "bytes_all", r->bytes_all);
	json_put_uint(json, "files", r->files);
	json_put_uint(json, "bytes", r->bytes);
	json_put_uint(json, "critical", r->critical);
	json_put_uint(json, "critical_missing", r->critical_missing);
	json_put_uint(json, "critical_files", r->critical_files);
	json_put_uint(json, "random_files", r->random_files);
	json_put_uint(json, "random_wrong", r->random_wrong);
	json_put_uint(json, "random_of", r->random_of);
	json_put_uint(json, "heavy_files", r->heavy_files);
	json_put_bool(json, "source_here", r->source_here);
	json_put_uint(json, "compared", r->compared);
	json_put_uint(json, "compared_same", r->compared_same);
	json_put_uint(json, "changed_since", r->changed_since);
	json_put_uint(json, "wrong", r->wrong);
	json_put_uint(json, "ms", (uint64_t)(r->seconds * 1000));
	json_put_uint(json, "restoring_ms", (uint64_t)(r->seconds_restoring * 1000));
	json_put_uint(json, "full_ms", (uint64_t)(r->full_seconds * 1000));
	json_put_uint(json, "rate", (uint64_t)r->rate);
	json_put_uint(json, "memory_peak", memory_peak());
}

static void report_print(enum err err, const struct drill_report *r)
{
	struct json json = json_init(stdout);

	json_open_object(&json);
	json_put_uint(&json, "err", err);
	json_put_bool(&json, "good", r->good);
	json_put_string(&json, "trouble", trouble_name(r->trouble));
	json_put_string(&json, "said", r->said);
	counts_print(&json, r);
	json_put_uint(&json, "problem_count", r->problem_count);
	json_put_array(&json, "problems");
	for (size_t i = 0; i < DRILL_PROBLEMS && r->problems[i][0]; i++)
		json_write_string(&json, r->problems[i]);
	json_close_array(&json);
	json_close_object(&json);
	json_end_line(&json);
}

static int certificate_write(const struct asked *a, const struct drill_report *report)
{
	struct certificate_facts facts = { &a->repository, &a->settings.snapshot, report, "probe", "", loop_time() };
	struct certificate_key key;
	char why[CERTIFICATE_WHY], version[32] = "", *text;
	FILE *file;

	if (certificate_key_open(a->key, &key, why) != OK) {
		fprintf(stderr, "%s\n", why);
		return 1;
	}
	(void)a->settings.tool->version(version);
	facts.tool_version = version;
	text = certificate_make(&facts, &key);
	file = fopen(a->certificate, "w");
	if (!text || !file || fprintf(file, "%s\n", text) < 0 || fclose(file) != 0)
		return 1;
	free(text);
	return 0;
}

static int drill(struct asked *a)
{
	static struct drill_report report;
	struct tool_job job = { .repository = &a->repository, .cache = a->settings.cache };
	struct tool_result result = { 0 };
	enum err err;

	a->settings.repository = &a->repository;
	a->settings.tool = tool_of(a->repository.tool);
	a->settings.step = step;
	a->settings.whom = a;
	if (!a->settings.snapshot.id[0])
		a->settings.tool->snapshots(&job, snapshot_take, a, &result);
	if (!a->settings.snapshot.id[0]) {
		fprintf(stderr, "no snapshot: %s %s\n", trouble_name(result.trouble), result.said);
		return 1;
	}
	err = drill_run(&a->settings, &report);
	report_print(err, &report);
	return a->certificate ? certificate_write(a, &report) : 0;
}

int main(int argc, char **argv)
{
	struct asked a = { .stop = -1, .settings.cache = "",
			   .repository = { .drill_files = 50, .drill_bytes = 512u << 20 } };

	if (argc > 1 && strcmp(argv[1], "verify-certificate") == 0)
		return cmd_verify_certificate(argc - 1, argv + 1);
	if (!options(argc, argv, &a)) {
		fputs("usage: drill_probe TOOL PLACE --password-file FILE --scratch FOLDER [OPTION VALUE]...\n", stderr);
		return 2;
	}
	return drill(&a);
}
