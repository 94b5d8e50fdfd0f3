/* picture.c - whether a picture is of the same page as a look, and when there should be a new one. */
#include "fare/picture.h"

#include "fare/say.h"

#include <string.h>

#define DAY      (86400 * USEC_PER_SEC)
#define HOUR     (3600 * USEC_PER_SEC)
#define MINUTE   (60 * USEC_PER_SEC)
#define AGAIN    (10 * MINUTE) /* of a page that is not usual: what strangers do next is to be seen */
#define RESTLESS 3             /* looks that were all different: a change of the bytes is nothing new */
#define SOONEST  (INT64_MAX / 2) /* a page that is not usual goes before each that is */

void page_bytes_see(struct page_bytes *bytes, uint64_t hash, usec_t at)
{
	if (hash == bytes->hash) {
		bytes->restless = 0;
		return;
	}
	bytes->restless += bytes->restless < RESTLESS;
	bytes->changed = at;
	bytes->hash = hash;
}

usec_t site_picture_due(const struct site_picture *p, const struct page_bytes *bytes, bool troubled, usec_t now)
{
	usec_t pause = p->tried > p->at ? HOUR : DAY; /* one that failed is tried again sooner */
	usec_t waited = p->tried ? now - p->tried : now;

	if (troubled)
		pause = p->tried <= bytes->changed && bytes->restless < RESTLESS ? MINUTE : AGAIN;
	if (!time_passed(now, p->tried, pause))
		return 0;
	if (waited < 1)
		waited = 1; /* the clock was set back */
	return troubled ? SOONEST + waited : waited;
}

void site_picture_begin(struct site_picture *p, bool calm, usec_t now)
{
	p->tried = now;
	p->calm = calm;
}

void site_picture_take(struct site_picture *p, const uint8_t hash[PICTURE_HASH])
{
	memcpy(p->hash, hash, PICTURE_HASH);
	p->at = p->tried;
	p->fresh = true;
}

const uint8_t *site_picture_for(const struct site_picture *p, const struct page_bytes *bytes, usec_t at)
{
	bool same = bytes->changed <= p->at;
	bool soon = p->calm && bytes->restless >= RESTLESS && p->at <= at && at - p->at <= MINUTE;

	return p->at && (same || soon) ? p->hash : NULL;
}

json_t *site_picture_write(const struct site_picture *p)
{
	json_int_t hash;

	memcpy(&hash, p->hash, sizeof(hash));
	return json_pack("{s:I, s:I, s:I, s:b, s:b}", "at", (json_int_t)p->at, "hash", hash, "tried", (json_int_t)p->tried,
			 "calm", p->calm, "fresh", p->fresh);
}

void site_picture_read(struct site_picture *p, const json_t *json)
{
	json_int_t hash = say_number(json, "hash");

	*p = (struct site_picture){
		.at = say_when(say_number(json, "at")),
		.tried = say_when(say_number(json, "tried")),
		.calm = json_is_true(json_object_get(json, "calm")),
		.fresh = json_is_true(json_object_get(json, "fresh")),
	};
	memcpy(p->hash, &hash, sizeof(p->hash));
}
