/* test_unpack.c - archives: which files are handed on, and what is told of the archive itself. */
#include "unpack/unpack.h"

#include "exam_test.h"
#include "zip_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

static struct exam_test *t;
static struct zip_test z;

static int open_exam(void **state)
{
	(void)state;
	t = exam_test_new();
	z = zip_test_new();
	return 0;
}

static int close_exam(void **state)
{
	(void)state;
	exam_test_free(t);
	zip_test_free(&z);
	return 0;
}

static void assert_part(const char *name, const char *bytes)
{
	const struct exam_test_part *part = exam_test_part(t, name);

	if (!part)
		exam_test_show(t);
	assert_non_null(part);
	assert_int_equal(part->len, strlen(bytes));
	assert_memory_equal(part->bytes, bytes, part->len);
}

static void assert_found(enum finding_id id, const char *evidence)
{
	if (!exam_test_found(t, id, evidence))
		exam_test_show(t);
	assert_true(exam_test_found(t, id, evidence));
}

static void assert_quiet(void)
{
	if (t->exam.found_count)
		exam_test_show(t);
	assert_int_equal(t->exam.found_count, 0);
}

static void open_zip(void)
{
	exam_test_open(t, unpack_zip, zip_test_end(&z, 0), "a.zip");
}

/* --- zip --- */

static void test_zip(void **state)
{
	(void)state;
	zip_test_text(&z, "a.txt", "hello");
	zip_test_add(&z, &(struct zip_test_file){ .name = "b/c.txt", .bytes = "hello hello hello", .deflated = true });
	zip_test_add(&z, &(struct zip_test_file){ .name = "\x90\xbf\x8b\x81\x8f\x91.txt", .bytes = "x" }); /* Shift_JIS */
	open_zip();
	assert_part("a.txt", "hello");
	assert_part("b/c.txt", "hello hello hello");
	assert_part("\xe8\xab\x8b\xe6\xb1\x82\xe6\x9b\xb8.txt", "x");
	assert_quiet();
}

static void test_views(void **state)
{
	(void)state;
	zip_test_add(&z, &(struct zip_test_file){ .name = "a.txt", .local_name = "a.exe", .bytes = "x" });
	zip_test_add(&z, &(struct zip_test_file){ .name = "hidden.js", .bytes = "y", .hidden = true });
	zip_test_text(&z, "c.txt", "1");
	zip_test_text(&z, "c.txt", "2");
	open_zip();
	assert_part("a.exe", "x");
	assert_part("hidden.js", "y");
	assert_found(FINDING_ARCHIVE_VIEWS, "a.exe");
	assert_found(FINDING_ARCHIVE_VIEWS, "hidden.js");
	assert_found(FINDING_ARCHIVE_VIEWS, "c.txt twice");
}

/* What is cut is read as far as it goes, and is no trick. */
static void test_cut(void **state)
{
	struct span whole;

	(void)state;
	zip_test_text(&z, "a.txt", "hello");
	zip_test_text(&z, "b.txt", "hello");
	whole = zip_test_end(&z, 0);
	for (size_t n = 1; n < whole.len; n++) {
		exam_test_open(t, unpack_zip, (struct span){ whole.ptr, n }, "a.zip");
		assert_true(t->exam.unseen[UNSEEN_BROKEN] > 0);
		assert_false(exam_found(&t->exam, FINDING_ARCHIVE_VIEWS));
	}
	assert_part("a.txt", "hello");
}

static void test_paths(void **state)
{
	static const char *const out[] = { "../a.txt", "b/../../a", "..\\..\\x.exe", "C:\\Windows\\x.exe", "\\\\host\\x", "/etc/x" };
	static const char *const in[] = { "a..b.txt", "b/../a.txt", "./x", "c:d", "x/..y/z", "a:b.txt" };

	(void)state;
	for (size_t i = 0; i < sizeof(out) / sizeof(out[0]); i++) {
		zip_test_begin(&z);
		zip_test_text(&z, out[i], "x");
		open_zip();
		assert_found(FINDING_ARCHIVE_PATH, "");
	}
	for (size_t i = 0; i < sizeof(in) / sizeof(in[0]); i++) {
		zip_test_begin(&z);
		zip_test_text(&z, in[i], "x");
		open_zip();
		assert_quiet();
	}
}

static void test_links(void **state)
{
	(void)state;
	zip_test_add(&z, &(struct zip_test_file){ .name = "a/b/in", .bytes = "../../c", .link = true });
	open_zip();
	assert_quiet();
	zip_test_begin(&z);
	zip_test_add(&z, &(struct zip_test_file){ .name = "a/out", .bytes = "../../etc", .link = true });
	open_zip();
	assert_found(FINDING_ARCHIVE_PATH, "a/out -> ../../etc");
}

/* CVE-2023-38831, and streams of NTFS as CVE-2025-8088 has them. */
static void test_tricks(void **state)
{
	(void)state;
	zip_test_text(&z, "plan.pdf ", "%PDF");
	zip_test_text(&z, "plan.pdf /plan.pdf .cmd", "rem");
	open_zip();
	assert_found(FINDING_ARCHIVE_TRICK, "plan.pdf /plan.pdf .cmd");
	zip_test_begin(&z);
	zip_test_text(&z, "a.txt:..\\..\\x.lnk", "x");
	open_zip();
	assert_found(FINDING_ARCHIVE_TRICK, "x.lnk");
	zip_test_begin(&z);
	zip_test_text(&z, "plan.pdf", "%PDF");
	zip_test_text(&z, "plan /plan.txt", "text");
	zip_test_text(&z, "plan 2.0/plan.pdf", "text");
	open_zip();
	assert_quiet();
}

static void test_password(void **state)
{
	struct span bytes;

	(void)state;
	zip_test_add(&z, &(struct zip_test_file){ .name = "a.txt", .bytes = "sealed sealed", .password = "Kx77" });
	zip_test_add(&z, &(struct zip_test_file){ .name = "run.exe", .bytes = "sealed", .password = "Kx77" });
	bytes = zip_test_end(&z, 0);
	exam_test_open(t, unpack_zip, bytes, "a.zip");
	assert_found(FINDING_ARCHIVE_ENCRYPTED, "a.zip");
	assert_found(FINDING_PROGRAM_INSIDE, "run.exe");
	assert_int_equal(t->exam.unseen[UNSEEN_ENCRYPTED], 1);
	assert_false(exam_found(&t->exam, FINDING_PASSWORD_IN_MAIL));
}

static void read_with_password(struct exam *e, const struct part *part)
{
	exam_password(e, text_span("other"));
	exam_password(e, text_span("Kx77"));
	unpack_zip(e, part);
}

static void test_password_in_mail(void **state)
{
	(void)state;
	zip_test_add(&z, &(struct zip_test_file){ .name = "a.txt", .bytes = "sealed sealed", .password = "Kx77" });
	exam_test_open(t, read_with_password, zip_test_end(&z, 0), "a.zip");
	assert_part("a.txt", "sealed sealed");
	assert_true(exam_test_part(t, "a.txt")->unlocked);
	assert_found(FINDING_PASSWORD_IN_MAIL, "Kx77");
	assert_false(exam_found(&t->exam, FINDING_ARCHIVE_ENCRYPTED));
	assert_int_equal(t->exam.unseen[UNSEEN_ENCRYPTED], 0);
}

static void test_habit(void **state)
{
	(void)state;
	zip_test_add(&z, &(struct zip_test_file){ .name = "a.txt", .bytes = "sealed", .password = "infected" });
	open_zip();
	assert_part("a.txt", "sealed");
	assert_false(exam_found(&t->exam, FINDING_PASSWORD_IN_MAIL));
	assert_int_equal(t->exam.unseen[UNSEEN_ENCRYPTED], 0);
}

static void test_bomb(void **state)
{
	size_t size = 20u << 20;
	char *zeros = calloc(1, size);

	(void)state;
	zip_test_add(&z, &(struct zip_test_file){ .name = "zeros", .bytes = zeros, .len = size, .deflated = true });
	open_zip();
	assert_found(FINDING_ARCHIVE_BOMB, "zeros");
	assert_true(t->exam.unseen[UNSEEN_LIMIT] > 0);
	assert_true(t->exam.inflated < size);
	zip_test_begin(&z);
	zip_test_add(&z, &(struct zip_test_file){ .name = "zeros", .bytes = zeros, .len = 1u << 20, .deflated = true });
	open_zip(); /* a megabyte of zeros is none */
	assert_quiet();
	free(zeros);
}

/* Scripts mean something where there is little else. */
static void test_scripts(void **state)
{
	char name[32];

	(void)state;
	zip_test_text(&z, "invoice.js", "x");
	zip_test_text(&z, "readme.txt", "x");
	open_zip();
	assert_found(FINDING_SCRIPT_ATTACHED, "invoice.js");
	zip_test_begin(&z);
	zip_test_text(&z, "index.js", "x");
	zip_test_text(&z, "package.json", "x");
	open_zip();
	assert_quiet();
	zip_test_begin(&z);
	for (unsigned i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "js/part%u.js", i);
		zip_test_text(&z, name, "x");
	}
	open_zip();
	assert_quiet();
	zip_test_begin(&z);
	for (unsigned i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "js/part%u.js", i);
		zip_test_text(&z, name, "x");
	}
	zip_test_text(&z, "run.vbs", "x");
	open_zip();
	assert_found(FINDING_SCRIPT_ATTACHED, "run.vbs");
}

/* Of a document's pictures only the beginning is read; what is none is handed on. */
static void test_package(void **state)
{
	struct part document = { .name = text_span("a.docx"), .type = TYPE_OOXML };

	(void)state;
	zip_test_text(&z, "[Content_Types].xml", "<Types/>");
	zip_test_text(&z, "word/document.xml", "<w/>");
	zip_test_add(&z, &(struct zip_test_file){ .name = "word/media/a.png", .bytes = "\x89PNG\r\n\x1a\n\0\0\0", .len = 11 });
	zip_test_text(&z, "word/media/b.png", "MZ, which is no picture");
	document.bytes = zip_test_end(&z, 0);
	assert_int_equal(unpack_zip_type(document.bytes), TYPE_OOXML);
	exam_begin(&t->exam);
	unpack_zip(&t->exam, &document);
	assert_part("word/document.xml", "<w/>");
	assert_null(exam_test_part(t, "word/media/a.png"));
	assert_non_null(exam_test_part(t, "word/media/b.png"));
}

static void test_types(void **state)
{
	static const struct {
		const char *name;
		enum type type;
	} cases[] = { { "META-INF/MANIFEST.MF", TYPE_JAR }, { "AndroidManifest.xml", TYPE_APK }, { "AppxManifest.xml", TYPE_APPX },
		      { "a.txt", TYPE_ZIP }, { "[Content_Types].xml", TYPE_OOXML } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		zip_test_begin(&z);
		zip_test_text(&z, "a/b", "x");
		zip_test_text(&z, cases[i].name, "x");
		assert_int_equal(unpack_zip_type(zip_test_end(&z, 0)), cases[i].type);
		/* without the directory, by the local headers */
		assert_int_equal(unpack_zip_type((struct span){ z.bytes, z.len - 22 - z.central_len }), cases[i].type);
	}
	zip_test_begin(&z);
	zip_test_text(&z, "mimetype", "application/vnd.oasis.opendocument.text");
	assert_int_equal(unpack_zip_type(zip_test_end(&z, 0)), TYPE_ODF);
}

/* Anything may stand in front of a zip; what is called an archive and is none is told. */
static void test_true_type(void **state)
{
	struct part part = { .name = text_span("a.zip") };

	(void)state;
	zip_test_raw(&z, text_span("\x01\x02 in front"));
	zip_test_text(&z, "META-INF/MANIFEST.MF", "x");
	part.bytes = zip_test_end(&z, 0);
	part.type = TYPE_UNKNOWN;
	assert_int_equal(unpack_type(&part), TYPE_JAR);
	part.type = TYPE_JPEG;
	assert_int_equal(unpack_type(&part), TYPE_JAR);
	part.name = text_span("a.jpg");
	assert_int_equal(unpack_type(&part), TYPE_JPEG);
	part.bytes = text_span("\x01\x02 no zip, though it says PK\x05\x06 at its end, twenty-two bytes before it");
	part.type = TYPE_UNKNOWN;
	assert_int_equal(unpack_type(&part), TYPE_UNKNOWN);
	exam_test_open(t, unpack_judge_name, text_span("\x01\x02\x03\x04"), "a.rar");
	assert_int_equal(t->exam.unseen[UNSEEN_BROKEN], 1);
	exam_test_open(t, unpack_judge_name, text_span("\x01\x02\x03\x04"), "a.dat");
	assert_quiet();
}

/* --- other archives --- */

struct written {
	uint8_t bytes[1 << 20];
	size_t len;
};

/* A file of a text, or a link. */
static void put_entry(struct archive *a, const char *name, const char *text, const char *link)
{
	struct archive_entry *entry = archive_entry_new();
	size_t len = text ? strlen(text) : 0;

	archive_entry_set_pathname_utf8(entry, name);
	archive_entry_set_filetype(entry, link ? AE_IFLNK : AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	if (link)
		archive_entry_set_symlink(entry, link);
	else
		archive_entry_set_size(entry, (la_int64_t)len);
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	if (!link)
		archive_write_data(a, text, len);
	archive_entry_free(entry);
}

static void write_archive(struct written *w, int (*format)(struct archive *), int (*filter)(struct archive *),
			  const char *link)
{
	struct archive *a = archive_write_new();

	assert_int_equal(format(a), ARCHIVE_OK);
	if (filter)
		assert_int_equal(filter(a), ARCHIVE_OK);
	archive_write_set_bytes_in_last_block(a, 1);
	assert_int_equal(archive_write_open_memory(a, w->bytes, sizeof(w->bytes), &w->len), ARCHIVE_OK);
	put_entry(a, "a.txt", "hello hello hello", NULL);
	put_entry(a, "b.txt", "world", NULL);
	if (link)
		put_entry(a, "l", NULL, link);
	archive_write_close(a);
	archive_write_free(a);
}

static void test_formats(void **state)
{
	static const struct {
		int (*format)(struct archive *);
		enum type type;
	} formats[] = {
		{ archive_write_set_format_7zip, TYPE_SEVENZIP }, { archive_write_set_format_pax, TYPE_TAR },
		{ archive_write_set_format_cpio_newc, TYPE_CPIO }, { archive_write_set_format_xar, TYPE_XAR },
		{ archive_write_set_format_ar_bsd, TYPE_AR },
	};
	struct written *w = calloc(1, sizeof(*w));

	(void)state;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		write_archive(w, formats[i].format, NULL, NULL);
		assert_int_equal(type_of((struct span){ w->bytes, w->len }, text_span("a")), formats[i].type);
		exam_test_open(t, unpack_archive, (struct span){ w->bytes, w->len }, "a");
		assert_part("a.txt", "hello hello hello");
		assert_part("b.txt", "world");
		assert_quiet();
	}
	write_archive(w, archive_write_set_format_iso9660, NULL, NULL);
	exam_test_open(t, unpack_image, (struct span){ w->bytes, w->len }, "a.iso");
	assert_part("b.txt", "world");
	assert_found(FINDING_DISK_IMAGE, "a.iso");
	free(w);
}

static bool is_told(void)
{
	return t->exam.unseen[UNSEEN_BROKEN] + t->exam.unseen[UNSEEN_UNSUPPORTED] + t->exam.unseen[UNSEEN_LIMIT] > 0;
}

static bool is_whole(void)
{
	const struct exam_test_part *a = exam_test_part(t, "a.txt"), *b = exam_test_part(t, "b.txt");

	return a && b && a->len == 17 && b->len == 5;
}

/* Never clean when cut, unless it is but the end behind all files that is missing. */
static void test_archive_cut(void **state)
{
	int (*const formats[])(struct archive *) = { archive_write_set_format_7zip, archive_write_set_format_xar };
	struct written *w = calloc(1, sizeof(*w));

	(void)state;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		write_archive(w, formats[i], NULL, NULL);
		for (size_t n = 32; n < w->len; n += 7) {
			uint8_t *copy = malloc(n);

			memcpy(copy, w->bytes, n);
			exam_test_open(t, unpack_archive, (struct span){ copy, n }, "a");
			assert_true(is_told() || is_whole());
			free(copy);
		}
	}
	free(w);
}

static void test_squeezed(void **state)
{
	static const struct {
		int (*filter)(struct archive *);
		const char *name;
	} filters[] = { { archive_write_add_filter_gzip, "x.tar.gz" }, { archive_write_add_filter_bzip2, "x.tar.bz2" },
			{ archive_write_add_filter_xz, "x.tar.xz" }, { archive_write_add_filter_zstd, "x.tar.zst" },
			{ archive_write_add_filter_lzip, "x.tar.lz" }, { archive_write_add_filter_compress, "x.tar.Z" } };
	struct written *w = calloc(1, sizeof(*w));

	(void)state;
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		write_archive(w, archive_write_set_format_ustar, filters[i].filter, NULL);
		exam_test_open(t, unpack_archive, (struct span){ w->bytes, w->len }, filters[i].name);
		assert_non_null(exam_test_part(t, "x.tar"));
		assert_int_equal(exam_test_part(t, "x.tar")->type, TYPE_TAR);
		assert_quiet();
	}
	free(w);
}

/* gzip's own name counts: "a.txt.gz" may hold "run.js". */
static void test_gzip_name(void **state)
{
	static const uint8_t gzip[] = { 0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3, 'r', 'u', 'n', '.', 'j', 's', 0,
					1, 1, 0, 0xfe, 0xff, 'x', 0x83, 0x16, 0xdc, 0x8c, 1, 0, 0, 0 };

	(void)state;
	exam_test_open(t, unpack_archive, (struct span){ gzip, sizeof(gzip) }, "a.txt.gz");
	assert_part("run.js", "x");
}

static void test_archive_links(void **state)
{
	struct written *w = calloc(1, sizeof(*w));

	(void)state;
	write_archive(w, archive_write_set_format_ustar, NULL, "a.txt");
	exam_test_open(t, unpack_archive, (struct span){ w->bytes, w->len }, "a.tar");
	assert_quiet();
	write_archive(w, archive_write_set_format_ustar, NULL, "../.bashrc");
	exam_test_open(t, unpack_archive, (struct span){ w->bytes, w->len }, "a.tar");
	assert_found(FINDING_ARCHIVE_PATH, "../.bashrc");
	free(w);
}

/* RAR 5: the header of encryption; a service header with a stream that leads elsewhere. CRCs are not looked at. */
static void test_rar(void **state)
{
	static const uint8_t sealed[] = { 'R', 'a', 'r', '!', 0x1a, 7, 1, 0, 0, 0, 0, 0, 4, 4, 0, 0, 0, 0, 0, 0 };
	static const uint8_t stream[] = { 'R', 'a', 'r', '!', 0x1a, 7, 1, 0, 0, 0, 0, 0, 3 + 8 + 3 + 13, 3, 1, 13,
					  0, 0, 0, 0, 0, 0, 0, 3, 'S', 'T', 'M',
					  12, 7, ':', '.', '.', '\\', '.', '.', '\\', 'x', '.', 'j', 's', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
	static const uint8_t old[] = { 'R', 'a', 'r', '!', 0x1a, 7, 0, 0, 0, 0x73, 0x80, 0, 13, 0, 0, 0, 0, 0, 0, 0 };

	(void)state;
	exam_test_open(t, unpack_archive, (struct span){ sealed, sizeof(sealed) }, "a.rar");
	assert_found(FINDING_ARCHIVE_ENCRYPTED, "a.rar");
	exam_test_open(t, unpack_archive, (struct span){ stream, sizeof(stream) }, "a.rar");
	assert_found(FINDING_ARCHIVE_TRICK, "x.js");
	exam_test_open(t, unpack_archive, (struct span){ old, sizeof(old) }, "a.rar");
	assert_found(FINDING_ARCHIVE_ENCRYPTED, "a.rar");
}

/* ACE, of which the names are read: the one of CVE-2018-20250 leads into the folder that is run at the start. */
static void test_ace(void **state)
{
	static const char name[] = "C:\\C:C:..\\Startup\\x.exe";
	uint8_t ace[128] = { 0, 0, 10, 0, 0, 0, 0, '*', '*', 'A', 'C', 'E', '*', '*', 0, 0, 30 + sizeof(name), 0, 1, 1 };

	ace[14 + 4 + 1 + 2 + 4 + 22] = sizeof(name) - 1;
	memcpy(ace + 14 + 4 + 1 + 2 + 4 + 22 + 2, name, sizeof(name) - 1);
	(void)state;
	exam_test_open(t, unpack_archive, (struct span){ ace, sizeof(ace) }, "a.ace");
	assert_int_equal(t->exam.unseen[UNSEEN_UNSUPPORTED], 1);
	assert_found(FINDING_ARCHIVE_TRICK, "Startup");
	assert_found(FINDING_PROGRAM_INSIDE, "x.exe");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_exam, close_exam)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_zip),		TEST(test_views),	     TEST(test_cut),	  TEST(test_paths),
		TEST(test_links),	TEST(test_tricks),	     TEST(test_password), TEST(test_password_in_mail),
		TEST(test_habit),	TEST(test_bomb),	     TEST(test_scripts),  TEST(test_package),
		TEST(test_types),	TEST(test_true_type),	TEST(test_formats),	     TEST(test_squeezed), TEST(test_archive_cut),
		TEST(test_gzip_name),	TEST(test_archive_links),    TEST(test_rar),	  TEST(test_ace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
