/*
 * test_mime.c - the parts of mail messages: examples of RFC 2045, 2046, 2047, 2049, 2231, and what
 * hostile or careless senders make of them. Expected by hand.
 */
#include "wire/mime.h"
#include "wire/mime_field.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char told[16384];

static void tell_span(const char *name, struct span s)
{
	text_append(told, sizeof(told), " %s=", name);
	for (size_t i = 0; i < s.len; i++)
		text_append(told, sizeof(told),
			    s.ptr[i] > ' ' && s.ptr[i] < 127 ? "%c" : "\\x%02x", s.ptr[i]);
}

static void on_field(void *whom, enum mime_field field, struct span value)
{
	static const char *const names[] = {"from", "to", "cc", "subject", "id"};

	(void)whom;
	tell_span(names[field], value);
	text_append(told, sizeof(told), "\n");
}

static bool begun; /* the part has no bytes until now */

static bool on_begin(void *whom, const struct mime_part *part)
{
	(void)whom;
	text_append(told, sizeof(told), "part %u%s", part->depth, part->attached ? " file" : "");
	if (part->name.len)
		tell_span("name", part->name);
	if (part->type.len)
		tell_span("type", part->type);
	begun = true;
	return true;
}

static void on_bytes(void *whom, struct span bytes)
{
	(void)whom;
	if (begun)
		text_append(told, sizeof(told), " ");
	begun = false;
	for (size_t i = 0; i < bytes.len; i++)
		text_append(told, sizeof(told),
			    bytes.ptr[i] >= ' ' && bytes.ptr[i] < 127 ? "%c" : "\\x%02x",
			    bytes.ptr[i]);
}

static void on_end(void *whom, bool whole)
{
	(void)whom;
	text_append(told, sizeof(told), " %s\n", whole ? "whole" : "cut");
}

static const struct mime_sink sink = {NULL, on_field, on_begin, on_bytes, on_end};

/* The message in pieces of so many bytes, each in memory that ends with it. */
static void feed(struct mime *m, const char *text, size_t step)
{
	size_t len = strlen(text);

	for (size_t at = 0; at < len; at += step) {
		size_t n = len - at < step ? len - at : step;
		uint8_t *copy = malloc(n);

		assert_non_null(copy);
		memcpy(copy, text + at, n);
		mime_feed(m, (struct span){copy, n}, &sink);
		free(copy);
	}
}

static void expect(const char *text, const char *want)
{
	static const size_t steps[] = {100000, 1, 3, 7, 64};
	static struct mime m;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		told[0] = 0;
		mime_begin(&m);
		feed(&m, text, steps[i]);
		mime_end(&m, true, &sink);
		assert_string_equal(told, want);
	}
}

static void test_header(void **state)
{
	(void)state;
	expect("From: a@b\r\nTO : c@d,\r\n e@f\r\nSubject: one\r\n\ttwo \r\nCc:\r\n"
	       "Message-ID: <1@x>\r\nSubject: again\r\n\r\nText\r\nhere",
	       " from=a@b\n to=c@d,\\x20e@f\n subject=one\\x09two\n cc=\n id=<1@x>\n"
	       "part 0 Text\\x0d\\x0ahere whole\n");
	expect("", "part 0 whole\n");
	expect("no header at all", "part 0 whole\n"); /* RFC 5322, 2.1: without an empty line */
}

/* RFC 2046, 5.1.1: the newline before a boundary is its own; preamble and epilogue are no parts. */
static void test_multipart(void **state)
{
	(void)state;
	expect("Subject: s\nContent-type: multipart/mixed; boundary=\"simple boundary\"\n\n"
	       "This is the preamble.\n--simple boundar\n--simple boundaryx\n\n"
	       "--simple boundary\n\nImplicit.\n--simple boundary \n"
	       "Content-type: text/plain; charset=us-ascii\n\nExplicit.\n\n"
	       "--simple boundary--\n\nThis is the epilogue.\n--simple boundary\n\nno\n",
	       " subject=s\npart 1 Implicit. whole\npart 1 type=text/plain Explicit.\\x0a whole\n");
	/* inside each other; the outer boundary ends the inner multipart too (5.1.2) */
	expect("Content-Type: MULTIPART/mixed; x=y; Boundary=AA\r\n\r\n--AA\r\n"
	       "Content-Type: multipart/alternative; boundary=AAB\r\n\r\n--AAB\r\n\r\n1\r\n--AAB\r\n"
	       "Content-Type: text/html\r\n\r\n2\r\n--AA\r\n\r\n3\r\n--AA--\r\n",
	       "part 2 1 whole\npart 2 type=text/html 2 whole\npart 1 3 whole\n");
	/* without its last boundary nobody knows whether all is there */
	expect("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n", 
	       "part 1 x\\x0d\\x0a cut\n");
	/* an empty part, and a header without its empty line */
	expect("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX: y\r\n--b\r\n\r\n--b--",
	       "part 1 whole\n");
}

/* RFC 2045, 6.8 */
static void test_base64(void **state)
{
	(void)state;
	expect("Content-Type: application/octet-stream; name=\"a b.bin\"\r\n"
	       "Content-Transfer-Encoding: BASE64\r\n\r\nAQID\r\nBA\r\nUG *!\r\n\r\n",
	       "part 0 file name=a\\x20b.bin type=application/octet-stream "
	       "\\x01\\x02\\x03\\x04\\x05\\x06 whole\n");
	/* "M", "Ma", "Man"; groups behind a padded one go on, as many readers take it */
	expect("Content-Transfer-Encoding: base64\r\n\r\nTQ==\r\nTWE=TWFu", "part 0 MMaMan whole\n");
	expect("Content-Transfer-Encoding: base64\r\n\r\nTWFuT", "part 0 Man whole\n");
}

/* RFC 2045, 6.7 */
static void test_quoted(void **state)
{
	(void)state;
	expect("Content-Transfer-Encoding: quoted-printable\r\n\r\n"
	       "Now's the time =\r\nfor all folk to come=\r\n to the aid of their country. \t\r\n"
	       "=41=3d=3D=4x=\t \r\n==41=4\r\nend=",
	       "part 0 Now's the time for all folk to come to the aid of their country.\\x0d\\x0a"
	       "A===4x=A=4\\x0d\\x0aend whole\n");
}

/* Lines of more than 1024 bytes are no boundaries, and lose nothing. */
static void test_long(void **state)
{
	static char text[5000], want[6000];
	size_t n;

	(void)state;
	for (size_t length = 1020; length < 1030; length++) {
		snprintf(text, sizeof(text),
			 "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n");
		n = strlen(text);
		memset(text + n, 'x', length);
		snprintf(text + n + length, sizeof(text) - n - length, "\r\n--b--\r\n");
		snprintf(want, sizeof(want), "part 1 ");
		memset(want + 7, 'x', length);
		snprintf(want + 7 + length, sizeof(want) - 7 - length, " whole\n");
		expect(text, want);
	}
}

/* RFC 2046, 5.2.1; what is in a message that is attached is found as well. */
static void test_message(void **state)
{
	(void)state;
	expect("Subject: outer\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n"
	       "Content-Type: message/rfc822; name=fwd.eml\r\n\r\n"
	       "Subject: inner\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n"
	       "Content-Disposition: attachment\r\n\r\nbody\r\n--i--\r\n\r\n--o\r\n"
	       "Content-Type: message/rfc822\r\n\r\nTo: x\r\n\r\ntext\r\n--o--\r\n",
	       " subject=outer\npart 3 file body whole\npart 2 text whole\n");
	/* the message is one that is in another: it ends with it */
	expect("Content-Type: message/rfc822\r\n\r\nContent-Type: image/png\r\n\r\npng",
	       "part 1 file type=image/png png whole\n");
}

static void test_deep(void **state)
{
	static struct mime m;

	(void)state;
	told[0] = 0;
	mime_begin(&m);
	for (unsigned i = 0; i < MIME_DEPTH + 3; i++) {
		char text[128];

		snprintf(text, sizeof(text),
			 "Content-Type: multipart/mixed; boundary=b%x\r\n\r\n--b%x\r\n", i, i);
		feed(&m, text, 1000);
	}
	assert_true(m.deep);
	feed(&m, "\r\nnobody looks here\r\n--b0\r\n\r\nback\r\n--b0--\r\n", 1000);
	mime_end(&m, true, &sink);
	assert_string_equal(told, "part 1 back whole\n");
	told[0] = 0;
	mime_begin(&m);
	feed(&m, "Content-Type: multipart/mixed\r\n\r\nx", 1000);
	mime_end(&m, true, &sink);
	assert_true(m.bad);
	assert_string_equal(told, "part 0 file type=multipart/mixed x whole\n");
}

/* Bytes are missing: the part under way is not whole, the next one is. */
static void test_gap(void **state)
{
	static struct mime m;

	(void)state;
	told[0] = 0;
	mime_begin(&m);
	feed(&m, "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\ntw", 1000);
	mime_gap(&m);
	feed(&m, "--b\r\nmore\r\n--b\r\n\r\nthree\r\n--b--\r\n", 1000);
	mime_end(&m, false, &sink);
	assert_string_equal(told, "part 1 one cut\npart 1 three whole\n");
	told[0] = 0;
	mime_begin(&m);
	feed(&m, "Content-Type: multipart/mixed; bou", 1000);
	mime_gap(&m);
	feed(&m, "x\r\n\r\n--b\r\n\r\nthree\r\n", 1000);
	mime_end(&m, false, &sink);
	assert_string_equal(told, "");
}

static void parameter_is(const char *value, const char *want)
{
	uint8_t room[64];
	size_t n = mime_parameter_text(room, sizeof(room), text_span(value), "filename");

	assert_int_equal(n, strlen(want));
	assert_memory_equal(room, want, n);
}

/* RFC 2231, 3 and 4, with its own examples' forms; RFC 6266, 4.3. */
static void test_parameter(void **state)
{
	(void)state;
	parameter_is("attachment; filename=a.exe", "a.exe");
	parameter_is("attachment; FileName = \"a \\\"b\\\"; c.exe\" ; x=y", "a \"b\"; c.exe");
	parameter_is("attachment; filename=\"unclosed", "unclosed");
	parameter_is("attachment", "");
	parameter_is("filename=not-behind-the-value", "");
	parameter_is("a; xfilename=no; filenamex=no", "");
	parameter_is("a; filename*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2a%2A", "This is ***fun***");
	parameter_is("a; filename=plain; filename*=UTF-8''%e2%82%ac.txt", "\xe2\x82\xac.txt");
	parameter_is("a; filename*=ISO-8859-1''%e9.txt; filename=plain", "\xc3\xa9.txt");
	parameter_is("a; filename*0*=us-ascii'en'This%20is%20even%20more%20;"
		     " filename*1*=%2A%2A%2Afun%2A%2A%2A%20; filename*2=\"isn't it!\"",
		     "This is even more ***fun*** isn't it!");
	parameter_is("a; filename*1=b.exe; filename*0=a", "ab.exe"); /* in any order */
	parameter_is("a; filename*1=b.exe", "");                     /* the first is missing */
	parameter_is("a; filename*=%zz%4", "%zz%4"); /* no charset: RFC 2231 asks for it */
	parameter_is("a; filename=\"=?utf-8?B?44GCLmV4ZQ==?=\"", "\xe3\x81\x82.exe");
}

static void words_are(const char *text, const char *want)
{
	uint8_t room[64];
	size_t n = mime_words(room, sizeof(room), text_span(text));

	assert_int_equal(n, strlen(want));
	assert_memory_equal(room, want, n);
}

/* RFC 2047, 8 */
static void test_words(void **state)
{
	(void)state;
	words_are("=?ISO-8859-1?Q?a?=", "a");
	words_are("=?ISO-8859-1?Q?a?= b", "a b");
	words_are("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab");
	words_are("=?ISO-8859-1?Q?a?=  \t =?ISO-8859-1?Q?b?= ", "ab ");
	words_are("=?ISO-8859-1?Q?a_b?=", "a b");
	words_are("=?ISO-8859-1?Q?Andr=E9?=", "Andr\xc3\xa9");
	words_are("=?UTF-8*en?b?44GC?=", "\xe3\x81\x82");
	words_are("=?x?Q?=4?= =?x?Z?a?= =?x?Q?a =??", "=4 =?x?Z?a?= =?x?Q?a =??");
	words_are("", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header),    cmocka_unit_test(test_multipart),
		cmocka_unit_test(test_base64),    cmocka_unit_test(test_quoted),
		cmocka_unit_test(test_long),      cmocka_unit_test(test_message),
		cmocka_unit_test(test_deep),      cmocka_unit_test(test_gap),
		cmocka_unit_test(test_parameter), cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
