/*
 * rar5.c - blocks of RAR 5: headers that are encrypted, and files that are.
 *
 * A block is a header, whose extra area may say how its data is encrypted, and the data. Checksums of encrypted files are
 * made with the key, so that libarchive could not compare them: they are left out; the password has a check of its own.
 */
#include "unseal/rar5.h"

#include "base/cursor.h"
#include "base/pen.h"
#include "sealed/cipher.h"

#include <zlib.h>

#define SIGNATURE  8 /* "Rar!\x1a\7\1\0" */
#define AES_BYTES  16
#define HEADER_MAX (2u << 20) /* bytes, as the technote says */
#define PASSWORD   512        /* bytes of a password that count: 127 characters */
#define FAILURES   3          /* locks that a password is tried on; they mostly have one password */

enum { BLOCK_FILE = 2, BLOCK_SERVICE = 3, BLOCK_CRYPT = 4, BLOCK_END = 5 };
enum { HAS_EXTRA = 1, HAS_DATA = 2 };
enum { FILE_HAS_TIME = 2, FILE_HAS_CRC = 4, FILE_UNKNOWN_SIZE = 8 };
enum { EXTRA_CRYPT = 1, EXTRA_HASH = 2 };
enum { CRYPT_HAS_CHECK = 1 };

struct block {
	struct span whole; /* with its data */
	bool sound;        /* its header has the CRC that it says */
	uint64_t type, flags;
	struct cur fields; /* of its type */
	struct cur extras;
	struct span data;
};

/* --- reading --- */

/* All but its data. *data: how long that is. */
static bool head_read(struct cur *c, struct block *b, uint64_t *data)
{
	uint64_t extra = 0;
	const uint8_t *from;
	struct cur head;
	uint32_t crc;

	*data = 0;
	crc = cur_le32(c);
	from = c->p;
	head = cur_sub(c, (size_t)cur_leb(c));
	b->sound = !c->bad && crc32_z(0, from, (size_t)(c->p - from)) == crc;
	b->type = cur_leb(&head);
	b->flags = cur_leb(&head);
	if (b->flags & HAS_EXTRA)
		extra = cur_leb(&head);
	if (b->flags & HAS_DATA)
		*data = cur_leb(&head);
	if (head.bad || c->bad || extra > head.left)
		return false;
	b->fields = cur_sub(&head, head.left - (size_t)extra);
	b->extras = head;
	return true;
}

static bool block_read(struct cur *c, struct block *b)
{
	const uint8_t *from = c->p;
	uint64_t data;

	if (!head_read(c, b, &data) || data > c->left)
		return false;
	b->data = cur_span(c, (size_t)data);
	b->whole = (struct span){ from, (size_t)(c->p - from) };
	return true;
}

static bool extra_next(struct cur *extras, uint64_t *type, struct span *whole, struct cur *fields)
{
	const uint8_t *from = extras->p;

	if (!extras->left)
		return false;
	*fields = cur_sub(extras, (size_t)cur_leb(extras));
	*whole = (struct span){ from, (size_t)(extras->p - from) };
	*type = cur_leb(fields);
	return !fields->bad;
}

/* The check of a password has a checksum of its own; unrar does without a check that is broken. */
static void read_check(struct exam *e, struct cur *c, struct rar5_lock *lock)
{
	const uint8_t *check = cur_take(c, STRETCH_CHECK), *sum = cur_take(c, 4);
	uint8_t digest[SHA256_BYTES];

	digest_of(e->kit, DIGEST_SHA256, (struct span){ check, STRETCH_CHECK }, digest);
	memcpy(lock->check, check, STRETCH_CHECK);
	lock->has_check = !c->bad && memcmp(digest, sum, 4) == 0;
}

struct crypt {
	bool known; /* else it is encrypted in a way that is not read */
	uint8_t iv[AES_BYTES];
	struct rar5_lock lock;
};

/* A block of encryption has no vector: each header has one in front. */
static bool crypt_read(struct exam *e, struct cur c, bool vector, struct crypt *crypt)
{
	uint64_t version = cur_leb(&c), flags = cur_leb(&c);

	crypt->lock.power = cur_u8(&c);
	cur_copy(&c, crypt->lock.salt, RAR5_SALT);
	if (vector)
		cur_copy(&c, crypt->iv, AES_BYTES);
	if (c.bad || version != 0)
		return false;
	if (flags & CRYPT_HAS_CHECK)
		read_check(e, &c, &crypt->lock);
	return true;
}

/* True: the block's data is encrypted. */
static bool block_crypt(struct exam *e, const struct block *b, struct crypt *crypt)
{
	struct cur extras = b->extras, fields;
	struct span whole;
	uint64_t type;

	*crypt = (struct crypt){ 0 };
	if (b->type != BLOCK_FILE && b->type != BLOCK_SERVICE)
		return false;
	while (extra_next(&extras, &type, &whole, &fields)) {
		if (type != EXTRA_CRYPT)
			continue;
		crypt->known = crypt_read(e, fields, true, crypt);
		return true;
	}
	return false;
}

static struct rar5_lock *lock_find(struct rar5 *r, const struct rar5_lock *lock)
{
	for (uint32_t i = 0; i < r->lock_count; i++)
		if (r->locks[i].power == lock->power && memcmp(r->locks[i].salt, lock->salt, RAR5_SALT) == 0)
			return &r->locks[i];
	return NULL;
}

static void lock_add(struct rar5 *r, const struct rar5_lock *lock)
{
	struct rar5_lock *known = lock_find(r, lock);

	if (known || r->lock_count == RAR5_LOCKS) {
		if (known && !known->has_check)
			*known = *lock;
		return;
	}
	r->locks[r->lock_count++] = *lock;
	r->seal.locked++;
}

static void read_locks(struct exam *e, struct rar5 *r)
{
	struct cur c = cur_init(r->archive);
	struct block b;
	struct crypt crypt;

	cur_take(&c, SIGNATURE);
	while (c.left && exam_work(e, 64) && block_read(&c, &b) && b.type != BLOCK_END)
		if (block_crypt(e, &b, &crypt))
			lock_add(r, &crypt.lock);
}

enum err rar5_read(struct exam *e, struct span bytes, struct rar5 *r)
{
	struct cur c = cur_init(bytes);
	struct crypt crypt = { 0 };
	struct block b;

	if (bytes.len < SIGNATURE || cur_take(&c, SIGNATURE)[6] != 1)
		return ERR_UNSUPPORTED;
	*r = (struct rar5){ .archive = bytes };
	if (!block_read(&c, &b))
		return ERR_FORMAT;
	if (b.type != BLOCK_CRYPT) {
		read_locks(e, r);
		return OK;
	}
	if (!crypt_read(e, b.fields, false, &crypt))
		return ERR_UNSUPPORTED;
	r->head = crypt.lock;
	r->seal.sealed = true;
	return OK;
}

/* --- passwords --- */

/* False: the check says that the password is wrong; without one the key may be right. */
static bool make_key(struct exam *e, struct rar5 *r, struct rar5_lock *lock, struct span password)
{
	struct stretch stretch = { password, { lock->salt, RAR5_SALT }, lock->power };
	uint8_t check[STRETCH_CHECK];

	if (!seal_spend(e, &r->seal, stretch_rar5_cost(&stretch)))
		return false;
	stretch_rar5(&stretch, lock->key, check);
	return !lock->has_check || memcmp(check, lock->check, STRETCH_CHECK) == 0;
}

/* --- headers that are encrypted --- */

struct strip {
	struct cipher *cipher;
	const uint8_t *key;
	struct cur c;
	struct pen out;
};

static bool decrypt_to(struct strip *s, const uint8_t *iv, struct span in)
{
	if (in.len > s->out.size - s->out.used || !cipher_decrypt(s->cipher, s->key, iv, in, s->out.room + s->out.used))
		return false;
	s->out.used += in.len;
	return true;
}

/* The next block: its header decrypted, its data as it is. False: it is broken, or the key is wrong. */
static bool strip_block(struct strip *s, struct block *b)
{
	const uint8_t *iv = cur_take(&s->c, AES_BYTES);
	size_t from = s->out.used, len, rest;
	struct span first = cur_span(&s->c, AES_BYTES);
	struct cur head;
	uint64_t data;

	if (s->c.bad || !decrypt_to(s, iv, first))
		return false;
	head = cur_init(pen_since(&s->out, from));
	cur_take(&head, 4);
	len = (size_t)cur_leb(&head);
	if (head.bad || len == 0 || len > HEADER_MAX)
		return false;
	len += head.off;
	rest = len > AES_BYTES ? (len - 1) / AES_BYTES * AES_BYTES : 0;
	if (rest > s->c.left || !decrypt_to(s, first.ptr, cur_span(&s->c, rest)))
		return false;
	s->out.used = from + len;
	head = cur_init(pen_since(&s->out, from));
	if (!head_read(&head, b, &data) || !b->sound || data > s->c.left)
		return false;
	pen_span(&s->out, cur_span(&s->c, (size_t)data));
	return true;
}

/* How many blocks there are, up to the end. *whole: the end is there, or the last one ends where the archive does. */
static unsigned strip_all(struct strip *s, bool *whole)
{
	struct block b = { 0 };
	unsigned blocks = 0;

	for (*whole = true; s->c.left && *whole && b.type != BLOCK_END; blocks += *whole)
		*whole = strip_block(s, &b);
	return blocks;
}

/* The archive with its headers as if they had not been encrypted, as far as it is whole. False: the key is wrong. */
static bool strip_headers(struct exam *e, struct rar5 *r)
{
	struct strip s = { .key = r->head.key, .c = cur_init(r->archive) };
	size_t most = r->archive.len + AES_BYTES;
	uint8_t *room = seal_spend(e, &r->seal, most) ? arena_take(&e->arena, most) : NULL;
	struct block b;
	bool done, whole = false;

	s.cipher = cipher_new(text_span("SHA256"), 256, CIPHER_CBC);
	if (!room || !s.cipher) {
		cipher_free(s.cipher);
		return false;
	}
	s.out = pen_init(room, most);
	pen_span(&s.out, cur_span(&s.c, SIGNATURE));
	done = block_read(&s.c, &b) && strip_all(&s, &whole) > 0;
	cipher_free(s.cipher);
	if (!done)
		return false;
	r->archive = pen_since(&s.out, 0);
	r->seal.broken = !whole;
	return true;
}

/* The checksum of the first header tells as well. */
static bool unlock_headers(struct exam *e, struct rar5 *r, struct span password)
{
	size_t mark = arena_mark(&e->arena);
	bool right = make_key(e, r, &r->head, password);

	if (!right)
		return false;
	if (!strip_headers(e, r)) {
		arena_back(&e->arena, mark);
		r->seal.sealed = !r->head.has_check;
		r->seal.broken = r->head.has_check;
		return r->head.has_check;
	}
	r->seal.sealed = false;
	read_locks(e, r);
	return true;
}

bool rar5_unlock(struct exam *e, struct rar5 *r, struct span password)
{
	unsigned failures = 0;
	bool opened;

	if (password.len > PASSWORD)
		password.len = PASSWORD;
	opened = r->seal.sealed && unlock_headers(e, r, password);
	for (uint32_t i = 0; i < r->lock_count && failures < FAILURES; i++) {
		struct rar5_lock *lock = &r->locks[i];

		if (lock->open || !lock->has_check)
			continue;
		lock->open = make_key(e, r, lock, password);
		r->seal.locked -= lock->open;
		opened |= lock->open;
		failures += !lock->open;
	}
	return opened;
}

/* --- writing --- */

struct copy {
	struct exam *e;
	struct rar5 *r;
	struct cipher *cipher;
	struct pen out;
};

static void put_leb(struct pen *pen, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		pen_byte(pen, (uint8_t)(value | 0x80));
	pen_byte(pen, (uint8_t)value);
}

/* The fields of a file without its checksum. *size: how long it is, if it is stored as it is. */
static bool put_fields(struct pen *pen, struct cur fields, uint64_t *size)
{
	uint64_t flags = cur_leb(&fields), unpacked = cur_leb(&fields), attributes = cur_leb(&fields);
	struct span time = cur_span(&fields, flags & FILE_HAS_TIME ? 4 : 0);
	uint64_t info;
	struct cur rest;

	cur_span(&fields, flags & FILE_HAS_CRC ? 4 : 0);
	rest = fields;
	info = cur_leb(&fields);
	if (!(flags & FILE_UNKNOWN_SIZE) && (info >> 7 & 7) == 0 && unpacked < *size)
		*size = unpacked;
	put_leb(pen, flags & ~(uint64_t)FILE_HAS_CRC);
	put_leb(pen, unpacked);
	put_leb(pen, attributes);
	pen_span(pen, time);
	pen_span(pen, cur_rest(&rest));
	return !fields.bad;
}

/* The fields as they are, but for what is said of encryption and of checksums. */
static void put_extras(struct pen *pen, struct cur extras)
{
	struct cur fields;
	struct span whole;
	uint64_t type;

	while (extra_next(&extras, &type, &whole, &fields))
		if (type != EXTRA_CRYPT && type != EXTRA_HASH)
			pen_span(pen, whole);
}

/* A header out of fields and extras that were written behind each other into `body`. */
static void put_header(struct pen *out, const struct block *b, struct span body, size_t extra, uint64_t data)
{
	uint8_t room[64];
	struct pen head = pen_init(room, sizeof(room));
	size_t from = out->used;

	put_leb(&head, b->type);
	put_leb(&head, extra ? b->flags | HAS_EXTRA : b->flags & ~(uint64_t)HAS_EXTRA);
	if (extra)
		put_leb(&head, extra);
	if (b->flags & HAS_DATA)
		put_leb(&head, data);
	pen_le(out, 0, 4);
	put_leb(out, head.used + body.len);
	pen_span(out, pen_since(&head, 0));
	pen_span(out, body);
	if (!out->cut) {
		struct pen crc = pen_init(out->room + from, 4);

		pen_le(&crc, crc32_z(0, out->room + from + 4, out->used - from - 4), 4);
	}
}

static bool put_data(struct copy *copy, const struct crypt *crypt, const uint8_t *key, struct span data, uint64_t size)
{
	struct pen *out = &copy->out;

	if (data.len > out->size - out->used ||
	    (data.len && !cipher_decrypt(copy->cipher, key, crypt->iv, data, out->room + out->used)))
		return false;
	out->used += (size_t)size;
	return true;
}

static bool put_opened(struct copy *copy, const struct block *b, const struct crypt *crypt, const uint8_t *key)
{
	struct span data = { b->data.ptr, b->data.len / AES_BYTES * AES_BYTES };
	size_t most = b->fields.left + b->extras.left + 64, mark = arena_mark(&copy->e->arena), extra;
	uint8_t *room = arena_take(&copy->e->arena, most);
	struct pen body = pen_init(room, room ? most : 0);
	uint64_t size = data.len;
	bool done;

	if (!room || !put_fields(&body, b->fields, &size))
		return false;
	extra = body.used;
	put_extras(&body, b->extras);
	extra = body.used - extra;
	put_header(&copy->out, b, pen_since(&body, 0), extra, size);
	done = !body.cut && put_data(copy, crypt, key, data, size);
	arena_back(&copy->e->arena, mark);
	return done;
}

static bool put_block(struct copy *copy, const struct block *b)
{
	struct crypt crypt;
	const struct rar5_lock *lock = block_crypt(copy->e, b, &crypt) ? lock_find(copy->r, &crypt.lock) : NULL;

	if (lock && lock->open && crypt.known && b->sound)
		return put_opened(copy, b, &crypt, lock->key);
	pen_span(&copy->out, b->whole);
	return true;
}

/* All of it, up to what is no block: that, and what is behind the end, stays as it is. */
static enum err put_blocks(struct copy *copy, struct cur c)
{
	struct block b = { 0 };

	pen_span(&copy->out, cur_span(&c, SIGNATURE));
	while (c.left && b.type != BLOCK_END) {
		struct span rest = cur_rest(&c);

		if (!exam_work(copy->e, 64))
			return ERR_LIMIT;
		if (!block_read(&c, &b))
			c = cur_init(rest);
		if (c.p == rest.ptr)
			break;
		if (!put_block(copy, &b))
			return ERR_FORMAT;
	}
	pen_span(&copy->out, cur_rest(&c));
	return copy->out.cut ? ERR_LIMIT : OK;
}

enum err rar5_write(struct exam *e, struct rar5 *r, struct span *out)
{
	struct copy copy = { .e = e, .r = r };
	size_t most = r->archive.len + AES_BYTES;
	uint8_t *room = exam_work(e, most) ? arena_take(&e->arena, most) : NULL;
	enum err err = ERR_MEMORY;

	copy.cipher = cipher_new(text_span("SHA256"), 256, CIPHER_CBC);
	if (room && copy.cipher) {
		copy.out = pen_init(room, most);
		err = put_blocks(&copy, cur_init(r->archive));
	}
	cipher_free(copy.cipher);
	if (!err)
		*out = pen_since(&copy.out, 0);
	return err;
}
