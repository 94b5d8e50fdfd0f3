/* smtp.c - the session of RFC 5321: commands, the replies to them, logins (RFC 4954). */
#include "wire/smtp_private.h"

#define LINE_LONGEST                                                                               \
	4096 /* bytes of a command or reply that are looked at; RFC 4954: 12288, rare */

enum client {
	AT_COMMAND,
	AT_PLAIN,
	AT_USER,
	AT_PASSWORD,
	AT_OTHER_AUTH,
	AT_DATA,
	IN_DATA,
	IN_CHUNK
};

enum waiting { WAIT_OTHER = 1, WAIT_AUTH, WAIT_TLS, WAIT_RCPT, WAIT_DATA, WAIT_END };

bool smtp_looks(struct span first, unsigned side)
{
	struct span line;

	if (!side)
		return line_starts(first, "ehlo ") || line_starts(first, "helo ") ||
		       line_starts(first, "lhlo ");
	return line_greeting(first, LINE_LONGEST, &line) &&
	       (line_contains(line, "smtp") || line_contains(line, " lmtp"));
}

/* What stands behind FROM: or TO:, in angle brackets or without. */
static struct span path_of(struct span rest)
{
	struct span path = line_trim(rest);

	if (path.len && path.ptr[0] == '<') {
		path = line_from(path, 1);
		return line_cut(path, line_find(path, '>'));
	}
	return line_word(&path);
}

static void envelope_end(struct smtp *s, bool accepted, const struct smtp_sink *sink)
{
	if (s->envelope)
		smtp_envelope_end(s, accepted, sink);
}

/* The credentials that AUTH asks for, one line each. */
static void take_credentials(struct smtp *s, struct span line)
{
	uint8_t state = s->client;

	s->client = state == AT_USER ? AT_PASSWORD : AT_COMMAND;
	if (line_is(line, "*")) { /* RFC 4954, 4: the client gives up */
		s->client = AT_COMMAND;
		s->login = (struct login){ 0 };
	} else if (state == AT_PLAIN) {
		login_plain(&s->login, line);
	} else if (state == AT_USER) {
		login_user_base64(&s->login, line);
	} else if (state == AT_PASSWORD) {
		login_password_base64(&s->login, line);
	}
	line_wait(&s->waiting, WAIT_AUTH);
}

static void take_auth(struct smtp *s, struct span rest)
{
	struct span mechanism = line_word(&rest), initial = line_trim(rest);

	s->login = (struct login){ 0 };
	s->client = line_is(mechanism, "plain")   ? AT_PLAIN
		    : line_is(mechanism, "login") ? AT_USER
						  : AT_OTHER_AUTH;
	if (initial.len)
		take_credentials(s, initial); /* that waits for the one reply to both */
	else
		line_wait(&s->waiting, WAIT_AUTH);
}

static void take_mail(struct smtp *s, struct span path, const struct smtp_sink *sink)
{
	envelope_end(s, false, sink);
	s->envelope = true;
	smtp_text_add(s, SMTP_FROM, path);
	line_wait(&s->waiting, WAIT_OTHER);
}

static void take_recipient(struct smtp *s, struct span path)
{
	s->recipients++;
	s->envelope = true;
	if (s->room->len[SMTP_TO])
		smtp_text_add(s, SMTP_TO, (struct span){ (const uint8_t *)" ", 1 });
	smtp_text_add(s, SMTP_TO, path);
	line_wait(&s->waiting, WAIT_RCPT);
}

/* RFC 3030, 2: the size, and LAST with the last one. */
static void take_chunk(struct smtp *s, struct span rest, const struct smtp_sink *sink)
{
	struct span size = line_word(&rest);

	if (!line_number(size, UINT64_MAX >> 1, &s->chunk)) {
		s->anomalies++;
		line_wait(&s->waiting, WAIT_OTHER);
		return;
	}
	smtp_message_begin(s, sink);
	s->sent = line_is(line_trim(rest), "last");
	line_wait(&s->waiting, s->sent ? WAIT_END : WAIT_OTHER);
	s->client = s->chunk ? IN_CHUNK : AT_COMMAND;
}

static void take_command(struct smtp *s, struct span line, const struct smtp_sink *sink)
{
	if (line_starts(line, "ehlo ") || line_starts(line, "helo ") ||
	    line_starts(line, "lhlo ")) {
		envelope_end(s, false, sink);
		s->room->len[SMTP_HELO] = 0;
		smtp_text_add(s, SMTP_HELO, line_trim(line_from(line, 5)));
		line_wait(&s->waiting, WAIT_OTHER);
	} else if (line_starts(line, "auth ")) {
		take_auth(s, line_from(line, 5));
	} else if (line_starts(line, "mail from:")) {
		take_mail(s, path_of(line_from(line, 10)), sink);
	} else if (line_starts(line, "rcpt to:")) {
		take_recipient(s, path_of(line_from(line, 8)));
	} else if (line_is(line_trim(line), "data")) {
		s->client = AT_DATA;
		line_wait(&s->waiting, WAIT_DATA);
	} else if (line_starts(line, "bdat ")) {
		take_chunk(s, line_from(line, 5), sink);
	} else if (line_is(line_trim(line), "starttls")) {
		line_wait(&s->waiting, WAIT_TLS);
	} else {
		if (line_is(line_trim(line), "rset"))
			envelope_end(s, false, sink);
		else if (!s->begun && !line_is(line_trim(line), "quit"))
			s->gave_up = true;
		line_wait(&s->waiting, WAIT_OTHER);
		return;
	}
	s->begun = true;
}

static void take_auth_reply(struct smtp *s, uint16_t code, const struct smtp_sink *sink)
{
	if (code == 334) /* it asks for more */
		return;
	s->client = AT_COMMAND;
	login_end(&s->login,
		  code == 235                      ? LOGIN_ACCEPTED
		  : code / 100 == 5 && code != 503 ? LOGIN_REFUSED
						   : LOGIN_UNKNOWN,
		  &sink->login);
}

static void begin_data(struct smtp *s, const struct smtp_sink *sink)
{
	s->client = IN_DATA;
	smtp_message_begin(s, sink);
}

/* What the oldest command that waits for its reply is. */
static uint8_t waiting_kind(const struct smtp *s)
{
	return s->waiting.used ? s->waiting.kind[0] : 0;
}

static void take_reply(struct smtp *s, uint16_t code, const struct smtp_sink *sink)
{
	bool good = code / 100 == 2;

	if (code == 220 && waiting_kind(s) != WAIT_TLS) /* the greeting, which answers nothing */
		return;
	/* 354 answers DATA and nothing else (RFC 5321, 4.2.2): replies to what was before it were lost */
	while (code == 354 && waiting_kind(s) && waiting_kind(s) != WAIT_DATA)
		line_answered(&s->waiting);
	switch (line_answered(&s->waiting)) {
	case WAIT_AUTH:
		take_auth_reply(s, code, sink);
		break;
	case WAIT_TLS:
		if (!good)
			break;
		s->tls = true;
		smtp_end(s, sink);
		break;
	case WAIT_RCPT:
		s->refused += code >= 400;
		break;
	case WAIT_DATA:
		if (code == 354)
			begin_data(s, sink);
		else if (s->client == AT_DATA)
			s->client = AT_COMMAND;
		break;
	case WAIT_END:
		if (s->sent) /* or the next MAIL did not wait, and the envelope was told */
			envelope_end(s, good, sink);
		break;
	case 0: /* the command was lost, or the server saw a message's end where we saw none */
		if (code == 354) {
			begin_data(s, sink);
		} else if (s->client == IN_DATA || s->sent) {
			s->whole = s->whole && s->sent;
			s->anomalies += s->client == IN_DATA;
			s->client = AT_COMMAND;
			envelope_end(s, good, sink);
		}
		break;
	}
}

static void take_reply_line(struct smtp *s, struct span line, const struct smtp_sink *sink)
{
	uint16_t code;

	if (line_reply(line, &s->reply, &code)) {
		s->begun = true;
		take_reply(s, code, sink);
	} else if (!s->begun && !s->reply && line.len) {
		s->gave_up = true;
	}
}

static void take_line(struct smtp *s, unsigned side, struct span line, const struct smtp_sink *sink)
{
	if (side)
		take_reply_line(s, line, sink);
	else if (s->client == AT_COMMAND)
		take_command(s, line, sink);
	else
		take_credentials(s, line);
}

/* Bytes of a message. */
static void take_message(struct smtp *s, struct cur *c, const struct smtp_sink *sink)
{
	if (s->client == IN_CHUNK) {
		size_t n = s->chunk < c->left ? (size_t)s->chunk : c->left;

		smtp_message_part(s, cur_span(c, n), sink);
		s->chunk -= n;
		if (!s->chunk)
			s->client = AT_COMMAND;
		return;
	}
	if (s->client ==
	    AT_DATA) /* it did not wait for the server, or that is not in the capture */
		begin_data(s, sink);
	if (smtp_message_data(s, c, sink)) {
		s->client = AT_COMMAND;
		s->sent = true;
		line_wait(&s->waiting, WAIT_END);
	}
}

size_t smtp_feed(struct smtp *s, unsigned side, struct span bytes, const struct smtp_sink *sink)
{
	struct cur c = cur_init(bytes);
	struct span line;

	while (c.left && !s->gave_up) {
		if (!side && s->client >= AT_DATA)
			take_message(s, &c, sink);
		else if (line_next(&c, LINE_LONGEST, &s->tail[side], &line))
			take_line(s, side, line, sink);
		else
			break;
	}
	return s->gave_up ? bytes.len : c.off;
}

void smtp_gap(struct smtp *s, unsigned side, uint64_t missing, const struct smtp_sink *sink)
{
	if (side) {
		s->waiting.used = 0; /* replies were lost: which ones is not known */
		s->reply = 0;
		s->tail[1] = true;
	} else if (s->client == IN_CHUNK && missing <= s->chunk) {
		s->chunk -= missing;
		smtp_message_gap(s, missing);
		if (!s->chunk)
			s->client = AT_COMMAND;
	} else if (s->client == IN_DATA || s->client == AT_DATA) {
		begin_data(s, sink);
		smtp_message_gap(s, missing);
	} else {
		s->client = AT_COMMAND;
		s->tail[0] = true;
	}
}

void smtp_end(struct smtp *s, const struct smtp_sink *sink)
{
	if (s->gave_up)
		return;
	s->gave_up = true;
	login_end(&s->login, LOGIN_UNKNOWN, &sink->login);
	if (s->envelope || (!s->told && s->begun))
		smtp_envelope_end(s, false, sink);
}
