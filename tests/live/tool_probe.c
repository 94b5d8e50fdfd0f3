/*
 * tool_probe.c - one call of a backup tool, told as lines of JSON: for the live tests of snapshot/.
 *
 *     tool_probe REPOSITORY-JSON CALL [WORD...]
 *
 * REPOSITORY-JSON is {"tool": "restic", "place": ..., "password_file": ..., "password_command": [...],
 * "environment_file": ..., "cache": ..., "seconds": N, "stop": N, "sources": [...], "excludes": [...],
 * "keep_last": N, "keep_daily": N}. "stop": says stop at the Nth step.
 * Calls: version, init, backup, snapshots, files SNAPSHOT, check PART PARTS, restore SNAPSHOT INTO PATH..., unlock,
 * forget [--rehearse] [--prune] [SNAPSHOT...]. What is visited comes a line each; the last line
 * is the result. Paths are told in hexadecimal too, as they are bytes.
 */
#include "base/json.h"
#include "base/text.h"
#include "snapshot/trouble.h"

#include <jansson.h>
#include <stdlib.h>

static struct json out;
static uint64_t steps, stop_at, visited;
static double furthest = -1;

static const char *text_of(const json_t *root, const char *key)
{
	const char *text = json_string_value(json_object_get(root, key));

	return text ? text : "";
}

static uint32_t number_of(const json_t *root, const char *key)
{
	return (uint32_t)json_integer_value(json_object_get(root, key));
}

static void words_read(const json_t *root, const char *key, char (*into)[REPOSITORY_PATH], size_t count)
{
	const json_t *list = json_object_get(root, key);

	for (size_t i = 0; i < json_array_size(list) && i < count; i++)
		snprintf(into[i], REPOSITORY_PATH, "%s", json_string_value(json_array_get(list, i)));
}

static void repository_read(const json_t *root, struct repository *r)
{
	r->tool = strcmp(text_of(root, "tool"), "borg") == 0 ? TOOL_BORG : TOOL_RESTIC;
	snprintf(r->place, sizeof(r->place), "%s", text_of(root, "place"));
	snprintf(r->password_file, sizeof(r->password_file), "%s", text_of(root, "password_file"));
	snprintf(r->environment_file, sizeof(r->environment_file), "%s", text_of(root, "environment_file"));
	words_read(root, "password_command", r->password_command, REPOSITORY_WORDS);
	words_read(root, "sources", r->sources, REPOSITORY_PATHS);
	words_read(root, "excludes", r->excludes, REPOSITORY_PATHS);
	r->keep_last = number_of(root, "keep_last");
	r->keep_daily = number_of(root, "keep_daily");
}

static bool step(void *whom, const struct tool_progress *progress)
{
	(void)whom;
	steps++;
	if (progress->done > furthest)
		furthest = progress->done;
	return !stop_at || steps < stop_at;
}

static void put_hex(const char *key, struct span bytes)
{
	char text[2 * FILE_PATH_MAX + 1] = "";

	for (size_t i = 0; i < bytes.len; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes.ptr[i]);
	json_put_string(&out, key, text);
}

static bool see_snapshot(void *whom, const struct snapshot *s)
{
	char time[TIME_TEXT];

	(void)whom;
	visited++;
	json_open_object(&out);
	json_put_string(&out, "id", s->id);
	json_put_string(&out, "name", s->name);
	json_put_string(&out, "at", time_rfc3339(s->at, time));
	json_put_string(&out, "host", s->host);
	json_put_string(&out, "tree", s->tree);
	json_put_string(&out, "parent", s->parent);
	json_put_array(&out, "paths");
	for (size_t i = 0; i < SNAPSHOT_PATHS && s->paths[i][0]; i++)
		json_write_string(&out, s->paths[i]);
	json_close_array(&out);
	json_close_object(&out);
	json_end_line(&out);
	return true;
}

static bool see_file(void *whom, const struct snapshot_file *f)
{
	static const char *const kinds[] = { "plain", "folder", "link", "other" };

	(void)whom;
	visited++;
	json_open_object(&out);
	put_hex("path", f->path);
	json_put_string(&out, "kind", kinds[f->kind]);
	json_put_uint(&out, "size", f->size);
	json_put_uint(&out, "mode", f->mode);
	json_put_uint(&out, "changed", (uint64_t)f->changed);
	json_close_object(&out);
	json_end_line(&out);
	return true;
}

/* The most that was ever in memory; not ru_maxrss, which tells of who began us, too. */
static uint64_t memory_kb(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	unsigned long kb = 0;
	char line[128];

	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "VmHWM: %lu", &kb) == 1)
			break;
	if (status)
		fclose(status);
	return kb;
}

static void result_tell(const struct tool_result *r)
{
	json_open_object(&out);
	json_put_string(&out, "trouble", trouble_name(r->trouble));
	json_put_string(&out, "say", trouble_say(r->trouble, ENGLISH));
	json_key(&out, "code");
	json_int(&out, r->code);
	json_put_string(&out, "said", r->said);
	json_put_uint(&out, "files", r->files);
	json_put_uint(&out, "bytes", r->bytes);
	json_put_uint(&out, "files_new", r->files_new);
	json_put_uint(&out, "files_changed", r->files_changed);
	json_put_uint(&out, "bytes_added", r->bytes_added);
	json_put_string(&out, "snapshot", r->snapshot);
	json_put_uint(&out, "milliseconds", (uint64_t)(r->seconds * 1000));
	json_put_uint(&out, "visited", visited);
	json_put_uint(&out, "steps", steps);
	json_put_uint(&out, "furthest", furthest > 0 ? (uint64_t)(furthest * 100) : 0);
	json_put_uint(&out, "memory_kb", memory_kb());
	json_close_object(&out);
	json_end_line(&out);
}

static void forget(const struct tool *tool, const struct tool_job *job, char **words, struct tool_result *result)
{
	struct tool_forget what = { 0 };

	for (; *words && (*words)[0] == '-'; words++) {
		what.rehearse |= strcmp(*words, "--rehearse") == 0;
		what.prune |= strcmp(*words, "--prune") == 0;
	}
	what.snapshots = *words ? (const char *const *)words : NULL;
	tool->forget(job, &what, see_snapshot, NULL, result);
}

static bool call(const struct tool_job *job, int argc, char **argv, struct tool_result *result)
{
	const struct tool *tool = tool_of(job->repository->tool);
	const char *name = argv[0];
	char version[32] = "";

	if (strcmp(name, "version") == 0) {
		result->trouble = tool->version(version);
		snprintf(result->said, TOOL_SAID, "%s", version);
	} else if (strcmp(name, "init") == 0) {
		tool->init(job, result);
	} else if (strcmp(name, "backup") == 0) {
		tool->backup(job, result);
	} else if (strcmp(name, "snapshots") == 0) {
		tool->snapshots(job, see_snapshot, NULL, result);
	} else if (strcmp(name, "files") == 0 && argc == 2) {
		tool->files(job, argv[1], see_file, NULL, result);
	} else if (strcmp(name, "check") == 0 && argc == 3) {
		tool->check(job, (uint32_t)strtoul(argv[1], NULL, 10), (uint32_t)strtoul(argv[2], NULL, 10), result);
	} else if (strcmp(name, "restore") == 0 && argc >= 3) {
		const struct tool_restore what = { argv[1], (const char *const *)argv + 3, argv[2] };

		tool->restore(job, &what, result);
	} else if (strcmp(name, "forget") == 0) {
		forget(tool, job, argv + 1, result);
	} else if (strcmp(name, "unlock") == 0) {
		tool->unlock(job, result);
	} else {
		return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	static struct repository repository;
	struct tool_job job = { .repository = &repository, .step = step };
	struct tool_result result = { .code = -1 };
	json_t *root = argc > 2 ? json_loads(argv[1], 0, NULL) : NULL;

	if (!root) {
		fputs("usage: tool_probe REPOSITORY-JSON CALL [WORD...]\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	out = json_init(stdout);
	repository_read(root, &repository);
	job.cache = text_of(root, "cache");
	job.seconds_max = number_of(root, "seconds");
	stop_at = number_of(root, "stop");
	if (!call(&job, argc - 2, argv + 2, &result)) {
		fprintf(stderr, "no such call: %s\n", argv[2]);
		return 2;
	}
	result_tell(&result);
	json_decref(root);
	return 0;
}
