/*
 * index_look.c - look-ups: the filter first, then the slots, then the entry byte for byte; and only
 * when something accuses, whether a guard speaks for it.
 */
#include "intel/index_private.h"

#include "base/prefetch.h"
#include "base/text.h"

#include <string.h>

#define NETS_DEPTH 129 /* prefixes inside each other */

/* Specificity, to compare a match with its guard: bits of a prefix, labels of a name. */
#define RANK_ENDPOINT 129
#define RANK_IP       128
#define RANK_TEXT     1

/* One look-up: what is reported, and the guard once it has been looked for. */
struct look {
	const struct index *index;
	usec_t now;
	index_see *see;
	void *whom;
	unsigned count;
	int guard_rank; /* 0: none */
	bool guard_asked;
	struct span guard;
};

/* The thing that is looked up, in the ways in which a guard may know it. */
struct subject {
	enum indicator_kind kind;
	const struct index_end *end;
	const struct index_name *name; /* DOMAIN */
	struct span text;  /* URL, value: as the index has it */
	struct span other; /* URL: without its scheme */
};

bool index_find(const struct index *index, uint8_t kind, uint64_t hash, struct span key,
		struct entry *entry)
{
	uint64_t at = slot_of(hash, index->header.slots);

	for (unsigned i = 0; i < INDEX_PROBES; i++) {
		uint64_t slot = section_le64(&index->section[SECTION_SLOTS], at + i);

		if (slot == 0)
			return false;
		if ((slot & ((1u << SLOT_TAG_BITS) - 1)) != slot_tag(hash))
			continue;
		if (entry_read(&index->section[SECTION_ENTRIES], (slot >> SLOT_TAG_BITS) - 1,
			       entry) &&
		    entry->kind == kind && span_equal(entry->key, key))
			return true;
	}
	return false;
}

/* The key's bytes of an address, with a port or without. */
struct address_key {
	uint8_t bytes[18];
	size_t len;
};

static struct address_key address_key(const struct ip *ip, bool with_port, uint16_t port)
{
	struct address_key key = { .len = 0 };

	if (with_port) {
		key.bytes[0] = (uint8_t)port;
		key.bytes[1] = (uint8_t)(port >> 8);
		key.len = 2;
	}
	if (ip_is_v4(ip)) {
		memcpy(key.bytes + key.len, ip->b + 12, 4);
		key.len += 4;
	} else {
		memcpy(key.bytes + key.len, ip->b, 16);
		key.len += 16;
	}
	return key;
}

/* The entry of an address (`port` 0) or endpoint, accused or guarded (`guard`: ENTRY_GUARD). */
static bool find_address(const struct index *index, uint8_t guard, const struct index_end *end,
			 bool with_port, struct entry *entry)
{
	uint64_t seed = index->header.key;
	uint8_t kind = guard | INDICATOR_IP;
	uint64_t hash = entry_hash_ip(kind, &end->ip, seed);
	struct address_key key = address_key(&end->ip, with_port, end->port);

	if (with_port) {
		kind = guard | INDICATOR_ENDPOINT;
		hash = entry_hash_endpoint(kind, hash, end->port, seed);
	}
	if (!guard && !index_may_have(index, hash))
		return false;
	return index_find(index, kind, hash, (struct span){ key.bytes, key.len }, entry);
}

static bool find_text(const struct index *index, uint8_t kind, struct span value,
		      struct entry *entry)
{
	uint64_t hash = entry_hash(kind, value, index->header.key);

	if (!(kind & ENTRY_GUARD) && !index_may_have(index, hash))
		return false;
	return index_find(index, kind, hash, value, entry);
}

/* A guard that somebody still vouches for. */
static bool guard_take(struct look *look, struct entry *entry, bool whole, int rank)
{
	struct index_match guard;

	if (!match_fill(look->index, entry, look->now, whole, &guard))
		return false;
	look->guard_rank = rank;
	look->guard = match_guard_name(&guard);
	return true;
}

static void guard_of_end(struct look *look, const struct index_end *end)
{
	const struct index *index = look->index;
	struct entry entry;
	uint32_t node;
	uint64_t at = 0;

	if (end->port && find_address(index, ENTRY_GUARD, end, true, &entry) &&
	    guard_take(look, &entry, true, RANK_ENDPOINT))
		return;
	if (find_address(index, ENTRY_GUARD, end, false, &entry) &&
	    guard_take(look, &entry, true, RANK_IP))
		return;
	node = nets_find(&index->guards, &end->ip);
	for (unsigned i = 0; i < NETS_DEPTH && node != NETS_NONE; i++) {
		struct prefix prefix;
		uint16_t port;

		node = nets_up(&index->guards, node, &at);
		if (entry_read(&index->section[SECTION_ENTRIES], at, &entry) &&
		    entry.kind == (INDICATOR_PREFIX | ENTRY_GUARD) &&
		    entry_address(&entry, &prefix, &port) && prefix_has(&prefix, &end->ip) &&
		    guard_take(look, &entry, true, prefix.bits))
			return;
	}
}

static struct span suffix(const struct index_name *name, const struct suffixes *s, unsigned n)
{
	return (struct span){ name->text + s->at[n], name->length - s->at[n] };
}

static void guard_of_name(struct look *look, const struct index_name *name)
{
	uint8_t kind = INDICATOR_DOMAIN | ENTRY_GUARD;
	struct suffixes s;
	struct entry entry;

	index_suffixes(look->index, name, kind, &s);
	for (unsigned n = s.count; n-- > 0;)
		if (index_find(look->index, kind, s.hash[n], suffix(name, &s, n), &entry) &&
		    guard_take(look, &entry, s.at[n] == 0, (int)n + 1))
			return;
}

static void guard_ask(struct look *look, const struct subject *subject)
{
	uint8_t kind = (uint8_t)(subject->kind | ENTRY_GUARD);
	struct entry entry;

	look->guard_asked = true;
	if (!look->index->header.guards)
		return;
	if (subject->end) {
		guard_of_end(look, subject->end);
	} else if (subject->kind == INDICATOR_DOMAIN) {
		guard_of_name(look, subject->name);
	} else if (find_text(look->index, kind, subject->text, &entry) ||
		   (subject->other.len > 0 &&
		    find_text(look->index, kind, subject->other, &entry))) {
		guard_take(look, &entry, true, RANK_TEXT);
	}
}

/* Reports an entry, unless nobody says it any more. */
static void look_see(struct look *look, const struct subject *subject, struct entry *entry,
		     bool whole, int rank)
{
	struct index_match match;

	if (!match_fill(look->index, entry, look->now, whole, &match))
		return;
	match_value(entry, &match);
	if (!look->guard_asked)
		guard_ask(look, subject);
	match.guarded = look->guard_rank >= rank;
	match.guard = match.guarded ? look->guard : (struct span){ NULL, 0 };
	look->count++;
	look->see(look->whom, &match);
}

static void look_nets(struct look *look, const struct subject *subject, const struct ip *ip)
{
	const struct index *index = look->index;
	uint32_t node = index_near(index, ip) & NEAR_NET ? nets_find(&index->nets, ip) : NETS_NONE;

	for (unsigned i = 0; i < NETS_DEPTH && node != NETS_NONE; i++) {
		struct prefix prefix;
		struct entry entry;
		uint64_t at = 0;
		uint16_t port;

		node = nets_up(&index->nets, node, &at);
		if (entry_read(&index->section[SECTION_ENTRIES], at, &entry) &&
		    entry.kind == INDICATOR_PREFIX && entry_address(&entry, &prefix, &port) &&
		    prefix_has(&prefix, ip))
			look_see(look, subject, &entry, true, prefix.bits);
	}
}

unsigned index_ip(const struct index *index, const struct index_end *end, usec_t now,
		  index_see *see, void *whom)
{
	struct look look = { .index = index, .now = now, .see = see, .whom = whom };
	struct subject subject = { .kind = INDICATOR_IP, .end = end };
	struct entry entry;

	if (index_near(index, &end->ip) == NEAR_NOTHING)
		return 0;
	if (end->port && index_has_kind(index, INDICATOR_ENDPOINT) &&
	    find_address(index, 0, end, true, &entry))
		look_see(&look, &subject, &entry, true, RANK_ENDPOINT);
	if (find_address(index, 0, end, false, &entry))
		look_see(&look, &subject, &entry, true, RANK_IP);
	look_nets(&look, &subject, &end->ip);
	return look.count;
}

unsigned index_domain(const struct index *index, struct span name, usec_t now, index_see *see,
		      void *whom)
{
	struct look look = { .index = index, .now = now, .see = see, .whom = whom };
	struct subject subject = { .kind = INDICATOR_DOMAIN };
	struct index_name lower;
	struct suffixes s;
	struct entry entry;

	index_name(name, &lower);
	subject.name = &lower;
	index_suffixes(index, &lower, INDICATOR_DOMAIN, &s);
	for (unsigned n = s.count; n-- > 0;) /* their memory comes while the first is looked at */
		prefetch_read(index_filter_at(index, s.hash[n]));
	for (unsigned n = s.count; n-- > 0;)
		if (index_has_level(index, n + 1) && index_may_have(index, s.hash[n]) &&
		    index_find(index, INDICATOR_DOMAIN, s.hash[n], suffix(&lower, &s, n), &entry))
			look_see(&look, &subject, &entry, s.at[n] == 0, (int)n + 1);
	return look.count;
}

unsigned index_url(const struct index *index, struct span url, usec_t now, index_see *see,
		   void *whom)
{
	struct look look = { .index = index, .now = now, .see = see, .whom = whom };
	struct subject subject = { .kind = INDICATOR_URL };
	struct entry entry;
	struct index_url key;

	if (!index_has_kind(index, INDICATOR_URL) || !index_url_key(index, url, &key))
		return 0;
	subject.text = key.whole;
	subject.other = key.rest;
	if (index_may_have(index, key.hash_whole) &&
	    index_find(index, INDICATOR_URL, key.hash_whole, key.whole, &entry))
		look_see(&look, &subject, &entry, true, RANK_TEXT);
	if (key.rest.len < key.whole.len && index_may_have(index, key.hash_rest) &&
	    index_find(index, INDICATOR_URL, key.hash_rest, key.rest, &entry))
		look_see(&look, &subject, &entry, true, RANK_TEXT);
	return look.count;
}

unsigned index_text(const struct index *index, enum indicator_kind kind, struct span value,
		    usec_t now, index_see *see, void *whom)
{
	struct look look = { .index = index, .now = now, .see = see, .whom = whom };
	struct subject subject = { .kind = kind };
	uint8_t room[INDICATOR_VALUE];
	struct entry entry;

	if (kind < INDICATOR_MD5 || kind >= INDICATOR_KINDS || !index_has_kind(index, kind) ||
	    value.len == 0 || value.len > INDICATOR_VALUE)
		return 0;
	subject.text = index_text_key(kind, value, room);
	if (find_text(index, (uint8_t)kind, subject.text, &entry))
		look_see(&look, &subject, &entry, true, RANK_TEXT);
	return look.count;
}
