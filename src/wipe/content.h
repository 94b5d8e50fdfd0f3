/*
 * content.h - what a file is, by some of its bytes; and whether it still is that.
 *
 * Ordinary changes leave a file what it is: a picture stays a picture, a text a text. Encryption and wiping do not. So
 * nothing is judged by being random alone (pictures and archives are), only by what was there before and is lost.
 */
#ifndef WIPE_CONTENT_H
#define WIPE_CONTENT_H

#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

#define CONTENT_BLOCKS 16
#define CONTENT_BLOCK  4096

enum block_class {
	BLOCK_OTHER, /* has a structure of some kind */
	BLOCK_TEXT,
	BLOCK_FLAT,  /* one byte, or a few, again and again */
	BLOCK_NOISE, /* no byte is likelier than another */
	BLOCK_CODED, /* a text whose letters are all as likely: base64 or hexadecimal digits of noise */
};

enum structure {
	STRUCTURE_UNKNOWN, /* no test for this kind */
	STRUCTURE_WHOLE,
	STRUCTURE_BROKEN,
};

#define KIND_UNKNOWN 0 /* nothing that is known stands at its beginning */

struct content {
	uint64_t size;
	uint16_t kind; /* below TYPES: enum type (exam/type.h); above: a row of kind.def */
	enum structure structure;
	bool sealed; /* kind_is_sealed() or structure_is_sealed() */
	bool open;   /* structure_is_open() */
	bool hollow; /* well packed, but what is in it begins with noise of no known kind */
	unsigned blocks;
	enum block_class class[CONTENT_BLOCKS];
	uint64_t hash[CONTENT_BLOCKS];
};

struct content_room; /* memory for reading */
struct content_room *content_room_new(void); /* NULL: no memory */
void content_room_free(struct content_room *room);

/* Looks at the first `length` bytes of a file in blocks that lie at the same places for each file of this length, and
 * at its structure. False: it cannot be read. */
bool content_look(int fd, uint64_t length, struct content_room *room, struct content *content);
/* The first bytes that were looked at, for what reads texts; borrowed until the next look. */
struct span content_head(const struct content_room *room);

/* Nothing but noise, of no kind that is known. */
bool content_is_noise(const struct content *content);
bool content_is_equal(const struct content *before, const struct content *after);
bool content_is_archive(const struct content *content);
const char *content_kind_name(const struct content *content);

enum loss {
	LOSS_NONE,
	LOSS_NOISE,  /* it is noise now */
	LOSS_CODED,  /* noise in letters */
	LOSS_PART,   /* parts of it are noise now, others are as they were */
	LOSS_BROKEN, /* it begins as before, but is broken inside */
	LOSS_FLAT,   /* overwritten with one byte, or a few, again and again */
	LOSS_CUT,    /* little of its beginning is left */
	LOSS_ALIKE,  /* many that were different have the same contents */
	LOSS_SWAP,   /* it is of another kind than its name says, and was before */
	LOSS_KIND,   /* it is of no kind that is known, and was before */
	LOSS_SEALED, /* a program that people use encrypted it: its owner may have, or not */
	LOSSES,
};

/* Both were looked at with the same length. The name is that it has now. */
enum loss content_loss(const struct content *before, const struct content *after, struct span name);

/* structure.c */
enum structure structure_of(int fd, uint64_t size, uint16_t kind, struct span room);
/* An archive of which a password is asked: 7z or rar; those of zip kind_is_sealed() tells. */
bool structure_is_sealed(int fd, uint64_t size, uint16_t kind);
/* Its kind has an end that cannot be missing, and it is not where the file ends. */
bool structure_is_open(int fd, uint64_t size, uint16_t kind);
/* What the first bytes of a gzip or of the first file of a zip unpack to, in the room; empty: it cannot be told. */
struct span structure_inside(int fd, uint64_t size, uint16_t kind, struct span room);
/* kind.c */
uint16_t kind_of(struct span head);
const char *kind_name(uint16_t kind);
/* Kinds of one group become each other in ordinary life: all texts, all that are zip inside. */
uint16_t kind_group(uint16_t kind);
/* What it holds is encrypted by a program that people use: gpg, age, openssl, zip with a password. */
bool kind_is_sealed(uint16_t kind, struct span head);
enum kind_own {
	KIND_OWN_FIRST = 1000,
#define KIND(id, name, at, bytes) KIND_##id,
#include "wipe/kind.def"
#undef KIND
	KIND_OWN_END,
};

#endif
