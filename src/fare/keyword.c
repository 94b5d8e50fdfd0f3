/*
 * keyword.c - looks for the bytes of a text. The text is put into the page's charset, not the page into the text's: that is
 * shorter, and a page need not say what it is written in.
 */
#include "fare/keyword.h"

#include <iconv.h>
#include <string.h>

#define ROOM 1024 /* bytes of a keyword in any charset */

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

static bool found_in(struct span page, const char *keyword, const char *charset)
{
	char room[ROOM], *to = room, *from = (char *)(uintptr_t)keyword;
	size_t left = strlen(keyword), space = sizeof(room);
	iconv_t converter = iconv_open(charset, "UTF-8");
	bool whole;

	if (converter == (iconv_t)-1)
		return false;
	whole = iconv(converter, &from, &left, &to, &space) != (size_t)-1;
	iconv_close(converter);
	return whole && memmem(page.ptr, page.len, room, sizeof(room) - space);
}

bool site_keyword_found(struct span page, const char *keyword)
{
	static const char *const charsets[] = { "CP932", "EUC-JP", "ISO-2022-JP", "GB18030", "BIG5", "EUC-KR", "WINDOWS-1252" };

	if (!*keyword)
		return true;
	if (!page.len)
		return false;
	if (memmem(page.ptr, page.len, keyword, strlen(keyword)))
		return true;
	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]) && !is_ascii(keyword); i++)
		if (found_in(page, keyword, charsets[i]))
			return true;
	return false;
}
