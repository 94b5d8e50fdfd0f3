/* line.c - lines and words of text protocols over TCP. */
#include "wire/line.h"

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

bool line_take(struct span *rest, struct span *line)
{
	if (!line_part(rest, '\n', line))
		return false;
	if (line->len && line->ptr[line->len - 1] == '\r')
		line->len--;
	return true;
}

static uint8_t lower(uint8_t b)
{
	return b >= 'A' && b <= 'Z' ? (uint8_t)(b + 32) : b;
}

bool line_starts(struct span s, const char *with)
{
	size_t n = strlen(with);

	if (s.len < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (lower(s.ptr[i]) != lower((uint8_t)with[i]))
			return false;
	return true;
}

bool line_is(struct span s, const char *with)
{
	return s.len == strlen(with) && line_starts(s, with);
}

bool line_contains(struct span s, const char *with)
{
	for (size_t i = 0; i < s.len; i++)
		if (line_starts(line_from(s, i), with))
			return true;
	return false;
}

bool line_begins(struct span s, const char *with)
{
	size_t n = strlen(with);

	return s.len >= n && memcmp(s.ptr, with, n) == 0;
}

bool line_printable(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((s.ptr[i] < ' ' && s.ptr[i] != '\t') || s.ptr[i] > '~')
			return false;
	return true;
}

struct span line_from(struct span s, size_t from)
{
	struct cur c = cur_init(s);

	cur_span(&c, from < s.len ? from : s.len);
	return cur_rest(&c);
}

struct span line_cut(struct span s, size_t max)
{
	return (struct span){ s.ptr, s.len < max ? s.len : max };
}

static bool is_blank(uint8_t b)
{
	return b == ' ' || b == '\t';
}

struct span line_trim(struct span s)
{
	size_t n = 0;

	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	while (n < s.len && is_blank(s.ptr[n]))
		n++;
	return line_from(s, n);
}

size_t line_find(struct span s, uint8_t byte)
{
	const uint8_t *at = s.len ? memchr(s.ptr, byte, s.len) : NULL;

	return at ? (size_t)(at - s.ptr) : s.len;
}

struct span line_until(struct span *rest, uint8_t byte)
{
	size_t n = line_find(*rest, byte);
	struct span part = line_cut(*rest, n);

	*rest = line_from(*rest, n + 1);
	return part;
}

bool line_part(struct span *rest, uint8_t byte, struct span *part)
{
	if (!rest->len)
		return false;
	*part = line_until(rest, byte);
	return true;
}

bool line_field(struct span line, struct span *name, struct span *value)
{
	struct span rest = line, before = line_until(&rest, ':');

	if (before.len == line.len || !before.len || is_blank(before.ptr[0]))
		return false;
	*name = line_trim(before);
	*value = line_trim(rest);
	return true;
}

struct span line_word(struct span *rest)
{
	struct span word = line_trim(*rest);
	size_t n = 0;

	while (n < word.len && !is_blank(word.ptr[n]))
		n++;
	*rest = line_from(word, n);
	return line_cut(word, n);
}

bool line_number(struct span s, uint64_t max, uint64_t *number)
{
	uint64_t n = 0;

	if (!s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		uint64_t digit = (uint64_t)s.ptr[i] - '0';

		if (s.ptr[i] < '0' || digit > 9 || n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*number = n;
	return n <= max;
}

int line_hex(uint8_t digit)
{
	uint8_t b = lower(digit);

	if (b >= '0' && b <= '9')
		return b - '0';
	return b >= 'a' && b <= 'f' ? b - 'a' + 10 : -1;
}

int line_base64(uint8_t letter)
{
	if (letter >= 'A' && letter <= 'Z')
		return letter - 'A';
	if (letter >= 'a' && letter <= 'z')
		return letter - 'a' + 26;
	if (letter >= '0' && letter <= '9')
		return letter - '0' + 52;
	return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

size_t line_keep(uint8_t *into, size_t room, struct span s)
{
	size_t n = s.len < room ? s.len : room;

	if (n)
		memcpy(into, s.ptr, n);
	return n;
}

size_t line_keep_unescaped(uint8_t *into, size_t room, struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len && n < room; i++) {
		uint8_t b = s.ptr[i];

		if (b == '%' && s.len - i > 2 && line_hex(s.ptr[i + 1]) >= 0 &&
		    line_hex(s.ptr[i + 2]) >= 0) {
			b = (uint8_t)(line_hex(s.ptr[i + 1]) << 4 | line_hex(s.ptr[i + 2]));
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
