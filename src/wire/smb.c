/* smb.c - SMB 2 and 3 (MS-SMB2, 2.2), and the frames around all dialects (RFC 1002, 4.3). */
#include "wire/smb.h"

#include "base/cursor.h"
#include "wire/smb_private.h"
#include "wire/utf16.h"

#define FRAME       4
#define HEADER2     64
#define LOOK        18   /* bytes of a frame that tell whether it is wanted */
#define NAME_CALLED 0x20 /* length byte of a NetBIOS name */

enum frame_type {
	FRAME_MESSAGE = 0x00,
	FRAME_REQUEST = 0x81, /* of a NetBIOS session */
	FRAME_POSITIVE = 0x82,
	FRAME_NEGATIVE = 0x83,
	FRAME_RETARGET = 0x84,
	FRAME_KEEPALIVE = 0x85,
};

enum smb2_command {
	NEGOTIATE = 0,
	SESSION_SETUP = 1,
	TREE_CONNECT = 3,
};

enum smb_status {
	STATUS_MORE_PROCESSING = 0xc0000016u,
	SEVERITY_ERROR = 0xc0000000u,
};

enum smb_magic { /* as read in big-endian order */
		 MAGIC_1 = 0xff534d42u,
		 MAGIC_2 = 0xfe534d42u,
		 MAGIC_ENCRYPTED = 0xfd534d42u,
		 MAGIC_COMPRESSED = 0xfc534d42u,
};

static bool magic_known(uint32_t magic)
{
	return magic == MAGIC_1 || magic == MAGIC_2 || magic == MAGIC_ENCRYPTED ||
	       magic == MAGIC_COMPRESSED;
}

static bool frame_known(uint8_t type)
{
	return type == FRAME_MESSAGE || (type >= FRAME_REQUEST && type <= FRAME_KEEPALIVE);
}

static enum stream_state smb_head(const void *parser, unsigned side, struct span bytes,
				  uint64_t *length)
{
	struct cur c = cur_init(bytes);
	uint32_t frame = cur_be32(&c), size = frame & 0xffffff, magic;
	const uint8_t *rest;

	(void)parser;
	(void)side;
	if (!frame_known(bytes.ptr[0]))
		return STREAM_WRONG;
	if (c.bad)
		return STREAM_MORE;
	*length = (uint64_t)size + FRAME;
	if (frame >> 24 != FRAME_MESSAGE || size + FRAME < LOOK)
		return STREAM_PASS;
	if (bytes.len < LOOK)
		return STREAM_MORE;
	magic = cur_be32(&c);
	rest = cur_take(&c, LOOK - FRAME - 4);
	if (!magic_known(magic))
		return STREAM_WRONG;
	if (magic == MAGIC_1)
		return smb1_wanted(rest[0]) ? STREAM_WANTED : STREAM_PASS;
	if (magic != MAGIC_2)
		return STREAM_PASS;
	return ld_le16(rest + 8) <= TREE_CONNECT ? STREAM_WANTED : STREAM_PASS;
}

void smb_blob(struct smb *s, struct span blob)
{
	enum ntlm_type type;

	memset(&s->names, 0, sizeof(s->names));
	type = ntlm_read(blob, &s->names);
	s->login_pending = type == NTLM_AUTHENTICATE || type == NTLM_NONE;
}

static void login_tell(struct smb_parser *p, enum login_outcome outcome, uint32_t status)
{
	const struct ntlm_names *n = &p->s->names;
	struct smb_login login = {
		.login = { .outcome = outcome, .user = { (const uint8_t *)n->user, n->user_len } },
		.domain = { (const uint8_t *)n->domain, n->domain_len },
		.station = { (const uint8_t *)n->station, n->station_len },
		.status = status,
	};

	p->s->login_pending = false;
	p->sink->login(p->sink->whom, &login);
}

void smb_login_answer(struct smb_parser *p, uint32_t status)
{
	bool refused = (status & SEVERITY_ERROR) == SEVERITY_ERROR;

	if (!p->s->login_pending)
		return;
	if (status == STATUS_MORE_PROCESSING)
		p->s->login_pending = false;
	else
		login_tell(p, refused ? LOGIN_REFUSED : LOGIN_ACCEPTED, status);
}

void smb_tree_answer(struct smb_parser *p, uint32_t status)
{
	struct span path = { (const uint8_t *)p->s->path, p->s->path_len };

	if (!p->s->tree_pending)
		return;
	p->s->tree_pending = false;
	p->sink->tree(p->sink->whom, path, status);
}

/* A part of the message by its offset and length, counted from the SMB header. */
static struct span part(struct span message, size_t offset, size_t length)
{
	struct cur c = cur_init(message);

	cur_span(&c, offset);
	return cur_span(&c, length);
}

static void request2(struct smb_parser *p, uint16_t command, struct span message, struct cur *body)
{
	const uint8_t *b;
	struct span path;

	if (command == SESSION_SETUP) { /* 2.2.5 */
		b = cur_take(body, 24);
		if (!body->bad)
			smb_blob(p->s, part(message, ld_le16(b + 12), ld_le16(b + 14)));
	} else if (command == TREE_CONNECT) { /* 2.2.9 */
		b = cur_take(body, 8);
		path = part(message, ld_le16(b + 4), ld_le16(b + 6));
		p->s->path_len = (uint8_t)utf16_text(path, p->s->path, SMB_PATH);
		p->s->tree_pending = !body->bad && p->s->path_len;
	}
}

static void response2(struct smb_parser *p, uint16_t command, uint32_t status, struct cur *body)
{
	const uint8_t *b;

	if (command == SESSION_SETUP) {
		smb_login_answer(p, status);
	} else if (command == TREE_CONNECT) {
		smb_tree_answer(p, status);
	} else if (command == NEGOTIATE && !status) { /* 2.2.4 */
		b = cur_take(body, 8);
		if (!body->bad)
			p->sink->dialect(p->sink->whom, ld_le16(b + 4));
	}
}

/* Only the first message of a compound: those wanted here are sent alone. */
static void smb2_read(struct smb_parser *p, unsigned side, struct span message)
{
	struct cur c = cur_init(message);
	const uint8_t *h = cur_take(&c, HEADER2);
	uint16_t command = ld_le16(h + 12);
	bool response = h[16] & 1;

	if (c.bad || ld_le16(h + 4) != HEADER2 || response != side)
		return;
	if (response)
		response2(p, command, ld_le32(h + 8), &c);
	else
		request2(p, command, message, &c);
}

static void smb_message(void *parser, unsigned side, struct span frame)
{
	struct cur c = cur_init(frame);

	cur_take(&c, FRAME);
	if (*c.p == 0xff)
		smb1_read(parser, side, cur_rest(&c));
	else
		smb2_read(parser, side, cur_rest(&c));
}

size_t smb_feed(struct smb *s, unsigned side, struct span bytes, const struct smb_sink *sink)
{
	static const struct stream_format format = { smb_head, smb_message };
	struct smb_parser parser = { s, sink };

	return stream_feed(&s->stream, &format, &parser, side, bytes);
}

void smb_gap(struct smb *s, unsigned side, uint64_t missing)
{
	stream_gap(&s->stream, side, missing);
}

void smb_end(struct smb *s, const struct smb_sink *sink)
{
	struct smb_parser p = { s, sink };

	if (s->login_pending)
		login_tell(&p, LOGIN_UNKNOWN, 0);
}

/* RFC 1001, 14: a name is 32 letters from A to P. */
static bool session_looks(struct cur *c)
{
	const uint8_t *name = cur_take(c, 34);

	if (c->bad || name[0] != NAME_CALLED || name[33] != 0)
		return false;
	for (unsigned i = 1; i < 33; i++)
		if (name[i] < 'A' || name[i] > 'P')
			return false;
	return true;
}

bool smb_looks(struct span payload)
{
	struct cur c = cur_init(payload);
	uint32_t frame = cur_be32(&c);

	if (frame == ((uint32_t)FRAME_REQUEST << 24 | 68))
		return session_looks(&c);
	if (c.bad || frame >> 24 != FRAME_MESSAGE || frame < LOOK)
		return false;
	return magic_known(cur_be32(&c));
}
