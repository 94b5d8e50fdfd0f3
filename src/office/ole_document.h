/* ole_document.h - a compound file that is being read, and the readers of what may lie in one. */
#ifndef OFFICE_OLE_DOCUMENT_H
#define OFFICE_OLE_DOCUMENT_H

#include "exam/exam.h"
#include "format/ole.h"

struct ole_document {
	struct exam *e;
	const struct part *part;
	struct ole ole;
};

/* A stream in a folder, by its name; empty where there is none. */
struct span document_stream(struct ole_document *d, const struct ole_entry *folder, const char *name);

/* Hands a part on that lies in the file. */
void document_part(struct ole_document *d, struct span name, struct span bytes);

/* ole_object.c: what the folder of an object holds; the root is one as well. */
void object_read(struct ole_document *d, const struct ole_entry *folder);
void word_read(struct ole_document *d, const struct ole_entry *folder, struct span stream);
void powerpoint_read(struct ole_document *d, const struct ole_entry *folder, struct span stream);
/* Outlook's .msg: all messages in the file, then all that is attached. */
void outlook_read(struct ole_document *d);

#endif
