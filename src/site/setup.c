/* setup.c - settings of the watch and of its looks out of the configuration. */
#include "site/setup.h"

#define REDIRECTS 5

void site_setup(struct site_setup *setup, const struct site_policy *policy, const char *writer)
{
	size_t count = 0;

	while (count < SITE_POLICY_HOSTS && *policy->own_hosts[count]) {
		setup->own[count] = policy->own_hosts[count];
		count++;
	}
	setup->own[count] = NULL;
	setup->settings = (struct site_watch_settings){
		.probe = {
			.per_second = policy->per_second,
			.at_once = policy->at_once,
			.connect_ms = policy->timeout * 1000,
			.total_ms = policy->timeout * 1000,
			.body_max = (uint32_t)policy->body,
			.redirects = REDIRECTS,
			.agent = policy->agent,
			.ca_file = policy->ca_file,
			.resolver = policy->resolver,
		},
		.slow_factor = policy->slow,
		.again = policy->again,
		.learn = policy->learn,
		.own = setup->own,
		.writer = writer,
	};
}
