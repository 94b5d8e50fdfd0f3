/*
 * pcap.h - classic pcap files (draft-ietf-opsawg-pcap), in both byte orders, with microseconds or
 * nanoseconds, and the variant with longer record headers that Alexey Kuznetzov's patched libpcap
 * wrote (libpcap's sf-pcap.c calls it KUZNETZOV_TCPDUMP_MAGIC).
 */
#ifndef CAPTURE_PCAP_H
#define CAPTURE_PCAP_H

#include "capture/reader.h"

#define PCAP_FILE_HEADER 24

/* The longest packet: libpcap's MAXIMUM_SNAPLEN, or what the file itself announces up to 1 MiB. */
#define PCAP_CAPLEN_USUAL 262144u
#define PCAP_CAPLEN_MAX   (1u << 20)

struct pcap {
	bool swapped; /* big-endian */
	bool nano;
	bool patched;        /* Kuznetzov's record header */
	uint16_t link;       /* not checked for being supported */
	uint32_t caplen_max; /* a longer packet is corruption */
};

/* Whether a file that begins so is a pcap file. Fewer than 4 bytes: no. */
bool pcap_detect(struct span start);

/* Takes the file header. On error the reader is stopped and tells why. */
MUST_USE enum err pcap_begin(struct pcap *pcap, struct reader *reader);

/* The frames that are complete in the reader, at most max. */
size_t pcap_fill(const struct pcap *pcap, struct reader *reader, struct frame *frames, size_t max);

#endif
