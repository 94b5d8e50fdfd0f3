/*
 * capture_test.c - what the tests of capture/ share: bytes under construction, readings to compare,
 * packing, and libpcap as the oracle.
 */
#include "capture_test.h"

#include <zlib.h>
#include <zstd.h>

#ifndef HINOMI_SOURCE_ROOT
#define HINOMI_SOURCE_ROOT "."
#endif

void put(struct made *m, const void *bytes, size_t len)
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

void put16(struct made *m, unsigned v)
{
	uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v}, l[2] = {(uint8_t)v, (uint8_t)(v >> 8)};

	put(m, m->big ? b : l, 2);
}

void put32(struct made *m, uint32_t v)
{
	put16(m, m->big ? v >> 16 : v & 0xffff);
	put16(m, m->big ? v & 0xffff : v >> 16);
}

void put_pattern(struct made *m, size_t len, unsigned seed)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t b = (uint8_t)(seed * 31 + i * 7 + (i >> 8));

		put(m, &b, 1);
	}
}

struct span made_span(const struct made *m)
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

struct seen seen_path_cut(const char *path, size_t buffer, size_t max, size_t cut)
{
	struct capture *capture = NULL;
	struct seen seen = {0};

	if (capture_open(&capture, path, buffer, &seen.trouble) == OK)
		return drain(capture, max, cut);
	assert_null(capture);
	return seen;
}

struct seen seen_path(const char *path, size_t buffer, size_t max)
{
	return seen_path_cut(path, buffer, max, 0);
}

struct seen seen_memory(struct span bytes)
{
	struct capture *capture = NULL;
	struct seen seen = {0};

	if (capture_open_memory(&capture, "x.pcap", bytes, &seen.trouble) == OK)
		return drain(capture, 100, 0);
	assert_null(capture);
	return seen;
}

/* A file in memory, so that thousands of small ones wear no disk. It is gone when fd is closed. */
int file_open(char path[64])
{
	int fd = memfd_create("test_capture", 0);

	assert_true(fd >= 0);
	snprintf(path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

void file_write(const char *path, struct span bytes)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, f), bytes.len);
	assert_int_equal(fclose(f), 0);
}

struct made file_read(const char *path)
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
struct seen seen_all_ways(struct span bytes)
{
	char path[64];
	struct seen whole = seen_memory(bytes), part;
	static const size_t ways[][2] = {{0, 256}, {64, 1}, {100, 3}, {4096, 7}};
	int fd = file_open(path);

	file_write(path, bytes);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		part = seen_path(path, ways[i][0], ways[i][1]);
		assert_int_equal(part.frames, whole.frames);
		assert_true(part.digest == whole.digest);
		assert_int_equal(part.trouble.err, whole.trouble.err);
		assert_int_equal(part.trouble.offset, whole.trouble.offset);
	}
	close(fd);
	return whole;
}

struct made gzip_of(struct span bytes)
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

struct made zstd_of(struct span bytes)
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

/* 0 when libpcap cannot open it. Its packets, brought to what capture.h promises. */
int oracle_read(const char *path, struct seen *seen, char *why)
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

void same(const struct seen *ours, const struct seen *theirs, const char *path)
{
	if (ours->frames != theirs->frames || ours->digest != theirs->digest)
		fail_msg("%s: %zu frames %016llx, expected %zu frames %016llx (%s)", path,
			 ours->frames, (unsigned long long)ours->digest, theirs->frames,
			 (unsigned long long)theirs->digest, ours->trouble.text);
}

DIR *captures_open(char folder[4096])
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
int captures_next(DIR *dir, const char *folder, char path[8192])
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

void put_pcap_header(struct made *m, uint32_t magic, uint32_t snaplen, uint32_t link)
{
	put32(m, magic);
	put16(m, 2);
	put16(m, 4);
	put32(m, 0);
	put32(m, 0);
	put32(m, snaplen);
	put32(m, link);
}

void put_record(struct made *m, uint32_t sec, uint32_t fraction, uint32_t caplen,
		       uint32_t len)
{
	put32(m, sec);
	put32(m, fraction);
	put32(m, caplen);
	put32(m, len);
}

/* Ten frames of 0, 13, 26 ... bytes. */
struct made pcap_small(uint32_t magic, bool big)
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
