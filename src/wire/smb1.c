/* smb1.c - the old dialect of Windows file sharing (MS-CIFS, 2.2.3 and 2.2.4; MS-SMB, 2.2.4). */
#include "base/cursor.h"
#include "wire/smb_private.h"
#include "wire/utf16.h"

#define HEADER  32
#define ANDX    4 /* commands of one message that are followed */
#define NO_ANDX 0xff

enum smb1_command {
	SESSION_SETUP = 0x73,
	NEGOTIATE = 0x72,
	TREE_CONNECT = 0x75,
};

enum smb1_flag {
	FLAG_REPLY = 0x80,     /* flags */
	FLAG_UNICODE = 0x8000, /* flags2 */
};

/* One command of a message: its words and bytes (2.2.3.2, 2.2.3.3). */
struct block {
	const uint8_t *words;
	unsigned count; /* of words */
	struct span bytes;
	size_t offset; /* of the bytes in the message: texts are aligned from there */
	bool unicode;
};

bool smb1_wanted(uint8_t command)
{
	return command == NEGOTIATE || command == SESSION_SETUP || command == TREE_CONNECT;
}

static bool block_read(struct span message, size_t offset, struct block *b)
{
	struct cur c = cur_init(message);

	cur_span(&c, offset);
	b->count = cur_u8(&c);
	if (c.bad || b->count > CUR_TAKE_MAX / 2)
		return false;
	b->words = cur_take(&c, 2 * (size_t)b->count);
	b->bytes = cur_span(&c, ld_le16(cur_take(&c, 2)));
	b->offset = c.off - b->bytes.len;
	return !c.bad;
}

/* The next text: UTF-16 stands at even offsets of the message. */
static uint8_t text_read(struct cur *c, const struct block *b, char *text, size_t room)
{
	size_t length = 0, used;
	struct cur end;

	if (b->unicode) {
		if ((b->offset + c->off) % 2)
			cur_u8(c);
		end = *c;
		while (end.left >= 2 && ld_le16(cur_take(&end, 2)))
			length += 2;
		used = utf16_text((struct span){ c->p, length }, text, room);
		cur_span(c, length + 2);
		return (uint8_t)used;
	}
	end = *c;
	while (end.left && cur_u8(&end))
		length++;
	used = length < room ? length : room;
	memcpy(text, c->p, used);
	cur_span(c, length + 1);
	return (uint8_t)used;
}

static void setup_request(struct smb_parser *p, const struct block *b)
{
	struct cur c = cur_init(b->bytes);

	if (b->count == 12) { /* MS-SMB, 2.2.4.6.1: a security blob */
		smb_blob(p->s, cur_span(&c, ld_le16(b->words + 14)));
	} else if (b->count == 13) { /* MS-CIFS, 2.2.4.53.1: two passwords, then the names */
		struct ntlm_names *n = &p->s->names;

		memset(n, 0, sizeof(*n));
		cur_span(&c, (size_t)ld_le16(b->words + 14) + ld_le16(b->words + 16));
		n->user_len = text_read(&c, b, n->user, NTLM_TEXT);
		n->domain_len = text_read(&c, b, n->domain, NTLM_TEXT);
		p->s->login_pending = true;
	}
}

static void tree_request(struct smb_parser *p, const struct block *b)
{
	struct cur c = cur_init(b->bytes);

	if (b->count != 4) /* 2.2.4.55.1 */
		return;
	cur_span(&c, ld_le16(b->words + 6)); /* password */
	p->s->path_len = text_read(&c, b, p->s->path, SMB_PATH);
	p->s->tree_pending = p->s->path_len > 0;
}

static void command_read(struct smb_parser *p, uint8_t command, uint32_t status, bool reply,
			 const struct block *b)
{
	if (command == NEGOTIATE && reply) {
		/* 2.2.4.52.2: 0xffff is none of those offered */
		if (!status && b->count && ld_le16(b->words) != 0xffff)
			p->sink->dialect(p->sink->whom, SMB_DIALECT_1);
	} else if (command == SESSION_SETUP && reply) {
		smb_login_answer(p, status);
	} else if (command == TREE_CONNECT && reply) {
		smb_tree_answer(p, status);
	} else if (command == SESSION_SETUP) {
		setup_request(p, b);
	} else if (command == TREE_CONNECT) {
		tree_request(p, b);
	}
}

void smb1_read(struct smb_parser *p, unsigned side, struct span message)
{
	struct cur c = cur_init(message);
	const uint8_t *h = cur_take(&c, HEADER);
	uint8_t command = h[4];
	uint32_t status = ld_le32(h + 5);
	bool reply = h[9] & FLAG_REPLY;
	struct block b = { .unicode = ld_le16(h + 10) & FLAG_UNICODE };
	size_t offset = HEADER, next;

	if (c.bad || reply != side)
		return;
	for (unsigned n = 0; n < ANDX && smb1_wanted(command); n++) {
		if (!block_read(message, offset,
				&b)) /* an error's answer has no words: that is read */
			return;
		command_read(p, command, status, reply, &b);
		if (command == NEGOTIATE || b.count < 2 || b.words[0] == NO_ANDX)
			return;
		command = b.words[0];
		next = ld_le16(b.words + 2);
		if (next <= offset) /* only forwards */
			return;
		offset = next;
	}
}
