/*
 * banner.h - a warning above a message's text: the message becomes the second part of a multipart/mixed, whose first
 * part is the warning. So it is right whatever the message is made of, in whatever charset.
 */
#ifndef MILTER_BANNER_H
#define MILTER_BANNER_H

#include "mail/mail.h"
#include "milter/letter_head.h"

#include <stdio.h>

#define BANNER_BOUNDARY 48

/* A boundary that nobody could foresee. */
void banner_boundary(char boundary[BANNER_BOUNDARY]);

/* The new body, with the old one in it; lines end with CRLF. Errors stay in the stream. */
struct banner {
	const struct letter_head *head;
	const struct mail_result *result;
	enum language language;
	const char *boundary;
};
void banner_write(FILE *out, const struct banner *banner, struct span body);

/* The subject with a tag before it; one that is not ASCII is encoded (RFC 2047). */
void banner_subject(FILE *out, const char *tag, struct span subject);

#endif
