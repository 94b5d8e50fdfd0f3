/*
 * ole_object.c - embedded objects: their class, the file that is packed into them, where a linked one comes from.
 *
 * [MS-OLEDS] 2.3.3 (\1Ole), 2.3.6 (\1Ole10Native), [MS-OLEPS]; classes by the exploits that used them.
 */
#include "office/ole_document.h"

#include "active/target.h"
#include "base/pen.h"
#include "format/charset.h"

#define FONT_NAME   40    /* bytes: the editor has room for 36 and never wrote more than 32 */
#define EQUATION_HEAD 28  /* bytes of EQNOLEFILEHDR */

enum class_kind { CLASS_EXPLOIT, CLASS_EQUATION };

static const struct {
	const char *guid, *what;
	enum class_kind kind;
} classes[] = {
	{ "0002ce02-0000-0000-c000-000000000046", "Equation Editor 3.0", CLASS_EQUATION },
	{ "00021700-0000-0000-c000-000000000046", "Equation Editor 2.0", CLASS_EQUATION },
	{ "bdd1f04b-858b-11d1-b16a-00c0f0283628", "MSComctlLib.ListViewCtrl (CVE-2012-0158)", CLASS_EXPLOIT },
	{ "996bf5e0-8044-4650-adeb-0b013914e99c", "MSComctlLib.ListViewCtrl (CVE-2012-0158)", CLASS_EXPLOIT },
	{ "c74190b6-8589-11d1-b16a-00c0f0283628", "MSComctlLib.TreeCtrl (CVE-2012-0158)", CLASS_EXPLOIT },
	{ "9181dc5f-e07d-418a-aca6-8eea1ecb8e9e", "MSComctlLib.TreeCtrl (CVE-2012-0158)", CLASS_EXPLOIT },
	{ "1efb6596-857c-11d1-b16a-00c0f0283628", "MSComctlLib.TabStrip (CVE-2012-1856)", CLASS_EXPLOIT },
	{ "24b224e0-9545-4a2f-abd5-86aa8a849385", "MSComctlLib.TabStrip (CVE-2012-1856)", CLASS_EXPLOIT },
	{ "66833fe6-8583-11d1-b16a-00c0f0283628", "MSComctlLib.Toolbar (CVE-2012-0158)", CLASS_EXPLOIT },
	{ "612a8624-0fb3-11ce-8747-524153480004", "COMCTL.Toolbar", CLASS_EXPLOIT },
	{ "dd9da666-8594-11d1-b16a-00c0f0283628", "MSComctlLib.ImageComboCtl (CVE-2014-1761)", CLASS_EXPLOIT },
	{ "a08a033d-1a75-4ab6-a166-ead02f547959", "otkloadr.WRAssembly (helps exploits)", CLASS_EXPLOIT },
	{ "05741520-c4eb-440a-ac3f-9643bbc9f847", "otkloadr.WRLoader (helps exploits)", CLASS_EXPLOIT },
	{ "cdf1c8aa-2d25-43c7-8afe-01f73a3c66da", "UmOutlookAddin (CVE-2016-0042)", CLASS_EXPLOIT },
	{ "d27cdb6e-ae6d-11cf-96b8-444553540000", "Flash (CVE-2018-4878 and others)", CLASS_EXPLOIT },
	{ "d27cdb70-ae6d-11cf-96b8-444553540000", "Flash factory (CVE-2018-15982 and others)", CLASS_EXPLOIT },
	{ "8856f961-340a-11d0-a96b-00c04fd705a2", "Shell.Explorer (a browser in the document)", CLASS_EXPLOIT },
	{ "eab22ac3-30c1-11cf-a7eb-0000c05bae0b", "Shell.Explorer (a browser in the document)", CLASS_EXPLOIT },
	{ "3050f4d8-98b5-11cf-bb82-00aa00bdce0b", "HTML application (CVE-2017-0199)", CLASS_EXPLOIT },
	{ "06290bd3-48aa-11d2-8432-006008c3fbfc", "script moniker (CVE-2017-8570)", CLASS_EXPLOIT },
	{ "06290bd2-48aa-11d2-8432-006008c3fbfc", "scriptlet (CVE-2017-8570)", CLASS_EXPLOIT },
	{ "ecabb0c7-7f19-11d2-978e-0000f8757e2a", "SOAP moniker (CVE-2017-8759)", CLASS_EXPLOIT },
	{ "ecabafc6-7f19-11d2-978e-0000f8757e2a", "new moniker (CVE-2017-8570)", CLASS_EXPLOIT },
	{ "25336920-03f9-11cf-8fd0-00aa00686f13", "HTML document (CVE-2021-40444)", CLASS_EXPLOIT },
	{ "88d969c0-f192-11d4-a65f-0040963251e5", "MSXML 5 (CVE-2006-5745)", CLASS_EXPLOIT },
	{ "14ce31dc-abc2-484c-b061-cf3416aed8ff", "WUAEXT (loads a library beside the document)", CLASS_EXPLOIT },
	{ "44f9a03b-a3ec-4f3b-9364-08e0007f21df", "Control.TaskSymbol (CVE-2015-2424)", CLASS_EXPLOIT },
};

/* --- packed files --- */

static struct span take_string(struct cur *c)
{
	const uint8_t *end = c->left ? memchr(c->p, 0, c->left) : NULL;
	struct span text;

	if (!end) {
		c->bad = true;
		return (struct span){ cur_zeros, 0 };
	}
	text = cur_span(c, (size_t)(end - c->p));
	(void)cur_u8(c);
	return text;
}

/* What is shown and read by a double click; everything else is opened by the program of its type. */
static bool is_plain(enum type type, struct span name)
{
	enum type promised = type_promised(name);
	enum type_kind kind = type_kind(type), named = type_kind(promised);
	bool shown = kind == KIND_DOCUMENT || (kind == KIND_PLAIN && type != TYPE_TEXT && type != TYPE_UNKNOWN);

	return shown && (named == KIND_DOCUMENT || named == KIND_PLAIN);
}

static struct span as_utf8(struct exam *e, struct span text)
{
	return charset_text(text, charset_guess(text), text.len * 4, &e->arena);
}

/* "C:\Temp\a.txt" without its folders. */
static struct span file_name(struct span path)
{
	for (size_t i = path.len; i > 0; i--)
		if (path.ptr[i - 1] == '\\' || path.ptr[i - 1] == '/')
			return (struct span){ path.ptr + i, path.len - i };
	return path;
}

/* The label is what is shown below the icon; the path decides what is run. */
static void tell_package(struct exam *e, const struct part *part, struct span label, struct span path, struct span bytes)
{
	struct span name = file_name(path).len ? file_name(path) : label;
	enum type type = type_of(bytes, name);
	struct part child = { .name = as_utf8(e, name), .bytes = bytes };
	bool same = name.len == label.len && memcmp(name.ptr, label.ptr, name.len) == 0;

	label = as_utf8(e, label);
	exam_findf(e, part, is_plain(type, name) ? FINDING_OLE_FILE : FINDING_OLE_PACKAGE, "%.*s%s%.*s%s (%s)",
		   (int)child.name.len, (const char *)child.name.ptr, same || !label.len ? "" : ", shown as \"",
		   same ? 0 : (int)label.len, (const char *)label.ptr, same || !label.len ? "" : "\"", type_name(type));
	if (bytes.len)
		exam_part(e, part, &child);
}

/* Behind its length: a kind, label, path, a kind, another path with its length, the file with its length. */
static bool read_package(struct exam *e, const struct part *part, struct cur c)
{
	struct span label, path, command;
	uint32_t len, kind;

	(void)cur_le16(&c);
	label = take_string(&c);
	path = take_string(&c);
	kind = cur_le32(&c);
	if (c.bad || (kind & 0xffff) != 0)
		return false;
	if (kind >> 16 == 1) { /* a link to a file, with no content */
		(void)cur_le16(&c);
		command = take_string(&c);
		exam_find(e, part, FINDING_OLE_PACKAGE, as_utf8(e, c.bad || !command.len ? path : command));
		return true;
	}
	len = cur_le32(&c);
	command = cur_span(&c, len);
	while (command.len && command.ptr[command.len - 1] == 0)
		command.len--;
	len = cur_le32(&c);
	if (c.bad)
		return false;
	tell_package(e, part, label, command.len ? command : path, (struct span){ c.p, len < c.left ? len : c.left });
	return true;
}

void object_native(struct exam *e, const struct part *part, struct span native)
{
	struct cur c = cur_init(native), inner;
	uint32_t len = cur_le32(&c);
	struct part child = { .bytes = { c.p, len < c.left ? len : c.left } };

	if (c.bad)
		return;
	inner = cur_init((struct span){ c.p, c.left });
	if (c.left > 2 && ld_le16(c.p) == 2 && read_package(e, part, inner))
		return;
	if (native.len > 2 && ld_le16(native.ptr) == 2 && read_package(e, part, cur_init(native))) /* without its length */
		return;
	if (type_of(child.bytes, child.name) != TYPE_UNKNOWN)
		exam_part(e, part, &child);
}

/* --- equations --- */

/* A record FONT (8): the number of the font, its style, its name up to a zero. */
static size_t longest_font(struct span equation)
{
	size_t longest = 0;

	for (size_t i = 0; i + 3 < equation.len; i++) {
		const uint8_t *name = equation.ptr + i + 3, *end;
		size_t left = equation.len - i - 3, len;

		if (equation.ptr[i] != 8)
			continue;
		end = memchr(name, 0, left);
		len = end ? (size_t)(end - name) : left;
		if (len > longest)
			longest = len;
		i += len / 2; /* it cannot become longer before that */
	}
	return longest;
}

/* CVE-2017-11882 and CVE-2018-0802 write over the stack by the name of a font, which is too long then. */
void object_equation(struct exam *e, const struct part *part, struct span native)
{
	struct span equation = native;
	size_t font;

	if (native.len >= EQUATION_HEAD && ld_le16(native.ptr) == EQUATION_HEAD)
		equation = (struct span){ native.ptr + EQUATION_HEAD, native.len - EQUATION_HEAD };
	font = longest_font(equation);
	if (font >= FONT_NAME)
		exam_findf(e, part, FINDING_EQUATION, "the name of a font has %zu bytes", font);
	else if (equation.ptr == native.ptr && native.len)
		exam_findf(e, part, FINDING_EQUATION, "%zu bytes that are no equation", native.len);
	else
		exam_find(e, part, FINDING_EMBEDDED_OBJECT, text_span("Equation Editor 3.0"));
}

/* --- links --- */

static struct span wide_text(struct exam *e, struct span bytes)
{
	static const uint8_t utf16[] = "UTF-16LE";

	for (size_t i = 0; i + 1 < bytes.len; i += 2)
		if (bytes.ptr[i] == 0 && bytes.ptr[i + 1] == 0)
			bytes.len = i;
	return charset_text(bytes, (struct span){ utf16, sizeof(utf16) - 1 }, bytes.len * 2, &e->arena);
}

/* Wherever it stands: composite monikers have others in them, and lengths in front of them may lie. */
static void read_link(struct ole_document *d, struct span ole)
{
	static const uint8_t url[] = { 0xe0, 0xc9, 0xea, 0x79, 0xf9, 0xba, 0xce, 0x11,
				       0x8c, 0x82, 0x00, 0xaa, 0x00, 0x4b, 0xa9, 0x0b };
	static const uint8_t file[] = { 0x03, 0x03, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46 };
	const uint8_t *at = memmem(ole.ptr, ole.len, url, sizeof(url));
	struct cur c = cur_init(ole);
	struct span text;
	uint32_t len;

	if (at) {
		(void)cur_span(&c, (size_t)(at - ole.ptr) + sizeof(url));
		len = cur_le32(&c);
		text = wide_text(d->e, (struct span){ c.p, len < c.left ? len : c.left });
		target_judge(d->e, d->part, TARGET_OBJECT, text, (struct span){ 0 });
	}
	at = memmem(ole.ptr, ole.len, file, sizeof(file));
	if (!at)
		return;
	c = cur_init(ole);
	(void)cur_span(&c, (size_t)(at - ole.ptr) + sizeof(file) + 2);
	len = cur_le32(&c);
	text = (struct span){ c.p, len < c.left ? len : c.left };
	while (text.len && text.ptr[text.len - 1] == 0)
		text.len--;
	target_judge(d->e, d->part, TARGET_OBJECT, as_utf8(d->e, text), (struct span){ 0 });
}

/* --- the folder of an object --- */

static int class_of(const struct ole_entry *folder)
{
	char guid[OLE_GUID_TEXT];

	ole_guid_text(folder->clsid, guid);
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strcmp(guid, classes[i].guid) == 0)
			return (int)i;
	return -1;
}

static void read_streams(struct ole_document *d, const struct ole_entry *folder, bool equation)
{
	static const char *const holders[] = { "Package", "CONTENTS", "EmbeddedOdf" };
	struct span native = document_stream(d, folder, "\1Ole10Native");
	struct span formula = document_stream(d, folder, "Equation Native");

	if (native.len && equation)
		object_equation(d->e, d->part, native);
	else if (native.len)
		object_native(d->e, d->part, native);
	if (formula.len)
		object_equation(d->e, d->part, formula);
	for (size_t i = 0; i < sizeof(holders) / sizeof(holders[0]); i++) {
		struct span bytes = document_stream(d, folder, holders[i]);

		if (type_of(bytes, (struct span){ 0 }) != TYPE_UNKNOWN && type_of(bytes, (struct span){ 0 }) != TYPE_TEXT)
			document_part(d, (struct span){ 0 }, bytes);
	}
}

void object_read(struct ole_document *d, const struct ole_entry *folder)
{
	int class = class_of(folder);
	struct span link = document_stream(d, folder, "\1Ole");

	if (class >= 0 && classes[class].kind == CLASS_EXPLOIT)
		exam_find(d->e, d->part, FINDING_EXPLOIT_OBJECT, text_span(classes[class].what));
	if (ole_find_in(&d->ole, folder, "\3OCXNAME"))
		exam_find(d->e, d->part, FINDING_ACTIVEX, folder->name);
	if (link.len > 8 && (link.ptr[4] & 1)) /* linked, not embedded */
		read_link(d, link);
	read_streams(d, folder, class >= 0 && classes[class].kind == CLASS_EQUATION);
}
