/* fuzz_look.c - hostile pages before the watch of pages: bounded, kept within its JSON, and the same when read back. */
#include "deface/deface.h"
#include "base/text.h"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* The first byte chooses the type that the server told. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const types[] = { "text/html; charset=utf-8", "text/html", "text/html; charset=shift_jis",
					     "text/html; charset=\"iso-2022-jp\"", "text/html; charset=" };
	struct page page = { .url = "https://www.example.jp/", .status = 200 };
	struct deface_finding finding;
	struct look *look, *again;
	char *json, *usual, *second;

	if (!len)
		return 0;
	page.type = types[bytes[0] % 5];
	page.body = (struct span){ bytes + 1, len - 1 };
	look = look_new(&page);
	check(look != NULL);
	json = look_json(look);
	check(json && strlen(json) < LOOK_JSON);
	again = look_read(json);
	check(again != NULL);
	second = look_json(again);
	check(second && !strcmp(json, second));
	usual = usual_learn("", look, 1);
	check(usual && strlen(usual) < USUAL_JSON);
	check(deface_judge(usual, again, &finding) == OK);
	check(finding.why_count <= DEFACE_WHY && finding.confidence < 100);
	free(usual);
	free(json);
	free(second);
	look_free(look);
	look_free(again);
	return 0;
}
