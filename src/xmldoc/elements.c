/* elements.c - the elements that mean something, by the lengths of their names. */
#include "xmldoc/elements.h"

#define END { 0 }

static const struct element of_1[] = {
	{ "t", word_text, NULL, false },    { "f", sheet_formula, NULL, false }, { "p", NULL, word_paragraph_end, false },
	{ "a", odf_link, NULL, false },     { "h", NULL, word_paragraph_end, false }, END
};
static const struct element of_2[] = {
	{ "br", word_blank, NULL, false }, { "cr", word_blank, NULL, false }, { "si", NULL, word_paragraph_end, false },
	{ "is", NULL, word_paragraph_end, false }, END
};
static const struct element of_3[] = {
	{ "tab", word_blank, NULL, false }, { "cmd", slide_command, NULL, false }, { "ocx", package_control, NULL, false }, END
};
static const struct element of_4[] = {
	{ "Cell", sheet_old_cell, NULL, false }, { "Data", word_text, word_paragraph_end, false }, { "Path", sheet_old_book, NULL, false },
	{ "part", flat_part, flat_part_end, false }, { "dbPr", sheet_database, NULL, false }, END
};
static const struct element of_5[] = {
	{ "sheet", sheet_of_book, NULL, false }, { "webPr", sheet_web_query, NULL, false },
	{ "hlink", word_link, NULL, false },	  { "image", odf_image, NULL, false },	    END
};
static const struct element of_6[] = {
	{ "textPr", sheet_text_query, NULL, false }, { "object", odf_object, NULL, false }, { "plugin", odf_object, NULL, false },
	{ "applet", odf_object, NULL, false },	      { "module", odf_module, NULL, false }, { "script", flat_script, NULL, true }, END
};
static const struct element of_7[] = {
	{ "fldChar", word_field, NULL, false },      { "ddeLink", sheet_dde_link, NULL, false }, { "binData", flat_binary, NULL, false },
	{ "package", flat_package, NULL, true }, { "Default", package_type, NULL, false },    { "Visible", sheet_old_visible, NULL, false }, END
};
static const struct element of_8[] = {
	{ "Override", package_type, NULL, false }, { "customUI", package_ribbon, NULL, false }, { "document", odf_document, NULL, true },
	{ "template", odf_template, NULL, false }, { "Workbook", flat_book, NULL, true }, END
};
static const struct element of_9[] = {
	{ "imagedata", word_image, NULL, false },
	{ "instrText", word_instruction, NULL, false }, { "fldSimple", word_field_simple, NULL, false }, { "URLString", sheet_old_query, NULL, false },
	END
};
static const struct element of_10[] = {
	{ "webVideoPr", word_video, NULL, false },
	{ "DataMashup", sheet_mashup, NULL, false },
	{ "macrosheet", sheet_of_macros, NULL, false }, { "connection", sheet_connection, NULL, false }, { "hlinkClick", slide_click, NULL, false },
	{ "hlinkHover", slide_click, NULL, false },	 { "object-ole", odf_object, NULL, false },	   { "dde-source", odf_dde, NULL, false },
	{ "table-cell", odf_cell, NULL, false },	 { "NamedRange", sheet_old_name, NULL, false },   { "binaryData", flat_binary, NULL, false },
	END
};
static const struct element of_11[] = {
	{ "definedName", sheet_name, NULL, false }, { "auto-reload", odf_source, NULL, false }, { "binary-data", flat_binary, NULL, false }, END
};
static const struct element of_12[] = {
	{ "Relationship", package_relationship, NULL, false }, { "delInstrText", word_instruction, NULL, false },
	{ "table-source", odf_source, NULL, false },		{ "wordDocument", flat_word, NULL, true }, END
};
static const struct element of_13[] = {
	{ "HyperlinkBase", word_base, NULL, false }, { "font-face-uri", odf_image, NULL, false }, END
};
static const struct element of_14[] = {
	{ "sourceFileName", word_frame, NULL, false },
	{ "hlinkMouseOver", slide_click, NULL, false }, { "floating-frame", odf_object, NULL, false }, { "section-source", odf_source, NULL, false },
	{ "event-listener", odf_listener, NULL, false }, END
};
static const struct element of_15[] = { { "encryption-data", odf_encryption, NULL, false }, END };
static const struct element of_16[] = {
	{ "attachedTemplate", word_template, NULL, false }, { "document-content", odf_document, NULL, false },
	{ "background-image", odf_image, NULL, false },     END
};
static const struct element of_17[] = { { "cell-range-source", odf_source, NULL, false }, END };
static const struct element of_18[] = { { "covered-table-cell", odf_cell, NULL, false }, END };
static const struct element of_19[] = { { "dde-connection-decl", odf_dde, NULL, false }, END };

const struct element *elements_of(size_t length)
{
	static const struct element *const rows[] = {
		[1] = of_1,   [2] = of_2,   [3] = of_3,	  [4] = of_4,	[5] = of_5,   [6] = of_6,   [7] = of_7,
		[8] = of_8,   [9] = of_9,   [10] = of_10, [11] = of_11, [12] = of_12, [13] = of_13, [14] = of_14, [15] = of_15,
		[16] = of_16, [17] = of_17, [18] = of_18, [19] = of_19,
	};

	return length < sizeof(rows) / sizeof(rows[0]) ? rows[length] : NULL;
}
