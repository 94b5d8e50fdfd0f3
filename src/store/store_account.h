/*
 * store_account.h - who may log in. Roles and hashes are texts that the store does not look into.
 */
#ifndef STORE_STORE_ACCOUNT_H
#define STORE_STORE_ACCOUNT_H

#include "store/store_log.h"

#define STORE_ACCOUNTS 200 /* beyond it: ERR_LIMIT */

struct store_account {
	const char *name, *role;
	const char *hash;           /* of the password */
	usec_t created, last_login; /* 0: never. Neither is written by store_account_set() */
};

/* Makes it at act->at, or changes its role and, unless it is NULL, its hash. A new one needs a hash
 * (else ERR_EMPTY). */
MUST_USE enum err store_account_set(struct store *store, const struct store_account *account,
				    const struct store_act *act);
MUST_USE enum err store_account_remove(struct store *store, const char *name,
				       const struct store_act *act);

/* Batched. */
MUST_USE enum err store_account_login(struct store *store, const char *name, usec_t at);

typedef bool store_account_see(void *whom, const struct store_account *account);

MUST_USE enum err store_account_get(struct store *store, const char *name, store_account_see *see,
				    void *whom);
/* In the order of names. */
MUST_USE enum err store_account_list(struct store *store, store_account_see *see, void *whom);

#endif
