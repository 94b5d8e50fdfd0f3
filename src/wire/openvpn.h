/* openvpn.h - recognises the beginning of an OpenVPN session (OpenVPN's network protocol document,
 * "Packet format"; openvpn.net and src/openvpn/ssl_pkt.h). */
#ifndef WIRE_OPENVPN_H
#define WIRE_OPENVPN_H

#include "base/span.h"

#include <stdbool.h>

/* Whether the payload is a hard reset, which begins a session, of the client (side 0) or the server
 * (side 1): plain, with tls-auth or with tls-crypt. `stream`: over TCP, where a length comes first.
 */
bool openvpn_looks(struct span payload, unsigned side, bool stream);

#endif
