/*
 * format_mail.c - a mail: headers, and plain text in base64, so that no byte of it can be a header or a
 * command.
 *
 * Sources: RFC 5322 (form), RFC 2045 and 2047 (MIME, words in headers), RFC 3834 (Auto-Submitted).
 */
#include "respond/format.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

/* Bytes in one line, which RFC 2047 (section 2) ends after 76 characters. */
#define WORD_BYTES  45 /* an encoded word: 60 digits, and 13 more characters */
#define FIRST_BYTES 39 /* ... behind "Subject: " */
#define PLAIN_BYTES 67 /* ... there, without encoding: what is longer is folded between encoded words */
#define LINE_BYTES  57 /* of a body: 76 digits */

/* Base64 of the bytes, without line ends. */
static void put_base64(FILE *out, struct span bytes)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		uint32_t three = (uint32_t)bytes.ptr[i] << 16 | (left > 1 ? bytes.ptr[i + 1] << 8 : 0) |
				 (left > 2 ? bytes.ptr[i + 2] : 0);

		fputc(digits[three >> 18], out);
		fputc(digits[three >> 12 & 63], out);
		fputc(left > 1 ? digits[three >> 6 & 63] : '=', out);
		fputc(left > 2 ? digits[three & 63] : '=', out);
	}
}

/* One line, and nothing in it that needs an encoded word, or looks like one. */
static bool is_plain(struct span text)
{
	if (text.len > PLAIN_BYTES)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < ' ' || text.ptr[i] > '~')
			return false;
	return memmem(text.ptr, text.len, "=?", 2) == NULL;
}

/* The whole runes at the front that fit an encoded word of so many bytes. */
static struct span take_word(struct span *rest, size_t most)
{
	struct span word = { rest->ptr, 0 }, after = *rest;

	while (after.len > 0) {
		text_rune(&after);
		if ((size_t)(after.ptr - word.ptr) > most)
			break;
		word.len = (size_t)(after.ptr - word.ptr);
	}
	*rest = (struct span){ rest->ptr + word.len, rest->len - word.len };
	return word;
}

/* The value of the subject, which is one line of visible runes. */
static void put_text(FILE *out, struct span text)
{
	const char *before = "";
	size_t most = FIRST_BYTES;

	if (is_plain(text)) {
		fwrite(text.ptr, 1, text.len, out);
		return;
	}
	while (text.len > 0) {
		fprintf(out, "%s=?UTF-8?B?", before);
		put_base64(out, take_word(&text, most));
		fputs("?=", out);
		before = "\r\n ";
		most = WORD_BYTES;
	}
}

static void put_subject(FILE *out, const struct letter *letter)
{
	size_t len = 0;
	char *text = format_text(words_headline, letter, &len);

	fputs("Subject: ", out);
	put_text(out, (struct span){ (const uint8_t *)text, text ? len : 0 });
	fputs("\r\n", out);
	free(text);
}

/* "Wed, 25 Nov 2026 23:15:21 +0000" */
static void put_date(FILE *out, usec_t at)
{
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t seconds = (time_t)(at / USEC_PER_SEC);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	fprintf(out, "Date: %.3s, %d %.3s %04d %02d:%02d:%02d +0000\r\n", days + 3 * tm.tm_wday, tm.tm_mday,
		months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* All messages about one incident refer to a first one, so that they are shown as one conversation. */
static void put_ids(FILE *out, const struct letter *letter)
{
	fprintf(out, "Message-ID: <%" PRIu64 ".%" PRId64 "@", letter->number, letter->message->at);
	words_host(out, letter);
	fputs(">\r\n", out);
	if (!letter->message->incident)
		return;
	fprintf(out, "References: <incident.%" PRIu64 "@", letter->message->incident);
	words_host(out, letter);
	fputs(">\r\n", out);
}

static void put_headers(FILE *out, const struct letter *letter)
{
	const struct target *target = letter->target;

	put_date(out, letter->message->at);
	fprintf(out, "From: Hinomi <%s>\r\n", target->from);
	for (unsigned i = 0; i < TARGET_ADDRESSES && target->to[i][0]; i++)
		fprintf(out, "%s<%s>", i ? ",\r\n " : "To: ", target->to[i]);
	fputs("\r\n", out);
	put_subject(out, letter);
	put_ids(out, letter);
	fputs("Auto-Submitted: auto-generated\r\n", out);
	if (letter->message->severity >= SEVERITY_HIGH && letter->message->kind != MESSAGE_ENDED)
		fputs("Importance: high\r\n", out);
	fprintf(out,
		"MIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=UTF-8\r\n"
		"Content-Transfer-Encoding: base64\r\n"
		"Content-Language: %s\r\n"
		"\r\n",
		language_name(target->language));
}

/* Lines as they are, each rune of them visible. */
static void put_lines(FILE *out, const char *text)
{
	struct span rest = text_span(text), line;

	while (text_line(&rest, &line)) {
		text_visible(out, line);
		fputs("\r\n", out);
	}
}

static void put_steps(FILE *out, const struct letter *letter)
{
	struct span rest = text_span(words_todo(letter)), step;
	unsigned number = 0;

	if (rest.len == 0)
		return;
	fprintf(out, "\r\n%s\r\n", words_what_to_do(letter));
	while (text_line(&rest, &step)) {
		fprintf(out, "  %u. ", ++number);
		text_visible(out, step);
		fputs("\r\n", out);
	}
}

/* The text before it is encoded. */
static void put_body(FILE *out, const struct letter *letter)
{
	struct fact fact;

	words_line(out, words_title(letter));
	fputs("\r\n\r\n", out);
	put_lines(out, words_summary(letter));
	fputs("\r\n", out);
	for (unsigned i = 0; words_fact(letter, i, &fact); i++) {
		fprintf(out, "%s: ", fact.name);
		words_line(out, fact.value);
		fputs("\r\n", out);
	}
	put_steps(out, letter);
	if (letter->message->link[0]) {
		fprintf(out, "\r\n%s: ", words_see(letter));
		words_line(out, letter->message->link);
		fputs("\r\n", out);
	}
}

void format_mail(FILE *out, const struct letter *letter)
{
	size_t len;
	char *text = format_text(put_body, letter, &len);

	put_headers(out, letter);
	for (size_t i = 0; text && i < len; i += LINE_BYTES) {
		put_base64(out, (struct span){ (const uint8_t *)text + i,
					       len - i < LINE_BYTES ? len - i : LINE_BYTES });
		fputs("\r\n", out);
	}
	free(text);
}
