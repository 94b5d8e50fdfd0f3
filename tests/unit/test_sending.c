/*
 * test_sending.c - how messages were made and sent, and where they lead: fields that mail programs
 * write, Message-IDs, hidden receivers, borrowed domains, names of sites that are only quoted.
 */
#include "letter/letter.h"

#include "exam_test.h"
#include "letter/aim.h"
#include "link/known_host.h"
#include "link/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct exam_test *test;

static const char *const own_domains[] = { "own.example.co.jp", NULL };

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

/* A mail that came by a server, from a sender, with a Message-ID and more fields. */
static void came(const char *received, const char *from, const char *id, const char *more)
{
	char text[4096];

	snprintf(text, sizeof(text), "Received: %s\r\nFrom: %s\r\nDate: x\r\n%s%s%s%sSubject: s\r\n\r\nx", received,
		 from, id ? "Message-ID: <1@" : "", id ? id : "", id ? ">\r\n" : "", more);
	exam_test_open(test, letter_message, text_span(text), "");
}

#define TO "To: b@example.org\r\n"

static void test_fields(void **state)
{
	(void)state;
	came("from out.example.com by mx.example.org", "a@example.com", "example.com", TO);
	clear();
	came("from out.example.com by mx.example.org", "a@example.com", NULL, TO);
	assert_true(exam_test_found(test, FINDING_HEADER_LACKS, "Message-ID"));
	came("from out.example.com by mx.example.org", "a@own.example.co.jp", NULL, TO);
	clear();
	exam_test_open(test, letter_message, text_span("From: a@example.com\r\nSubject: a draft\r\n\r\nx"), "");
	clear();
	exam_test_open(test, letter_message,
		       text_span("Received: x\r\nFrom: a@example.com\r\nMessage-ID: <1@example.com>\r\n" TO "\r\nx"),
		       "");
	assert_true(exam_test_found(test, FINDING_HEADER_LACKS, "Date"));
	came("from out.example.com by mx.example.org", "a@example.com", "example.com",
	     TO "X-PHP-Originating-Script: 33:a.php\r\n");
	assert_true(exam_test_found(test, FINDING_SENT_BY_SCRIPT, "33:a.php"));
}

/* The server that took it over from outside gave the Message-ID. */
static void test_given(void **state)
{
	(void)state;
	came("from vps.example.com (192.0.2.1) by\r\n MX1.mail.example.net with ESMTP", "a@example.com",
	     "mx1.in.example.net", TO);
	assert_true(exam_test_found(test, FINDING_HEADER_LACKS, "mx1.in.example.net gave it"));
	came("from mx2.example.net by mx1.example.net with ESMTP", "a@example.com", "mx1.example.net", TO); /* inside */
	clear();
	came("from [192.0.2.1] by mx1.example.net with ESMTPSA", "a@example.com", "mx1.example.net",
	     TO); /* a client of it */
	clear();
	came("from [192.0.2.1] by mx1.example.net via HTTP", "a@example.com", "mx1.example.net", TO);
	clear();
	came("by mx1.example.net (Postfix, from userid 33)", "a@example.com", "mx1.example.net", TO);
	clear();
	came("from vps.example.com by mx1.example.com with ESMTP", "a@example.com", "mx1.example.com",
	     TO); /* the sender's own */
	clear();
}

static void test_foreign(void **state)
{
	(void)state;
	came("from vps.example.com by mx.example.org", "a@example.com", "mail.gmail.com", TO);
	assert_true(exam_test_found(test, FINDING_MESSAGE_ID_FOREIGN, "mail.gmail.com"));
	came("from mail-wr1-f41.google.com by mx.example.org", "a@example.com", "mail.gmail.com", TO);
	clear();
	came("from vps.example.com by mx.example.org", "a@example.com", "email.android.com", TO);
	clear();
	came("from vps.example.com by mx.example.org", "a@example.com", "desktop-1.local",
	     TO); /* a name within a house */
	clear();
	came("from vps.example.com by mx.example.org", "a@example.com", "mail.Example.NET",
	     TO "Return-Path: <b@example.net>\r\n");
	clear();
	came("from vps.example.com by mx.example.org", "a@example.com", "", TO);
	clear();
	came("from vps.example.com by mx.example.org", "a@example.com", "example.com",
	     TO "Sender: X <c@example.net>\r\n");
	assert_true(exam_test_found(test, FINDING_SENDER_FIELD, "c@example.net"));
	came("from list.example.net by mx.example.org", "a@example.com", "example.com",
	     TO "Sender: X <c@example.net>\r\n");
	clear();
}

static void test_receivers(void **state)
{
	static const char by[] = "from out.example.com by mx.example.org";

	(void)state;
	came(by, "a@example.com", "example.com", "To: undisclosed-recipients:;\r\n");
	assert_true(exam_test_found(test, FINDING_RECEIVERS_HIDDEN, "undisclosed"));
	came(by, "a@example.com", "example.com", "");
	assert_true(found(FINDING_RECEIVERS_HIDDEN));
	came(by, "A <a@example.com>", "example.com", "To: me <A@example.com>\r\n");
	assert_true(exam_test_found(test, FINDING_RECEIVERS_HIDDEN, "itself"));
	came(by, "a@example.com", "example.com", "Cc: b@example.org\r\n");
	clear();
	came(by, "a@example.com", "example.com", "List-Id: <x>\r\n");
	clear();
}

static void test_borrowed(void **state)
{
	static const char by[] = "from out.example.net by mx.example.org";

	(void)state;
	came(by, "a@example.com", "example.com", TO "Authentication-Results: mx; spf=pass; dkim=pass; dmarc=fail\r\n");
	assert_true(exam_test_found(test, FINDING_SENDER_BORROWED, "a@example.com"));
	/* Exchange Online leaves out who it is */
	came(by, "a@example.com", "example.com",
	     TO "Authentication-Results: spf=pass (x) a=b; dkim=pass d=c;dmarc=fail e=f\r\n");
	assert_true(found(FINDING_SENDER_BORROWED));
	assert_true(exam_test_found(test, FINDING_AUTH_DOUBTED, "dmarc=fail spf=pass dkim=pass (unnamed)"));
	came(by, "a@example.com", "example.com",
	     TO "Authentication-Results: mx; spf=fail; dkim=pass; dmarc=fail\r\n"); /* forwarded */
	assert_false(found(FINDING_SENDER_BORROWED));
	came(by, "a@example.com", "example.com",
	     TO "List-Id: <x>\r\nAuthentication-Results: mx; spf=pass; dkim=pass; dmarc=fail\r\n");
	assert_false(found(FINDING_SENDER_BORROWED));
	came(by, "a@hotmail.com", "example.net", TO "Authentication-Results: mx; spf=fail; dkim=none; dmarc=fail\r\n");
	assert_true(found(FINDING_FREEMAIL_FORGED));
	came(by, "a@example.com", "example.net", TO "Authentication-Results: mx; spf=fail; dkim=none; dmarc=fail\r\n");
	assert_false(found(FINDING_FREEMAIL_FORGED));
}

static void test_nothing_proven(void **state)
{
	static const char by[] = "from out.example.com by mx.example.org";

	(void)state;
	came(by, "a@example.com", "example.com", TO "Authentication-Results: mx; spf=none; dkim=none; dmarc=none\r\n");
	assert_true(exam_test_found(test, FINDING_AUTH_LACKS, "example.com: dmarc=none spf=none dkim=none (mx)"));
	came(by, "a@example.com", "example.com", TO "Authentication-Results: mx; spf=none; dkim=pass; dmarc=none\r\n");
	clear();
	came(by, "a@example.com", "example.com", TO "Authentication-Results: mx; spf=pass; dkim=none; dmarc=none\r\n");
	clear();
	came(by, "a@example.com", "example.com",
	     TO "Authentication-Results: mx; dkim=none\r\n"); /* nobody asked for SPF */
	clear();
}

static void test_random_domains(void **state)
{
	static const char *const usual[] = { "a@mp3tunes.com",          "a@b2bstack.com",     "a@3m.com",
					     "a@studio54-london.co.uk", "a@4thefuture.org",   "a@1und1.de",
					     "a@example2024.com",       "a@web2print4you.com" };

	(void)state;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		came("by mx", usual[i], NULL, TO);
		assert_false(found(FINDING_SENDER_RANDOM));
	}
	came("by mx", "a@lhj7qe80zo.com", NULL, TO);
	assert_true(exam_test_found(test, FINDING_SENDER_RANDOM, "lhj7qe80zo.com"));
}

static void test_names(void **state)
{
	static const char by[] = "from mail-1.google.com by mx.example.org";

	(void)state;
	came(by, "\"boss@gmail.com\" <x1@gmail.com>", "mail.gmail.com", TO);
	assert_true(found(FINDING_SENDER_IN_NAME));
	came(by, "\"X1@gmail.com\" <x1@gmail.com>", "mail.gmail.com", TO);
	clear();
	came(by, "a1@gmail.com", "mail.gmail.com", TO "Reply-To: b@yandex.com\r\n");
	assert_true(exam_test_found(test, FINDING_REPLY_TO_SECOND, "b@yandex.com, from a1@gmail.com"));
	came(by, "a1@gmail.com", "mail.gmail.com", TO "Reply-To: b@gmail.com\r\n");
	assert_false(found(FINDING_REPLY_TO_SECOND));
	came(by, "paypal-service@example.com", "example.com", TO);
	assert_true(exam_test_found(test, FINDING_BRAND_IN_ADDRESS, "paypal-service@example.com"));
	came(by, "service@mail.paypal.com", "paypal.com", TO);
	clear();
	came(by, "Shop for Rakuten <rakuten@example.com>", "example.com", TO);
	assert_true(found(FINDING_BRAND_IN_NAME));
	assert_false(found(FINDING_BRAND_IN_ADDRESS));
}

/* --- where it leads --- */

static const char *const *sites; /* NULL-ended; "@" before one that only a mailbox is named of */

static void reader(struct exam *e, const struct part *part)
{
	letter_message(e, part);
	for (const char *const *site = sites; *site; site++)
		site_note(e, text_span(*site + (**site == '@')), host_kinds(text_span(*site)), **site != '@');
	aim_judge(e, part);
}

static void leads(const char *from, const char *subject, const char *const *to)
{
	char text[1024];

	sites = to;
	snprintf(text, sizeof(text), "From: %s\r\nSubject: %s\r\n\r\nx", from, subject);
	exam_test_open(test, reader, text_span(text), "");
}

static void test_aim(void **state)
{
	static const char *const quoted[] = { "house.test", "example-pay.com", NULL };
	static const char *const mailbox[] = { "house.test", "@examplepay.com", NULL };
	static const char *const alone[] = { "examplepay.com", NULL };
	static const char *const many[] = { "a.test", "b.test", "c.test", NULL };
	static const char *const house[] = { "house.test", NULL };
	static const char alarm[] = "Your account has been suspended";

	(void)state;
	leads("Example Pay Support <x@bulk.test>", "s", quoted);
	assert_true(
		exam_test_found(test, FINDING_NAMED_ELSEWHERE, "Example Pay Support <x@bulk.test>, example-pay.com"));
	leads("ExamplePay <x@bulk.test>", "s", mailbox);
	assert_true(found(FINDING_NAMED_ELSEWHERE));
	leads("Example Pay <x@bulk.test>", "s", alone); /* a shop whose mail a service sends */
	clear();
	leads("Friends of Example Pay <x@bulk.test>", "s", quoted);
	clear();
	leads("Example Pay Fans <x@bulk.test>", "s", quoted);
	clear();
	leads("Example Pay <x@mail.examplepay.net>", "s", quoted); /* another domain of the same name */
	assert_false(found(FINDING_NAMED_ELSEWHERE));
	leads("Example Pay <examplepay@gmail.com>", "s", mailbox);
	clear();
	leads("x@bulk.test", "s", house);
	clear();
	leads("x@bulk.test", alarm, house);
	assert_true(exam_test_found(test, FINDING_LEADS_AWAY, "house.test"));
	leads("x@house.test", alarm, house);
	assert_false(found(FINDING_LEADS_AWAY));
	leads("x@bulk.test", alarm, many);
	assert_false(found(FINDING_LEADS_AWAY));
}

/* --- sums for nobody in particular --- */

static void text_reader(struct exam *e, const struct part *part)
{
	letter_message(e, part);
	letter_words(e, part, part->bytes);
}

static bool promises(const char *from, const char *to, const char *text)
{
	char mail[1024];

	snprintf(mail, sizeof(mail), "Received: x\r\nFrom: %s\r\nTo: %s\r\nSubject: s\r\n\r\n%s", from, to, text);
	exam_test_open(test, text_reader, text_span(mail), "");
	return found(FINDING_ADVANCE_FEE);
}

static void test_sums(void **state)
{
	static const char free[] = "a@gmail.com", hidden[] = "undisclosed:;";

	(void)state;
	assert_true(promises(free, hidden, "funds of $53.7 million"));
	assert_true(promises(free, hidden, "valued at $650,000.00"));
	assert_true(promises(free, hidden, "1.250.000 EUR"));
	assert_false(promises(free, "b@example.com", "valued at $650,000.00"));
	assert_false(promises("a@example.com", hidden, "valued at $650,000.00"));
	assert_false(promises(free, hidden, "65,000.00 $"));
	assert_false(promises(free, hidden, "tel. 650,000,000"));
	assert_false(promises(free, hidden, "$ 1234567"));
	assert_false(promises(free, hidden, "version 1.2.3.456 for $ 5"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_given),
		cmocka_unit_test(test_foreign),
		cmocka_unit_test(test_receivers),
		cmocka_unit_test(test_borrowed),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_aim),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_nothing_proven),
		cmocka_unit_test(test_random_domains),
	};
	int failed;

	test = exam_test_new();
	test->settings.own_domains = own_domains;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	exam_test_free(test);
	return failed;
}
