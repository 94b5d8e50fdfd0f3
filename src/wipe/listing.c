/* listing.c - writing and reading of listings. */
#include "wipe/listing.h"

#include "base/cursor.h"
#include "base/hash.h"
#include "snapshot/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MAGIC      "HNMLST1\n"
#define HEAD       40 /* magic, files, bytes, digest, sum */
#define BLOCK_HEAD 12 /* length, sum */
#define ENTRY_MAX  (FILE_PATH_MAX + 40)
#define HEAD_SUM   UINT64_MAX /* no block has this number */

int path_order(struct span a, struct span b)
{
	size_t n = a.len < b.len ? a.len : b.len;

	for (size_t i = 0; i < n; i++) {
		if (a.ptr[i] == b.ptr[i])
			continue;
		if (a.ptr[i] == '/' || b.ptr[i] == '/')
			return a.ptr[i] == '/' ? -1 : 1;
		return a.ptr[i] < b.ptr[i] ? -1 : 1;
	}
	return (a.len > b.len) - (a.len < b.len);
}

uint64_t listing_sum(struct span bytes, uint64_t number)
{
	return hash_text(bytes.ptr, bytes.len, number);
}

static void store_le(uint8_t *into, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		into[i] = (uint8_t)(value >> (8 * i));
}

/* How many bytes two paths share at their beginning. */
static size_t shared_bytes(struct span a, struct span b)
{
	size_t n = a.len < b.len ? a.len : b.len, i = 0;

	while (i < n && a.ptr[i] == b.ptr[i])
		i++;
	return i;
}

/* --- writing --- */

struct listing_writer {
	char *path, *part;
	FILE *out;
	uint64_t files, bytes, digest, blocks;
	int64_t time; /* of the entry before in the block */
	size_t used, last_len;
	bool any;
	uint8_t last[FILE_PATH_MAX];
	uint8_t block[LISTING_BLOCK];
};

struct listing_writer *listing_writer_new(const char *path)
{
	static const uint8_t empty[HEAD];
	struct listing_writer *w = calloc(1, sizeof(*w));
	size_t room = strlen(path) + sizeof(".part");
	int fd;

	if (!w)
		return NULL;
	w->path = strdup(path);
	w->part = malloc(room);
	if (w->path && w->part) {
		snprintf(w->part, room, "%s.part", path);
		unlink(w->part); /* never through a link: root may write this in the folder of another user */
		fd = open(w->part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		w->out = fd < 0 ? NULL : fdopen(fd, "wb");
		if (fd >= 0 && !w->out)
			close(fd);
	}
	if (!w->out || fwrite(empty, 1, HEAD, w->out) != HEAD) {
		listing_writer_free(w);
		return NULL;
	}
	return w;
}

static enum err flush_block(struct listing_writer *w)
{
	uint8_t head[BLOCK_HEAD];
	uint64_t sum = listing_sum((struct span){ w->block, w->used }, w->blocks);

	if (w->used == 0)
		return OK;
	store_le(head, w->used, 4);
	store_le(head + 4, sum, 8);
	if (fwrite(head, 1, sizeof(head), w->out) != sizeof(head) ||
	    fwrite(w->block, 1, w->used, w->out) != w->used)
		return ERR_WRITE;
	w->digest = hash_mix(w->digest ^ sum, HASH_K1) + w->blocks;
	w->blocks++;
	w->used = 0;
	w->time = 0;
	return OK;
}

static void put_leb(struct listing_writer *w, uint64_t value)
{
	while (value >= 0x80) {
		w->block[w->used++] = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	w->block[w->used++] = (uint8_t)value;
}

enum err listing_put(struct listing_writer *w, const struct listing_entry *entry)
{
	struct span last = { w->last, w->last_len };
	uint64_t step;
	size_t same;

	if (entry->path.len == 0 || entry->path.len > FILE_PATH_MAX)
		return ERR_LIMIT;
	if (w->any && path_order(last, entry->path) >= 0)
		return ERR_FORMAT;
	if (w->used + ENTRY_MAX > LISTING_BLOCK && flush_block(w) != OK)
		return ERR_WRITE;
	same = w->used ? shared_bytes(last, entry->path) : 0;
	put_leb(w, same);
	put_leb(w, entry->path.len - same);
	memcpy(w->block + w->used, entry->path.ptr + same, entry->path.len - same);
	w->used += entry->path.len - same;
	put_leb(w, entry->size);
	step = (uint64_t)entry->changed - (uint64_t)w->time;
	put_leb(w, step << 1 ^ (0 - (step >> 63))); /* zigzag: small steps back are small, too */
	w->time = entry->changed;
	memcpy(w->last + same, entry->path.ptr + same, entry->path.len - same);
	w->last_len = entry->path.len;
	w->any = true;
	w->files++;
	w->bytes += entry->size;
	return OK;
}

static bool sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	bool good = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	free(folder);
	return good;
}

enum err listing_finish(struct listing_writer *w, bool durable)
{
	uint8_t head[HEAD] = MAGIC;
	FILE *out = w->out;
	bool good;

	if (flush_block(w) != OK)
		return ERR_WRITE;
	store_le(head + 8, w->files, 8);
	store_le(head + 16, w->bytes, 8);
	store_le(head + 24, w->digest, 8);
	store_le(head + 32, listing_sum((struct span){ head, 32 }, HEAD_SUM), 8);
	good = fseek(out, 0, SEEK_SET) == 0 && fwrite(head, 1, HEAD, out) == HEAD && fflush(out) == 0 &&
	       (!durable || fsync(fileno(out)) == 0);
	w->out = NULL;
	good = fclose(out) == 0 && good && rename(w->part, w->path) == 0 && (!durable || sync_folder(w->path));
	if (!good) {
		unlink(w->part);
		return ERR_WRITE;
	}
	return OK;
}

void listing_writer_free(struct listing_writer *w)
{
	if (!w)
		return;
	if (w->out) {
		fclose(w->out);
		unlink(w->part);
	}
	free(w->path);
	free(w->part);
	free(w);
}

/* --- reading --- */

struct listing_reader {
	FILE *in;
	uint64_t files, bytes, digest; /* as the head says */
	uint64_t seen, seen_bytes, seen_digest, blocks;
	struct cur cur; /* over the block */
	int64_t time;
	size_t last_len;
	bool fresh; /* the next entry is the first of its block */
	uint8_t last[FILE_PATH_MAX];
	uint8_t block[LISTING_BLOCK];
};

static bool read_head(struct listing_reader *r)
{
	uint8_t head[HEAD];

	if (fread(head, 1, HEAD, r->in) != HEAD || memcmp(head, MAGIC, 8) != 0 ||
	    ld_le64(head + 32) != listing_sum((struct span){ head, 32 }, HEAD_SUM))
		return false;
	r->files = ld_le64(head + 8);
	r->bytes = ld_le64(head + 16);
	r->digest = ld_le64(head + 24);
	return true;
}

enum err listing_open_fd(int fd, struct listing_reader **reader)
{
	struct listing_reader *r = calloc(1, sizeof(*r));

	if (r)
		r->in = fdopen(fd, "rb");
	if (!r || !r->in) {
		close(fd);
		free(r);
		return ERR_MEMORY;
	}
	if (!read_head(r)) {
		listing_close(r);
		return ERR_FORMAT;
	}
	*reader = r;
	return OK;
}

enum err listing_open(const char *path, struct listing_reader **reader)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? ERR_OPEN : listing_open_fd(fd, reader);
}

uint64_t listing_digest(const struct listing_reader *reader)
{
	return reader->digest;
}

/* The end of the file must be where the head says. */
static enum err check_end(const struct listing_reader *r)
{
	if (ferror(r->in))
		return ERR_READ;
	if (r->seen < r->files)
		return ERR_TRUNCATED;
	return r->seen == r->files && r->seen_bytes == r->bytes && r->seen_digest == r->digest ? ERR_EMPTY
											       : ERR_FORMAT;
}

static enum err read_block(struct listing_reader *r)
{
	uint8_t head[BLOCK_HEAD];
	size_t got = fread(head, 1, sizeof(head), r->in), length;
	uint64_t sum;

	if (got == 0)
		return check_end(r);
	length = got == sizeof(head) ? ld_le32(head) : 0;
	if (length == 0 || length > LISTING_BLOCK)
		return ERR_FORMAT;
	if (fread(r->block, 1, length, r->in) != length)
		return ferror(r->in) ? ERR_READ : ERR_TRUNCATED;
	sum = listing_sum((struct span){ r->block, length }, r->blocks);
	if (sum != ld_le64(head + 4))
		return ERR_FORMAT;
	r->seen_digest = hash_mix(r->seen_digest ^ sum, HASH_K1) + r->blocks;
	r->blocks++;
	r->cur = cur_init((struct span){ r->block, length });
	r->time = 0;
	r->fresh = true;
	return OK;
}

/* The path of the next entry goes to `last`; false: it cannot be, or is not behind the one before. */
static bool read_path(struct listing_reader *r)
{
	uint64_t same = cur_leb(&r->cur), more = cur_leb(&r->cur);
	struct span tail;
	bool ordered;

	if (r->cur.bad || same > (r->fresh ? 0 : r->last_len) || more == 0 || more > FILE_PATH_MAX - same)
		return false;
	tail = cur_span(&r->cur, more);
	if (r->cur.bad || memchr(tail.ptr, 0, tail.len))
		return false;
	ordered = r->seen == 0 ||
		  path_order((struct span){ r->last + same, r->last_len - same }, tail) < 0;
	memcpy(r->last + same, tail.ptr, tail.len);
	r->last_len = same + more;
	return ordered;
}

enum err listing_next(struct listing_reader *r, struct listing_entry *entry)
{
	uint64_t size, step;
	enum err e;

	if (r->cur.left == 0) {
		e = read_block(r);
		if (e != OK)
			return e;
	}
	if (!read_path(r))
		return ERR_FORMAT;
	size = cur_leb(&r->cur);
	step = cur_leb(&r->cur);
	if (r->cur.bad)
		return ERR_FORMAT;
	r->time = (int64_t)((uint64_t)r->time + (step >> 1 ^ (0 - (step & 1))));
	r->fresh = false;
	r->seen++;
	r->seen_bytes += size;
	*entry = (struct listing_entry){ { r->last, r->last_len }, size, r->time };
	return OK;
}

void listing_close(struct listing_reader *r)
{
	if (!r)
		return;
	fclose(r->in);
	free(r);
}
