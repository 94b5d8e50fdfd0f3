/* fuzz_page.c - hostile pages and scripts before their readers, with all that they hand on. The first byte chooses. */
#include "mail/mail.h"
#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const names[] = { "a.html", "a.svg", "a.hta", "a.js", "a.vbs",
					     "a.ps1",  "a.bat", "a.wsf", "a.sh",
					     "a.xls",  "a.mht" };
	static const char *const own[] = { "corp.example", NULL };
	static struct exam_settings settings = { .own_domains = own };
	static struct mail_result result;
	static struct mail *mail;

	if (!mail) {
		settings.limits = exam_limits_usual;
		mail = mail_new(&settings);
		check(mail != NULL);
	}
	if (!len)
		return 0;
	mail_examine(mail, (struct span){ bytes + 1, len - 1 }, text_span(names[bytes[0] % 11]), 0, &result);
	check(result.score <= 100);
	return 0;
}
