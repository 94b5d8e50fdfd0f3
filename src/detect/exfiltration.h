/*
 * exfiltration.h - what one host of ours sends to the outside, and how that is judged and told.
 * exfiltration.c gathers, exfiltration_alert.c judges and tells.
 */
#ifndef DETECT_EXFILTRATION_H
#define DETECT_EXFILTRATION_H

#include "detect/detect.h"

/* Bytes in a stretch of time, and the most of earlier stretches, slowly forgotten. */
struct volume {
	int64_t number; /* of the stretch */
	uint64_t out, in;
	uint64_t odd; /* of out: through a channel that is not for it */
	double usual;
};

struct upload_key {
	struct ip host, outside; /* outside: zero for all of them */
};

enum upload_channel {
	CHANNEL_DNS = 1,    /* port 53 */
	CHANNEL_FTP = 2,    /* in the clear */
	CHANNEL_TELNET = 4, /* the same */
	CHANNEL_ODD = 8,    /* a port or protocol that is not for transfers */
};

struct upload {
	struct upload_key key;
	struct volume five, hour; /* minutes */
	usec_t first, last;
	uint64_t packets, bytes, told_packets, told_bytes;
	bool touched;
	uint8_t channels; /* enum upload_channel */
	uint16_t port;    /* the least of the ports outside */
};

enum upload_case {
	UPLOAD_NONE,
	UPLOAD_CHANNEL, /* much through an odd channel */
	UPLOAD_NEW,     /* far more than ever before, to an address not used so before */
	UPLOAD_STRONG,  /* very much to one address, with nothing known about before */
	UPLOAD_HOST,    /* far more than the host ever sent, in all */
};

/* What it is at a level. `host` is the sum of the same host; the upload itself when it is the sum. */
enum upload_case upload_judge(const struct upload *u, const struct upload *host, enum level level);

void upload_alert(struct alert *alert, const struct upload *u, const struct upload *host,
		  enum upload_case found);

#endif
