/*
 * finding.h - everything that an examination may find: a table, so that it can be shown, weighed and explained.
 */
#ifndef EXAM_FINDING_H
#define EXAM_FINDING_H

#include "policy/language.h"
#include "policy/severity.h"

#include <stdint.h>

enum finding_id {
#define FINDING(id, key, severity, weight, attack, english, japanese) FINDING_##id,
#include "exam/finding.def"
#undef FINDING
	FINDINGS,
};

struct finding_row {
	const char *key;    /* "remote_template": stable, for programs */
	enum severity severity;
	uint8_t weight;     /* 0 to 100: how sure it makes, by itself, that the message is malicious */
	const char *attack; /* ATT&CK technique, "" where none fits */
	const char *say[LANGUAGES]; /* one sentence; "%s" once, where the evidence stands, or not at all */
};

extern const struct finding_row finding_rows[FINDINGS];

#define FINDING_PATH     512 /* bytes, NUL included */
#define FINDING_EVIDENCE 256

/* One that was found. Both texts are UTF-8 in which nothing is hidden, and NUL-terminated. */
struct finding {
	enum finding_id id;
	uint32_t order;                  /* which of the message's findings: they are told by gravity */
	char path[FINDING_PATH];         /* "mail → invoice.zip → a.docx → word/_rels/settings.xml.rels" */
	char evidence[FINDING_EVIDENCE]; /* what was seen: the address, the command, the name */
};

#endif
