/*
 * verdict.c - what findings come to.
 *
 * Each kind of finding counts once, as a chance to be malicious that is independent of the others: the score is 100
 * times the chance that at least one is right. So weak signs add up, and none of them alone decides.
 */
#include "mail/mail_private.h"

#include <math.h>

#define SUSPICIOUS 50
#define MALICIOUS  80

uint8_t mail_score(const struct exam *e)
{
	double harmless = 1;

	for (unsigned id = 0; id < FINDINGS; id++)
		if (exam_found(e, id))
			harmless *= 1 - finding_rows[id].weight / 100.0;
	return (uint8_t)lround(100 * (1 - harmless));
}

/* Something that nobody could look into is never clean. */
enum verdict mail_verdict_of(uint8_t score, bool unseen)
{
	if (score >= MALICIOUS)
		return VERDICT_MALICIOUS;
	if (score >= SUSPICIOUS)
		return VERDICT_SUSPICIOUS;
	return unseen ? VERDICT_NOT_INSPECTED : VERDICT_CLEAN;
}

enum verdict mail_verdict(const struct exam *e, uint8_t score)
{
	bool unseen = e->over || e->arena.full;

	for (unsigned i = 0; i < UNSEENS; i++)
		unseen |= e->unseen[i] > 0;
	return mail_verdict_of(score, unseen);
}
