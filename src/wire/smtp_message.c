/* smtp_message.c - the message in an SMTP session: its dots, its end, two fields of its header. */
#include "wire/smtp_private.h"

#define HEADER_LOOK 8192 /* bytes of a message in which the fields are looked for */

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

enum field { IN_NAME, IN_SUBJECT, IN_MESSAGE_ID, IN_OTHER, BEHIND_HEADER };

void smtp_text_add(struct smtp *s, enum smtp_text which, struct span text)
{
	uint16_t *len = &s->room->len[which];

	*len = (uint16_t)(*len + line_keep(s->room->text[which] + *len,
					   sizeof(s->room->text[which]) - *len, text));
}

void smtp_message_begin(struct smtp *s, const struct smtp_sink *sink)
{
	if (s->open)
		return;
	s->open = s->whole = s->envelope = true;
	s->message = s->header = 0;
	s->field_text = IN_NAME;
	s->field_len = 0;
	s->dot = AT_LINE;
	s->wanted = sink->message_begin && sink->message_begin(sink->whom);
}

/* The name of a field is complete: whose value follows. */
static enum field field_of(const struct smtp *s)
{
	struct span name = line_trim((struct span){ s->field, s->field_len });

	if (line_is(name, "subject") && !s->room->len[SMTP_SUBJECT])
		return IN_SUBJECT;
	if (line_is(name, "message-id") && !s->room->len[SMTP_MESSAGE_ID])
		return IN_MESSAGE_ID;
	return IN_OTHER;
}

/* One byte of the header. A line that begins with a blank goes on with the field before (RFC 5322,
 * 2.2.3): a value ends when the next line begins with something else. */
static void header_byte(struct smtp *s, uint8_t b)
{
	bool at_line = s->field_len == UINT8_MAX; /* within a value: behind its LF */

	if (at_line && b != ' ' && b != '\t' && b != '\r' && b != '\n') {
		s->field_text = IN_NAME;
		s->field_len = 0;
	} else if ((at_line || (s->field_text == IN_NAME && !s->field_len)) && b == '\n') {
		s->field_text = BEHIND_HEADER; /* the empty line */
		return;
	}
	if (s->field_text == IN_NAME) {
		if (b == ':') {
			s->field_text = (uint8_t)field_of(s);
			s->field_len = 0;
		} else if (b == '\n') { /* no field; what follows is looked at again */
			s->field_len = 0;
		} else if (b != '\r' && s->field_len < sizeof(s->field)) {
			s->field[s->field_len++] = b;
		}
		return;
	}
	if (b == '\r')
		return;
	s->field_len = b == '\n' ? UINT8_MAX : 0;
	if (b != '\n' && s->field_text != IN_OTHER) {
		enum smtp_text which = s->field_text == IN_SUBJECT ? SMTP_SUBJECT : SMTP_MESSAGE_ID;

		if (s->room->len[which] || (b != ' ' && b != '\t'))
			smtp_text_add(s, which, (struct span){ &b, 1 });
	}
}

void smtp_message_part(struct smtp *s, struct span part, const struct smtp_sink *sink)
{
	size_t look = HEADER_LOOK - s->header;

	if (!part.len)
		return;
	look = part.len < look ? part.len : look;
	for (size_t i = 0; i < look && s->field_text != BEHIND_HEADER; i++)
		header_byte(s, part.ptr[i]);
	s->header = (uint16_t)(s->header + look);
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
	s->field_text = BEHIND_HEADER; /* half a value may have been lost */
}

void smtp_envelope_end(struct smtp *s, bool accepted, const struct smtp_sink *sink)
{
	struct smtp_room *room = s->room;
	struct event_smtp event = { .recipients = s->recipients,
				    .refused = s->refused,
				    .accepted = accepted,
				    .tls = s->tls,
				    .message = s->message };
	struct span *const texts[SMTP_TEXTS] = { &event.helo, &event.from, &event.to,
						 &event.subject, &event.message_id };

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
