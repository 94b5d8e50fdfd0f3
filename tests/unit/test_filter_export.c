/*
 * test_filter_export.c - filters for nft and FlowSpec, as JSON, as a fingerprint and in a letter.
 *
 * Whether nft, GoBGP and ExaBGP take what is exported, and mean the same, is seen by tests/filter/run.
 */
#include "filter/filter_export.h"
#include "filter/fingerprint.h"
#include "filter/upstream.h"
#include "filter_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOON ((usec_t)1772452800 * USEC_PER_SEC)
#define NTP  "from 198.51.100.0/24 to 203.0.113.10 proto udp from-port 123 length 468-482"
#define SYN  "to 2001:db8::5 proto tcp to-port 443 flags S/SA"

/* Two texts: of the first rule, and of the second, if there is one. */
static const struct {
	const char *filter, *first, *second;
} nft_rules[] = {
	{ NTP, "ip daddr 203.0.113.10 ip saddr 198.51.100.0/24 ip length 468-482 ip frag-off & 0x1fff == 0x0 "
	  "meta l4proto 17 udp sport 123",
	  NULL },
	{ SYN, "ip6 daddr 2001:db8::5 exthdr frag missing meta l4proto 6 tcp dport 443 tcp flags & 0x12 == 0x2",
	  "ip6 daddr 2001:db8::5 frag frag-off 0 meta l4proto 6 tcp dport 443 tcp flags & 0x12 == 0x2" },
	{ "proto udp", "meta l4proto 17", NULL },
	{ "to ::/0 proto udp from-port 53 fragment any", "meta protocol ip6 frag frag-off 0 meta l4proto 17 udp sport 53",
	  NULL },
	{ "from 0.0.0.0/0 ttl 7", "meta protocol ip ip ttl 7", NULL },
	{ "ttl 7-9", "meta protocol ip ip ttl 7-9", "meta protocol ip6 ip6 hoplimit 7-9" },
	{ "length 20-39", "meta protocol ip ip length 20-39", NULL },
	{ "length 20-41", "meta protocol ip ip length 20-41", "meta protocol ip6 ip6 length 0-1" },
	{ "fragment none", "meta protocol ip ip frag-off & 0x3fff == 0x0",
	  "meta protocol ip6 exthdr frag missing" },
	{ "fragment any", "meta protocol ip ip frag-off & 0x3fff != 0x0",
	  "meta protocol ip6 exthdr frag exists" },
	{ "fragment later", "meta protocol ip ip frag-off & 0x1fff != 0x0",
	  "meta protocol ip6 frag frag-off != 0" },
	{ "to ::/0 proto 99 fragment none bytes 0:11",
	  "meta protocol ip6 exthdr frag missing ip6 length 1-65495 @th,0,8 0x11 meta l4proto 99", NULL },
	{ "to ::/0 proto icmp from-port 8 fragment none",
	  "meta protocol ip6 exthdr frag missing meta l4proto 1 @th,0,8 0x8", NULL },
	{ "to 10.0.0.0/8 proto icmp from-port 8 to-port 0-2 fragment any",
	  "ip daddr 10.0.0.0/8 ip frag-off & 0x3fff == 0x2000 meta l4proto 1 icmp type 8 icmp code 0-2", NULL },
	{ "to 10.0.0.1 proto udp fragment none bytes 2:17000324aa0b/ff00ffffff0f",
	  "ip daddr 10.0.0.1 ip frag-off & 0x3fff == 0x0 meta l4proto 17 ip length 36-65535 "
	  "@th,80,32 & 0xff00ffff == 0x17000324 @th,112,16 & 0xff0f == 0xaa0b", NULL },
	{ "to 10.0.0.1 proto tcp window 1024 header 20-24 fragment none bytes 0:47455420",
	  "ip daddr 10.0.0.1 ip frag-off & 0x3fff == 0x0 meta l4proto 6 tcp window 1024 tcp doff 5-6 "
	  "ip length 44-65535 @ih,0,32 0x47455420", NULL },
};

static void test_nft(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(nft_rules) / sizeof(nft_rules[0]); i++) {
		char trouble[FILTER_TROUBLE];
		struct filter filter = test_filter_of(nft_rules[i].filter);
		struct filter_nft nft;

		assert_int_equal(filter_nft(&filter, &nft, trouble), OK);
		assert_int_equal(nft.count, nft_rules[i].second ? 2 : 1);
		assert_string_equal(nft.rules[0].text, nft_rules[i].first);
		if (nft_rules[i].second)
			assert_string_equal(nft.rules[1].text, nft_rules[i].second);
		filter_nft_free(&nft);
	}
}

/* Filters that cannot be said exactly are not said, and the words tell which part. */
static const struct {
	const char *filter, *nft, *flowspec;
} refused[] = {
	{ "to 10.0.0.1 fragment none bytes 0:17", "proto", "bytes" },
	{ "to 10.0.0.1 proto udp bytes 0:17", "fragment none", "bytes" },
	{ "to 10.0.0.1 proto udp fragment any bytes 0:17", "fragment none", "bytes" },
	{ "to 10.0.0.1 ttl 1-9", NULL, "ttl" },
	{ "to 10.0.0.1 proto tcp window 0", NULL, "window" },
	{ "to 10.0.0.1 proto tcp header 20", NULL, "header" },
	{ "from 10.0.0.1 proto udp from-port 53", NULL, "destination" },
	{ "from 10.0.0.1 to 0.0.0.0/0", NULL, "destination" },
	{ "to ::/0", NULL, "destination" },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct filter filter = test_filter_of(refused[i].filter);
		char trouble[FILTER_TROUBLE];
		struct filter_flowspec flow;
		struct filter_nft nft;

		if (refused[i].nft) {
			assert_int_equal(filter_nft(&filter, &nft, trouble), ERR_UNSUPPORTED);
			assert_non_null(strstr(trouble, refused[i].nft));
		}
		assert_int_equal(filter_flowspec(&filter, &flow, trouble), ERR_UNSUPPORTED);
		assert_non_null(strstr(trouble, refused[i].flowspec));
	}
}

static const uint8_t ntp_nlri[] = {
	24,
	1, 32, 203, 0, 113, 10, /* destination */
	2, 24, 198, 51, 100,    /* source */
	3, 0x81, 17,            /* protocol */
	6, 0x81, 123,           /* source port */
	10, 0x13, 0x01, 0xd4, 0xd5, 0x01, 0xe2, /* length: >= 468 and <= 482 */
};

static const uint8_t syn_nlri[] = {
	31,
	1, 128, 0, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5,
	3, 0x81, 6,
	5, 0x91, 0x01, 0xbb,
	9, 0x00, 0x02, 0xc2, 0x10, /* SYN, and not ACK */
};

static void test_flowspec(void **state)
{
	struct filter ntp = test_filter_of(NTP), syn = test_filter_of(SYN);
	char trouble[FILTER_TROUBLE];
	struct filter_flowspec flow;

	(void)state;
	assert_int_equal(filter_flowspec(&ntp, &flow, trouble), OK);
	assert_int_equal(flow.family, 4);
	assert_int_equal(flow.nlri_len, sizeof(ntp_nlri));
	assert_memory_equal(flow.nlri, ntp_nlri, sizeof(ntp_nlri));
	assert_string_equal(flow.gobgp, "match destination 203.0.113.10/32 source 198.51.100.0/24 protocol ==17 "
					"source-port ==123 packet-length >=468&<=482");
	assert_string_equal(flow.exabgp, "match { destination 203.0.113.10/32; source 198.51.100.0/24; "
					 "protocol =17; source-port =123; packet-length >=468&<=482; }");
	assert_int_equal(filter_flowspec(&syn, &flow, trouble), OK);
	assert_int_equal(flow.family, 6);
	assert_int_equal(flow.nlri_len, sizeof(syn_nlri));
	assert_memory_equal(flow.nlri, syn_nlri, sizeof(syn_nlri));
}

static void test_json(void **state)
{
	struct filter filter = test_filter_of(NTP " ttl 7 fragment none bytes 0:1700/ff00");
	json_t *rule = filter_json(&filter);
	char *text = json_dumps(rule, JSON_COMPACT | JSON_SORT_KEYS);

	(void)state;
	assert_string_equal(text, "{\"bytes\":{\"at\":0,\"mask\":\"ff00\",\"value\":\"1700\"},\"fragment\":\"none\","
				  "\"from\":\"198.51.100.0/24\",\"from-port\":[123,123],\"length\":[468,482],"
				  "\"proto\":17,\"to\":\"203.0.113.10/32\",\"ttl\":[7,7]}");
	free(text);
	json_decref(rule);
}

/* The fields that fingerprint_format.md documents, and their types. */
struct field {
	const char *name;
	const char *types; /* s: string, i: integer, r: real, o: object, a: array, n: null */
};

static const struct field summary_fields[] = {
	{ "attack_vectors", "a" }, { "target", "s" },        { "tags", "a" },
	{ "key", "s" },            { "time_start", "s" },    { "time_end", "s" },
	{ "duration_seconds", "i" }, { "total_megabytes", "i" }, { "total_packets", "i" },
	{ "total_ips", "i" },      { "avg_bps", "i" },       { "avg_pps", "i" },
	{ "avg_Bpp", "i" },
};

static const struct field vector_fields[] = {
	{ "service", "s" },           { "protocol", "s" },    { "fraction_of_attack", "rn" },
	{ "source_port", "is" },      { "destination_ports", "os" }, { "tcp_flags", "on" },
	{ "nr_packets", "i" },        { "nr_megabytes", "i" }, { "time_start", "s" },
	{ "duration_seconds", "i" },  { "source_ips", "a" },  { "ethernet_type", "os" },
	{ "frame_len", "os" },        { "fragmentation_offset", "os" }, { "ttl", "os" },
};

static void check_fields(const json_t *object, const struct field *fields, size_t count)
{
	assert_int_equal(json_object_size(object), count);
	for (size_t i = 0; i < count; i++) {
		const json_t *value = json_object_get(object, fields[i].name);
		char type = json_is_string(value) ? 's' : json_is_integer(value) ? 'i' : json_is_real(value) ? 'r'
			    : json_is_object(value) ? 'o' : json_is_array(value) ? 'a'
			    : json_is_null(value) ? 'n' : '?';

		if (!strchr(fields[i].types, type))
			fail_msg("%s is of type %c", fields[i].name, type);
	}
}

#define FIELDS(object, fields) check_fields(object, fields, sizeof(fields) / sizeof((fields)[0]))

static const char *text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void test_fingerprint(void **state)
{
	struct filter ntp = test_filter_of(NTP), syn = test_filter_of("to 203.0.113.10 proto tcp to-port 443 flags S/SA ttl 60");
	struct fingerprint_vector vectors[] = {
		{ .vector = VECTOR_NTP, .filter = ntp, .share = 0.75, .packets = 3000, .bytes = 3000000,
		  .from = NOON, .until = NOON + 10 * USEC_PER_SEC, .sources = &ntp.from.ip, .source_count = 1 },
		{ .vector = VECTOR_SYN, .filter = syn, .share = 0.25, .packets = 1000, .bytes = 1000000,
		  .from = NOON, .until = NOON + 10 * USEC_PER_SEC },
	};
	struct fingerprint fingerprint = { .target = ntp.to, .from = NOON, .until = NOON + 10 * USEC_PER_SEC,
					   .packets = 4000, .bytes = 4000000, .sources = 17, .vectors = vectors,
					   .vector_count = 2 };
	json_t *made = fingerprint_json(&fingerprint), *all, *vector, *again;

	(void)state;
	FIELDS(made, summary_fields);
	all = json_object_get(made, "attack_vectors");
	assert_int_equal(json_array_size(all), 2);
	vector = json_array_get(all, 0);
	FIELDS(vector, vector_fields);
	FIELDS(json_array_get(all, 1), vector_fields);
	assert_string_equal(text_of(vector, "service"), "NTP");
	assert_string_equal(text_of(vector, "protocol"), "UDP");
	assert_string_equal(text_of(vector, "frame_len"), "random");
	assert_int_equal(json_integer_value(json_object_get(vector, "source_port")), 123);
	assert_string_equal(text_of(made, "target"), "203.0.113.10");
	assert_string_equal(text_of(made, "time_start"), "2026-03-02T12:00:00+00:00");
	assert_int_equal(json_integer_value(json_object_get(made, "avg_bps")), 3200000);
	assert_int_equal(strlen(text_of(made, "key")), 32);
	vector = json_array_get(all, 1);
	assert_non_null(json_object_get(json_object_get(vector, "tcp_flags"), "......S."));
	assert_non_null(json_object_get(json_object_get(vector, "destination_ports"), "443"));
	assert_non_null(json_object_get(json_object_get(vector, "ttl"), "60"));
	fingerprint.anonymous = true;
	again = fingerprint_json(&fingerprint);
	assert_string_equal(text_of(again, "target"), "Anonymous");
	assert_string_not_equal(text_of(again, "key"), text_of(made, "key"));
	json_decref(again);
	json_decref(made);
}

/* What comes beside a reflection is none of its service: errors of ICMP, the rest of large answers. */
static void test_fingerprint_beside(void **state)
{
	static const struct {
		const char *filter, *service, *protocol, *tag;
		enum vector vector;
	} cases[] = {
		{ "to 203.0.113.10 proto udp from-port 53", "DNS", "UDP", "Amplification attack", VECTOR_DNS },
		{ "to 203.0.113.10 proto udp fragment later", "Fragmented IP packets", "UDP", "Fragmentation attack", VECTOR_DNS },
		{ "to 203.0.113.10 proto icmp from-port 3", "Unknown service", "ICMP", "ICMP flood attack", VECTOR_DNS },
		{ "to 203.0.113.10 proto tcp flags R/R", "Unknown service", "TCP", "TCP flood attack", VECTOR_SYNACK },
		{ "to 203.0.113.10 proto tcp flags SA/SA", "Unknown service", "TCP", "Amplification attack", VECTOR_SYNACK },
		{ "to 203.0.113.10 proto udp from-port 123", "NTP", "UDP", "Amplification attack", VECTOR_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct fingerprint_vector vector = { .vector = cases[i].vector, .share = 1,
							   .filter = test_filter_of(cases[i].filter) };
		const struct fingerprint fingerprint = { .target = vector.filter.to, .vectors = &vector, .vector_count = 1 };
		json_t *made = fingerprint_json(&fingerprint), *one = json_array_get(json_object_get(made, "attack_vectors"), 0);
		json_t *tags = json_object_get(made, "tags"), *tag;
		bool tagged = false;
		size_t n;

		assert_string_equal(text_of(one, "service"), cases[i].service);
		assert_string_equal(text_of(one, "protocol"), cases[i].protocol);
		json_array_foreach(tags, n, tag)
			tagged |= strcmp(json_string_value(tag), cases[i].tag) == 0;
		assert_true(tagged);
		json_decref(made);
	}
}

static void check_letter(const struct upstream_note *note, enum language language, const char *const *says)
{
	char text[UPSTREAM_TEXT];

	upstream_text(note, language, text);
	assert_true(strlen(text) < UPSTREAM_TEXT - 1);
	assert_null(strchr(text, '{') ? strstr(text, "{target}") : NULL);
	for (; *says; says++)
		if (!strstr(text, *says))
			fail_msg("no \"%s\" in:\n%s", *says, text);
}

static void test_letter(void **state)
{
	static const enum vector kinds[] = { VECTOR_NTP };
	const struct filter filters[] = { test_filter_of(NTP), test_filter_of("to 203.0.113.10 ttl 60 proto icmp from-port 8") };
	struct upstream_note note = { .target = filters[0].to, .vectors = kinds, .vector_count = 1, .from = NOON,
				      .now = NOON, .peak_pps = 1234567, .peak_bps = 9800000000, .line_full = true,
				      .filters = filters, .filter_count = 2 };

	(void)state;
	check_letter(&note, ENGLISH,
		     (const char *[]){ "DDoS attack on 203.0.113.10", "NTP reflection", "1,234,567 packets/s, 9.8 Gbit/s",
				       "2026-03-02 12:00:00 UTC", "fills the line", "source port 123",
				       "match { destination 203.0.113.10/32;", "ICMP type 8", "cannot express", NULL });
	check_letter(&note, JAPANESE,
		     (const char *[]){ "203.0.113.10 への DDoS 攻撃", "NTP リフレクション", "毎秒 1,234,567 パケット",
				       "2026-03-02 21:00:00（日本時間）", "埋まっている", "送信元ポート 123",
				       "match { destination 203.0.113.10/32;", "ICMP タイプ 8", "表現できません", NULL });
	note.filter_count = note.vector_count = 0;
	note.line_full = false;
	check_letter(&note, ENGLISH, (const char *[]){ "not known", "a blackhole for 203.0.113.10", NULL });
	check_letter(&note, JAPANESE, (const char *[]){ "不明", "203.0.113.10 宛ての全通信の破棄", NULL });
}

/* The longest of each text is whole. */
static void test_longest(void **state)
{
	const char *all = "from 2001:1111:2222:3333:4444:5555:6666:7776/127 "
			  "to 2001:1111:2222:3333:4444:5555:6666:7776/127 proto tcp from-port 10000-10001 "
			  "to-port 10000-10001 length 10000-10001 flags FSRPAUEC/FSRPAUEC fragment none";
	const char *more = " window 10000-10001 header 20-60 ttl 100-101 bytes 248:0000000000000000/8000800080008000";
	struct filter wide = test_filter_of(all), filters[UPSTREAM_FILTERS];
	char text[FILTER_TEXT + 400], words[FILTER_WORDS], trouble[FILTER_TROUBLE], bpf[FILTER_BPF];
	struct upstream_note note = { .target = wide.to, .filters = filters, .filter_count = UPSTREAM_FILTERS };
	struct filter_flowspec flow;
	struct filter_nft nft;

	(void)state;
	assert_int_equal(filter_flowspec(&wide, &flow, trouble), OK);
	assert_non_null(strstr(flow.exabgp, "first-fragment; }"));
	assert_non_null(strstr(flow.gobgp, "&!first-fragment"));
	for (size_t i = 0; i < UPSTREAM_FILTERS; i++)
		filters[i] = wide;
	check_letter(&note, JAPANESE, (const char *[]){ "16. ", "[担当者名]\n", NULL });
	check_letter(&note, ENGLISH, (const char *[]){ "16. ", "[name]\n", NULL });
	snprintf(text, sizeof(text), "%s%s", all, more);
	wide = test_filter_of(text);
	assert_true(strlen(filter_bpf(&wide, bpf)) < FILTER_BPF - 1);
	assert_non_null(strstr(filter_words(&wide, JAPANESE, words), "（位置:値/マスク）"));
	assert_non_null(strstr(filter_words(&wide, ENGLISH, words), "(offset:value/mask)"));
	assert_int_equal(filter_nft(&wide, &nft, trouble), OK);
	assert_non_null(strstr(nft.rules[0].text, "@ih,2016,32"));
	assert_non_null(strstr(nft.rules[0].text, "== 0x0 @ih,2016,32 & 0x80008000 == 0x0"));
	filter_nft_free(&nft);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nft),         cmocka_unit_test(test_refused),
		cmocka_unit_test(test_flowspec),    cmocka_unit_test(test_json),
		cmocka_unit_test(test_fingerprint), cmocka_unit_test(test_letter),
		cmocka_unit_test(test_longest),     cmocka_unit_test(test_fingerprint_beside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
