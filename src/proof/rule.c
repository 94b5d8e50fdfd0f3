/*
 * rule.c - the 3-2-1 rule: three copies of what matters (the original is one), on two kinds of
 * media, one of them in another building or where nobody here can delete it.
 *
 * The original is taken to be on a disk of the machine. Source of the rule: P. Krogh, "The DAM
 * Book" (2009); CISA, "Data Backup Options"; NISC's guidance to important infrastructure says the
 * same.
 */
#include "proof/judge.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

/* Whether a folder lies in one of those of the set. */
static bool holds_path(const struct backup_set *set, const char *path)
{
	for (unsigned i = 0; i < SNAPSHOT_PATHS && *set->paths[i]; i++) {
		size_t len = strlen(set->paths[i]);

		while (len > 1 && set->paths[i][len - 1] == '/')
			len--;
		if (strncmp(set->paths[i], path, len) == 0 &&
		    (len == 1 || path[len] == '\0' || path[len] == '/'))
			return true;
	}
	return false;
}

/* borg does not say which folders an archive was made of: the same host must do. */
static bool holds(const struct backup_set *set, const struct backup_set *what)
{
	if (strcmp(set->host, what->host) != 0)
		return false;
	if (!*set->paths[0] || !*what->paths[0])
		return true;
	for (unsigned i = 0; i < SNAPSHOT_PATHS && *what->paths[i]; i++)
		if (!holds_path(set, what->paths[i]))
			return false;
	return true;
}

struct kept {
	uint32_t copies, media; /* media: bits */
	bool apart;
};

static void count_copy(const struct judge_ask *ask, const struct judged *judged,
		       const struct backup_set *what, struct kept *kept)
{
	/* what is damaged, or far too old, is no copy */
	if (ask->state->damaged_part || judged->very_from <= ask->level)
		return;
	for (uint32_t i = 0; i < ask->state->set_count; i++) {
		if (!holds(&ask->state->sets[i], what))
			continue;
		kept->copies++;
		kept->media |= 1u << ask->repository->media;
		kept->apart |= ask->repository->offsite || ask->repository->append_only;
		return;
	}
}

static struct kept kept_of(const struct rule_ask *ask, const struct backup_set *what)
{
	struct kept kept = { .copies = 1, .media = 1u << MEDIA_DISK };

	for (size_t i = 0; i < ask->count; i++)
		count_copy(&ask->repositories[i], &ask->judged[i], what, &kept);
	return kept;
}

static bool keeps_rule(const struct kept *kept)
{
	return kept->copies >= 3 && __builtin_popcount(kept->media) >= 2 && kept->apart;
}

static void say_missing(const struct kept *kept, struct words *say)
{
	unsigned media = (unsigned)__builtin_popcount(kept->media);
	char copies[TEXT_NUMBER + 32], kinds[TEXT_NUMBER + 32];

	if (keeps_rule(kept))
		words_two(say,
			  "Three copies, two kinds of media, one apart: the 3-2-1 rule is kept",
			  "3つの複製、2種類の媒体、1つは別の場所: 3-2-1 ルールを満たしています");
	else if (!kept->apart) {
		words_en(say,
			 "%s (the original is one), %s of media, but none in another building or "
			 "append-only: fire or an intruder reach all of them",
			 kept->copies == 1 ? "1 copy" : text_plural(kept->copies, "copie", copies),
			 text_plural(media, "kind", kinds));
		words_ja(say,
			 "複製 %" PRIu32 " 個（原本を含む）、媒体 %u "
			 "種類ですが、別の場所や追記専用のものがありません。火災や侵入者がすべてに"
			 "及びます",
			 kept->copies, media);
	} else {
		words_en(say,
			 "%" PRIu32
			 " of 3 copies (the original is one), %u of 2 kinds of media: add "
			 "another repository",
			 kept->copies, media);
		words_ja(say,
			 "複製 %" PRIu32
			 "/3 個（原本を含む）、媒体 %u/2 種類です。リポジトリを追加してください",
			 kept->copies, media);
	}
}

static void name_set(const struct backup_set *set, char *name, size_t size)
{
	int used = snprintf(name, size, "%s:", set->host);

	for (unsigned i = 0;
	     i < SNAPSHOT_PATHS && *set->paths[i] && used > 0 && (size_t)used < size; i++)
		used += snprintf(name + used, size - (size_t)used, "%s%s", i ? " " : "",
				 set->paths[i]);
}

/* Whether an earlier repository holds it, too: then it was told there. */
static bool was_told(const struct rule_ask *ask, size_t before, const struct backup_set *what)
{
	for (size_t i = 0; i < before; i++)
		for (uint32_t k = 0; k < ask->repositories[i].state->set_count; k++)
			if (judge_counts(&ask->repositories[i],
					 &ask->repositories[i].state->sets[k]) &&
			    holds(&ask->repositories[i].state->sets[k], what))
				return true;
	return false;
}

typedef void rule_see(void *whom, const struct judge_ask *repository, const struct backup_set *what,
		      const struct kept *kept);

static void each_set(const struct rule_ask *ask, rule_see *see, void *whom)
{
	for (size_t i = 0; i < ask->count; i++)
		for (uint32_t k = 0; k < ask->repositories[i].state->set_count; k++) {
			const struct backup_set *what = &ask->repositories[i].state->sets[k];
			struct kept kept;

			if (!judge_counts(&ask->repositories[i], what) || was_told(ask, i, what))
				continue;
			kept = kept_of(ask, what);
			see(whom, &ask->repositories[i], what, &kept);
		}
}

static void add_set(void *whom, const struct judge_ask *repository, const struct backup_set *what,
		    const struct kept *kept)
{
	char name[600];
	struct words say;

	(void)repository;
	say_missing(kept, &say);
	name_set(what, name, sizeof(name));
	json_array_append_new(
		whom,
		json_pack("{s:o, s:i, s:i, s:b, s:b, s:o}", "what", words_string(name),
			  "copies", (int)kept->copies, "media", __builtin_popcount(kept->media),
			  "offsite", kept->apart, "ok", keeps_rule(kept), "say", words_object(&say)));
}

json_t *rule_document(const struct rule_ask *ask)
{
	json_t *sets = json_array();

	if (sets)
		each_set(ask, add_set, sets);
	return sets;
}

struct telling {
	judge_alert *tell;
	void *whom;
	const struct repository *last; /* that an alert was told of: one is enough */
};

static void tell_set(void *whom, const struct judge_ask *repository, const struct backup_set *what,
		     const struct kept *kept)
{
	struct telling *t = whom;
	struct alert alert = alert_of(repository->repository, "backup_rule", repository->now.now);
	struct words say;

	if (keeps_rule(kept) || t->last == repository->repository)
		return;
	t->last = repository->repository;
	say_missing(kept, &say);
	alert.severity = SEVERITY_NOTICE;
	snprintf(alert.say, sizeof(alert.say), "%.80s: %.380s", what->host, say.en);
	alert_why(&alert, "Copies", "%" PRIu32 " (wanted: 3)", kept->copies);
	alert_why(&alert, "Kinds of media", "%d (wanted: 2)", __builtin_popcount(kept->media));
	alert_why(&alert, "Off-site or append-only", "%s", kept->apart ? "yes" : "no");
	t->tell(t->whom, &alert);
}

void rule_alerts(const struct rule_ask *ask, judge_alert *tell, void *whom)
{
	struct telling t = { tell, whom, NULL };

	each_set(ask, tell_set, &t);
}
