/*
 * fuzz_app.c - hostile payloads before everything that looks into them. The payload is copied to
 * memory that ends where it ends.
 */
#include "wire/app.h"
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The empty line, looked for the slow way; at the beginning it ends what came before. */
static bool slow_header_ends(struct span s)
{
	if (s.len >= 2 && s.ptr[0] == '\r' && s.ptr[1] == '\n')
		return true;
	for (size_t i = 0; i + 1 < s.len; i++) {
		if (s.ptr[i] != '\n')
			continue;
		if (s.ptr[i + 1] == '\n' ||
		    (i + 2 < s.len && s.ptr[i + 1] == '\r' && s.ptr[i + 2] == '\n'))
			return true;
	}
	return false;
}

static void check_http(struct span s)
{
	struct http_head head, untouched;
	bool request;

	memset(&head, 0x5a, sizeof(head));
	untouched = head;
	request = http_head_read(s, &head);
	if (request)
		check(http_begins(s));
	else
		check(memcmp(&head, &untouched, sizeof(head)) == 0);
	if (request && !memchr(s.ptr, '?', s.len))
		check(head.names == 0);
	check(http_header_ends(s) == slow_header_ends(s));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const uint16_t ports[] = {53,  5353, 123, 1900, 443, 3478, 5683, 520, 161,
					 389, 3702, 69,  19,   17,  21,   25,   80};
	struct span s;
	uint8_t *copy;

	if (len < 1)
		return 0;
	copy = malloc(len);
	check(copy != NULL);
	memcpy(copy, bytes, len);
	s = (struct span){copy, len};
	check_http(s);
	for (unsigned app = 0; app < APP_COUNT; app++) {
		bool refused = login_refused((enum app)app, s);

		check(!refused || app == APP_FTP || app == APP_SMTP || app == APP_TELNET);
	}
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		check(reflection_plausible(ports[i], s) || s.len >= 4);
	free(copy);
	return 0;
}
