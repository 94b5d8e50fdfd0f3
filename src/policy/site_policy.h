/*
 * site_policy.h - how sites are watched: what [site] of the configuration says. Which sites, the site watch keeps itself,
 * as there may be thousands (docs/site.md).
 */
#ifndef POLICY_SITE_POLICY_H
#define POLICY_SITE_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#define SITE_POLICY_HOSTS 32
#define SITE_POLICY_HOST  128

/* Pictures of pages: where a browser is installed, or not at all. */
enum site_picture_policy { SITE_PICTURE_AUTO, SITE_PICTURE_OFF };

/* Plain: no pointers, a copy is a copy. */
struct site_policy {
	bool watch; /* begin its process also while there is no site */
	uint32_t per_second, at_once; /* looks */
	uint32_t timeout, again, learn; /* seconds */
	double slow;   /* times the usual */
	uint64_t body; /* bytes of a page */
	enum site_picture_policy picture;
	char own_hosts[SITE_POLICY_HOSTS][SITE_POLICY_HOST]; /* "" ends them */
	char agent[128], resolver[64], ca_file[256];
};

#endif
