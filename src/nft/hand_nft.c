/*
 * hand_nft.c - firm action by nftables, where XDP cannot be had: drops and limits at ingress of
 * interfaces.
 *
 * Ingress, of family netdev, comes before connection tracking, before fragments are put together
 * and before routing: so it is the cheapest place of nftables, sees packets as they were sent, and
 * those to this machine as well as those that are forwarded. The program nft is run for each
 * change, with a fixed list of words and JSON on its input; one run is one transaction of the
 * kernel.
 *
 * The kernel's table is the truth (nft_table.h): it is looked at before each change. Orders are
 * kept besides, so that they are put again when somebody flushed all tables, as a firewall that is
 * loaded anew does. No SYN cookies: nftables has them (synproxy), but needs connection tracking of
 * all that is forwarded, a setting of the whole machine (nf_conntrack_tcp_loose=0), and the
 * servers' TCP options. XDP has them without.
 */
#include "action/guard.h"
#include "hand/hand.h"
#include "nft/nft_batch.h"
#include "nft/nft_entries.h"
#include "nft/nft_program.h"
#include "nft/nft_table.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NEAR       (2 * USEC_PER_SEC) /* ends that differ by less are the same: nft counts in seconds */

struct hand_state {
	struct nft_program program;
	char interfaces[NFT_HOOKS][IF_NAMESIZE];
	size_t interface_count;
	struct nft_entries entries;
	struct nft_table table; /* as it was last seen */
	bool looked;            /* since the last second() */
	struct prefix allowed[GUARD_MEMBERS];
	size_t allowed_count;
	struct ip known[NFT_KNOWN];
	size_t known_count;
};

static int64_t boot_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * USEC_PER_SEC + t.tv_nsec / 1000;
}

/* Looks at what is in force. */
static enum err look(struct hand_state *state, char trouble[HAND_TROUBLE])
{
	struct nft_table table;
	enum err err = nft_table_load(&state->program, &table, trouble);

	if (err != OK)
		return err;
	if (!nft_entries_merge(&state->entries, &table, boot_now()))
		err = nft_trouble(trouble, ERR_MEMORY, "no memory");
	nft_table_free(&state->table);
	state->table = table;
	state->looked = err == OK;
	return err;
}

static bool wanted(const struct hand_state *state, const char *chain)
{
	for (size_t i = 0; i < state->interface_count; i++)
		if (strcmp(chain + strlen(NFT_HOOK), state->interfaces[i]) == 0)
			return true;
	return false;
}

/* Whether an interface is there, but not looked at: it came later, or the kernel has let go of it. */
static bool unhooked(const struct hand_state *state, const char *interface)
{
	return if_nametoindex(interface) && !nft_table_hooked(&state->table, interface);
}

static bool any_unhooked(const struct hand_state *state)
{
	for (size_t i = 0; i < state->interface_count; i++)
		if (unhooked(state, state->interfaces[i]))
			return true;
	return false;
}

/* A batch that first brings the table to its layout, as far as it is not there. */
static struct nft_batch *begin(struct hand_state *state)
{
	struct nft_batch *batch = nft_batch_new();
	bool laid = state->table.laid;

	if (!batch)
		return NULL;
	if (!laid) {
		nft_batch_layout(batch);
		nft_batch_allow(batch, state->allowed, state->allowed_count);
		nft_batch_know(batch, state->known, state->known_count, false);
	}
	for (size_t i = 0; i < state->interface_count; i++)
		if (unhooked(state, state->interfaces[i]))
			nft_batch_hook(batch, state->interfaces[i]);
	for (size_t i = 0; laid && i < state->table.hook_count; i++)
		if (!wanted(state, state->table.hooks[i]))
			nft_batch_unhook(batch, state->table.hooks[i]);
	return batch;
}

static void nft_close(struct hand_state *state)
{
	nft_table_free(&state->table);
	free(state->entries.all);
	free(state);
}

static struct hand_state *nft_open(const struct hand_settings *settings, char trouble[HAND_TROUBLE])
{
	struct hand_state *state = calloc(1, sizeof(*state));
	size_t count = settings->interface_count;
	enum err err = OK;

	if (!state) {
		nft_trouble(trouble, ERR_MEMORY, "no memory");
		return NULL;
	}
	state->program = nft_program_find();
	if (!state->program.path)
		err = nft_trouble(trouble, ERR_OPEN, "install the package nftables");
	else if (count == 0 || count > NFT_HOOKS)
		err = nft_trouble(trouble, ERR_LIMIT, "respond.interfaces: name 1 to 16");
	for (; err == OK && state->interface_count < count; state->interface_count++)
		snprintf(state->interfaces[state->interface_count], IF_NAMESIZE, "%s",
			 settings->interfaces[state->interface_count]);
	if (err == OK)
		err = look(state, trouble);
	if (err == OK)
		err = nft_commit(&state->program, begin(state), trouble);
	if (err == OK)
		err = look(state, trouble);
	if (err == OK)
		return state;
	nft_close(state);
	return NULL;
}

/* Takes what an entry has out of the table. */
static void put_out(struct nft_batch *batch, const struct nft_entry *entry)
{
	if (entry->lost)
		return;
	if (entry->found.is_rule)
		nft_batch_rule_out(batch, &entry->found);
	else
		nft_batch_source_out(batch, &entry->found.source);
}

static int64_t seconds_until(int64_t until)
{
	int64_t seconds = (until - boot_now() + USEC_PER_SEC - 1) / USEC_PER_SEC;

	return seconds > 1 ? seconds : 1;
}

static void put_source(struct hand_state *state, struct nft_batch *batch,
		       const struct hand_order *order)
{
	const struct prefix *source = &order->filter.from;
	bool *there = &state->table.sets[!nft_is_v4(source)][nft_bits(source)];

	if (!*there)
		nft_batch_source_set(batch, source);
	*there = true; /* the table is looked at before the next change */
	nft_batch_source(batch, order->id, source, seconds_until(order->until));
}

/* Puts one order into the batch; what becomes of its entry when the batch is done. */
static struct nft_entry put_order(struct hand_state *state, struct nft_batch *batch,
				  const struct hand_order *order, bool as_rule)
{
	struct nft_entry *old = nft_entry_of(&state->entries, order->id);
	struct nft_entry entry = { .order = *order, .whole = true };
	bool same = nft_entry_is(old, order, as_rule);

	if (old) {
		entry.found = old->found;
		entry.before = old->before;
	}
	entry.found.is_rule = as_rule;
	entry.found.source = order->filter.from;
	if (same && llabs(old->order.until - order->until) <= NEAR) {
		entry.order.until = old->order.until; /* which the kernel knows */
		return entry;
	}
	if (same && as_rule) {
		nft_batch_rule_end(batch, order->id, seconds_until(order->until));
		return entry;
	}
	if (old)
		put_out(batch, old);
	nft_entry_anew(&entry);
	if (as_rule)
		nft_batch_rule(batch, order, nft_print_of(order), seconds_until(order->until));
	else
		put_source(state, batch, order);
	return entry;
}

/* Fills the batch and, for later, the entries. */
static enum err put_orders(struct hand_state *state, struct nft_batch *batch,
			   const struct hand_order *orders, size_t count, struct nft_entry *coming)
{
	size_t owner_count;
	struct nft_owner *owners = nft_owners_of(&state->entries, orders, count, &owner_count);

	if (!owners)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const struct hand_order *order = &orders[i];
		bool as_rule = !nft_is_source(order) ||
			       nft_entry_is(nft_entry_of(&state->entries, order->id), order, true);

		if (!as_rule)
			as_rule = nft_owner_of(owners, owner_count, &order->filter.from) !=
				  order->id;
		coming[i] = put_order(state, batch, order, as_rule);
	}
	free(owners);
	return OK;
}

static bool nft_takes(const struct hand_state *state, const struct hand_order *order,
		      char trouble[HAND_TROUBLE])
{
	(void)state;
	return nft_batch_takes(order, trouble);
}

/* After a look at the table: puts orders in force. */
static enum err put_in_force(struct hand_state *state, const struct hand_order *orders,
			     size_t count, char trouble[HAND_TROUBLE])
{
	struct nft_entry *coming = malloc((count + 1) * sizeof(*coming));
	struct nft_batch *batch = begin(state);
	enum err err = ERR_MEMORY;

	nft_trouble(trouble, err, "no memory");
	if (coming && batch && nft_entries_reserve(&state->entries, count))
		err = put_orders(state, batch, orders, count, coming);
	if (err == OK && !nft_entries_fit(&state->entries, coming, count))
		err = nft_trouble(trouble, ERR_LIMIT, "too many actions at once");
	if (err == OK)
		err = nft_commit(&state->program, batch, trouble);
	else
		nft_batch_free(batch);
	for (size_t i = 0; err == OK && i < count; i++)
		nft_entries_put(&state->entries, &coming[i]);
	free(coming);
	return err;
}

static enum err nft_withdraw(struct hand_state *state, const uint64_t *ids, size_t count,
			     char trouble[HAND_TROUBLE])
{
	enum err err = look(state, trouble);
	struct nft_batch *batch;

	if (err != OK)
		return err;
	batch = begin(state);
	for (size_t i = 0; batch && i < count; i++) {
		struct nft_entry *entry = nft_entry_of(&state->entries, ids[i]);

		if (!entry || entry->over)
			continue;
		put_out(batch, entry);
		entry->over = true;
	}
	err = nft_commit(&state->program, batch, trouble);
	if (err == OK)
		nft_entries_sweep(&state->entries);
	return err;
}

/* nft was ended as it took too long, perhaps when the kernel had already done it. */
static void take_back(struct hand_state *state, const struct hand_order *orders, size_t count)
{
	uint64_t *ids = malloc((count + 1) * sizeof(*ids));
	char trouble[HAND_TROUBLE];
	size_t new = 0;

	for (size_t i = 0; ids && i < count; i++)
		if (!nft_entry_of(&state->entries, orders[i].id))
			ids[new++] = orders[i].id;
	state->program.rests = 0; /* once more, as only this tells */
	if (ids)
		(void)nft_withdraw(state, ids, new, trouble);
	free(ids);
}

static enum err nft_apply(struct hand_state *state, const struct hand_order *orders, size_t count,
			  char trouble[HAND_TROUBLE])
{
	enum err err;

	for (size_t i = 0; i < count; i++)
		if (!nft_batch_takes(&orders[i], trouble))
			return ERR_UNSUPPORTED;
	err = look(state, trouble);
	if (err != OK)
		return err;
	err = put_in_force(state, orders, count, trouble);
	if (err == ERR_LIMIT)
		take_back(state, orders, count);
	return err;
}

static enum err nft_allow(struct hand_state *state, const struct prefix *prefixes, size_t count,
			  char trouble[HAND_TROUBLE])
{
	struct nft_batch *batch;
	enum err err;

	if (count > GUARD_MEMBERS)
		return nft_trouble(trouble, ERR_LIMIT, "too many that are never blocked");
	memcpy(state->allowed, prefixes, count * sizeof(*prefixes));
	state->allowed_count = count;
	err = look(state, trouble);
	if (err != OK)
		return err;
	batch = begin(state);
	if (batch && state->table.laid) /* else the layout has them */
		nft_batch_allow(batch, prefixes, count);
	return nft_commit(&state->program, batch, trouble);
}

static enum err nft_know(struct hand_state *state, const struct ip *sources, size_t count,
			 char trouble[HAND_TROUBLE])
{
	struct nft_batch *batch;
	bool anew = false;
	enum err err;

	if (count > NFT_KNOWN)
		return nft_trouble(trouble, ERR_LIMIT, "too many known sources at once");
	err = look(state, trouble);
	if (err != OK)
		return err;
	anew = state->table.known + count > NFT_KNOWN || state->known_count + count > NFT_KNOWN;
	if (anew) /* the older ones are forgotten */
		state->known_count = 0;
	memcpy(state->known + state->known_count, sources, count * sizeof(*sources));
	state->known_count += count;
	batch = begin(state);
	if (batch && state->table.laid)
		nft_batch_know(batch, sources, count, anew);
	return nft_commit(&state->program, batch, trouble);
}

static size_t nft_counts(struct hand_state *state, struct hand_count *counts, size_t max)
{
	char trouble[HAND_TROUBLE];
	size_t n = 0;

	(void)look(state, trouble); /* when it cannot: as it was seen before */
	for (size_t i = 0; i < state->entries.count && n < max; i++)
		if (state->entries.all[i].found.left >= 0) /* rules that ended: passed over */
			counts[n++] = nft_entry_count(&state->entries.all[i]);
	return n;
}

/* Those that should be in force, but are not: somebody emptied the table. */
static void put_again(struct hand_state *state)
{
	const struct nft_entries *entries = &state->entries;
	struct hand_order *orders = malloc((entries->count + 1) * sizeof(*orders));
	char trouble[HAND_TROUBLE];
	size_t count = 0;

	for (size_t i = 0; orders && i < entries->count; i++)
		if (entries->all[i].lost)
			orders[count++] = entries->all[i].order;
	if (orders && (count || any_unhooked(state)))
		(void)put_in_force(state, orders, count, trouble); /* or in the next second */
	free(orders);
}

/* The kernel ends elements by itself; rules are only passed over then, and are taken away here. */
static void nft_second(struct hand_state *state, int64_t now)
{
	uint64_t *ended;
	char trouble[HAND_TROUBLE];
	size_t count = 0;

	if (state->entries.count == 0)
		return;
	if (!state->looked)
		(void)look(state, trouble);
	state->looked = false;
	ended = malloc((state->entries.count + 1) * sizeof(*ended));
	for (size_t i = 0; ended && i < state->entries.count; i++)
		if (state->entries.all[i].order.until <= now)
			ended[count++] = state->entries.all[i].order.id;
	if (count)
		(void)nft_withdraw(state, ended, count, trouble);
	free(ended);
	put_again(state);
}

static enum err nft_clear(struct hand_state *state, const struct hand_settings *settings,
			  char trouble[HAND_TROUBLE])
{
	struct nft_program program = nft_program_find();
	struct nft_batch *batch;

	(void)settings;
	if (!program.path) /* then nobody put anything there */
		return OK;
	if (state) {
		state->entries.count = 0;
		nft_table_free(&state->table);
	}
	batch = nft_batch_new();
	if (batch)
		nft_batch_clear(batch);
	return nft_commit(&program, batch, trouble);
}

const struct hand hand_nft = {
	.name = "nft",
	.hand = HAND_NFT,
	.can = 1u << ACTION_DROP | 1u << ACTION_LIMIT,
	.open = nft_open,
	.close = nft_close,
	.takes = nft_takes,
	.apply = nft_apply,
	.withdraw = nft_withdraw,
	.allow = nft_allow,
	.know = nft_know,
	.counts = nft_counts,
	.second = nft_second,
	.clear = nft_clear,
};
