/*
 * fuzz_watched.c - what a watch that was broken into may tell the keeper: the first byte chooses the kind. A document
 * that is taken is JSON on one line, and so is its short form; read again it is the same.
 */
#include "base/text.h"
#include "check.h"
#include "watched/reading.h"

#include <jansson.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static bool is_line(const char *text)
{
	json_t *root = json_loads(text, 0, NULL);
	bool is = json_is_object(root) && !strchr(text, '\n');

	json_decref(root);
	return is;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const names[WATCHED_KINDS] = { "a", "", "a", "a", "" };
	struct reading reading, again;
	enum watched_kind kind;

	if (len == 0)
		return 0;
	kind = (enum watched_kind)(bytes[0] % WATCHED_KINDS);
	if (reading_take(kind, names[kind], (struct span){ bytes + 1, len - 1 }, &reading) != OK)
		return 0;
	check(is_line(reading.text) && reading.state < WATCHED_STATES);
	check((kind == WATCHED_SITE) == (reading.brief != NULL) && (!reading.brief || is_line(reading.brief)));
	check(reading_take(kind, names[kind], text_span(reading.text), &again) == OK);
	check(strcmp(again.text, reading.text) == 0);
	reading_free(&again);
	reading_free(&reading);
	return 0;
}
