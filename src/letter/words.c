/* words.c - words that may be passwords. */
#include "letter/words.h"

#include "base/line.h"
#include "base/pen.h"

#define NEAR      240 /* bytes of a line that are looked at behind a word for passwords */
#define BEFORE    48  /* and before it */
#define PASSWORD  64  /* bytes of one */
#define TOKENS    8   /* of a line that are looked at */
#define LINES     4   /* behind it, one of which may hold the password alone; the others are empty */
#define ALONE     8   /* of a text, where no phrase is near */
#define DRAWN     6   /* bytes of one that was drawn by lot */
#define DRAWN_MOST 32
#define OF_NAME   6   /* out of a name */

/* Half the width, so that what was typed on a Japanese keyboard is what has to be typed. */
static struct span fold(struct span text, uint8_t room[NEAR])
{
	struct pen pen = pen_init(room, NEAR);

	while (text.len) {
		uint32_t rune = text_rune(&text);

		if (rune >= 0xff01 && rune <= 0xff5e)
			rune -= 0xfee0;
		pen_rune(&pen, rune == 0x3000 || rune == 0xa0 || rune == '\r' ? ' ' : rune);
	}
	return pen_since(&pen, 0);
}

static struct span line_at(struct span text)
{
	size_t n = 0;

	while (n < text.len && n < NEAR && text.ptr[n] != '\n' && text.ptr[n] != '\r')
		n++;
	return line_cut(text, n);
}

/* As it stands, and without the marks that sentences have around words. */
static void candidate(struct exam *e, struct span word)
{
	struct span bare;

	while (word.len && strchr(":=>", word.ptr[0]))
		word = line_from(word, 1);
	bare = word;
	while (bare.len && strchr("\"'`([<{*", bare.ptr[0]))
		bare = line_from(bare, 1);
	while (bare.len && strchr("\"'`)]>}*.,;:!?", bare.ptr[bare.len - 1]))
		bare.len--;
	if (bare.len && bare.len <= PASSWORD)
		exam_password(e, bare);
	if (word.len && word.len <= PASSWORD)
		exam_password(e, word);
}

/* What stands in quotes or brackets. */
static bool quoted_take(struct exam *e, struct span line)
{
	static const char *const quotes[][2] = { { "「", "」" }, { "『", "』" }, { "【", "】" }, { "“", "”" }, { "„", "“" },
						 { "«", "»" },	 { "‘", "’" },	 { "\"", "\"" }, { "'", "'" },	 { "`", "`" },
						 { "[", "]" },	 { "<", ">" },	 { "(", ")" },	 { "（", "）" } };
	bool any = false;

	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		const uint8_t *open = memmem(line.ptr, line.len, quotes[i][0], strlen(quotes[i][0])), *close;
		struct span inside;

		if (!open)
			continue;
		inside = line_from(line, (size_t)(open - line.ptr) + strlen(quotes[i][0]));
		close = memmem(inside.ptr, inside.len, quotes[i][1], strlen(quotes[i][1]));
		if (close && close > inside.ptr && close - inside.ptr <= PASSWORD) {
			exam_password(e, line_trim(line_cut(inside, (size_t)(close - inside.ptr))));
			any = true;
		}
	}
	return any;
}

/* A run of what can be typed. */
static bool token_take(struct span *rest, struct span *token)
{
	size_t from = 0, n;

	while (from < rest->len && (rest->ptr[from] <= ' ' || rest->ptr[from] >= 127))
		from++;
	*rest = line_from(*rest, from);
	for (n = 0; n < rest->len && rest->ptr[n] > ' ' && rest->ptr[n] < 127;)
		n++;
	*token = line_cut(*rest, n);
	*rest = line_from(*rest, n);
	return n > 0;
}

/* Whether a password follows whatever it looks like: "is", ":". */
static bool leads(struct span token)
{
	static const char *const words[] = { "is", "was", "ist", "lautet", "est", "es", "e", "wynosi", "to", "zip", "file", "var" };

	if (!token.len || strchr(":=>", token.ptr[token.len - 1]))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (line_is(token, words[i]))
			return true;
	return false;
}

/* Digits, or letters as no word of a sentence has them. */
static bool looks_typed(struct span token)
{
	bool digit = false, upper = false, lower = false;

	for (size_t i = 0; i < token.len; i++) {
		uint8_t c = token.ptr[i];

		digit |= (c >= '0' && c <= '9') || c == '@' || c == '#' || c == '$' || c == '_';
		upper |= i > 0 && c >= 'A' && c <= 'Z';
		lower |= c >= 'a' && c <= 'z';
	}
	return token.len >= 3 && (digit || (upper && (lower || token.len >= 4)));
}

/* Words in a line behind the phrase. False: the password is not among them: there are none, or a colon ends the line. */
static bool tokens_take(struct exam *e, struct span line)
{
	struct span rest = line, token;
	bool led = true, any = false;

	for (unsigned n = 0; n < TOKENS && token_take(&rest, &token); n++) {
		bool marked = strchr(":=", token.ptr[0]) && token.len > 1;

		if (marked || (!leads(token) && (led || looks_typed(token)))) {
			candidate(e, token);
			any = true;
		}
		led = leads(token);
	}
	return any && !led;
}

/* A line of nothing but one word, after a line that ended with the phrase. */
static void next_line_take(struct exam *e, struct span text)
{
	struct span line, token;

	for (unsigned i = 0; i < LINES && text_line(&text, &line); i++) {
		uint8_t room[NEAR];
		struct span rest = line_trim(fold(line_cut(line, NEAR), room));

		line = rest;
		if (!line.len)
			continue;
		if (!quoted_take(e, line) && token_take(&rest, &token) && token.len == line.len)
			candidate(e, token);
		return;
	}
}

/* "1234 is the password", 「1234」がパスワードです */
static void before_take(struct exam *e, struct span text, size_t at)
{
	size_t from = at > BEFORE ? at - BEFORE : 0;
	uint8_t room[NEAR];
	struct span before = line_cut(line_from(text, from), at - from), rest, token;

	for (size_t n = line_find(before, '\n'); n < before.len; n = line_find(before, '\n'))
		before = line_from(before, n + 1);
	rest = fold(before, room);
	while (token_take(&rest, &token))
		if (looks_typed(token))
			candidate(e, token);
}

/* "【PW】x", "■PW" and x in the next line, "PW x9". */
static bool is_led(struct span line)
{
	static const char *const closing[] = { "】", "」", "』", "）", ")", "]", ">" };
	struct span token;

	for (size_t i = 0; i < sizeof(closing) / sizeof(closing[0]); i++)
		if (line_begins(line, closing[i]))
			return true;
	return !line.len || (token_take(&line, &token) && looks_typed(token));
}

static bool is_marked(struct span line)
{
	line = line_trim(line);
	return is_led(line) || strchr(":=", line.ptr[0]) || line_begins(line, "is ") || line_begins(line, "->") ||
	       line_begins(line, "は") || line_begins(line, "→") || line_begins(line, "⇒");
}

bool words_by_phrase(struct exam *e, struct span utf8, const struct phrase_hit *hit)
{
	struct span behind = line_from(utf8, hit->at + hit->len), line = line_at(behind);
	uint8_t room[NEAR];
	struct span folded = fold(line, room);
	bool any;

	if (hit->kind == PHRASE_PASS && !is_marked(folded))
		return false;
	any = quoted_take(e, folded);
	any |= tokens_take(e, folded);
	if (!any)
		next_line_take(e, line_cut(line_from(behind, line.len), (size_t)LINES * NEAR));
	before_take(e, utf8, hit->at);
	return true;
}

/* Letters of both cases, digits and signs: no word and no number of anything else. An address is none either. */
static bool is_drawn(struct span token)
{
	bool upper = false, lower = false, digit = false, sign = false;

	for (size_t i = 0; i < token.len; i++) {
		uint8_t c = token.ptr[i];

		upper |= c >= 'A' && c <= 'Z';
		lower |= c >= 'a' && c <= 'z';
		digit |= c >= '0' && c <= '9';
		sign |= strchr("!#$%&*+-_?^~", c) != NULL;
		if (strchr("/:@=.", c))
			return false;
	}
	return token.len >= DRAWN && token.len <= DRAWN_MOST && upper && lower && digit && sign;
}

void words_alone(struct exam *e, struct span utf8)
{
	unsigned taken = 0;
	struct span line;

	while (taken < ALONE && text_line(&utf8, &line)) {
		uint8_t room[NEAR];
		struct span rest = line_trim(fold(line_cut(line, NEAR), room)), whole = rest, token;

		while (taken < ALONE && token_take(&rest, &token)) {
			bool alone = token.len == whole.len && looks_typed(token) && !memmem(token.ptr, token.len, "://", 3);

			if (token.len < 4 || token.len > DRAWN_MOST || (!alone && !is_drawn(token)))
				continue;
			candidate(e, token);
			taken++;
		}
	}
}

void words_of_name(struct exam *e, struct span name)
{
	struct span stem = name.len ? line_cut(name, name.len - type_extension(name).len) : name, rest = stem;
	unsigned taken = 0;

	while (rest.len && taken < OF_NAME) {
		size_t n = 0;

		while (n < rest.len && rest.ptr[n] >= '0' && rest.ptr[n] <= '9')
			n++;
		if (n >= 3 && n <= PASSWORD) {
			exam_password(e, line_cut(rest, n));
			taken++;
		}
		rest = line_from(rest, n + 1);
	}
	while (stem.len && stem.ptr[stem.len - 1] == '.')
		stem.len--;
	if (stem.len >= 3 && stem.len <= PASSWORD)
		exam_password(e, stem);
}
