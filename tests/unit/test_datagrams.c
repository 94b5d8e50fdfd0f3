/*
 * test_datagrams.c - the parsers of single datagrams, on messages written by hand from their
 * specifications.
 */
#include "hex_test.h"
#include "wire/bittorrent.h"
#include "wire/dhcp.h"
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

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

/* A DHCPv4 message with these options behind the cookie. */
static struct span dhcp4(uint8_t *room, const char *options)
{
	struct span tail = hex(options);
	static const uint8_t head[] = { 1, 1, 6, 0, 0x39, 3, 0xf3, 0x26 };
	static const uint8_t mac[] = { 0, 0x0b, 0x82, 1, 0xfc, 0x42 };

	memset(room, 0, 236);
	memcpy(room, head, sizeof(head));
	room[16] = 192, room[17] = 168, room[18] = 0, room[19] = 10;
	memcpy(room + 28, mac, sizeof(mac));
	memcpy(room + 236, "\x63\x82\x53\x63", 4);
	memcpy(room + 240, tail.ptr, tail.len);
	return (struct span){ room, 240 + tail.len };
}

static void test_dhcp4(void **state)
{
	uint8_t room[600];
	struct dhcp_message m;
	struct span s = dhcp4(
		room, "350101 00 0c04'host' 3204c0a80005 370401030f0c 3c03'abc' ff 0c01'x'");

	(void)state;
	assert_true(dhcp_read(s, &m));
	assert_false(m.reply);
	assert_int_equal(m.event.version, 4);
	assert_int_equal(m.event.type, 1); /* DISCOVER */
	assert_int_equal(m.event.id, 0x3903f326);
	assert_true(span_is(m.event.hostname, "host"));
	assert_true(span_is(m.event.vendor, "abc"));
	assert_true(span_is(m.event.fingerprint, "1,3,15,12"));
	assert_memory_equal(m.event.mac, "\x00\x0b\x82\x01\xfc\x42", 6);
	assert_memory_equal(m.event.requested.b + 12, "\xc0\xa8\x00\x05", 4);
	assert_memory_equal(m.event.assigned.b + 12, "\xc0\xa8\x00\x0a", 4);
	/* the name as labels in option 81 (RFC 4702), and an option that is cut */
	s = dhcp4(room, "350103 510b 04 00 00 02'pc' 03'lan' 00 0c20'x'");
	assert_true(dhcp_read(s, &m));
	assert_int_equal(m.event.type, 3);
	assert_true(span_is(m.event.hostname, "pc.lan"));
	room[236] = 0; /* no cookie */
	assert_false(dhcp_read(s, &m));
	s.len = 239;
	assert_false(dhcp_read(s, &m));
}

static void test_dhcp6(void **state)
{
	struct dhcp_message m;

	(void)state;
	/* SOLICIT: client id (DUID-LLT), ORO, vendor class, FQDN */
	assert_true(dhcp_read(hex("01 10 08 74 0001 000e 0001 0001 1c39cf88 080027fe8f95"
				  "0006 0004 0017 0018 0010 000e 00000137 0008 'MSFT 5.0'"
				  "0027 0008 00 02'pc' 03'lan'"),
			      &m));
	assert_int_equal(m.event.version, 6);
	assert_int_equal(m.event.type, 1);
	assert_int_equal(m.event.id, 0x100874);
	assert_memory_equal(m.event.mac, "\x08\x00\x27\xfe\x8f\x95", 6);
	assert_true(span_is(m.event.fingerprint, "23,24"));
	assert_true(span_is(m.event.vendor, "MSFT 5.0"));
	assert_true(span_is(m.event.hostname, "pc.lan"));
	/* REPLY with an address */
	assert_true(dhcp_read(hex("07 100874 0002 000a 0003 0001 080027fe8f95 0003 0028 00000001"
				  "00000000 00000000 0005 0018 20010db8000000000000000000000042"
				  "00000000 00000000"),
			      &m));
	assert_true(m.reply);
	assert_memory_equal(m.event.assigned.b, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x42", 16);
	/* without an identifier, cut, or of another type: not DHCPv6 */
	assert_false(dhcp_read(hex("01 100874 0006 0004 0017 0018"), &m));
	assert_false(dhcp_read(hex("01 100874 0001 000a 0003 0001 080027fe8f"), &m));
	assert_false(dhcp_read(hex("0e 100874 0001 000a 0003 0001 080027fe8f95"), &m));
}

static void test_ntp(void **state)
{
	uint8_t room[48] = { 0x1b };
	struct ntp_message m;

	(void)state;
	assert_true(ntp_read((struct span){ room, 48 }, &m)); /* a bare client */
	assert_int_equal(m.mode, NTP_CLIENT);
	assert_int_equal(m.version, 3);
	assert_false(ntp_read((struct span){ room, 47 }, &m));
	room[0] = 0x24; /* a server that tells no time */
	assert_false(ntp_read((struct span){ room, 48 }, &m));
	room[1] = 2, room[2] = 10, room[3] = 0xec, room[40] = 0xd5;
	assert_true(ntp_read((struct span){ room, 48 }, &m));
	assert_int_equal(m.stratum, 2);
	assert_true(m.response);
	room[1] = 17; /* no stratum */
	assert_false(ntp_read((struct span){ room, 48 }, &m));
	room[1] = 2, room[4] = 0x40; /* a root delay of hours */
	assert_false(ntp_read((struct span){ room, 48 }, &m));
	assert_true(ntp_read(hex("17 00 03 2a 00000000"), &m));
	assert_int_equal(m.request, 42);
	assert_false(m.response);
	assert_string_equal(ntp_request_name(&m), "monlist");
	assert_true(ntp_read(hex("d7 00 03 2a 0002 0004 00000001 00000002"), &m));
	assert_true(m.response);
	assert_int_equal(m.items, 2);
	assert_false(ntp_read(hex("d7 00 03 2a 0002 0004 00000001"), &m)); /* too short */
	assert_true(ntp_read(hex("16 02 0001 0000 0000 0000 0000"), &m));
	assert_string_equal(ntp_request_name(&m), "readvar");
	assert_false(ntp_read(hex("00 00 0000 0000 0000 0000 0000"), &m));
}

static void test_ssdp(void **state)
{
	struct ssdp_message m;

	(void)state;
	assert_true(ssdp_read(text("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"
				   "MAN: \"ssdp:discover\"\r\nST: ssdp:all\r\n\r\nUSN: behind\r\n"),
			      &m));
	assert_int_equal(m.kind, SSDP_SEARCH);
	assert_true(span_is(m.target, "ssdp:all"));
	assert_int_equal(m.name.len, 0);
	assert_true(ssdp_read(text("NOTIFY * HTTP/1.1\r\nnt:upnp:rootdevice\r\nNTS: ssdp:alive\r\n"
				   "USN:uuid:1::upnp:rootdevice\r\nSERVER: L/1 UPnP/1.0 P/2 \r\n"
				   "LOCATION: http://10.0.0.1/d.xml\r\n"),
			      &m));
	assert_int_equal(m.kind, SSDP_NOTIFY);
	assert_true(span_is(m.target, "upnp:rootdevice"));
	assert_true(span_is(m.event, "ssdp:alive"));
	assert_true(span_is(m.server, "L/1 UPnP/1.0 P/2"));
	assert_true(span_is(m.location, "http://10.0.0.1/d.xml"));
	assert_true(ssdp_read(text("HTTP/1.1 200 OK\r\nST: a\r\nUSN: b\r\n\r\n"), &m));
	assert_int_equal(m.kind, SSDP_RESPONSE);
	assert_false(ssdp_read(text("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"), &m));
	assert_false(ssdp_read(text("GET / HTTP/1.1\r\nST: a\r\n"), &m));
	assert_false(ssdp_read(text(""), &m));
}

static void test_snmp(void **state)
{
	struct snmp_message m;

	(void)state;
	/* get of sysDescr.0 with "public" */
	assert_true(snmp_read(hex("3029 020100 0406'public' a01c 0204 12345678 020100 020100"
				  "300e 300c 0608 2b06010201010100 0500"),
			      &m));
	assert_int_equal(m.version, 1);
	assert_int_equal(m.pdu, SNMP_GET);
	assert_int_equal(m.community, SNMP_PUBLIC);
	assert_string_equal(m.oid, "1.3.6.1.2.1.1.1.0");
	/* bulk of 2c with another community, 100 repetitions; the oid 1.3.6.1.4.1.311 */
	assert_true(snmp_read(hex("3027 020101 0406's3cret' a51a 020101 020100 020164"
				  "300f 300d 0609 2b060104018237 0000 0500"
				  ""),
			      &m));
	assert_int_equal(m.version, 2);
	assert_int_equal(m.pdu, SNMP_GET_BULK);
	assert_int_equal(m.community, SNMP_OTHER);
	assert_int_equal(m.community_len, 6);
	assert_int_equal(m.repetitions, 100);
	assert_string_equal(m.oid, "1.3.6.1.4.1.311.0.0");
	/* version 3, encrypted: engine and user */
	assert_true(snmp_read(hex("3030 020103 300d 020101 020200ff 040103 020103"
				  "0416 3014 0403 800001 020101 020102 0403'bob' 0400 0400"
				  "0404 01020304"),
			      &m));
	assert_int_equal(m.version, 3);
	assert_int_equal(m.pdu, SNMP_ENCRYPTED);
	assert_true(span_is(m.user, "bob"));
	assert_int_equal(m.engine.len, 3);
	/* a version that there is not, bytes behind the end, a PDU that there is not */
	assert_false(snmp_read(hex("300d 020102 0406'public' a000"), &m));
	assert_false(snmp_read(hex("3003 020100 00"), &m));
	assert_false(snmp_read(hex("300d 020100 0406'public' a900"), &m));
	assert_false(snmp_read(hex("30"), &m));
}

static void test_tftp(void **state)
{
	struct tftp_packet p;

	(void)state;
	assert_true(tftp_read(hex("0001 'boot.img' 00 'OCTET' 00 'blksize' 00 '1432' 00"), &p));
	assert_int_equal(p.opcode, TFTP_READ);
	assert_true(span_is(p.file, "boot.img"));
	assert_true(span_is(p.mode, "OCTET"));
	assert_int_equal(p.block, 1432);
	assert_true(tftp_looks(hex("0002 'a' 00 'netascii' 00")));
	assert_false(tftp_looks(hex("0002 'a' 00 'netascii'")));
	assert_false(tftp_looks(hex("0002 'a' 00 'text' 00")));
	assert_false(tftp_looks(hex("0001 00 'octet' 00")));
	assert_false(tftp_looks(hex("0003 0001 'data'")));
	assert_true(tftp_read(hex("0003 0102 'data'"), &p));
	assert_int_equal(p.number, 0x102);
	assert_true(span_is(p.bytes, "data"));
	assert_true(tftp_read(hex("0004 0001"), &p));
	assert_false(tftp_read(hex("0004 0001 00"), &p));
	assert_true(tftp_read(hex("0005 0001 'File not found' 00"), &p));
	assert_int_equal(p.number, 1);
	assert_true(span_is(p.bytes, "File not found"));
	assert_true(tftp_read(hex("0006 'blksize' 00 '1024' 00"), &p));
	assert_int_equal(p.block, 1024);
	assert_false(tftp_read(hex("0007 0001"), &p));
}

static void test_stun(void **state)
{
	struct stun_message m;

	(void)state;
	/* the request of RFC 5769, 2.1, cut to its first attribute: SOFTWARE "STUN test client" */
	assert_true(stun_read(hex("0001 0014 2112a442 b7e7a701bc34d686fa87dfae"
				  "8022 0010 'STUN test client'"),
			      &m));
	assert_int_equal(m.kind, STUN_REQUEST);
	assert_int_equal(m.method, 1);
	assert_false(m.old);
	assert_true(span_is(m.software, "STUN test client"));
	/* an answer, an allocation refused, and one of RFC 3489 */
	assert_true(stun_read(hex("0101 0000 2112a442 000000000000000000000000"), &m));
	assert_int_equal(m.kind, STUN_SUCCESS);
	assert_true(stun_read(hex("0113 0000 2112a442 000000000000000000000000"), &m));
	assert_int_equal(m.kind, STUN_FAILURE);
	assert_int_equal(m.method, 3);
	assert_true(stun_read(hex("0001 0000 01020304 000000000000000000000000"), &m));
	assert_true(m.old);
	/* lengths that do not fit, a method that there is not */
	assert_false(stun_read(hex("0001 0004 2112a442 000000000000000000000000"), &m));
	assert_false(stun_read(hex("0001 0004 2112a442 000000000000000000000000 80220001"), &m));
	assert_false(stun_read(hex("0e01 0000 2112a442 000000000000000000000000"), &m));
	assert_false(stun_read(hex("0003 0000 01020304 000000000000000000000000"), &m));
}

static void test_rtp(void **state)
{
	struct rtp_trace trace = { 0 };
	uint8_t packet[172] = { 0x80, 0x00, 0xff, 0xfe, 0, 0, 0, 160, 1, 2, 3, 4 };
	struct rtp_header header;
	struct span s = { packet, sizeof(packet) };

	(void)state;
	assert_true(rtp_read(s, &header));
	assert_int_equal(header.sequence, 0xfffe);
	assert_int_equal(header.source, 0x01020304);
	assert_false(rtp_follows(&trace, s));
	packet[3]++, packet[6] = 1;
	assert_false(rtp_follows(&trace, s));
	packet[2] = packet[3] = 0, packet[6] = 2; /* the sequence begins anew behind 0xffff */
	assert_true(rtp_follows(&trace, s));
	packet[3] = 1, packet[8] = 9; /* another source */
	assert_false(rtp_follows(&trace, s));
	packet[0] = 0x40;
	assert_false(rtp_read(s, &header));
	packet[0] = 0x8f; /* 15 contributing sources do not fit */
	assert_false(rtp_read((struct span){ packet, 40 }, &header));
	packet[0] = 0x80, packet[1] = 72; /* RTCP's */
	assert_false(rtp_read(s, &header));
	/* a receiver report and a description; one that is cut; one that begins with a farewell */
	assert_true(rtcp_looks(hex("80c90001 01020304 81ca0002 01020304 01000000")));
	assert_false(rtcp_looks(hex("80c90001 01020304 81ca0002 01020304")));
	assert_false(rtcp_looks(hex("80cb0001 01020304")));
	assert_false(rtcp_looks(hex("81c90001 01020304"))); /* no room for its block */
}

static void test_wireguard(void **state)
{
	uint8_t m[160] = { 1, 0, 0, 0, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0 };

	(void)state;
	assert_int_equal(wireguard_type((struct span){ m, 148 }), WIREGUARD_INITIATION);
	assert_int_equal(wireguard_type((struct span){ m, 147 }), WIREGUARD_NONE);
	m[0] = 2;
	assert_int_equal(wireguard_type((struct span){ m, 92 }), WIREGUARD_RESPONSE);
	m[0] = 3;
	assert_int_equal(wireguard_type((struct span){ m, 64 }), WIREGUARD_COOKIE);
	m[0] = 4;
	assert_int_equal(wireguard_type((struct span){ m, 32 }), WIREGUARD_TRANSPORT);
	assert_int_equal(wireguard_type((struct span){ m, 40 }), WIREGUARD_NONE);
	m[13] = 1; /* a counter of 2^40 */
	assert_int_equal(wireguard_type((struct span){ m, 32 }), WIREGUARD_NONE);
	m[13] = 0, m[3] = 1; /* a reserved byte */
	assert_int_equal(wireguard_type((struct span){ m, 32 }), WIREGUARD_NONE);
}

static void test_openvpn(void **state)
{
	struct span client = hex("38 0102030405060708 00 00000000");

	(void)state;
	assert_true(openvpn_looks(client, 0, false));
	assert_false(openvpn_looks(client, 1, false));
	assert_true(openvpn_looks(hex("000e 38 0102030405060708 00 00000000"), 0, true));
	assert_false(openvpn_looks(hex("38 0102030405060708 00 00000001"), 0, false));
	assert_true(openvpn_looks(hex("40 0102030405060708 01 00000000 1112131415161718 00000000"),
				  1, false));
	/* tls-auth with SHA-1; tls-crypt */
	assert_true(openvpn_looks(hex("38 0102030405060708 0000000000000000000000000000000000000001"
				      "00000001 5f000000 00 00000000"),
				  0, false));
	assert_false(
		openvpn_looks(hex("38 0102030405060708 0000000000000000000000000000000000000001"
				  "00000001 1f000000 00 00000000"),
			      0, false));
	assert_true(
		openvpn_looks(hex("38 0102030405060708 00000001 5f000000"
				  "0101010101010101010101010101010101010101010101010101010101010101"
				  "0102030405"),
			      0, false));
}

static void test_sip(void **state)
{
	struct sip_message request, response;
	struct event_login login;

	(void)state;
	/* after RFC 3261, 24.1 */
	assert_true(sip_read(text("REGISTER sip:registrar.biloxi.com SIP/2.0\r\n"
				  "From: Bob <sip:bob@biloxi.com>;tag=456248\r\n"
				  "t: sip:robert@biloxi.com;x=y\r\nCall-ID: 843817637684230\r\n"
				  "User-Agent: friendly-scanner\r\nCSeq: 2 REGISTER\r\n"
				  "Authorization: Digest username=\"100\", realm=\"b\"\r\n\r\n"),
			     &request));
	assert_true(span_is(request.method, "REGISTER"));
	assert_true(span_is(request.from, "bob@biloxi.com"));
	assert_true(span_is(request.to, "robert@biloxi.com"));
	assert_true(span_is(request.call_id, "843817637684230"));
	assert_true(span_is(request.agent, "friendly-scanner"));
	assert_true(request.authorised);
	assert_true(
		sip_read(text("SIP/2.0 401 Unauthorized\r\nCSeq: 2 REGISTER\r\n\r\n"), &response));
	assert_int_equal(response.status, 401);
	assert_true(sip_login(&request, &response, &login));
	assert_int_equal(login.outcome, LOGIN_REFUSED);
	assert_true(span_is(login.user, "100"));
	assert_false(login.has_password);
	request.authorised = false; /* the first question is no refusal */
	assert_false(sip_login(&request, &response, &login));
	response.status = 403;
	assert_true(sip_login(&request, &response, &login));
	request.authorised = true;
	response.status = 200;
	assert_true(sip_login(&request, &response, &login));
	assert_int_equal(login.outcome, LOGIN_ACCEPTED);
	assert_false(sip_read(text("REGISTER http://x HTTP/1.1\r\n"), &request));
	assert_false(sip_read(text("SIP/2.0 4o1 x\r\n"), &request));
	assert_false(sip_read(text("register sip:x SIP/2.0\r\n"), &request));
}

static void test_bittorrent(void **state)
{
	struct bittorrent_hello h;

	(void)state;
	assert_true(bittorrent_read(hex("13'BitTorrent protocol' 0000000000100005 "
					"'abcdefghijklmnopqrst' '-UT3530-123456789012'"),
				    false, &h));
	assert_int_equal(h.kind, BITTORRENT_PEER);
	assert_true(span_is(h.info_hash, "abcdefghijklmnopqrst"));
	assert_true(span_is(h.peer, "-UT3530-123456789012"));
	/* the examples of BEP 5 */
	assert_true(bittorrent_read(text("d1:ad2:id20:abcdefghij01234567899:info_hash20:"
					 "mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:qe"),
				    true, &h));
	assert_int_equal(h.kind, BITTORRENT_DHT);
	assert_true(h.query);
	assert_true(span_is(h.peer, "abcdefghij0123456789"));
	assert_true(span_is(h.info_hash, "mnopqrstuvwxyz123456"));
	assert_true(
		bittorrent_read(text("d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re"), true, &h));
	assert_false(h.query);
	assert_true(bittorrent_read(text("d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee"),
				    true, &h));
	assert_false(bittorrent_read(text("d3:fooi1e1:t2:aae"), true, &h));
	/* a SYN of uTP, and one that acknowledges something */
	assert_true(
		bittorrent_read(hex("41 00 1234 11223344 00000000 00100000 0001 0000"), true, &h));
	assert_int_equal(h.kind, BITTORRENT_UTP);
	assert_false(
		bittorrent_read(hex("41 00 1234 11223344 00000000 00100000 0001 0001"), true, &h));
	assert_false(
		bittorrent_read(hex("41 00 1234 11223344 00000000 00100000 0001 0000"), false, &h));
}

static void test_tor(void **state)
{
	(void)state;
	assert_true(tor_names(text("www.q4cyamnc6mtokjurvdclt.com"), text("CN=www.fk6wzqprs2.net"),
			      text("CN=www.ozykgb5tevxnp.com")));
	/* ordinary names of that form, a certified one, and equal ones */
	assert_false(tor_names(text("www.facebook.com"), text("CN=www.facebook.com"),
			       text("C=US, O=DigiCert Inc, CN=DigiCert")));
	assert_false(tor_names(text("www.example.com"), text("CN=www.fk6wzqprs2.net"),
			       text("CN=www.example.com")));
	assert_false(tor_names(text("www.example-1.com"), text("CN=www.fk6wzqprs2.net"),
			       text("CN=www.ozykgb5tevxnp.com")));
	assert_false(tor_names(text(""), text(""), text("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dhcp4),     cmocka_unit_test(test_dhcp6),
		cmocka_unit_test(test_ntp),       cmocka_unit_test(test_ssdp),
		cmocka_unit_test(test_snmp),      cmocka_unit_test(test_tftp),
		cmocka_unit_test(test_stun),      cmocka_unit_test(test_rtp),
		cmocka_unit_test(test_wireguard), cmocka_unit_test(test_openvpn),
		cmocka_unit_test(test_sip),       cmocka_unit_test(test_bittorrent),
		cmocka_unit_test(test_tor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
