/* test_import_list.c - lists and tables: each form by its content, and what every field becomes. */
#include "import_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void test_list(void **state)
{
	(void)state;
	import_expect("# comment\n; another\n// one more\nevil[.]example.net\n"
		      "hxxp://Bad.example.net/x # inline\n203.0.114.7\t; note\n203.0.114.7:8080\n",
		      IMPORT_LIST,
		      "domain evil.example.net; url http://bad.example.net/x; ip 203.0.114.7; "
		      "ip:port 203.0.114.7:8080; ");
	import_expect("suroot.com;FireEye report\n", IMPORT_LIST, "domain suroot.com; ");
	import_expect("d41d8cd98f00b204e9800998ecf8427e  file name.exe\r\n", IMPORT_LIST,
		      "md5 d41d8cd98f00b204e9800998ecf8427e; ");
	import_expect("\xef\xbb\xbf"
		      "a.example.net\nb.example.net",
		      IMPORT_LIST, "domain a.example.net; domain b.example.net; ");
}

static void test_list_counts_what_it_leaves_out(void **state)
{
	struct import_got got;

	(void)state;
	import_got_init(&got);
	import_got_run(&got, "a.example.net\nb.example.net\nc.example.net\nd.example.net\n/path\n"
			     "two words here\n10.1.2.3\nnonsense\n\xff\xfe.example.net\n");
	assert_int_equal(got.err, OK);
	assert_int_equal(got.report.taken[INDICATOR_DOMAIN], 4);
	assert_int_equal(got.report.lines, 8);
	assert_int_equal(import_got_named(&got, "path without a host (it could be anybody's)"), 1);
	assert_int_equal(import_got_named(&got, "line of several words"), 1);
	assert_int_equal(import_got_named(&got, "line that is no UTF-8"), 1);
	assert_int_equal(got.report.refused[INDICATOR_NOT_GLOBAL], 1);
	assert_int_equal(got.report.refused[INDICATOR_NOT_UNDERSTOOD], 1);
	assert_string_equal(got.last, "50 0 [] [] [] [] 1800000000 0");
}

static void test_maltrail(void **state)
{
	static const char text[] =
		"# Copyright (c) 2014-2026 Maltrail developers (https://x/)\n\n# Aliases: one, two "
		"bear\n"
		"# MITRE: https://attack.mitre.org/groups/G0047/\n\n"
		"# Reference: https://report.example.org/1\n\nevil.example.net\n1.2.3.4:80\n";
	struct import_got got;

	(void)state;
	import_got_init(&got);
	got.settings.path = "trails/static/malware/apt_gamaredon.txt";
	import_got_run(&got, text);
	assert_int_equal(got.report.format, IMPORT_MALTRAIL);
	assert_string_equal(got.all, "domain evil.example.net; ip:port 1.2.3.4:80; ");
	assert_string_equal(got.last,
			    "50 0 [] [gamaredon] [] [https://report.example.org/1] 1800000000 0");
	assert_string_equal(got.groups, "G0047|gamaredon|one,two bear,; ");
	import_got_init(&got);
	got.settings.path = "trails/static/suspicious/dynamic_domain.txt";
	import_got_run(&got, text);
	assert_string_equal(
		got.last,
		"50 4 [dynamic_domain] [] [] [https://report.example.org/1] 1800000000 0");
	assert_string_equal(got.groups, "");
}

static void test_levels(void **state)
{
	struct import_got got;

	(void)state;
	import_got_init(&got);
	import_got_run(&got, "# IPsum\n1.2.3.4\t1\n1.2.3.5\t3\n");
	assert_int_equal(got.report.format, IMPORT_LEVELS);
	assert_string_equal(got.all, "ip 1.2.3.4; ip 1.2.3.5; ");
	assert_string_equal(got.last, "66 0 [] [] [] [] 1800000000 0"); /* 1 - 0.7^3 */
}

static void test_blockers(void **state)
{
	struct import_got got;

	(void)state;
	import_expect(
		"127.0.0.1 localhost\n0.0.0.0 bad.example.net # x\n0.0.0.0 worse.example.net\n",
		IMPORT_HOSTS, "domain bad.example.net; domain worse.example.net; ");
	import_expect("address=/bad.example.net/0.0.0.0\nserver=/worse.example.net/\n",
		      IMPORT_DNSMASQ, "domain bad.example.net; domain worse.example.net; ");
	import_expect(
		"! Title: "
		"x\n||bad.example.net^\n@@||good.example.net^\n||part.example.net^$third-party\n",
		IMPORT_ADGUARD, "domain bad.example.net; ");
	import_got_init(&got);
	import_got_run(&got, "0.0.0.0 bad.example.net\n");
	assert_string_equal(got.last, "50 2 [] [] [] [] 1800000000 0"); /* this name only */
}

static void test_dataset(void **state)
{
	struct import_got got;

	(void)state;
	import_got_init(&got);
	got.settings.format = IMPORT_DATASET;
	import_got_run(&got, "ZXZpbC5leGFtcGxlLm5ldA==\nYmFkLmV4YW1wbGUubmV0,5\nno!base64\n");
	assert_string_equal(got.all, "domain evil.example.net; domain bad.example.net; ");
	assert_int_equal(import_got_named(&got, "line that is no base64"), 1);
	import_got_init(&got);
	got.settings.format = IMPORT_DATASET;
	got.settings.kind = INDICATOR_AGENT;
	import_got_run(&got, "Y3VybC83LjQzLjA=\n");
	assert_string_equal(got.all, "user-agent curl/7.43.0; ");
}

static void test_zeek(void **state)
{
	struct import_got got;

	(void)state;
	import_got_init(&got);
	import_got_run(&got,
		       "#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.url\n"
		       "1.2.3.4\tIntel::ADDR\tABUSE\tBOTNET\t-\n"
		       "x.exe\tIntel::FILE_NAME\tABUSE\tB\t-\n"
		       "1.2.4.0/24\tIntel::SUBNET\tABUSE\tBOTNET\thttps://r.example.org/\n");
	assert_int_equal(got.report.format, IMPORT_ZEEK);
	assert_string_equal(got.all, "ip 1.2.3.4; prefix 1.2.4.0/24; ");
	assert_string_equal(got.last,
			    "50 0 [BOTNET] [] [ABUSE] [https://r.example.org/] 1800000000 0");
	assert_int_equal(import_got_named(&got, "type Intel::FILE_NAME"), 1);
}

/* The forms that abuse.ch publishes, by their header lines. */
static void test_abuse_ch(void **state)
{
	struct import_got got;

	(void)state;
	import_got_init(&got);
	import_got_run(
		&got,
		"################\n# URLhaus\n#\n"
		"# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n"
		"\"1\",\"2024-05-01 12:00:00\",\"http://1.2.3.4/x,y\",\"online\","
		"\"2024-05-02 00:00:00\",\"malware_download\",\"elf\","
		"\"https://urlhaus.abuse.ch/url/1/\",\"anon\"\n");
	assert_int_equal(got.report.format, IMPORT_CSV);
	assert_string_equal(got.all, "url http://1.2.3.4/x,y; ");
	assert_string_equal(got.last,
			    "50 0 [] [] [anon] [https://urlhaus.abuse.ch/url/1/] 1714608000 0");
	import_got_init(&got);
	import_got_run(
		&got,
		"# \"first_seen_utc\",\"ioc_id\",\"ioc_value\",\"ioc_type\",\"threat_type\","
		"\"fk_malware\",\"malware_alias\",\"malware_printable\",\"last_seen_utc\","
		"\"confidence_level\",\"reference\",\"tags\",\"anonymous\",\"reporter\"\n"
		"\"2024-05-01 12:00:00\", \"7\", \"1.2.3.4:8443\", \"ip:port\", \"botnet_cc\", "
		"\"win.x\", \"\", \"Cobalt Strike\", \"\", \"75\", \"None\", \"t\", \"0\", "
		"\"me\"\n");
	assert_string_equal(got.all, "ip:port 1.2.3.4:8443; ");
	assert_string_equal(got.last, "75 0 [Cobalt Strike] [] [me] [] 1714564800 0");
	import_expect(
		"# Feodo\n\"first_seen_utc\",\"dst_ip\",\"dst_port\",\"c2_status\",\"last_online\","
		"\"malware\"\n\"2021-01-17 "
		"07:30:05\",\"1.2.3.4\",\"443\",\"offline\",\"2023-01-01\","
		"\"Dridex\"\n",
		IMPORT_CSV, "ip:port 1.2.3.4:443; ");
	import_expect(
		"# ja3_md5,Firstseen,Lastseen,Listingreason\n"
		"b386946a5a44d1ddcc843bc75336dfce,2017-07-14 18:08:15,2019-07-27 20:42:54,Dridex\n",
		IMPORT_CSV, "ja3 b386946a5a44d1ddcc843bc75336dfce; ");
}

static void test_csv_by_columns(void **state)
{
	struct import_got got;

	(void)state;
	import_got_init(&got);
	got.settings.columns = "type=1,value=2,confidence=4,expires=5";
	import_got_run(&got, "domain;evil.example.net;x;90;2030-01-02\n"
			     "domain;\"said \"\"so\"\"\";x;90;\n");
	assert_string_equal(got.all, "domain evil.example.net; ");
	assert_string_equal(got.last, "90 0 [] [] [] [] 1800000000 1893542400");
	import_got_init(&got);
	got.settings.columns = "value=what";
	import_got_run(&got, "who,what\nme,evil.example.net\nme,\"bad.example.net\"\n");
	assert_string_equal(got.all, "domain evil.example.net; domain bad.example.net; ");
	import_got_init(&got);
	got.settings.columns = "value=nowhere";
	import_got_run(&got, "who,what\nme,evil.example.net\n");
	assert_int_equal(got.err, ERR_FORMAT);
}

/* RFC 4180: a quoted field may hold separators, quotes and ends of lines. */
static void test_csv_quoting(void **state)
{
	struct import_got got;

	(void)state;
	import_got_init(&got);
	import_got_run(&got, "value,malware\nevil.example.net,\"two\r\nlines, \"\"quoted\"\"\"\n");
	assert_string_equal(got.last, "50 0 [two\nlines, \"quoted\"] [] [] [] 1800000000 0");
	import_got_init(&got);
	import_got_run(&got, "value,malware\nevil.example.net,x\nbad.example.net,\"never closed\n");
	assert_int_equal(got.report.taken[INDICATOR_DOMAIN], 1);
	assert_int_equal(import_got_named(&got, "quote that is never closed"), 1);
}

static void test_iprep(void **state)
{
	struct import_got got;

	(void)state;
	import_got_init(&got);
	got.settings.categories = "1,CnC,Command and control\n2,P2P,Sharing\n";
	import_got_run(&got, "1.2.3.4,2,127\n1.2.4.0/24,1,64\n1.2.3.9,1,0\n");
	assert_int_equal(got.report.format, IMPORT_IPREP);
	assert_string_equal(got.all, "ip 1.2.3.4; prefix 1.2.4.0/24; ");
	assert_string_equal(got.last, "50 0 [Command and control] [] [] [] 1800000000 0");
	assert_int_equal(import_got_named(&got, "score 0: nothing is said against it"), 1);
}

static void refuse(const char *text, enum err err, const char *part)
{
	struct import_got got;

	import_got_init(&got);
	import_got_run(&got, text);
	assert_int_equal(got.err, err);
	assert_non_null(strstr(got.report.error, part));
	assert_string_equal(got.all, "");
}

static void test_no_lists(void **state)
{
	(void)state;
	refuse("", ERR_EMPTY, "empty");
	refuse("\xff\xfe"
	       "a",
	       ERR_UNSUPPORTED, "UTF-16");
	refuse("PK\003\004", ERR_UNSUPPORTED, "zip");
	refuse("rule x { condition: true }\n", ERR_UNSUPPORTED, "YARA");
	refuse("alert tcp any any -> any any (sid:1;)\n", ERR_UNSUPPORTED, "rules");
	refuse("cveID,vendorProject\nCVE-2021-1,x\n", ERR_UNSUPPORTED, "KEV");
	refuse("= Report\n\nhttps://blog.example.net/x\nevil.example.net\n", ERR_UNSUPPORTED,
	       "report");
	refuse("Dear Sir or Madam,\nthis is a letter\n", ERR_FORMAT, "no form");
	refuse("{\"catalogVersion\":\"1\",\"vulnerabilities\":[]}", ERR_UNSUPPORTED, "KEV");
	refuse("{\"a\":", ERR_FORMAT, "line 1");
	refuse("{}", ERR_FORMAT, "no STIX");
}

static void test_long_line(void **state)
{
	struct import_got got;
	size_t len = 3u << 20;
	char *text = malloc(len + 100);

	(void)state;
	assert_non_null(text);
	memcpy(text, "a.example.net\n", 14);
	memset(text + 14, 'x', len);
	memcpy(text + 14 + len, "\nb.example.net\n", 16);
	import_got_init(&got);
	import_got_run(&got, text);
	free(text);
	assert_string_equal(got.all, "domain a.example.net; domain b.example.net; ");
	assert_int_equal(import_got_named(&got, "line longer than 64 KiB"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_list_counts_what_it_leaves_out),
		cmocka_unit_test(test_maltrail),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_blockers),
		cmocka_unit_test(test_dataset),
		cmocka_unit_test(test_zeek),
		cmocka_unit_test(test_abuse_ch),
		cmocka_unit_test(test_csv_by_columns),
		cmocka_unit_test(test_csv_quoting),
		cmocka_unit_test(test_iprep),
		cmocka_unit_test(test_no_lists),
		cmocka_unit_test(test_long_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
