/* mail_private.h - what the files of mail/ share. */
#ifndef MAIL_MAIL_PRIVATE_H
#define MAIL_MAIL_PRIVATE_H

#include "mail/mail.h"

/* The hooks of an examination (exam/exam.h). */
void mail_open(struct exam *e, struct part *part);
void mail_text(struct exam *e, const struct part *part, struct span utf8);
void mail_url(struct exam *e, const struct part *part, struct span url, struct span shown);
struct span mail_imitated(const struct exam *e, struct span host);

/* The type that its bytes do not tell, but the mail does; else the type as it is. */
enum type mail_type_said(const struct part *part);
/* What else its receiver's programs take it for; TYPE_UNKNOWN: nothing else. */
enum type mail_type_also(const struct part *part);

/* Whether others know a file by its digest. */
void mail_known(struct exam *e, const struct part *part);
/* Whether others know the sender: its addresses and its domain. */
void mail_known_sender(struct exam *e, const struct part *message);

/* What the findings come to. */
uint8_t mail_score(const struct exam *e);
enum verdict mail_verdict(const struct exam *e, uint8_t score);
/* `unseen`: something was not looked into. */
enum verdict mail_verdict_of(uint8_t score, bool unseen);

#endif
