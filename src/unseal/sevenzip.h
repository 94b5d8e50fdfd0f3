/*
 * sevenzip.h - 7z archives that are encrypted (7zFormat.txt of the 7-Zip sources): opened with passwords, and written
 * anew without the encryption, for libarchive, which knows all of the format but that.
 *
 * Folders, in the format's words, are chains of coders that unpack one stream, which holds files one behind the other.
 * Nothing in the format says that a password is right: what comes out must have the first file's CRC.
 */
#ifndef UNSEAL_SEVENZIP_H
#define UNSEAL_SEVENZIP_H

#include "base/cursor.h"
#include "unseal/seal.h"
#include "unseal/stretch.h"

#define SEVENZIP_HEAD    32 /* bytes of the first header, which says where the other one is */
#define SEVENZIP_CODERS  16 /* of a folder; programs write 8 at most, libarchive reads 4 */
#define SEVENZIP_STREAMS 16 /* of a folder: into its coders, or out of them */
#define SEVENZIP_KEYS    4  /* that are made of one password: archives that were added to have several salts */

struct sevenzip_coder {
	struct span id, props;
	uint32_t in, out; /* streams */
};

/* An input that is another coder's output. */
struct sevenzip_bind {
	uint32_t in, out;
};

struct sevenzip_folder {
	struct sevenzip_coder coders[SEVENZIP_CODERS];
	struct sevenzip_bind binds[SEVENZIP_STREAMS];
	uint32_t packed[SEVENZIP_STREAMS]; /* the inputs that are packed streams */
	uint64_t sizes[SEVENZIP_STREAMS];  /* of each output, unpacked */
	uint32_t coder_count, bind_count, packed_count, in_count, out_count;
	uint32_t first_pack;
	bool has_crc, locked;
	uint32_t crc;
	/* The first file that is not empty: what a password is known by. */
	bool has_probe;
	uint32_t probe_crc;
	uint64_t probe_size;
};

struct sevenzip_key {
	uint8_t power, salt_len, salt[16], key[STRETCH_KEY];
};

struct sevenzip {
	struct seal seal;
	struct span archive;
	/* One layer: the header's own packing, or the files. */
	struct span *packs; /* packed streams, one behind the other */
	struct sevenzip_folder *folders;
	uint32_t pack_count, folder_count;
	struct span tail;  /* of the plain header: what follows its folders */
	uint32_t layers;   /* the header was packed so often */
	struct sevenzip_key keys[SEVENZIP_KEYS]; /* of the password that is tried */
	uint32_t key_count;
};

/* --- sevenzip_open.c --- */

/* Reads the header as far as it is not encrypted. Spans are in `bytes`, and in the arena. */
MUST_USE enum err sevenzip_read(struct exam *e, struct span bytes, struct sevenzip *z);
/* Tries a password on the header, or on the folders that are locked. True: something was opened. */
bool sevenzip_unlock(struct exam *e, struct sevenzip *z, struct span password);

/* --- sevenzip_streams.c --- */

/* Packed streams and folders, up to their end, and what is known of the files in them. */
MUST_USE enum err sevenzip_streams(struct exam *e, struct sevenzip *z, struct cur *c);
uint64_t sevenzip_number(struct cur *c);
/* Which coder decrypts; coder_count: none. */
uint32_t sevenzip_aes(const struct sevenzip_folder *f);

/* --- sevenzip_write.c --- */

/* The archive as it stands in `z`; in the arena. */
MUST_USE enum err sevenzip_write(struct exam *e, const struct sevenzip *z, struct span *out);
/* The first `size` bytes out of a folder, whose packed streams are `packs`; in the arena. ERR_FORMAT: they are not what
 * the coders pack. */
MUST_USE enum err sevenzip_pour(struct exam *e, const struct sevenzip_folder *f, const struct span *packs, size_t size,
				struct span *bytes);

#endif
