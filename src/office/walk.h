/*
 * walk.h - one pass over the XML of an office document: which elements mean something, and what they mean.
 *
 * Elements are known by their local names: who writes a document chooses its prefixes, and the vocabularies (of Word,
 * Excel, PowerPoint, OpenDocument, packages and the flat forms of all of them) hardly ever share a name. So the same
 * walk reads a file of a package, whatever it is called, and a document that is one XML file.
 */
#ifndef OFFICE_WALK_H
#define OFFICE_WALK_H

#include "base/pen.h"
#include "exam/exam.h"
#include "format/tag.h"
#include "office/field.h"

struct walk {
	struct exam *e;
	const struct part *part; /* of whom findings are told */
	struct part inner;       /* flat packages: the part that the walk is in */
	struct tags tags;
	struct pen text;         /* what people read */
	struct fields *fields;   /* NULL: no field was seen yet */
	bool macro_sheet;        /* formulas are those of Excel 4.0 macros */
	bool refreshes;          /* a connection: fetched when the workbook is opened */
	bool all_is_text;        /* OpenDocument: text stands anywhere */
};

/* A whole file, of any charset. False: it is no XML. */
bool walk_xml(struct exam *e, const struct part *part);

/* For those who handle elements; what they return is in the arena, or the document's own bytes. */
struct span walk_value(struct walk *walk, const struct tag *tag, const char *name); /* of an attribute */
struct span walk_content(struct walk *walk, const struct tag *tag); /* of a leaf: moves behind its end */
void walk_text(struct walk *walk, struct span utf8);                /* that people read */

/* An element: what is done at its beginning and at its end. */
struct element {
	const char *name;
	void (*open)(struct walk *walk, const struct tag *tag);
	void (*close)(struct walk *walk);
};

/* The elements of a name so long, up to one without a name; NULL: there are none. */
const struct element *elements_of(size_t length);

#endif
