/* known.h - what is known by name: endings of ransomware, its notes, and what comes and goes in ordinary life. */
#ifndef WIPE_KNOWN_H
#define WIPE_KNOWN_H

#include "base/span.h"

#define ENDING_TEXT 32 /* of an ending in lower case, with its NUL */

/* Behind the last dot of a path's name, in lower case; false: there is none, or it is longer. */
bool known_ending(struct span path, char ending[ENDING_TEXT]);

const char *known_family(const char *ending);  /* NULL: none that is known */
bool known_ordinary(const char *ending);       /* put behind names in ordinary life */
bool known_emptied(const char *ending);        /* emptied in ordinary life */
bool known_made(const char *ending);           /* made by compilers and the like, and cleaned away */
bool known_passing(struct span path);          /* it lies in a folder whose things come and go */
bool known_vault(struct span path);            /* its folder is a store of a program that encrypts for its owner */
bool known_note_name(struct span path);        /* its name is one that notes have */
/* How much a text says what notes say; 3 and more: it is one. Any bytes. */
unsigned known_note_text(struct span text);

/* The name of a path: behind its last '/'. */
struct span path_name(struct span path);

#endif
