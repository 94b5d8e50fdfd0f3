/*
 * test_store_tell.c - messages that wait to be told, candidates for the preview, and the series of
 * traffic.
 */
#include "store/store_candidate.h"
#include "store/store_message.h"
#include "store/store_series.h"
#include "store_test.h"

#include "base/text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SECOND USEC_PER_SEC

static char seen[2000]; /* what the last list or claim visited */

static uint64_t queue(struct store *store, const char *target, enum severity severity)
{
	struct store_message message = { .target = target,
					 .severity = severity,
					 .queued = TEST_NOW,
					 .due = TEST_NOW,
					 .body = "{}" };

	assert_int_equal(store_message_put(store, &message), OK);
	return message.id;
}

static bool message_see(void *whom, const struct store_message *message)
{
	(void)whom;
	assert_string_equal(message->body, "{}");
	assert_int_equal(message->queued, TEST_NOW);
	text_append(seen, sizeof(seen), "%u %s %d;", (unsigned)message->id, message->target,
		    (int)message->attempts);
	return true;
}

static const char *claimed(struct store *store, usec_t now, uint32_t limit)
{
	seen[0] = '\0';
	assert_int_equal(
		store_message_claim(store, now, now + 60 * SECOND, limit, message_see, NULL), OK);
	return seen;
}

static bool target_see(void *whom, const struct store_target *target)
{
	(void)whom;
	text_append(seen, sizeof(seen), "%s waits %u sent %u failed %u at %d \"%s\";", target->name,
		    (unsigned)target->waiting, (unsigned)target->sent, (unsigned)target->failed,
		    target->last_sent ? (int)(target->last_sent - TEST_NOW) : 0,
		    target->last_error);
	return true;
}

static const char *targets(struct store *store)
{
	seen[0] = '\0';
	assert_int_equal(store_target_list(store, target_see, NULL), OK);
	return seen;
}

static void test_queue(void **state)
{
	struct store *store = test_open();

	(void)state;
	queue(store, "mail", SEVERITY_WARNING);
	queue(store, "slack", SEVERITY_CRITICAL);
	queue(store, "mail", SEVERITY_CRITICAL);
	assert_string_equal(claimed(store, TEST_NOW - 1, 9), "");
	assert_string_equal(claimed(store, TEST_NOW, 2), "2 slack 1;3 mail 1;");
	assert_string_equal(claimed(store, TEST_NOW, 2), "1 mail 1;");
	assert_string_equal(claimed(store, TEST_NOW, 2), "");
	assert_int_equal(store_message_sent(store, 2, TEST_NOW + 5), OK);
	assert_int_equal(store_message_sent(store, 2, TEST_NOW + 5), ERR_EMPTY);
	assert_int_equal(store_message_put_off(store, 3, TEST_NOW + 90 * SECOND, "refused"), OK);
	assert_int_equal(store_message_put_off(store, 2, TEST_NOW, "refused"), ERR_EMPTY);
	assert_string_equal(targets(store), "mail waits 2 sent 0 failed 0 at 0 \"refused\";"
					    "slack waits 0 sent 1 failed 0 at 5 \"\";");
	/* whoever claimed the first is gone: it is due again */
	assert_string_equal(claimed(store, TEST_NOW + 60 * SECOND, 9), "1 mail 2;");
	assert_string_equal(claimed(store, TEST_NOW + 90 * SECOND, 9), "3 mail 2;");
	assert_int_equal(store_message_give_up(store, 3, "gone for good"), OK);
	assert_int_equal(store_message_sent(store, 1, TEST_NOW + 9), OK);
	assert_string_equal(targets(store), "mail waits 0 sent 1 failed 1 at 9 \"\";"
					    "slack waits 0 sent 1 failed 0 at 5 \"\";");
	store_close(store);
	store = test_open();
	assert_int_equal(queue(store, "mail", SEVERITY_INFO), 4);
	store_close(store);
}

static bool message_stop(void *whom, const struct store_message *message)
{
	unsigned *count = whom;

	(void)message;
	return ++*count < 2;
}

static void test_claim_stops(void **state)
{
	struct store *store = test_open();
	unsigned count = 0;

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		queue(store, "mail", SEVERITY_HIGH);
	assert_int_equal(
		store_message_claim(store, TEST_NOW, TEST_NOW + SECOND, 9, message_stop, &count),
		OK);
	assert_int_equal(count, 2);
	assert_string_equal(claimed(store, TEST_NOW, 9), "3 mail 1;4 mail 1;5 mail 1;");
	store_close(store);
}

/* The oldest of the least severe goes, also when that is the new one. */
static void test_queue_bound(void **state)
{
	struct store_settings settings = { .folder = test_folder(), .messages_max = 3 };
	struct store *store = NULL;
	struct store_words told;
	struct store_stats stats;

	(void)state;
	assert_int_equal(store_open(&settings, TEST_NOW, &store, &told), OK);
	queue(store, "mail", SEVERITY_NOTICE);
	queue(store, "mail", SEVERITY_HIGH);
	queue(store, "mail", SEVERITY_NOTICE);
	queue(store, "mail", SEVERITY_HIGH);
	queue(store, "mail", SEVERITY_INFO);
	assert_string_equal(claimed(store, TEST_NOW, 9), "2 mail 1;4 mail 1;3 mail 1;");
	assert_int_equal(store_stats(store, &stats), OK);
	assert_int_equal(stats.waiting, 3);
	assert_int_equal(stats.messages_dropped, 2);
	store_close(store);
}

static bool candidate_see(void *whom, const struct store_candidate *c)
{
	(void)whom;
	text_append(seen, sizeof(seen), "%s %s %s %s>%s %d-%d L%d %u %.1f;", c->key, c->rule,
		    c->vector, c->who, c->whom, (int)(c->first - TEST_NOW),
		    (int)(c->last - TEST_NOW), (int)c->level, (unsigned)c->alerts, c->peak);
	return true;
}

static const char *candidates(struct store *store, usec_t since)
{
	seen[0] = '\0';
	assert_int_equal(store_candidate_list(store, since, candidate_see, NULL), OK);
	return seen;
}

static void test_candidates(void **state)
{
	struct store *store = test_open();
	struct store_candidate c = { .key = "k1",
				     .rule = "flood",
				     .vector = "syn",
				     .who = "a",
				     .whom = "b",
				     .first = TEST_NOW + 10,
				     .last = TEST_NOW + 20,
				     .level = LEVEL_HIGH,
				     .alerts = 3,
				     .peak = 0.7 };

	(void)state;
	assert_int_equal(store_candidate_add(store, &c), OK);
	c.first = TEST_NOW + 15;
	c.last = TEST_NOW + 40;
	c.level = LEVEL_GUARDED;
	c.alerts = 2;
	c.peak = 0.9;
	assert_int_equal(store_candidate_add(store, &c), OK);
	c.key = "k2";
	c.last = TEST_NOW + 50;
	c.alerts = UINT64_MAX;
	c.peak = NAN;
	assert_int_equal(store_candidate_add(store, &c), OK);
	for (unsigned i = 0; i < 9; i++)
		assert_int_equal(store_candidate_add(store, &c), OK); /* no sum overflows */
	assert_non_null(strstr(candidates(store, TEST_NOW), "k1 flood syn a>b 10-40 L1 5 0.9;"));
	assert_int_equal(strncmp(seen, "k2 flood", 8), 0);
	assert_null(strstr(candidates(store, TEST_NOW + 41), "k1"));
	store_close(store);
}

static bool bin_see(void *whom, const struct store_bin *bin)
{
	const int64_t *from = whom;

	text_append(seen, sizeof(seen), "%+d/%u: %u %u %u %u %u;", (int)(bin->from - *from),
		    bin->seconds, (unsigned)bin->in_packets, (unsigned)bin->out_packets,
		    (unsigned)bin->in_bytes, (unsigned)bin->out_bytes, (unsigned)bin->dropped);
	return true;
}

static const char *series(struct store *store, struct store_span span)
{
	seen[0] = '\0';
	assert_int_equal(store_series_list(store, &span, bin_see, &span.from), OK);
	return seen;
}

static void test_series(void **state)
{
	struct store *store = test_open();
	int64_t hour = TEST_NOW / SECOND / 3600 * 3600;
	struct store_bin bin = { .seconds = 10,
				 .in_packets = 1,
				 .out_packets = 2,
				 .in_bytes = 3,
				 .out_bytes = 4,
				 .dropped = 5 };

	(void)state;
	for (unsigned i = 0; i < 720; i++) { /* two hours, but for ten minutes in the second */
		bin.from = hour + 10 * i + 3;
		if (i < 400 || i >= 460)
			assert_int_equal(store_series_add(store, &bin), OK);
	}
	bin = (struct store_bin){ .from = hour + 5, .seconds = 1, .in_packets = 100 };
	assert_int_equal(store_series_add(store, &bin), OK);
	assert_string_equal(series(store, (struct store_span){ hour, hour + 25, 10 }),
			    "+0/11: 101 2 3 4 5;+10/10: 1 2 3 4 5;+20/10: 1 2 3 4 5;");
	assert_string_equal(series(store, (struct store_span){ hour + 3975, hour + 4650, 60 }),
			    "-15/40: 4 8 12 16 20;+585/20: 2 4 6 8 10;+645/60: 6 12 18 24 30;");
	assert_string_equal(series(store, (struct store_span){ hour, hour + 7200, 3600 }),
			    "+0/3601: 460 720 1080 1440 1800;+3600/3000: 300 600 900 1200 1500;");
	assert_string_equal(series(store, (struct store_span){ hour, hour + 7200, 600 }),
			    "+0/601: 160 120 180 240 300;+600/600: 60 120 180 240 300;"
			    "+1200/600: 60 120 180 240 300;+1800/600: 60 120 180 240 300;"
			    "+2400/600: 60 120 180 240 300;+3000/600: 60 120 180 240 300;"
			    "+3600/400: 40 80 120 160 200;+4200/200: 20 40 60 80 100;"
			    "+4800/600: 60 120 180 240 300;+5400/600: 60 120 180 240 300;"
			    "+6000/600: 60 120 180 240 300;+6600/600: 60 120 180 240 300;");
	assert_int_equal(
		store_series_list(store, &(struct store_span){ hour, hour + 1, 15 }, bin_see, NULL),
		ERR_LIMIT);
	assert_int_equal(
		store_series_list(store, &(struct store_span){ hour, hour + 1, 0 }, bin_see, NULL),
		ERR_LIMIT);
	bin.from = -1;
	assert_int_equal(store_series_add(store, &bin), ERR_LIMIT);
	store_close(store);
}

/* Counters that a broken process claims do not stop the others. */
static void test_series_huge(void **state)
{
	struct store *store = test_open();
	struct store_bin bin = { .from = 3600,
				 .seconds = UINT32_MAX,
				 .in_packets = UINT64_MAX,
				 .in_bytes = UINT64_MAX,
				 .dropped = UINT64_MAX };

	(void)state;
	for (unsigned i = 0; i < 2000; i++)
		assert_int_equal(store_series_add(store, &bin), OK);
	assert_int_equal(store_commit(store), OK);
	assert_true(strlen(series(store, (struct store_span){ 0, 7200, 3600 })) > 10);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_queue),       IN_FOLDER(test_claim_stops),
		IN_FOLDER(test_queue_bound), IN_FOLDER(test_candidates),
		IN_FOLDER(test_series),      IN_FOLDER(test_series_huge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
