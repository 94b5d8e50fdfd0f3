/*
 * fuzz_charset.c - hostile bytes in every charset, and encodings undone: the result is UTF-8 within its bounds. The first
 * byte chooses the charset, the second how much room there is.
 */
#include "format/charset.h"
#include "base/text.h"
#include "check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_utf8(struct span text)
{
	while (text.len) {
		struct span before = text;

		if (text_rune(&text) == RUNE_INVALID && text.len) /* a limit may cut the last one */
			check(before.len >= 3 && memcmp(before.ptr, "\xef\xbf\xbd", 3) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const charsets[] = { "", "utf-8", "iso-2022-jp", "shift_jis", "euc-jp", "utf-16", "utf-16be", "utf-7",
						"gb18030", "big5", "uhc", "iso-2022-kr", "iso-2022-cn", "koi8-r", "windows-1258",
						"iso-8859-1", "us-ascii", "nonsense", "cp874", "macintosh" };
	static struct arena arena;
	struct span all, text;
	size_t limit;

	if (len < 2)
		return 0;
	if (!arena.memory)
		check(arena_open(&arena, (size_t)1 << 20));
	all = (struct span){ bytes + 2, len - 2 };
	limit = bytes[1] == 255 ? SIZE_MAX : bytes[1];
	text = charset_text(all, text_span(charsets[bytes[0] % (sizeof(charsets) / sizeof(charsets[0]))]), limit, &arena);
	check(text.len <= limit && !arena.pouring);
	check_utf8(text);
	check_utf8(charset_utf16(all, SIZE_MAX, &arena));
	check(charset_guess(all).len > 0);
	check(base64_undo(all, &arena, NULL).len <= all.len / 4 * 3 + 3);
	check(quoted_undo(all, &arena, NULL).len <= all.len);
	check(percent_undo(all, &arena).len <= all.len);
	check(arena.used <= arena.size);
	arena_clear(&arena);
	return 0;
}
