/* callers.c - a list of connections, newest first. */
#include "web/callers.h"

#include <stdlib.h>
#include <sys/socket.h>

/* How long a phase may take, however many bytes drip in: against Slowloris. A big answer over a
 * slow line takes its time, and events go on. */
static const usec_t patience[CALLER_PHASES] = {
	[CALLER_SILENT] = 10 * USEC_PER_SEC,  [CALLER_BETWEEN] = 60 * USEC_PER_SEC,
	[CALLER_BODY] = 15 * USEC_PER_SEC,    [CALLER_WAITING] = 60 * USEC_PER_SEC,
	[CALLER_READING] = 300 * USEC_PER_SEC, [CALLER_STREAM] = INT64_MAX,
};

struct callers {
	struct caller *first;
	unsigned count, most, per_address;
	uint64_t hung_up;
};

struct callers *callers_new(unsigned most, unsigned per_address)
{
	struct callers *callers = calloc(1, sizeof(*callers));

	if (callers) {
		callers->most = most;
		callers->per_address = per_address;
	}
	return callers;
}

void callers_free(struct callers *callers)
{
	while (callers && callers->first)
		callers_remove(callers, callers->first);
	free(callers);
}

static bool is_loopback(const struct ip *ip)
{
	static const struct ip six = { { [15] = 1 } };

	return ip_is_v4(ip) ? ip->b[12] == 127 : ip_equal(ip, &six);
}

/* An IPv6 host has a whole /64 to call from. */
static struct prefix caller_network(const struct ip *ip)
{
	return ip_prefix(ip, ip_is_v4(ip) ? 128 : 64);
}

bool callers_welcome(const struct callers *callers, const struct ip *ip)
{
	struct prefix network = caller_network(ip);
	unsigned same = 0;

	if (is_loopback(ip))
		return true;
	for (const struct caller *c = callers->first; c; c = c->next)
		same += prefix_has(&network, &c->ip);
	return same < callers->per_address;
}

static void caller_hang_up(struct callers *callers, struct caller *caller)
{
	shutdown(caller->fd, SHUT_RDWR);
	caller->hung_up = true;
	callers->hung_up++;
}

/* Hangs up on the stranger who has been in his phase for the longest time. */
static void callers_make_room(struct callers *callers)
{
	struct caller *oldest = NULL;

	for (struct caller *c = callers->first; c; c = c->next)
		if (!c->known && !c->hung_up && (!oldest || c->since <= oldest->since))
			oldest = c;
	if (oldest)
		caller_hang_up(callers, oldest);
}

struct caller *callers_add(struct callers *callers, int fd, const struct ip *ip, usec_t now)
{
	struct caller *caller = calloc(1, sizeof(*caller));

	if (!caller)
		return NULL;
	if (callers->count >= callers->most)
		callers_make_room(callers);
	*caller = (struct caller){ .next = callers->first, .ip = *ip, .fd = fd, .since = now };
	if (callers->first)
		callers->first->before = caller;
	callers->first = caller;
	callers->count++;
	return caller;
}

void callers_remove(struct callers *callers, struct caller *caller)
{
	if (caller->before)
		caller->before->next = caller->next;
	else
		callers->first = caller->next;
	if (caller->next)
		caller->next->before = caller->before;
	callers->count--;
	free(caller);
}

void caller_enter(struct caller *caller, enum caller_phase phase, usec_t now)
{
	caller->phase = phase;
	caller->since = now;
}

void callers_sweep(struct callers *callers, usec_t now)
{
	for (struct caller *c = callers->first; c; c = c->next)
		if (!c->hung_up && now - c->since > patience[c->phase])
			caller_hang_up(callers, c);
}

unsigned callers_count(const struct callers *callers)
{
	return callers->count;
}

uint64_t callers_hung_up(const struct callers *callers)
{
	return callers->hung_up;
}
