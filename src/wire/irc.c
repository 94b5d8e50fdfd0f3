/* irc.c - Internet Relay Chat. */
#include "wire/irc.h"

#define LINE_LONGEST 2048 /* RFC 2812: 512; IRCv3 tags take more */
#define STRANGE_MAX  8    /* lines in a row that are no IRC, before it is given up */
#define FIRST_LINES  4    /* lines of a first payload that are looked at */

/* A message in its parts (RFC 2812, 2.3.1). */
struct message {
	struct span prefix, command, param,
		text; /* text: behind the first parameter, its colon off */
};

static struct message message_read(struct span line)
{
	struct message m = { 0 };

	if (line.len && line.ptr[0] == '@') /* tags (IRCv3) */
		line_word(&line);
	line = line_trim(line);
	if (line.len && line.ptr[0] == ':')
		m.prefix = line_from(line_word(&line), 1);
	m.command = line_word(&line);
	line = line_trim(line);
	if (line.len && line.ptr[0] == ':') {
		m.param = line_from(line, 1);
		return m;
	}
	m.param = line_word(&line);
	m.text = line_trim(line);
	if (m.text.len && m.text.ptr[0] == ':')
		m.text = line_from(m.text, 1);
	return m;
}

/* RFC 2812, 2.3.1: letters, digits and a few marks. */
static bool is_nick(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] <= ' ' || s.ptr[i] == 127 || memchr("/:@!#,.=\"<>", s.ptr[i], 11))
			return false;
	return s.len > 0 && s.len <= IRC_NICK_MAX;
}

static bool is_channel(struct span s)
{
	return s.len > 1 && memchr("#&+!", s.ptr[0], 4);
}

static bool is_numeric(struct span s)
{
	uint64_t number;

	return s.len == 3 && line_number(s, 999, &number);
}

/* USER name mode unused :real name */
static bool is_user(const struct message *m)
{
	struct span rest = m->text;

	return line_is(m->command, "user") && m->param.len && line_word(&rest).len &&
	       line_word(&rest).len && line_trim(rest).len;
}

static bool is_first_server(const struct message *m)
{
	if (m->prefix.len && is_numeric(m->command))
		return m->param.len > 0;
	return line_is(m->command, "notice") &&
	       (line_is(m->param, "auth") || line_is(m->param, "*")) && m->text.len;
}

bool irc_looks(struct span first, unsigned side)
{
	struct cur c = cur_init(first);
	struct span line;
	bool tail = false;

	for (unsigned n = 0; n < FIRST_LINES && line_next(&c, LINE_LONGEST, &tail, &line); n++) {
		struct message m = message_read(line);

		if (side)
			return is_first_server(&m);
		if (is_user(&m) || (line_is(m.command, "nick") && is_nick(m.param) && !m.text.len))
			return true;
		if (!line_is(m.command, "pass") && !line_is(m.command, "cap"))
			return false;
	}
	return false;
}

static void nick_keep(struct irc *i, struct span nick)
{
	i->nick_len = (uint8_t)line_keep(i->nick, sizeof(i->nick), nick);
}

static void say(struct irc *i, struct event_irc said, const struct irc_sink *sink)
{
	said.nick = (struct span){ i->nick, i->nick_len };
	i->strange = 0;
	if (sink->said)
		sink->said(sink->whom, &said);
}

static void take_client(struct irc *i, const struct message *m, const struct irc_sink *sink)
{
	struct span channels = m->param, channel;

	if (line_is(m->command, "nick") && is_nick(m->param)) {
		nick_keep(i, m->param);
		say(i, (struct event_irc){ .verb = IRC_NICK }, sink);
	} else if (line_is(m->command, "join")) {
		while (line_part(&channels, ',', &channel))
			if (is_channel(channel))
				say(i, (struct event_irc){ .verb = IRC_JOIN, .channel = channel },
				    sink);
	} else if (line_is(m->command, "privmsg") || line_is(m->command, "notice")) {
		say(i, (struct event_irc){ .verb = IRC_TEXT, .channel = m->param, .text = m->text },
		    sink);
	} else if (!is_user(m) && !line_is(m->command, "pong") && !line_is(m->command, "ping")) {
		i->strange++;
	}
}

static void take_server(struct irc *i, const struct message *m, const struct irc_sink *sink)
{
	if (is_numeric(m->command) && m->prefix.len) {
		i->strange = 0;
		if (!line_is(m->command, "001"))
			return;
		nick_keep(i, m->param);
		say(i,
		    (struct event_irc){
			    .verb = IRC_WELCOME, .from_server = true, .server = m->prefix },
		    sink);
	} else if (line_is(m->command, "privmsg") || line_is(m->command, "notice")) {
		say(i,
		    (struct event_irc){ .verb = IRC_TEXT,
				       .from_server = true,
				       .from = m->prefix,
				       .channel = m->param,
				       .text = m->text },
		    sink);
	} else if (!m->prefix.len && !line_is(m->command, "ping") &&
		   !line_is(m->command, "error")) {
		i->strange++;
	}
}

size_t irc_feed(struct irc *i, unsigned side, struct span bytes, const struct irc_sink *sink)
{
	struct cur c = cur_init(bytes);
	struct span line;

	while (!i->gave_up && line_next(&c, LINE_LONGEST, &i->tail[side], &line)) {
		struct message m = message_read(line);

		if (!m.command.len)
			continue;
		if (side)
			take_server(i, &m, sink);
		else
			take_client(i, &m, sink);
		i->gave_up = i->strange >= STRANGE_MAX;
	}
	return i->gave_up ? bytes.len : c.off;
}

void irc_gap(struct irc *i, unsigned side, uint64_t missing)
{
	(void)missing;
	i->tail[side] = true;
}
