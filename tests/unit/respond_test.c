/* respond_test.c - the messages that the tests of respond/ tell. */
#include "respond_test.h"

#include <stdlib.h>

struct message respond_message(void)
{
	return (struct message){
		.kind = MESSAGE_OPENED,
		.severity = SEVERITY_HIGH,
		.level = LEVEL_GUARDED,
		.at = 1795648521 * USEC_PER_SEC, /* 2026-11-25T23:15:21Z */
		.incident = 7,
		.count = 1,
		.title = { "SYN flood", "SYN フラッド" },
		.summary = { "Line one.\nLine two.", "一行目。\n二行目。" },
		.todo = { "Do this.\nThen that.\n", "まずこれ。\n次にそれ。\n" },
		.who = "192.0.2.9",
		.whom = "203.0.113.80",
		.rule = "flood",
		.attack = "T1499.001",
		.link = "https://hinomi.example.org/#/incident/7",
	};
}

struct message respond_hostile(void)
{
	struct message m = respond_message();

	for (unsigned i = 0; i < LANGUAGES; i++) {
		message_text(m.title[i], sizeof(m.title[i]), HOSTILE);
		message_text(m.summary[i], sizeof(m.summary[i]), HOSTILE "\n" HOSTILE);
		message_text(m.todo[i], sizeof(m.todo[i]), HOSTILE);
	}
	message_text(m.who, sizeof(m.who), HOSTILE);
	message_text(m.whom, sizeof(m.whom), HOSTILE);
	message_text(m.rule, sizeof(m.rule), "r\r|=\"\\]");
	message_text(m.attack, sizeof(m.attack), "t\n|=\"\\]");
	message_text(m.link, sizeof(m.link), "javascript:\"<>\r\n");
	return m;
}

char *respond_written(format_write *format, const struct target *target, const struct message *message)
{
	struct letter letter = { target, message, "gw.example.org", 42 };
	size_t len;
	char *text = format_text(format, &letter, &len);

	if (!text)
		abort();
	return text;
}
