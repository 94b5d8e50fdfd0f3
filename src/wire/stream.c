/* stream.c - cutting the bytes of a TCP conversation into messages. */
#include "wire/stream.h"

#include "base/cursor.h"

/* Moves over what is left of a message that nobody wants. */
static void skip_over(uint64_t *skip, struct cur *c)
{
	size_t n = *skip < c->left ? (size_t)*skip : c->left;

	cur_span(c, n);
	*skip -= n;
}

size_t stream_feed(struct stream *s, const struct stream_format *format, void *parser,
		   unsigned side, struct span bytes)
{
	struct cur c = cur_init(bytes);

	skip_over(&s->skip[side], &c);
	while (c.left && !s->gave_up && !s->done) {
		uint64_t length = 0;
		enum stream_state state = format->head(parser, side, cur_rest(&c), &length);

		if (state == STREAM_MORE && c.left < STREAM_KEEP)
			return c.off;
		if (state == STREAM_MORE || state == STREAM_WRONG || length == 0) {
			s->gave_up = true;
		} else if (state == STREAM_PASS || length > STREAM_KEEP) {
			s->skip[side] = length;
			skip_over(&s->skip[side], &c);
		} else if (length > c.left) {
			return c.off;
		} else {
			format->read(parser, side, cur_span(&c, (size_t)length));
		}
	}
	return bytes.len;
}

void stream_gap(struct stream *s, unsigned side, uint64_t missing)
{
	if (s->skip[side] >= missing)
		s->skip[side] -= missing;
	else
		s->gave_up = true;
}
