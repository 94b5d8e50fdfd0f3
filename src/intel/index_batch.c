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
#define ENTRY_USUAL  40                /* bytes of most entries */
#define EACH_BYTE    0x0101010101010101ull

/* Eight bytes at once: whether each is in a range of ASCII, in its eighth bit. The low seven bits are
 * compared, where an addition carries into the eighth and no further. */
static uint64_t word_within(uint64_t word, uint8_t first, uint8_t last)
{
	uint64_t low = word & 0x7f * EACH_BYTE;

	return (low + (0x80u - first) * EACH_BYTE) & ~(low + (0x7fu - last) * EACH_BYTE) & ~word;
}

/* Letters in lower case. */
static uint64_t word_lower(uint64_t word)
{
	return word | (word_within(word, 'A', 'Z') & 0x80 * EACH_BYTE) >> 2;
}

/* Bit n: byte n of eight is a dot. */
static uint64_t word_dots(uint64_t word)
{
	uint64_t other = word ^ '.' * EACH_BYTE;
	uint64_t dots = ~(((other & 0x7f * EACH_BYTE) + 0x7f * EACH_BYTE) | other) &
			0x80 * EACH_BYTE;

	return (dots >> 7) * 0x0102040810204080ull >> 56; /* gathers the eight bits */
}

static void name_word(struct index_name *name, size_t at, uint64_t word)
{
	uint64_t dots;

	word = word_lower(word);
	memcpy(name->text + at, &word, sizeof(word));
	dots = word_dots(word);
	name->dots[at / 64] |= dots << at % 64;
	if (at % 64 > 56 && at / 64 + 1 < HOST_TEXT / 64)
		name->dots[at / 64 + 1] |= dots >> (64 - at % 64);
}

void index_name(struct span text, struct index_name *name)
{
	size_t length = text.len;

	length -= length > 0 && text.ptr[length - 1] == '.';
	if (length >= HOST_TEXT)
		length = 0;
	memset(name, 0, offsetof(struct index_name, text));
	name->length = length;
	if (length >= 8) {
		for (size_t at = 0; at + 8 < length; at += 8)
			name_word(name, at, ld_le64(text.ptr + at));
		name_word(name, length - 8, ld_le64(text.ptr + length - 8));
	} else if (length > 0) {
		name_word(name, 0, hash_load(text.ptr, length));
	}
}

static void suffix_add(struct suffixes *s, struct entry_tail *tail, const struct index_name *name,
		       size_t at)
{
	s->at[s->count] = (uint8_t)at;
	s->hash[s->count++] =
		entry_tail_hash(tail, name->text + name->length, name->length - at);
}

void index_suffixes(const struct index *index, const struct index_name *name, uint8_t kind,
		    struct suffixes *s)
{
	struct entry_tail tail = entry_tail_begin(kind, index->header.key);
	uint64_t levels = index->header.levels;
	unsigned most = LABELS_MAX;

	if (!(kind & ENTRY_GUARD) && levels >> 63 == 0)
		most = levels ? 63 - (unsigned)__builtin_clzll(levels) : 0;
	s->count = 0;
	if (name->length == 0)
		return;
	for (size_t word = (name->length - 1) / 64 + 1; word-- > 0;) {
		for (uint64_t dots = name->dots[word]; dots && s->count < most;) {
			unsigned bit = 63 - (unsigned)__builtin_clzll(dots);

			dots ^= 1ull << bit;
			if (word * 64 + bit + 1 < name->length)
				suffix_add(s, &tail, name, word * 64 + bit + 1);
		}
	}
	if (s->count < most)
		suffix_add(s, &tail, name, 0);
}

/* What is before a URL can be read only in our room, or when it is its own scheme. */
static uint64_t url_hash(struct entry_tail *tail, const uint8_t *end, size_t length)
{
	return length >= 8 ? entry_tail_hash_long(tail, end, length)
			   : entry_tail_hash(tail, end, length);
}

bool index_url_key(const struct index *index, struct span text, struct index_url *url)
{
	struct entry_tail tail = entry_tail_begin(INDICATOR_URL, index->header.key);
	struct url normal;
	const uint8_t *end;

	if (!url_as_it_is(text, &normal) &&
	    url_normal(text, true, (char *)url->room, &normal) != INDICATOR_OK)
		return false;
	url->whole = normal.whole;
	url->rest = normal.rest;
	end = url->whole.ptr + url->whole.len;
	memset(url->before, 0, sizeof(url->before));
	url->hash_rest = url_hash(&tail, end, url->rest.len);
	url->hash_whole = url_hash(&tail, end, url->whole.len);
	return true;
}

/* Digits to bytes, eight at a time: every digest has a multiple of that. False: some is none. */
static bool digest_read(struct span digits, uint8_t *bytes)
{
	uint64_t good = UINT64_MAX;

	for (size_t at = 0; at + 8 <= digits.len; at += 8) {
		uint64_t word = ld_le64(digits.ptr + at), value;
		uint32_t four;

		good &= word_within(word, '0', '9') |
			word_within(word | 0x20 * EACH_BYTE, 'a', 'f');
		value = (word & 0x0f * EACH_BYTE) + (word >> 6 & EACH_BYTE) * 9;
		value = (value << 4 | value >> 8) & 0x00ff00ff00ff00ffull;
		value = (value | value >> 8) & 0x0000ffff0000ffffull;
		four = (uint32_t)(value | value >> 16);
		memcpy(bytes + at / 2, &four, sizeof(four));
	}
	return (good & 0x80 * EACH_BYTE) == 0x80 * EACH_BYTE;
}

struct span index_text_key(enum indicator_kind kind, struct span value,
			   uint8_t room[INDICATOR_VALUE])
{
	size_t digest = indicator_hash_bytes(kind), at = value.len;

	if (digest > 0) {
		if (value.len == digest)
			return value;
		return (struct span){
			room, value.len == 2 * digest && digest_read(value, room) ? digest : 0
		};
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
	const struct index_question *questions;
	struct probe probe[BATCH_PROBES];
	unsigned count;
	uint32_t of[INDICATOR_KINDS]; /* bit n: questions[n] is of this kind */
	uint32_t nets;                /* where a prefix may cover the address */
	uint32_t node[INDEX_BATCH];   /* of these: the longest */
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

static void probe_end(struct batch *b, const struct index_end *end, unsigned question)
{
	unsigned near = index_near(b->index, &end->ip);
	uint64_t key = b->index->header.key, hash;

	if (near == NEAR_NOTHING)
		return;
	hash = entry_hash_ip(INDICATOR_IP, &end->ip, key);
	probe_add(b, hash, question);
	if (end->port && index_has_kind(b->index, INDICATOR_ENDPOINT))
		probe_add(b, entry_hash_endpoint(INDICATOR_ENDPOINT, hash, end->port, key),
			  question);
	if (!(near & NEAR_NET))
		return;
	nets_prefetch(&b->index->nets, &end->ip);
	b->nets |= 1u << question;
}

static void probe_name(struct batch *b, struct span text, unsigned question)
{
	struct index_name name;
	struct suffixes s;

	index_name(text, &name);
	index_suffixes(b->index, &name, INDICATOR_DOMAIN, &s);
	for (unsigned n = 0; n < s.count; n++)
		if (index_has_level(b->index, n + 1))
			probe_add(b, s.hash[n], question);
}

static void probe_url(struct batch *b, struct span text, unsigned question)
{
	struct index_url url;

	if (!index_url_key(b->index, text, &url))
		return;
	probe_add(b, url.hash_whole, question);
	if (url.rest.len < url.whole.len)
		probe_add(b, url.hash_rest, question);
}

static void probe_text(struct batch *b, const struct index_question *q, unsigned question)
{
	uint8_t room[INDICATOR_VALUE];
	struct span key;

	if (q->text.len == 0 || q->text.len > INDICATOR_VALUE)
		return;
	key = index_text_key(q->kind, q->text, room);
	probe_add(b,
		  hash_text(key.ptr, key.len,
			    entry_seed((uint8_t)q->kind, b->index->header.key)),
		  question);
}

/* The questions of one kind. Kind by kind, because a processor that meets them mixed guesses wrong at
 * each which way it goes on. */
static void probe_kind(struct batch *b, enum indicator_kind kind)
{
	const struct index_question *q = b->questions;

	if (kind > INDICATOR_ENDPOINT && !index_has_kind(b->index, kind))
		return;
	for (uint32_t left = b->of[kind]; left; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctz(left);

		if (kind <= INDICATOR_ENDPOINT)
			probe_end(b, &q[i].end, i);
		else if (kind == INDICATOR_DOMAIN)
			probe_name(b, q[i].text, i);
		else if (kind == INDICATOR_URL)
			probe_url(b, q[i].text, i);
		else
			probe_text(b, &q[i], i);
	}
}

static void batch_probes(struct batch *b, unsigned count)
{
	for (unsigned i = 0; i < count && i < INDEX_BATCH; i++) {
		const struct index_question *q = &b->questions[i];

		if (q->kind >= INDICATOR_KINDS)
			continue;
		b->of[q->kind] |= 1u << i;
		if (q->kind <= INDICATOR_ENDPOINT)
			prefetch_read(index_area_at(b->index, &q->end.ip));
	}
	for (unsigned kind = INDICATOR_KINDS; kind-- > 0;) /* addresses last: they wait already */
		probe_kind(b, (enum indicator_kind)kind);
}

/* Keeps the probes that the filter lets through, and asks for their slots. */
static void batch_filter(struct batch *b)
{
	const struct section *slots = &b->index->section[SECTION_SLOTS];
	unsigned kept = 0;

	for (unsigned i = 0; i < b->count; i++) { /* no branch: who passes is not to be guessed */
		b->probe[kept] = b->probe[i];
		kept += index_may_have(b->index, b->probe[i].hash);
	}
	b->count = kept;
	for (unsigned i = 0; i < kept; i++) {
		uint64_t slot = slot_of(b->probe[i].hash, b->index->header.slots);

		b->may |= 1u << b->probe[i].question;
		prefetch_read(section_cursor(slots, slot * 8).p);
	}
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
			if (c.left > ENTRY_USUAL) /* which often crosses into the next line */
				prefetch_read(c.p + ENTRY_USUAL);
			break;
		}
	}
}

/* The prefixes over addresses; asks for what is known of them. */
static void batch_nets(struct batch *b)
{
	const struct index_nets *nets = &b->index->nets;

	for (uint32_t left = b->nets; left; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctz(left);

		b->node[i] = nets_find(nets, &b->questions[i].end.ip);
		if (b->node[i] == NETS_NONE) {
			b->nets ^= 1u << i;
			continue;
		}
		prefetch_read(section_cursor(&nets->nodes, (uint64_t)b->node[i] * NETS_NODE).p);
	}
	b->may |= b->nets;
}

static void batch_nets_entries(const struct batch *b)
{
	for (uint32_t left = b->nets; left; left &= left - 1) {
		uint64_t entry = 0;

		nets_up(&b->index->nets, b->node[__builtin_ctz(left)], &entry);
		prefetch_read(section_cursor(&b->index->section[SECTION_ENTRIES], entry).p);
	}
}

uint32_t index_batch(const struct index *index, const struct index_question *questions,
		     unsigned count)
{
	struct batch b;

	b.index = index;
	b.questions = questions;
	b.count = 0;
	b.may = b.nets = 0;
	memset(b.of, 0, sizeof(b.of));
	batch_probes(&b, count);
	batch_filter(&b);
	batch_nets(&b);
	batch_slots(&b);
	batch_nets_entries(&b);
	return b.may;
}
