/* smb_private.h - what smb.c and its reader of the old dialect, smb1.c, share. */
#ifndef WIRE_SMB_PRIVATE_H
#define WIRE_SMB_PRIVATE_H

#include "wire/smb.h"

struct smb_parser {
	struct smb *s;
	const struct smb_sink *sink;
};

/* Who logs in, from the security blob of a session setup. */
void smb_blob(struct smb *s, struct span blob);

/* The answer to a session setup or a tree connect. */
void smb_login_answer(struct smb_parser *p, uint32_t status);
void smb_tree_answer(struct smb_parser *p, uint32_t status);

/* A whole message of SMB 1, from its 0xff 'S' 'M' 'B' on. */
void smb1_read(struct smb_parser *p, unsigned side, struct span message);

/* Whether smb1_read() wants messages with this command. */
bool smb1_wanted(uint8_t command);

#endif
