/* fold.c - strings of scripts joined and undone (ECMA-262 12.9.4; [MS-VBAL] 3.3.4; about_Quoting_Rules of PowerShell).
 */
#include "markup/fold.h"

#include "base/cursor.h"
#include "base/line.h"
#include "base/pen.h"
#include "base/text.h"

struct folding {
	struct cur at;
	struct pen out;
	struct folded *told;
	enum fold_language language;
};

static bool is_word(uint8_t byte)
{
	return (byte >= '0' && byte <= '9') || (text_lower(byte) >= 'a' && text_lower(byte) <= 'z') || byte == '_';
}

static void skip_blanks(struct cur *c)
{
	while (c->left && (*c->p == ' ' || *c->p == '\t' || *c->p == '\r' || *c->p == '\n'))
		cur_span(c, 1);
}

/* A number in decimal or hexadecimal ("0x41", "&H41"); false: there is none. */
static bool take_number(struct cur *c, uint32_t *number)
{
	bool hex = c->left > 2 &&
		   ((c->p[0] == '0' && (c->p[1] | 0x20) == 'x') || (c->p[0] == '&' && (c->p[1] | 0x20) == 'h'));
	size_t n = hex ? 2 : 0, digits = n;

	*number = 0;
	for (; n < c->left && n - digits < 8; n++) {
		int digit = text_nibble(c->p[n]);

		if (digit < 0 || (!hex && digit > 9))
			break;
		*number = *number * (hex ? 16 : 10) + (uint32_t)digit;
	}
	if (n == digits)
		return false;
	cur_span(c, n);
	return true;
}

/* --- letters by their numbers --- */

static bool take_word(struct cur *c, const char *word)
{
	if (!line_starts(cur_rest(c), word))
		return false;
	cur_span(c, strlen(word));
	return true;
}

/* "104, 116, 0x74)": at least one. */
static bool take_list(struct folding *f, struct cur *c, char end)
{
	size_t from = f->out.used;
	uint32_t number, count = 0;

	for (;;) {
		skip_blanks(c);
		if (!take_number(c, &number))
			break;
		pen_rune(&f->out, number);
		count++;
		skip_blanks(c);
		if (!c->left || *c->p != ',')
			break;
		cur_span(c, 1);
	}
	if (!count || !c->left || *c->p != end) {
		f->out.used = from;
		return false;
	}
	cur_span(c, 1);
	f->told->letters += count;
	return true;
}

/* "Chr(100 + 4)". */
static bool take_chr(struct folding *f, struct cur *c)
{
	uint32_t left, right = 0;

	skip_blanks(c);
	if (!take_number(c, &left))
		return false;
	skip_blanks(c);
	if (c->left && (*c->p == '+' || *c->p == '-')) {
		bool minus = cur_u8(c) == '-';

		skip_blanks(c);
		if (!take_number(c, &right))
			return false;
		left = minus ? left - right : left + right;
		skip_blanks(c);
	}
	if (!c->left || *c->p != ')')
		return false;
	cur_span(c, 1);
	pen_rune(&f->out, left);
	f->told->letters++;
	return true;
}

/* A letter, or letters, that are told by their numbers in the way of the language. */
static bool take_letters(struct folding *f)
{
	struct cur c = f->at;
	uint32_t number;
	bool taken = false;

	switch (f->language) {
	case FOLD_JAVASCRIPT:
		taken = (take_word(&c, "string.fromcharcode(") || take_word(&c, "fromcharcode(")) &&
			take_list(f, &c, ')');
		break;
	case FOLD_BASIC:
		taken = (take_word(&c, "chr(") || take_word(&c, "chrw(") || take_word(&c, "chr$(") ||
			 take_word(&c, "chrw$(")) &&
			take_chr(f, &c);
		break;
	case FOLD_POWERSHELL:
		if (take_word(&c, "[char]")) {
			bool bracket = take_word(&c, "(");

			taken = take_number(&c, &number) && (!bracket || take_word(&c, ")"));
			if (taken)
				pen_rune(&f->out, number);
			f->told->letters += taken;
		} else {
			taken = take_word(&c, "[char[]](") && take_list(f, &c, ')');
		}
		break;
	default:
		break;
	}
	if (taken)
		f->at = c;
	return taken;
}

/* --- strings --- */

/* So many hexadecimal digits. */
static bool take_hex(struct cur *c, unsigned digits, uint32_t *number)
{
	*number = 0;
	if (c->left < digits)
		return false;
	for (unsigned i = 0; i < digits; i++) {
		int digit = text_nibble(c->p[i]);

		if (digit < 0)
			return false;
		*number = *number << 4 | (uint32_t)digit;
	}
	cur_span(c, digits);
	return true;
}

/* What stands behind a backslash in JavaScript. */
static void take_escape(struct folding *f)
{
	static const char letters[] = "nrtbfv", meant[] = "\n\r\t\b\f\v";
	struct cur *c = &f->at;
	uint8_t kind = cur_u8(c);
	const char *known = kind ? memchr(letters, kind, sizeof(letters) - 1) : NULL;
	uint32_t number;

	if ((kind == 'x' && take_hex(c, 2, &number)) || (kind == 'u' && take_hex(c, 4, &number))) {
		f->told->escapes += number > ' ' && number < 0x7f;
		pen_rune(&f->out, number);
	} else if (known) {
		pen_byte(&f->out, (uint8_t)meant[known - letters]);
	} else if (kind != '\n' && kind != '\r') {
		pen_byte(&f->out, kind);
	}
}

static bool begins_string(const struct folding *f)
{
	if (!f->at.left)
		return false;
	switch (*f->at.p) {
	case '"':
		return true;
	case '\'':
		return f->language != FOLD_BASIC && f->language != FOLD_BATCH;
	case '`':
		return f->language == FOLD_JAVASCRIPT;
	default:
		return false;
	}
}

/* The inside of a string, up to its end or (but for backticks) the end of the line. */
static void take_string(struct folding *f)
{
	struct cur *c = &f->at;
	uint8_t quote = cur_u8(c);

	while (c->left) {
		uint8_t byte = cur_u8(c);

		if (byte == quote && f->language != FOLD_JAVASCRIPT && c->left && *c->p == quote) { /* doubled: one */
			cur_span(c, 1);
		} else if (byte == quote || (byte == '\n' && f->language != FOLD_POWERSHELL && quote != '`')) {
			return;
		} else if (byte == '\\' && (f->language == FOLD_JAVASCRIPT || f->language == FOLD_OTHER) && c->left) {
			take_escape(f);
			continue;
		} else if (byte == '`' && f->language == FOLD_POWERSHELL && quote == '"') {
			f->told->noise += c->left && is_word(*c->p);
			continue;
		}
		pen_byte(&f->out, byte == '"' ? '\'' : byte); /* so that quotes in double ones part nothing */
	}
}

static bool take_term(struct folding *f)
{
	if (begins_string(f)) {
		take_string(f);
		return true;
	}
	return take_letters(f);
}

/* Whether another piece of a string is joined here; "+" or "&" is passed over. */
static bool take_join(struct folding *f)
{
	struct folding before = *f;

	skip_blanks(&f->at);
	if (f->at.left && (*f->at.p == '+' || (*f->at.p == '&' && f->language == FOLD_BASIC))) {
		cur_span(&f->at, 1);
		skip_blanks(&f->at);
		if (f->language == FOLD_BASIC && f->at.left && *f->at.p == '_') { /* goes on in the next line */
			cur_span(&f->at, 1);
			skip_blanks(&f->at);
		}
		if (begins_string(f) || (f->at.left && (is_word(*f->at.p) || *f->at.p == '[')))
			return true;
	}
	f->at = before.at;
	return false;
}

/* One string with all that is joined to it, in double quotes. False: there is none here. */
static bool fold_strings(struct folding *f)
{
	size_t from = f->out.used;
	struct cur behind;

	pen_byte(&f->out, '"');
	if (!take_term(f)) {
		f->out.used = from;
		return false;
	}
	for (behind = f->at; take_join(f); behind = f->at) {
		if (!take_term(f)) {
			f->at = behind;
			break;
		}
		f->told->joins++;
	}
	pen_byte(&f->out, '"');
	return true;
}

static bool is_noise(const struct folding *f)
{
	uint8_t byte = *f->at.p;

	return (byte == '^' && f->language == FOLD_BATCH) || (byte == '`' && f->language == FOLD_POWERSHELL);
}

struct folded script_fold(struct span script, enum fold_language language, struct arena *arena)
{
	struct folded told = { 0 };
	struct folding f = { .at = cur_init(script), .told = &told, .language = language };
	uint8_t *room = arena_take(arena, script.len + 2), last = ' ';

	if (!room) {
		told.text = script;
		return told;
	}
	f.out = pen_init(room, script.len + 2);
	while (f.at.left) {
		bool begins = begins_string(&f) || *f.at.p == '[' || (is_word(*f.at.p) && !is_word(last));

		if (begins && fold_strings(&f)) {
			last = '"';
		} else if (is_noise(&f)) {
			cur_span(&f.at, 1);
			told.noise += is_word(last) && f.at.left && is_word(*f.at.p);
		} else {
			last = cur_u8(&f.at);
			pen_byte(&f.out, last);
		}
	}
	told.text = pen_since(&f.out, 0);
	arena_back(arena, (size_t)(room - arena->memory) + told.text.len);
	return told;
}
