/* judge.c - names and strings of macros against the tables, and what that comes to. */
#include "macro/judge.h"

#include "base/cursor.h"
#include "base/line.h"
#include "format/charset.h"


#define BUDGET     ((uint64_t)32 << 20) /* bytes of strings of one project that are looked through */
#define LOOK_MIN   4   /* shorter strings say nothing */
#define HIDDEN_MIN 16  /* bytes of a string that may hide another */
#define SHOWN_MAX  600 /* bytes of a command that are worth showing */

enum deed { NONE, START, RUN, FETCH, TOUCH, COMMAND };

struct word {
	const char *text;
	uint8_t len, deed;
};

/* In order. */
static const struct word words[] = {
#define WORD(name, what) { name, sizeof(name) - 1, what },
#include "macro/words.def"
};

static const struct word needles[] = {
#define NEEDLE(name, what) { name, sizeof(name) - 1, what },
#include "macro/words.def"
};

/* How the events of controls end that come without anybody's click. */
static const char *const events[] = {
	"_painted", "_painting", "_layout", "_gotfocus", "_mousemove", "_mousehover", "_mouseenter", "_resize",
	"_onconnecting", "_onconnected", "_onauthenticatingnetwork", "_downloadcomplete", "_documentcomplete",
	"_navigatecomplete2", "_beforenavigate2", "_progresschange", "_statuschange", "_change", "_initialize",
	"_activate", "_calculate", "_contentcontrolonenter", "_contentcontrolonexit", "_mailmergebeforemerge",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void macro_begin(struct macro *m, struct exam *e, const struct part *part, enum macro_language language)
{
	*m = (struct macro){ .e = e, .part = part, .language = language, .budget = BUDGET };
	for (size_t i = COUNT(needles); i > 0; i--)
		m->first[(uint8_t)needles[i - 1].text[0]] = (uint8_t)i;
}

static int compare(struct span name, const struct word *word)
{
	size_t n = name.len < word->len ? name.len : word->len;

	for (size_t i = 0; i < n; i++) {
		uint8_t a = text_lower(name.ptr[i]), b = (uint8_t)word->text[i];

		if (a != b)
			return a < b ? -1 : 1;
	}
	return name.len == word->len ? 0 : name.len < word->len ? -1 : 1;
}

static const struct word *find_word(struct span name)
{
	size_t low = 0, high = COUNT(words);

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = compare(name, &words[middle]);

		if (order == 0)
			return &words[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static void tell(struct macro *m, enum finding_id id, struct span evidence)
{
	exam_find_at(m->e, m->part, m->below, id, evidence);
}

static void tell_call(struct macro *m, struct span evidence)
{
	tell(m, m->language == MACRO_VBA ? FINDING_MACRO_CALLS : FINDING_XLM_CALLS, evidence);
}

static void keep(char into[MACRO_NAME], struct span name)
{
	if (!*into)
		exam_visible(into, MACRO_NAME, name);
}

static bool ends_with(struct span name, const char *end)
{
	size_t len = strlen(end);
	const struct word word = { .text = end, .len = (uint8_t)len };

	return name.len > len && compare((struct span){ name.ptr + name.len - len, len }, &word) == 0;
}

void macro_procedure(struct macro *m, struct span name)
{
	const struct word *word = find_word(name);

	if (word && word->deed == START)
		keep(m->start, name);
	for (size_t i = 0; i < COUNT(events); i++)
		if (ends_with(name, events[i]))
			keep(m->event, name);
}

/* Something is done; its name or the string that tells it is the evidence. */
static void do_deed(struct macro *m, enum deed deed, struct span evidence)
{
	switch (deed) {
	case RUN:
		m->runs = true;
		tell_call(m, evidence);
		break;
	case FETCH:
		m->fetches = true;
		tell_call(m, evidence);
		break;
	case COMMAND:
		m->commands = true;
		tell(m, m->language == MACRO_VBA ? FINDING_MACRO_COMMAND : FINDING_XLM_CALLS, evidence);
		break;
	case TOUCH:
		m->touches = true;
		keep(m->touch, evidence);
		break;
	default:
		break;
	}
}

void macro_word(struct macro *m, struct span name)
{
	const struct word *word = find_word(name);

	if (word && word->deed != START)
		do_deed(m, word->deed, name);
}

/* --- strings --- */

static bool begins_with(struct span text, const struct word *word)
{
	return text.len >= word->len && compare((struct span){ text.ptr, word->len }, word) == 0;
}

/* The address around "://": letters before it, up to what no address has. Empty: it is none. */
static struct span address_around(struct span text, size_t at)
{
	size_t from = at, to = at + 3;

	while (from > 0 && text_lower(text.ptr[from - 1]) >= 'a' && text_lower(text.ptr[from - 1]) <= 'z')
		from--;
	if (from == at)
		return (struct span){ text.ptr, 0 };
	while (to < text.len && text.ptr[to] > ' ' && !memchr("\"'<>`|^{}\\", text.ptr[to], 11))
		to++;
	if (to - at < 7)
		return (struct span){ text.ptr, 0 };
	return (struct span){ text.ptr + from, to - from };
}

static bool look_for_addresses(struct macro *m, struct span text, bool hidden)
{
	size_t from = 0;
	bool found = false;

	while (from < text.len) {
		const uint8_t *at = memmem(text.ptr + from, text.len - from, "://", 3);
		struct span url;

		if (!at)
			break;
		url = address_around(text, (size_t)(at - text.ptr));
		from = (size_t)(at - text.ptr) + (url.len > 3 ? url.len - 3 : 0) + 3;
		if (!url.len)
			continue;
		found = true;
		exam_url(m->e, m->part, url, (struct span){ 0 });
		if (hidden)
			tell(m, FINDING_MACRO_HIDDEN, url);
	}
	return found;
}

/* The needles that stand at the beginning of a text, one after the other; `at`: 0 before the first. */
static const struct word *next_needle(const struct macro *m, struct span text, size_t *at)
{
	uint8_t first = text_lower(*text.ptr);

	if (!*at)
		*at = m->first[first];
	while (*at && *at <= COUNT(needles) && (uint8_t)needles[*at - 1].text[0] == first) {
		const struct word *needle = &needles[(*at)++ - 1];

		if (begins_with(text, needle))
			return needle;
	}
	return NULL;
}

static bool look_for_needles(struct macro *m, struct span text, bool hidden)
{
	struct span shown = line_cut(text, SHOWN_MAX);
	unsigned seen = 0; /* deeds, as bits */

	for (size_t i = 0; i < text.len; i++) {
		struct span rest = { text.ptr + i, text.len - i };
		const struct word *needle;
		size_t at = 0;

		while ((needle = next_needle(m, rest, &at)) != NULL) {
			if (seen >> needle->deed & 1)
				continue;
			seen |= 1u << needle->deed;
			if (i > SHOWN_MAX / 2)
				shown = line_cut(rest, SHOWN_MAX);
			do_deed(m, needle->deed, shown);
		}
	}
	if (hidden && seen)
		tell(m, FINDING_MACRO_HIDDEN, shown);
	return seen != 0;
}

static bool look(struct macro *m, struct span text, bool hidden)
{
	bool found = look_for_addresses(m, text, hidden);

	found |= look_for_needles(m, text, hidden);
	return found;
}

/* UTF-16 of ASCII, as PowerShell's -EncodedCommand has it, becomes that; else as it is. In place. */
static struct span without_zeros(uint8_t *bytes, size_t len)
{
	size_t n = 0, zeros = 0;

	for (size_t i = 1; i < len; i += 2)
		zeros += bytes[i] == 0;
	if (zeros * 4 < len)
		return (struct span){ bytes, len };
	for (size_t i = 0; i < len; i += 2)
		bytes[n++] = bytes[i];
	return (struct span){ bytes, n };
}

static bool look_reversed(struct macro *m, struct span text)
{
	static const char *const marks[] = { "//:", "llehs", "exe.", "tpircs" };
	uint8_t *turned;
	bool likely = false;

	for (size_t i = 0; i < COUNT(marks); i++)
		likely |= line_contains(text, marks[i]);
	turned = likely ? arena_take(&m->e->arena, text.len) : NULL;
	if (!turned)
		return false;
	for (size_t i = 0; i < text.len; i++)
		turned[i] = text.ptr[text.len - 1 - i];
	return look(m, (struct span){ turned, text.len }, true);
}

/* Two digits a byte, nothing else but blanks, commas and the marks of C and PowerShell. */
static bool look_hexadecimal(struct macro *m, struct span text)
{
	uint8_t *bytes = arena_take(&m->e->arena, text.len / 2 + 1);
	size_t digits = 0;
	int high = 0;

	if (!bytes)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int digit = text_nibble(text.ptr[i]);

		if (digit < 0 && !memchr(" ,-:\\xX%&;", text.ptr[i], 10))
			return false;
		if (digit < 0)
			continue;
		if (digits & 1)
			bytes[digits / 2] = (uint8_t)(high << 4 | digit);
		high = digit;
		digits++;
	}
	return digits >= HIDDEN_MIN && look(m, without_zeros(bytes, digits / 2), true);
}

static bool is_base64(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.ptr[i], lower = text_lower(c);

		if (!((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || memchr("+/=\r\n", c, 5)))
			return false;
	}
	return true;
}

static bool look_base64(struct macro *m, struct span text)
{
	struct span plain;
	uint8_t *copy;
	bool strange;

	if (!is_base64(text))
		return false;
	plain = base64_undo(text, &m->e->arena, &strange);
	copy = arena_take(&m->e->arena, plain.len);
	if (!copy || !plain.len)
		return false;
	memcpy(copy, plain.ptr, plain.len);
	return look(m, without_zeros(copy, plain.len), true);
}

/* The last word of a command may be in base64: powershell -enc JABz... */
static struct span longest_word(struct span text)
{
	struct span longest = { text.ptr, 0 }, word;

	while (text_word(&text, &word))
		if (word.len > longest.len)
			longest = word;
	return longest;
}

void macro_string(struct macro *m, struct span text)
{
	size_t mark = arena_mark(&m->e->arena);
	struct span inner;
	bool found;

	if (text.len < LOOK_MIN || text.len > m->budget || m->e->over)
		return;
	m->budget -= text.len;
	if (!exam_work(m->e, text.len * 4))
		return;
	found = look(m, text, false);
	inner = found ? longest_word(text) : text;
	if (inner.len >= HIDDEN_MIN && !look_hexadecimal(m, inner) && !look_base64(m, inner) && !found)
		look_reversed(m, text);
	arena_back(&m->e->arena, mark);
}

void macro_end(struct macro *m)
{
	m->below = (struct span){ 0 };
	if (m->touches && m->language == MACRO_VBA)
		tell(m, FINDING_MACRO_FILES, text_span(m->touch));
	if (m->language == MACRO_VBA && (*m->start || (*m->event && macro_acts(m))))
		tell(m, FINDING_MACRO_AUTORUN, text_span(*m->start ? m->start : m->event));
}

/* --- p-code --- */

struct span macro_word_only_in(const struct macro *m, struct span code, struct span source)
{
	uint64_t known = 0; /* needles that the source has, as bits */

	_Static_assert(COUNT(needles) < 64, "a bit for each");
	for (size_t i = 0; i < code.len; i++) {
		struct span rest = { code.ptr + i, code.len - i };
		const struct word *needle;
		size_t at = 0;

		while ((needle = next_needle(m, rest, &at)) != NULL) {
			if (!(known >> (needle - needles) & 1) && !line_contains(source, needle->text))
				return line_cut(rest, needle->len);
			known |= (uint64_t)1 << (needle - needles);
		}
	}
	return (struct span){ cur_zeros, 0 };
}
