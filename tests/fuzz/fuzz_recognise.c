/*
 * fuzz_recognise.c - hostile first payloads before the recogniser, in memory that ends where they
 * end. Input: protocol and side, the two ports, the payload.
 */
#include "check.h"
#include "wire/recognise.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct rtp_trace trace = { 0 };
	struct recognise_ask ask = { .rtp = &trace };
	uint8_t *copy;
	enum app app;

	if (len < 6)
		return 0;
	copy = malloc(len - 5);
	check(copy != NULL);
	memcpy(copy, bytes + 5, len - 5);
	ask.payload = (struct span){ copy, len - 5 };
	ask.proto = bytes[0] & 2 ? PROTO_TCP : PROTO_UDP;
	ask.side = bytes[0] & 1;
	memcpy(ask.port, bytes + 1, sizeof(ask.port));
	app = recognise_app(&ask);
	check(app < APP_COUNT && (app == APP_NONE || app_name(app)[0]));
	check(app == recognise_app(&ask) || app == APP_NONE || app == APP_RTP);
	if (len - 5 < 3)
		check(app == APP_NONE);
	free(copy);
	return 0;
}
