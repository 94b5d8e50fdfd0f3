/* nft_table.c - the JSON of `nft -j list table`, read as something that may say anything. */
#include "nft/nft_table.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define FOUND_MAX (4 * NFT_SOURCES) /* of all sets together */
#define HITS_MAX  4096

/* A source that was known and was hit. */
struct hit {
	struct ip ip;
	uint64_t packets;
};

/* While it is read. */
struct reader {
	struct nft_table *table;
	size_t room;
	struct nft_found rules[NFT_RULES]; /* put together of several places */
	size_t rule_count;
	struct hit hits[HITS_MAX];
	size_t hit_count;
	enum err err; /* the first */
};

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static uint64_t number_of(const json_t *object, const char *key)
{
	json_int_t number = json_integer_value(json_object_get(object, key));

	return number > 0 ? (uint64_t)number : 0;
}

/* A number at the front of a text; 0: there is none. */
static uint64_t number_in(const char *text, char **rest)
{
	*rest = (char *)text;
	return *text >= '0' && *text <= '9' ? strtoull(text, rest, 10) : 0;
}

static int found_compare(const void *a, const void *b)
{
	const struct nft_found *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static void found_add(struct reader *r, const struct nft_found *found)
{
	struct nft_table *table = r->table;

	if (table->count == FOUND_MAX) {
		r->err = ERR_LIMIT;
		return;
	}
	if (table->count == r->room) {
		size_t room = r->room ? 2 * r->room : 64;
		struct nft_found *all = realloc(table->all, room * sizeof(*all));

		if (!all) {
			r->err = ERR_MEMORY;
			return;
		}
		table->all = all;
		r->room = room;
	}
	table->all[table->count++] = *found;
}

/* The rule with a number, which is begun when it is not there. NULL: too many. */
static struct nft_found *rule_of(struct reader *r, uint64_t id)
{
	for (size_t i = 0; i < r->rule_count; i++)
		if (r->rules[i].id == id)
			return &r->rules[i];
	if (r->rule_count == NFT_RULES) {
		r->err = ERR_LIMIT;
		return NULL;
	}
	r->rules[r->rule_count] = (struct nft_found){ .id = id, .is_rule = true, .left = -1 };
	return &r->rules[r->rule_count++];
}

/* An element of a set: bare, or {"elem": {"val": ...}}. */
static const json_t *element_of(const json_t *element)
{
	return json_object_get(element, "elem");
}

/* "from4_24": the family and the bits. */
static bool source_set(const char *name, bool *four, unsigned *bits)
{
	char again[NFT_NAME];

	if (sscanf(name, "from4_%3u", bits) == 1 && *bits <= 32)
		*four = true;
	else if (sscanf(name, "from6_%3u", bits) == 1 && *bits <= 128)
		*four = false;
	else
		return false;
	snprintf(again, sizeof(again), "from%c_%u", *four ? '4' : '6', *bits);
	return strcmp(name, again) == 0;
}

static void read_sources(struct reader *r, const json_t *elements, bool four, unsigned bits)
{
	const json_t *each;
	size_t at;

	json_array_foreach(elements, at, each) {
		const json_t *element = element_of(each),
			     *counter = json_object_get(element, "counter");
		struct nft_found found = { .left = (int64_t)number_of(element, "expires") };
		struct ip ip;
		char *rest;

		found.id = number_in(text_of(element, "comment"), &rest);
		if (!found.id || *rest || ip_parse(&ip, text_of(element, "val")) != OK ||
		    ip_is_v4(&ip) != four)
			continue;
		found.source = ip_prefix(&ip, (uint8_t)(four ? bits + 96 : bits));
		found.packets = number_of(counter, "packets");
		found.bytes = number_of(counter, "bytes");
		found_add(r, &found);
	}
}

static void read_alive(struct reader *r, const json_t *elements)
{
	const json_t *each;
	size_t at;

	json_array_foreach(elements, at, each) {
		const json_t *element = element_of(each);
		uint64_t id = number_of(element, "val");
		struct nft_found *rule = id ? rule_of(r, id) : NULL;

		if (rule)
			rule->left = (int64_t)number_of(element, "expires");
	}
}

static void read_hits(struct reader *r, const json_t *elements)
{
	const json_t *each;
	size_t at;

	json_array_foreach(elements, at, each) {
		const json_t *element = element_of(each);
		struct hit *hit = &r->hits[r->hit_count];

		if (r->hit_count == HITS_MAX || ip_parse(&hit->ip, text_of(element, "val")) != OK)
			continue;
		hit->packets = number_of(json_object_get(element, "counter"), "packets");
		r->hit_count++;
	}
}

static void read_set(struct reader *r, const json_t *set)
{
	const char *name = text_of(set, "name");
	const json_t *elements = json_object_get(set, "elem");
	unsigned bits;
	bool four;

	if (source_set(name, &four, &bits)) {
		r->table->sets[!four][bits] = true;
		read_sources(r, elements, four, bits);
	} else if (strcmp(name, "alive") == 0) {
		read_alive(r, elements);
	} else if (strcmp(name, "hit4") == 0 || strcmp(name, "hit6") == 0) {
		read_hits(r, elements);
	} else if (strcmp(name, "known4") == 0 || strcmp(name, "known6") == 0) {
		r->table->known += json_array_size(elements);
	}
}

static void read_chain(struct reader *r, const json_t *chain)
{
	struct nft_table *table = r->table;
	const char *name = text_of(chain, "name");

	if (strcmp(name, NFT_LOOK) == 0)
		table->laid = true;
	if (json_object_get(chain, "hook") && table->hook_count < 2 * NFT_HOOKS &&
	    strncmp(name, NFT_HOOK, strlen(NFT_HOOK)) == 0 && strlen(name) < NFT_NAME)
		strncpy(table->hooks[table->hook_count++], name, NFT_NAME - 1);
}

/* The counter of a rule of an action's own chain. */
static void read_counter(struct nft_found *found, const json_t *rule)
{
	bool known = strcmp(text_of(rule, "comment"), "known") == 0;
	const json_t *each;
	size_t at;

	json_array_foreach(json_object_get(rule, "expr"), at, each) {
		const json_t *counter = json_object_get(each, "counter");

		if (known) {
			found->known += number_of(counter, "packets");
		} else {
			found->packets += number_of(counter, "packets");
			found->bytes += number_of(counter, "bytes");
		}
	}
}

/* Rules of a number that are more than we ever put are not ours. */
static void handle_add(struct nft_found *found, uint64_t handle)
{
	size_t used = 0;

	while (used < FILTER_NFT_RULES && found->handles[used])
		used++;
	if (used < FILTER_NFT_RULES)
		found->handles[used] = handle;
}

static void read_rule(struct reader *r, const json_t *rule)
{
	const char *chain = text_of(rule, "chain");
	bool filter = strcmp(chain, "filters") == 0;
	struct nft_found *found;
	uint64_t id;
	char *rest;

	if (!filter && *chain != 'a')
		return;
	id = number_in(filter ? text_of(rule, "comment") : chain + 1, &rest);
	found = id && (filter || !*rest) ? rule_of(r, id) : NULL;
	if (!found)
		return;
	if (!filter) {
		read_counter(found, rule);
		return;
	}
	handle_add(found, number_of(rule, "handle"));
	found->print = strtoull(rest, NULL, 16);
}

/* What the parts say together: rules that are there, and of each element how many of its hits were
 * known. */
static void join(struct reader *r)
{
	struct nft_table *table = r->table;

	for (size_t i = 0; i < table->count && r->hit_count; i++)
		for (size_t h = 0; h < r->hit_count; h++)
			if (prefix_has(&table->all[i].source, &r->hits[h].ip))
				table->all[i].known += r->hits[h].packets;
	for (size_t i = 0; i < r->rule_count; i++)
		if (r->rules[i].handles[0])
			found_add(r, &r->rules[i]);
	if (table->count)
		qsort(table->all, table->count, sizeof(*table->all), found_compare);
}

static void read_all(struct reader *r, const json_t *list)
{
	const json_t *each, *part;
	size_t at;

	json_array_foreach(list, at, each) {
		if ((part = json_object_get(each, "set")) != NULL)
			read_set(r, part);
		else if ((part = json_object_get(each, "chain")) != NULL)
			read_chain(r, part);
		else if ((part = json_object_get(each, "rule")) != NULL)
			read_rule(r, part);
	}
	join(r);
}

enum err nft_table_read(struct span json, struct nft_table *table)
{
	struct nft_table found = { .laid = false };
	struct reader *r = calloc(1, sizeof(*r));
	enum err err = ERR_MEMORY;
	json_t *root, *list;

	if (!r)
		return err;
	root = json_loadb((const char *)json.ptr, json.len, 0, NULL);
	list = json_object_get(root, "nftables");
	r->table = &found;
	if (json_is_array(list))
		read_all(r, list);
	else
		r->err = ERR_FORMAT;
	err = r->err;
	json_decref(root);
	free(r);
	if (err == OK)
		*table = found;
	else
		nft_table_free(&found);
	return err;
}

void nft_table_free(struct nft_table *table)
{
	free(table->all);
	*table = (struct nft_table){ .laid = false };
}

bool nft_table_hooked(const struct nft_table *table, const char *interface)
{
	for (size_t i = 0; i < table->hook_count; i++)
		if (strcmp(table->hooks[i] + strlen(NFT_HOOK), interface) == 0)
			return table->laid;
	return false;
}
