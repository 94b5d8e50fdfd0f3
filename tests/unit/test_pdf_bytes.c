/*
 * test_pdf_bytes.c - what the bytes of PDFs are behind filters and locks: each way that the standard has, with the empty password of those who open, and with
 * one that the mail names. Made by an implementation of its own, in Python over openssl enc.
 */
#include "exam_test.h"
#include "pdf_test.h"

#include "pdf/filter.h"
#include "pdf/pdf.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct exam_test *t;
static struct pdf_test pdf;

static int setup(void **state)
{
	(void)state;
	t = exam_test_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	exam_test_free(t);
	return 0;
}

/* Object 3 holds "https://a.example/locked", encrypted. */
struct locked {
	const char *encrypt, *text;
};

static struct span write_locked(const struct locked *locked)
{
	pdf_test_begin(&pdf, "");
	pdf_test_add(&pdf, "3 0 obj<</S/URI/URI<");
	pdf_test_add(&pdf, locked->text);
	pdf_test_add(&pdf, ">>>endobj\n5 0 obj");
	pdf_test_add(&pdf, locked->encrypt);
	pdf_test_add(&pdf, "endobj\ntrailer<</Root 1 0 R/Encrypt 5 0 R/ID[<000102030405060708090a0b0c0d0e0f>(x)]>>\n%%EOF\n");
	return (struct span){ pdf.bytes, pdf.len };
}

static const struct locked open_to_all[] = {
	{ /* RC4 40 */
	  "<</Filter/Standard /V 1/R 2/P -44/O<00070e151c232a31383f464d545b626970777e858c939aa1a8afb6"
	  "bdc4cbd2d9>/U<96c692ff09efa77e026aba3fdf5cc701aee702bdcecfda1878067dc3b68597e1>>>",
	  "a1f8c64ccdc6f160cedbb4efe63f803e067a7e6466c2d937" },
	{ /* RC4 128 */
	  "<</Filter/Standard /V 2/R 3/Length 128/P -44/O<00070e151c232a31383f464d545b626970777e858c9"
	  "39aa1a8afb6bdc4cbd2d9>/U<1fb9445f4f6b69226195bc97d2ab323300000000000000000000000000000000>"
	  ">>",
	  "67a471e2cfca25f477d5d4d0259a0392c0e159087e8b9337" },
	{ /* AESV2 */
	  "<</Filter/Standard /V 4/R 4/Length 128/CF<</StdCF<</CFM/AESV2/Length 16>>>>/StmF/StdCF/Str"
	  "F/StdCF/P -44/O<00070e151c232a31383f464d545b626970777e858c939aa1a8afb6bdc4cbd2d9>/U<1fb944"
	  "5f4f6b69226195bc97d2ab323300000000000000000000000000000000>>>",
	  "6465666768696a6b6c6d6e6f70717273d64a6d4fbb3878ce846649f3965fb329448cbd58ea9807d8961bb13d5d"
	  "7f29b6" },
	{ /* AESV3 R5 */
	  "<</Filter/Standard /V 5/R 5/UE<aef7409cd7bc487a30a79c77051cf496a225b22ff1a95f06a9ee0b9f8ae"
	  "e85ac>/CF<</StdCF<</CFM/AESV3/Length 16>>>>/StmF/StdCF/StrF/StdCF/P -44/O<0000000000000000"
	  "00000000000000000000000000000000000000000000000000000000000000000000000000000000>/U<133c8e"
	  "b86cf813474ade739d5d133087e2026f56aaf366284dd1a25d98d4469076616c69646174656b65792073616c74"
	  ">>>",
	  "6465666768696a6b6c6d6e6f70717273d67874d5e6781ed27bb4e97c37ffb7bb95d477cace70df31abe0988a31"
	  "5c7876" },
	{ /* AESV3 R6 */
	  "<</Filter/Standard /V 5/R 6/UE<409bd40d0671e506c3b83ddb957eff62794f846b64feb2d7e74664849c9"
	  "b07ba>/CF<</StdCF<</CFM/AESV3/Length 16>>>>/StmF/StdCF/StrF/StdCF/P -44/O<0000000000000000"
	  "00000000000000000000000000000000000000000000000000000000000000000000000000000000>/U<936af0"
	  "029db0e0a9d1c4382fd0c4a3ac26e9e12c15a9d8f3fcdeeea0d2c335fa76616c69646174656b65792073616c74"
	  ">>>",
	  "6465666768696a6b6c6d6e6f70717273d67874d5e6781ed27bb4e97c37ffb7bb95d477cace70df31abe0988a31"
	  "5c7876" },
};

static const struct locked with_password = {
	"<</Filter/Standard /V 2/R 3/Length 128/P -44/O<00070e151c232a31383f464d545b626970777e858c9"
	"39aa1a8afb6bdc4cbd2d9>/U<78b3e4c744c4c8bbbe7fabfb3bc10e6100000000000000000000000000000000>"
	">>",
	"12506ebb853116b992312a6825569b5ff5bd728c8a4ccffe",
};

static void empty_password(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(open_to_all) / sizeof(open_to_all[0]); i++) {
		exam_test_open(t, pdf_document, write_locked(&open_to_all[i]), "a.pdf");
		assert_true(exam_test_url(t, "https://a.example/locked"));
		assert_int_equal(t->exam.found_count, 0);
	}
}

static void try_word(struct exam *e, const struct part *part)
{
	exam_password(e, text_span("wrong"));
	exam_password(e, text_span("secret"));
	pdf_document(e, part);
}

static void password_of_the_mail(void **state)
{
	(void)state;
	exam_test_open(t, pdf_document, write_locked(&with_password), "a.pdf");
	assert_int_equal(t->url_count, 0);
	assert_true(exam_found(&t->exam, FINDING_PDF_ENCRYPTED));
	assert_int_equal(t->exam.unseen[UNSEEN_ENCRYPTED], 1);
	exam_test_open(t, try_word, write_locked(&with_password), "a.pdf");
	assert_true(exam_test_url(t, "https://a.example/locked"));
	assert_true(exam_found(&t->exam, FINDING_PDF_ENCRYPTED));
	assert_int_equal(t->exam.unseen[UNSEEN_ENCRYPTED], 0);
}

/* A trailer that no viewer looks at says that the file is encrypted: what stands there in clear is read all the same. */
static void trailers_that_disagree(void **state)
{
	(void)state;
	write_locked(&open_to_all[0]);
	pdf_test_add(&pdf, "6 0 obj<</S/Launch/F(cmd.exe)>>endobj\n");
	exam_test_open(t, pdf_document, pdf_test_end(&pdf), "a.pdf");
	assert_true(exam_test_url(t, "https://a.example/locked"));
	assert_true(exam_test_found(t, FINDING_PDF_LAUNCH, "cmd.exe"));
}

/* --- filters --- */

static struct span undo(enum pdf_filter filter, const struct pdf_parms *parms, const void *bytes, size_t len)
{
	static uint8_t memory[PDF_INFLATER_MEMORY];
	static struct pdf_inflater inflater;
	struct pdf_undoing undoing = { .inflater = &inflater, .arena = &t->exam.arena, .limit = 1 << 20 };

	inflater.memory = memory;
	return pdf_undo(&undoing, filter, parms, (struct span){ bytes, len });
}

static void expect(struct span got, const char *want, size_t len)
{
	assert_int_equal(got.len, len);
	assert_memory_equal(got.ptr, want, len);
}

/* The examples of ISO 32000-1, 7.4.4.2, and others by hand. */
static void filters(void **state)
{
	const struct pdf_parms none = { 0 };

	(void)state;
	expect(undo(PDF_LZW, &none, "\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", 9), "-----A---B", 10);
	expect(undo(PDF_ASCII_HEX, &none, "61 62\n637>zz", 10), "abcp", 4);
	expect(undo(PDF_ASCII_85, &none, "87cURz~>", 8), "Hell\0\0\0\0", 8);
	expect(undo(PDF_ASCII_85, &none, "87cURDZ~>", 9), "Hello", 5);
	expect(undo(PDF_RUN_LENGTH, &none, "\2abc\xfeX\x80zz", 9), "abcXXX", 6);
	expect(undo(PDF_FLATE, &none, "x\x9cKLJ\6\0\2M\1'", 11), "abc", 3);
	expect(undo(PDF_FLATE, &none, "\0\0KLJ\6\0", 7), "abc", 3); /* no header of zlib */
	expect(undo(PDF_FLATE, &none, "x\x9cKLJ", 5), "ab", 2);     /* cut off */
}

/* Three bytes a row: left, up, average, Paeth, none. */
static void predictors(void **state)
{
	const struct pdf_parms png = { .predictor = 15, .colors = 1, .bits = 8, .columns = 3 };
	const struct pdf_parms tiff = { .predictor = 2, .colors = 1, .bits = 8, .columns = 3 };
	static const uint8_t rows[] = { 1, 1, 1, 1, 2, 1, 1, 1, 3, 1, 1, 1, 4, 1, 1, 1, 0, 9, 9, 9 };
	static const uint8_t want[] = { 1, 2, 3, 2, 3, 4, 2, 3, 4, 3, 4, 5, 9, 9, 9 };
	uint8_t stored[7 + sizeof(rows) + 4] = { 0x78, 0x01, 1, sizeof(rows), 0, 0xff - sizeof(rows), 0xff };
	struct span got;

	(void)state;
	memcpy(stored + 7, rows, sizeof(rows));
	got = undo(PDF_FLATE, &png, stored, sizeof(stored));
	assert_int_equal(got.len, sizeof(want));
	assert_memory_equal(got.ptr, want, sizeof(want));
	expect(undo(PDF_LZW, &tiff, "\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", 9), "-Z\x87-Z\x9b-Z\x87\x42", 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(empty_password, setup, teardown),
		cmocka_unit_test_setup_teardown(password_of_the_mail, setup, teardown),
		cmocka_unit_test_setup_teardown(trailers_that_disagree, setup, teardown),
		cmocka_unit_test_setup_teardown(filters, setup, teardown),
		cmocka_unit_test_setup_teardown(predictors, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
