/* vba_writer.c - the streams of a VBA project: dir, modules, _VBA_PROJECT, PROJECT. */
#include "vba_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 4096

/* Bytes that grow. */
struct heap {
	uint8_t *bytes;
	size_t used, size;
};

static void heap_add(struct heap *h, const void *bytes, size_t len)
{
	if (h->used + len > h->size) {
		h->size = (h->used + len) * 2;
		h->bytes = realloc(h->bytes, h->size);
		if (!h->bytes) {
			fprintf(stderr, "vba_writer: no memory\n");
			exit(2);
		}
	}
	if (len)
		memcpy(h->bytes + h->used, bytes, len);
	h->used += len;
}

static void heap_number(struct heap *h, uint32_t number, unsigned bytes)
{
	for (; bytes; bytes--, number >>= 8) {
		uint8_t byte = (uint8_t)number;

		heap_add(h, &byte, 1);
	}
}

/* The longest earlier copy of what stands at `at` in its chunk. */
static size_t find_copy(const uint8_t *chunk, size_t len, size_t at, size_t most, size_t *distance)
{
	size_t best = 0;

	for (size_t from = 0; from < at; from++) {
		size_t n = 0;

		while (at + n < len && n < most && chunk[from + n] == chunk[at + n])
			n++;
		if (n > best) {
			best = n;
			*distance = at - from;
		}
	}
	return best;
}

static void pack_chunk(struct heap *out, const uint8_t *chunk, size_t len)
{
	struct heap h = { 0 };

	for (size_t at = 0; at < len;) {
		size_t flags_at = h.used;

		heap_number(&h, 0, 1);
		for (unsigned i = 0; i < 8 && at < len; i++) {
			unsigned bits = 4;
			size_t distance = 0, copied;

			while (((size_t)1 << bits) < at)
				bits++;
			copied = find_copy(chunk, len, at, (0xffffu >> bits) + 3, &distance);
			if (copied < 3) {
				heap_add(&h, chunk + at++, 1);
				continue;
			}
			h.bytes[flags_at] |= (uint8_t)(1u << i);
			heap_number(&h, (uint32_t)((distance - 1) << (16 - bits) | (copied - 3)), 2);
			at += copied;
		}
	}
	if (h.used > CHUNK) { /* as it is: that is for whole chunks only */
		heap_number(out, 0x3000 | (CHUNK + 2 - 3), 2);
		heap_add(out, chunk, len);
	} else {
		heap_number(out, 0xb000 | (uint32_t)(h.used + 2 - 3), 2);
		heap_add(out, h.bytes, h.used);
	}
	free(h.bytes);
}

struct span vba_writer_pack(struct span plain)
{
	struct heap h = { 0 };

	heap_number(&h, 1, 1);
	for (size_t at = 0; at < plain.len; at += CHUNK)
		pack_chunk(&h, plain.ptr + at, plain.len - at < CHUNK ? plain.len - at : CHUNK);
	return (struct span){ h.bytes, h.used };
}

static void record(struct heap *dir, unsigned id, const void *bytes, size_t len)
{
	heap_number(dir, id, 2);
	heap_number(dir, (uint32_t)len, 4);
	heap_add(dir, bytes, len);
}

static void record_number(struct heap *dir, unsigned id, uint32_t number, unsigned bytes)
{
	heap_number(dir, id, 2);
	heap_number(dir, bytes, 4);
	heap_number(dir, number, bytes);
}

static void record_wide(struct heap *dir, unsigned id, const char *name)
{
	heap_number(dir, id, 2);
	heap_number(dir, (uint32_t)strlen(name) * 2, 4);
	for (; *name; name++)
		heap_number(dir, (uint8_t)*name, 2);
}

static void dir_module(struct heap *dir, const struct vba_writer_module *module)
{
	record(dir, 0x19, module->name, strlen(module->name));
	record_wide(dir, 0x47, module->name);
	record(dir, 0x1a, module->name, strlen(module->name));
	record_wide(dir, 0x32, module->name);
	record(dir, 0x1c, NULL, 0);
	record(dir, 0x48, NULL, 0);
	record_number(dir, 0x31, (uint32_t)module->code.len, 4);
	record_number(dir, 0x1e, 0, 4);
	record_number(dir, 0x2c, 0xffff, 2);
	record(dir, 0x21, NULL, 0);
	record(dir, 0x2b, NULL, 0);
}

static void dir_head(struct heap *dir, size_t count)
{
	record_number(dir, 0x01, 1, 4);      /* SYSKIND: Windows of 32 bits */
	record_number(dir, 0x02, 0x409, 4);  /* LCID */
	record_number(dir, 0x14, 0x409, 4);  /* LCIDINVOKE */
	record_number(dir, 0x03, 1252, 2);   /* CODEPAGE */
	record(dir, 0x04, "Project", 7);
	record(dir, 0x05, NULL, 0);
	record(dir, 0x40, NULL, 0);
	record_number(dir, 0x07, 0, 4);
	record_number(dir, 0x08, 0, 4);
	heap_number(dir, 0x09, 2); /* VERSION has 6 bytes, and says 4 */
	heap_number(dir, 4, 4);
	heap_number(dir, 1, 4);
	heap_number(dir, 1, 2);
	record_number(dir, 0x0f, (uint32_t)count, 2);
	record_number(dir, 0x13, 0xffff, 2);
}

static void add_packed(struct ole_writer *w, const char *path, struct span before, struct span plain)
{
	struct span packed = vba_writer_pack(plain);
	struct heap stream = { 0 };

	heap_add(&stream, before.ptr, before.len);
	heap_add(&stream, packed.ptr, packed.len);
	ole_writer_add(w, path, (struct span){ stream.bytes, stream.used });
	free(stream.bytes);
	free((void *)packed.ptr);
}

void vba_writer_add(struct ole_writer *w, const char *folder, const struct vba_writer_module *modules, size_t count)
{
	static const uint8_t version[] = { 0xcc, 0x61, 0xff, 0xff, 0, 0, 0 };
	static const char project[] = "ID=\"{00000000-0000-0000-0000-000000000000}\"\r\nName=\"Project\"\r\n";
	const char *slash = *folder ? "/" : "";
	struct heap dir = { 0 };
	char path[128];

	dir_head(&dir, count);
	for (size_t i = 0; i < count; i++) {
		char source[65536];
		int len = snprintf(source, sizeof(source), "Attribute VB_Name = \"%s\"\r\n%s", modules[i].name,
				   modules[i].source);

		dir_module(&dir, &modules[i]);
		snprintf(path, sizeof(path), "%s%sVBA/%s", folder, slash, modules[i].name);
		add_packed(w, path, modules[i].code, (struct span){ (uint8_t *)source, (size_t)len });
	}
	record(&dir, 0x10, NULL, 0);
	snprintf(path, sizeof(path), "%s%sVBA/dir", folder, slash);
	add_packed(w, path, (struct span){ 0 }, (struct span){ dir.bytes, dir.used });
	snprintf(path, sizeof(path), "%s%sVBA/_VBA_PROJECT", folder, slash);
	ole_writer_add(w, path, (struct span){ version, sizeof(version) });
	snprintf(path, sizeof(path), "%s%sPROJECT", folder, slash);
	ole_writer_add(w, path, (struct span){ (const uint8_t *)project, sizeof(project) - 1 });
	free(dir.bytes);
}
