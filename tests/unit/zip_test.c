/* zip_test.c - zip archives for tests (APPNOTE.TXT 4.3). */
#include "zip_test.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct zip_test zip_test_new(void)
{
	struct zip_test z = { .bytes = malloc(ZIP_TEST_ROOM), .central = malloc(ZIP_TEST_ROOM) };

	assert(z.bytes && z.central);
	return z;
}

void zip_test_free(struct zip_test *z)
{
	free(z->bytes);
	free(z->central);
}

void zip_test_begin(struct zip_test *z)
{
	z->len = z->central_len = z->count = 0;
}

static void put(uint8_t *room, size_t *len, const void *bytes, size_t n)
{
	assert(*len + n <= ZIP_TEST_ROOM);
	if (n)
		memcpy(room + *len, bytes, n);
	*len += n;
}

static void put_le(uint8_t *room, size_t *len, uint64_t number, unsigned n)
{
	put(room, len, &number, n);
}

void zip_test_raw(struct zip_test *z, struct span bytes)
{
	put(z->bytes, &z->len, bytes.ptr, bytes.len);
}

static size_t deflate_raw(const void *bytes, size_t len, uint8_t *out)
{
	z_stream s = { 0 };

	assert(deflateInit2(&s, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	s.next_in = (uint8_t *)(uintptr_t)bytes;
	s.avail_in = (unsigned)len;
	s.next_out = out;
	s.avail_out = ZIP_TEST_ROOM;
	assert(deflate(&s, Z_FINISH) == Z_STREAM_END);
	deflateEnd(&s);
	return s.total_out;
}

static void key_step(uint32_t key[3], uint8_t byte)
{
	const z_crc_t *table = get_crc_table();

	key[0] = (uint32_t)table[(key[0] ^ byte) & 255] ^ key[0] >> 8;
	key[1] = (key[1] + (key[0] & 255)) * 134775813u + 1;
	key[2] = (uint32_t)table[(key[2] ^ key[1] >> 24) & 255] ^ key[2] >> 8;
}

static void seal(uint8_t *bytes, size_t len, const char *password)
{
	uint32_t key[3] = { 0x12345678, 0x23456789, 0x34567890 };

	for (; *password; password++)
		key_step(key, (uint8_t)*password);
	for (size_t i = 0; i < len; i++) {
		uint32_t word = (key[2] | 2) & 0xffff;
		uint8_t clear = bytes[i];

		bytes[i] = (uint8_t)(clear ^ (word * (word ^ 1) >> 8));
		key_step(key, clear);
	}
}

struct packed {
	uint8_t *bytes;
	size_t len;
	uint32_t crc, size;
	uint16_t method, flags;
};

static struct packed pack(const struct zip_test_file *f)
{
	struct packed p = { .bytes = malloc(ZIP_TEST_ROOM + 12) };
	uint8_t *at = p.bytes;

	assert(p.bytes);
	p.size = (uint32_t)(f->len ? f->len : f->bytes ? strlen(f->bytes) : 0);
	p.crc = (uint32_t)crc32(0, (const uint8_t *)f->bytes, p.size);
	p.method = f->method ? f->method : f->deflated ? 8 : 0;
	p.flags = (uint16_t)(f->flags | (f->described ? 8 : 0) | (f->password ? 1 : 0));
	if (f->password) {
		memset(p.bytes, 'r', 11);
		p.bytes[11] = (uint8_t)(p.crc >> 24);
		at += 12;
	}
	if (f->packed.len)
		memcpy(at, f->packed.ptr, p.len = f->packed.len);
	else if (f->deflated)
		p.len = deflate_raw(f->bytes, p.size, at);
	else if (p.size)
		memcpy(at, f->bytes, p.len = p.size);
	p.len += (size_t)(at - p.bytes);
	if (f->password)
		seal(p.bytes, p.len, f->password);
	p.crc += f->crc_lie;
	return p;
}

static void put_local(struct zip_test *z, const struct zip_test_file *f, const struct packed *p)
{
	const char *name = f->local_name ? f->local_name : f->name;
	bool told = !f->described;

	put(z->bytes, &z->len, "PK\3\4\x14\0", 6);
	put_le(z->bytes, &z->len, p->flags, 2);
	put_le(z->bytes, &z->len, p->method, 2);
	put_le(z->bytes, &z->len, 0, 4);
	put_le(z->bytes, &z->len, told ? p->crc : 0, 4);
	put_le(z->bytes, &z->len, told ? p->len : 0, 4);
	put_le(z->bytes, &z->len, told ? p->size : 0, 4);
	put_le(z->bytes, &z->len, strlen(name), 2);
	put_le(z->bytes, &z->len, 0, 2);
	put(z->bytes, &z->len, name, strlen(name));
	put(z->bytes, &z->len, p->bytes, p->len);
	if (told)
		return;
	put(z->bytes, &z->len, "PK\7\10", 4);
	put_le(z->bytes, &z->len, p->crc, 4);
	put_le(z->bytes, &z->len, p->len, 4);
	put_le(z->bytes, &z->len, p->size, 4);
}

static void put_central(struct zip_test *z, const struct zip_test_file *f, const struct packed *p, size_t at)
{
	uint8_t *c = z->central;
	size_t *len = &z->central_len, extra = f->unicode ? 9 + strlen(f->unicode) : 0;

	put(c, len, f->link ? "PK\1\2\x14\3\x14\0" : "PK\1\2\x14\0\x14\0", 8);
	put_le(c, len, p->flags, 2);
	put_le(c, len, p->method, 2);
	put_le(c, len, 0, 4);
	put_le(c, len, p->crc, 4);
	put_le(c, len, p->len, 4);
	put_le(c, len, p->size + f->size_lie, 4);
	put_le(c, len, strlen(f->name), 2);
	put_le(c, len, extra, 2);
	put_le(c, len, 0, 6);
	put_le(c, len, f->link ? 0120777u << 16 : 0, 4);
	put_le(c, len, at, 4);
	put(c, len, f->name, strlen(f->name));
	if (!extra)
		return;
	put_le(c, len, 0x7075, 2);
	put_le(c, len, extra - 4, 2);
	put_le(c, len, 1, 1);
	put_le(c, len, crc32(0, (const uint8_t *)f->name, (unsigned)strlen(f->name)) + f->unicode_crc_lie, 4);
	put(c, len, f->unicode, strlen(f->unicode));
}

void zip_test_add(struct zip_test *z, const struct zip_test_file *file)
{
	struct packed p = pack(file);
	size_t at = file->again ? file->at : z->len;

	if (!file->again)
		put_local(z, file, &p);
	if (!file->hidden) {
		put_central(z, file, &p, at);
		z->count++;
	}
	free(p.bytes);
}

void zip_test_text(struct zip_test *z, const char *name, const char *text)
{
	zip_test_add(z, &(struct zip_test_file){ .name = name, .bytes = text });
}

struct span zip_test_end(struct zip_test *z, size_t start)
{
	size_t at = z->len;

	put(z->bytes, &z->len, z->central, z->central_len);
	put(z->bytes, &z->len, "PK\5\6\0\0\0\0", 8);
	put_le(z->bytes, &z->len, z->count, 2);
	put_le(z->bytes, &z->len, z->count, 2);
	put_le(z->bytes, &z->len, z->central_len, 4);
	put_le(z->bytes, &z->len, at - start, 4);
	put_le(z->bytes, &z->len, 0, 2);
	return (struct span){ z->bytes, z->len };
}
