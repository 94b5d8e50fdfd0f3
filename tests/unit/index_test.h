/* index_test.h - builds small indexes and gathers what is found in them. */
#ifndef UNIT_INDEX_TEST_H
#define UNIT_INDEX_TEST_H

#include "intel/index.h"

#define TEST_NOW (1790000000 * USEC_PER_SEC)
#define TEST_DAY (86400 * USEC_PER_SEC)

/* An indicator as a feed tells it: text in any form, source; the rest is the caller's. */
struct told {
	const char *text, *source, *origin, *malware;
	enum indicator_kind kind; /* INDICATOR_KINDS cannot be left to 0: say it */
	uint8_t flags, confidence;
	usec_t seen, expires;
};

/* A folder of the test's own, made once. */
const char *test_folder(void);
const char *test_path(void);

/* Builds test_path() of these; fails the test when one is refused. */
void test_build(const struct told *told, size_t count);
struct index *test_open(const struct told *told, size_t count);

/* What was found, the most specific first; texts are copied. */
#define TEST_FOUND 16
struct found {
	unsigned count;
	struct {
		enum indicator_kind kind;
		char value[128], guard[64], source[INDEX_TELLINGS][32];
		unsigned tellings, kept;
		uint8_t confidence;
		bool alone, guarded;
		usec_t expires, seen;
	} at[TEST_FOUND];
};

struct found test_ip_at(const struct index *index, const char *ip, uint16_t port, usec_t now);
struct found test_ip(const struct index *index, const char *ip, uint16_t port);
struct found test_domain(const struct index *index, const char *name);
struct found test_url(const struct index *index, const char *url);
struct found test_bytes(const struct index *index, enum indicator_kind kind, struct span bytes);
struct found test_text(const struct index *index, enum indicator_kind kind, const char *text);

#endif
