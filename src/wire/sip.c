/* sip.c - SIP messages (RFC 3261, 7 and 20). */
#include "wire/sip.h"

#include "base/cursor.h"
#include "wire/line.h"

#define FIELDS     64 /* of one message that are looked at */
#define METHOD_MAX 16

static bool status_read(struct span line, struct sip_message *out)
{
	struct cur c = cur_init(line);
	const uint8_t *d = cur_take(&c, 11) + 8; /* "SIP/2.0 200" */

	if (c.bad || d[0] < '1' || d[0] > '6' || d[1] < '0' || d[1] > '9' || d[2] < '0' ||
	    d[2] > '9')
		return false;
	out->status = (uint16_t)((d[0] - '0') * 100 + (d[1] - '0') * 10 + (d[2] - '0'));
	return !c.left || *c.p == ' ';
}

static bool request_read(struct span line, struct sip_message *out)
{
	struct span rest = line;

	out->method = line_until(&rest, ' ');
	out->uri = line_until(&rest, ' ');
	if (!out->method.len || out->method.len > METHOD_MAX || !line_is(rest, "SIP/2.0"))
		return false;
	for (size_t i = 0; i < out->method.len; i++)
		if (out->method.ptr[i] < 'A' || out->method.ptr[i] > 'Z')
			return false;
	return line_begins(out->uri, "sip:") || line_begins(out->uri, "sips:") ||
	       line_begins(out->uri, "tel:");
}

/* "Alice" <sip:alice@example.org;x>;tag=y, or sip:alice@example.org;tag=y, to alice@example.org. */
static struct span address_text(struct span value)
{
	struct span rest = value, inside, scheme;

	inside = line_until(&rest, '<');
	if (inside.len < value.len)
		inside = line_until(&rest, '>');
	inside = line_until(&inside, ';');
	rest = inside;
	scheme = line_until(&rest, ':');
	if (line_is(scheme, "sip") || line_is(scheme, "sips") || line_is(scheme, "tel"))
		return rest;
	return inside;
}

/* The username of: Digest username="bob", realm=... */
static struct span digest_user(struct span value)
{
	static const char key[] = "username=\"";
	const uint8_t *at = memmem(value.ptr, value.len, key, sizeof(key) - 1);
	struct cur c = cur_init(value);
	struct span rest;

	if (!at)
		return (struct span){ cur_zeros, 0 };
	cur_span(&c, (size_t)(at - value.ptr) + sizeof(key) - 1);
	rest = cur_rest(&c);
	return line_until(&rest, '"');
}

static void field_keep(struct sip_message *out, struct span name, struct span value)
{
	if (line_is(name, "Call-ID") || line_is(name, "i")) { /* compact forms: 7.3.3 */
		out->call_id = value;
	} else if (line_is(name, "From") || line_is(name, "f")) {
		out->from = address_text(value);
	} else if (line_is(name, "To") || line_is(name, "t")) {
		out->to = address_text(value);
	} else if (line_is(name, "User-Agent") || line_is(name, "Server")) {
		out->agent = value;
	} else if (line_is(name, "CSeq") && out->status) {
		line_until(&value, ' ');
		out->method = value;
	} else if (line_is(name, "Authorization") || line_is(name, "Proxy-Authorization")) {
		out->authorised = true;
		out->user = digest_user(value);
	}
}

bool sip_read(struct span message, struct sip_message *out)
{
	struct sip_message m = { 0 };
	struct span rest = message, line, name, value;

	if (!line_take(&rest, &line))
		return false;
	if (!(line_begins(line, "SIP/2.0 ") ? status_read(line, &m) : request_read(line, &m)))
		return false;
	for (unsigned n = 0; n < FIELDS && line_take(&rest, &line) && line.len; n++)
		if (line_field(line, &name, &value))
			field_keep(&m, name, value);
	*out = m;
	return true;
}

bool sip_login(const struct sip_message *request, const struct sip_message *response,
	       struct event_login *login)
{
	uint16_t status = response->status;
	enum login_outcome outcome = LOGIN_UNKNOWN;

	if (!line_is(response->method, "REGISTER") && !line_is(response->method, "INVITE"))
		return false;
	if (status == 403 || (request->authorised && (status == 401 || status == 407)))
		outcome = LOGIN_REFUSED;
	else if (request->authorised && status >= 200 && status < 300)
		outcome = LOGIN_ACCEPTED;
	if (outcome == LOGIN_UNKNOWN)
		return false;
	*login = (struct event_login){ .outcome = outcome,
				       .user = request->user.len ? request->user : request->from };
	return true;
}
