/* ftp.c - the control conversation of FTP. */
#include "wire/ftp.h"

#define LINE_LONGEST 1024 /* bytes of a command or reply; longer ones are cut */

enum waiting { WAIT_OTHER = 1, WAIT_USER, WAIT_PASS, WAIT_PASV, WAIT_EPSV, WAIT_TLS };

bool ftp_looks(struct span first, unsigned side)
{
	struct span line;

	if (!side)
		return line_starts(first, "auth tls\r") || line_starts(first, "auth ssl\r");
	return line_greeting(first, LINE_LONGEST, &line) && line_contains(line, "ftp") &&
	       !line_contains(line, "smtp");
}

static void transfer_tell(const struct ftp *f, enum ftp_verb verb, struct span path,
			  const struct ftp_sink *sink)
{
	struct ftp_transfer transfer = { .verb = verb,
					 .passive = f->passive,
					 .has_address = f->has_address,
					 .part = f->part,
					 .ip = f->ip,
					 .port = f->port,
					 .path = line_cut(path, FTP_PATH_MAX) };

	if (f->port && sink->transfer)
		sink->transfer(sink->whom, &transfer);
}

static bool all_set(unsigned value, uint8_t *byte)
{
	*byte = (uint8_t)value;
	return value <= 255;
}

/* h1,h2,h3,h4,p1,p2 (RFC 959, 4.1.2), wherever in the text the digits begin. */
static bool address_read(struct ftp *f, struct span text)
{
	uint8_t b[6];
	size_t n = 0;

	while (n < text.len && (text.ptr[n] < '0' || text.ptr[n] > '9'))
		n++;
	text = line_from(text, n);
	for (unsigned i = 0; i < 6; i++) {
		unsigned value = 0;

		for (n = 0; n < text.len && n < 3 && text.ptr[n] >= '0' && text.ptr[n] <= '9'; n++)
			value = value * 10 + (unsigned)(text.ptr[n] - '0');
		if (!n || !all_set(value, &b[i]) ||
		    (i < 5 && (n >= text.len || text.ptr[n] != ',')))
			return false;
		text = line_from(text, n + 1);
	}
	f->ip = ip_from_v4(b);
	f->port = (uint16_t)(b[4] << 8 | b[5]);
	f->has_address = true;
	return f->port != 0;
}

/* |1|192.0.2.1|1025| and |2|2001:db8::1|1025| (RFC 2428, 2); (|||1025|) without an address (3). */
static bool extended_read(struct ftp *f, struct span text)
{
	char address[IP_TEXT] = "";
	struct span part[3];
	uint64_t port;
	uint8_t mark;

	text = line_from(text, line_find(text, '(') < text.len ? line_find(text, '(') + 1 : 0);
	if (!text.len)
		return false;
	mark = text.ptr[0];
	text = line_from(text, 1);
	for (unsigned i = 0; i < 3; i++) {
		part[i] = line_cut(text, line_find(text, mark));
		text = line_from(text, part[i].len + 1);
	}
	if (!line_number(part[2], 65535, &port) || !port || part[1].len >= sizeof(address))
		return false;
	line_keep((uint8_t *)address, sizeof(address) - 1, part[1]);
	if (part[1].len && ip_parse(&f->ip, address) != OK)
		return false;
	f->has_address = part[1].len > 0;
	f->port = (uint16_t)port;
	return true;
}

static void announce(struct ftp *f, bool understood, bool passive, const struct ftp_sink *sink)
{
	if (!understood) {
		f->port = 0;
		f->anomalies++;
		return;
	}
	f->passive = passive;
	transfer_tell(f, FTP_ANNOUNCED, (struct span){ 0 }, sink);
}

/* The commands that use a data conversation. */
static bool verb_of(struct span word, enum ftp_verb *verb)
{
	static const struct {
		const char *word;
		enum ftp_verb verb;
	} verbs[] = { { "retr", FTP_RETRIEVE }, { "stor", FTP_STORE }, { "appe", FTP_STORE },
		      { "stou", FTP_STORE },    { "list", FTP_LIST },  { "nlst", FTP_LIST },
		      { "mlsd", FTP_LIST } };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (line_is(word, verbs[i].word)) {
			*verb = verbs[i].verb;
			return true;
		}
	}
	return false;
}

/* True when the word is a command that begins sessions: it is FTP. */
static bool take_login(struct ftp *f, struct span word, struct span rest,
		       const struct ftp_sink *sink)
{
	if (line_is(word, "user")) {
		login_end(&f->login, LOGIN_UNKNOWN, &sink->login);
		login_user(&f->login, rest);
		line_wait(&f->waiting, WAIT_USER);
	} else if (line_is(word, "pass")) {
		login_password(&f->login, rest);
		line_wait(&f->waiting, WAIT_PASS);
	} else if (line_is(word, "auth")) {
		line_wait(&f->waiting, WAIT_TLS);
	} else {
		return false;
	}
	f->begun = true;
	return true;
}

static void take_command(struct ftp *f, struct span line, const struct ftp_sink *sink)
{
	struct span rest = line, word = line_word(&rest);
	uint8_t kind = WAIT_OTHER;
	enum ftp_verb verb;

	if (!word.len)
		return;
	rest = line_from(rest, 1); /* one space: the argument may begin with others */
	if (take_login(f, word, rest, sink))
		return;
	if (line_is(word, "port")) {
		announce(f, address_read(f, rest), false, sink);
	} else if (line_is(word, "eprt")) {
		announce(f, extended_read(f, rest), false, sink);
	} else if (line_is(word, "pasv")) {
		kind = WAIT_PASV;
	} else if (line_is(word, "epsv")) {
		kind = WAIT_EPSV;
	} else if (line_is(word, "rest")) {
		f->part = !line_is(rest, "0");
	} else if (verb_of(word, &verb)) {
		transfer_tell(f, verb, rest, sink);
		f->port = 0;
		f->part = false;
	} else if (!f->begun) {
		f->gave_up = true;
	}
	line_wait(&f->waiting, kind);
}

static enum login_outcome outcome_of(uint16_t code)
{
	if (code == 230 || code == 232 || code == 202)
		return LOGIN_ACCEPTED;
	return code == 530 || code == 430 ? LOGIN_REFUSED : LOGIN_UNKNOWN;
}

static void take_reply(struct ftp *f, struct span line, uint16_t code, const struct ftp_sink *sink)
{
	struct span text = line_from(line, 4);

	if (code / 100 == 1 || code == 220) /* a final one follows; the greeting answers nothing */
		return;
	switch (line_answered(&f->waiting)) {
	case WAIT_USER:
		if (code != 331 && code != 332) /* logged in without a password, or refused */
			login_end(&f->login, outcome_of(code), &sink->login);
		break;
	case WAIT_PASS:
		login_end(&f->login, outcome_of(code), &sink->login);
		break;
	case WAIT_PASV:
		if (code == 227) {
			struct span part = line_from(text, line_find(text, '('));

			announce(f, address_read(f, part.len ? part : text), true, sink);
		}
		break;
	case WAIT_EPSV:
		if (code == 229)
			announce(f, extended_read(f, text), true, sink);
		break;
	case WAIT_TLS:
		if (code == 234 || code == 334) {
			f->tls = true;
			ftp_end(f, sink);
		}
		break;
	}
}

static void take_line(struct ftp *f, unsigned side, struct span line, const struct ftp_sink *sink)
{
	uint16_t code;

	if (!side) {
		take_command(f, line, sink);
	} else if (line_reply(line, &f->reply, &code)) {
		f->begun = true;
		take_reply(f, line, code, sink);
	} else if (!f->begun && !f->reply && line.len) {
		f->gave_up = true;
	}
}

size_t ftp_feed(struct ftp *f, unsigned side, struct span bytes, const struct ftp_sink *sink)
{
	struct cur c = cur_init(bytes);
	struct span line;

	while (!f->gave_up && line_next(&c, LINE_LONGEST, &f->tail[side], &line))
		take_line(f, side, line, sink);
	return f->gave_up ? bytes.len : c.off;
}

void ftp_gap(struct ftp *f, unsigned side, uint64_t missing)
{
	(void)missing;
	f->tail[side] = true; /* in the middle of a line, perhaps: on with the next */
	if (side) {
		f->waiting.used = 0;
		f->reply = 0;
	}
}

void ftp_end(struct ftp *f, const struct ftp_sink *sink)
{
	if (f->gave_up)
		return;
	f->gave_up = true;
	login_end(&f->login, LOGIN_UNKNOWN, &sink->login);
}
