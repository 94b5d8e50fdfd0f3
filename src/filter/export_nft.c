/*
 * export_nft.c - the matches of an nft rule, as text and as JSON.
 *
 * Where a load fails, as behind the packet's end or of an extension header that is not there, the rule does
 * not match. `meta l4proto` is the protocol behind IPv6 extension headers.
 */
#include "filter/filter_export.h"
#include "filter/filter_private.h"

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
	if (filter->parts & FILTER_LENGTH)
		add_length(rule, filter->length);
	if (filter->parts & FILTER_TTL)
		add_range(rule, ip_name(rule), rule->family == 4 ? "ttl" : "hoplimit", filter->ttl);
}

static void add_proto(struct rule *rule, uint8_t proto)
{
	struct match *match = rule_add(rule, NULL, "l4proto");

	match->kind = MATCH_META;
	match->low = match->high = proto;
}

/* Which parts of a datagram a rule is for. */
enum part_test {
	PART_ALL,
	PART_WHOLE,     /* not fragmented */
	PART_FRAGMENT,
	PART_LATER,
	PART_FIRST,     /* the first fragment */
	PART_NOT_LATER, /* whole, or the first fragment */
};

/* RFC 791, 3.1: more fragments 0x2000, offset 0x1fff. */
static void add_part4(struct rule *rule, enum part_test part)
{
	static const struct {
		uint16_t mask, value;
		bool differs;
	} tests[] = {
		[PART_WHOLE] = { 0x3fff, 0, false },     [PART_FRAGMENT] = { 0x3fff, 0, true },
		[PART_LATER] = { 0x1fff, 0, true },      [PART_FIRST] = { 0x3fff, 0x2000, false },
		[PART_NOT_LATER] = { 0x1fff, 0, false },
	};

	add_masked(rule, "ip", "frag-off", tests[part].mask, tests[part].value)->differs = tests[part].differs;
}

/* RFC 8200, 4.5. */
static void add_part6(struct rule *rule, enum part_test part)
{
	const bool offset = part == PART_LATER || part == PART_FIRST;
	struct match *match = rule_add(rule, "frag", offset ? "frag-off" : NULL);

	match->kind = MATCH_EXTHDR;
	match->differs = part == PART_LATER;
	match->low = match->high = part == PART_FRAGMENT; /* of a header: that it is there */
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
	if (tcp && !(filter->parts & FILTER_HEADER)) /* a shorter one would have them begin within it */
		add_range(rule, "tcp", "doff", (struct filter_range){ 5, 15 });
	for (unsigned i = 0; i < bytes->len; i += 4) {
		unsigned n = bytes->len - i < 4 ? bytes->len - i : 4u;
		uint32_t mask = bytes_number(bytes->mask + i, n);
		uint32_t all = UINT32_MAX >> (32 - 8 * n);
		struct match *match;

		if (!mask)
			continue;
		match = add_raw(rule, tcp ? "ih" : "th", 8 * (header + bytes->at + i), 8 * n);
		match->mask = mask == all ? 0 : mask;
		match->low = match->high = bytes_number(bytes->value + i, n);
	}
}

/* A protocol that nft has no fields of stands last: nft 1.0.6 fails an assertion when it lists a rule where
 * masked bytes stand behind it. */
static void rule_fill(struct rule *rule, const struct filter *filter, unsigned family, enum part_test part)
{
	const bool first = (filter->parts & FILTER_PROTO) && proto_has_ports(filter->proto);
	const bool last = (filter->parts & FILTER_PROTO) && !first;

	*rule = (struct rule){ .family = family };
	add_network(rule, filter);
	if (part != PART_ALL && family == 4)
		add_part4(rule, part);
	else if (part != PART_ALL)
		add_part6(rule, part);
	if (first)
		add_proto(rule, filter->proto);
	if (filter->parts & FILTER_TRANSPORT)
		add_transport(rule, filter);
	if (filter->parts & FILTER_BYTES)
		add_bytes(rule, filter);
	if (last)
		add_proto(rule, filter->proto);
}

/* Loads of 1, 2 and 4 bytes find a transport header in later fragments, too (nft_payload_fast_eval()), so
 * it is said that these are not meant. */
static enum part_test part_of(const struct filter *filter)
{
	const bool transport = filter->parts & FILTER_TRANSPORT;

	if (!(filter->parts & FILTER_FRAGMENT))
		return transport ? PART_NOT_LATER : PART_ALL;
	if (filter->fragment == FRAGMENT_ANY)
		return transport ? PART_FIRST : PART_FRAGMENT;
	return filter->fragment == FRAGMENT_NONE ? PART_WHOLE : PART_LATER;
}

/* IPv6 has a header for fragments, or none: what is for either needs a rule for each. */
static size_t fill_family(struct rule *rules, const struct filter *filter, unsigned family)
{
	enum part_test part = part_of(filter);

	if (family == 6 && (filter->parts & FILTER_LENGTH) && filter->length.high < 40)
		return 0;
	if (family == 4 || part != PART_NOT_LATER) {
		rule_fill(rules, filter, family, part);
		return 1;
	}
	rule_fill(&rules[0], filter, family, PART_WHOLE);
	rule_fill(&rules[1], filter, family, PART_FIRST);
	return 2;
}

/* Where no family is given, one rule is for both if it looks at nothing that differs. */
static size_t fill_rules(struct rule rules[FILTER_NFT_RULES], const struct filter *filter)
{
	unsigned family = filter_family(filter);
	size_t count;

	if (family || !(filter->parts & ~(uint32_t)FILTER_PROTO))
		return fill_family(rules, filter, family);
	count = fill_family(rules, filter, 4);
	return count + fill_family(rules + count, filter, 6);
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

enum err filter_nft(const struct filter *filter, struct filter_nft *nft, char trouble[FILTER_TROUBLE])
{
	struct filter_nft made = { .count = 0 };
	struct rule rules[FILTER_NFT_RULES];
	const char *lacks = nft_lacks(filter);
	enum err err = OK;
	size_t count;

	if (lacks) {
		snprintf(trouble, FILTER_TROUBLE, "%s", lacks);
		return ERR_UNSUPPORTED;
	}
	count = fill_rules(rules, filter);
	while (err == OK && made.count < count) {
		err = rule_write(&rules[made.count], &made.rules[made.count]);
		made.count++;
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
