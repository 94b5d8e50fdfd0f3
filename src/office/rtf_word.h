/* rtf_word.h - the control words of RTF that mean something here. */
#ifndef OFFICE_RTF_WORD_H
#define OFFICE_RTF_WORD_H

#include "base/span.h"

#include <stdbool.h>

enum rtf_action {
	RTF_TEXT_BREAK,
	RTF_SKIPPED,
	RTF_FONT_TABLE,
	RTF_FONT,
	RTF_OBJECT_UPDATES,
	RTF_OBJECT_CLASS,
	RTF_OBJECT_DATA,
	RTF_TEMPLATE,
	RTF_FILE,
	RTF_FIELD,
	RTF_INSTRUCTION,
	RTF_RESULT,
	RTF_PROPERTY,
	RTF_VALUE,
	RTF_CODEPAGE,
	RTF_FROM_HTML,
	RTF_HTML_TAG,
	RTF_NOT_HTML,
	RTF_UNICODE,
	RTF_UNICODE_SKIP,
	RTF_OVERRIDE_COUNT,
	RTF_SHOWN,
};

/* In any case, as Word takes them. False: it means nothing. */
bool rtf_action_of(struct span name, enum rtf_action *action);

#endif
