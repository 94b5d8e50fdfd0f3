/*
 * split.h - the same conversation twice before a stream parser: in the segments of the input, and
 * in others. What is told must be the same. In the input, 0x1e changes the end that talks, and 0x1f
 * with the byte behind it is a gap of that many bytes.
 */
#ifndef FUZZ_SPLIT_H
#define FUZZ_SPLIT_H

#include "../unit/talk.h"
#include "check.h"

#include <string.h>

struct split {
	bool fine;     /* in small pieces */
	uint32_t seed; /* of their sizes */
};

static inline void split_say(struct talk *t, unsigned side, const uint8_t *bytes, size_t len,
			     struct split *how)
{
	while (len) {
		size_t n = len;

		how->seed = how->seed * 1103515245u + 12345u;
		if (how->fine)
			n = 1 + (how->seed >> 16) % (how->seed >> 28 ? 7 : 900);
		n = n < len ? n : len;
		talk_say(t, side, bytes, n);
		check(!talk_broken(t));
		bytes += n;
		len -= n;
	}
}

static inline struct talk *split_play(enum talk_kind kind, const uint8_t *bytes, size_t len,
				      struct split how)
{
	struct talk *t = talk_new(kind);
	unsigned side = 0;
	size_t from = 0;

	for (size_t i = 0; i <= len; i++) {
		if (i < len && bytes[i] != 0x1e && bytes[i] != 0x1f)
			continue;
		split_say(t, side, bytes + from, i - from, &how);
		if (i + 1 < len && bytes[i] == 0x1f)
			talk_gap(t, side, bytes[++i]);
		else
			side = !side;
		from = i + 1;
	}
	return t;
}

static inline void split_check(enum talk_kind kind, const uint8_t *bytes, size_t len)
{
	struct split fine = {true, (uint32_t)len * 2654435761u};
	struct talk *a, *b;

	for (size_t i = 0; i < len; i++)
		fine.seed = (fine.seed ^ bytes[i]) * 16777619u;
	a = split_play(kind, bytes, len, (struct split){0});
	b = split_play(kind, bytes, len, fine);
	check(talk_anomalies(a) == talk_anomalies(b));
	talk_end(a);
	talk_end(b);
	if (strcmp(talk_told(a), talk_told(b)) != 0)
		fprintf(stderr, "whole:\n%s\nsplit:\n%s\n", talk_told(a), talk_told(b));
	check(strcmp(talk_told(a), talk_told(b)) == 0);
	talk_free(a);
	talk_free(b);
}

#endif
