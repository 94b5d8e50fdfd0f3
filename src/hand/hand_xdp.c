/*
 * hand_xdp.c - drops, limits and challenges in the kernel's XDP program.
 *
 * What is in force is a list of orders, kept in the kernel; sources and rules follow from it at each change,
 * and what differs is written. At the start all of it is written again, so nothing that was half done stays.
 */
#include "action/guard.h"
#include "hand/xdp_before.h"
#include "hand/xdp_friends.h"
#include "hand/xdp_kept.h"
#include "hand/xdp_links.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INTERFACES 64

struct hand_state {
	struct xdp_pins pins;
	struct xdp_list list;
	char names[INTERFACES][IF_NAMESIZE];
	const char *interfaces[INTERFACES]; /* into names */
	size_t interface_count;
	struct prefix allowed[GUARD_MEMBERS]; /* as they were told last, for maps that are made anew */
	size_t allowed_count;
};

static enum err xdp_fail(enum err err, char trouble[HAND_TROUBLE])
{
	if (err == ERR_LIMIT)
		snprintf(trouble, HAND_TROUBLE,
			 "XDP has no more room: %u filters, and %u source prefixes of %u lengths",
			 SHIELD_RULES, SHIELD_SOURCES, SHIELD_LENGTHS);
	else
		snprintf(trouble, HAND_TROUBLE, "the kernel's maps of the XDP program: %s",
			 strerror(err == ERR_MEMORY ? ENOMEM : errno));
	return err;
}

/* ---- Beginning and end */

static bool xdp_takes(const struct hand_state *state, const struct hand_order *order,
		      char trouble[HAND_TROUBLE])
{
	const struct filter *f = &order->filter;
	const char *why = NULL;

	(void)state;
	if (order->verb != ACTION_DROP && order->verb != ACTION_LIMIT &&
	    order->verb != ACTION_SYNCOOKIE)
		why = "XDP drops, limits and challenges on this machine: a blackhole is the upstream's";
	else if (!filter_sound(f))
		why = "the filter is not sound";
	else if (order->verb == ACTION_LIMIT && order->limit == 0)
		why = "a limit of 0 packets/s lets nothing through: drop says so";
	else if (order->verb == ACTION_SYNCOOKIE && (f->parts & FILTER_PROTO) && f->proto != PROTO_TCP)
		why = "only SYNs can be challenged, and the filter is of another protocol than TCP";
	else if (order->id == 0 || order->until <= 0)
		why = "it has no number or no end";
	if (why)
		snprintf(trouble, HAND_TROUBLE, "%s", why);
	return !why;
}

/* On all interfaces; where something is in force already (`some`) those that it can be on are enough, as that could
 * not be taken back else. `trouble` is a note for the log, when it is OK. */
static enum err interfaces_attach(struct hand_state *state, bool some, char trouble[HAND_TROUBLE])
{
	enum err err = OK;
	size_t attached = 0;

	trouble[0] = 0;
	for (size_t i = 0; i < state->interface_count && (err == OK || some); i++) {
		char note[HAND_TROUBLE];
		enum err one = xdp_link_attach(&state->pins, state->interfaces[i], note);

		attached += one == OK;
		if (one != OK || (note[0] && err == OK))
			memcpy(trouble, note, sizeof(note));
		err = one == OK ? err : one;
	}
	if (err != OK && !(some && attached))
		return err;
	xdp_links_keep(state->interfaces, state->interface_count);
	return OK;
}

static void state_forget(struct hand_state *state)
{
	xdp_list_free(&state->list);
	xdp_pins_close(&state->pins);
}

/* Whether something is open that a program reads: not what somebody else took away, though our descriptors hold it. */
static bool state_is_open(struct hand_state *state)
{
	if (state->pins.facts && !xdp_pins_exist())
		xdp_pins_close(&state->pins);
	return state->pins.facts;
}

/* What is in force by another version of the program, which goes on by ours; whose orders we cannot take end with it. */
static enum err before_fill(struct hand_state *state, const struct xdp_before *before)
{
	struct hand_order *orders = before->orders;
	struct xdp_list next;
	char unheard[HAND_TROUBLE];
	size_t count = 0;
	enum err err = OK;

	for (size_t i = 0; i < before->order_count; i++)
		if (xdp_takes(state, &orders[i], unheard))
			orders[count++] = orders[i];
	if (before->allowed_count && !state->allowed_count)
		err = xdp_allowed_write(&state->pins, before->allowed, before->allowed_count);
	if (err == OK)
		err = xdp_list_with(&state->list, orders, count, &next);
	if (err != OK)
		return err;
	err = xdp_list_write(&state->pins, &state->list, &next);
	xdp_list_free(&state->list);
	state->list = next;
	return err;
}

/* The list, of what the kernel has: of this program, or of another version. */
static enum err own_fill(struct hand_state *state, bool fresh, bool *some)
{
	enum err err = xdp_list_read(&state->pins, &state->list);
	struct xdp_before before;

	if (err != OK || !fresh || !xdp_before_read(&before))
		return err == OK ? xdp_list_write_all(&state->pins, &state->list) : err;
	*some = true;
	err = before_fill(state, &before);
	xdp_before_free(&before);
	return err;
}

/* What is in force, and who passes, who is written first: what was in maps that somebody removed; what is in those of
 * this program (not `fresh`), or of another version. `some`: whether there is any. */
static enum err pins_fill(struct hand_state *state, bool fresh, bool *some, char trouble[HAND_TROUBLE])
{
	const struct xdp_list none = { NULL, 0 };
	enum err err = OK;

	*some = !fresh || state->list.count;
	if (state->allowed_count)
		err = xdp_allowed_write(&state->pins, state->allowed, state->allowed_count);
	if (err == OK && state->list.count)
		err = xdp_list_write(&state->pins, &none, &state->list);
	else if (err == OK)
		err = own_fill(state, fresh, some);
	return err == OK ? OK : xdp_fail(err, trouble);
}

/* Opens or makes what is in the kernel, unless it is open. */
static enum err state_ready(struct hand_state *state, char trouble[HAND_TROUBLE])
{
	bool fresh = !xdp_pins_exist(), again = state->list.count > 0, some;
	enum err err;

	trouble[0] = 0;
	if (state_is_open(state))
		return OK;
	err = xdp_pins_open(&state->pins, trouble);
	if (err == OK)
		err = pins_fill(state, fresh, &some, trouble);
	if (err == OK)
		err = interfaces_attach(state, some, trouble);
	if (err == OK) {
		xdp_before_remove();
		return OK;
	}
	if (!again)
		xdp_list_free(&state->list);
	xdp_pins_close(&state->pins);
	if (fresh) {
		char unheard[HAND_TROUBLE];

		(void)!xdp_pins_remove(unheard); /* the first trouble is what is told */
	}
	return err;
}

static void xdp_close(struct hand_state *state)
{
	state_forget(state);
	free(state);
}

static struct hand_state *xdp_open(const struct hand_settings *settings, char trouble[HAND_TROUBLE])
{
	struct hand_state *state = calloc(1, sizeof(*state));

	if (!state || settings->interface_count == 0 || settings->interface_count > INTERFACES) {
		snprintf(trouble, HAND_TROUBLE, state ? "%zu interfaces: 1 to %u can be protected"
						      : "not enough memory",
			 settings->interface_count, INTERFACES);
		free(state);
		return NULL;
	}
	xdp_pins_init(&state->pins);
	for (size_t i = 0; i < settings->interface_count; i++) {
		snprintf(state->names[i], IF_NAMESIZE, "%s", settings->interfaces[i]);
		state->interfaces[i] = state->names[i];
	}
	state->interface_count = settings->interface_count;
	if (state_ready(state, trouble) == OK)
		return state;
	xdp_close(state);
	return NULL;
}

static enum err xdp_clear(struct hand_state *state, const struct hand_settings *settings,
			  char trouble[HAND_TROUBLE])
{
	(void)settings;
	if (state)
		state_forget(state); /* made again with the next order */
	return xdp_pins_remove(trouble);
}

/* ---- Orders */

/* To the other list, or back to the one that was; `next` is taken. */
static enum err state_change(struct hand_state *state, struct xdp_list *next,
			     char trouble[HAND_TROUBLE])
{
	enum err err = xdp_list_write(&state->pins, &state->list, next);

	if (err != OK) {
		xdp_fail(err, trouble);
		(void)!xdp_list_write(&state->pins, next, &state->list);
		xdp_list_free(next);
		return err;
	}
	xdp_list_free(&state->list);
	state->list = *next;
	return OK;
}

static enum err xdp_apply(struct hand_state *state, const struct hand_order *orders, size_t count,
			  char trouble[HAND_TROUBLE])
{
	struct xdp_list next;
	enum err err = state_ready(state, trouble);

	if (err != OK)
		return err;
	for (size_t i = 0; i < count; i++)
		if (!xdp_takes(state, &orders[i], trouble))
			return ERR_UNSUPPORTED;
	err = xdp_list_with(&state->list, orders, count, &next);
	return err == OK ? state_change(state, &next, trouble) : xdp_fail(err, trouble);
}

static enum err xdp_withdraw(struct hand_state *state, const uint64_t *ids, size_t count,
			     char trouble[HAND_TROUBLE])
{
	struct xdp_list next;
	enum err err = xdp_list_without(&state->list, ids, count, 0, &next);

	if (err != OK)
		return xdp_fail(err, trouble);
	if (state_is_open(state))
		return state_change(state, &next, trouble);
	xdp_list_free(&state->list); /* somebody removed the maps: they are made again without these */
	state->list = next;
	return OK;
}

/* What somebody removed is made again, an interface that was made anew gets the program, and what is over makes
 * room. */
static void xdp_second(struct hand_state *state, int64_t boot_now)
{
	char unheard[HAND_TROUBLE];
	struct xdp_list next;
	bool over = false;

	if (!state_is_open(state) && state->list.count == 0)
		return; /* with the next order */
	if (state_ready(state, unheard) != OK)
		return;
	for (size_t i = 0; i < state->interface_count; i++)
		(void)!xdp_link_attach(&state->pins, state->interfaces[i], unheard);
	for (size_t i = 0; i < state->list.count; i++)
		over |= state->list.all[i].order.until <= boot_now;
	if (over && xdp_list_without(&state->list, NULL, 0, boot_now, &next) == OK)
		(void)!state_change(state, &next, unheard); /* it has no effect any more: tried again */
}

static struct hand_count count_read(const struct xdp_pins *pins, const struct xdp_kept *kept)
{
	struct hand_count count = { .id = kept->order.id };

	for (size_t i = 0; i < pins->cpus; i++) {
		const size_t at = i * SHIELD_SLOTS + kept->slot;

		count.packets += pins->counts[at].packets;
		count.bytes += pins->counts[at].bytes;
		count.known += pins->known_counts[at];
	}
	return count;
}

static size_t xdp_counts(struct hand_state *state, struct hand_count *counts, size_t max)
{
	size_t used = 0;

	if (!state_is_open(state))
		return 0;
	while (used < state->list.count && used < max) {
		counts[used] = count_read(&state->pins, &state->list.all[used]);
		used++;
	}
	return used;
}

/* ---- Who passes, who is known */

static enum err xdp_allow(struct hand_state *state, const struct prefix *prefixes, size_t count,
			  char trouble[HAND_TROUBLE])
{
	enum err err = state_ready(state, trouble);

	if (err == OK)
		err = count > GUARD_MEMBERS ? ERR_LIMIT : xdp_allowed_write(&state->pins, prefixes, count);
	if (err != OK)
		return xdp_fail(err, trouble);
	if (count)
		memcpy(state->allowed, prefixes, count * sizeof(*prefixes));
	state->allowed_count = count;
	return OK;
}

static enum err xdp_know(struct hand_state *state, const struct ip *sources, size_t count,
			 char trouble[HAND_TROUBLE])
{
	enum err err = state_ready(state, trouble);

	if (err == OK)
		err = xdp_known_write(&state->pins, sources, count);
	return err == OK ? OK : xdp_fail(err, trouble);
}

const struct hand hand_xdp = {
	.name = "xdp",
	.hand = HAND_XDP,
	.can = 1u << ACTION_DROP | 1u << ACTION_LIMIT | 1u << ACTION_SYNCOOKIE,
	.open = xdp_open,
	.close = xdp_close,
	.takes = xdp_takes,
	.apply = xdp_apply,
	.withdraw = xdp_withdraw,
	.allow = xdp_allow,
	.know = xdp_know,
	.counts = xdp_counts,
	.second = xdp_second,
	.clear = xdp_clear,
};
