/* ntp.c - NTP messages (RFC 5905, 7.3; RFC 9327 for mode 6; ntpd's ntp_request.h for mode 7). */
#include "wire/ntp.h"

#include "base/cursor.h"

#define HEADER      48
#define CONTROL     12 /* bytes of mode 6's header */
#define PRIVATE     8  /* of mode 7's */
#define STRATUM_MAX 16
#define POLL_MAX    17 /* log2 of seconds */
#define PRECISION   (-32)
#define DELAY_MAX   16   /* seconds to the reference clock: MAXDISP of RFC 5905 */
#define OFFSET_MAX  8192 /* of a part in an answer of mode 6 */
#define READSTAT    1
#define OPERATION   12 /* highest of mode 6, and 31: RFC 9327, 2 */
#define REQUEST     46 /* highest code of mode 7 */
#define MONLIST     20
#define MONLIST_1   42

/* Answers are lists of "name=value" in printable text, but for the pairs of numbers of readstat. */
static bool control_text(uint8_t operation, uint16_t offset, struct span text)
{
	if (operation == READSTAT)
		return offset == 0 && text.len % 4 == 0;
	for (size_t i = 0; i < text.len; i++)
		if ((text.ptr[i] < ' ' && text.ptr[i] != '\r' && text.ptr[i] != '\n') ||
		    text.ptr[i] > '~')
			return false;
	return true;
}

static bool control_read(struct cur *c, struct ntp_message *out)
{
	const uint8_t *h = cur_take(c, CONTROL);
	uint16_t offset = ld_be16(h + 8), count = ld_be16(h + 10);
	struct span text;

	out->response = h[1] & 0x80;
	out->error = (h[1] & 0x40) != 0;
	out->request = h[1] & 0x1f;
	text = cur_span(c, count);
	if (c->bad || h[0] >> 6 || !out->request ||
	    (out->request > OPERATION && out->request != 31))
		return false;
	cur_span(c, (4 - count % 4u) % 4 <= c->left ? (4 - count % 4u) % 4 : 0); /* padding */
	if (c->left && c->left != 4 + 16 && c->left != 4 + 20)                   /* a MAC */
		return false;
	if (out->response)
		return offset <= OFFSET_MAX && (!out->error || !count) &&
		       control_text(out->request, offset, text) && (count || !offset);
	/* a request has neither error, more, status nor offset */
	return !(h[1] & 0x60) && !ld_be16(h + 4) && !offset;
}

static bool private_read(struct cur *c, struct ntp_message *out)
{
	const uint8_t *h = cur_take(c, PRIVATE);
	uint16_t size = ld_be16(h + 6) & 0xfff;

	out->response = h[0] & 0x80;
	out->request = h[3];
	out->error = h[4] >> 4;
	out->items = ld_be16(h + 4) & 0xfff;
	if (c->bad || h[3] > REQUEST || (h[2] != 0 && h[2] != 2 && h[2] != 3) || (h[6] & 0xf0))
		return false;
	if (out->response)
		return (size_t)out->items * size == c->left;
	/* A request carries no items, or one; scanners send it bare or padded with zeros. */
	return !(h[0] & 0x40) && !out->error && (h[1] & 0x7f) == 0 && out->items <= 1;
}

static bool time_read(struct cur *c, struct ntp_message *out)
{
	const uint8_t *h = cur_take(c, HEADER);
	int8_t poll = (int8_t)h[2], precision = (int8_t)h[3];

	out->stratum = h[1];
	out->response = out->mode != NTP_CLIENT && out->mode != NTP_SYMMETRIC_ACTIVE;
	if (c->bad || c->left % 4 || h[1] > STRATUM_MAX || poll < 0 || poll > POLL_MAX ||
	    precision > 0 || precision < PRECISION)
		return false;
	if (ld_be16(h + 4) > DELAY_MAX || ld_be16(h + 8) > DELAY_MAX)
		return false;
	return !out->response || ld_be32(h + 40) != 0; /* who answers tells the time */
}

bool ntp_read(struct span message, struct ntp_message *out)
{
	struct cur c = cur_init(message);
	struct ntp_message m = { 0 };
	bool sound;

	if (message.len < PRIVATE)
		return false;
	m.mode = *c.p & 7;
	m.version = *c.p >> 3 & 7;
	if (m.version < 1 || m.version > 4)
		return false;
	switch (m.mode) {
	case 0:
		return false;
	case NTP_CONTROL:
		sound = control_read(&c, &m);
		break;
	case NTP_PRIVATE:
		sound = private_read(&c, &m);
		break;
	default:
		sound = time_read(&c, &m);
	}
	if (sound)
		*out = m;
	return sound;
}

const char *ntp_request_name(const struct ntp_message *message)
{
	static const char *const operations[] = { "",         "readstat",  "readvar",
						  "writevar", "readclock", "writeclock" };

	if (message->mode == NTP_PRIVATE &&
	    (message->request == MONLIST || message->request == MONLIST_1))
		return "monlist";
	if (message->mode == NTP_CONTROL &&
	    message->request < sizeof(operations) / sizeof(operations[0]))
		return operations[message->request];
	return "";
}
