/*
 * telnet.c - tries to log in over Telnet.
 *
 * There is no protocol for it, so what the server shows is read like a person would. A prompt is
 * what stands in the server's last line when the client's bytes come: not when a segment ends,
 * which tells nothing. The client's line stays in the caller's buffer until it is whole, so that no
 * typed password is kept here.
 */
#include "wire/telnet.h"

#define LINE_LONGEST 512 /* bytes of a typed line with the options in it; longer ones are ignored  \
			  */
#define TYPED_MAX 128    /* bytes of a name or password that are looked at */

/* RFC 854 and 855 */
#define SE   240
#define SB   250
#define WILL 251
#define DONT 254
#define IAC  255

enum option { PLAIN, BEHIND_IAC, BEHIND_VERB, IN_SUB, IN_SUB_IAC };

enum asked { NOTHING, ASKED_USER, ASKED_PASSWORD, GIVEN_USER, GIVEN_PASSWORD };

/* One byte through the options. True: it is text. */
static bool option_step(uint8_t *state, uint8_t b)
{
	switch (*state) {
	case BEHIND_IAC:
		*state = b == SB ? IN_SUB : b >= WILL && b <= DONT ? BEHIND_VERB : PLAIN;
		return b == IAC; /* twice: the byte itself */
	case BEHIND_VERB:
		*state = PLAIN;
		return false;
	case IN_SUB:
		if (b == IAC)
			*state = IN_SUB_IAC;
		return false;
	case IN_SUB_IAC:
		*state = b == SE ? PLAIN : IN_SUB;
		return false;
	default:
		if (b == IAC)
			*state = BEHIND_IAC;
		return b != IAC;
	}
}

static bool ends(struct span s, const char *with)
{
	size_t n = strlen(with);

	return s.len >= n && memcmp(line_from(s, s.len - n).ptr, with, n) == 0;
}

/* What the server's line asks for; the Japanese words in UTF-8, with a wide colon too. */
static enum asked prompt_of(struct span line)
{
	static const char *const user[] = { "login", "user", "account", "ログイン", "ユーザ" };
	static const char *const password[] = { "passw", "passcode", "パスワード" };

	line = line_trim(line);
	if (!ends(line, ":") && !ends(line, "："))
		return NOTHING;
	for (size_t i = 0; i < sizeof(password) / sizeof(password[0]); i++)
		if (line_contains(line, password[i]))
			return ASKED_PASSWORD;
	for (size_t i = 0; i < sizeof(user) / sizeof(user[0]); i++)
		if (line_contains(line, user[i]))
			return ASKED_USER;
	return NOTHING;
}

static bool is_shell(struct span line)
{
	line = line_trim(line);
	return ends(line, "$") || ends(line, "#") || ends(line, ">") || ends(line, "%");
}

static bool is_refusal(struct span line)
{
	static const char *const words[] = { "incorrect",    "invalid",       "failed",
					     "failure",      "denied",        "refused",
					     "bad password", "not permitted", "wrong",
					     "違い",         "失敗",          "拒否" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (line_contains(line, words[i]))
			return true;
	return false;
}

static bool is_welcome(struct span line)
{
	return line_contains(line, "last login") || line_contains(line, "last failed login") ||
	       line_contains(line, "since the last") || line_contains(line, "welcome") ||
	       line_contains(line, "busybox v") || line_contains(line, "ようこそ");
}

bool telnet_looks(struct span first, unsigned side)
{
	size_t last = first.len;

	if (first.len >= 3 && first.ptr[0] == IAC && first.ptr[1] >= WILL && first.ptr[1] <= DONT)
		return true;
	if (!side || first.len > 2048)
		return false;
	while (last && first.ptr[last - 1] != '\n' && first.ptr[last - 1] != '\r')
		last--;
	return prompt_of(line_from(first, last)) == ASKED_USER;
}

static struct span shown(const struct telnet *t)
{
	return (struct span){ t->line, t->line_len };
}

/* The server's line ended, or is long: a verdict may be in it. */
static void judge_line(struct telnet *t, const struct login_sink *sink)
{
	if (t->asked != GIVEN_PASSWORD)
		return;
	if (is_welcome(shown(t))) /* first: it may tell of failures before */
		login_end(&t->login, LOGIN_ACCEPTED, sink);
	else if (is_refusal(shown(t)))
		login_end(&t->login, LOGIN_REFUSED, sink);
	else
		return;
	t->asked = NOTHING;
}

/* The client goes on, or the end is there: what the server shows now is what it waits with. */
static void judge_prompt(struct telnet *t, const struct login_sink *sink)
{
	enum asked prompt = prompt_of(shown(t));

	judge_line(t, sink);
	if (t->asked == GIVEN_PASSWORD && (prompt || is_shell(shown(t)))) {
		login_end(&t->login, prompt ? LOGIN_REFUSED : LOGIN_ACCEPTED, sink);
		t->asked = NOTHING;
	}
	if (prompt)
		t->asked = (uint8_t)prompt;
}

static void show_byte(struct telnet *t, uint8_t b, const struct login_sink *sink)
{
	if (b == '\n' || b == '\r') {
		judge_line(t, sink);
		t->line_len = 0;
		return;
	}
	if (t->line_len == sizeof(t->line)) {
		judge_line(t, sink);
		t->line_len = sizeof(t->line) / 2;
		memmove(t->line, t->line + t->line_len, t->line_len);
	}
	if (b >= ' ' || b == '\t')
		t->line[t->line_len++] = b;
}

/* A whole line that the user typed. */
static void typed(struct telnet *t, struct span line)
{
	if (t->asked == ASKED_USER) {
		login_user(&t->login, line);
		t->asked = GIVEN_USER;
	} else if (t->asked == ASKED_PASSWORD) {
		login_password(&t->login, line);
		t->asked = GIVEN_PASSWORD;
	}
	t->line_len = 0; /* what comes now is the echo, or the answer */
}

/* A line that the user is typing, as far as it is there. */
struct typing {
	uint8_t text[TYPED_MAX];
	size_t len;
	uint8_t option;
	bool cr;
};

/* One byte of it. True: the line is whole. */
static bool type_byte(struct typing *y, uint8_t b)
{
	bool behind_cr = y->cr;

	if (!option_step(&y->option, b))
		return false;
	y->cr = b == '\r';
	if (behind_cr && (b == '\n' || b == 0)) /* CR LF and CR NUL are one end (RFC 854) */
		return false;
	if (b == '\r' || b == '\n')
		return true;
	if (b == 8 || b == 127) /* taken back */
		y->len -= y->len > 0;
	else if (b == 21) /* ^U: all of it */
		y->len = 0;
	else if (y->len < sizeof(y->text))
		y->text[y->len++] = b;
	return false;
}

/* Takes whole lines off the client's bytes. What is left is a line that has begun: its text is not
 * kept here. Where it begins does not depend on segments: behind the last byte that left it empty.
 */
static size_t take_typed(struct telnet *t, struct span bytes)
{
	struct typing y = { .option = t->option[0], .cr = t->cr[0] };
	size_t begin = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		bool whole = type_byte(&y, bytes.ptr[i]);

		if (whole && !t->tail)
			typed(t, (struct span){ y.text, y.len });
		if (whole)
			t->tail = false;
		else if (y.len && !t->tail && i - begin < LINE_LONGEST)
			continue;
		else if (y.len)
			t->tail = true;
		y.len = 0;
		begin = i + 1;
		t->option[0] = y.option;
		t->cr[0] = y.cr;
	}
	explicit_bzero(y.text, sizeof(y.text));
	return begin;
}

size_t telnet_feed(struct telnet *t, unsigned side, struct span bytes,
		   const struct login_sink *sink)
{
	struct cur c = cur_init(bytes);

	if (!side && c.left)
		judge_prompt(t, sink);
	if (!side)
		return take_typed(t, bytes);
	while (c.left) {
		uint8_t b = *cur_take(&c, 1);

		if (option_step(&t->option[1], b))
			show_byte(t, b, sink);
	}
	return c.off;
}

void telnet_gap(struct telnet *t, unsigned side, uint64_t missing)
{
	(void)missing;
	t->option[side] = PLAIN;
	t->cr[side] = false;
	t->line_len = 0;
	if (t->asked == ASKED_USER || t->asked == ASKED_PASSWORD)
		t->asked = NOTHING; /* what was typed is not whole */
}

void telnet_end(struct telnet *t, const struct login_sink *sink)
{
	if (t->gave_up)
		return;
	judge_prompt(t, sink);
	login_end(&t->login, LOGIN_UNKNOWN, sink);
	t->gave_up = true;
}
