/* line.c - lines and words of text protocols over TCP. */
#include "wire/line.h"

#include "base/text.h"

bool line_next(struct cur *c, size_t max, bool *tail, struct span *line)
{
	while (c->left) {
		size_t look = c->left < max || *tail ? c->left : max;
		const uint8_t *newline = memchr(c->p, '\n', look);
		size_t n = newline ? (size_t)(newline - c->p) + 1 : look;

		if (*tail) {
			cur_span(c, n);
			*tail = !newline;
			continue;
		}
		if (!newline && look < max)
			return false;
		*tail = !newline;
		*line = cur_span(c, n);
		if (newline)
			line->len--;
		if (line->len && line->ptr[line->len - 1] == '\r')
			line->len--;
		return true;
	}
	return false;
}

bool line_printable(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((s.ptr[i] < ' ' && s.ptr[i] != '\t') || s.ptr[i] > '~')
			return false;
	return true;
}

size_t line_keep_unescaped(uint8_t *into, size_t room, struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len && n < room; i++) {
		uint8_t b = s.ptr[i];

		if (b == '%' && s.len - i > 2 && text_nibble(s.ptr[i + 1]) >= 0 &&
		    text_nibble(s.ptr[i + 2]) >= 0) {
			b = (uint8_t)(text_nibble(s.ptr[i + 1]) << 4 | text_nibble(s.ptr[i + 2]));
			i += 2;
		}
		into[n++] = b;
	}
	return n;
}

bool line_reply(struct span line, uint16_t *open, uint16_t *code)
{
	uint64_t number = 0;
	bool has_code = line.len >= 3 && line_number(line_cut(line, 3), 999, &number);
	uint8_t behind = line.len > 3 ? line.ptr[3] : ' ';

	if (!has_code || number < 100 || (behind != ' ' && behind != '-'))
		return false; /* a text line in between, or no reply at all */
	if (*open && number != *open)
		return false;
	if (behind == '-') {
		*open = (uint16_t)number;
		return false;
	}
	*open = 0;
	*code = (uint16_t)number;
	return true;
}

bool line_greeting(struct span first, size_t max, struct span *line)
{
	struct cur c = cur_init(first);
	bool tail = false;

	return line_starts(first, "220") && line_next(&c, max, &tail, line) && line->len > 4 &&
	       (line->ptr[3] == ' ' || line->ptr[3] == '-');
}

void line_wait(struct line_waiting *w, uint8_t kind)
{
	unsigned last = w->used;

	if (last && w->kind[last - 1] == kind && w->count[last - 1] < UINT16_MAX) {
		w->count[last - 1]++;
		return;
	}
	if (last == LINE_WAITING)
		return;
	w->kind[last] = kind;
	w->count[last] = 1;
	w->used++;
}

uint8_t line_answered(struct line_waiting *w)
{
	uint8_t kind = w->kind[0];

	if (!w->used)
		return 0;
	if (--w->count[0])
		return kind;
	w->used--;
	memmove(w->kind, w->kind + 1, w->used * sizeof(w->kind[0]));
	memmove(w->count, w->count + 1, w->used * sizeof(w->count[0]));
	return kind;
}
