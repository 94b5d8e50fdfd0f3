/*
 * walk.h - one pass over the XML of an office document: which elements mean something, and what they mean.
 *
 * Elements are known by their local names: who writes a document chooses its prefixes, and the vocabularies (of Word,
 * Excel, PowerPoint, OpenDocument, packages and the flat forms of all of them) hardly ever share a name. So the same
 * walk reads a file of a package, whatever it is called, and a document that is one XML file.
 */
#ifndef XMLDOC_WALK_H
#define XMLDOC_WALK_H

#include "base/pen.h"
#include "exam/exam.h"
#include "format/tag.h"
#include "active/fields.h"

struct walk {
	struct exam *e;
	const struct part *part; /* of whom findings are told: the file, or `inner` */
	struct part inner;       /* flat packages: the part of `whole` that the walk is in */
	const struct part *whole;
	uint8_t inner_name[256];
	struct tags tags;
	struct pen text;         /* what people read */
	struct fields *fields;
	bool office;             /* else, only what tells a document is asked for, and scripts */
	bool macro_sheet;        /* formulas are those of Excel 4.0 macros */
	bool refreshes;          /* a connection: fetched when the workbook is opened */
	bool all_is_text;        /* OpenDocument: text stands anywhere */
	bool encrypted;          /* OpenDocument: was told */
};

/* A whole file, of any charset. `office`: it is one of a document; else its root has to tell. False: it is no XML. */
bool walk_xml(struct exam *e, const struct part *part, bool office);

/* For those who handle elements; what they return is in the arena, or the document's own bytes. */
struct span walk_value(struct walk *walk, const struct tag *tag, const char *name); /* of an attribute */
struct span walk_content(struct walk *walk, const struct tag *tag); /* of a leaf: moves behind its end */
void walk_text(struct walk *walk, struct span utf8);                /* that people read */

/* An element: what is done at its beginning and at its end. */
struct element {
	const char *name;
	void (*open)(struct walk *walk, const struct tag *tag);
	void (*close)(struct walk *walk);
	bool anywhere; /* also in XML that is no document */
};

/* The elements of a name so long, up to one without a name; NULL: there are none. */
const struct element *elements_of(size_t length);

#endif
