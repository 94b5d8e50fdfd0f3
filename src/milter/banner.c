/* banner.c - the body with a warning (RFC 2045, RFC 2046), and the subject with a tag (RFC 2047). */
#include "milter/banner.h"

#include "base/text.h"

#include <sodium.h>
#include <stdlib.h>

#define LINE 76 /* characters of base64 in a line (RFC 2045, section 6.8) */

void banner_boundary(char boundary[BANNER_BOUNDARY])
{
	uint8_t random[16];
	char hex[2 * sizeof(random) + 1];

	randombytes_buf(random, sizeof(random));
	snprintf(boundary, BANNER_BOUNDARY, "=_hinomi_%s", sodium_bin2hex(hex, sizeof(hex), random, sizeof(random)));
}

static void put_base64(FILE *out, const char *text, size_t size, size_t line)
{
	size_t room = sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL);
	char *encoded = malloc(room);

	if (!encoded)
		return;
	sodium_bin2base64(encoded, room, (const uint8_t *)text, size, sodium_base64_VARIANT_ORIGINAL);
	for (size_t at = 0, len = strlen(encoded); at < len; at += line)
		fprintf(out, "%.*s%s", (int)line, encoded + at, line == LINE ? "\r\n" : "");
	free(encoded);
}

/* What the reader is told: the verdict, the gravest finding, what to do. */
static void write_words(FILE *out, const struct banner *b)
{
	bool japanese = b->language == JAPANESE;
	char say[FINDING_SAY];

	fprintf(out, japanese ? "【注意】このメールは検査の結果「%s」と判定されました。\r\n"
			      : "[WARNING] This mail was examined and found to be: %s.\r\n",
		japanese ? verdict_japanese(b->result->verdict) : verdict_name(b->result->verdict));
	if (b->result->found_count)
		fprintf(out, "- %s\r\n", finding_say(&b->result->found[0], b->language, say));
	fprintf(out, "%s\r\n\r\n", verdict_advice(b->result->verdict, b->language));
}

static void write_warning(FILE *out, const struct banner *banner)
{
	char *text = NULL;
	size_t size = 0;
	FILE *words = open_memstream(&text, &size);

	if (!words)
		return;
	write_words(words, banner);
	if (fclose(words) == 0)
		put_base64(out, text, size, LINE);
	free(text);
}

/* A field as it was, its lines ended with CRLF; libmilter has them with LF alone. */
static void write_field(FILE *out, const struct head_field *field)
{
	fprintf(out, "%s: ", field->name);
	for (size_t i = 0; i < field->value.len; i++) {
		uint8_t byte = field->value.ptr[i];

		if (byte == '\n')
			fputs("\r\n", out);
		else if (byte != '\r')
			fputc(byte, out);
	}
	fputs("\r\n", out);
}

void banner_write(FILE *out, const struct banner *banner, struct span body)
{
	fprintf(out, "--%s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
		banner->boundary);
	write_warning(out, banner);
	fprintf(out, "\r\n--%s\r\n", banner->boundary);
	for (uint32_t i = 0; i < banner->head->content_count; i++)
		write_field(out, &banner->head->content[i]);
	fputs("\r\n", out);
	fwrite(body.ptr, 1, body.len, out);
	fprintf(out, "\r\n--%s--\r\n", banner->boundary);
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

/* The blank behind an encoded word is shown, except before another one: there the tag's own is. */
static size_t tag_length(const char *tag, struct span subject)
{
	size_t length = strlen(tag);
	bool word = subject.len >= 2 && memcmp(subject.ptr, "=?", 2) == 0;

	while (!word && length && tag[length - 1] == ' ')
		length--;
	return length;
}

void banner_subject(FILE *out, const char *tag, struct span subject)
{
	if (is_ascii(tag)) {
		fputs(tag, out);
	} else { /* at most 75 characters of one word: the tag is so short */
		fputs("=?UTF-8?B?", out);
		put_base64(out, tag, tag_length(tag, subject), 4 * strlen(tag));
		fputs("?= ", out);
	}
	fwrite(subject.ptr, 1, subject.len, out);
}
