/*
 * shortcut_xml.c - shortcuts that are XML: settings of Windows (.settingcontent-ms), libraries and searches
 * (.library-ms, .search-ms, .searchConnector-ms), property lists of Apple (.webloc, .mobileconfig, also signed ones).
 */
#include "document/shortcut_private.h"

#include "active/target.h"
#include "base/line.h"
#include "base/pen.h"
#include "active/command.h"
#include "format/tag.h"

#define PROFILE_TEXT 200

/* What a profile brings, written one after the other. */
struct profile {
	uint8_t room[PROFILE_TEXT];
	struct pen pen;
};

/* "com.apple.vpn.managed" for people. */
static struct span kind_of_payload(struct span type)
{
	static const struct {
		const char *type, *kind;
	} rows[] = {
		{ "com.apple.vpn.managed", "VPN" },
		{ "com.apple.mail.managed", "mail account" },
		{ "com.apple.eas.account", "Exchange account" },
		{ "com.apple.carddav.account", "address book" },
		{ "com.apple.caldav.account", "calendar" },
		{ "com.apple.subscribedcalendar.account", "calendar" },
		{ "com.apple.security.root", "root certificate" },
		{ "com.apple.security.pkcs1", "certificate" },
		{ "com.apple.security.pem", "certificate" },
		{ "com.apple.security.pkcs12", "identity" },
		{ "com.apple.wifi.managed", "Wi-Fi" },
		{ "com.apple.webClip.managed", "web clip" },
		{ "com.apple.mdm", "device management" },
		{ "com.apple.proxy.http.global", "proxy" },
		{ "com.apple.dnsSettings.managed", "DNS" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (line_is(type, rows[i].type))
			return (struct span){ (const uint8_t *)rows[i].kind, strlen(rows[i].kind) };
	return type;
}

static void note_payload(struct profile *profile, struct span type)
{
	struct span kind = kind_of_payload(type), noted = pen_since(&profile->pen, 0);

	if (line_is(type, "Configuration") ||
	    (noted.len && kind.len && memmem(noted.ptr, noted.len, kind.ptr, kind.len)))
		return;
	if (noted.len)
		pen_text(&profile->pen, ", ");
	pen_span(&profile->pen, kind);
}

/* A value of a property list, behind its key. */
static void judge_value(struct exam *e, const struct part *part, struct profile *profile, const struct span key_value[2])
{
	struct span key = key_value[0], value = key_value[1];

	if (line_is(key, "PayloadType"))
		note_payload(profile, value);
	else if (line_is(key, "URL") || line_is(key, "ServerURL") || line_is(key, "CheckInURL"))
		shortcut_address(e, part, value);
}

/* The text of an element that means something by itself. */
static void judge_text(struct exam *e, const struct part *part, struct span element, struct span text)
{
	if (line_is(element, "DeepLink") || line_is(element, "ApplicationInformation"))
		shortcut_command(e, part, text);
	else if (line_is(element, "url") || line_is(element, "serialized"))
		shortcut_fetched(e, part, text);
	else if (line_is(element, "iconReference"))
		shortcut_fetched(e, part, text);
}

static void judge_open(struct exam *e, const struct part *part, const struct tag *tag)
{
	struct span rest = tag->bytes, name, value;

	while (tag_attribute(&rest, &name, &value)) {
		value = tag_text(value, TAG_XML, &e->arena);
		if (line_is(name, "path") || line_is(name, "url") || line_is(name, "href") || line_is(name, "src"))
			shortcut_fetched(e, part, value);
	}
}

/* Around a signed profile stands a CMS envelope (RFC 5652), whose content is the XML as it is, or in pieces. */
static struct span inside_signature(struct span text)
{
	const uint8_t *begin = text.len && text.ptr[0] != '<' ? memmem(text.ptr, text.len, "<?xml", 5) : NULL;

	return begin ? line_from(text, (size_t)(begin - text.ptr)) : text;
}

void shortcut_xml(struct exam *e, const struct part *part, struct span text)
{
	struct tags tags = tags_begin(inside_signature(text), TAG_XML);
	struct profile profile;
	struct span element = { cur_zeros, 0 }, key_value[2] = { element, element }, value;
	struct tag tag;

	profile.pen = pen_init(profile.room, sizeof(profile.room));
	while (tags_next(&tags, &tag)) {
		if (tag.kind == TAG_OPEN) {
			element = tag.name;
			judge_open(e, part, &tag);
			continue;
		}
		if (tag.kind == TAG_CLOSE)
			element.len = 0;
		if ((tag.kind != TAG_TEXT && tag.kind != TAG_RAW) || !element.len)
			continue;
		value = line_trim(tag_text(tag.bytes, TAG_XML, &e->arena));
		if (line_is(element, "key")) {
			key_value[0] = value;
		} else if (line_is(element, "string")) {
			key_value[1] = value;
			judge_value(e, part, &profile, key_value);
		}
		judge_text(e, part, element, value);
	}
	if (profile.pen.used)
		exam_find(e, part, FINDING_PROFILE, pen_since(&profile.pen, 0));
}
