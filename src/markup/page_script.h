/* page_script.h - scripts that stand in pages: what they save, write, send, and where they lead. */
#ifndef MARKUP_PAGE_SCRIPT_H
#define MARKUP_PAGE_SCRIPT_H

#include "markup/payload.h"

/* What the scripts of one page are up to. */
struct page_scripts {
	uint32_t count; /* that stand in it or are fetched */
	size_t bytes;
	bool saves;   /* has something saved */
	bool clicks;  /* ... by itself, or follows a link */
	bool submits; /* sends a form by itself */
	bool moves;   /* leads on to somewhere else */
	bool sends;   /* sends something by itself (fetch, XMLHttpRequest) */
	bool evaluates;
	bool odd_names; /* _0x1a2b3c */
	char from[256]; /* where one is fetched from, or ""; hostile, visible */
	char to[256];   /* what it sends to, leads on to */
	char name[128]; /* under which it saves; UTF-8 */
	struct payload_told told;
};

/* One script, or a handler of events. */
void page_script(struct exam *e, const struct part *part, struct span script, struct page_scripts *scripts);

/* Tells what they came to, at the page's end. `rich`: there is much to read in it, so it is more than a way elsewhere.
 */
void page_scripts_tell(struct exam *e, const struct part *part, const struct page_scripts *scripts, bool rich);

#endif
