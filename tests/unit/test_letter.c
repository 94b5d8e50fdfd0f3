/*
 * test_letter.c - messages cut into their parts: examples of RFC 2045 to 2049 and 2231, what careless senders write, and
 * what hides attachments from filters. Expected by hand.
 */
#include "letter/letter.h"

#include "exam_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct exam_test *test;

/* In memory that ends with the message. Returns all that was handed on: a line each, name, type that was said, bytes. */
static const char *opened_bytes(struct span bytes)
{
	static char told[16384];
	uint8_t *copy = malloc(bytes.len ? bytes.len : 1);

	assert_non_null(copy);
	memcpy(copy, bytes.ptr, bytes.len);
	exam_test_open(test, letter_message, (struct span){ copy, bytes.len }, "");
	free(copy);
	told[0] = '\0';
	for (unsigned i = 0; i < test->part_count; i++) {
		const struct exam_test_part *part = &test->parts[i];

		text_append(told, sizeof(told), "%s%s|%s|", part->inline_body ? "*" : "", part->name, part->said);
		for (size_t n = 0; n < part->len && n < sizeof(part->bytes); n++)
			text_append(told, sizeof(told),
				    part->bytes[n] >= ' ' && part->bytes[n] != 127 ? "%c" : "\\x%02x", part->bytes[n]);
		text_append(told, sizeof(told), "\n");
	}
	return told;
}

static const char *opened(const char *text)
{
	return opened_bytes(text_span(text));
}

static void clear(void)
{
	if (test->exam.found_count)
		exam_test_show(test);
	assert_int_equal(test->exam.found_count, 0);
}

static bool ambiguous(const char *evidence)
{
	return exam_test_found(test, FINDING_MIME_AMBIGUOUS, evidence);
}

static void test_single(void **state)
{
	(void)state;
	assert_string_equal(opened("Subject: a\r\n b\r\n\r\nText\r\nhere"), "*|text/plain|Text\\x0d\\x0ahere\n");
	assert_string_equal(test->text, "a b\n");
	assert_string_equal(opened("From a@b Thu\nSubject: s\nX: y\n\nText"), "*|text/plain|Text\n");
	assert_string_equal(opened("Subject: s\rContent-Type: text/html\r\r<p>\r"), "*|text/html|<p>\\x0d\n"); /* Macs */
	assert_string_equal(opened("Subject: s\r\n \r\nX: y\r\n\r\nText"), "*|text/plain|Text\n");
	assert_string_equal(opened("Subject: s\r\n \r\nText\r\n\r\nmore"), "*|text/plain|Text\\x0d\\x0a\\x0d\\x0amore\n");
	assert_string_equal(opened("Subject : s\r\nno field\r\n\r\nText"), "*|text/plain|no field\\x0d\\x0a\\x0d\\x0aText\n");
	assert_string_equal(opened("Content-Type: text/plain; charset=ISO-2022-JP\n\n\x1b$B@A5a=q\x1b(B"),
			    "*|text/plain|請求書\n");
	assert_string_equal(opened("Content-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: Base64\n\n"
				   "44GC"),
			    "*|text/plain|あ\n");
	clear();
	assert_string_equal(opened(""), "");
	assert_string_equal(opened("Content-Type: application/pdf; name=a.pdf\n\n"), "a.pdf|application/pdf|\n");
	clear();
}

/* RFC 2046, 5.1.1 */
static void test_multipart(void **state)
{
	(void)state;
	assert_string_equal(
		opened("Subject: s\nContent-type: multipart/mixed; boundary=\"simple boundary\"\n\n"
		       "This is the preamble.\n--simple boundar\n--simple boundaryx\n\n--simple boundary\n\nImplicit.\n"
		       "--simple boundary \nContent-type: text/plain; charset=us-ascii\n\nExplicit.\n\n"
		       "--simple boundary--\n\nThis is the epilogue.\n"),
		"*|text/plain|Implicit.\n*|text/plain|Explicit.\\x0a\n");
	/* inside each other; the outer boundary ends the inner parts too (5.1.2); one is the beginning of another */
	assert_string_equal(opened("Content-Type: MULTIPART/mixed; x=y; Boundary=AA (comment)\r\n\r\n--AA\r\n"
				   "Content-Type: multipart/alternative; boundary=AAB\r\n\r\n--AAB\r\n\r\n1\r\n--AAB\r\n"
				   "Content-Type: text/html\r\n\r\n2\r\n--AA\r\n\r\n3\r\n--AA--\r\n"),
			    "*|text/plain|1\n*|text/html|2\n*|text/plain|3\n");
	/* texts first, then what is attached */
	assert_string_equal(opened("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/zip\n"
				   "Content-Disposition: attachment; filename=a.zip\n\nzip\n--b\n\npassword\n--b--"),
			    "*|text/plain|password\na.zip|application/zip|zip\n");
	/* an empty part, a header without its empty line, a text without a header */
	assert_string_equal(opened("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX: y\r\n--b\r\n\r\n--b\r\n"
				   "Text at once\r\n--b--"),
			    "*|text/plain|Text at once\n");
	/* the type is missing its semicolon, the boundary its quotes */
	assert_string_equal(opened("Content-Type: multipart/mixed boundary==_b?\n\n--=_b?\n\nx\n--=_b?--\n"),
			    "*|text/plain|x\n");
	clear();
}

static void test_broken(void **state)
{
	(void)state;
	/* without its last boundary nobody knows whether all is there */
	assert_string_equal(opened("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n"), "*|text/plain|x\n");
	assert_int_equal(test->exam.unseen[UNSEEN_BROKEN], 1);
	assert_string_equal(opened("Content-Type: multipart/mixed\n\n--who\nContent-Type: text/plain\n\nx\n--who--\n"),
			    "*|text/plain|x\n");
	assert_true(ambiguous("another boundary"));
	assert_string_equal(opened("Content-Type: multipart/mixed; boundary=other\n\n--who\nContent-Type: image/png\n\nx\n"
				   "--who--\n"),
			    "|image/png|x\n");
	assert_true(ambiguous("who"));
	assert_string_equal(opened("Content-Type: multipart/mixed; boundary=none\n\njust text\n-- \nme\n"),
			    "*|text/plain|just text\\x0a-- \\x0ame\n");
	assert_int_equal(test->exam.unseen[UNSEEN_BROKEN], 1); /* the parts may have been cut off */
	assert_string_equal(opened("Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--a\n\n1\n--b\n\n2\n--a--\n"),
			    "*|text/plain|1\n*|text/plain|2\n");
	assert_true(ambiguous("two boundaries"));
	assert_string_equal(opened("Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\n"
				   "--b\n\n1\n--b--\n--b\nContent-Type: image/gif\n\n2\n--b--\n"),
			    "*|text/plain|1\n|image/gif|2\n");
	assert_true(ambiguous("Content-Type twice"));
	assert_true(ambiguous("behind the end"));
	assert_string_equal(opened("Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n"
				   "LS1iCgpoaWRkZW4KLS1iLS0K\n"),
			    "*|text/plain|hidden\n");
	assert_true(ambiguous("encoded as a whole"));
	assert_string_equal(opened("X: y\nContent-\001Type: application/pdf\n\n%PDF-"), "|application/pdf|%PDF-\n");
	assert_true(ambiguous("control"));
	/* said twice, but the same */
	opened("Content-Type: text/plain\nContent-Type: TEXT/plain; charset=utf-8\n\nx");
	clear();
}

static void test_transfer(void **state)
{
	(void)state;
	assert_string_equal(opened("Content-Type: application/x\nContent-Transfer-Encoding: quoted-printable\n\na=3D=\r\nb"),
			    "|application/x|a=b\n");
	assert_string_equal(opened("Content-Type: application/x\nContent-Transfer-Encoding: x-uuencode\n\n"
				   "begin 644 a.bin\n#0V%T\n`\nend\n"),
			    "a.bin|application/x|Cat\n");
	assert_string_equal(opened("Content-Type: application/x\nContent-Transfer-Encoding: BASE64 (yes)\n\nQ2F0\n"),
			    "|application/x|Cat\n");
	clear();
	assert_string_equal(opened("Content-Type: application/x\nContent-Transfer-Encoding: base64\n\nQ2!F0\n"),
			    "|application/x|Cat\n");
	assert_true(ambiguous("other characters"));
	opened("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nQ2F0\n-- \nA list's footer!\n");
	clear();
	opened("Content-Type: application/x\nContent-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit\n\nQ2F0\n");
	assert_true(ambiguous("Encoding twice"));
	opened("Content-Type: application/x\nContent-Transfer-Encoding: b64\n\n"
	       "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\n");
	assert_true(ambiguous("nobody knows"));
	opened("Content-Type: text/plain\nContent-Transfer-Encoding: 8-bits\n\nhello, this is only text that is long enough\n");
	clear();
}

static const char *name_of(const char *field)
{
	char text[1024];

	snprintf(text, sizeof(text), "%s\n\nx", field);
	opened(text);
	return test->part_count ? test->parts[0].name : "none";
}

static void test_names(void **state)
{
	static const char attached[] = "Content-Disposition: attachment; ";
	static const struct {
		const char *parameters, *name;
	} names[] = {
		{ "filename=a.exe", "a.exe" },
		{ "filename=my file.pdf", "my file.pdf" },
		{ "filename=invoice(1).pdf", "invoice(1).pdf" },
		{ "FileName = \"a \\\"b\\\"; c.txt\" ; x=y", "a \"b\"; c.txt" },
		{ "filename=\"C:\\dir\\a.txt\"", "C:\\dir\\a.txt" },
		{ "filename=\"unclosed", "unclosed" },
		{ "filename*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2a%2A", "This is ***fun***" },
		{ "filename=plain; filename*=UTF-8''%e2%82%ac.txt", "€.txt" },
		{ "filename*=ISO-8859-1''%e9.txt; filename=plain", "é.txt" },
		{ "filename*0*=us-ascii'en'This%20is%20even%20more%20; filename*1*=%2A%2A%2Afun%2A%2A%2A%20;"
		  " filename*2=\"isn't it!\"", "This is even more ***fun*** isn't it!" },
		{ "filename*1=b.exe; filename*0=a", "ab.exe" },
		{ "filename*1=b.exe", "b.exe" },
		{ "filename*0*=Shift_JIS''%90%BF%8B; filename*1*=%81%8F%91.zip", "請求書.zip" },
		{ "filename*0*=\"UTF-8''%E8%AB\"; filename*1*=\"%8B.zip\"", "請.zip" },
		{ "filename=\"=?utf-8?B?44GCLmV4ZQ==?=\"", "あ.exe" },
		{ "filename==?utf-8?Q?=E3=81=82.txt?=", "あ.txt" },
		{ "filename=\"=?ISO-2022-JP?B?GyRCQEE1YT1xGyhCLnppcA==?=\"", "請求書.zip" },
		{ "filename=\"\x1b$B@A5a=q\x1b(B.zip\"; x=y", "請求書.zip" },
		{ "filename=\"\x1b$B@\"5a=q\x1b(B.zip\"", "摺求書.zip" }, /* a quote that is half of a character */
		{ "filename=\"\x95\x5c\x82\xb1\x82\xea.txt\"", "表これ.txt" },
		{ "filename=\"=?utf-8?Q?a=E3=81?=\r\n =?utf-8?Q?=82b?=.txt\"", "aあb.txt" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char field[512];

		snprintf(field, sizeof(field), "%s%s", attached, names[i].parameters);
		assert_string_equal(name_of(field), names[i].name);
		clear();
	}
	assert_string_equal(name_of("Content-Type: image/png; name=a.png"), "a.png");
	assert_string_equal(name_of("Content-Type: image/png; name=a.png\nContent-Disposition: inline; filename=b.png"), "b.png");
	clear();
	/* what runs counts, and that somebody sees another name */
	assert_string_equal(name_of("Content-Type: x/y; name=a.exe\nContent-Disposition: attachment; filename=a.txt"), "a.exe");
	assert_true(ambiguous("a.txt, a.exe"));
	assert_string_equal(name_of("Content-Disposition: attachment; filename=a.txt; filename*=utf-8''a.js"), "a.js");
	assert_true(ambiguous("two names"));
	assert_string_equal(name_of("Content-Disposition: attachment; filename=a.txt; filename=a.js"), "a.js");
	assert_true(ambiguous("two names"));
}

static void test_subject(void **state)
{
	static const char *const subjects[][2] = {
		{ "=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab" },
		{ "x =?ISO-8859-1?Q?a?= y", "x a y" },
		{ "=?ISO-8859-1?Q?a?=\r\n\t=?UTF-8?B?44GC?=", "aあ" },
		{ "=?UTF-8?B?44E=?= =?UTF-8?B?gg==?=", "あ" },
		{ "=?utf-8?Q?what? yes?=!", "what? yes!" },
		{ "=?utf-8*en?q?a_b?=", "a b" },
		{ "[=?utf-8?q?a?=]", "[a]" },
		{ "=?utf-8?q?never ends", "=?utf-8?q?never ends" },
		{ "=?x?Q?=4?= =?x?Z?a?= =?x?Q?a =??", "=4 =?x?Z?a?= =?x?Q?a =??" },
		{ "caf\xe9", "café" },
		{ "\x1b$B@A5a=q\x1b(B", "請求書" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		char text[512], want[512];

		snprintf(text, sizeof(text), "Subject: %s\r\n\r\n", subjects[i][0]);
		snprintf(want, sizeof(want), "%s\n", subjects[i][1]);
		opened(text);
		assert_string_equal(test->text, want);
	}
}

static void test_kinds(void **state)
{
	(void)state;
	assert_string_equal(opened("Content-Type: multipart/digest; boundary=b\n\n--b\n\nFrom: a@b\nTo: c\n\nx\n--b--\n"),
			    "|message/rfc822|From: a@b\\x0aTo: c\\x0a\\x0ax\n");
	assert_string_equal(opened("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nRnJvbTogYUBiCg=="),
			    "|message/rfc822|From: a@b\\x0a\n");
	clear();
	opened("Content-Type: message/partial; number=1; total=2; id=x\n\nFrom: a@b\n\nx");
	assert_int_equal(test->exam.unseen[UNSEEN_UNSUPPORTED], 1);
	opened("Content-Type: message/external-body; access-type=URL;\n URL=\"http://example.com/a.exe\"\n\n");
	assert_true(exam_test_url(test, "http://example.com/a.exe"));
	opened("Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\n"
	       "Version: 1\n--b--\n");
	assert_int_equal(test->exam.unseen[UNSEEN_ENCRYPTED], 1);
}

/* CMS by hand: enveloped; signed with its content in one string, and in pieces of unknown length. */
static void test_smime(void **state)
{
	static const char head[] = "Content-Type: application/pkcs7-mime; name=smime.p7m\n\n";
	static const char signed_data[] = "\x30\x31\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x24\x30\x22\x02\x01\x01"
					  "\x31\x00\x30\x1b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x0e\x04\x0c"
					  "From: a@b\n\nx";
	static const char pieces[] = "\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01"
				     "\x31\x00\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80\x24\x80\x04\x06"
				     "From: \x04\x06" "a@b\n\nx\0\0\0\0";
	static const char enveloped[] = "\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x02\x30\x00";
	char text[256];

	(void)state;
	snprintf(text, sizeof(text), "%s", head);
	memcpy(text + sizeof(head) - 1, signed_data, sizeof(signed_data));
	assert_string_equal(opened_bytes((struct span){ (uint8_t *)text, sizeof(head) + sizeof(signed_data) - 2 }),
			    "smime.p7m|message/rfc822|From: a@b\\x0a\\x0ax\n");
	memcpy(text + sizeof(head) - 1, pieces, sizeof(pieces));
	assert_string_equal(opened_bytes((struct span){ (uint8_t *)text, sizeof(head) + sizeof(pieces) - 2 }),
			    "smime.p7m|message/rfc822|From: a@b\\x0a\\x0ax\n");
	clear();
	memcpy(text + sizeof(head) - 1, enveloped, sizeof(enveloped));
	opened_bytes((struct span){ (uint8_t *)text, sizeof(head) + sizeof(enveloped) - 2 });
	assert_int_equal(test->exam.unseen[UNSEEN_ENCRYPTED], 1);
}

static void test_text(void **state)
{
	static const char uu[] = "Hello\nbegin 644 a b.txt\n#0V%T\n`\nend\nbegin 1\nbegin-base64 644 c.txt\nQ2F0\n====\nbye";

	(void)state;
	exam_test_open(test, letter_text, text_span(uu), "");
	assert_string_equal(test->text, "Hello\nbegin 644 a b.txt\n#0V%T\n`\nend\nbegin 1\nbegin-base64 644 c.txt\nQ2F0\n====\n"
					"bye\n");
	assert_int_equal(test->part_count, 2);
	assert_non_null(exam_test_part(test, "a b.txt"));
	assert_memory_equal(exam_test_part(test, "c.txt")->bytes, "Cat", 3);
	clear();
	exam_test_open(test, letter_text, text_span("begin 644 a.txt\n#0V%T\n"), "");
	assert_int_equal(test->exam.unseen[UNSEEN_BROKEN], 1);
	exam_test_open(test, letter_text, text_span("We begin 644 times\nbegin 644 again\nand so on\n"), "");
	assert_int_equal(test->part_count, 0);
}

/* --- limits: each is told, and takes time and memory in proportion --- */

static struct span repeated(const char *before, const char *piece, size_t times)
{
	size_t head = strlen(before), len = strlen(piece);
	uint8_t *bytes = malloc(head + times * len + 1);

	assert_non_null(bytes);
	memcpy(bytes, before, head);
	for (size_t i = 0; i < times; i++)
		memcpy(bytes + head + i * len, piece, len);
	return (struct span){ bytes, head + times * len };
}

static void open_long(struct span bytes)
{
	exam_test_open(test, letter_message, bytes, "");
	assert_true(test->exam.unseen[UNSEEN_LIMIT] > 0);
	assert_true(test->exam.arena.peak < (64u << 20));
	free((void *)(uintptr_t)bytes.ptr);
}

static void test_limits(void **state)
{
	struct span deep;
	size_t used = 0;

	(void)state;
	open_long(repeated("Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n", 1000000));
	assert_true(test->part_count == EXAM_TEST_ITEMS);
	open_long(repeated("Subject: s\n", "X-Header: with a value\n", 2000000));
	open_long(repeated("Subject: s\n", " folded", 8000000));
	open_long(repeated("Content-Type: text/plain", "; x=y", 8000000));
	deep = repeated("", "Content-Type: multipart/mixed; boundary=b00000\n\n--b00000\n", 20000);
	for (unsigned i = 0; i < 20000; i++) {
		char level[80];
		int n = snprintf(level, sizeof(level), "Content-Type: multipart/mixed; boundary=b%05u\n\n--b%05u\n", i, i);

		memcpy((uint8_t *)(uintptr_t)deep.ptr + used, level, (size_t)n);
		used += (size_t)n;
	}
	open_long(deep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_single),	 cmocka_unit_test(test_multipart), cmocka_unit_test(test_broken),
		cmocka_unit_test(test_transfer), cmocka_unit_test(test_names),	   cmocka_unit_test(test_subject),
		cmocka_unit_test(test_kinds),	 cmocka_unit_test(test_smime),	   cmocka_unit_test(test_text),
		cmocka_unit_test(test_limits),
	};
	int failed;

	test = exam_test_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	exam_test_free(test);
	return failed;
}
