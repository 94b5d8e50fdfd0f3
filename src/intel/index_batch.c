/*
 * index_batch.c - what a look-up asks for, and many of them at once: all hashes, then all filters,
 * then the slots and entries of the few that are left, each step while the memory of the next is
 * under way.
 */
#include "intel/index_private.h"

#include "base/prefetch.h"
#include "base/text.h"
#include "intel/url.h"

#define BATCH_PROBES (INDEX_BATCH * 8) /* a name asks for each of its suffixes */
#define BATCH_SLOTS  4                 /* as far as the entry is fetched beforehand */

void index_suffixes(const struct index *index, struct span name, uint8_t kind, struct suffixes *s)
{
	uint64_t hash = entry_seed(kind, index->header.key), levels = index->header.levels;
	unsigned most = LABELS_MAX;
	size_t end = name.len;

	if (!(kind & ENTRY_GUARD) && levels >> 63 == 0)
		most = levels ? 63 - (unsigned)__builtin_clzll(levels) : 0;
	s->count = 0;
	for (size_t at = name.len; at-- > 0 && s->count < most;) {
		if (at > 0 && name.ptr[at - 1] != '.')
			continue;
		hash = entry_hash_label(hash, (struct span){ name.ptr + at, end - at });
		s->hash[s->count] = hash;
		s->at[s->count++] = (uint8_t)at;
		end = at > 0 ? at - 1 : 0;
	}
}

struct span index_name(struct span name, uint8_t room[HOST_TEXT])
{
	if (name.len > 0 && name.ptr[name.len - 1] == '.')
		name.len--;
	if (name.len >= HOST_TEXT)
		name.len = 0;
	for (size_t i = 0; i < name.len; i++)
		room[i] = text_lower(name.ptr[i]);
	return (struct span){ room, name.len };
}

struct span index_text_key(enum indicator_kind kind, struct span value,
			   uint8_t room[INDICATOR_VALUE])
{
	size_t digest = indicator_hash_bytes(kind), at = value.len;

	if (digest > 0) {
		if (value.len != 2 * digest)
			return (struct span){ room, 0 };
		for (size_t i = 0; i < digest; i++) {
			int high = text_nibble(value.ptr[2 * i]);
			int low = text_nibble(value.ptr[2 * i + 1]);

			if (high < 0 || low < 0)
				return (struct span){ room, 0 };
			room[i] = (uint8_t)(high << 4 | low);
		}
		return (struct span){ room, digest };
	}
	if (kind != INDICATOR_EMAIL)
		return value;
	while (at > 0 && value.ptr[at - 1] != '@')
		at--;
	for (size_t i = 0; i < value.len; i++)
		room[i] = i < at ? value.ptr[i] : text_lower(value.ptr[i]);
	return (struct span){ room, value.len };
}

/* One hash that is looked for, and for which question. */
struct probe {
	uint64_t hash;
	unsigned question;
};

struct batch {
	const struct index *index;
	struct probe probe[BATCH_PROBES];
	unsigned count;
	uint32_t nets; /* where a prefix may cover the address */
	uint32_t may;
};

static void probe_add(struct batch *b, uint64_t hash, unsigned question)
{
	if (b->count == BATCH_PROBES) {
		b->may |= 1u << question; /* to be looked up without this help */
		return;
	}
	b->probe[b->count++] = (struct probe){ hash, question };
	prefetch_read(index_filter_at(b->index, hash));
}

static void probe_text(struct batch *b, enum indicator_kind kind, struct span key,
		       unsigned question)
{
	probe_add(b, hash_text(key.ptr, key.len, entry_seed((uint8_t)kind, b->index->header.key)),
		  question);
}

static void probe_end(struct batch *b, const struct index_end *end, unsigned question)
{
	uint64_t key = b->index->header.key, hash;

	if (!index_area_has(b->index, &end->ip))
		return;
	hash = entry_hash_ip(INDICATOR_IP, &end->ip, key);
	probe_add(b, hash, question);
	if (end->port && index_has_kind(b->index, INDICATOR_ENDPOINT))
		probe_add(b, entry_hash_endpoint(INDICATOR_ENDPOINT, hash, end->port, key),
			  question);
	if (!index_has_net(b->index, &end->ip))
		return;
	nets_prefetch(&b->index->nets, &end->ip);
	b->nets |= 1u << question;
}

static void probe_name(struct batch *b, struct span name, unsigned question)
{
	uint8_t room[HOST_TEXT];
	struct suffixes s;

	index_suffixes(b->index, index_name(name, room), INDICATOR_DOMAIN, &s);
	for (unsigned n = 0; n < s.count; n++)
		if (index_has_level(b->index, n + 1))
			probe_add(b, s.hash[n], question);
}

static void probe_url(struct batch *b, struct span text, unsigned question)
{
	char room[INDICATOR_VALUE];
	struct url url;

	if (url_normal(text, true, room, &url) != INDICATOR_OK)
		return;
	probe_text(b, INDICATOR_URL, url.whole, question);
	if (url.rest.len < url.whole.len)
		probe_text(b, INDICATOR_URL, url.rest, question);
}

static void probe_question(struct batch *b, const struct index_question *q, unsigned question)
{
	uint8_t room[INDICATOR_VALUE];

	if (q->kind <= INDICATOR_ENDPOINT)
		probe_end(b, &q->end, question);
	else if (!index_has_kind(b->index, q->kind))
		return;
	else if (q->kind == INDICATOR_DOMAIN)
		probe_name(b, q->text, question);
	else if (q->kind == INDICATOR_URL)
		probe_url(b, q->text, question);
	else if (q->text.len > 0 && q->text.len <= INDICATOR_VALUE)
		probe_text(b, q->kind, index_text_key(q->kind, q->text, room), question);
}

/* Keeps the probes that the filter lets through, and asks for their slots. */
static void batch_filter(struct batch *b)
{
	const struct section *slots = &b->index->section[SECTION_SLOTS];
	unsigned kept = 0;

	for (unsigned i = 0; i < b->count; i++) {
		struct probe probe = b->probe[i];
		struct cur at;

		if (!index_may_have(b->index, probe.hash))
			continue;
		b->may |= 1u << probe.question;
		b->probe[kept++] = probe;
		at = section_cursor(slots, slot_of(probe.hash, b->index->header.slots) * 8);
		prefetch_read(at.p);
	}
	b->count = kept;
}

/* Asks for the entries. */
static void batch_slots(const struct batch *b)
{
	const struct index *index = b->index;

	for (unsigned i = 0; i < b->count; i++) {
		uint64_t hash = b->probe[i].hash, at = slot_of(hash, index->header.slots);

		for (unsigned n = 0; n < BATCH_SLOTS; n++) {
			uint64_t slot = section_le64(&index->section[SECTION_SLOTS], at + n);
			struct cur c;

			if ((slot & ((1u << SLOT_TAG_BITS) - 1)) != slot_tag(hash))
				continue;
			c = section_cursor(&index->section[SECTION_ENTRIES],
					   (slot >> SLOT_TAG_BITS) - 1);
			prefetch_read(c.p);
			break;
		}
	}
}

uint32_t index_batch(const struct index *index, const struct index_question *questions,
		     unsigned count)
{
	struct batch b;

	b.index = index;
	b.count = 0;
	b.may = 0;
	b.nets = 0;
	for (unsigned i = 0; i < count && i < INDEX_BATCH; i++)
		probe_question(&b, &questions[i], i);
	batch_filter(&b);
	for (uint32_t left = b.nets & ~b.may; left; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctz(left);

		if (nets_find(&index->nets, &questions[i].end.ip) != NETS_NONE)
			b.may |= 1u << i;
	}
	batch_slots(&b);
	return b.may;
}
