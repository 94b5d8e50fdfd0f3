/*
 * formula.c - DDE, and formulas that reach out of their sheet.
 *
 * A formula asks for DDE by service|'topic'!item; the first that opened a conversation with cmd|'/c ...'!A0 were
 * seen in 2014. Functions of sheets that fetch, and those of Excel 4.0 macros: [MS-XLS] 2.5.198.17, 2.5.198.4.
 */
#include "active/formula.h"

#include "active/program.h"
#include "active/target.h"
#include "base/line.h"
#include "base/pen.h"
#include "macro/judge.h"

#include <stdio.h>

#define LOOK 2048 /* bytes of a formula that are looked at */

/* --- DDE --- */

/* Programs that sheets of traders and of factories get their values from, and office programs themselves. */
static bool is_feed(struct span service)
{
	static const char *const feeds[] = { "excel", "winword", "soffice", "rss",    "rss2",  "blp",	 "bloomberg", "reuter",
					     "reuters", "rtd",	 "winros",  "twsserver", "mt4", "metatrader", "cqgpc", "esignal",
					     "rslinx",	"kepdde", "view",   "testpoint", "msaccess", "hotstat", "neotick" };
	char word[PROGRAM_WORD];
	uint8_t before;

	if (!program_word(&service, word, &before))
		return false;
	for (size_t i = 0; i < sizeof(feeds) / sizeof(feeds[0]); i++)
		if (strcmp(word, feeds[i]) == 0)
			return true;
	return false;
}

static struct span trimmed(struct span text)
{
	while (text.len && text.ptr[0] <= ' ')
		text = line_from(text, 1);
	while (text.len && text.ptr[text.len - 1] <= ' ')
		text.len--;
	return text;
}

void formula_dde(struct exam *e, const struct part *part, struct span service, struct span topic)
{
	enum finding_id id = FINDING_DDE;

	service = trimmed(service);
	topic = trimmed(topic);
	if (program_named(service) || program_named(topic))
		id = FINDING_DDE_COMMAND;
	else if (is_feed(service))
		id = FINDING_DDE_FEED;
	exam_findf(e, part, id, "%.*s %.*s", (int)(service.len < LOOK ? service.len : LOOK), (const char *)service.ptr,
		   (int)(topic.len < LOOK ? topic.len : LOOK), (const char *)topic.ptr);
}

/* The word of a path in front of the '|' at `at`. */
static struct span service_before(struct span formula, size_t at)
{
	size_t from = at;

	while (from > 0 && (program_letter(formula.ptr[from - 1]) || memchr("\\:.'", formula.ptr[from - 1], 4)))
		from--;
	while (from < at && formula.ptr[from] == '\'')
		from++;
	while (at > from && formula.ptr[at - 1] == '\'')
		at--;
	return (struct span){ formula.ptr + from, at - from };
}

/* service|'topic'!item. Text in a file of commas may hold a '|' without meaning it: a topic without quotes counts
 * only where a program is named. */
static void dde_in_formula(struct exam *e, const struct part *part, struct span formula, size_t bar)
{
	struct span service = service_before(formula, bar), topic;
	struct span rest = line_from(formula, bar + 1);
	const uint8_t *end;
	bool quoted;

	rest = trimmed(rest);
	quoted = rest.len && rest.ptr[0] == '\'';
	if (quoted)
		rest = line_from(rest, 1);
	end = rest.len ? memchr(rest.ptr, quoted ? '\'' : '!', rest.len) : NULL;
	if (!end || service.len == 0)
		return;
	topic = (struct span){ rest.ptr, (size_t)(end - rest.ptr) };
	if (quoted ? memchr(end, '!', (size_t)(rest.ptr + rest.len - end)) != NULL
		   : program_named(service) || program_named(topic))
		formula_dde(e, part, service, topic);
}

/* --- functions --- */

/* The text of the next literal in quotation marks; moves behind it. */
static struct span literal(struct span *rest)
{
	const uint8_t *from = rest->len ? memchr(rest->ptr, '"', rest->len) : NULL, *end;
	const uint8_t *stop = rest->ptr + rest->len;
	struct span text = { rest->ptr, 0 };

	if (!from)
		return text;
	end = memchr(from + 1, '"', (size_t)(stop - from - 1));
	if (!end)
		end = stop;
	text = (struct span){ from + 1, (size_t)(end - from - 1) };
	*rest = end < stop ? (struct span){ end + 1, (size_t)(stop - end - 1) } : (struct span){ stop, 0 };
	return text;
}

static void on_hyperlink(struct exam *e, const struct part *part, struct span arguments)
{
	struct span address = literal(&arguments);

	target_judge(e, part, TARGET_LINK, address, literal(&arguments));
}

static void on_fetch(struct exam *e, const struct part *part, struct span arguments)
{
	target_judge(e, part, TARGET_FILE, literal(&arguments), (struct span){ 0 });
}

static void on_image(struct exam *e, const struct part *part, struct span arguments)
{
	target_judge(e, part, TARGET_IMAGE, literal(&arguments), (struct span){ 0 });
}

static void on_dde(struct exam *e, const struct part *part, struct span arguments)
{
	struct span service = literal(&arguments);

	formula_dde(e, part, service, literal(&arguments));
}

/* CALL and REGISTER.ID load a library, which is named. */
static void on_library(struct exam *e, const struct part *part, struct span arguments)
{
	struct span library = literal(&arguments);

	if (library.len)
		exam_findf(e, part, FINDING_XLM_CALLS, "%.*s %.*s", (int)library.len, (const char *)library.ptr,
			   (int)arguments.len, (const char *)arguments.ptr);
}

static const struct {
	const char *name;
	void (*see)(struct exam *e, const struct part *part, struct span arguments);
} functions[] = {
	{ "HYPERLINK", on_hyperlink }, { "WEBSERVICE", on_fetch },  { "IMPORTXML", on_fetch },
	{ "IMPORTDATA", on_fetch },    { "IMPORTHTML", on_fetch },  { "IMPORTFEED", on_fetch },
	{ "IMPORTRANGE", on_fetch },   { "IMAGE", on_image },	    { "DDE", on_dde },
	{ "CALL", on_library },	       { "REGISTER.ID", on_library },
	{ "EXEC", on_library },	       { "REGISTER", on_library },
};

/* Whether `formula` has the name of a function right before `at`; prefixes (_xlfn., COM.MICROSOFT.) do not count. */
static bool named_before(struct span formula, size_t at, const char *name)
{
	size_t len = strlen(name);

	if (at < len || (at > len && program_letter(formula.ptr[at - len - 1])))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((formula.ptr[at - len + i] & 0xdf) != (name[i] & 0xdf))
			return false;
	return true;
}

static void function_at(struct exam *e, const struct part *part, struct span formula, size_t at)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (named_before(formula, at, functions[i].name))
			functions[i].see(e, part, line_from(formula, at));
}

/* What reaches out needs a '|' or a literal: most formulas have neither, and are left at once. */
void formula_judge(struct exam *e, const struct part *part, struct span formula)
{
	bool literal_open = false;

	formula = line_cut(formula, LOOK);
	if (formula.len == 0 || (!memchr(formula.ptr, '|', formula.len) && !memchr(formula.ptr, '"', formula.len)))
		return;
	for (size_t i = 0; i < formula.len; i++) {
		uint8_t c = formula.ptr[i];

		if (c == '"')
			literal_open = !literal_open;
		else if (literal_open)
			continue;
		else if (c == '(')
			function_at(e, part, formula, i);
		else if (c == '|')
			dde_in_formula(e, part, formula, i);
	}
}

/* --- Excel 4.0 macros --- */

/* How many bytes of the text are "CHAR(77)"; 0: it does not begin with that. */
static size_t char_call(struct span text, unsigned *code)
{
	char call[16];
	size_t n = text.len < sizeof(call) - 1 ? text.len : sizeof(call) - 1;
	int end = 0;

	if (n == 0 || (text.ptr[0] | 0x20) != 'c')
		return 0;
	memcpy(call, text.ptr, n);
	call[n] = '\0';
	return sscanf(call, "%*1[Cc]%*1[Hh]%*1[Aa]%*1[Rr]( %u )%n", code, &end) == 1 ? (size_t)end : 0;
}

/* CHAR(109)&"shta" is mshta: what can be joined is joined, the rest stays as it is. */
static struct span joined(struct span formula, uint8_t room[LOOK])
{
	struct pen pen = pen_init(room, LOOK);
	unsigned code;

	while (formula.len) {
		size_t n = char_call(formula, &code);

		if (n)
			pen_rune(&pen, code);
		else if (*formula.ptr != '"' && *formula.ptr != '&')
			pen_byte(&pen, *formula.ptr);
		n += n == 0;
		formula = line_from(formula, n);
	}
	return pen_since(&pen, 0);
}

static unsigned count_of(struct span formula, const char *name)
{
	unsigned count = 0;

	for (size_t i = 0; i < formula.len; i++)
		count += formula.ptr[i] == '(' && named_before(formula, i, name);
	return count;
}

#define CHARS_MANY 8 /* CHAR() in one formula: nobody writes a text like that */

void formula_macro(struct exam *e, const struct part *part, struct span formula)
{
	static const char *const calls[] = { "EXEC",	    "CALL",    "REGISTER", "REGISTER.ID", "FOPEN",
					     "FWRITE",	    "FWRITELN", "FILE.DELETE", "DIALOG.BOX.EXEC", "SEND.KEYS",
					     "APP.ACTIVATE", "INITIATE", "EXECUTE", "POKE" };
	uint8_t room[LOOK];
	struct macro judge;
	struct span text;

	formula = line_cut(formula, LOOK);
	text = joined(formula, room);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (count_of(text, calls[i])) {
			exam_find(e, part, FINDING_XLM_CALLS, text);
			break;
		}
	if (count_of(formula, "CHAR") >= CHARS_MANY || count_of(formula, "FORMULA") ||
	    count_of(formula, "FORMULA.FILL") || count_of(formula, "FORMULA.ARRAY"))
		exam_find(e, part, FINDING_MACRO_HIDDEN, text);
	macro_begin(&judge, e, part, MACRO_SHEET);
	macro_string(&judge, text);
}

/* "_xlnm.Auto_Open", "Auto_Open1", "AUTO_OPEN": the beginning counts, in any case. */
bool formula_is_auto(struct span name)
{
	static const char *const autos[] = { "auto_open", "auto_close", "auto_activate", "auto_deactivate" };

	if (line_starts(name, "_xlnm."))
		name = line_from(name, 6);
	for (size_t i = 0; i < sizeof(autos) / sizeof(autos[0]); i++)
		if (line_starts(name, autos[i]))
			return true;
	return false;
}
