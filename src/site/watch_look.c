/* watch_look.c - what one look changes: course, certificate, names, page, and the history of them. */
#include "site/watch_private.h"

#include "fare/keyword.h"
#include "fare/say.h"
#include "fare/words.h"

#define DOWN_INTERVAL (60 * USEC_PER_SEC) /* of a site that is down: its return is to be seen */

/* A site's own interval is that of quiet times: a raised level shortens it as it does the usual one. */
usec_t watch_interval(const struct site_watch *w, const struct slot *slot)
{
	uint64_t now = level_rules(w->level)->probe_interval, normal = level_rules(LEVEL_NORMAL)->probe_interval;
	uint64_t seconds = slot->site.is.every ? slot->site.is.every * now / normal : now;

	return (usec_t)(seconds ? seconds : 1) * USEC_PER_SEC;
}

struct course_rules watch_rules(const struct site_watch *w, const struct slot *slot)
{
	return (struct course_rules){
		.level = w->level,
		.slow_factor = w->settings.slow_factor,
		.again = w->settings.again * USEC_PER_SEC,
		.timeout = w->settings.probe.total_ms * USEC_PER_MS,
		.interval = slot->site.course.state == COURSE_DOWN && watch_interval(w, slot) > DOWN_INTERVAL
				    ? DOWN_INTERVAL
				    : watch_interval(w, slot),
		.once = w->settings.once,
	};
}

static void note_said(struct site_watch *w, const struct slot *slot, const char *what, const struct said *said)
{
	watch_note(w, slot, what, said_words(said));
}

static void see_course(struct site_watch *w, struct slot *slot, const struct probe_result *r)
{
	struct site_course *c = &slot->site.course;
	struct course_rules rules = watch_rules(w, slot);
	enum site_bad bad = site_course_bad(c, r, site_keyword_found(r->body, slot->site.is.keyword));
	char length[TIME_TEXT];
	usec_t since = c->since;
	struct said said;

	switch (site_course_see(c, r, bad, &rules)) {
	case COURSE_WENT_DOWN:
		site_words_bad(c->bad, c->last.status, c->last.why, &said);
		note_said(w, slot, "down", &said);
		break;
	case COURSE_CAME_UP:
		time_span(r->at - since, length);
		said_en(&said, "It works again, after %s.", length);
		said_ja(&said, "復旧しました（停止時間 %s）。", length);
		note_said(w, slot, "up", &said);
		break;
	case COURSE_WENT_SLOW:
		site_words(&slot->site, r->at, &rules, &said);
		note_said(w, slot, "slow", &said);
		break;
	case COURSE_WENT_FAST:
		watch_note(w, slot, "fast", (struct words){ "It is as fast as usual again.", "通常の速さに戻りました。" });
		break;
	case COURSE_SAME:
		break;
	}
}

static void see_certificate(struct site_watch *w, struct slot *slot, const struct probe_result *r)
{
	struct site_certificate *c = &slot->site.certificate;
	struct said said;

	switch (site_certificate_see(c, &r->certificate, r->at)) {
	case CERTIFICATE_OTHER_ISSUER:
		site_words_certificate(c, r->at, &said);
		note_said(w, slot, "certificate", &said);
		break;
	case CERTIFICATE_RENEWED:
		said_en(&said, "The certificate was renewed%s, until %d days from now.", c->same_key ? " with the same key" : "",
			site_certificate_days(c, r->at));
		said_ja(&said, "証明書が更新されました%s。期限まで %d 日です。", c->same_key ? "（鍵は同じ）" : "",
			site_certificate_days(c, r->at));
		note_said(w, slot, "certificate", &said);
		break;
	case CERTIFICATE_FIRST:
	case CERTIFICATE_SAME:
		break;
	}
}

static void see_names(struct site_watch *w, struct slot *slot, const struct probe_result *r)
{
	unsigned news = site_names_see(&slot->site.names, r, w->settings.learn * USEC_PER_SEC);
	struct said said;

	if (!(news & (NAMES_ADDRESSES | NAMES_SERVERS)))
		return;
	site_words_names(&slot->site.names, r->at, &said);
	note_said(w, slot, "dns", &said);
}

/* Hosts of all sites, and the site's own ones. */
#define OWN_MOST 64
static void own_hosts(const struct site_watch *w, const struct slot *slot, const char *own[OWN_MOST + SITE_OWN + 1])
{
	size_t count = 0;

	for (const char *const *host = w->settings.own; host && *host && count < OWN_MOST; host++)
		own[count++] = *host;
	for (unsigned i = 0; i < SITE_OWN && *slot->site.is.own[i]; i++)
		own[count++] = slot->site.is.own[i];
	own[count] = NULL;
}

static void note_page(struct site_watch *w, struct slot *slot, enum page_news news)
{
	static const char *const what[] = { "", "changed", "suspicious", "defaced", "usual" };
	const struct deface_finding *told = slot->site.page.told;

	if (news == PAGE_SAME)
		return;
	if (told)
		watch_note(w, slot, what[news], (struct words){ told->say_en, told->say_ja });
	else
		watch_note(w, slot, what[news], (struct words){ "The page is as usual again.", "ページは通常の状態に戻りました。" });
}

static void see_page(struct site_watch *w, struct slot *slot, const struct probe_result *r)
{
	const char *own[OWN_MOST + SITE_OWN + 1];
	const struct page_rules rules = {
		.ledger = w->ledger,
		.name = slot->site.is.name,
		.own = own,
		.level = w->level,
		.again = w->settings.again * USEC_PER_SEC,
		.once = w->settings.once,
	};
	enum page_news news = PAGE_SAME;

	own_hosts(w, slot, own);
	watch_trouble(w, site_page_see(&slot->site.page, r, &rules, &news));
	note_page(w, slot, news); /* also where the ledger could not take all of it */
}

/* It is not reached, nor is anything else since then: it may be our own line. */
static bool is_doubtful(const struct site_watch *w, const struct site_course *c)
{
	return c->state == COURSE_DOWN && (c->bad == BAD_DNS || c->bad == BAD_TCP) && w->line.lost_since &&
	       c->last.at - w->line.lost_since >= w->settings.again * USEC_PER_SEC;
}

/* What a person asked for is over when no further look is due. */
static void settle(struct site_watch *w, struct slot *slot, enum site_state was)
{
	const struct course_rules rules = watch_rules(w, slot);
	struct site *s = &slot->site;

	s->doubt = is_doubtful(w, &s->course);
	s->state = site_state_of(s, s->course.last.at, rules.level);
	if (s->state != was || !s->since)
		s->since = s->course.last.at;
	slot->dirty = true;
	slot->urgent |= s->state != was || w->asked_only;
	slot->tell |= s->state != was || slot->asked;
	if (s->state != was)
		slot->alerted_at = 0;
	if (!s->course.again_at && !s->page.again_at)
		slot->asked = false;
}

void watch_take(void *whom, uint64_t number, const struct probe_result *result)
{
	struct site_watch *w = whom;
	struct slot *slot = watch_slot(w, number);
	enum site_state was;

	if (!slot)
		return; /* it was removed while it was looked at */
	was = slot->site.state;
	slot->under_way = false;
	if (watch_line_take(w, slot, result)) {
		if (!w->line.down && result->address_count > 0)
			see_names(w, slot, result); /* where it leads now is known, if not what is there */
		return;
	}
	/* A look out of turn is waited for (a picture is there, a failure is tried again): what it saw is told at once. */
	slot->tell |= slot->site.course.again_at || slot->site.page.again_at;
	see_course(w, slot, result);
	see_certificate(w, slot, result);
	see_names(w, slot, result);
	see_page(w, slot, result);
	settle(w, slot, was);
}
