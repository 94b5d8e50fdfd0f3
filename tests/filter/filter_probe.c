/*
 * filter_probe.c - made-up packets, filters of them, their exports, and how many packets each matches.
 *
 *   filter_probe SEED PACKETS FILTERS
 *
 * One JSON object: "packets", frames in hexadecimal; "filters", each with its "text", the "count" of
 * packets that it matches, "bpf", and "nft" and "flow", or the "trouble" where these cannot say it.
 */
#include "filter/filter_export.h"
#include "base/pen.h"
#include "filter_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PACKETS 5000
#define LINK    14
#define FRAME   (LINK + TEST_PACKET)

static struct look looks[PACKETS];
static unsigned look_count;

static json_t *hex_json(const uint8_t *bytes, size_t len)
{
	char text[2 * FRAME];
	struct pen pen = pen_init(text, sizeof(text));

	pen_hex(&pen, (struct span){ bytes, len }, 0, PEN_LOWER);
	return json_stringn(text, pen.used);
}

/* Frames to a broadcast address, so that whoever they reach takes them. */
static json_t *make_packets(unsigned count)
{
	json_t *all = json_array();

	while (look_count < count) {
		uint8_t frame[FRAME] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2 };
		size_t len = LINK + test_packet(frame + LINK);

		memcpy(frame + 12, frame[LINK] >> 4 == 4 ? "\x08\x00" : "\x86\xdd", 2);
		if (test_look(true, (struct span){ frame, len }, &looks[look_count]) != TEST_IP)
			continue;
		if (looks[look_count].proto == PROTO_TCP || (frame[LINK] > 0x45 && frame[LINK] < 0x50))
			/* see filter_nft() of padding */
			len = LINK + looks[look_count].length;
		json_array_append_new(all, hex_json(frame, len));
		look_count++;
	}
	return all;
}

/* What nft can say: bytes of whole packets of a known protocol; what FlowSpec can say: no TTL and so on. */
static struct filter filter_for(const struct look *look, bool flow)
{
	struct filter filter = test_filter(look);

	if (flow) {
		filter.parts &= ~(uint32_t)(FILTER_TTL | FILTER_WINDOW | FILTER_HEADER | FILTER_BYTES);
		memset(&filter.ttl, 0, sizeof(filter.ttl));
		memset(&filter.window, 0, sizeof(filter.window));
		memset(&filter.header, 0, sizeof(filter.header));
		memset(&filter.bytes, 0, sizeof(filter.bytes));
		filter.parts |= FILTER_TO;
		filter.to = ip_prefix(&look->to, 120);
	} else if ((filter.parts & FILTER_BYTES) && test_below(8)) {
		filter.parts |= FILTER_PROTO | FILTER_FRAGMENT;
		filter.proto = look->proto;
		filter.fragment = FRAGMENT_NONE;
	}
	return filter;
}

static json_t *nft_json(const struct filter *filter)
{
	char trouble[FILTER_TROUBLE];
	struct filter_nft nft;
	json_t *rules;

	if (filter_nft(filter, &nft, trouble) != OK)
		return json_pack("{s:s}", "trouble", trouble);
	rules = json_array();
	for (size_t i = 0; i < nft.count; i++)
		json_array_append_new(rules, json_pack("{s:s,s:O}", "text", nft.rules[i].text, "matches",
						       nft.rules[i].matches));
	filter_nft_free(&nft);
	return json_pack("{s:o}", "rules", rules);
}

static json_t *flow_json(const struct filter *filter)
{
	char trouble[FILTER_TROUBLE];
	struct filter_flowspec flow;

	if (filter_flowspec(filter, &flow, trouble) != OK)
		return json_pack("{s:s}", "trouble", trouble);
	return json_pack("{s:i,s:s,s:s,s:o}", "family", (int)flow.family, "gobgp", flow.gobgp, "exabgp",
			 flow.exabgp, "nlri", hex_json(flow.nlri, flow.nlri_len));
}

static json_t *filter_told(const struct filter *filter)
{
	char text[FILTER_TEXT], bpf[FILTER_BPF];
	int count = 0;

	for (unsigned i = 0; i < look_count; i++)
		count += filter_match(filter, &looks[i]);
	return json_pack("{s:s,s:i,s:o,s:o,s:s}", "text", filter_text(filter, text), "count", count, "nft",
			 nft_json(filter), "flow", flow_json(filter), "bpf", filter_bpf(filter, bpf));
}

int main(int argc, char **argv)
{
	unsigned packets = argc == 4 ? (unsigned)atol(argv[2]) : 0, filters = argc == 4 ? (unsigned)atol(argv[3]) : 0;
	json_t *all, *told;

	if (packets < 1 || packets > PACKETS) {
		fprintf(stderr, "usage: filter_probe SEED PACKETS FILTERS\n");
		return 2;
	}
	test_seed((uint32_t)strtoul(argv[1], NULL, 10));
	told = json_array();
	all = json_pack("{s:o,s:o}", "packets", make_packets(packets), "filters", told);
	while (json_array_size(told) < filters) {
		struct filter filter = filter_for(&looks[test_below(packets)], test_below(3) == 0);

		if (filter_sound(&filter))
			json_array_append_new(told, filter_told(&filter));
	}
	json_dumpf(all, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(all);
	return 0;
}
