/*
 * test_x509.c - a certificate made by openssl, read as openssl x509 reads it; malformed ones.
 */
#include "hello_test.h"
#include "wire/x509.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_text(struct span s, const char *want)
{
	if (s.len != strlen(want) || memcmp(s.ptr, want, s.len) != 0)
		fail_msg("\"%.*s\", want \"%s\"", (int)s.len, (const char *)s.ptr, want);
}

static void test_certificate(void **state)
{
	static const char name[] =
		"C=JP, O=Example\\, Inc., OU=\xe7\x81\xab\xe3\x81\xae\xe8\xa6\x8b, "
		"CN=watch.example.com, emailAddress=a@example.com";
	uint8_t room[1024];
	struct span der = hex_bytes(certificate_der, room, sizeof(room));
	static struct x509 x;

	(void)state;
	assert_true(x509_read(der, &x));
	assert_text(x.subject, name);
	assert_text(x.issuer, name);
	assert_text(x.serial, "00:80:A1:B2:C3");
	assert_text(x.names, "watch.example.com *.example.com");
	assert_int_equal(x.not_before, 1795392474 * USEC_PER_SEC); /* 2026-11-23 00:07:54 */
	assert_int_equal(x.not_after, 2110752474 * USEC_PER_SEC);  /* 2036-11-20 00:07:54 */
	assert_true(x.self_signed);
}

/* Cut anywhere, it is refused or read in part, and never told longer than it is. */
static void test_cut(void **state)
{
	uint8_t room[1024];
	struct span der = hex_bytes(certificate_der, room, sizeof(room));
	static struct x509 x;

	(void)state;
	for (size_t n = 0; n < der.len; n++) {
		uint8_t *copy = malloc(n + 1);

		memcpy(copy, der.ptr, n);
		assert_false(x509_read((struct span){ copy, n }, &x));
		free(copy);
	}
}

/* Minimal certificates: version absent, names, dates and key as given. */
static bool read_made(const char *issuer, const char *validity, const char *subject, struct x509 *x)
{
	uint8_t room[3][256], der[1024], tbs[900];
	struct span parts[3] = { hex_bytes(issuer, room[0], 256), hex_bytes(validity, room[1], 256),
				 hex_bytes(subject, room[2], 256) };
	size_t n = 0, len;

	n += hex_bytes("020101 3000", tbs, sizeof(tbs)).len;
	for (unsigned i = 0; i < 3; i++) {
		memcpy(tbs + n, parts[i].ptr, parts[i].len);
		n += parts[i].len;
	}
	n += hex_bytes("3000", tbs + n, 2).len;
	len = n + 4; /* of the outer sequence, whose length is told in two bytes as the inner is */
	memcpy(der,
	       (uint8_t[]){ 0x30, 0x82, (uint8_t)(len >> 8), (uint8_t)len, 0x30, 0x82,
			    (uint8_t)(n >> 8), (uint8_t)n },
	       8);
	memcpy(der + 8, tbs, n);
	return x509_read((struct span){ der, n + 8 }, x);
}

static void test_forms(void **state)
{
	static const char times[] = "3020 170d3439313233313233353935395a "
				    "180f32303530303330313030303030305a";
	static struct x509 x;

	(void)state;
	/* two attributes in one set; an OID without a name; UTF-16 text; an escape */
	assert_true(
		read_made("301f 311d 300a06035504030c03612b62 300f06092b0601040182373c020c0242 43",
			  times, "3011 310f 300d0603550403 1e06 706b 002c 0041", &x));
	assert_text(x.issuer, "CN=a\\+b + 1.3.6.1.4.1.311.60.2=BC");
	assert_text(x.subject, "CN=\xe7\x81\xab\\,A");
	assert_int_equal(x.not_before, 2524607999 * USEC_PER_SEC); /* 2049-12-31 23:59:59 */
	assert_int_equal(x.not_after, 2529705600 * USEC_PER_SEC);  /* 2050-03-01 */
	assert_false(x.self_signed);
	assert_text(x.names, "");
	/* dates that are none */
	assert_true(read_made("3000",
			      "3020 170d3439313333313233353935395a "
			      "180f32303530303330313030303030302b",
			      "3000", &x));
	assert_int_equal(x.not_before, 0);
	assert_int_equal(x.not_after, 0);
	assert_text(x.issuer, "");
	assert_true(read_made("3000", "3000", "3000", &x));
	assert_int_equal(x.not_before, 0);
	/* indefinite lengths are not DER; a set that is none */
	assert_false(read_made("3080 0000", times, "3000", &x));
	assert_false(read_made("3002 0400", times, "3000", &x));
	assert_false(read_made("3004 3102 3000", times, "3000", &x));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certificate),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
