/* fuzz_probe_url.c - hostile redirects: what is followed is http or https, fits its room, and is read the same again. */
#include "probe/url.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check(bool good)
{
	if (!good)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct probe_url from, next, again;
	static char text[2048];

	if (len >= sizeof(text))
		return 0;
	memcpy(text, bytes, len);
	text[len] = '\0';
	if (!from.port)
		check(url_parse(&from, "https://town.example.jp:8443/a/b?c") == OK);
	if (url_follow(&next, &from, text) != OK)
		return 0;
	check(strncmp(next.text, next.tls ? "https://" : "http://", next.tls ? 8 : 7) == 0);
	check(next.port > 0 && next.host[0] && !strpbrk(next.host, "@/\r\n ") && !strpbrk(next.text, "\r\n"));
	check(url_parse(&again, next.text) == OK);
	check(strcmp(again.text, next.text) == 0 && strcmp(again.host, next.host) == 0 && again.port == next.port);
	return 0;
}
