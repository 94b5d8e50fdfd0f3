/* say.c - clean texts. jansson takes valid UTF-8 only, so everything from outside passes here first. */
#include "fare/say.h"

#include "base/pen.h"
#include "base/text.h"

#define TIME_MOST (253402300800 * USEC_PER_SEC) /* the year 10000 */

char *say_clean(char *into, size_t size, const char *from)
{
	struct span rest = text_span(from);
	size_t used = 0;

	while (rest.len) {
		uint32_t rune = text_rune(&rest);
		char one[4];
		struct pen pen = pen_init(one, sizeof(one));

		pen_rune(&pen, rune_is_hidden(rune) ? ' ' : rune);
		if (used + pen.used >= size)
			break;
		memcpy(into + used, one, pen.used);
		used += pen.used;
	}
	into[used] = '\0';
	return into;
}

const char *say_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

json_int_t say_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

usec_t say_when(json_int_t value)
{
	return value < -TIME_MOST || value > TIME_MOST ? 0 : value;
}

json_t *say_json(struct words words)
{
	char en[SAID_TEXT], ja[SAID_TEXT]; /* composed ones may end within a character */

	return json_pack("{s:s, s:s}", "en", say_clean(en, sizeof(en), words.en), "ja",
			 say_clean(ja, sizeof(ja), words.ja));
}

json_t *say_time(usec_t at)
{
	char text[TIME_TEXT];

	/* a certificate may be older than 1970, and what was kept be damaged: no reader of times expects either */
	return at > 0 && at < TIME_MOST ? json_string(time_rfc3339(at, text)) : json_null();
}
