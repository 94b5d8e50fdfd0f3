/* site_test.h - looks made by hand, for the tests of the site watch. */
#ifndef SITE_TEST_H
#define SITE_TEST_H

#include "fare/site.h"

#define SITE_TEST_START ((usec_t)1795000000 * USEC_PER_SEC)

/* A good look at `at`, which took `ms`. */
struct probe_result look_good(usec_t at, int64_t ms);
/* One that failed in a phase. */
struct probe_result look_failed(usec_t at, enum probe_phase phase, const char *why);
/* The page that it brought. */
void look_page(struct probe_result *result, const char *html);

#endif
