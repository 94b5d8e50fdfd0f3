/* setup.c - settings of the watch and of its looks out of the configuration. */
#include "site/setup.h"

#define REDIRECTS 5

void site_setup(struct site_setup *setup, const struct config_site *config, const char *writer)
{
	size_t count = 0;

	while (count < CONFIG_OWN_HOSTS && *config->own_hosts[count]) {
		setup->own[count] = config->own_hosts[count];
		count++;
	}
	setup->own[count] = NULL;
	setup->settings = (struct site_watch_settings){
		.probe = {
			.per_second = config->per_second,
			.at_once = config->at_once,
			.connect_ms = config->timeout * 1000,
			.total_ms = config->timeout * 1000,
			.body_max = (uint32_t)config->body,
			.redirects = REDIRECTS,
			.agent = config->agent,
			.ca_file = config->ca_file,
			.resolver = config->resolver,
		},
		.slow_factor = config->slow,
		.again = config->again,
		.learn = config->learn,
		.own = setup->own,
		.writer = writer,
	};
}
