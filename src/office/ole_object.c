/*
 * ole_object.c - the folders of embedded objects: their class, and the streams in them.
 *
 * [MS-OLEDS] 2.3.3 (\1Ole), 2.3.6 (\1Ole10Native); classes by the exploits that used them.
 */
#include "office/native.h"
#include "office/ole_document.h"

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

static int class_of(const struct ole_entry *folder)
{
	char guid[OLE_GUID_TEXT];

	ole_guid_text(folder->clsid, guid);
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strcmp(guid, classes[i].guid) == 0)
			return (int)i;
	return -1;
}

/* [MS-OLEDS] 2.3.6: a length, then what an object of OLE 1 had: a packed file, or anything. */
static void read_native(struct ole_document *d, struct span native)
{
	struct cur c = cur_init(native);
	uint32_t len = cur_le32(&c);
	struct span bytes = { c.p, len < c.left ? len : c.left };
	enum type type = type_of(bytes, (struct span){ cur_zeros, 0 });

	if (c.bad || native_package(d->e, d->part, cur_rest(&c)) || native_package(d->e, d->part, native))
		return;
	if (type != TYPE_UNKNOWN)
		document_part(d, (struct span){ cur_zeros, 0 }, bytes);
}

static void read_streams(struct ole_document *d, const struct ole_entry *folder, bool equation)
{
	static const char *const holders[] = { "Package", "CONTENTS", "EmbeddedOdf" };
	struct span native = document_stream(d, folder, "\1Ole10Native");
	struct span formula = document_stream(d, folder, "Equation Native");

	if (native.len && equation) /* the editor never wrote its own so, exploits do */
		exam_findf(d->e, d->part, FINDING_EQUATION, "%zu bytes that are no equation", native.len);
	else if (native.len)
		read_native(d, native);
	if (formula.len)
		native_equation(d->e, d->part, formula);
	for (size_t i = 0; i < sizeof(holders) / sizeof(holders[0]); i++) {
		struct span bytes = document_stream(d, folder, holders[i]);
		enum type type = type_of(bytes, (struct span){ cur_zeros, 0 });

		if (type != TYPE_UNKNOWN && type != TYPE_TEXT)
			document_part(d, (struct span){ cur_zeros, 0 }, bytes);
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
		native_monikers(d->e, d->part, link);
	read_streams(d, folder, class >= 0 && classes[class].kind == CLASS_EQUATION);
}
