/* file_type.h - what a file is, by its first bytes. */
#ifndef WIRE_FILE_TYPE_H
#define WIRE_FILE_TYPE_H

#include "model/event.h"

#define FILE_TYPE_LOOK 512 /* bytes that tell; more are not looked at, fewer tell less */

/* From the first bytes of a file, as many as there are up to FILE_TYPE_LOOK. */
enum file_type file_type_of(struct span first);

#endif
