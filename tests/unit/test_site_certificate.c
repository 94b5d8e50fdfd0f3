/* test_site_certificate.c - certificates that run out, are not trusted, or are replaced. */
#include "fare/certificate.h"
#include "site_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HOUR (3600 * USEC_PER_SEC)
#define DAY  (24 * HOUR)

static struct site_certificate certificate;
static usec_t now;

static int begin(void **state)
{
	(void)state;
	memset(&certificate, 0, sizeof(certificate));
	now = SITE_TEST_START;
	return 0;
}

static struct probe_certificate make(uint8_t number, uint8_t key, const char *issuer, int64_t days)
{
	struct probe_certificate c = { .there = true, .trusted = true, .sha256 = { number }, .key_sha256 = { key },
				       .from = SITE_TEST_START - DAY, .until = now + days * DAY, .subject = "www.example.org" };

	snprintf(c.issuer, sizeof(c.issuer), "%s", issuer);
	return c;
}

static enum certificate_state state_with(int64_t days)
{
	struct probe_certificate c = make(1, 1, "One CA", days);

	begin(NULL);
	c.from = now - 300 * DAY;
	assert_int_equal(site_certificate_see(&certificate, &c, now), CERTIFICATE_FIRST);
	return site_certificate_state(&certificate, now);
}

static void test_days(void **state)
{
	(void)state;
	assert_int_equal(state_with(31), CERTIFICATE_GOOD);
	assert_int_equal(state_with(30), CERTIFICATE_SOON);
	assert_int_equal(state_with(15), CERTIFICATE_SOON);
	assert_int_equal(state_with(14), CERTIFICATE_WEEKS);
	assert_int_equal(state_with(4), CERTIFICATE_WEEKS);
	assert_int_equal(state_with(3), CERTIFICATE_DAYS);
	assert_int_equal(state_with(-1), CERTIFICATE_EXPIRED);
	assert_int_equal(site_certificate_days(&certificate, now), -1);
	assert_int_equal(state_with(400), CERTIFICATE_GOOD);
	assert_int_equal(site_certificate_state(&certificate, now + 390 * DAY), CERTIFICATE_WEEKS); /* without a look */
}

static void test_wrong(void **state)
{
	struct probe_certificate c = make(1, 1, "One CA", 90), none = { .there = false };

	(void)state;
	c.trusted = false;
	snprintf(c.why, sizeof(c.why), "for another name");
	site_certificate_see(&certificate, &c, now);
	assert_int_equal(site_certificate_state(&certificate, now), CERTIFICATE_UNTRUSTED);
	assert_int_equal(site_certificate_see(&certificate, &none, now), CERTIFICATE_SAME);
	assert_int_equal(site_certificate_state(&certificate, now), CERTIFICATE_UNTRUSTED);
	c.trusted = true;
	c.from = now + HOUR;
	site_certificate_see(&certificate, &c, now);
	assert_int_equal(site_certificate_state(&certificate, now), CERTIFICATE_NOT_YET);
}

static void test_replaced(void **state)
{
	struct probe_certificate one = make(1, 1, "One CA", 90), renewed = make(2, 1, "One CA", 180);
	struct probe_certificate rekeyed = make(3, 3, "One CA", 200), other = make(4, 4, "Other CA", 90);

	(void)state;
	site_certificate_see(&certificate, &one, now);
	assert_int_equal(site_certificate_see(&certificate, &one, now), CERTIFICATE_SAME);
	assert_int_equal(site_certificate_see(&certificate, &renewed, now), CERTIFICATE_RENEWED);
	assert_true(certificate.same_key);
	assert_int_equal(site_certificate_see(&certificate, &rekeyed, now), CERTIFICATE_RENEWED);
	assert_false(certificate.same_key);
	assert_int_equal(site_certificate_see(&certificate, &other, now), CERTIFICATE_OTHER_ISSUER);
	assert_string_equal(certificate.issuer_before, "One CA");
	assert_int_equal(site_certificate_state(&certificate, now), CERTIFICATE_NEW_ISSUER);
	site_certificate_approve(&certificate);
	assert_int_equal(site_certificate_state(&certificate, now), CERTIFICATE_GOOD);
}

/* Certificates that live for six days, at a site that renews them: two days left are no news. */
static void test_short_lived(void **state)
{
	struct probe_certificate c = make(1, 1, "One CA", 2);

	(void)state;
	c.from = now - 4 * DAY;
	site_certificate_see(&certificate, &c, now);
	assert_int_equal(site_certificate_state(&certificate, now), CERTIFICATE_DAYS); /* nobody knows that yet */
	c = make(2, 2, "One CA", 5);
	site_certificate_see(&certificate, &c, now);
	assert_int_equal(site_certificate_state(&certificate, now + 2 * DAY), CERTIFICATE_GOOD);
	assert_int_equal(site_certificate_state(&certificate, c.until - DAY), CERTIFICATE_WEEKS);
}

static void test_certificate_kept(void **state)
{
	struct probe_certificate one = make(1, 0xab, "One CA", 90), other = make(0xfe, 4, "Other \x1b[31mCA\xff", 90);
	struct site_certificate back;
	json_t *json;

	(void)state;
	site_certificate_see(&certificate, &one, now);
	site_certificate_see(&certificate, &other, now);
	json = site_certificate_write(&certificate);
	assert_non_null(json); /* whatever the issuer calls itself */
	site_certificate_read(&back, json);
	json_decref(json);
	assert_memory_equal(&back, &certificate, sizeof(back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_days, begin),
		cmocka_unit_test_setup(test_wrong, begin),
		cmocka_unit_test_setup(test_replaced, begin),
		cmocka_unit_test_setup(test_short_lived, begin),
		cmocka_unit_test_setup(test_certificate_kept, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
