/*
 * unpack_image.c - images of disks: ISO 9660 by libarchive, UDF, FAT and NTFS by our own readers, raw or in VHD, VHDX.
 *
 * An image is told always: hardly anybody sends one but to keep Windows from marking the files as foreign (T1553.005).
 */
#include "unpack/unpack_walk.h"

#include "disk/disk.h"

struct image {
	struct disk_walk walk; /* first: what is called back has nothing else */
	struct unpack_names names;
	uint64_t size; /* of the file that is read, as said */
};

static bool file_begin(struct disk_walk *w, struct span name, uint64_t size)
{
	struct image *image = (struct image *)w;
	uint8_t *copy = arena_take(&w->e->arena, name.len);
	size_t room;

	if (!copy || !name.len)
		return false;
	memcpy(copy, name.ptr, name.len);
	unpack_path(w->e, w->part, name);
	unpack_names_add(&image->names, (struct span){ copy, name.len });
	image->size = size;
	room = exam_inflate_room(w->e, w->part->bytes.len);
	w->pour = pour_begin(&w->e->arena, room);
	return true;
}

static void file_end(struct disk_walk *w, struct span name)
{
	struct unpacked file = { .name = name, .packed = w->part->bytes.len, .cut = w->pour.cut };

	file.bytes = pour_end(&w->pour);
	unpack_entry(w->e, w->part, &file);
	if (file.cut)
		exam_unseen(w->e, w->part, UNSEEN_LIMIT, "too much to unpack");
}

static void tell_result(struct exam *e, const struct part *part, enum err err)
{
	if (err == ERR_UNSUPPORTED)
		exam_unseen(e, part, UNSEEN_UNSUPPORTED, "a file system that Hinomi does not read");
	else if (err)
		exam_unseen(e, part, UNSEEN_BROKEN, "the image of a disk is broken or cut");
}

/* `maybe`: it is no failure when there is no such file system. */
static void walk_disk(struct exam *e, const struct part *part, enum err (*walk)(struct disk_walk *), bool maybe)
{
	struct image image = { .walk = { .e = e, .part = part, .begin = file_begin, .end = file_end } };
	enum err err = disk_open(part->bytes, part->type, &image.walk.disk);

	unpack_names_open(&image.names, e->settings->limits.entries, &e->arena);
	if (!err)
		err = walk(&image.walk);
	if (image.walk.broken)
		exam_unseen(e, part, UNSEEN_BROKEN, "something on the disk leads nowhere");
	if (!maybe || err != ERR_FORMAT)
		tell_result(e, part, err);
	unpack_names_judge(&image.names, e, part);
}

void unpack_image(struct exam *e, const struct part *part)
{
	size_t mark = arena_mark(&e->arena);

	exam_findf(e, part, FINDING_DISK_IMAGE, "%.*s (%s)", (int)part->name.len, (const char *)part->name.ptr,
		   type_name(part->type));
	switch (part->type) {
	case TYPE_ISO: /* with both, Windows shows what UDF has */
		unpack_walk(e, part, (struct span){ 0 });
		walk_disk(e, part, disk_udf, true);
		break;
	case TYPE_UDF:
		walk_disk(e, part, disk_udf, false);
		break;
	case TYPE_DISK:
	case TYPE_VHD:
	case TYPE_VHDX:
		walk_disk(e, part, disk_walk, false);
		break;
	default:
		tell_result(e, part, ERR_UNSUPPORTED);
		break;
	}
	arena_back(&e->arena, mark);
}
