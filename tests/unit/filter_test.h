/*
 * filter_test.h - what the tests of filters share: packets, and filters made of them.
 *
 * What a filter sees of a frame is read here once more, as the header of filter.h says it.
 */
#ifndef FILTER_TEST_H
#define FILTER_TEST_H

#include "filter/filter.h"

/* The filter of a text that must be one. */
struct filter test_filter_of(const char *text);

/* The same numbers everywhere after the same seed. */
void test_seed(uint32_t seed);
uint32_t test_below(uint32_t bound);

enum test_frame {
	TEST_IP,     /* `look` is filled */
	TEST_OTHER,  /* no IP packet: no filter matches it */
	TEST_BROKEN, /* or cut within a header, or with extension headers: filters say nothing of it */
};

/* An Ethernet frame, or an IP packet alone. */
enum test_frame test_look(bool ethernet, struct span frame, struct look *look);

/* A made-up IP packet of few values, of every shape: options, fragments, both families, with padding behind
 * it, which has its share of values, too. Returns how many bytes. */
#define TEST_PACKET 256
uint32_t test_packet(uint8_t at[TEST_PACKET]);

/* A filter that is made of a packet, and mostly matches it; not always sound. */
struct filter test_filter(const struct look *look);

#endif
