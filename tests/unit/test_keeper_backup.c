/*
 * test_keeper_backup.c - the keeper copies its store while it goes on: who may have it, one at a time, and what
 * becomes of a copy that nobody waits for, or that cannot be written.
 */
#include "keeper_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define COPY "hinomi.db.copy"

static bool is_there(const char *name)
{
	return access(test_file(name), F_OK) == 0;
}

/* So much that a copy takes several steps. */
static void fill(void)
{
	static uint8_t packets[200000];

	for (unsigned n = 1; n <= 15; n++)
		keeper_evidence(tower.keeper, flood_opens(n), (struct span){ packets, sizeof(packets) });
	tower_pass(1);
}

static bool is_done(json_t *data)
{
	return json_is_true(at(data, "done"));
}

/* Until it is done, while incidents come. Returns the questions that it took. */
static unsigned ask_on(void)
{
	json_int_t before = -1;

	for (unsigned asked = 1; asked < 100; asked++) {
		json_t *data = good("backup", "{}");
		json_int_t copied = number_at(data, "copied");

		assert_true(copied >= before && copied <= number_at(data, "all"));
		before = copied;
		if (is_done(data))
			return asked;
		flood_opens(100 + asked);
	}
	fail_msg("it is never done");
	return 0;
}

static void test_copy(void **state)
{
	json_t *data;
	struct stat is;

	(void)state;
	fill();
	data = good("backup", "{}");
	assert_false(is_done(data));
	assert_true(number_at(data, "copied") > 0 && number_at(data, "copied") < number_at(data, "all"));
	assert_string_equal(text_at(data, "path"), test_file(COPY));
	assert_true(is_there(COPY ".part") && !is_there(COPY));
	flood_opens(99);
	assert_true(ask_on() > 2);
	assert_true(is_there(COPY) && !is_there(COPY ".part"));
	assert_int_equal(stat(test_file(COPY), &is), 0);
	assert_int_equal(is.st_mode & 0777, 0600);
	tower_pass(1); /* the original goes on */
	keeper_free(tower.keeper);
	store_close(tower.store);
	tower.keeper = NULL;
	tower.store = NULL;
	assert_int_equal(rename(test_file(COPY), test_file("hinomi.db")), 0);
	assert_true(test_number("SELECT count(*) FROM incident") >= 16);
	assert_int_equal(test_number("SELECT count(*) FROM evidence"), 15);
}

/* Two who ask share it; who asks after it was done begins another. */
static void test_shared(void **state)
{
	json_int_t copied;

	(void)state;
	fill();
	copied = number_at(good("backup", "{}"), "copied");
	assert_true(number_at(good("backup", "{}"), "copied") > copied);
	ask_on();
	assert_int_equal(number_at(good("backup", "{}"), "copied"), copied);
	assert_true(is_there(COPY) && is_there(COPY ".part"));
	ask_on();
}

static void test_who(void **state)
{
	static const char hash[] = "{'name':'ann','role':'admin','hash':"
				   "'$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub+b27AA'}";

	(void)state;
	good("account_set", hash);
	assert_string_equal(text_at(ask(ASKER_WEB, "ann", "admin", "backup", "{}"), "code"), "forbidden");
	assert_string_equal(text_at(ask(ASKER_WEB, "", "nobody", "backup", "{}"), "code"), "forbidden");
	assert_string_equal(text_at(ask(ASKER_CONTROL, "root", "operator", "backup", "{}"), "code"), "forbidden");
	assert_false(is_there(COPY ".part"));
	good("backup", "{}");
}

/* A command line that was killed leaves nothing running; neither does the end of the keeper. */
static void test_forsaken(void **state)
{
	(void)state;
	fill();
	good("backup", "{}");
	tower_pass(50);
	assert_true(is_there(COPY ".part"));
	good("backup", "{}"); /* which is a word that somebody waits */
	tower_pass(50);
	assert_true(is_there(COPY ".part"));
	tower_pass(20);
	assert_false(is_there(COPY ".part"));
	good("backup", "{}");
	tower_restart();
	assert_false(is_there(COPY ".part"));
	assert_true(ask_on() > 2);
}

/* Where no copy can be written: told, with the store as well as before. */
static void test_no_room(void **state)
{
	json_t *answer;

	(void)state;
	fill();
	assert_int_equal(mkdir(test_file(COPY ".part"), 0700), 0);
	answer = ask(ASKER_CONTROL, "root", "admin", "backup", "{}");
	assert_string_equal(text_at(answer, "code"), "failed");
	assert_non_null(strstr(text_at(answer, "error.en"), COPY));
	flood_opens(50);
	tower_pass(1);
	assert_int_equal(test_number("SELECT count(*) FROM incident"), 16);
	assert_true(json_is_true(at(good("health", "{}"), "ok")));
	assert_int_equal(rmdir(test_file(COPY ".part")), 0);
	assert_int_equal(mkdir(test_file(COPY), 0700), 0); /* and at the end of it */
	do {
		answer = ask(ASKER_CONTROL, "root", "admin", "backup", "{}");
	} while (json_object_get(answer, "data"));
	assert_string_equal(text_at(answer, "code"), "failed");
	assert_false(is_there(COPY ".part"));
	assert_int_equal(rmdir(test_file(COPY)), 0);
	ask_on();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TOWER(test_copy),	   WITH_TOWER(test_shared),  WITH_TOWER(test_who),
		WITH_TOWER(test_forsaken), WITH_TOWER(test_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
