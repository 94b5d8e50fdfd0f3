/* ntlm.c - the names in NTLM's AUTHENTICATE message (MS-NLMP, 2.2.1.3). */
#include "wire/ntlm.h"

#include "base/cursor.h"
#include "wire/utf16.h"

#define SIGNATURE    "NTLMSSP" /* with its NUL */
#define AUTHENTICATE 64        /* bytes of the fixed part */
#define FLAG_UNICODE 0x01

/* A text by its "fields": length, room, offset from the message's beginning. */
static uint8_t name_read(struct span message, const uint8_t *fields, bool unicode, char *text)
{
	size_t length = ld_le16(fields), offset = ld_le32(fields + 4);
	struct cur c = cur_init(message);
	struct span name;

	cur_span(&c, offset);
	name = cur_span(&c, length);
	if (unicode)
		return (uint8_t)utf16_text(name, text, NTLM_TEXT);
	if (name.len > NTLM_TEXT)
		name.len = NTLM_TEXT;
	memcpy(text, name.ptr, name.len);
	return (uint8_t)name.len;
}

enum ntlm_type ntlm_read(struct span blob, struct ntlm_names *names)
{
	const uint8_t *at = memmem(blob.ptr, blob.len, SIGNATURE, sizeof(SIGNATURE));
	struct cur c = cur_init(blob);
	struct span message;
	const uint8_t *head;
	uint32_t type;
	bool unicode;

	if (!at)
		return NTLM_NONE;
	cur_span(&c, (size_t)(at - blob.ptr));
	message = cur_rest(&c);
	type = ld_le32(cur_take(&c, 12) + 8);
	if (c.bad || type < NTLM_NEGOTIATE || type > NTLM_AUTHENTICATE)
		return NTLM_NONE;
	if (type != NTLM_AUTHENTICATE)
		return (enum ntlm_type)type;
	c = cur_init(message);
	head = cur_take(&c, AUTHENTICATE);
	if (c.bad)
		return NTLM_NONE;
	unicode = head[60] & FLAG_UNICODE;
	names->domain_len = name_read(message, head + 28, unicode, names->domain);
	names->user_len = name_read(message, head + 36, unicode, names->user);
	names->station_len = name_read(message, head + 44, unicode, names->station);
	return NTLM_AUTHENTICATE;
}
