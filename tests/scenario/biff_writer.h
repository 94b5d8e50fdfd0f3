/* biff_writer.h - workbooks of Excel 97 ([MS-XLS]) from records: only what those who look for macros read. */
#ifndef SCENARIO_BIFF_WRITER_H
#define SCENARIO_BIFF_WRITER_H

#include "base/span.h"

#include <stdbool.h>

struct biff_writer {
	uint8_t *bytes;
	size_t used, size;
	size_t sheet_at[16]; /* where the offset of a sheet stands, to be filled in when it begins */
	unsigned sheets, begun;
};

void biff_begin(struct biff_writer *w); /* the globals */
void biff_record(struct biff_writer *w, unsigned id, const void *body, size_t len);
/* A sheet that will follow. `hidden`: 0, 1, 2 (very). */
void biff_sheet(struct biff_writer *w, const char *name, bool macros, unsigned hidden);
/* A name of the workbook for a cell; `builtin`: its number (1: Auto_Open), 0: it is `name`. */
void biff_name(struct biff_writer *w, unsigned builtin, const char *name);
/* A link to another program by DDE. */
void biff_dde(struct biff_writer *w, const char *service, const char *topic);
/* The globals end, or a sheet does, and the next sheet begins. */
void biff_next(struct biff_writer *w, bool macros);
/* Its tokens, in a cell of column 0. */
void biff_formula(struct biff_writer *w, unsigned row, struct span tokens);
/* NAME(text, ...): a call of a function by number with strings; the command's bit is in the number. */
void biff_call(struct biff_writer *w, unsigned row, unsigned function, const char *const *texts, unsigned count);
/* The last sheet ends. The bytes belong to the writer. */
struct span biff_end(struct biff_writer *w);
void biff_free(struct biff_writer *w);

#endif
