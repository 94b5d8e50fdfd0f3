/*
 * hand_bgp.c - firm action at the upstream: blackholes and FlowSpec rules, by GoBGP, ExaBGP, or
 * both.
 *
 * Where both are configured, both get all; an order that one of them does not take is not in force,
 * and is taken back from the other. BGP has no ends, so those are kept here, in a file besides, and
 * what ended while no process was there is taken back at the next start. A daemon that was begun
 * anew has lost all: it is asked for one route in ten seconds, and told all again. Nothing is
 * counted: the upstream drops.
 */
#include "bgp/bgp_exabgp.h"
#include "bgp/bgp_gobgp.h"
#include "bgp/bgp_kept.h"
#include "bgp/bgp_route.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define LOOK_EVERY  (10 * USEC_PER_SEC) /* at GoBGP */
#define LOOK_SELDOM (20 * USEC_PER_SEC) /* when it does not answer */
#define TO_END      (1ull << 63) /* and above: numbers of what is to be taken back; no action has such a one */
#define SAY_EVERY   (60 * USEC_PER_SEC) /* all of it to ExaBGP, of which nothing comes back */

struct hand_state {
	char runtime[256];
	struct bgp_terms terms;
	struct bgp_gobgp gobgp;
	struct bgp_exabgp exabgp;
	struct bgp_kept kept;        /* announced, or to be taken back still */
	size_t turn;                 /* which one GoBGP is asked for next */
	int64_t look_at;             /* when that is */
	int64_t say_at;              /* when ExaBGP is told all again */
	int64_t end_at; /* not earlier is that tried again which could not be taken back */
};

static enum err bgp_trouble(char trouble[HAND_TROUBLE], enum err err, const char *what)
{
	snprintf(trouble, HAND_TROUBLE, "bgp: %s", what);
	return err;
}

/* What the configuration says; nothing is opened. */
static enum err settings_read(struct hand_state *state, const struct hand_settings *settings,
			      char trouble[HAND_TROUBLE])
{
	enum err err = bgp_terms_read(settings, &state->terms, trouble);

	if (err == OK)
		err = bgp_gobgp_init(&state->gobgp, settings, trouble);
	if (err == OK)
		err = bgp_exabgp_init(&state->exabgp, settings, trouble);
	if (err == OK && snprintf(state->runtime, sizeof(state->runtime), "%s",
				  settings->runtime) >= (int)sizeof(state->runtime))
		err = bgp_trouble(trouble, ERR_LIMIT,
				  "the path of the folder for what is in force is too long");
	return err;
}

static void bgp_close(struct hand_state *state)
{
	bgp_gobgp_close(&state->gobgp);
	bgp_exabgp_close(&state->exabgp);
	free(state);
}

/* One daemon that answers is enough to begin: what it has may have ended meanwhile. */
static enum err ask(struct hand_state *state, char trouble[HAND_TROUBLE])
{
	enum err gobgp = ERR_OPEN, exabgp = ERR_OPEN;

	if (!state->gobgp.used && !state->exabgp.used)
		return bgp_trouble(
			trouble, ERR_OPEN,
			"no daemon is configured: set respond.gobgp_at or respond.exabgp");
	if (state->exabgp.used)
		exabgp = bgp_exabgp_ask(&state->exabgp, trouble);
	if (state->gobgp.used)
		gobgp = bgp_gobgp_ask(&state->gobgp, trouble);
	return gobgp == OK || exabgp == OK ? OK : ERR_OPEN;
}

/* Of a damaged file, what can be read is kept. */
static enum err kept_load(struct hand_state *state, const char *folder, char trouble[HAND_TROUBLE])
{
	enum err err = bgp_kept_load(folder, &state->kept);

	if (err == OK || err == ERR_FORMAT)
		return OK;
	snprintf(trouble, HAND_TROUBLE, "bgp: %.150s/bgp cannot be read: %s", folder,
		 strerror(errno));
	return err;
}

static struct hand_state *bgp_open(const struct hand_settings *settings, char trouble[HAND_TROUBLE])
{
	struct hand_state *state = calloc(1, sizeof(*state));
	enum err err;

	if (!state) {
		(void)bgp_trouble(trouble, ERR_MEMORY, "no memory");
		return NULL;
	}
	state->exabgp.fd = -1;
	err = settings_read(state, settings, trouble);
	if (err == OK)
		err = kept_load(state, state->runtime, trouble);
	/* Where something is announced, or to be taken back, daemons are waited for. */
	if (err == OK && ask(state, trouble) != OK && state->kept.count == 0)
		err = ERR_OPEN;
	if (err == OK)
		return state;
	bgp_close(state);
	return NULL;
}

/* Tells all daemons; the first trouble, but the others are told as well. */
static enum err tell(struct hand_state *state, enum bgp_tell what, const struct hand_order *order,
		     char trouble[HAND_TROUBLE])
{
	struct bgp_route route;
	enum err err = bgp_route_of(order, &state->terms, &route, trouble), other = OK;

	if (err != OK)
		return err;
	if (state->gobgp.used)
		err = bgp_gobgp_tell(&state->gobgp, what, &route, trouble);
	if (state->exabgp.used)
		other = bgp_exabgp_tell(&state->exabgp, what, &route, trouble);
	return err == OK ? other : err;
}

static struct hand_order *kept_of(struct bgp_kept *kept, uint64_t id)
{
	for (size_t i = 0; i < kept->count; i++)
		if (kept->orders[i].id == id)
			return &kept->orders[i];
	return NULL;
}

static bool same_route(const struct hand_order *a, const struct hand_order *b)
{
	return a->verb == b->verb && memcmp(&a->filter, &b->filter, sizeof(a->filter)) == 0;
}

/* Whether some order wants the route of another one; not one that is to be taken back. */
static bool is_wanted(const struct bgp_kept *kept, const struct hand_order *order)
{
	for (size_t i = 0; i < kept->count; i++)
		if (kept->orders[i].until && same_route(&kept->orders[i], order))
			return true;
	return false;
}

static enum err save(const struct hand_state *state, const struct bgp_kept *kept,
		     char trouble[HAND_TROUBLE])
{
	enum err err = bgp_kept_save(state->runtime, kept);

	if (err != OK)
		snprintf(trouble, HAND_TROUBLE, "bgp: %.150s/bgp cannot be written: %s",
			 state->runtime, strerror(errno));
	return err;
}

static bool bgp_takes(const struct hand_state *state, const struct hand_order *order,
		      char trouble[HAND_TROUBLE])
{
	struct bgp_route route;

	return bgp_route_of(order, &state->terms, &route, trouble) == OK;
}

/* The route of an order is to be taken back. False: there is no room. */
static bool kept_end(struct bgp_kept *kept, const struct hand_order *order)
{
	struct hand_order end = *order;

	for (size_t i = 0; i < kept->count; i++)
		if (&kept->orders[i] != order && !kept->orders[i].until && same_route(&kept->orders[i], order))
			return true;
	end.until = 0;
	for (end.id = TO_END; kept_of(kept, end.id);)
		end.id++;
	if (kept->count == BGP_ROOM)
		return false;
	kept->orders[kept->count++] = end;
	return true;
}

/* What will be in force, with the orders in place of those with their ids, whose routes end. False: too many. */
static bool next_kept(const struct bgp_kept *now, const struct hand_order *orders, size_t count,
		      struct bgp_kept *next)
{
	size_t in_force = 0;

	*next = *now;
	for (size_t i = 0; i < count; i++) {
		struct hand_order *place = kept_of(next, orders[i].id);

		if (next->count == BGP_ROOM)
			return false;
		if (place && !same_route(place, &orders[i]) && !kept_end(next, place))
			return false;
		if (!place)
			place = &next->orders[next->count++];
		*place = orders[i];
	}
	for (size_t i = 0; i < next->count; i++)
		in_force += next->orders[i].until != 0;
	return in_force <= BGP_MOST;
}

static enum err bgp_withdraw(struct hand_state *state, const uint64_t *ids, size_t count,
			     char trouble[HAND_TROUBLE])
{
	enum err err = OK, saved;

	for (size_t i = 0; i < count; i++) {
		struct hand_order *place = kept_of(&state->kept, ids[i]), order;
		struct bgp_kept without = state->kept;
		enum err one = OK;

		if (!place)
			continue;
		order = *place;
		without.orders[place - state->kept.orders] = without.orders[--without.count];
		if (!is_wanted(&without, &order)) /* by another one */
			one = tell(state, BGP_WITHDRAW, &order, trouble);
		if (one == OK)
			state->kept = without;
		else
			place->until = 0; /* tried again until it succeeds */
		err = one == OK ? err : one;
	}
	saved = save(state, &state->kept, trouble);
	return err == OK ? saved : err;
}

/* All that is to be taken back; what a daemon does not take back now is tried again until it does. What is left is
 * written down. */
static void end_all(struct hand_state *state)
{
	char trouble[HAND_TROUBLE];
	uint64_t ids[BGP_ROOM];
	size_t count = 0;

	for (size_t i = 0; i < state->kept.count; i++)
		if (state->kept.orders[i].until == 0)
			ids[count++] = state->kept.orders[i].id;
	(void)!bgp_withdraw(state, ids, count, trouble);
}

static enum err bgp_apply(struct hand_state *state, const struct hand_order *orders, size_t count,
			  char trouble[HAND_TROUBLE])
{
	struct bgp_kept before = state->kept, next;
	enum err err;
	size_t told = 0;

	for (size_t i = 0; i < count; i++)
		if (!bgp_takes(state, &orders[i], trouble))
			return ERR_UNSUPPORTED;
	if (!next_kept(&before, orders, count, &next))
		return bgp_trouble(trouble, ERR_LIMIT, "too many routes at once");
	err = save(state, &next, trouble);
	for (; err == OK && told < count; told++)
		if (!is_wanted(&before, &orders[told]))
			err = tell(state, BGP_ANNOUNCE, &orders[told], trouble);
	if (err == OK)
		state->kept = next; /* what was replaced goes now, so that there is no gap */
	for (size_t i = 0; err != OK && i < told; i++) /* also the last: it may have come to one daemon, or late */
		if (!is_wanted(&before, &orders[i]))
			(void)kept_end(&state->kept, &orders[i]); /* there is room, as there was in `next` */
	end_all(state);
	return err;
}

static size_t bgp_counts(struct hand_state *state, struct hand_count *counts, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < state->kept.count && n < max; i++)
		if (state->kept.orders[i].until)
			counts[n++] = (struct hand_count){ .id = state->kept.orders[i].id };
	return n;
}

static void withdraw_ended(struct hand_state *state, int64_t now)
{
	char trouble[HAND_TROUBLE];
	uint64_t ids[BGP_ROOM];
	size_t count = 0;

	for (size_t i = 0; i < state->kept.count; i++)
		if (state->kept.orders[i].until <= now)
			ids[count++] = state->kept.orders[i].id;
	if (count && now >= state->end_at && bgp_withdraw(state, ids, count, trouble) != OK)
		state->end_at = now + LOOK_SELDOM;
}

/* Says all again that is in force; what ended is not among it. */
static void say_again(struct hand_state *state, bool exabgp, int64_t now)
{
	char trouble[HAND_TROUBLE];
	enum err err = OK;

	for (size_t i = 0; err == OK && i < state->kept.count; i++) {
		struct bgp_route route;

		if (state->kept.orders[i].until <= now ||
		    bgp_route_of(&state->kept.orders[i], &state->terms, &route, trouble) != OK)
			continue;
		err = exabgp ? bgp_exabgp_tell(&state->exabgp, BGP_ANNOUNCE, &route, trouble)
			     : bgp_gobgp_tell(&state->gobgp, BGP_ANNOUNCE, &route, trouble);
	}
}

/* Begins to ask GoBGP for one route by turns; where nothing is kept, for none in particular: that it answers is enough. */
static void look(struct hand_state *state, int64_t now)
{
	static const struct bgp_route none = { .family = "ipv4", .destination = "192.0.2.0/32" };
	char trouble[HAND_TROUBLE];
	struct bgp_route route = none;

	if (state->kept.count) {
		const struct hand_order *order = &state->kept.orders[state->turn++ % state->kept.count];

		if ((order->until <= now && !state->gobgp.silent) ||
		    bgp_route_of(order, &state->terms, &route, trouble) != OK)
			return;
	}
	bgp_gobgp_look(&state->gobgp, &route);
	state->look_at = now + LOOK_EVERY;
}

/* If it has lost that route, it has lost all. */
static void look_heard(struct hand_state *state, int64_t now)
{
	bool was_silent = state->gobgp.silent;

	switch (bgp_gobgp_heard(&state->gobgp)) {
	case BGP_NOT_YET:
	case BGP_HAS:
		break;
	case BGP_NO_ANSWER:
		state->look_at = now + LOOK_SELDOM;
		break;
	case BGP_HAS_NOT:
		say_again(state, false, now);
	}
	if (was_silent && !state->gobgp.silent)
		state->end_at = now; /* what could not be taken back */
}

static void bgp_second(struct hand_state *state, int64_t now)
{
	char trouble[HAND_TROUBLE];

	if (state->gobgp.looking)
		look_heard(state, now);
	withdraw_ended(state, now);
	if (state->gobgp.used && !state->gobgp.looking && now >= state->look_at &&
	    (state->kept.count || state->gobgp.silent))
		look(state, now);
	if (state->kept.count && state->exabgp.used && bgp_exabgp_ask(&state->exabgp, trouble) == OK &&
	    (state->exabgp.gone || now >= state->say_at)) {
		state->exabgp.gone = false;
		state->say_at = now + SAY_EVERY;
		say_again(state, true, now);
	}
}

/* Of an earlier process, too. What a daemon does not take back now stays in the file. */
static enum err bgp_clear(struct hand_state *state, const struct hand_settings *settings,
			  char trouble[HAND_TROUBLE])
{
	struct hand_state *own = state ? state : calloc(1, sizeof(*own));
	uint64_t ids[BGP_ROOM];
	enum err err = own ? OK : bgp_trouble(trouble, ERR_MEMORY, "no memory");

	if (own && !state) {
		own->exabgp.fd = -1;
		err = kept_load(own, settings->runtime, trouble);
		if (err == OK && own->kept.count)
			err = settings_read(own, settings, trouble);
		snprintf(own->runtime, sizeof(own->runtime), "%s", settings->runtime);
	}
	for (size_t i = 0; own && i < own->kept.count; i++)
		ids[i] = own->kept.orders[i].id;
	if (err == OK)
		err = bgp_withdraw(own, ids, own->kept.count, trouble);
	if (own && !state)
		bgp_close(own);
	return err;
}

const struct hand hand_bgp = {
	.name = "bgp",
	.hand = HAND_BGP,
	.can = 1u << ACTION_DROP | 1u << ACTION_BLACKHOLE,
	.open = bgp_open,
	.close = bgp_close,
	.takes = bgp_takes,
	.apply = bgp_apply,
	.withdraw = bgp_withdraw,
	.counts = bgp_counts,
	.second = bgp_second,
	.clear = bgp_clear,
};
