/* parts.c - a message cut into its parts. */
#include "mime/parts.h"

#include "base/field.h"
#include "base/line.h"
#include "format/charset.h"

#include <strings.h>

#define LEVELS        64 /* multiparts inside each other: the highest that limits.def allows */
#define BOUNDARY_LONG 70 /* RFC 2046, 5.1.1; some programs compare no more */
#define WORD          128 /* bytes of "text/html" that count */
#define GUESS (64u << 10) /* bytes in which a boundary is looked for that nothing names */

struct level {
	struct span boundary[2]; /* where the header names two; the second empty: it does not */
	struct span inside;      /* from the end of its header on */
	struct span encoding;
	uint8_t around;
	bool seen, closed;       /* a delimiter; the last one */
};

struct cutting {
	struct exam *e;
	const struct part *part;
	struct leaves *leaves;
	struct level level[LEVELS];
	unsigned depth, depth_max;
	unsigned floor; /* delimiters of levels below are none: a multipart is looked at by itself */
	struct leaf *open; /* NULL: between parts */
	uint8_t newline;
	bool full;
};

/* --- values --- */

/* Takes blanks and comments off. After a comment that never ends none is looked for. False: there are none. */
static bool gap_take(struct span *rest, bool *comments)
{
	size_t before = rest->len, n = 1;

	while (rest->len && n) {
		n = field_is_blank(rest->ptr[0]);
		if (rest->ptr[0] == '(' && *comments) {
			n = field_comment(*rest);
			*comments = n > 0;
		}
		*rest = line_from(*rest, n);
	}
	return rest->len < before;
}

/* The first word of a value, which is taken off: without comments, without quotes, and with no blanks about its slash,
 * as the lenient read it. */
static struct span word_take(struct span *value, char word[WORD])
{
	struct span rest = *value;
	size_t used = 0;
	bool comments = true, gap;

	for (;;) {
		uint8_t c;

		gap = gap_take(&rest, &comments);
		c = rest.len ? rest.ptr[0] : ';';
		if (c == ';' || c == ',' || (gap && used && c != '/' && word[used - 1] != '/'))
			break;
		rest = line_from(rest, 1);
		if (c != '"' && used < WORD)
			word[used++] = (char)c;
	}
	*value = rest.len && (rest.ptr[0] == ';' || rest.ptr[0] == ',') ? line_from(rest, 1) : rest;
	return (struct span){ (const uint8_t *)word, used };
}

struct span content_read(struct span value, struct arena *arena, struct parameters *parameters)
{
	struct span rest = field_unfold(value, arena);
	char *word = arena_take(arena, WORD);
	struct span read = { 0 };

	if (word)
		read = word_take(&rest, word);
	parameters_read(line_trim(rest), arena, parameters);
	return read;
}

enum transfer transfer_of(struct span value)
{
	static const struct {
		const char *name;
		enum transfer transfer;
	} names[] = {
		{ "base64", TRANSFER_BASE64 },	 { "quoted-printable", TRANSFER_QUOTED }, { "7bit", TRANSFER_NONE },
		{ "8bit", TRANSFER_NONE },	 { "binary", TRANSFER_NONE },		  { "x-uue", TRANSFER_UU },
		{ "uue", TRANSFER_UU },		 { "x-uuencode", TRANSFER_UU },		  { "uuencode", TRANSFER_UU },
	};
	char room[WORD];
	struct span word = word_take(&value, room);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (line_is(word, names[i].name))
			return names[i].transfer;
	return word.len ? TRANSFER_UNKNOWN : TRANSFER_NONE;
}

static void ambiguous(struct cutting *c, const char *what, struct span evidence)
{
	exam_findf(c->e, c->part, FINDING_MIME_AMBIGUOUS, "%s: %.*s", what, (int)(evidence.len < 200 ? evidence.len : 200),
		   (const char *)evidence.ptr);
}

/* --- leaves --- */

static void leaf_open(struct cutting *c, const struct head_mime *head, struct span from)
{
	struct leaves *leaves = c->leaves;

	if (leaves->count == c->e->settings->limits.parts) {
		exam_unseen(c->e, c->part, UNSEEN_LIMIT, "too many parts");
		c->full = true;
		return;
	}
	c->open = &leaves->of[leaves->count++];
	*c->open = (struct leaf){ .head = *head, .body = from, .depth = (uint8_t)c->depth };
	if (c->depth)
		c->open->around = c->level[c->depth - 1].around;
}

/* The line end before a boundary belongs to it (RFC 2046, 5.1.1). */
static struct span without_end(struct span text, uint8_t newline)
{
	if (text.len && text.ptr[text.len - 1] == newline)
		text.len--;
	if (newline == '\n' && text.len && text.ptr[text.len - 1] == '\r')
		text.len--;
	return text;
}

static struct span until(struct span from, const uint8_t *end, uint8_t newline)
{
	return without_end((struct span){ from.ptr, (size_t)(end - from.ptr) }, newline);
}

static void leaf_close(struct cutting *c, const uint8_t *end)
{
	if (c->open)
		c->open->body = until(c->open->body, end, c->newline);
	c->open = NULL;
}

/* --- levels --- */

/* Delimiters may have blanks behind them. */
static struct span trim_end(struct span line)
{
	while (line.len && strchr(" \t\r", line.ptr[line.len - 1]) && line.ptr[line.len - 1])
		line.len--;
	return line;
}

static bool is_delimiter(struct span told, struct span boundary, bool *last)
{
	struct span behind = line_from(told, boundary.len);

	*last = line_begins(behind, "--");
	return boundary.len && told.len >= boundary.len && (*last || !behind.len) &&
	       memcmp(told.ptr, boundary.ptr, boundary.len) == 0;
}

/* The level of a delimiter: the innermost that is open, then one that has ended; NULL: it is none. */
static struct level *level_find(struct cutting *c, struct span line, bool *last)
{
	struct span told = trim_end(line_from(line, 2));

	for (unsigned closed = 0; closed < 2; closed++)
		for (unsigned i = c->depth; i-- > c->floor;) {
			struct level *level = &c->level[i];

			if (level->closed == closed && (is_delimiter(told, level->boundary[0], last) ||
							is_delimiter(told, level->boundary[1], last)))
				return level;
		}
	return NULL;
}

static void boundary_add(struct cutting *c, struct level *level, struct span boundary)
{
	boundary = trim_end(boundary);
	if (!boundary.len || span_equal(boundary, level->boundary[0]) || span_equal(boundary, level->boundary[1]))
		return;
	if (boundary.len > BOUNDARY_LONG)
		ambiguous(c, "a boundary that is too long", boundary);
	if (!level->boundary[0].len) {
		level->boundary[0] = boundary;
	} else {
		level->boundary[1] = boundary;
		ambiguous(c, "two boundaries for the same parts", boundary);
	}
}

static bool is_quoted(const struct parameters *parameters, const char *name)
{
	for (unsigned i = 0; i < parameters->count; i++)
		if (line_is(parameters->of[i].name, name) && line_begins(parameters->of[i].text, "\""))
			return true;
	return false;
}

static void boundaries_read(struct cutting *c, struct level *level, const struct parameters *parameters)
{
	bool quoted = is_quoted(parameters, "boundary");

	for (enum parameter_form form = 0; form < PARAMETER_FORMS; form++) {
		struct span text = parameter_text(parameters, "boundary", form, &c->e->arena);

		if (!quoted) /* a token ends with a blank: what follows is a comment */
			text = line_cut(text, line_find(text, ' '));
		boundary_add(c, level, text);
	}
}

static enum around around_of(struct span type)
{
	static const struct {
		const char *name;
		enum around around;
	} names[] = { { "multipart/alternative", AROUND_ALTERNATIVE },
		      { "multipart/related", AROUND_ALTERNATIVE },
		      { "multipart/digest", AROUND_DIGEST },
		      { "multipart/encrypted", AROUND_ENCRYPTED } };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (line_is(type, names[i].name))
			return names[i].around;
	return AROUND_MIXED;
}

static bool is_multipart(struct span value)
{
	char word[WORD];
	struct span type = word_take(&value, word);

	return line_starts(type, "multipart/") || line_is(type, "multipart");
}

/* Whether two values of Content-Type mean different things. */
static bool types_differ(struct span first, struct span last)
{
	struct span a = field_value(&(struct span){ first.ptr, first.len });
	struct span b = field_value(&(struct span){ last.ptr, last.len });

	if (is_multipart(first) || is_multipart(last))
		return !span_equal(first, last);
	return a.len != b.len || strncasecmp((const char *)a.ptr, (const char *)b.ptr, a.len) != 0;
}

/* One Content-Type where there are several: what more programs could take parts out of. */
static void mime_of(struct cutting *c, const struct head *head, struct head_mime *mime)
{
	struct span first = head->first[HEAD_TYPE], last = head->last[HEAD_TYPE];
	bool two = head->count[HEAD_TYPE] > 1 && types_differ(first, last);

	mime->type = two && is_multipart(last) && !is_multipart(first) ? last : first;
	mime->encoding = head->first[HEAD_ENCODING];
	if (transfer_of(mime->encoding) == TRANSFER_NONE)
		mime->encoding = head->last[HEAD_ENCODING];
	mime->disposition = head->first[HEAD_DISPOSITION];
	mime->disposition_last = head->last[HEAD_DISPOSITION];
	mime->description = head->first[HEAD_DESCRIPTION];
	mime->elsewhere = head->first[HEAD_ELSEWHERE];
	if (two)
		ambiguous(c, "Content-Type twice", last);
	if (transfer_of(head->first[HEAD_ENCODING]) != transfer_of(head->last[HEAD_ENCODING]))
		ambiguous(c, "Content-Transfer-Encoding twice", head->last[HEAD_ENCODING]);
	if (head->hidden)
		ambiguous(c, "a field of MIME with control characters in its name", mime->type);
	if (head->cut)
		exam_unseen(c->e, c->part, UNSEEN_LIMIT, "a header is too long");
}

static void level_open(struct cutting *c, const struct head *head, const struct head_mime *mime, struct span body)
{
	struct parameters parameters;
	struct level *level = &c->level[c->depth];
	struct span type = content_read(mime->type, &c->e->arena, &parameters);

	if (c->depth >= c->depth_max) {
		exam_unseen(c->e, c->part, UNSEEN_LIMIT, "too many parts inside each other");
		return;
	}
	*level = (struct level){ .inside = body, .encoding = mime->encoding, .around = (uint8_t)around_of(type) };
	boundaries_read(c, level, &parameters);
	if (head->count[HEAD_TYPE] > 1 && is_multipart(head->first[HEAD_TYPE]) && is_multipart(head->last[HEAD_TYPE])) {
		content_read(head->last[HEAD_TYPE], &c->e->arena, &parameters);
		boundaries_read(c, level, &parameters);
	}
	if (level->around == AROUND_ENCRYPTED)
		exam_unseen(c->e, c->part, UNSEEN_ENCRYPTED, "an encrypted mail (multipart/encrypted)");
	c->depth++;
}

/* Cuts off up to and with the next line that begins as delimiters do. False: there is none. */
static bool dashes_take(struct span *rest, uint8_t newline, struct span *line)
{
	while (rest->len) {
		const uint8_t *end = memchr(rest->ptr, newline, rest->len);
		size_t n = end ? (size_t)(end - rest->ptr) : rest->len;

		*line = (struct span){ rest->ptr, n };
		*rest = end ? (struct span){ end + 1, rest->len - n - 1 } : (struct span){ rest->ptr + n, 0 };
		if (n > 2 && line->ptr[0] == '-' && line->ptr[1] == '-')
			return true;
	}
	return false;
}

/* Whether a delimiter comes, of a boundary that no part around it has. */
static bool delimiter_comes(const struct cutting *c, struct span boundary, struct span body)
{
	struct span rest = line_cut(body, GUESS), line;
	bool last;

	for (unsigned i = 0; i < c->depth; i++)
		if (span_equal(boundary, c->level[i].boundary[0]) || span_equal(boundary, c->level[i].boundary[1]))
			return false;
	while (dashes_take(&rest, c->newline, &line))
		if (is_delimiter(trim_end(line_from(line, 2)), boundary, &last))
			return true;
	return false;
}

/* Whether what names itself no multipart names a boundary all the same, and has parts. */
static bool has_parts(struct cutting *c, struct span value, struct span body)
{
	struct parameters parameters;
	struct span type;

	if (!line_contains(value, "boundary"))
		return false;
	type = content_read(value, &c->e->arena, &parameters);
	return !line_starts(type, "message/") &&
	       delimiter_comes(c, parameter_text(&parameters, "boundary", PARAMETER_PLAIN, &c->e->arena), body);
}

/* A header has ended: its body is a part, or holds parts, or is taken for both. */
static void entity_open(struct cutting *c, const struct head *head, struct span body)
{
	struct head_mime mime;
	bool multipart, both;

	mime_of(c, head, &mime);
	multipart = is_multipart(mime.type);
	both = !multipart && has_parts(c, mime.type, body);
	if (!multipart)
		leaf_open(c, &mime, body);
	if (both) {
		ambiguous(c, "parts in what says that it has none", mime.type);
		c->open = NULL;
	}
	if (multipart || both)
		level_open(c, head, &mime, body);
}

/* --- lines --- */

static void lines_cut(struct cutting *c, struct span text);

/* The boundary that programs guess where nothing names one that is there: of the first line that begins as delimiters do
 * and has a part's header behind it. Empty: there is none. */
static struct span boundary_guess(struct span inside, uint8_t newline)
{
	struct span rest = line_cut(inside, GUESS), line, next;

	while (dashes_take(&rest, newline, &line)) {
		struct span behind = rest;

		line = trim_end(line);
		if (line.len > 2 && head_line(&behind, newline, &next) && line_starts(next, "content-"))
			return line_from(line, 2);
	}
	return (struct span){ 0 };
}

/* A multipart ends without a delimiter: that it is encoded as a whole, which is forbidden; that it has another boundary
 * than it says; or it is a text. */
static void unseen_level_cut(struct cutting *c, struct level *level, const uint8_t *end)
{
	struct span inside = until(level->inside, end, c->newline);
	enum transfer transfer = transfer_of(level->encoding);
	struct head_mime plain = { .encoding = level->encoding };
	unsigned floor = c->floor;

	level->seen = true;
	c->floor = c->depth - 1;
	if (transfer == TRANSFER_BASE64 || transfer == TRANSFER_QUOTED) {
		ambiguous(c, "parts that are encoded as a whole", level->encoding);
		inside = transfer == TRANSFER_BASE64 ? base64_undo(inside, &c->e->arena, NULL)
						     : quoted_undo(inside, &c->e->arena, NULL);
		lines_cut(c, inside);
	} else if ((level->boundary[1] = boundary_guess(inside, c->newline)).len) {
		ambiguous(c, "parts with another boundary than the header says", level->boundary[1]);
		lines_cut(c, inside);
	} else {
		exam_unseen(c->e, c->part, UNSEEN_BROKEN, "the parts that are announced are not there");
		leaf_open(c, &plain, inside);
		c->open = NULL;
	}
	level->closed = true;
	c->floor = floor;
}

/* What is open above `depth` levels ends here. */
static void levels_close(struct cutting *c, unsigned depth, const uint8_t *end)
{
	leaf_close(c, end);
	if (c->depth > depth && !c->level[c->depth - 1].seen)
		unseen_level_cut(c, &c->level[c->depth - 1], end);
	c->depth = depth;
}

static void delimiter_take(struct cutting *c, struct level *level, bool last, struct span line, struct span *rest)
{
	struct head head;

	levels_close(c, (unsigned)(level - c->level) + 1, line.ptr);
	if (level->closed && !last)
		ambiguous(c, "a part behind the end of the parts", line);
	level->seen = true;
	level->closed = last;
	if (last)
		return;
	head_read(rest, c->newline, c->e->settings->limits.headers, &head);
	entity_open(c, &head, *rest);
}

static void lines_cut(struct cutting *c, struct span text)
{
	struct span rest = text, line;
	unsigned depth = c->depth;
	bool last;

	if (!text.len || !exam_work(c->e, text.len))
		return;
	while (!c->full && dashes_take(&rest, c->newline, &line)) {
		struct level *level = level_find(c, line, &last);

		if (level)
			delimiter_take(c, level, last, line, &rest);
	}
	levels_close(c, c->depth < depth ? c->depth : depth, text.ptr + text.len);
}

bool parts_read(struct exam *e, const struct part *part, struct leaves *leaves)
{
	const struct exam_limits *limits = &e->settings->limits;
	struct cutting c = { .e = e, .part = part, .leaves = leaves, .newline = head_newline(part->bytes) };
	struct span body = part->bytes;

	leaves->count = 0;
	leaves->of = arena_take(&e->arena, limits->parts * sizeof(leaves->of[0]));
	if (!leaves->of)
		return false;
	c.depth_max = limits->mime_depth > part->mime_depth ? limits->mime_depth - part->mime_depth : 0;
	if (c.depth_max > LEVELS)
		c.depth_max = LEVELS;
	head_read(&body, c.newline, limits->headers, &leaves->head);
	entity_open(&c, &leaves->head, body);
	if (c.depth)
		lines_cut(&c, body);
	c.open = NULL;
	if (c.depth && c.level[0].seen && !c.level[0].closed && !part->in)
		exam_unseen(e, part, UNSEEN_BROKEN, "the message ends before its last part does");
	levels_close(&c, 0, body.ptr + body.len);
	return true;
}
