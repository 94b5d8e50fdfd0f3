/* fuzz_invitation.c - hostile invitations before their reader, with the files and links in them. */
#include "mail/mail.h"
#include "check.h"

#include <string.h>

#define HEAD "BEGIN:VCALENDAR\n"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct exam_settings settings;
	static struct mail_result result;
	static struct mail *mail;
	uint8_t *text = malloc(len + strlen(HEAD));

	check(text != NULL);
	if (!mail) {
		settings.limits = exam_limits_usual;
		mail = mail_new(&settings);
		check(mail != NULL);
	}
	memcpy(text, HEAD, strlen(HEAD));
	if (len)
		memcpy(text + strlen(HEAD), bytes, len);
	mail_examine(mail, (struct span){ text, len + strlen(HEAD) }, text_span("a.ics"), 0, &result);
	free(text);
	return 0;
}
