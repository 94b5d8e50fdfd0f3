/*
 * auth.h - what our own mail server found out about a sender: Authentication-Results (RFC 8601), from the servers that
 * the configuration names and from no others.
 */
#ifndef LETTER_AUTH_H
#define LETTER_AUTH_H

#include "exam/exam.h"
#include "mime/head.h"

enum auth_result { AUTH_UNSAID, AUTH_NONE, AUTH_PASS, AUTH_SOFT, AUTH_FAIL };

struct auth {
	enum auth_result spf, dkim, dmarc, arc, login; /* login: the sender's own, at the server (auth=) */
	struct span server; /* empty: no server that is believed said anything */
};

/* From the top, down to the first field of somebody else: what stands below was there when the message came, and may be
 * forged. Of several results for the same method the uppermost counts, of DKIM the best of its field. */
void auth_read(const struct exam_settings *settings, const struct head *head, struct arena *arena, struct auth *auth);

/* The uppermost field alone, whoever wrote it: where no servers are configured, it is most likely one's own server's. */
void auth_read_first(const struct head *head, struct arena *arena, struct auth *auth);

/* The server found that the domain does not stand behind the message. Forwarders break SPF and lists break DKIM: one of
 * them is enough, and DMARC decides where it was asked. */
bool auth_failed(const struct auth *auth);

/* Both SPF and DKIM stand behind it, but for other domains than the sender's, as DMARC (RFC 7489, 3.1) found: forwarders break
 * the one and lists the other, so neither was at work, and the domain is borrowed. */
bool auth_borrowed(const struct auth *auth);

/* The server asked, and found nothing at all that stands behind it: no SPF, no signature, not a broken one either. */
bool auth_lacks(const struct auth *auth);

/* "dmarc=fail spf=fail dkim=none". */
#define AUTH_TEXT 64
char *auth_text(const struct auth *auth, char text[AUTH_TEXT]);

#endif
