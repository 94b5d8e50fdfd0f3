/* tower.c - the names of the roles. */
#include "policy/tower.h"

#include <string.h>

static const char *const names[] = { "nobody", "viewer", "operator", "admin" };

const char *tower_role_name(enum tower_role role)
{
	return names[role];
}

bool tower_role_from_name(const char *name, enum tower_role *role)
{
	for (enum tower_role r = TOWER_VIEWER; r <= TOWER_ADMIN; r++) {
		if (strcmp(name, names[r]) == 0) {
			*role = r;
			return true;
		}
	}
	return false;
}
