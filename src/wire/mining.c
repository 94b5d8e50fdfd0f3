/* mining.c - Stratum's lines: just enough JSON (RFC 8259) to find a method and its first texts. */
#include "wire/mining.h"

#include "base/cursor.h"
#include "wire/line.h"

#define LINE_MAX_BYTES 8192
#define LINES          64 /* of a conversation that are read */
#define DEPTH_MAX      8
#define TEXTS          64 /* of one line */

/* One string of a line, and where it stands. */
struct json_text {
	struct span text;
	unsigned depth; /* of objects and arrays around it */
	bool key;
	unsigned ordinal; /* of the strings in that array or object, from 0 */
};

struct json_walk {
	struct cur c;
	unsigned depth;
	unsigned count[DEPTH_MAX + 1];
};

/* The string behind an opening quote; its escapes stay as they are. */
static bool string_rest(struct cur *c, struct span *text)
{
	struct cur begin = *c;
	size_t length = 0;

	while (c->left) {
		uint8_t byte = cur_u8(c);

		if (byte == '"') {
			*text = cur_span(&begin, length);
			return true;
		}
		length++;
		if (byte == '\\' && c->left) {
			cur_u8(c);
			length++;
		}
	}
	return false;
}

/* Moves to the next string. False at the end, and for what nests too deep. */
static bool text_next(struct json_walk *w, struct json_text *out)
{
	while (w->c.left) {
		uint8_t byte = cur_u8(&w->c);

		if (byte == '{' || byte == '[') {
			if (++w->depth > DEPTH_MAX)
				return false;
			w->count[w->depth] = 0;
		} else if (byte == '}' || byte == ']') {
			if (w->depth-- == 0)
				return false;
		} else if (byte == '"') {
			if (!string_rest(&w->c, &out->text))
				return false;
			while (w->c.left && *w->c.p == ' ')
				cur_u8(&w->c);
			out->key = w->c.left && *w->c.p == ':';
			out->depth = w->depth;
			out->ordinal = w->count[w->depth]++;
			return true;
		}
	}
	return false;
}

static enum mining_method method_of(struct span name)
{
	static const struct {
		const char *name;
		enum mining_method method;
	} methods[] = {
		{ "mining.subscribe", MINING_SUBSCRIBE },
		{ "mining.authorize", MINING_AUTHORIZE },
		{ "eth_submitLogin", MINING_AUTHORIZE },
		{ "login", MINING_LOGIN },
		{ "mining.submit", MINING_SUBMIT },
		{ "eth_submitWork", MINING_SUBMIT },
		{ "submit", MINING_SUBMIT },
		{ "mining.notify", MINING_JOB },
		{ "mining.set_difficulty", MINING_JOB },
		{ "job", MINING_JOB },
		{ "eth_getWork", MINING_OTHER },
	};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (line_is(name, methods[i].name))
			return methods[i].method;
	return line_begins(name, "mining.") ? MINING_OTHER : MINING_NONE;
}

/* What a line tells, gathered in one walk: parameters may stand before the method. */
struct gathered {
	struct span method, first, login, pass, agent, job, key;
};

static void gather(struct gathered *g, const struct json_text *t)
{
	if (t->key) {
		g->key = t->text;
	} else if (t->depth == 1 && line_is(g->key, "method")) {
		g->method = t->text;
	} else if (t->depth == 2 && line_is(g->key, "params") && t->ordinal == 0) {
		g->first = t->text;
	} else if (t->depth == 2 && line_is(g->key, "login")) {
		g->login = t->text;
	} else if (t->depth == 2 && line_is(g->key, "pass")) {
		g->pass = t->text;
	} else if (t->depth == 2 && line_is(g->key, "agent")) {
		g->agent = t->text;
	} else if (t->depth == 2 && line_is(g->key, "job_id")) {
		g->job = t->text;
	}
}

/* The short names of Monero's dialect are JSON-RPC of anyone; its parameters are not. */
static bool dialect_sound(const struct gathered *g)
{
	if (line_is(g->method, "login"))
		return g->login.ptr && (g->pass.ptr || g->agent.ptr);
	if (line_is(g->method, "submit") || line_is(g->method, "job"))
		return g->job.ptr != NULL;
	return true;
}

bool mining_read(struct span line, struct event_mining *out)
{
	struct json_walk walk = { .c = cur_init(line) };
	struct gathered g = { 0 };
	struct json_text text;
	enum mining_method method;

	if (!line.len || line.ptr[0] != '{' || line.len > LINE_MAX_BYTES)
		return false;
	for (unsigned n = 0; n < TEXTS && text_next(&walk, &text); n++)
		gather(&g, &text);
	method = method_of(g.method);
	if (method == MINING_NONE || !dialect_sound(&g))
		return false;
	*out = (struct event_mining){ .method = method, .agent = g.agent };
	if (method == MINING_LOGIN)
		out->user = g.login;
	else if (method == MINING_AUTHORIZE)
		out->user = g.first;
	else if (method == MINING_SUBSCRIBE)
		out->agent = g.first;
	return true;
}

struct mining_parser {
	struct mining *m;
	const struct mining_sink *sink;
};

static enum stream_state mining_head(const void *parser, unsigned side, struct span bytes,
				     uint64_t *length)
{
	size_t limit = bytes.len < LINE_MAX_BYTES ? bytes.len : LINE_MAX_BYTES;
	const uint8_t *end = memchr(bytes.ptr, '\n', limit);

	(void)parser;
	(void)side;
	if (bytes.ptr[0] != '{' && bytes.ptr[0] != '\r' && bytes.ptr[0] != '\n')
		return STREAM_WRONG;
	if (!end)
		return limit == LINE_MAX_BYTES ? STREAM_WRONG : STREAM_MORE;
	*length = (size_t)(end - bytes.ptr) + 1;
	return STREAM_WANTED;
}

static void mining_line(void *parser, unsigned side, struct span line)
{
	struct mining_parser *p = parser;
	struct event_mining message;

	(void)side;
	if (mining_read(line, &message))
		p->sink->message(p->sink->whom, &message);
	p->m->stream.done = ++p->m->lines >= LINES;
}

size_t mining_feed(struct mining *m, unsigned side, struct span bytes,
		   const struct mining_sink *sink)
{
	static const struct stream_format format = { mining_head, mining_line };
	struct mining_parser parser = { m, sink };

	return stream_feed(&m->stream, &format, &parser, side, bytes);
}

void mining_gap(struct mining *m, unsigned side, uint64_t missing)
{
	stream_gap(&m->stream, side, missing);
}
