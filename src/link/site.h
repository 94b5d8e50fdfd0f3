/* site.h - the sites that a message leads to, or whose mailboxes it names, remembered for a look at all of them. */
#ifndef LINK_SITE_H
#define LINK_SITE_H

#include "exam/exam.h"

/* A host's registered name; `led`: a link leads there. */
void site_note(struct exam *e, struct span registered, unsigned kinds, bool led);
/* What is behind "mailto:". */
void site_note_mailbox(struct exam *e, struct span path);

#endif
