/*
 * dict.h - the dictionaries of an object, each seen once: where the values of its known keys stand.
 *
 * No tree is built. An object's text is cut into words once; as a dictionary closes it is shown, inner ones first,
 * with the offsets of what it holds. Values are read when they are asked for (file.h).
 */
#ifndef PDF_DICT_H
#define PDF_DICT_H

#include "pdf/lex.h"

enum pdf_key {
#define PDF_KEY(id, text) PDF_KEY_##id,
#include "pdf/key.def"
#undef PDF_KEY
	PDF_KEYS, /* none of them */
};

enum pdf_key pdf_key(struct span name);

/* One version of an indirect object (7.3.10). */
struct pdf_object {
	struct span text; /* from behind "obj" to the end of what it stands in */
	struct pdf_object *next;  /* in the order of the file */
	struct pdf_object *older; /* of all with the same lowest bits of their number */
	uint32_t number;
	uint16_t generation;
	bool packed; /* came out of an object stream: its strings are not encrypted */
	bool used;   /* its stream was handed on */
};

#define PDF_DEPTH 48 /* brackets inside each other */

struct pdf_dict {
	const struct pdf_object *object;
	struct span text;          /* the object's */
	uint32_t begin, end;       /* in it: "<<", and behind ">>" */
	uint32_t at[PDF_KEYS];     /* where the value of a key begins, behind the key's name; 0: it is not there */
	bool outer;                /* stands in no other */
	struct span odd;           /* a keyword that is written with needless #xx */
};

typedef void pdf_see(void *whom, const struct pdf_dict *dict);

/* Shows all dictionaries that begin at `from` of an object's text. Returns where it stopped. `deep`: there were
 * more brackets inside each other than are followed. */
uint32_t pdf_walk(const struct pdf_object *object, uint32_t from, pdf_see *see, void *whom, bool *deep);

#endif
