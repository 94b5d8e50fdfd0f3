/*
 * test_filter_bpf.c - an expression selects exactly the packets that its filter matches.
 *
 * Filters are made of packets, so that they match something: of made-up ones with every shape (options,
 * fragments, padding, both families), and of the captures in the folder that HINOMI_SHARED_DATA names.
 */
#include "filter/filter_export.h"
#include "filter_test.h"

#include <dirent.h>
#include <pcap/pcap.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PACKETS 2000 /* of one source */
#define FILTERS 40   /* of one capture */
#define MADE    1500 /* filters of the made-up packets */

struct sample {
	bool ip;
	struct look look;
	uint32_t captured, wire;
	uint8_t bytes[256];
};

struct samples {
	struct sample all[PACKETS];
	unsigned count;
	int link;
};

/* Adds a packet unless it is broken; one that is not of IP is kept, and must never be selected. */
static void add(struct samples *samples, const uint8_t *bytes, uint32_t captured, uint32_t wire)
{
	struct sample *sample = &samples->all[samples->count];
	enum test_frame kind;

	if (samples->count == PACKETS)
		return;
	memset(sample, 0, sizeof(*sample));
	sample->captured = captured < sizeof(sample->bytes) ? captured : sizeof(sample->bytes);
	memcpy(sample->bytes, bytes, sample->captured);
	sample->wire = wire;
	kind = test_look(samples->link == DLT_EN10MB, (struct span){ sample->bytes, sample->captured },
			 &sample->look);
	sample->ip = kind == TEST_IP;
	samples->count += kind != TEST_BROKEN;
}

struct tally {
	unsigned filters, matched, packets;
};

static void check_packets(const struct samples *samples, const struct filter *filter,
			  const struct bpf_program *program, const char *expression, struct tally *tally)
{
	unsigned matched = 0;

	for (unsigned i = 0; i < samples->count; i++) {
		const struct sample *sample = &samples->all[i];
		const struct pcap_pkthdr header = { .caplen = sample->captured, .len = sample->wire };
		bool want = sample->ip && filter_match(filter, &sample->look);
		char text[FILTER_TEXT];

		if (want != (pcap_offline_filter(program, &header, sample->bytes) != 0))
			fail_msg("packet %u %s: %s: %s", i, want ? "is missed" : "is selected",
				 filter_text(filter, text), expression);
		matched += want;
	}
	tally->filters++;
	tally->matched += matched > 0;
	tally->packets += samples->count;
}

static void check_filters(const struct samples *samples, unsigned count, struct tally *tally)
{
	pcap_t *pcap = pcap_open_dead(samples->link, 65535);

	for (unsigned i = 0; samples->count > 0 && i < count; i++) {
		const struct sample *sample = &samples->all[test_below(samples->count)];
		struct filter filter = test_filter(&sample->look);
		char expression[FILTER_BPF];
		struct bpf_program program;

		if (!sample->ip || !filter_sound(&filter))
			continue;
		filter_bpf(&filter, expression);
		assert_true(strlen(expression) < FILTER_BPF - 1);
		if (pcap_compile(pcap, &program, expression, 1, PCAP_NETMASK_UNKNOWN) != 0) {
			if (strstr(pcap_geterr(pcap), "rejects all packets"))
				continue;
			fail_msg("%s: %s", expression, pcap_geterr(pcap));
		}
		check_packets(samples, &filter, &program, expression, tally);
		pcap_freecode(&program);
	}
	pcap_close(pcap);
}

static void test_made(void **state)
{
	struct samples *samples = calloc(1, sizeof(*samples));
	struct tally tally = { 0 };

	(void)state;
	assert_non_null(samples);
	test_seed(5);
	samples->link = DLT_RAW;
	for (unsigned i = 0; i < PACKETS; i++) {
		uint8_t bytes[TEST_PACKET];
		uint32_t length = test_packet(bytes);

		add(samples, bytes, test_below(8) ? length : 48 + test_below(length - 27), length);
	}
	check_filters(samples, MADE, &tally);
	print_message("made: %u filters, %u of them matched, %u packets\n", tally.filters, tally.matched,
		      tally.packets);
	assert_true(tally.matched > MADE / 2);
	free(samples);
}

static void check_capture(const char *path, struct tally *tally)
{
	char trouble[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(path, trouble);
	struct samples *samples = calloc(1, sizeof(*samples));
	struct pcap_pkthdr *header;
	const uint8_t *bytes;

	assert_non_null(samples);
	if (pcap) {
		samples->link = pcap_datalink(pcap);
		while ((samples->link == DLT_EN10MB || samples->link == DLT_RAW) &&
		       pcap_next_ex(pcap, &header, &bytes) == 1)
			add(samples, bytes, header->caplen, header->len);
		pcap_close(pcap);
	}
	check_filters(samples, FILTERS, tally);
	free(samples);
}

static void test_captures(void **state)
{
	const char *shared = getenv("HINOMI_SHARED_DATA");
	char folder[512], path[1024];
	struct tally tally = { 0 };
	struct dirent **names;
	int count;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/captures", shared ? shared : "/nonexistent");
	count = scandir(folder, &names, NULL, alphasort);
	if (count < 0) {
		print_message("NOTICE: no captures in %s; set HINOMI_SHARED_DATA\n", folder);
		skip();
	}
	test_seed(7);
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		check_capture(path, &tally);
		free(names[i]);
	}
	free(names);
	print_message("captures: %u filters, %u of them matched, %u packets\n", tally.filters, tally.matched,
		      tally.packets);
	assert_true(tally.matched > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_captures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
