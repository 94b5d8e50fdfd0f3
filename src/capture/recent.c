/* recent.c - chunks that are filled one after the other; the oldest is begun anew as a whole. */
#include "capture/recent.h"

#include "base/pages.h"
#include "wire/decode.h"

#include <stdlib.h>
#include <string.h>

/* What gives way at once. Nothing is ever read where the next frame goes, so that filling costs
 * writes only. */
#define CHUNK      ((size_t)64 << 10)
#define CHUNKS_MIN 2

/* Frames from the beginning of a case that are kept before any is left out. */
#define CUT_FIRST 100

/* What stands before the bytes of a frame; records are aligned like it. */
struct record {
	usec_t ts;
	uint32_t wire_len;
	uint16_t len;
	uint16_t link : 15, wanted : 1; /* wanted: by the cut that is being made */
};

struct recent {
	uint8_t *to, *end; /* room that is left of the chunk that is being filled */
	uint32_t snaplen;
	uint32_t current; /* that chunk */
	uint32_t chunks;
	uint8_t *bytes;
	uint32_t used[]; /* bytes of each other chunk */
};

static uint8_t *chunk_at(const struct recent *recent, uint32_t chunk)
{
	return recent->bytes + chunk * CHUNK;
}

struct recent *recent_new(size_t bytes, uint32_t snaplen)
{
	size_t chunks = bytes / CHUNK < CHUNKS_MIN ? CHUNKS_MIN : bytes / CHUNK;
	struct recent *recent;

	if (chunks > UINT32_MAX)
		return NULL;
	recent = calloc(1, sizeof(*recent) + chunks * sizeof(recent->used[0]));
	if (!recent)
		return NULL;
	recent->bytes = pages_new(chunks * CHUNK);
	if (!recent->bytes) {
		free(recent);
		return NULL;
	}
	recent->snaplen = snaplen > RECENT_SNAP_MAX ? RECENT_SNAP_MAX : snaplen;
	recent->chunks = (uint32_t)chunks;
	recent->to = recent->bytes;
	recent->end = recent->to + CHUNK;
	return recent;
}

void recent_free(struct recent *recent)
{
	if (!recent)
		return;
	pages_free(recent->bytes, recent->chunks * CHUNK);
	free(recent);
}

static size_t record_size(size_t len)
{
	return (sizeof(struct record) + len + 7) & ~(size_t)7;
}

static void chunk_begin(struct recent *recent)
{
	recent->used[recent->current] = (uint32_t)(recent->to - chunk_at(recent, recent->current));
	recent->current = (recent->current + 1) % recent->chunks;
	recent->to = chunk_at(recent, recent->current);
	recent->end = recent->to + CHUNK;
}

void recent_add(struct recent *recent, const struct frame *frames, size_t count)
{
	const uint32_t snaplen = recent->snaplen;

	for (size_t i = 0; i < count; i++) {
		const struct frame *f = &frames[i];
		size_t len = f->bytes.len < snaplen ? f->bytes.len : snaplen;
		size_t size = record_size(len);

		if (__builtin_expect((size_t)(recent->end - recent->to) < size, 0))
			chunk_begin(recent);
		*(struct record *)recent->to = (struct record){
			.ts = f->ts,
			.wire_len = f->wire_len,
			.len = (uint16_t)len,
			.link = f->link & 0x7fffu,
		};
		memcpy(recent->to + sizeof(struct record), f->bytes.ptr, len);
		recent->to += size;
	}
}

/* A way through all records, from the oldest on: the next one, or NULL at the end. */
struct walk {
	uint32_t passed; /* chunks begun */
	uint8_t *at, *end;
};

static struct record *walk_next(const struct recent *recent, struct walk *walk)
{
	struct record *record;

	while (walk->at == walk->end) {
		uint32_t chunk;

		if (walk->passed == recent->chunks)
			return NULL;
		walk->passed++;
		chunk = (recent->current + walk->passed) % recent->chunks;
		walk->at = chunk_at(recent, chunk);
		walk->end = chunk == recent->current ? recent->to : walk->at + recent->used[chunk];
	}
	record = (struct record *)walk->at;
	walk->at += record_size(record->len);
	return record;
}

static struct frame record_frame(const struct record *record)
{
	return (struct frame){
		.ts = record->ts,
		.wire_len = record->wire_len,
		.link = record->link,
		.bytes = { (const uint8_t *)(record + 1), record->len },
	};
}

static bool packet_concerns(const struct recent_wish *wish, const struct packet *p)
{
	const struct prefix *a = &wish->party[0], *b = &wish->party[1];
	const struct ip *ip = p->key.ip;

	if (wish->proto && p->key.proto != wish->proto)
		return false;
	if (wish->port && p->key.port[0] != wish->port && p->key.port[1] != wish->port)
		return false;
	switch (wish->parties) {
	case 0:
		return true;
	case 1:
		return prefix_has(a, &ip[0]) || prefix_has(a, &ip[1]);
	default:
		return (prefix_has(a, &ip[0]) && prefix_has(b, &ip[1])) ||
		       (prefix_has(a, &ip[1]) && prefix_has(b, &ip[0]));
	}
}

/* Whether any packet in it does: that in a tunnel, too. */
static bool record_concerns(const struct recent_wish *wish, struct decoder *decoder,
			    const struct record *record)
{
	struct frame frame = record_frame(record);
	struct packet packets[DECODE_PACKETS];
	unsigned n;

	if (record->ts < wish->from || record->ts > wish->to)
		return false;
	n = decode_frame(decoder, &frame, packets);
	for (unsigned i = 0; i < n; i++) {
		if (packet_concerns(wish, &packets[i]))
			return true;
	}
	return false;
}

/* What all frames of a wish come to. */
struct plan {
	uint64_t concerned;
	uint64_t bytes; /* of them in a file */
	uint16_t link;
};

static size_t record_cost(const struct record *record)
{
	return PCAP_WRITE_RECORD + record->len;
}

static void cut_plan(struct recent *recent, const struct recent_wish *wish, struct plan *plan)
{
	struct decoder decoder = { .seed = 0 };
	struct walk walk = { 0 };
	struct record *record;

	while ((record = walk_next(recent, &walk)) != NULL) {
		record->wanted = (!plan->concerned || record->link == plan->link) &&
				 record_concerns(wish, &decoder, record);
		if (!record->wanted)
			continue;
		plan->link = record->link;
		plan->concerned++;
		plan->bytes += record_cost(record);
	}
}

static const struct record *walk_wanted(const struct recent *recent, struct walk *walk)
{
	const struct record *record;

	do
		record = walk_next(recent, walk);
	while (record && !record->wanted);
	return record;
}

/* One that does not fit is left out. */
static enum err cut_keep(const struct record *record, struct pcap_write *file,
			 struct recent_cut *cut)
{
	struct frame frame = record_frame(record);
	enum err err = pcap_write_frame(file, &frame);

	cut->kept += err == OK;
	return err == ERR_LIMIT ? OK : err;
}

/* Of the room behind the first hundred, each frame may use up to the share of the bytes that were
 * passed: so what is left out is left out evenly. */
static enum err cut_write(const struct recent *recent, const struct plan *plan,
			  struct pcap_write *file, struct recent_cut *cut)
{
	uint64_t first = 0, passed = 0, behind, room;
	const struct record *record;
	struct walk walk = { 0 };
	enum err err = OK;
	size_t start;

	for (unsigned i = 0; i < CUT_FIRST && err == OK; i++) {
		record = walk_wanted(recent, &walk);
		if (!record)
			return OK;
		first += record_cost(record);
		err = cut_keep(record, file, cut);
	}
	start = file->len;
	behind = plan->bytes - first;
	room = file->max - start < behind ? file->max - start : behind;
	while (err == OK && (record = walk_wanted(recent, &walk)) != NULL) {
		passed += record_cost(record);
		if (file->len - start + record_cost(record) <= room * passed / behind)
			err = cut_keep(record, file, cut);
	}
	return err;
}

enum err recent_cut(struct recent *recent, const struct recent_wish *wish, struct pcap_write *file,
		    struct recent_cut *cut)
{
	struct recent_cut found = { 0 };
	struct pcap_write made;
	struct plan plan = { 0 };
	enum err err;

	cut_plan(recent, wish, &plan);
	if (!plan.concerned)
		return ERR_EMPTY;
	found.concerned = plan.concerned;
	err = pcap_write_begin(&made, plan.link, recent->snaplen, wish->bytes_max);
	if (err == OK)
		err = cut_write(recent, &plan, &made, &found);
	if (err == OK && !found.kept)
		err = ERR_LIMIT;
	if (err != OK) {
		pcap_write_free(&made);
		return err;
	}
	*file = made;
	*cut = found;
	return OK;
}
