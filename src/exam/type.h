/*
 * type.h - what a part is: told by its first bytes, and what its name promises.
 *
 * The bytes decide who opens it; that the name says something else is a finding. Sources: file(1)'s
 * magic for numbers that no specification gives; each format's specification else, named in type.c.
 */
#ifndef EXAM_TYPE_H
#define EXAM_TYPE_H

#include "base/span.h"

#include <stdbool.h>

/* TYPE(ENUM, "name", class): the name stands in paths and reports. */
enum type {
#define TYPE(id, name, kind) TYPE_##id,
#include "exam/type.def"
#undef TYPE
	TYPES,
};

/* What opening it by a click does, or may do. */
enum type_kind {
	KIND_PLAIN,    /* is shown, runs nothing: text, pictures, sound */
	KIND_MARKUP,   /* shown by a browser, may run scripts there */
	KIND_DOCUMENT, /* shown by an office program, may hold active things */
	KIND_ARCHIVE,  /* holds files */
	KIND_IMAGE,    /* image of a disk: holds files, and takes the mark of the web off them */
	KIND_MESSAGE,  /* holds parts */
	KIND_SCRIPT,   /* an interpreter runs it */
	KIND_PROGRAM,  /* runs */
	KIND_SHORTCUT, /* has something else run */
	KIND_SEALED,   /* encrypted or signed whole: PGP, S/MIME, rights-managed mail */
};

const char *type_name(enum type type); /* "docx" is not one: "ooxml" */
enum type_kind type_kind(enum type type);

/* By the bytes, of which the first 4 KiB are looked at, and the end for images of disks. The name helps where
 * bytes do not tell: scripts, plain text. TYPE_UNKNOWN: nothing fits. */
enum type type_of(struct span bytes, struct span name);

/* What a name (its last extension) promises; TYPE_UNKNOWN: nothing. */
enum type type_promised(struct span name);

/* Types that are nothing but text, so that only a name tells them. */
bool type_told_by_name(enum type type);

/* The last extension without its dot; empty: none. Blanks and dots that Windows drops from the end of a name are
 * dropped here. */
struct span type_extension(struct span name);

#endif
