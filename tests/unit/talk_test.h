/* talk_test.h - what the tests of the stream parsers share: a whole conversation in one call. */
#ifndef UNIT_TALK_TEST_H
#define UNIT_TALK_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "talk.h"

#define CLIENT 0
#define SERVER 1

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What one end says; the last of a conversation has no text. */
struct words {
	unsigned side;
	const char *text;
};

/* Leads the conversation in these segments, then byte by byte: both must tell exactly `told`. */
static inline void expect_told(enum talk_kind kind, const struct words *words, const char *told)
{
	for (unsigned fine = 0; fine < 2; fine++) {
		struct talk *t = talk_new(kind);

		for (const struct words *w = words; w->text; w++) {
			for (size_t i = 0; fine && i < strlen(w->text); i++)
				talk_say(t, w->side, w->text + i, 1);
			if (!fine)
				talk_text(t, w->side, w->text);
		}
		assert_false(talk_broken(t));
		assert_string_equal(talk_end(t), told);
		talk_free(t);
	}
}

#endif
