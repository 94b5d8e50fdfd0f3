/* vba_source.h - the statements of a VBA module: which procedures there are, and what their expressions come to. */
#ifndef MACRO_VBA_SOURCE_H
#define MACRO_VBA_SOURCE_H

#include "macro/vba_fold.h"

struct vba_source {
	uint32_t procedures, lines; /* of code: neither empty nor comments nor attributes */
};

/* Reads a module; counts are added to. False: the message's work is used up. */
bool vba_source_read(struct vba_fold *f, struct span source, struct vba_source *read);

#endif
