/* workbook_private.h - what the readers of a workbook's records share. */
#ifndef BIFF_WORKBOOK_PRIVATE_H
#define BIFF_WORKBOOK_PRIVATE_H

#include "base/cursor.h"
#include "base/pen.h"
#include "biff/ptg.h"
#include "macro/judge.h"

/* Records ([MS-XLS] 2.3.2); the first numbers are those of Excel 2. */
enum {
	RECORD_FORMULA = 0x0006, RECORD_EOF = 0x000a, RECORD_EXTERNSHEET = 0x0017, RECORD_NAME = 0x0018,
	RECORD_EXTERNNAME = 0x0023, RECORD_FILEPASS = 0x002f, RECORD_CONTINUE = 0x003c, RECORD_BOUNDSHEET = 0x0085,
	RECORD_SST = 0x00fc, RECORD_SUPBOOK = 0x01ae, RECORD_HLINK = 0x01b8, RECORD_LABEL = 0x0204,
	RECORD_STRING = 0x0207, RECORD_NAME_3 = 0x0218, RECORD_ARRAY = 0x0221, RECORD_FORMULA_3 = 0x0206,
	RECORD_FORMULA_4 = 0x0406, RECORD_SHARED = 0x04bc,
};

#define BOOK_SHEETS 256
#define BOOK_DEPTH  8
#define A_FINDING   256 /* bytes of other work that judging something costs, however short it is */

struct sheet {
	struct span name;
	uint32_t offset; /* of its first record */
	uint8_t hidden;  /* 1: from eyes, 2: from menus as well */
	bool macros;
};

struct workbook {
	struct exam *e;
	const struct part *part;
	struct span stream;
	unsigned version;
	struct macro macro;
	struct ptg_names names;
	struct sheet sheets[BOOK_SHEETS];
	unsigned sheet_count;
	bool macros[BOOK_DEPTH]; /* whether it is a sheet of macros that one stands in; [depth - 1] counts */
	unsigned depth;
	struct span sheet;       /* the name of the sheet that one stands in */
	struct span service, topic; /* of the last link to another program */
	uint32_t formulas;       /* in sheets of macros */
	struct pen text;         /* of the cells */
	bool starts;
};

/* A string of BIFF: its characters at the cursor, with the byte of flags in front in BIFF8. */
struct span workbook_string(struct workbook *b, struct cur *c, size_t count);

/* workbook_link.c: what leads out of the workbook */
void workbook_supbook(struct workbook *b, struct cur c);
void workbook_extern_sheet(struct workbook *b, struct cur c);
void workbook_extern_name(struct workbook *b, struct cur c);
void workbook_hlink(struct workbook *b, struct cur c);

/* workbook_text.c: the shared strings; `rest` stands behind the record, where it goes on. */
void workbook_strings(struct workbook *b, struct cur record, struct cur rest);
void workbook_text(struct workbook *b, struct span utf8);

#endif
