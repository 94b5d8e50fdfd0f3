/* test_import_variants.c - the forms in which feeds are met in the wild: what each becomes. */
#include "import_test.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define SHA1   "da39a3ee5e6b4b0d3255bfef95601890afd80709"
#define MD5    "d41d8cd98f00b204e9800998ecf8427e"

static void test_lists(void **state)
{
	(void)state;
	import_expect("; Spamhaus DROP List\n1.10.16.0/20 ; SBL256894\n", IMPORT_LIST,
		      "prefix 1.10.16.0/20; ");
	import_expect("61.2.3.0-61.2.3.255\n61.2.4.1 - 61.2.4.4\n61.3.9.0/255.255.0.0\n",
		      IMPORT_LIST,
		      "prefix 61.2.3.0/24; ip 61.2.4.1; prefix 61.2.4.2/31; ip 61.2.4.4; "
		      "prefix 61.3.0.0/16; ");
	import_expect("61.2.3.4,443,Cobalt Strike\n61.2.3.5,80,X\n", IMPORT_LIST,
		      "ip 61.2.3.4; ip 61.2.3.5; ");
	import_expect("61.2.3.4#4#2#Malicious Host#CN##35.0,105.0#3\n", IMPORT_LIST,
		      "ip 61.2.3.4; ");
	import_expect("\"evil.example.net\",\n<http://bad.example.net/a,b;c>\n'61.2.3.0/24'\n",
		      IMPORT_LIST,
		      "domain evil.example.net; url http://bad.example.net/a,b;c; prefix "
		      "61.2.3.0/24; ");
	import_expect("ExitNode 0011BD2485AD45D984EC4159C88FC066E5E3300E\n"
		      "Published 2024-01-01 00:00:00\nLastStatus 2024-01-01 00:00:00\n"
		      "ExitAddress 162.247.74.201 2024-01-01 00:00:00\n",
		      IMPORT_LIST, "ip 162.247.74.201; ");
	import_expect("[Adblock Plus]\n! x\n||a.example.net^\n0.0.0.0 b.example.net\n"
		      "c.example.net\n||61.2.3.4^\n||d.example.net^\n||e.example.net^\n",
		      IMPORT_ADGUARD,
		      "domain a.example.net; domain b.example.net; domain c.example.net; ip "
		      "61.2.3.4; domain d.example.net; domain e.example.net; ");
}

/* 61.2.3.4, evil.com, a URL, and one that is defanged: in full-width letters. */
static void test_wide_letters(void **state)
{
	(void)state;
	import_expect("６１．２．３．４\nｅｖｉｌ。ｃｏｍ\n"
		      "ｈｔｔｐ：／／ｅｖｉｌ．ｃｏｍ／ａ\n　61.2.3.5　\n"
		      "ｈｘｘｐｓ：／／ｂａｄ［．］ｃｏｍ／\n",
		      IMPORT_LIST,
		      "ip 61.2.3.4; domain evil.com; url http://evil.com/a; ip 61.2.3.5; "
		      "url https://bad.com/; ");
	import_expect("種別,値,検知日\nIPアドレス,61.2.3.4,2024/01/01\n"
		      "ドメイン,evil[.]com,2024/01/01\n",
		      IMPORT_CSV, "ip 61.2.3.4; domain evil.com; ");
	import_expect("date,URL,description\r\n2019/01/04 10:42:00,http://bad.example.net/,楽天\r\n",
		      IMPORT_CSV, "url http://bad.example.net/; ");
}

static void test_tables(void **state)
{
	(void)state;
	import_expect("phish_id,url,phish_detail_url,submission_time,verified,online,target\n"
		      "1,http://bad.example.net/login,http://www.phishtank.com/1,"
		      "2024-01-01T00:00:00+00:00,yes,yes,Other\n",
		      IMPORT_CSV, "url http://bad.example.net/login; ");
	import_expect("Indicator type,Indicator,Description\nIPv4,61.2.3.4,\nFileHash-SHA256," SHA256
		      ",\nhostname,www.example.net,\nCVE,CVE-2020-1,\nCIDR,61.2.0.0/16,\n",
		      IMPORT_CSV,
		      "ip 61.2.3.4; sha256 " SHA256 "; domain www.example.net; prefix 61.2.0.0/16; ");
	import_expect("uuid,event_id,category,type,value,comment,to_ids,date\n"
		      "\"5c\",1,\"Network activity\",\"ip-dst|port\",\"61.2.3.5|443\",\"\",1,1600000000\n"
		      "\"5d\",1,\"Network activity\",\"domain\",\"good.example.net\",\"\",0,1600000000\n"
		      "\"5e\",1,\"Payload\",\"filename|sha256\",\"a.exe|" SHA256 "\",\"\",1,1600000000\n",
		      IMPORT_CSV, "ip:port 61.2.3.5:443; sha256 " SHA256 "; ");
	import_expect("# ASN  |  ASname  |  ipaddr  |  lastseen  |  category\n"
		      "1  |  A, US  |  61.2.3.4  |  2024-01-01 00:00:00  |  sshpwauth\n",
		      IMPORT_CSV, "ip 61.2.3.4; ");
	import_expect("IOC Type;IOC;First Seen;Threat Actor\r\nIP Address;61.2.3.4;01.02.2024;APT28\r\n"
		      "SHA-256;" SHA256 ";;\r\n",
		      IMPORT_CSV, "ip 61.2.3.4; sha256 " SHA256 "; ");
	import_expect("domain,category\nevil.example.net,phishing\n", IMPORT_CSV,
		      "domain evil.example.net; ");
	import_expect("# Listingdate,SHA1,Listingreason\r\n2024-01-01 12:00:00," SHA1 ",AsyncRAT C&C\r\n",
		      IMPORT_CSV, "sha1 " SHA1 "; ");
	/* Whom to write to about the network is nobody's accusation. */
	import_expect("Start\tEnd\tNetblock\tAttacks\tName\tCountry\temail\n"
		      "61.2.3.0\t61.2.3.255\t24\t1000\tX\tUS\tabuse@example.net\n",
		      IMPORT_CSV, "prefix 61.2.3.0/24; ");
}

static void test_json_exports(void **state)
{
	struct import_got got;

	(void)state;
	import_got_init(&got);
	import_got_run(&got,
		       "{\"id\":\"5\",\"name\":\"x\",\"author_name\":\"me\",\"adversary\":\"Gamaredon\","
		       "\"references\":[\"https://r.example.org/\"],\"malware_families\":[\"Ptera\"],"
		       "\"indicators\":[{\"indicator\":\"61.2.3.4\",\"type\":\"IPv4\",\"created\":"
		       "\"2024-05-01T12:00:00\"},{\"indicator\":\"CVE-2021-1\",\"type\":\"CVE\"}]}");
	assert_int_equal(got.report.format, IMPORT_RECORDS);
	assert_string_equal(got.all, "ip 61.2.3.4; ");
	assert_string_equal(got.last,
			    "50 0 [Ptera] [Gamaredon] [me] [https://r.example.org/] 1714564800 0");
	assert_int_equal(import_got_named(&got, "type CVE"), 1);
	/* The address that served a URL is a detail of it. */
	import_expect("[{\"phish_id\":1,\"url\":\"http://bad.example.net/\",\"details\":[{"
		      "\"ip_address\":\"61.2.3.4\"}]}]",
		      IMPORT_RECORDS, "url http://bad.example.net/; ");
	import_expect("{\"1\":[{\"ioc_value\":\"61.2.3.4:443\",\"ioc_type\":\"ip:port\","
		      "\"confidence_level\":75}],\"2\":[{\"ioc_value\":\"evil.example.net\","
		      "\"ioc_type\":\"domain\"}]}",
		      IMPORT_RECORDS, "ip:port 61.2.3.4:443; domain evil.example.net; ");
	import_expect("{\"cidr\":\"1.10.16.0/20\",\"sblid\":\"SBL1\"}\n{\"cidr\":\"1.19.0.0/16\"}\n"
		      "{\"type\":\"metadata\",\"copyright\":\"(c) x\"}\n",
		      IMPORT_RECORDS, "prefix 1.10.16.0/20; prefix 1.19.0.0/16; ");
	import_expect("[{\"ip_address\":\"61.2.3.4\",\"port\":443,\"malware\":\"Emotet\"}]",
		      IMPORT_RECORDS, "ip:port 61.2.3.4:443; ");
	import_expect("[\"61.2.3.4\",\"evil.example.net\"]", IMPORT_RECORDS,
		      "ip 61.2.3.4; domain evil.example.net; ");
	import_expect("{\"domains\":[\"evil.example.net\"],\"ips\":[\"61.2.3.4\"]}", IMPORT_RECORDS,
		      "domain evil.example.net; ip 61.2.3.4; ");
}

static void test_misp_variants(void **state)
{
	(void)state;
	import_expect("{\"Event\":{\"Attribute\":[{\"type\":\"ip-dst\",\"value\":\"61.2.3.4\",\"to_ids\":\"1\"},"
		      "{\"type\":\"ip-dst\",\"value\":\"61.2.3.5\",\"to_ids\":1,\"deleted\":1},"
		      "{\"type\":\"filename|md5\",\"value\":\"a|b.exe|" MD5 "\",\"to_ids\":true},"
		      "{\"type\":\"hostname|port\",\"value\":\"h.example.net|80\",\"to_ids\":true}]}}",
		      IMPORT_MISP, "ip 61.2.3.4; md5 " MD5 "; domain h.example.net; ");
	import_expect("{\"response\":{\"Attribute\":[{\"type\":\"ip-src|port\",\"value\":"
		      "\"2a01:4f8::5|443\",\"to_ids\":true}]}}",
		      IMPORT_MISP, "ip:port [2a01:4f8::5]:443; ");
}

/* "10:00:00.5Z" is after "10:00:00Z", though it sorts before it. */
static void test_stix_versions(void **state)
{
#define OBJECT(value, modified)                                                                    \
	"{\"type\":\"indicator\",\"id\":\"indicator--1\",\"modified\":\"" modified                 \
	"\",\"pattern\":\"[domain-name:value='" value "']\"}"
	(void)state;
	import_expect("{\"type\":\"bundle\",\"objects\":[" OBJECT("a.example.net",
								  "2024-01-01T10:00:00Z") ","
		      OBJECT("b.example.net", "2024-01-01T10:00:00.500Z") "]}",
		      IMPORT_STIX, "domain b.example.net; ");
	import_expect(OBJECT("a.example.net", "2024-01-01T10:00:00Z"), IMPORT_STIX,
		      "domain a.example.net; ");
	import_expect("[" OBJECT("a.example.net", "2024-01-01T10:00:00Z") "]", IMPORT_STIX,
		      "domain a.example.net; ");
}

/* An explicit expiry goes before the age that is set. */
static void test_days(void **state)
{
	struct import_got got;

	(void)state;
	import_got_init(&got);
	got.settings.days[INDICATOR_DOMAIN] = 10;
	import_got_run(&got, "domain,last_seen\nevil.example.net,2024-05-01 12:00:00\n");
	assert_string_equal(got.last, "50 0 [] [] [] [] 1714564800 1715428800");
	import_got_init(&got);
	got.settings.days[INDICATOR_DOMAIN] = 10;
	import_got_run(&got, "domain,expires\nevil.example.net,2030-01-02\n");
	assert_string_equal(got.last, "50 0 [] [] [] [] 1800000000 1893542400");
	import_got_init(&got);
	got.settings.days[INDICATOR_IP] = 0;
	import_got_run(&got, "61.2.3.4\n");
	assert_string_equal(got.last, "50 0 [] [] [] [] 1800000000 253402300799");
}

static void test_errors(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "\n\n# nothing\n", "nothing in it but blank lines and comments" },
		{ "evil.example.net\ncaf\xe9.example.net\n", "line 2 (byte 17) is no UTF-8" },
		{ "{\"a\":\"caf\xe9\"}", "iconv" },
		{ "{\"type\":\"bundle\",\n\"objects\":[{\"ty", "line 2, column 15 (byte 33)" },
		{ "{\"a\":1}\n{\"b\":", "line 2" },
		{ "<?xml version=\"1.0\"?>\n<stix>", "XML" },
		{ "<html><body>Please log in</body></html>", "without logging in" },
		{ "{\"query_status\":\"no_results\"}", "no objects with fields" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct import_got got;

		import_got_init(&got);
		import_got_run(&got, cases[i].text);
		assert_int_equal(got.err == OK, 0);
		if (!strstr(got.report.error, cases[i].says))
			fail_msg("%s: says %s", cases[i].text, got.report.error);
		assert_string_equal(got.all, "");
	}
}

/* 200 KB of empty arrays would be 10 MB of values. */
static void test_json_memory(void **state)
{
	static char text[200003];
	struct import_got got;
	size_t at = 1;

	(void)state;
	text[0] = '[';
	while (at + 4 < sizeof(text)) {
		memcpy(text + at, "[],", 3);
		at += 3;
	}
	memcpy(text + at, "1]", 3);
	import_got_init(&got);
	got.settings.max_bytes = 300000;
	import_got_run(&got, text);
	assert_int_equal(got.err, ERR_LIMIT);
	assert_non_null(strstr(got.report.error, "--max-bytes"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),        cmocka_unit_test(test_wide_letters),
		cmocka_unit_test(test_tables),       cmocka_unit_test(test_json_exports),
		cmocka_unit_test(test_misp_variants), cmocka_unit_test(test_stix_versions),
		cmocka_unit_test(test_errors),       cmocka_unit_test(test_days),
		      cmocka_unit_test(test_json_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
