/*
 * document.h - what people are shown of a site, as JSON: kinds WATCHED_SITE and WATCHED_SITES of docs/tower.md.
 */
#ifndef SITE_DOCUMENT_H
#define SITE_DOCUMENT_H

#include "fare/line_down.h"
#include "fare/site.h"

/* The caller frees; NULL: no memory. */
char *site_document(const struct site *site, usec_t now, const struct course_rules *rules);

struct site_totals {
	unsigned of[SITE_STATES];
	double per_second; /* looks */
	bool browser;      /* pictures are taken */
	struct site_line line;
};
char *site_totals_document(const struct site_totals *totals, usec_t now);

#endif
