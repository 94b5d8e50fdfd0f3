/* watch_line.c - looks that fail because of us say nothing about the site: found out, and told once for all sites. */
#include "site/watch_private.h"

#include "base/hash.h"
#include "fare/say.h"
#include "site/alerts.h"

#include <stdlib.h>
#include <string.h>

#define WITNESSES 4 /* other sites that are looked at when one is lost */
#define PAUSE_MOST (60 * USEC_PER_SEC)

/* Two hosts that come to the same only make us slower to blame our line. */
static uint32_t host_of(const char *url)
{
	const char *host = strstr(url, "://");

	host = host ? host + 3 : url;
	return (uint32_t)hash_text((const uint8_t *)host, strcspn(host, "/?#"), 0);
}

static bool is_lost(const struct slot *slot)
{
	return slot->look.reach >= LINE_LOST;
}

/* Others may not be due for minutes, and only they can tell whether it is us. */
static void call_witnesses(struct site_watch *w, const struct slot *lost, usec_t now)
{
	for (size_t i = 0; i < WITNESSES && i < w->count; i++) {
		struct slot *slot = w->sorted[w->count <= WITNESSES ? i : i * w->count / WITNESSES];
		struct site_course *c = &slot->site.course;

		if (slot != lost && c->state != COURSE_DOWN && !c->again_at)
			c->again_at = now;
	}
}

/* What was counted against sites meanwhile was ours; when it is back they are looked at anew. */
static void turn_line(struct site_watch *w, enum line_news news, usec_t now)
{
	for (size_t i = 0; i < w->count; i++) {
		struct slot *slot = w->sorted[i];
		struct site_course *c = &slot->site.course;

		if (!is_lost(slot))
			continue;
		slot->tell = true;
		if (news == LINE_CAME_BACK) {
			c->again_at = now;
		} else if (c->state != COURSE_DOWN) {
			c->fails = c->vote_count = 0;
			slot->site.nothing_at = now;
		}
	}
	w->minute_at = w->line_alerted_at = 0;
}

static enum line_news judge(struct site_watch *w, const struct slot *slot)
{
	struct line_look *looks = calloc(w->count + 1, sizeof(*looks));
	enum line_news news;

	if (!looks)
		return LINE_SAME;
	for (size_t i = 0; i < w->count; i++)
		looks[i] = w->sorted[i]->look;
	news = site_line_see(&w->line, &slot->look, looks, w->count, w->settings.again * USEC_PER_SEC);
	free(looks);
	return news;
}

/* The look counts for nothing; the next one comes soon where sites are few. */
static void take_nothing(struct site_watch *w, struct slot *slot, const struct probe_result *r)
{
	usec_t again = w->settings.again * USEC_PER_SEC, pause = again * (usec_t)(w->count > 3 ? w->count : 3);

	slot->tell |= slot->site.nothing_at <= slot->site.course.last.at || slot->asked;
	slot->site.nothing_at = r->at;
	say_clean(slot->site.nothing_why, sizeof(slot->site.nothing_why), r->why);
	slot->site.course.again_at = w->settings.once ? 0 : r->at + (pause < PAUSE_MOST ? pause : PAUSE_MOST);
	slot->site.page.again_at = 0;
	slot->asked = false;
}

bool watch_line_take(struct site_watch *w, struct slot *slot, const struct probe_result *r)
{
	enum line_reach reach = line_reach_of(r);
	bool was_good = !w->line.lost_since, down = slot->site.course.state == COURSE_DOWN;
	enum line_news news;

	slot->look = (struct line_look){ r->at, host_of(slot->site.is.url), reach };
	if (down && reach != LINE_GOOD && reach != LINE_OURS)
		slot->look.reach = LINE_NONE;
	news = judge(w, slot);
	if (news != LINE_SAME)
		turn_line(w, news, r->at);
	else if (was_good && w->line.lost_since && !w->asked_only && !w->settings.once)
		call_witnesses(w, slot, r->at);
	if (reach != LINE_OURS && (reach != LINE_LOST || !w->line.down))
		return false;
	take_nothing(w, slot, r);
	return true;
}

void watch_line_alert(struct site_watch *w)
{
	if (!w->line.down || !w->calls.alert || !time_passed(w->now, w->line_alerted_at, 60 * USEC_PER_SEC))
		return;
	site_line_alert(&w->line, w->now, w->calls.alert, w->calls.whom);
	w->line_alerted_at = w->now;
}
