/* script.c - the calls of scripts that malware is made of, and how much they hide them. */
#include "markup/script.h"

#include "base/line.h"
#include "format/charset.h"
#include "format/tag.h"
#include "markup/encoded.h"
#include "markup/fold.h"
#include "link/judge.h"
#include "markup/markup.h"
#include "markup/payload.h"

#include <stdio.h>
#include <stdlib.h>

#define WORD_MAX    40
#define COMMAND_MIN 24 /* letters of base64 behind "-enc" */
#define EVIDENCE    200
#define LETTERS     20 /* given by their numbers: more than a few special signs */
#define JOINS       30
#define JOIN_EVERY  400 /* bytes between them at most, about */
#define NOISE       10
#define ESCAPES     100
#define ENCODED     4096
#define SOURCE      ((size_t)64 << 10) /* bytes of a text for other interpreters that are looked at */
#define DIFFERENT   8 /* calls that are told from each other */

/* Sorted by name, for bsearch(). */
enum call { RUN = 1, FETCH = 2, DECODE = 4, EVADE = 8, PERSIST = 16 };

struct call_name {
	const char *name;
	enum call call;
};

/* clang-format off */
static const struct call_name calls[] = {
	{ "-bxor", DECODE }, { "-decode", DECODE }, { "-ec", DECODE }, { "-enc", DECODE }, { "-enco", DECODE },
	{ "-encodedcommand", DECODE }, { "-ep", EVADE }, { "-exclusionpath", EVADE }, { "-executionpolicy", EVADE },
	{ "-noni", EVADE }, { "-noninteractive", EVADE }, { "-nop", EVADE }, { "-noprofile", EVADE },
	{ "-sta", EVADE }, { "-urlcache", DECODE }, { "-windowstyle", EVADE }, { "add-mppreference", EVADE },
	{ "adodb.stream", FETCH }, { "amsi", EVADE }, { "amsiinitfailed", EVADE }, { "amsiutils", EVADE },
	{ "b64decode", DECODE }, { "bcdedit", EVADE }, { "bin.base64", DECODE }, { "bitsadmin", FETCH },
	{ "bitsadmin.exe", FETCH }, { "bypass", EVADE }, { "certutil", FETCH }, { "certutil.exe", FETCH },
	{ "child_process", RUN }, { "cmd.exe", RUN }, { "cmstp", RUN }, { "createprocess", RUN },
	{ "createthread", DECODE }, { "cscript", RUN }, { "cscript.exe", RUN }, { "curl", FETCH },
	{ "curl.exe", FETCH }, { "currentversion", PERSIST }, { "deflatestream", DECODE },
	{ "disablerealtimemonitoring", EVADE }, { "downloaddata", FETCH }, { "downloadfile", FETCH },
	{ "downloadstring", FETCH }, { "executeglobal", DECODE }, { "forfiles", RUN },
	{ "frombase64string", DECODE }, { "getdelegateforfunctionpointer", DECODE }, { "gzipstream", DECODE },
	{ "httpclient", FETCH }, { "iex", RUN }, { "installutil", RUN }, { "installutil.exe", RUN },
	{ "invoke-command", RUN }, { "invoke-expression", RUN }, { "invoke-item", RUN },
	{ "invoke-restmethod", FETCH }, { "invoke-webrequest", FETCH }, { "irm", FETCH }, { "iwr", FETCH },
	{ "marshal.copy", DECODE }, { "microsoft.xmlhttp", FETCH }, { "msbuild.exe", RUN }, { "mshta", RUN },
	{ "mshta.exe", RUN }, { "msxml2.domdocument", DECODE }, { "msxml2.serverxmlhttp", FETCH },
	{ "msxml2.serverxmlhttp.6.0", FETCH }, { "msxml2.xmlhttp", FETCH }, { "msxml2.xmlhttp.3.0", FETCH },
	{ "msxml2.xmlhttp.6.0", FETCH }, { "net.webclient", FETCH }, { "new-scheduledtask", PERSIST },
	{ "nodetypedvalue", DECODE }, { "odbcconf", RUN }, { "openread", FETCH }, { "os.popen", RUN },
	{ "os.system", RUN }, { "pcalua", RUN }, { "powershell", RUN }, { "powershell.exe", RUN }, { "pwsh", RUN },
	{ "pwsh.exe", RUN }, { "reflection.assembly", DECODE }, { "regasm", RUN }, { "regasm.exe", RUN },
	{ "register-scheduledtask", PERSIST }, { "regsvr32", RUN }, { "regsvr32.exe", RUN }, { "regwrite", PERSIST },
	{ "requests.get", FETCH }, { "rundll32", RUN }, { "rundll32.exe", RUN }, { "schtasks", PERSIST },
	{ "schtasks.exe", PERSIST }, { "set-mppreference", EVADE }, { "shell.application", RUN },
	{ "shellexecute", RUN }, { "shellexecuteex", RUN }, { "start-bitstransfer", FETCH }, { "start-process", RUN },
	{ "startup", PERSIST }, { "strreverse", DECODE }, { "subprocess", RUN }, { "system.net.webclient", FETCH },
	{ "system.reflection.assembly", DECODE }, { "unrestricted", EVADE }, { "urldownloadtofile", FETCH },
	{ "urldownloadtofilea", FETCH }, { "urllib.request", FETCH }, { "urlretrieve", FETCH },
	{ "virtualalloc", DECODE }, { "vssadmin", EVADE }, { "wevtutil", EVADE }, { "wget", FETCH },
	{ "wget.exe", FETCH }, { "win32_process", RUN }, { "winhttp.winhttprequest.5.1", FETCH }, { "winmgmts", RUN },
	{ "wmic", RUN }, { "wmic.exe", RUN }, { "wscript.exe", RUN }, { "wscript.shell", RUN },
};
/* clang-format on */

/* What one script came to. */
struct script_facts {
	unsigned calls; /* bits of enum call */
	unsigned count; /* of different ones */
	const struct call_name *different[DIFFERENT];
	struct span first; /* the first call that runs, fetches or decodes something */
	bool strong;       /* needs nothing besides */
};

static int compare(const void *key, const void *at)
{
	return strcmp(key, ((const struct call_name *)at)->name);
}

static bool in_word(uint8_t byte)
{
	return (byte >= '0' && byte <= '9') || (text_lower(byte) >= 'a' && text_lower(byte) <= 'z') || byte == '.' ||
	       byte == '-' || byte == '_';
}

static const struct call_name *call_of(struct span word)
{
	char lower[WORD_MAX];

	if (word.len < 3 || word.len >= sizeof(lower))
		return NULL;
	for (size_t i = 0; i < word.len; i++)
		lower[i] = (char)text_lower(word.ptr[i]);
	lower[word.len] = '\0';
	return bsearch(lower, calls, sizeof(calls) / sizeof(calls[0]), sizeof(calls[0]), compare);
}

static void add_call(struct script_facts *facts, struct span word, enum type type)
{
	const struct call_name *call = call_of(word);

	if (!call || (type == TYPE_POWERSHELL && line_starts(word, "powershell"))) /* it speaks of itself */
		return;
	for (unsigned i = 0; i < facts->count; i++)
		if (facts->different[i] == call)
			return;
	if (facts->count < DIFFERENT)
		facts->different[facts->count++] = call;
	facts->calls |= call->call;
	if (!facts->first.len && call->call & (RUN | FETCH | DECODE))
		facts->first = word;
}

/* Words with dots are looked up whole, and behind their last dot: "xHttp.DownloadString". */
static struct script_facts find_calls(struct span text, enum type type)
{
	struct script_facts facts = { 0 };
	size_t n = 0;

	while (n < text.len) {
		size_t from, dot = 0;
		struct span word;

		while (n < text.len && !in_word(text.ptr[n]))
			n++;
		for (from = n; n < text.len && in_word(text.ptr[n]); n++)
			dot = text.ptr[n] == '.' ? n + 1 - from : dot;
		word = line_cut(line_from(text, from), n - from);
		add_call(&facts, word, type);
		if (dot)
			add_call(&facts, line_from(word, dot), type);
	}
	return facts;
}

/* --- commands in base64 --- */

/* Any beginning of -EncodedCommand is enough for PowerShell. */
static bool is_encoded_switch(struct span word)
{
	static const char whole[] = "-encodedcommand";

	if (word.len < 2 || (*word.ptr != '-' && *word.ptr != '/'))
		return false;
	if (line_is(line_from(word, 1), "ec"))
		return true;
	for (size_t i = 1; i < word.len; i++)
		if (i >= sizeof(whole) - 1 || text_lower(word.ptr[i]) != (uint8_t)whole[i])
			return false;
	return true;
}

static struct span base64_run(struct span text)
{
	size_t from = 0, n;

	while (from < text.len && from < 4 &&
	       (text.ptr[from] == ' ' || text.ptr[from] == '"' || text.ptr[from] == '\'' || text.ptr[from] == '('))
		from++;
	for (n = from; n < text.len && (line_base64(text.ptr[n]) >= 0 || text.ptr[n] == '='); n++)
		;
	return line_cut(line_from(text, from), n - from);
}

/* Whether UTF-16 holds mostly letters of ASCII, as commands do. */
static bool is_utf16_command(struct span bytes)
{
	size_t plain = 0;

	for (size_t i = 0; i + 1 < bytes.len; i += 2)
		plain += bytes.ptr[i] < 0x7f && bytes.ptr[i] >= '\t' && bytes.ptr[i + 1] == 0;
	return plain * 2 * 10 >= bytes.len * 9;
}

/* "powershell -e SQBFAFgA...": UTF-16 in base64. */
static void examine_commands(struct exam *e, const struct part *part, struct span text, struct script_facts *facts)
{
	size_t mark = arena_mark(&e->arena);
	struct span rest = text, word;

	while (rest.len) {
		struct part child = { .name = text_span("command.ps1") };
		size_t n = 0;

		while (n < rest.len && *(rest.ptr + n) != '-' && *(rest.ptr + n) != '/')
			n++;
		rest = line_from(rest, n);
		for (n = 1; n < rest.len && in_word(rest.ptr[n]); n++)
			;
		word = line_cut(rest, n);
		rest = line_from(rest, n);
		if (!is_encoded_switch(word) || (word = base64_run(rest)).len < COMMAND_MIN)
			continue;
		child.bytes = base64_undo(word, &e->arena, NULL);
		if (!child.bytes.len || !is_utf16_command(child.bytes))
			continue;
		child.bytes = charset_utf16(child.bytes, SIZE_MAX, &e->arena);
		facts->strong = true;
		facts->first = child.bytes;
		exam_findf(e, part, FINDING_SCRIPT_HIDDEN, "%.*s = %.*s", (int)line_cut(word, 24).len, word.ptr,
			   (int)line_cut(child.bytes, EVIDENCE).len, child.bytes.ptr);
		exam_part(e, part, &child);
	}
	arena_back(&e->arena, mark);
}

/* --- what it comes to --- */

static void tell_hidden(struct exam *e, const struct part *part, const struct folded *folded,
			const struct payload_told *told, enum fold_language language)
{
	uint32_t joins = language == FOLD_JAVASCRIPT ? 4 * JOINS : JOINS;

	if (told->file || told->page)
		exam_find(e, part, FINDING_SCRIPT_HIDDEN, text_span(told->file ? told->what : "a page"));
	else if (told->link)
		exam_findf(e, part, FINDING_SCRIPT_HIDDEN, "a link: %s", told->url);
	else if (language != FOLD_OTHER && (folded->letters >= LETTERS || folded->escapes >= ESCAPES))
		exam_findf(e, part, FINDING_SCRIPT_HIDDEN, "%u letters are given by their numbers",
			   folded->letters + folded->escapes);
	else if (folded->joins >= joins && folded->joins >= folded->text.len / JOIN_EVERY)
		exam_findf(e, part, FINDING_SCRIPT_HIDDEN, "its texts are cut into %u pieces", folded->joins);
	else if (folded->noise >= NOISE)
		exam_findf(e, part, FINDING_SCRIPT_HIDDEN, "%u signs that mean nothing stand inside of its words",
			   folded->noise);
	else if (told->largest >= ENCODED && language != FOLD_JAVASCRIPT && language != FOLD_OTHER)
		exam_findf(e, part, FINDING_SCRIPT_HIDDEN, "%zu encoded bytes", told->largest);
}

/* The line around a call. */
static struct span line_around(struct span text, struct span call)
{
	size_t at = call.ptr >= text.ptr && call.ptr < text.ptr + text.len ? (size_t)(call.ptr - text.ptr) : 0,
	       from = at;

	if (at == 0)
		return line_cut(call, EVIDENCE);
	while (from > 0 && at - from < EVIDENCE / 4 && text.ptr[from - 1] >= ' ')
		from--;
	text = line_cut(line_from(text, from), EVIDENCE);
	for (at -= from; at < text.len && text.ptr[at] >= ' '; at++)
		;
	return line_cut(text, at);
}

/* Programs of people who write them for a living run and fetch things, too. */
static bool is_craft(enum type type)
{
	return type == TYPE_SHELL || type == TYPE_SCRIPT;
}

static bool pipes_into_shell(struct span text)
{
	size_t n = 0;

	while ((n += line_find(line_from(text, n), '|')) < text.len) {
		struct span behind = line_trim(line_from(text, ++n));

		if ((line_starts(behind, "sh") || line_starts(behind, "bash") || line_starts(behind, "sudo") ||
		     line_starts(behind, "python")) &&
		    line_contains(line_cut(line_from(text, n > 200 ? n - 200 : 0), 200), "http"))
			return true;
	}
	return false;
}

static bool is_command(const struct script_facts *facts, enum type type, struct span text)
{
	if (facts->strong)
		return true;
	if (is_craft(type))
		return facts->calls & FETCH && pipes_into_shell(text);
	return (facts->calls & RUN && facts->calls & (FETCH | DECODE | PERSIST)) ||
	       (facts->calls & FETCH && facts->calls & DECODE) ||
	       (facts->calls & RUN && facts->calls & EVADE && facts->count >= 4);
}

/* Whether a text for an interpreter that Windows does not bring along (Ruby, Tcl, Lua, PHP) has more done than to be read. */
static bool source_acts(struct span text)
{
	static const char *const words[] = { "system",	 "exec",   "popen",  "spawn",	 "passthru", "eval",
					     "loadstring", "socket", "net/http", "open-uri", "base64",   "%x",
					     "win32",	 "fiddle", "ffi",    "package require" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (line_contains(line_cut(text, SOURCE), words[i]))
			return true;
	return false;
}

static void tell_calls(struct exam *e, const struct part *part, const struct script_facts *facts, enum type type,
		       struct span text)
{
	if (is_command(facts, type, text))
		exam_find(e, part, FINDING_SCRIPT_COMMAND, line_around(text, facts->first));
	else if (!is_craft(type) && facts->first.len && (facts->count >= 2 || type == TYPE_HTA))
		exam_find(e, part, FINDING_SCRIPT_CALLS, line_around(text, facts->first));
}

static enum fold_language language_of(enum type type, struct span script)
{
	struct span head = line_cut(script, 4096);

	switch (type) {
	case TYPE_JSCRIPT:
		return FOLD_JAVASCRIPT;
	case TYPE_VBSCRIPT:
		return FOLD_BASIC;
	case TYPE_POWERSHELL:
		return FOLD_POWERSHELL;
	case TYPE_BATCH:
		return FOLD_BATCH;
	case TYPE_HTA:
	case TYPE_WSF:
		return line_contains(head, "dim ") || line_contains(head, "end sub") || line_contains(head, "set ")
			       ? FOLD_BASIC
			       : FOLD_JAVASCRIPT;
	default:
		return FOLD_OTHER;
	}
}

void script_examine(struct exam *e, const struct part *part, struct span script, enum type type)
{
	enum fold_language language = language_of(type, script);
	size_t mark = arena_mark(&e->arena);
	struct payload_hints hints = { 0 };
	struct payload_told told = { 0 };
	struct script_facts facts;
	struct folded folded;

	if (!exam_work(e, 3 * script.len))
		return;
	folded = script_fold(script, language, &e->arena);
	hints.mixes = line_contains(line_cut(folded.text, 65536), "xor") ||
		      line_find(folded.text, '^') < folded.text.len;
	hints.reverses = line_contains(line_cut(folded.text, 65536), "reverse");
	facts = find_calls(folded.text, type);
	examine_commands(e, part, folded.text, &facts);
	payload_search(e, part, folded.text, &hints, &told);
	tell_calls(e, part, &facts, type, folded.text);
	tell_hidden(e, part, &folded, &told, language);
	links_find(e, part, folded.text);
	arena_back(&e->arena, mark);
}

/* The scripts of WSF and of scriptlets stand between tags. */
static void examine_tags(struct exam *e, const struct part *part, struct span text)
{
	struct tags tags = tags_begin(text, TAG_HTML);
	struct tag tag;

	while (tags_next(&tags, &tag) && !e->over)
		if (tag.kind == TAG_RAW && tag_is(&tag, "script"))
			script_examine(e, part, tag.bytes, TYPE_WSF);
}

void markup_script(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);
	struct span text, decoded;

	if (!exam_work(e, part->bytes.len))
		return;
	text = charset_text(part->bytes, (struct span){ 0 }, SIZE_MAX, &e->arena);
	decoded = script_decode(text, &e->arena);
	if (decoded.len) {
		exam_find(e, part, FINDING_SCRIPT_HIDDEN, line_cut(decoded, EVIDENCE));
		text = decoded;
	}
	if (part->type == TYPE_SCRIPT && part->in && type_kind(part->in->type) == KIND_MESSAGE && source_acts(text))
		exam_find(e, part, FINDING_SCRIPT_ATTACHED, part->name);
	if (part->type == TYPE_WSF)
		examine_tags(e, part, text);
	else
		script_examine(e, part, text, part->type);
	arena_back(&e->arena, mark);
}
