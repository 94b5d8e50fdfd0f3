/*
 * test_sender.c - who messages say that they are from: mailboxes of RFC 5322 and broken ones, imitated people and brands,
 * Authentication-Results of RFC 8601.
 */
#include "letter/letter.h"

#include "exam_test.h"
#include "letter/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct exam_test *test;

static const char *const own_domains[] = { "example.co.jp", NULL };
static const char *const own_people[] = { "Taro Yamada <taro@example.co.jp> <taro@home.example>",
					  "山田 太郎 <taro@example.co.jp>", "Anna-Lena Müller <anna@example.co.jp>", NULL };
static const char *const brands[] = { "Example Pay=examplepay.com", "Example Pay=pay.example", "parcels.example", NULL };
static const char *const servers[] = { "mx.example.co.jp", NULL };

/* Opens a message with this header. */
static void sent(const char *header)
{
	char text[2048];

	snprintf(text, sizeof(text), "%s\nSubject: s\n\nx", header);
	exam_test_open(test, letter_message, text_span(text), "");
}

static bool found(enum finding_id id)
{
	return exam_found(&test->exam, id);
}

static void clear(void)
{
	if (test->exam.found_count)
		exam_test_show(test);
	assert_int_equal(test->exam.found_count, 0);
}

static void equal(struct span got, const char *want)
{
	char text[512];

	snprintf(text, sizeof(text), "%.*s", (int)got.len, (const char *)got.ptr);
	assert_string_equal(text, want);
}

static void from_is(const char *field, const char *display, const char *address, const char *domain)
{
	char header[1024];

	snprintf(header, sizeof(header), "From: %s", field);
	sent(header);
	equal(test->exam.sender.display, display);
	equal(test->exam.sender.address, address);
	equal(test->exam.sender.domain, domain);
}

static void test_mailboxes(void **state)
{
	(void)state;
	from_is("a@Example.COM", "", "a@Example.COM", "example.com");
	from_is("Joe Q. Public <joe@example.com>", "Joe Q. Public", "joe@example.com", "example.com");
	from_is("\"Giant; \\\"Big\\\" Box\" <box@example.com>", "Giant; \"Big\" Box", "box@example.com", "example.com");
	from_is("joe@example.com (Joe, the (first))", "Joe, the (first)", "joe@example.com", "example.com");
	from_is("=?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= <y@example.jp>", "山田", "y@example.jp", "example.jp");
	from_is("\"=?utf-8?B?5bGx?=\"\r\n =?utf-8?B?55Sw?= <y@example.jp>", "山田", "y@example.jp", "example.jp");
	from_is("A Group:Ed <ed@example.com>,joe@example.org;", "Ed", "ed@example.com", "example.com");
	from_is("Undisclosed:;", "", "", "");
	from_is("<@relay.example,@b.example:joe@example.com>", "", "joe@example.com", "example.com");
	from_is("\"a@b\" <joe@example.com.>", "a@b", "joe@example.com.", "example.com");
	from_is("Boss <boss@example.co.jp> <evil@example.net>", "Boss <boss@example.co.jp>", "evil@example.net", "example.net");
	from_is("Unclosed \" quote <joe@example.com>", "Unclosed  quote", "joe@example.com", "example.com");
	from_is("joe @ example.com", "", "joe@example.com", "example.com");
	from_is("no address at all", "", "noaddressatall", "");
	from_is("", "", "", "");
}

static void test_reply_to(void **state)
{
	(void)state;
	sent("From: a@mail.example.com\nReply-To: b@example.com");
	clear();
	sent("From: a@example.com\nReply-To: b@example.net\nList-Id: <x>");
	clear();
	sent("From: a@example.com\nReply-To: desk@example.co.jp");
	clear();
	sent("From: a@example.com\nReply-To: Help <b@example.net>");
	assert_true(exam_test_found(test, FINDING_REPLY_TO, "b@example.net, from a@example.com"));
	sent("From: a@one.co.jp\nReply-To: b@other.co.jp"); /* a public suffix is nobody's */
	assert_true(found(FINDING_REPLY_TO));
}

static void test_twice(void **state)
{
	(void)state;
	sent("From: a@example.com\nFrom: A <a@example.com>");
	clear();
	sent("From: a@example.com\nFrom: b@example.net");
	assert_true(exam_test_found(test, FINDING_HEADER_TWICE, "a@example.com, b@example.net"));
	sent("From: a@example.com\nSubject: other");
	assert_true(exam_test_found(test, FINDING_HEADER_TWICE, "Subject"));
}

static void test_names(void **state)
{
	static const char *const imitations[] = {
		"Taro Yamada <x@free.example>",	   "YAMADA, Taro <x@free.example>", "\"Yamada Taro (Sales)\" <x@free.example>",
		"=?utf-8?B?5bGx55Sw5aSq6YOO?= <x@free.example>", /* 山田太郎 */
		"太郎　山田様 <x@free.example>",   "Ｔａｒｏ　Ｙａｍａｄａ <x@free.example>", "Tаrо Yаmаdа <x@free.example>",
		"Dr. Taro Yamada <x@free.example>", "taroyamada <x@free.example>", "\"Lena Anna Müller\" <x@free.example>",
	};
	static const char *const others[] = {
		"Taro Yamada <taro@home.example>",  "Taro Yamada <t.yamada@sub.example.co.jp>", "Taro <x@free.example>",
		"Taro Yamadaya <x@free.example>",   "小山田太郎 <x@free.example>",		      "Hanako Yamada <x@free.example>",
		"Taro Yamada Memorial Museum of Art <x@free.example>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(imitations) / sizeof(imitations[0]); i++) {
		char header[256];

		snprintf(header, sizeof(header), "From: %s", imitations[i]);
		sent(header);
		if (!found(FINDING_PERSON_IMITATED))
			fprintf(stderr, "%s\n", header);
		assert_true(found(FINDING_PERSON_IMITATED));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		char header[256];

		snprintf(header, sizeof(header), "From: %s", others[i]);
		sent(header);
		clear();
	}
}

static void test_address_in_name(void **state)
{
	(void)state;
	sent("From: \"boss@example.com\" <x@free.example>");
	assert_true(exam_test_found(test, FINDING_SENDER_IN_NAME, "boss@example.com <x@free.example>"));
	sent("From: \"boss@mail.example.com\" <x@example.com>");
	clear();
	sent("From: \"Boss @ home\" <x@free.example>");
	clear();
	sent("From: \"boss@example.com via a list\" <list@free.example>\nList-Id: <list>");
	clear();
}

static void test_brands(void **state)
{
	(void)state;
	sent("From: \"EXAMPLE-Pay Security\" <x@free.example>");
	assert_true(found(FINDING_BRAND_IN_NAME));
	sent("From: Parcels <x@free.example>");
	assert_true(found(FINDING_BRAND_IN_NAME));
	sent("From: Example Pay <service@mail.examplepay.com>");
	clear();
	sent("From: Example Pay <service@pay.example>");
	clear();
	sent("From: Example Pay <service@examplepay.co.jp>");
	clear();
	sent("From: Payment Example <x@free.example>");
	clear();
}

static void test_auth(void **state)
{
	(void)state;
	sent("Authentication-Results: mx.example.co.jp 1; dmarc=fail (p=none; dis=none) header.from=example.com;\n"
	     " spf=pass smtp.mailfrom=x@free.example\nFrom: a@example.com");
	assert_true(exam_test_found(test, FINDING_AUTH_FAILED, "example.com: dmarc=fail spf=pass dkim=unsaid (mx.example.co.jp)"));
	sent("Authentication-Results: mx.example.co.jp; spf=fail smtp.mailfrom=example.com; dkim=none\nFrom: a@example.com");
	assert_true(found(FINDING_AUTH_FAILED));
	sent("Authentication-Results: MX.example.co.jp; dmarc=fail\nFrom: a@sub.example.co.jp");
	assert_true(found(FINDING_OWN_DOMAIN_FORGED));
	/* forwarded, or through a list */
	sent("Authentication-Results: mx.example.co.jp; spf=fail; dkim=fail; dkim=pass header.d=example.com\nFrom: a@example.com");
	clear();
	sent("Authentication-Results: mx.example.co.jp; dmarc=fail; arc=pass\nFrom: a@example.com");
	clear();
	sent("Authentication-Results: mx.example.co.jp; dkim=fail; spf=neutral\nFrom: a@example.com");
	clear();
	sent("Authentication-Results: mx.example.co.jp; auth=pass smtp.auth=a; spf=fail\nFrom: a@example.co.jp");
	clear();
	/* somebody else's, ours below it, and a forged one below ours */
	sent("Authentication-Results: mx.evil.example; dmarc=fail\nFrom: a@example.com");
	clear();
	sent("Authentication-Results: mx.evil.example; spf=pass\nAuthentication-Results: mx.example.co.jp; dmarc=fail\n"
	     "From: a@example.com");
	clear();
	sent("Authentication-Results: mx.example.co.jp; dmarc=fail\nAuthentication-Results: mx.example.co.jp; dmarc=pass\n"
	     "From: a@example.com");
	assert_true(found(FINDING_AUTH_FAILED));
}

static void reader(struct exam *e, const struct part *part)
{
	letter_message(e, part);
	letter_words(e, part, part->bytes);
}

/* A message with this header and this text, whose words are read, too. */
static void written(const char *header, const char *text)
{
	char message[2048];

	snprintf(message, sizeof(message), "%s\n\n%s", header, text);
	exam_test_open(test, reader, text_span(message), "");
}

static void test_claims(void **state)
{
	(void)state;
	written("From: Norton <a@bill.example.com>\nSubject: s", "x");
	assert_true(exam_test_found(test, FINDING_BRAND_IN_NAME, "a@bill.example.com"));
	written("From: Norton <a@mail.norton.com>\nSubject: Norton order confirmation", "x");
	clear();
	written("From: a@example.com\nSubject: Nortonville", "x");
	clear();
	written("From: a@example.com\nSubject: Your DHL parcel", "x");
	assert_true(found(FINDING_BRAND_IN_SUBJECT));
	assert_false(found(FINDING_SUBJECT_LURE));
	written("From: a@dhl.de\nSubject: Your DHL parcel", "x");
	clear();
	written("From: PayPal via Shop <a@example.com>\nSubject: s", "x");
	clear();
	written("From: Sparkasse <a@sparkasse-town.example.de>\nSubject: s", "x");
	assert_true(found(FINDING_BRAND_IN_NAME));
	written("From: Sparkasse <a@sparkasse-town.de>\nSubject: s", "x");
	clear();
}

static void test_callback(void **state)
{
	static const char text[] = "Your plan has been renewed for $299.99. To stop it, cancel the subscription by telephone.";

	(void)state;
	written("From: a@example.com\nSubject: Norton", text);
	assert_true(exam_test_found(test, FINDING_CALLBACK, "norton: has been renewed, cancel the subscription"));
	written("From: a@norton.com\nSubject: Norton", text);
	assert_false(found(FINDING_CALLBACK));
	written("From: a@example.com\nSubject: Your plan", text); /* a shop's own */
	assert_false(found(FINDING_CALLBACK));
	written("From: a@example.com\nSubject: Norton", "It has been renewed. You can cancel the subscription.");
	assert_false(found(FINDING_CALLBACK));
}

static void test_lures(void **state)
{
	(void)state;
	written("From: a@example.com\nSubject: s", "Final notice: it will be deleted, last warning, act now, claim now.");
	assert_true(found(FINDING_LURE_MANY));
	written("From: a@example.com\nSubject: s", "Final notice: it will be deleted, act now.");
	assert_true(found(FINDING_LURE));
	assert_false(found(FINDING_LURE_MANY));
}

static void test_subjects(void **state)
{
	(void)state;
	written("From: a@example.com\nSubject: Your account has been suspended", "x");
	assert_true(exam_test_found(test, FINDING_SUBJECT_LURE, "has been suspended"));
	written("From: a@example.com\nSubject: The meeting has been moved", "x");
	clear();
	written("From: a@example.com\nSubject: Please answer!    VKHNKNOFFA", "x");
	assert_true(exam_test_found(test, FINDING_SUBJECT_TAIL, "VKHNKNOFFA"));
	written("From: a@example.com\nSubject: Minutes of  Monday", "x");
	clear();
	written("From: a@example.com\nSubject: Report of NATO", "x");
	clear();
}

static void test_addresses(void **state)
{
	static const char *const usual[] = { "root@localhost", "cron@mail.lan", "a@example.com", "xxxxxxxx@example.com",
					     "JohnMcDonald@example.com", "angstschweiss@example.com" };
	char header[256];

	(void)state;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		snprintf(header, sizeof(header), "From: %s\nSubject: s", usual[i]);
		written(header, "x");
		clear();
	}
	written("From: post@correios\nSubject: s", "x");
	assert_true(exam_test_found(test, FINDING_SENDER_UNREAL, "post@correios"));
	written("From: news.pFMM@example.com\nSubject: s", "x");
	assert_true(exam_test_found(test, FINDING_SENDER_RANDOM, "pFMM"));
	written("From: a@shop-1234.firebaseapp.com\nSubject: s", "x");
	assert_true(found(FINDING_SENDER_HOSTING));
	written("From: a@example.com\nReply-To: b@gmail.com\nSubject: s", "x");
	assert_true(exam_test_found(test, FINDING_REPLY_TO_FREE, "b@gmail.com"));
	written("From: a@yahoo.com\nReply-To: b@gmail.com\nSubject: s", "x");
	assert_false(found(FINDING_REPLY_TO_FREE));
}

static void test_letters(void **state)
{
	(void)state;
	written("From: a@example.com\nSubject: 𝗻𝗲𝘁", "x");
	assert_true(found(FINDING_LETTERS_STYLED));
	written("From: a@example.com\nSubject: 葛\xf3\xa0\x84\x80葛\xf3\xa0\x84\x80", "x"); /* variants of Han letters */
	clear();
}

static void test_auth_doubted(void **state)
{
	static const char failed[] = "Authentication-Results: mx.unknown.example; spf=fail; dkim=none; dmarc=fail\n"
				     "From: a@example.com\nSubject: s";

	(void)state;
	written(failed, "x"); /* servers are configured, this is none of them */
	clear();
	test->settings.authservs = NULL;
	written(failed, "x");
	assert_true(exam_test_found(test, FINDING_AUTH_DOUBTED, "dmarc=fail spf=fail dkim=none (mx.unknown.example)"));
	written("Authentication-Results: mx.unknown.example; spf=softfail; dkim=pass\nFrom: a@example.com\nSubject: s", "x");
	clear();
	test->settings.authservs = servers;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mailboxes), cmocka_unit_test(test_reply_to),	   cmocka_unit_test(test_twice),
		cmocka_unit_test(test_names),	  cmocka_unit_test(test_address_in_name), cmocka_unit_test(test_brands),
		cmocka_unit_test(test_auth),	  cmocka_unit_test(test_claims),	  cmocka_unit_test(test_callback),
		cmocka_unit_test(test_subjects),  cmocka_unit_test(test_addresses),	  cmocka_unit_test(test_letters),
		cmocka_unit_test(test_lures),	  cmocka_unit_test(test_auth_doubted),
	};
	int failed;

	test = exam_test_new();
	test->settings.own_domains = own_domains;
	test->settings.own_people = own_people;
	test->settings.brands = brands;
	test->settings.authservs = servers;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	exam_test_free(test);
	return failed;
}
