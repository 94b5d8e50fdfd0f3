/*
 * test_capture_packed.c - gzip and zstd: the same frames as unpacked, damage told, bombs stopped.
 */
#include "capture_test.h"

#include <zstd.h>

/* Memory, small buffers, gzip and zstd give what the plain file gives. */
static void captures_packed(const char *path)
{
	struct seen plain = seen_path(path, 0, 256), other;
	struct made bytes = file_read(path), gzip = gzip_of(made_span(&bytes)),
		    zstd = zstd_of(made_span(&bytes));
	char packed[64];
	int fd = file_open(packed);

	other = seen_memory(made_span(&bytes));
	same(&other, &plain, path);
	other = seen_path(path, 64, 9);
	same(&other, &plain, path);
	other = seen_memory(made_span(&gzip));
	same(&other, &plain, path);
	other = seen_memory(made_span(&zstd));
	same(&other, &plain, path);
	file_write(packed, made_span(&gzip));
	other = seen_path(packed, 0, 256);
	same(&other, &plain, path);
	file_write(packed, made_span(&zstd));
	other = seen_path(packed, 777, 10);
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

static void test_packed_members(void **state)
{
	struct made m = pcap_small(0xa1b2c3d4, false), all = {0};
	struct seen whole = seen_memory(made_span(&m)), s;

	(void)state;
	for (size_t at = 0; at < m.len; at += 100) {
		struct span part = {m.p + at, m.len - at < 100 ? m.len - at : 100};
		struct made gzip = gzip_of(part), none = gzip_of((struct span){m.p, 0});

		put(&all, gzip.p, gzip.len);
		put(&all, none.p, none.len);
		free(gzip.p);
		free(none.p);
	}
	s = seen_all_ways(made_span(&all));
	same(&s, &whole, "gzip members");
	assert_int_equal(s.trouble.err, OK);
	put(&all, "\0\0\0\0\0", 5); /* padding is fine, rubbish is told */
	assert_int_equal(seen_all_ways(made_span(&all)).trouble.err, OK);
	put(&all, "rubbish", 7);
	s = seen_all_ways(made_span(&all));
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
	s = seen_all_ways(made_span(&all));
	same(&s, &whole, "zstd frames");
	assert_int_equal(s.trouble.err, OK);
	free(all.p);
	free(m.p);
}

/* Cut or changed anywhere, a packed file never gives a wrong frame before the damage is told. */
static void test_packed_damage(void **state)
{
	struct made m = pcap_small(0xa1b2c3d4, false);
	struct seen whole = seen_memory(made_span(&m)), s;

	(void)state;
	for (unsigned kind = 0; kind < 2; kind++) {
		struct made packed = kind ? zstd_of(made_span(&m)) : gzip_of(made_span(&m));

		for (size_t cut = 4; cut < packed.len; cut++) {
			s = seen_all_ways((struct span){packed.p, cut});
			assert_int_equal(s.trouble.err, ERR_TRUNCATED);
			assert_non_null(strstr(s.trouble.text, " stream is cut short at byte "));
			if (s.frames)
				assert_true(s.digest == whole.kept[s.frames - 1]);
		}
		packed.p[packed.len - (kind ? 1 : 6)] ^= 0x10; /* the check sum, after the rest */
		s = seen_all_ways(made_span(&packed));
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
	whole = seen_memory(made_span(&m));
	packed = zstd_of(made_span(&m));
	packed.p[packed.len - 1] ^= 1;
	s = seen_all_ways(made_span(&packed));
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
	s = seen_memory(made_span(&bomb));
	assert_int_equal(s.trouble.err, ERR_LIMIT);
	assert_true(s.frames >= (256 << 20) / 16 && s.frames < (257 << 20) / 16 + 32768);
	ZSTD_freeCCtx(cctx);
	free(head.p);
	free(bomb.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_captures_packed),
		cmocka_unit_test(test_packed_members),
		cmocka_unit_test(test_packed_damage),
		cmocka_unit_test(test_packed_large),
		cmocka_unit_test(test_packed_bomb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
