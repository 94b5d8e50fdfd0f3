/* policy.c - the table of what becomes of mail. */
#include "milter/policy.h"

static enum ruling rule_failure(const struct policy *policy, enum held_why *why)
{
	static const enum ruling rulings[] = {
		[FAILURE_TRY_AGAIN] = RULING_TRY_AGAIN,
		[FAILURE_HOLD] = RULING_HOLD,
		[FAILURE_DELIVER] = RULING_DELIVER,
	};

	*why = HELD_FAILURE;
	return rulings[policy->on_failure];
}

static enum ruling rule_malicious(const struct policy *policy, enum held_why *why)
{
	static const enum ruling rulings[] = {
		[MALICIOUS_HOLD] = RULING_HOLD,
		[MALICIOUS_REJECT] = RULING_REJECT,
		[MALICIOUS_TAG] = RULING_DELIVER,
	};

	*why = HELD_MALICIOUS;
	return rulings[policy->on_malicious];
}

enum ruling policy_rule(const struct policy *policy, enum verdict verdict, bool failed, enum held_why *why)
{
	if (failed)
		return rule_failure(policy, why);
	switch (verdict) {
	case VERDICT_MALICIOUS:
		return rule_malicious(policy, why);
	case VERDICT_SUSPICIOUS:
		*why = HELD_SUSPICIOUS;
		return policy->mail >= MAIL_HOLD_SUSPICIOUS ? RULING_HOLD : RULING_DELIVER;
	case VERDICT_NOT_INSPECTED:
		*why = HELD_NOT_INSPECTED;
		return policy->mail >= MAIL_HOLD_ATTACHMENTS ? RULING_HOLD : RULING_DELIVER;
	default:
		return RULING_DELIVER;
	}
}
