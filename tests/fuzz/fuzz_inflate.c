/*
 * fuzz_inflate.c - hostile coded bodies: undone in one piece and in many, the content is the same, and
 * so is how it ended. And what zlib makes of the input is made into it again.
 */
#include "wire/inflate.h"
#include "check.h"

#include <string.h>
#include <zlib.h>

#define CONTENT_MAX (1u << 20) /* bytes that the sink takes */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

struct content {
	uint64_t sum;
	size_t len;
};

static bool take(void *whom, struct span piece)
{
	struct content *c = whom;

	check(piece.len > 0);
	for (size_t i = 0; i < piece.len && c->len < CONTENT_MAX; i++, c->len++)
		c->sum = (c->sum ^ piece.ptr[i]) * 0x100000001b3u;
	return c->len < CONTENT_MAX;
}

static enum inflate_result play(struct span in, enum inflate_coding coding, size_t step,
				struct content *content)
{
	struct inflate *f = aligned_alloc(16, sizeof(*f)); /* whose end a sanitizer sees */
	struct inflate_sink sink = {take, content};
	enum inflate_result result = INFLATE_MORE;

	check(f != NULL);
	memset(f, 0xa5, sizeof(*f));
	inflate_begin(f, coding);
	for (size_t at = 0; at < in.len; at += step) {
		size_t n = in.len - at < step ? in.len - at : step;
		uint8_t *copy = malloc(n);

		check(copy != NULL);
		memcpy(copy, in.ptr + at, n);
		result = inflate_add(f, (struct span){copy, n}, &sink);
		free(copy);
	}
	check(f->used <= INFLATE_ROOM);
	if (result == INFLATE_MORE && inflate_whole(f))
		result = INFLATE_END;
	free(f);
	return result;
}

static void again(struct span content)
{
	static const struct {
		int bits;
		enum inflate_coding coding;
	} forms[] = {{31, INFLATE_GZIP}, {15, INFLATE_DEFLATE}, {-15, INFLATE_DEFLATE}};
	uint8_t *out = malloc(content.len + 1024);
	struct content want = {0}, got;

	check(out != NULL);
	if (content.len)
		take(&want, content);
	for (size_t i = 0; i < 3; i++) {
		z_stream z = {.next_in = (Bytef *)(uintptr_t)content.ptr,
			      .avail_in = (uInt)content.len};

		check(deflateInit2(&z, (int)(content.len % 10), Z_DEFLATED, forms[i].bits, 9, 0) == Z_OK);
		z.next_out = out;
		z.avail_out = (uInt)content.len + 1024;
		check(deflate(&z, Z_FINISH) == Z_STREAM_END);
		deflateEnd(&z);
		got = (struct content){0};
		check(play((struct span){out, z.total_out}, forms[i].coding, 1 + content.len / 3,
			   &got) == INFLATE_END);
		check(got.len == want.len && got.sum == want.sum);
	}
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const size_t steps[] = {1, 3, 100};
	struct content whole = {0}, split;
	enum inflate_coding coding;
	enum inflate_result result;

	if (!len)
		return 0;
	coding = bytes[0] & 1 ? INFLATE_GZIP : INFLATE_DEFLATE;
	result = play((struct span){bytes + 1, len - 1}, coding, SIZE_MAX / 2, &whole);
	for (size_t i = 0; i < 3; i++) {
		split = (struct content){0};
		check(play((struct span){bytes + 1, len - 1}, coding, steps[i], &split) == result);
		check(split.len == whole.len && split.sum == whole.sum);
	}
	again((struct span){bytes, len});
	return 0;
}
