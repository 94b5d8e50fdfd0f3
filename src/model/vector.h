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

/* id, name in JSON, title for people in English and Japanese, UDP source port of the reflecting service
 * or 0 */
#define VECTOR_LIST(X) \
	X(SYN, "syn", "SYN flood", "SYN フラッド", 0) \
	X(SYNACK, "synack_reflection", "TCP SYN-ACK reflection", "TCP SYN-ACK リフレクション", 0) \
	X(RST, "rst", "RST flood", "RST フラッド", 0) \
	X(ACK, "ack", "ACK/PSH flood", "ACK/PSH フラッド", 0) \
	X(FIN, "fin", "FIN flood", "FIN フラッド", 0) \
	X(XMAS, "xmas", "XMAS flood", "XMAS フラッド", 0) \
	X(NULLFLAGS, "null", "TCP null-flag flood", "TCP ヌルフラグフラッド", 0) \
	X(UDP, "udp", "UDP flood", "UDP フラッド", 0) \
	X(ICMP, "icmp", "ICMP flood", "ICMP フラッド", 0) \
	X(FRAGMENT, "fragment", "IP fragment flood", "IP フラグメントフラッド", 0) \
	X(GRE, "gre", "GRE flood", "GRE フラッド", 0) \
	X(PROTO, "ip_protocol", "flood of an unusual IP protocol", "珍しい IP プロトコルのフラッド", 0) \
	X(HTTP, "http", "HTTP request flood", "HTTP リクエストフラッド", 0) \
	X(DNS, "dns_reflection", "DNS reflection", "DNS リフレクション", 53) \
	X(NTP, "ntp_reflection", "NTP reflection", "NTP リフレクション", 123) \
	X(CLDAP, "cldap_reflection", "CLDAP reflection", "CLDAP リフレクション", 389) \
	X(MEMCACHED, "memcached_reflection", "memcached reflection", "memcached リフレクション", 11211) \
	X(SSDP, "ssdp_reflection", "SSDP reflection", "SSDP リフレクション", 1900) \
	X(SNMP, "snmp_reflection", "SNMP reflection", "SNMP リフレクション", 161) \
	X(CHARGEN, "chargen_reflection", "chargen reflection", "chargen リフレクション", 19) \
	X(MDNS, "mdns_reflection", "mDNS reflection", "mDNS リフレクション", 5353) \
	X(WSD, "ws_discovery_reflection", "WS-Discovery reflection", "WS-Discovery リフレクション", 3702) \
	X(ARMS, "arms_reflection", "Apple Remote Management reflection", "Apple リモートマネジメントのリフレクション", 3283) \
	X(COAP, "coap_reflection", "CoAP reflection", "CoAP リフレクション", 5683) \
	X(QOTD, "qotd_reflection", "QOTD reflection", "QOTD リフレクション", 17) \
	X(RIP, "rip_reflection", "RIP reflection", "RIP リフレクション", 520) \
	X(TFTP, "tftp_reflection", "TFTP reflection", "TFTP リフレクション", 69) \
	X(STUN, "stun_reflection", "STUN reflection", "STUN リフレクション", 3478) \
	X(QUIC, "quic_reflection", "QUIC reflection", "QUIC リフレクション", 443) \
	X(ISAKMP, "isakmp_reflection", "ISAKMP/IKE reflection", "ISAKMP/IKE リフレクション", 500)

enum vector {
#define X(id, name, title, japanese, port) VECTOR_##id,
	VECTOR_LIST(X)
#undef X
		VECTOR_COUNT,
	VECTOR_NONE = 255, /* not a flood, or nothing that counts towards one */
};

const char *vector_name(enum vector vector);  /* "" for VECTOR_NONE */
const char *vector_title(enum vector vector); /* "" for VECTOR_NONE */
const char *vector_japanese(enum vector vector); /* the same */
bool vector_is_reflection(enum vector vector);

/* The reflection vector of a UDP source port, or VECTOR_UDP. */
enum vector vector_of_port(uint16_t source_port);

#endif
