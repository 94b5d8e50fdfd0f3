/* import_input.c - a file, plain or gzip, or memory: as lines, or as a whole. */
#include "feed/import_input.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <zlib.h>

#define ALL_FIRST    65536 /* the first step when everything is held in memory */
#define PIPE_WAIT_MS 5000  /* for the first bytes of a named pipe */

/* Lists and JSON pack 5 to 30 times; what says the same over and over is a bomb. Small files are not
 * asked. */
#define BOMB_TIMES 100
#define BOMB_LEAST ((uint64_t)16 << 20)

struct input {
	gzFile gz;          /* NULL: memory */
	struct span memory; /* what is left of it */
	uint64_t max, out;
	bool compressed, ended;
	enum err error;
	const char *why;
	uint64_t line, long_lines;
	uint8_t *all;
	size_t begin, end;
	uint8_t buffer[2 * INPUT_LINE];
};

static void input_fail(struct input *in, enum err error, const char *why)
{
	in->error = error;
	in->why = why;
	in->ended = true;
}

/* How gzip data ended: zlib says Z_BUF_ERROR where the end of the stream is missing. */
static void input_ended(struct input *in, int got)
{
	int code = Z_OK;

	in->ended = true;
	if (!in->gz)
		return;
	gzerror(in->gz, &code);
	if (got < 0 && code == Z_ERRNO)
		input_fail(in, ERR_READ, strerror(errno));
	else if (got < 0 && code == Z_DATA_ERROR)
		input_fail(in, ERR_FORMAT, "the gzip data are damaged");
	else if (code == Z_BUF_ERROR)
		input_fail(in, ERR_TRUNCATED, "the gzip data end too early; fetch the file again");
}

/* Reads up to `room` bytes; 0 at the end or when it failed. */
static size_t input_read(struct input *in, uint8_t *to, size_t room)
{
	int got;

	if (in->ended || room == 0)
		return 0;
	if (!in->gz) {
		size_t n = room < in->memory.len ? room : in->memory.len;

		if (n == 0) {
			in->ended = true;
			return 0;
		}
		memcpy(to, in->memory.ptr, n);
		in->memory = (struct span){ in->memory.ptr + n, in->memory.len - n };
		in->out += n;
		return n;
	}
	got = gzread(in->gz, to, room > INT_MAX ? INT_MAX : (unsigned)room);
	if (got <= 0) {
		input_ended(in, got);
		return 0;
	}
	in->out += (size_t)got;
	if (in->compressed && in->out > BOMB_LEAST &&
	    in->out / BOMB_TIMES > (uint64_t)gzoffset64(in->gz)) {
		input_fail(in, ERR_LIMIT,
			   "it unpacks to more than 100 times its size: this is no feed, but made to "
			   "fill memory; if that is wrong, unpack it first (gunzip)");
		return 0;
	}
	if (in->compressed && in->out > in->max) {
		input_fail(
			in, ERR_LIMIT,
			"it unpacks to more than is allowed; if that is right, raise --max-bytes");
		return 0;
	}
	return (size_t)got;
}

static void input_fill(struct input *in)
{
	size_t got;

	if (in->begin > 0) {
		memmove(in->buffer, in->buffer + in->begin, in->end - in->begin);
		in->end -= in->begin;
		in->begin = 0;
	}
	while (in->end < INPUT_LINE) {
		got = input_read(in, in->buffer + in->end, sizeof(in->buffer) - in->end);
		if (got == 0)
			return;
		in->end += got;
	}
}

/* Forms that are not text as it is expected here: told apart by their first bytes. */
static enum err input_check_head(struct input *in, const char **why)
{
	static const struct {
		const char *magic;
		size_t len;
		enum err error;
		const char *why;
	} heads[] = {
		{ "PK\003\004", 4, ERR_UNSUPPORTED,
		  "a zip archive is not read; unpack it first (unzip)" },
		{ "\x28\xb5\x2f\xfd", 4, ERR_UNSUPPORTED,
		  "zstd data are not read here; unpack them first (zstd -d)" },
		{ "BZh", 3, ERR_UNSUPPORTED,
		  "bzip2 data are not read; unpack them first (bunzip2)" },
		{ "\xfd"
		  "7zXZ",
		  5, ERR_UNSUPPORTED, "xz data are not read; unpack them first (unxz)" },
		{ "\xff\xfe", 2, ERR_UNSUPPORTED,
		  "it is UTF-16; convert it first (iconv -f UTF-16 -t UTF-8)" },
		{ "\xfe\xff", 2, ERR_UNSUPPORTED,
		  "it is UTF-16; convert it first (iconv -f UTF-16 -t UTF-8)" },
		{ "%PDF", 4, ERR_UNSUPPORTED, "a PDF is not read; save its indicators as text" },
	};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (in->end >= heads[i].len &&
		    memcmp(in->buffer, heads[i].magic, heads[i].len) == 0) {
			*why = heads[i].why;
			return heads[i].error;
		}
	if (in->end >= 3 && memcmp(in->buffer, "\xef\xbb\xbf", 3) == 0)
		in->begin = 3; /* the mark of UTF-8 */
	if (in->error != OK) {
		*why = in->why;
		return in->error;
	}
	if (in->begin == in->end) {
		*why = "it is empty";
		return ERR_EMPTY;
	}
	if (memchr(in->buffer, 0, in->end)) {
		*why = "it is no text (there are zero bytes in it)";
		return ERR_FORMAT;
	}
	return OK;
}

static enum err input_begin(struct input *in, struct input **input, const char **why)
{
	enum err err;

	input_fill(in);
	if (in->gz)
		in->compressed = !gzdirect(in->gz);
	err = input_check_head(in, why);
	if (err != OK) {
		input_close(in);
		return err;
	}
	*input = in;
	return OK;
}

/* Opened without waiting, because a named pipe without a writer would be waited for for ever; from
 * here on reading waits. A shell's own pipe, <(...), may be as slow as it likes. */
static bool begin_reading(int fd, bool pipe)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	struct statfs system;

	if (pipe && fstatfs(fd, &system) == 0 && system.f_type != PIPEFS_MAGIC &&
	    poll(&ready, 1, PIPE_WAIT_MS) <= 0)
		return false;
	return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK) == 0;
}

enum err input_open(const char *path, uint64_t max, struct input **input, const char **why)
{
	struct input *in;
	struct stat status;
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
					: open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &status) < 0) {
		*why = strerror(errno);
		if (fd >= 0)
			close(fd);
		return ERR_OPEN;
	}
	if (S_ISDIR(status.st_mode)) {
		close(fd);
		*why = "it is a directory";
		return ERR_OPEN;
	}
	if (strcmp(path, "-") != 0 && !begin_reading(fd, S_ISFIFO(status.st_mode))) {
		close(fd);
		*why = "it is a named pipe into which nobody has written for 5 s; start its writer "
		       "first, or pipe into 'import -'";
		return ERR_OPEN;
	}
	in = calloc(1, sizeof(*in));
	if (in) {
		in->gz = gzdopen(fd, "rb");
		in->max = max;
	}
	if (!in || !in->gz) {
		close(fd);
		free(in);
		*why = "there is no memory for it";
		return ERR_MEMORY;
	}
	gzbuffer(in->gz, 1 << 17);
	return input_begin(in, input, why);
}

enum err input_open_bytes(struct span bytes, uint64_t max, struct input **input, const char **why)
{
	struct input *in = calloc(1, sizeof(*in));

	if (!in) {
		*why = "there is no memory for it";
		return ERR_MEMORY;
	}
	in->memory = bytes;
	in->max = max;
	return input_begin(in, input, why);
}

void input_close(struct input *in)
{
	if (!in)
		return;
	if (in->gz)
		gzclose(in->gz);
	free(in->all);
	free(in);
}

struct span input_head(const struct input *in)
{
	size_t len = in->end - in->begin;

	return (struct span){ in->buffer + in->begin, len < INPUT_LINE ? len : INPUT_LINE };
}

/* Drops the rest of a line that is too long. */
static void input_skip_line(struct input *in)
{
	in->long_lines++;
	for (;;) {
		uint8_t *at = memchr(in->buffer + in->begin, '\n', in->end - in->begin);

		if (at) {
			in->begin = (size_t)(at - in->buffer) + 1;
			return;
		}
		in->begin = in->end = 0;
		input_fill(in);
		if (in->end == 0)
			return;
	}
}

bool input_line(struct input *in, struct span *line)
{
	for (;;) {
		uint8_t *at = memchr(in->buffer + in->begin, '\n', in->end - in->begin);
		size_t len;

		if (!at && in->end - in->begin < INPUT_LINE) {
			input_fill(in);
			at = memchr(in->buffer + in->begin, '\n', in->end - in->begin);
		}
		if (in->begin == in->end || in->error != OK)
			return false;
		in->line++;
		len = at ? (size_t)(at - in->buffer) - in->begin : in->end - in->begin;
		if (len >= INPUT_LINE) {
			input_skip_line(in);
			continue;
		}
		*line = (struct span){ in->buffer + in->begin, len };
		in->begin += len + (at != NULL);
		if (len > 0 && line->ptr[len - 1] == '\r')
			line->len--;
		return true;
	}
}

uint64_t input_line_number(const struct input *in)
{
	return in->line;
}

uint64_t input_long_lines(const struct input *in)
{
	return in->long_lines;
}

enum err input_failed(const struct input *in, const char **why)
{
	if (in->error != OK)
		*why = in->why;
	return in->error;
}

enum err input_all(struct input *in, struct span *all, const char **why)
{
	size_t size = in->end - in->begin + ALL_FIRST, len = in->end - in->begin, got;
	uint8_t *bytes = malloc(size);

	if (bytes)
		memcpy(bytes, in->buffer + in->begin, len);
	while (bytes && (got = input_read(in, bytes + len, size - len)) > 0) {
		uint8_t *more;

		len += got;
		if (len > in->max) {
			free(bytes);
			*why = "it is larger than allowed; if that is right, raise --max-bytes";
			return ERR_LIMIT;
		}
		if (len < size)
			continue;
		size *= 2;
		more = realloc(bytes, size);
		if (!more)
			free(bytes);
		bytes = more;
	}
	if (!bytes) {
		*why = "there is no memory for it";
		return ERR_MEMORY;
	}
	in->all = bytes;
	*all = (struct span){ bytes, len };
	return input_failed(in, why);
}
