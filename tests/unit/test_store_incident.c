/*
 * test_store_incident.c - cases: put, found, acknowledged, noted upon, with their packets; and
 * batches.
 */
#include "store/store_log.h"
#include "store_test.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_put_get(void **state)
{
	struct store *store = test_open();
	struct store_incident incident = test_case(3);
	struct test_seen seen = { .count = 0 };

	(void)state;
	incident.severity = SEVERITY_CRITICAL;
	incident.level = LEVEL_HIGH;
	incident.exception = 9;
	incident.body = "{\"ja\":\"通信 ' \\\" %s ; DROP TABLE incident\"}";
	assert_int_equal(store_incident_put(store, &incident), OK);
	assert_int_equal(incident.id, 1);
	seen = test_get(store, 1);
	assert_true(seen.last.open);
	assert_int_equal(seen.last.opened, incident.opened);
	assert_int_equal(seen.last.changed, incident.changed);
	assert_int_equal(seen.last.closed, incident.closed);
	assert_int_equal(seen.last.severity, SEVERITY_CRITICAL);
	assert_int_equal(seen.last.level, LEVEL_HIGH);
	assert_int_equal(seen.last.exception, 9);
	assert_false(seen.last.evidence);
	assert_string_equal(seen.body, incident.body);
	assert_string_equal(seen.acknowledged_by, "");
	incident.open = false;
	incident.body = "{}";
	assert_int_equal(store_incident_put(store, &incident), OK);
	assert_int_equal(incident.id, 1);
	seen = test_get(store, 1);
	assert_false(seen.last.open);
	assert_string_equal(seen.body, "{}");
	assert_int_equal(store_incident_get(store, 2, test_see, &seen), ERR_EMPTY);
	assert_int_equal(store_incident_get(store, UINT64_MAX, test_see, &seen), ERR_EMPTY);
	store_close(store);
}

/* Too long is refused, not cut, and costs nobody else anything. */
static void test_too_long(void **state)
{
	struct store *store = test_open();
	struct store_incident incident = test_case(1);
	char *text = calloc(1, STORE_BODY + 2);
	uint64_t id = test_put(store, 5, SEVERITY_HIGH, true);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', STORE_BODY + 1);
	incident.body = text;
	assert_int_equal(store_incident_put(store, &incident), ERR_LIMIT);
	assert_non_null(strstr(store_trouble(store)->en, "too long"));
	assert_int_equal(incident.id, 0);
	text[STORE_BODY] = '\0';
	assert_int_equal(store_incident_put(store, &incident), OK);
	text[STORE_NAME + 1] = '\0';
	incident.who = text;
	assert_int_equal(store_incident_put(store, &incident), ERR_LIMIT);
	free(text);
	store_close(store);
	store = test_open();
	test_get(store, id);
	test_get(store, incident.id);
	store_close(store);
}

static struct test_seen listed(struct store *store, const struct store_query *query)
{
	struct test_seen seen = { .count = 0 };

	assert_int_equal(store_incident_list(store, query, test_see, &seen), OK);
	return seen;
}

static void expect_ids(struct store *store, const struct store_query *query, const char *wanted)
{
	struct test_seen seen = listed(store, query);
	char found[200] = "";

	for (unsigned i = 0; i < seen.count; i++)
		text_append(found, sizeof(found), " %u", (unsigned)seen.ids[i]);
	assert_string_equal(found, wanted);
}

static void test_list(void **state)
{
	static const enum severity severities[] = { SEVERITY_INFO,    SEVERITY_HIGH,
						    SEVERITY_WARNING, SEVERITY_CRITICAL,
						    SEVERITY_WARNING, SEVERITY_HIGH };
	struct store *store = test_open();
	struct store_incident scan;

	(void)state;
	for (unsigned i = 0; i < 6; i++)
		test_put(store, i, severities[i], i != 3);
	scan = test_case(77);
	scan.rule = "scan";
	scan.open = false;
	assert_int_equal(store_incident_put(store, &scan), OK);
	expect_ids(store, &(struct store_query){ .limit = 50 }, " 7 6 5 4 3 2 1");
	expect_ids(store, &(struct store_query){ .limit = 2 }, " 7 6");
	expect_ids(store, &(struct store_query){ .limit = 2, .before = 6 }, " 5 4");
	expect_ids(store, &(struct store_query){ .limit = 0 }, "");
	expect_ids(store, &(struct store_query){ .limit = 9, .least = SEVERITY_HIGH }, " 6 4 2");
	expect_ids(store, &(struct store_query){ .limit = 9, .state = STORE_CLOSED }, " 7 4");
	expect_ids(store, &(struct store_query){ .limit = 9, .rule = "scan" }, " 7");
	expect_ids(store, &(struct store_query){ .limit = 9, .text = "2.77" }, " 7");
	expect_ids(store, &(struct store_query){ .limit = 2, .text = "SERVER.ex" }, " 7 6");
	expect_ids(store, &(struct store_query){ .limit = 9, .text = "%" }, "");
	expect_ids(store, &(struct store_query){ .limit = 9, .state = STORE_OPEN }, " 6 2 5 3 1");
	expect_ids(store, &(struct store_query){ .limit = 2, .state = STORE_OPEN, .before = 2 },
		   " 5 3");
	expect_ids(store, &(struct store_query){ .limit = 9, .state = STORE_OPEN, .before = 999 },
		   "");
	store_close(store);
}

static bool stop_at_two(void *whom, const struct store_incident *incident)
{
	unsigned *count = whom;

	(void)incident;
	return ++*count < 2;
}

static void test_stop(void **state)
{
	struct store *store = test_open();
	unsigned count = 0;

	(void)state;
	for (unsigned i = 0; i < 6; i++)
		test_put(store, i, SEVERITY_HIGH, true);
	assert_int_equal(store_incident_list(store, &(struct store_query){ .limit = 9 },
					     stop_at_two, &count),
			 OK);
	assert_int_equal(count, 2);
	store_close(store);
}

struct story {
	char text[40000];
	unsigned notes, entries;
};

static bool story_see(void *whom, const struct store_entry *entry)
{
	struct story *story = whom;

	text_append(story->text, sizeof(story->text), "%s:%s;", entry->user, entry->text);
	story->notes += entry->kind == STORE_NOTE;
	story->entries += entry->kind == STORE_ENTRY;
	return true;
}

static struct story *story_of(struct store *store, uint64_t id)
{
	static struct story story;

	story = (struct story){ .notes = 0 };
	assert_int_equal(store_story_list(store, id, story_see, &story), OK);
	return &story;
}

static bool log_see(void *whom, uint64_t id, const struct store_act *act)
{
	char *text = whom;

	text_append(text, 200, "%u %s %s;", (unsigned)id, act->user, act->reason);
	return true;
}

static void test_people(void **state)
{
	struct store *store = test_open();
	struct store_act act = test_act(TEST_NOW + 100);
	uint64_t id = test_put(store, 1, SEVERITY_HIGH, true);
	struct store_incident incident = test_case(1);
	struct test_seen seen;
	char log[200] = "";

	(void)state;
	assert_int_equal(store_incident_acknowledge(store, id, &act), OK);
	seen = test_get(store, id);
	assert_string_equal(seen.acknowledged_by, "aki");
	assert_int_equal(seen.last.acknowledged, TEST_NOW + 100);
	assert_int_equal(seen.last.changed, TEST_NOW + 100);
	act.at++;
	assert_int_equal(store_incident_annotate(store, id, "it was <b>me</b>", &act), OK);
	act.at++;
	incident.id = id;
	incident.open = false;
	assert_int_equal(store_incident_change(store, &incident, &act), OK);
	seen = test_get(store, id);
	assert_false(seen.last.open);
	assert_string_equal(seen.acknowledged_by, "aki"); /* a put does not write over it */
	assert_string_equal(
		story_of(store, id)->text,
		"aki:{\"en\":\"did it\",\"ja\":\"した\"};aki:it was <b>me</b>;"
		"aki:{\"en\":\"did it\",\"ja\":\"した\"};aki:{\"en\":\"did it\",\"ja\":\"した\"};");
	assert_int_equal(store_incident_acknowledge(store, 99, &act), ERR_EMPTY);
	assert_int_equal(store_incident_annotate(store, 99, "x", &act), ERR_EMPTY);
	assert_int_equal(store_log_list(store, 0, 10, log_see, log), OK);
	assert_string_equal(log, "3 aki because;2 aki because;1 aki because;");
	log[0] = '\0';
	assert_int_equal(store_log_list(store, 3, 1, log_see, log), OK);
	assert_string_equal(log, "2 aki because;");
	store_close(store);
}

/* An act that is refused leaves nothing of itself, and the batch is what it was. */
static void test_refused_act(void **state)
{
	struct store *store = test_open();
	struct store_act act = test_act(TEST_NOW);
	uint64_t id = test_put(store, 1, SEVERITY_HIGH, true);
	char longest[STORE_TEXT + 2];
	struct test_seen seen;

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	act.reason = longest;
	assert_int_equal(store_incident_acknowledge(store, id, &act), ERR_LIMIT);
	act = test_act(TEST_NOW);
	assert_int_equal(store_incident_annotate(store, id, longest, &act), ERR_LIMIT);
	assert_int_equal(store_incident_acknowledge(store, 99, &act), ERR_EMPTY);
	assert_int_equal(store_commit(store), OK);
	seen = test_get(store, id);
	assert_string_equal(seen.acknowledged_by, "");
	assert_string_equal(story_of(store, id)->text, "");
	store_close(store);
}

static void test_story_bounds(void **state)
{
	struct store *store = test_open();
	struct store_act act = test_act(TEST_NOW);
	uint64_t id = test_put(store, 1, SEVERITY_HIGH, true);
	char text[20];

	(void)state;
	for (unsigned i = 0; i < STORE_STORY + 50; i++) {
		struct store_entry entry = { STORE_ENTRY, TEST_NOW + i, "", text };

		snprintf(text, sizeof(text), "<%u>", i);
		assert_int_equal(store_story_add(store, id, &entry), OK);
	}
	assert_int_equal(story_of(store, id)->entries, STORE_STORY);
	assert_null(strstr(story_of(store, id)->text, "<49>"));
	assert_non_null(strstr(story_of(store, id)->text, "<50>"));
	for (unsigned i = 0; i < STORE_NOTES; i++) {
		struct store_entry note = { STORE_NOTE, TEST_NOW + i, "aki", "note" };

		assert_int_equal(store_story_add(store, id, &note), OK);
	}
	assert_int_equal(store_incident_annotate(store, id, "one more", &act), ERR_LIMIT);
	assert_int_equal(store_incident_acknowledge(store, id, &act), OK);
	assert_int_equal(story_of(store, id)->notes, STORE_NOTES);
	assert_int_equal(story_of(store, id)->entries, STORE_STORY);
	assert_int_equal(
		store_story_add(store, 99, &(struct store_entry){ .user = "", .text = "" }),
		ERR_EMPTY);
	store_close(store);
}

static bool packets_see(void *whom, struct span packets)
{
	struct span *wanted = whom;

	assert_true(span_equal(*wanted, packets));
	wanted->ptr = NULL;
	return true;
}

static void test_evidence(void **state)
{
	struct store *store = test_open();
	uint64_t id = test_put(store, 1, SEVERITY_HIGH, true);
	uint8_t *bytes = malloc(STORE_EVIDENCE + 1);
	struct span packets = { bytes, STORE_EVIDENCE };

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i <= STORE_EVIDENCE; i++)
		bytes[i] = (uint8_t)(i * 2654435761u >> 13);
	assert_int_equal(store_evidence_get(store, id, packets_see, &packets), ERR_EMPTY);
	assert_int_equal(store_evidence_put(store, id, (struct span){ bytes, 3 }), OK);
	assert_int_equal(store_evidence_put(store, id, packets), OK);
	assert_int_equal(store_evidence_put(store, 99, packets), ERR_EMPTY);
	packets.len++;
	assert_int_equal(store_evidence_put(store, id, packets), ERR_LIMIT);
	packets.len--;
	assert_int_equal(store_evidence_get(store, id, packets_see, &packets), OK);
	assert_null(packets.ptr);
	assert_true(test_get(store, id).last.evidence);
	free(bytes);
	store_close(store);
}

/* What was put is seen at once here, from outside after the commit; an act commits what came before
 * it. */
static void test_batch(void **state)
{
	static const char count[] = "SELECT count(*) FROM incident";
	struct store *store = test_open();
	struct store_act act = test_act(TEST_NOW);
	uint64_t id = test_put(store, 1, SEVERITY_HIGH, true);

	(void)state;
	test_get(store, id);
	assert_int_equal(test_number(count), 0);
	assert_int_equal(store_commit(store), OK);
	assert_int_equal(test_number(count), 1);
	assert_int_equal(store_commit(store), OK);
	test_put(store, 2, SEVERITY_HIGH, true);
	assert_int_equal(test_number(count), 1);
	assert_int_equal(store_incident_acknowledge(store, id, &act), OK);
	assert_int_equal(test_number(count), 2);
	assert_int_equal(test_number("SELECT count(*) FROM incident WHERE acknowledged_by = 'aki'"),
			 1);
	store_close(store);
}

/* An error that is more than a refusal undoes the whole batch, so that the keeper knows what to put
 * again. */
static void test_undone(void **state)
{
	struct store *store = test_open();
	struct store_incident bad = test_case(2), good = test_case(1);
	struct test_seen seen = { .count = 0 };
	uint64_t id;

	(void)state;
	assert_int_equal(store_incident_put(store, &good), OK);
	id = good.id;
	bad.rule = NULL;
	assert_int_equal(store_incident_put(store, &bad), ERR_WRITE);
	assert_int_equal(store_commit(store), OK);
	assert_int_equal(store_incident_get(store, id, test_see, &seen), ERR_EMPTY);
	assert_int_equal(store_incident_put(store, &good), OK);
	assert_int_equal(good.id, id);
	assert_true(test_put(store, 3, SEVERITY_HIGH, true) > bad.id);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_put_get),      IN_FOLDER(test_too_long), IN_FOLDER(test_list),
		IN_FOLDER(test_stop),         IN_FOLDER(test_people),   IN_FOLDER(test_refused_act),
		IN_FOLDER(test_story_bounds), IN_FOLDER(test_evidence), IN_FOLDER(test_batch),
		IN_FOLDER(test_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
