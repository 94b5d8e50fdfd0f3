/*
 * reflection.c - answers nobody asked for: one function for each reflecting service.
 *
 * Laid out from the specifications: RFC 1035 and 6762 (DNS, mDNS), ntpd's mode 7 and RFC 9327
 * mode 6 (NTP), RFC 4511 (LDAP, here over UDP), memcached's protocol.txt, UPnP Device Architecture
 * 1.1 (SSDP), RFC 3416 (SNMP), 864 (chargen), 865 (QOTD), OASIS WS-Discovery 1.1, 7252 and 6690
 * (CoAP), 2453 (RIP, version 1 here), 1350 (TFTP), 8489 (STUN), 9000 (QUIC), 2408 (ISAKMP). For
 * Apple's remote management there is no public one: only port, size and the first bytes are like
 * it.
 */
#include "scenario/scenario.h"

/* BER: opens a constructed value, whose length msg_close() fills in. */
static size_t ber_open(struct msg *m, unsigned tag)
{
	msg_u8(m, tag);
	msg_u8(m, 0x82);
	msg_be16(m, 0);
	return m->len;
}

/* Writes the length of what follows `at` into the two bytes before it. */
static void msg_close(struct msg *m, size_t at)
{
	size_t len = m->len - at;

	m->b[at - 2] = (uint8_t)(len >> 8);
	m->b[at - 1] = (uint8_t)len;
}

static void ber_text(struct msg *m, unsigned tag, const char *text)
{
	msg_u8(m, tag);
	msg_u8(m, (unsigned)strlen(text));
	msg_bytes(m, span_text(text));
}

static void ber_int(struct msg *m, unsigned tag, uint32_t value)
{
	msg_u8(m, tag);
	msg_u8(m, 4);
	msg_be32(m, value & 0x7fffffff);
}

static void reflected(struct head *h, unsigned port)
{
	h->proto = PROTO_UDP;
	h->to_port = (uint16_t)(49152 + h->from_port % 5000); /* where the forger said it asked */
	h->from_port = (uint16_t)port;
}

/* An answer to ANY with two dozen TXT records: it comes in fragments. */
void reflect_dns(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)n;
	reflected(h, 53);
	msg_be16(m, rng_u16(&c->rng));
	msg_be16(m, 0x8180);
	msg_be16(m, 1);
	msg_be16(m, 24);
	msg_be32(m, 1); /* one additional record */
	msg_dns_name(m, "example.com");
	msg_be16(m, 255);
	msg_be16(m, 1);
	for (unsigned i = 0; i < 24; i++) {
		msg_be16(m, 0xc00c);
		msg_be16(m, 16);
		msg_be16(m, 1);
		msg_be32(m, 3600);
		msg_be16(m, 101);
		msg_u8(m, 100);
		msg_fill(m, 'a' + i, 100);
	}
	msg_u8(m, 0); /* EDNS: the root, OPT, 4096 bytes */
	msg_be16(m, 41);
	msg_be16(m, 4096);
	msg_be32(m, 0);
	msg_be16(m, 0);
}

/* MON_GETLIST_1: six items of 72 bytes. */
void reflect_ntp(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	reflected(h, 123);
	msg_u8(m, 0xd7); /* response, more follow, version 2, mode 7 */
	msg_u8(m, n & 0x7f);
	msg_u8(m, 3);
	msg_u8(m, 42);
	msg_be16(m, 6);
	msg_be16(m, 72);
	for (unsigned i = 0; i < 6; i++) {
		msg_be32(m, rng_below(&c->rng, 90));
		msg_be32(m, rng_below(&c->rng, 90000));
		msg_be32(m, 0);
		msg_be32(m, 1 + rng_below(&c->rng, 500));
		msg_be32(m, rng_u32(&c->rng)); /* the client */
		msg_bytes(m, (struct span){ h->from.b + 12, 4 });
		msg_be32(m, 1);
		msg_be16(m, 123);
		msg_u8(m, 3);
		msg_u8(m, 4);
		msg_fill(m, 0, 40);
	}
}

/* Version 2, mode 6: the answer to READVAR. */
static void reflect_ntp6(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	static const char text[] =
		"version=\"ntpd 4.2.6p5@1.2349-o\", processor=\"x86_64\", system=\"Linux/3.10\", "
		"leap=0, stratum=3, precision=-23, rootdelay=31.2, rootdisp=42.0, "
		"refid=198.51.100.1, reftime=0xe9000000.00000000, clock=0xe9000010.00000000, "
		"peer=4711, tc=10, mintc=3, offset=0.12, frequency=-8.1, sys_jitter=0.2, "
		"clk_jitter=0.1, clk_wander=0.01\r\n";

	(void)c;
	reflected(h, 123);
	msg_u8(m, 0x16);
	msg_u8(m, 0x82);
	msg_be16(m, n & 0xffff);
	msg_be16(m, 0x0615);
	msg_be16(m, 0);
	msg_be16(m, 0);
	msg_be16(m, sizeof(text) - 1);
	msg_text(m, "%s", text);
	msg_fill(m, 0, (4 - m->len % 4) % 4);
}

static void cldap_attribute(struct msg *m, const char *type, unsigned values, const char *stem)
{
	size_t attribute = ber_open(m, 0x30), set;
	char value[80];

	ber_text(m, 0x04, type);
	set = ber_open(m, 0x31);
	for (unsigned i = 0; i < values; i++) {
		snprintf(value, sizeof(value), "%s%u", stem, 319 + i);
		ber_text(m, 0x04, value);
	}
	msg_close(m, set);
	msg_close(m, attribute);
}

static void reflect_cldap(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	uint32_t id = rng_u32(&c->rng);
	size_t message, entry, attributes;

	(void)n;
	reflected(h, 389);
	message = ber_open(m, 0x30);
	ber_int(m, 0x02, id);
	entry = ber_open(m, 0x64); /* searchResEntry */
	ber_text(m, 0x04, "");
	attributes = ber_open(m, 0x30);
	cldap_attribute(m, "currentTime", 1, "20260302010000.0Z");
	cldap_attribute(m, "dsServiceName", 1, "CN=NTDS Settings,CN=DC1,CN=Servers,DC=corp");
	cldap_attribute(m, "namingContexts", 5, "DC=corp,DC=example,DC=org,CN=");
	cldap_attribute(m, "supportedControl", 34, "1.2.840.113556.1.4.");
	cldap_attribute(m, "supportedCapabilities", 8, "1.2.840.113556.1.4.1");
	msg_close(m, attributes);
	msg_close(m, entry);
	msg_close(m, message);
	message = ber_open(m, 0x30);
	ber_int(m, 0x02, id);
	msg_bytes(m, (struct span){ (const uint8_t *)"\x65\x07\x0a\x01\0\x04\0\x04\0", 9 });
	msg_close(m, message);
}

/* One value of 20,000 bytes in 15 datagrams. */
static void reflect_memcached(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	unsigned part = n % 15;

	reflected(h, 11211);
	msg_be16(m, n / 15 & 0xffff);
	msg_be16(m, part);
	msg_be16(m, 15);
	msg_be16(m, 0);
	if (part == 0)
		msg_text(m, "VALUE a 0 20000\r\n");
	msg_bytes(m, capture_noise(c, part == 14 ? 417 : 1400 - (part == 0 ? 17 : 0)));
	if (part == 14)
		msg_text(m, "\r\nEND\r\n");
}

static void reflect_ssdp(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	static const char *const types[] = { "upnp:rootdevice",
					     "urn:schemas-upnp-org:device:InternetGatewayDevice:1",
					     "urn:schemas-upnp-org:service:WANIPConnection:1" };
	const char *type = types[n % 3];
	uint64_t id = rng_next(&c->rng);

	reflected(h, 1900);
	msg_text(m,
		 "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nEXT:\r\n"
		 "LOCATION: http://192.168.0.1:5000/rootDesc.xml\r\n"
		 "SERVER: Linux/3.4 UPnP/1.1 igd/1.9\r\nST: %s\r\n"
		 "USN: uuid:%08x-0000-4000-8000-%08x0000::%s\r\n\r\n",
		 type, (uint32_t)id, (uint32_t)(id >> 32), type);
}

/* GetBulk of the system group's neighbours: eighteen variables. */
static void reflect_snmp(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	size_t message, pdu, list;

	reflected(h, 161);
	message = ber_open(m, 0x30);
	msg_bytes(m, (struct span){ (const uint8_t *)"\x02\x01\x01", 3 });
	ber_text(m, 0x04, "public");
	pdu = ber_open(m, 0xa2);
	ber_int(m, 0x02, rng_u32(&c->rng) + n);
	msg_bytes(m, (struct span){ (const uint8_t *)"\x02\x01\0\x02\x01\0", 6 });
	list = ber_open(m, 0x30);
	for (unsigned i = 0; i < 18; i++) {
		size_t bind = ber_open(m, 0x30);
		char value[64];

		msg_bytes(m,
			  (struct span){
				  (const uint8_t *)"\x06\x0a\x2b\x06\x01\x02\x01\x02\x02\x01\x02",
				  11 });
		msg_u8(m, 1 + i);
		snprintf(value, sizeof(value), "GigabitEthernet0/%u uplink to the core switch", i);
		ber_text(m, 0x04, value);
		msg_close(m, bind);
	}
	msg_close(m, list);
	msg_close(m, pdu);
	msg_close(m, message);
}

/* Lines of 72 characters, each beginning one later (RFC 864). */
static void reflect_chargen(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	unsigned lines = 4 + rng_below(&c->rng, 8);

	reflected(h, 19);
	for (unsigned i = 0; i < lines; i++) {
		for (unsigned j = 0; j < 72; j++)
			msg_u8(m, 32 + (n + i + j) % 95);
		msg_text(m, "\r\n");
	}
}

static void reflect_mdns(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	static const char *const services[] = { "_http", "_ipp", "_printer", "_workstation",
						"_ssh",  "_smb", "_airplay", "_raop" };

	(void)c, (void)n;
	reflected(h, 5353);
	msg_be16(m, 0);
	msg_be16(m, 0x8400);
	msg_be16(m, 0);
	msg_be16(m, 8);
	msg_be32(m, 0);
	for (unsigned i = 0; i < 8; i++) {
		char name[40];
		size_t at;

		msg_dns_name(m, "_services._dns-sd._udp.local");
		msg_be16(m, 12);
		msg_be16(m, 1);
		msg_be32(m, 10);
		msg_be16(m, 0);
		at = m->len;
		snprintf(name, sizeof(name), "%s._tcp.local", services[i]);
		msg_dns_name(m, name);
		msg_close(m, at);
	}
}

static void reflect_wsd(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	uint32_t id = rng_u32(&c->rng);

	reflected(h, 3702);
	msg_text(m,
		 "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope "
		 "xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
		 "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
		 "xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"><s:Header>"
		 "<a:MessageID>urn:uuid:%08x-0000-4000-8000-%012x</a:MessageID>"
		 "<a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To>"
		 "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches"
		 "</a:Action></s:Header><s:Body><d:ProbeMatches><d:ProbeMatch>",
		 id, n);
	msg_text(m,
		 "<a:EndpointReference><a:Address>urn:uuid:%08x-1111-4000-8000-000000000001"
		 "</a:Address></a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types>"
		 "<d:Scopes>onvif://www.onvif.org/type/video_encoder "
		 "onvif://www.onvif.org/location/ onvif://www.onvif.org/name/IPC</d:Scopes>"
		 "<d:XAddrs>http://192.168.1.64/onvif/device_service</d:XAddrs>"
		 "<d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches>"
		 "</s:Body></s:Envelope>",
		 id);
}

static void reflect_arms(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)c;
	reflected(h, 3283);
	msg_be32(m, 0x000103ea);
	msg_be16(m, n & 0xff);
	msg_text(m, "office-mac-%03u", n % 1000);
	msg_fill(m, 0, 1006 - m->len);
}

static void reflect_coap(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	reflected(h, 5683);
	msg_u8(m, 0x60); /* version 1, acknowledgement, no token */
	msg_u8(m, 0x45); /* 2.05 Content */
	msg_be16(m, rng_u16(&c->rng));
	msg_be16(m, 0xc128); /* Content-Format: application/link-format */
	msg_u8(m, 0xff);
	msg_text(m, "</.well-known/core>;ct=40");
	for (unsigned i = 0; i < 12; i++)
		msg_text(m, ",</sensors/%u/%u>;rt=\"temperature-c\";if=\"sensor\"", n % 100, i);
}

static void reflect_qotd(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	static const char *const quotes[] = {
		"He who asks is a fool for five minutes; he who does not ask remains one.\r\n",
		"Even monkeys fall from trees.\r\n",
		"Fall down seven times, stand up eight.\r\n",
	};

	(void)c;
	reflected(h, 17);
	msg_text(m, "%s", quotes[n % 3]);
	msg_text(m, "%s", quotes[(n + 1) % 3]);
}

static void reflect_rip(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)n;
	reflected(h, 520);
	msg_be32(m, 0x02010000); /* response, version 1 */
	for (unsigned i = 0; i < 25; i++) {
		msg_be32(m, 0x00020000);
		msg_be32(m, 0x0a000000u | i << 16);
		msg_fill(m, 0, 8);
		msg_be32(m, 1 + rng_below(&c->rng, 15));
	}
}

static void reflect_tftp(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	reflected(h, 69);
	msg_be16(m, 3);
	msg_be16(m, 1 + n % 4);
	msg_bytes(m, capture_noise(c, 512));
}

static void reflect_stun(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	(void)n;
	reflected(h, 3478);
	msg_be16(m, 0x0101);
	msg_be16(m, 48); /* what follows the header of 20 bytes */
	msg_be32(m, 0x2112a442);
	msg_noise(m, &c->rng, 12);
	msg_be32(m, 0x00200008); /* XOR-MAPPED-ADDRESS */
	msg_be16(m, 1);
	msg_be16(m, h->to_port ^ 0x2112u);
	msg_be32(m, 0xcb007150u ^ 0x2112a442u); /* 203.0.113.80 */
	msg_be32(m, 0x00010008);                /* MAPPED-ADDRESS */
	msg_be16(m, 1);
	msg_be16(m, h->to_port);
	msg_be32(m, 0xcb007150u);
	msg_be32(m, 0x80220014); /* SOFTWARE */
	msg_text(m, "Coturn-4.5.1.1 'dan'");
}

/* What a server sends when asked for a connection: Initial, then Handshake; sometimes Retry. */
static void reflect_quic(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	reflected(h, 443);
	if (n % 4 == 3) {
		msg_u8(m, 0xf0);
		msg_be32(m, 1);
		msg_u8(m, 8);
		msg_noise(m, &c->rng, 8);
		msg_u8(m, 8);
		msg_noise(m, &c->rng, 8);
		msg_noise(m, &c->rng, 80 + 16); /* token and integrity tag */
		return;
	}
	msg_quic_initial(m, &c->rng, 1200);
	if (n % 4)
		m->b[0] |= 0x20; /* Handshake */
}

static void isakmp_vendor(struct msg *m, struct rng *rng, unsigned next)
{
	msg_u8(m, next);
	msg_u8(m, 0);
	msg_be16(m, 20);
	msg_noise(m, rng, 16);
}

/* The responder's first message of main mode: one proposal, one transform, two vendor ids. */
static void reflect_isakmp(struct capture *c, struct head *h, struct msg *m, uint32_t n)
{
	static const uint8_t security[] = { 13,   0,  0, 56, 0,    0, 0,    1,   0,    0,  0, 1,
					    0,    0,  0, 44, 1,    1, 0,    1,   0,    0,  0, 36,
					    1,    1,  0, 0,  0x80, 1, 0,    5,   0x80, 2,  0, 2,
					    0x80, 3,  0, 1,  0x80, 4, 0,    2,   0x80, 11, 0, 1,
					    0,    12, 0, 4,  0,    0, 0x70, 0x80 };

	(void)n;
	_Static_assert(sizeof(security) == 56, "the payload says so");
	reflected(h, 500);
	msg_noise(m, &c->rng, 16); /* both cookies */
	msg_be32(m, 0x01100200);   /* SA comes next, version 1.0, identity protection, no flags */
	msg_be32(m, 0);
	msg_be32(m, 28 + sizeof(security) + 40);
	msg_bytes(m, (struct span){ security, sizeof(security) });
	isakmp_vendor(m, &c->rng, 13);
	isakmp_vendor(m, &c->rng, 0);
}

#define REFLECT(kind, vector, what, make, rate, from)                                              \
	{                                                                                          \
		.name = "reflect_" kind, .doc = what, .run = flood_run,                            \
		.incident = "flood/" vector "_reflection/inbound/203.0.113.80", .who = "many",     \
		.packet = make, .pps = rate, .sources = from, .percent = 1                         \
	}

const struct scenario scenarios_reflection[] = {
	REFLECT("dns", "dns", "large DNS answers in fragments", reflect_dns, 800, 400),
	REFLECT("ntp", "ntp", "NTP monlist answers (mode 7)", reflect_ntp, 2000, 300),
	REFLECT("ntp_mode6", "ntp", "NTP readvar answers (mode 6)", reflect_ntp6, 1500, 600),
	REFLECT("cldap", "cldap", "CLDAP search results", reflect_cldap, 900, 250),
	REFLECT("memcached", "memcached", "memcached values", reflect_memcached, 1500, 50),
	REFLECT("ssdp", "ssdp", "SSDP answers of home routers", reflect_ssdp, 2000, 2000),
	REFLECT("snmp", "snmp", "SNMP GetBulk answers", reflect_snmp, 800, 300),
	REFLECT("chargen", "chargen", "chargen text", reflect_chargen, 800, 100),
	REFLECT("mdns", "mdns", "mDNS service lists", reflect_mdns, 1000, 500),
	REFLECT("wsd", "ws_discovery", "WS-Discovery answers of cameras", reflect_wsd, 1000, 500),
	REFLECT("arms", "arms", "Apple Remote Management answers", reflect_arms, 800, 300),
	REFLECT("coap", "coap", "CoAP resource lists", reflect_coap, 1000, 700),
	REFLECT("qotd", "qotd", "quotes of the day", reflect_qotd, 500, 60),
	REFLECT("rip", "rip", "RIPv1 routing tables", reflect_rip, 800, 150),
	REFLECT("tftp", "tftp", "TFTP data", reflect_tftp, 600, 120),
	REFLECT("stun", "stun", "STUN binding answers", reflect_stun, 2000, 800),
	REFLECT("quic", "quic", "first packets of QUIC servers", reflect_quic, 1200, 500),
	REFLECT("isakmp", "isakmp", "IKE answers of VPN gateways", reflect_isakmp, 1200, 400),
	{ 0 },
};
