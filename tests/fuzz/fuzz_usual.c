/* fuzz_usual.c - what is usual for a page, and a look, as hostile JSON: refused or read within bounds, and written
 * again. */
#include "deface/deface.h"
#include "base/text.h"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static struct look *small_page(void)
{
	static const char html[] =
		"<title>Town</title><h1>Town</h1><p>We are here for you since 1900.</p><a href=/a>A</a>"
		"<script src=//x.example/a.js></script><h2>Hacked by x</h2>";
	struct page page = {
		.body = text_span(html), .type = "text/html", .url = "https://www.example.jp/", .status = 200
	};

	return look_new(&page);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *text = malloc(len + 1), *learned, *approved;
	struct deface_finding finding;
	struct look *look;
	enum err err;

	check(text != NULL);
	memcpy(text, bytes, len);
	text[len] = '\0';
	look = look_read(text);
	if (!look)
		look = small_page();
	check(look != NULL);
	err = deface_judge(text, look, &finding);
	check(err == OK || err == ERR_FORMAT);
	learned = usual_learn(text, look, 1000000);
	check(learned && strlen(learned) < USUAL_JSON);
	check(deface_judge(learned, look, &finding) == OK);
	approved = usual_approve(learned, look, INT64_MAX);
	check(approved && strlen(approved) < USUAL_JSON);
	check(deface_judge(approved, look, &finding) == OK);
	free(learned);
	free(approved);
	free(text);
	look_free(look);
	return 0;
}
