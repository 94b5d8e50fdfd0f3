/* letter_head.c - fields counted by their names. */
#include "milter/letter_head.h"

#include "base/text.h"
#include "quarantine/token.h"

#include <strings.h>

#define OURS    "X-Hinomi-"
#define CONTENT "Content-"

static bool begins(const char *name, const char *with)
{
	return strncasecmp(name, with, strlen(with)) == 0;
}

static struct span keep_value(struct letter_head *head, const char *value)
{
	size_t size = strlen(value);
	struct span kept = { (const uint8_t *)head->values + head->used, size };

	if (size > HEAD_VALUES - head->used) {
		head->cut = true;
		return (struct span){ kept.ptr, 0 };
	}
	memcpy(head->values + head->used, value, size);
	head->used += (uint32_t)size;
	return kept;
}

static struct head_field field_of(struct letter_head *head, const char *name, uint32_t number, const char *value)
{
	struct head_field field = { .number = number };

	if (strlen(name) >= sizeof(field.name))
		head->cut = true;
	memcpy(field.name, name, strnlen(name, sizeof(field.name) - 1));
	if (value)
		field.value = keep_value(head, value);
	return field;
}

/* The nth of this name among those that are kept. */
static uint32_t number_of(const struct head_field *fields, uint32_t count, const char *name)
{
	uint32_t number = 1;

	for (uint32_t i = 0; i < count; i++)
		number += strcasecmp(fields[i].name, name) == 0;
	return number;
}

static void add_foreign(struct letter_head *head, const char *name, const char *value)
{
	if (!head->token.number && strcasecmp(name, TOKEN_FIELD) == 0)
		head->token = field_of(head, name, 1, value);
	if (strlen(name) >= HEAD_NAME)
		return; /* none of ours */
	if (head->foreign_count == HEAD_FOREIGN) {
		head->forged = true;
		return;
	}
	head->foreign[head->foreign_count] =
		field_of(head, name, number_of(head->foreign, head->foreign_count, name), NULL);
	head->foreign_count++;
}

static void add_content(struct letter_head *head, const char *name, const char *value)
{
	if (head->content_count == HEAD_CONTENT) {
		head->cut = true;
		return;
	}
	head->content[head->content_count] =
		field_of(head, name, number_of(head->content, head->content_count, name), value);
	head->content_count++;
}

void letter_head_add(struct letter_head *head, const char *name, const char *value)
{
	if (begins(name, OURS))
		add_foreign(head, name, value);
	else if (begins(name, CONTENT))
		add_content(head, name, value);
	else if (strcasecmp(name, "MIME-Version") == 0)
		head->mime = true;
	else if (strcasecmp(name, "Subject") == 0 && !head->subject.number)
		head->subject = field_of(head, name, 1, value);
}

static bool holds(struct span text, const char *word)
{
	size_t len = strlen(word);

	for (size_t at = 0; at + len <= text.len; at++)
		if (strncasecmp((const char *)text.ptr + at, word, len) == 0)
			return true;
	return false;
}

/* RFC 1847 (signed, encrypted), RFC 8551 (S/MIME), rights-managed mail. */
bool letter_head_is_open(const struct letter_head *head)
{
	static const char *const sealed[] = { "multipart/signed", "multipart/encrypted", "pkcs7", "application/pgp",
					      "rpmsg" };

	if (head->cut)
		return false;
	for (uint32_t i = 0; i < head->content_count; i++)
		for (size_t k = 0; k < sizeof(sealed) / sizeof(sealed[0]); k++)
			if (strcasecmp(head->content[i].name, "Content-Type") == 0 &&
			    holds(head->content[i].value, sealed[k]))
				return false;
	return true;
}
