/* respond_test.h - what the tests of respond/ share: a message full of hostile text, and what is written. */
#ifndef UNIT_RESPOND_TEST_H
#define UNIT_RESPOND_TEST_H

#include "respond/format.h"

/* A line end, an escape of terminals, marks that turn the reading order, of every format's own signs. */
#define HOSTILE "a\r\nBcc: <x@y>\x1b[31m\xe2\x80\xae|=\"\\]<!channel>[k](http://b)@all"

/* An incident with plain texts. */
struct message respond_message(void);
/* ... whose texts are all hostile. */
struct message respond_hostile(void);

/* What a format writes of it for a target; the caller frees it. */
char *respond_written(format_write *format, const struct target *target, const struct message *message);

#endif
