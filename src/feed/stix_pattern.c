/* stix_pattern.c - reads STIX patterns into a small tree, and the tree into values. */
#include "feed/stix_pattern.h"

#include "base/cursor.h"

#include <stdio.h>
#include <strings.h>

#define NODES   1024  /* comparisons and operators of one pattern */
#define DEPTH   32    /* brackets inside each other */
#define PATTERN 65536 /* bytes */
#define LEAVES  16    /* comparisons joined by AND */
#define JOINED  64    /* "[address]:port" */

enum node_kind { NODE_LEAF, NODE_OR, NODE_AND, NODE_STRANGE };

struct node {
	enum node_kind kind;
	uint16_t left, right; /* OR, AND */
	const char *strange;  /* why it is not understood */
	struct span path;     /* of a leaf; the word that is strange */
	struct span text;     /* a literal's bytes, still with its escapes */
	bool subset;          /* ISSUBSET */
};

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,   /* path, operator, number */
	TOKEN_STRING, /* without its quotes */
	TOKEN_OTHER,  /* t'..', b'..', h'..' */
	TOKEN_MARK,   /* one of [ ] ( ) , or a run of = ! < > */
};

struct token {
	enum token_kind kind;
	struct span text;
};

struct reading {
	struct cur cur;
	struct token token; /* the one that is looked at */
	struct node nodes[NODES];
	unsigned count, depth;
	enum err error;
	const struct stix_see *see;
};

static bool is_word(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_' || c == '-' || c == ':' || c == '.' || c == '*' || c == '+' || c >= 0x80;
}

/* Moves over a quoted text; the cursor stands on its first quote. */
static struct span take_string(struct reading *r)
{
	struct span rest;
	size_t len = 0;

	cur_take(&r->cur, 1);
	rest = cur_rest(&r->cur);
	while (len < rest.len && rest.ptr[len] != '\'')
		len += rest.ptr[len] == '\\' ? 2 : 1;
	if (len >= rest.len) {
		r->error = ERR_FORMAT;
		return cur_span(&r->cur, rest.len);
	}
	rest = cur_span(&r->cur, len);
	cur_take(&r->cur, 1);
	return rest;
}

/* The length of an object path: quoted keys ('SHA-256') and [*] or [0] belong to it. */
static size_t word_length(struct span s)
{
	size_t len = 0;

	while (len < s.len) {
		if (is_word(s.ptr[len])) {
			len++;
		} else if (s.ptr[len] == '\'' && len > 0 && s.ptr[len - 1] == '.') {
			for (len++; len < s.len && s.ptr[len] != '\''; len++)
				;
			len += len < s.len;
		} else if (s.ptr[len] == '[' && len > 0 && len + 2 < s.len &&
			   (s.ptr[len + 1] == '*' ||
			    (s.ptr[len + 1] >= '0' && s.ptr[len + 1] <= '9'))) {
			for (; len < s.len && s.ptr[len] != ']'; len++)
				;
			len += len < s.len;
		} else {
			break;
		}
	}
	return len;
}

static void next(struct reading *r)
{
	struct span rest = cur_rest(&r->cur);
	size_t len = 0;

	while (len < rest.len &&
	       (rest.ptr[len] == ' ' || (rest.ptr[len] >= '\t' && rest.ptr[len] <= '\r')))
		len++;
	cur_span(&r->cur, len);
	rest = cur_rest(&r->cur);
	if (rest.len == 0) {
		r->token = (struct token){ TOKEN_END, rest };
		return;
	}
	if (rest.ptr[0] == '\'') {
		r->token.kind = TOKEN_STRING;
		r->token.text = take_string(r);
		return;
	}
	if (rest.len > 1 && rest.ptr[1] == '\'' && strchr("tbh", rest.ptr[0])) {
		cur_take(&r->cur, 1);
		r->token.kind = TOKEN_OTHER;
		r->token.text = take_string(r);
		return;
	}
	len = word_length(rest);
	r->token.kind = len ? TOKEN_WORD : TOKEN_MARK;
	if (len == 0)
		for (len = 1; len < rest.len && strchr("=!<>", rest.ptr[0]) &&
			      strchr("=<>", rest.ptr[len]) && rest.ptr[len];
		     len++)
			;
	r->token.text = cur_span(&r->cur, len);
}

static bool token_is(const struct reading *r, const char *text)
{
	return (r->token.kind == TOKEN_WORD || r->token.kind == TOKEN_MARK) &&
	       r->token.text.len == strlen(text) &&
	       memcmp(r->token.text.ptr, text, r->token.text.len) == 0;
}

static bool accept(struct reading *r, const char *text)
{
	if (!token_is(r, text))
		return false;
	next(r);
	return true;
}

static void expect(struct reading *r, const char *text)
{
	if (!accept(r, text) && r->error == OK)
		r->error = ERR_FORMAT;
}

static uint16_t node_new(struct reading *r, struct node node)
{
	if (r->count == NODES) {
		r->error = ERR_LIMIT;
		return 0;
	}
	r->nodes[r->count] = node;
	return (uint16_t)r->count++;
}

static uint16_t join(struct reading *r, enum node_kind kind, uint16_t left, uint16_t right)
{
	return node_new(r, (struct node){ .kind = kind, .left = left, .right = right });
}

static uint16_t strange(struct reading *r, const char *why, struct span word)
{
	return node_new(r, (struct node){ .kind = NODE_STRANGE, .strange = why, .path = word });
}

/* A literal after an operator. */
static uint16_t read_literal(struct reading *r, struct span path)
{
	struct node leaf = { .kind = NODE_LEAF, .path = path, .text = r->token.text };

	if (r->token.kind != TOKEN_STRING && r->token.kind != TOKEN_WORD &&
	    r->token.kind != TOKEN_OTHER) {
		r->error = ERR_FORMAT;
		return 0;
	}
	next(r);
	return node_new(r, leaf);
}

/* path IN ('a', 'b') is path = 'a' OR path = 'b'. */
static uint16_t read_set(struct reading *r, struct span path)
{
	uint16_t set;

	expect(r, "(");
	set = read_literal(r, path);
	while (r->error == OK && accept(r, ","))
		set = join(r, NODE_OR, set, read_literal(r, path));
	expect(r, ")");
	return set;
}

/* Moves over what an operator that is not read compares with. */
static uint16_t read_strange(struct reading *r, const char *why, struct span word)
{
	if (accept(r, "("))
		while (r->error == OK && r->token.kind != TOKEN_END && !token_is(r, ")"))
			next(r);
	next(r);
	return strange(r, why, word);
}

static uint16_t read_comparison(struct reading *r)
{
	struct span path = r->token.text, word;
	bool negated;

	if (accept(r, "EXISTS"))
		return read_strange(r, "operator EXISTS on", r->token.text);
	if (r->token.kind != TOKEN_WORD) {
		r->error = ERR_FORMAT;
		return 0;
	}
	next(r);
	negated = accept(r, "NOT");
	if (!negated && (accept(r, "=") || accept(r, "==")))
		return read_literal(r, path);
	if (!negated && accept(r, "IN"))
		return read_set(r, path);
	if (!negated && accept(r, "ISSUBSET")) {
		uint16_t leaf = read_literal(r, path);

		r->nodes[leaf].subset = true;
		return leaf;
	}
	word = r->token.text;
	if (r->token.kind != TOKEN_WORD && r->token.kind != TOKEN_MARK) {
		r->error = ERR_FORMAT;
		return 0;
	}
	next(r);
	if (negated || (word.len == 2 && word.ptr[0] == '!'))
		return read_strange(r, "negation on", path);
	if (word.len == 7 && memcmp(word.ptr, "MATCHES", 7) == 0)
		return read_strange(r, "MATCHES on", path);
	if (word.len == 4 && memcmp(word.ptr, "LIKE", 4) == 0)
		return read_strange(r, "LIKE on", path);
	return read_strange(r, "another comparison on", path);
}

static uint16_t read_comparisons(struct reading *r);

static uint16_t read_comparison_part(struct reading *r)
{
	uint16_t inner;

	if (r->depth == DEPTH) {
		r->error = ERR_LIMIT;
		return 0;
	}
	if (!accept(r, "("))
		return read_comparison(r);
	r->depth++;
	inner = read_comparisons(r);
	r->depth--;
	expect(r, ")");
	return inner;
}

/* AND binds closer than OR (9.5, "Operator Precedence and Associativity"). */
static uint16_t read_comparisons(struct reading *r)
{
	uint16_t any = 0, all;
	bool first = true;

	do {
		all = read_comparison_part(r);
		while (r->error == OK && accept(r, "AND"))
			all = join(r, NODE_AND, all, read_comparison_part(r));
		any = first ? all : join(r, NODE_OR, any, all);
		first = false;
	} while (r->error == OK && accept(r, "OR"));
	return any;
}

/* WITHIN 5 SECONDS, REPEATS 3 TIMES, START t'..' STOP t'..': narrower than one value. */
static uint16_t read_qualifiers(struct reading *r, uint16_t observation)
{
	while (r->error == OK &&
	       (token_is(r, "WITHIN") || token_is(r, "REPEATS") || token_is(r, "START"))) {
		struct span word = r->token.text;
		unsigned words = word.ptr[0] == 'S' ? 4 : 3;

		while (words-- > 0)
			next(r);
		observation = strange(r, "qualifier", word);
	}
	return observation;
}

static uint16_t read_observations(struct reading *r);

static uint16_t read_observation(struct reading *r)
{
	uint16_t inner;

	if (r->depth == DEPTH) {
		r->error = ERR_LIMIT;
		return 0;
	}
	r->depth++;
	if (accept(r, "(")) {
		inner = read_observations(r);
		expect(r, ")");
	} else {
		expect(r, "[");
		inner = read_comparisons(r);
		expect(r, "]");
	}
	r->depth--;
	return read_qualifiers(r, inner);
}

/* FOLLOWEDBY binds loosest, then OR, then AND; what is joined by other than OR is one event
 * after or beside another, which no single value tells. */
static uint16_t read_observations(struct reading *r)
{
	uint16_t any = read_observation(r);

	while (r->error == OK &&
	       (token_is(r, "OR") || token_is(r, "AND") || token_is(r, "FOLLOWEDBY"))) {
		struct span word = r->token.text;
		uint16_t more;

		next(r);
		more = read_observation(r);
		if (word.len == 2)
			any = join(r, NODE_OR, any, more);
		else
			any = strange(r, "several observations joined by", word);
	}
	return any;
}

static bool path_is(struct span path, const char *text)
{
	return path.len == strlen(text) && strncasecmp((const char *)path.ptr, text, path.len) == 0;
}

static bool path_begins(struct span path, const char *text)
{
	size_t len = strlen(text);

	return path.len >= len && strncasecmp((const char *)path.ptr, text, len) == 0;
}

/* The kind of hash that a path such as file:hashes.'SHA-256' names, in all spellings. */
static bool hash_kind(struct span path, enum indicator_kind *kind)
{
	char name[16];
	size_t len = 0;

	for (size_t i = path.len; i > 0 && path.ptr[i - 1] != '.' && len < sizeof(name); i--) {
		uint8_t c = path.ptr[i - 1];

		if (c != '\'' && c != '-' && c != '_')
			name[len++] = (char)(c | 0x20); /* backwards; digits have the bit already */
	}
	if (len == 3 && memcmp(name, "5dm", 3) == 0)
		*kind = INDICATOR_MD5;
	else if (len == 4 && memcmp(name, "1ahs", 4) == 0)
		*kind = INDICATOR_SHA1;
	else if (len == 6 && memcmp(name, "652ahs", 6) == 0)
		*kind = INDICATOR_SHA256;
	else
		return false;
	return true;
}

static bool is_file_hash(struct span path, enum indicator_kind *kind)
{
	return (path_begins(path, "file:hashes.") ||
		path_begins(path, "x509-certificate:hashes.") ||
		path_begins(path, "artifact:hashes.")) &&
	       hash_kind(path, kind);
}

static bool is_address(struct span path)
{
	return path_is(path, "ipv4-addr:value") || path_is(path, "ipv6-addr:value") ||
	       path_is(path, "network-traffic:dst_ref.value") ||
	       path_is(path, "network-traffic:src_ref.value");
}

static bool path_kind(struct span path, enum indicator_kind *kind)
{
	static const struct {
		const char *path;
		enum indicator_kind kind;
	} paths[] = {
		{ "domain-name:value", INDICATOR_DOMAIN },
		{ "url:value", INDICATOR_URL },
		{ "email-addr:value", INDICATOR_EMAIL },
		{ "email-message:from_ref.value", INDICATOR_EMAIL },
		{ "email-message:sender_ref.value", INDICATOR_EMAIL },
		{ "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'",
		  INDICATOR_AGENT },
	};

	if (is_file_hash(path, kind))
		return true;
	if (is_address(
		    path)) { /* dst_ref may refer to a name as well; an address may be a prefix */
		*kind = INDICATOR_KINDS;
		return true;
	}
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (path_is(path, paths[i].path)) {
			*kind = paths[i].kind;
			return true;
		}
	return false;
}

/* A literal's text without the escapes \' and \\ (9.1). */
static struct span unescape(struct span text, uint8_t room[INDICATOR_VALUE])
{
	size_t len = 0;

	for (size_t i = 0; i < text.len && len < INDICATOR_VALUE; i++) {
		if (text.ptr[i] == '\\' && i + 1 < text.len)
			i++;
		room[len++] = text.ptr[i];
	}
	return (struct span){ room, len };
}

static void tell_leaf(struct reading *r, const struct node *leaf)
{
	enum indicator_kind kind;
	uint8_t room[INDICATOR_VALUE];

	if (!path_kind(leaf->path, &kind) || (leaf->subset && !is_address(leaf->path)))
		r->see->unknown(r->see->whom, "object path", leaf->path);
	else
		r->see->value(r->see->whom, kind, unescape(leaf->text, room));
}

static bool is_port(struct span path)
{
	return path_is(path, "network-traffic:dst_port");
}

/* What narrows an endpoint no further than its port does. */
static bool is_protocol(struct span path)
{
	return path_begins(path, "network-traffic:protocols[");
}

/* "an IPv4 address": its value says so itself. */
static bool is_address_type(struct span path)
{
	return path_is(path, "network-traffic:dst_ref.type") ||
	       path_is(path, "network-traffic:src_ref.type");
}

/* An address and its port, joined by AND; or an address and its own type. */
static bool tell_endpoint(struct reading *r, const struct node *const *leaf, unsigned count)
{
	const struct node *address = NULL, *port = NULL;
	bool protocol = false;
	char text[JOINED];
	int len;

	for (unsigned i = 0; i < count; i++) {
		if (!address && is_address(leaf[i]->path) && !leaf[i]->subset)
			address = leaf[i];
		else if (!port && is_port(leaf[i]->path))
			port = leaf[i];
		else if (is_protocol(leaf[i]->path))
			protocol = true;
		else if (!is_address_type(leaf[i]->path))
			return false;
	}
	if (address && !port && !protocol) {
		tell_leaf(r, address);
		return true;
	}
	if (!address || !port || address->text.len + port->text.len + 4 > sizeof(text))
		return false;
	len = snprintf(text, sizeof(text),
		       memchr(address->text.ptr, ':', address->text.len) ? "[%.*s]:%.*s"
									 : "%.*s:%.*s",
		       (int)address->text.len, (const char *)address->text.ptr, (int)port->text.len,
		       (const char *)port->text.ptr);
	r->see->value(r->see->whom, INDICATOR_ENDPOINT,
		      (struct span){ (uint8_t *)text, (size_t)len });
	return true;
}

/* A file's hashes say it all; its name and size beside them only narrow. */
static bool tell_file(struct reading *r, const struct node *const *leaf, unsigned count)
{
	enum indicator_kind kind;
	bool any = false;

	for (unsigned i = 0; i < count; i++) {
		if (!path_begins(leaf[i]->path, "file:"))
			return false;
		any = any || is_file_hash(leaf[i]->path, &kind);
	}
	for (unsigned i = 0; i < count && any; i++)
		if (is_file_hash(leaf[i]->path, &kind))
			tell_leaf(r, leaf[i]);
	return any;
}

/* Collects the comparisons under an AND; false where there is more than comparisons and AND. The
 * tree is walked with a list of its own: a chain of a thousand ANDs is as deep as it is long. */
static bool collect(const struct reading *r, uint16_t at, const struct node **leaf, unsigned *count)
{
	uint16_t open[LEAVES + 1];
	unsigned left = 0;

	open[left++] = at;
	while (left > 0) {
		const struct node *node = &r->nodes[open[--left]];

		if (node->kind == NODE_LEAF && *count < LEAVES) {
			leaf[(*count)++] = node;
		} else if (node->kind == NODE_AND && left + 2 <= LEAVES) {
			open[left++] = node->right;
			open[left++] = node->left;
		} else {
			return false;
		}
	}
	return true;
}

static void tell_all(struct reading *r, uint16_t at)
{
	const struct node *leaf[LEAVES];
	char what[64];
	unsigned count = 0;

	if (!collect(r, at, leaf, &count)) {
		r->see->unknown(r->see->whom, "AND over more than comparisons", (struct span){ 0 });
		return;
	}
	if (tell_endpoint(r, leaf, count) || tell_file(r, leaf, count))
		return;
	snprintf(what, sizeof(what), "AND of %.*s with",
		 leaf[0]->path.len < 40 ? (int)leaf[0]->path.len : 40,
		 (const char *)leaf[0]->path.ptr);
	r->see->unknown(r->see->whom, what, leaf[1]->path);
}

/* A node is made after those under it, and each has one above it: walking down from the last and
 * marking what is reached needs no recursion. */
static void tell(struct reading *r, uint16_t top)
{
	bool reached[NODES] = { false };

	reached[top] = true;
	for (unsigned i = top + 1u; i-- > 0;) {
		const struct node *node = &r->nodes[i];

		if (!reached[i])
			continue;
		if (node->kind == NODE_OR)
			reached[node->left] = reached[node->right] = true;
		else if (node->kind == NODE_AND)
			tell_all(r, (uint16_t)i);
		else if (node->kind == NODE_LEAF)
			tell_leaf(r, node);
		else
			r->see->unknown(r->see->whom, node->strange, node->path);
	}
}

enum err stix_pattern_read(struct span pattern, const struct stix_see *see)
{
	struct reading r = { .cur = cur_init(pattern), .see = see };
	uint16_t top;

	if (pattern.len > PATTERN)
		return ERR_LIMIT;
	next(&r);
	top = read_observations(&r);
	if (r.error == OK && r.token.kind != TOKEN_END)
		r.error = ERR_FORMAT;
	if (r.error == OK)
		tell(&r, top);
	return r.error;
}
