/*
 * test_filter.c - filters as text and back, what is refused, what matches, and which covers which.
 */
#include "filter/filter.h"
#include "base/text.h"
#include "filter_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What is read, as it is written; NULL: the same. */
static const struct {
	const char *text, *again;
} texts[] = {
	{ "from 198.51.100.0/24 to 203.0.113.10 proto udp from-port 123 length 468-482", NULL },
	{ "to 203.0.113.10 proto tcp to-port 443 window 1024 header 20 ttl 40-64 flags S/SA", NULL },
	{ "to 203.0.113.10 fragment any", NULL },
	{ "to 203.0.113.10 proto udp bytes 0:17000324/ff00ffff", NULL },
	{ "from 2001:db8::/32 to 2001:db8:1::5 proto icmp6 from-port 128 to-port 0", NULL },
	{ "proto 99 bytes 248:0102030405060708", NULL },
	{ "proto gre fragment later", NULL },
	{ "proto tcp flags /FSRPAUEC", NULL },
	{ "from 0.0.0.0/0", NULL },
	{ "from ::/0", NULL },
	{ "  ttl 7-7   to 10.1.2.3/8 ", "to 10.0.0.0/8 ttl 7" },
	{ "proto 17 fragment none", "proto udp fragment none" },
	{ "proto udp bytes 3:AB/FF", "proto udp bytes 3:ab" },
	{ "proto tcp flags AS/SA", "proto tcp flags SA/SA" },
};

static void test_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct filter filter = test_filter_of(texts[i].text), again;
		char text[FILTER_TEXT];

		filter_text(&filter, text);
		assert_string_equal(text, texts[i].again ? texts[i].again : texts[i].text);
		again = test_filter_of(text);
		assert_memory_equal(&filter, &again, sizeof(filter));
	}
}

/* The longest text that there can be. */
static void test_longest(void **state)
{
	struct filter filter = test_filter_of(
		"from 2001:1111:2222:3333:4444:5555:6666:7776/127 "
		"to 2001:1111:2222:3333:4444:5555:6666:7776/127 proto tcp from-port 10000-10001 "
		"to-port 10000-10001 length 10000-10001 window 10000-10001 header 20-60 ttl 100-101 "
		"flags FSRPAUEC/FSRPAUEC fragment none bytes 248:0000000000000000/8000000000000000");
	char text[FILTER_TEXT];

	(void)state;
	assert_true(filter.parts == FILTER_PARTS);
	assert_true(strlen(filter_text(&filter, text)) < FILTER_TEXT - 1);
	assert_memory_equal(strchr(text, '\0') - 8, "00000000", 8);
}

static const struct {
	const char *text, *says;
} refused[] = {
	{ "", "no condition" },
	{ "form 1.2.3.4", "form: it is not known; known are from" },
	{ "to", "to: an address or a prefix" },
	{ "to 1.2.3.4/33", "to 1.2.3.4/33: an address" },
	{ "to 1.2.3", "to 1.2.3: an address" },
	{ "to 1.2.3.4 to 1.2.3.4", "second time" },
	{ "to 1.2.3.4 from ::1", "different families" },
	{ "proto 256", "proto 256: tcp" },
	{ "proto sctp", "proto sctp: tcp" },
	{ "from-port 53", "ports need proto" },
	{ "proto gre to-port 53", "ports need proto" },
	{ "proto udp from-port 65536", "from-port 65536: a number" },
	{ "proto udp from-port 9-", "from-port 9-: a number" },
	{ "proto udp from-port -9", "from-port -9: a number" },
	{ "proto udp from-port 00000009", "a number" },
	{ "proto udp from-port 9-8", "ends before it begins" },
	{ "proto icmp from-port 256", "at most 255" },
	{ "ttl 256", "ttl 256: a number" },
	{ "length 1-19", "no packet is that short" },
	{ "to ::1 length 1-39", "no packet is that short" },
	{ "proto udp flags S/S", "need proto tcp" },
	{ "proto tcp flags S", "flags S: letters" },
	{ "proto tcp flags S/X", "flags S/X: letters" },
	{ "proto tcp flags /", "among those looked at" },
	{ "proto tcp flags S/A", "among those looked at" },
	{ "window 9", "need proto tcp" },
	{ "proto tcp header 16", "cannot be" },
	{ "proto tcp header 21", "multiple of 4" },
	{ "fragment some", "fragment some: none, any or later" },
	{ "proto udp to-port 53 fragment later", "later fragments have no ports" },
	{ "bytes 0", "bytes 0: an offset" },
	{ "bytes 256:00", "an offset" },
	{ "bytes 0:", "an offset" },
	{ "bytes 0:0", "an offset" },
	{ "bytes 0:0g", "an offset" },
	{ "bytes 0:112233445566778899", "an offset" },
	{ "bytes 0:1122/ff", "an offset" },
	{ "bytes 0:11/0f", "outside of their mask" },
	{ "bytes 0:00/00", "looks at nothing" },
	{ "bytes 255:0011", "too far" },
	{ "to \x1b[2J", "to \\x1b[2J: an address" },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		char trouble[FILTER_TROUBLE] = "";
		struct filter filter;

		memset(&filter, 0x5a, sizeof(filter));
		assert_int_equal(filter_parse(text_span(refused[i].text), &filter, trouble), ERR_FORMAT);
		if (!strstr(trouble, refused[i].says))
			fail_msg("\"%s\" is refused with \"%s\"", refused[i].text, trouble);
		assert_int_equal(filter.parts, 0x5a5a5a5a);
	}
}

/* From another process: any byte may be wrong. */
static void test_sound(void **state)
{
	struct filter filter = test_filter_of("to 203.0.113.0/24 proto udp"), bad = filter;

	(void)state;
	assert_true(filter_sound(&filter));
	bad.parts |= 0x1000;
	assert_false(filter_sound(&bad));
	bad = filter;
	bad.bytes.mask[7] = 1;
	assert_string_equal(filter_flaw(&bad), "something is set that no condition uses");
	bad = filter;
	bad.to.bits = 129;
	assert_string_equal(filter_flaw(&bad), "a prefix is longer than its address");
	bad = filter;
	bad.to.ip.b[15] = 1;
	assert_string_equal(filter_flaw(&bad), "a prefix has host bits");
	bad = test_filter_of("bytes 0:01");
	bad.bytes.len = 9;
	assert_string_equal(filter_flaw(&bad), "bytes are 1 to 8");
	bad = test_filter_of("fragment any");
	bad.fragment = 4;
	assert_string_equal(filter_flaw(&bad), "fragment is none, any or later");
}

static struct ip ip_of(const char *text)
{
	struct ip ip;

	assert_int_equal(ip_parse(&ip, text), OK);
	return ip;
}

static struct look look_of_ntp(void)
{
	return (struct look){ .from = ip_of("198.51.100.7"), .to = ip_of("203.0.113.10"), .from_port = 123,
			      .to_port = 40000, .length = 468, .proto = PROTO_UDP, .ttl = 54,
			      .fragment = FRAGMENT_NONE, .has = LOOK_BYTES,
			      .bytes = { 0x17, 0x00, 0x03, 0x2a } };
}

static struct look look_of_syn(void)
{
	return (struct look){ .from = ip_of("2001:db8::1"), .to = ip_of("2001:db8::2"), .from_port = 1234,
			      .to_port = 443, .length = 60, .window = 1024, .proto = PROTO_TCP, .ttl = 250,
			      .flags = TCP_SYN, .fragment = FRAGMENT_NONE, .header = 20 };
}

static const struct {
	const char *text;
	bool ntp, syn;
} matches[] = {
	{ "from 198.51.100.0/24 to 203.0.113.10 proto udp from-port 123 length 468-482", true, false },
	{ "from 198.51.101.0/24", false, false },
	{ "from ::/0", false, true },
	{ "from 0.0.0.0/0", true, false },
	{ "from 2001:db8::/127", false, true },
	{ "proto udp from-port 0-122", false, false },
	{ "proto udp to-port 40000", true, false },
	{ "length 467", false, false },
	{ "ttl 54-250", true, true },
	{ "ttl 55-249", false, false },
	{ "proto tcp window 1000-1024 header 20 flags S/SA", false, true },
	{ "proto tcp header 24-60", false, false },
	{ "proto tcp flags SA/SA", false, false },
	{ "proto tcp flags /A", false, true },
	{ "fragment none", true, true },
	{ "fragment any", false, false },
	{ "bytes 0:17000300/ffffff0f", false, false },
	{ "bytes 0:17000320/fffffff0", true, false },
	{ "bytes 60:00000000", true, false },
	{ "bytes 61:00000000", false, false },
	{ "bytes 255:00", false, false },
};

static void test_match(void **state)
{
	struct look ntp = look_of_ntp(), syn = look_of_syn();

	(void)state;
	for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
		struct filter filter = test_filter_of(matches[i].text);

		if (filter_match(&filter, &ntp) != matches[i].ntp ||
		    filter_match(&filter, &syn) != matches[i].syn)
			fail_msg("%s", matches[i].text);
	}
}

/* A later fragment has neither ports nor flags, whatever stands in the sample. */
static void test_later(void **state)
{
	struct filter any = test_filter_of("fragment any"), later = test_filter_of("fragment later");
	struct filter port = test_filter_of("proto udp from-port 0-65535");
	struct look look = look_of_ntp();

	(void)state;
	look.fragment = FRAGMENT_ANY;
	assert_true(filter_match(&any, &look) && filter_match(&port, &look));
	assert_false(filter_match(&later, &look));
	look.fragment = FRAGMENT_LATER;
	assert_true(filter_match(&any, &look) && filter_match(&later, &look));
	assert_false(filter_match(&port, &look));
}

static const struct {
	const char *outer, *inner;
	bool covers;
} covers[] = {
	{ "to 10.0.0.0/8", "to 10.1.0.0/16 proto udp", true },
	{ "to 10.1.0.0/16", "to 10.0.0.0/8", false },
	{ "to ::/0", "to 10.0.0.0/8", false },
	{ "proto udp", "to 10.0.0.0/8", false },
	{ "length 100-200", "length 150", true },
	{ "length 100-200", "length 150-201", false },
	{ "proto tcp flags S/S", "proto tcp flags S/SA", true },
	{ "proto tcp flags S/SA", "proto tcp flags S/S", false },
	{ "proto tcp flags S/SA", "proto tcp flags SA/SA", false },
	{ "fragment any", "fragment later", true },
	{ "fragment later", "fragment any", false },
	{ "bytes 1:22", "bytes 0:112233", true },
	{ "bytes 1:20/f0", "bytes 0:112233", true },
	{ "bytes 1:22", "bytes 0:112033/fff0ff", false },
	{ "bytes 1:23", "bytes 0:112233", false },
	{ "bytes 0:0011/00ff", "bytes 1:11", true },
	{ "bytes 0:1122", "bytes 0:11", false },
	{ "bytes 0:1100/ff00", "bytes 0:11", false },
};

static void test_covers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(covers) / sizeof(covers[0]); i++) {
		struct filter outer = test_filter_of(covers[i].outer), inner = test_filter_of(covers[i].inner);

		if (filter_covers(&outer, &inner) != covers[i].covers)
			fail_msg("%s | %s", covers[i].outer, covers[i].inner);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),    cmocka_unit_test(test_longest),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_sound),
		cmocka_unit_test(test_match),   cmocka_unit_test(test_later),
		cmocka_unit_test(test_covers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
