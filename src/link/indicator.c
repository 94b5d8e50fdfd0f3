/* indicator.c - matches of an index of indicators as findings: sure ones, and doubtful ones. */
#include "link/indicator.h"

#include "base/line.h"

#define SHOWN      512 /* bytes of a value that are shown */
#define SURE       60  /* confidence of a name or address that needs no second opinion: they change hands */
#define SURE_EXACT 50  /* the same of a file's digest and a mail address, which stay what they are */

/* What is only context says nothing bad, and what a guard knows is shared by many or harmless. A URL is more exact than
 * a guard of its host. */
static bool counts(const struct index_match *match)
{
	return match->alone && (!match->guarded || match->kind == INDICATOR_URL);
}

static bool is_sure(const struct index_match *match)
{
	bool exact = indicator_hash_bytes(match->kind) > 0 || match->kind == INDICATOR_EMAIL;

	return !match->guarded && match->confidence >= (exact ? SURE_EXACT : SURE);
}

void indicator_tell(void *whom, const struct index_match *match)
{
	const struct indicator_about *about = whom;
	static const struct indicator nobody;
	const struct indicator *telling = match->kept ? &match->telling[0] : &nobody;

	if (!counts(match))
		return;
	exam_findf(about->e, about->part, is_sure(match) ? FINDING_INDICATOR : FINDING_INDICATOR_WEAK,
		   "%.*s (%.*s%s%.*s)", (int)line_cut(match->value, SHOWN).len, (const char *)match->value.ptr,
		   (int)telling->source.len, (const char *)telling->source.ptr, telling->malware.len ? ": " : "",
		   (int)telling->malware.len, (const char *)telling->malware.ptr);
}
