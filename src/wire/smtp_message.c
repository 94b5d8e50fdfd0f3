/* smtp_message.c - the message in an SMTP session: its dots, its end, its header and files. */
#include "wire/smtp_private.h"

/* Where in its lines a message behind DATA is. RFC 5321, 2.3.8: only CRLF ends a line. Some servers
 * take a bare LF too, and smugglers hide a second message behind LF.LF: that is counted. */
enum dot {
	AT_LINE, /* at the beginning of a line, or of the message */
	IN_LINE,
	BEHIND_CR,
	AT_BARE_LINE, /* behind a bare LF */
	BEHIND_BARE_DOT,
	BEHIND_DOT, /* that began the line; it is not handed on (4.5.2) */
	BEHIND_DOT_CR,
};

void smtp_text_add(struct smtp *s, enum smtp_text which, struct span text)
{
	uint16_t *len = &s->room->len[which];

	*len = (uint16_t)(*len + line_keep(s->room->text[which] + *len,
					   sizeof(s->room->text[which]) - *len, text));
}

/* What the parser of parts tells goes to the envelope, and to whoever takes files. */
struct message_sink {
	struct smtp *s;
	const struct smtp_sink *sink;
};

static void see_field(void *whom, enum mime_field field, struct span value)
{
	static const uint8_t which[MIME_FIELDS] = { [MIME_FROM] = SMTP_HEADER_FROM,
						    [MIME_TO] = SMTP_HEADER_TO,
						    [MIME_CC] = SMTP_HEADER_CC,
						    [MIME_SUBJECT] = SMTP_SUBJECT,
						    [MIME_MESSAGE_ID] = SMTP_MESSAGE_ID };
	struct message_sink *to = whom;

	smtp_text_add(to->s, (enum smtp_text)which[field], value);
}

/* The names of what is attached, one a line: a name with a line's end in it is a lie. */
static void name_add(struct smtp *s, struct span name)
{
	if (s->room->len[SMTP_FILES])
		smtp_text_add(s, SMTP_FILES, (struct span){ (const uint8_t *)"\n", 1 });
	for (size_t i = 0; i < name.len; i++) {
		const uint8_t *byte = name.ptr[i] == '\n' ? (const uint8_t *)"?" : name.ptr + i;

		smtp_text_add(s, SMTP_FILES, (struct span){ byte, 1 });
	}
}

static bool see_part(void *whom, const struct mime_part *part)
{
	struct message_sink *to = whom;

	if (!part->attached)
		return false;
	if (part->name.len)
		name_add(to->s, part->name);
	return to->sink->file_begin && to->sink->file_begin(to->sink->whom, part);
}

static void see_part_bytes(void *whom, struct span bytes)
{
	const struct message_sink *to = whom;

	if (to->sink->file_part)
		to->sink->file_part(to->sink->whom, bytes);
}

static void see_part_end(void *whom, bool whole)
{
	const struct message_sink *to = whom;

	if (to->sink->file_end)
		to->sink->file_end(to->sink->whom, whole);
}

static struct mime_sink mime_sink(struct message_sink *to)
{
	return (struct mime_sink){ to, see_field, see_part, see_part_bytes, see_part_end };
}

void smtp_message_begin(struct smtp *s, const struct smtp_sink *sink)
{
	if (s->open)
		return;
	s->open = s->whole = s->envelope = true;
	s->message = 0;
	s->dot = AT_LINE;
	mime_begin(&s->room->mime);
	s->wanted = sink->message_begin && sink->message_begin(sink->whom);
}

void smtp_message_part(struct smtp *s, struct span part, const struct smtp_sink *sink)
{
	struct message_sink to = { s, sink };
	struct mime_sink parts = mime_sink(&to);

	if (!part.len)
		return;
	mime_feed(&s->room->mime, part, &parts);
	s->message += part.len;
	if (s->wanted && s->whole && sink->message_part)
		sink->message_part(sink->whom, part);
}

/* Text up to the next LF: a line's end, if CR is before it. */
static void take_text(struct smtp *s, struct cur *c, const struct smtp_sink *sink)
{
	struct span rest = cur_rest(c), text;
	size_t n = line_find(rest, '\n');
	bool newline = n < rest.len;
	bool cr = n ? rest.ptr[n - 1] == '\r' : s->dot == BEHIND_CR;

	text = cur_span(c, n + newline);
	if (newline)
		s->dot = cr ? AT_LINE : AT_BARE_LINE;
	else
		s->dot = cr ? BEHIND_CR : IN_LINE;
	smtp_message_part(s, text, sink);
}

/* Behind a dot that began a line: the end, or a line that had a dot more. True: the end. */
static bool take_behind_dot(struct smtp *s, struct cur *c, const struct smtp_sink *sink)
{
	uint8_t b = c->p[0];

	if (s->dot == BEHIND_DOT && b == '\r') {
		cur_take(c, 1);
		s->dot = BEHIND_DOT_CR;
	} else if (s->dot == BEHIND_DOT_CR && b == '\n') {
		cur_take(c, 1);
		return true;
	} else if (s->dot == BEHIND_DOT_CR) {
		s->dot = BEHIND_CR;
		smtp_message_part(s, (struct span){ (const uint8_t *)"\r", 1 }, sink);
	} else {
		s->anomalies += b == '\n';
		s->dot = IN_LINE;
	}
	return false;
}

bool smtp_message_data(struct smtp *s, struct cur *c, const struct smtp_sink *sink)
{
	while (c->left) {
		bool dot = c->p[0] == '.';

		switch (s->dot) {
		case AT_LINE:
			s->dot = dot ? BEHIND_DOT : IN_LINE;
			if (dot)
				cur_take(c, 1);
			break;
		case AT_BARE_LINE:
			s->dot = dot ? BEHIND_BARE_DOT : IN_LINE;
			if (dot)
				smtp_message_part(s, cur_span(c, 1), sink);
			break;
		case BEHIND_BARE_DOT:
			s->anomalies += c->p[0] == '\n' || c->p[0] == '\r';
			s->dot = IN_LINE;
			break;
		case BEHIND_DOT:
		case BEHIND_DOT_CR:
			if (take_behind_dot(s, c, sink))
				return true;
			break;
		default:
			take_text(s, c, sink);
		}
	}
	return false;
}

void smtp_message_gap(struct smtp *s, uint64_t missing)
{
	s->whole = false;
	s->message += missing;
	s->dot = IN_LINE;
	mime_gap(&s->room->mime);
}

void smtp_envelope_end(struct smtp *s, bool accepted, const struct smtp_sink *sink)
{
	struct smtp_room *room = s->room;
	struct event_smtp event = { .recipients = s->recipients,
				    .refused = s->refused,
				    .accepted = accepted,
				    .tls = s->tls,
				    .message = s->message };
	struct span *const texts[SMTP_TEXTS] = {
		&event.helo,      &event.from,       &event.to,
		&event.subject,   &event.message_id, &event.header_from,
		&event.header_to, &event.header_cc,  &event.files,
	};
	struct message_sink to = { s, sink };
	struct mime_sink parts = mime_sink(&to);

	if (s->open) {
		mime_end(&room->mime, s->whole && s->sent, &parts);
		s->deep = s->deep || room->mime.deep;
		s->bad = s->bad || room->mime.bad;
	}
	if (s->open && s->wanted && sink->message_end)
		sink->message_end(sink->whom, s->whole && s->sent, accepted);
	for (unsigned i = 0; i < SMTP_TEXTS; i++) {
		*texts[i] = (struct span){ room->text[i], room->len[i] };
		if (i != SMTP_HELO)
			room->len[i] = 0;
	}
	if (sink->envelope)
		sink->envelope(sink->whom, &event);
	s->open = s->sent = s->envelope = false;
	s->told = true;
	s->message = 0;
	s->recipients = s->refused = 0;
}
