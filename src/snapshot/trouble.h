/* trouble.h - what went wrong with a backup program, in a sentence, and what to do about it. */
#ifndef SNAPSHOT_TROUBLE_H
#define SNAPSHOT_TROUBLE_H

#include "policy/language.h"
#include "snapshot/tool.h"

const char *trouble_name(enum tool_trouble trouble); /* "lock_stale", for programs */
/* One sentence, and the mend: static texts; LANGUAGES are in policy/language.h. */
const char *trouble_say(enum tool_trouble trouble, enum language language);
const char *trouble_mend(enum tool_trouble trouble, enum language language);

/* What a result or a drill `said`, in the language: what we say ourselves, such as "PATH: there is no such file"; the words of
 * programs and of the system stay. Returns `said` or `into`. */
#define TROUBLE_SAID (2 * TOOL_SAID)
const char *trouble_said(const char *said, enum language language, char into[TROUBLE_SAID]);

#endif
