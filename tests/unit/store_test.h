/*
 * store_test.h - a store in a folder of its own, made and removed by each test, and cases to put
 * into it.
 */
#ifndef UNIT_STORE_TEST_H
#define UNIT_STORE_TEST_H

#include "store/store_incident.h"

#define TEST_NOW ((usec_t)1700000000 * USEC_PER_SEC)
#define TEST_DAY ((usec_t)86400 * USEC_PER_SEC)

/* For cmocka_unit_test_setup_teardown(): a new empty folder, and its end with all that is in it. */
int test_folder_make(void **state);
int test_folder_remove(void **state);

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, test_folder_make, test_folder_remove)

const char *test_folder(void);
const char *test_file(const char *name); /* its path in the folder; good until the next call */

/* Opens it, and fails when anything is to be told. */
struct store *test_open(void);

/* Runs SQL on the file from outside, as an older version or another program would. */
void test_sql(const char *sql);
/* The number that a query from outside finds. */
int64_t test_number(const char *sql);

/* A case that can be put, which differs by its number. */
struct store_incident test_case(unsigned number);
/* Puts such a case of a severity; open or closed. Returns its id. */
uint64_t test_put(struct store *store, unsigned number, enum severity severity, bool open);

/* Somebody does something at some time. */
struct store_act test_act(usec_t at);

/* What a list or a get visited; texts are not kept. */
#define TEST_SEEN 512
struct test_seen {
	unsigned count;
	uint64_t ids[TEST_SEEN];
	struct store_incident last;
	char who[64], acknowledged_by[64], body[256];
};

bool test_see(void *seen, const struct store_incident *incident); /* store_incident_see */

/* Gets one that must be there. */
struct test_seen test_get(struct store *store, uint64_t id);

/* Runs in a child process that the test waits for; the child ends with the value returned. */
int test_child(int (*run)(void *whom), void *whom);

#endif
