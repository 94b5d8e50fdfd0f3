/*
 * fuzz_letter.c - hostile mails through an examination with little memory, small limits, and only the readers of messages:
 * it ends within its limits, and what was handed on is readable. The first byte chooses the reader.
 */
#include "letter/letter.h"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void look(struct span s)
{
	volatile uint8_t sum = 0;

	for (size_t i = 0; i < s.len; i++)
		sum = (uint8_t)(sum + s.ptr[i]);
}

static void see_part(struct exam *e, struct part *part)
{
	look(part->name);
	look(part->said);
	look(part->bytes);
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

static void see_url(struct exam *e, const struct part *part, struct span url, struct span shown)
{
	(void)e, (void)part;
	look(url);
	look(shown);
}

static struct span imitate_none(const struct exam *e, struct span host)
{
	(void)e;
	look(host);
	return (struct span){ 0 };
}

static const struct exam_hooks hooks = { see_part, letter_words, see_url, imitate_none };
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
	static void (*const readers[])(struct exam *e, const struct part *part) = { letter_message, letter_tnef, letter_text,
										      letter_sealed };
	static struct exam e;
	struct part part = { .type = TYPE_MESSAGE };

	if (!len)
		return 0;
	if (!e.arena.memory) {
		check(arena_open(&e.arena, settings.limits.memory));
		e.kit = digest_kit_new();
		e.settings = &settings;
		e.hooks = &hooks;
	}
	exam_begin(&e);
	part.bytes = (struct span){ bytes + 1, len - 1 };
	readers[bytes[0] % 4](&e, &part);
	look(e.sender.address);
	look(e.sender.display);
	look(e.sender.domain);
	look(e.sender.subject);
	for (unsigned i = 0; i < e.password_count; i++)
		look(e.passwords[i]);
	check(!e.arena.pouring);
	check(e.arena.used <= e.arena.size);
	return 0;
}
