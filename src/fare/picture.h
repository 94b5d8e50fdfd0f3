/*
 * picture.h - the newest picture of a site's page: when one is due, and of which page it is.
 *
 * A picture and a look are taken apart, and the page may become another one between them. An old picture must be no sign
 * against a new page, nor a new one against an old page, and neither may be learned as the other's. So a picture holds for
 * a look only when it is of the same page:
 *
 * - The bytes have not changed between the look before the picture was begun and this one: then all three saw the same.
 *   It holds as long as the bytes stay.
 * - Some pages have other bytes with each look (a number of the session, an advertisement), so that the first never comes
 *   true. Where the last looks were all different, and the one before the picture was no alarm, a picture holds for a look
 *   that follows within a minute (one is begun as soon as a picture is there).
 *
 * Where it does not hold, the look is judged without one, as where there is no browser.
 */
#ifndef FARE_PICTURE_H
#define FARE_PICTURE_H

#include "model/time.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#define PICTURE_HASH 8

struct site_picture {
	usec_t at;    /* when the newest was begun; 0: there is none */
	uint8_t hash[PICTURE_HASH];
	usec_t tried; /* when the last was begun, whatever became of it */
	bool calm;    /* the look before it was no alarm */
	bool fresh;   /* it has been in no verdict yet */
};

/* What the looks say of the page: what it takes to know whether a picture is of the same one. */
struct page_bytes {
	uint64_t hash;
	usec_t changed;    /* the look that first had these bytes; 0: before this was kept */
	unsigned restless; /* looks in a row that had other bytes each time */
};
void page_bytes_see(struct page_bytes *bytes, uint64_t hash, usec_t at);

/* How soon it is this page's turn; the larger, the sooner. 0: not now. `troubled`: the last look was not usual. */
usec_t site_picture_due(const struct site_picture *picture, const struct page_bytes *bytes, bool troubled, usec_t now);
/* One is begun. */
void site_picture_begin(struct site_picture *picture, bool calm, usec_t now);
/* ... and is there. */
void site_picture_take(struct site_picture *picture, const uint8_t hash[PICTURE_HASH]);
/* The hash for a look at `at`, the bytes of which were seen; NULL: none that holds for it. */
const uint8_t *site_picture_for(const struct site_picture *picture, const struct page_bytes *bytes, usec_t at);

json_t *site_picture_write(const struct site_picture *picture);
void site_picture_read(struct site_picture *picture, const json_t *json);

#endif
