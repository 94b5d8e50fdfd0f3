/*
 * unpack_archive.c - all archives but zip, by libarchive: in memory, each format by itself, and no further than the limits.
 *
 * libarchive's own memory is what a format's window needs; the process bounds it. A file that was cut is the last one
 * of its archive: the bytes of what follows would have to be unpacked to be passed over.
 */
#include "unpack/unpack_walk.h"

#include "base/load.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>

/* libarchive writes names in the locale's charset. */
static locale_t utf8;

void unpack_open(void)
{
	if (!utf8)
		utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

struct walk {
	struct exam *e;
	const struct part *part;
	struct archive *archive;
	struct unpack_names names;
	struct span single; /* the name of the only file, where the archive has no names */
	uint64_t poured;    /* bytes of all files until now */
	bool encrypted;
};

/* --- what went wrong --- */

static bool mentions(const char *message, const char *word)
{
	return message && strcasestr(message, word);
}

static void tell_trouble(struct walk *w)
{
	const char *message = archive_error_string(w->archive);

	if (mentions(message, "encrypt") || mentions(message, "passphrase"))
		w->encrypted = true;
	else if (archive_errno(w->archive) == ENOMEM || mentions(message, "allocate") || mentions(message, "window size"))
		exam_unseen(w->e, w->part, UNSEEN_LIMIT, "the archive needs too much memory");
	else if (mentions(message, "support") || mentions(message, "Unknown"))
		exam_unseen(w->e, w->part, UNSEEN_UNSUPPORTED, "the archive is packed in an unusual way");
	else
		exam_unseen(w->e, w->part, UNSEEN_BROKEN, "the archive is broken or cut");
}

/* --- one file --- */

/* Zeros where a sparse file has nothing. */
static void pour_hole(struct pour *pour, int64_t until)
{
	size_t got, want = until > 0 && (uint64_t)until > pour->used ? (size_t)until - pour->used : 0;
	uint8_t *room = pour_room(pour, want, &got);

	if (got)
		memset(room, 0, got);
	pour->used += got;
}

static int pour_file(struct walk *w, struct pour *pour, int64_t said)
{
	const void *block;
	size_t size;
	int64_t offset;
	int result;

	while ((result = archive_read_data_block(w->archive, &block, &size, &offset)) >= ARCHIVE_WARN &&
	       result != ARCHIVE_EOF) {
		pour_hole(pour, offset);
		pour_span(pour, (struct span){ block, size });
		if (pour->cut || !exam_work(w->e, size + 1))
			break;
	}
	if (result == ARCHIVE_EOF && !pour->cut)
		pour_hole(pour, said);
	return result;
}

/* How much one more file may be: of all that the archive may grow to. */
static size_t room_left(const struct walk *w)
{
	size_t room = exam_inflate_room(w->e, w->part->bytes.len);

	return room > w->poured ? room - (size_t)w->poured : 0;
}

/* False: this was the last file that may be read. */
static bool unpack_file(struct walk *w, struct span name, int64_t said)
{
	struct pour pour = pour_begin(&w->e->arena, room_left(w));
	int result = pour_file(w, &pour, said);
	struct unpacked file = { .name = name, .packed = w->part->bytes.len, .cut = pour.cut };

	file.bytes = pour_end(&pour);
	w->poured += file.bytes.len;
	unpack_entry(w->e, w->part, &file);
	if (result < ARCHIVE_WARN)
		tell_trouble(w);
	if (!pour.cut)
		return result >= ARCHIVE_WARN || result == ARCHIVE_FAILED;
	if (w->poured / w->e->settings->limits.ratio >= w->part->bytes.len)
		exam_findf(w->e, w->part, FINDING_ARCHIVE_BOMB, "%.*s: %zu bytes make more than %llu", (int)name.len,
			   (const char *)name.ptr, w->part->bytes.len, (unsigned long long)w->poured);
	exam_unseen(w->e, w->part, UNSEEN_LIMIT, "too much to unpack");
	return false;
}

static struct span name_of(struct walk *w, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	struct span text = name ? text_span(name) : (struct span){ 0 };
	uint8_t *copy;

	if (w->single.len || !name)
		return w->single;
	copy = arena_take(&w->e->arena, text.len);
	if (!copy)
		return (struct span){ 0 };
	memcpy(copy, text.ptr, text.len);
	return unpack_text(w->e, (struct span){ copy, text.len }, false);
}

static void judge_links(struct walk *w, struct archive_entry *entry, struct span name)
{
	const char *symbolic = archive_entry_symlink(entry), *hard = archive_entry_hardlink(entry);

	if (symbolic)
		unpack_link(w->e, w->part, name, text_span(symbolic));
	if (hard)
		unpack_path(w->e, w->part, text_span(hard));
}

/* Tapes hold versions of a file behind each other by right. */
static bool has_one_of_each(enum type type)
{
	return type == TYPE_SEVENZIP || type == TYPE_RAR || type == TYPE_CAB;
}

static bool see_entry(struct walk *w, struct archive_entry *entry)
{
	struct span name = name_of(w, entry);
	size_t mark;
	bool more;

	unpack_path(w->e, w->part, name);
	judge_links(w, entry, name);
	if (archive_entry_filetype(entry) == AE_IFDIR)
		return true;
	if (archive_entry_is_encrypted(entry)) {
		w->encrypted = true;
		unpack_names_add(&w->names, name);
		unpack_closed(w->e, w->part, name);
		return true;
	}
	if (unpack_names_add(&w->names, name) && has_one_of_each(w->part->type))
		exam_findf(w->e, w->part, FINDING_ARCHIVE_VIEWS, "%.*s twice", (int)name.len, (const char *)name.ptr);
	mark = arena_mark(&w->e->arena);
	more = unpack_file(w, name, archive_entry_size_is_set(entry) ? archive_entry_size(entry) : 0);
	arena_back(&w->e->arena, mark);
	return more;
}

/* --- the archive --- */

static void walk(struct walk *w)
{
	struct archive_entry *entry;
	int result = ARCHIVE_OK;

	while (exam_entry(w->e, w->part)) {
		result = archive_read_next_header(w->archive, &entry);
		if (result == ARCHIVE_EOF || result < ARCHIVE_WARN)
			break;
		if (!see_entry(w, entry))
			break;
	}
	if (result < ARCHIVE_WARN)
		tell_trouble(w);
	w->encrypted |= archive_read_has_encrypted_entries(w->archive) == 1;
}

/* Only what the type is: libarchive's guessing is not needed, and would find formats that others do not see. */
static bool support(struct archive *archive, enum type type)
{
	switch (type) {
	case TYPE_SEVENZIP:
		return archive_read_support_format_7zip(archive) == ARCHIVE_OK;
	case TYPE_RAR:
		return archive_read_support_format_rar(archive) == ARCHIVE_OK &&
		       archive_read_support_format_rar5(archive) == ARCHIVE_OK;
	case TYPE_CAB:
		return archive_read_support_format_cab(archive) == ARCHIVE_OK;
	case TYPE_TAR:
		return archive_read_support_format_tar(archive) == ARCHIVE_OK;
	case TYPE_CPIO:
		return archive_read_support_format_cpio(archive) == ARCHIVE_OK;
	case TYPE_AR:
		return archive_read_support_format_ar(archive) == ARCHIVE_OK;
	case TYPE_LHA:
		return archive_read_support_format_lha(archive) == ARCHIVE_OK;
	case TYPE_XAR:
		return archive_read_support_format_xar(archive) == ARCHIVE_OK;
	case TYPE_ISO:
		return archive_read_support_format_iso9660(archive) == ARCHIVE_OK;
	default:
		break;
	}
	archive_read_support_format_raw(archive);
	switch (type) {
	case TYPE_GZIP:
		return archive_read_support_filter_gzip(archive) == ARCHIVE_OK;
	case TYPE_BZIP2:
		return archive_read_support_filter_bzip2(archive) == ARCHIVE_OK;
	case TYPE_XZ:
		return archive_read_support_filter_xz(archive) == ARCHIVE_OK;
	case TYPE_ZSTD:
		return archive_read_support_filter_zstd(archive) == ARCHIVE_OK;
	case TYPE_LZIP:
		return archive_read_support_filter_lzip(archive) == ARCHIVE_OK;
	case TYPE_COMPRESS:
		return archive_read_support_filter_compress(archive) == ARCHIVE_OK;
	default:
		return false;
	}
}

bool unpack_walk(struct exam *e, const struct part *part, struct span single)
{
	struct walk w = { .e = e, .part = part, .single = single, .archive = archive_read_new() };
	locale_t before;

	unpack_open();
	if (!w.archive || !support(w.archive, part->type)) {
		exam_unseen(e, part, UNSEEN_UNSUPPORTED, type_name(part->type));
		archive_read_free(w.archive);
		return false;
	}
	before = uselocale(utf8);
	unpack_names_open(&w.names, e->settings->limits.entries, &e->arena);
	if (archive_read_open_memory(w.archive, part->bytes.ptr, part->bytes.len) == ARCHIVE_OK)
		walk(&w);
	else
		tell_trouble(&w);
	archive_read_free(w.archive);
	uselocale(before);
	unpack_names_judge(&w.names, e, part);
	return w.encrypted;
}

/* --- by type --- */

/* gzip may say how the file was called (RFC 1952, 2.3.1), which programs believe; else it is the name without its end. */
static struct span single_name(const struct part *part)
{
	struct cur c = cur_init(part->bytes);
	const uint8_t *head = cur_take(&c, 10), *end;
	struct span extension = type_extension(part->name), outer = { 0 };

	if (extension.len)
		outer = (struct span){ part->name.ptr, (size_t)(extension.ptr - part->name.ptr) - 1 };
	if (unpack_click(outer) != CLICK_NOTHING) /* others believe the archive's own name */
		return outer;
	if (part->type == TYPE_GZIP && (head[3] & 8)) {
		if (head[3] & 4)
			cur_span(&c, cur_le16(&c));
		end = memchr(c.p, 0, c.left);
		if (end && end > c.p)
			return (struct span){ c.p, (size_t)(end - c.p) };
	}
	return outer.len ? outer : text_span("(unpacked)");
}

static bool is_single(enum type type)
{
	return type == TYPE_GZIP || type == TYPE_BZIP2 || type == TYPE_XZ || type == TYPE_ZSTD || type == TYPE_LZIP ||
	       type == TYPE_COMPRESS;
}

void unpack_archive(struct exam *e, const struct part *part)
{
	struct unpack_facts facts = { 0 };
	struct unpack_lock lock = { 0 };
	size_t mark = arena_mark(&e->arena);
	locale_t before;
	struct part open;

	unpack_open();
	before = uselocale(utf8);
	if (unpack_unseal(e, part, &lock, &open))
		part = &open;
	if (part->type == TYPE_RAR)
		facts = unpack_rar_facts(e, part);
	else if (part->type == TYPE_ACE || part->type == TYPE_ARJ)
		facts = unpack_old_facts(e, part);
	if (!facts.sealed && part->type != TYPE_ACE && part->type != TYPE_ARJ)
		facts.encrypted |= unpack_walk(e, part, is_single(part->type) ? single_name(part) : (struct span){ 0 });
	lock.closed += facts.encrypted || facts.sealed;
	unpack_lock_tell(&lock, e, part);
	uselocale(before);
	arena_back(&e->arena, mark);
}
