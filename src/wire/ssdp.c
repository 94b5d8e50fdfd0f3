/* ssdp.c - SSDP messages (UPnP Device Architecture 2.0, 1.2 and 1.3). */
#include "wire/ssdp.h"

#include "wire/line.h"

#define FIELDS 32 /* of one message that are looked at */

static bool start_read(struct span line, struct ssdp_message *out)
{
	if (line_is(line, "M-SEARCH * HTTP/1.1"))
		out->kind = SSDP_SEARCH;
	else if (line_is(line, "NOTIFY * HTTP/1.1") || line_is(line, "NOTIFY * HTTP/1.0"))
		out->kind = SSDP_NOTIFY;
	else if (line_begins(line, "HTTP/1.1 200") || line_begins(line, "HTTP/1.0 200"))
		out->kind = SSDP_RESPONSE;
	else
		return false;
	return true;
}

static void field_keep(struct ssdp_message *out, struct span name, struct span value)
{
	if (line_is(name, "ST") || line_is(name, "NT"))
		out->target = value;
	else if (line_is(name, "USN"))
		out->name = value;
	else if (line_is(name, "SERVER"))
		out->server = value;
	else if (line_is(name, "LOCATION"))
		out->location = value;
	else if (line_is(name, "USER-AGENT"))
		out->agent = value;
	else if (line_is(name, "NTS"))
		out->event = value;
}

bool ssdp_read(struct span message, struct ssdp_message *out)
{
	struct ssdp_message m = { 0 };
	struct span rest = message, line, name, value;

	if (!line_take(&rest, &line) || !start_read(line, &m))
		return false;
	for (unsigned n = 0; n < FIELDS && line_take(&rest, &line) && line.len; n++)
		if (line_field(line, &name, &value))
			field_keep(&m, name, value);
	/* HTTP over UDP without these is something else */
	if (!m.target.len || (m.kind == SSDP_NOTIFY && !m.event.len))
		return false;
	*out = m;
	return true;
}
