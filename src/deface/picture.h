/*
 * picture.h - a picture of a page's head by headless Chromium, as a perceptual hash (pHash: DCT of 32 by 32 greys).
 *
 * Optional: where no Chromium is installed there are no pictures. It runs as a child with a fixed list of words, an
 * empty folder of its own, a time limit, and no access to anything but the site.
 */
#ifndef DEFACE_PICTURE_H
#define DEFACE_PICTURE_H

#include "base/err.h"
#include "model/ip.h"

#include <stdbool.h>
#include <stdint.h>

/* Whether there is a browser to do it; its path, or NULL. */
const char *picture_browser(void);
/* Waits, up to `seconds`. `hash`: 8 bytes. `folder`: for its files. `at`: where its host is; NULL: wherever its name leads by
 * then, which is for whoever owns the name to say, page by page (DNS rebinding). */
MUST_USE enum err picture_take(const char *browser, const char *url, const struct ip *at, const char *folder,
			       unsigned seconds, uint8_t hash[8]);
/* Removes what was left in the folder by somebody who was killed while a picture was taken. */
void picture_clean(const char *folder);
/* The hash of a PNG file; ERR_FORMAT. */
MUST_USE enum err picture_hash(const char *png, uint8_t hash[8]);
/* Of 64: at most about 10 for the same page. */
unsigned picture_distance(const uint8_t a[8], const uint8_t b[8]);

#endif
