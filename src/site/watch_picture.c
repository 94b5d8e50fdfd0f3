/* watch_picture.c - whose picture is to be taken next, and what becomes of it. */
#include "site/watch_private.h"

#include "probe/url.h"

#include <string.h>

#define PAUSE (3 * USEC_PER_SEC) /* between two pictures: a browser takes a whole processor */

static const char *without_www(const char *host)
{
	return strncmp(host, "www.", 4) == 0 ? host + 4 : host;
}

/* Where the last look ended: that is the page that is judged. A page of another host (which the photographer's browser
 * may not call: a redirect could lead it to an inner machine) has no picture. NULL: then. */
static const char *url_of(const struct site *s)
{
	struct probe_url asked, reached;

	if (url_parse(&asked, s->is.url) != OK || url_parse(&reached, s->course.last.final_url) != OK ||
	    strcmp(without_www(asked.host), without_www(reached.host)) != 0)
		return NULL;
	return s->course.last.final_url;
}

static bool is_troubled(const struct site_page *p)
{
	return p->told || p->last != DEFACE_USUAL;
}

/* A site that is down, or fails just now, has no page; an error is none of ours. */
static bool has_page(const struct site *s)
{
	static const struct ip none;

	return !ip_equal(&s->course.last.address, &none) && s->course.state != COURSE_UNKNOWN && s->course.state != COURSE_DOWN && s->course.last.at &&
	       s->course.last.bad == BAD_NONE && s->course.last.status < 500;
}

/* The slot whose turn it is, NULL: nobody's. */
static struct slot *next_of(const struct site_watch *w, size_t *index)
{
	usec_t most = 0;
	struct slot *next = NULL;

	for (size_t i = 0; i < w->slot_count; i++) {
		struct slot *slot = w->slots[i];
		const struct site_page *p = &slot->site.page;
		usec_t due;

		if (!slot->used || !has_page(&slot->site))
			continue;
		due = site_picture_due(&p->picture, &p->bytes, is_troubled(p), w->now);
		if (due <= most || !url_of(&slot->site))
			continue;
		most = due;
		next = slot;
		*index = i;
	}
	return next;
}

bool site_watch_picture_wanted(struct site_watch *w, struct site_picture_page *page, uint64_t *number)
{
	size_t index = 0;
	struct slot *slot;

	if (!w->settings.browser || w->picture_under_way || !time_passed(w->now, w->picture_at, PAUSE))
		return false;
	slot = next_of(w, &index);
	w->picture_at = w->now; /* also where nobody wants one: thousands need not be asked ten times a second */
	if (!slot)
		return false;
	site_picture_begin(&slot->site.page.picture, slot->site.page.last < DEFACE_SUSPICIOUS, w->now);
	slot->dirty = true;
	w->picture_under_way = true;
	*page = (struct site_picture_page){ url_of(&slot->site), &slot->site.course.last.address };
	*number = watch_number(slot, index);
	return true;
}

void site_watch_picture(struct site_watch *w, uint64_t number, const uint8_t *hash)
{
	struct slot *slot = watch_slot(w, number);

	w->picture_under_way = false;
	w->picture_at = w->now;
	if (!slot || !hash)
		return; /* it was removed meanwhile; or it is tried again later */
	site_picture_take(&slot->site.page.picture, hash);
	slot->site.page.again_at = w->now; /* a look, while the page is still the same */
	slot->dirty = slot->tell = true;
}

void site_watch_no_pictures(struct site_watch *w)
{
	w->settings.browser = w->picture_under_way = false;
	w->minute_at = 0; /* that is told at once */
}
