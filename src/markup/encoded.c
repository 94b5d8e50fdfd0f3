/*
 * encoded.c - the Script Encoder undone: each letter stands for another by one of three alphabets, which take turns in
 * a fixed order.
 *
 * "#@~^" and eight letters of base64 (the length), the text, eight more (a sum), "^#~@". Line ends and the letters < >
 * @ are written as "@#", "@&", "@!", "@*", "@$".
 */
#include "markup/encoded.h"

#include "base/cursor.h"
#include "base/pen.h"

#define HEAD  "#@~^"
#define TAIL  "==^#~@"
#define SIZE  8 /* letters of the length, and of the sum */
#define TURNS 64

/* clang-format off */
/* For the letters from the blank on. */
static const char alphabets[3][97] = {
	".GzVBj/&IA42[vrC89pEhqO\011bD#uJ~J^@wJa]\"KoN;LPg*}tT+-,0nkf5%!dMRc?{x)(sY3\177mUS|:_eFX1ilZH'\\=$y7`Q 6",
	"-uR`q^I\\b})6 |z\177kc3+hQfv1dTCL:L~LE,*t'7DyY/o&rj9{?8wgSG4x]0#Z[lHUpi.L!$NP\011Vs5aKX;W\"mM%(FJ2A=_OBe",
	"20!)[83=X:5e9\\VsfNEkbYx^}JmqA`AS@B'Hru17MR\"TjGd- \177.L]~loytC&v%$+(#A4\011*D?w;UiacPgQIOFh|6pnz/_KZ,W",
};
static const char tabs[3] = { 'W', 'n', '{' };
/* clang-format on */

static const char turns[TURNS + 1] = "0120121221210212021200122102122100212120200120210212001220012021";

/* What stands behind "@". */
static uint8_t escaped(uint8_t letter)
{
	static const char letters[] = "&#!*$", meant[] = "\n\r<>@";
	const char *at = letter ? strchr(letters, letter) : NULL;

	return at ? (uint8_t)meant[at - letters] : letter;
}

static void decode(struct span text, struct pen *out)
{
	struct cur c = cur_init(text);
	unsigned turn = 0;

	while (c.left) {
		uint8_t letter = cur_u8(&c);
		unsigned alphabet = (unsigned)(turns[turn % TURNS] - '0');

		if (letter < 0x80)
			turn++;
		if (letter == '@' && c.left)
			letter = escaped(cur_u8(&c));
		else if (letter == '\t')
			letter = (uint8_t)tabs[alphabet];
		else if (letter >= ' ' && letter < 0x80 && letter != '<' && letter != '>' && letter != '@')
			letter = (uint8_t)alphabets[alphabet][letter - ' '];
		pen_byte(out, letter);
	}
}

static size_t find(struct span text, const char *word)
{
	const uint8_t *at = text.len ? memmem(text.ptr, text.len, word, strlen(word)) : NULL;

	return at ? (size_t)(at - text.ptr) : text.len;
}

struct span script_decode(struct span script, struct arena *arena)
{
	struct cur c = cur_init(script);
	struct pen out;
	uint8_t *room;

	if (find(script, HEAD) == script.len)
		return (struct span){ 0 };
	room = arena_take(arena, script.len);
	out = pen_init(room, room ? script.len : 0);
	while (c.left) {
		struct span inside;

		pen_span(&out, cur_span(&c, find(cur_rest(&c), HEAD)));
		if (!c.left)
			break;
		cur_span(&c, c.left < strlen(HEAD) + SIZE ? c.left : strlen(HEAD) + SIZE);
		inside = cur_span(&c, find(cur_rest(&c), TAIL));
		cur_span(&c, c.left ? strlen(TAIL) : 0);
		inside.len -= inside.len < SIZE - 2 ? inside.len : SIZE - 2; /* the sum, whose "==" is the tail's */
		decode(inside, &out);
	}
	return pen_since(&out, 0);
}
