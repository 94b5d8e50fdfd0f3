/*
 * pdf_crypt.h - the standard security handler of PDF (ISO 32000-2, 7.6): whether a password opens a document, and its
 * strings and streams decrypted.
 *
 * Most encrypted PDFs have no password for opening, only for changing: viewers show them to everybody, with the empty
 * one. RC4 of 40 to 128 bits, AES-128 and AES-256 (also of Acrobat 9: revision 5).
 */
#ifndef SEALED_PDF_CRYPT_H
#define SEALED_PDF_CRYPT_H

#include "base/digest.h"
#include "exam/arena.h"

enum pdf_method { PDF_PLAIN, PDF_RC4, PDF_AES_128, PDF_AES_256, PDF_METHOD_UNKNOWN };

/* What the dictionary of encryption says (tables 20 and 21). */
struct pdf_lock {
	int64_t version, revision, permissions;
	size_t key_size;            /* bytes */
	struct span owner, user;    /* /O, /U */
	struct span user_key;       /* /UE */
	struct span id;             /* the first half of the file's /ID */
	bool metadata;              /* /EncryptMetadata */
};

struct pdf_crypt {
	bool on;     /* the document is encrypted */
	bool opened; /* and a password was found: `key` is right */
	enum pdf_method strings, streams;
	uint8_t key[32];
	size_t key_size;
};

/* Tries a password (of its user). True: it is the one, and the key is in `crypt`. */
MUST_USE bool pdf_unlock(struct pdf_crypt *crypt, const struct pdf_lock *lock, struct span password,
			 struct digest_kit *kit);

/* Bytes of an object of this number; into the arena. Empty: they are broken. */
struct pdf_owner {
	uint32_t number;
	uint16_t generation;
};
struct span pdf_decrypt(const struct pdf_crypt *crypt, enum pdf_method method, struct pdf_owner owner,
			struct span bytes, struct digest_kit *kit, struct arena *arena);

#endif
