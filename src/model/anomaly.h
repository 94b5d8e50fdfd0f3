/*
 * anomaly.h - every way in which input was malformed or a bound was reached, as a named counter.
 *
 * Bad input is never a log line per packet: it is counted here, shown in the report and in the
 * `stats` event. The list is the single source of names and texts.
 */
#ifndef MODEL_ANOMALY_H
#define MODEL_ANOMALY_H

#include <stdbool.h>
#include <stdint.h>

#define ANOMALY_LIST(X)                                                                          \
	X(LINK_SHORT, "link.short", "frame shorter than its link-layer header")                  \
	X(LINK_UNKNOWN, "link.unknown", "frame of a link type that is not decoded")              \
	X(SNAP_SHORT, "snap.short", "transport header beyond what was captured (snap length)")   \
	X(VLAN_SHORT, "vlan.short", "VLAN tag cut short")                                        \
	X(MPLS_SHORT, "mpls.short", "MPLS label stack cut short or without bottom")              \
	X(PPPOE_BAD, "pppoe.bad", "PPPoE header malformed (RFC 2516)")                           \
	X(ENCAP_DEPTH, "encap.depth", "more nested headers than Hinomi follows")                 \
	X(ARP_BAD, "arp.bad", "ARP packet malformed (RFC 826)")                                  \
	X(IP4_SHORT, "ip4.short", "IPv4 header cut short")                                       \
	X(IP4_VERSION, "ip4.version", "IPv4 packet with another version number")                 \
	X(IP4_HLEN, "ip4.hlen", "IPv4 header length below 20 or beyond the packet")              \
	X(IP4_LENGTH, "ip4.length", "IPv4 total length below its header or beyond the frame")    \
	X(IP4_FRAGMENT, "ip4.fragment", "IPv4 fragment that reaches beyond 65535 bytes")         \
	X(IP6_SHORT, "ip6.short", "IPv6 header cut short")                                       \
	X(IP6_VERSION, "ip6.version", "IPv6 packet with another version number")                 \
	X(IP6_LENGTH, "ip6.length", "IPv6 payload length beyond the frame")                      \
	X(IP6_EXTENSION, "ip6.extension", "IPv6 extension header cut short (RFC 8200)")          \
	X(IP6_EXTENSIONS, "ip6.extensions", "more IPv6 extension headers than Hinomi follows")   \
	X(TCP_SHORT, "tcp.short", "TCP header cut short")                                        \
	X(TCP_OFFSET, "tcp.offset", "TCP data offset below 20 or beyond the segment")            \
	X(TCP_FLAGS, "tcp.flags", "TCP flags that no stack sends (SYN with FIN or RST)")         \
	X(TCP_PORT, "tcp.port", "TCP port 0")                                                    \
	X(UDP_SHORT, "udp.short", "UDP header cut short")                                        \
	X(UDP_LENGTH, "udp.length", "UDP length below 8 or beyond the packet")                   \
	X(ICMP_SHORT, "icmp.short", "ICMP header cut short")                                     \
	X(GRE_BAD, "gre.bad", "GRE header malformed (RFC 2784, RFC 2890)")                       \
	X(VXLAN_BAD, "vxlan.bad", "VXLAN header malformed (RFC 7348)")                           \
	X(DNS_SHORT, "dns.short", "DNS message ends within what its header announces")           \
	X(DNS_LABEL, "dns.label", "DNS name with a reserved kind of label (RFC 1035, 4.1.4)")    \
	X(DNS_POINTER, "dns.pointer", "DNS name whose compression does not point backwards")     \
	X(DNS_NAME, "dns.name", "DNS name of more than 255 bytes or 128 pointers")               \
	X(DNS_RDATA, "dns.rdata", "DNS record whose contents do not fit its type or length")     \
	X(DNS_ROOM, "dns.room", "DNS message with more text than Hinomi keeps")                  \
	X(TLS_RECORD, "tls.record", "TLS record of unknown type, version or length (RFC 8446)")  \
	X(TLS_HELLO, "tls.hello", "TLS hello malformed")                                         \
	X(TLS_LONG, "tls.long", "TLS hello or certificate longer than Hinomi reads")             \
	X(TLS_LISTS, "tls.lists", "TLS hello with more entries than Hinomi fingerprints")        \
	X(TLS_GAP, "tls.gap", "TLS handshake not read to its end: segments are missing")         \
	X(X509_BAD, "x509.bad", "certificate malformed (RFC 5280)")                              \
	X(QUIC_PACKET, "quic.packet", "QUIC long header malformed (RFC 9000, 17.2)")             \
	X(QUIC_SEAL, "quic.seal", "QUIC Initial packet that cannot be deciphered (RFC 9001, 5)") \
	X(QUIC_FRAME, "quic.frame", "QUIC Initial packet with a frame that may not be in it")    \
	X(QUIC_LONG, "quic.long", "QUIC client hello in more bytes or packets than are read")    \
	X(MIME_DEEP, "mime.deep", "mail with more parts inside each other than Hinomi follows")  \
	X(MIME_BAD, "mime.bad", "mail with a multipart that has no boundary (RFC 2046, 5.1.1)")  \
	X(MAIL_CUT, "mail.cut", "mail message longer than is handed on")                         \
	X(CODING_BAD, "coding.bad", "body whose gzip or deflate coding is malformed")            \
	X(CODING_BOMB, "coding.bomb", "body that unpacks to far more than it is")                \
	X(FTP_FULL, "ftp.full", "FTP conversation or transfer forgotten early: no room")         \
	X(STREAM_GAP, "stream.gap", "bytes of a TCP conversation are missing in the capture")    \
	X(TALK_FULL, "talk.full", "conversation or file not followed: no room")                  \
	X(EVENT_LOST, "event.lost", "event not told: too many at a time")                        \
	X(LAND, "ip.land", "source and destination are the same (LAND)")                         \
	X(TIME_BACK, "time.back", "capture time stepped back by more than a minute")             \
	X(TIME_AHEAD, "time.ahead", "capture time jumped ahead by more than an hour")            \
	X(FLOW_EVICTED, "flow.evicted", "flow dropped early because the flow table was full")    \
	X(HALFOPEN_EVICTED, "halfopen.evicted", "unanswered SYN forgotten early")                \
	X(METER_FOLDED, "meter.folded", "target counted by its prefix only: too many targets")   \
	X(PROBER_EVICTED, "prober.evicted", "source with few attempts forgotten early")

enum anomaly {
#define X(id, name, text) ANOMALY_##id,
	ANOMALY_LIST(X)
#undef X
		ANOMALY_COUNT
};

struct anomalies {
	uint64_t count[ANOMALY_COUNT];
};

/* "ip4.short" and its plain sentence. */
const char *anomaly_name(enum anomaly anomaly);
const char *anomaly_text(enum anomaly anomaly);

/* True for counters that tell of Hinomi's own bounds, not of malformed input. */
bool anomaly_is_bound(enum anomaly anomaly);

#endif
