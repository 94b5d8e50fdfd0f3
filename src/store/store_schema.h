/*
 * store_schema.h - inside of store/ only: the tables, and how an older file comes to have them.
 */
#ifndef STORE_STORE_SCHEMA_H
#define STORE_STORE_SCHEMA_H

#include "model/time.h"

#include <sqlite3.h>
#include <stdbool.h>

#define SCHEMA_VERSION 5

/* What the file says of itself. `ours`: it is empty or was made here. Returns a code of SQLite. */
int schema_read(sqlite3 *db, int *version, bool *ours);

/* Brings a file of `version` to SCHEMA_VERSION, all or nothing. A code of SQLite. */
int schema_migrate(sqlite3 *db, int version, usec_t now);

#endif
