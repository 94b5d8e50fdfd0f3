/* scan_verdict.c - whether what a source tried is a scan, and of which kind. */
#include "detect/scan_verdict.h"

#define IN_FLIGHT      4   /* windows: a second is allowed for answers where the input ends, not SCAN_PENDING */
#define PROBE_BYTES    300 /* mean size of a UDP probe, at most */
#define FLOOD_ATTEMPTS 3000 /* more than a scan of one host needs, at ... */
#define FLOOD_PEAK     2400 /* attempts in three seconds */

/* Least distinct failures. */
#define HOSTS_SENSITIVE 8  /* same port, one that worms and bots look for */
#define HOSTS_ORDINARY  15 /* same port, any other */
#define HOSTS_WEB       30 /* ports that every client asks many servers for, */
#define HOSTS_WEB_OWN   100 /* ... and asks in vain when the line is down */
#define HOSTS_MIXED     40 /* any ports */
#define HOSTS_UDP       20
#define HOSTS_ICMP      12
#define FAILED_ICMP     5
#define HOSTS_ARP       40
#define PORTS_TCP       20 /* on the same host */
#define PORTS_UDP       60 /* traceroute alone asks for 30 and more */

bool scan_port_is_sensitive(uint32_t port)
{
	/* remote access, file sharing, databases, and what IoT malware tries */
	static const uint16_t ports[] = { 21,   22,   23,   25,   81,    110,   135,   139,   143,
					  445,  502,  554,  1433, 1521,  2222,  2323,  2375,  3306,
					  3389, 4899, 5060, 5432, 5555,  5900,  5985,  6379,  7547,
					  8291, 9200, 9527, 11211, 27017, 37215, 37777, 52869, 60023 };

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		if (ports[i] == port)
			return true;
	return false;
}

bool scan_one_port(const struct scan_source *s)
{
	return agree_share(&s->port.agree, s->attempts) >= 0.5;
}

static bool port_web(uint32_t port)
{
	return port == 80 || port == 443 || port == 8080 || port == 8443 || port == 53;
}

double scan_least(enum level level)
{
	return level_threshold(level, HOSTS_SENSITIVE);
}

/* As fast as no scanner is, and at the same ports again and again: flood.c tells of it. */
static bool scan_is_flood(const struct scan_source *s, uint64_t pairs)
{
	return s->attempts >= FLOOD_ATTEMPTS && s->peak >= FLOOD_PEAK && pairs * 2 < s->attempts;
}

/* Whether there are so many at the verdict's level. */
static bool reaches(const struct scan_verdict *v, double count, double least)
{
	return level_reaches(v->level, count, least);
}

static bool verdict_tcp(const struct scan_source *s, bool ours, struct scan_verdict *v)
{
	double hosts = (double)v->hosts * v->failed, pairs = (double)v->pairs * v->failed;
	bool one_port = scan_one_port(s) && v->failed >= 0.5;
	uint32_t port = s->port.value;

	v->vertical = v->pairs >= 5 * v->hosts && reaches(v, pairs, PORTS_TCP) && v->failed >= 0.5;
	v->various = !v->vertical && !one_port;
	/* a stranger who tries many of ours is no peer of theirs */
	v->doubtful = v->various && (s->to_home * 2 < s->attempts || v->failed < 0.9);
	if (v->vertical)
		return !scan_is_flood(s, v->pairs);
	if (v->various)
		return reaches(v, hosts, HOSTS_MIXED) && v->failed >= 0.7;
	return reaches(v, hosts,
		       port_web(port)                 ? ours ? HOSTS_WEB_OWN : HOSTS_WEB
		       : scan_port_is_sensitive(port) ? HOSTS_SENSITIVE
						      : HOSTS_ORDINARY);
}

static bool verdict_udp(const struct scan_source *s, struct scan_verdict *v)
{
	double hosts = (double)v->hosts * v->failed, pairs = (double)v->pairs * v->failed;

	if (v->failed < 0.8 || s->bytes > PROBE_BYTES * s->packets)
		return false;
	v->vertical = v->pairs >= 8 * v->hosts && reaches(v, pairs, PORTS_UDP);
	return (v->vertical && !scan_is_flood(s, v->pairs)) ||
	       (scan_one_port(s) && reaches(v, hosts, port_web(s->port.value) ? 2 * HOSTS_WEB : HOSTS_UDP));
}

static bool verdict_icmp(const struct scan_verdict *v)
{
	return reaches(v, (double)v->hosts, HOSTS_ICMP) && v->failed >= 0.35 &&
	       reaches(v, (double)v->hosts * v->failed, FAILED_ICMP);
}

/* Requests are repeated: it is the hosts that answer or do not. */
static bool verdict_arp(const struct scan_source *s, struct scan_verdict *v)
{
	v->failed = v->hosts > s->answered ? (double)(v->hosts - s->answered) / (double)v->hosts : 0;
	return reaches(v, (double)v->hosts, HOSTS_ARP) && v->failed >= 0.5;
}

static bool verdict_holds(const struct scan_source *s, bool ours, struct scan_verdict *v)
{
	switch (s->key.kind) {
	case PROBE_TCP:
		return verdict_tcp(s, ours, v);
	case PROBE_UDP:
		return verdict_udp(s, v);
	case PROBE_ICMP:
		return verdict_icmp(v);
	default:
		return verdict_arp(s, v);
	}
}

/* Attempts that may still be answered. Of a short input's last packets, none. */
static uint64_t scan_pending(const struct scan_source *s, const struct window *window)
{
	if (window->last)
		return s->last - s->first < 2 * USEC_PER_SEC
			       ? 0
			       : source_fresh(s, window->end / WINDOW_USEC, IN_FLIGHT);
	return source_fresh(s, window->end / WINDOW_USEC, SCAN_PENDING);
}

bool scan_judge(const struct scan_source *s, bool ours, const struct window *window, enum level keep,
		struct scan_verdict *v)
{
	uint64_t fresh = scan_pending(s, window);
	uint64_t ripe = s->attempts > fresh ? s->attempts - fresh : 0;

	/* of one direction, only TCP tells whether it was answered: the client goes on */
	*v = (struct scan_verdict){ .doubtful = window->one_way && s->key.kind != PROBE_TCP };
	if ((double)ripe < scan_least(keep) || ripe <= s->answered)
		return false;
	v->failed = (double)(ripe - s->answered) / (double)ripe;
	v->hosts = source_hosts(s);
	v->pairs = source_pairs(s);
	if (v->hosts > ripe)
		v->hosts = ripe;
	if (v->pairs > ripe)
		v->pairs = ripe;
	while (v->level <= keep && !verdict_holds(s, ours, v))
		v->level++;
	return v->level <= keep;
}
