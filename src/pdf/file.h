/*
 * file.h - a PDF as its objects: found by looking for "n g obj" all over the file, and in object streams.
 *
 * Viewers go by the cross-reference table, and look for objects as this does where it is broken. What the table could
 * name is all found here, whatever the table says: also objects inside others' streams, and all older versions.
 * A reference means the newest version.
 */
#ifndef PDF_FILE_H
#define PDF_FILE_H

#include "sealed/pdf_crypt.h"
#include "pdf/dict.h"
#include "pdf/filter.h"
#include "exam/exam.h"

/* A dictionary to be judged when all objects are known. */
struct pdf_mark {
	struct pdf_mark *next;
	const struct pdf_object *object;
	uint32_t begin;
	bool outer;
	bool locks; /* a trailer that says that the file is encrypted */
	bool packs; /* of an object stream */
};

struct pdf {
	struct exam *e;
	const struct part *part;
	struct pdf_object *first, *last;
	struct pdf_object **buckets; /* by the lowest bits of the number, the newest first */
	uint32_t bucket_count;       /* a power of 2 */
	uint32_t count;
	struct pdf_mark *marks, **marks_end;
	struct pdf_crypt crypt;
	struct pdf_inflater inflater;
	bool deep, broken, catalog; /* what was met */
	bool open_trailer;          /* says nothing of encryption */
	unsigned pages; /* there are */
	unsigned page;  /* that were looked at */
};

/* What stands for a key, references followed: from its first byte. Empty: nothing. */
struct pdf_value {
	const struct pdf_object *object;
	struct span text;
};

/* Adds the file's objects, and its trailers as objects of number 0. */
void pdf_index(struct pdf *pdf);
/* Adds what is in an object stream. */
void pdf_index_packed(struct pdf *pdf, const struct pdf_dict *dict);

/* The newest object of a number, or the next older one than `after` is. NULL: there is none. */
struct pdf_object *pdf_find(const struct pdf *pdf, int64_t number, const struct pdf_object *after);

/* The value behind a key; its reference followed. */
struct pdf_value pdf_get(const struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key);
/* The value at a place, its reference followed. */
struct pdf_value pdf_follow(const struct pdf *pdf, struct pdf_value value);
/* The object that stands behind a key as a reference; NULL: a direct value. */
struct pdf_object *pdf_reference(const struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key);

/* Its first word. */
struct pdf_token pdf_first(struct pdf_value value);
/* A dictionary. False: it is none. */
MUST_USE bool pdf_dict(const struct pdf *pdf, struct pdf_value value, struct pdf_dict *dict);
/* The values of an array in turn, or the one value that is no array; references followed. False at the end. */
struct pdf_array {
	struct cur at;
	const struct pdf_object *object;
	bool single;
};
struct pdf_array pdf_array(struct pdf_value value);
MUST_USE bool pdf_array_next(const struct pdf *pdf, struct pdf_array *array, struct pdf_value *value);
/* Moves over a whole value. */
void pdf_skip(struct cur *at);

/* Names as they are meant, in `room`; empty: it is no name. */
struct span pdf_get_name(const struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key,
			 uint8_t room[PDF_NAME_MAX]);
bool pdf_named(const struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key, const char *name);
int64_t pdf_get_integer(const struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key, int64_t otherwise);
/* Bytes of a string, decrypted; UTF-8 of a text string. Empty: it is no string. */
struct span pdf_value_bytes(struct pdf *pdf, struct pdf_value value);
struct span pdf_get_bytes(struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key);
struct span pdf_get_text(struct pdf *pdf, const struct pdf_dict *dict, enum pdf_key key);

/* What a stream holds. */
struct pdf_content {
	struct span bytes;
	unsigned filters; /* that were undone */
	bool cut;         /* there is more than `limit` */
	bool broken;      /* read as far as it goes */
};

/* The stream behind an outer dictionary: decrypted and with its filters undone. False: it is none, has a filter that
 * only pictures have, or (told) a limit was reached. */
MUST_USE bool pdf_stream(struct pdf *pdf, const struct pdf_dict *dict, size_t limit, struct pdf_content *content);

#endif
