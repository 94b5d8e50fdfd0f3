/*
 * rules.c - YARA rules over libyara.
 *
 * A rule that takes long must not stop the watch: a scan ends after SCAN_SECONDS, and that is told. Sources: YARA's C
 * API (yara.readthedocs.io).
 */
#include "mail/rules.h"

#include <stdio.h>

#ifdef HAVE_YARA

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <yara.h>

#define SCAN_SECONDS 2
#define PATH_ROOM    4096

struct mail_rules {
	YR_RULES *rules;
	YR_SCANNER *scanner; /* of this process: made anew after a fork */
};

struct loading {
	YR_COMPILER *compiler;
	char *why;
};

static void see_error(int level, const char *file, int line, const YR_RULE *rule, const char *message, void *whom)
{
	struct loading *loading = whom;

	(void)rule;
	if (level == YARA_ERROR_LEVEL_ERROR && *loading->why == '\0')
		snprintf(loading->why, RULES_WHY, "%s, line %d: %s", file ? file : "rules", line, message);
}

static bool add_file(struct loading *loading, const char *path)
{
	FILE *file = fopen(path, "re");
	int errors;

	if (!file) {
		snprintf(loading->why, RULES_WHY, "%.200s: %s", path, strerror(errno));
		return false;
	}
	errors = yr_compiler_add_file(loading->compiler, file, NULL, path);
	fclose(file);
	return errors == 0;
}

static int is_rules(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && (strcmp(dot, ".yar") == 0 || strcmp(dot, ".yara") == 0);
}

static bool add_folder(struct loading *loading, const char *path, struct dirent **names, int count)
{
	char file[PATH_ROOM];
	bool good = true;

	if (count == 0) {
		snprintf(loading->why, RULES_WHY, "%.200s: there are no *.yar or *.yara in it", path);
		return false;
	}
	for (int i = 0; i < count && good; i++)
		good = snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name) < (int)sizeof(file) &&
		       add_file(loading, file);
	return good;
}

static bool add_all(struct loading *loading, const char *path)
{
	struct dirent **names;
	int count = scandir(path, &names, is_rules, alphasort);
	bool good;

	if (count < 0)
		return add_file(loading, path);
	good = add_folder(loading, path, names, count);
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
	return good;
}

struct mail_rules *mail_rules_load(const char *path, char why[RULES_WHY])
{
	struct mail_rules *rules = calloc(1, sizeof(*rules));
	struct loading loading = { .why = why };

	snprintf(why, RULES_WHY, "%s", "");
	if (!rules || yr_initialize() != ERROR_SUCCESS || yr_compiler_create(&loading.compiler) != ERROR_SUCCESS) {
		snprintf(why, RULES_WHY, "no memory for rules");
		free(rules);
		return NULL;
	}
	yr_compiler_set_callback(loading.compiler, see_error, &loading);
	yr_compiler_set_include_callback(loading.compiler, NULL, NULL, NULL);
	if (!add_all(&loading, path) || yr_compiler_get_rules(loading.compiler, &rules->rules) != ERROR_SUCCESS) {
		free(rules);
		rules = NULL;
	}
	yr_compiler_destroy(loading.compiler);
	return rules;
}

void mail_rules_free(struct mail_rules *rules)
{
	if (!rules)
		return;
	if (rules->scanner)
		yr_scanner_destroy(rules->scanner);
	yr_rules_destroy(rules->rules);
	yr_finalize();
	free(rules);
}

struct looking {
	struct exam *e;
	const struct part *part;
};

static int see_match(YR_SCAN_CONTEXT *scan, int message, void *about, void *whom)
{
	struct looking *looking = whom;
	const YR_RULE *rule = about;

	(void)scan;
	if (message == CALLBACK_MSG_RULE_MATCHING)
		exam_find(looking->e, looking->part, FINDING_YARA_MATCH, text_span(rule->identifier));
	return CALLBACK_CONTINUE;
}

void mail_rules_look(struct exam *e, const struct part *part)
{
	struct mail_rules *rules = e->settings->rules;
	struct looking looking = { e, part };
	int error;

	if (!rules || part->bytes.len == 0 || !exam_work(e, part->bytes.len))
		return;
	if (!rules->scanner && yr_scanner_create(rules->rules, &rules->scanner) != ERROR_SUCCESS) {
		exam_unseen(e, part, UNSEEN_LIMIT, "no memory for YARA");
		return;
	}
	/* Without its own handlers of signals: the parts are memory, not files that may be cut. */
	yr_scanner_set_flags(rules->scanner, SCAN_FLAGS_REPORT_RULES_MATCHING | SCAN_FLAGS_NO_TRYCATCH);
	yr_scanner_set_timeout(rules->scanner, SCAN_SECONDS);
	yr_scanner_set_callback(rules->scanner, see_match, &looking);
	error = yr_scanner_scan_mem(rules->scanner, part->bytes.ptr, part->bytes.len);
	if (error != ERROR_SUCCESS)
		exam_unseen(e, part, UNSEEN_LIMIT, error == ERROR_SCAN_TIMEOUT ? "YARA took too long" : "YARA gave up");
}

#else

struct mail_rules *mail_rules_load(const char *path, char why[RULES_WHY])
{
	(void)path;
	snprintf(why, RULES_WHY, "this hinomi was built without YARA (libyara-dev)");
	return NULL;
}

void mail_rules_free(struct mail_rules *rules)
{
	(void)rules;
}

void mail_rules_look(struct exam *e, const struct part *part)
{
	(void)e, (void)part;
}

#endif
