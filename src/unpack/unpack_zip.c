/*
 * unpack_zip.c - zip archives and what is made of them: JAR, APK, APPX, documents of OOXML and ODF.
 *
 * Files that only one view of the archive has are looked into, too: there is always a program that shows them.
 */
#include "unpack/unpack_private.h"

#define PEEK       4096  /* bytes of a picture in a document, to see that it is one */
#define FAR_BEHIND 65535 /* bytes: programs look for the end of the archive no further from that of the file */

struct unzip {
	struct exam *e;
	const struct part *part;
	struct zip zip;
	struct unpack_lock lock;
	bool package; /* a document */
};

/* --- what is wrong with it as a whole --- */

static void judge_whole(struct unzip *u)
{
	const struct zip *zip = &u->zip;

	if (zip->truncated)
		exam_unseen(u->e, u->part, UNSEEN_BROKEN, "the archive's directory is missing or cut");
	if (zip->more)
		exam_unseen(u->e, u->part, UNSEEN_LIMIT, "too many files in archives");
	if (zip->behind > FAR_BEHIND)
		exam_unseen(u->e, u->part, UNSEEN_BROKEN, "much lies behind the archive's end");
	if (zip->directories)
		exam_find(u->e, u->part, FINDING_ARCHIVE_VIEWS, text_span("several directories"));
}

/* A file that one view has and the other has not, or has otherwise. Where the directory is missing, there is but one. */
static void judge_views(struct unzip *u, const struct zip_entry *entry, struct span name)
{
	if (entry->views == ZIP_LOCAL && !entry->differs && !u->zip.truncated)
		exam_find(u->e, u->part, FINDING_ARCHIVE_VIEWS, name);
	else if (entry->differs)
		exam_find(u->e, u->part, FINDING_ARCHIVE_VIEWS, name);
	if (entry->overlaps)
		exam_find(u->e, u->part, FINDING_ARCHIVE_OVERLAP, name);
}

/* --- files --- */

/* Pictures, sound and fonts in documents run nothing, if they are what they are called. */
static bool is_scenery(struct unzip *u, const struct zip_entry *entry, struct span name)
{
	enum type promised = type_promised(name), real;
	size_t mark = arena_mark(&u->e->arena);
	struct span head;
	enum err err;

	if (!u->package || promised == TYPE_UNKNOWN || promised == TYPE_TEXT || type_kind(promised) != KIND_PLAIN ||
	    promised == TYPE_XML || entry->encrypted)
		return false;
	err = zip_unpack(entry, (struct span){ 0 }, PEEK, &u->e->arena, &head);
	real = err == OK || err == ERR_LIMIT ? type_of(head, name) : TYPE_UNKNOWN;
	arena_back(&u->e->arena, mark);
	return real != TYPE_UNKNOWN && real != TYPE_TEXT && type_kind(real) == KIND_PLAIN && real != TYPE_XML;
}

static void tell_failure(struct unzip *u, enum err err)
{
	if (err == ERR_UNSUPPORTED)
		exam_unseen(u->e, u->part, UNSEEN_UNSUPPORTED, "a file in the zip is packed in an unusual way");
	else if (err == ERR_MEMORY)
		exam_unseen(u->e, u->part, UNSEEN_LIMIT, "it takes too much memory");
	else if (err == ERR_FORMAT)
		exam_unseen(u->e, u->part, UNSEEN_BROKEN, "a file in the archive is broken");
}

/* More than may be unpacked: by all that is said, or as it turned out. */
static void tell_bomb(struct unzip *u, const struct zip_entry *entry, struct span name, size_t room)
{
	uint32_t ratio = u->e->settings->limits.ratio;
	uint64_t size = entry->sized && entry->size > room ? entry->size : (uint64_t)room + ratio;

	if (size / ratio > entry->packed.len)
		exam_findf(u->e, u->part, FINDING_ARCHIVE_BOMB, "%.*s: %zu bytes make %llu", (int)name.len,
			   (const char *)name.ptr, entry->packed.len, (unsigned long long)size);
	if (exam_inflate(u->e, u->part, size, entry->packed.len))
		exam_unseen(u->e, u->part, UNSEEN_LIMIT, "too much to unpack");
}

static void unpack_file(struct unzip *u, const struct zip_entry *entry, struct span name)
{
	size_t room = exam_inflate_room(u->e, entry->packed.len);
	struct unpacked file = { .name = name, .packed = entry->packed.len };
	enum err err;

	if (is_scenery(u, entry, name))
		return;
	if (entry->encrypted)
		err = unpack_unlock(u->e, entry, &u->lock, room, &file.bytes);
	else
		err = zip_unpack(entry, (struct span){ 0 }, room, &u->e->arena, &file.bytes);
	file.unlocked = entry->encrypted;
	if (entry->encrypted && !file.bytes.len && err == ERR_FORMAT) {
		unpack_closed(u->e, u->part, name);
		return;
	}
	tell_failure(u, err);
	if (err == ERR_UNSUPPORTED || err == ERR_MEMORY)
		unpack_closed(u->e, u->part, name);
	else
		unpack_entry(u->e, u->part, &file);
	if (err == ERR_LIMIT)
		tell_bomb(u, entry, name, room);
}

static void unpack_one(struct unzip *u, const struct zip_entry *entry, struct unpack_names *names)
{
	size_t mark;
	struct span name = unpack_text(u->e, entry->name, entry->utf8);

	unpack_path(u->e, u->part, name);
	judge_views(u, entry, name);
	if (entry->directory)
		return;
	if (name.len >= UNPACK_NAME)
		exam_unseen(u->e, u->part, UNSEEN_LIMIT, "a name in the archive is too long");
	else if (unpack_names_add(names, name) && !entry->differs)
		exam_findf(u->e, u->part, FINDING_ARCHIVE_VIEWS, "%.*s twice", (int)name.len, (const char *)name.ptr);
	if (entry->link && !entry->encrypted)
		unpack_link(u->e, u->part, name, entry->packed);
	mark = arena_mark(&u->e->arena);
	unpack_file(u, entry, name);
	arena_back(&u->e->arena, mark);
}

/* What was put behind the end is no part of the archive, but may be one of its own. */
static void unpack_behind(struct unzip *u)
{
	const struct zip *zip = &u->zip;
	struct span behind = { zip->bytes.ptr + zip->bytes.len - zip->behind, (size_t)zip->behind };
	struct part child = { .name = text_span("(behind the end)"), .bytes = behind };
	enum type type = behind.len ? type_of(behind, child.name) : TYPE_UNKNOWN;

	if (type != TYPE_UNKNOWN && type != TYPE_TEXT && type != TYPE_ZIP)
		exam_part(u->e, u->part, &child);
}

void unpack_zip(struct exam *e, const struct part *part)
{
	struct unzip u = { .e = e, .part = part,
			   .package = part->type == TYPE_OOXML || part->type == TYPE_ODF };
	size_t mark = arena_mark(&e->arena);
	struct unpack_names names;
	enum err err = zip_read(part->bytes, e->settings->limits.entries, &e->arena, &u.zip);

	if (err) {
		exam_unseen(e, part, err == ERR_MEMORY ? UNSEEN_LIMIT : UNSEEN_BROKEN, "no directory in the archive");
		arena_back(&e->arena, mark);
		return;
	}
	judge_whole(&u);
	unpack_names_open(&names, u.zip.count, &e->arena);
	for (uint32_t i = 0; i < u.zip.count && exam_entry(e, part); i++)
		unpack_one(&u, &u.zip.entries[i], &names);
	unpack_names_judge(&names, e, part);
	unpack_lock_tell(&u.lock, e, part);
	unpack_behind(&u);
	arena_back(&e->arena, mark);
}
