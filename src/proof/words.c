/* words.c - sentences in both languages. */
#include "proof/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MINUTE (60 * USEC_PER_SEC)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

void words_say(struct words *words, const char *en, const char *ja, ...)
{
	va_list first, second;

	va_start(first, ja);
	va_copy(second, first);
	vsnprintf(words->en, sizeof(words->en), en, first);
	vsnprintf(words->ja, sizeof(words->ja), ja, second);
	va_end(second);
	va_end(first);
}

void words_en(struct words *words, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	vsnprintf(words->en, sizeof(words->en), format, values);
	va_end(values);
}

void words_ja(struct words *words, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	vsnprintf(words->ja, sizeof(words->ja), format, values);
	va_end(values);
}

void words_two(struct words *words, const char *en, const char *ja)
{
	words_en(words, "%s", en);
	words_ja(words, "%s", ja);
}

json_t *words_string(const char *text)
{
	json_t *made = json_string(text);

	return made ? made : json_string("?");
}

json_t *words_object(const struct words *words)
{
	return json_pack("{s:o, s:o}", "en", words_string(words->en), "ja", words_string(words->ja));
}

struct words_span words_span(usec_t length)
{
	static const struct {
		usec_t unit;
		const char *en, *ja;
	} units[] = { { DAY, "day", "日" }, { HOUR, "hour", "時間" }, { MINUTE, "minute", "分" } };
	struct words_span span;

	for (unsigned i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (length >= 2 * units[i].unit ||
		    (length >= units[i].unit && units[i].unit < DAY)) {
			long long n = (long long)((length + units[i].unit / 2) / units[i].unit);

			snprintf(span.en, sizeof(span.en), "%lld %s%s", n, units[i].en,
				 n == 1 ? "" : "s");
			snprintf(span.ja, sizeof(span.ja), "%lld%s", n, units[i].ja);
			return span;
		}
	snprintf(span.en, sizeof(span.en), "%lld second%s", (long long)(length / USEC_PER_SEC),
		 length / USEC_PER_SEC == 1 ? "" : "s");
	snprintf(span.ja, sizeof(span.ja), "%lld秒", (long long)(length / USEC_PER_SEC));
	return span;
}

json_t *words_time(usec_t at)
{
	char text[TIME_TEXT];
	char *dot;

	if (at <= 0)
		return json_null();
	time_rfc3339(at, text);
	dot = strchr(text, '.');
	if (dot)
		snprintf(dot, 2, "Z");
	return json_string(text);
}
