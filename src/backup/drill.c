/* drill.c - a restore drill of the newest snapshots, and the certificate that says what it proved.
 */
#include "backup/look.h"

#include "drill/certificate.h"
#include "drill/drill.h"
#include "base/hash.h"
#include "base/text.h"
#include "snapshot/trouble.h"

#include <stdlib.h>
#include <string.h>

static bool drill_stepped(void *whom, const struct drill_progress *progress)
{
	static const double begins[] = { 0, 0.2, 0.8,
					 1 }; /* shares of the whole, as far as anybody can guess */
	unsigned phase = progress->phase < DRILL_DONE ? progress->phase : DRILL_DONE;
	double next = phase < DRILL_DONE ? begins[phase + 1] : 1,
	       part = progress->done < 0 ? 0 : progress->done;
	struct backup_progress here = { .what = BACKUP_DRILL,
					.done = begins[phase] + part * (next - begins[phase]),
					.files = progress->files,
					.bytes = progress->bytes,
					.seconds = progress->seconds };

	return work_step(whom, &here);
}

struct choosing {
	const struct backup_set *set;
	struct snapshot chosen;
	bool found;
};

static bool choose(void *whom, const struct snapshot *snapshot)
{
	struct choosing *c = whom;

	if (strcmp(snapshot->id, c->set->newest_id) != 0)
		return true;
	c->chosen = *snapshot;
	c->found = true;
	return false;
}

/* Each drill takes another set in turn, so that all are proven; one of which all snapshots are dated into the future has
 * none that could be taken. */
static const struct backup_set *next_set(const struct backup_work *work)
{
	const struct backup_state *state = work->state;

	for (uint32_t i = 0; i < state->set_count; i++) {
		const struct backup_set *set = &state->sets[(state->drill.count + i) % state->set_count];

		if (*set->newest_id)
			return set;
	}
	return NULL;
}

static void remember(struct backup_work *work, const struct drill_report *report)
{
	struct backup_drilled *drill = &work->state->drill;

	drill->at = work->begun.now;
	drill->count++;
	drill->good = report->good;
	drill->good_at = report->good ? work->begun.now : drill->good_at;
	drill->certificate = false;
	drill->files = report->files;
	drill->bytes = report->bytes;
	drill->files_all = report->files_all;
	drill->wrong = report->wrong;
	drill->missing = report->critical_missing;
	drill->seconds = report->seconds;
	drill->rate = report->rate;
	drill->full_seconds = report->full_seconds;
	snprintf(drill->problem, sizeof(drill->problem), "%s",
		 report->problem_count ? report->problems[0] : report->said);
}

static char *printed(const char *json, enum language language, bool page)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	enum err err;

	if (!out)
		return NULL;
	err = page ? certificate_page(text_span(json), language, out)
		   : certificate_text(text_span(json), language, out);
	if (fclose(out) == 0 && err == OK)
		return text;
	free(text);
	return NULL;
}

/* {"at", "json", "text", "page"}: docs/tower.md. */
static bool keep_certificate(struct backup_work *work, const char *json)
{
	char *text[LANGUAGES], *page[LANGUAGES], *body;
	json_t *document;
	bool kept;

	for (unsigned i = 0; i < LANGUAGES; i++) {
		text[i] = printed(json, (enum language)i, false);
		page[i] = printed(json, (enum language)i, true);
	}
	document = json_pack("{s:o, s:s, s:{s:s?, s:s?}, s:{s:s?, s:s?}}", "at",
			     words_time(work->begun.now), "json", json, "text", "en", text[ENGLISH],
			     "ja", text[JAPANESE], "page", "en", page[ENGLISH], "ja",
			     page[JAPANESE]);
	body = document ? json_dumps(document, JSON_COMPACT) : NULL;
	kept = body && ledger_put(work->watch->ledger, "certificate", work->repository->name,
				  text_span(body)) == OK;
	for (unsigned i = 0; i < LANGUAGES; i++) {
		free(text[i]);
		free(page[i]);
	}
	free(body);
	json_decref(document);
	return kept;
}

static void certify(struct backup_work *work, const struct snapshot *snapshot,
		    const struct drill_report *report)
{
	struct certificate_facts facts = { .repository = work->repository,
					   .snapshot = snapshot,
					   .report = report,
					   .host = work->watch->host,
					   .at = work->begun.now };
	char path[PATH_MAX], why[CERTIFICATE_WHY], version[32] = "";
	struct certificate_key key;
	char *json;

	snprintf(path, sizeof(path), "%s/%s", work->watch->folder, BACKUP_KEY);
	if (certificate_key_open(path, &key, why) != OK) {
		text_append(work->outcome->say.en, WORDS_TEXT, ". No certificate: %s", why);
		text_append(work->outcome->say.ja, WORDS_TEXT, "。証明書は作れませんでした: %s",
			    why);
		return;
	}
	if (work->tool->version(version) == TOOL_FINE)
		facts.tool_version = version;
	else
		facts.tool_version = "?";
	json = certificate_make(&facts, &key);
	explicit_bzero(&key, sizeof(key));
	work->state->drill.certificate = json && keep_certificate(work, json);
	free(json);
}

/* What says something of the backup, and not of somebody who was at work on it. */
static bool is_proof(const struct drill_report *report)
{
	return report->trouble != TOOL_STOPPED && report->trouble != TOOL_LOCKED &&
	       report->trouble != TOOL_LOCK_STALE;
}

static void say_drill(struct backup_work *work, const struct drill_report *report)
{
	struct backup_outcome *outcome = work->outcome;
	struct words_span whole = words_span((usec_t)(report->full_seconds * USEC_PER_SEC));
	char files[TEXT_NUMBER + 32], said[TROUBLE_SAID];
	const char *what;

	if (report->good) {
		words_en(&outcome->say, "%s came back and %s right; all of it would take about %s",
			 text_plural(report->files, "file", files),
			 report->files == 1 ? "is" : "are", whole.en);
		words_ja(&outcome->say,
			 "%s ファイルを復元し、すべて正常でした。全体の復元には約%sかかります",
			 text_count(report->files, files), whole.ja);
		return;
	}
	if (report->trouble != TOOL_FINE)
		work_fail(work, report->trouble, report->said);
	outcome->ok = false;
	what = report->problem_count ? report->problems[0] : report->said;
	if (!*what || !is_proof(report))
		return; /* the trouble's own sentence says it */
	words_en(&outcome->say, "The drill failed: %s", what);
	words_ja(&outcome->say, "復元訓練に失敗しました: %s", trouble_said(what, JAPANESE, said));
	outcome->said[0] = '\0';
}

/* A lock that a dead process left says nothing of the backup. */
static bool is_again(struct backup_work *work, const struct drill_report *report)
{
	return work_again(work, &(struct tool_result){ .trouble = report->trouble });
}

static void drill_set(struct backup_work *work, const struct snapshot *snapshot)
{
	struct drill_report *report = calloc(1, sizeof(*report));
	struct drill_settings settings = { .repository = work->repository,
					   .tool = work->tool,
					   .snapshot = *snapshot,
					   .cache = work->cache,
					   .scratch = work->scratch,
					   .seed = hash_mix((uint64_t)work->begun.now, HASH_K1),
					   .step = drill_stepped,
					   .whom = work };
	enum err err;

	do
		err = report ? drill_run(&settings, report) : ERR_MEMORY;
	while (err == OK && is_again(work, report));
	if (err == OK && is_proof(report))
		remember(work, report);
	if (err == OK) {
		say_drill(work, report);
		if (report->good)
			certify(work, snapshot, report);
	} else {
		work_fail(work, err == ERR_LIMIT ? TOOL_DISK_FULL : TOOL_OTHER,
			  err == ERR_LIMIT ? report->said : "no memory");
	}
	free(report);
}

void backup_drill(struct backup_watch *watch, const struct repository *repository,
		  struct backup_outcome *outcome)
{
	struct tool_result result = { .trouble = TOOL_FINE };
	struct choosing c = { .set = NULL };
	struct backup_work work;

	if (!work_begin(&work, watch, repository, BACKUP_DRILL, outcome))
		return;
	c.set = work.state->set_count || look_inside(&work, "") ? next_set(&work) : NULL;
	if (c.set)
		work.tool->snapshots(&work.job, choose, &c, &result);
	if (c.found) {
		drill_set(&work, &c.chosen);
	} else if (outcome->ok && (!c.set || work_took(&work, &result))) {
		work_fail(&work, TOOL_NO_SNAPSHOT, "");
	}
	work_end(&work);
}
