/*
 * fuzz_hand.c - what hands read of other programs and of files: nft's list of our table, gobgp's
 * list of routes, the file of announced routes, which comes back as it was when it is read again.
 */
#include "check.h"
#include "bgp/bgp_gobgp.h"
#include "bgp/bgp_kept.h"
#include "nft/nft_table.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_table(struct span text)
{
	struct nft_table table = { .count = 77 };

	if (nft_table_read(text, &table) != OK) {
		check(table.count == 77);
		return;
	}
	for (size_t i = 0; i < table.count; i++) {
		const struct nft_found *found = &table.all[i];

		check(found->id != 0 && found->left >= -1);
		check(i == 0 || table.all[i - 1].id <= found->id);
		check(found->is_rule
			      ? found->handles[0] != 0
			      : table.sets[!nft_is_v4(&found->source)][nft_bits(&found->source)]);
	}
	check(table.hook_count <= 2 * NFT_HOOKS);
	nft_table_free(&table);
}

static void check_kept(struct span text)
{
	static struct bgp_kept kept, again;
	char written[BGP_ROOM * (FILTER_TEXT + 64)], filter[FILTER_TEXT];

	if (bgp_kept_read(text, "boot", &kept) != OK && kept.count == 0)
		return;
	snprintf(written, sizeof(written), "hinomi-bgp 1 boot\n");
	for (size_t i = 0; i < kept.count; i++)
		text_append(written, sizeof(written), "%" PRIu64 " %s %" PRId64 " %s\n",
			    kept.orders[i].id, action_verb_name(kept.orders[i].verb),
			    kept.orders[i].until, filter_text(&kept.orders[i].filter, filter));
	check(bgp_kept_read(text_span(written), "boot", &again) == OK);
	check(again.count == kept.count);
	check(memcmp(again.orders, kept.orders, kept.count * sizeof(kept.orders[0])) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span rest = { bytes + 1, len - 1 };

	if (len == 0)
		return 0;
	if (bytes[0] == 'n')
		check_table(rest);
	else if (bytes[0] == 'k')
		check_kept(rest);
	else
		bgp_gobgp_rib_has(rest, "192.0.2.7/32", bytes[0] & 1);
	return 0;
}
