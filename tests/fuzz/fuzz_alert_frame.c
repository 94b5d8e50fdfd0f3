/*
 * fuzz_alert_frame.c - what a sensor that was broken into may send to the keeper: an alert that is
 * accepted is written back as the same bytes.
 */
#include "tower/alert_frame.h"
#include "check.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const rules[] = { "", "a", "flood", "scan" };
	struct alert_reader *reader = alert_reader_new(rules, sizeof(rules) / sizeof(rules[0]));
	uint8_t room[ALERT_FRAME_MAX];
	struct pen pen = pen_init(room, sizeof(room));
	struct alert alert;

	if (reader && alert_frame_read(reader, (struct span){ bytes, len }, &alert) == OK) {
		alert_frame_write(&pen, &alert);
		check(!pen.cut && pen.used == len && memcmp(room, bytes, len) == 0);
	}
	alert_reader_free(reader);
	return 0;
}
