/* known.c - files that others know: digests of attached files, asked of the index of indicators. */
#include "mail/mail_private.h"

#include "intel/index.h"

#include <stdio.h>

#define SURE 60 /* confidence from which on a match counts in full */

struct asked {
	struct exam *e;
	const struct part *part;
	bool told;
};

static void see_match(void *whom, const struct index_match *match)
{
	struct asked *asked = whom;
	bool sure = match->alone && !match->guarded && match->confidence >= SURE;
	const struct indicator *first = &match->telling[0];

	if (asked->told)
		return;
	asked->told = true;
	exam_findf(asked->e, asked->part, sure ? FINDING_INDICATOR : FINDING_INDICATOR_WEAK, "%.*s (%.*s)",
		   (int)match->value.len, (const char *)match->value.ptr, (int)first->source.len,
		   (const char *)first->source.ptr);
}

/* Texts that are shown and what only holds parts have no digest that anybody would know. */
static bool is_file(const struct part *part)
{
	return part->bytes.len && !part->inline_body && type_kind(part->type) != KIND_MESSAGE;
}

void mail_known(struct exam *e, const struct part *part)
{
	static const struct {
		enum digest_kind digest;
		enum indicator_kind kind;
		size_t bytes;
	} kinds[] = { { DIGEST_SHA256, INDICATOR_SHA256, SHA256_BYTES },
		      { DIGEST_SHA1, INDICATOR_SHA1, SHA1_BYTES },
		      { DIGEST_MD5, INDICATOR_MD5, MD5_BYTES } };
	struct asked asked = { e, part, false };
	uint8_t digest[DIGEST_MAX];

	if (!e->settings->index || !is_file(part))
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!exam_work(e, part->bytes.len))
			return;
		digest_of(e->kit, kinds[i].digest, part->bytes, digest);
		index_text(e->settings->index, kinds[i].kind, (struct span){ digest, kinds[i].bytes },
			   e->now, see_match, &asked);
	}
}
