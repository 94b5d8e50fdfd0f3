/*
 * exam_test.h - an examination for tests of single readers: what the reader hands on is written down, not opened.
 */
#ifndef EXAM_TEST_H
#define EXAM_TEST_H

#include "exam/exam.h"

#define EXAM_TEST_ITEMS 256
#define EXAM_TEST_TEXT  (64u << 10)

struct exam_test {
	struct exam exam; /* first: hooks find the rest by it */
	struct exam_settings settings;
	/* Parts that were handed on: name, type, bytes (the first 4 KiB). */
	struct exam_test_part {
		char name[256];
		char said[128];
		enum type type;
		size_t len;
		uint8_t bytes[4096];
		bool inline_body, unlocked;
	} *parts;
	unsigned part_count;
	struct {
		char url[512], shown[256];
	} *urls;
	unsigned url_count;
	char text[EXAM_TEST_TEXT]; /* all texts, a line end behind each */
	/* Opens parts that were handed on, besides writing them down; NULL: nobody does. */
	void (*reader)(struct exam *e, const struct part *part);
};

struct exam_test *exam_test_new(void);
void exam_test_free(struct exam_test *t);

/* Forgets the message before, and has `reader` open `bytes` as a part of its own: its type is told by bytes and name. */
void exam_test_open(struct exam_test *t, void (*reader)(struct exam *e, const struct part *part), struct span bytes,
		    const char *name);
/* The same where it lies in another part of a type, as files in an archive do. */
void exam_test_open_in(struct exam_test *t, void (*reader)(struct exam *e, const struct part *part), struct span bytes,
		       const char *name, enum type type_around);

/* Whether it was found, with `evidence` somewhere in its evidence. */
bool exam_test_found(const struct exam_test *t, enum finding_id id, const char *evidence);
/* The part of that name; NULL: there is none. */
const struct exam_test_part *exam_test_part(const struct exam_test *t, const char *name);
bool exam_test_url(const struct exam_test *t, const char *url);
/* Everything that was found, on standard error: for a look at a test that fails. */
void exam_test_show(const struct exam_test *t);

#endif
