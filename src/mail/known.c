/* known.c - what others know: digests of attached files and who sent the message, asked of the index of indicators. */
#include "mail/mail_private.h"

#include "link/indicator.h"

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
	struct indicator_about about = { e, part };
	uint8_t digest[DIGEST_MAX];

	if (!e->settings->index || !is_file(part))
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!exam_work(e, part->bytes.len))
			return;
		digest_of(e->kit, kinds[i].digest, part->bytes, digest);
		index_text(e->settings->index, kinds[i].kind, (struct span){ digest, kinds[i].bytes },
			   e->now, indicator_tell, &about);
	}
}

void mail_known_sender(struct exam *e, const struct part *message)
{
	const struct index *index = e->settings->index;
	const struct span addresses[] = { e->sender.address, e->sender.reply_to };
	struct indicator_about about = { e, message };

	for (size_t i = 0; index && i < sizeof(addresses) / sizeof(addresses[0]); i++)
		if (addresses[i].len)
			index_text(index, INDICATOR_EMAIL, addresses[i], e->now, indicator_tell, &about);
	if (index && e->sender.domain.len)
		index_domain(index, e->sender.domain, e->now, indicator_tell, &about);
}
