/* command.h - command lines that shortcuts hand to programs: who runs them, and what they say in plain words. */
#ifndef ACTIVE_COMMAND_H
#define ACTIVE_COMMAND_H

#include "exam/exam.h"

/* Whether a path's file is a program that runs what it is told: cmd.exe, powershell, mshta ... (LOLBAS). */
bool command_runs(struct span path);
/* Whether a text names one of them. */
bool command_mentions(struct span text);

/* The longest run of blanks, which push the rest out of sight in the dialog of a shortcut. */
size_t command_padding(struct span text);

/* "program arguments" with runs of blanks as one, and without the carets that cmd.exe drops; poured into the arena. */
struct span command_plain(struct span program, struct span arguments, struct arena *arena);
/* What a -EncodedCommand of PowerShell says, as UTF-8; empty: there is none. */
struct span command_decoded(struct span arguments, struct arena *arena);

/* Hands on the addresses that a text names. */
void command_urls(struct exam *e, const struct part *part, struct span text);

#endif
