/*
 * test_capture.c - capture/ against libpcap and against files made here.
 *
 * libpcap is the oracle: it is linked by this test only. The real captures lie in the folder
 * named by HINOMI_SHARED_DATA; without it their tests are skipped with a notice.
 */
#include "capture/capture.h"
#include "base/cursor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

#ifndef HINOMI_SOURCE_ROOT
#define HINOMI_SOURCE_ROOT "."
#endif

#define FRAMES_KEPT 64 /* of a small file, to look at one by one */

/* Bytes under construction. */
struct made {
	uint8_t *p;
	size_t len, room;
	bool big; /* byte order of what follows */
};

/* What came out of a reading. */
struct seen {
	size_t frames;
	size_t cut; /* look at so many bytes of each frame only; 0: all */
	uint64_t digest;
	uint64_t kept[FRAMES_KEPT]; /* the digest after each of the first frames */
	struct frame first[FRAMES_KEPT];
	struct capture_trouble trouble;
};

static void put(struct made *m, const void *bytes, size_t len)
{
	if (m->len + len > m->room) {
		m->room = (m->len + len) * 2;
		m->p = realloc(m->p, m->room);
		assert_non_null(m->p);
	}
	if (len)
		memcpy(m->p + m->len, bytes, len);
	m->len += len;
}

static void put16(struct made *m, unsigned v)
{
	uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v}, l[2] = {(uint8_t)v, (uint8_t)(v >> 8)};

	put(m, m->big ? b : l, 2);
}

static void put32(struct made *m, uint32_t v)
{
	put16(m, m->big ? v >> 16 : v & 0xffff);
	put16(m, m->big ? v & 0xffff : v >> 16);
}

static void put_pattern(struct made *m, size_t len, unsigned seed)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t b = (uint8_t)(seed * 31 + i * 7 + (i >> 8));

		put(m, &b, 1);
	}
}

static struct span made_span(const struct made *m)
{
	return (struct span){m->p, m->len};
}

static uint64_t digest(uint64_t h, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * 0x100000001b3ull; /* FNV-1a */
	return h;
}

static void see(struct seen *seen, const struct frame *f)
{
	size_t len = seen->cut && f->bytes.len > seen->cut ? seen->cut : f->bytes.len;
	uint64_t h = seen->digest;

	h = digest(h, &f->ts, sizeof(f->ts));
	h = digest(h, &f->wire_len, sizeof(f->wire_len));
	h = digest(h, &len, sizeof(len));
	h = digest(h, f->bytes.ptr, len);
	seen->digest = h;
	if (seen->frames < FRAMES_KEPT) {
		seen->kept[seen->frames] = h;
		seen->first[seen->frames] = *f; /* bytes.ptr is not to be followed later */
	}
	seen->frames++;
}

static struct seen drain(struct capture *capture, size_t max, size_t cut)
{
	struct seen seen = {.digest = 0xcbf29ce484222325ull, .cut = cut};
	struct frame frames[256];
	size_t n;

	while ((n = capture_read(capture, frames, max)) != 0) {
		assert_true(n <= max);
		for (size_t i = 0; i < n; i++) {
			assert_true(frames[i].wire_len >= frames[i].bytes.len);
			see(&seen, &frames[i]);
		}
	}
	assert_int_equal(capture_read(capture, frames, max), 0);
	seen.trouble = *capture_trouble(capture);
	capture_close(capture);
	return seen;
}

static struct seen read_path_cut(const char *path, size_t buffer, size_t max, size_t cut)
{
	struct capture *capture = NULL;
	struct seen seen = {0};

	if (capture_open(&capture, path, buffer, &seen.trouble) == OK)
		return drain(capture, max, cut);
	assert_null(capture);
	return seen;
}

static struct seen read_path(const char *path, size_t buffer, size_t max)
{
	return read_path_cut(path, buffer, max, 0);
}

static struct seen read_memory(struct span bytes)
{
	struct capture *capture = NULL;
	struct seen seen = {0};

	if (capture_open_memory(&capture, "x.pcap", bytes, &seen.trouble) == OK)
		return drain(capture, 100, 0);
	assert_null(capture);
	return seen;
}

/* A file in memory, so that thousands of small ones wear no disk. It is gone when fd is closed. */
static int file_open(char path[64])
{
	int fd = memfd_create("test_capture", 0);

	assert_true(fd >= 0);
	snprintf(path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

static void write_file(const char *path, struct span bytes)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
	assert_int_equal(fclose(f), 0);
}

static struct made read_file(const char *path)
{
	struct made m = {0};
	char part[65536];
	FILE *f = fopen(path, "rb");
	size_t n;

	assert_non_null(f);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		put(&m, part, n);
	fclose(f);
	return m;
}

/* Through a small buffer and small batches too: all ways must give the same. */
static struct seen read_all_ways(struct span bytes)
{
	char path[64];
	struct seen whole = read_memory(bytes), part;
	static const size_t ways[][2] = {{0, 256}, {64, 1}, {100, 3}, {4096, 7}};
	int fd = file_open(path);

	write_file(path, bytes);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		part = read_path(path, ways[i][0], ways[i][1]);
		assert_int_equal(part.frames, whole.frames);
		assert_true(part.digest == whole.digest);
		assert_int_equal(part.trouble.err, whole.trouble.err);
		assert_int_equal(part.trouble.offset, whole.trouble.offset);
	}
	close(fd);
	return whole;
}

/* --- packing --- */

static struct made gzip_of(struct span bytes)
{
	struct made m = {0};
	z_stream z = {0};

	assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	m.room = deflateBound(&z, bytes.len) + 64;
	m.p = malloc(m.room);
	assert_non_null(m.p);
	z.next_in = (Bytef *)(uintptr_t)bytes.ptr;
	z.avail_in = (uInt)bytes.len;
	z.next_out = m.p;
	z.avail_out = (uInt)m.room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	m.len = z.total_out;
	deflateEnd(&z);
	return m;
}

static struct made zstd_of(struct span bytes)
{
	struct made m = {.room = ZSTD_compressBound(bytes.len) + 4};
	ZSTD_CCtx *cctx = ZSTD_createCCtx();

	m.p = malloc(m.room);
	assert_non_null(m.p);
	ZSTD_CCtx_setParameter(cctx, ZSTD_c_checksumFlag, 1);
	ZSTD_CCtx_setParameter(cctx, ZSTD_c_compressionLevel, 1);
	m.len = ZSTD_compress2(cctx, m.p, m.room, bytes.ptr, bytes.len);
	assert_false(ZSTD_isError(m.len));
	ZSTD_freeCCtx(cctx);
	return m;
}

/* --- the oracle --- */

/* 0 when libpcap cannot open it. Its packets, brought to what capture.h promises. */
static int oracle_read(const char *path, struct seen *seen, char *why)
{
	char text[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_open_offline(path, text);
	struct pcap_pkthdr *h;
	const uint8_t *bytes;
	int rc;

	*seen = (struct seen){.digest = 0xcbf29ce484222325ull};
	if (!pcap) {
		snprintf(why, PCAP_ERRBUF_SIZE, "%s", text);
		return 0;
	}
	while ((rc = pcap_next_ex(pcap, &h, &bytes)) == 1) {
		uint32_t len = h->len > h->caplen ? h->len : h->caplen;
		struct frame f = {
			.ts = (usec_t)(uint32_t)h->ts.tv_sec * USEC_PER_SEC + h->ts.tv_usec,
			.wire_len = len,
			.bytes = {bytes, h->caplen},
		};
		see(seen, &f);
	}
	seen->cut = (size_t)pcap_snapshot(
		pcap); /* it cuts longer frames, against which we keep them */
	seen->trouble.err = rc == PCAP_ERROR_BREAK ? OK : ERR_FORMAT;
	snprintf(why, PCAP_ERRBUF_SIZE, "%s", rc == PCAP_ERROR_BREAK ? "" : pcap_geterr(pcap));
	pcap_close(pcap);
	return 1;
}

static void same(const struct seen *ours, const struct seen *theirs, const char *path)
{
	if (ours->frames != theirs->frames || ours->digest != theirs->digest)
		fail_msg("%s: %zu frames %016llx, expected %zu frames %016llx (%s)", path,
			 ours->frames, (unsigned long long)ours->digest, theirs->frames,
			 (unsigned long long)theirs->digest, ours->trouble.text);
}

static DIR *captures_open(char folder[4096])
{
	const char *shared = getenv("HINOMI_SHARED_DATA");
	DIR *dir;

	snprintf(folder, 4096, "%s/captures",
		 shared ? shared : HINOMI_SOURCE_ROOT "/../shared/data");
	dir = opendir(folder);
	if (!dir) {
		print_message("NOTICE: no captures in %s; set HINOMI_SHARED_DATA\n", folder);
		skip();
	}
	return dir;
}

/* The path of the next capture in the folder; 0 at the end. */
static int captures_next(DIR *dir, const char *folder, char path[8192])
{
	struct dirent *entry;

	while ((entry = readdir(dir)) != NULL) {
		const char *dot = strrchr(entry->d_name, '.');

		if (!dot || (strcmp(dot, ".pcap") && strcmp(dot, ".pcapng") && strcmp(dot, ".cap")))
			continue;
		snprintf(path, 8192, "%s/%s", folder, entry->d_name);
		return 1;
	}
	closedir(dir);
	return 0;
}

static void like_libpcap(const char *path, size_t counts[3])
{
	char why[PCAP_ERRBUF_SIZE];
	struct seen theirs, ours;
	int opened = oracle_read(path, &theirs, why);

	ours = read_path_cut(path, 0, 256, opened ? theirs.cut : 0);
	if (opened && ours.trouble.err == ERR_UNSUPPORTED && ours.frames == 0) {
		assert_non_null(strstr(ours.trouble.text, "link type "));
		counts[1]++;
		return;
	}
	if (*why && strstr(why, "different from the type of the first interface")) {
		assert_int_equal(ours.trouble.err, OK); /* which libpcap does not read */
		assert_true(ours.frames > 0);
		counts[2]++;
		return;
	}
	assert_true(opened);
	same(&ours, &theirs, path);
	if ((ours.trouble.err == OK) != (theirs.trouble.err == OK))
		fail_msg("%s: ours '%s', libpcap '%s'", path, ours.trouble.text, why);
	counts[0]++;
}

static void test_captures_like_libpcap(void **state)
{
	char folder[4096], path[8192];
	size_t counts[3] = {0};
	DIR *dir = captures_open(folder);

	(void)state;
	while (captures_next(dir, folder, path))
		like_libpcap(path, counts);
	print_message("%zu captures equal to libpcap, %zu of other link types, %zu only ours\n",
		      counts[0], counts[1], counts[2]);
	assert_true(counts[0] > 0);
}

/* Memory, small buffers, gzip and zstd give what the plain file gives. */
static void captures_packed(const char *path)
{
	struct seen plain = read_path(path, 0, 256), other;
	struct made bytes = read_file(path), gzip = gzip_of(made_span(&bytes)),
		    zstd = zstd_of(made_span(&bytes));
	char packed[64];
	int fd = file_open(packed);

	other = read_memory(made_span(&bytes));
	same(&other, &plain, path);
	other = read_path(path, 64, 9);
	same(&other, &plain, path);
	other = read_memory(made_span(&gzip));
	same(&other, &plain, path);
	other = read_memory(made_span(&zstd));
	same(&other, &plain, path);
	write_file(packed, made_span(&gzip));
	other = read_path(packed, 0, 256);
	same(&other, &plain, path);
	write_file(packed, made_span(&zstd));
	other = read_path(packed, 777, 10);
	same(&other, &plain, path);
	assert_int_equal(other.trouble.err, plain.trouble.err);
	close(fd);
	free(bytes.p);
	free(gzip.p);
	free(zstd.p);
}

static void test_captures_packed(void **state)
{
	char folder[4096], path[8192];
	DIR *dir = captures_open(folder);

	(void)state;
	while (captures_next(dir, folder, path))
		captures_packed(path);
}

/* Writes the bytes in odd pieces into a pipe, whose other end becomes standard input. */
static struct seen read_pipe(struct span bytes)
{
	int ends[2], status, keep = dup(STDIN_FILENO);
	struct seen seen;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		size_t at = 0, piece = 1;
		ssize_t put_now = 0;

		close(ends[0]);
		for (; at < bytes.len && put_now >= 0; at += (size_t)put_now) {
			piece = piece * 7 % 5003 + 1;
			put_now = write(ends[1], bytes.ptr + at,
					bytes.len - at < piece ? bytes.len - at : piece);
		}
		_exit(at == bytes.len ? 0 : 1);
	}
	close(ends[1]);
	assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
	close(ends[0]);
	seen = read_path("-", 0, 256);
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0); /* not ours to close */
	if (keep >= 0) {
		dup2(keep, STDIN_FILENO);
		close(keep);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	return seen;
}

/* --- classic pcap made here --- */

static void put_pcap_header(struct made *m, uint32_t magic, uint32_t snaplen, uint32_t link)
{
	put32(m, magic);
	put16(m, 2);
	put16(m, 4);
	put32(m, 0);
	put32(m, 0);
	put32(m, snaplen);
	put32(m, link);
}

static void put_record(struct made *m, uint32_t sec, uint32_t fraction, uint32_t caplen,
		       uint32_t len)
{
	put32(m, sec);
	put32(m, fraction);
	put32(m, caplen);
	put32(m, len);
}

#define SMALL_FRAMES 10

/* Ten frames of 0, 13, 26 ... bytes. */
static struct made pcap_small(uint32_t magic, bool big)
{
	struct made m = {.big = big};
	uint32_t unit = magic == 0xa1b23c4d ? 1000 : 1;

	put_pcap_header(&m, magic, 65535, 1);
	for (unsigned i = 0; i < SMALL_FRAMES; i++) {
		put_record(&m, 4000000000u + i, (i + 1) * 7 * unit, i * 13, 100 + i * 13);
		if (magic == 0xa1b2cd34) {
			put32(&m, 3);      /* interface */
			put16(&m, 0x800);  /* protocol */
			put16(&m, 0x0400); /* packet type, padding */
		}
		put_pattern(&m, i * 13, i);
	}
	return m;
}

static void test_pcap_forms(void **state)
{
	static const uint32_t magics[] = {0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34};
	char path[64], why[PCAP_ERRBUF_SIZE];
	int fd = file_open(path);

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		struct made m = pcap_small(magics[i / 2], i % 2);
		struct seen ours = read_all_ways(made_span(&m)), theirs;

		assert_int_equal(ours.trouble.err, OK);
		assert_string_equal(ours.trouble.text, "");
		assert_int_equal(ours.frames, SMALL_FRAMES);
		for (unsigned k = 0; k < SMALL_FRAMES; k++) {
			assert_true(ours.first[k].ts ==
				    (4000000000 + k) * USEC_PER_SEC + (k + 1) * 7);
			assert_int_equal(ours.first[k].wire_len, 100 + k * 13);
			assert_int_equal(ours.first[k].bytes.len, k * 13);
			assert_int_equal(ours.first[k].link, LINK_ETHERNET);
		}
		write_file(path, made_span(&m));
		assert_int_equal(oracle_read(path, &theirs, why), 1);
		same(&ours, &theirs, "made");
		free(m.p);
	}
	close(fd);
}

static void test_pcap_pipe(void **state)
{
	struct made m = {0}, packed;
	struct seen whole, piped;

	(void)state;
	put_pcap_header(&m, 0xa1b2c3d4, 65535, 1);
	for (unsigned i = 0; i < 3000; i++) {
		put_record(&m, i, i, i % 1500, 2000);
		put_pattern(&m, i % 1500, i);
	}
	whole = read_memory(made_span(&m));
	assert_int_equal(whole.frames, 3000);
	piped = read_pipe(made_span(&m));
	same(&piped, &whole, "pipe");
	packed = gzip_of(made_span(&m));
	piped = read_pipe(made_span(&packed));
	same(&piped, &whole, "pipe of gzip");
	piped = read_pipe((struct span){m.p, m.len - 1});
	assert_int_equal(piped.frames, 2999);
	assert_non_null(strstr(piped.trouble.text, "standard input: cut short at byte "));
	free(packed.p);
	free(m.p);
}

/* Wherever a file is cut, the whole frames before the cut are intact, and the cut is told. */
static void test_pcap_cut_everywhere(void **state)
{
	(void)state;
	for (unsigned big = 0; big < 2; big++) {
		struct made m = pcap_small(0xa1b2c3d4, big);
		struct seen whole = read_memory(made_span(&m));
		size_t edge = 24, complete = 0;

		for (size_t cut = 0; cut <= m.len; cut++) {
			struct seen seen = read_all_ways((struct span){m.p, cut});

			if (complete < SMALL_FRAMES && cut == edge + 16 + complete * 13) {
				edge = cut;
				complete++;
			}
			assert_int_equal(seen.frames, complete);
			if (complete)
				assert_true(seen.digest == whole.kept[complete - 1]);
			if (cut == edge)
				assert_int_equal(seen.trouble.err, OK);
			else if (cut >= 4)
				assert_int_equal(seen.trouble.err, ERR_TRUNCATED);
			else
				assert_int_equal(seen.trouble.err, cut ? ERR_FORMAT : ERR_EMPTY);
		}
		assert_int_equal(complete, SMALL_FRAMES);
		free(m.p);
	}
}

static struct seen one_long(uint32_t snaplen, uint32_t caplen, uint32_t there)
{
	struct made m = {0};
	struct seen seen;

	put_pcap_header(&m, 0xa1b2c3d4, snaplen, 1);
	put_record(&m, 1, 2, 60, 60);
	put_pattern(&m, 60, 1);
	put_record(&m, 1, 3, caplen, caplen);
	put_pattern(&m, there, 2);
	put_record(&m, 1, 4, 60, 60);
	put_pattern(&m, 60, 3);
	seen = read_all_ways(made_span(&m));
	free(m.p);
	return seen;
}

static void test_pcap_lengths(void **state)
{
	struct seen s;

	(void)state;
	s = one_long(65535, 262144, 262144); /* above the snaplen, below the limit */
	assert_int_equal(s.frames, 3);
	assert_int_equal(s.first[1].bytes.len, 262144);
	assert_int_equal(s.trouble.err, OK);
	s = one_long(65535, 262145, 262145);
	assert_int_equal(s.frames, 1);
	assert_int_equal(s.trouble.err, ERR_FORMAT);
	assert_int_equal(s.trouble.offset, 24 + 16 + 60);
	s = one_long(1 << 20, 1 << 20, 1 << 20);
	assert_int_equal(s.frames, 3);
	assert_int_equal(s.first[1].bytes.len, 1 << 20);
	s = one_long(UINT32_MAX, (1 << 20) + 1, (1 << 20) + 1);
	assert_int_equal(s.frames, 1);
	assert_int_equal(s.trouble.err, ERR_FORMAT);
	s = one_long(0, UINT32_MAX, 0);
	assert_int_equal(s.frames, 1);
	assert_int_equal(s.trouble.err, ERR_FORMAT);
}

static void test_pcap_headers(void **state)
{
	static const struct {
		uint32_t link;
		enum err err;
	} cases[] = {
		{1, OK},
		{0x30000001, OK}, /* a check sequence of 3 * 16 bits */
		{0xfc000001, OK},
		{0x30000065, OK},
		{113, OK},
		{276, OK},
		{105, ERR_UNSUPPORTED},
		{0x00010001, ERR_UNSUPPORTED}, /* not to be taken for 1 */
	};
	struct seen s;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct made m = {.big = i % 2};

		put_pcap_header(&m, 0xa1b2c3d4, 100, cases[i].link);
		s = read_memory(made_span(&m)); /* only a header: a clean end */
		assert_int_equal(s.trouble.err, cases[i].err);
		assert_int_equal(s.frames, 0);
		put_record(&m, 1, 2, 4, 3); /* captured more than was on the wire */
		put32(&m, 0);
		s = read_memory(made_span(&m));
		assert_int_equal(s.frames, cases[i].err == OK);
		if (s.frames) {
			assert_int_equal(s.first[0].link, cases[i].link & 0xffff);
			assert_int_equal(s.first[0].wire_len, 4);
		}
		m.p[m.big ? 5 : 4] = 3; /* version 3.4 */
		assert_int_equal(read_memory(made_span(&m)).trouble.err, ERR_UNSUPPORTED);
		free(m.p);
	}
}

/* --- pcapng made here --- */

/* Ends the block that began at `start`: pads, and writes its length at both ends. */
static void block_end(struct made *m, size_t start)
{
	struct made len = {.big = m->big};

	while (m->len % 4)
		put(m, "", 1);
	put32(&len, (uint32_t)(m->len + 4 - start));
	memcpy(m->p + start + 4, len.p, 4);
	put(m, len.p, 4);
	free(len.p);
}

static size_t block_begin(struct made *m, uint32_t type)
{
	size_t start = m->len;

	put32(m, type);
	put32(m, 0);
	return start;
}

static void put_section(struct made *m, bool big)
{
	size_t start;

	m->big = big;
	start = block_begin(m, 0x0a0d0d0a);
	put32(m, 0x1a2b3c4d);
	put16(m, 1);
	put16(m, 0);
	put32(m, UINT32_MAX); /* length not known */
	put32(m, UINT32_MAX);
	block_end(m, start);
}

/* An interface; tsresol < 0: no such option; offset 0: no such option. */
static void put_interface(struct made *m, unsigned link, uint32_t snaplen, int tsresol,
			  int64_t offset)
{
	size_t start = block_begin(m, 1);
	uint8_t resolution = (uint8_t)tsresol;

	put16(m, link);
	put16(m, 0);
	put32(m, snaplen);
	put16(m, 2); /* if_name, of a length to be padded */
	put16(m, 5);
	put(m, "eth0\0\0\0\0", 8);
	if (tsresol >= 0) {
		put16(m, 9);
		put16(m, 1);
		put(m, &resolution, 1);
		put(m, "\0\0\0", 3);
	}
	if (offset) {
		put16(m, 14);
		put16(m, 8);
		put32(m, m->big ? (uint32_t)((uint64_t)offset >> 32) : (uint32_t)offset);
		put32(m, m->big ? (uint32_t)offset : (uint32_t)((uint64_t)offset >> 32));
	}
	put32(m, 0);
	block_end(m, start);
}

/* An Enhanced (6) or an old (2) Packet Block. */
static void put_packet(struct made *m, uint32_t type, unsigned face, uint64_t ticks, uint32_t len)
{
	size_t start = block_begin(m, type);

	if (type == 6) {
		put32(m, face);
	} else {
		put16(m, face);
		put16(m, 9); /* drops */
	}
	put32(m, (uint32_t)(ticks >> 32));
	put32(m, (uint32_t)ticks);
	put32(m, len);
	put32(m, len + 100);
	put_pattern(m, len, len);
	while (m->len % 4)
		put(m, "", 1);
	put32(m, 0); /* end of options */
	block_end(m, start);
}

static void put_simple(struct made *m, uint32_t wire_len, uint32_t caplen)
{
	size_t start = block_begin(m, 3);

	put32(m, wire_len);
	put_pattern(m, caplen, caplen);
	block_end(m, start);
}

static void put_unknown(struct made *m, uint32_t type, size_t len)
{
	size_t start = block_begin(m, type);

	put_pattern(m, len, 9);
	block_end(m, start);
}

#define T0 1700000000123456ull

/* Sections of both orders, every kind of packet block, blocks to be skipped. */
static struct made pcapng_small(void)
{
	struct made m = {0};

	put_section(&m, false);
	put_interface(&m, 1, 96, -1, 0);
	put_unknown(&m, 5, 20);
	put_simple(&m, 50, 50); /* before any time is known */
	put_packet(&m, 6, 0, T0, 61);
	put_interface(&m, 1, 0, 9, 0);
	put_packet(&m, 2, 1, (T0 + 1) * 1000 + 999, 62);
	put_simple(&m, 1000, 96); /* cut to the first interface's snaplen */
	put_section(&m, true);
	put_interface(&m, 1, 65535, 9, 0); /* not like interface 0 of the section before */
	put_unknown(&m, 0x80000bad, 33);
	put_packet(&m, 6, 0, (T0 + 2) * 1000, 0);
	put_packet(&m, 2, 0, (T0 + 3) * 1000, 63);
	put_simple(&m, 7, 7);
	return m;
}

static void test_pcapng_blocks(void **state)
{
	static const struct {
		usec_t ts;
		uint32_t caplen, wire_len;
	} want[] = {
		{0, 50, 50},      {T0, 61, 161},     {T0 + 1, 62, 162}, {T0 + 1, 96, 1000},
		{T0 + 2, 0, 100}, {T0 + 3, 63, 163}, {T0 + 3, 7, 7},
	};
	struct made m = pcapng_small();
	struct seen s = read_all_ways(made_span(&m)), part;
	size_t last = 0;

	(void)state;
	assert_int_equal(s.frames, sizeof(want) / sizeof(want[0]));
	assert_int_equal(s.trouble.err, OK);
	for (size_t i = 0; i < s.frames; i++) {
		assert_true(s.first[i].ts == want[i].ts);
		assert_int_equal(s.first[i].bytes.len, want[i].caplen);
		assert_int_equal(s.first[i].wire_len, want[i].wire_len);
	}
	for (size_t cut = 0; cut < m.len; cut++) { /* wherever it is cut */
		part = read_all_ways((struct span){m.p, cut});
		assert_true(part.frames >= last && part.frames <= last + 1);
		last = part.frames;
		if (last)
			assert_true(part.digest == s.kept[last - 1]);
		if (cut >= 4 && part.trouble.err != OK)
			assert_int_equal(part.trouble.err, ERR_TRUNCATED);
	}
	assert_int_equal(last, s.frames - 1);
	free(m.p);
}

/* The same packets, where libpcap can read them: times and bytes must agree. */
static void test_pcapng_like_libpcap(void **state)
{
	static const struct {
		int tsresol;
		int64_t offset;
		uint64_t ticks;
	} clocks[] = {
		{-1, 0, T0},
		{6, 0, T0},
		{9, 0, T0 * 1000 + 789},
		{3, 0, T0 / 1000},
		{0, 0, T0 / 1000000},
		{8, 0, T0 * 100 + 77},
		{12, 1690000000, 10000000123456789012ull},
		{0x80 | 10, 0, 1700000000ull << 10 | 1023},
		{0x80 | 32, 0, 1700000000ull << 32 | 0xdeadbeef},
		{6, 1600000000, 100000000123456},
		{9, -1000, T0 * 1000},
	};
	char path[64], why[PCAP_ERRBUF_SIZE];
	int fd = file_open(path);

	(void)state;
	for (unsigned i = 0; i < 2 * sizeof(clocks) / sizeof(clocks[0]); i++) {
		struct made m = {0};
		struct seen ours, theirs;

		put_section(&m, i % 2);
		put_interface(&m, 1, 65535, clocks[i / 2].tsresol, clocks[i / 2].offset);
		for (unsigned k = 0; k < 20; k++) {
			put_packet(&m, k % 3 ? 6 : 2, 0, clocks[i / 2].ticks + k * 12345, k);
			put_unknown(&m, 5, k);
		}
		write_file(path, made_span(&m));
		assert_int_equal(oracle_read(path, &theirs, why), 1);
		ours = read_path(path, 0, 256);
		assert_int_equal(ours.frames, 20);
		same(&ours, &theirs, "made");
		free(m.p);
	}
	close(fd);
}

static usec_t time_of(int tsresol, int64_t offset, uint64_t ticks)
{
	struct made m = {0};
	struct seen s;

	put_section(&m, false);
	put_interface(&m, 1, 0, tsresol, offset);
	put_packet(&m, 6, 0, ticks, 1);
	s = read_memory(made_span(&m));
	assert_int_equal(s.frames, 1);
	free(m.p);
	return s.first[0].ts;
}

static void test_pcapng_times(void **state)
{
	const usec_t end = 253402300799 * USEC_PER_SEC; /* the last second of 9999 */

	(void)state;
	assert_true(time_of(6, 0, T0) == (usec_t)T0);
	assert_true(time_of(6, 0, UINT64_MAX) / USEC_PER_SEC == end / USEC_PER_SEC);
	assert_true(time_of(0, 0, UINT64_MAX) == end);
	assert_true(time_of(0, INT64_MAX, UINT64_MAX) == end);
	assert_true(time_of(0, INT64_MIN, UINT64_MAX) == 0);
	assert_true(time_of(6, INT64_MIN, 1) == 0);
	assert_true(time_of(9, -5, 5000001000) == 1);
	assert_true(time_of(20, 0, 12345 * 100000000000000ull) == 12345);
	assert_true(time_of(127, 0, UINT64_MAX) == 0);
	assert_true(time_of(0x80, 0, 77) == 77 * USEC_PER_SEC);
	assert_true(time_of(0x80 | 1, 0, 3) == 1500000);
	assert_true(time_of(0x80 | 63, 0, (1ull << 63) | (1ull << 62)) == 1500000);
	assert_true(time_of(0x80 | 64, 0, 1ull << 63) == 500000);
	assert_true(time_of(0x80 | 65, 0, 1ull << 63) == 250000);
	assert_true(time_of(0x80 | 127, 0, UINT64_MAX) == 0);
}

/* One field after another made wrong, in the third block of three. */
static void test_pcapng_corrupt(void **state)
{
	static const struct {
		size_t at; /* in the packet block */
		uint32_t value;
		enum err err;
		const char *say;
	} cases[] = {
		{4, 33, ERR_FORMAT, "corrupt at byte 64: a block claims 33 bytes"},
		{4, 8, ERR_FORMAT, "a block claims 8 bytes"},
		{4, 0, ERR_FORMAT, "a block claims 0 bytes"},
		{4, 0x01000004, ERR_LIMIT, "stopped at byte 64: a block claims 16777220 bytes"},
		{4, 0x01000000, ERR_TRUNCATED, "in the middle of a block"},
		{4, 36, ERR_FORMAT, "36 bytes at its start but"},
		{8, 1, ERR_FORMAT, "names interface 1, of which there are only 1"},
		{8, UINT32_MAX, ERR_FORMAT, "names interface 4294967295"},
		{20, 9, ERR_FORMAT, "claims 9 bytes, more than its block holds"},
		{20, UINT32_MAX, ERR_FORMAT, "more than its block holds"},
		{0, 1, OK, ""}, /* an interface with strange options is one more */
		{0, 3, OK, ""}, /* a simple packet of no bytes */
		{0, 0x0a0d0d0a, ERR_FORMAT, "without the byte-order magic"},
		{20, 4, OK, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct made m = {0}, value = {0};
		struct seen s;
		size_t block;

		put_section(&m, false);
		put_interface(&m, 1, 0, -1, 0);
		block = m.len;
		assert_int_equal(block, 64);
		put_packet(&m, 6, 0, UINT64_MAX, 4);
		put32(&value, cases[i].value);
		memcpy(m.p + block + cases[i].at, value.p, 4);
		s = read_all_ways(made_span(&m));
		if (s.trouble.err != cases[i].err || !strstr(s.trouble.text, cases[i].say))
			fail_msg("case %zu: %d '%s'", i, (int)s.trouble.err, s.trouble.text);
		free(value.p);
		free(m.p);
	}
}

static void test_pcapng_bounds(void **state)
{
	struct made m = {0};
	struct seen s;

	(void)state;
	put_section(&m, true); /* blocks and frames far larger than the buffer */
	put_interface(&m, 228, 0, -1, 0);
	put_unknown(&m, 77, (16 << 20) - 12);
	put_packet(&m, 6, 0, T0, 3000000);
	s = read_all_ways(made_span(&m));
	assert_int_equal(s.frames, 1);
	assert_int_equal(s.first[0].bytes.len, 3000000);
	assert_int_equal(s.trouble.err, OK);
	m.len = 0;
	put_section(&m, false);
	for (unsigned i = 0; i < 65536; i++)
		put_interface(&m, i == 65535 ? 229 : 1, 0, -1, 0);
	put_packet(&m, 2, 65535, T0, 3);
	put_interface(&m, 1, 0, -1, 0);
	s = read_memory(made_span(&m));
	assert_int_equal(s.frames, 1);
	assert_int_equal(s.first[0].link, LINK_IPV6);
	assert_int_equal(s.trouble.err, ERR_LIMIT);
	m.len = 0;
	put_section(&m, false);
	put_simple(&m, 3, 3); /* without an interface */
	assert_int_equal(read_memory(made_span(&m)).trouble.err, ERR_FORMAT);
	m.len = 0;
	put_section(&m, false);
	put_interface(&m, 1, 0, -1, 0);
	put_simple(&m, 13, 10); /* longer than its block */
	assert_int_equal(read_memory(made_span(&m)).trouble.err, ERR_FORMAT);
	m.len = 0;
	put_section(&m, false);
	m.p[12] = 2; /* version */
	assert_int_equal(read_memory(made_span(&m)).trouble.err, ERR_UNSUPPORTED);
	free(m.p);
}

static void test_pcapng_skipped(void **state)
{
	struct made m = {0};
	struct seen s;

	(void)state;
	put_section(&m, false);
	put_interface(&m, 105, 0, -1, 0);
	put_interface(&m, 1, 0, -1, 0);
	put_interface(&m, 249, 0, -1, 0);
	for (unsigned i = 0; i < 300; i++) {
		put_packet(&m, 6, i % 3, T0 + i, 10);
		put_simple(&m, 10, 10);
	}
	s = read_all_ways(made_span(&m));
	assert_int_equal(s.frames, 100);
	assert_int_equal(s.trouble.err, ERR_UNSUPPORTED);
	assert_string_equal(s.trouble.text,
			    "x.pcap: 500 packets skipped: link type 105 (IEEE802_11) and others "
			    "are not decoded; Hinomi reads Ethernet, raw IP, Linux cooked and "
			    "loopback; record it there, or convert it with tcprewrite "
			    "--dlt=enet");
	m.len -= 1;
	s = read_memory(made_span(&m));
	assert_string_equal(s.trouble.text,
			    "x.pcap: cut short at byte 22935 in the middle of a block; the 100 "
			    "packets before it were read; 499 were skipped, as their link type is "
			    "not decoded");
	free(m.p);
}

/* --- packed streams that are not as they should be --- */

static void test_packed_members(void **state)
{
	struct made m = pcap_small(0xa1b2c3d4, false), all = {0};
	struct seen whole = read_memory(made_span(&m)), s;

	(void)state;
	for (size_t at = 0; at < m.len; at += 100) {
		struct span part = {m.p + at, m.len - at < 100 ? m.len - at : 100};
		struct made gzip = gzip_of(part), none = gzip_of((struct span){m.p, 0});

		put(&all, gzip.p, gzip.len);
		put(&all, none.p, none.len);
		free(gzip.p);
		free(none.p);
	}
	s = read_all_ways(made_span(&all));
	same(&s, &whole, "gzip members");
	assert_int_equal(s.trouble.err, OK);
	put(&all, "\0\0\0\0\0", 5); /* padding is fine, rubbish is told */
	assert_int_equal(read_all_ways(made_span(&all)).trouble.err, OK);
	put(&all, "rubbish", 7);
	s = read_all_ways(made_span(&all));
	same(&s, &whole, "gzip and rubbish");
	assert_int_equal(s.trouble.err, ERR_FORMAT);
	all.len = 0;
	put(&all, "\x50\x2a\x4d\x18\4\0\0\0skip", 12); /* a skippable frame */
	for (size_t at = 0; at < m.len; at += 100) {
		struct span part = {m.p + at, m.len - at < 100 ? m.len - at : 100};
		struct made zstd = zstd_of(part);

		put(&all, zstd.p, zstd.len);
		free(zstd.p);
	}
	s = read_all_ways(made_span(&all));
	same(&s, &whole, "zstd frames");
	assert_int_equal(s.trouble.err, OK);
	free(all.p);
	free(m.p);
}

/* Cut or changed anywhere, a packed file never gives a wrong frame before the damage is told. */
static void test_packed_damage(void **state)
{
	struct made m = pcap_small(0xa1b2c3d4, false);
	struct seen whole = read_memory(made_span(&m)), s;

	(void)state;
	for (unsigned kind = 0; kind < 2; kind++) {
		struct made packed = kind ? zstd_of(made_span(&m)) : gzip_of(made_span(&m));

		for (size_t cut = 4; cut < packed.len; cut++) {
			s = read_all_ways((struct span){packed.p, cut});
			assert_int_equal(s.trouble.err, ERR_TRUNCATED);
			assert_non_null(strstr(s.trouble.text, " stream is cut short at byte "));
			if (s.frames)
				assert_true(s.digest == whole.kept[s.frames - 1]);
		}
		packed.p[packed.len - (kind ? 1 : 6)] ^= 0x10; /* the check sum, after the rest */
		s = read_all_ways(made_span(&packed));
		same(&s, &whole, "a wrong check sum");
		assert_int_equal(s.trouble.err, ERR_FORMAT);
		assert_non_null(
			strstr(s.trouble.text, kind ? "the zstd stream is corrupt at byte "
						    : "the gzip stream is corrupt at byte "));
		free(packed.p);
	}
	free(m.p);
}

/* A damaged check sum behind more than fits into the buffer: nothing before it may be lost. */
static void test_packed_large(void **state)
{
	struct made m = {0}, packed;
	struct seen whole, s;

	(void)state;
	put_pcap_header(&m, 0xa1b2c3d4, 65535, 1);
	for (unsigned i = 0; i < 20; i++) {
		put_record(&m, i, i, 1000, 1000);
		put_pattern(&m, 1000, i);
	}
	whole = read_memory(made_span(&m));
	packed = zstd_of(made_span(&m));
	packed.p[packed.len - 1] ^= 1;
	s = read_all_ways(made_span(&packed));
	assert_int_equal(s.frames, 20);
	same(&s, &whole, "a wrong check sum");
	assert_int_equal(s.trouble.err, ERR_FORMAT);
	free(packed.p);
	free(m.p);
}

/* 600 MB of zeros, that is packets of no bytes, in a few kB of zstd: stopped at 256 MiB. */
static void test_packed_bomb(void **state)
{
	ZSTD_CCtx *cctx = ZSTD_createCCtx();
	struct made head = {0}, bomb = {0};
	static uint8_t zeros[1 << 20], out[1 << 20];
	struct seen s;

	(void)state;
	put_pcap_header(&head, 0xa1b2c3d4, 100, 1);
	for (unsigned i = 0; i <= 600; i++) {
		ZSTD_inBuffer in = {i ? zeros : head.p, i ? sizeof(zeros) : head.len, 0};
		ZSTD_outBuffer to = {out, sizeof(out), 0};
		size_t rc = ZSTD_compressStream2(cctx, &to, &in,
						 i == 600 ? ZSTD_e_end : ZSTD_e_continue);

		assert_int_equal(rc, i == 600 ? 0 : rc);
		assert_int_equal(in.pos, in.size);
		put(&bomb, out, to.pos);
	}
	assert_true(bomb.len < 70000);
	s = read_memory(made_span(&bomb));
	assert_int_equal(s.trouble.err, ERR_LIMIT);
	assert_true(s.frames >= (256 << 20) / 16 && s.frames < (257 << 20) / 16 + 32768);
	ZSTD_freeCCtx(cctx);
	free(head.p);
	free(bomb.p);
}

/* --- texts --- */

static void text_of(const char *bytes, size_t len, enum err err, const char *text)
{
	struct seen s = read_memory((struct span){(const uint8_t *)bytes, len});

	assert_int_equal(s.frames, 0);
	assert_int_equal(s.trouble.err, err);
	assert_string_equal(s.trouble.text, text);
}

#define NOT "x.pcap: is not a capture (pcap, pcapng, or these in gzip or zstd)"

static void test_texts_open(void **state)
{
	struct seen s;

	(void)state;
	text_of("", 0, ERR_EMPTY, "x.pcap: is empty; record or copy it again");
	text_of("hello, world\n", 13, ERR_FORMAT,
		NOT "; it looks like text; name the capture instead");
	text_of("PK\3\4\0\0", 6, ERR_FORMAT,
		NOT "; it looks like a ZIP archive; unpack it first (unzip)");
	text_of("\x7f"
		"ELF\2\1",
		6, ERR_FORMAT, NOT "; it looks like a program (ELF); name the capture instead");
	text_of("\1\2\3", 3, ERR_FORMAT, NOT "; if it is one, convert it with editcap -F pcap");
	text_of("\xd4\xc3\xb2\xa1\2\0", 6, ERR_TRUNCATED,
		"x.pcap: cut short within the file header of 24 bytes; copy it again if the "
		"original is longer");
	text_of("\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\x69\0\0\0", 24, ERR_UNSUPPORTED,
		"x.pcap: link type 105 (IEEE802_11) is not decoded; Hinomi reads Ethernet, raw IP, "
		"Linux cooked and loopback; record it there, or convert it with tcprewrite "
		"--dlt=enet");
	s = read_path("/nonexistent/x\n.pcap", 0, 1);
	assert_int_equal(s.trouble.err, ERR_OPEN);
	assert_string_equal(s.trouble.text,
			    "/nonexistent/x?.pcap: there is no such file; check the path");
	s = read_path("/tmp", 0, 1);
	assert_int_equal(s.trouble.err, ERR_OPEN);
	assert_string_equal(s.trouble.text,
			    "/tmp: is a directory; name the capture files in it one by one");
}

static void test_texts_end(void **state)
{
	struct made m = pcap_small(0xa1b2c3d4, false);
	struct seen s = read_memory((struct span){m.p, m.len - 3});

	(void)state;
	assert_string_equal(s.trouble.text, "x.pcap: cut short at byte 766 in the middle of a "
					    "packet; the 9 packets before it were read");
	assert_int_equal(s.trouble.offset, 766);
	s = read_memory((struct span){m.p, 50});
	assert_string_equal(s.trouble.text, "x.pcap: cut short at byte 50 in the middle of a "
					    "packet; the one packet before it was read");
	memset(m.p + 24 + 16 + 8, 0xff, 4);
	s = read_memory(made_span(&m));
	assert_int_equal(s.trouble.offset, 40);
	assert_string_equal(s.trouble.text,
			    "x.pcap: corrupt at byte 40: a packet claims 4294967295 bytes, more "
			    "than the 262144 allowed; the one packet before it was read; pcapfix "
			    "may save the rest");
	free(m.p);
}

static void test_link(void **state)
{
	static const uint16_t known[] = {0, 1, 12, 14, 101, 108, 113, 228, 229, 276};
	unsigned supported = 0;

	(void)state;
	for (unsigned link = 0; link <= UINT16_MAX; link++)
		supported += link_supported((uint16_t)link) ? 1 : 0;
	assert_int_equal(supported, sizeof(known) / sizeof(known[0]));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_true(link_supported(known[i]));
		assert_non_null(link_name(known[i]));
	}
	assert_string_equal(link_name(1), "ETHERNET");
	assert_string_equal(link_name(127), "IEEE802_11_RADIOTAP");
	assert_string_equal(link_name(276), "LINUX_SLL2");
	assert_null(link_name(60000));
}

static void test_position(void **state)
{
	struct made m = pcap_small(0xa1b2c3d4, false);
	struct made packed = gzip_of(made_span(&m));
	struct capture_trouble trouble;
	struct capture *capture = NULL;
	struct frame frames[SMALL_FRAMES];

	(void)state;
	assert_int_equal(capture_open_memory(&capture, "m", made_span(&m), &trouble), OK);
	assert_int_equal(capture_size(capture), m.len);
	assert_int_equal(capture_read(capture, frames, 2), 2);
	assert_int_equal(capture_position(capture), 24 + 16 + 16 + 13);
	assert_ptr_equal(frames[1].bytes.ptr, m.p + 24 + 16 + 16); /* memory is not copied */
	capture_close(capture);
	assert_int_equal(capture_open_memory(&capture, "m", made_span(&packed), &trouble), OK);
	assert_int_equal(capture_size(capture), packed.len);
	while (capture_read(capture, frames, 3))
		;
	assert_int_equal(capture_position(capture), packed.len);
	capture_close(capture);
	capture_close(NULL);
	free(packed.p);
	free(m.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_captures_like_libpcap),
		cmocka_unit_test(test_captures_packed),
		cmocka_unit_test(test_pcap_forms),
		cmocka_unit_test(test_pcap_pipe),
		cmocka_unit_test(test_pcap_cut_everywhere),
		cmocka_unit_test(test_pcap_lengths),
		cmocka_unit_test(test_pcap_headers),
		cmocka_unit_test(test_pcapng_blocks),
		cmocka_unit_test(test_pcapng_like_libpcap),
		cmocka_unit_test(test_pcapng_times),
		cmocka_unit_test(test_pcapng_corrupt),
		cmocka_unit_test(test_pcapng_bounds),
		cmocka_unit_test(test_pcapng_skipped),
		cmocka_unit_test(test_packed_members),
		cmocka_unit_test(test_packed_damage),
		cmocka_unit_test(test_packed_large),
		cmocka_unit_test(test_packed_bomb),
		cmocka_unit_test(test_texts_open),
		cmocka_unit_test(test_texts_end),
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_position),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
