/*
 * rules.h - YARA rules of the user's, held against every file of a message (libyara; a build may be without it).
 *
 * Rules are compiled before anything is examined, in the process that may open files; the children inherit them.
 * Their includes are not followed.
 */
#ifndef MAIL_RULES_H
#define MAIL_RULES_H

#include "exam/exam.h"

#define RULES_WHY 320

struct mail_rules;

/* A file of rules, or a folder with files *.yar, *.yara. NULL: why says which line is wrong, or that this build has
 * no YARA. Caller owns it; it lives longer than all that is examined with it. */
struct mail_rules *mail_rules_load(const char *path, char why[RULES_WHY]);
void mail_rules_free(struct mail_rules *rules);

/* Holds the rules against a part. */
void mail_rules_look(struct exam *e, const struct part *part);

#endif
