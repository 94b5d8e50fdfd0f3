/*
 * fuzz_filter.c - what people may write as a filter: one that is read is sound, covers itself, its text is
 * read back as equal bytes, and its exports are whole. The same bytes as a filter of another process are
 * sound or refused.
 */
#include "filter/filter_export.h"
#include "filter/upstream.h"
#include "check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_exports(const struct filter *filter)
{
	char text[FILTER_BPF], words[FILTER_WORDS], trouble[FILTER_TROUBLE];
	struct filter_flowspec flow;
	struct filter_nft nft;
	json_t *json = filter_json(filter);

	check(json != NULL);
	json_decref(json);
	check(strlen(filter_bpf(filter, text)) < FILTER_BPF - 1);
	check(strlen(filter_words(filter, JAPANESE, words)) < FILTER_WORDS - 1);
	if (filter_flowspec(filter, &flow, trouble) == OK) {
		check(flow.nlri_len == flow.nlri[0] + 1u && flow.nlri_len < FILTER_NLRI);
		check(flow.exabgp[strlen(flow.exabgp) - 1] == '}');
	}
	if (filter_nft(filter, &nft, trouble) != OK)
		return;
	check(nft.count > 0);
	for (size_t i = 0; i < nft.count; i++)
		check(json_array_size(nft.rules[i].matches) > 0 && strlen(nft.rules[i].text) < FILTER_NFT - 1);
	filter_nft_free(&nft);
}

static void check_sound(const struct filter *filter)
{
	char text[FILTER_TEXT], trouble[FILTER_TROUBLE];
	struct filter again;

	check(filter_flaw(filter) == NULL);
	check(filter_covers(filter, filter));
	filter_text(filter, text);
	check(filter_parse((struct span){ (const uint8_t *)text, strlen(text) }, &again, trouble) == OK);
	check(memcmp(&again, filter, sizeof(again)) == 0);
	check_exports(filter);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char trouble[FILTER_TROUBLE];
	struct filter filter;

	memset(trouble, 0x5a, sizeof(trouble));
	if (filter_parse((struct span){ bytes, len }, &filter, trouble) == OK)
		check_sound(&filter);
	else
		check(memchr(trouble, '\0', sizeof(trouble)) != NULL && trouble[0]);
	if (len == sizeof(filter)) {
		memcpy(&filter, bytes, len);
		if (filter_sound(&filter))
			check_sound(&filter);
	}
	return 0;
}
