/* tftp.c - TFTP packets (RFC 1350, 5; options: RFC 2347 and 2348). */
#include "wire/tftp.h"

#include "base/cursor.h"
#include "wire/line.h"

#define NAME_MAX_BYTES 255
#define BLOCK          512   /* bytes, RFC 1350, 2 */
#define BLOCK_MAX      65464 /* RFC 2348 */
#define ERROR_MAX      8     /* RFC 2347, 4 */
#define OPTIONS        8     /* that are looked at */

/* A text that ends with a NUL, which must be there. */
static bool text_read(struct span *rest, struct span *text)
{
	size_t before = rest->len;

	*text = line_until(rest, '\0');
	return text->len < before && line_printable(*text);
}

static uint16_t block_read(struct span value)
{
	uint32_t number = 0;

	for (size_t i = 0; i < value.len && number <= BLOCK_MAX; i++) {
		if (value.ptr[i] < '0' || value.ptr[i] > '9')
			return BLOCK;
		number = number * 10 + (value.ptr[i] - (uint32_t)'0');
	}
	return number >= 8 && number <= BLOCK_MAX ? (uint16_t)number : BLOCK;
}

static bool options_read(struct span rest, struct tftp_packet *out)
{
	struct span name, value;

	out->block = BLOCK;
	for (unsigned n = 0; n < OPTIONS && rest.len; n++) {
		if (!text_read(&rest, &name) || !text_read(&rest, &value) || !name.len)
			return false;
		if (line_is(name, "blksize"))
			out->block = block_read(value);
	}
	return true;
}

static bool request_read(struct span rest, struct tftp_packet *out)
{
	if (!text_read(&rest, &out->file) || !text_read(&rest, &out->mode))
		return false;
	if (!out->file.len || out->file.len > NAME_MAX_BYTES)
		return false;
	if (!line_is(out->mode, "octet") && !line_is(out->mode, "netascii") &&
	    !line_is(out->mode, "mail"))
		return false;
	return options_read(rest, out);
}

static bool error_read(struct span rest, struct tftp_packet *out)
{
	return out->number <= ERROR_MAX && text_read(&rest, &out->bytes);
}

bool tftp_read(struct span packet, struct tftp_packet *out)
{
	struct cur c = cur_init(packet);
	struct tftp_packet p = { 0 };
	uint16_t opcode = cur_be16(&c);
	bool sound;

	if (c.bad || opcode < TFTP_READ || opcode > TFTP_OPTIONS)
		return false;
	p.opcode = (enum tftp_opcode)opcode;
	if (opcode >= TFTP_DATA && opcode <= TFTP_ERROR)
		p.number = cur_be16(&c);
	if (c.bad)
		return false;
	switch (p.opcode) {
	case TFTP_READ:
	case TFTP_WRITE:
		sound = request_read(cur_rest(&c), &p);
		break;
	case TFTP_DATA:
		p.bytes = cur_rest(&c);
		sound = c.left <= BLOCK_MAX;
		break;
	case TFTP_ACK:
		sound = c.left == 0;
		break;
	case TFTP_ERROR:
		sound = error_read(cur_rest(&c), &p);
		break;
	default:
		sound = c.left && options_read(cur_rest(&c), &p);
	}
	if (sound)
		*out = p;
	return sound;
}

bool tftp_looks(struct span packet)
{
	struct tftp_packet p;

	return packet.len > 4 && packet.ptr[0] == 0 && (packet.ptr[1] == 1 || packet.ptr[1] == 2) &&
	       tftp_read(packet, &p);
}
