/*
 * vba_writer.h - projects of VBA macros ([MS-OVBA]) for compound files: sources in, packed as Office does it.
 *
 * What is not read by those who look for macros (compiled code, references) is left out or filled with anything:
 * the documents are for scanners, not for Office.
 */
#ifndef SCENARIO_VBA_WRITER_H
#define SCENARIO_VBA_WRITER_H

#include "ole_writer.h"

struct vba_writer_module {
	const char *name, *source; /* lines end with "\r\n" */
	struct span code;          /* what stands in front of the source, as compiled code does; may be empty */
};

/* Adds a project below a folder: "Macros" of Word, "_VBA_PROJECT_CUR" of Excel, "" of vbaProject.bin. */
void vba_writer_add(struct ole_writer *w, const char *folder, const struct vba_writer_module *modules, size_t count);

/* The compression of 2.4.1; to be freed with free(). */
struct span vba_writer_pack(struct span plain);

#endif
