/*
 * smb.h - Windows file sharing (MS-SMB2, MS-CIFS and MS-SMB, over TCP 445 or NetBIOS sessions, RFC
 * 1002): the dialect, who logs in with what outcome, which shares are opened. Encrypted messages
 * and everything else are passed over.
 */
#ifndef WIRE_SMB_H
#define WIRE_SMB_H

#include "model/event.h"
#include "wire/ntlm.h"
#include "wire/stream.h"

#define SMB_PATH 128 /* bytes of UTF-8 kept of a share's path */

/* Dialects of SMB 2 and 3 are as on the wire: 0x0202, 0x0210, 0x0300, 0x0302, 0x0311. */
#define SMB_DIALECT_1 0x0100u /* any of SMB 1 */

struct smb_login {                /* lives for the call */
	struct event_login login; /* an empty user of NTLM is anonymous; Kerberos hides the user */
	struct span domain, station;
	uint32_t status; /* NTSTATUS (MS-ERREF, 2.3): 0xc000006d is a logon failure */
};

struct smb_sink {
	void *whom;
	void (*dialect)(void *whom, uint16_t dialect); /* as the server chose */
	void (*login)(void *whom, const struct smb_login *login);
	void (*tree)(void *whom, struct span path, uint32_t status); /* "\\host\share" */
};

struct smb { /* one conversation; zeroed at first */
	struct stream stream;
	bool login_pending, tree_pending;
	uint8_t path_len;
	struct ntlm_names names;
	char path[SMB_PATH];
};

/* The stream contract: returns the bytes consumed; what is left is wanted again with more. */
size_t smb_feed(struct smb *s, unsigned side, struct span bytes, const struct smb_sink *sink);
void smb_gap(struct smb *s, unsigned side, uint64_t missing);
void smb_end(struct smb *s, const struct smb_sink *sink);

/* Whether a payload begins with a message of SMB, or a request for a NetBIOS session. */
bool smb_looks(struct span payload);

#endif
