/* payload.h - files and pages that are written into pages and scripts as text: base64, hexadecimal, numbers, XOR ... */
#ifndef MARKUP_PAYLOAD_H
#define MARKUP_PAYLOAD_H

#include "exam/exam.h"

/* What the script around tells of what it writes. */
struct payload_hints {
	struct span name; /* under which it is saved; empty: unknown */
	bool reverses;    /* it turns texts around */
	bool mixes;       /* it uses XOR */
	bool writes;      /* it writes texts into the page */
};

/* What became of the texts of a script. */
struct payload_told {
	char what[96]; /* "invoice.iso (iso, 1048576 bytes)": the first file that was decoded */
	bool file;     /* a file was decoded that is no picture */
	bool page;     /* a page */
	bool link;     /* a link: `url` */
	char url[256];
	size_t largest; /* bytes of the longest text that could not be decoded to anything known */
};

/* Looks for encoded texts in the strings and lists of numbers of a folded script (markup/fold.h), and has what they
 * hide examined as parts of `part`. */
void payload_search(struct exam *e, const struct part *part, struct span folded, const struct payload_hints *hints,
		    struct payload_told *told);

/* The same for one text: a string, or what stands behind "data:". */
void payload_take(struct exam *e, const struct part *part, struct span text, const struct payload_hints *hints,
		  struct payload_told *told);

#endif
