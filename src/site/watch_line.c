/* watch_line.c - looks that fail because of us say nothing about the site: found out, and told once for all sites. */
#include "site/watch_private.h"

#include "base/hash.h"
#include "fare/say.h"
#include "site/alerts.h"

#include <stdlib.h>
#include <string.h>

#define WITNESSES 4 /* other sites that are looked at when one is lost */
#define PAUSE_MOST (60 * USEC_PER_SEC)

/* Several names at one address are one server, which fails for all of them; where the name itself is not told, it counts.
 * Two hosts that come to the same only make us slower to blame our line. */
static uint32_t host_of(const char *url, const struct probe_result *r)
{
	const char *host = strstr(url, "://");

	if (r->address_count > 0)
		return (uint32_t)hash_16(r->addresses[0].b, 0);
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

/* Nearly every look is one for which the others do not matter: thousands need not be gathered for each. */
static enum line_news judge(struct site_watch *w, const struct slot *slot)
{
	size_t count = site_line_weighs(&w->line, slot->look.reach) ? w->count : 0;
	struct line_look *looks = count ? calloc(count, sizeof(*looks)) : NULL;
	enum line_news news;

	if (count && !looks)
		return LINE_SAME;
	for (size_t i = 0; i < count; i++)
		looks[i] = w->sorted[i]->look;
	news = site_line_see(&w->line, &slot->look, looks, count, w->settings.again * USEC_PER_SEC);
	free(looks);
	return news;
}

/* Somebody else's page came lately, so there is a way out. */
static bool others_reached(const struct site_watch *w, const struct slot *slot, usec_t now)
{
	for (size_t i = 0; i < w->count; i++) {
		const struct slot *other = w->sorted[i];

		if (other != slot && other->look.reach == LINE_GOOD && other->look.at > now - PAUSE_MOST)
			return true;
	}
	return false;
}

/* No way to one address, while others are reached, is that address's fault: whoever owns a name can have it lead there,
 * and the site is not to stay good for that. */
static enum line_reach reach_of(const struct site_watch *w, const struct slot *slot, const struct probe_result *r)
{
	enum line_reach reach = line_reach_of(r);

	return reach == LINE_OURS && r->no_way && others_reached(w, slot, r->at) ? LINE_LOST : reach;
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
	enum line_reach reach = reach_of(w, slot, r);
	bool was_good = !w->line.lost_since, down = slot->site.course.state == COURSE_DOWN;
	enum line_news news;

	slot->look = (struct line_look){ r->at, host_of(slot->site.is.url, r), reach };
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
