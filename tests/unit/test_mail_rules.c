/* test_mail_rules.c - YARA rules: matches are findings with the rule's name, mistakes in rules are told with their line. */
#include "exam_test.h"

#include "mail/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/hinomi-rules-XXXXXX";

static void write_rules(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

#ifdef HAVE_YARA

static void match_is_told(void **state)
{
	struct exam_test *t = exam_test_new();
	char why[RULES_WHY];

	(void)state;
	write_rules("rule needle { strings: $a = \"needle\" condition: $a }\n"
		    "rule other { strings: $a = \"other\" condition: $a }\n");
	t->settings.rules = mail_rules_load(path, why);
	assert_non_null(t->settings.rules);
	exam_test_open(t, mail_rules_look, text_span("hay needle hay"), "a.txt");
	assert_true(exam_test_found(t, FINDING_YARA_MATCH, "needle"));
	assert_int_equal(t->exam.found_count, 1);
	exam_test_open(t, mail_rules_look, text_span("hay"), "a.txt");
	assert_int_equal(t->exam.found_count, 0);
	mail_rules_free(t->settings.rules);
	exam_test_free(t);
}

static void mistakes_are_told(void **state)
{
	char why[RULES_WHY];

	(void)state;
	write_rules("rule fine { condition: true }\n\nrule bad { condition: }\n");
	assert_null(mail_rules_load(path, why));
	assert_non_null(strstr(why, "line 3"));
	write_rules("include \"/etc/passwd\"\n"); /* nobody leads us to other files */
	assert_null(mail_rules_load(path, why));
	assert_null(mail_rules_load("/nowhere/rules.yar", why));
	assert_non_null(strstr(why, "No such file"));
}

#else

static void absence_is_told(void **state)
{
	char why[RULES_WHY];

	(void)state;
	assert_null(mail_rules_load(path, why));
	assert_non_null(strstr(why, "without YARA"));
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef HAVE_YARA
		cmocka_unit_test(match_is_told),
		cmocka_unit_test(mistakes_are_told),
#else
		cmocka_unit_test(absence_is_told),
#endif
	};
	int fd = mkstemp(path), failed;

	close(fd);
	write_rules("");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
