/* rtf_word.c - the table of control words. */
#include "office/rtf_word.h"

#include "base/text.h"

/* In the order of the alphabet. */
static const struct word {
	const char *name;
	enum rtf_action action;
} words[] = {
	{ "ansicpg", RTF_CODEPAGE },
	{ "author", RTF_SKIPPED },
	{ "blipuid", RTF_SKIPPED },
	{ "cell", RTF_TEXT_BREAK },
	{ "colorschememapping", RTF_SKIPPED },
	{ "colortbl", RTF_SKIPPED },
	{ "company", RTF_SKIPPED },
	{ "datafield", RTF_SKIPPED },
	{ "datastore", RTF_SKIPPED },
	{ "f", RTF_FONT },
	{ "field", RTF_FIELD },
	{ "file", RTF_FILE },
	{ "fldinst", RTF_INSTRUCTION },
	{ "fldrslt", RTF_RESULT },
	{ "fonttbl", RTF_FONT_TABLE },
	{ "fromhtml", RTF_FROM_HTML },
	{ "generator", RTF_SKIPPED },
	{ "htmlrtf", RTF_NOT_HTML },
	{ "htmltag", RTF_HTML_TAG },
	{ "info", RTF_SKIPPED },
	{ "latentstyles", RTF_SKIPPED },
	{ "line", RTF_TEXT_BREAK },
	{ "listoverridecount", RTF_OVERRIDE_COUNT },
	{ "listtable", RTF_SKIPPED },
	{ "objclass", RTF_OBJECT_CLASS },
	{ "objdata", RTF_OBJECT_DATA },
	{ "objname", RTF_SKIPPED },
	{ "objupdate", RTF_OBJECT_UPDATES },
	{ "operator", RTF_SKIPPED },
	{ "par", RTF_TEXT_BREAK },
	{ "pict", RTF_SKIPPED },
	{ "pntext", RTF_SHOWN },
	{ "result", RTF_SHOWN },
	{ "revtbl", RTF_SKIPPED },
	{ "row", RTF_TEXT_BREAK },
	{ "rsidtbl", RTF_SKIPPED },
	{ "shppict", RTF_SHOWN },
	{ "shptxt", RTF_SHOWN },
	{ "sn", RTF_PROPERTY },
	{ "stylesheet", RTF_SKIPPED },
	{ "sv", RTF_VALUE },
	{ "tab", RTF_TEXT_BREAK },
	{ "template", RTF_TEMPLATE },
	{ "themedata", RTF_SKIPPED },
	{ "title", RTF_SKIPPED },
	{ "u", RTF_UNICODE },
	{ "uc", RTF_UNICODE_SKIP },
	{ "ud", RTF_SHOWN },
	{ "xmlnstbl", RTF_SKIPPED },
};

static int compare(struct span name, const char *word)
{
	for (size_t i = 0; i < name.len; i++) {
		int order = (int)text_lower(name.ptr[i]) - (uint8_t)word[i];

		if (order)
			return order; /* also at the end of the word */
	}
	return word[name.len] ? -1 : 0;
}

bool rtf_action_of(struct span name, enum rtf_action *action)
{
	size_t low = 0, high = sizeof(words) / sizeof(words[0]);

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = compare(name, words[middle].name);

		if (order == 0) {
			*action = words[middle].action;
			return true;
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}
