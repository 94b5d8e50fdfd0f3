/* finding.c - the table of findings. */
#include "exam/finding.h"

const struct finding_row finding_rows[FINDINGS] = {
#define FINDING(id, key, severity, weight, attack, english, japanese) \
	[FINDING_##id] = { key, severity, weight, attack, { english, japanese } },
#include "exam/finding.def"
#undef FINDING
};
