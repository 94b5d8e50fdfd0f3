/*
 * rar4.c - blocks of RAR 4: headers that are encrypted, each behind a salt of its own, and files that are.
 *
 * One file is unpacked to know whether a password is right: the first that is encrypted. Checksums stay as they are, so
 * that libarchive tells a file that another password has.
 */
#include "unseal/rar4.h"

#include "base/cursor.h"
#include "base/pen.h"
#include "sealed/cipher.h"
#include "unseal/first.h"

#include <zlib.h>

#define SIGNATURE 7  /* "Rar!\x1a\7\0" */
#define HEAD      7  /* bytes that each block begins with: CRC, type, flags, size */
#define FILE_HEAD 25 /* bytes of a file behind them, its name not counted */
#define AES_BYTES 16
#define SHA1_BLOCK  64 /* bytes: RAR 4's SHA-1 changes a password that is longer with its salt, on the way */
#define UNPACK_WORK 2 /* bytes of work for one that is unpacked */

enum { BLOCK_MAIN = 0x73, BLOCK_FILE = 0x74, BLOCK_SERVICE = 0x7a, BLOCK_END = 0x7b };
enum { MAIN_SEALED = 0x80 };
enum { FILE_SEALED = 4, FILE_SOLID = 0x10, FILE_LARGE = 0x100, FILE_SALT = 0x400, HAS_DATA = 0x8000 };
enum { VERSION_AES = 29, VERSION_LAST = 36, METHOD_STORED = 0x30 };

struct block {
	struct span head; /* with its CRC */
	struct span data;
	uint8_t type;
	uint16_t flags;
	bool sound;     /* the CRC is right */
	/* of a file that is encrypted in the way that is read here */
	bool locked;
	size_t salt_at; /* in `head` */
	uint64_t size;  /* unpacked */
	uint32_t crc;
	uint8_t method;
};

/* --- reading --- */

static uint16_t crc_of(struct span head)
{
	return (uint16_t)crc32_z(0, head.ptr + 2, head.len - 2);
}

static void read_file(struct block *b, struct cur c)
{
	size_t name;
	uint8_t version;

	cur_take(&c, HEAD + 4);
	b->size = cur_le32(&c);
	cur_u8(&c);
	b->crc = cur_le32(&c);
	cur_le32(&c);
	version = cur_u8(&c);
	b->method = cur_u8(&c);
	name = cur_le16(&c);
	cur_le32(&c);
	if (b->flags & FILE_LARGE) {
		cur_le32(&c);
		b->size |= (uint64_t)cur_le32(&c) << 32;
	}
	cur_span(&c, name);
	b->salt_at = c.off;
	cur_span(&c, RAR4_SALT);
	b->locked = !c.bad && b->sound && (b->flags & FILE_SEALED) && (b->flags & FILE_SALT) &&
		    version >= VERSION_AES && version <= VERSION_LAST;
}

/* All but its data. *data: how long that is. */
static bool head_read(struct cur *c, struct block *b, uint64_t *data)
{
	const uint8_t *from = c->p, *head = cur_take(c, HEAD);
	uint16_t size = ld_le16(head + 5);

	*b = (struct block){ .type = head[2], .flags = ld_le16(head + 3) };
	cur_span(c, size > HEAD ? size - HEAD : 0);
	*data = 0;
	if (c->bad || size < HEAD)
		return false;
	b->head = (struct span){ from, size };
	b->sound = crc_of(b->head) == ld_le16(from);
	if (b->type == BLOCK_FILE || b->type == BLOCK_SERVICE || (b->flags & HAS_DATA)) {
		*data = size >= HEAD + 4 ? ld_le32(from + HEAD) : 0;
		if ((b->flags & FILE_LARGE) && (b->type == BLOCK_FILE || b->type == BLOCK_SERVICE))
			*data |= size >= HEAD + FILE_HEAD + 4 ? (uint64_t)ld_le32(from + HEAD + FILE_HEAD) << 32 : 0;
	}
	if (b->type == BLOCK_FILE || b->type == BLOCK_SERVICE)
		read_file(b, cur_init(b->head));
	return true;
}

static bool block_read(struct cur *c, struct block *b)
{
	uint64_t data;

	if (!head_read(c, b, &data) || data > c->left)
		return false;
	b->data = cur_span(c, (size_t)data);
	return true;
}

/* The first file that a password can be tried on; false: there is none. */
static bool find_locked(struct exam *e, const struct rar4 *r, struct block *b)
{
	struct cur c = cur_init(r->archive);

	cur_span(&c, SIGNATURE);
	while (c.left && exam_work(e, 64) && block_read(&c, b) && b->type != BLOCK_END)
		if (b->locked && b->type == BLOCK_FILE && b->size && !(b->flags & FILE_SOLID))
			return true;
	return false;
}

enum err rar4_read(struct exam *e, struct span bytes, struct rar4 *r)
{
	struct cur c = cur_init(bytes);
	struct block b;

	if (bytes.len < SIGNATURE || cur_take(&c, SIGNATURE)[6] != 0)
		return ERR_UNSUPPORTED;
	*r = (struct rar4){ .archive = bytes, .power = STRETCH_RAR4_POWER };
	if (!block_read(&c, &b) || b.type != BLOCK_MAIN)
		return ERR_FORMAT;
	r->seal.sealed = b.flags & MAIN_SEALED;
	r->seal.locked = !r->seal.sealed && find_locked(e, r, &b);
	return OK;
}

/* --- keys --- */

/* Of the password; NULL: it is too dear. */
static const struct rar4_key *key_for(struct exam *e, struct rar4 *r, const uint8_t *salt)
{
	struct stretch stretch = { candidate_wide(&r->password), { salt, RAR4_SALT }, r->power };
	struct rar4_key *key = r->keys;

	for (; key < r->keys + r->key_count; key++)
		if (memcmp(key->salt, salt, RAR4_SALT) == 0)
			return key;
	if (r->key_count == RAR4_KEYS)
		r->key_count = 0;
	key = &r->keys[r->key_count];
	if (!seal_spend(e, &r->seal, stretch_rar4_cost(&stretch)) || !stretch_rar4(&stretch, key->key, key->iv))
		return NULL;
	memcpy(key->salt, salt, RAR4_SALT);
	r->key_count++;
	return key;
}

/* --- headers that are encrypted --- */

struct strip {
	struct exam *e;
	struct rar4 *r;
	struct cipher *cipher;
	struct cur c;
	struct pen out;
};

static bool decrypt_to(struct strip *s, const uint8_t *key, const uint8_t *iv, struct span in)
{
	if (in.len > s->out.size - s->out.used || !cipher_decrypt(s->cipher, key, iv, in, s->out.room + s->out.used))
		return false;
	s->out.used += in.len;
	return true;
}

/* The next block: its header decrypted, its data as it is. False: it is broken, or the key is wrong. */
static bool strip_block(struct strip *s, struct block *b)
{
	const struct rar4_key *key = key_for(s->e, s->r, cur_take(&s->c, RAR4_SALT));
	struct span first = cur_span(&s->c, AES_BYTES);
	size_t from = s->out.used, len, rest;
	struct cur head;
	uint64_t data;

	if (!key || s->c.bad || !decrypt_to(s, key->key, key->iv, first))
		return false;
	len = ld_le16(s->out.room + from + 5);
	rest = len > AES_BYTES ? (len - 1) / AES_BYTES * AES_BYTES : 0;
	if (len < HEAD || rest > s->c.left || !decrypt_to(s, key->key, first.ptr, cur_span(&s->c, rest)))
		return false;
	s->out.used = from + len;
	head = cur_init(pen_since(&s->out, from));
	if (!head_read(&head, b, &data) || !b->sound || b->type <= BLOCK_MAIN || b->type > BLOCK_END || data > s->c.left)
		return false;
	pen_span(&s->out, cur_span(&s->c, (size_t)data));
	return true;
}

/* A header with its CRC made anew. */
static void put_head(struct pen *out, size_t from)
{
	if (!out->cut) {
		uint16_t crc = crc_of(pen_since(out, from));

		out->room[from] = (uint8_t)crc;
		out->room[from + 1] = (uint8_t)(crc >> 8);
	}
}

static unsigned strip_all(struct strip *s, bool *whole)
{
	struct block b = { 0 };
	size_t from = SIGNATURE;
	unsigned blocks = 0;

	pen_span(&s->out, cur_span(&s->c, SIGNATURE));
	if (!block_read(&s->c, &b))
		return 0;
	pen_span(&s->out, b.head);
	s->out.room[from + 3] &= (uint8_t)~MAIN_SEALED;
	put_head(&s->out, from);
	for (*whole = true; s->c.left && *whole && b.type != BLOCK_END; blocks += *whole)
		*whole = strip_block(s, &b);
	return blocks;
}

/* The archive with its headers as if they had not been encrypted. False: the key is wrong. */
static bool strip_headers(struct exam *e, struct rar4 *r)
{
	struct strip s = { .e = e, .r = r, .c = cur_init(r->archive) };
	size_t most = r->archive.len + AES_BYTES, mark = arena_mark(&e->arena);
	uint8_t *room = seal_spend(e, &r->seal, most / AES_BYTES) ? arena_take(&e->arena, most) : NULL;
	bool whole = false, done = false;

	s.cipher = cipher_new(text_span("SHA1"), 128, CIPHER_CBC);
	s.out = pen_init(room, most);
	if (room && s.cipher)
		done = strip_all(&s, &whole) > 0;
	cipher_free(s.cipher);
	if (!done) {
		arena_back(&e->arena, mark);
		return false;
	}
	r->archive = pen_since(&s.out, 0);
	r->seal.broken = !whole;
	return true;
}

/* --- files --- */

/* The block without its encryption, by the password, right or wrong. */
static bool put_opened(struct exam *e, struct rar4 *r, const struct block *b, struct pen *out)
{
	const struct rar4_key *key = key_for(e, r, b->head.ptr + b->salt_at);
	struct cipher *cipher = cipher_new(text_span("SHA1"), 128, CIPHER_CBC);
	struct span data = { b->data.ptr, b->data.len / AES_BYTES * AES_BYTES };
	uint64_t size = b->method == METHOD_STORED && b->size < data.len ? b->size : data.len;
	size_t from = out->used, behind = b->salt_at + RAR4_SALT;
	struct pen fields;
	bool done;

	pen_span(out, (struct span){ b->head.ptr, b->salt_at });
	pen_span(out, (struct span){ b->head.ptr + behind, b->head.len - behind });
	done = key && cipher && !out->cut && data.len <= out->size - out->used;
	if (done) {
		fields = pen_init(out->room + from + 3, HEAD + 1);
		pen_le(&fields, b->flags & ~(unsigned)(FILE_SEALED | FILE_SALT), 2);
		pen_le(&fields, b->head.len - RAR4_SALT, 2);
		pen_le(&fields, size, 4);
		put_head(out, from);
		done = !data.len || cipher_decrypt(cipher, key->key, key->iv, data, out->room + out->used);
		out->used += (size_t)size;
	}
	cipher_free(cipher);
	return done;
}

/* An archive of one file. */
static bool is_right(struct exam *e, struct rar4 *r, const struct block *b)
{
	static const uint8_t start[] = { 'R', 'a', 'r', '!', 0x1a, 7, 0, 0xcf, 0x90, 0x73, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0 };
	size_t most = sizeof(start) + b->head.len + b->data.len, mark = arena_mark(&e->arena);
	bool room_for = b->size <= exam_inflate_room(e, r->archive.len);
	uint8_t *room = room_for && seal_spend(e, &r->seal, most + UNPACK_WORK * b->size) ? arena_take(&e->arena, most) : NULL;
	struct pen out = pen_init(room, most);
	struct span bytes;
	bool right = false;

	r->seal.spent |= !room_for;
	if (!room)
		return false;
	pen_span(&out, (struct span){ start, sizeof(start) });
	if (put_opened(e, r, b, &out))
		right = first_file(e, &(struct first){ TYPE_RAR, pen_since(&out, 0), mark }, (size_t)b->size, &bytes) == OK &&
			crc32_z(0, bytes.ptr, bytes.len) == b->crc;
	arena_back(&e->arena, mark);
	return right;
}

bool rar4_unlock(struct exam *e, struct rar4 *r, struct span password)
{
	struct block b;

	r->password.utf8 = password;
	candidate_widen(&r->password);
	r->key_count = 0;
	if (r->password.wide_len + RAR4_SALT >= SHA1_BLOCK)
		return false;
	if (r->seal.sealed ? !strip_headers(e, r) : !find_locked(e, r, &b) || !is_right(e, r, &b))
		return false;
	r->seal.sealed = false;
	r->seal.locked = 0;
	return true;
}

/* --- writing --- */

static enum err put_blocks(struct exam *e, struct rar4 *r, struct pen *out)
{
	struct cur c = cur_init(r->archive);
	struct block b = { 0 };

	pen_span(out, cur_span(&c, SIGNATURE));
	while (c.left && b.type != BLOCK_END) {
		struct span rest = cur_rest(&c);

		if (!exam_work(e, 64))
			return ERR_LIMIT;
		if (!block_read(&c, &b))
			c = cur_init(rest);
		if (c.p == rest.ptr)
			break;
		if (!b.locked)
			pen_span(out, (struct span){ rest.ptr, b.head.len + b.data.len });
		else if (!put_opened(e, r, &b, out))
			return ERR_FORMAT;
	}
	pen_span(out, cur_rest(&c));
	return out->cut ? ERR_LIMIT : OK;
}

enum err rar4_write(struct exam *e, struct rar4 *r, struct span *out)
{
	size_t most = r->archive.len + AES_BYTES;
	uint8_t *room = exam_work(e, most) ? arena_take(&e->arena, most) : NULL;
	struct pen pen = pen_init(room, most);
	enum err err = room ? put_blocks(e, r, &pen) : ERR_MEMORY;

	if (!err)
		*out = pen_since(&pen, 0);
	return err;
}
