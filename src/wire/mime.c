/* mime.c - the parts of a mail message, line by line. */
#include "wire/mime.h"

#include "base/cursor.h"
#include "base/text.h"
#include "wire/line.h"
#include "wire/mime_field.h"

enum state {
	IN_HEADER,
	IN_PART, /* one that holds no others */
	BETWEEN, /* before the first part of a multipart, or behind its last: until a boundary */
};

enum encoding { AS_IS, BASE64, QUOTED };

enum newline { NO_NEWLINE, LF, CRLF };

/* A line, or some of a long one. */
struct piece {
	struct span text; /* without its newline */
	enum newline newline;
	bool begins, ends; /* the line */
};

static void header_begin(struct mime *m, bool inner)
{
	m->state = IN_HEADER;
	m->inner = inner;
	m->encoding = AS_IS;
	m->attached = false;
	m->field_len = m->name_len = m->type_len = 0;
	m->boundary_len = 0;
}

void mime_begin(struct mime *m)
{
	m->depth = m->newline = m->bits_used = m->quoted_len = 0;
	m->open = m->in_line = m->lost_line = m->deep = m->bad = false;
	m->line_len = 0;
	memset(m->seen, 0, sizeof(m->seen));
	header_begin(m, false);
}

static void part_open(struct mime *m, const struct mime_sink *sink)
{
	struct mime_part part = { .name = { m->name, m->name_len },
				  .type = { m->type, m->type_len },
				  .depth = m->depth };

	part.attached = m->attached || part.name.len ||
			(part.type.len && !line_starts(part.type, "text/"));
	m->state = IN_PART;
	m->newline = NO_NEWLINE;
	m->bits_used = m->quoted_len = 0;
	m->open = m->whole = true;
	m->wanted = sink->part_begin && sink->part_begin(sink->whom, &part);
}

static void part_close(struct mime *m, bool whole, const struct mime_sink *sink)
{
	if (m->open && m->wanted && sink->part_end)
		sink->part_end(sink->whom, whole && m->whole);
	m->open = false;
}

/* Behind a gap there is nothing to make of it. */
static void part_tell(const struct mime *m, struct span bytes, const struct mime_sink *sink)
{
	if (m->wanted && m->whole && bytes.len && sink->part_bytes)
		sink->part_bytes(sink->whom, bytes);
}

/* The end of the line before, now that no boundary follows. */
static void newline_tell(struct mime *m, const struct mime_sink *sink)
{
	static const uint8_t newline[] = "\r\n";

	if (m->newline == CRLF)
		part_tell(m, (struct span){ newline, 2 }, sink);
	else if (m->newline == LF)
		part_tell(m, (struct span){ newline + 1, 1 }, sink);
	m->newline = NO_NEWLINE;
}

/* RFC 2045, 6.8: what is no letter of base64 is passed over; "=" ends a group of four. */
static void part_base64(struct mime *m, struct span text, const struct mime_sink *sink)
{
	uint8_t out[MIME_LINE];
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		int value = line_base64(text.ptr[i]);

		if (value < 0) {
			if (text.ptr[i] == '=')
				m->bits_used = 0;
			continue;
		}
		m->bits = m->bits << 6 | (uint32_t)value;
		m->bits_used = (uint8_t)(m->bits_used + 6);
		if (m->bits_used >= 8) {
			m->bits_used = (uint8_t)(m->bits_used - 8);
			out[n++] = (uint8_t)(m->bits >> m->bits_used);
		}
	}
	part_tell(m, (struct span){ out, n }, sink);
}

/* One byte of quoted-printable; returns how many were written: three when an "=" was none. */
static size_t quoted_byte(struct mime *m, uint8_t byte, uint8_t *out)
{
	size_t n = 0;

	if (m->quoted_len == 2 && text_nibble(byte) >= 0) {
		out[0] = (uint8_t)(text_nibble(m->quoted[1]) << 4 | text_nibble(byte));
		m->quoted_len = 0;
		return 1;
	}
	if (m->quoted_len == 1 && text_nibble(byte) >= 0) {
		m->quoted[m->quoted_len++] = byte;
		return 0;
	}
	while (n < m->quoted_len) {
		out[n] = m->quoted[n];
		n++;
	}
	m->quoted_len = 0;
	if (byte == '=')
		m->quoted[m->quoted_len++] = byte;
	else
		out[n++] = byte;
	return n;
}

/* RFC 2045, 6.7: blanks at a line's end are none of it, and "=" there joins it with the next. */
static void part_quoted(struct mime *m, const struct piece *piece, const struct mime_sink *sink)
{
	uint8_t out[MIME_LINE + sizeof(m->quoted)];
	struct span text = piece->text;
	size_t n = 0;

	while (piece->ends && text.len &&
	       (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
		text.len--;
	newline_tell(m, sink);
	for (size_t i = 0; i < text.len; i++)
		n += quoted_byte(m, text.ptr[i], out + n);
	if (piece->ends && m->quoted_len != 1)
		m->newline = (uint8_t)piece->newline;
	if (piece->ends && m->quoted_len == 2)
		for (m->quoted_len = 0; m->quoted_len < 2; m->quoted_len++)
			out[n++] = m->quoted[m->quoted_len];
	if (piece->ends)
		m->quoted_len = 0;
	part_tell(m, (struct span){ out, n }, sink);
}

static void part_piece(struct mime *m, const struct piece *piece, const struct mime_sink *sink)
{
	if (!m->wanted || !m->whole)
		return;
	switch (m->encoding) {
	case BASE64:
		part_base64(m, piece->text, sink);
		break;
	case QUOTED:
		part_quoted(m, piece, sink);
		break;
	default:
		newline_tell(m, sink);
		part_tell(m, piece->text, sink);
		m->newline = (uint8_t)piece->newline;
	}
}

static void take_type(struct mime *m, struct span value)
{
	m->type_len = (uint16_t)line_keep(m->type, sizeof(m->type), mime_value(value));
	m->boundary_len =
		(uint8_t)mime_parameter(m->boundary, sizeof(m->boundary), value, "boundary");
	if (!m->name_len)
		m->name_len =
			(uint16_t)mime_parameter_text(m->name, sizeof(m->name), value, "name");
}

static void take_disposition(struct mime *m, struct span value)
{
	uint8_t name[MIME_NAME];
	size_t len = mime_parameter_text(name, sizeof(name), value, "filename");

	m->attached = line_is(mime_value(value), "attachment");
	if (len) /* it goes before the name in Content-Type (RFC 2183, 2.3) */
		m->name_len = (uint16_t)line_keep(m->name, sizeof(m->name),
						  (struct span){ name, len });
}

static void take_encoding(struct mime *m, struct span value)
{
	m->encoding = line_is(value, "base64")             ? BASE64
		      : line_is(value, "quoted-printable") ? QUOTED
							   : AS_IS;
}

static void tell_field(struct mime *m, struct span name, struct span value,
		       const struct mime_sink *sink)
{
	static const char *const names[MIME_FIELDS] = { [MIME_FROM] = "from",
							[MIME_TO] = "to",
							[MIME_CC] = "cc",
							[MIME_SUBJECT] = "subject",
							[MIME_MESSAGE_ID] = "message-id" };

	for (unsigned i = 0; i < MIME_FIELDS && !m->inner; i++) {
		if (!line_is(name, names[i]) || m->seen[i])
			continue;
		m->seen[i] = true;
		if (sink->field)
			sink->field(sink->whom, (enum mime_field)i, value);
	}
}

/* A field is complete, all its lines in one. */
static void field_end(struct mime *m, const struct mime_sink *sink)
{
	struct span field = { m->field, m->field_len };
	size_t colon = line_find(field, ':');
	struct span name = line_trim(line_cut(field, colon));
	struct span value = line_trim(line_from(field, colon + 1));

	m->field_len = 0;
	if (line_is(name, "content-type"))
		take_type(m, value);
	else if (line_is(name, "content-disposition"))
		take_disposition(m, value);
	else if (line_is(name, "content-transfer-encoding"))
		take_encoding(m, value);
	else
		tell_field(m, name, value, sink);
}

/* What holds others is looked into. False: too deep. */
static bool level_push(struct mime *m, struct span boundary)
{
	struct mime_level *level = &m->level[m->depth];

	if (m->depth == MIME_DEPTH) {
		m->deep = true;
		return false;
	}
	level->len = (uint8_t)line_keep(level->boundary, sizeof(level->boundary), boundary);
	m->depth++;
	return true;
}

static void header_end(struct mime *m, const struct mime_sink *sink)
{
	struct span type;
	bool multipart;

	field_end(m, sink);
	type = (struct span){ m->type, m->type_len };
	multipart = line_starts(type, "multipart/");
	if (multipart && m->boundary_len) {
		m->state = BETWEEN;
		level_push(m, (struct span){ m->boundary, m->boundary_len });
	} else if (line_is(type, "message/rfc822") && m->encoding == AS_IS) {
		if (level_push(m, (struct span){ NULL, 0 }))
			header_begin(m, true);
		else
			m->state = BETWEEN;
	} else {
		m->bad = m->bad || multipart;
		part_open(m, sink);
	}
}

static void header_piece(struct mime *m, const struct piece *piece, const struct mime_sink *sink)
{
	struct span text = piece->text;

	if (piece->begins && piece->ends && !text.len) {
		header_end(m, sink);
		return;
	}
	/* a line that begins with a blank goes on with the one before (RFC 5322, 2.2.3) */
	if (piece->begins && text.len && text.ptr[0] != ' ' && text.ptr[0] != '\t')
		field_end(m, sink);
	m->field_len = (uint16_t)(m->field_len + line_keep(m->field + m->field_len,
							   sizeof(m->field) - m->field_len, text));
}

/* Whether the line is a boundary of what is around, the innermost first: an outer one ends all that
 * is inside it (RFC 2046, 5.1.2). */
static bool take_boundary(struct mime *m, struct span line, const struct mime_sink *sink)
{
	if (line.len < 3 || line.ptr[0] != '-' || line.ptr[1] != '-')
		return false;
	line = line_from(line, 2);
	for (unsigned i = m->depth; i-- > 0;) {
		const struct mime_level *level = &m->level[i];
		struct span behind = line_trim(line_from(line, level->len));
		bool last = line_starts(behind, "--");

		if (!level->len || line.len < level->len ||
		    memcmp(line.ptr, level->boundary, level->len) != 0 || (behind.len && !last))
			continue;
		part_close(m, true, sink);
		m->newline = NO_NEWLINE;
		m->depth = (uint8_t)(last ? i : i + 1);
		if (last)
			m->state = BETWEEN;
		else
			header_begin(m, true);
		return true;
	}
	return false;
}

static void take_piece(struct mime *m, const struct piece *piece, const struct mime_sink *sink)
{
	bool lost = m->lost_line;

	m->in_line = !piece->ends;
	m->lost_line = lost && !piece->ends;
	if (lost || (piece->begins && piece->ends && take_boundary(m, piece->text, sink)))
		return;
	if (m->state == IN_HEADER)
		header_piece(m, piece, sink);
	else if (m->state == IN_PART)
		part_piece(m, piece, sink);
}

static struct piece piece_of(const struct mime *m, struct span raw, bool newline)
{
	struct piece piece = { raw, NO_NEWLINE, !m->in_line, newline };

	if (newline) {
		piece.newline = LF;
		piece.text.len--;
	}
	if (newline && piece.text.len && piece.text.ptr[piece.text.len - 1] == '\r') {
		piece.newline = CRLF;
		piece.text.len--;
	}
	return piece;
}

/* Cuts off the next line, or MIME_LINE bytes of one, wherever the bytes were cut. False: there is less,
 * and it is kept. */
static bool piece_next(struct mime *m, struct cur *c, struct piece *piece)
{
	size_t room = sizeof(m->line) - m->line_len, look = c->left < room ? c->left : room;
	const uint8_t *newline = look ? memchr(c->p, '\n', look) : NULL;
	struct span raw;
	bool full = look == room;

	if (newline)
		look = (size_t)(newline - c->p) + 1;
	else if (full && c->p[look - 1] == '\r') /* its LF may follow */
		look--;
	raw = cur_span(c, look);
	if (m->line_len || !(newline || full)) {
		if (raw.len)
			memcpy(m->line + m->line_len, raw.ptr, raw.len);
		m->line_len = (uint16_t)(m->line_len + raw.len);
		raw = (struct span){ m->line, m->line_len };
	}
	if (!newline && !full)
		return false;
	m->line_len = 0;
	*piece = piece_of(m, raw, newline != NULL);
	return true;
}

void mime_feed(struct mime *m, struct span bytes, const struct mime_sink *sink)
{
	struct cur c = cur_init(bytes);
	struct piece piece;

	while (c.left && piece_next(m, &c, &piece))
		take_piece(m, &piece, sink);
}

void mime_gap(struct mime *m)
{
	m->whole = false;
	m->line_len = 0;
	m->lost_line = m->in_line = true;
	if (m->state == IN_HEADER)
		m->state = BETWEEN;
}

void mime_end(struct mime *m, bool whole, const struct mime_sink *sink)
{
	struct piece last = { { m->line, m->line_len }, NO_NEWLINE, !m->in_line, true };
	bool outermost = true;

	if (m->line_len)
		take_piece(m, &last, sink);
	m->line_len = 0;
	if (m->state == IN_HEADER)
		header_end(m, sink);
	for (unsigned i = 0; i < m->depth; i++)
		outermost = outermost && !m->level[i].len;
	if (m->open)
		newline_tell(m, sink);
	part_close(m, whole && outermost, sink);
	m->state = BETWEEN;
}
