/*
 * rar_facts.c - what the headers of RAR say besides the files: encryption, and streams that write elsewhere.
 *
 * Sources: RAR 5.0 archive format (https://www.rarlab.com/technote.htm), technote.txt of RAR 4. Blocks lie behind each
 * other; each is passed over by its size.
 */
#include "unpack/unpack_walk.h"

#define SIGNATURE4 7 /* "Rar!\x1a\7\0" */
#define SIGNATURE5 8 /* "Rar!\x1a\7\1\0" */

enum { RAR4_MAIN = 0x73, RAR4_FILE = 0x74, RAR4_SERVICE = 0x7a };
enum { RAR4_MAIN_SEALED = 0x80, RAR4_FILE_SEALED = 4, RAR4_LONG = 0x8000, RAR4_LARGE = 0x100 };
enum { RAR5_FILE = 2, RAR5_SERVICE = 3, RAR5_SEALED = 4, RAR5_END = 5 };
enum { RAR5_HAS_EXTRA = 1, RAR5_HAS_DATA = 2 };
enum { RAR5_EXTRA_CRYPT = 1, RAR5_EXTRA_STREAM = 7 };

struct rar {
	struct exam *e;
	const struct part *part;
	struct unpack_facts facts;
};

/* --- RAR 4 --- */

static void see_file4(struct rar *r, struct cur head, uint16_t flags)
{
	uint16_t length;
	struct span name;

	cur_take(&head, 4 + 4 + 1 + 4 + 4 + 1 + 1);
	length = cur_le16(&head);
	cur_take(&head, 4 + (flags & RAR4_LARGE ? 8 : 0));
	name = cur_span(&head, length);
	if (head.bad || !(flags & RAR4_FILE_SEALED))
		return;
	r->facts.encrypted = true;
	(void)name;
}

/* The size of a block's data stands behind its header's first seven bytes. */
static void see_rar4(struct rar *r, struct cur c)
{
	while (c.left >= 7 && exam_work(r->e, 64)) {
		const uint8_t *head = cur_take(&c, 7);
		uint16_t flags = ld_le16(head + 3), size = ld_le16(head + 5);
		struct cur block = cur_sub(&c, size > 7 ? size - 7u : 0);
		uint64_t data = 0;

		if (head[2] == RAR4_MAIN && (flags & RAR4_MAIN_SEALED))
			r->facts.sealed = true;
		if (head[2] == RAR4_FILE || head[2] == RAR4_SERVICE || (flags & RAR4_LONG))
			data = block.left >= 4 ? ld_le32(block.p) : 0;
		if (head[2] == RAR4_FILE) {
			if ((flags & RAR4_LARGE) && block.left >= 29)
				data |= (uint64_t)ld_le32(block.p + 25) << 32;
			see_file4(r, block, flags);
		}
		if (c.bad || r->facts.sealed || data > c.left)
			return;
		cur_span(&c, (size_t)data);
	}
}

/* --- RAR 5 --- */

/* CVE-2025-8088: a stream whose name goes up writes elsewhere, not beside its file. */
static void see_stream(struct rar *r, struct span name)
{
	if (memmem(name.ptr, name.len, "..", 2) || (name.len && memchr(name.ptr, '\\', name.len)))
		exam_findf(r->e, r->part, FINDING_ARCHIVE_TRICK, "stream %.*s", (int)name.len, (const char *)name.ptr);
}

static void see_extras(struct rar *r, struct cur extras, bool service)
{
	while (extras.left && !extras.bad) {
		struct cur extra = cur_sub(&extras, (size_t)cur_leb(&extras));
		uint64_t type = cur_leb(&extra);

		if (extra.bad)
			return;
		if (type == RAR5_EXTRA_CRYPT)
			r->facts.encrypted = true;
		if (type == RAR5_EXTRA_STREAM && service)
			see_stream(r, cur_rest(&extra));
	}
}

/* False: its end is missing, which libarchive does not tell. */
static bool see_rar5(struct rar *r, struct cur c)
{
	while (c.left >= 7 && exam_work(r->e, 64)) {
		uint64_t type, flags, extra = 0, data = 0;
		struct cur head;

		cur_take(&c, 4); /* CRC */
		head = cur_sub(&c, (size_t)cur_leb(&c));
		type = cur_leb(&head);
		flags = cur_leb(&head);
		if (flags & RAR5_HAS_EXTRA)
			extra = cur_leb(&head);
		if (flags & RAR5_HAS_DATA)
			data = cur_leb(&head);
		if (head.bad || type == RAR5_END)
			return !head.bad;
		if (type == RAR5_SEALED) {
			r->facts.sealed = true;
			return true;
		}
		if ((type == RAR5_FILE || type == RAR5_SERVICE) && extra <= head.left) {
			cur_span(&head, head.left - (size_t)extra);
			see_extras(r, head, type == RAR5_SERVICE);
		}
		if (data > c.left)
			return false;
		cur_span(&c, (size_t)data);
	}
	return false;
}

struct unpack_facts unpack_rar_facts(struct exam *e, const struct part *part)
{
	struct rar r = { .e = e, .part = part };
	struct cur c = cur_init(part->bytes);

	if (part->bytes.len >= SIGNATURE5 && part->bytes.ptr[6] == 1) {
		cur_take(&c, SIGNATURE5);
		if (!see_rar5(&r, c))
			exam_unseen(e, part, UNSEEN_BROKEN, "the archive is broken or cut");
	} else {
		cur_take(&c, SIGNATURE4);
		see_rar4(&r, c);
	}
	return r.facts;
}
