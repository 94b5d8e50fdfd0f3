/*
 * sevenzip_open.c - the layers of a 7z's header, and the passwords that open them and its folders.
 *
 * The packed header may be packed again. What decrypts is taken out of the chain of coders, and the stream before it
 * becomes what it was before it was encrypted.
 */
#include "unseal/sevenzip.h"

#include "sealed/candidate.h"
#include "sealed/cipher.h"

#include <zlib.h>

#define LAYERS   4 /* of the header; programs write one */
#define PPMD_WORK 8 /* bytes of work for one that PPMd unpacks: 20 MB/s */
#define FAILURES 3 /* folders that a password is tried on; they mostly have one password */

enum { ID_HEADER = 1, ID_STREAMS = 4, ID_PACKED_HEADER = 23 };

/* --- one folder --- */

/* How a coder of AES was told to decrypt. */
struct lock {
	struct span salt;
	uint8_t power, iv[16];
};

static bool read_lock(struct span props, struct lock *lock)
{
	struct cur c = cur_init(props);
	uint8_t first = cur_u8(&c), second = first & 0xc0 ? cur_u8(&c) : 0;
	size_t salt = (first >> 7) + (second >> 4), iv = (first >> 6 & 1) + (second & 15u);

	lock->power = first & 0x3f;
	lock->salt = cur_span(&c, salt);
	memset(lock->iv, 0, sizeof(lock->iv));
	cur_copy(&c, lock->iv, iv);
	return !c.bad;
}

/* The key of the password; NULL: it is too dear. */
static const uint8_t *key_for(struct exam *e, struct sevenzip *z, const struct lock *lock, struct span password)
{
	struct stretch stretch = { password, lock->salt, lock->power };
	struct sevenzip_key *key = z->keys;

	for (; key < z->keys + z->key_count; key++)
		if (key->power == lock->power && span_equal((struct span){ key->salt, key->salt_len }, lock->salt))
			return key->key;
	if (z->key_count == SEVENZIP_KEYS)
		z->key_count = 0;
	key = &z->keys[z->key_count];
	if (!seal_spend(e, &z->seal, stretch_sevenzip_cost(&stretch)) || !stretch_sevenzip(e->kit, &stretch, key->key))
		return NULL;
	key->power = lock->power;
	key->salt_len = (uint8_t)lock->salt.len;
	if (lock->salt.len)
		memcpy(key->salt, lock->salt.ptr, lock->salt.len);
	z->key_count++;
	return key->key;
}

/* Streams of the coders before it. */
static void base_of(const struct sevenzip_folder *f, uint32_t coder, uint32_t *in, uint32_t *out)
{
	*in = *out = 0;
	for (uint32_t i = 0; i < coder; i++) {
		*in += f->coders[i].in;
		*out += f->coders[i].out;
	}
}

/* Numbers of streams above one that is no more. */
static void renumber(struct sevenzip_folder *f, uint32_t in, uint32_t out)
{
	for (uint32_t i = 0; i < f->bind_count; i++) {
		f->binds[i].in -= f->binds[i].in > in;
		f->binds[i].out -= f->binds[i].out > out;
	}
	for (uint32_t i = 0; i < f->packed_count; i++)
		f->packed[i] -= f->packed[i] > in;
	f->out_count--;
	f->in_count--;
	memmove(&f->sizes[out], &f->sizes[out + 1], sizeof(f->sizes[0]) * (f->out_count - out));
}

/* Takes a coder with one input, a packed stream, out of the chain. False: there is no such way round it. */
static bool coder_drop(struct sevenzip_folder *f, uint32_t coder, uint32_t slot, uint32_t out)
{
	static const uint8_t copy[] = { 0 };
	uint32_t in = f->packed[slot], bind = 0;

	if (f->coder_count == 1) {
		f->coders[0].id = (struct span){ copy, sizeof(copy) };
		f->coders[0].props.len = 0;
		return true;
	}
	while (bind < f->bind_count && f->binds[bind].out != out)
		bind++;
	if (bind == f->bind_count)
		return false;
	f->packed[slot] = f->binds[bind].in;
	f->bind_count--;
	memmove(&f->binds[bind], &f->binds[bind + 1], sizeof(f->binds[0]) * (f->bind_count - bind));
	f->coder_count--;
	memmove(&f->coders[coder], &f->coders[coder + 1], sizeof(f->coders[0]) * (f->coder_count - coder));
	renumber(f, in, out);
	return true;
}

/* AES works on whole blocks: what it unpacks to is as long as it says. */
static bool decrypt(struct exam *e, const struct lock *lock, const uint8_t *key, uint64_t size, struct span *stream)
{
	struct cipher *cipher = cipher_new(text_span("SHA256"), 256, CIPHER_CBC);
	struct span in = { stream->ptr, stream->len / 16 * 16 };
	uint8_t *out = arena_take(&e->arena, in.len);
	bool done = cipher && out && (!in.len || cipher_decrypt(cipher, key, lock->iv, in, out));

	cipher_free(cipher);
	if (done)
		*stream = (struct span){ out, size < in.len ? (size_t)size : in.len };
	return done;
}

/* Takes the coder of AES, of which there is one, out of the folder. */
static bool open_coder(struct exam *e, struct sevenzip *z, struct sevenzip_folder *f, struct span *packs,
		       struct span password)
{
	uint32_t coder = sevenzip_aes(f), in, out, slot = 0;
	struct lock lock;
	const uint8_t *key;
	uint64_t size;

	base_of(f, coder, &in, &out);
	while (slot < f->packed_count && f->packed[slot] != in)
		slot++;
	if (slot == f->packed_count || f->coders[coder].in != 1 || f->coders[coder].out != 1 ||
	    !read_lock(f->coders[coder].props, &lock))
		return false;
	key = key_for(e, z, &lock, password);
	size = f->sizes[out];
	return key && seal_spend(e, &z->seal, packs[slot].len) && coder_drop(f, coder, slot, out) &&
	       decrypt(e, &lock, key, size, &packs[slot]);
}

/* The folder as it is without the encryption, by this password, right or wrong. */
static bool open_coders(struct exam *e, struct sevenzip *z, struct sevenzip_folder *f, struct span *packs,
			struct span password)
{
	for (unsigned i = 0; i < SEVENZIP_CODERS && sevenzip_aes(f) < f->coder_count; i++)
		if (!open_coder(e, z, f, packs, password))
			return false;
	f->locked = false;
	return true;
}

/* PPMd is slow, and is the only one that makes something of any bytes: a wrong password costs as much as the right one. */
static uint64_t unpack_cost(const struct sevenzip_folder *f)
{
	static const uint8_t ppmd[] = { 3, 4, 1 };

	for (uint32_t i = 0; i < f->coder_count; i++)
		if (span_equal(f->coders[i].id, (struct span){ ppmd, sizeof(ppmd) }))
			return f->probe_size * PPMD_WORK;
	return f->probe_size;
}

/* What comes out first has to have the CRC that it had. Where none is said, any password would seem right. */
static bool is_right(struct exam *e, struct sevenzip *z, const struct sevenzip_folder *f, const struct span *packs)
{
	size_t mark = arena_mark(&e->arena), room = exam_inflate_room(e, z->archive.len);
	struct span bytes;
	bool right;

	if (!f->has_probe)
		return false;
	if (f->probe_size > room || !seal_spend(e, &z->seal, unpack_cost(f))) {
		z->seal.spent = true;
		return false;
	}
	right = sevenzip_pour(e, f, packs, (size_t)f->probe_size, &bytes) == OK &&
		crc32_z(0, bytes.ptr, bytes.len) == f->probe_crc;
	arena_back(&e->arena, mark);
	return right;
}

static bool try_folder(struct exam *e, struct sevenzip *z, struct sevenzip_folder *f, struct span password)
{
	struct span packs[SEVENZIP_STREAMS];
	struct sevenzip_folder open = *f;
	size_t mark = arena_mark(&e->arena);

	memcpy(packs, z->packs + f->first_pack, sizeof(packs[0]) * f->packed_count);
	if (!open_coders(e, z, &open, packs, password) || !is_right(e, z, &open, packs)) {
		arena_back(&e->arena, mark);
		return false;
	}
	memcpy(z->packs + f->first_pack, packs, sizeof(packs[0]) * f->packed_count);
	*f = open;
	return true;
}

/* --- the header --- */

/* Its packing undone: bytes of the next layer. */
static enum err unpack_header(struct exam *e, struct sevenzip *z, struct span *header)
{
	const struct sevenzip_folder *f = z->folders;
	enum err err;

	if (!f->probe_size || f->probe_size > exam_inflate_room(e, z->archive.len))
		return f->probe_size ? ERR_LIMIT : ERR_FORMAT;
	err = sevenzip_pour(e, f, z->packs + f->first_pack, (size_t)f->probe_size, header);
	if (!err && f->has_probe && crc32_z(0, header->ptr, header->len) != f->probe_crc)
		err = ERR_FORMAT;
	return err;
}

static enum err read_plain(struct exam *e, struct sevenzip *z, struct cur c)
{
	enum err err;

	if (sevenzip_number(&c) != ID_STREAMS) /* no files, or what no program writes */
		return ERR_UNSUPPORTED;
	err = sevenzip_streams(e, z, &c);
	z->tail = cur_rest(&c);
	return err;
}

static enum err read_layers(struct exam *e, struct sevenzip *z, struct span header)
{
	for (; z->layers < LAYERS; z->layers++) {
		struct cur c = cur_init(header);
		uint64_t id = sevenzip_number(&c);
		enum err err;

		if (!exam_work(e, header.len))
			return ERR_LIMIT;
		if (id == ID_HEADER)
			return read_plain(e, z, c);
		err = id == ID_PACKED_HEADER ? sevenzip_streams(e, z, &c) : ERR_FORMAT;
		if (!err && z->folder_count != 1)
			err = ERR_FORMAT;
		z->seal.sealed = !err && z->seal.locked;
		if (err || z->seal.sealed)
			return err;
		err = unpack_header(e, z, &header);
		if (err)
			return err;
	}
	return ERR_LIMIT;
}

enum err sevenzip_read(struct exam *e, struct span bytes, struct sevenzip *z)
{
	struct cur c = cur_init(bytes);
	const uint8_t *head = cur_take(&c, SEVENZIP_HEAD);
	uint64_t at = ld_le64(head + 12), size = ld_le64(head + 20);

	*z = (struct sevenzip){ .archive = bytes };
	if (at > c.left || size > c.left - at)
		return ERR_TRUNCATED;
	cur_span(&c, (size_t)at);
	return read_layers(e, z, cur_span(&c, (size_t)size));
}

/* Once the header is open, what is in it may have the same password. */
static bool unlock_header(struct exam *e, struct sevenzip *z, struct span password)
{
	struct span header;

	if (!try_folder(e, z, z->folders, password))
		return false;
	z->seal.sealed = false;
	z->layers++;
	if (unpack_header(e, z, &header) == OK && read_layers(e, z, header) == OK)
		return true;
	z->seal.broken = true;
	z->seal.sealed = false;
	z->seal.locked = z->folder_count = 0;
	return true;
}

bool sevenzip_unlock(struct exam *e, struct sevenzip *z, struct span password)
{
	struct candidate wide = { .utf8 = password };
	bool opened = false;
	unsigned failures = 0;

	candidate_widen(&wide);
	z->key_count = 0;
	while (z->seal.sealed && unlock_header(e, z, candidate_wide(&wide)))
		opened = true;
	for (uint32_t i = 0; i < z->folder_count && failures < FAILURES && !z->seal.sealed; i++) {
		struct sevenzip_folder *f = &z->folders[i];

		if (!f->locked)
			continue;
		if (try_folder(e, z, f, candidate_wide(&wide))) {
			z->seal.locked--;
			opened = true;
		} else {
			failures++;
		}
	}
	return opened;
}
