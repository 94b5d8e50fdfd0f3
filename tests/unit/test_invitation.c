/* test_invitation.c - invitations and cards: links outside of meetings, files in them. */
#include "exam_test.h"

#include "markup/markup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define EVENT(lines) "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" lines "END:VEVENT\r\nEND:VCALENDAR\r\n"

static void test_links(void **state)
{
	static const struct {
		const char *text, *link; /* "": none is told */
	} samples[] = {
		{ EVENT("DESCRIPTION:Sign in: https://bad.exa\r\n mple/login\\nnow\r\n"), "https://bad.example/login" },
		{ EVENT("URL:http://192.0.2.7/x\r\n"), "http://192.0.2.7/x" },
		{ EVENT("LOCATION;ALTREP=\"https://bad.example/map\":Room 1\r\n"), "https://bad.example/map" },
		{ EVENT("X-ALT-DESC;FMTTYPE=text/html:<a href=\"https://bad.example/y\">Join</a>\r\n"),
		  "https://bad.example/y" },
		{ EVENT("ATTACH:https://bad.example/a.iso\r\n"), "https://bad.example/a.iso" },
		{ EVENT("DESCRIPTION:https://us02web.zoom.us/j/1 or https://teams.microsoft.com/l/meetup-join/x\r\n"),
		  "" },
		{ EVENT("ORGANIZER;CN=A:mailto:a@shop.example\r\nDESCRIPTION:https://meet.shop.example/room\r\n"), "" },
		{ EVENT("SUMMARY:Lunch\\, at noon\r\nDTSTART;TZID=Asia/Tokyo:20260101T120000\r\n"), "" },
	};
	struct exam_test *t = exam_test_new();

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		exam_test_open(t, markup_calendar, text_span(samples[i].text), "invite.ics");
		if (*samples[i].link ? !exam_test_found(t, FINDING_ICS_LINK, samples[i].link) ||
					       !exam_test_url(t, samples[i].link)
				     : t->exam.found_count > 0) {
			exam_test_show(t);
			fail_msg("%s", samples[i].text);
		}
	}
	exam_test_free(t);
}

static void test_files(void **state)
{
	struct exam_test *t = exam_test_new();

	(void)state;
	exam_test_open(
		t, markup_calendar,
		text_span(EVENT(
			"ATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=\"a.hta\":PHNjcmlw\r\n dD54PC9zY3JpcHQ+\r\n")),
		"invite.ics");
	assert_non_null(exam_test_part(t, "a.hta"));
	assert_memory_equal(exam_test_part(t, "a.hta")->bytes, "<script>x</script>", 18);
	exam_test_open(t, markup_calendar, text_span("BEGIN:VCARD\r\nFN:Taro\r\nNOTE:Hello\r\nEND:VCARD\r\n"),
		       "taro.vcf");
	assert_int_equal(t->exam.found_count + t->part_count, 0);
	assert_non_null(strstr(t->text, "Hello"));
	exam_test_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_links), cmocka_unit_test(test_files) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
