/* watch.c - turns: which looks are due, and who asks for what. */
#include "site/watch_private.h"

#include "fare/say.h"

#include <stdlib.h>
#include <string.h>

#define DAY     (86400 * USEC_PER_SEC)
#define HISTORY (400 * DAY)
#define LEAST   50 /* entries of each site that stay, however old */

struct site_watch *site_watch_new(struct ledger *ledger, const struct site_watch_settings *settings,
				  const struct site_watch_calls *calls, usec_t now)
{
	struct site_watch *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->ledger = ledger;
	w->settings = *settings;
	w->calls = *calls;
	w->level = LEVEL_NORMAL;
	w->notes_end = &w->notes;
	w->now = w->looks_at = now;
	w->probes = probe_new(&settings->probe, watch_take, w);
	if (!w->probes || !watch_read_list(w)) {
		site_watch_free(w, now);
		return NULL;
	}
	return w;
}

void site_watch_free(struct site_watch *w, usec_t now)
{
	w->now = now;
	if (w->sorted)
		watch_keep(w, true);
	probe_free(w->probes);
	for (size_t i = 0; i < w->slot_count; i++) {
		site_close(&w->slots[i]->site);
		free(w->slots[i]);
	}
	while (w->notes) {
		struct note *next = w->notes->next;

		free(w->notes->json);
		free(w->notes);
		w->notes = next;
	}
	free(w->slots);
	free(w->sorted);
	free(w->troubled);
	free(w);
}

size_t site_watch_count(const struct site_watch *w)
{
	return w->count;
}

/* --- turns */

static usec_t due_at(const struct site_watch *w, const struct slot *slot)
{
	const struct site *s = &slot->site;
	const struct course_rules rules = watch_rules(w, slot);
	usec_t last = s->course.last.at > s->nothing_at ? s->course.last.at : s->nothing_at;
	usec_t due = last ? last + rules.interval : 0;

	if (slot->asked && !s->course.again_at && !s->page.again_at)
		return 0;
	if (last > w->now)
		return 0; /* the clock was set back */
	if (s->course.again_at && s->course.again_at < due)
		due = s->course.again_at;
	if (s->page.again_at && s->page.again_at < due)
		due = s->page.again_at;
	return due;
}

static void begin_look(struct site_watch *w, struct slot *slot, size_t index)
{
	if (probe_ask(w->probes, watch_number(slot, index), slot->site.is.url) != OK)
		return; /* too many wait: at the next turn */
	slot->under_way = true;
	w->looks++;
}

static void begin_looks(struct site_watch *w)
{
	for (size_t i = 0; i < w->slot_count; i++) {
		struct slot *slot = w->slots[i];

		if (slot->used && !slot->under_way && (slot->asked || !w->asked_only) && w->now >= due_at(w, slot))
			begin_look(w, slot, i);
	}
}

/* Certificates run out without a look. */
static void renew_states(struct site_watch *w)
{
	for (size_t i = 0; i < w->count; i++) {
		struct slot *slot = w->sorted[i];
		enum site_state state = site_state_of(&slot->site, w->now, w->level);

		if (state == slot->site.state)
			continue;
		slot->site.state = state;
		slot->site.since = w->now;
		slot->tell = slot->dirty = slot->urgent = true;
		slot->alerted_at = 0;
	}
}

void site_watch_level(struct site_watch *w, enum level level)
{
	w->level = level;
	renew_states(w); /* what is an alarm at this level is one from now on */
	for (size_t i = 0; i < w->count; i++)
		w->sorted[i]->tell = true;
}

static void follow_list(struct site_watch *w)
{
	json_int_t mark = w->mark;
	enum err err = site_list_mark(w->ledger, &mark);

	watch_trouble(w, err);
	if (err == OK && mark != w->mark)
		watch_read_list(w);
}

void site_watch_turn(struct site_watch *w, usec_t now)
{
	w->now = now;
	begin_looks(w);
	if (!time_passed(now, w->second_at, USEC_PER_SEC))
		return;
	w->second_at = now;
	follow_list(w);
	renew_states(w);
	watch_keep(w, false);
	watch_tell(w);
	if (time_passed(now, w->trimmed_at, DAY)) {
		watch_trouble(w, ledger_trim(w->ledger, SITE_KIND, now - HISTORY, LEAST));
		w->trimmed_at = now;
	}
}

void site_watch_wait(struct site_watch *w, int ms)
{
	probe_work(w->probes, ms);
}

int site_watch_fd(const struct site_watch *w)
{
	return probe_fd(w->probes);
}

/* --- who asks */

enum err site_watch_check(struct site_watch *w, const char *name)
{
	struct slot *slot = watch_find(w, name);

	if (!slot)
		return ERR_EMPTY;
	slot->asked = true;
	slot->site.course.again_at = slot->site.page.again_at = 0;
	return OK;
}

size_t site_watch_pending(const struct site_watch *w)
{
	size_t count = 0;

	for (size_t i = 0; i < w->count; i++)
		count += w->sorted[i]->asked || w->sorted[i]->under_way;
	return count;
}

void site_watch_asked_only(struct site_watch *w)
{
	w->asked_only = true;
}

enum err site_watch_approve(struct site_watch *w, const struct site_approval *approval, usec_t now)
{
	struct slot *slot = watch_find(w, approval->name);
	char by[64], reason[SAID_TEXT];
	bool other;
	enum err err;

	if (!slot)
		return ERR_EMPTY;
	other = site_names_told(&slot->site.names, now) || slot->site.certificate.told_until > now;
	err = site_page_approve(&slot->site.page, w->ledger, approval->name, now);
	if (err != OK && (err != ERR_EMPTY || !other))
		return err;
	site_names_approve(&slot->site.names, now);
	site_certificate_approve(&slot->site.certificate);
	w->now = now;
	watch_note_json(w, slot, now, json_pack("{s:s, s:s, s:s}", "what", "approved", "by",
					   say_clean(by, sizeof(by), approval->by), "reason",
					   say_clean(reason, sizeof(reason), approval->reason)));
	slot->dirty = slot->urgent = slot->tell = true;
	renew_states(w);
	watch_keep(w, false);
	return OK;
}

char *site_watch_document(const struct site_watch *w, const char *name, usec_t now)
{
	const struct slot *slot = watch_find(w, name);
	struct course_rules rules;

	if (!slot)
		return NULL;
	rules = watch_rules(w, slot);
	return site_document(&slot->site, now, &rules);
}

void site_watch_each(const struct site_watch *w, void (*see)(void *whom, const char *name), void *whom)
{
	for (size_t i = 0; i < w->count; i++)
		see(whom, w->sorted[i]->site.is.name);
}
