/* trouble.h - what went wrong with a backup program, in a sentence, and what to do about it. */
#ifndef SNAPSHOT_TROUBLE_H
#define SNAPSHOT_TROUBLE_H

#include "policy/language.h"
#include "snapshot/tool.h"

const char *trouble_name(enum tool_trouble trouble); /* "lock_stale", for programs */
/* One sentence, and the mend: static texts; LANGUAGES are in policy/language.h. */
const char *trouble_say(enum tool_trouble trouble, enum language language);
const char *trouble_mend(enum tool_trouble trouble, enum language language);

#endif
