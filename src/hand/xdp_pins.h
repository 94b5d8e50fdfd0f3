/*
 * xdp_pins.h - the program and its maps in the kernel, pinned so that they outlive the process.
 *
 * All lies in one folder of the kernel's file system for BPF, XDP_PINS/xdp-VERSION, whose name tells the
 * program that made it. What another version left goes on until ours is in its place (xdp_before.h). A folder is made
 * under another name and renamed when it is whole.
 */
#ifndef HAND_XDP_PINS_H
#define HAND_XDP_PINS_H

#include "hand/hand.h"

#include <shield.h>

#define XDP_BPFFS "/sys/fs/bpf"
#define XDP_PINS  XDP_BPFFS "/hinomi"
#define XDP_PINS_VERSION "xdp-" /* and what tells the version */
#define XDP_PATH  96 /* room for the path of any pin */

enum xdp_pin {
	PIN_PROGRAM,
	PIN_BLOCKED4,
	PIN_BLOCKED6,
	PIN_ALLOWED,
	PIN_KNOWN,
	PIN_COUNTS,
	PIN_KNOWN_COUNTS,
	PIN_PACES,
	PIN_TABLE,
	PIN_FACTS,
	PIN_ORDERS, /* ours alone: id to struct xdp_kept */
	XDP_PIN_COUNT,
};

/* What is in force, as it is kept in the kernel, and read by the versions after this one: when it is laid out otherwise,
 * its map gets another name. */
struct xdp_kept {
	struct hand_order order;
	uint32_t slot; /* of its counter: a rule's number, or SHIELD_RULES and more */
	uint32_t zero;
};

struct xdp_pins {
	int fd[XDP_PIN_COUNT];
	unsigned cpus; /* that there are counters of */
	/* Mapped; `facts` is NULL when nothing is open. */
	struct shield_facts *facts;
	struct shield_bucket4 *blocked4;   /* SHIELD_BUCKETS4 */
	struct shield_bucket6 *blocked6;   /* SHIELD_BUCKETS6 */
	struct shield_count *counts;       /* SHIELD_SLOTS of each processor */
	uint64_t *known_counts;            /* SHIELD_SLOTS of each processor */
};

/* With nothing open. */
void xdp_pins_init(struct xdp_pins *pins);

/* Whether the program of this version is pinned, with all that it needs. */
bool xdp_pins_exist(void);

/* Finds what is pinned, or makes it. On error nothing is left, and `trouble` says why and the mend. */
MUST_USE enum err xdp_pins_open(struct xdp_pins *pins, char trouble[HAND_TROUBLE]);
void xdp_pins_close(struct xdp_pins *pins);

/* The path of something in the folder. */
void xdp_pins_path(char path[XDP_PATH], const char *name);

/* Detaches and removes what is in one folder. */
void xdp_pins_drop(const char *folder);

/* Detaches and removes all, of any version. */
MUST_USE enum err xdp_pins_remove(char trouble[HAND_TROUBLE]);

#endif
