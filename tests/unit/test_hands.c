/*
 * test_hands.c - orders of a keeper, good and hostile, given to the warden's last step with hands that only
 * write down what they are told.
 */
#include "tower/hands.h"

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

#define NOW   (1700000000 * USEC_PER_SEC)
#define BOOT  (1000 * USEC_PER_SEC)
#define HOUR  (3600 * USEC_PER_SEC)
#define FORCE 64

/* --- hands that write down */

struct fake {
	bool cannot_open, cannot_apply, cannot_allow;
	uint64_t bad; /* an id that it cannot apply */
	bool refuses; /* takes nothing */
	unsigned opened, applied, withdrawn, cleared, allowed, known, knows;
	size_t count;
	struct hand_order force[FORCE];
	struct prefix passes[GUARD_MEMBERS];
};

static struct fake fakes[HANDS];

static struct hand_state *fake_open(enum action_hand which, char trouble[HAND_TROUBLE])
{
	snprintf(trouble, HAND_TROUBLE, "%s: not here", action_hand_name(which));
	if (fakes[which].cannot_open)
		return NULL;
	fakes[which].opened++;
	return (struct hand_state *)&fakes[which];
}

static struct hand_state *open_xdp(const struct hand_settings *settings, char trouble[HAND_TROUBLE])
{
	(void)settings;
	return fake_open(HAND_XDP, trouble);
}

static struct hand_state *open_nft(const struct hand_settings *settings, char trouble[HAND_TROUBLE])
{
	(void)settings;
	return fake_open(HAND_NFT, trouble);
}

static struct hand_state *open_bgp(const struct hand_settings *settings, char trouble[HAND_TROUBLE])
{
	(void)settings;
	return fake_open(HAND_BGP, trouble);
}

static void fake_close(struct hand_state *state)
{
	(void)state;
}

static bool fake_takes(const struct hand_state *state, const struct hand_order *order, char trouble[HAND_TROUBLE])
{
	(void)order;
	snprintf(trouble, HAND_TROUBLE, "not that");
	return !((const struct fake *)state)->refuses;
}

static void fake_remove(struct fake *fake, uint64_t id)
{
	for (size_t i = 0; i < fake->count; i++)
		if (fake->force[i].id == id)
			fake->force[i--] = fake->force[--fake->count];
}

static enum err fake_apply(struct hand_state *state, const struct hand_order *orders, size_t count,
			   char trouble[HAND_TROUBLE])
{
	struct fake *fake = (struct fake *)state;

	snprintf(trouble, HAND_TROUBLE, "did not work");
	for (size_t i = 0; i < count; i++)
		if (fake->cannot_apply || orders[i].id == fake->bad)
			return ERR_WRITE;
	for (size_t i = 0; i < count; i++) {
		fake_remove(fake, orders[i].id);
		fake->force[fake->count++] = orders[i];
	}
	fake->applied++;
	return OK;
}

static enum err fake_withdraw(struct hand_state *state, const uint64_t *ids, size_t count,
			      char trouble[HAND_TROUBLE])
{
	struct fake *fake = (struct fake *)state;

	(void)trouble;
	for (size_t i = 0; i < count; i++)
		fake_remove(fake, ids[i]);
	fake->withdrawn += (unsigned)count;
	return OK;
}

static enum err fake_allow(struct hand_state *state, const struct prefix *prefixes, size_t count,
			   char trouble[HAND_TROUBLE])
{
	struct fake *fake = (struct fake *)state;

	snprintf(trouble, HAND_TROUBLE, "no room");
	fake->allowed = (unsigned)count;
	memcpy(fake->passes, prefixes, count * sizeof(*prefixes));
	return fake->cannot_allow ? ERR_LIMIT : OK;
}

static enum err fake_know(struct hand_state *state, const struct ip *sources, size_t count,
			  char trouble[HAND_TROUBLE])
{
	(void)sources;
	(void)trouble;
	((struct fake *)state)->known = (unsigned)count;
	((struct fake *)state)->knows++;
	return OK;
}

static size_t fake_counts(struct hand_state *state, struct hand_count *counts, size_t max)
{
	const struct fake *fake = (struct fake *)state;
	size_t i;

	for (i = 0; i < fake->count && i < max; i++)
		counts[i] = (struct hand_count){ fake->force[i].id, 10, 1000, 1 };
	return i;
}

static enum err clear_xdp(struct hand_state *state, const struct hand_settings *settings, char trouble[HAND_TROUBLE])
{
	(void)state;
	(void)settings;
	(void)trouble;
	fakes[HAND_XDP].cleared++;
	fakes[HAND_XDP].count = 0;
	return OK;
}

#define DROPS (1u << ACTION_DROP | 1u << ACTION_LIMIT)
static const struct hand xdp = { "xdp",	     HAND_XDP,	    DROPS,	open_xdp,  fake_close,	fake_takes, fake_apply,
				 fake_withdraw, fake_allow, fake_know,	fake_counts, NULL,	clear_xdp };
static const struct hand nft = { "nft",	     HAND_NFT,	    DROPS,	open_nft,  fake_close,	fake_takes, fake_apply,
				 fake_withdraw, fake_allow, NULL,	fake_counts, NULL,	clear_xdp };
static const struct hand bgp = { "bgp",	     HAND_BGP,	    1u << ACTION_BLACKHOLE | DROPS, open_bgp, fake_close, fake_takes,
				 fake_apply, fake_withdraw, NULL,	NULL,	   fake_counts, NULL,	    clear_xdp };
static const struct hand *const all[] = { &xdp, &nft, &bgp, NULL };

/* --- the warden with its keeper */

struct ward {
	char runtime[32];
	struct config *config;
	struct hands *hands;
	struct order_done done; /* the last that was told */
	unsigned dones;
	size_t counted;
	struct hands_facts facts;
	unsigned told;
	bool undone; /* it was told that somebody undid everything */
	bool deaf;   /* there is no keeper */
};

static bool ward_told(void *whom, uint16_t type, struct span body)
{
	struct ward *w = whom;

	if (w->deaf)
		return false;
	if (type == FRAME_ORDER_DONE) {
		assert_int_equal(body.len, sizeof(w->done));
		memcpy(&w->done, body.ptr, sizeof(w->done));
		w->dones++;
	} else if (type == FRAME_HANDS) {
		assert_int_equal(body.len, sizeof(w->facts));
		memcpy(&w->facts, body.ptr, sizeof(w->facts));
		w->told++;
		w->undone |= w->facts.undone;
	} else if (type == FRAME_ACTION_COUNTS) {
		w->counted = body.len / sizeof(struct hand_count);
	}
	return true;
}

static struct moment at(int64_t after)
{
	return (struct moment){ NOW + after, BOOT + after };
}

static void ward_open(struct ward *w)
{
	struct hands_settings settings = { .respond = &w->config->respond, .root = "", .all = all, .whom = w,
					   .tell = ward_told };

	settings.hand.runtime = w->runtime;
	w->hands = hands_new(&settings, at(0));
	assert_non_null(w->hands);
	hands_greet(w->hands);
}

static int ward_begin(void **state)
{
	struct ward *w = calloc(1, sizeof(*w));
	struct prefix partner;

	memset(fakes, 0, sizeof(fakes));
	snprintf(w->runtime, sizeof(w->runtime), "/tmp/hands-XXXXXX");
	assert_non_null(mkdtemp(w->runtime));
	w->config = config_defaults();
	assert_non_null(w->config);
	w->config->respond.hands = 7;
	assert_int_equal(prefix_parse(&partner, "198.18.8.128/25"), OK);
	assert_int_equal(home_add(&w->config->respond.never, &partner), OK);
	ward_open(w);
	*state = w;
	return 0;
}

static int ward_end(void **state)
{
	static const char *const marks[] = { "xdp", "nft", "bgp", "undo" };
	struct ward *w = *state;
	char path[64];

	hands_free(w->hands);
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/hand-%s", w->runtime, marks[i]);
		unlink(path);
	}
	rmdir(w->runtime);
	config_free(w->config);
	free(w);
	return 0;
}

static void send(struct ward *w, uint16_t type, const void *body, size_t size)
{
	struct ipc_frame frame = { type, { body, size }, -1 };

	hands_frame(w->hands, &frame, at(0));
}

static struct order order_of(uint64_t id, const char *filter)
{
	struct order order;
	char trouble[FILTER_TROUBLE];

	memset(&order, 0, sizeof(order));
	order.action.id = id;
	order.action.verb = ACTION_DROP;
	order.action.state = ACTION_ORDERED;
	snprintf(order.action.reason, sizeof(order.action.reason), "a flood");
	snprintf(order.action.owner, sizeof(order.action.owner), "admin");
	order.remains = HOUR;
	assert_int_equal(filter_parse((struct span){ (const uint8_t *)filter, strlen(filter) },
				      &order.action.filter, trouble),
			 OK);
	return order;
}

static void put(struct ward *w, const struct order *order)
{
	send(w, FRAME_ORDER, order, sizeof(*order));
	hands_do(w->hands, at(0));
}

#define ATTACK "from 198.18.7.0/24 to 203.0.113.10 proto udp from-port 123"

/* --- tests */

static void an_order_goes_to_the_first_hand(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK);

	assert_int_equal(fakes[HAND_XDP].opened, 0); /* not before it is needed */
	put(w, &order);
	assert_int_equal(w->done.id, 1);
	assert_int_equal(w->done.state, ACTION_ACTIVE);
	assert_int_equal(w->done.hand, HAND_XDP);
	assert_int_equal(fakes[HAND_XDP].count, 1);
	assert_int_equal(fakes[HAND_XDP].force[0].until, BOOT + HOUR);
	assert_true(fakes[HAND_XDP].allowed > 0);
	assert_int_equal(fakes[HAND_NFT].opened, 0);
}

static bool passes(const char *address)
{
	const struct fake *fake = &fakes[HAND_XDP];
	struct ip ip;

	assert_int_equal(ip_parse(&ip, address), OK);
	for (size_t i = 0; i < fake->allowed; i++)
		if (prefix_has(&fake->passes[i], &ip))
			return true;
	return false;
}

/* Sources that only who forges them has are members, too; but no way past every filter. */
static void forged_ones_do_not_pass(void **state)
{
	struct order order = order_of(1, ATTACK);

	put(*state, &order);
	assert_true(passes("fe80::1"));
	assert_false(passes("127.0.0.1"));
	assert_false(passes("::1"));
	assert_false(passes("224.0.0.1"));
	assert_false(passes("169.254.1.1"));
	assert_false(passes("0.0.0.0"));
}

static void where_one_cannot_the_next_best_does_it(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK);

	fakes[HAND_XDP].cannot_open = true;
	put(w, &order);
	assert_int_equal(w->done.state, ACTION_ACTIVE);
	assert_int_equal(w->done.hand, HAND_NFT);
	hands_second(w->hands, at(0));
	assert_false(w->facts.hands[HAND_XDP].able);
	assert_string_equal(w->facts.hands[HAND_XDP].why, "xdp: not here");
	assert_true(w->facts.hands[HAND_NFT].able);
	fakes[HAND_NFT].cannot_apply = true;
	order.action.id = 2;
	put(w, &order);
	assert_int_equal(w->done.hand, HAND_BGP);
	fakes[HAND_BGP].refuses = true;
	order.action.id = 3;
	put(w, &order);
	assert_int_equal(w->done.state, ACTION_FAILED);
	assert_true(*w->done.en && *w->done.ja);
	assert_int_equal(fakes[HAND_NFT].count + fakes[HAND_BGP].count, 2); /* nothing half done */
}

static void a_named_hand_is_that_or_none(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK);

	order.action.hand = HAND_XDP;
	fakes[HAND_XDP].cannot_open = true;
	put(w, &order);
	assert_int_equal(w->done.state, ACTION_FAILED);
	assert_string_equal(w->done.en, "xdp: not here");
	assert_int_equal(fakes[HAND_NFT].opened, 0);
}

static void one_bad_order_takes_no_other_with_it(void **state)
{
	struct ward *w = *state;

	fakes[HAND_XDP].bad = 2;
	for (uint64_t id = 1; id <= 3; id++) {
		struct order order = order_of(id, ATTACK);

		send(w, FRAME_ORDER, &order, sizeof(order));
	}
	hands_do(w->hands, at(0));
	assert_int_equal(fakes[HAND_XDP].count, 2);
	assert_int_equal(fakes[HAND_NFT].count, 1); /* the next one could */
	assert_int_equal(w->dones, 3);
}

static void many_orders_are_one_change(void **state)
{
	struct ward *w = *state;

	for (uint64_t id = 1; id <= FORCE; id++) {
		struct order order = order_of(id, ATTACK);

		send(w, FRAME_ORDER, &order, sizeof(order));
	}
	hands_do(w->hands, at(0));
	assert_int_equal(fakes[HAND_XDP].applied, 1);
	assert_int_equal(fakes[HAND_XDP].count, FORCE);
}

/* Whatever the keeper says. */
static void never_blocked_are_refused(void **state)
{
	static const char *const filters[] = {
		"from 127.0.0.1 proto udp to-port 53", "from 198.18.8.200 to 203.0.113.10 proto udp",
		"from 198.18.8.0/24 to 203.0.113.10 proto udp", "from 224.0.0.0/24 proto udp",
		"to 203.0.113.10", /* a blackhole that is none */
		"from 198.18.0.0/16 to 203.0.113.10 proto udp", /* too wide */
	};
	struct ward *w = *state;

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		struct order order = order_of(i + 1, filters[i]);

		w->done.state = ACTION_STATES;
		put(w, &order);
		assert_int_equal(w->done.id, i + 1);
		assert_int_equal(w->done.state, ACTION_REFUSED);
		assert_true(*w->done.en && *w->done.ja);
	}
	assert_int_equal(fakes[HAND_XDP].count, 0);
}

static void put_file(const char *root, const char *name, const char *text)
{
	char path[96];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

/* A made-up machine with a gateway, a resolver and a session of SSH; its folders and files in the order in which
 * they are made. */
static const char *const machine[][2] = {
	{ "proc", NULL }, { "proc/net", NULL }, { "etc", NULL },
	{ "proc/net/route", "Iface\tDestination\tGateway\tFlags\n"
			    "eth0\t00000000\tFE7100CB\t0003\t0\t0\t0\t00000000\n" }, /* 203.0.113.254 */
	{ "proc/net/tcp", "  sl  local_address rem_address   st\n"
			  "   1: 0A7100CB:0016 076433C6:C350 01 0\n" }, /* 198.51.100.7 */
	{ "etc/resolv.conf", "nameserver 192.0.2.53\n" },
};

#define MACHINE (sizeof(machine) / sizeof(machine[0]))

static void machine_make(const char *root)
{
	char path[96];

	assert_int_equal(mkdir(root, 0700), 0);
	for (size_t i = 0; i < MACHINE; i++)
		if (machine[i][1]) {
			put_file(root, machine[i][0], machine[i][1]);
		} else {
			snprintf(path, sizeof(path), "%s/%s", root, machine[i][0]);
			assert_int_equal(mkdir(path, 0700), 0);
		}
}

static void machine_remove(const char *root)
{
	char path[96];

	for (size_t i = MACHINE; i-- > 0;) {
		snprintf(path, sizeof(path), "%s/%s", root, machine[i][0]);
		remove(path);
	}
	rmdir(root);
}

/* One frame for each that the warden says is never blocked, whatever kind it is of; the frame is otherwise good. */
static void members_of_every_kind_are_refused(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, "from 198.18.7.7 proto udp to-port 53");
	struct hands_settings settings = { .respond = &w->config->respond, .all = all, .whom = w, .tell = ward_told };
	unsigned kinds = 1u << GUARD_OWN; /* there need be no address but loopback where this is tested */
	struct prefix office;
	char root[48];

	snprintf(root, sizeof(root), "%s/root", w->runtime);
	machine_make(root);
	assert_int_equal(prefix_parse(&office, "2001:db8:5::/48"), OK);
	assert_int_equal(home_add(&w->config->respond.offices, &office), OK);
	hands_free(w->hands);
	settings.root = root;
	settings.hand.runtime = w->runtime;
	w->hands = hands_new(&settings, at(0));
	hands_greet(w->hands);
	put(w, &order);
	assert_int_equal(w->done.state, ACTION_ACTIVE);
	for (size_t i = 0; i < w->facts.never_count; i++) {
		kinds |= 1u << w->facts.never[i].kind;
		order.action.id++;
		order.action.filter.from = (struct prefix){ w->facts.never[i].prefix.ip, 128 };
		put(w, &order);
		assert_int_equal(w->done.id, order.action.id);
		assert_int_equal(w->done.state, ACTION_REFUSED);
	}
	assert_int_equal(kinds, (1u << GUARD_KINDS) - 1);
	assert_int_equal(fakes[HAND_XDP].count, 1);
	machine_remove(root);
}

static void a_new_member_counts_at_once(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK);
	struct config other = *w->config;
	struct prefix partner;

	assert_int_equal(prefix_parse(&partner, "198.18.7.7"), OK);
	assert_int_equal(home_add(&other.respond.never, &partner), OK);
	hands_configure(w->hands, &other.respond);
	put(w, &order);
	assert_int_equal(w->done.state, ACTION_REFUSED);
}

/* BGP lets nobody pass beforehand: what is in force is looked at again. */
static void a_new_member_ends_what_aims_at_it(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK), other = order_of(2, ATTACK);
	struct config more = *w->config;
	struct prefix partner;

	order.action.hand = HAND_BGP;
	put(w, &order);
	put(w, &other);
	assert_int_equal(prefix_parse(&partner, "198.18.7.7"), OK);
	assert_int_equal(home_add(&more.respond.never, &partner), OK);
	hands_configure(w->hands, &more.respond);
	hands_second(w->hands, at(1));
	assert_int_equal(w->done.id, 1);
	assert_int_equal(w->done.state, ACTION_REFUSED);
	assert_int_equal(fakes[HAND_BGP].count, 0);
	assert_int_equal(fakes[HAND_XDP].count, 1); /* there the member passes */
}

/* The set is read anew with each order, too: what that shows must not be lost for what is in force. */
static void a_new_member_ends_it_also_beside_an_order(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK), other = order_of(2, "from 198.18.9.0/24 proto udp");
	struct config more = *w->config;
	struct prefix partner;

	order.action.hand = HAND_BGP;
	put(w, &order);
	assert_int_equal(fakes[HAND_BGP].count, 1);
	assert_int_equal(prefix_parse(&partner, "198.18.7.7"), OK);
	assert_int_equal(home_add(&more.respond.never, &partner), OK);
	hands_configure(w->hands, &more.respond);
	put(w, &other);
	hands_second(w->hands, at(1));
	assert_int_equal(fakes[HAND_BGP].count, 0);
	assert_int_equal(fakes[HAND_XDP].count, 1);
}

/* A partner is named: by BGP, which lets nobody pass, a filter without a source might hit him. */
static void where_nobody_passes_the_filter_must_spare_members(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, "to 203.0.113.10 proto udp");

	fakes[HAND_XDP].cannot_open = fakes[HAND_NFT].cannot_open = true;
	put(w, &order);
	assert_int_equal(w->done.state, ACTION_FAILED);
	assert_non_null(strstr(w->done.en, "lets nobody pass"));
	assert_int_equal(fakes[HAND_BGP].count, 0);
	order = order_of(2, "to 203.0.113.10 proto udp from-port 123");
	put(w, &order);
	assert_int_equal(w->done.hand, HAND_BGP);
	assert_int_equal(w->done.state, ACTION_ACTIVE);
}

/* While a part of the set cannot be read, who is known to be a member goes on passing, and new ones do. */
static void what_can_be_read_counts_although_not_all_can(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, "from 198.18.7.7 proto udp to-port 53");
	struct hands_settings settings = { .respond = &w->config->respond, .all = all, .whom = w, .tell = ward_told };
	char root[48], route[72];

	snprintf(root, sizeof(root), "%s/root", w->runtime);
	machine_make(root);
	hands_free(w->hands);
	settings.root = root;
	settings.hand.runtime = w->runtime;
	w->hands = hands_new(&settings, at(0));
	put(w, &order);
	assert_int_equal(w->done.state, ACTION_ACTIVE);
	assert_true(passes("198.51.100.7"));
	put_file(root, "proc/net/tcp", "   1: 0A7100CB:0016 086433C6:C350 01 0\n"); /* 198.51.100.8 instead */
	snprintf(route, sizeof(route), "%s/proc/net/route", root);
	assert_int_equal(unlink(route), 0);
	hands_second(w->hands, at(1));
	assert_false(w->facts.hands[HAND_XDP].able);
	assert_true(passes("198.51.100.7"));
	assert_true(passes("198.51.100.8"));
	assert_true(passes("203.0.113.254"));
	order.action.id = 2;
	put(w, &order);
	assert_int_equal(w->done.state, ACTION_REFUSED);
	machine_remove(root);
}

static void limits_hold_whatever_the_keeper_says(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK);

	w->config->respond.most = 2;
	order.action.until = INT64_MAX; /* its own times are not looked at */
	order.remains = 8 * 24 * HOUR;
	put(w, &order);
	assert_int_equal(w->done.state, ACTION_REFUSED);
	order.remains = HOUR;
	for (order.action.id = 2; order.action.id < 5; order.action.id++)
		put(w, &order);
	assert_int_equal(fakes[HAND_XDP].count, 2);
	assert_int_equal(w->done.state, ACTION_REFUSED);
}

static void what_is_no_order_is_not_heard(void **state)
{
	struct ward *w = *state;
	struct order bad[12];
	size_t count = sizeof(bad) / sizeof(bad[0]);

	for (size_t i = 0; i < count; i++)
		bad[i] = order_of(1, ATTACK);
	bad[0].action.id = 0;
	bad[1].action.verb = (enum action_verb)ACTION_VERBS;
	bad[2].action.hand = (enum action_hand)HANDS;
	memset(bad[3].action.reason, 'x', sizeof(bad[3].action.reason));
	memset(bad[4].action.owner, 'x', sizeof(bad[4].action.owner));
	bad[5].remains = 0;
	bad[6].remains = -1;
	bad[7].remains = INT64_MAX;
	bad[8].action.filter.parts = 0xffffffff;
	bad[9].action.filter.from.bits = 255;
	memset(&bad[10].action.automatic, 7, 1);
	memset(&bad[11].action.rehearse, 1, 1);
	for (size_t i = 0; i < count; i++)
		put(w, &bad[i]);
	send(w, FRAME_ORDER, &bad[0], sizeof(bad[0]) - 1);
	send(w, FRAME_ORDER, "", 0);
	send(w, FRAME_ORDER_BACK, "1234567", 7);
	send(w, FRAME_KNOWN, "1234567", 7);
	send(w, FRAME_KNOWN, "12345678901", 11);
	send(w, FRAME_CONFIG, "", 0);
	hands_do(w->hands, at(0));
	assert_int_equal(w->dones, 0);
	assert_int_equal(fakes[HAND_XDP].opened, 0);
}

static void back_is_taken_back(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(7, ATTACK);

	put(w, &order);
	send(w, FRAME_ORDER_BACK, &order.action.id, sizeof(order.action.id));
	hands_do(w->hands, at(0));
	assert_int_equal(w->done.state, ACTION_ENDED);
	assert_int_equal(fakes[HAND_XDP].count, 0);
}

/* Nobody is there but the warden. */
static void it_ends_by_itself(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(7, ATTACK);

	put(w, &order);
	hands_second(w->hands, at(HOUR - 1));
	assert_int_equal(w->done.state, ACTION_ACTIVE);
	assert_int_equal(w->counted, 1);
	/* the clock of the day says an hour less: it counts nothing */
	hands_second(w->hands, (struct moment){ NOW - HOUR, BOOT + HOUR });
	assert_int_equal(w->done.state, ACTION_ENDED);
	assert_int_equal(fakes[HAND_XDP].count, 0);
}

static void a_keeper_says_all_again(void **state)
{
	struct ward *w = *state;
	struct order one = order_of(1, ATTACK), two = order_of(2, ATTACK);
	unsigned applied;

	put(w, &one);
	put(w, &two);
	applied = fakes[HAND_XDP].applied;
	hands_greet(w->hands);
	send(w, FRAME_ORDER, &one, sizeof(one));
	send(w, FRAME_ORDERS_END, "", 0);
	hands_do(w->hands, at(0));
	assert_int_equal(fakes[HAND_XDP].applied, applied); /* it is in force as it is */
	assert_int_equal(fakes[HAND_XDP].count, 1);
	assert_int_equal(fakes[HAND_XDP].force[0].id, 1);
}

static void another_warden_finds_what_is_in_force(void **state)
{
	struct ward *w = *state;
	struct order one = order_of(1, ATTACK), two = order_of(2, ATTACK);

	put(w, &one);
	put(w, &two);
	hands_free(w->hands);
	w->hands = NULL;
	assert_int_equal(fakes[HAND_XDP].cleared, 0);
	ward_open(w);
	assert_int_equal(fakes[HAND_XDP].opened, 2);
	assert_int_equal(fakes[HAND_XDP].count, 2);
	send(w, FRAME_ORDER, &two, sizeof(two));
	send(w, FRAME_ORDERS_END, "", 0);
	hands_do(w->hands, at(0));
	assert_int_equal(fakes[HAND_XDP].count, 1);
	assert_int_equal(fakes[HAND_XDP].force[0].id, 2);
	assert_int_equal(w->done.id, 2);
	assert_int_equal(w->done.state, ACTION_ACTIVE);
}

static void a_hand_with_nothing_in_force_leaves_no_trace(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK);

	put(w, &order);
	send(w, FRAME_ORDER_BACK, &order.action.id, sizeof(order.action.id));
	hands_do(w->hands, at(0));
	hands_free(w->hands);
	w->hands = NULL;
	assert_int_equal(fakes[HAND_XDP].cleared, 1);
	ward_open(w);
	assert_int_equal(fakes[HAND_XDP].opened, 1);
}

static void undo_now_ends_all(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK);
	char path[64];
	FILE *mark;

	put(w, &order);
	snprintf(path, sizeof(path), "%s/hand-undo", w->runtime);
	mark = fopen(path, "w");
	assert_non_null(mark);
	fclose(mark);
	hands_second(w->hands, at(1));
	assert_int_equal(w->done.state, ACTION_ENDED);
	assert_int_equal(fakes[HAND_XDP].count, 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_true(w->undone); /* the keeper must not order it again */
	w->facts.undone = 0;
	hands_greet(w->hands);
	assert_false(w->facts.undone); /* once */
	assert_int_equal(fakes[HAND_XDP].cleared, 1);
	order.action.id = 2; /* a hand whose traces were removed begins anew, with who passes */
	fakes[HAND_XDP].allowed = 0;
	put(w, &order);
	assert_int_equal(w->done.state, ACTION_ACTIVE);
	assert_int_equal(fakes[HAND_XDP].opened, 2);
	assert_true(fakes[HAND_XDP].allowed > 0);
}

/* It was run while no tower was there: the keeper hears of it before it says its orders again. */
static void undo_now_of_before_is_told(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK);
	char path[64];

	put(w, &order);
	hands_free(w->hands);
	w->hands = NULL;
	snprintf(path, sizeof(path), "%s/hand-undo", w->runtime);
	fclose(fopen(path, "w"));
	w->undone = false;
	w->deaf = true; /* there is no keeper yet */
	ward_open(w);
	hands_second(w->hands, at(1));
	assert_int_equal(fakes[HAND_XDP].count, 0);
	w->deaf = false;
	hands_greet(w->hands);
	assert_true(w->facts.undone);
}

/* The runtime folder is a lesser user's: a FIFO that nobody reads, where a mark should be, must not stop the warden. */
static void a_mark_that_waits_is_not_waited_for(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK);
	char path[64];

	snprintf(path, sizeof(path), "%s/hand-xdp", w->runtime);
	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(20); /* else it hangs */
	put(w, &order);
	alarm(0);
	assert_int_equal(w->done.state, ACTION_ACTIVE);
}

static void a_hand_that_cannot_spare_members_gets_no_orders(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK);

	fakes[HAND_XDP].cannot_allow = true;
	put(w, &order);
	assert_int_equal(w->done.state, ACTION_ACTIVE);
	assert_int_equal(w->done.hand, HAND_NFT);
	assert_int_equal(fakes[HAND_XDP].count, 0);
}

static void what_a_hand_has_besides_is_taken_back(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK);

	put(w, &order);
	fakes[HAND_XDP].force[fakes[HAND_XDP].count++].id = 99;
	hands_second(w->hands, at(1));
	assert_int_equal(fakes[HAND_XDP].count, 1);
	assert_int_equal(fakes[HAND_XDP].force[0].id, 1);
}

/* Somebody removed it: it is put in force again, or the keeper hears that it is not. */
static void what_a_hand_lost_is_done_again(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK);
	int64_t n = 1;

	put(w, &order);
	fakes[HAND_XDP].count = 0;
	for (; n < 10 && fakes[HAND_XDP].count == 0; n++)
		hands_second(w->hands, at(n * USEC_PER_SEC));
	assert_in_range(n, 3, 6); /* not as soon as it is missed once */
	assert_int_equal(fakes[HAND_XDP].force[0].id, 1);
	assert_int_equal(fakes[HAND_XDP].force[0].until, BOOT + HOUR);
	fakes[HAND_XDP].count = 0;
	fakes[HAND_XDP].cannot_apply = fakes[HAND_NFT].cannot_apply = fakes[HAND_BGP].cannot_apply = true;
	w->done.state = ACTION_ACTIVE;
	for (; n < 30 && w->done.state == ACTION_ACTIVE; n++)
		hands_second(w->hands, at(n * USEC_PER_SEC));
	assert_int_equal(w->done.state, ACTION_FAILED);
}

static void good_sources_reach_the_hands(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK);
	uint8_t body[8 + 3 * 16] = { 5 };

	put(w, &order);
	send(w, FRAME_KNOWN, body, sizeof(body));
	hands_do(w->hands, at(0));
	assert_int_equal(fakes[HAND_XDP].known, 3);
	body[0] = 6;
	send(w, FRAME_KNOWN, body, 8 + 16);
	hands_second(w->hands, at(USEC_PER_SEC));
	assert_int_equal(fakes[HAND_XDP].known, 4);
	send(w, FRAME_KNOWN, body, 8); /* of the newest, none any more */
	hands_second(w->hands, at(2 * USEC_PER_SEC));
	assert_int_equal(fakes[HAND_XDP].known, 3);
}

/* Who sends them all the time keeps no hand busy. */
static void good_sources_are_told_once_a_second(void **state)
{
	struct ward *w = *state;
	struct order order = order_of(1, ATTACK);
	uint8_t body[8 + 3 * 16] = { 5 };
	unsigned before;

	put(w, &order);
	send(w, FRAME_KNOWN, body, sizeof(body));
	hands_do(w->hands, at(0));
	before = fakes[HAND_XDP].knows;
	for (int64_t n = 0; n < 1000; n++) {
		send(w, FRAME_KNOWN, body, sizeof(body));
		hands_do(w->hands, at(n * 1000));
	}
	assert_int_equal(fakes[HAND_XDP].knows, before);
	hands_second(w->hands, at(USEC_PER_SEC));
	assert_int_equal(fakes[HAND_XDP].knows, before + 1);
}

static void without_the_set_nothing_is_blocked(void **state)
{
	struct ward *w = *state;
	struct hands_settings settings = { .respond = &w->config->respond, .root = "/nowhere", .all = all,
					   .whom = w, .tell = ward_told };
	struct order order = order_of(1, ATTACK);

	hands_free(w->hands);
	settings.hand.runtime = w->runtime;
	w->hands = hands_new(&settings, at(0));
	put(w, &order);
	assert_int_equal(w->done.state, ACTION_REFUSED);
	assert_non_null(strstr(w->done.en, "/nowhere/proc/net/route"));
	hands_second(w->hands, at(1));
	assert_false(w->facts.hands[HAND_XDP].able);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, ward_begin, ward_end)
	const struct CMUnitTest tests[] = {
		TEST(an_order_goes_to_the_first_hand),
		TEST(forged_ones_do_not_pass),
		TEST(where_one_cannot_the_next_best_does_it),
		TEST(a_named_hand_is_that_or_none),
		TEST(one_bad_order_takes_no_other_with_it),
		TEST(many_orders_are_one_change),
		TEST(never_blocked_are_refused),
		TEST(members_of_every_kind_are_refused),
		TEST(a_new_member_counts_at_once),
		TEST(a_new_member_ends_what_aims_at_it),
		TEST(a_new_member_ends_it_also_beside_an_order),
		TEST(where_nobody_passes_the_filter_must_spare_members),
		TEST(what_can_be_read_counts_although_not_all_can),
		TEST(limits_hold_whatever_the_keeper_says),
		TEST(what_is_no_order_is_not_heard),
		TEST(back_is_taken_back),
		TEST(it_ends_by_itself),
		TEST(a_keeper_says_all_again),
		TEST(another_warden_finds_what_is_in_force),
		TEST(a_hand_with_nothing_in_force_leaves_no_trace),
		TEST(undo_now_ends_all),
		TEST(a_mark_that_waits_is_not_waited_for),
		TEST(undo_now_of_before_is_told),
		TEST(a_hand_that_cannot_spare_members_gets_no_orders),
		TEST(what_a_hand_has_besides_is_taken_back),
		TEST(what_a_hand_lost_is_done_again),
		TEST(good_sources_reach_the_hands),
		TEST(good_sources_are_told_once_a_second),
		TEST(without_the_set_nothing_is_blocked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
