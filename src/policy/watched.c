/* watched.c - documents of the watches without packets: how long, how they are called; and the rules of alerts. */
#include "policy/watched.h"

size_t watched_most(enum watched_kind kind)
{
	static const size_t most[WATCHED_KINDS] = {
		[WATCHED_BACKUP] = 48u << 10,	    [WATCHED_BACKUPS] = 256u << 10,
		[WATCHED_CERTIFICATE] = WATCHED_JSON, [WATCHED_SITE] = 32u << 10,
		[WATCHED_SITES] = 16u << 10,
	};

	return most[kind];
}

const char *watched_state_name(enum watched_state state)
{
	static const char *const names[WATCHED_STATES] = {
		[STATE_GOOD] = "good", [STATE_SLOW] = "slow",	[STATE_WARNING] = "warning", [STATE_BAD] = "bad",
		[STATE_DOWN] = "down", [STATE_ALARM] = "alarm", [STATE_DEFACED] = "defaced", [STATE_UNKNOWN] = "unknown",
	};

	return names[state];
}

/* Which states each kind has. */
#define STATE(state) (1u << (state))
static const unsigned has[WATCHED_KINDS] = {
	[WATCHED_BACKUP] = STATE(STATE_GOOD) | STATE(STATE_WARNING) | STATE(STATE_BAD) | STATE(STATE_ALARM) |
			   STATE(STATE_UNKNOWN),
	[WATCHED_SITE] = STATE(STATE_GOOD) | STATE(STATE_SLOW) | STATE(STATE_WARNING) | STATE(STATE_DOWN) |
			 STATE(STATE_DEFACED) | STATE(STATE_UNKNOWN),
};

bool watched_has(enum watched_kind kind, enum watched_state state)
{
	return has[kind] & STATE(state);
}

const char *const watched_rules[] = {
	"backup_stale", "backup_failed", "backup_damaged", "backup_unproven", "backup_rule",  "backup_wiped",
	"backup_deleted", "site_down",	 "site_slow",	   "site_certificate", "site_defaced", "site_dns",
	"site_line",
};
const size_t watched_rule_count = sizeof(watched_rules) / sizeof(watched_rules[0]);
