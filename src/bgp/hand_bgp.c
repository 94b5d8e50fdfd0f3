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
#define LOOK_SELDOM (20 * USEC_PER_SEC) /* when it does not answer: each look waits a second */
#define SAY_EVERY   (60 * USEC_PER_SEC) /* all of it to ExaBGP, of which nothing comes back */

struct hand_state {
	char runtime[256];
	struct bgp_terms terms;
	struct bgp_gobgp gobgp;
	struct bgp_exabgp exabgp;
	struct bgp_kept kept;        /* announced, or to be taken back still */
	size_t turn;                 /* which one GoBGP is asked for next */
	int64_t look_at, look_pause; /* when GoBGP is asked next, and how long after that */
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
	state->look_pause = LOOK_EVERY;
	err = settings_read(state, settings, trouble);
	if (err == OK)
		err = ask(state, trouble);
	if (err == OK)
		err = kept_load(state, state->runtime, trouble);
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

/* What will be in force, with the orders in place of those with their ids. False: too many. */
static bool next_kept(const struct bgp_kept *now, const struct hand_order *orders, size_t count,
		      struct bgp_kept *next)
{
	*next = *now;
	for (size_t i = 0; i < count; i++) {
		struct hand_order *place = kept_of(next, orders[i].id);

		if (!place && next->count == BGP_MOST)
			return false;
		if (!place)
			place = &next->orders[next->count++];
		*place = orders[i];
	}
	return true;
}

/* Takes routes of `from` back that nobody in `still` wants. All are tried; the last trouble. */
static enum err take_back(struct hand_state *state, const struct hand_order *from, size_t count,
			  const struct bgp_kept *still, char trouble[HAND_TROUBLE])
{
	enum err err = OK;

	for (size_t i = 0; i < count; i++) {
		enum err one = is_wanted(still, &from[i])
				       ? OK
				       : tell(state, BGP_WITHDRAW, &from[i], trouble);

		err = one == OK ? err : one;
	}
	return err;
}

static enum err bgp_apply(struct hand_state *state, const struct hand_order *orders, size_t count,
			  char trouble[HAND_TROUBLE])
{
	char again[HAND_TROUBLE];
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
	if (err == OK) {
		state->kept = next;
		/* What was replaced goes now, so that there is no gap. */
		(void)take_back(state, before.orders, before.count, &next, again);
		return OK;
	}
	(void)take_back(state, orders, told, &before, again);
	(void)save(state, &before, again);
	return err;
}

static enum err bgp_withdraw(struct hand_state *state, const uint64_t *ids, size_t count,
			     char trouble[HAND_TROUBLE])
{
	enum err err = OK, saved;

	for (size_t i = 0; i < count; i++) {
		struct hand_order *place = kept_of(&state->kept, ids[i]), order;
		struct bgp_kept without = state->kept;
		enum err one;

		if (!place)
			continue;
		order = *place;
		without.orders[place - state->kept.orders] = without.orders[--without.count];
		one = take_back(state, &order, 1, &without, trouble);
		if (one == OK)
			state->kept = without;
		else
			place->until = 0; /* tried again until it succeeds */
		err = one == OK ? err : one;
	}
	saved = save(state, &state->kept, trouble);
	return err == OK ? saved : err;
}

static size_t bgp_counts(struct hand_state *state, struct hand_count *counts, size_t max)
{
	size_t n = 0;

	for (; n < state->kept.count && n < max; n++)
		counts[n] = (struct hand_count){ .id = state->kept.orders[n].id };
	return n;
}

static void withdraw_ended(struct hand_state *state, int64_t now)
{
	char trouble[HAND_TROUBLE];
	uint64_t ids[BGP_MOST];
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

/* Asks GoBGP for one route by turns: if it has lost that, it has lost all. */
static void look(struct hand_state *state, int64_t now)
{
	const struct hand_order *order = &state->kept.orders[state->turn++ % state->kept.count];
	char trouble[HAND_TROUBLE];
	struct bgp_route route;
	bool has = true;

	if (order->until <= now || bgp_route_of(order, &state->terms, &route, trouble) != OK)
		return;
	state->look_pause = bgp_gobgp_has(&state->gobgp, &route, &has) == OK ? LOOK_EVERY
									     : LOOK_SELDOM;
	state->look_at = now + state->look_pause;
	if (!has)
		say_again(state, false, now);
}

static void bgp_second(struct hand_state *state, int64_t now)
{
	char trouble[HAND_TROUBLE];

	withdraw_ended(state, now);
	if (state->kept.count == 0)
		return;
	if (state->exabgp.used && bgp_exabgp_ask(&state->exabgp, trouble) == OK &&
	    (state->exabgp.gone || now >= state->say_at)) {
		state->exabgp.gone = false;
		state->say_at = now + SAY_EVERY;
		say_again(state, true, now);
	}
	if (state->gobgp.used && now >= state->look_at)
		look(state, now);
}

/* Of an earlier process, too. What a daemon does not take back now stays in the file. */
static enum err bgp_clear(struct hand_state *state, const struct hand_settings *settings,
			  char trouble[HAND_TROUBLE])
{
	struct hand_state *own = state ? state : calloc(1, sizeof(*own));
	uint64_t ids[BGP_MOST];
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
