/*
 * rtf.h - Rich Text Format cut into tokens, as Word reads it (Rich Text Format Specification 1.9.1).
 *
 * Never fails: what is no control is text. Nothing is copied.
 */
#ifndef FORMAT_RTF_H
#define FORMAT_RTF_H

#include "base/cursor.h"

enum rtf_kind {
	RTF_OPEN,   /* { */
	RTF_CLOSE,  /* } */
	RTF_WORD,   /* \word, with a number or without */
	RTF_SYMBOL, /* \* \~ \_ ...: one character, in `text` */
	RTF_BYTE,   /* \'xx: `byte` of the document's charset */
	RTF_TEXT,   /* up to the next control; line ends in it mean nothing */
	RTF_BINARY, /* what \bin has behind it */
};

struct rtf_token {
	enum rtf_kind kind;
	struct span text; /* of WORD its letters */
	int32_t number;
	bool has_number;
	uint8_t byte;
};

struct rtf {
	struct cur at;
	uint32_t binary; /* bytes that come next as they are */
};

struct rtf rtf_begin(struct span bytes);
/* False at the end. */
bool rtf_next(struct rtf *rtf, struct rtf_token *token);

#endif
