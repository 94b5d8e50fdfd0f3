/* smime.h - S/MIME (RFC 8551): mails that are signed or encrypted as a whole (application/pkcs7-mime; CMS, RFC 5652). */
#ifndef MIME_SMIME_H
#define MIME_SMIME_H

#include "exam/exam.h"

/* What was signed takes the place of the bytes: a header and a body. False: there is nothing to read; what is encrypted
 * or broken is told. */
bool smime_open(struct exam *e, const struct part *part, struct span *bytes);

#endif
