/*
 * test_binary.c - the parsers of binary protocols over TCP: sessions written by hand from their
 * specifications, in one piece and byte by byte.
 */
#include "hex_test.h"
#include "wire/ldap.h"
#include "wire/mining.h"
#include "wire/mqtt.h"
#include "wire/rdp.h"
#include "wire/smb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOTHING ((struct span){ (const uint8_t *)"", 0 })

/* What the callbacks said, as text. */
static char said[1024];

static void say(const char *what, struct span text, unsigned number)
{
	size_t used = strlen(said);

	snprintf(said + used, sizeof(said) - used, "%s %.*s %u;", what, (int)text.len,
		 (const char *)text.ptr, number);
}

/* Feeds bytes in pieces of `step`, keeping what is not consumed, as the caller does. */
#define FEED(parser, feed, side, bytes, step, sink)                                                \
	do {                                                                                       \
		struct span all = (bytes);                                                         \
		size_t from = 0, to = 0;                                                           \
		while (to < all.len) {                                                             \
			to = to + (step) < all.len ? to + (step) : all.len;                        \
			from += feed(parser, side, (struct span){ all.ptr + from, to - from },     \
				     sink);                                                        \
			assert_true(from <= to);                                                   \
		}                                                                                  \
	} while (0)

static void mqtt_connected(void *whom, const struct mqtt_session *s)
{
	(void)whom;
	say("client", s->client, s->level);
	say("will", s->will_topic, s->clean);
	say("user", s->login.user, s->login.has_password);
	say("outcome", NOTHING, s->login.outcome);
}

static void test_mqtt(void **state)
{
	static const struct mqtt_sink sink = { NULL, mqtt_connected };

	(void)state;
	for (size_t step = 1; step < 100; step += 32) {
		struct mqtt m = { 0 };

		said[0] = '\0';
		/* 3.1.1: user, password, will; then a PUBLISH; the broker: bad user name or
		 * password */
		FEED(&m, mqtt_feed, 0,
		     hex("10 23 0004'MQTT' 04 c6 003c 0003'dev' 0004'gone' 0001'x' 0005'admin'"
			 "0002'pw' 30 05 0001'a' 'hi'"),
		     step, &sink);
		FEED(&m, mqtt_feed, 1, hex("20 02 00 04"), step, &sink);
		assert_string_equal(said, "client dev 4;will gone 1;user admin 1;outcome  2;");
		mqtt_end(&m, &sink);
		assert_string_equal(said, "client dev 4;will gone 1;user admin 1;outcome  2;");
	}
	for (size_t step = 1; step < 100; step += 32) {
		struct mqtt m = { 0 };

		said[0] = '\0'; /* 5.0 with properties, anonymous, accepted */
		FEED(&m, mqtt_feed, 0, hex("10 15 0004'MQTT' 05 02 003c 05 11 0000000a 0003'abc'"),
		     step, &sink);
		FEED(&m, mqtt_feed, 1, hex("20 03 00 00 00"), step, &sink);
		assert_string_equal(said, "client abc 5;will  1;user  0;outcome  1;");
	}
}

static void test_mqtt_end(void **state)
{
	static const struct mqtt_sink sink = { NULL, mqtt_connected };
	struct mqtt m = { 0 }, other = { 0 }, lost = { 0 };

	(void)state;
	said[0] = '\0'; /* 3.1, and no answer */
	FEED(&m, mqtt_feed, 0, hex("10 0f 0006'MQIsdp' 03 00 0000 0001'x'"), 100, &sink);
	mqtt_end(&m, &sink);
	assert_string_equal(said, "client x 3;will  0;user  0;outcome  0;");
	FEED(&other, mqtt_feed, 0, hex("30 05 0001'a' 'hi'"), 100, &sink); /* no CONNECT */
	assert_true(other.stream.gave_up);
	mqtt_gap(&lost, 0, 1);
	assert_true(lost.stream.gave_up);
}

static void rdp_said(void *whom, const struct rdp_hello *h)
{
	(void)whom;
	say("cookie", h->cookie, h->requested);
	say(h->failed ? "failed" : "selected", NOTHING, h->failed ? h->failure : h->selected);
}

static void test_rdp(void **state)
{
	static const struct rdp_sink sink = { NULL, rdp_said };
	/* MS-RDPBCGR, 4.1.1 and 4.1.2: user eltons, TLS asked for; here CredSSP too */
	static const char request[] = "0300002c 27 e0 0000 0000 00 'Cookie: mstshash=eltons' 0d0a"
				      "01 00 0800 03000000";
	(void)state;
	for (size_t step = 1; step < 100; step += 32) {
		struct rdp r = { 0 }, refused = { 0 };

		said[0] = '\0';
		FEED(&r, rdp_feed, 0, hex(request), step, &sink);
		FEED(&r, rdp_feed, 1, hex("03000013 0e d0 0000 1234 00 02 00 0800 02000000"), step,
		     &sink);
		assert_string_equal(said, "cookie eltons 3;selected  2;");
		said[0] = '\0'; /* SSL_REQUIRED_BY_SERVER */
		FEED(&refused, rdp_feed, 0, hex("0300000b 06 e0 0000 0000 00"), step, &sink);
		FEED(&refused, rdp_feed, 1, hex("03000013 0e d0 0000 1234 00 03 00 0800 01000000"),
		     step, &sink);
		assert_string_equal(said, "cookie  0;failed  1;");
	}
	assert_true(rdp_looks(hex(request)));
	assert_false(rdp_looks(hex("0300002c 26 e0 0000 0000 00")));
	assert_false(rdp_looks(hex("03000007 02 f0 80")));
}

static void ldap_said(void *whom, const struct ldap_bind *b)
{
	(void)whom;
	say(b->simple ? "simple" : "sasl", b->login.user, b->login.has_password);
	say(b->login.anonymous ? "anonymous" : "named", NOTHING, b->result);
	say("outcome", NOTHING, b->login.outcome);
}

static void test_ldap(void **state)
{
	static const struct ldap_sink sink = { NULL, ldap_said };

	(void)state;
	for (size_t step = 1; step < 100; step += 32) {
		struct ldap l = { 0 };

		said[0] = '\0';
		FEED(&l, ldap_feed, 0, hex("3014 020101 600f 020103 0406'cn=bob' 8002'pw'"), step,
		     &sink);
		FEED(&l, ldap_feed, 1, hex("300c 020101 6107 0a0131 0400 0400"), step, &sink);
		assert_string_equal(said, "simple cn=bob 1;named  49;outcome  2;");
		said[0] = '\0'; /* a search between; then anonymous, with a long length, accepted */
		FEED(&l, ldap_feed, 0, hex("3009 020102 6304 0400 0a00"), step, &sink);
		FEED(&l, ldap_feed, 0, hex("30840000000c 020103 6007 020103 0400 8000"), step,
		     &sink);
		FEED(&l, ldap_feed, 1, hex("300c 020103 6107 0a0100 0400 0400"), step, &sink);
		assert_string_equal(said, "simple  0;anonymous  0;outcome  1;");
		assert_false(l.stream.gave_up);
		FEED(&l, ldap_feed, 0, hex("00000040 05040000"), step, &sink); /* SASL's layer */
		assert_true(l.stream.gave_up);
	}
}

/* NTLM's AUTHENTICATE message: domain CORP, user bob, workstation PC, UTF-16. */
#define NTLM_BOB                                                                                   \
	"'NTLMSSP' 00 03000000 0000 0000 40000000 0000 0000 40000000 0800 0800 40000000"           \
	"0600 0600 48000000 0400 0400 4e000000 0000 0000 52000000 01000000"                        \
	"'C' 00 'O' 00 'R' 00 'P' 00 'b' 00 'o' 00 'b' 00 'P' 00 'C' 00"
#define SMB2_HEAD(status, command, flags)                                                          \
	"fe'SMB' 4000 0000" status command "0100" flags                                            \
	"00000000 0100000000000000 00000000 00000000 0000000000000000"                             \
	"00000000000000000000000000000000"

static void smb_dialect(void *whom, uint16_t dialect)
{
	(void)whom;
	say("dialect", NOTHING, dialect);
}

static void smb_login(void *whom, const struct smb_login *l)
{
	(void)whom;
	say("domain", l->domain, 0);
	say("station", l->station, 0);
	say("user", l->login.user, l->login.outcome);
}

static void smb_tree(void *whom, struct span path, uint32_t status)
{
	(void)whom;
	say("tree", path, status & 0xff);
}

static const struct smb_sink smb_sink = { NULL, smb_dialect, smb_login, smb_tree };

static void test_smb2(void **state)
{
	(void)state;
	for (size_t step = 1; step < 200; step += 66) {
		struct smb s = { 0 };

		said[0] = '\0';
		FEED(&s, smb_feed, 1,
		     hex("00000048" SMB2_HEAD("00000000", "0000",
					      "01000000") "4100 0100 1103 0000"),
		     step, &smb_sink);
		FEED(&s, smb_feed, 0,
		     hex("000000aa" SMB2_HEAD("00000000", "0100",
					      "00000000") "1900 00 01 00000000 00000000 5800 5200 "
							  "0000000000000000" NTLM_BOB),
		     step, &smb_sink);
		/* a message of no interest in between (an echo, 13), which is passed over */
		FEED(&s, smb_feed, 0,
		     hex("00000044" SMB2_HEAD("00000000", "0d00", "00000000") "04000000"), step,
		     &smb_sink);
		FEED(&s, smb_feed, 1,
		     hex("00000048" SMB2_HEAD("6d0000c0", "0100",
					      "01000000") "0900 0000 4800 0000"),
		     step, &smb_sink);
		FEED(&s, smb_feed, 0,
		     hex("00000050" SMB2_HEAD(
			     "00000000", "0300",
			     "00000000") "0900 0000 4800 0800 '\\' 00 '\\' 00 'h' 00 '$' 00"),
		     step, &smb_sink);
		FEED(&s, smb_feed, 1,
		     hex("00000050" SMB2_HEAD(
			     "220000c0", "0300",
			     "01000000") "0900 0000 0000 0000 0000 0000 0000 0000"),
		     step, &smb_sink);
		assert_string_equal(said, "dialect  785;domain CORP 0;station PC 0;user bob 2;"
					  "tree \\\\h$ 34;");
		assert_false(s.stream.gave_up);
	}
}

#define SMB1_HEAD(command, status, flags)                                                          \
	"ff'SMB'" command status flags "0100" /* not Unicode */                                    \
	"0000 0000000000000000 0000 0000 0000 0000 0000"

static void test_smb1(void **state)
{
	(void)state;
	for (size_t step = 1; step < 200; step += 66) {
		struct smb s = { 0 };

		said[0] = '\0';
		FEED(&s, smb_feed, 1,
		     hex("00000025" SMB1_HEAD("72", "00000000", "80") "01 0000 0000"), step,
		     &smb_sink);
		/* session setup with names in the open and, chained to it, a tree connect */
		FEED(&s, smb_feed, 0,
		     hex("0000005d" SMB1_HEAD(
			     "73", "00000000",
			     "00") "0d 75 00 4800 0000 0000 0000 00000000 0200 0000 00000000 "
				   "00000000"
				   "0b00 'pwbob' 00 'CORP' 00"
				   "04 ff 00 0000 0000 0100 0a00 00 '\\\\h\\c' 00 'A:' 00"),
		     step, &smb_sink);
		FEED(&s, smb_feed, 1, hex("00000023" SMB1_HEAD("73", "00000000", "80") "00 0000"),
		     step, &smb_sink);
		assert_string_equal(said, "dialect  256;domain CORP 0;station  0;user bob 1;");
		assert_true(s.tree_pending);
	}
}

static void test_smb_looks(void **state)
{
	(void)state;
	assert_true(smb_looks(hex("81000044 20 'CKFDENECFDEFFCFGEFFCCACACACACACA' 00 20")));
	assert_false(smb_looks(hex("81000044 20 'CKFDENECFDEFFCFGEFFCCACACACACAZZ' 00 20")));
	assert_true(smb_looks(hex("00000050 fd'SMB'")));
	assert_false(smb_looks(hex("00000004 fe'SMB'")));
	assert_false(smb_looks(hex("00000050 fe'SMC'")));
}

static void mining_said(void *whom, const struct event_mining *m)
{
	(void)whom;
	say("user", m->user, m->method);
	say("agent", m->agent, 0);
}

static void test_mining(void **state)
{
	static const struct mining_sink sink = { NULL, mining_said };
	static const char lines[] =
		"{\"id\": 1, \"method\": \"mining.subscribe\", \"params\": [\"cgminer/4.10\"]}\n"
		"{\"params\": [\"1Wallet.rig\", \"x\"], \"id\": 2, \"method\": "
		"\"mining.authorize\"}\n"
		"{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{\"login\":\"48ed\","
		"\"pass\":\"x\",\"agent\":\"XMRig/6\"}}\n"
		"{\"id\":3,\"method\":\"login\",\"params\":{\"login\":\"bob\"}}\n";

	(void)state;
	for (size_t step = 1; step < 400; step += 133) {
		struct mining m = { 0 };

		said[0] = '\0';
		FEED(&m, mining_feed, 0,
		     ((struct span){ (const uint8_t *)lines, sizeof(lines) - 1 }), step, &sink);
		assert_string_equal(said, "user  1;agent cgminer/4.10 0;user 1Wallet.rig 2;"
					  "agent  0;user 48ed 3;agent XMRig/6 0;");
		FEED(&m, mining_feed, 0, hex("00"), step, &sink);
		assert_true(m.stream.gave_up);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mqtt),      cmocka_unit_test(test_mqtt_end),
		cmocka_unit_test(test_rdp),       cmocka_unit_test(test_ldap),
		cmocka_unit_test(test_smb2),      cmocka_unit_test(test_smb1),
		cmocka_unit_test(test_smb_looks), cmocka_unit_test(test_mining),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
