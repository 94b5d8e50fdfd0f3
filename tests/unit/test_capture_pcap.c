/*
 * test_capture_pcap.c - classic pcap, the texts of trouble, and every real capture against libpcap.
 */
#include "capture_test.h"

#include <fcntl.h>
#include <sys/wait.h>

#define NOT "x.pcap: is not a capture (pcap, pcapng, or these in gzip or zstd)"

static void like_libpcap(const char *path, size_t counts[3])
{
	char why[PCAP_ERRBUF_SIZE];
	struct seen theirs, ours;
	int opened = oracle_read(path, &theirs, why);

	ours = seen_path_cut(path, 0, 256, opened ? theirs.cut : 0);
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
	seen = seen_path("-", 0, 256);
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0); /* not ours to close */
	if (keep >= 0) {
		dup2(keep, STDIN_FILENO);
		close(keep);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	return seen;
}

static void test_pcap_forms(void **state)
{
	static const uint32_t magics[] = {0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34};
	char path[64], why[PCAP_ERRBUF_SIZE];
	int fd = file_open(path);

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		struct made m = pcap_small(magics[i / 2], i % 2);
		struct seen ours = seen_all_ways(made_span(&m)), theirs;

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
		file_write(path, made_span(&m));
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
	whole = seen_memory(made_span(&m));
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
		struct seen whole = seen_memory(made_span(&m));
		size_t edge = 24, complete = 0;

		for (size_t cut = 0; cut <= m.len; cut++) {
			struct seen seen = seen_all_ways((struct span){m.p, cut});

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
	seen = seen_all_ways(made_span(&m));
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
		s = seen_memory(made_span(&m)); /* only a header: a clean end */
		assert_int_equal(s.trouble.err, cases[i].err);
		assert_int_equal(s.frames, 0);
		put_record(&m, 1, 2, 4, 3); /* captured more than was on the wire */
		put32(&m, 0);
		s = seen_memory(made_span(&m));
		assert_int_equal(s.frames, cases[i].err == OK);
		if (s.frames) {
			assert_int_equal(s.first[0].link, cases[i].link & 0xffff);
			assert_int_equal(s.first[0].wire_len, 4);
		}
		m.p[m.big ? 5 : 4] = 3; /* version 3.4 */
		assert_int_equal(seen_memory(made_span(&m)).trouble.err, ERR_UNSUPPORTED);
		free(m.p);
	}
}

static void text_of(const char *bytes, size_t len, enum err err, const char *text)
{
	struct seen s = seen_memory((struct span){(const uint8_t *)bytes, len});

	assert_int_equal(s.frames, 0);
	assert_int_equal(s.trouble.err, err);
	assert_string_equal(s.trouble.text, text);
}

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
	s = seen_path("/nonexistent/x\n.pcap", 0, 1);
	assert_int_equal(s.trouble.err, ERR_OPEN);
	assert_string_equal(s.trouble.text,
			    "/nonexistent/x?.pcap: there is no such file; check the path");
	s = seen_path("/tmp", 0, 1);
	assert_int_equal(s.trouble.err, ERR_OPEN);
	assert_string_equal(s.trouble.text,
			    "/tmp: is a directory; name the capture files in it one by one");
}

static void test_texts_end(void **state)
{
	struct made m = pcap_small(0xa1b2c3d4, false);
	struct seen s = seen_memory((struct span){m.p, m.len - 3});

	(void)state;
	assert_string_equal(s.trouble.text, "x.pcap: cut short at byte 766 in the middle of a "
					    "packet; the 9 packets before it were read");
	assert_int_equal(s.trouble.offset, 766);
	s = seen_memory((struct span){m.p, 50});
	assert_string_equal(s.trouble.text, "x.pcap: cut short at byte 50 in the middle of a "
					    "packet; the one packet before it was read");
	memset(m.p + 24 + 16 + 8, 0xff, 4);
	s = seen_memory(made_span(&m));
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
		cmocka_unit_test(test_pcap_forms),
		cmocka_unit_test(test_pcap_pipe),
		cmocka_unit_test(test_pcap_cut_everywhere),
		cmocka_unit_test(test_pcap_lengths),
		cmocka_unit_test(test_pcap_headers),
		cmocka_unit_test(test_texts_open),
		cmocka_unit_test(test_texts_end),
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_position),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
