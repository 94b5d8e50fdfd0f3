/*
 * tower.h - what the frames between keeper, web and the control socket hold, and who may do what
 * (docs/tower.md).
 *
 * A number is chosen by who asks and comes back with the answer; the answers may come in any order.
 */
#ifndef POLICY_TOWER_H
#define POLICY_TOWER_H

#include <stdbool.h>

enum tower_frame {
	TOWER_REQUEST = 0x20, /* to the keeper: le64 number, then the request's JSON */
	TOWER_ANSWER,         /* from the keeper: le64 number of the request, then the answer's JSON */
	TOWER_PUSH,           /* from the keeper: the JSON of an event */
	TOWER_KEEPER,         /* from the warden: the new end of the channel to the keeper rides on it */
};

#define TOWER_NUMBER 8 /* bytes of the number in front */

/* The keeper's copy of its store, in its own folder; whoever had it made takes it from there. */
#define TOWER_COPY "hinomi.db.copy"

/* Each may do what the ones before it may. */
enum tower_role { TOWER_NOBODY, TOWER_VIEWER, TOWER_OPERATOR, TOWER_ADMIN };

const char *tower_role_name(enum tower_role role); /* "viewer" */
/* False: no role is called so. Nobody is a role that nobody has. */
bool tower_role_from_name(const char *name, enum tower_role *role);

#endif
