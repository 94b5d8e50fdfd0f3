/* source.c - read(2) with and without a decoder behind it. */
#include "capture/source.h"
#include "capture/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much of a compressed file is read at once. */
#define SOURCE_CHUNK ((size_t)128 << 10)

struct source {
	int fd;             /* -1: memory */
	bool standard;      /* fd is standard input, which is not ours to close */
	struct span memory; /* when fd is -1 */
	uint64_t size;      /* 0: unknown */
	uint64_t taken;     /* bytes as stored, handed on or in `in` */
	uint64_t made;      /* bytes unpacked */
	bool begun;         /* the packing is known */
	bool ended;         /* the stored bytes are at their end */
	enum packing packing;
	struct unpack *unpack; /* NULL: plain */
	uint8_t *chunk;        /* stored bytes for the decoder; NULL for memory */
	struct cur in;         /* what the decoder has not yet seen of them */
	struct source_fault fault;
};

static enum err fault_set(struct source_fault *fault, struct source_fault value)
{
	*fault = value;
	return value.err;
}

static enum err fault_memory(struct source_fault *fault)
{
	return fault_set(fault, (struct source_fault){.err = ERR_MEMORY,
						      .what = "there is no memory left to read it",
						      .mend = "close other programs"});
}

static enum err fault_open(struct source_fault *fault, int sys)
{
	struct source_fault f = {.err = ERR_OPEN, .what = strerror(sys), .mend = "check the path"};

	switch (sys) {
	case ENOENT:
	case ENOTDIR:
		f.what = "there is no such file";
		break;
	case EACCES:
	case EPERM:
		f.what = "this user may not read it";
		f.mend = "give the right with chmod or chown, or read it as its owner";
		break;
	case EMFILE:
	case ENFILE:
		f.mend = "raise the number of open files (ulimit -n)";
		break;
	default:
		break;
	}
	return fault_set(fault, f);
}

static struct source *source_new(int fd, struct span memory)
{
	struct source *source = calloc(1, sizeof(*source));

	if (!source)
		return NULL;
	source->fd = fd;
	source->memory = memory;
	source->size = memory.len;
	return source;
}

/* Looks at what was opened: a directory and a terminal are refused. */
static enum err source_look(struct source *source, struct source_fault *fault)
{
	struct stat st;

	if (fstat(source->fd, &st) != 0)
		return fault_open(fault, errno);
	if (S_ISDIR(st.st_mode))
		return fault_set(fault, (struct source_fault){
						.err = ERR_OPEN,
						.what = "is a directory",
						.mend = "name the capture files in it one by one"});
	if (S_ISCHR(st.st_mode) && isatty(source->fd))
		return fault_set(fault, (struct source_fault){
						.err = ERR_OPEN,
						.what = "is a terminal",
						.mend = "send a capture into it: ... < file.pcap"});
	if (S_ISREG(st.st_mode)) {
		source->size = (uint64_t)st.st_size;
		/* A wish: the kernel doubles its read-ahead. Refusal only costs speed. */
		(void)posix_fadvise(source->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	}
	return OK;
}

enum err source_open(struct source **source, const char *path, struct source_fault *fault)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct source *made;
	enum err err;

	if (fd < 0)
		return fault_open(fault, errno);
	made = source_new(fd, (struct span){0});
	err = made ? source_look(made, fault) : fault_memory(fault);
	if (err == OK) {
		made->standard = standard;
		*source = made;
		return OK;
	}
	if (!standard)
		close(fd);
	free(made);
	return err;
}

enum err source_open_memory(struct source **source, struct span bytes, struct source_fault *fault)
{
	struct source *made = source_new(-1, bytes);

	if (!made)
		return fault_memory(fault);
	made->packing = unpack_detect(bytes);
	made->begun = made->ended = true;
	made->taken = bytes.len;
	if (made->packing != PACKING_NONE) {
		made->in = cur_init(bytes);
		made->unpack = unpack_new(made->packing);
		if (!made->unpack) {
			free(made);
			return fault_memory(fault);
		}
	}
	*source = made;
	return OK;
}

bool source_whole(const struct source *source, struct span *bytes)
{
	if (source->fd >= 0 || source->unpack)
		return false;
	*bytes = source->memory;
	return true;
}

/* The next bytes as stored; 0 at their end or when the system fails, which sets the fault. */
static size_t source_raw(struct source *source, uint8_t *into, size_t room)
{
	ssize_t got;

	if (source->ended)
		return 0;
	do {
		got = read(source->fd, into, room);
	} while (got < 0 && errno == EINTR);
	if (got > 0) {
		source->taken += (uint64_t)got;
		return (size_t)got;
	}
	source->ended = true;
	if (got < 0)
		source->fault = (struct source_fault){
			.err = ERR_READ,
			.at = source->taken,
			.what = strerror(errno),
			.mend = "check the disk or the network drive"};
	return 0;
}

/* Puts a decoder behind the first `got` bytes, which are of a compressed input. */
static bool source_unpack(struct source *source, const uint8_t *first, size_t got)
{
	source->chunk = malloc(SOURCE_CHUNK);
	source->unpack = unpack_new(source->packing);
	if (!source->chunk || !source->unpack) {
		(void)fault_memory(&source->fault);
		return false;
	}
	memcpy(source->chunk, first, got);
	source->in = cur_init((struct span){source->chunk, got});
	return true;
}

/* One unpacking step after another until bytes come out. */
static size_t source_unpacked(struct source *source, uint8_t *into, size_t room)
{
	size_t made = 0;
	enum err err;

	while (source->fault.err == OK) {
		if (!source->in.left && !source->ended) {
			size_t got = source_raw(source, source->chunk, SOURCE_CHUNK);

			source->in = cur_init((struct span){source->chunk, got});
		}
		err = unpack_step(source->unpack, &source->in, into, room, &made);
		source->made += made;
		if (err == OK && source->made > SOURCE_FREE &&
		    source->made / SOURCE_RATIO > source_taken(source))
			source->fault.err = ERR_LIMIT;
		else if (err != OK)
			source->fault.err = err;
		else if (!made && !source->in.left && source->ended && source->fault.err == OK) {
			if (!unpack_between(source->unpack))
				source->fault.err = ERR_TRUNCATED;
			break;
		}
		if (made)
			return made;
	}
	return 0;
}

/* Words for a fault of the decoder, whose kind alone was noted above. */
static void fault_tell(struct source *source)
{
	struct source_fault *f = &source->fault;

	if (f->err == OK || f->what)
		return;
	f->at = source_taken(source);
	switch (f->err) {
	case ERR_TRUNCATED:
		f->what = "is cut short";
		f->mend = "copy it again if the original is longer";
		break;
	case ERR_LIMIT:
		f->what = "unpacks to more than is sane (a bomb, or zstd --long above 27)";
		f->mend = "if it is yours, unpack it yourself first";
		break;
	case ERR_MEMORY:
		(void)fault_memory(f);
		break;
	default:
		f->what = "is corrupt";
		f->mend = "copy it again, or test the original with gzip -t or zstd -t";
		break;
	}
}

size_t source_read(struct source *source, uint8_t *into, size_t room)
{
	size_t got = 0, more, made;

	if (source->begun && !source->unpack)
		return source_raw(source, into, room);
	if (!source->begun) {
		if (room > SOURCE_CHUNK)
			room = SOURCE_CHUNK; /* so that it fits into `chunk` */
		do {
			more = source_raw(source, into + got, room - got);
			got += more;
		} while (more && got < UNPACK_MAGIC);
		source->begun = true;
		source->packing = unpack_detect((struct span){into, got});
		if (source->packing == PACKING_NONE)
			return got;
		if (!source_unpack(source, into, got))
			return 0;
	}
	made = source_unpacked(source, into, room);
	fault_tell(source);
	return made;
}

const struct source_fault *source_fault(const struct source *source)
{
	return &source->fault;
}

const char *source_packing(const struct source *source)
{
	return source->unpack ? packing_name(source->packing) : NULL;
}

uint64_t source_taken(const struct source *source)
{
	return source->taken - source->in.left;
}

uint64_t source_size(const struct source *source)
{
	return source->size;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	if (source->fd >= 0 && !source->standard)
		close(source->fd);
	unpack_free(source->unpack);
	free(source->chunk);
	free(source);
}
