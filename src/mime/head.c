/* head.c - the fields of a header. */
#include "mime/head.h"

#include "base/line.h"
#include "base/text.h"

#define NAME 78 /* bytes of a field's name that count */

static const struct {
	const char *name;
	enum head_field field;
} names[] = {
	{ "content-type", HEAD_TYPE },
	{ "content-transfer-encoding", HEAD_ENCODING },
	{ "content-disposition", HEAD_DISPOSITION },
	{ "content-description", HEAD_DESCRIPTION },
	{ "x-mozilla-external-attachment-url", HEAD_ELSEWHERE },
	{ "from", HEAD_FROM },
	{ "sender", HEAD_SENDER },
	{ "reply-to", HEAD_REPLY_TO },
	{ "return-path", HEAD_RETURN_PATH },
	{ "to", HEAD_TO },
	{ "cc", HEAD_CC },
	{ "subject", HEAD_SUBJECT },
	{ "date", HEAD_DATE },
	{ "list-id", HEAD_LIST },
	{ "list-post", HEAD_LIST },
	{ "list-unsubscribe", HEAD_LIST },
	{ "precedence", HEAD_LIST },
	{ "auto-submitted", HEAD_LIST },
	{ "authentication-results", HEAD_AUTH },
	{ "message-id", HEAD_MESSAGE_ID },
	{ "received", HEAD_RECEIVED },
	{ "x-php-originating-script", HEAD_SCRIPT },
	{ "x-php-script", HEAD_SCRIPT },
};

uint8_t head_newline(struct span message)
{
	return line_find(message, '\n') == message.len && line_find(message, '\r') < message.len ? '\r' : '\n';
}

bool head_line(struct span *rest, uint8_t newline, struct span *line)
{
	if (!line_part(rest, newline, line))
		return false;
	if (newline == '\n' && line->len && line->ptr[line->len - 1] == '\r')
		line->len--;
	return true;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static bool all_blank(struct span line)
{
	for (size_t i = 0; i < line.len; i++)
		if (!is_blank(line.ptr[i]) && line.ptr[i] != '\r')
			return false;
	return true;
}

/* The length of a field's name, up to its colon; 0: it is no field. A boundary is none, whatever is in it. */
static size_t name_length(struct span line)
{
	size_t n = line_find(line_cut(line, NAME), ':');

	if (n == 0 || n >= NAME || n == line.len || line.ptr[0] == '-')
		return 0;
	for (size_t i = 0; i < n; i++)
		if (line.ptr[i] == ' ' && !all_blank(line_cut(line_from(line, i), n - i)))
			return 0;
	return is_blank(line.ptr[0]) ? 0 : n;
}

/* The field of a name; HEAD_FIELDS: of no interest. Controls in it are passed over, and told. */
static enum head_field field_of(struct span line, size_t length, bool *hidden)
{
	uint8_t name[NAME];
	size_t n = 0;

	*hidden = false;
	for (size_t i = 0; i < length; i++) {
		uint8_t c = text_lower(line.ptr[i]);

		*hidden |= c < '\t' || c > '~' || (c > '\t' && c < ' ');
		if (c > ' ' && c <= '~')
			name[n++] = c;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (name[0] == (uint8_t)names[i].name[0] && span_equal((struct span){ name, n }, text_span(names[i].name)))
			return names[i].field;
	return HEAD_FIELDS;
}

static void field_keep(struct head *head, enum head_field field, struct span value)
{
	if (field == HEAD_FIELDS)
		return;
	if (!head->count[field])
		head->first[field] = value;
	head->last[field] = value;
	if (field == HEAD_AUTH && head->count[field] < HEAD_AUTHS)
		head->auth[head->count[field]] = value;
	if (field == HEAD_RECEIVED && head->count[field] < HEAD_RECEIVEDS)
		head->received[head->count[field]] = value;
	head->count[field]++;
}

static bool is_mime_field(struct span line)
{
	return line_starts(line, "content-") && name_length(line);
}

/* Whether a line that is no field is only an oddity of the header: mbox's first line, or one before more of MIME. */
static bool is_passed_over(struct span line, struct span rest, uint8_t newline)
{
	struct span next;

	if (line_starts(line, "From ") || line_starts(line, ">From "))
		return true;
	return !line_starts(line, "--") && head_line(&rest, newline, &next) && is_mime_field(next);
}

/* Whether a line of nothing but blanks goes on with the header: folded, not empty. */
static bool is_folded_blank(struct span rest, uint8_t newline)
{
	struct span next;

	return head_line(&rest, newline, &next) && name_length(next);
}

/* The value with all the lines that go on with it, which are taken off. */
static struct span value_take(struct span *rest, uint8_t newline, struct span value)
{
	struct span line;

	while (rest->len && is_blank(rest->ptr[0])) {
		struct span before = *rest;

		head_line(rest, newline, &line);
		if (all_blank(line) && !is_folded_blank(*rest, newline)) {
			*rest = before;
			break;
		}
		value.len = (size_t)(line.ptr + line.len - value.ptr);
	}
	return value;
}

void head_read(struct span *bytes, uint8_t newline, size_t limit, struct head *head)
{
	const uint8_t *start = bytes->ptr;
	struct span line;

	*head = (struct head){ 0 };
	for (;;) {
		struct span before = *bytes, value;
		enum head_field field = HEAD_FIELDS;
		bool hidden = false;
		size_t n;

		if (!head_line(bytes, newline, &line) || all_blank(line))
			return;
		n = name_length(line);
		if (!n) {
			if (is_passed_over(line, *bytes, newline))
				continue;
			*bytes = before; /* the body begins without an empty line */
			return;
		}
		value = value_take(bytes, newline, line_from(line, n + 1));
		if ((size_t)(value.ptr + value.len - start) <= limit) {
			field = field_of(line, n, &hidden);
			head->whole = (struct span){ start, (size_t)(value.ptr + value.len - start) };
		} else {
			head->cut = true;
		}
		head->hidden |= hidden && field <= HEAD_DISPOSITION;
		field_keep(head, field, value);
	}
}
