/*
 * file.c - files that are carried in the clear: type, size and digests while they pass.
 *
 * What counts is the content: HTTP's codings gzip and deflate are undone (br and others are not, nor
 * one in another), and the digest of what was carried is kept beside it. A bomb is a body that makes
 * far more than it is: text unpacks to some ten times its size, and what exceeds that a hundredfold
 * comes from a sender with a purpose. Each conversation may exceed it by BOMB_FREE bytes in all.
 */
#include "talk/talk_private.h"

#include "wire/line.h"

#define BOMB_RATIO 100
#define BOMB_FREE  ((int64_t)4 << 20)

static uint16_t keep(uint8_t *into, size_t room, struct span text)
{
	return (uint16_t)line_keep(into, room, text);
}

/* One digest, from nothing. NULL: no memory. */
static struct digest *digest_ready(const struct talks *all, struct digest *old, enum digest_kind kind)
{
	struct digest *d = old ? old : digest_new(all->kit, kind);

	if (d)
		digest_reset(d);
	return d;
}

/* Room for undoing the coding. NULL: it has none that we undo, or no room. */
static struct inflate *inflate_ready(struct talks *all, struct span coding)
{
	bool gzip = line_is(coding, "gzip") || line_is(coding, "x-gzip");
	struct inflate *inflate;

	if (!gzip && !line_is(coding, "deflate"))
		return NULL;
	inflate = slab_take(&all->inflates);
	if (inflate)
		inflate_begin(inflate, gzip ? INFLATE_GZIP : INFLATE_DEFLATE);
	return inflate;
}

bool talk_file_begin(const struct talk_call *call, unsigned side, const struct talk_about *about)
{
	struct talks *all = call->all;
	struct talk_file *file = call->talk->file[side] ? NULL : slab_take(&all->files);

	if (!file)
		return false;
	for (unsigned i = 0; i < DIGEST_KINDS; i++)
		if (i == DIGEST_SHA256 || all->all_digests)
			file->digest[i] = digest_ready(all, file->digest[i], (enum digest_kind)i);
	file->inflate = inflate_ready(all, about->coding);
	file->coded = file->inflate != NULL;
	if (file->coded)
		file->carried = digest_ready(all, file->carried, DIGEST_SHA256);
	file->size = 0;
	file->looked = 0;
	file->failed = false;
	file->to_client = side == 1;
	file->part_of_file = about->part_of_file;
	file->first = about->first;
	file->full = about->full;
	file->name_len = keep(file->name, sizeof(file->name), about->name);
	file->declared_len = keep(file->declared, sizeof(file->declared), about->declared);
	call->talk->file[side] = file;
	return true;
}

void talk_file_name(const struct talk_call *call, unsigned side, struct span name)
{
	struct talk_file *file = call->talk->file[side];

	if (file)
		file->name_len = keep(file->name, sizeof(file->name), name);
}

static void content_add(const struct talk_call *call, struct talk_file *file, struct span part)
{
	file->looked = (uint16_t)(file->looked + keep(file->look + file->looked,
						      sizeof(file->look) - file->looked, part));
	file->size += part.len;
	for (unsigned i = 0; i < DIGEST_KINDS; i++)
		if (file->digest[i] && (i == DIGEST_SHA256 || call->all->all_digests))
			digest_add(file->digest[i], part);
}

/* One body whose coding is being undone. */
struct unpacking {
	const struct talk_call *call;
	struct talk_file *file;
	int64_t excess; /* bytes beyond what is usual, of the conversation until now */
};

static bool unpacked_take(void *whom, struct span piece)
{
	struct unpacking *u = whom;

	content_add(u->call, u->file, piece);
	u->excess += (int64_t)piece.len;
	return u->excess <= BOMB_FREE;
}

static void inflate_give(const struct talk_call *call, struct talk_file *file)
{
	if (file->inflate)
		slab_give(&call->all->inflates, file->inflate);
	file->inflate = NULL;
}

/* It says that it is coded, and is not. */
static void coding_none(const struct talk_call *call, struct talk_file *file)
{
	const struct inflate *f = file->inflate;

	file->coded = false;
	content_add(call, file, (struct span){ f->head, f->head_len });
	inflate_give(call, file);
}

static void coding_failed(const struct talk_call *call, struct talk_file *file, enum anomaly why)
{
	call->all->anomalies.count[why]++;
	file->failed = true;
	inflate_give(call, file);
}

static void coded_add(const struct talk_call *call, struct talk_file *file, struct span part)
{
	struct unpacking u = { call, file, call->talk->unpacked };
	struct inflate_sink sink = { unpacked_take, &u };
	enum inflate_result result;

	u.excess -= (int64_t)part.len * BOMB_RATIO;
	if (u.excess < 0)
		u.excess = 0;
	result = inflate_add(file->inflate, part, &sink);
	call->talk->unpacked = (uint32_t)u.excess;
	if (result == INFLATE_PLAIN) {
		coding_none(call, file);
		content_add(call, file, part);
	} else if (result == INFLATE_WRONG) {
		coding_failed(call, file, ANOMALY_CODING_BAD);
	} else if (result == INFLATE_STOP) {
		coding_failed(call, file, ANOMALY_CODING_BOMB);
	}
}

void talk_file_part(const struct talk_call *call, unsigned side, struct span part)
{
	struct talk_file *file = call->talk->file[side];

	if (!file || !part.len)
		return;
	if (file->coded && file->carried)
		digest_add(file->carried, part);
	if (file->inflate)
		coded_add(call, file, part);
	else if (!file->coded)
		content_add(call, file, part);
}

/* The end of a coded body is also the end of the coding. */
static void coding_end(const struct talk_call *call, struct talk_file *file)
{
	if (!file->inflate)
		return;
	if (!file->inflate->begun)
		coding_none(call, file);
	else if (!inflate_whole(file->inflate))
		file->failed = true;
	inflate_give(call, file);
}

static void file_tell(const struct talk_call *call, struct talk_file *file, bool whole)
{
	struct event e;
	bool all = call->all->all_digests && file->digest[DIGEST_MD5] && file->digest[DIGEST_SHA1];
	bool content = whole && !file->failed;

	talk_event(&e, call, EVENT_FILE);
	e.file = (struct event_file){
		.name = { file->name, file->name_len },
		.declared = { file->declared, file->declared_len },
		.type = file_type_of((struct span){ file->look, file->looked }),
		.size = file->size,
		.first = file->first,
		.full = file->full,
		.ranged = file->part_of_file,
		.whole = content && !file->part_of_file,
		.to_client = file->to_client,
		.hashed = content && file->digest[DIGEST_SHA256],
		.hashed_all = content && all,
		.hashed_carried = whole && !file->part_of_file && file->coded && file->carried,
	};
	if (file->digest[DIGEST_SHA256])
		digest_end(file->digest[DIGEST_SHA256], e.file.sha256);
	if (e.file.hashed_all) {
		digest_end(file->digest[DIGEST_MD5], e.file.md5);
		digest_end(file->digest[DIGEST_SHA1], e.file.sha1);
	}
	if (e.file.hashed_carried)
		digest_end(file->carried, e.file.carried_sha256);
	talk_tell(call, &e);
}

void talk_file_end(const struct talk_call *call, unsigned side, bool whole)
{
	struct talk_file *file = call->talk->file[side];

	if (!file)
		return;
	coding_end(call, file);
	if (file->size || file->failed)
		file_tell(call, file, whole);
	talk_file_drop(call, side);
}

void talk_file_drop(const struct talk_call *call, unsigned side)
{
	struct talk_file *file = call->talk->file[side];

	if (!file)
		return;
	inflate_give(call, file);
	call->talk->file[side] = NULL;
	slab_give(&call->all->files, file);
}

void talk_file_free(struct talk_file *file)
{
	for (unsigned i = 0; i < DIGEST_KINDS; i++)
		digest_free(file->digest[i]);
	digest_free(file->carried);
}
