/* shortcut_private.h - what shortcuts that are written as text have in common: what is found in one, and told. */
#ifndef DOCUMENT_SHORTCUT_PRIVATE_H
#define DOCUMENT_SHORTCUT_PRIVATE_H

#include "exam/exam.h"

/* An address that a click opens: sites are handed on, shares and handlers are told. */
void shortcut_address(struct exam *e, const struct part *part, struct span address);
/* A file that is fetched without a click: a picture, a folder. Sites are harmless, shares are told. */
void shortcut_fetched(struct exam *e, const struct part *part, struct span path);
/* A command that a click runs. */
void shortcut_command(struct exam *e, const struct part *part, struct span command);

/* Those that are XML; UTF-8. */
void shortcut_xml(struct exam *e, const struct part *part, struct span text);

#endif
