/* live_private.h - what the kinds of rings share: a table of what a reader does, and words for an opener. */
#ifndef LIVE_LIVE_PRIVATE_H
#define LIVE_LIVE_PRIVATE_H

#include "live/live.h"

/* A reader of one kind. Each begins its own struct with this one. */
struct live {
	const struct live_reader *reader;
	int fd;
	int wake; /* what is waited for */
	enum live_link link;
	struct live_counts counts;
};

struct live_reader {
	struct live *(*attach)(const struct live_ring *ring); /* sets `wake`; leaves the
							       descriptors open when it fails */
	void (*detach)(struct live *live);
	size_t (*read)(struct live *live, struct frame *frames, size_t max);
	void (*count)(struct live *live); /* adds what the kernel has counted since it was asked last */
};

extern const struct live_reader packet_reader, xdp_reader;

struct opening {
	const struct live_settings *settings;
	int index;           /* of the interface */
	unsigned short type; /* ARPHRD_ */
	char *trouble;
};

/* Says what is wrong with the interface, and returns `err`. */
__attribute__((format(printf, 3, 4))) enum err opening_fail(const struct opening *o, enum err err,
							    const char *format, ...);

/* The same of a call that was refused; errno tells why. `needs`: the capability that it wants. */
enum err opening_refused(const struct opening *o, const char *what, const char *needs);

/* Asks for promiscuous mode, until the packet socket is closed. */
enum err opening_promiscuous(const struct opening *o, int packet_socket);

/* Fill in the port, which has no rings yet, ring by ring; on error the caller closes it. */
enum err packet_open(const struct opening *o, struct live_port *port);
enum err xdp_open(const struct opening *o, struct live_port *port);

/* Whether the host does not use the interface itself, so that XDP may take its frames away. */
enum err xdp_spare(const struct opening *o);

#endif
