/* pop_imap.c - logins to mailboxes. */
#include "wire/pop_imap.h"

#define LINE_LONGEST 4096 /* bytes of a line that are looked at */
#define QUOTED_MAX   128  /* bytes of a quoted name or password that are looked at */

enum client {
	AT_COMMAND,
	AT_PLAIN, /* AUTH: one line of base64 */
	AT_USER,
	AT_PASSWORD,
	AT_OTHER_AUTH,
	AT_LITERAL_USER, /* IMAP: LOGIN {5}, and the name on the next line */
	AT_LITERAL_PASSWORD,
};

enum waiting { WAIT_OTHER = 1, WAIT_USER, WAIT_PASS, WAIT_TLS };

bool pop_imap_looks(struct span first, unsigned side)
{
	if (!side)
		return false;
	return line_starts(first, "+ok ") || line_starts(first, "+ok\r") ||
	       line_starts(first, "* ok ") || line_starts(first, "* preauth ");
}

static void login_over(struct pop_imap *p, enum login_outcome outcome,
		       const struct login_sink *sink)
{
	login_end(&p->login, outcome, sink);
	p->client = AT_COMMAND;
	p->wanted = 0;
	p->gave_up = p->gave_up || outcome == LOGIN_ACCEPTED;
}

/* A line of AUTH or AUTHENTICATE. */
static void take_credentials(struct pop_imap *p, struct span line)
{
	uint8_t state = p->client;

	p->client = state == AT_USER ? AT_PASSWORD : AT_OTHER_AUTH;
	if (line_is(line, "*"))
		p->login = (struct login){ 0 };
	else if (state == AT_PLAIN)
		login_plain(&p->login, line);
	else if (state == AT_USER)
		login_user_base64(&p->login, line);
	else if (state == AT_PASSWORD)
		login_password_base64(&p->login, line);
}

static void take_auth(struct pop_imap *p, struct span rest)
{
	struct span mechanism = line_word(&rest), initial = line_trim(rest);

	p->login = (struct login){ 0 };
	p->client = line_is(mechanism, "plain")   ? AT_PLAIN
		    : line_is(mechanism, "login") ? AT_USER
						  : AT_OTHER_AUTH;
	if (initial.len && !line_is(initial, "="))
		take_credentials(p, initial);
}

static void take_pop(struct pop_imap *p, struct span line)
{
	struct span rest = line, word = line_word(&rest);
	uint8_t kind = WAIT_OTHER;

	rest = line_from(rest, 1);
	if (line_is(word, "user")) {
		login_user(&p->login, rest);
		kind = WAIT_USER;
	} else if (line_is(word, "pass")) {
		login_password(&p->login, rest);
		kind = WAIT_PASS;
	} else if (line_is(word, "apop")) { /* a digest, not the password */
		login_user(&p->login, line_word(&rest));
		kind = WAIT_PASS;
	} else if (line_is(word, "auth") && line_trim(rest).len) {
		take_auth(p, rest);
		kind = WAIT_PASS;
	} else if (line_is(word, "stls")) {
		kind = WAIT_TLS;
	}
	line_wait(&p->waiting, kind);
}

static void take_pop_reply(struct pop_imap *p, struct span line, const struct login_sink *sink)
{
	bool good = line_starts(line, "+ok");

	if (!p->begun) { /* the greeting */
		p->begun = good;
		p->gave_up = !good;
		return;
	}
	if (!good && !line_starts(line, "-err")) /* AUTH goes on, or a line of an answer */
		return;
	switch (line_answered(&p->waiting)) {
	case WAIT_USER:
		if (!good)
			login_over(p, LOGIN_REFUSED, sink);
		break;
	case WAIT_PASS:
		login_over(p, good ? LOGIN_ACCEPTED : LOGIN_REFUSED, sink);
		break;
	case WAIT_TLS:
		p->tls = p->gave_up = good;
		break;
	}
}

/* An atom, a quoted string, or the size of a literal that follows (RFC 9051, 4). */
struct argument {
	uint8_t text[QUOTED_MAX];
	size_t len;
	bool literal;
};

static void argument_read(struct span *rest, struct argument *a)
{
	struct span line = line_trim(*rest);
	size_t n = 1;

	*a = (struct argument){ .literal = line.len && line.ptr[0] == '{' };
	if (!line.len || line.ptr[0] != '"') {
		struct span word = line_word(&line);

		a->len = line_keep(a->text, sizeof(a->text), word);
		*rest = line;
		return;
	}
	for (; n < line.len && line.ptr[n] != '"'; n++) {
		if (line.ptr[n] == '\\' && n + 1 < line.len)
			n++;
		if (a->len < sizeof(a->text))
			a->text[a->len++] = line.ptr[n];
	}
	*rest = line_from(line, n + 1);
}

/* The user's name of LOGIN, then the password, each in its line if it is a literal. */
static void take_login(struct pop_imap *p, struct span rest, bool at_password)
{
	struct argument a;

	if (!at_password) {
		argument_read(&rest, &a);
		p->client = AT_LITERAL_USER;
		if (a.literal)
			return;
		login_user(&p->login, (struct span){ a.text, a.len });
	}
	argument_read(&rest, &a);
	p->client = a.literal ? AT_LITERAL_PASSWORD : AT_COMMAND;
	if (!a.literal)
		login_password(&p->login, (struct span){ a.text, a.len });
	explicit_bzero(&a, sizeof(a));
}

static void take_imap(struct pop_imap *p, struct span line)
{
	struct span rest = line, tag = line_word(&rest), word = line_word(&rest);
	uint8_t wanted = line_is(word, "starttls") ? WAIT_TLS : WAIT_PASS;

	if (p->client == AT_LITERAL_USER || p->client == AT_LITERAL_PASSWORD) {
		take_login(p, line, p->client == AT_LITERAL_PASSWORD);
		return;
	}
	if (line_is(word, "login"))
		take_login(p, rest, false);
	else if (line_is(word, "authenticate"))
		take_auth(p, rest);
	else if (wanted != WAIT_TLS)
		return;
	p->wanted = wanted;
	p->tag_len = (uint8_t)line_keep(p->tag, sizeof(p->tag), tag);
}

static void take_imap_reply(struct pop_imap *p, struct span line, const struct login_sink *sink)
{
	struct span rest = line, tag = line_cut(line_word(&rest), IMAP_TAG_MAX);
	struct span word = line_word(&rest);
	bool good = line_is(word, "ok");

	p->begun = true;
	if (!p->wanted || tag.len != p->tag_len || memcmp(tag.ptr, p->tag, tag.len) != 0)
		return;
	if (p->wanted == WAIT_TLS) {
		p->tls = p->gave_up = good;
		p->wanted = 0;
	} else if (good || line_is(word, "no") || line_is(word, "bad")) {
		login_over(p, good ? LOGIN_ACCEPTED : LOGIN_REFUSED, sink);
	}
}

static void take_line(struct pop_imap *p, unsigned side, struct span line,
		      const struct login_sink *sink)
{
	if (side && !p->begun)
		p->imap = line_starts(line, "* ");
	if (side && p->imap)
		take_imap_reply(p, line, sink);
	else if (side)
		take_pop_reply(p, line, sink);
	else if (p->client >= AT_PLAIN && p->client <= AT_OTHER_AUTH)
		take_credentials(p, line);
	else if (p->imap)
		take_imap(p, line);
	else
		take_pop(p, line);
}

size_t pop_imap_feed(struct pop_imap *p, unsigned side, struct span bytes,
		     const struct login_sink *sink)
{
	struct cur c = cur_init(bytes);
	struct span line;

	while (!p->gave_up && line_next(&c, LINE_LONGEST, &p->tail[side], &line))
		take_line(p, side, line, sink);
	return p->gave_up ? bytes.len : c.off;
}

void pop_imap_gap(struct pop_imap *p, unsigned side, uint64_t missing)
{
	(void)missing;
	p->tail[side] = true;
	if (side)
		p->waiting.used = 0;
	else
		p->client = AT_COMMAND;
}

void pop_imap_end(struct pop_imap *p, const struct login_sink *sink)
{
	if (!p->gave_up)
		login_end(&p->login, LOGIN_UNKNOWN, sink);
	p->gave_up = true;
}
