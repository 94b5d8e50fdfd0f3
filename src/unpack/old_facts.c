/*
 * old_facts.c - the names in archives of ACE and ARJ, which nobody unpacks here, and which nobody sends any more but to
 * get past filters.
 *
 * Sources: ACE's technote (acefile's description), ARJ's TECHNOTE.TXT. Both are headers behind each other, each
 * followed by a file's bytes.
 */
#include "unpack/unpack_walk.h"

#define ACE_FILE     1  /* type of block */
#define ACE_HAS_DATA 1  /* flag */
#define ACE_SEALED   0x4000
#define ARJ_SEALED   1

struct old {
	struct exam *e;
	const struct part *part;
	struct unpack_names names;
	struct unpack_facts facts;
};

static void see_name(struct old *o, struct span bytes)
{
	struct span name = unpack_text(o->e, bytes, false);

	unpack_path(o->e, o->part, name);
	unpack_names_add(&o->names, name);
	unpack_closed(o->e, o->part, name);
}

static void see_ace(struct old *o, struct cur c)
{
	while (c.left >= 4 && exam_entry(o->e, o->part)) {
		uint16_t crc = cur_le16(&c), size = cur_le16(&c);
		struct cur block = cur_sub(&c, size);
		uint8_t type = cur_u8(&block);
		uint16_t flags = cur_le16(&block);
		uint32_t data = flags & ACE_HAS_DATA ? cur_le32(&block) : 0;

		(void)crc;
		if (type == ACE_FILE && !block.bad) {
			cur_take(&block, 4 + 4 + 4 + 4 + 4 + 2);
			see_name(o, cur_span(&block, cur_le16(&block)));
			o->facts.encrypted |= (flags & ACE_SEALED) != 0;
		}
		if (c.bad || data > c.left)
			return;
		cur_span(&c, data);
	}
}

/* The first header is the archive's own. */
static void see_arj(struct old *o, struct cur c)
{
	for (unsigned n = 0; c.left >= 4 && exam_entry(o->e, o->part); n++) {
		uint16_t mark = cur_le16(&c), size = cur_le16(&c), more;
		struct cur block = cur_sub(&c, size);
		const uint8_t *head = block.p, *end;
		uint32_t data;

		if (c.bad || mark != 0xea60 || size < 30 || head[0] > size)
			return;
		cur_span(&block, head[0]);
		end = memchr(block.p, 0, block.left);
		data = n ? ld_le32(head + 12) : 0;
		o->facts.encrypted |= n && (head[4] & ARJ_SEALED);
		if (n && end)
			see_name(o, (struct span){ block.p, (size_t)(end - block.p) });
		cur_take(&c, 4);
		while ((more = cur_le16(&c)) != 0)
			cur_span(&c, more + 4u);
		if (c.bad || data > c.left)
			return;
		cur_span(&c, data);
	}
}

struct unpack_facts unpack_old_facts(struct exam *e, const struct part *part)
{
	struct old o = { .e = e, .part = part };

	unpack_names_open(&o.names, e->settings->limits.entries, &e->arena);
	exam_unseen(e, part, UNSEEN_UNSUPPORTED, part->type == TYPE_ACE ? "an archive of ACE" : "an archive of ARJ");
	if (part->type == TYPE_ACE)
		see_ace(&o, cur_init(part->bytes));
	else
		see_arj(&o, cur_init(part->bytes));
	unpack_names_judge(&o.names, e, part);
	return o.facts;
}
