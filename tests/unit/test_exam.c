/* test_exam.c - findings and their paths, what is used up of the limits, and what it all comes to. */
#include "exam_test.h"

#include "mail/mail_private.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int setup(void **state)
{
	*state = exam_test_new();
	exam_begin(&((struct exam_test *)*state)->exam);
	return 0;
}

static int teardown(void **state)
{
	exam_test_free(*state);
	return 0;
}

static void path_leads_to_the_evidence(void **state)
{
	struct exam *e = &((struct exam_test *)*state)->exam;
	struct part mail = { .type = TYPE_MESSAGE };
	struct part zip = { .in = &mail, .name = text_span("a.zip"), .type = TYPE_ZIP };
	struct part file = { .in = &zip, .type = TYPE_RTF };

	exam_find(e, &file, FINDING_RTF_TEMPLATE, text_span("http://192.0.2.1/x"));
	assert_string_equal(e->found[0].path, "mail \xe2\x86\x92 a.zip \xe2\x86\x92 rtf");
	exam_find_at(e, &file, text_span("word/a.rels"), FINDING_REMOTE_FILE, text_span("b"));
	assert_string_equal(e->found[1].path, "mail \xe2\x86\x92 a.zip \xe2\x86\x92 rtf \xe2\x86\x92 word/a.rels");
}

/* Forty names of a hundred bytes: both ends are shown, and it stays within its room. */
static void path_is_cut_in_the_middle(void **state)
{
	struct exam *e = &((struct exam_test *)*state)->exam;
	struct part parts[40];
	char name[100];

	memset(name, 'n', sizeof(name));
	for (unsigned i = 0; i < 40; i++)
		parts[i] = (struct part){ .in = i ? &parts[i - 1] : NULL, .type = TYPE_ZIP,
					  .name = { (uint8_t *)name, sizeof(name) } };
	parts[39].name = text_span("last");
	exam_find(e, &parts[39], FINDING_DDE, text_span("x"));
	assert_non_null(strstr(e->found[0].path, "last"));
	assert_true(strlen(e->found[0].path) < FINDING_PATH);
}

static void evidence_is_made_visible(void **state)
{
	struct exam *e = &((struct exam_test *)*state)->exam;

	exam_find(e, NULL, FINDING_NAME_REVERSED, text_span("a\xe2\x80\xae" "fdp.exe\x1b[2J"));
	assert_string_equal(e->found[0].evidence, "a\\u202efdp.exe\\x1b[2J");
}

static void same_evidence_counts_once(void **state)
{
	struct exam *e = &((struct exam_test *)*state)->exam;

	for (unsigned i = 0; i < 3; i++)
		exam_find(e, NULL, FINDING_DDE, text_span("cmd"));
	assert_int_equal(e->found_count, 1);
	for (unsigned i = 0; i < 20; i++)
		exam_findf(e, NULL, FINDING_DDE, "cmd %u", i);
	assert_int_equal(e->found_count, EXAM_SAME);
	assert_int_equal(e->found_more, 13);
}

/* What says most is never crowded out by what says little. */
static void grave_findings_find_a_place(void **state)
{
	struct exam *e = &((struct exam_test *)*state)->exam;

	for (unsigned id = 0; id < FINDINGS; id++)
		for (unsigned i = 0; i < EXAM_SAME; i++)
			if (finding_rows[id].weight < 85)
				exam_findf(e, NULL, id, "%u", i);
	assert_int_equal(e->found_count, EXAM_FINDINGS);
	exam_find(e, NULL, FINDING_FOLLINA, text_span("last"));
	assert_true(exam_test_found(*state, FINDING_FOLLINA, "last"));
}

/* 100 (1 - (1 - a)(1 - b)), by the weights in the table. */
static unsigned both(enum finding_id a, enum finding_id b)
{
	unsigned harmless = (100u - finding_rows[a].weight) * (100u - finding_rows[b].weight);

	return (10000 - harmless + 50) / 100;
}

static void weak_signs_add_up(void **state)
{
	struct exam *e = &((struct exam_test *)*state)->exam;

	assert_int_equal(mail_verdict(e, mail_score(e)), VERDICT_CLEAN);
	exam_find(e, NULL, FINDING_MACRO, text_span("m"));
	assert_int_equal(mail_score(e), finding_rows[FINDING_MACRO].weight);
	assert_int_equal(mail_verdict(e, mail_score(e)), VERDICT_SUSPICIOUS);
	exam_find(e, NULL, FINDING_MACRO, text_span("n")); /* the same kind says no more */
	assert_int_equal(mail_score(e), finding_rows[FINDING_MACRO].weight);
	exam_find(e, NULL, FINDING_MACRO_CALLS, text_span("m"));
	assert_int_equal(mail_score(e), both(FINDING_MACRO, FINDING_MACRO_CALLS));
	exam_find(e, NULL, FINDING_REMOTE_TEMPLATE, text_span("t"));
	assert_int_equal(mail_verdict(e, mail_score(e)), VERDICT_MALICIOUS);
}

static void unseen_is_never_clean(void **state)
{
	struct exam *e = &((struct exam_test *)*state)->exam;

	for (unsigned i = 0; i < UNSEENS; i++) {
		exam_begin(e);
		exam_unseen(e, NULL, i, "why");
		assert_int_equal(mail_verdict(e, mail_score(e)), VERDICT_NOT_INSPECTED);
	}
	exam_begin(e);
	assert_null(arena_take(&e->arena, e->arena.size + 1));
	assert_int_equal(mail_verdict(e, mail_score(e)), VERDICT_NOT_INSPECTED);
}

static void growth_is_bounded(void **state)
{
	struct exam *e = &((struct exam_test *)*state)->exam;

	assert_true(exam_inflate(e, NULL, 1 << 20, 100)); /* small: by any measure */
	assert_false(exam_inflate(e, NULL, 50 << 20, 1000));
	assert_false(e->over); /* only that one */
	assert_true(exam_inflate_room(e, 1000) == 4 << 20);
	assert_true(exam_inflate(e, NULL, 60 << 20, 10 << 20));
	assert_false(exam_inflate(e, NULL, 60 << 20, 10 << 20));
	assert_true(e->over);
	assert_int_equal(exam_inflate_room(e, 1 << 20), 0);
}

static void entries_are_bounded(void **state)
{
	struct exam *e = &((struct exam_test *)*state)->exam;

	for (uint32_t i = 0; i < e->settings->limits.entries; i++)
		assert_true(exam_entry(e, NULL));
	assert_false(exam_entry(e, NULL));
	assert_true(exam_found(e, FINDING_NOT_LIMIT));
}

/* A reader that finds itself in itself. */
static void open_again(struct exam *e, const struct part *part)
{
	struct part child = { .bytes = part->bytes, .name = part->name };

	exam_part(e, part, &child);
}

static void depth_is_bounded(void **state)
{
	struct exam_test *t = *state;
	struct part zip = { .bytes = text_span("PK\3\4"), .name = text_span("a.zip") };

	t->reader = open_again;
	exam_part(&t->exam, NULL, &zip);
	assert_int_equal(t->part_count, t->settings.limits.archive_depth + 1);
	assert_true(exam_found(&t->exam, FINDING_NOT_LIMIT));
	assert_true(t->exam.unseen[UNSEEN_LIMIT]);
}

static void passwords_are_kept_once(void **state)
{
	struct exam *e = &((struct exam_test *)*state)->exam;

	exam_password(e, text_span("himitsu"));
	exam_password(e, text_span("himitsu"));
	exam_password(e, text_span(""));
	assert_int_equal(e->password_count, 1);
	for (unsigned i = 0; i < 2 * EXAM_PASSWORDS; i++) {
		char word[8];

		snprintf(word, sizeof(word), "%u", i);
		exam_password(e, text_span(word));
	}
	assert_int_equal(e->password_count, EXAM_PASSWORDS);
	assert_true(span_equal(e->passwords[0], text_span("himitsu")));
}

static void pour_grows_at_the_top(void **state)
{
	struct arena *arena = &((struct exam_test *)*state)->exam.arena;
	struct pour pour = pour_begin(arena, 5);
	struct span poured;

	pour_span(&pour, text_span("abc"));
	assert_null(arena_take(arena, 1)); /* nobody takes while one pours */
	pour_byte(&pour, 'd');
	pour_span(&pour, text_span("efg"));
	assert_true(pour.cut);
	poured = pour_end(&pour);
	assert_true(span_equal(poured, text_span("abcde")));
	assert_non_null(arena_take(arena, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(path_leads_to_the_evidence),
		TEST(path_is_cut_in_the_middle),
		TEST(evidence_is_made_visible),
		TEST(same_evidence_counts_once),
		TEST(grave_findings_find_a_place),
		TEST(weak_signs_add_up),
		TEST(unseen_is_never_clean),
		TEST(growth_is_bounded),
		TEST(entries_are_bounded),
		TEST(depth_is_bounded),
		TEST(passwords_are_kept_once),
		TEST(pour_grows_at_the_top),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
