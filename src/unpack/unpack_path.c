/*
 * unpack_path.c - where the names in archives lead.
 *
 * ".." and absolute paths write elsewhere (CWE-22), as links do that point there; a name with a colon is a stream beside
 * a file in NTFS, through which CVE-2025-8088 wrote elsewhere.
 */
#include "unpack/unpack_private.h"

#include "format/charset.h"

/* All of it reads as Shift_JIS, and something in it is hardly anything else: names are too short to be guessed as texts
 * are. Letters of Europe stand alone among those of ASCII. */
static bool is_shift_jis(struct span name)
{
	bool sure = false;

	for (size_t i = 0; i < name.len; i++) {
		uint8_t lead = name.ptr[i], trail = i + 1 < name.len ? name.ptr[i + 1] : 0;

		if (lead < 0x80 || (lead >= 0xa1 && lead <= 0xdf))
			continue;
		if (lead == 0x80 || lead == 0xa0 || lead > 0xfc || trail < 0x40 || trail == 0x7f || trail > 0xfc)
			return false;
		sure |= trail >= 0x80;
		i++;
	}
	return sure;
}

/* What neither says its charset nor is UTF-8 is what the programs of its country wrote, or that of MS-DOS. */
struct span unpack_text(struct exam *e, struct span name, bool utf8)
{
	struct span charset = utf8 ? text_span("utf-8") : charset_guess(name);

	if (span_equal(charset, text_span("windows-1252")))
		charset = text_span(is_shift_jis(name) ? "shift_jis" : "cp437");
	return charset_text(name, charset, UNPACK_NAME, &e->arena);
}

static bool is_slash(uint8_t byte)
{
	return byte == '/' || byte == '\\';
}

static bool is_letter(uint8_t byte)
{
	return text_lower(byte) >= 'a' && text_lower(byte) <= 'z';
}

static bool is_absolute(struct span path)
{
	if (path.len >= 3 && is_letter(path.ptr[0]) && path.ptr[1] == ':' && is_slash(path.ptr[2]))
		return true;
	return path.len > 0 && is_slash(path.ptr[0]);
}

/* The next part of a path; false at its end. */
static bool next_step(struct span *rest, struct span *step)
{
	size_t n = 0;

	*step = *rest;
	if (!rest->len)
		return false;
	while (rest->len && is_slash(*rest->ptr))
		*rest = (struct span){ rest->ptr + 1, rest->len - 1 };
	while (n < rest->len && !is_slash(rest->ptr[n]))
		n++;
	*step = (struct span){ rest->ptr, n };
	*rest = (struct span){ rest->ptr + n, rest->len - n };
	return n > 0;
}

/* Whether a path goes up from a folder `depth` folders deep, at some time. */
static bool goes_out(struct span path, long depth)
{
	struct span step;

	while (next_step(&path, &step)) {
		if (span_equal(step, text_span("..")))
			depth--;
		else if (!span_equal(step, text_span(".")))
			depth++;
		if (depth < 0)
			return true;
	}
	return false;
}

/* Ages of archives have absolute names for what is unpacked below "/" by right: only Windows' way is told of those. */
static bool may_be_absolute(enum type type)
{
	return type == TYPE_TAR || type == TYPE_CPIO || type == TYPE_AR || type == TYPE_XAR;
}

void unpack_path(struct exam *e, const struct part *part, struct span name)
{
	const uint8_t *colon = name.len > 2 ? memchr(name.ptr + 2, ':', name.len - 2) : NULL;
	bool absolute = is_absolute(name) && !(name.ptr[0] == '/' && may_be_absolute(part->type));

	if (colon && memmem(colon, (size_t)(name.ptr + name.len - colon), "..", 2))
		exam_find(e, part, FINDING_ARCHIVE_TRICK, name);
	else if (absolute || goes_out(name, 0))
		exam_find(e, part, FINDING_ARCHIVE_PATH, name);
}

void unpack_link(struct exam *e, const struct part *part, struct span name, struct span target)
{
	long depth = -1; /* of the folder that the link lies in */
	struct span step, rest = name;

	while (next_step(&rest, &step))
		depth++;
	if (target.len && (is_absolute(target) || goes_out(target, depth)))
		exam_findf(e, part, FINDING_ARCHIVE_PATH, "%.*s -> %.*s", (int)name.len, (const char *)name.ptr,
			   (int)target.len, (const char *)target.ptr);
}
