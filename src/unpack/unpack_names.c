/*
 * unpack_names.c - the names of the files in one archive: which of them collide, and how many lie beside each other.
 *
 * A file with the name of a folder has WinRAR run what is in the folder (CVE-2023-38831: "a.pdf " beside
 * "a.pdf /a.pdf .cmd").
 */
#include "unpack/unpack_private.h"

#define HASH_BASIS 0x811c9dc5u /* FNV-1a */
#define HASH_PRIME 0x01000193u
#define PROBES     128 /* places that are looked at for a name; only names made for it need so many */

/* As Windows compares: without case, any slash. */
static uint8_t folded(uint8_t byte)
{
	return byte == '\\' ? '/' : text_lower(byte);
}

/* Windows drops blanks from the end of a name. */
static struct span without_blanks(struct span name)
{
	while (name.len && name.ptr[name.len - 1] == ' ')
		name.len--;
	return name;
}

static uint32_t hash_of(struct span name)
{
	uint32_t hash = HASH_BASIS;

	for (size_t i = 0; i < name.len; i++)
		hash = (hash ^ folded(name.ptr[i])) * HASH_PRIME;
	return hash;
}

static bool is_same(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (folded(a.ptr[i]) != folded(b.ptr[i]))
			return false;
	return true;
}

void unpack_names_open(struct unpack_names *names, uint32_t count, struct arena *arena)
{
	uint32_t size = 16;

	while (size < 2 * (uint64_t)count)
		size *= 2;
	*names = (struct unpack_names){ .slots = arena_take(arena, size * sizeof(*names->slots)) };
	if (!names->slots)
		return;
	memset(names->slots, 0, size * sizeof(*names->slots));
	names->mask = size - 1;
	names->left = count;
}

bool unpack_names_add(struct unpack_names *names, struct span name)
{
	uint32_t at, hash;

	if (!names->left || !name.len)
		return false;
	hash = hash_of(without_blanks(name));
	for (at = hash; names->slots[at & names->mask].len && at - hash < PROBES; at++)
		if (span_equal(names->slots[at & names->mask], name))
			return true;
	if (at - hash == PROBES) {
		names->crowded = true;
		return false;
	}
	names->slots[at & names->mask] = name;
	names->left--;
	return false;
}

/* Whether there is a file of that name, which has no blanks at its end. */
static bool has_file(const struct unpack_names *names, struct span name, uint32_t hash)
{
	for (uint32_t at = hash; names->slots[at & names->mask].len && at - hash < PROBES; at++)
		if (is_same(without_blanks(names->slots[at & names->mask]), name))
			return true;
	return false;
}

/* Whether one of the folders that a file lies in has the name of a file. */
static bool is_in_file(const struct unpack_names *names, struct span name)
{
	uint32_t hash = HASH_BASIS, whole = HASH_BASIS; /* up to here; up to the last that is no blank */
	size_t len = 0;

	for (size_t i = 0; i < name.len; i++) {
		uint8_t byte = folded(name.ptr[i]);

		if (byte == '/' && len && has_file(names, (struct span){ name.ptr, len }, whole))
			return true;
		hash = (hash ^ byte) * HASH_PRIME;
		if (byte != ' ') {
			whole = hash;
			len = i + 1;
		}
	}
	return false;
}

/* --- scripts among others --- */

#define FEW 10 /* files: beside more, scripts belong to a program or a site */
#define SOURCES 3 /* of an interpreter: so many are a program that is handed on as such */

/* What lies beside the scripts of programmers and web sites, and not beside a lure. */
static bool is_workshop(struct span name)
{
	return unpack_ends_in(name, " css json ts tsx jsx md map php scss vue yml yaml toml gradle csproj sln java c h cpp "
					  "go rs sh ipynb ");
}

/* Of interpreters that Windows does not bring along: who sends several sends his work. */
static bool is_source(struct span name)
{
	return unpack_ends_in(name, " py pyc pyo pl rb rbw tcl tk lua ");
}

/* What lies in an archive beside its scripts. */
struct beside {
	uint32_t files, pages, scripts, sources;
	bool workshop;
};

static struct beside beside_of(const struct unpack_names *names)
{
	struct beside beside = { 0 };

	for (uint32_t i = 0; i <= names->mask; i++) {
		struct span name = names->slots[i];

		beside.files += name.len > 0;
		beside.scripts += name.len && unpack_ends_in(name, " js ");
		beside.pages += name.len && unpack_ends_in(name, " htm html xhtml ");
		beside.sources += name.len && is_source(name);
		beside.workshop |= name.len && is_workshop(name);
	}
	return beside;
}

/* Whether programmers and sites have such a script there; the others are only ever clicked. A file of JavaScript among
 * many documents is neither a site's nor a program's. */
static bool is_workaday(const struct beside *beside, struct span name)
{
	bool many = beside->files > FEW, programmed = beside->workshop || beside->sources;

	if (unpack_ends_in(name, " js "))
		return programmed || (many && (beside->pages || beside->scripts * 2 > beside->files));
	if (is_source(name))
		return beside->workshop || many || beside->sources >= SOURCES;
	return (programmed || many) && unpack_ends_in(name, " bat cmd ps1 psm1 psd1 ");
}

static void judge_scripts(const struct unpack_names *names, struct exam *e, const struct part *part)
{
	struct beside beside = beside_of(names);

	for (uint32_t i = 0; i <= names->mask; i++) {
		struct span name = names->slots[i];

		if (name.len && unpack_click(name) == CLICK_SCRIPT && !is_workaday(&beside, name))
			exam_find(e, part, FINDING_SCRIPT_ATTACHED, name);
	}
}

void unpack_names_judge(const struct unpack_names *names, struct exam *e, const struct part *part)
{
	if (!names->slots)
		return;
	if (names->crowded)
		exam_unseen(e, part, UNSEEN_LIMIT, "its names could not be compared");
	for (uint32_t i = 0; i <= names->mask; i++)
		if (names->slots[i].len && is_in_file(names, names->slots[i]))
			exam_find(e, part, FINDING_ARCHIVE_TRICK, names->slots[i]);
	if (type_kind(part->type) == KIND_ARCHIVE || type_kind(part->type) == KIND_IMAGE)
		judge_scripts(names, e, part);
}
