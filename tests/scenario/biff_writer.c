/* biff_writer.c - records of a workbook. */
#include "biff_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BOF = 0x0809, END = 0x000a, FORMULA = 0x0006, NAME = 0x0018, EXTERNNAME = 0x0023, SHEET = 0x0085, SUPBOOK = 0x01ae };

static void put(struct biff_writer *w, const void *bytes, size_t len)
{
	if (w->used + len > w->size) {
		w->size = (w->used + len) * 2;
		w->bytes = realloc(w->bytes, w->size);
		if (!w->bytes) {
			fprintf(stderr, "biff_writer: no memory\n");
			exit(2);
		}
	}
	if (len)
		memcpy(w->bytes + w->used, bytes, len);
	w->used += len;
}

static uint8_t *number(uint8_t *at, uint32_t value, unsigned bytes)
{
	for (; bytes; bytes--, value >>= 8)
		*at++ = (uint8_t)value;
	return at;
}

void biff_record(struct biff_writer *w, unsigned id, const void *body, size_t len)
{
	uint8_t head[4];

	number(number(head, id, 2), (uint32_t)len, 2);
	put(w, head, sizeof(head));
	put(w, body, len);
}

static void begin(struct biff_writer *w, unsigned kind)
{
	uint8_t body[16] = { 0x00, 0x06, (uint8_t)kind, 0x00, 0xbb, 0x0d, 0xcc, 0x07 };

	biff_record(w, BOF, body, sizeof(body));
}

void biff_begin(struct biff_writer *w)
{
	memset(w, 0, sizeof(*w));
	begin(w, 0x05);
}

void biff_sheet(struct biff_writer *w, const char *name, bool macros, unsigned hidden)
{
	uint8_t body[64] = { 0, 0, 0, 0, (uint8_t)hidden, macros, (uint8_t)strlen(name), 0 };

	w->sheet_at[w->sheets++] = w->used + 4;
	memcpy(body + 8, name, strlen(name));
	biff_record(w, SHEET, body, 8 + strlen(name));
}

void biff_name(struct biff_writer *w, unsigned builtin, const char *name)
{
	static const uint8_t cell[] = { 0x3a, 0, 0, 0, 0, 0, 0 }; /* the first cell of the first sheet */
	uint8_t body[128] = { builtin ? 0x20 : 0, 0, 0, builtin ? 1 : (uint8_t)strlen(name), sizeof(cell) };
	size_t len = 15;

	if (builtin) {
		body[len++] = (uint8_t)builtin;
	} else {
		memcpy(body + len, name, strlen(name));
		len += strlen(name);
	}
	memcpy(body + len, cell, sizeof(cell));
	biff_record(w, NAME, body, len + sizeof(cell));
}

void biff_dde(struct biff_writer *w, const char *service, const char *topic)
{
	static const uint8_t item[] = { 0x02, 0, 0, 0, 0, 0, 2, 0, 'A', '1' };
	uint8_t body[256] = { 0, 0 };
	int len = snprintf((char *)body + 5, sizeof(body) - 5, "%s\3%s", service, topic);

	number(body + 2, (uint32_t)len, 2);
	biff_record(w, SUPBOOK, body, 5 + (size_t)len);
	biff_record(w, EXTERNNAME, item, sizeof(item));
}

void biff_next(struct biff_writer *w, bool macros)
{
	biff_record(w, END, NULL, 0);
	if (w->begun < w->sheets)
		number(w->bytes + w->sheet_at[w->begun++], (uint32_t)w->used, 4);
	begin(w, macros ? 0x40 : 0x10);
}

void biff_formula(struct biff_writer *w, unsigned row, struct span tokens)
{
	uint8_t body[2048] = { 0 };

	number(body, row, 2);
	number(body + 20, (uint32_t)tokens.len, 2);
	memcpy(body + 22, tokens.ptr, tokens.len);
	biff_record(w, FORMULA, body, 22 + tokens.len);
}

void biff_call(struct biff_writer *w, unsigned row, unsigned function, const char *const *texts, unsigned count)
{
	uint8_t tokens[1024], *at = tokens;

	for (unsigned i = 0; i < count; i++) {
		*at++ = 0x17;
		*at++ = (uint8_t)strlen(texts[i]);
		*at++ = 0;
		memcpy(at, texts[i], strlen(texts[i]));
		at += strlen(texts[i]);
	}
	*at++ = 0x42;
	*at++ = (uint8_t)count;
	at = number(at, function, 2);
	biff_formula(w, row, (struct span){ tokens, (size_t)(at - tokens) });
}

struct span biff_end(struct biff_writer *w)
{
	biff_record(w, END, NULL, 0);
	return (struct span){ w->bytes, w->used };
}

void biff_free(struct biff_writer *w)
{
	free(w->bytes);
	memset(w, 0, sizeof(*w));
}
