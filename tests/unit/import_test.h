/* import_test.h - what the tests of the importers share: an import of text, and what it gave. */
#ifndef UNIT_IMPORT_TEST_H
#define UNIT_IMPORT_TEST_H

#include "feed/import.h"

#define NOW ((usec_t)1800000000 * USEC_PER_SEC)

struct import_got {
	struct import_settings settings;
	struct import_report report;
	enum err err;
	char all[4000];    /* "kind value; " of each */
	char last[1000];   /* "confidence flags malware group origin reference seen expires" of the
			      last */
	char groups[1000]; /* "id name alias,alias; " */
};

/* Sets what an import starts from; change the settings, then run it. */
void import_got_init(struct import_got *got);
void import_got_run(struct import_got *got, const char *text);
/* Both, for an import that must succeed as `format` with these indicators. */
void import_expect(const char *text, enum import_format format, const char *all);
/* How often something was counted by name. */
uint64_t import_got_named(const struct import_got *got, const char *what);

#endif
