/* nft_batch.c - commands of nftables' JSON, put together. */
#include "nft/nft_batch.h"

#include "filter/filter_export.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define PRIORITY -500 /* of the hook: before anything else that may sit there */

struct nft_batch {
	json_t *commands;
	json_t *in[2][129], *out[2][129]; /* elements of sources: one command for each set */
	bool failed;                      /* sticky: no memory */
};

struct nft_batch *nft_batch_new(void)
{
	struct nft_batch *batch = calloc(1, sizeof(*batch));

	if (batch)
		batch->commands = json_array();
	return batch;
}

void nft_batch_free(struct nft_batch *batch)
{
	if (!batch)
		return;
	for (unsigned family = 0; family < 2; family++) {
		for (unsigned bits = 0; bits <= 128; bits++) {
			json_decref(batch->in[family][bits]);
			json_decref(batch->out[family][bits]);
		}
	}
	json_decref(batch->commands);
	free(batch);
}

/* Appends; both are taken, also on errors. */
static void append(struct nft_batch *batch, json_t *list, json_t *value)
{
	if (json_array_append_new(list, value) != 0)
		batch->failed = true;
}

/* {"add": {"set": {"family": "netdev", "table": "hinomi", ...}}}; takes `object`. */
static void command(struct nft_batch *batch, const char *verb, const char *kind, json_t *object)
{
	const char *table = strcmp(kind, "table") == 0 ? "name" : "table";

	if (json_object_set_new(object, "family", json_string("netdev")) != 0 ||
	    json_object_set_new(object, table, json_string(NFT_TABLE)) != 0)
		batch->failed = true;
	append(batch, batch->commands, json_pack("{s:{s:o}}", verb, kind, object));
}

static json_t *named(const char *name)
{
	return json_pack("{s:s}", "name", name);
}

/* Takes `expressions`, an array. */
static void rule(struct nft_batch *batch, const char *chain, const char *comment,
		 json_t *expressions)
{
	command(batch, "add", "rule",
		json_pack("{s:s,s:s*,s:o}", "chain", chain, "comment", comment, "expr",
			  expressions));
}

/* The elements of a set that change; takes `elements`, an array. */
static void elements(struct nft_batch *batch, const char *verb, const char *set, json_t *list)
{
	command(batch, verb, "element", json_pack("{s:s,s:o}", "name", set, "elem", list));
}

static json_t *source_field(bool four)
{
	return json_pack("{s:{s:s,s:s}}", "payload", "protocol", four ? "ip" : "ip6", "field",
			 "saddr");
}

/* A match of `left`, which is taken, against a set. */
static json_t *in_set(json_t *left, const char *set)
{
	return json_pack("{s:{s:s,s:o,s:s}}", "match", "op", "==", "left", left, "right", set);
}

/* {"drop": null}, {"jump": {"target": ...}} */
static json_t *verdict(const char *what)
{
	return json_pack("{s:n}", what);
}

static json_t *go(const char *how, const char *chain)
{
	return json_pack("{s:{s:s}}", how, "target", chain);
}

static void allowed_pass(struct nft_batch *batch, bool four)
{
	rule(batch, NFT_LOOK, NULL,
	     json_pack("[o,o]", in_set(source_field(four), four ? "@allow4" : "@allow6"),
		       verdict("accept")));
}

/* What a known source hit is counted apart, by an element that the kernel makes then. The counter
 * is the set's. */
static void known_hits(struct nft_batch *batch, bool four)
{
	json_t *add = json_pack("{s:{s:s,s:o,s:s}}", "set", "op", "add", "elem", source_field(four),
				"set", four ? "@hit4" : "@hit6");

	rule(batch, "source", NULL,
	     json_pack("[o,o]", in_set(source_field(four), four ? "@known4" : "@known6"), add));
}

static void family_sets(struct nft_batch *batch, bool four)
{
	const char *type = four ? "ipv4_addr" : "ipv6_addr";

	command(batch, "add", "set",
		json_pack("{s:s,s:s,s:[s]}", "name", four ? "allow4" : "allow6", "type", type,
			  "flags", "interval"));
	command(batch, "add", "set",
		json_pack("{s:s,s:s,s:i}", "name", four ? "known4" : "known6", "type", type, "size",
			  NFT_KNOWN));
	command(batch, "add", "set",
		json_pack("{s:s,s:s,s:[s],s:i,s:i,s:[{s:n}]}", "name", four ? "hit4" : "hit6",
			  "type", type, "flags", "timeout", "timeout", 3600, "size", 1024, "stmt",
			  "counter"));
}

void nft_batch_layout(struct nft_batch *batch)
{
	static const char *const chains[] = { NFT_LOOK, "sources", "source", "filters" };

	nft_batch_clear(batch);
	command(batch, "add", "table", json_object());
	family_sets(batch, true);
	family_sets(batch, false);
	command(batch, "add", "set",
		json_pack("{s:s,s:s,s:[s],s:i}", "name", "alive", "type", "mark", "flags",
			  "timeout", "size", NFT_RULES * 2));
	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++)
		command(batch, "add", "chain", named(chains[i]));
	allowed_pass(batch, true);
	allowed_pass(batch, false);
	rule(batch, NFT_LOOK, NULL, json_pack("[o]", go("jump", "sources")));
	rule(batch, NFT_LOOK, NULL, json_pack("[o]", go("jump", "filters")));
	known_hits(batch, true);
	known_hits(batch, false);
	rule(batch, "source", NULL, json_pack("[o]", verdict("drop")));
}

void nft_batch_clear(struct nft_batch *batch)
{
	command(batch, "add", "table", json_object()); /* so that there is one */
	command(batch, "delete", "table", json_object());
}

void nft_batch_hook(struct nft_batch *batch, const char *interface)
{
	char name[NFT_NAME];

	snprintf(name, sizeof(name), NFT_HOOK "%s", interface);
	command(batch, "add", "chain",
		json_pack("{s:s,s:s,s:s,s:s,s:i,s:s}", "name", name, "type", "filter", "hook",
			  "ingress", "dev", interface, "prio", PRIORITY, "policy", "accept"));
	rule(batch, name, NULL, json_pack("[o]", go("jump", NFT_LOOK)));
}

void nft_batch_unhook(struct nft_batch *batch, const char *chain)
{
	command(batch, "delete", "chain", named(chain));
}

static void source_name(const struct prefix *prefix, char name[NFT_NAME])
{
	snprintf(name, NFT_NAME, "from%c_%u", nft_is_v4(prefix) ? '4' : '6', nft_bits(prefix));
}

/* The source address, or the front of it. */
static json_t *source_masked(const struct prefix *prefix)
{
	bool four = nft_is_v4(prefix);
	struct ip ones, mask;
	char text[IP_TEXT];

	if (prefix->bits == 128)
		return source_field(four);
	memset(&ones, 0xff, sizeof(ones));
	mask = ip_prefix(&ones, prefix->bits).ip;
	if (four) /* as an IPv4 address, which its text is written of */
		mask = ip_from_v4(mask.b + 12);
	return json_pack("{s:[o,s]}", "&", source_field(four), ip_text(&mask, text));
}

void nft_batch_source_set(struct nft_batch *batch, const struct prefix *prefix)
{
	char name[NFT_NAME], reference[NFT_NAME + 1];

	source_name(prefix, name);
	snprintf(reference, sizeof(reference), "@%s", name);
	command(batch, "add", "set",
		json_pack("{s:s,s:s,s:[s],s:i,s:[{s:n}]}", "name", name, "type",
			  nft_is_v4(prefix) ? "ipv4_addr" : "ipv6_addr", "flags", "timeout", "size",
			  NFT_SOURCES, "stmt", "counter"));
	rule(batch, "sources", NULL,
	     json_pack("[o,o]", in_set(source_masked(prefix), reference), go("goto", "source")));
}

/* Notes an element for the one command of its set. */
static void note(struct nft_batch *batch, json_t *lists[2][129], const struct prefix *prefix,
		 json_t *element)
{
	json_t **list = &lists[!nft_is_v4(prefix)][nft_bits(prefix)];

	if (!*list)
		*list = json_array();
	append(batch, *list, element);
}

void nft_batch_source(struct nft_batch *batch, uint64_t id, const struct prefix *prefix,
		      int64_t seconds)
{
	char ip[IP_TEXT], comment[24];

	snprintf(comment, sizeof(comment), "%llu", (unsigned long long)id);
	note(batch, batch->in, prefix,
	     json_pack("{s:{s:s,s:I,s:s}}", "elem", "val", ip_text(&prefix->ip, ip), "timeout",
		       (json_int_t)seconds, "comment", comment));
}

void nft_batch_source_out(struct nft_batch *batch, const struct prefix *prefix)
{
	char ip[IP_TEXT];

	note(batch, batch->out, prefix, json_string(ip_text(&prefix->ip, ip)));
}

/* The elements of the sets of sources: out what goes, which is put in first, then in what comes. */
static void source_elements(struct nft_batch *batch, unsigned family, unsigned bits)
{
	json_t **in = &batch->in[family][bits], **out = &batch->out[family][bits];
	char name[NFT_NAME];

	snprintf(name, sizeof(name), "from%c_%u", family ? '6' : '4', bits);
	if (*out) {
		elements(batch, "add", name, json_incref(*out));
		elements(batch, "delete", name, *out);
	}
	if (*in)
		elements(batch, "add", name, *in);
	*in = *out = NULL;
}

/*
 * The number is in `alive`. A look-up needs something to look up: the packet's mark, of which no
 * bit is kept, and into which the number is put.
 */
static json_t *is_alive(uint64_t id)
{
	json_t *number = json_pack("{s:[{s:[{s:{s:s}},i]},I]}", "^", "&", "meta", "key", "mark", 0,
				   (json_int_t)id);

	return in_set(number, "@alive");
}

static void alive(struct nft_batch *batch, const char *verb, uint64_t id, int64_t seconds)
{
	json_t *element = json_pack("[{s:{s:I,s:I}}]", "elem", "val", (json_int_t)id, "timeout",
				    (json_int_t)seconds);

	elements(batch, verb, "alive", element);
}

bool nft_batch_takes(const struct hand_order *order, char trouble[HAND_TROUBLE])
{
	char why[FILTER_TROUBLE];
	struct filter_nft nft;

	if (order->id > UINT32_MAX)
		snprintf(trouble, HAND_TROUBLE, "nft: numbers of actions end at %u", UINT32_MAX);
	else if (order->verb != ACTION_DROP && order->verb != ACTION_LIMIT)
		snprintf(trouble, HAND_TROUBLE, "nft: it can only drop and limit");
	else if (order->verb == ACTION_LIMIT && order->limit == 0)
		snprintf(trouble, HAND_TROUBLE, "nft: a limit of 0 packets is a drop");
	else if (filter_nft(&order->filter, &nft, why) != OK)
		snprintf(trouble, HAND_TROUBLE, "nft: %s", why);
	else {
		filter_nft_free(&nft);
		return true;
	}
	return false;
}

/* What an action does with what its filter matched. Of a limit: what is within goes on to the next
 * filter. */
static void action_rules(struct nft_batch *batch, const char *chain, const struct hand_order *order)
{
	uint32_t burst = order->limit / 10 + 1;

	if (order->verb == ACTION_LIMIT)
		rule(batch, chain, NULL,
		     json_pack("[{s:{s:I,s:s,s:I}},o]", "limit", "rate", (json_int_t)order->limit,
			       "per", "second", "burst", (json_int_t)burst, verdict("return")));
	rule(batch, chain, "known",
	     json_pack("[o,{s:n}]", in_set(source_field(true), "@known4"), "counter"));
	rule(batch, chain, "known",
	     json_pack("[o,{s:n}]", in_set(source_field(false), "@known6"), "counter"));
	rule(batch, chain, NULL, json_pack("[{s:n},o]", "counter", verdict("drop")));
}

static void action_chain(uint64_t id, char name[NFT_NAME])
{
	snprintf(name, NFT_NAME, "a%u", (unsigned)id);
}

void nft_batch_rule(struct nft_batch *batch, const struct hand_order *order, uint64_t print,
		    int64_t seconds)
{
	char chain[NFT_NAME], comment[48], why[FILTER_TROUBLE];
	struct filter_nft nft;

	if (filter_nft(&order->filter, &nft, why) != OK) { /* it takes it, so there is no memory */
		batch->failed = true;
		return;
	}
	action_chain(order->id, chain);
	snprintf(comment, sizeof(comment), "%u %016llx", (unsigned)order->id,
		 (unsigned long long)print);
	alive(batch, "add", order->id, seconds);
	command(batch, "add", "chain", named(chain));
	action_rules(batch, chain, order);
	for (size_t i = 0; i < nft.count; i++) {
		json_t *expressions = json_incref(nft.rules[i].matches);

		append(batch, expressions, is_alive(order->id));
		append(batch, expressions, go("jump", chain));
		rule(batch, "filters", comment, expressions);
	}
	filter_nft_free(&nft);
}

void nft_batch_rule_end(struct nft_batch *batch, uint64_t id, int64_t seconds)
{
	alive(batch, "add", id, seconds);
	alive(batch, "delete", id, seconds);
	alive(batch, "add", id, seconds);
}

void nft_batch_rule_out(struct nft_batch *batch, const struct nft_found *found)
{
	char chain[NFT_NAME];

	action_chain(found->id, chain);
	alive(batch, "add", found->id, 1);
	alive(batch, "delete", found->id, 1);
	for (size_t i = 0; i < FILTER_NFT_RULES && found->handles[i]; i++)
		command(batch, "delete", "rule",
			json_pack("{s:s,s:I}", "chain", "filters", "handle",
				  (json_int_t)found->handles[i]));
	command(batch, "flush", "chain", named(chain));
	command(batch, "delete", "chain", named(chain));
}

/* In place of those that there were. One that lies in another is left out: intervals must not
 * overlap. */
void nft_batch_allow(struct nft_batch *batch, const struct prefix *prefixes, size_t count)
{
	json_t *lists[2] = { json_array(), json_array() };

	for (size_t i = 0; i < count; i++) {
		const struct prefix *p = &prefixes[i];
		bool inside = false;
		char ip[IP_TEXT];

		for (size_t n = 0; n < count && !inside; n++)
			inside = n != i && prefix_has(&prefixes[n], &p->ip) &&
				 (prefixes[n].bits < p->bits ||
				  (prefixes[n].bits == p->bits && n < i));
		if (!inside)
			append(batch, lists[!nft_is_v4(p)],
			       json_pack("{s:{s:s,s:i}}", "prefix", "addr", ip_text(&p->ip, ip),
					 "len", (int)nft_bits(p)));
	}
	for (unsigned family = 0; family < 2; family++) {
		const char *name = family ? "allow6" : "allow4";

		command(batch, "flush", "set", named(name));
		if (json_array_size(lists[family]))
			elements(batch, "add", name, lists[family]);
		else
			json_decref(lists[family]);
	}
}

void nft_batch_know(struct nft_batch *batch, const struct ip *sources, size_t count, bool anew)
{
	json_t *lists[2] = { json_array(), json_array() };
	char text[IP_TEXT];

	for (size_t i = 0; i < count; i++)
		append(batch, lists[!ip_is_v4(&sources[i])],
		       json_string(ip_text(&sources[i], text)));
	for (unsigned family = 0; family < 2; family++) {
		const char *name = family ? "known6" : "known4";

		if (anew)
			command(batch, "flush", "set", named(name));
		if (json_array_size(lists[family]))
			elements(batch, "add", name, lists[family]);
		else
			json_decref(lists[family]);
	}
}

char *nft_batch_text(struct nft_batch *batch, bool *empty)
{
	json_t *root;
	char *text;

	for (unsigned family = 0; family < 2; family++)
		for (unsigned bits = 0; bits <= 128; bits++)
			source_elements(batch, family, bits);
	*empty = json_array_size(batch->commands) == 0;
	if (batch->failed || *empty)
		return NULL;
	root = json_pack("{s:O}", "nftables", batch->commands);
	text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	json_decref(root);
	return text;
}
