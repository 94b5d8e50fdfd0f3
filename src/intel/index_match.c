/* index_match.c - makes a match of an entry: who still says it, and how sure they are together. */
#include "intel/index_private.h"

#include <string.h>

struct span index_string(const struct index *index, uint32_t number)
{
	const struct section *at = &index->section[SECTION_STRINGS_AT];
	const struct section *strings = &index->section[SECTION_STRINGS];
	uint32_t from, to;
	struct cur c;

	if (number == 0) /* no text: most of a telling's five */
		return (struct span){ strings->ptr, 0 };
	from = section_le32(at, number);
	to = section_le32(at, number + 1ull);
	c = section_cursor(strings, from);
	return cur_span(&c, to >= from ? to - from : 0);
}

struct entry_origins index_origins(const struct index *index, uint32_t number)
{
	const struct section *s = &index->section[SECTION_ORIGINS];

	return (struct entry_origins){ section_le32(s, number * 4ull),
				       section_le32(s, number * 4ull + 1),
				       section_le32(s, number * 4ull + 2),
				       section_le32(s, number * 4ull + 3) };
}

/* Who is independent of whom, and what each is worth. */
struct voices {
	struct {
		uint32_t origin;
		uint8_t flags, confidence;
	} voice[INDEX_TELLINGS];
	unsigned n;
	bool accuses; /* somebody says that it is bad, not only what it is */
};

static void voice_add(struct voices *voices, const struct entry_origins *o,
		      const struct entry_telling *t)
{
	uint32_t origin = o->origin ? o->origin : o->source;
	uint8_t context = t->flags & INDICATOR_CONTEXT;

	voices->accuses |= !context;
	for (unsigned i = 0; i < voices->n; i++) {
		if (voices->voice[i].origin != origin || voices->voice[i].flags != context)
			continue;
		if (voices->voice[i].confidence < t->confidence)
			voices->voice[i].confidence = t->confidence;
		return;
	}
	voices->voice[voices->n].origin = origin;
	voices->voice[voices->n].flags = context;
	voices->voice[voices->n++].confidence = t->confidence;
}

/* 1 - product(1 - c), in millionths so that no two machines round differently. */
static uint8_t voices_confidence(const struct voices *voices)
{
	uint32_t doubt = 1000000;

	for (unsigned i = 0; i < voices->n; i++) {
		uint32_t c = voices->voice[i].confidence;

		if (!voices->voice[i].flags || !voices->accuses)
			doubt = doubt * (100 - (c < 100 ? c : 100)) / 100;
	}
	return (uint8_t)((1000000 - doubt + 5000) / 10000);
}

static void telling_fill(const struct index *index, const struct entry_telling *t,
			 const struct entry_origins *o, uint64_t expiry, struct indicator *out)
{
	out->flags = t->flags;
	out->confidence = t->confidence;
	out->malware = index_string(index, o->malware);
	out->group = index_string(index, o->group);
	out->source = index_string(index, o->source);
	out->origin = index_string(index, o->origin);
	out->reference = index_string(index, t->reference);
	out->seen = t->seen * USEC_PER_SEC;
	out->expires = expiry == ENTRY_NEVER ? 0 : (usec_t)expiry * USEC_PER_SEC;
}

bool match_fill(const struct index *index, struct entry *entry, usec_t now, bool whole,
		struct index_match *match)
{
	uint64_t built = (uint64_t)(index->header.built / USEC_PER_SEC);
	uint64_t seconds = now > 0 ? (uint64_t)(now / USEC_PER_SEC) : 0;
	unsigned kind = entry->kind & ~ENTRY_GUARD;
	struct voices voices = { .n = 0 };
	struct entry_telling t;

	match->kind = (enum indicator_kind)kind;
	match->count = entry->count;
	match->kept = 0;
	for (uint64_t i = 0; i < entry->count && i < INDEX_TELLINGS; i++) {
		struct entry_origins o;
		uint64_t expiry;

		if (!entry_telling_read(entry, &t))
			return false;
		expiry = entry_expiry(&t, index->header.days[kind], built);
		if (expiry <= seconds || (t.flags & INDICATOR_EXACT && !whole)) {
			match->count--;
			continue;
		}
		o = index_origins(index, t.origins);
		telling_fill(index, &t, &o, expiry, &match->telling[match->kept++]);
		voice_add(&voices, &o, &t);
	}
	match->confidence = voices_confidence(&voices);
	match->alone = voices.accuses && kind != INDICATOR_JA3 && kind != INDICATOR_JA4;
	return match->kept > 0;
}

static size_t hex_write(struct span bytes, char *text)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	for (size_t i = 0; i < bytes.len && n + 2 < INDICATOR_HASH_TEXT; i++) {
		text[n++] = digits[bytes.ptr[i] >> 4];
		text[n++] = digits[bytes.ptr[i] & 15];
	}
	return n;
}

static size_t number_write(char mark, unsigned number, char *text)
{
	unsigned digits = 1;

	for (unsigned more = number / 10; more > 0; more /= 10)
		digits++;
	text[0] = mark;
	for (unsigned i = digits; i > 0; i--, number /= 10)
		text[i] = (char)('0' + number % 10);
	return digits + 1;
}

static size_t address_write(enum indicator_kind kind, const struct prefix *prefix, uint16_t port,
			    char *text)
{
	bool four = ip_is_v4(&prefix->ip), bracket = kind == INDICATOR_ENDPOINT && !four;
	size_t n;

	if (bracket)
		text[0] = '[';
	n = bracket + strlen(ip_text(&prefix->ip, text + bracket));
	if (bracket)
		text[n++] = ']';
	if (kind == INDICATOR_PREFIX)
		n += number_write('/', prefix->bits - (four && prefix->bits >= 96 ? 96u : 0u),
				  text + n);
	else if (kind == INDICATOR_ENDPOINT)
		n += number_write(':', port, text + n);
	return n;
}

void match_value(const struct entry *entry, struct index_match *match)
{
	struct prefix prefix = { .bits = 128 };
	uint16_t port = 0;
	size_t length = 0;

	match->value = entry->key;
	if (match->kind <= INDICATOR_ENDPOINT && entry_address(entry, &prefix, &port))
		length = address_write(match->kind, &prefix, port, match->text);
	else if (indicator_hash_bytes(match->kind) > 0)
		length = hex_write(entry->key, match->text);
	if (length > 0)
		match->value = (struct span){ (const uint8_t *)match->text, length };
	for (unsigned i = 0; i < match->kept; i++) {
		match->telling[i].kind = match->kind;
		match->telling[i].prefix = prefix;
		match->telling[i].port = port;
		match->telling[i].value = match->value;
	}
}

struct span match_guard_name(const struct index_match *guard)
{
	const struct indicator *first = &guard->telling[0];

	return first->malware.len > 0 ? first->malware : first->source;
}
