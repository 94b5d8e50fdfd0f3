/*
 * test_store_people.c - exceptions, levels, plans and accounts: what people decide, and its log.
 */
#include "store/store_account.h"
#include "store/store_exception.h"
#include "store/store_level.h"
#include "store_test.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HOUR (3600 * USEC_PER_SEC)

static char seen[2000]; /* what the last list visited */

static int64_t logged(void)
{
	return test_number("SELECT count(*) FROM log WHERE user = 'aki' AND reason = 'because'");
}

static bool exception_see(void *whom, const struct store_exception *e)
{
	(void)whom;
	text_append(seen, sizeof(seen), "%u %s %s>%s \"%s\" by %s %+d %+d ended %+d matched %u;",
		    (unsigned)e->id, e->rule, e->who, e->whom, e->reason, e->by,
		    (int)((e->from - TEST_NOW) / HOUR), (int)((e->until - TEST_NOW) / HOUR),
		    e->ended ? (int)((e->ended - TEST_NOW) / HOUR) : 0, (unsigned)e->matched);
	return true;
}

static const char *exceptions(struct store *store, usec_t now, uint32_t limit)
{
	seen[0] = '\0';
	assert_int_equal(store_exception_list(store, now, limit, exception_see, NULL), OK);
	return seen;
}

static void test_exceptions(void **state)
{
	struct store *store = test_open();
	struct store_act act = test_act(TEST_NOW);
	struct store_exception one = { .rule = "scan",
				       .who = "192.0.2.1",
				       .whom = "",
				       .reason = "our scanner",
				       .by = "aki",
				       .from = TEST_NOW,
				       .until = TEST_NOW + 72 * HOUR };
	struct store_exception two = one;

	(void)state;
	two.rule = "flood";
	two.until = TEST_NOW + HOUR;
	assert_int_equal(store_exception_add(store, &one, &act), OK);
	assert_int_equal(store_exception_add(store, &two, &act), OK);
	assert_int_equal(one.id, 1);
	assert_int_equal(two.id, 2);
	assert_int_equal(logged(), 2);
	assert_int_equal(store_exception_matched(store, one.id), OK);
	assert_int_equal(store_exception_matched(store, 99), ERR_EMPTY);
	assert_string_equal(exceptions(store, TEST_NOW, 9),
			    "2 flood 192.0.2.1> \"our scanner\" by aki +0 +1 ended +0 matched 0;"
			    "1 scan 192.0.2.1> \"our scanner\" by aki +0 +72 ended +0 matched 1;");
	assert_int_equal(exceptions(store, TEST_NOW + 2 * HOUR, 9)[0], '1');
	act.at += 2 * HOUR;
	assert_int_equal(store_exception_end(store, two.id, &act), ERR_EMPTY);
	assert_int_equal(store_exception_end(store, one.id, &act), OK);
	assert_int_equal(store_exception_end(store, one.id, &act), ERR_EMPTY);
	assert_int_equal(logged(), 3);
	assert_string_equal(exceptions(store, TEST_NOW + HOUR / 2, 9),
			    "2 flood 192.0.2.1> \"our scanner\" by aki +0 +1 ended +0 matched 0;"
			    "1 scan 192.0.2.1> \"our scanner\" by aki +0 +72 ended +2 matched 1;");
	assert_int_equal(exceptions(store, TEST_NOW, 1)[0], '2');
	store_close(store);
}

static bool level_see(void *whom, const struct store_level *level)
{
	(void)whom;
	text_append(seen, sizeof(seen), "%d>%d %s %s %+d;", (int)level->from, (int)level->to,
		    level->by, level->reason, (int)((level->until - level->at) / HOUR));
	return true;
}

static void test_levels(void **state)
{
	struct store *store = test_open();
	struct store_act act = test_act(TEST_NOW);
	struct store_level raised = { .at = TEST_NOW,
				      .from = LEVEL_NORMAL,
				      .to = LEVEL_HIGH,
				      .until = TEST_NOW + 72 * HOUR,
				      .by = "aki",
				      .reason = "news" };
	struct store_level over = { .at = TEST_NOW + HOUR,
				    .from = LEVEL_HIGH,
				    .to = LEVEL_NORMAL,
				    .until = TEST_NOW + HOUR,
				    .by = "",
				    .reason = "expired" };

	(void)state;
	seen[0] = '\0';
	assert_int_equal(store_level_list(store, 1, level_see, NULL), OK);
	assert_string_equal(seen, "");
	assert_int_equal(store_level_set(store, &raised, &act), OK);
	assert_int_equal(store_level_set(store, &over, &act), OK);
	store_close(store);
	store = test_open();
	assert_int_equal(store_level_list(store, 9, level_see, NULL), OK);
	assert_string_equal(seen, "2>0  expired +0;0>2 aki news +72;");
	assert_int_equal(logged(), 2);
	store_close(store);
}

static bool plan_see(void *whom, const struct store_plan *plan)
{
	(void)whom;
	text_append(seen, sizeof(seen), "%u>%d %+d %+d %s %s;", (unsigned)plan->id, (int)plan->to,
		    (int)((plan->from - TEST_NOW) / HOUR), (int)((plan->until - TEST_NOW) / HOUR),
		    plan->by, plan->reason);
	return true;
}

static const char *plans(struct store *store, usec_t now)
{
	seen[0] = '\0';
	assert_int_equal(store_plan_list(store, now, plan_see, NULL), OK);
	return seen;
}

static void test_plans(void **state)
{
	struct store *store = test_open();
	struct store_act act = test_act(TEST_NOW);
	struct store_plan later = { .to = LEVEL_GUARDED,
				    .from = TEST_NOW + 20 * HOUR,
				    .until = TEST_NOW + 30 * HOUR,
				    .by = "aki",
				    .reason = "holidays" };
	struct store_plan soon = later;

	(void)state;
	soon.from = TEST_NOW + HOUR;
	soon.until = TEST_NOW + 2 * HOUR;
	assert_int_equal(store_plan_add(store, &later, &act), OK);
	assert_int_equal(store_plan_add(store, &soon, &act), OK);
	assert_string_equal(plans(store, TEST_NOW),
			    "2>1 +1 +2 aki holidays;1>1 +20 +30 aki holidays;");
	assert_string_equal(plans(store, TEST_NOW + 2 * HOUR), "1>1 +20 +30 aki holidays;");
	assert_int_equal(store_plan_remove(store, later.id, &act), OK);
	assert_int_equal(store_plan_remove(store, later.id, &act), ERR_EMPTY);
	assert_int_equal(logged(), 3);
	for (unsigned i = 1; i < STORE_PLANS; i++)
		assert_int_equal(store_plan_add(store, &soon, &act), OK);
	assert_int_equal(store_plan_add(store, &soon, &act), ERR_LIMIT);
	assert_int_equal(logged(), 3 + STORE_PLANS - 1);
	store_close(store);
}

static bool account_see(void *whom, const struct store_account *account)
{
	(void)whom;
	text_append(seen, sizeof(seen), "%s %s %s %d %d;", account->name, account->role,
		    account->hash, (int)(account->created - TEST_NOW),
		    account->last_login ? (int)(account->last_login - TEST_NOW) : 0);
	return true;
}

static const char *accounts(struct store *store)
{
	seen[0] = '\0';
	assert_int_equal(store_account_list(store, account_see, NULL), OK);
	return seen;
}

static void test_accounts(void **state)
{
	struct store *store = test_open();
	struct store_act act = test_act(TEST_NOW + 1);
	struct store_account kai = { .name = "kai", .role = "viewer" };
	struct store_account aki = { .name = "aki", .role = "admin", .hash = "$argon2id$a" };

	(void)state;
	assert_int_equal(store_account_set(store, &kai, &act), ERR_EMPTY);
	kai.hash = "$argon2id$k";
	assert_int_equal(store_account_set(store, &kai, &act), OK);
	assert_int_equal(store_account_set(store, &aki, &act), OK);
	assert_int_equal(store_account_login(store, "kai", TEST_NOW + 5), OK);
	assert_int_equal(store_account_login(store, "none", TEST_NOW + 5), ERR_EMPTY);
	assert_string_equal(accounts(store),
			    "aki admin $argon2id$a 1 0;kai viewer $argon2id$k 1 5;");
	act.at++;
	kai = (struct store_account){ .name = "kai", .role = "operator" };
	assert_int_equal(store_account_set(store, &kai, &act), OK);
	seen[0] = '\0';
	assert_int_equal(store_account_get(store, "kai", account_see, NULL), OK);
	assert_string_equal(seen, "kai operator $argon2id$k 1 5;");
	assert_int_equal(store_account_remove(store, "aki", &act), OK);
	assert_int_equal(store_account_remove(store, "aki", &act), ERR_EMPTY);
	assert_int_equal(store_account_get(store, "aki", account_see, NULL), ERR_EMPTY);
	assert_int_equal(store_account_get(store, "KAI", account_see, NULL), ERR_EMPTY);
	assert_int_equal(logged(), 4);
	store_close(store);
}

static void test_account_bound(void **state)
{
	struct store *store = test_open();
	struct store_act act = test_act(TEST_NOW);
	char name[16];

	(void)state;
	for (unsigned i = 0; i <= STORE_ACCOUNTS; i++) {
		struct store_account account = { .name = name, .role = "viewer", .hash = "h" };

		snprintf(name, sizeof(name), "user%u", i);
		assert_int_equal(store_account_set(store, &account, &act),
				 i < STORE_ACCOUNTS ? OK : ERR_LIMIT);
	}
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_exceptions), IN_FOLDER(test_levels),        IN_FOLDER(test_plans),
		IN_FOLDER(test_accounts),   IN_FOLDER(test_account_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
