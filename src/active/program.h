/* program.h - texts that name programs, as commands and links do it. */
#ifndef ACTIVE_PROGRAM_H
#define ACTIVE_PROGRAM_H

#include "base/span.h"

#include <stdbool.h>

/* Whether a command names a program that runs commands, or any program file: "c:\\windows\\system32\\cmd /k ...". */
bool program_named(struct span command);

/* Whether a path leads to a program, or a program is named with its arguments: "file:///c:/x.exe", "powershell -c ...".
 * Folders and files that are only called like one do not count. */
bool program_started(struct span path);

/* What words are made of. */
static inline bool program_letter(uint8_t c)
{
	return (unsigned)(c | 0x20) - 'a' < 26 || (unsigned)c - '0' < 10 || c == '_';
}

#define PROGRAM_WORD 24
/* The next word in lower case, without the marks that cmd.exe, and people who hide something, put into it; cut to its
 * room. `before`: the byte in front of it, 0: none. False at the end. */
bool program_word(struct span *rest, char word[PROGRAM_WORD], uint8_t *before);

#endif
