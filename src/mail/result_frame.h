/*
 * result_frame.h - what an examination came to, as bytes: from a child to its examiner, and between processes.
 *
 * Who wrote them may have been broken into: numbers are checked against their ranges, and texts are made visible
 * again. Numbers are little-endian, texts have a length before them (le16).
 */
#ifndef MAIL_RESULT_FRAME_H
#define MAIL_RESULT_FRAME_H

#include "base/err.h"
#include "base/pen.h"
#include "mail/mail.h"

/* The frames between who wants a message examined and the process that has it examined (tower/process.h has the
 * others). */
enum examine_frame {
	FRAME_EXAMINE = 0x70, /* le64 number; the message rides on it, as a sealed file of memory */
	FRAME_EXAMINED,       /* le64 number, u8: 1 when it was examined; then the result, or nothing */
};

/* Room for any result. */
#define RESULT_FRAME_MAX (512 + EXAM_FINDINGS * (8 + FINDING_PATH + FINDING_EVIDENCE))

void result_frame_write(struct pen *room, const struct mail_result *result);

/* ERR_FORMAT: none of our own examinations comes to that. */
MUST_USE enum err result_frame_read(struct span bytes, struct mail_result *result);

#endif
