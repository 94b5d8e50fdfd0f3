/*
 * export_flowspec.c - a filter as a BGP FlowSpec route: the bytes (RFC 8955, 4 and RFC 8956, 3), and the
 * words that GoBGP and ExaBGP take.
 *
 * Conditions on bits are written one bit at a time: both programs can say that, and it is the same.
 */
#include "filter/filter_export.h"
#include "filter/filter_private.h"

#include "base/pen.h"
#include "base/text.h"

enum component { /* RFC 8955, 4.2.2 */
	TO_PREFIX = 1,
	FROM_PREFIX = 2,
	PROTOCOL = 3,
	TO_PORT = 5,
	FROM_PORT = 6,
	ICMP_TYPE = 7,
	ICMP_CODE = 8,
	TCP_FLAGS = 9,
	PACKET_LENGTH = 10,
	FRAGMENT = 12,
};

enum operator { /* RFC 8955, 4.2.1 */
	OP_LESS = 0x04,
	OP_MORE = 0x02,
	OP_EQUAL = 0x01,
	OP_NOT = 0x02, /* of bits */
	OP_TWO = 0x10, /* the value has two bytes */
	OP_AND = 0x40,
	OP_END = 0x80,
};

enum fragment_bit { IS_FRAGMENT = 0x02, FIRST_FRAGMENT = 0x04 }; /* RFC 8955, 4.2.2.12 */

struct flow {
	struct pen nlri, gobgp, exabgp;
	unsigned family;
};

/* Opens a component in all three forms. */
static void flow_open(struct flow *flow, enum component type, const char *gobgp, const char *exabgp)
{
	pen_byte(&flow->nlri, (uint8_t)type);
	pen_byte(&flow->gobgp, ' ');
	pen_text(&flow->gobgp, gobgp);
	pen_byte(&flow->gobgp, ' ');
	pen_text(&flow->exabgp, exabgp ? exabgp : gobgp);
	pen_byte(&flow->exabgp, ' ');
}

static void flow_close(struct flow *flow)
{
	pen_text(&flow->exabgp, "; ");
}

static void put_prefix(struct flow *flow, enum component type, const char *word,
		       const struct prefix *prefix)
{
	const unsigned skip = flow->family == 4 ? 96 : 0;
	const unsigned bits = prefix->bits - skip;
	char text[PREFIX_TEXT];

	flow_open(flow, type, word, NULL);
	pen_byte(&flow->nlri, (uint8_t)bits);
	if (flow->family == 6)
		pen_byte(&flow->nlri, 0); /* the first bit that is compared */
	pen_span(&flow->nlri, (struct span){ prefix->ip.b + skip / 8, (bits + 7) / 8 });
	prefix_text(prefix, text);
	pen_text(&flow->gobgp, text);
	pen_text(&flow->exabgp, text);
	flow_close(flow);
}

static void put_number(struct flow *flow, unsigned operator, const char *sign, uint16_t number)
{
	if (number > 255) {
		pen_byte(&flow->nlri, (uint8_t)(operator | OP_TWO));
		pen_byte(&flow->nlri, (uint8_t)(number >> 8));
	} else {
		pen_byte(&flow->nlri, (uint8_t)operator);
	}
	pen_byte(&flow->nlri, (uint8_t)number);
	pen_text(&flow->gobgp, sign);
	pen_decimal(&flow->gobgp, number);
	/* ExaBGP writes "equal" as one sign */
	pen_text(&flow->exabgp, operator & (OP_LESS | OP_MORE) ? sign : "=");
	pen_decimal(&flow->exabgp, number);
}

static void put_range(struct flow *flow, enum component type, const char *gobgp, const char *exabgp,
		      struct filter_range range)
{
	flow_open(flow, type, gobgp, exabgp);
	if (range.low == range.high) {
		put_number(flow, OP_EQUAL | OP_END, "==", range.low);
	} else {
		put_number(flow, OP_MORE | OP_EQUAL, ">=", range.low);
		pen_byte(&flow->exabgp, '&');
		pen_byte(&flow->gobgp, '&');
		put_number(flow, OP_LESS | OP_EQUAL | OP_AND | OP_END, "<=", range.high);
	}
	flow_close(flow);
}

/* One bit that is set, or with OP_NOT is not. */
static void put_bit(struct flow *flow, unsigned operator, uint8_t bit, const char *gobgp,
		    const char *exabgp)
{
	const char *sign = operator & OP_NOT ? operator & OP_AND ? "&!" : "!" : operator & OP_AND ? "&" : "";

	pen_byte(&flow->nlri, (uint8_t)operator);
	pen_byte(&flow->nlri, bit);
	pen_text(&flow->gobgp, sign);
	pen_text(&flow->gobgp, gobgp);
	pen_text(&flow->exabgp, sign);
	pen_text(&flow->exabgp, exabgp);
}

static void put_flags(struct flow *flow, const struct filter *filter)
{
	static const char *const names[8] = { "fin", "syn", "rst", "push", "ack", "urg", "ece", "cwr" };
	unsigned operator = 0;

	flow_open(flow, TCP_FLAGS, "tcp-flags", NULL);
	for (unsigned bit = 0; bit < 8; bit++) {
		const char letter[2] = { FILTER_FLAG_LETTERS[bit], '\0' };
		const uint8_t flag = (uint8_t)(1u << bit);

		if (!(filter->flags_mask & flag))
			continue;
		operator |= filter->flags & flag ? 0 : OP_NOT;
		if (filter->flags_mask >> bit == 1)
			operator |= OP_END;
		put_bit(flow, operator, flag, letter, names[bit]);
		operator = OP_AND;
	}
	flow_close(flow);
}

static void put_fragment(struct flow *flow, uint8_t fragment)
{
	static const char is[] = "is-fragment", first[] = "first-fragment";

	flow_open(flow, FRAGMENT, "fragment", NULL);
	if (fragment == FRAGMENT_LATER) {
		put_bit(flow, OP_END, IS_FRAGMENT, is, is);
	} else if (fragment == FRAGMENT_NONE) {
		put_bit(flow, OP_NOT, IS_FRAGMENT, is, is);
		put_bit(flow, OP_NOT | OP_AND | OP_END, FIRST_FRAGMENT, first, first);
	} else { /* one or the other */
		pen_text(&flow->exabgp, "[ ");
		put_bit(flow, 0, IS_FRAGMENT, is, is);
		pen_byte(&flow->gobgp, ' ');
		pen_byte(&flow->exabgp, ' ');
		put_bit(flow, OP_END, FIRST_FRAGMENT, first, first);
		pen_text(&flow->exabgp, " ]");
	}
	flow_close(flow);
}

static void put_ports(struct flow *flow, const struct filter *filter)
{
	if (proto_is_icmp(filter->proto)) {
		if (filter->parts & FILTER_FROM_PORT)
			put_range(flow, ICMP_TYPE, "icmp-type", NULL, filter->from_port);
		if (filter->parts & FILTER_TO_PORT)
			put_range(flow, ICMP_CODE, "icmp-code", NULL, filter->to_port);
		return;
	}
	if (filter->parts & FILTER_TO_PORT)
		put_range(flow, TO_PORT, "destination-port", NULL, filter->to_port);
	if (filter->parts & FILTER_FROM_PORT)
		put_range(flow, FROM_PORT, "source-port", NULL, filter->from_port);
}

/* Components stand in the order of their types (RFC 8955, 4.2). */
static void put_components(struct flow *flow, const struct filter *filter)
{
	const uint32_t parts = filter->parts;

	put_prefix(flow, TO_PREFIX, "destination", &filter->to);
	if (parts & FILTER_FROM)
		put_prefix(flow, FROM_PREFIX, "source", &filter->from);
	if (parts & FILTER_PROTO)
		put_range(flow, PROTOCOL, "protocol", flow->family == 6 ? "next-header" : NULL,
			  (struct filter_range){ filter->proto, filter->proto });
	if (parts & FILTER_PORTS)
		put_ports(flow, filter);
	if (parts & FILTER_FLAGS)
		put_flags(flow, filter);
	if (parts & FILTER_LENGTH)
		put_range(flow, PACKET_LENGTH, "packet-length", NULL, filter->length);
	if (parts & FILTER_FRAGMENT)
		put_fragment(flow, filter->fragment);
}

static const char *flowspec_lacks(const struct filter *filter)
{
	static const struct {
		enum filter_part part;
		const char *why;
	} lacks[] = {
		{ FILTER_TTL, "FlowSpec cannot match the time to live (ttl)" },
		{ FILTER_WINDOW, "FlowSpec cannot match the TCP window (window)" },
		{ FILTER_HEADER, "FlowSpec cannot match the length of the TCP header (header)" },
		{ FILTER_BYTES, "FlowSpec cannot match bytes of the payload (bytes)" },
	};

	for (size_t i = 0; i < sizeof(lacks) / sizeof(lacks[0]); i++)
		if (filter->parts & lacks[i].part)
			return lacks[i].why;
	if (filter->to.bits <= (filter_family(filter) == 4 ? 96 : 0)) /* none, or all */
		return "FlowSpec needs a destination (to): the upstream carries others' traffic, too";
	return NULL;
}

/* The length in front is of one byte: with all components it is below 240. */
_Static_assert(FILTER_NLRI < 240, "longer ones have two bytes of length");

enum err filter_flowspec(const struct filter *filter, struct filter_flowspec *made,
			 char trouble[FILTER_TROUBLE])
{
	const char *lacks = flowspec_lacks(filter);
	struct flow flow = {
		.nlri = pen_init(made->nlri + 1, FILTER_NLRI - 1),
		.gobgp = pen_init(made->gobgp, FILTER_FLOW_TEXT - 1),
		.exabgp = pen_init(made->exabgp, FILTER_FLOW_TEXT - 1),
		.family = filter_family(filter),
	};

	if (lacks) {
		snprintf(trouble, FILTER_TROUBLE, "%s", lacks);
		return ERR_UNSUPPORTED;
	}
	pen_text(&flow.gobgp, "match");
	pen_text(&flow.exabgp, "match { ");
	put_components(&flow, filter);
	pen_byte(&flow.exabgp, '}');
	made->family = flow.family;
	made->nlri[0] = (uint8_t)flow.nlri.used;
	made->nlri_len = flow.nlri.used + 1;
	made->gobgp[flow.gobgp.used] = '\0';
	made->exabgp[flow.exabgp.used] = '\0';
	return OK;
}
