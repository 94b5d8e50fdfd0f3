/*
 * guard.h - what must never be blocked, and how much may be: looked at before every action.
 *
 * Asked twice: by the keeper, so that a person is told at once, and by the warden at the last step, where
 * nothing that the keeper, the page or a restored database says can go around it.
 *
 * A member is an address or prefix that must go on being heard, or reached. Hands let through whatever
 * comes from a member before they look at any filter; so a filter that happens to match a member's
 * packets is allowed, and harmless to it. Refused is what aims at a member: see guard_allows().
 */
#ifndef ACTION_GUARD_H
#define ACTION_GUARD_H

#include "action/action.h"

#define GUARD_MEMBERS 256
#define GUARD_WHAT    48

/* Why it is one. */
enum guard_kind {
	GUARD_LOOPBACK,
	GUARD_OWN,      /* an address of this machine */
	GUARD_GATEWAY,  /* a next hop of its routes */
	GUARD_DNS,      /* a resolver that it asks */
	GUARD_SESSION,  /* who is logged in here now: the page, SSH */
	GUARD_OFFICE,   /* head office and the bus, of the configuration */
	GUARD_PARTNER,  /* listed by the administrator, of the configuration */
	GUARD_SPECIAL,  /* multicast, broadcast, link-local: the neighbourhood's own talk */
	GUARD_KINDS,
};

const char *guard_kind_name(enum guard_kind kind); /* "loopback" "own" ... "special" */

struct guard_member {
	struct prefix prefix;
	enum guard_kind kind;
	char what[GUARD_WHAT]; /* "gateway of eth0", "resolver", "partner clinic" */
};

struct guard_limits {
	uint8_t breadth4, breadth6; /* the widest source prefix: bits, 0 to 32 and 0 to 128 */
	uint32_t actions;           /* most that may be in force at once */
	uint32_t seconds;           /* the longest that one may last */
};

struct guard {
	struct guard_limits limits;
	struct guard_member members[GUARD_MEMBERS];
	size_t count;
	bool full; /* one found no room */
};

/* Loopback and the special ranges are members from the start; usual limits: /24, /48, 1024, 7 days. */
void guard_init(struct guard *guard);

/* One that is there already is no other; but what the configuration names is a member for that from now on.
 * ERR_LIMIT: there is no more room; then everything is refused. */
MUST_USE enum err guard_add(struct guard *guard, const struct prefix *prefix, enum guard_kind kind,
			    const char *what);

/*
 * Whether what comes from a member is let through. Nobody far away has an address of loopback, multicast or the
 * like as his own: who sends from one forges it, and knows that it is in everybody's set. Neighbours do speak
 * from link-local addresses of IPv6, without which they could not find us (RFC 4861).
 */
bool guard_passes(const struct guard_member *member);

/* What is in the way of an action, in both languages. */
#define GUARD_WORDS 240
struct guard_words {
	char en[GUARD_WORDS], ja[GUARD_WORDS];
};

/*
 * Whether the action may be taken while `active` others are. Any bytes may stand in it. Refused is:
 * - a filter that is not sound, or has no condition but the destination (that is a blackhole, and only
 *   ACTION_BLACKHOLE may do it), also where its conditions exclude next to nothing: a protocol alone
 *   to more than a source may be wide, ports of TCP alone to a member (nor, to be dropped, with flags that
 *   every connection has), a range of nearly everything;
 * - a source prefix that touches a member (is within it, or holds it), or is wider than allowed;
 * - an ACTION_BLACKHOLE of a member, of anything wider than one address, or one that is automatic;
 * - one that has no end, no reason or no owner, lasts longer than allowed, or is one too many.
 */
bool guard_allows(const struct guard *guard, const struct action *action, usec_t now,
		  uint32_t active, struct guard_words *why);

/*
 * Besides, of a hand that lets nobody pass beforehand, such as BGP: refused is a filter without a source that
 * may hit what members send: a resolver's answers to this machine, a session that is there now, and, where
 * offices or partners are named, all that does not tell packets apart by more than addresses and protocol.
 */
bool guard_allows_unheard(const struct guard *guard, const struct action *action, struct guard_words *why);

#endif
