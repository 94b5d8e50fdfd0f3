/*
 * ntp.h - one NTP message (RFC 5905): its mode, and for the control and private modes, which
 * attackers ask for large answers, what was asked for.
 */
#ifndef WIRE_NTP_H
#define WIRE_NTP_H

#include "base/span.h"

#include <stdbool.h>

enum ntp_mode {
	NTP_SYMMETRIC_ACTIVE = 1,
	NTP_SYMMETRIC_PASSIVE,
	NTP_CLIENT,
	NTP_SERVER,
	NTP_BROADCAST,
	NTP_CONTROL, /* RFC 9327 */
	NTP_PRIVATE, /* of ntpd: ntp_request.h */
};

struct ntp_message {
	uint8_t version; /* 1 to 4 */
	uint8_t mode;    /* enum ntp_mode */
	uint8_t stratum; /* modes 1 to 5 */
	bool response;   /* modes 6 and 7: the response bit; else mode 2, 4 or 5 */
	uint8_t request; /* mode 6: operation; mode 7: request code */
	uint8_t error;   /* modes 6 and 7 */
	uint16_t items;  /* mode 7: in this answer */
};

/* False when the datagram is no NTP message. Strict enough for a datagram on any port. */
bool ntp_read(struct span message, struct ntp_message *out);

/* What a message of mode 6 or 7 asks for: "monlist", "readvar", ...; "" for others. */
const char *ntp_request_name(const struct ntp_message *message);

#endif
