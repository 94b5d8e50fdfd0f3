/*
 * test_bgp.c - orders as routes, the file of what is announced, and GoBGP's list.
 */
#include "bgp/bgp_gobgp.h"
#include "bgp/bgp_kept.h"
#include "bgp/bgp_route.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct hand_settings settings = { .gobgp = "/bin/true",
					 .gobgp_at = "",
					 .exabgp = "",
					 .next_hop4 = "192.0.2.1",
					 .next_hop6 = "100::1",
					 .community = "" };
static char trouble[HAND_TROUBLE];

static struct hand_order order_of(enum action_verb verb, const char *filter)
{
	struct hand_order order = { .id = 7, .verb = verb, .until = 99 };
	char why[FILTER_TROUBLE];

	assert_int_equal(filter_parse(text_span(filter), &order.filter, why), OK);
	return order;
}

static struct bgp_route route_of(enum action_verb verb, const char *filter)
{
	struct hand_order order = order_of(verb, filter);
	struct bgp_terms terms;
	struct bgp_route route;

	assert_int_equal(bgp_terms_read(&settings, &terms, trouble), OK);
	assert_int_equal(bgp_route_of(&order, &terms, &route, trouble), OK);
	return route;
}

static void test_routes(void **state)
{
	struct bgp_route route = route_of(ACTION_BLACKHOLE, "to 203.0.113.10");

	(void)state;
	assert_string_equal(route.family, "ipv4");
	assert_string_equal(route.gobgp,
			    "203.0.113.10/32 nexthop 192.0.2.1 community 65535:666,no-export");
	assert_string_equal(
		route.exabgp,
		"route 203.0.113.10/32 next-hop 192.0.2.1 community [ 65535:666 no-export  ]");
	settings.community = "64500:666";
	route = route_of(ACTION_BLACKHOLE, "to 2001:db8::1");
	settings.community = "";
	assert_string_equal(route.family, "ipv6");
	assert_string_equal(
		route.gobgp,
		"2001:db8::1/128 nexthop 100::1 community 65535:666,no-export,64500:666");
	route = route_of(ACTION_DROP, "to 203.0.113.10 proto udp from-port 53");
	assert_string_equal(route.family, "ipv4-flowspec");
	assert_true(route.flow);
	assert_non_null(strstr(route.gobgp, "match destination 203.0.113.10/32 "));
	assert_non_null(strstr(route.gobgp, " then discard"));
	assert_non_null(strstr(route.exabgp, "flow route { match { destination 203.0.113.10/32; "));
	assert_non_null(strstr(route.exabgp, "} then { discard; } }"));
}

static void test_routes_refused(void **state)
{
	static const struct {
		enum action_verb verb;
		const char *filter;
	} wrong[] = {
		{ ACTION_BLACKHOLE, "to 203.0.113.0/24" },
		{ ACTION_BLACKHOLE, "to 203.0.113.10 proto udp" },
		{ ACTION_BLACKHOLE, "from 203.0.113.10" },
		{ ACTION_BLACKHOLE, "to 192.0.2.1" }, /* the next hop of all blackholes */
		{ ACTION_BLACKHOLE, "to 100::1" },
		{ ACTION_LIMIT, "to 203.0.113.10 proto udp" },
		{ ACTION_SYNCOOKIE, "to 203.0.113.10 proto tcp" },
		{ ACTION_DROP, "to 203.0.113.10 ttl 64" },
		{ ACTION_DROP, "from 203.0.113.10" },
	};
	struct bgp_terms terms;
	struct bgp_route route;

	(void)state;
	assert_int_equal(bgp_terms_read(&settings, &terms, trouble), OK);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct hand_order order = order_of(wrong[i].verb, wrong[i].filter);

		trouble[0] = '\0';
		assert_int_equal(bgp_route_of(&order, &terms, &route, trouble), ERR_UNSUPPORTED);
		assert_memory_equal(trouble, "bgp: ", 5);
	}
}

static void test_settings(void **state)
{
	static const char *const communities[] = { "64500", "64500:", ":1",       "65536:1",
						   "1:2:3", "1:2 -x", "no-export" },
				 *const places[] = { "127.0.0.1",       "127.0.0.1:", "127.0.0.1:0",
						     "127.0.0.1:65536", "h:1x",       "-h:1" };
	struct hand_settings s = settings;
	struct bgp_terms terms;
	struct bgp_gobgp gobgp;

	(void)state;
	for (size_t i = 0; i < sizeof(communities) / sizeof(communities[0]); i++) {
		s.community = communities[i];
		assert_int_equal(bgp_terms_read(&s, &terms, trouble), ERR_FORMAT);
	}
	s = settings;
	s.next_hop4 = "100::1";
	assert_int_equal(bgp_terms_read(&s, &terms, trouble), ERR_FORMAT);
	s = settings;
	assert_int_equal(bgp_gobgp_init(&gobgp, &s, trouble), OK);
	assert_false(gobgp.used);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		s.gobgp_at = places[i];
		assert_int_equal(bgp_gobgp_init(&gobgp, &s, trouble), ERR_FORMAT);
	}
	s.gobgp_at = "[::1]:50051";
	assert_int_equal(bgp_gobgp_init(&gobgp, &s, trouble), OK);
	assert_true(gobgp.used);
	assert_string_equal(gobgp.host, "::1");
	assert_string_equal(gobgp.port, "50051");
	s.gobgp = "/nonexistent";
	assert_int_equal(bgp_gobgp_init(&gobgp, &s, trouble), ERR_FORMAT);
}

static enum err read_kept(const char *text, const char *boot, struct bgp_kept *kept)
{
	return bgp_kept_read(text_span(text), boot, kept);
}

static void test_kept(void **state)
{
	static const char text[] = "hinomi-bgp 1 abc\n"
				   "5 blackhole 1000 to 203.0.113.10\n"
				   "6 drop 2000 to 203.0.113.10 proto udp from-port 53\n";
	struct bgp_kept kept;

	(void)state;
	assert_int_equal(read_kept(text, "abc", &kept), OK);
	assert_int_equal(kept.count, 2);
	assert_int_equal(kept.orders[0].id, 5);
	assert_int_equal(kept.orders[0].verb, ACTION_BLACKHOLE);
	assert_int_equal(kept.orders[1].until, 2000);
	assert_int_equal(kept.orders[1].filter.from_port.low, 53);
	assert_int_equal(read_kept(text, "abd", &kept), OK); /* of another boot: over */
	assert_int_equal(kept.count, 2);
	assert_int_equal(kept.orders[1].until, 0);
	assert_int_equal(read_kept("", "abc", &kept), OK);
	assert_int_equal(kept.count, 0);
}

/* What is damaged does not hide the rest. */
static void test_kept_bad(void **state)
{
	static const char *const lines[] = {
		"",
		"x",
		"0 drop 1 to 203.0.113.10",
		"5",
		"5 drop",
		"5 drop 1",
		"5 drop 1 ",
		"5 drop -1 to 203.0.113.10",
		"5 drop 99999999999999999999 to 203.0.113.10",
		"5 fly 1 to 203.0.113.10",
		"5 drop 1 to 203.0.113.1000",
		"18446744073709551616000000 drop 1 to 203.0.113.10",
		"5 dropdropdropdropdropdrop 1 to 203.0.113.10",
	};
	struct bgp_kept kept;
	char text[16384];

	(void)state;
	assert_int_equal(read_kept("other 1 abc\n5 drop 1 to 203.0.113.10\n", "abc", &kept),
			 ERR_FORMAT);
	assert_int_equal(kept.count, 0);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		snprintf(text, sizeof(text), "hinomi-bgp 1 abc\n%s\n6 drop 1 to 203.0.113.10\n",
			 lines[i]);
		assert_int_equal(read_kept(text, "abc", &kept), *lines[i] ? ERR_FORMAT : OK);
		assert_int_equal(kept.count, 1);
		assert_int_equal(kept.orders[0].id, 6);
	}
	snprintf(text, sizeof(text), "hinomi-bgp 1 abc\n");
	for (unsigned i = 0; i < BGP_ROOM + 5; i++)
		text_append(text, sizeof(text), "%u drop 1 to 203.0.113.10\n", i + 1);
	assert_int_equal(read_kept(text, "abc", &kept), ERR_FORMAT);
	assert_int_equal(kept.count, BGP_ROOM);
}

static void test_kept_file(void **state)
{
	char folder[] = "/tmp/hinomi-bgp-XXXXXX", path[64], other[64];
	struct bgp_kept kept = { .count = 2 }, again;
	struct stat stat_;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/bgp", folder);
	snprintf(other, sizeof(other), "%s/other", folder);
	assert_int_equal(bgp_kept_load(folder, &again), OK);
	assert_int_equal(again.count, 0);
	kept.orders[0] = order_of(ACTION_BLACKHOLE, "to 203.0.113.10");
	kept.orders[1] = order_of(ACTION_DROP, "to 2001:db8::/32 proto udp");
	kept.orders[1].id = UINT64_MAX;
	kept.orders[1].until = INT64_MAX;
	assert_int_equal(bgp_kept_save(folder, &kept), OK);
	assert_int_equal(stat(path, &stat_), 0);
	assert_int_equal(stat_.st_mode & 0777, 0600);
	assert_int_equal(bgp_kept_load(folder, &again), OK);
	assert_int_equal(again.count, 2);
	assert_memory_equal(again.orders, kept.orders, 2 * sizeof(kept.orders[0]));
	kept.count = 0;
	assert_int_equal(bgp_kept_save(folder, &kept), OK);
	assert_int_not_equal(access(path, F_OK), 0);
	rmdir(folder);
	assert_int_equal(bgp_kept_save(folder, &kept), OK); /* nothing to keep, and no folder */
	kept.count = 1;
	assert_int_equal(bgp_kept_save(folder, &kept), ERR_WRITE);
}

/* The folder's user may write there: what he puts in our file's place is not announced, and nobody waits for it. */
static void test_kept_of_others(void **state)
{
	struct bgp_kept kept = { .count = 1 }, again;
	char folder[] = "/tmp/hinomi-bgp-XXXXXX", path[64], other[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/bgp", folder);
	snprintf(other, sizeof(other), "%s/other", folder);
	kept.orders[0] = order_of(ACTION_BLACKHOLE, "to 203.0.113.10");
	assert_int_equal(bgp_kept_save(folder, &kept), OK);
	assert_int_equal(bgp_kept_load(folder, &again), OK);
	assert_int_equal(again.count, 1);
	assert_int_equal(chmod(path, 0620), 0);
	assert_int_equal(bgp_kept_load(folder, &again), OK);
	assert_int_equal(again.count, 0);
	assert_int_equal(chmod(path, 0600), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 65534, 65534), 0);
		assert_int_equal(bgp_kept_load(folder, &again), OK);
		assert_int_equal(again.count, 0);
		assert_int_equal(chown(path, 0, 0), 0);
	}
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(symlink(other, path), 0);
	assert_int_equal(bgp_kept_load(folder, &again), OK);
	assert_int_equal(again.count, 0);
	unlink(path);
	unlink(other);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(bgp_kept_load(folder, &again), OK);
	assert_int_equal(again.count, 0);
	unlink(path);
	rmdir(folder);
}

static bool rib_has(const char *json, const char *destination, bool flow)
{
	return bgp_gobgp_rib_has(text_span(json), destination, flow) == BGP_HAS;
}

static void test_rib(void **state)
{
	static const char routes[] =
		"{\"192.0.2.7/32\":[{\"nlri\":{\"prefix\":\"192.0.2.7/32\"}}]}",
			  flows[] = "{\"[destination: 192.0.2.9/32][protocol: "
				    "==udp]\":[{\"nlri\":{\"value\":[{\"type\":1,"
				    "\"value\":{\"prefix\":\"192.0.2.9/"
				    "32\"}},{\"type\":3,\"value\":[{\"op\":129}]}]}}]}";

	(void)state;
	assert_true(rib_has(routes, "192.0.2.7/32", false));
	assert_false(rib_has(routes, "192.0.2.8/32", false));
	assert_true(rib_has(flows, "192.0.2.9/32", true));
	assert_false(rib_has(flows, "192.0.2.8/32", true));
	/* What peers told it is not ours. */
	assert_false(rib_has("{\"192.0.2.7/32\":[{\"neighbor-ip\":\"10.0.0.1\"}]}", "192.0.2.7/32", false));
	assert_true(rib_has("{\"192.0.2.7/32\":[{\"neighbor-ip\":\"10.0.0.1\"},{}]}", "192.0.2.7/32", false));
	assert_false(rib_has("{\"x\":[{\"nlri\":{\"value\":[{\"value\":{\"prefix\":\"192.0.2.9/32\"}}]},"
			     "\"neighbor-ip\":\"10.0.0.1\"}]}",
			     "192.0.2.9/32", true));
	assert_false(rib_has("{}", "192.0.2.9/32", true));
	assert_false(rib_has("nonsense", "192.0.2.9/32", false));
	assert_false(rib_has("{\"x\":[{\"nlri\":[]}],\"y\":1,\"z\":[{\"nlri\":{\"value\":[{"
			     "\"value\":{\"prefix\":5}}]}}]}",
			     "5", true));
	/* A daemon that has nothing answers; one that is not there does not. */
	assert_int_equal(bgp_gobgp_rib_has(text_span("{}"), "192.0.2.9/32", false), BGP_HAS_NOT);
	assert_int_equal(bgp_gobgp_rib_has(text_span("Network not in table\n"), "192.0.2.9/32", false), BGP_HAS_NOT);
	assert_int_equal(bgp_gobgp_rib_has(text_span("{\"error\":\"context deadline exceeded\"}\n"), "192.0.2.9/32",
					   false),
			 BGP_NO_ANSWER);
	assert_int_equal(bgp_gobgp_rib_has(text_span(""), "192.0.2.9/32", true), BGP_NO_ANSWER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_routes),   cmocka_unit_test(test_routes_refused),
		cmocka_unit_test(test_settings), cmocka_unit_test(test_kept),
		cmocka_unit_test(test_kept_bad), cmocka_unit_test(test_kept_file),
		cmocka_unit_test(test_kept_of_others),
		cmocka_unit_test(test_rib),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
