/* test_smtp.c - mail on its way. Expected by hand from RFC 5321, 4954, 3030. */
#include "wire/smtp.h"

#include "base/text.h"
#include "talk_test.h"

static void test_looks(void **state)
{
	(void)state;
	assert_true(smtp_looks(text_span("220 mx.test ESMTP Postfix\r\n"), SERVER));
	assert_true(smtp_looks(text_span("220-mx smtp\r\n"), SERVER));
	assert_true(smtp_looks(text_span("EHLO x\r\n"), CLIENT));
	assert_true(smtp_looks(text_span("helo x\r\n"), CLIENT));
	assert_false(smtp_looks(text_span("220 FTP server\r\n"), SERVER));
	assert_false(smtp_looks(text_span("220 mx.test ESMTP"), SERVER)); /* not a line */
	assert_false(smtp_looks(text_span("250 ESMTP\r\n"), SERVER));
	assert_false(smtp_looks(text_span("EHLOX\r\n"), CLIENT));
	assert_false(smtp_looks(text_span(""), CLIENT));
}

static void test_envelope(void **state)
{
	static const struct words words[] = {
		{SERVER, "220 mx ESMTP\r\n"},
		{CLIENT, "EHLO me.test\r\n"},
		{SERVER, "250-mx\r\n250-SIZE\r\n250 PIPELINING\r\n"},
		{CLIENT, "MAIL FROM:<a@b.test> SIZE=9\r\nRCPT TO:<c@d.test>\r\nrcpt to: "
			 "e@f.test\r\nDATA\r\n"},
		{SERVER, "250 ok\r\n250 ok\r\n550 no\r\n354 go\r\n"},
		{CLIENT, "Received: x\r\n (y)\r\nSUBJECT : two\r\n\tlines "
			 "=?UTF-8?Q?x?=\r\nmessage-id:<1@t>\r\n"
			 "\r\nSubject: not this\r\n..dot\r\n.x\r\n.\r\n"},
		{SERVER, "250 queued\r\n"},
		{CLIENT, "QUIT\r\n"},
		{SERVER, "221 bye\r\n"},
		{0, NULL}};

	(void)state;
	expect_told(TALK_SMTP, words,
		    "message\n"
		    "body-end 0 whole bytes=Received:\\x20x\\x0d\\x0a\\x20(y)\\x0d\\x0a"
		    "SUBJECT\\x20:\\x20two\\x0d\\x0a\\x09lines\\x20=?UTF-8?Q?x?=\\x0d\\x0a"
		    "message-id:<1@t>\\x0d\\x0a\\x0d\\x0aSubject:\\x20not\\x20this\\x0d\\x0a"
		    ".dot\\x0d\\x0ax\\x0d\\x0a\n"
		    "message-end accepted\n"
		    "smtp helo=me.test from=a@b.test to=c@d.test\\x20e@f.test "
		    "subject=two\\x09lines\\x20=?UTF-8?Q?x?= id=<1@t> 2/1 accepted 104\n");
}

static void test_two_envelopes(void **state)
{
	static const struct words words[] = {
		{CLIENT, "HELO h\r\n"},
		{SERVER, "220 x\r\n250 x\r\n"}, /* it did not wait for the greeting */
		{CLIENT, "MAIL FROM:<>\r\n"},
		{SERVER, "250 x\r\n"},
		{CLIENT, "RCPT TO:<a@b>\r\n"},
		{SERVER, "550 x\r\n"},
		{CLIENT, "RSET\r\nMAIL FROM:<c>\r\nRCPT TO:<d>\r\nBDAT 4\r\na\r\nbBDAT 0 LAST\r\n"},
		{SERVER, "250 x\r\n250 x\r\n250 x\r\n250 x\r\n554 x\r\n"},
		{0, NULL}};

	(void)state;
	expect_told(TALK_SMTP, words,
		    "smtp helo=h to=a@b 1/1 0\n"
		    "message\n"
		    "body-end 0 whole bytes=a\\x0d\\x0ab\n"
		    "message-end refused\n"
		    "smtp helo=h from=c to=d 1/0 4\n");
}

/* RFC 4954; base64 by hand: NUL admin NUL admin, then user "test" and password "secretword". */
static void test_login(void **state)
{
	static const struct words words[] = {{SERVER, "220 x\r\n"},
					     {CLIENT, "EHLO h\r\n"},
					     {SERVER, "250 x\r\n"},
					     {CLIENT, "AUTH PLAIN AGFkbWluAGFkbWlu\r\n"},
					     {SERVER, "535-5.7.8 no\r\n535 5.7.8 no\r\n"},
					     {CLIENT, "AUTH LOGIN\r\n"},
					     {SERVER, "334 VXNlcm5hbWU6\r\n"},
					     {CLIENT, "dGVzdA==\r\n"},
					     {SERVER, "334 UGFzc3dvcmQ6\r\n"},
					     {CLIENT, "c2VjcmV0d29yZA==\r\n"},
					     {SERVER, "235 ok\r\n"},
					     {CLIENT, "AUTH CRAM-MD5\r\n"},
					     {SERVER, "334 x\r\n"},
					     {CLIENT, "dGltIGI5MTNh\r\n"},
					     {SERVER, "535 no\r\n"},
					     {CLIENT, "AUTH PLAIN\r\n"},
					     {SERVER, "334 \r\n"},
					     {CLIENT, "*\r\n"},
					     {SERVER, "501 cancelled\r\n"},
					     {0, NULL}};
	struct talk *t = talk_new(TALK_SMTP);

	(void)state;
	expect_told(TALK_SMTP, words,
		    "login refused user=admin password weak\n"
		    "login accepted user=test password\n"
		    "smtp helo=h 0/0 0\n");
	for (size_t i = 0; i < 10; i++)
		talk_text(t, words[i].side, words[i].text);
	assert_true(talk_remembers(t, "test"));
	assert_false(talk_remembers(t, "secretword"));
	assert_false(talk_remembers(t, "c2VjcmV0"));
	talk_free(t);
}

static void test_tls(void **state)
{
	static const struct words words[] = {
		{SERVER, "220 x\r\n"},    {CLIENT, "EHLO h\r\n"},      {SERVER, "250 STARTTLS\r\n"},
		{CLIENT, "STARTTLS\r\n"}, {SERVER, "454 no\r\n"},      {CLIENT, "STARTTLS\r\n"},
		{SERVER, "220 go\r\n"},   {CLIENT, "EHLO inside\r\n"}, {0, NULL}};

	(void)state;
	expect_told(TALK_SMTP, words, "smtp helo=h 0/0 tls 0\n");
}

/* The server refused DATA: what follows is commands. */
static void test_data_refused(void **state)
{
	static const struct words words[] = {{SERVER, "220 x\r\n"},  {CLIENT, "MAIL FROM:<a>\r\n"},
					     {SERVER, "250 x\r\n"},  {CLIENT, "DATA\r\n"},
					     {SERVER, "554 no\r\n"}, {CLIENT, "EHLO h\r\n"},
					     {SERVER, "250 x\r\n"},  {0, NULL}};

	(void)state;
	expect_told(TALK_SMTP, words, "smtp from=a 0/0 0\n");
}

/* A bare LF ends no line: the dot does not end the message, but it is counted. A server that takes
 * it answers, and that is believed. */
static void test_smuggled(void **state)
{
	static const char *const texts[] = {"a\n.\r\nMAIL FROM:<x>\r\n", "a\n.\nMAIL FROM:<x>\r\n",
					    "a\r\n.\nMAIL FROM:<x>\r\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct talk *t = talk_new(TALK_SMTP);

		talk_text(t, SERVER, "220 x\r\n");
		talk_text(t, CLIENT, "MAIL FROM:<a>\r\n");
		talk_text(t, SERVER, "250 x\r\n");
		talk_text(t, CLIENT, "DATA\r\n");
		talk_text(t, SERVER, "354 x\r\n");
		talk_text(t, CLIENT, texts[i]);
		assert_int_equal(talk_anomalies(t), 1);
		talk_text(t, SERVER, "250 x\r\n");
		assert_non_null(strstr(talk_told(t), "body-end 0 cut"));
		assert_non_null(strstr(talk_told(t), "smtp from=a 0/0 accepted"));
		talk_free(t);
	}
}

static void test_gap(void **state)
{
	struct talk *t = talk_new(TALK_SMTP);

	(void)state;
	talk_text(t, SERVER, "220 x\r\n");
	talk_text(t, CLIENT, "MAIL FROM:<a>\r\nRCPT TO:<b>\r\nDATA\r\n");
	talk_text(t, SERVER, "250 x\r\n250 x\r\n354 x\r\n");
	talk_text(t, CLIENT, "Subject: s\r\n\r\nabc");
	talk_gap(t, CLIENT, 1000);
	talk_text(t, CLIENT, "\r\n.\r\n");
	talk_text(t, SERVER, "250 x\r\n");
	assert_string_equal(talk_end(t),
			    "message\nbody-end 0 cut bytes=Subject:\\x20s\\x0d\\x0a\\x0d\\x0aabc\n"
			    "message-end accepted\nsmtp from=a to=b subject=s 1/0 accepted 1019\n");
	talk_free(t);
}

/* Captures with a short snap length cut long replies; the next line is then lost with the rest of the
 * cut one. What is left must not pair so that 354 seems to refuse a recipient. */
static void test_reply_lost(void **state)
{
	struct talk *t = talk_new(TALK_SMTP);

	(void)state;
	talk_text(t, SERVER, "220 x\r\n");
	talk_text(t, CLIENT, "EHLO h\r\n");
	talk_text(t, SERVER, "250-mx\r\n250-SI");
	talk_gap(t, SERVER, 30);
	talk_text(t, CLIENT, "MAIL FROM:<a>\r\n");
	talk_text(t, SERVER, "250 x\r\n");
	talk_text(t, CLIENT, "RCPT TO:<b>\r\n");
	talk_text(t, SERVER, "250 x\r\n");
	talk_text(t, CLIENT, "DATA\r\n");
	talk_text(t, SERVER, "354 x\r\n");
	talk_text(t, CLIENT, "abc\r\n.\r\n");
	talk_text(t, SERVER, "250 x\r\n");
	assert_string_equal(talk_end(t), "message\nbody-end 0 whole bytes=abc\\x0d\\x0a\n"
					 "message-end accepted\n"
					 "smtp helo=h from=a to=b 1/0 accepted 5\n");
	talk_free(t);
}

static void test_many_recipients(void **state)
{
	struct talk *t = talk_new(TALK_SMTP);

	(void)state;
	talk_text(t, SERVER, "220 x\r\n");
	talk_text(t, CLIENT, "MAIL FROM:<a>\r\n");
	for (unsigned i = 0; i < 500; i++)
		talk_text(t, CLIENT, "RCPT TO:<someone@example.test>\r\n");
	talk_text(t, SERVER, "250 x\r\n");
	for (unsigned i = 0; i < 500; i++)
		talk_text(t, SERVER, i % 5 ? "250 x\r\n" : "550 x\r\n");
	assert_non_null(strstr(talk_end(t), " 500/100 0\n"));
	talk_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_looks),
		cmocka_unit_test(test_envelope),
		cmocka_unit_test(test_two_envelopes),
		cmocka_unit_test(test_login),
		cmocka_unit_test(test_tls),
		cmocka_unit_test(test_data_refused),
		cmocka_unit_test(test_smuggled),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_reply_lost),
		cmocka_unit_test(test_many_recipients),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
