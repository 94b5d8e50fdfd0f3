/*
 * native.c - packed files, equations, monikers.
 *
 * Nobody specifies the packager's format; its fields are those that olefile/oletools found. MTEF: "MathType MTEF v.3",
 * Design Science. Monikers: [MS-OSHARED] 2.3.7.
 */
#include "office/native.h"

#include "active/target.h"
#include "base/line.h"
#include "format/charset.h"

#define PATH          1024 /* bytes of a name or path */
#define EQUATION_HEAD 28   /* bytes of EQNOLEFILEHDR */
#define MTEF_HEAD     5    /* bytes in front of the first record */
#define MTEF_LOOK     64   /* bytes of an equation before its first font */
#define FONT          40   /* no name of a font is as long: the editor has room for 36 (CVE-2017-11882) */
#define MONIKERS      8    /* of one object that are looked at */

/* --- packages --- */

/* How the packager holds a file. */
enum package_kind { PACKAGE_LINKED = 1, PACKAGE_EMBEDDED = 3 };

static struct span zero_ended(struct cur *c)
{
	struct span rest = cur_rest(c);
	size_t n = line_find(rest, '\0');
	struct span text = cur_span(c, n);

	cur_take(c, 1);
	c->bad |= n > PATH;
	return text;
}

/* "C:\Temp\a.txt" without its folders. */
static struct span file_name(struct span path)
{
	for (size_t i = path.len; i > 0; i--)
		if (path.ptr[i - 1] == '\\' || path.ptr[i - 1] == '/')
			return line_from(path, i);
	return path;
}

static struct span as_utf8(struct exam *e, struct span text)
{
	return charset_text(text, charset_guess(text), text.len * 4, &e->arena);
}

/* What is shown and read by a double click; everything else may run. Texts are no such: nobody packs them. */
static bool is_plain(enum type type, struct span name)
{
	enum type_kind kind = type_kind(type), named = type_kind(type_promised(name));
	bool shown = kind == KIND_DOCUMENT || (kind == KIND_PLAIN && type != TYPE_TEXT && type != TYPE_UNKNOWN);

	return shown && (named == KIND_DOCUMENT || named == KIND_PLAIN);
}

/* The label is what stands below the icon; the name of the path decides what is run. */
static void tell_file(struct exam *e, const struct part *part, struct span label, struct span path, struct span bytes)
{
	struct span name = file_name(path).len ? file_name(path) : label;
	enum type type = type_of(bytes, name);
	bool same = !label.len || span_equal(name, label);
	struct part child = { .name = as_utf8(e, name), .bytes = bytes };

	path = as_utf8(e, path.len ? path : label);
	label = as_utf8(e, label);
	exam_findf(e, part, is_plain(type, name) ? FINDING_OLE_FILE : FINDING_OLE_PACKAGE, "%.*s%s%.*s%s (%s)",
		   (int)path.len, (const char *)path.ptr, same ? "" : ", shown as \"", same ? 0 : (int)label.len,
		   (const char *)label.ptr, same ? "" : "\"", type_name(type));
	if (bytes.len && exam_entry(e, part))
		exam_part(e, part, &child);
}

bool native_package(struct exam *e, const struct part *part, struct span bytes)
{
	struct cur c = cur_init(bytes);
	size_t mark = arena_mark(&e->arena);
	struct span label, path, command;
	unsigned kind;
	uint32_t size;

	if (cur_le16(&c) != 2)
		return false;
	label = zero_ended(&c);
	path = zero_ended(&c);
	(void)cur_le16(&c);
	kind = cur_le16(&c);
	if (c.bad || (kind != PACKAGE_LINKED && kind != PACKAGE_EMBEDDED))
		return false;
	if (kind == PACKAGE_LINKED) {
		(void)cur_le16(&c);
		command = zero_ended(&c);
		exam_find(e, part, FINDING_OLE_PACKAGE, as_utf8(e, c.bad || !command.len ? path : command));
		arena_back(&e->arena, mark);
		return true;
	}
	command = cur_span(&c, cur_le32(&c)); /* where it lay for a while: its zero counts */
	command = line_cut(command, line_find(command, '\0'));
	size = cur_le32(&c);
	if (!c.bad)
		tell_file(e, part, label, file_name(command).len ? command : path, line_cut(cur_rest(&c), size));
	arena_back(&e->arena, mark);
	return !c.bad;
}

/* --- equations --- */

/* Characters in a row have no zeros either where they are Chinese or Japanese: each has a tag, a font, two bytes. */
static bool is_characters(struct span name)
{
	for (size_t phase = 0; phase < 4; phase++) {
		bool all = true;

		for (size_t i = phase; i < name.len; i += 4)
			all &= (name.ptr[i] & 15) == 2;
		if (all)
			return true;
	}
	return false;
}

/* Behind a tag: the font's number, its style, its name. How long that is; 0: no font that runs over. */
static size_t runs_over(struct span record)
{
	struct span name = line_from(record, 2);
	size_t len = line_find(name, '\0');

	return record.len > 2 && len >= FONT && !is_characters(line_cut(name, FONT)) ? len : 0;
}

/* CVE-2017-11882 and CVE-2018-0802 write over the stack by the name of a font, which stands near the beginning. */
void native_equation(struct exam *e, const struct part *part, struct span bytes)
{
	struct span mtef = line_from(bytes, EQUATION_HEAD + MTEF_HEAD);

	if (bytes.len > EQUATION_HEAD && ld_le16(bytes.ptr) != EQUATION_HEAD) {
		exam_findf(e, part, FINDING_EQUATION, "%zu bytes that are no equation", bytes.len);
		return;
	}
	for (size_t i = 0; i < mtef.len && i < MTEF_LOOK; i++) {
		size_t len = (mtef.ptr[i] & 15) == 8 ? runs_over(line_from(mtef, i + 1)) : 0;

		if (len) {
			exam_findf(e, part, FINDING_EQUATION, "the name of a font has %zu bytes", len);
			return;
		}
	}
	exam_find(e, part, FINDING_EQUATION_OLD, text_span("Equation Native"));
}

/* --- monikers --- */

static void see_address(struct exam *e, const struct part *part, struct span rest)
{
	size_t mark = arena_mark(&e->arena);
	struct cur c = cur_init(rest);
	uint32_t len = cur_le32(&c);
	struct span utf8 = charset_utf16(line_cut(cur_rest(&c), len), 4 * PATH, &e->arena);

	target_judge(e, part, TARGET_OBJECT, line_cut(utf8, line_find(utf8, '\0')), (struct span){ 0 });
	arena_back(&e->arena, mark);
}

static void see_file(struct exam *e, const struct part *part, struct span rest)
{
	size_t mark = arena_mark(&e->arena);
	struct cur c = cur_init(rest);
	struct span path;
	uint32_t len;

	(void)cur_le16(&c);
	len = cur_le32(&c);
	path = line_cut(cur_rest(&c), len);
	path = as_utf8(e, line_cut(path, line_find(path, '\0')));
	target_judge(e, part, TARGET_OBJECT, path, (struct span){ 0 });
	arena_back(&e->arena, mark);
}

static void see_all(struct exam *e, const struct part *part, struct span bytes, const uint8_t class[16],
		    void (*see)(struct exam *e, const struct part *part, struct span rest))
{
	const uint8_t *at;

	for (unsigned i = 0; i < MONIKERS && bytes.len; i++) {
		at = memmem(bytes.ptr, bytes.len, class, 16);
		if (!at)
			return;
		bytes = line_from(bytes, (size_t)(at - bytes.ptr) + 16);
		see(e, part, bytes);
	}
}

void native_monikers(struct exam *e, const struct part *part, struct span bytes)
{
	static const uint8_t url[16] = { 0xe0, 0xc9, 0xea, 0x79, 0xf9, 0xba, 0xce, 0x11,
					 0x8c, 0x82, 0x00, 0xaa, 0x00, 0x4b, 0xa9, 0x0b };
	static const uint8_t file[16] = { 0x03, 0x03, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46 };

	see_all(e, part, bytes, url, see_address);
	see_all(e, part, bytes, file, see_file);
}
