/*
 * fuzz_message.c - any body of a frame to the teller: what is read is written and read again as the same,
 * and every format makes of it what its readers can read.
 */
#include "base/text.h"
#include "respond/format.h"
#include "respond/teller.h"
#include "check.h"

#include <stdlib.h>

#include <jansson.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static char *written(format_write *write, const struct letter *letter)
{
	size_t len;
	char *text = format_text(write, letter, &len);

	check(text && strlen(text) == len);
	return text;
}

/* No line end that is not the format's own, no rune that is hidden. */
static void check_shown(format_write *write, const struct letter *letter)
{
	char *text = written(write, letter);
	struct span rest = text_span(text);

	while (rest.len > 0) {
		uint32_t rune = text_rune(&rest);

		check(!rune_is_hidden(rune) || rune == 0xfeff); /* the mark of UTF-8 in syslog */
	}
	free(text);
}

static void check_json(format_write *write, const struct letter *letter)
{
	char *text = written(write, letter);
	json_t *json = json_loads(text, 0, NULL);

	check(json_is_object(json));
	json_decref(json);
	free(text);
}

static void check_mail(const struct letter *letter)
{
	char *text = written(format_mail, letter);
	struct span rest = text_span(text), line;

	while (text_line(&rest, &line)) {
		check(line.ptr[line.len - 1] == '\r' && line.len <= 77);
		for (size_t i = 0; i + 1 < line.len; i++)
			check(line.ptr[i] >= ' ' && line.ptr[i] < 0x7f);
	}
	free(text);
}

static void check_formats(const struct message *message)
{
	struct target target = {
		.name = "t", .from = "a@b", .to = { "c@d" }, .language = message->at % 2 ? JAPANESE : ENGLISH,
	};
	struct letter letter = { &target, message, "h", 1 };

	check_mail(&letter);
	check_json(format_webhook, &letter);
	check_json(format_slack, &letter);
	check_json(format_teams, &letter);
	check_shown(format_syslog, &letter);
	check_shown(format_cef, &letter);
}

static char *tell_text(const struct tell *tell)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	check(out != NULL);
	tell_write(out, tell);
	fclose(out);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span body = { bytes, len };
	struct tell tell, again;
	struct done done;
	char *first, *second;

	(void)!done_read(&done, body);
	memset(&tell, 0x5a, sizeof(tell));
	if (tell_read(&tell, body) != OK)
		return 0;
	first = tell_text(&tell);
	check(tell_read(&again, text_span(first)) == OK);
	second = tell_text(&again);
	check(strcmp(first, second) == 0);
	free(first);
	free(second);
	check_formats(&tell.message);
	return 0;
}
