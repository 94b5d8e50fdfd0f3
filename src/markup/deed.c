/* deed.c - what a script of a page does, by the names that it calls. */
#include "markup/deed.h"

#include "base/line.h"
#include "base/text.h"

#define PIECES        32 /* of one address */
#define BETWEEN       40 /* bytes of names between two pieces */
#define NUMBERS_LEAST 8  /* fewer are sizes and colours */
#define NUMBERS_MOST  4096
#define HOST_MOST     200

static bool has(struct span text, const char *word)
{
	return text.len && memmem(text.ptr, text.len, word, strlen(word));
}

static bool has_any(struct span text, const char *const *words)
{
	for (; *words; words++)
		if (has(text, *words))
			return true;
	return false;
}

unsigned script_deeds(struct span folded)
{
	static const char *const runs[] = { "eval(", "Function(", "eval)", NULL };
	static const char *const answers[] = { "responseText", ".text()", ".response)", "onmessage", NULL };
	static const char *const sends[] = { "fetch(", "XMLHttpRequest", "sendBeacon", "WebSocket(",
					     "Image(", ".ajax(",         ".post(",     NULL };
	static const char *const hears[] = { "onkeypress", "onkeydown", "onkeyup", "oninput",
					     "onchange",   "onsubmit",  NULL };
	static const char *const events[] = { "\"submit\"", "\"input\"",    "\"change\"", "\"keydown\"",
					      "\"keyup\"",  "\"keypress\"", "\"blur\"",   NULL };
	static const char *const reads[] = { ".value", "FormData", ".key", "serialize(", "[\"value\"]", NULL };
	static const char *const puts[] = { "appendChild", "insertBefore", "insertAdjacent",
					    ".append(",    ".prepend(",    NULL };
	bool hearing = has_any(folded, hears) ||
		       ((has(folded, "addEventListener") || has(folded, ".on(")) && has_any(folded, events));
	unsigned deeds = 0;

	if (has_any(folded, runs))
		deeds |= DEED_RUNS | (has_any(folded, answers) ? DEED_RUNS_SENT : 0u);
	if (has(folded, "createElement") && has(folded, "\"script\""))
		deeds |= DEED_FETCHES;
	if (has(folded, ".src=\"") || has(folded, "importScripts("))
		deeds |= DEED_FETCHES;
	if (has_any(folded, sends))
		deeds |= DEED_SENDS;
	if (hearing && has_any(folded, reads))
		deeds |= DEED_TAPS;
	if (has_any(folded, puts))
		deeds |= DEED_PUTS;
	return deeds;
}

/* --- addresses --- */

static bool is_name(uint8_t byte)
{
	return (byte >= '0' && byte <= '9') || (text_lower(byte) >= 'a' && text_lower(byte) <= 'z') || byte == '_' ||
	       byte == '$' || byte == '.';
}

/* What stands between two pieces of one address: "+ name +", "," in a list. False: the expression ended. */
static bool pass_between(struct span *rest, bool list, bool *unknown)
{
	unsigned depth = 0;

	*unknown = false;
	for (size_t i = 0; i < rest->len && i < BETWEEN; i++) {
		uint8_t byte = rest->ptr[i];

		if (byte == '"') {
			*rest = line_from(*rest, i);
			return true;
		}
		depth += byte == '(' || byte == '[';
		if ((byte == ')' || byte == ']') && depth-- == 0)
			return false;
		if (!is_name(byte) && byte > ' ' && !strchr("+()[]", byte) && !(byte == ',' && (list || depth)))
			return false;
		*unknown = *unknown || is_name(byte);
	}
	return false;
}

struct span script_address(struct span expression, struct arena *arena)
{
	size_t quote = line_find(expression, '"'), bracket = line_find(expression, '[');
	struct span rest = line_from(expression, quote);
	struct pour pour = pour_begin(arena, expression.len);
	bool unknown, more = true;

	for (unsigned n = 0; n < PIECES && more && rest.len; n++) {
		rest = line_from(rest, 1);
		pour_span(&pour, line_until(&rest, '"'));
		more = pass_between(&rest, bracket < quote, &unknown);
		if (unknown)
			pour_byte(&pour, DEED_UNKNOWN);
	}
	return pour_end(&pour);
}

bool is_bare_host(struct span string)
{
	static const char *const files[] = { "js",  "css", "html", "htm", "php", "png",  "jpg",
					     "gif", "svg", "json", "min", "map", "webp", NULL };
	struct span host = line_cut(string, line_find(string, '/')), last = host;
	size_t dot;

	if (host.len < 4 || host.len > HOST_MOST)
		return false;
	for (size_t i = 0; i < host.len; i++)
		if ((!is_name(host.ptr[i]) && host.ptr[i] != '-') || host.ptr[i] == '$' ||
		    (host.ptr[i] == '.' && i && host.ptr[i - 1] == '.'))
			return false;
	while ((dot = line_find(last, '.')) < last.len)
		last = line_from(last, dot + 1);
	if (last.len == host.len || last.len < 2)
		return false;
	for (size_t i = 0; i < last.len; i++)
		if (text_lower(last.ptr[i]) < 'a' || text_lower(last.ptr[i]) > 'z')
			return false;
	for (const char *const *file = files; *file; file++)
		if (line_is(last, *file))
			return false;
	return true;
}

/* --- letters by numbers --- */

/* "104, 116" up to ']', each a letter; false: it is another list. */
static bool take_numbers(struct span *rest, struct pour *pour)
{
	unsigned count = 0;

	while (rest->len && count < NUMBERS_MOST) {
		struct span one = line_cut(*rest, 12);
		size_t end = 0;
		uint64_t number;

		while (end < one.len && one.ptr[end] != ',' && one.ptr[end] != ']')
			end++;
		if (end == one.len || !line_number(line_trim(line_cut(one, end)), 0x7e, &number) || number < '\t')
			return false;
		pour_byte(pour, (uint8_t)number);
		count++;
		*rest = line_from(*rest, end + 1);
		if (one.ptr[end] == ']')
			return count >= NUMBERS_LEAST;
	}
	return false;
}

bool script_numbers(struct span *rest, struct arena *arena, struct span *text)
{
	while (line_find(*rest, '[') < rest->len) {
		size_t mark = arena_mark(arena);
		struct pour pour;

		line_until(rest, '[');
		pour = pour_begin(arena, NUMBERS_MOST);
		if (take_numbers(rest, &pour)) {
			*text = pour_end(&pour);
			return true;
		}
		pour_end(&pour);
		arena_back(arena, mark);
	}
	return false;
}
