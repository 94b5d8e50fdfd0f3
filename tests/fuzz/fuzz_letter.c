/*
 * fuzz_letter.c - hostile mails through an examination with little memory, small limits, and only the readers of messages:
 * it ends within its limits, and what was handed on is readable. The first byte chooses the reader.
 */
#define READER_KEEPS true
#include "letter/letter.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void see_part(struct exam *e, struct part *part)
{
	reader_part(e, part);
	check(part->mime_depth <= e->settings->limits.mime_depth);
	if (part->type == TYPE_MESSAGE || part->type == TYPE_MHTML)
		letter_message(e, part);
	else if (part->type == TYPE_TNEF)
		letter_tnef(e, part);
	else if (part->type == TYPE_TEXT)
		letter_text(e, part);
	else if (type_kind(part->type) == KIND_SEALED)
		letter_sealed(e, part);
}

static const struct exam_hooks hooks = { see_part, letter_words, reader_url, reader_imitated };
static const char *const own_domains[] = { "example.jp", NULL };
static const char *const own_people[] = { "Taro Yamada <t@example.jp>", "山田 太郎 <t@example.jp>", NULL };
static const char *const brands[] = { "Example=example.com", "parcels.example", NULL };
static const char *const servers[] = { "mx", NULL };

static const struct exam_settings settings = {
	.own_domains = own_domains,
	.own_people = own_people,
	.brands = brands,
	.authservs = servers,
	.limits = { .message = 1 << 20, .headers = 4096, .parts = 20, .mime_depth = 6, .archive_depth = 4, .entries = 20,
		    .inflated = 1 << 20, .ratio = 10, .seconds = 1, .memory = 1 << 20 },
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static fuzz_reader *const readers[] = { letter_message, letter_tnef, letter_text, letter_sealed };

	if (!len)
		return 0;
	reader_setup(&settings, &hooks);
	reader_play_typed(readers[bytes[0] % 4], TYPE_MESSAGE, "", (struct span){ bytes + 1, len - 1 });
	return 0;
}
