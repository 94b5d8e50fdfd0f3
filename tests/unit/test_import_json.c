/* test_import_json.c - STIX bundles and MISP: what every field becomes, links, versions, cycles. */
#include "import_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define BUNDLE(objects) "{\"type\":\"bundle\",\"id\":\"bundle--1\",\"objects\":[" objects "]}"
#define INDICATOR(id, modified, more)                                                              \
	"{\"type\":\"indicator\",\"id\":\"indicator--" id "\",\"modified\":\"" modified "\"," more \
	"}"
#define PATTERN(value) "\"pattern_type\":\"stix\",\"pattern\":\"[domain-name:value = '" value "']\""
#define LINK(id, from, type, to)                                                                   \
	"{\"type\":\"relationship\",\"id\":\"relationship--" id "\",\"relationship_type\":\"" type \
	"\",\"source_ref\":\"" from "\",\"target_ref\":\"" to "\"}"
#define GROUP                                                                                      \
	"{\"type\":\"intrusion-set\",\"id\":\"intrusion-set--1\",\"name\":\"Some "                 \
	"Group\",\"aliases\":"                                                                     \
	"[\"Some Group\",\"Other\"],\"external_references\":[{\"source_name\":\"mitre-attack\","   \
	"\"external_id\":\"G0047\"}]}"
#define MALWARE "{\"type\":\"malware\",\"id\":\"malware--1\",\"name\":\"Pterodo\"}"

static void run(struct import_got *got, const char *text)
{
	import_got_init(got);
	import_got_run(got, text);
	assert_string_equal(got->report.error, "");
	assert_int_equal(got->err, OK);
}

static void test_stix_fields(void **state)
{
	struct import_got got;

	(void)state;
	run(&got, BUNDLE(INDICATOR("1", "2024-05-01T12:00:00.000Z",
				   PATTERN("evil.example.net") ",\"confidence\":80,\"valid_until\":"
							       "\"2030-01-02T00:00:00Z\",\"created_"
							       "by_ref\":\"identity--1\","
							       "\"external_references\":[{\"source_"
							       "name\":\"x\"},{\"source_name\":"
							       "\"y\","
							       "\"url\":\"https://r.example.org/"
							       "\"}]") ",{\"type\":\"identity\","
								       "\"id\":\"identity--1\","
								       "\"name\":\"ACME\"}"));
	assert_int_equal(got.report.format, IMPORT_STIX);
	assert_string_equal(got.all, "domain evil.example.net; ");
	assert_string_equal(got.last,
			    "80 0 [] [] [ACME] [https://r.example.org/] 1714564800 1893542400");
}

static void test_stix_newest_wins(void **state)
{
	struct import_got got;

	(void)state;
	run(&got,
	    BUNDLE(INDICATOR("1", "2024-05-01T00:00:00Z", PATTERN("old.example.net")) "," INDICATOR(
		    "1", "2024-06-01T00:00:00Z",
		    PATTERN("new.example.net")) "," INDICATOR("1", "2024-04-01T00:00:00Z",
							      PATTERN("older.example.net"))));
	assert_string_equal(got.all, "domain new.example.net; ");
	run(&got,
	    BUNDLE(INDICATOR("1", "2024-05-01T00:00:00Z", PATTERN("a.example.net")) "," INDICATOR(
		    "2", "2024-05-01T00:00:00Z",
		    PATTERN("b.example.net")) "," INDICATOR("1", "2024-06-01T00:00:00Z",
							    "\"revoked\":true," PATTERN(
								    "a.example.net"))));
	assert_string_equal(got.all, "domain b.example.net; ");
	assert_int_equal(import_got_named(&got, "revoked object"), 1);
}

static void test_stix_links(void **state)
{
	struct import_got got;

	(void)state;
	run(&got,
	    BUNDLE(INDICATOR(
		    "1", "2024-05-01T00:00:00Z",
		    PATTERN("a.example.net")) "," GROUP "," MALWARE
					      "," LINK("1", "indicator--1", "indicates",
						       "malware--1") "," LINK("2",
									      "intrusion-set--1",
									      "uses",
									      "malware--1")));
	assert_string_equal(got.last, "50 0 [Pterodo] [G0047] [] [] 1714521600 0");
	assert_string_equal(got.groups, "G0047|Some Group|Other,; ");
	/* Used by two groups, the malware tells nothing about who. */
	run(&got,
	    BUNDLE(
		    INDICATOR("1", "2024-05-01T00:00:00Z",
			      PATTERN("a.example.net")) "," GROUP "," MALWARE ","
							"{\"type\":\"threat-actor\",\"id\":"
							"\"threat-actor--2\",\"name\":\"Second\"}"
							"," LINK("1", "indicator--1", "indicates", "malware--1") "," LINK(
								"2", "intrusion-set--1", "uses",
								"malware--1") "," LINK("3",
										       "threat-"
										       "actor--2",
										       "uses",
										       "malware--"
										       "1")));
	assert_string_equal(got.last, "50 0 [Pterodo] [] [] [] 1714521600 0");
	/* A campaign and who is behind it; a relation of that to itself is no trap. */
	run(
		&got,
		BUNDLE(INDICATOR(
			"1", "2024-05-01T00:00:00Z",
			PATTERN("a.example.net")) "," GROUP ","
						  "{\"type\":\"campaign\",\"id\":\"campaign--1\","
						  "\"name\":\"C\"}," LINK("1", "indicator--1", "indicates", "campaign--1") "," LINK(
							  "2", "campaign--1", "attributed-to",
							  "campaign--1") "," LINK("3",
										  "campaign--1",
										  "attributed-to",
										  "intrusion-set--"
										  "1") "," LINK("4",
												"in"
												"tr"
												"us"
												"io"
												"n-"
												"se"
												"t-"
												"-"
												"1",
												"at"
												"tr"
												"ib"
												"ut"
												"ed"
												"-t"
												"o",
												"ca"
												"mp"
												"ai"
												"gn"
												"--"
												"1")));
	assert_string_equal(got.last, "50 0 [] [G0047] [] [] 1714521600 0");
}

static void test_stix_left_out_by_name(void **state)
{
	struct import_got got;

	(void)state;
	run(&got,
	    BUNDLE(INDICATOR("1", "2024-05-01T00:00:00Z", PATTERN("a.example.net")) "," INDICATOR("2", "2024-05-01T00:00:00Z", "\"pattern_type\":\"yara\",\"pattern\":\"rule x\"") "," INDICATOR(
		    "3", "2024-05-01T00:00:00Z",
		    "\"pattern\":\"[process:name = 'x']\"") "," INDICATOR("4",
									  "2024-05-01T00:00:00Z",
									  "\"pattern\":\"["
									  "nonsense\"") "," INDICATOR("5",
												      "2024-05-01T00:00:00Z",
												      "\"indicator_types\":[\"benign\"]," PATTERN(
													      "good.example.net")) ","
																   "{\"type\":\"course-of-action\",\"id\":\"course-of-action--1\"},7,{\"type\":\"x\"}"));
	assert_string_equal(got.all, "domain a.example.net; ");
	assert_int_equal(import_got_named(&got, "pattern in another language: yara"), 1);
	assert_int_equal(import_got_named(&got, "pattern: object path process:name"), 1);
	assert_int_equal(import_got_named(&got, "pattern that is damaged"), 1);
	assert_int_equal(import_got_named(&got, "indicator of something benign"), 1);
	assert_int_equal(import_got_named(&got, "object that is no indicator: course-of-action"),
			 1);
	assert_int_equal(import_got_named(&got, "object without an id"), 2);
}

static void test_misp_event(void **state)
{
	static const char text[] =
		"{\"Event\":{\"info\":\"x\",\"date\":\"2024-05-01\",\"published\":true,"
		"\"Orgc\":{\"name\":\"ESET\"},\"Tag\":[{\"name\":\"tlp:white\"},"
		"{\"name\":\"misp-galaxy:threat-actor=\\\"Gamaredon Group\\\"\"},"
		"{\"name\":\"misp-galaxy:malpedia=\\\"Pteranodon\\\"\"}],\"Attribute\":["
		"{\"type\":\"ip-dst|port\",\"to_ids\":true,\"value\":\"1.2.3.4|443\"},"
		"{\"type\":\"domain|ip\",\"to_ids\":true,\"value\":\"a.example.net|1.2.3.5\"},"
		"{\"type\":\"filename|md5\",\"to_ids\":true,\"value\":\"x|"
		"d41d8cd98f00b204e9800998ecf8427e\"},"
		"{\"type\":\"domain\",\"to_ids\":false,\"value\":\"victim.example.net\"},"
		"{\"type\":\"domain\",\"to_ids\":true,\"deleted\":true,\"value\":\"gone.example."
		"net\"},"
		"{\"type\":\"mutex\",\"to_ids\":true,\"value\":\"x\"}],"
		"\"Object\":[{\"name\":\"url\",\"Attribute\":[{\"type\":\"url\",\"to_ids\":true,"
		"\"timestamp\":\"1714608000\",\"value\":\"http://b.example.net/\"}]}]}}";
	struct import_got got;

	(void)state;
	run(&got, text);
	assert_int_equal(got.report.format, IMPORT_MISP);
	assert_string_equal(got.all,
			    "ip:port 1.2.3.4:443; domain a.example.net; ip 1.2.3.5; "
			    "md5 d41d8cd98f00b204e9800998ecf8427e; url http://b.example.net/; ");
	assert_string_equal(got.last, "50 0 [Pteranodon] [Gamaredon Group] [ESET] [] 1714608000 0");
	assert_int_equal(import_got_named(&got, "attribute of type mutex"), 1);
	assert_int_equal(import_got_named(&got, "deleted attribute"), 1);
	assert_int_equal(
		import_got_named(&got,
				 "attribute that its author does not mean for detection (to_ids)"),
		1);
}

static void test_warninglist(void **state)
{
	struct import_got got;

	(void)state;
	run(&got,
	    "{\"name\":\"Resolvers\",\"type\":\"cidr\",\"list\":[\"8.8.8.8\",\"10.0.0.0/8\"]}");
	assert_int_equal(got.report.format, IMPORT_WARNINGLIST);
	assert_string_equal(got.all, "ip 8.8.8.8; prefix 10.0.0.0/8; ");
	assert_string_equal(got.last, "50 1 [Resolvers] [] [] [] 1800000000 0");
	run(&got, "{\"name\":\"S\",\"type\":\"string\",\"list\":[\"a.example.net\"]}");
	assert_string_equal(got.last, "50 3 [S] [] [] [] 1800000000 0");
	import_got_init(&got);
	import_got_run(&got, "{\"name\":\"R\",\"type\":\"regex\",\"list\":[\"/x/\",\"/y/\"]}");
	assert_int_equal(got.err, ERR_FORMAT);
	assert_int_equal(import_got_named(&got, "warning list entry of type regex"), 2);
}

static void test_galaxy(void **state)
{
	struct import_got got;

	(void)state;
	run(&got, "{\"type\":\"threat-actor\",\"values\":[{\"value\":\"Gamaredon\",\"meta\":{"
		  "\"synonyms\":"
		  "[\"G0047\",\"Shuckworm\",7]}}]}");
	assert_string_equal(got.groups, "G0047|Gamaredon|Shuckworm,; ");
	import_got_init(&got);
	import_got_run(&got, "{\"type\":\"country\",\"values\":[{\"value\":\"x\"}]}");
	assert_int_equal(got.err, ERR_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stix_fields), cmocka_unit_test(test_stix_newest_wins),
		cmocka_unit_test(test_stix_links),  cmocka_unit_test(test_stix_left_out_by_name),
		cmocka_unit_test(test_misp_event),  cmocka_unit_test(test_warninglist),
		cmocka_unit_test(test_galaxy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
