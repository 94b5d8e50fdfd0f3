/* watch_keep.c - what is written to the ledger, and told to the keeper: in batches, and not more often than it helps. */
#include "site/watch_private.h"

#include "base/text.h"
#include "fare/say.h"

#include <stdlib.h>
#include <string.h>

#define KEEP  (300 * USEC_PER_SEC) /* what nobody would miss: the newest times and counts */
#define TELL  (180 * USEC_PER_SEC)
#define ALERT (60 * USEC_PER_SEC)
#define BATCH 200 /* documents in one change of the ledger */
#define NOTES 10000 /* that wait, when the ledger takes none */

void watch_trouble(struct site_watch *w, enum err err)
{
	const char *text = err == ERR_MEMORY ? "no memory" : ledger_trouble(w->ledger);

	if (err == OK || (w->troubled && strcmp(w->troubled, text) == 0))
		return;
	free(w->troubled);
	w->troubled = strdup(text);
	if (w->calls.trouble)
		w->calls.trouble(w->calls.whom, text);
}

/* --- history */

void watch_note_json(struct site_watch *w, const struct slot *slot, usec_t at, json_t *json)
{
	struct note *note = w->note_count < NOTES ? calloc(1, sizeof(*note)) : NULL;
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	json_decref(json);
	if (!note || !text) {
		free(note);
		free(text);
		watch_trouble(w, ERR_MEMORY);
		return;
	}
	memcpy(note->name, slot->site.is.name, sizeof(note->name));
	note->at = at;
	note->json = text;
	w->note_count++;
	*w->notes_end = note;
	w->notes_end = &note->next;
}

void watch_note(struct site_watch *w, const struct slot *slot, const char *what, struct words say)
{
	const struct site *s = &slot->site;
	usec_t at = s->nothing_at > s->course.last.at ? s->nothing_at : s->course.last.at;

	watch_note_json(w, slot, at, json_pack("{s:s, s:o}", "what", what, "say", say_json(say)));
}

static enum err put_notes(struct site_watch *w)
{
	enum err err = OK;

	for (const struct note *n = w->notes; n && err == OK; n = n->next)
		err = ledger_add(w->ledger, SITE_KIND, n->name, n->at, text_span(n->json), NULL);
	return err;
}

static void drop_notes(struct site_watch *w)
{
	while (w->notes) {
		struct note *next = w->notes->next;

		free(w->notes->json);
		free(w->notes);
		w->notes = next;
	}
	w->notes_end = &w->notes;
	w->note_count = 0;
}

/* --- what was seen */

static bool keep_due(const struct site_watch *w, const struct slot *slot, bool all)
{
	return slot->dirty && (all || slot->urgent || time_passed(w->now, slot->kept_at, KEEP));
}

static enum err put_slot(struct site_watch *w, const struct slot *slot)
{
	json_t *json = site_write(&slot->site, w->settings.writer);
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	enum err err = text ? ledger_put(w->ledger, COURSE_KIND, slot->site.is.name, text_span(text)) : ERR_MEMORY;

	json_decref(json);
	free(text);
	return err;
}

/* Puts up to BATCH of those due into the open change; how many. */
static enum err put_batch(struct site_watch *w, bool all, size_t *from, bool *put)
{
	enum err err = OK;
	unsigned count = 0;

	*put = false;
	for (; *from < w->count && count < BATCH && err == OK; (*from)++) {
		if (!keep_due(w, w->sorted[*from], all))
			continue;
		err = put_slot(w, w->sorted[*from]);
		count++;
	}
	*put = count > 0;
	return err;
}

static void mark_kept(struct site_watch *w, bool all, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		struct slot *slot = w->sorted[i];

		if (!keep_due(w, slot, all))
			continue;
		slot->dirty = slot->urgent = false;
		slot->kept_at = w->now;
	}
}

static bool any_due(const struct site_watch *w, bool all)
{
	for (size_t i = 0; i < w->count; i++)
		if (keep_due(w, w->sorted[i], all))
			return true;
	return w->notes != NULL;
}

/* What cannot be kept stays due, and is tried again a second later. */
void watch_keep(struct site_watch *w, bool all)
{
	size_t from = 0;
	enum err err = OK, end;

	while (any_due(w, all) && err == OK) {
		size_t first = from;
		bool put = false;

		err = ledger_begin(w->ledger);
		if (err != OK)
			break;
		err = put_notes(w);
		if (err == OK)
			err = put_batch(w, all, &from, &put);
		end = ledger_end(w->ledger, err == OK);
		err = err == OK ? end : err;
		if (err == OK) {
			drop_notes(w);
			mark_kept(w, all, first, from);
		}
		if (!put)
			break;
	}
	watch_trouble(w, err);
	if (err == OK) {
		free(w->troubled);
		w->troubled = NULL; /* when it fails again, that is news */
	}
}

/* --- what is told */

static bool holds(const struct slot *slot)
{
	return slot->site.course.last.at != 0;
}

static void tell_site(struct site_watch *w, struct slot *slot)
{
	struct course_rules rules = watch_rules(w, slot);
	char *json = site_document(&slot->site, w->now, &rules);

	if (json && w->calls.site)
		w->calls.site(w->calls.whom, slot->site.is.name, json);
	free(json);
	slot->tell = false;
	slot->told_at = w->now;
}

static void tell_totals(struct site_watch *w)
{
	bool same = memcmp(w->totals.of, w->told_totals.of, sizeof(w->totals.of)) == 0;
	char *json;

	if (!w->calls.all || (same && !time_passed(w->now, w->minute_at, ALERT)))
		return;
	if (w->now > w->looks_at)
		w->totals.per_second = (double)w->looks * USEC_PER_SEC / (double)(w->now - w->looks_at);
	if (time_passed(w->now, w->looks_at, ALERT)) {
		w->looks = 0;
		w->looks_at = w->now;
	}
	w->totals.browser = w->settings.browser;
	w->totals.line = w->line;
	json = site_totals_document(&w->totals, w->now);
	if (json)
		w->calls.all(w->calls.whom, json);
	free(json);
	w->told_totals = w->totals;
	w->minute_at = w->now;
}

void watch_tell(struct site_watch *w)
{
	memset(w->totals.of, 0, sizeof(w->totals.of));
	for (size_t i = 0; i < w->count; i++) {
		struct slot *slot = w->sorted[i];
		struct course_rules rules = watch_rules(w, slot);

		w->totals.of[slot->site.state]++;
		if (slot->tell || time_passed(w->now, slot->told_at, TELL))
			tell_site(w, slot);
		if (w->calls.alert && holds(slot) && time_passed(w->now, slot->alerted_at, ALERT)) {
			site_alerts(&slot->site, w->now, &rules, w->calls.alert, w->calls.whom);
			slot->alerted_at = w->now;
		}
	}
	watch_line_alert(w);
	tell_totals(w);
}
