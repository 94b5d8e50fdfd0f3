/*
 * test_vigilance.c - all detectors at each vigilance level: what is told does not depend on whether
 * candidates are looked for, a tighter level tells more, and the level may change while they run.
 */
#include "detect/detect.h"

#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define WINDOWS 1200 /* five minutes */
#define BEGIN   (1700000000 * USEC_PER_SEC)

struct watch {
	enum level level;
	struct engine *engine;
	unsigned told, kept; /* alerts, and candidates */
	uint64_t hash;       /* of all that was told */
	unsigned by_level[LEVELS];
	uint64_t seed;
};

static uint64_t hash_of_text(const char *text, uint64_t hash)
{
	return hash_text((const uint8_t *)text, strlen(text), hash);
}

static void watch_raise(void *whom, const struct alert *a)
{
	struct watch *w = whom;

	w->by_level[a->level]++;
	if (a->level > w->level) {
		w->kept++;
		return;
	}
	w->told++;
	w->hash = hash_of_text(a->rule, hash_of_text(a->say, w->hash));
	w->hash = hash_64(a->packets ^ a->bytes << 20, w->hash);
	w->hash = hash_64((uint64_t)a->from ^ (uint64_t)a->to << 20, w->hash);
	w->hash = hash_64((uint64_t)a->level << 8 | (uint64_t)a->severity, w->hash);
	for (unsigned i = 0; i < a->why_count; i++)
		w->hash = hash_of_text(a->why[i].value, w->hash);
}

static uint32_t below(struct watch *w, uint32_t end)
{
	w->seed = hash_64(w->seed, HASH_K1);
	return (uint32_t)(w->seed >> 32) % end;
}

static struct ip ip_of(unsigned net, unsigned host)
{
	struct ip ip = { { [10] = 0xff, [11] = 0xff, [12] = (uint8_t)net, [13] = 168,
			   [14] = (uint8_t)(host >> 8), [15] = (uint8_t)host } };

	return ip;
}

/* SYNs from everywhere, whose rate rises and falls about the thresholds of all levels. */
static void see_flood(struct watch *w, usec_t end, unsigned number, unsigned target)
{
	uint32_t phase = (number + target * 60) % 240;
	uint32_t mean = phase < 120 ? phase / 3 : (240 - phase) / 3;
	struct tally t = { .ip = ip_of(192, 10 + target), .bits = 128, .role = ROLE_TARGET,
			   .vector = VECTOR_SYN, .packets = mean + below(w, 9), .counted = 1,
			   .first = end - WINDOW_USEC, .last = end - 1 };
	struct obs obs = { .kind = OBS_TALLY, .ts = end, .tally = &t };

	t.bytes = 60ull * t.packets;
	for (uint32_t i = 0; i < t.packets; i++) {
		struct ip peer = ip_of(9, below(w, 60000));

		top_ip_add(&t.peer, &peer, hash_16(peer.b, 0));
		top_add(&t.port, 443);
		hll_add(&t.peers, hash_16(peer.b, 0));
	}
	engine_see(w->engine, &obs, 1);
}

/* Answers that nobody asked for, of one source to many of ours. */
static void see_backscatter(struct watch *w, usec_t end)
{
	struct tally t = { .ip = ip_of(192, below(w, 9)), .bits = 128, .role = ROLE_TARGET,
			   .vector = VECTOR_RST, .packets = 1, .bytes = 60,
			   .first = end - 2, .last = end - 1, .peer = { .ip = ip_of(8, 1) } };
	struct obs obs = { .kind = OBS_TALLY, .ts = end, .tally = &t };

	engine_see(w->engine, &obs, 1);
}

static void see_probe(struct watch *w, usec_t end, unsigned source, bool mirai)
{
	struct probe p = { .ip = ip_of(7, source), .kind = PROBE_TCP, .first_port = 445, .attempts = 1,
			   .first_host = ip_of(192, below(w, 4 + source * 3)), .first = end - 1000,
			   .last = end - 1000, .bytes = 60, .packets = 1, .to_home = 1,
			   .answered = below(w, 4) == 0, .mirai = mirai };
	struct obs obs = { .kind = OBS_PROBE, .ts = end, .probe = &p };

	engine_see(w->engine, &obs, 1);
}

static void see_window(struct watch *w, usec_t end, unsigned number)
{
	for (unsigned target = 0; target < 3; target++)
		see_flood(w, end, number, target);
	if (number % 8 == 0)
		see_backscatter(w, end);
	for (unsigned source = 0; source < 8; source++)
		if (below(w, 40) == 0)
			see_probe(w, end, source, false);
	if (number % 400 == 7)
		see_probe(w, end, 200, true);
}

static void watch_begin(struct watch *w, struct home *home, enum level level, bool candidates)
{
	struct alert_sink sink = { .raise = watch_raise, .whom = w };
	struct detect_settings settings;
	struct prefix prefix;

	memset(w, 0, sizeof(*w));
	memset(home, 0, sizeof(*home));
	assert_int_equal(prefix_parse(&prefix, "192.168.0.0/16"), OK);
	assert_int_equal(home_add(home, &prefix), OK);
	detect_settings_init(&settings);
	settings.home = home;
	settings.level = &w->level;
	settings.candidates = candidates;
	w->level = level;
	w->engine = engine_new(&settings, &sink);
	assert_non_null(w->engine);
}

static void watch_windows(struct watch *w, unsigned from, unsigned to)
{
	for (unsigned n = from; n < to; n++) {
		usec_t end = BEGIN + (n + 1) * WINDOW_USEC;
		struct window window = { end - WINDOW_USEC, end, n + 1 == WINDOWS, false };

		see_window(w, end, n);
		engine_tick(w->engine, &window);
	}
}

static struct watch watch_all(enum level level, bool candidates)
{
	struct home home;
	struct watch w;

	watch_begin(&w, &home, level, candidates);
	watch_windows(&w, 0, WINDOWS);
	engine_free(w.engine);
	return w;
}

static void test_candidates_leave_no_mark(void **state)
{
	(void)state;
	for (enum level l = LEVEL_NORMAL; l < LEVELS; l++) {
		struct watch without = watch_all(l, false), with = watch_all(l, true);

		assert_true(without.told > 0);
		assert_int_equal(without.kept, 0);
		assert_int_equal(with.told, without.told);
		assert_true(with.hash == without.hash);
		assert_int_equal(with.kept > 0, l < LEVEL_SEVERE);
	}
}

/* Each level has alerts of its own in this input. */
static void test_labels(void **state)
{
	struct watch w = watch_all(LEVEL_NORMAL, true);

	(void)state;
	for (enum level l = LEVEL_NORMAL; l < LEVELS; l++)
		assert_true(w.by_level[l] > 0);
}

static void test_tighter_tells_more(void **state)
{
	unsigned before = 0;

	(void)state;
	for (enum level l = LEVEL_NORMAL; l < LEVELS; l++) {
		struct watch w = watch_all(l, false);

		assert_true(w.told > before);
		before = w.told;
	}
}

/* Raised in the middle: as at normal until then, and more from then on. */
static void test_raised(void **state)
{
	struct watch normal, raised;
	struct home home, other;

	(void)state;
	watch_begin(&normal, &home, LEVEL_NORMAL, true);
	watch_begin(&raised, &other, LEVEL_NORMAL, true);
	watch_windows(&normal, 0, WINDOWS / 2);
	watch_windows(&raised, 0, WINDOWS / 2);
	assert_true(normal.hash == raised.hash);
	raised.level = LEVEL_SEVERE;
	watch_windows(&normal, WINDOWS / 2, WINDOWS);
	watch_windows(&raised, WINDOWS / 2, WINDOWS);
	assert_true(raised.told > normal.told);
	engine_free(normal.engine);
	engine_free(raised.engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_candidates_leave_no_mark),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_tighter_tells_more),
		cmocka_unit_test(test_raised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
