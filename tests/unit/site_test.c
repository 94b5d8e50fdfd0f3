/* site_test.c - looks made by hand. */
#include "site_test.h"

#include "base/text.h"

#include <stdio.h>

struct probe_result look_good(usec_t at, int64_t ms)
{
	struct probe_result r = {
		.at = at,
		.failed = PROBE_DONE,
		.dns_us = 1000,
		.tcp_us = 1000,
		.tls_us = 1000,
		.first_us = ms * 1000 - 3000,
		.total_us = ms * 1000,
		.status = 200,
		.final_url = "https://www.example.org/",
		.type = "text/html; charset=utf-8",
		.bytes = 1000,
	};

	return r;
}

struct probe_result look_failed(usec_t at, enum probe_phase phase, const char *why)
{
	struct probe_result r = { .at = at, .failed = phase, .dns_us = -1, .tcp_us = -1, .tls_us = -1, .first_us = -1,
				  .total_us = 1000 };

	snprintf(r.why, sizeof(r.why), "%s", why);
	return r;
}

void look_page(struct probe_result *r, const char *html)
{
	r->body = text_span(html);
	r->bytes = r->body.len;
}
