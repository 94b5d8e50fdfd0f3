/* problem.c - lines of what was wrong. */
#include "drill/problem.h"

#include "base/text.h"

#include <stdarg.h>

#define PATH_SHOWN 280 /* bytes of a path in a problem, with the NUL */

/* Writes as much as fits; how long it would be. */
static size_t visible_write(char *into, size_t size, struct span text)
{
	size_t used = 0, length = 0;

	while (text.len > 0) {
		char rune[RUNE_TEXT];
		size_t n = strlen(rune_text(text_rune(&text), rune));

		if (length + n < size) {
			memcpy(into + used, rune, n);
			used += n;
		}
		length += n;
	}
	into[used] = '\0';
	return length;
}

void problem_visible(char *into, size_t size, struct span text)
{
	size_t length = visible_write(into, size, text), room = size - 3;

	if (length < size)
		return;
	while (length >= room) { /* rune by rune, so that none is cut */
		char rune[RUNE_TEXT];

		length -= strlen(rune_text(text_rune(&text), rune));
	}
	memcpy(into, "...", 3);
	visible_write(into + 3, room, text);
}

void problem_add(struct drill_report *report, struct span path, const char *format, ...)
{
	char shown[PATH_SHOWN], *room;
	va_list arguments;

	if (report->problem_count++ >= DRILL_PROBLEMS)
		return;
	room = report->problems[report->problem_count - 1];
	problem_visible(shown, sizeof(shown), path);
	snprintf(room, DRILL_PROBLEM, "%s: ", shown);
	va_start(arguments, format);
	vsnprintf(room + strlen(room), DRILL_PROBLEM - strlen(room), format, arguments);
	va_end(arguments);
}
