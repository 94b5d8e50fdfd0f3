/* site_keys.c - the keys of [site]: how our web sites are watched. */
#include "config/key.h"

#include <stddef.h>

#define AT(member) .offset = offsetof(struct site_policy, member), .size = sizeof(((struct site_policy *)0)->member)
#define LIST(member) AT(member), .each = sizeof(((struct site_policy *)0)->member[0])

static const char *choice_picture(unsigned value)
{
	static const char *const names[] = { [SITE_PICTURE_AUTO] = "auto", [SITE_PICTURE_OFF] = "off" };

	return value <= SITE_PICTURE_OFF ? names[value] : NULL;
}

const struct config_key site_keys[SITE_KEYS] = {
	{ "watch", KEY_BOOL, AT(watch), .restart = true, .usual = "false",
	  .what = "Begin the watch with the tower also while no site was added ('hinomi site add' adds them)." },
	{ "per_second", KEY_NUMBER, AT(per_second), .least = 1, .most = 1000, .usual = "20",
	  .what = "Looks that are begun a second, at most; one server is never asked twice within a second." },
	{ "at_once", KEY_NUMBER, AT(at_once), .least = 1, .most = 1000, .usual = "64",
	  .what = "Looks under way at a time, at most." },
	{ "timeout", KEY_SECONDS, AT(timeout), .least = 1, .most = 120, .usual = "\"15s\"",
	  .what = "A look that takes longer has failed." },
	{ "again", KEY_SECONDS, AT(again), .least = 1, .most = 60, .usual = "\"5s\"",
	  .what = "A failed look is looked at again after so long, then after three times as long: three that agree\n"
		  "are an outage." },
	{ "slow", KEY_FACTOR, AT(slow), .least = 1.5, .most = 100, .usual = "3.0",
	  .what = "So many times the usual time of this hour is slow. The vigilance level makes it tighter." },
	{ "learn", KEY_SECONDS, AT(learn), .most = 30 * 86400.0, .usual = "\"1d\"",
	  .what = "For so long after a site was added its addresses are learned: those of large networks change." },
	{ "body", KEY_BYTES, AT(body), .least = 1 << 10, .most = 1 << 20, .usual = "\"512 KiB\"",
	  .what = "So much of a page is read." },
	{ "own_hosts", KEY_TEXTS, LIST(own_hosts), .check = check_host, .usual = "[]",
	  .what = "Hosts that belong to all of our sites, as [\"static.example.org\"]: scripts and pictures from there\n"
		  "are ours." },
	{ "picture", KEY_CHOICE, AT(picture), .choice = choice_picture, .usual = "\"auto\"",
	  .what = "Pictures of the pages, by the Chromium that is installed here (\"auto\"; without one there are none), or\n"
		  "\"off\"." },
	{ "agent", KEY_TEXT, AT(agent), .check = check_line, .usual = "\"Hinomi site watch\"",
	  .what = "What we call ourselves to the web servers." },
	{ "resolver", KEY_TEXT, AT(resolver), .check = check_resolver, .usual = "\"\"",
	  .what = "The DNS server that is asked, as \"192.0.2.53\" or \"[2001:db8::53]:5353\". \"\": that of the system." },
	{ "ca_file", KEY_TEXT, AT(ca_file), .check = check_path_or_none, .usual = "\"\"",
	  .what = "Who is trusted to know sites: certificates in PEM. \"\": those of the system." },
};
