/* derive_class.c - what the packets of each vector look like: see model/vector.h for the names. */
#include "derive/derive_private.h"

#define FLAGS_ALL (TCP_FIN | TCP_SYN | TCP_RST | TCP_PSH | TCP_ACK | TCP_URG)

static struct filter class_tcp(unsigned set, unsigned looked)
{
	return (struct filter){ .parts = FILTER_PROTO | FILTER_FLAGS,
				.proto = PROTO_TCP,
				.flags = (uint8_t)set,
				.flags_mask = (uint8_t)looked };
}

static struct filter class_proto(uint8_t proto)
{
	return (struct filter){ .parts = FILTER_PROTO, .proto = proto };
}

static struct filter class_port(uint16_t port)
{
	struct filter filter = class_proto(PROTO_UDP);

	filter.parts |= FILTER_FROM_PORT;
	filter.from_port = (struct filter_range){ port, port };
	return filter;
}

static struct filter class_fragment(uint8_t fragment, struct filter filter)
{
	filter.parts |= FILTER_FRAGMENT;
	filter.fragment = fragment;
	return filter;
}

static size_t class_tcp_flags(enum vector vector, struct filter *class)
{
	switch (vector) {
	case VECTOR_SYN:
		*class = class_tcp(TCP_SYN, TCP_SYN | TCP_ACK);
		return 1;
	case VECTOR_SYNACK:
		*class = class_tcp(TCP_SYN | TCP_ACK, TCP_SYN | TCP_ACK);
		return 1;
	case VECTOR_RST:
		*class = class_tcp(TCP_RST, TCP_RST);
		return 1;
	case VECTOR_ACK:
	case VECTOR_HTTP:
		*class = class_tcp(TCP_ACK, TCP_SYN | TCP_ACK | TCP_RST);
		return 1;
	case VECTOR_FIN:
		*class = class_tcp(TCP_FIN, TCP_FIN | TCP_SYN | TCP_RST);
		return 1;
	case VECTOR_XMAS:
		*class = class_tcp(TCP_FIN | TCP_PSH | TCP_URG, TCP_FIN | TCP_PSH | TCP_URG);
		return 1;
	case VECTOR_NULLFLAGS:
		*class = class_tcp(0, FLAGS_ALL);
		return 1;
	default:
		return 0;
	}
}

static uint16_t reflector_port(enum vector vector)
{
	static const uint16_t ports[] = {
#define X(id, name, title, japanese, port) port,
		VECTOR_LIST(X)
#undef X
	};

	return vector < VECTOR_COUNT ? ports[vector] : 0;
}

size_t class_filters(enum vector vector, unsigned family, struct filter classes[CLASSES])
{
	uint8_t icmp = family == 6 ? PROTO_ICMP6 : PROTO_ICMP;

	if (reflector_port(vector)) {
		/* Large answers come in fragments, of which only the first has ports. */
		classes[0] = class_port(reflector_port(vector));
		classes[1] = class_fragment(FRAGMENT_LATER, class_proto(PROTO_UDP));
		return 2;
	}
	switch (vector) {
	case VECTOR_UDP:
		classes[0] = class_fragment(FRAGMENT_NONE, class_proto(PROTO_UDP));
		classes[1] = class_fragment(FRAGMENT_ANY, class_proto(PROTO_UDP));
		return 2;
	case VECTOR_ICMP:
		classes[0] = class_proto(icmp);
		return 1;
	case VECTOR_GRE:
		classes[0] = class_proto(PROTO_GRE);
		return 1;
	case VECTOR_FRAGMENT:
		classes[0] = class_fragment(FRAGMENT_ANY, (struct filter){ 0 });
		return 1;
	default:
		return class_tcp_flags(vector, classes);
	}
}

/* RFC 4861, 4 and 11.2: types 133 to 137, and a hop limit of 255, which no packet from beyond the link has. */
bool class_takes_neighbours(const struct filter *filter, struct filter *far)
{
	const uint32_t parts = filter->parts;

	if (!(parts & FILTER_PROTO) || filter->proto != PROTO_ICMP6)
		return false;
	if ((parts & FILTER_FROM_PORT) && (filter->from_port.low > 137 || filter->from_port.high < 133))
		return false;
	if ((parts & FILTER_TTL) && filter->ttl.high < 255)
		return false;
	*far = (struct filter){ .parts = FILTER_TTL, .ttl = { filter->ttl.low, 254 } };
	return true;
}
