/*
 * vba_project.c - the storage of a VBA project ([MS-OVBA] 2.2): what `dir` says of its modules, each module's source
 * behind its compiled form, the texts of its forms.
 */
#include "macro/vba_project.h"

#include "base/line.h"
#include "base/pen.h"
#include "macro/vba_pack.h"
#include "macro/vba_source.h"

#define DIR_MAX     ((size_t)1 << 20) /* bytes of `dir`, unpacked */
#define MODULES     256
#define SHOWN       200 /* bytes of the names of modules that are shown */
#define FORM_TEXT   6   /* shortest text of a form that is looked at */
#define CODE_EMPTY  4096 /* bytes that the compiled form of a module without code may have */
#define CODES_MANY  24  /* characters that are written as numbers */
#define PIECES_MANY 60  /* strings that are joined, of few bytes each */
#define DENSE_MANY  256 /* bytes of long strings without blanks, dots, slashes */

/* Records of `dir` ([MS-OVBA] 2.3.4.2) */
enum { PROJECT_VERSION = 0x09, MODULE_STREAM = 0x1a, MODULE_OFFSET = 0x31, MODULE_END = 0x2b };

struct module {
	const struct ole_entry *stream;
	uint32_t offset; /* of its source */
	bool told;       /* `dir` says so */
};

struct project {
	struct exam *e;
	const struct part *part;
	struct ole *ole;
	const struct ole_entry *folder; /* "VBA" */
	struct macro macro;
	struct vba_fold *fold;
	struct vba_source read;
	struct module modules[MODULES];
	unsigned count;
	char shown[SHOWN]; /* names of the modules that have code */
	bool broken, stomped;
};

static struct module *module_of(struct project *p, const struct ole_entry *stream)
{
	for (unsigned i = 0; i < p->count; i++)
		if (p->modules[i].stream == stream)
			return &p->modules[i];
	return NULL;
}

/* All streams of the folder but those that are known to be none; whatever `dir` may hide. */
static void list_modules(struct project *p)
{
	int32_t folder = (int32_t)(p->folder - p->ole->entries);

	for (uint32_t i = 1; i < p->ole->count && p->count < MODULES; i++) {
		const struct ole_entry *entry = &p->ole->entries[i];

		if (entry->parent != folder || entry->kind != OLE_STREAM || line_begins(entry->name, "__SRP_") ||
		    line_begins(entry->name, "_VBA_PROJECT") || (entry->name.len == 3 && line_begins(entry->name, "dir")))
			continue;
		p->modules[p->count++] = (struct module){ .stream = entry };
	}
}

/* A stream's name in UTF-16 as the directory has it in UTF-8. */
static const struct ole_entry *stream_named(struct project *p, struct span utf16)
{
	char room[OLE_PATH];
	struct pen pen = pen_init(room, sizeof(room) - 1);
	struct cur c = cur_init(utf16);

	while (c.left >= 2)
		pen_rune(&pen, cur_le16(&c));
	room[pen.used] = '\0';
	return ole_find_in(p->ole, p->folder, room);
}

/* Where each module's source begins. */
static void read_dir(struct project *p, struct span dir)
{
	struct cur c = cur_init(dir);
	struct span name = { 0 };
	uint32_t offset = 0;
	unsigned ends = 0;

	while (c.left >= 6) {
		unsigned id = cur_le16(&c);
		uint32_t size = cur_le32(&c);
		struct cur record = cur_sub(&c, id == PROJECT_VERSION ? 6 : size);
		const struct ole_entry *stream;
		struct module *module;

		if (record.bad)
			break;
		if (id == 0x32) /* the name of the stream before, in UTF-16 */
			name = cur_rest(&record);
		else if (id == MODULE_OFFSET)
			offset = cur_le32(&record);
		if (id != MODULE_END)
			continue;
		if (ends++ == MODULES)
			break;
		stream = stream_named(p, name);
		module = stream ? module_of(p, stream) : NULL;
		if (module)
			*module = (struct module){ stream, offset, true };
	}
}

/* A module's source begins with an attribute; packed, its first eight letters stand as they are behind the signature,
 * two bytes of the chunk's head and the flags of the first eight letters. */
static bool find_source(struct span stream, uint32_t *offset)
{
	static const uint8_t mark[] = { 0, 'A', 't', 't', 'r', 'i', 'b', 'u', 't' };
	const uint8_t *at = memmem(stream.ptr, stream.len, mark, sizeof(mark));

	if (!at || at - stream.ptr < 3 || at[-3] != 1)
		return false;
	*offset = (uint32_t)(at - stream.ptr - 3);
	return true;
}

static bool unpack_source(struct project *p, struct module *module, struct span stream, struct span *source)
{
	struct arena *arena = &p->e->arena;
	size_t room = exam_inflate_room(p->e, stream.len);
	bool whole = module->offset < stream.len &&
		     vba_unpack((struct span){ stream.ptr + module->offset, stream.len - module->offset }, room, arena,
				source);

	if ((!module->told || !whole) && find_source(stream, &module->offset))
		whole = vba_unpack((struct span){ stream.ptr + module->offset, stream.len - module->offset }, room,
				   arena, source);
	return source->len && exam_inflate(p->e, p->part, source->len, stream.len) && whole;
}

/* What is compiled may differ from the source, which Office takes only where another version compiled it. */
static void compare_code(struct project *p, const struct module *module, struct span code, struct span source,
			 bool has_code)
{
	struct span word = macro_word_only_in(&p->macro, code, source);

	if (!word.len && !has_code && code.len > CODE_EMPTY && module->told)
		word = module->stream->name;
	if (!word.len)
		return;
	p->stomped = true;
	exam_find_at(p->e, p->part, p->macro.below, FINDING_MACRO_STOMPED, word);
}

static void read_module(struct project *p, struct module *module)
{
	struct arena *arena = &p->e->arena;
	struct span stream = ole_stream(p->ole, module->stream, SIZE_MAX, arena), source = { cur_zeros, 0 };
	struct vba_source before = p->read;
	bool has_code;

	p->macro.below = text_span(module->stream->path);
	if (!unpack_source(p, module, stream, &source) && (module->told || source.len))
		p->broken = true;
	if (!exam_work(p->e, stream.len) || !vba_source_read(p->fold, source, &p->read))
		return;
	has_code = p->read.procedures > before.procedures;
	if (has_code)
		text_append(p->shown, sizeof(p->shown), "%s%.*s", *p->shown ? ", " : "", (int)module->stream->name.len,
			    (const char *)module->stream->name.ptr);
	compare_code(p, module, (struct span){ stream.ptr, module->offset < stream.len ? module->offset : stream.len },
		     source, has_code);
}

/* --- forms --- */

static bool is_inside(const struct project *p, const struct ole_entry *entry, int32_t folder)
{
	int32_t at = entry->parent;

	for (unsigned i = 0; at > 0 && i < p->ole->count; i++, at = p->ole->entries[at].parent)
		if (at == folder)
			return true;
	return false;
}

/* Runs of what can be read: values and captions of controls, in which commands are hidden from readers of the code. */
static void read_form(struct project *p, const struct ole_entry *stream)
{
	struct span bytes = ole_stream(p->ole, stream, SIZE_MAX, &p->e->arena);
	size_t from = 0;

	p->macro.below = text_span(stream->path);
	if (!exam_work(p->e, bytes.len))
		return;
	for (size_t i = 0; i <= bytes.len; i++) {
		if (i < bytes.len && bytes.ptr[i] >= ' ' && bytes.ptr[i] < 127)
			continue;
		if (i - from >= FORM_TEXT)
			macro_string(&p->macro, (struct span){ bytes.ptr + from, i - from });
		from = i + 1;
	}
}

/* The title, the author and their like, out of which macros take commands, too. */
static void read_properties(struct project *p)
{
	static const char *const names[] = { "\5SummaryInformation", "\5DocumentSummaryInformation" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct ole_entry *stream = ole_find(p->ole, names[i]);

		if (stream)
			read_form(p, stream);
	}
}

/* Forms are folders beside "VBA": their streams "o" and "f" ([MS-OFORMS] 2.1.2). */
static void read_forms(struct project *p)
{
	for (uint32_t i = 1; i < p->ole->count; i++) {
		const struct ole_entry *entry = &p->ole->entries[i];
		bool form = entry->kind == OLE_STREAM && entry->name.len == 1 &&
			    (*entry->name.ptr == 'o' || *entry->name.ptr == 'f');

		if (form && is_inside(p, entry, p->folder->parent) &&
		    !is_inside(p, entry, (int32_t)(p->folder - p->ole->entries)))
			read_form(p, entry);
	}
}

/* --- the project --- */

static void tell_hidden(struct project *p)
{
	const struct vba_fold *f = p->fold;

	if (f->codes >= CODES_MANY)
		exam_findf(p->e, p->part, FINDING_MACRO_HIDDEN, "%u characters written as numbers", f->codes);
	else if (f->pieces >= PIECES_MANY && f->piece_bytes < (uint64_t)f->pieces * 4)
		exam_findf(p->e, p->part, FINDING_MACRO_HIDDEN, "strings in %u pieces", f->pieces);
	else if (f->dense >= DENSE_MANY)
		exam_findf(p->e, p->part, FINDING_MACRO_HIDDEN, "%u bytes of strings that nobody can read", f->dense);
	else if (f->turned && macro_acts(&p->macro))
		exam_findf(p->e, p->part, FINDING_MACRO_HIDDEN, "strings turned around or exchanged");
	else if (f->blind && *p->macro.start)
		exam_findf(p->e, p->part, FINDING_MACRO_HIDDEN, "objects made by names that are worked out");
}

static void read_project(struct project *p)
{
	const struct ole_entry *dir = ole_find_in(p->ole, p->folder, "dir");
	struct span packed = ole_stream(p->ole, dir, DIR_MAX, &p->e->arena), bytes;

	p->broken = !vba_unpack(packed, DIR_MAX, &p->e->arena, &bytes);
	list_modules(p);
	read_dir(p, bytes);
	for (unsigned i = 0; i < p->count && !p->e->over; i++) {
		size_t mark = arena_mark(&p->e->arena);

		read_module(p, &p->modules[i]);
		if (!p->fold->variable_count) /* else variables lie in the source */
			arena_back(&p->e->arena, mark);
	}
	vba_settle(p->fold);
	if (p->read.procedures) {
		read_forms(p);
		read_properties(p);
	}
	p->macro.below = (struct span){ 0 };
	if (p->read.procedures)
		exam_findf(p->e, p->part, FINDING_MACRO, "%s (%u lines)", p->shown, p->read.lines);
	else if (p->stomped)
		exam_find(p->e, p->part, FINDING_MACRO, text_span("compiled, without its source"));
	macro_end(&p->macro);
	tell_hidden(p);
	if (p->broken || p->ole->broken)
		exam_unseen(p->e, p->part, UNSEEN_BROKEN, "macros that are broken");
	if (p->count == MODULES)
		exam_unseen(p->e, p->part, UNSEEN_LIMIT, "too many macro modules");
}

bool vba_projects(struct exam *e, const struct part *part, struct ole *ole)
{
	bool found = false;

	for (uint32_t i = 1; i < ole->count && !e->over; i++) {
		const struct ole_entry *entry = &ole->entries[i];
		size_t mark = arena_mark(&e->arena);
		struct project *p;

		if (entry->kind != OLE_FOLDER || entry->parent < 0 || !ole_find_in(ole, entry, "dir") ||
		    !(ole_find_in(ole, entry, "_VBA_PROJECT") || line_begins(entry->name, "VBA")))
			continue;
		p = arena_take(&e->arena, sizeof(*p));
		if (!p)
			return found;
		memset(p, 0, sizeof(*p));
		*p = (struct project){ .e = e, .part = part, .ole = ole, .folder = entry };
		macro_begin(&p->macro, e, part, MACRO_VBA);
		p->fold = vba_fold_new(&p->macro);
		if (p->fold)
			read_project(p);
		arena_back(&e->arena, mark);
		found = true;
	}
	return found;
}
