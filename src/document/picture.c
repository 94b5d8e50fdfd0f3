/*
 * picture.c - what lies behind the end of a picture: viewers ignore it, other programs open it.
 *
 * Nothing is decoded: a picture's end is where its last bytes say so, else it is found by hopping from length to
 * length. Cameras append previews and films to their pictures; only what runs or holds files is told.
 */
#include "document/document.h"

#include "base/line.h"

#define LEAST  16    /* bytes behind the end that are looked at */
#define PIECES 65536 /* of a picture that are hopped over */
#define TAIL   1024  /* bytes in which the end of a zip is looked for */

/* Each returns how long the picture is; all of it where that cannot be told. */

/* PNG (ISO/IEC 15948, 5): pieces of length, type, bytes, check sum, the last one of which is IEND. */
static size_t png_length(struct span bytes)
{
	struct cur at = cur_init(bytes);

	cur_span(&at, 8);
	for (int i = 0; i < PIECES && !at.bad; i++) {
		uint32_t length = cur_be32(&at);
		bool last = ld_be32(cur_take(&at, 4)) == 0x49454e44;

		cur_span(&at, (size_t)length + 4);
		if (last)
			break;
	}
	return at.bad ? bytes.len : at.off;
}

/* Behind the bytes of a scan, in which a marker is 0xff and neither 0 nor one of RST0 to 7 (ISO/IEC 10918-1, B.1.1). */
static void skip_scan(struct cur *at)
{
	struct span rest = cur_rest(at);
	size_t n = 0;

	while (n + 1 < rest.len) {
		const uint8_t *mark = memchr(rest.ptr + n, 0xff, rest.len - 1 - n);

		if (!mark)
			break;
		n = (size_t)(mark - rest.ptr);
		if (mark[1] && mark[1] != 0xff && (mark[1] & 0xf8) != 0xd0) {
			cur_span(at, n);
			return;
		}
		n++;
	}
	cur_span(at, rest.len);
}

/* JPEG: segments, of which SOS is followed by a scan, up to EOI. */
static size_t jpeg_length(struct span bytes)
{
	struct cur at = cur_init(bytes);

	cur_span(&at, 2);
	for (int i = 0; i < PIECES && at.left >= 2 && !at.bad; i++) {
		uint8_t mark;

		if (cur_u8(&at) != 0xff)
			return bytes.len;
		while ((mark = cur_u8(&at)) == 0xff)
			;
		if (mark == 0xd9)
			return at.off;
		if (mark != 0x01 && (mark & 0xf8) != 0xd0) {
			uint16_t length = cur_be16(&at);

			cur_span(&at, length < 2 ? 0 : length - 2u);
		}
		if (mark == 0xda)
			skip_scan(&at);
	}
	return bytes.len;
}

/* GIF89a: a table of colours here and there, and blocks of at most 255 bytes. */
static size_t gif_length(struct span bytes)
{
	struct cur at = cur_init(bytes);
	uint8_t flags, kind;

	cur_span(&at, 10);
	flags = cur_u8(&at);
	cur_span(&at, 2 + (flags & 0x80 ? 3u << ((flags & 7) + 1) : 0));
	for (int i = 0; i < PIECES && !at.bad; i++) {
		kind = cur_u8(&at);
		if (kind == 0x3b)
			return at.off;
		if (kind == 0x2c) {
			cur_span(&at, 8);
			flags = cur_u8(&at);
			cur_span(&at, 1 + (flags & 0x80 ? 3u << ((flags & 7) + 1) : 0));
		} else if (kind == 0x21) {
			cur_u8(&at);
		} else {
			break;
		}
		for (uint8_t length; (length = cur_u8(&at)) != 0;)
			cur_span(&at, length);
	}
	return bytes.len;
}

static size_t bitmap_length(struct span bytes)
{
	struct cur at = cur_init(bytes);
	uint32_t length;

	if (cur_le16(&at) != 0x4d42)
		return bytes.len;
	length = cur_le32(&at);
	return length < 26 || length > bytes.len ? bytes.len : length;
}

static bool ends_with(struct span bytes, const char *mark, size_t len)
{
	return bytes.len >= len && memcmp(bytes.ptr + bytes.len - len, mark, len) == 0;
}

static size_t picture_length(const struct part *part)
{
	switch (part->type) {
	case TYPE_PNG:
		return ends_with(part->bytes, "IEND\xae" "B`\x82", 8) ? part->bytes.len : png_length(part->bytes);
	case TYPE_JPEG:
		return ends_with(part->bytes, "\xff\xd9", 2) ? part->bytes.len : jpeg_length(part->bytes);
	case TYPE_GIF:
		return ends_with(part->bytes, "\0;", 2) ? part->bytes.len : gif_length(part->bytes);
	default:
		return bitmap_length(part->bytes);
	}
}

/* The end of a zip, whose comment is a picture's end: then the picture is walked through. */
static bool ends_like_zip(struct span bytes)
{
	struct span tail = bytes.len > TAIL ? line_from(bytes, bytes.len - TAIL) : bytes;

	return memmem(tail.ptr, tail.len, "PK\5\6", 4) != NULL;
}

static bool is_opened(enum type type)
{
	enum type_kind kind = type_kind(type);

	return kind == KIND_ARCHIVE || kind == KIND_PROGRAM || kind == KIND_SCRIPT || kind == KIND_IMAGE ||
	       kind == KIND_MARKUP || kind == KIND_DOCUMENT || kind == KIND_SHORTCUT;
}

void document_picture(struct exam *e, const struct part *part)
{
	struct part behind = { 0 };
	size_t length = picture_length(part);

	if (length == part->bytes.len && ends_like_zip(part->bytes))
		length = part->type == TYPE_JPEG ? jpeg_length(part->bytes) :
			 part->type == TYPE_PNG	 ? png_length(part->bytes) :
						   gif_length(part->bytes);
	behind.bytes = line_from(part->bytes, length);
	if (behind.bytes.len < LEAST || !exam_work(e, behind.bytes.len))
		return;
	behind.type = type_of(behind.bytes, behind.name);
	if (!is_opened(behind.type))
		return;
	exam_findf(e, part, FINDING_TYPE_DISGUISED, "%s behind the end of a picture", type_name(behind.type));
	behind.type = TYPE_UNKNOWN;
	exam_part(e, part, &behind);
}
