/*
 * export_nft.c - the matches of an nft rule, as text and as JSON.
 *
 * What nft looks at was read in nf_tables (nft_payload.c, nft_exthdr.c): a load of the transport header
 * fails in later fragments, and one behind the packet's end fails; where a load fails the rule does not
 * match. `meta l4proto` is the protocol behind IPv6 extension headers.
 */
#include "filter/filter_export.h"
#include "filter/filter_private.h"

#include "base/load.h"
#include "base/text.h"

#define MATCHES 24 /* of one rule */

enum match_kind { MATCH_META, MATCH_FIELD, MATCH_RAW, MATCH_EXTHDR };

struct match {
	enum match_kind kind;
	const char *base, *field; /* "ip" "saddr"; of raw bytes the base, of an extension header its name */
	unsigned offset, bits;    /* of raw bytes */
	uint32_t mask;            /* 0: all of it is compared */
	bool differs;             /* from what follows */
	const struct prefix *prefix; /* with it, or with */
	const char *word;            /* a word, or with */
	uint32_t low, high;          /* numbers */
};

struct rule {
	struct match matches[MATCHES];
	size_t count;
	unsigned family;
};

static struct match *rule_add(struct rule *rule, const char *base, const char *field)
{
	struct match *match = &rule->matches[rule->count++];

	*match = (struct match){ .kind = MATCH_FIELD, .base = base, .field = field };
	return match;
}

static void add_range(struct rule *rule, const char *base, const char *field, struct filter_range range)
{
	struct match *match = rule_add(rule, base, field);

	match->low = range.low;
	match->high = range.high;
}

/* A number whose bits of `mask` are (or are not) as in `value`. */
static struct match *add_masked(struct rule *rule, const char *base, const char *field, uint32_t mask,
				uint32_t value)
{
	struct match *match = rule_add(rule, base, field);

	match->mask = mask;
	match->low = match->high = value;
	return match;
}

static struct match *add_raw(struct rule *rule, const char *base, unsigned offset, unsigned bits)
{
	struct match *match = rule_add(rule, base, NULL);

	match->kind = MATCH_RAW;
	match->offset = offset;
	match->bits = bits;
	return match;
}

static const char *ip_name(const struct rule *rule)
{
	return rule->family == 4 ? "ip" : "ip6";
}

/* IPv6 says how long the packet is behind its header. */
static void add_length(struct rule *rule, struct filter_range length)
{
	if (rule->family == 6) {
		length.low = length.low > 40 ? (uint16_t)(length.low - 40) : 0;
		length.high = (uint16_t)(length.high - 40);
	}
	add_range(rule, ip_name(rule), "length", length);
}

static void add_network(struct rule *rule, const struct filter *filter)
{
	const unsigned widest = rule->family == 4 ? 96 : 0; /* which is no condition but the family */
	struct match *match;

	if (rule->family && filter->to.bits <= widest && filter->from.bits <= widest) {
		match = rule_add(rule, NULL, "protocol");
		match->kind = MATCH_META;
		match->word = ip_name(rule);
	}
	if ((filter->parts & FILTER_TO) && filter->to.bits > widest)
		rule_add(rule, ip_name(rule), "daddr")->prefix = &filter->to;
	if ((filter->parts & FILTER_FROM) && filter->from.bits > widest)
		rule_add(rule, ip_name(rule), "saddr")->prefix = &filter->from;
	if (filter->parts & FILTER_PROTO) {
		match = rule_add(rule, NULL, "l4proto");
		match->kind = MATCH_META;
		match->low = match->high = filter->proto;
	}
	if (filter->parts & FILTER_LENGTH)
		add_length(rule, filter->length);
	if (filter->parts & FILTER_TTL)
		add_range(rule, ip_name(rule), rule->family == 4 ? "ttl" : "hoplimit", filter->ttl);
}

/* RFC 791, 3.1; RFC 8200, 4.5. */
static void add_fragment(struct rule *rule, uint8_t fragment)
{
	struct match *match;

	if (rule->family == 4) {
		match = add_masked(rule, "ip", "frag-off", fragment == FRAGMENT_LATER ? 0x1fff : 0x3fff, 0);
		match->differs = fragment != FRAGMENT_NONE;
	} else if (fragment == FRAGMENT_LATER) {
		match = rule_add(rule, "frag", "frag-off");
		match->kind = MATCH_EXTHDR;
		match->differs = true;
	} else {
		match = rule_add(rule, "frag", NULL);
		match->kind = MATCH_EXTHDR;
		match->low = fragment == FRAGMENT_ANY;
	}
}

/* Type and code of ICMP by their names where the family allows nft to say them. */
static void add_icmp(struct rule *rule, const struct filter *filter)
{
	const bool six = filter->proto == PROTO_ICMP6;
	const char *base = six ? "icmpv6" : "icmp";
	const bool named = rule->family == (six ? 6 : 4);

	for (unsigned i = 0; i < 2; i++) {
		struct filter_range range = i ? filter->to_port : filter->from_port;
		struct match *match;

		if (!(filter->parts & (i ? FILTER_TO_PORT : FILTER_FROM_PORT)))
			continue;
		match = named ? rule_add(rule, base, i ? "code" : "type") : add_raw(rule, "th", 8 * i, 8);
		match->low = range.low;
		match->high = range.high;
	}
}

static void add_transport(struct rule *rule, const struct filter *filter)
{
	const char *base = filter->proto == PROTO_TCP ? "tcp" : "udp";
	const uint32_t parts = filter->parts;

	if ((parts & FILTER_PORTS) && proto_is_icmp(filter->proto)) {
		add_icmp(rule, filter);
		return;
	}
	if (parts & FILTER_FROM_PORT)
		add_range(rule, base, "sport", filter->from_port);
	if (parts & FILTER_TO_PORT)
		add_range(rule, base, "dport", filter->to_port);
	if (parts & FILTER_FLAGS)
		add_masked(rule, base, "flags", filter->flags_mask, filter->flags);
	if (parts & FILTER_WINDOW)
		add_range(rule, base, "window", filter->window);
	if (parts & FILTER_HEADER)
		add_range(rule, base, "doff",
			  (struct filter_range){ filter->header.low / 4, filter->header.high / 4 });
}

/* Four bytes at a time: numbers of JSON end below 64 bits. The packet must be so long without padding. */
static void add_bytes(struct rule *rule, const struct filter *filter)
{
	const struct filter_bytes *bytes = &filter->bytes;
	const bool tcp = filter->proto == PROTO_TCP;
	const unsigned header = proto_has_ports(filter->proto) && !tcp ? 8 : 0;
	const unsigned least = (rule->family == 4 ? 20u : 40u) + (tcp ? 20u : header) + bytes->at + bytes->len;

	add_length(rule, (struct filter_range){ (uint16_t)least, 65535 });
	for (unsigned i = 0; i < bytes->len; i += 4) {
		unsigned n = bytes->len - i < 4 ? bytes->len - i : 4u;
		uint32_t mask = ld_be32(bytes->mask + i) >> (32 - 8 * n);
		uint32_t all = UINT32_MAX >> (32 - 8 * n);
		struct match *match;

		if (!mask)
			continue;
		match = add_raw(rule, tcp ? "ih" : "th", 8 * (header + bytes->at + i), 8 * n);
		match->mask = mask == all ? 0 : mask;
		match->low = match->high = ld_be32(bytes->value + i) >> (32 - 8 * n);
	}
}

static void rule_fill(struct rule *rule, const struct filter *filter, unsigned family)
{
	*rule = (struct rule){ .family = family };
	add_network(rule, filter);
	if (filter->parts & FILTER_FRAGMENT)
		add_fragment(rule, filter->fragment);
	if (filter->parts & FILTER_TRANSPORT)
		add_transport(rule, filter);
	if (filter->parts & FILTER_BYTES)
		add_bytes(rule, filter);
}

/* A prefix, or an address where it is one. */
static const char *prefix_words(const struct prefix *prefix, char text[PREFIX_TEXT])
{
	return prefix->bits == 128 ? ip_text(&prefix->ip, text) : prefix_text(prefix, text);
}

static void match_text(const struct match *match, char text[FILTER_NFT])
{
	char prefix[PREFIX_TEXT];

	if (*text)
		text_append(text, FILTER_NFT, " ");
	if (match->kind == MATCH_EXTHDR && !match->field) {
		text_append(text, FILTER_NFT, "exthdr %s %s", match->base,
			    match->low ? "exists" : "missing");
		return;
	}
	if (match->kind == MATCH_RAW)
		text_append(text, FILTER_NFT, "@%s,%u,%u", match->base, match->offset, match->bits);
	else
		text_append(text, FILTER_NFT, "%s %s", match->base ? match->base : "meta", match->field);
	if (match->mask)
		text_append(text, FILTER_NFT, " & 0x%x", match->mask);
	if (match->mask || match->differs)
		text_append(text, FILTER_NFT, match->differs ? " !=" : " ==");
	if (match->prefix)
		text_append(text, FILTER_NFT, " %s", prefix_words(match->prefix, prefix));
	else if (match->word)
		text_append(text, FILTER_NFT, " %s", match->word);
	else if (match->mask || match->kind == MATCH_RAW)
		text_append(text, FILTER_NFT, " 0x%x", match->low);
	else
		text_append(text, FILTER_NFT, " %u", match->low);
	if (match->high != match->low)
		text_append(text, FILTER_NFT, "-%u", match->high);
}

static json_t *left_json(const struct match *match)
{
	switch (match->kind) {
	case MATCH_META:
		return json_pack("{s:{s:s}}", "meta", "key", match->field);
	case MATCH_FIELD:
		return json_pack("{s:{s:s,s:s}}", "payload", "protocol", match->base, "field", match->field);
	case MATCH_RAW:
		return json_pack("{s:{s:s,s:i,s:i}}", "payload", "base", match->base, "offset",
				 (int)match->offset, "len", (int)match->bits);
	case MATCH_EXTHDR:
	default:
		return json_pack("{s:{s:s,s:s*}}", "exthdr", "name", match->base, "field", match->field);
	}
}

static json_t *right_json(const struct match *match)
{
	char address[IP_TEXT];

	if (match->prefix) {
		unsigned whole = prefix_is_v4(match->prefix) ? 96 : 0;

		ip_text(&match->prefix->ip, address);
		if (match->prefix->bits == 128)
			return json_string(address);
		return json_pack("{s:{s:s,s:i}}", "prefix", "addr", address, "len",
				 (int)(match->prefix->bits - whole));
	}
	if (match->word)
		return json_string(match->word);
	if (match->kind == MATCH_EXTHDR && !match->field)
		return json_boolean(match->low);
	if (match->high != match->low)
		return json_pack("{s:[i,i]}", "range", (int)match->low, (int)match->high);
	return json_integer(match->low);
}

static json_t *match_json(const struct match *match)
{
	json_t *left = left_json(match);

	if (match->mask)
		left = json_pack("{s:[o,I]}", "&", left, (json_int_t)match->mask);
	return json_pack("{s:{s:s,s:o,s:o}}", "match", "op", match->differs ? "!=" : "==", "left", left,
			 "right", right_json(match));
}

static enum err rule_write(const struct rule *rule, struct filter_nft_rule *written)
{
	written->text[0] = '\0';
	written->matches = json_array();
	if (!written->matches)
		return ERR_MEMORY;
	for (size_t i = 0; i < rule->count; i++) {
		match_text(&rule->matches[i], written->text);
		if (json_array_append_new(written->matches, match_json(&rule->matches[i])) != 0)
			return ERR_MEMORY;
	}
	return OK;
}

static const char *nft_lacks(const struct filter *filter)
{
	if (!(filter->parts & FILTER_BYTES))
		return NULL;
	if (!(filter->parts & FILTER_PROTO))
		return "nft finds no bytes where no protocol is given (proto)";
	if (!(filter->parts & FILTER_FRAGMENT) || filter->fragment != FRAGMENT_NONE)
		return "nft finds no bytes in later fragments: with bytes it needs fragment none";
	return NULL;
}

/* The families that need a rule each; 0: one rule is for both. */
static size_t nft_families(const struct filter *filter, unsigned families[FILTER_NFT_RULES])
{
	families[0] = filter_family(filter);
	if (families[0] || !(filter->parts & (FILTER_LENGTH | FILTER_TTL | FILTER_FRAGMENT | FILTER_BYTES)))
		return 1;
	families[0] = 4;
	families[1] = 6;
	return (filter->parts & FILTER_LENGTH) && filter->length.high < 40 ? 1 : 2;
}

enum err filter_nft(const struct filter *filter, struct filter_nft *nft, char trouble[FILTER_TROUBLE])
{
	struct filter_nft made = { .count = 0 };
	unsigned families[FILTER_NFT_RULES];
	const char *lacks = nft_lacks(filter);
	size_t count = nft_families(filter, families);
	enum err err = OK;

	if (lacks) {
		snprintf(trouble, FILTER_TROUBLE, "%s", lacks);
		return ERR_UNSUPPORTED;
	}
	while (err == OK && made.count < count) {
		struct rule rule;

		rule_fill(&rule, filter, families[made.count]);
		err = rule_write(&rule, &made.rules[made.count++]);
	}
	if (err != OK) {
		filter_nft_free(&made);
		snprintf(trouble, FILTER_TROUBLE, "no memory");
		return err;
	}
	*nft = made;
	return OK;
}

void filter_nft_free(struct filter_nft *nft)
{
	for (size_t i = 0; i < nft->count; i++)
		json_decref(nft->rules[i].matches);
	nft->count = 0;
}
