/* agree.c - counts votes: what each office's own looks come to, then how many offices say so. */
#include "fare/agree.h"

#include <stdbool.h>

/* The newest vote of the same office before `votes[i]`, or `count`. */
static size_t vote_before(const struct vote *votes, size_t count, size_t i)
{
	for (size_t k = i; k-- > 0;)
		if (votes[k].office == votes[i].office)
			return k;
	return count;
}

static bool is_newest(const struct vote *votes, size_t count, size_t i)
{
	for (size_t k = i + 1; k < count; k++)
		if (votes[k].office == votes[i].office)
			return false;
	return true;
}

/* The opinion of the office whose newest vote is `votes[i]`. A site that fails in several ways, one after the other, is
 * down as well: that takes two more looks. */
static enum site_bad opinion(const struct vote *votes, size_t count, size_t i, const struct agree_rule *rule)
{
	enum site_bad bad = votes[i].bad;
	usec_t since = votes[i].at - rule->within;
	unsigned same = 0, any = 0;
	bool alike = true;

	for (size_t k = i; k < count && votes[k].bad != BAD_NONE; k = vote_before(votes, count, k)) {
		any++;
		alike = alike && votes[k].bad == bad && votes[k].at >= since;
		same += alike;
	}
	return same >= rule->looks || any >= rule->looks + 2 ? bad : BAD_NONE;
}

enum site_bad agree_outage(const struct vote *votes, size_t count, usec_t now, const struct agree_rule *rule)
{
	enum site_bad bad = BAD_NONE;
	unsigned heard = 0, down = 0;

	for (size_t i = 0; i < count; i++) {
		enum site_bad says;

		if (!is_newest(votes, count, i) || votes[i].at < now - rule->within)
			continue;
		says = opinion(votes, count, i, rule);
		heard++;
		down += says != BAD_NONE;
		if (says != BAD_NONE)
			bad = says;
	}
	return 2 * down > heard ? bad : BAD_NONE;
}
