/* action.c - the names of verbs, hands and states. */
#include "action/action.h"

#include <string.h>

static const char *const verbs[ACTION_VERBS] = {
	[ACTION_DROP] = "drop",
	[ACTION_LIMIT] = "limit",
	[ACTION_SYNCOOKIE] = "syncookie",
	[ACTION_BLACKHOLE] = "blackhole",
};

static const char *const hands[HANDS] = {
	[HAND_AUTO] = "auto",
	[HAND_XDP] = "xdp",
	[HAND_NFT] = "nft",
	[HAND_BGP] = "bgp",
};

static const char *const states[ACTION_STATES] = {
	[ACTION_SUGGESTED] = "suggested", [ACTION_REHEARSED] = "rehearsed", [ACTION_ORDERED] = "ordered",
	[ACTION_ACTIVE] = "active",       [ACTION_WAITING] = "waiting",     [ACTION_ENDED] = "ended",
	[ACTION_REFUSED] = "refused",     [ACTION_FAILED] = "failed",
};

const char *action_verb_name(enum action_verb verb)
{
	return verb < ACTION_VERBS ? verbs[verb] : "";
}

const char *action_hand_name(enum action_hand hand)
{
	return hand < HANDS ? hands[hand] : "";
}

const char *action_state_name(enum action_state state)
{
	return state < ACTION_STATES ? states[state] : "";
}

/* The place of a name; `count`: it is none of them. */
static unsigned name_at(const char *const *names, unsigned count, const char *name)
{
	unsigned at = 0;

	while (at < count && strcmp(names[at], name) != 0)
		at++;
	return at;
}

bool action_verb_from_name(const char *name, enum action_verb *verb)
{
	unsigned at = name_at(verbs, ACTION_VERBS, name);

	if (at == ACTION_VERBS)
		return false;
	*verb = (enum action_verb)at;
	return true;
}

bool action_hand_from_name(const char *name, enum action_hand *hand)
{
	unsigned at = name_at(hands, HANDS, name);

	if (at == HANDS)
		return false;
	*hand = (enum action_hand)at;
	return true;
}

bool action_state_from_name(const char *name, enum action_state *state)
{
	unsigned at = name_at(states, ACTION_STATES, name);

	if (at == ACTION_STATES)
		return false;
	*state = (enum action_state)at;
	return true;
}
