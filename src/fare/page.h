/*
 * page.h - is the page still ours? Each look is judged (deface/), learned where it is no alarm, and told when two looks
 * agree. What was learned lies in the ledger, as there may be thousands of sites.
 */
#ifndef FARE_PAGE_H
#define FARE_PAGE_H

#include "deface/deface.h"
#include "fare/picture.h"
#include "ledger/ledger.h"
#include "probe/probe.h"

#include <jansson.h>

struct site_page {
	struct page_bytes bytes;   /* of the page that was judged last */
	struct site_picture picture;
	enum deface_verdict last;  /* of that look alone */
	unsigned agree;            /* looks that are suspicious or worse, with no more than one other between them */
	usec_t alarmed_at;         /* the last of these */
	unsigned usual;            /* ... that are not */
	struct deface_finding *told; /* what people see: a change or worse; NULL: all is usual. Clean texts. */
	usec_t since;              /* of it */
	usec_t again_at;           /* a further look is due then; 0: none */
	unsigned learned;          /* looks, as far as that matters */
	usec_t learned_at;
};

struct page_rules {
	struct ledger *ledger;
	const char *name;       /* of the site: the key in the ledger */
	const char *const *own; /* its own hosts, NULL-ended */
	enum level level;
	usec_t again;
	bool once;
};

enum page_news { PAGE_SAME, PAGE_CHANGED, PAGE_SUSPICIOUS, PAGE_DEFACED, PAGE_USUAL };

/* A look that came back whole. An error is one of the ledger or of memory: then nothing was judged. */
MUST_USE enum err site_page_see(struct site_page *page, const struct probe_result *result, const struct page_rules *rules,
				enum page_news *news);
/* A person approves the page as it was seen last. ERR_EMPTY: nothing has changed. */
MUST_USE enum err site_page_approve(struct site_page *page, struct ledger *ledger, const char *name, usec_t at);
/* Forgets what was learned of a site that is removed. */
MUST_USE enum err site_page_forget(struct ledger *ledger, const char *name);
/* A page whose site was never added: told only. */
MUST_USE enum err site_page_judge_once(struct site_page *page, const struct probe_result *result,
				       const char *const *own);

json_t *site_page_write(const struct site_page *page);
void site_page_read(struct site_page *page, const json_t *json);
void site_page_close(struct site_page *page);

#endif
