/* test_grouping.c - alerts of several processes: each raises those of its own rules alone. */
#include "tower/grouping.h"

#include "base/text.h"
#include "policy/watched.h"
#include "tower/alert_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NOW (1700000000 * USEC_PER_SEC)

/* What came of them. */
static struct {
	unsigned kept, counted, wanted;
	char rule[32];
} seen;

static uint64_t keep(void *whom, const struct incident *incident, enum incident_news news, usec_t now)
{
	(void)whom, (void)news, (void)now;
	seen.kept++;
	snprintf(seen.rule, sizeof(seen.rule), "%s", incident->rule);
	return incident->id;
}

static void count(void *whom, const struct incident *incident)
{
	(void)whom, (void)incident;
	seen.counted++;
}

static void want(void *whom, const struct sensor_wanted *wanted)
{
	(void)whom, (void)wanted;
	seen.wanted++;
}

static void alert_from(struct grouping *grouping, const char *rule, const char *rules)
{
	struct alert alert = { .rule = rule, .vector = VECTOR_NONE, .severity = SEVERITY_HIGH, .confidence = 90,
			       .from = NOW, .to = NOW, .by = BY_WHO, .quiet = 300 * USEC_PER_SEC, .attack = "",
			       .who = entity_name(text_span("shop.example")) };
	uint8_t room[ALERT_FRAME_MAX];
	struct pen pen = pen_init(room, sizeof(room));
	struct ipc_frame frame = { .type = FRAME_ALERT, .fd = -1 };

	alert_frame_write(&pen, &alert);
	assert_false(pen.cut);
	frame.body = (struct span){ room, pen.used };
	grouping_alert(grouping, &frame, rules);
	grouping_turn(grouping, NOW + USEC_PER_SEC);
	grouping_turn(grouping, NOW + 10 * USEC_PER_SEC); /* evidence would be asked for by now */
}

static void test_own_rules(void **state)
{
	struct grouping *grouping = grouping_new(&(struct grouping_out){ NULL, keep, count, want });

	(void)state;
	assert_non_null(grouping);
	alert_from(grouping, "flood", WATCHED_SITE_RULES);
	alert_from(grouping, "mail", WATCHED_SITE_RULES);
	alert_from(grouping, "backup_wiped", WATCHED_SITE_RULES);
	alert_from(grouping, "site_down", WATCHED_BACKUP_RULES);
	alert_from(grouping, "site_unheard", WATCHED_SITE_RULES); /* no such rule */
	assert_int_equal(seen.kept, 0);
	for (size_t i = 0; i < watched_rule_count; i++) {
		bool site = strncmp(watched_rules[i], WATCHED_SITE_RULES, strlen(WATCHED_SITE_RULES)) == 0;

		alert_from(grouping, watched_rules[i], site ? WATCHED_SITE_RULES : WATCHED_BACKUP_RULES);
		assert_string_equal(seen.rule, watched_rules[i]);
		assert_int_equal(seen.counted, i + 1);
	}
	assert_int_equal(seen.wanted, 0); /* there are no packets of it to be asked for */
	alert_from(grouping, "flood", NULL);
	assert_string_equal(seen.rule, "flood");
	assert_int_equal(seen.wanted, 1);
	grouping_free(grouping);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_own_rules) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
