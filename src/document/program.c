/*
 * program.c - facts about programs that their headers give: for whom, whether signed, packed, an installer, an add-in
 * of Excel; and what is appended to them. That there is a program at all is told by its name's judge (unpack/).
 *
 * PE: Microsoft's "PE Format"; ELF: System V ABI; Mach-O: <mach-o/loader.h>; classes: JVMS 4.1.
 */
#include "document/document.h"

#include "base/line.h"
#include "base/pen.h"
#include "base/text.h"

#define SECTIONS 96 /* Windows loads no more */
#define EXPORTS  256
#define FACTS    200
#define MARKS    ((size_t)256 << 10) /* bytes in which an installer's mark is looked for */

enum directory { EXPORT_TABLE = 0, CERTIFICATES = 4, DOTNET = 14, DIRECTORIES = 16 };

struct section {
	uint32_t address, size, file, file_size;
};

struct pe {
	struct span bytes;
	uint16_t machine, flags;
	unsigned count;
	struct section sections[SECTIONS];
	struct {
		uint32_t address, size;
	} directories[DIRECTORIES];
	uint8_t packer[8]; /* a section's name that only packers give */
	size_t packer_len;
	size_t end; /* of the last section in the file */
};

static void read_directories(struct pe *pe, struct cur optional)
{
	bool wide = cur_le16(&optional) == 0x20b;
	uint32_t count;

	cur_span(&optional, wide ? 106 : 90);
	count = cur_le32(&optional);
	for (unsigned i = 0; i < count && i < DIRECTORIES; i++) {
		pe->directories[i].address = cur_le32(&optional);
		pe->directories[i].size = cur_le32(&optional);
	}
}

/* Names that packers give; compilers give others. */
static void note_packer(struct pe *pe, struct span name)
{
	static const char *const packers[] = { "UPX", ".vmp", ".themida", ".aspack", ".MPRESS", ".petite", ".enigma", ".nsp" };

	name.len = line_find(name, '\0');
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]) && !pe->packer_len; i++)
		if (line_begins(name, packers[i]))
			pe->packer_len = line_keep(pe->packer, sizeof(pe->packer), name);
}

/* False: it ends before its headers do. */
static bool read_pe(struct pe *pe)
{
	struct cur at = cur_init(pe->bytes), optional;
	uint16_t sections, optional_size;

	cur_span(&at, 60);
	at = cur_init(line_from(pe->bytes, cur_le32(&at)));
	cur_le32(&at);
	pe->machine = cur_le16(&at);
	sections = cur_le16(&at);
	cur_span(&at, 12);
	optional_size = cur_le16(&at);
	pe->flags = cur_le16(&at);
	optional = cur_sub(&at, optional_size);
	if (at.bad)
		return false;
	read_directories(pe, optional);
	for (; pe->count < sections && pe->count < SECTIONS && at.left >= 40; pe->count++) {
		struct section *section = &pe->sections[pe->count];

		note_packer(pe, cur_span(&at, 8));
		section->size = cur_le32(&at);
		section->address = cur_le32(&at);
		section->file_size = cur_le32(&at);
		section->file = cur_le32(&at);
		cur_span(&at, 16);
		if (section->file_size && (size_t)section->file + section->file_size > pe->end)
			pe->end = (size_t)section->file + section->file_size;
	}
	return true;
}

/* The bytes at an address of the loaded program; empty: none in the file. */
static struct span loaded(const struct pe *pe, uint32_t address)
{
	for (unsigned i = 0; i < pe->count; i++) {
		const struct section *section = &pe->sections[i];

		if (address >= section->address && address - section->address < section->file_size)
			return line_from(pe->bytes, (size_t)section->file + (address - section->address));
	}
	return line_from(pe->bytes, pe->bytes.len);
}

/* Excel loads add-ins that export this. */
static bool exports(const struct pe *pe, const char *wanted)
{
	struct cur table = cur_init(loaded(pe, pe->directories[EXPORT_TABLE].address)), names;
	uint32_t count;

	if (!pe->directories[EXPORT_TABLE].size)
		return false;
	cur_span(&table, 24);
	count = cur_le32(&table);
	cur_le32(&table);
	names = cur_init(loaded(pe, cur_le32(&table)));
	for (unsigned i = 0; i < count && i < EXPORTS && names.left >= 4; i++) {
		struct span name = line_cut(loaded(pe, cur_le32(&names)), 64);

		name.len = line_find(name, '\0');
		if (line_is(name, wanted))
			return true;
	}
	return false;
}

static bool holds(struct span bytes, const char *mark)
{
	bytes = line_cut(bytes, MARKS);
	return bytes.len && memmem(bytes.ptr, bytes.len, mark, strlen(mark));
}

static const char *installer(const struct pe *pe, struct span overlay)
{
	static const struct {
		const char *mark, *name;
	} marks[] = { { "NullsoftInst", "NSIS installer" }, { "zlb\x1a", "Inno Setup installer" },
		      { "7z\xbc\xaf\x27\x1c", "7-Zip self-extractor" }, { "Rar!\x1a\x07", "WinRAR self-extractor" },
		      { "!@Install@!UTF-8!", "7-Zip installer" }, { "MSCF", "cabinet self-extractor" },
		      { "AU3!EA06", "AutoIt script" }, { "MEI\014\013\012\013\016", "PyInstaller" } };

	if (holds(pe->bytes, "Inno Setup"))
		return "Inno Setup installer";
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (holds(overlay, marks[i].mark))
			return marks[i].name;
	return NULL;
}

static const char *machine_name(uint16_t machine)
{
	switch (machine) {
	case 0x14c:
		return "32-bit";
	case 0x8664:
		return "64-bit";
	case 0xaa64:
		return "ARM64";
	default:
		return "other machine";
	}
}

/* Behind the sections, without the certificates that a signature puts there. */
static struct span overlay_of(const struct pe *pe)
{
	struct span overlay = line_from(pe->bytes, pe->end);
	uint32_t signed_from = pe->directories[CERTIFICATES].address;

	if (signed_from >= pe->end && signed_from < pe->bytes.len)
		overlay = line_cut(overlay, signed_from - pe->end);
	return overlay;
}

static void tell_pe(struct exam *e, const struct part *part, const struct pe *pe, struct span overlay)
{
	const char *made = installer(pe, overlay);
	char facts[FACTS] = "", size[TEXT_NUMBER];

	text_append(facts, sizeof(facts), "%s %s%s%s", machine_name(pe->machine), pe->flags & 0x2000 ? "DLL" : "EXE",
		    pe->directories[DOTNET].size ? ", .NET" : "",
		    pe->directories[CERTIFICATES].size ? ", carries a signature (not checked)" : ", not signed");
	if (pe->packer_len)
		text_append(facts, sizeof(facts), ", packed (%.*s)", (int)pe->packer_len, (const char *)pe->packer);
	if (made)
		text_append(facts, sizeof(facts), ", %s", made);
	if (overlay.len > 512)
		text_append(facts, sizeof(facts), ", %s appended", text_bytes(overlay.len, size));
	exam_find(e, part, FINDING_PROGRAM_FACTS, text_span(facts));
}

static void judge_pe(struct exam *e, const struct part *part)
{
	struct pe pe = { .bytes = part->bytes };
	struct part behind = { 0 };

	if (!read_pe(&pe) || !exam_work(e, line_cut(part->bytes, MARKS).len * 9))
		return;
	behind.bytes = overlay_of(&pe);
	tell_pe(e, part, &pe, behind.bytes);
	if (line_is(type_extension(part->name), "xll") || exports(&pe, "xlAutoOpen"))
		exam_find(e, part, FINDING_ADDIN, part->name);
	if (type_kind(type_of(behind.bytes, behind.name)) == KIND_ARCHIVE)
		exam_part(e, part, &behind);
}

static void judge_elf(struct exam *e, const struct part *part)
{
	struct cur at = cur_init(part->bytes);
	bool wide, big;
	uint16_t machine;

	cur_span(&at, 4);
	wide = cur_u8(&at) == 2;
	big = cur_u8(&at) == 2;
	cur_span(&at, 12);
	machine = big ? cur_be16(&at) : cur_le16(&at);
	exam_findf(e, part, FINDING_PROGRAM_FACTS, "%s-bit ELF for %s", wide ? "64" : "32",
		   machine == 62  ? "x86-64" :
		   machine == 3	  ? "x86" :
		   machine == 40  ? "ARM" :
		   machine == 183 ? "ARM64" :
		   machine == 8	  ? "MIPS" :
				    "another machine");
}

void document_program(struct exam *e, const struct part *part)
{
	if (part->type == TYPE_PE)
		judge_pe(e, part);
	else if (part->type == TYPE_ELF)
		judge_elf(e, part);
	else if (part->type == TYPE_JAVA && part->bytes.len >= 8)
		exam_findf(e, part, FINDING_PROGRAM_FACTS, "Java class, version %u", ld_be16(part->bytes.ptr + 6));
	else if (part->type == TYPE_MACHO && part->bytes.len >= 8)
		exam_find(e, part, FINDING_PROGRAM_FACTS,
			  text_span(part->bytes.ptr[0] == 0xca ? "Mach-O for several machines" : "Mach-O"));
}

/* The test of virus scanners (eicar.org) is a file of 68 bytes, and blanks behind them; that of spam filters (GTUBE)
 * stands anywhere in a mail's text. In halves, so that no scanner takes this file for one. */
void document_test(struct exam *e, const struct part *part)
{
	static const char begin[] = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$", end[] = "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
	struct span rest = line_from(part->bytes, sizeof(begin) - 1);

	if (line_begins(part->bytes, begin) && line_begins(rest, end))
		exam_find(e, part, FINDING_TEST_SIGNATURE, text_span("EICAR"));
	else if (part->inline_body && holds(part->bytes, "XJS*C4JDBQADN1.NSBN3*2IDNEN*" "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL"))
		exam_find(e, part, FINDING_TEST_SIGNATURE, text_span("GTUBE"));
}
