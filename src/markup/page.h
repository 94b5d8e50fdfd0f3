/* page.h - one page while it is read: what page.c walks over and page_tag.c takes from its tags. */
#ifndef MARKUP_PAGE_H
#define MARKUP_PAGE_H

#include "base/pen.h"
#include "format/tag.h"
#include "markup/page_script.h"

#define PAGE_URL   4096
#define PAGE_SHOWN 512

struct page {
	struct exam *e;
	const struct part *part;
	enum tag_language language;
	bool attached;      /* opened by a browser, which runs its scripts; else shown by a mail program */
	bool letters_ended; /* a blank is due before the next text */
	struct pen text;    /* what a reader sees */
	struct span base;   /* of links, by <base href> */
	/* The link that is open. */
	struct span link;
	struct pen shown;
	uint8_t shown_room[PAGE_SHOWN];
	struct span first_link; /* to the web */
	uint64_t first_shown;   /* a hash of what it shows */
	uint32_t links;         /* to the web that show something */
	bool links_differ, shown_differ;
	struct span first_frame; /* another page in this one */
	/* The form that is open, or the whole page where a field stands outside. */
	struct span action;
	struct span first_action;
	bool in_form, password;
	/* What is hidden, until the element ends that hides it. */
	char hider[24];
	unsigned hider_depth;
	bool zero_font; /* hidden by its size: between letters that are seen */
	uint32_t hidden_letters, zero_pieces;
	/* Counted. */
	uint32_t pictures, letters;
	bool in_script;  /* XML: inside of a script */
	bool in_style;   /* XML: inside of a style */
	bool holds_data; /* the script is none: JSON, a template */
	struct page_scripts scripts;
};

/* What an OPEN or CLOSE tag does to the page. */
void page_open_tag(struct page *page, const struct tag *tag);
void page_close_tag(struct page *page, const struct tag *tag);
/* Files on other computers that a tag, or a style, has fetched. */
void page_tag_shares(struct page *page, const struct tag *tag);
void page_style_shares(struct page *page, struct span style);
/* Tells the link, or the form, that is open. */
void page_end_link(struct page *page);
void page_end_form(struct page *page);

#endif
