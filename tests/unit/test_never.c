/*
 * test_never.c - the never-block set is read from the files of a made-up machine: routes, resolvers,
 * connections; where one cannot be read, that is said.
 */
#include "tower/never.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ROUTES  "Iface\tDestination\tGateway\tFlags\n" \
		"eth0\t00000000\tFE7100CB\t0003\t0\t0\t0\t00000000\n" /* 203.0.113.254 */ \
		"eth0\t007100CB\t00000000\t0001\t0\t0\t0\t00FFFFFF\n"
#define ROUTES6 "00000000000000000000000000000000 00 00000000000000000000000000000000 00 " \
		"20010db8000000000000000000000001 00000400 00000003 00000000 00000003     eth0\n"
#define SOCKETS "  sl  local_address rem_address   st\n" \
		"   0: 00000000:0016 00000000:0000 0A 0\n" /* listens */ \
		"   1: 0A7100CB:0016 076433C6:C350 01 0\n" /* SSH: 198.51.100.7 */ \
		"   2: 0A7100CB:21C0 086433C6:C350 01 0\n" /* the page, 8640: 198.51.100.8 */ \
		"   3: 0A7100CB:0050 096433C6:C350 01 0\n" /* a web server: 198.51.100.9 */ \
		"   4: 0A7100CB:0016 0A6433C6:C350 03 0\n" /* not established: 198.51.100.10 */ \
		"   5: 0A7100CB:08AE 0B6433C6:C350 01 0\n" /* SSH at port 2222: 198.51.100.11 */
#define SOCKETS6 "  sl  local_address                         remote_address                        st\n" \
		 "   0: B80D0120000000000000000000000A00:0016 B80D0120000000000000000007000000:C350 01 0\n"

struct machine {
	char root[32];
	struct config *config;
	struct guard guard;
	const struct guard *before; /* as it was read last */
	char trouble[NEVER_TROUBLE];
};

static void put(const struct machine *m, const char *name, const char *text)
{
	char path[96];
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", m->root, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void gone(const struct machine *m, const char *name)
{
	char path[96];

	snprintf(path, sizeof(path), "%s%s", m->root, name);
	remove(path);
}

static const char *const folders[] = { "/proc", "/proc/net", "/etc", "/etc/ssh", "/etc/ssh/sshd_config.d" };
static const char *const files[] = { "/proc/net/route", "/proc/net/ipv6_route", "/proc/net/tcp",
				     "/proc/net/tcp6",	"/etc/resolv.conf",	"/etc/ssh/sshd_config",
				     "/etc/ssh/sshd_config.d/50-office.conf", "/etc/ssh/sshd_config.d/50-office.conf.old" };

static int machine_begin(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));
	char path[96];

	snprintf(m->root, sizeof(m->root), "/tmp/never-XXXXXX");
	assert_non_null(mkdtemp(m->root));
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", m->root, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	put(m, files[0], ROUTES);
	put(m, files[1], ROUTES6);
	put(m, files[2], SOCKETS);
	put(m, files[3], SOCKETS6);
	put(m, files[4], "# resolvers\nnameserver 192.0.2.53\nnameserver fe80::1%eth0\nsearch example.org\n");
	put(m, files[5], "#Port 22\nPort 2222\nPermitRootLogin no\n");
	m->config = config_defaults();
	assert_non_null(m->config);
	*state = m;
	return 0;
}

static int machine_end(void **state)
{
	struct machine *m = *state;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		gone(m, files[i]);
	for (size_t i = sizeof(folders) / sizeof(folders[0]); i-- > 0;)
		gone(m, folders[i]);
	rmdir(m->root);
	config_free(m->config);
	free(m);
	return 0;
}

static bool look(struct machine *m)
{
	struct never_settings settings = { &m->config->respond, 8640, m->root, m->before };

	return never_read(&settings, &m->guard, m->trouble);
}

/* The kind of the member that holds the address; GUARD_KINDS: none does. */
static enum guard_kind kind_of(const struct machine *m, const char *text)
{
	struct ip ip;

	assert_int_equal(ip_parse(&ip, text), OK);
	for (size_t i = 0; i < m->guard.count; i++)
		if (prefix_has(&m->guard.members[i].prefix, &ip))
			return m->guard.members[i].kind;
	return GUARD_KINDS;
}

static void all_members_are_found(void **state)
{
	struct machine *m = *state;
	struct prefix prefix;

	assert_int_equal(prefix_parse(&prefix, "192.0.2.128/25"), OK);
	assert_int_equal(home_add(&m->config->respond.never, &prefix), OK);
	assert_int_equal(prefix_parse(&prefix, "2001:db8:5::/48"), OK);
	assert_int_equal(home_add(&m->config->respond.offices, &prefix), OK);
	assert_true(look(m));
	assert_int_equal(kind_of(m, "127.0.0.1"), GUARD_LOOPBACK);
	assert_int_equal(kind_of(m, "203.0.113.254"), GUARD_GATEWAY);
	assert_int_equal(kind_of(m, "2001:db8::1"), GUARD_GATEWAY);
	assert_int_equal(kind_of(m, "192.0.2.53"), GUARD_DNS);
	assert_int_equal(kind_of(m, "192.0.2.200"), GUARD_PARTNER);
	assert_int_equal(kind_of(m, "2001:db8:5::1"), GUARD_OFFICE);
	assert_int_equal(kind_of(m, "198.51.100.7"), GUARD_SESSION);
	assert_int_equal(kind_of(m, "198.51.100.8"), GUARD_SESSION);
	assert_int_equal(kind_of(m, "198.51.100.11"), GUARD_SESSION);
	assert_int_equal(kind_of(m, "2001:db8::7"), GUARD_SESSION);
}

static void others_are_not(void **state)
{
	struct machine *m = *state;

	assert_true(look(m));
	assert_int_equal(kind_of(m, "198.51.100.9"), GUARD_KINDS);
	assert_int_equal(kind_of(m, "198.51.100.10"), GUARD_KINDS);
	assert_int_equal(kind_of(m, "203.0.113.1"), GUARD_KINDS);
}

static void limits_are_those_of_the_configuration(void **state)
{
	struct machine *m = *state;

	m->config->respond.breadth4 = 28;
	m->config->respond.most = 7;
	assert_true(look(m));
	assert_int_equal(m->guard.limits.breadth4, 28);
	assert_int_equal(m->guard.limits.breadth6, 48);
	assert_int_equal(m->guard.limits.actions, 7);
	assert_int_equal(m->guard.limits.seconds, 7 * 86400);
}

static void what_cannot_be_read_is_said(void **state)
{
	struct machine *m = *state;

	gone(m, "/proc/net/tcp");
	assert_false(look(m));
	assert_non_null(strstr(m->trouble, "/proc/net/tcp"));
	put(m, "/proc/net/tcp", SOCKETS);
	gone(m, "/proc/net/route");
	assert_false(look(m));
	assert_non_null(strstr(m->trouble, "/proc/net/route"));
}

static void what_some_systems_lack_may_be_missing(void **state)
{
	struct machine *m = *state;

	gone(m, "/proc/net/ipv6_route");
	gone(m, "/proc/net/tcp6");
	gone(m, "/etc/resolv.conf");
	gone(m, "/etc/ssh/sshd_config");
	assert_true(look(m));
	assert_int_equal(kind_of(m, "198.51.100.7"), GUARD_SESSION);
}

/* Many connections take no place from other members, and are no trouble. */
static void many_sessions_do_not_fill_it(void **state)
{
	struct machine *m = *state;
	char *text = malloc(64 * 1000), *end = text;

	for (unsigned i = 0; i < 1000; i++)
		end += snprintf(end, 64, "   %u: 0A7100CB:0016 %02X%02X640A:C350 01 0\n", i, i % 250 + 1, i / 250);
	put(m, "/proc/net/tcp", text);
	free(text);
	assert_true(look(m));
	assert_int_equal(kind_of(m, "203.0.113.254"), GUARD_GATEWAY);
	assert_in_range(m->guard.count, 64, 200);
}

/* Who is there already keeps his place when a crowd connects, wherever in the list he stands. */
static void a_crowd_drives_nobody_out(void **state)
{
	struct machine *m = *state;
	char *text = malloc(64 * 1001), *end = text;
	struct guard before;

	assert_true(look(m));
	before = m->guard;
	m->before = &before;
	for (unsigned i = 0; i < 1000; i++)
		end += snprintf(end, 64, "   %u: 0A7100CB:0016 %02X%02X640A:C350 01 0\n", i, i % 250 + 1, i / 250);
	snprintf(end, 64, "   1: 0A7100CB:0016 076433C6:C350 01 0\n");
	put(m, "/proc/net/tcp", text);
	free(text);
	assert_true(look(m));
	assert_int_equal(kind_of(m, "198.51.100.7"), GUARD_SESSION);
	assert_int_equal(kind_of(m, "2001:db8::7"), GUARD_SESSION); /* of tcp6, which is read last */
	assert_int_equal(kind_of(m, "198.51.100.8"), GUARD_KINDS);  /* has gone */
	assert_in_range(m->guard.count, 64, 200);
}

/* Ports of SSH as sshd_config(5) may say them, and as Debian's includes them. */
static void ports_of_ssh_are_found(void **state)
{
	static const char *const says[] = { "Port 2222\n", "port=2222\n", " PORT\t= \"2222\"\n",
					    "ListenAddress 0.0.0.0:2222\n", "listenaddress [::]:2222\n" };
	static const char *const says_not[] = { "#Port 2222\n", "ListenAddress 2001:db8::2222\n", "Portal 2222\n",
						"ListenAddress [::2222]\n", "Port\n", "Port =\n" };
	struct machine *m = *state;

	for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
		put(m, files[5], says[i]);
		assert_true(look(m));
		assert_int_equal(kind_of(m, "198.51.100.11"), GUARD_SESSION);
	}
	for (size_t i = 0; i < sizeof(says_not) / sizeof(says_not[0]); i++) {
		put(m, files[5], says_not[i]);
		assert_true(look(m));
		assert_int_equal(kind_of(m, "198.51.100.11"), GUARD_KINDS);
	}
	put(m, files[7], "Port 2222\n");
	assert_true(look(m));
	assert_int_equal(kind_of(m, "198.51.100.11"), GUARD_KINDS);
	put(m, files[6], "Port 2222\n");
	assert_true(look(m));
	assert_int_equal(kind_of(m, "198.51.100.11"), GUARD_SESSION);
}

/* Resolvers and gateways of some clouds have link-local addresses; who only forges one does not pass. */
static void link_local_ones_are_members_of_their_own(void **state)
{
	struct machine *m = *state;
	struct ip resolver, other;
	unsigned passing = 0;

	put(m, "/etc/resolv.conf", "nameserver 169.254.169.253\nnameserver 127.0.0.53\n");
	assert_true(look(m));
	assert_int_equal(ip_parse(&resolver, "169.254.169.253"), OK);
	assert_int_equal(ip_parse(&other, "169.254.169.252"), OK);
	for (size_t i = 0; i < m->guard.count; i++) {
		const struct guard_member *member = &m->guard.members[i];

		passing += guard_passes(member) && prefix_has(&member->prefix, &resolver);
		assert_false(guard_passes(member) && prefix_has(&member->prefix, &other));
		assert_false(guard_passes(member) && member->kind == GUARD_LOOPBACK);
	}
	assert_int_equal(passing, 1);
}

/* What could be read is there, although not all could. */
static void the_rest_is_read_all_the_same(void **state)
{
	struct machine *m = *state;

	gone(m, "/proc/net/route");
	assert_false(look(m));
	assert_non_null(strstr(m->trouble, "/proc/net/route"));
	assert_int_equal(kind_of(m, "192.0.2.53"), GUARD_DNS);
	assert_int_equal(kind_of(m, "198.51.100.7"), GUARD_SESSION);
}

/* Where members do not fit nobody may go on as if they did. */
static void too_many_partners_are_trouble(void **state)
{
	struct machine *m = *state;
	char *text = malloc(64 * 1000), *end = text;

	for (unsigned i = 0; i < 1000; i++)
		end += snprintf(end, 64, "eth0\t0000%04X\t%02X%02X640A\t0003\n", i, i % 250 + 1, i / 250);
	put(m, "/proc/net/route", text);
	free(text);
	assert_false(look(m));
	assert_non_null(strstr(m->trouble, "256"));
}

static void hostile_lines_do_no_harm(void **state)
{
	struct machine *m = *state;
	char *line = calloc(1, 70000);

	memset(line, 'F', 69998);
	put(m, "/proc/net/tcp", line);
	put(m, "/proc/net/ipv6_route", line);
	put(m, "/etc/resolv.conf", "nameserver\nnameserver 999.1.1.1\nnameserver ::::\n");
	free(line);
	assert_true(look(m));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, machine_begin, machine_end)
	const struct CMUnitTest tests[] = {
		TEST(all_members_are_found),
		TEST(others_are_not),
		TEST(limits_are_those_of_the_configuration),
		TEST(what_cannot_be_read_is_said),
		TEST(what_some_systems_lack_may_be_missing),
		TEST(many_sessions_do_not_fill_it),
		TEST(a_crowd_drives_nobody_out),
		TEST(ports_of_ssh_are_found),
		TEST(link_local_ones_are_members_of_their_own),
		TEST(the_rest_is_read_all_the_same),
		TEST(too_many_partners_are_trouble),
		TEST(hostile_lines_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
