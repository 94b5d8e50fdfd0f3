/* recognise_text.c - text protocols over TCP by the first line of an end. */
#include "base/cursor.h"
#include "wire/app.h"
#include "wire/line.h"
#include "wire/mining.h"
#include "wire/recognise_private.h"
#include "wire/sip.h"
#include "wire/smtp.h"

#define LINE_LOOK 512 /* bytes of a first line that are looked at */
#define TAG_MAX   16  /* letters and digits of an IMAP tag */
#define NICK_MAX  32
#define PORT_POP  110
#define PORT_IMAP 143

static bool contains(struct span s, const char *word)
{
	return memmem(s.ptr, s.len, word, strlen(word)) != NULL;
}

/* The first line, when it is whole and printable. */
static bool first_line(struct span payload, struct span *line)
{
	struct span look = payload;

	if (look.len > LINE_LOOK)
		look.len = LINE_LOOK;
	if (!memchr(look.ptr, '\n', look.len))
		return false;
	return line_take(&look, line) && line_printable(*line);
}

static bool port_mail(uint16_t port)
{
	return port == 25 || port == 465 || port == 587 || port == 2525;
}

/* FTP and SMTP greet alike: what they say of themselves tells, else the port. */
static enum app greeting(struct span s, uint16_t port)
{
	struct span line = s;

	if (s.len < 4 || (s.ptr[3] != ' ' && s.ptr[3] != '-'))
		return APP_NONE;
	if (line.len > LINE_LOOK)
		line.len = LINE_LOOK;
	if (port_mail(port) || contains(line, "SMTP"))
		return APP_SMTP;
	return APP_FTP;
}

static bool nick_sound(struct span nick)
{
	for (size_t i = 0; i < nick.len; i++)
		if (nick.ptr[i] <= ' ' || nick.ptr[i] > '~' || nick.ptr[i] == '@')
			return false;
	return nick.len && nick.len <= NICK_MAX;
}

/* A client's registration, or what a server sends first (RFC 2812, 3.1 and 5.1). */
static bool irc_looks(struct span line, unsigned side)
{
	struct span rest = line, word = line_until(&rest, ' '), next = line_until(&rest, ' ');

	if (side) {
		if (line_is(word, "NOTICE"))
			return line_is(next, "AUTH") || line_begins(rest, ":***");
		if (!word.len || word.ptr[0] != ':')
			return false;
		return line_is(next, "NOTICE") ||
		       (next.len == 3 && (line_begins(next, "00") || line_begins(next, "43")));
	}
	if (line_is(word, "NICK"))
		return nick_sound(next) && !rest.len;
	if (line_is(word, "CAP"))
		return line_is(next, "LS") || line_is(next, "REQ");
	if (line_is(word, "USER")) { /* user, two that mean little, and the real name */
		line_until(&rest, ' ');
		line_until(&rest, ' ');
		return rest.len > 1 && rest.ptr[0] == ':';
	}
	return false;
}

/* A tag and a command that is allowed before a login (RFC 9051, 6.1 and 6.2). */
static bool imap_command(struct span line)
{
	static const char *const words[] = { "CAPABILITY",   "LOGIN", "STARTTLS",
					     "AUTHENTICATE", "ID",    "NAMESPACE" };
	struct span rest = line, tag = line_until(&rest, ' '), verb = line_until(&rest, ' ');
	bool digit = false;

	if (!tag.len || tag.len > TAG_MAX)
		return false;
	for (size_t i = 0; i < tag.len; i++)
		digit |= tag.ptr[i] >= '0' && tag.ptr[i] <= '9';
	for (size_t i = 0; digit && i < sizeof(words) / sizeof(words[0]); i++)
		if (line_is(verb, words[i]))
			return true;
	return false;
}

/* Greetings of mail boxes: they name themselves, or stand on their port. */
static enum app mailbox(struct span line, uint16_t port)
{
	if (line_begins(line, "+OK"))
		return port == PORT_POP || contains(line, "POP3") ? APP_POP3 : APP_NONE;
	if (line_begins(line, "* OK") || line_begins(line, "* PREAUTH"))
		return port == PORT_IMAP || contains(line, "IMAP") ? APP_IMAP : APP_NONE;
	return APP_NONE;
}

static enum app client_line(const struct recognise_ask *ask, struct span line)
{
	uint16_t port = ask->port[1];

	if (irc_looks(line, 0))
		return APP_IRC;
	if (imap_command(line))
		return APP_IMAP;
	if (line_begins(line, "USER ") && port == PORT_POP)
		return APP_POP3;
	if (line_begins(line, "USER ") && port == 21)
		return APP_FTP;
	return APP_NONE;
}

/* "RFB 003.008" and a newline: RFC 6143, 7.1.1. */
static bool rfb_looks(struct span payload)
{
	return payload.len == 12 && line_begins(payload, "RFB 00") && payload.ptr[7] == '.' &&
	       payload.ptr[11] == '\n';
}

enum app recognise_text(const struct recognise_ask *ask)
{
	struct span s = ask->payload, line;
	struct event_mining mining;
	struct sip_message sip;

	if (http_begins(s))
		return APP_HTTP;
	if (line_begins(s, "SSH-")) /* RFC 4253, 4.2 */
		return APP_SSH;
	if (line_begins(s, "220"))
		return greeting(s, ask->port[1]);
	if (smtp_looks(s, 0))
		return APP_SMTP;
	if (rfb_looks(s))
		return APP_RFB;
	if (s.ptr[0] == '{') {
		line = line_until(&s, '\n');
		return mining_read(line, &mining) ? APP_MINING : APP_NONE;
	}
	if (!first_line(s, &line))
		return APP_NONE;
	if (sip_read(line, &sip))
		return APP_SIP;
	if (!ask->side)
		return client_line(ask, line);
	return irc_looks(line, 1) ? APP_IRC : mailbox(line, ask->port[1]);
}
