/* page_script.c - the words that scripts of pages are known by, and what their texts decode to. */
#include "markup/page_script.h"

#include "base/line.h"
#include "markup/fold.h"
#include "link/judge.h"

#include <stdio.h>

#define NEAR      160  /* bytes behind a word in which its text stands */
#define STRINGS   4    /* behind a word that are looked at */
#define PLACES    8    /* of a word that are looked at */
#define STRING    2048 /* bytes of it */
#define ODD_NAMES 24   /* names like _0x3fa2 from which on they are no accident */
#define ENCODED   2048 /* bytes of a text that nobody can read */

/* The first place of a word; NULL: it is not there. */
static const uint8_t *place(struct span text, const char *word)
{
	return text.len ? memmem(text.ptr, text.len, word, strlen(word)) : NULL;
}

static bool has(struct span text, const char *word)
{
	return place(text, word) != NULL;
}

static struct span behind(struct span text, const uint8_t *at, size_t length)
{
	return line_from(text, (size_t)(at - text.ptr) + length);
}

/* The next string within NEAR bytes; empty: there is none. */
static struct span next_string(struct span text)
{
	size_t from = line_find(line_cut(text, NEAR), '"');

	if (from >= line_cut(text, NEAR).len)
		return (struct span){ 0 };
	text = line_cut(line_from(text, from + 1), STRING);
	return line_cut(text, line_find(text, '"'));
}

/* --- under which name it saves --- */

/* One of the next strings that looks like a file's name; the first may be the file itself. */
static bool take_name(struct span text, struct page_scripts *scripts)
{
	if (text.len && *text.ptr == '"') /* setAttribute("download", "name") */
		text = line_from(text, 1);
	for (unsigned i = 0; i < STRINGS; i++) {
		struct span near = line_cut(text, NEAR), string;
		size_t from = line_find(near, '"');

		if (from == near.len)
			return false;
		text = line_from(text, from + 1);
		string = line_until(&text, '"');
		if (string.len < sizeof(scripts->name) && type_promised(string) != TYPE_UNKNOWN) {
			memcpy(scripts->name, string.ptr, string.len);
			return true;
		}
	}
	return false;
}

static void find_name(struct span text, struct page_scripts *scripts)
{
	static const char *const words[] = { "download", "msSaveOrOpenBlob", "msSaveBlob", "saveAs", "new File", NULL };

	for (const char *const *word = words; *word; word++) {
		struct span rest = text;
		const uint8_t *at;

		for (unsigned n = 0; n < PLACES && (at = place(rest, *word)) != NULL; n++) {
			rest = behind(rest, at, strlen(*word));
			if (take_name(rest, scripts))
				return;
		}
	}
}

/* --- where it leads --- */

static bool is_web(struct span text)
{
	return line_starts(text, "http://") || line_starts(text, "https://") || line_starts(text, "//");
}

static void keep_target(struct page_scripts *scripts, struct span url)
{
	if (!*scripts->to)
		exam_visible(scripts->to, sizeof(scripts->to), url);
}

/* Behind "location": whether it is set, and to what; `rest` moves to what it is set to. */
static bool is_set(struct span *rest)
{
	static const char *const setters[] = { ".href", ".replace(", ".assign(", NULL };
	struct span text = *rest;
	bool call = false;

	while (text.len && (*text.ptr == '"' || *text.ptr == ']')) /* window["location"] */
		text = line_from(text, 1);
	for (const char *const *setter = setters; *setter; setter++)
		if (line_begins(text, *setter)) {
			call = (*setter)[strlen(*setter) - 1] == '(';
			text = line_from(text, strlen(*setter));
			break;
		}
	while (text.len && *text.ptr == ' ')
		text = line_from(text, 1);
	if (!call && (!text.len || *text.ptr != '=' || (text.len > 1 && text.ptr[1] == '=')))
		return false;
	*rest = call ? text : line_from(text, 1);
	return true;
}

static void find_moves(struct span text, struct page_scripts *scripts)
{
	struct span rest = text;
	const uint8_t *at;

	while ((at = place(rest, "location")) != NULL) {
		struct span value, string;

		rest = value = behind(rest, at, strlen("location"));
		if (!is_set(&value))
			continue;
		while (value.len && *value.ptr == ' ')
			value = line_from(value, 1);
		string = value.len && *value.ptr == '"' ? next_string(value) : (struct span){ 0 };
		if (string.len && !is_web(string))
			continue;
		scripts->moves = true;
		if (string.len)
			keep_target(scripts, string);
	}
}

/* A link behind one of the ways to send something. */
static void find_sends(struct span text, struct page_scripts *scripts)
{
	static const char *const words[] = { "fetch(", "$.ajax", "$.post(", ".open(", "axios", "sendBeacon(", NULL };
	const uint8_t *bot = place(text, "api.telegram.org");

	for (const char *const *word = words; *word; word++) {
		struct span rest = text;
		const uint8_t *at;

		while ((at = place(rest, *word)) != NULL) {
			struct span near = line_cut(rest = behind(rest, at, strlen(*word)), 4 * NEAR), string;

			while ((string = next_string(near)).len && !is_web(string))
				near = behind(near, string.ptr, string.len + 1);
			if (!string.len)
				continue;
			scripts->sends = true;
			keep_target(scripts, string);
		}
	}
	if (bot) {
		scripts->sends = true;
		keep_target(scripts, line_cut(behind(text, bot, 0), 64));
	}
}

/* --- what it hides --- */

static bool has_odd_names(struct span text)
{
	unsigned count = 0;
	const uint8_t *at;

	while (count < ODD_NAMES && (at = place(text, "_0x")) != NULL) {
		text = behind(text, at, 3);
		count++;
	}
	return count == ODD_NAMES;
}

static void examine_texts(struct exam *e, const struct part *part, struct span text, struct page_scripts *scripts)
{
	struct payload_hints hints = {
		.name = text_span(scripts->name),
		.reverses = has(text, "reverse("),
		.mixes = line_find(text, '^') < text.len,
		.writes = has(text, "document.write") || has(text, "innerHTML") || has(text, "srcdoc") ||
			  has(text, "insertAdjacentHTML"),
	};

	payload_search(e, part, text, &hints, &scripts->told);
}

void page_script(struct exam *e, const struct part *part, struct span script, struct page_scripts *scripts)
{
	size_t mark = arena_mark(&e->arena);
	struct span text;

	if (!script.len || !exam_work(e, 2 * script.len))
		return;
	scripts->count++;
	scripts->bytes += script.len;
	text = script_fold(script, FOLD_JAVASCRIPT, &e->arena).text;
	scripts->saves = scripts->saves || has(text, "createObjectURL") || has(text, "msSave") ||
			 has(text, "saveAs(") || has(text, "new Blob") || (has(text, "download") && has(text, "data:"));
	scripts->clicks = scripts->clicks || has(text, "click()") || has(text, "click\"]()") || has(text, "msSave") ||
			  has(text, "saveAs(") || has(text, "dispatchEvent");
	scripts->submits = scripts->submits || has(text, "submit()");
	scripts->evaluates = scripts->evaluates || has(text, "eval(") || has(text, "Function(") ||
			     has(text, "unescape(");
	scripts->odd_names = scripts->odd_names || has_odd_names(text);
	if (!*scripts->name)
		find_name(text, scripts);
	find_moves(text, scripts);
	find_sends(text, scripts);
	examine_texts(e, part, text, scripts);
	links_find(e, part, text);
	arena_back(&e->arena, mark);
}

void page_scripts_tell(struct exam *e, const struct part *part, const struct page_scripts *scripts, bool rich)
{
	const struct payload_told *told = &scripts->told;

	if (told->file && (scripts->saves || *scripts->name))
		exam_find(e, part, FINDING_SMUGGLING, text_span(told->what));
	else if (scripts->saves && scripts->clicks && told->largest >= ENCODED &&
		 type_kind(type_promised(text_span(scripts->name))) != KIND_PLAIN)
		exam_findf(e, part, FINDING_SMUGGLING, "%s, out of %zu encoded bytes", scripts->name, told->largest);
	else if (told->file)
		exam_find(e, part, FINDING_SCRIPT_HIDDEN, text_span(told->what));
	if (told->page)
		exam_find(e, part, FINDING_SCRIPT_HIDDEN, text_span("a page that its script writes"));
	else if (scripts->odd_names)
		exam_find(e, part, FINDING_SCRIPT_HIDDEN, text_span("names and texts are scrambled"));
	else if (scripts->evaluates && told->largest >= ENCODED)
		exam_findf(e, part, FINDING_SCRIPT_HIDDEN, "runs %zu encoded bytes", told->largest);
	if (scripts->moves && ((*scripts->to && !rich) || told->link))
		exam_find(e, part, FINDING_PAGE_REDIRECT, text_span(*scripts->to ? scripts->to : told->url));
	else if (told->link)
		exam_findf(e, part, FINDING_SCRIPT_HIDDEN, "a link: %s", told->url);
}
