/*
 * judge.h - how the backups of a repository are: fresh, whole, proven to restore; as a verdict, and
 * as the document that people and programs get (docs/tower.md). Pure: time and level come in.
 */
#ifndef PROOF_JUDGE_H
#define PROOF_JUDGE_H

#include "model/alert.h"
#include "proof/state.h"
#include "proof/words.h"

enum standing { STANDING_GOOD, STANDING_UNKNOWN, STANDING_WARNING, STANDING_BAD, STANDING_ALARM };
const char *standing_name(enum standing standing); /* "good" */

struct judge_ask {
	const struct repository *repository;
	const struct backup_state *state;
	const char *host; /* of this machine, as the tools name it */
	enum level level;
	struct backup_moment now;
	json_t *alarms; /* open ones; NULL: none */
	json_t *busy;   /* NULL: nothing is done */
};

struct judged {
	enum standing standing;
	struct words say; /* what matters most */
	/* fresh */
	bool fresh;
	const struct backup_set *oldest;  /* of those that count; NULL: there is none */
	usec_t age, allowed;              /* of the oldest; age 0: there is none */
	enum level stale_from, very_from; /* the lowest level at which it is too old, and twice too
					     old; LEVELS: none */
	struct words fresh_say;
	/* whole */
	bool whole, whole_late; /* late: not all was read in time */
	double share;
	struct words whole_say;
	/* proven */
	bool drilled, drill_late;
	enum level drill_from; /* the lowest level at which it is late */
	struct words drill_say;
	struct words lost_say; /* where the state's sets_lost is above 0 */
	/* what failed last; TOOL_FINE: nothing */
	enum tool_trouble trouble;
	const struct backup_tried *failed;
};
void judge_repository(const struct judge_ask *ask, struct judged *judged);

/* Whether a set counts: of several from this machine only the one that is written now, of others'
 * not those that were written once only. */
bool judge_counts(const struct judge_ask *ask, const struct backup_set *set);

/* The document; the caller's. NULL: no memory. */
json_t *judge_document(const struct judge_ask *ask, const struct judged *judged);

/* What of it is an alert, as long as it is so. */
typedef void judge_alert(void *whom, const struct alert *alert);
void judge_alerts(const struct judge_ask *ask, const struct judged *judged, judge_alert *tell,
		  void *whom);

/* --- the 3-2-1 rule, over all repositories */

struct rule_ask {
	const struct judge_ask *repositories;
	const struct judged *judged;
	size_t count;
};
/* [{"what", "copies", "media", "offsite", "ok", "say"}]; the caller's. */
json_t *rule_document(const struct rule_ask *ask);
/* An alert for each repository that has something which is not kept by the rule. */
void rule_alerts(const struct rule_ask *ask, judge_alert *tell, void *whom);

/* What all alerts of a repository have in common. */
struct alert alert_of(const struct repository *repository, const char *rule, usec_t now);

#endif
