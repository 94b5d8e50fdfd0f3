/*
 * mqtt.h - the beginning of an MQTT session (3.1, 3.1.1 and 5.0, OASIS): who connects as whom, and
 * whether the broker let him in.
 */
#ifndef WIRE_MQTT_H
#define WIRE_MQTT_H

#include "model/event.h"
#include "wire/stream.h"

#define MQTT_TEXT 96 /* bytes kept of each text */

struct mqtt_session {             /* lives for the call */
	uint8_t level;            /* 3: MQTT 3.1, 4: 3.1.1, 5: 5.0 */
	uint8_t code;             /* of the CONNACK; 0 when it was accepted, or did not come */
	bool clean;               /* wants a clean session */
	struct span client;       /* identifier */
	struct span will_topic;   /* empty: none */
	struct event_login login; /* an empty user without a password is anonymous */
};

struct mqtt_sink {
	void *whom;
	void (*connected)(void *whom, const struct mqtt_session *session);
};

struct mqtt { /* one conversation; zeroed at first */
	struct stream stream;
	bool pending; /* a CONNECT waits for its answer */
	bool clean, has_password;
	uint8_t level;
	uint8_t client_len, will_len, user_len;
	uint8_t client[MQTT_TEXT], will[MQTT_TEXT], user[MQTT_TEXT];
};

/* The stream contract: returns the bytes consumed; what is left is wanted again with more. */
size_t mqtt_feed(struct mqtt *m, unsigned side, struct span bytes, const struct mqtt_sink *sink);
void mqtt_gap(struct mqtt *m, unsigned side, uint64_t missing);
void mqtt_end(struct mqtt *m, const struct mqtt_sink *sink);

/* Whether a client's first payload is the beginning of a CONNECT packet. */
bool mqtt_looks(struct span payload);

#endif
