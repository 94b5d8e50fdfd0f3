/*
 * test_talk.c - FTP, Telnet, IRC, SSH, POP3 and IMAP: what their parsers tell of conversations in
 * the clear, and that no password stays. Expected by hand from the RFCs named there.
 */
#include "wire/ftp.h"
#include "wire/irc.h"
#include "wire/pop_imap.h"
#include "wire/ssh.h"
#include "wire/telnet.h"

#include "base/text.h"
#include "talk_test.h"

/* RFC 959, 4.2; the text between the first and the last line may be anything */
static void test_ftp_login(void **state)
{
	static const struct words words[] = {
		{SERVER, "220-Welcome\r\n230 this is text\r\n220 FTP ready\r\n"},
		{CLIENT, "USER admin\r\n"},
		{SERVER, "331 password\r\n"},
		{CLIENT, "PASS 12345\r\n"},
		{SERVER, "530 no\r\n"},
		{CLIENT, "user admin\r\npass hidden-one\r\n"},
		{SERVER, "331 password\r\n230-hello\r\n530 not this\r\n230 in\r\n"},
		{CLIENT, "USER anonymous\r\n"},
		{SERVER, "230 in without\r\n"},
		{CLIENT, "USER ftp\r\nPASS me@\r\n"},
		{SERVER, "331 x\r\n421 closing\r\n"},
		{0, NULL}};
	struct talk *t = talk_new(TALK_FTP);

	(void)state;
	expect_told(TALK_FTP, words,
		    "login refused user=admin password weak\n"
		    "login accepted user=admin password\n"
		    "login unknown user=ftp password anonymous\n");
	for (size_t i = 0; i < 6; i++)
		talk_text(t, words[i].side, words[i].text);
	assert_true(talk_remembers(t, "admin"));
	assert_false(talk_remembers(t, "hidden-one"));
	talk_free(t);
}

/* RFC 959, 4.1.2; RFC 2428. 4 * 256 + 210 = 1234. */
static void test_ftp_transfer(void **state)
{
	static const struct words words[] = {
		{SERVER, "220 FTP\r\n"},
		{CLIENT, "USER a\r\nPASV\r\n"},
		{SERVER, "331 x\r\n227 Entering Passive Mode (192,0,2,7,4,210).\r\n"},
		{CLIENT, "RETR /pub/a b.exe\r\n"},
		{SERVER, "150 x\r\n226 done\r\n"},
		{CLIENT, "EPSV\r\n"},
		{SERVER, "229 Extended (|||1235|)\r\n"},
		{CLIENT, "LIST\r\nPORT 198,51,100,1,0,21\r\nREST 100\r\nSTOR up.bin\r\n"
			 "EPRT |2|2001:db8::1|1236|\r\nAPPE x\r\nRETR no-address\r\n"},
		{0, NULL}};
	static const struct words bad[] = {
		{CLIENT,
		 "USER a\r\nPORT 1,2,3\r\nRETR a\r\nPORT 1,2,3,4,5,256\r\nRETR b\r\n"
		 "EPRT |1|nonsense|5|\r\nRETR c\r\nEPRT |1|1.2.3.4|65536|\r\nRETR d\r\nEPRT\r\n"},
		{0, NULL}};

	(void)state;
	expect_told(TALK_FTP, words,
		    "ftp announced passive 192.0.2.7 port 1234\n"
		    "ftp retrieve passive 192.0.2.7 port 1234 path=/pub/a\\x20b.exe\n"
		    "ftp announced passive same port 1235\n"
		    "ftp list passive same port 1235\n"
		    "ftp announced active 198.51.100.1 port 21\n"
		    "ftp store active 198.51.100.1 part port 21 path=up.bin\n"
		    "ftp announced active 2001:db8::1 port 1236\n"
		    "ftp store active 2001:db8::1 port 1236 path=x\n");
	expect_told(TALK_FTP, bad, "");
}

static void test_ftp_looks(void **state)
{
	static const struct words tls[] = {
		{SERVER, "220 x\r\n"},          {CLIENT, "AUTH TLS\r\n"},
		{SERVER, "234 go\r\n"},         {CLIENT, "USER a\r\nPASS b\r\n"},
		{SERVER, "331 x\r\n530 x\r\n"}, {0, NULL}};

	(void)state;
	assert_true(ftp_looks(text_span("220 (vsFTPd 3.0.3)\r\n"), SERVER));
	assert_false(ftp_looks(text_span("220 mx ESMTP\r\n"), SERVER));
	assert_false(ftp_looks(text_span("220 hello\r\n"), SERVER));
	assert_true(ftp_looks(text_span("AUTH TLS\r\n"), CLIENT));
	assert_false(ftp_looks(text_span("AUTH PLAIN\r\n"), CLIENT));
	expect_told(TALK_FTP, tls, "");
}

/* RFC 854: IAC DO 24, IAC SB 24 1 IAC SE, IAC IAC; a user who types by letters, echoed, and errs */
static void test_telnet(void **state)
{
	static const struct words words[] = {
		{SERVER, "\xff\xfd\x18\xff\xfb\x01"},
		{CLIENT, "\xff\xfb\x18"},
		{SERVER, "\xff\xfa\x18\x01\xff\xf0router "},
		{SERVER, "login: "},
		{CLIENT, "r"},
		{SERVER, "r"},
		{CLIENT, "oox\b"},
		{SERVER, "oox\b \b"},
		{CLIENT, "t\r\n"},
		{SERVER, "t\r\nPassword: "},
		{CLIENT, "xc3"},
		{CLIENT, "511\r\n"},
		{SERVER, "\r\nLogin incorrect\r\nrouter login: "},
		{CLIENT, "root\r\n"},
		{SERVER, "root\r\nPassword: "},
		{CLIENT, "tops3cret\r\n"},
		{SERVER, "\r\n\r\nLast login: Mon Jan  1 from x; 3 failed\r\n# "},
		{CLIENT, "ls\r\n"},
		{SERVER, "ls\r\nlogin: is a file\r\n# "},
		{CLIENT, "exit\r\n"},
		{0, NULL}};
	struct talk *t = talk_new(TALK_TELNET);

	(void)state;
	expect_told(TALK_TELNET, words,
		    "login refused user=root password weak\n"
		    "login accepted user=root password\n");
	for (size_t i = 0; i < 16; i++)
		talk_text(t, words[i].side, words[i].text);
	assert_true(talk_remembers(t, "root"));
	assert_false(talk_remembers(t, "tops3cret"));
	talk_free(t);
}

/* The outcome by the next prompt alone; Japanese prompts; a password without a name. */
static void test_telnet_prompts(void **state)
{
	static const struct words words[] = {{SERVER, "ユーザー名："},
					     {CLIENT, "admin\n"},
					     {SERVER, "パスワード: "},
					     {CLIENT, "x\n"},
					     {SERVER, "ログイン: "},
					     {CLIENT, "admin\n"},
					     {SERVER, "パスワード: "},
					     {CLIENT, "\n"},
					     {SERVER, "yamaha> "},
					     {CLIENT, "show\n"},
					     {0, NULL}};
	static const struct words only[] = {
		{SERVER, "\r\nUser Access Verification\r\n\r\nPassword: "},
		{CLIENT, "cisco\r\n"},
		{SERVER, "\r\nPassword: "},
		{CLIENT, "again\r\n"},
		{SERVER, "\r\nRouter>"},
		{0, NULL}};

	(void)state;
	expect_told(TALK_TELNET, words,
		    "login refused user=admin password\n"
		    "login accepted user=admin password weak\n");
	expect_told(TALK_TELNET, only, "login refused password\nlogin accepted password\n");
}

static void test_telnet_looks(void **state)
{
	(void)state;
	assert_true(telnet_looks(text_span("\xff\xfd\x18"), SERVER));
	assert_true(telnet_looks(text_span("\xff\xfb\x18"), CLIENT));
	assert_true(telnet_looks(text_span("BusyBox\r\n(none) login: "), SERVER));
	assert_false(telnet_looks(text_span("Last login: Mon\r\n"), SERVER));
	assert_false(telnet_looks(text_span("login: "), CLIENT));
	assert_false(telnet_looks(text_span("\xff\xd8\xff"), SERVER)); /* a JPEG */
}

/* RFC 2812, 3 */
static void test_irc(void **state)
{
	static const struct words words[] = {
		{CLIENT, "PASS secret\r\nNICK bot1\r\nUSER b 0 * :real name\r\n"},
		{SERVER, ":irc.test NOTICE AUTH :*** Looking\r\n:irc.test 001 bot1 :Welcome\r\n"
			 ":irc.test 372 bot1 :motd\r\nPING :1\r\n"},
		{CLIENT, "PONG :1\r\nJOIN #c2,&local key\r\nPRIVMSG #c2 :ready now\r\n"},
		{SERVER, "@time=1 :boss!u@h PRIVMSG #c2 :!attack 192.0.2.1\r\n"},
		{0, NULL}};

	(void)state;
	expect_told(TALK_IRC, words,
		    "irc nick nick=bot1\n"
		    "irc text server nick=bot1 from=irc.test channel=AUTH text=***\\x20Looking\n"
		    "irc welcome server nick=bot1 server=irc.test\n"
		    "irc join nick=bot1 channel=#c2\n"
		    "irc join nick=bot1 channel=&local\n"
		    "irc text nick=bot1 channel=#c2 text=ready\\x20now\n"
		    "irc text server nick=bot1 from=boss!u@h channel=#c2 "
		    "text=!attack\\x20192.0.2.1\n");
}

static void test_irc_looks(void **state)
{
	static const char *const client[] = {"NICK bot\r\n", "USER a b c :d\r\n",
					     "CAP LS 302\r\nNICK x\r\n", "PASS p\r\nNICK x\r\n"};
	static const char *const others[] = {
		"NICK bot",           "USER admin\r\n", "PASS p\r\n",
		"NICK a b\r\n",       "NICK a:b\r\n",   "USER a b c\r\n",
		"GET / HTTP/1.1\r\n", "JOIN #a\r\n",    ""};

	(void)state;
	for (size_t i = 0; i < COUNT(client); i++)
		if (!irc_looks(text_span(client[i]), CLIENT))
			fail_msg("not IRC: %s", client[i]);
	for (size_t i = 0; i < COUNT(others); i++)
		if (irc_looks(text_span(others[i]), CLIENT))
			fail_msg("IRC: %s", others[i]);
	assert_true(irc_looks(text_span(":s.test 001 me :hi\r\n"), SERVER));
	assert_true(irc_looks(text_span("NOTICE AUTH :*** x\r\n"), SERVER));
	assert_false(irc_looks(text_span("220 NOTICE\r\n"), SERVER));
	assert_false(irc_looks(text_span(":s.test hello me\r\n"), SERVER));
}

/* RFC 4253, 6 and 7.1: a packet with ten name lists. */
static size_t kexinit(uint8_t *packet)
{
	static const char *const lists[10] = {"kex1,kex2", "host", "aes-c", "aes-s", "mac-c",
					      "mac-s",     "none", "zlib",  "",      ""};
	size_t n = 4;

	packet[n++] = 6;  /* padding */
	packet[n++] = 20; /* SSH_MSG_KEXINIT */
	memset(packet + n, 0xc0, 16);
	n += 16;
	for (size_t i = 0; i < 10; i++) {
		memset(packet + n, 0, 3);
		packet[n + 3] = (uint8_t)strlen(lists[i]);
		memcpy(packet + n + 4, lists[i], strlen(lists[i]));
		n += 4 + strlen(lists[i]);
	}
	memset(packet + n, 0, 11);
	n += 11;
	memset(packet, 0, 3);
	packet[3] = (uint8_t)(n - 4);
	return n;
}

/* The digests: md5sum of "kex1,kex2;aes-c;mac-c;none" and "kex1,kex2;aes-s;mac-s;zlib". */
static void test_ssh(void **state)
{
	struct talk *t = talk_new(TALK_SSH);
	uint8_t packet[256];
	size_t n = kexinit(packet);

	(void)state;
	talk_text(t, SERVER, "a line before\r\nSSH-2.0-OpenSSH_9.2p1 Debian-2\r\n");
	talk_text(t, CLIENT, "SSH-2.0-Go\r\n");
	for (size_t i = 0; i < n; i++)
		talk_say(t, CLIENT, packet + i, 1);
	talk_say(t, SERVER, packet, n);
	assert_string_equal(talk_told(t), "ssh client=Go server=OpenSSH_9.2p1\\x20Debian-2 "
					  "client_version=2.0 server_version=2.0 "
					  "hassh=d1938920eb46034b52ee38698d19c056 "
					  "hassh_server=37d95fd389029f629618b2d0d0346a78\n");
	assert_true(talk_gave_up(t));
	talk_free(t);
}

static void test_ssh_cut(void **state)
{
	static const struct words banners[] = {{CLIENT, "SSH-1.5-old\n"},
					       {SERVER, "SSH-1.99-x\r\nnot a packet at all"},
					       {0, NULL}};
	static const struct words none[] = {{CLIENT, "hello\r\n"}, {0, NULL}};

	(void)state;
	expect_told(TALK_SSH, banners,
		    "ssh client=old server=x client_version=1.5 server_version=1.99\n");
	expect_told(TALK_SSH, none, "");
	assert_true(ssh_looks(text_span("SSH-2.0-x"), CLIENT));
	assert_false(ssh_looks(text_span("SSH-xyz-1"), CLIENT));
	assert_false(ssh_looks(text_span("SSH-2"), SERVER));
}

/* RFC 1939, 5034. "AGFkbWluAGFkbWlu" is NUL admin NUL admin. */
static void test_pop(void **state)
{
	static const struct words words[] = {
		{SERVER, "+OK ready\r\n"},
		{CLIENT, "CAPA\r\n"},
		{SERVER, "+OK\r\nUSER\r\n.\r\n"},
		{CLIENT, "USER test\r\n"},
		{SERVER, "+OK\r\n"},
		{CLIENT, "PASS test\r\n"},
		{SERVER, "-ERR no\r\n"},
		{CLIENT, "USER nobody\r\n"},
		{SERVER, "-ERR who\r\n"},
		{CLIENT, "APOP me c4c9334bac560ecc979e58001b3e22fb\r\n"},
		{SERVER, "-ERR no\r\n"},
		{CLIENT, "AUTH PLAIN\r\n"},
		{SERVER, "+ \r\n"},
		{CLIENT, "AGFkbWluAGFkbWlu\r\n"},
		{SERVER, "+OK in\r\n"},
		{CLIENT, "USER x\r\nPASS y\r\n"},
		{SERVER, "-ERR\r\n-ERR\r\n"},
		{0, NULL}};

	(void)state;
	expect_told(TALK_MAILBOX, words,
		    "login refused user=test password weak\n"
		    "login refused user=nobody\n"
		    "login refused user=me\n"
		    "login accepted user=admin password weak\n");
}

/* RFC 9051, 4.3, 6.2: quoted strings and literals. */
static void test_imap(void **state)
{
	static const struct words words[] = {
		{SERVER, "* OK [CAPABILITY IMAP4rev1] ready\r\n"},
		{CLIENT, "a1 LOGIN \"some \\\"one\\\"\" pa55word\r\n"},
		{SERVER, "* BYE not this\r\na NO nor this\r\na1 NO no\r\n"},
		{CLIENT, "a2 login {5}\r\n"},
		{SERVER, "+ go\r\n"},
		{CLIENT, "admin {5+}\r\nadmin\r\n"},
		{SERVER, "a2 BAD no\r\n"},
		{CLIENT, "a3 AUTHENTICATE PLAIN AGFkbWluAGFkbWlu\r\n"},
		{SERVER, "a3 OK in\r\n"},
		{0, NULL}};
	static const struct words tls[] = {{SERVER, "* OK x\r\n"},  {CLIENT, "a STARTTLS\r\n"},
					   {SERVER, "a OK go\r\n"}, {CLIENT, "b LOGIN x y\r\n"},
					   {SERVER, "b NO z\r\n"},  {0, NULL}};
	struct talk *t = talk_new(TALK_MAILBOX);

	(void)state;
	expect_told(TALK_MAILBOX, words,
		    "login refused user=some\\x20\"one\" password\n"
		    "login refused user=admin password weak\n"
		    "login accepted user=admin password weak\n");
	expect_told(TALK_MAILBOX, tls, "");
	talk_text(t, words[0].side, words[0].text);
	talk_text(t, words[1].side, words[1].text);
	assert_true(talk_remembers(t, "one"));
	assert_false(talk_remembers(t, "pa55word"));
	talk_free(t);
}

/* A line that never ends does not stop the parser. */
static void test_endless(void **state)
{
	static const enum talk_kind kinds[] = {TALK_SMTP, TALK_FTP, TALK_TELNET,
					       TALK_IRC,  TALK_SSH, TALK_MAILBOX};
	static uint8_t noise[40000];

	(void)state;
	memset(noise, 'x', sizeof(noise));
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct talk *t = talk_new(kinds[i]);

		talk_say(t, CLIENT, noise, sizeof(noise));
		talk_say(t, SERVER, noise, sizeof(noise));
		assert_false(talk_broken(t));
		talk_free(t);
	}
}

static void test_defaults(void **state)
{
	static const char *const pairs[][2] = {{"root", "xc3511"},  {"root", "vizxv"},
					       {"admin", "admin"},  {"admin", ""},
					       {"pi", "raspberry"}, {"Administrator", "admin"}};
	static const char *const others[][2] = {{"root", "xc351"},
						{"root", "xc35111"},
						{"", ""},
						{"admin", "ADMIN"},
						{"xc3511", "root"}};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++)
		assert_true(login_is_default(text_span(pairs[i][0]), text_span(pairs[i][1])));
	for (size_t i = 0; i < COUNT(others); i++)
		assert_false(login_is_default(text_span(others[i][0]), text_span(others[i][1])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ftp_login),
		cmocka_unit_test(test_ftp_transfer),
		cmocka_unit_test(test_ftp_looks),
		cmocka_unit_test(test_telnet),
		cmocka_unit_test(test_telnet_prompts),
		cmocka_unit_test(test_telnet_looks),
		cmocka_unit_test(test_irc),
		cmocka_unit_test(test_irc_looks),
		cmocka_unit_test(test_ssh),
		cmocka_unit_test(test_ssh_cut),
		cmocka_unit_test(test_pop),
		cmocka_unit_test(test_imap),
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
