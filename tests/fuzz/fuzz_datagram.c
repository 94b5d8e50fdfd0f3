/*
 * fuzz_datagram.c - hostile datagrams before the parsers of single messages; the first byte says
 * which. Texts that are handed out must lie within the datagram or within the message.
 */
#include "check.h"
#include "wire/bittorrent.h"
#include "wire/dhcp.h"
#include "wire/ntlm.h"
#include "wire/ntp.h"
#include "wire/openvpn.h"
#include "wire/rtp.h"
#include "wire/sip.h"
#include "wire/snmp.h"
#include "wire/ssdp.h"
#include "wire/stun.h"
#include "wire/tftp.h"
#include "wire/tor.h"
#include "wire/wireguard.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void within(struct span text, struct span whole)
{
	check(!text.len || (text.ptr >= whole.ptr && text.len <= whole.len &&
			    (size_t)(text.ptr - whole.ptr) <= whole.len - text.len));
}

static void check_dhcp(struct span s)
{
	struct dhcp_message m;

	if (!dhcp_read(s, &m))
		return;
	check(m.event.version == 4 || m.event.version == 6);
	if (m.event.hostname.ptr != (const uint8_t *)m.name)
		within(m.event.hostname, s);
	check(m.event.hostname.len <= s.len);
	check(m.event.fingerprint.len < sizeof(m.prints));
	within(m.event.vendor, s);
}

static void check_ntp(struct span s)
{
	struct ntp_message m;

	if (ntp_read(s, &m))
		check(m.version >= 1 && m.version <= 4 && m.mode && ntp_request_name(&m));
}

static void check_ssdp(struct span s)
{
	struct ssdp_message m;

	if (!ssdp_read(s, &m))
		return;
	within(m.target, s);
	within(m.server, s);
	within(m.location, s);
}

static void check_snmp(struct span s)
{
	struct snmp_message m;

	if (!snmp_read(s, &m))
		return;
	check(m.version >= 1 && m.version <= 3 && memchr(m.oid, 0, sizeof(m.oid)));
	within(m.user, s);
	within(m.engine, s);
}

static void check_tftp(struct span s)
{
	struct tftp_packet p;

	check(!tftp_looks(s) || tftp_read(s, &p));
	if (!tftp_read(s, &p))
		return;
	within(p.file, s);
	within(p.mode, s);
	within(p.bytes, s);
}

static void check_sip(struct span s)
{
	struct sip_message m;
	struct event_login login;

	if (!sip_read(s, &m))
		return;
	within(m.from, s);
	within(m.to, s);
	within(m.user, s);
	within(m.agent, s);
	if (sip_login(&m, &m, &login))
		check(login.outcome != LOGIN_UNKNOWN);
}

static void check_stun(struct span s)
{
	struct stun_message m;

	if (stun_read(s, &m))
		within(m.software, s);
}

static void check_rtp(struct span s)
{
	struct rtp_trace trace = { 0 };
	struct rtp_header header;

	check(!rtp_follows(&trace, s)); /* one packet is never enough */
	check(!rtp_read(s, &header) || s.len >= 12);
	check(!rtcp_looks(s) || s.len >= 8);
}

static void check_others(struct span s)
{
	struct bittorrent_hello hello;
	struct ntlm_names names;

	if (bittorrent_read(s, true, &hello)) {
		within(hello.info_hash, s);
		within(hello.peer, s);
	}
	if (ntlm_read(s, &names) == NTLM_AUTHENTICATE)
		check(names.user_len <= NTLM_TEXT && names.domain_len <= NTLM_TEXT);
	check(wireguard_type(s) == WIREGUARD_NONE || s.len >= 32);
	for (unsigned side = 0; side < 2; side++)
		check(!openvpn_looks(s, side, false) || s.len >= 14);
	check(!tor_names(s, s, s));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static void (*const checks[])(struct span) = {
		check_dhcp, check_ntp,  check_ssdp, check_snmp,   check_tftp,
		check_sip,  check_stun, check_rtp,  check_others,
	};
	uint8_t *copy;

	if (len < 1)
		return 0;
	copy = malloc(len - 1);
	check(copy != NULL || len == 1);
	if (len > 1)
		memcpy(copy, bytes + 1, len - 1);
	checks[bytes[0] % (sizeof(checks) / sizeof(checks[0]))]((struct span){ copy, len - 1 });
	free(copy);
	return 0;
}
