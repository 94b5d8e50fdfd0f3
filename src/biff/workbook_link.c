/* workbook_link.c - what leads out of a workbook: other workbooks, other programs (DDE, OLE), hyperlinks. */
#include "biff/workbook_private.h"

#include "active/formula.h"
#include "active/target.h"

#define SELF     0x0401 /* [MS-XLS] 2.4.271: the link goes to the workbook itself, */
#define ADDINS   0x3a01 /* to functions of add-ins */
#define OLE_LINK 0x10   /* flag of an external name: OLE, not DDE */
#define BETWEEN  0x03   /* program and topic; in paths: a folder's end */
#define ENCODED  0x01

/* A path without its codes ([MS-XLS] 2.5.277): \1 and \2 in front, \3 for a backslash, \1@ for two. */
static struct span plain_path(struct workbook *b, struct span path)
{
	uint8_t *room = arena_take(&b->e->arena, path.len + 1);
	struct pen pen = pen_init(room, room ? path.len + 1 : 0);

	for (size_t i = 0; i < path.len; i++) {
		uint8_t c = path.ptr[i];

		if (c == ENCODED && i + 1 < path.len && path.ptr[i + 1] == '@') {
			pen_text(&pen, "\\\\");
			i++;
		} else if (c == BETWEEN) {
			pen_byte(&pen, '\\');
		} else if (c == 0x05) { /* an address, behind its length */
			i++;
		} else if (c >= ' ') {
			pen_byte(&pen, c);
		}
	}
	return pen_since(&pen, 0);
}

static void on_path(struct workbook *b, struct span path)
{
	const uint8_t *between;

	b->service = b->topic = (struct span){ 0 };
	if (!path.len || *path.ptr == 0 || !exam_work(b->e, A_FINDING))
		return;
	between = memchr(path.ptr, BETWEEN, path.len);
	if (*path.ptr == ENCODED || *path.ptr == 2) {
		target_judge(b->e, b->part, TARGET_BOOK, plain_path(b, path), (struct span){ 0 });
	} else if (between) {
		b->service = (struct span){ path.ptr, (size_t)(between - path.ptr) };
		b->topic = (struct span){ between + 1, path.len - b->service.len - 1 };
	}
}

void workbook_supbook(struct workbook *b, struct cur c)
{
	unsigned count;

	(void)cur_le16(&c);
	count = cur_le16(&c);
	if (c.bad || count == SELF || count == ADDINS)
		return;
	on_path(b, workbook_string(b, &c, count));
}

/* Excel 5 and before; what follows there is a number in BIFF8. */
void workbook_extern_sheet(struct workbook *b, struct cur c)
{
	if (b->version < 8)
		on_path(b, workbook_string(b, &c, cur_u8(&c)));
}

/* Which of the two a link to a program is, its names tell; they say also what is asked of it. */
void workbook_extern_name(struct workbook *b, struct cur c)
{
	unsigned flags = cur_le16(&c);

	if (!b->service.len)
		return;
	if (flags & OLE_LINK)
		target_judge(b->e, b->part, TARGET_OBJECT, plain_path(b, b->topic), (struct span){ 0 });
	else
		formula_dde(b->e, b->part, b->service, b->topic);
	b->service.len = 0; /* once is enough */
}

/* --- hyperlinks: [MS-OSHARED] 2.3.7.1 --- */

enum { HAS_MONIKER = 0x01, HAS_DISPLAY = 0x10, HAS_FRAME = 0x80, AS_STRING = 0x100 };

static struct span hyperlink_string(struct workbook *b, struct cur *c)
{
	uint32_t count = cur_le32(c);

	if (count > c->left / 2) {
		c->bad = true;
		return (struct span){ 0 };
	}
	return ptg_characters(b->e, cur_span(c, count ? (count - 1) * 2 : 0), true);
}

static struct span moniker(struct workbook *b, struct cur *c)
{
	static const uint8_t url[] = { 0xe0, 0xc9, 0xea, 0x79, 0xf9, 0xba, 0xce, 0x11 };
	static const uint8_t file[] = { 0x03, 0x03, 0, 0, 0, 0, 0, 0 };
	const uint8_t *guid = cur_take(c, 16);
	uint32_t len;

	if (memcmp(guid, url, sizeof(url)) == 0) {
		struct span text = { c->p, c->left };

		len = cur_le32(c);
		text = (struct span){ c->p, len < c->left ? len : c->left };
		for (size_t i = 0; i + 1 < text.len; i += 2) /* a GUID and more may follow the end */
			if (text.ptr[i] == 0 && text.ptr[i + 1] == 0)
				text.len = i;
		return ptg_characters(b->e, text, true);
	}
	if (memcmp(guid, file, sizeof(file)) == 0) {
		(void)cur_le16(c);
		len = cur_le32(c);
		return ptg_characters(b->e, cur_span(c, len < c->left ? len : c->left), false);
	}
	return (struct span){ 0 };
}

void workbook_hlink(struct workbook *b, struct cur c)
{
	size_t mark = arena_mark(&b->e->arena);
	struct span shown = { 0 }, address = { 0 };
	uint32_t flags;

	(void)cur_span(&c, 8 + 16 + 4); /* cells, class, version */
	flags = cur_le32(&c);
	if (flags & HAS_DISPLAY)
		shown = hyperlink_string(b, &c);
	if (flags & HAS_FRAME)
		(void)hyperlink_string(b, &c);
	if ((flags & HAS_MONIKER) && !c.bad)
		address = flags & AS_STRING ? hyperlink_string(b, &c) : moniker(b, &c);
	if (address.len && exam_work(b->e, A_FINDING))
		target_judge(b->e, b->part, TARGET_LINK, address, shown);
	arena_back(&b->e->arena, mark);
}
