/*
 * vigilance.h - which level holds: what a person decided, what is planned, and for how long.
 *
 * A decision holds until its end; a plan from its beginning to its end. Where both hold, the higher one
 * does, unless the decision was made while the plan held already: then the person meant it. When nothing
 * holds it is LEVEL_NORMAL. Every change is stored and logged. A clock that is set back does not make a
 * decision last longer: its end moves along.
 */
#ifndef KEEPER_VIGILANCE_H
#define KEEPER_VIGILANCE_H

#include "keeper/keeper.h"
#include "store/store_level.h"

#define LEVEL_USER   80
#define LEVEL_REASON 1024
#define LEVEL_LONGEST (366 * 86400 * USEC_PER_SEC)
#define PLANS_MAX    (STORE_PLANS + 32) /* those of people, and of the configuration */

struct plan {
	uint64_t id; /* 0: of the configuration */
	enum level to;
	usec_t from, until;
	char by[LEVEL_USER], reason[LEVEL_REASON];
};

/* What holds, and why. */
struct hold {
	enum level level;
	usec_t since, until; /* until 0: it does not end by itself */
	char by[LEVEL_USER], reason[LEVEL_REASON];
};

struct vigilance {
	struct hold now;
	struct hold person; /* the last decision; `since` 0: none, or over */
	struct plan plans[PLANS_MAX];
	size_t plan_count;
	usec_t clock; /* the time when it was last looked at */
};

static inline enum level vigilance_now(const struct vigilance *vigilance)
{
	return vigilance->now.level;
}

/* What held last, and what is planned. vigilance_due() then says what holds now. */
MUST_USE enum err vigilance_load(struct keeper *keeper, usec_t clock);

/* Plans were made or unmade. */
MUST_USE enum err vigilance_plan(struct keeper *keeper);

/* A person decided, which was stored. */
void vigilance_decide(struct keeper *keeper, const struct hold *person);

/* What ended, what began. */
void vigilance_due(struct keeper *keeper);

/* When the last of the plans that hold now ends; 0: none holds. */
usec_t vigilance_planned(const struct vigilance *vigilance, usec_t now);

#endif
