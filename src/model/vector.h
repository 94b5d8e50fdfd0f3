/*
 * vector.h - what a flood is made of: one name for each kind of packet that is counted apart.
 *
 * The names are the field's: what operators, CERTs and scrubbing services call these attacks.
 * A reflection vector is an answer nobody asked for, sent from the port of a service that answers
 * with more than it was asked (Rossow, "Amplification Hell", NDSS 2014; US-CERT TA14-017A).
 */
#ifndef MODEL_VECTOR_H
#define MODEL_VECTOR_H

#include <stdbool.h>
#include <stdint.h>

/*      id, name in JSON, title for people, UDP source port of the reflecting service or 0 */
#define VECTOR_LIST(X)                                                                           \
	X(SYN, "syn", "SYN flood", 0)                                                            \
	X(SYNACK, "synack_reflection", "TCP SYN-ACK reflection", 0)                              \
	X(RST, "rst", "RST flood", 0)                                                            \
	X(ACK, "ack", "ACK/PSH flood", 0)                                                        \
	X(FIN, "fin", "FIN flood", 0)                                                            \
	X(XMAS, "xmas", "XMAS flood", 0)                                                         \
	X(NULLFLAGS, "null", "TCP null-flag flood", 0)                                           \
	X(UDP, "udp", "UDP flood", 0)                                                            \
	X(ICMP, "icmp", "ICMP flood", 0)                                                         \
	X(FRAGMENT, "fragment", "IP fragment flood", 0)                                          \
	X(GRE, "gre", "GRE flood", 0)                                                            \
	X(PROTO, "ip_protocol", "flood of an unusual IP protocol", 0)                            \
	X(HTTP, "http", "HTTP request flood", 0)                                                 \
	X(DNS, "dns_reflection", "DNS reflection", 53)                                           \
	X(NTP, "ntp_reflection", "NTP reflection", 123)                                          \
	X(CLDAP, "cldap_reflection", "CLDAP reflection", 389)                                    \
	X(MEMCACHED, "memcached_reflection", "memcached reflection", 11211)                      \
	X(SSDP, "ssdp_reflection", "SSDP reflection", 1900)                                      \
	X(SNMP, "snmp_reflection", "SNMP reflection", 161)                                       \
	X(CHARGEN, "chargen_reflection", "chargen reflection", 19)                               \
	X(MDNS, "mdns_reflection", "mDNS reflection", 5353)                                      \
	X(WSD, "ws_discovery_reflection", "WS-Discovery reflection", 3702)                       \
	X(ARMS, "arms_reflection", "Apple Remote Management reflection", 3283)                   \
	X(COAP, "coap_reflection", "CoAP reflection", 5683)                                      \
	X(QOTD, "qotd_reflection", "QOTD reflection", 17)                                        \
	X(RIP, "rip_reflection", "RIP reflection", 520)                                          \
	X(TFTP, "tftp_reflection", "TFTP reflection", 69)                                        \
	X(STUN, "stun_reflection", "STUN reflection", 3478)                                      \
	X(QUIC, "quic_reflection", "QUIC reflection", 443)                                       \
	X(ISAKMP, "isakmp_reflection", "ISAKMP/IKE reflection", 500)

enum vector {
#define X(id, name, title, port) VECTOR_##id,
	VECTOR_LIST(X)
#undef X
		VECTOR_COUNT,
	VECTOR_NONE = 255, /* not a flood, or nothing that counts towards one */
};

const char *vector_name(enum vector vector);  /* "" for VECTOR_NONE */
const char *vector_title(enum vector vector); /* "" for VECTOR_NONE */
bool vector_is_reflection(enum vector vector);

/* The reflection vector of a UDP source port, or VECTOR_UDP. */
enum vector vector_of_port(uint16_t source_port);

#endif
