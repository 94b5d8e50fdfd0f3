/* names.c - learns and compares the answers of DNS. */
#include "fare/names.h"

#include "base/text.h"
#include "fare/say.h"

#include <string.h>

#define TOLD     (86400 * USEC_PER_SEC) /* then what is new is known, whether somebody approved or not */
#define ROTATES  3 /* different answers while learning: from so many on it is a CDN's */
#define BITS4    (96 + 24)
#define BITS6    48

/* The network about an address in which a provider moves a site without a word. */
static struct prefix neighbours(const struct ip *ip)
{
	return ip_prefix(ip, ip_is_v4(ip) ? BITS4 : BITS6);
}

static bool is_known(const struct site_names *n, const struct ip *ip)
{
	struct prefix about = neighbours(ip);

	for (unsigned i = 0; i < n->known_count; i++)
		if (prefix_has(&about, &n->known[i].ip))
			return true;
	return false;
}

/* One that is known for long is given up for one that is seen now. */
static void learn(struct site_names *n, const struct ip *ip, usec_t at)
{
	unsigned oldest = 0, i = 0;

	for (; i < n->known_count && !ip_equal(&n->known[i].ip, ip); i++)
		if (n->known[i].last < n->known[oldest].last)
			oldest = i;
	if (i == n->known_count && i == NAMES_KNOWN)
		i = oldest;
	else if (i == n->known_count)
		n->known_count++;
	n->known[i].ip = *ip;
	n->known[i].last = at;
}

static bool same_answer(const struct site_names *n, const struct probe_result *r)
{
	if (n->now_count != r->address_count)
		return false;
	for (unsigned i = 0; i < n->now_count; i++)
		if (!ip_equal(&n->now[i], &r->addresses[i]))
			return false;
	return true;
}

static void learn_all(struct site_names *n, usec_t at)
{
	for (unsigned i = 0; i < n->now_count; i++)
		learn(n, &n->now[i], at);
}

/* Whether the answer is one to tell of. */
static bool is_outside(const struct site_names *n, const struct probe_result *r)
{
	unsigned outside = 0;

	for (unsigned i = 0; i < r->address_count; i++)
		outside += !is_known(n, &r->addresses[i]);
	return n->sets >= ROTATES ? outside == r->address_count : outside > 0;
}

static unsigned see_addresses(struct site_names *n, const struct probe_result *r, usec_t learn_time)
{
	bool same = same_answer(n, r), learning = r->at < n->since + learn_time;
	bool first = n->known_count == 0, outside = !first && is_outside(n, r);

	if (r->address_count == 0)
		return NAMES_SAME;
	memcpy(n->now, r->addresses, sizeof(n->now));
	n->now_count = r->address_count;
	if (!outside || learning || (n->addresses_until && r->at >= n->addresses_until)) {
		n->addresses_until = 0;
		n->sets += learning && !same && n->sets < UINT16_MAX;
		learn_all(n, r->at);
		return same ? NAMES_SAME : NAMES_LEARNED;
	}
	if (n->addresses_until)
		return NAMES_SAME; /* told already */
	n->addresses_until = r->at + TOLD;
	n->changed = r->at;
	return NAMES_ADDRESSES;
}

static bool same_servers(const char servers[PROBE_SERVERS][PROBE_NAME], unsigned count, const struct probe_result *r)
{
	if (count != r->server_count)
		return false;
	for (unsigned i = 0; i < count; i++) {
		char clean[PROBE_NAME];

		if (strcasecmp(servers[i], say_clean(clean, sizeof(clean), r->servers[i])) != 0)
			return false;
	}
	return true;
}

static unsigned see_servers(struct site_names *n, const struct probe_result *r)
{
	bool first = n->server_count == 0, told = site_names_told(n, r->at) & NAMES_SERVERS, back;

	if (r->server_count == 0 || same_servers(n->servers, n->server_count, r))
		return NAMES_SAME; /* none: nobody told them this time */
	back = told && same_servers(n->servers_before, n->before_count, r);
	if (!told) { /* what was before the first of several changes */
		memcpy(n->servers_before, n->servers, sizeof(n->servers));
		n->before_count = n->server_count;
	}
	n->server_count = r->server_count;
	for (unsigned i = 0; i < r->server_count; i++)
		say_clean(n->servers[i], PROBE_NAME, r->servers[i]);
	if (first)
		return NAMES_LEARNED;
	n->changed = r->at;
	n->servers_until = back ? 0 : r->at + TOLD;
	return back ? NAMES_LEARNED : NAMES_SERVERS;
}

unsigned site_names_see(struct site_names *n, const struct probe_result *r, usec_t learn_time)
{
	if (!n->since || n->since > r->at) /* the clock was set back: else it would learn until that time comes again */
		n->since = r->at;
	return see_addresses(n, r, learn_time) | see_servers(n, r);
}

unsigned site_names_told(const struct site_names *n, usec_t now)
{
	bool addresses = n->addresses_until && !time_passed(now, n->addresses_until - TOLD, TOLD);
	bool servers = n->servers_until && !time_passed(now, n->servers_until - TOLD, TOLD);

	return (addresses ? NAMES_ADDRESSES : 0) | (servers ? NAMES_SERVERS : 0);
}

void site_names_approve(struct site_names *n, usec_t at)
{
	n->addresses_until = n->servers_until = 0;
	learn_all(n, at);
}

char *site_names_addresses(const struct site_names *n, char text[NAMES_TEXT])
{
	char one[IP_TEXT];

	*text = '\0';
	for (unsigned i = 0; i < n->now_count; i++)
		text_append(text, NAMES_TEXT, "%s%s", i ? ", " : "", ip_text(&n->now[i], one));
	return text;
}

char *site_names_servers(const char servers[PROBE_SERVERS][PROBE_NAME], unsigned count, char text[NAMES_TEXT])
{
	*text = '\0';
	for (unsigned i = 0; i < count; i++)
		text_append(text, NAMES_TEXT, "%s%s", i ? ", " : "", servers[i]);
	return text;
}

/* --- kept */

static json_t *write_servers(const char servers[PROBE_SERVERS][PROBE_NAME], unsigned count)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < count; i++)
		json_array_append_new(list, json_string(servers[i]));
	return list;
}

json_t *site_names_write(const struct site_names *n)
{
	json_t *known = json_array(), *now = json_array();
	char text[IP_TEXT];

	for (unsigned i = 0; i < n->known_count; i++)
		json_array_append_new(known, json_pack("[s,I]", ip_text(&n->known[i].ip, text), (json_int_t)n->known[i].last));
	for (unsigned i = 0; i < n->now_count; i++)
		json_array_append_new(now, json_string(ip_text(&n->now[i], text)));
	return json_pack("{s:o, s:o, s:i, s:I, s:o, s:o, s:I, s:I, s:I}", "known", known, "now", now, "sets", (int)n->sets,
			 "since", (json_int_t)n->since, "servers", write_servers(n->servers, n->server_count),
			 "servers_before", write_servers(n->servers_before, n->before_count), "changed",
			 (json_int_t)n->changed, "addresses_until", (json_int_t)n->addresses_until, "servers_until",
			 (json_int_t)n->servers_until);
}

static unsigned read_servers(char servers[PROBE_SERVERS][PROBE_NAME], const json_t *list)
{
	unsigned count = 0;

	while (count < PROBE_SERVERS && count < json_array_size(list)) {
		const char *text = json_string_value(json_array_get(list, count));

		say_clean(servers[count++], PROBE_NAME, text ? text : "");
	}
	return count;
}

void site_names_read(struct site_names *n, const json_t *json)
{
	const json_t *known = json_object_get(json, "known"), *now = json_object_get(json, "now"), *one;
	size_t i;

	*n = (struct site_names){
		.sets = (unsigned)(say_number(json, "sets") & 0xffff),
		.since = say_when(say_number(json, "since")),
		.changed = say_when(say_number(json, "changed")),
		.addresses_until = say_when(say_number(json, "addresses_until")),
		.servers_until = say_when(say_number(json, "servers_until")),
	};
	json_array_foreach(known, i, one) {
		const char *text = json_string_value(json_array_get(one, 0));

		if (n->known_count < NAMES_KNOWN && text && ip_parse(&n->known[n->known_count].ip, text) == OK)
			n->known[n->known_count++].last =
				say_when(json_integer_value(json_array_get(one, 1)));
	}
	json_array_foreach(now, i, one)
		if (n->now_count < PROBE_ADDRESSES && json_is_string(one) &&
		    ip_parse(&n->now[n->now_count], json_string_value(one)) == OK)
			n->now_count++;
	n->server_count = read_servers(n->servers, json_object_get(json, "servers"));
	n->before_count = read_servers(n->servers_before, json_object_get(json, "servers_before"));
}
