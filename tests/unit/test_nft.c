/*
 * test_nft.c - what is read out of nft's list, how orders follow it, and what is written for nft.
 */
#include "nft/nft_batch.h"
#include "nft/nft_entries.h"
#include "nft/nft_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW (INT64_C(1000) * USEC_PER_SEC)

static enum err read_text(const char *text, struct nft_table *table)
{
	return nft_table_read((struct span){ (const uint8_t *)text, strlen(text) }, table);
}

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix = { .bits = 0 };

	assert_int_equal(prefix_parse(&prefix, text), OK);
	return prefix;
}

/* As nftables 1.0.6 writes it. */
static const char listed[] =
	"{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\"}},"
	"{\"table\": {\"family\": \"netdev\", \"name\": \"hinomi\", \"handle\": 1}},"
	"{\"set\": {\"name\": \"known4\", \"elem\": [\"198.51.100.7\", \"198.51.100.8\"]}},"
	"{\"set\": {\"name\": \"hit4\", \"elem\": [{\"elem\": {\"val\": \"198.51.100.7\", "
	"\"counter\": {\"packets\": 4}}}]}},"
	"{\"set\": {\"name\": \"alive\", \"elem\": [{\"elem\": {\"val\": 9, \"timeout\": 60, "
	"\"expires\": 59}}]}},"
	"{\"set\": {\"name\": \"from4_24\", \"elem\": [{\"elem\": {\"val\": \"198.51.100.0\", "
	"\"timeout\": 60,"
	" \"expires\": 30, \"comment\": \"12\", \"counter\": {\"packets\": 10, \"bytes\": "
	"400}}}]}},"
	"{\"set\": {\"name\": \"from6_128\", \"elem\": [{\"elem\": {\"val\": \"2001:db8::1\", "
	"\"timeout\": 60,"
	" \"expires\": 3, \"comment\": \"3\", \"counter\": {\"packets\": 1, \"bytes\": 60}}}]}},"
	"{\"chain\": {\"name\": \"look_1\", \"handle\": 3}},"
	"{\"chain\": {\"name\": \"in_eth0\", \"handle\": 4, \"hook\": \"ingress\"}},"
	"{\"rule\": {\"chain\": \"filters\", \"handle\": 31, \"comment\": \"9 00000000000000ab\", "
	"\"expr\": []}},"
	"{\"rule\": {\"chain\": \"filters\", \"handle\": 32, \"comment\": \"9 00000000000000ab\", "
	"\"expr\": []}},"
	"{\"rule\": {\"chain\": \"filters\", \"handle\": 35, \"comment\": \"9 00000000000000ab\", "
	"\"expr\": []}},"
	"{\"rule\": {\"chain\": \"filters\", \"handle\": 36, \"comment\": \"9 00000000000000ab\", "
	"\"expr\": []}},"
	"{\"rule\": {\"chain\": \"filters\", \"handle\": 33, \"comment\": \"8 1\", \"expr\": []}},"
	"{\"rule\": {\"chain\": \"filters\", \"handle\": 34, \"comment\": \"of somebody else\", "
	"\"expr\": []}},"
	"{\"rule\": {\"chain\": \"a9\", \"comment\": \"known\", \"expr\": [{\"counter\": "
	"{\"packets\": 2, \"bytes\": 80}}]}},"
	"{\"rule\": {\"chain\": \"a9\", \"expr\": [{\"counter\": {\"packets\": 7, \"bytes\": "
	"280}}, {\"drop\": null}]}}]}";

static void test_table(void **state)
{
	struct nft_table table;

	(void)state;
	assert_int_equal(read_text(listed, &table), OK);
	assert_true(table.laid);
	assert_int_equal(table.known, 2);
	assert_true(table.sets[0][24] && table.sets[1][128] && !table.sets[0][32]);
	assert_int_equal(table.hook_count, 1);
	assert_string_equal(table.hooks[0], "in_eth0");
	assert_int_equal(table.count, 4);
	assert_int_equal(table.all[0].id, 3); /* by id */
	assert_int_equal(table.all[0].left, 3);
	assert_int_equal(table.all[1].id, 8); /* a rule that ended */
	assert_int_equal(table.all[1].left, -1);
	assert_int_equal(table.all[2].id, 9);
	assert_int_equal(table.all[2].handles[0], 31);
	assert_int_equal(table.all[2].handles[1], 32);
	assert_int_equal(table.all[2].handles[2], 35); /* three at most are ours */
	assert_int_equal(table.all[2].print, 0xab);
	assert_int_equal(table.all[2].left, 59);
	assert_int_equal(table.all[2].packets, 7);
	assert_int_equal(table.all[2].bytes, 280);
	assert_int_equal(table.all[2].known, 2);
	assert_int_equal(table.all[3].id, 12);
	assert_int_equal(table.all[3].packets, 10);
	assert_int_equal(table.all[3].known, 4);
	assert_int_equal(table.all[3].source.bits, 96 + 24);
	nft_table_free(&table);
}

static void test_table_bad(void **state)
{
	static const char *const strange[] = {
		"{\"nftables\": []}",
		"{\"nftables\": [1, null, \"x\", [], {\"set\": 1}, {\"rule\": []}, {\"chain\": "
		"{\"name\": 1}}]}",
		"{\"nftables\": [{\"set\": {\"name\": \"from4_33\", \"elem\": [{\"elem\": "
		"{\"val\": \"1.2.3.4\", \"comment\": \"1\"}}]}}]}",
		"{\"nftables\": [{\"set\": {\"name\": \"from4_032\", \"elem\": [{\"elem\": "
		"{\"val\": \"1.2.3.4\", \"comment\": \"1\"}}]}}]}",
		"{\"nftables\": [{\"set\": {\"name\": \"from4_32\", \"elem\": [{\"elem\": "
		"{\"val\": \"::1\", \"comment\": \"1\"}},"
		"{\"elem\": {\"val\": \"1.2.3.4\", \"comment\": \"0\"}}, {\"elem\": {\"val\": "
		"\"1.2.3.4\", \"comment\": \"-1\"}},"
		"{\"elem\": {\"val\": {\"prefix\": {}}, \"comment\": \"1\"}}, {\"elem\": "
		"{\"comment\": \"1x\"}}]}}]}",
	};
	struct nft_table table = { .count = 77 };

	(void)state;
	assert_int_equal(read_text("", &table), ERR_FORMAT);
	assert_int_equal(read_text("{\"nftables\": [", &table), ERR_FORMAT);
	assert_int_equal(read_text("[]", &table), ERR_FORMAT);
	assert_int_equal(table.count, 77); /* untouched */
	for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
		assert_int_equal(read_text(strange[i], &table), OK);
		assert_int_equal(table.count, 0);
		assert_false(table.laid);
		nft_table_free(&table);
	}
}

static struct hand_order source_order(uint64_t id, const char *from)
{
	return (struct hand_order){ .id = id,
				    .verb = ACTION_DROP,
				    .until = NOW + 100 * USEC_PER_SEC,
				    .filter = { .parts = FILTER_FROM, .from = prefix_of(from) } };
}

static void put(struct nft_entries *entries, struct hand_order order)
{
	struct nft_entry entry = { .order = order,
				   .whole = true,
				   .found = { .source = order.filter.from } };

	assert_true(nft_entries_reserve(entries, 1));
	nft_entries_put(entries, &entry);
}

/* What the table has is in force; what it has not any more has ended, or is lost. */
static void test_merge(void **state)
{
	struct nft_entries entries = { .count = 0 };
	struct hand_order ended = source_order(20, "192.0.2.2");
	struct nft_table table;
	struct nft_entry *entry;

	(void)state;
	ended.until = NOW;
	put(&entries, source_order(12, "198.51.100.0/24"));
	put(&entries, ended);
	put(&entries, source_order(15, "192.0.2.1"));
	nft_entry_of(&entries, 15)->found.packets = 5;
	assert_int_equal(read_text(listed, &table), OK);
	table.all[0].left = INT64_MAX; /* whatever it says, it is a time */
	assert_true(nft_entries_merge(&entries, &table, NOW));
	assert_int_equal(entries.count, 5); /* 3 8 9 12 15 */
	entry = nft_entry_of(&entries, 12);
	assert_true(entry->whole && !entry->lost && entry->order.until == NOW + 100 * USEC_PER_SEC);
	assert_int_equal(nft_entry_count(entry).packets, 10);
	entry = nft_entry_of(&entries, 15);
	assert_true(entry->lost);
	assert_int_equal(nft_entry_count(entry).packets, 5); /* it goes on when it is put again */
	assert_int_equal(entry->found.packets, 0);
	entry = nft_entry_of(&entries, 9);
	assert_false(entry->whole); /* a rule's filter is not known */
	assert_true(entry->order.until == NOW + 60 * USEC_PER_SEC);
	assert_true(nft_entry_of(&entries, 8)->order.until <= NOW);
	entry = nft_entry_of(&entries, 3);
	assert_true(entry->whole && entry->order.filter.parts == FILTER_FROM);
	assert_true(entry->order.until > NOW);
	assert_null(nft_entry_of(&entries, 20));
	entry->over = true;
	nft_entries_sweep(&entries);
	assert_null(nft_entry_of(&entries, 3));
	assert_int_equal(entries.count, 4);
	nft_table_free(&table);
	free(entries.all);
}

/* An element belongs to the action that has it; of those that come, to the first. */
static void test_owners(void **state)
{
	struct nft_entries entries = { .count = 0 };
	struct hand_order orders[] = { source_order(2, "198.51.100.7"),
				       source_order(9, "198.51.100.8"),
				       source_order(3, "198.51.100.8"),
				       source_order(4, "198.51.100.0/24") };
	struct nft_owner *owners;
	size_t count;

	(void)state;
	put(&entries, source_order(5, "198.51.100.7"));
	owners = nft_owners_of(&entries, orders, 4, &count);
	assert_non_null(owners);
	assert_int_equal(count, 5);
	assert_int_equal(nft_owner_of(owners, count, &orders[0].filter.from), 5);
	assert_int_equal(nft_owner_of(owners, count, &orders[1].filter.from), 3);
	assert_int_equal(nft_owner_of(owners, count, &orders[3].filter.from), 4);
	free(owners);
	free(entries.all);
}

/* The text of a batch, which ends with it. */
static char *text_of(struct nft_batch *batch)
{
	bool empty;
	char *text = nft_batch_text(batch, &empty);

	assert_true(empty == !text);
	nft_batch_free(batch);
	return text;
}

static void test_batch(void **state)
{
	const struct prefix source = prefix_of("198.51.100.64/26"),
			    allowed[] = { prefix_of("10.0.0.1"), prefix_of("10.0.0.0/8"),
					  prefix_of("10.0.0.0/8") };
	struct nft_batch *batch = nft_batch_new();
	char *text;

	(void)state;
	assert_null(text_of(nft_batch_new()));
	nft_batch_source(batch, 7, &source, 60);
	nft_batch_source_out(batch, &source); /* goes out before it comes in */
	text = text_of(batch);
	assert_string_equal(
		text,
		"{\"nftables\":[{\"add\":{\"element\":{\"name\":\"from4_26\",\"elem\":[\"198.51."
		"100.64\"],"
		"\"family\":\"netdev\",\"table\":\"hinomi\"}}},"
		"{\"delete\":{\"element\":{\"name\":\"from4_26\",\"elem\":[\"198.51.100.64\"],"
		"\"family\":\"netdev\",\"table\":\"hinomi\"}}},"
		"{\"add\":{\"element\":{\"name\":\"from4_26\",\"elem\":[{\"elem\":{\"val\":\"198."
		"51.100.64\","
		"\"timeout\":60,\"comment\":\"7\"}}],\"family\":\"netdev\",\"table\":\"hinomi\"}}}]"
		"}");
	free(text);
	batch = nft_batch_new();
	nft_batch_allow(batch, allowed, 3); /* intervals must not overlap */
	text = text_of(batch);
	assert_string_equal(text, "{\"nftables\":[{\"flush\":{\"set\":{\"name\":\"allow4\","
				  "\"family\":\"netdev\",\"table\":\"hinomi\"}}},"
				  "{\"add\":{\"element\":{\"name\":\"allow4\",\"elem\":[{"
				  "\"prefix\":{\"addr\":\"10.0.0.0\",\"len\":8}}],"
				  "\"family\":\"netdev\",\"table\":\"hinomi\"}}},"
				  "{\"flush\":{\"set\":{\"name\":\"allow6\",\"family\":\"netdev\","
				  "\"table\":\"hinomi\"}}}]}");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table), cmocka_unit_test(test_table_bad),
		cmocka_unit_test(test_merge), cmocka_unit_test(test_owners),
		cmocka_unit_test(test_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
