/* cases.c - following what is open, and writing it down once in a while. */
#include "keeper/cases.h"

#include "incident/incident_json.h"
#include "keeper/keeper_private.h"
#include "store/store_candidate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define OVER_LOADED 100
#define COUNT_EVERY (60 * USEC_PER_SEC) /* how often the store is told of a candidate that goes on */

static size_t cases_at(const struct cases *cases, uint64_t live)
{
	size_t at = 0;

	while (at < cases->count && cases->live[at] != live)
		at++;
	return at;
}

/* One from before the restart that is told of again. */
static struct kept *cases_again(struct cases *cases, uint64_t key)
{
	for (size_t n = 0; n < cases->count; n++)
		if (cases->live[n] == 0 && cases->kept[n]->open && cases->kept[n]->incident.key == key)
			return cases->kept[n];
	return NULL;
}

struct kept *cases_find(struct cases *cases, uint64_t id)
{
	for (size_t n = 0; n < cases->count; n++)
		if (cases->kept[n]->shown && cases->kept[n]->incident.id == id)
			return cases->kept[n];
	return NULL;
}

static void cases_remove(struct cases *cases, size_t at)
{
	free(cases->kept[at]);
	cases->count--;
	cases->kept[at] = cases->kept[cases->count];
	cases->live[at] = cases->live[cases->count];
}

static void kept_follow(struct cases *cases, struct kept *kept, uint64_t live)
{
	for (size_t n = 0; n < cases->count; n++)
		if (cases->kept[n] == kept)
			cases->live[n] = live;
	kept->live = live;
}

void kept_story(struct keeper *keeper, const struct kept *kept, struct words what)
{
	char text[STORE_TEXT];
	struct store_entry entry = { .kind = STORE_ENTRY, .at = keeper->now, .user = "",
				     .text = words_text(text, what) };

	if (kept->incident.id)
		keeper_stored(keeper, store_story_add(keeper->store, kept->incident.id, &entry));
}

struct store_incident kept_stored(const struct kept *kept, struct case_room *room)
{
	const struct incident *i = &kept->incident;
	FILE *body = fmemopen(room->body, sizeof(room->body), "w");
	struct json json = json_init(body);

	room->body[0] = '\0';
	if (body) {
		incident_json(&json, i);
		fclose(body);
	}
	snprintf(room->key, sizeof(room->key), "%016" PRIx64, i->key);
	return (struct store_incident){ .id = i->id,
					.key = room->key,
					.open = kept->open,
					.opened = i->opened,
					.changed = kept->changed,
					.closed = i->closed,
					.severity = i->severity,
					.level = i->level,
					.rule = i->rule,
					.vector = vector_name(i->vector),
					.direction = direction_name(i->direction),
					.who = entity_text(&i->who, room->who),
					.whom = entity_text(&i->whom, room->whom),
					.exception = kept->exception,
					.body = room->body };
}

bool kept_read(struct kept *kept, const struct store_incident *stored)
{
	struct span body = { (const uint8_t *)stored->body, strlen(stored->body) };

	*kept = (struct kept){ .shown = true,
			       .open = stored->open,
			       .changed = stored->changed,
			       .exception = stored->exception,
			       .acknowledged = stored->acknowledged,
			       .evidence = stored->evidence };
	kept->incident.key = strtoull(stored->key, NULL, 16);
	kept->incident.level = stored->level;
	if (incident_read(&kept->incident, &kept->texts, body) != OK)
		return false;
	kept->incident.id = stored->id;
	if (stored->acknowledged_by)
		snprintf(kept->acknowledged_by, CASE_USER, "%s", stored->acknowledged_by);
	return true;
}

/* False: it is as dirty as before. */
static bool kept_put(struct keeper *keeper, struct kept *kept)
{
	struct case_room room;
	struct store_incident stored = kept_stored(kept, &room);
	enum err err = store_incident_put(keeper->store, &stored);

	kept->incident.id = stored.id;
	if (!keeper_stored(keeper, err) && err != ERR_LIMIT) /* which no other try would mend */
		return false;
	kept->dirty = false;
	kept->put = true;
	return true;
}

/* Told at once, or soon when it was told a moment ago. */
static void kept_push(struct keeper *keeper, struct kept *kept)
{
	kept->to_push = kept->shown;
	if (kept->to_push && time_is_due(keeper->now, kept->pushed, NEWS_EVERY))
		news_case(keeper, kept);
}

static void kept_changed(struct keeper *keeper, struct kept *kept)
{
	kept->changed = keeper->now;
	kept->dirty = kept->shown;
	kept_push(keeper, kept);
}

static bool kept_silence(struct keeper *keeper, struct kept *kept)
{
	const struct incident *i = &kept->incident;
	char who[ENTITY_TEXT], whom[ENTITY_TEXT];
	struct parties parties = { i->rule, entity_text(&i->who, who), entity_text(&i->whom, whom) };
	uint64_t exception = exceptions_match(&keeper->exceptions, &parties, keeper->now);

	if (exception == kept->exception)
		return false;
	kept->exception = exception;
	if (exception) {
		exceptions_matched(keeper, exception);
		floods_excepted(keeper, kept->incident.id);
	}
	return true;
}

/* From now on it is an incident: stored, pushed, and told to people. */
static void kept_show(struct keeper *keeper, struct kept *kept)
{
	kept->shown = true;
	kept->dirty = true;
	kept_silence(keeper, kept);
	kept_put(keeper, kept);
	kept_story(keeper, kept, (struct words){ "Seen for the first time.", "初めて検知しました。" });
	kept_push(keeper, kept);
	news_tell(keeper, kept, KEEPER_OPENED);
}

static void kept_end(struct keeper *keeper, struct kept *kept, struct words why)
{
	kept->open = false;
	kept->incident.ongoing = false;
	kept->held = false;
	kept_follow(&keeper->cases, kept, 0);
	kept_story(keeper, kept, why);
	kept_changed(keeper, kept);
	news_tell(keeper, kept, KEEPER_ENDED);
	floods_over(keeper, kept->incident.id);
}

/* What is dropped is not seen: it goes on while actions against it are in force. */
static void kept_hold(struct keeper *keeper, struct kept *kept)
{
	kept->held = true;
	kept->incident.ongoing = true;
	kept_follow(&keeper->cases, kept, 0);
	kept_changed(keeper, kept);
}

/* A candidate's alerts that the store has not counted yet. */
static void kept_count(struct keeper *keeper, struct kept *kept)
{
	const struct incident *i = &kept->incident;
	char key[20], who[ENTITY_TEXT], whom[ENTITY_TEXT];
	struct store_candidate candidate = {
		.key = key,
		.rule = i->rule,
		.vector = vector_name(i->vector),
		.who = entity_text(&i->who, who),
		.whom = entity_text(&i->whom, whom),
		.first = i->opened,
		.last = i->closed,
		.level = i->level,
		.alerts = i->alerts - kept->counted,
	};

	snprintf(key, sizeof(key), "%016" PRIx64, i->key);
	kept->pushed = keeper->now;
	if (candidate.alerts == 0)
		return;
	if (keeper_stored(keeper, store_candidate_add(keeper->store, &candidate)))
		kept->counted = i->alerts;
}

/* Which one is missed least: a candidate, then what is over, then the least severe and longest silent. */
static bool kept_is_less(const struct kept *a, const struct kept *b)
{
	if (a->shown != b->shown)
		return b->shown;
	if (a->open != b->open)
		return b->open;
	if (a->incident.severity != b->incident.severity)
		return a->incident.severity < b->incident.severity;
	return a->changed < b->changed;
}

static void cases_make_room(struct keeper *keeper)
{
	static const struct words why = { "No longer followed: too many incidents at one time.",
					  "同時に発生したインシデントが多すぎるため、追跡を打ち切りました。" };
	struct cases *cases = &keeper->cases;
	struct kept *least = cases->kept[0];
	size_t at = 0;

	for (size_t n = 1; n < cases->count; n++) {
		if (kept_is_less(cases->kept[n], least)) {
			least = cases->kept[n];
			at = n;
		}
	}
	if (least->shown && least->open) {
		kept_end(keeper, least, why);
		kept_put(keeper, least);
		cases->evicted++;
	}
	cases_remove(cases, at);
}

/* NULL: no memory. */
static struct kept *cases_begin(struct keeper *keeper, uint64_t live)
{
	struct cases *cases = &keeper->cases;
	struct kept *kept = calloc(1, sizeof(*kept));

	if (!kept)
		return NULL;
	if (cases->count == CASES_MAX)
		cases_make_room(keeper);
	kept->open = true;
	kept->live = live;
	cases->kept[cases->count] = kept;
	cases->live[cases->count] = live;
	cases->count++;
	return kept;
}

/* The numbers from before the restart and those since then. */
static void add_before(struct incident *i, const struct incident *before)
{
	i->packets += before->packets;
	i->bytes += before->bytes;
	i->alerts += before->alerts;
	if (before->opened && before->opened < i->opened)
		i->opened = before->opened;
	if (before->peak_pps > i->peak_pps) {
		i->peak_pps = before->peak_pps;
		i->peaked = before->peaked;
	}
	if (before->peak_bps > i->peak_bps)
		i->peak_bps = before->peak_bps;
	if (before->severity > i->severity)
		i->severity = before->severity;
	if (before->confidence > i->confidence)
		i->confidence = before->confidence;
}

static void kept_update(struct kept *kept, const struct incident *news)
{
	struct incident *i = &kept->incident;
	uint64_t id = i->id;

	snprintf(kept->texts.rule, sizeof(kept->texts.rule), "%s", news->rule);
	snprintf(kept->texts.attack, sizeof(kept->texts.attack), "%s", news->attack ? news->attack : "");
	*i = *news;
	i->id = id;
	i->rule = kept->texts.rule;
	i->attack = kept->texts.attack;
	add_before(i, &kept->before);
}

static void kept_again(struct keeper *keeper, struct kept *kept, uint64_t live)
{
	kept->before = kept->incident;
	kept_follow(&keeper->cases, kept, live);
	if (!kept->held)
		kept_story(keeper, kept,
			   (struct words){ "Still going on after a restart of the tower.",
					   "見張り台の再起動後も続いています。" });
	kept->held = false;
}

/* The record of an incident that is told of; NULL: none, and none is needed. */
static struct kept *cases_of(struct keeper *keeper, const struct incident *i, enum incident_news news)
{
	struct cases *cases = &keeper->cases;
	size_t at = cases_at(cases, i->id);
	struct kept *kept = at < cases->count ? cases->kept[at] : NULL;

	if (kept && kept->dismissed && news == INCIDENT_CHANGED && i->ongoing) {
		kept_follow(cases, kept, 0); /* it was closed too early: this is another one */
		kept = NULL;
	}
	if (kept)
		return kept->dismissed && news == INCIDENT_CHANGED ? NULL : kept;
	if (news == INCIDENT_CLOSED)
		return NULL;
	kept = cases_again(cases, i->key);
	if (kept)
		kept_again(keeper, kept, i->id);
	return kept ? kept : cases_begin(keeper, i->id);
}

static void story_worse(struct keeper *keeper, const struct kept *kept)
{
	enum severity severity = kept->incident.severity;
	struct said said;

	said_en(&said, "Became more severe: %s.", severity_name(severity));
	said_ja(&said, "深刻度が上がりました：%s。", severity_japanese(severity));
	kept_story(keeper, kept, said_words(&said));
}

/* What follows of what was told of it. */
static void kept_judge(struct keeper *keeper, struct kept *kept, enum severity before)
{
	bool first = !kept->shown && kept->counted == 0;

	if (!kept->shown && kept->incident.level <= vigilance_now(&keeper->vigilance)) {
		kept_show(keeper, kept);
	} else if (!kept->shown) {
		if (first)
			kept_count(keeper, kept);
	} else {
		if (kept->incident.severity > before) {
			story_worse(keeper, kept);
			news_tell(keeper, kept, KEEPER_WORSE);
		}
		kept_changed(keeper, kept);
	}
}

static const struct words seen_no_more = { "Over: it was not seen any more.",
					   "終息しました。その後は検知されていません。" };

uint64_t keeper_incident(struct keeper *keeper, const struct incident *incident,
			 enum incident_news news, usec_t now)
{
	struct kept *kept;
	enum severity before;

	keeper->now = now;
	kept = cases_of(keeper, incident, news);
	if (!kept)
		return 0;
	if (kept->dismissed) { /* and now the grouping has closed it too */
		kept_follow(&keeper->cases, kept, 0);
		return 0;
	}
	before = kept->incident.severity;
	kept_update(kept, incident);
	kept->changed = kept->seen = now;
	kept_judge(keeper, kept, before);
	if (news == INCIDENT_CLOSED && actions_hold(keeper, kept->incident.id)) {
		kept_hold(keeper, kept);
	} else if (news == INCIDENT_CLOSED && kept->shown) {
		kept_end(keeper, kept, seen_no_more);
	} else if (news == INCIDENT_CLOSED) {
		kept_count(keeper, kept);
		cases_remove(&keeper->cases, cases_at(&keeper->cases, incident->id));
		return 0;
	}
	floods_see(keeper, kept);
	return kept->shown ? kept->incident.id : 0;
}

void cases_dismiss(struct keeper *keeper, struct kept *kept)
{
	kept->open = false;
	kept->dismissed = true;
	kept->changed = keeper->now;
	kept_push(keeper, kept);
}

void cases_judge(struct keeper *keeper)
{
	struct cases *cases = &keeper->cases;
	enum level level = vigilance_now(&keeper->vigilance);

	for (size_t n = 0; n < cases->count; n++) {
		struct kept *kept = cases->kept[n];

		if (kept->open && !kept->shown && kept->incident.level <= level) {
			kept_show(keeper, kept);
		} else if (kept->open && kept->shown && kept_silence(keeper, kept)) {
			kept_changed(keeper, kept);
			news_tell(keeper, kept, KEEPER_OPENED);
		}
	}
}

/* One that the grouping does not follow: held, over with what held it, or lost. */
static void kept_alone(struct keeper *keeper, struct kept *kept)
{
	static const struct words lost = { "Over: it was not seen again after a restart of the tower.",
					   "見張り台の再起動後は検知されていないため、終息とみなしました。" };

	if (actions_hold(keeper, kept->incident.id)) {
		if (!kept->held)
			kept_hold(keeper, kept);
	} else if (kept->held) {
		kept_end(keeper, kept, seen_no_more);
	} else if (keeper->now - keeper->since >= CASES_LOST) {
		kept_end(keeper, kept, lost);
	}
}

void cases_due(struct keeper *keeper)
{
	struct cases *cases = &keeper->cases;

	for (size_t n = 0; n < cases->count; n++) {
		struct kept *kept = cases->kept[n];

		if (kept->to_push && time_is_due(keeper->now, kept->pushed, NEWS_EVERY))
			news_case(keeper, kept);
		if (!kept->shown && time_is_due(keeper->now, kept->pushed, COUNT_EVERY))
			kept_count(keeper, kept);
		if (kept->open && kept->live == 0)
			kept_alone(keeper, kept);
	}
}

void cases_flush(struct keeper *keeper)
{
	struct cases *cases = &keeper->cases;

	for (size_t n = 0; n < cases->count; n++)
		if (cases->kept[n]->dirty && !kept_put(keeper, cases->kept[n]))
			return; /* nor would the others be taken */
}

/* Over, and nobody has seen it. */
static bool kept_waits(const struct keeper *keeper, const struct kept *kept)
{
	return kept->incident.severity >= SEVERITY_HIGH && !kept->acknowledged && !kept->exception &&
	       !kept->dismissed && keeper->now - kept->changed < CASES_WAIT;
}

void cases_committed(struct keeper *keeper)
{
	struct cases *cases = &keeper->cases;

	for (size_t n = cases->count; n-- > 0;) {
		struct kept *kept = cases->kept[n];

		kept->put = false;
		if (!kept->open && !kept->dirty && !kept->to_push && kept->live == 0 &&
		    !kept_waits(keeper, kept))
			cases_remove(cases, n);
	}
}

void cases_undone(struct cases *cases)
{
	for (size_t n = 0; n < cases->count; n++) {
		cases->kept[n]->dirty |= cases->kept[n]->put;
		cases->kept[n]->put = false;
	}
}

static bool load_one(void *whom, const struct store_incident *stored)
{
	struct keeper *keeper = whom;
	struct cases *cases = &keeper->cases;
	struct kept *kept = cases->count < CASES_MAX ? malloc(sizeof(*kept)) : NULL;

	if (!kept)
		return false;
	if (!kept_read(kept, stored) || (!kept->open && !kept_waits(keeper, kept))) {
		free(kept);
		return true;
	}
	kept->dirty = kept->incident.ongoing;
	kept->incident.ongoing = false; /* not before it is seen again */
	kept->was_told = news_is_told(keeper, kept);
	kept->told = kept->incident.severity;
	cases->kept[cases->count] = kept;
	cases->live[cases->count] = 0;
	cases->count++;
	return true;
}

enum err cases_load(struct keeper *keeper)
{
	struct store_query open = { .state = STORE_OPEN, .limit = CASES_MAX };
	struct store_query over = { .state = STORE_CLOSED, .least = SEVERITY_HIGH, .limit = OVER_LOADED };
	enum err err = store_incident_list(keeper->store, &open, load_one, keeper);

	return err == OK ? store_incident_list(keeper->store, &over, load_one, keeper) : err;
}

void cases_free(struct cases *cases)
{
	while (cases->count > 0)
		cases_remove(cases, cases->count - 1);
}
