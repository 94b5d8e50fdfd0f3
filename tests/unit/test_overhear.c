/* test_overhear.c - mail that passes by: gathered from parts in any order, bounded, and told whole. */
#include "overhear/overhear.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct home home;
static struct overhear *overhear;
static struct talk_mail_sink sink;

static int begin(void **state)
{
	struct prefix prefix;

	(void)state;
	memset(&home, 0, sizeof(home));
	if (prefix_parse(&prefix, "203.0.113.0/24") != OK || home_add(&home, &prefix) != OK)
		return -1;
	overhear = overhear_new(&home);
	sink = overhear_sink(overhear);
	return overhear ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	overhear_free(overhear);
	return 0;
}

#define WITH_OVERHEAR(test) cmocka_unit_test_setup_teardown(test, begin, end)

static void *mail_begins(uint64_t order, const char *to)
{
	struct flow_key key = { 0 };
	struct talk_mail mail = { .key = &key, .client = 1, .at = { 1000, order },
				  .from = text_span("a@sender.example"), .to = text_span(to) };

	assert_int_equal(ip_parse(&key.ip[1], "198.51.100.7"), OK);
	assert_int_equal(ip_parse(&key.ip[0], "203.0.113.5"), OK);
	return sink.begin(sink.whom, &mail);
}

static void ends(void *reader)
{
	sink.end(reader, &(struct talk_mail_end){ .whole = true, .accepted = true });
}

static void text_is(const struct overheard *message, const char *text)
{
	char room[64] = "";

	assert_int_equal(pread(message->fd, room, sizeof(room) - 1, 0), strlen(text));
	assert_string_equal(room, text);
	assert_int_equal(message->bytes, strlen(text));
	assert_int_equal(write(message->fd, "x", 1), -1); /* it is sealed */
}

static void test_gathered(void **state)
{
	void *one = mail_begins(1, "b@example.org c@example.org"), *other = mail_begins(2, "d@example.org");
	struct overheard message;
	struct mail_way way;

	(void)state;
	sink.part(one, text_span("one "));
	sink.part(other, text_span("other"));
	sink.part(one, text_span("and more"));
	assert_false(overhear_take(overhear, &message));
	ends(other);
	ends(one);
	assert_true(overhear_take(overhear, &message));
	text_is(&message, "other");
	overhear_done(overhear, &message);
	close(message.fd);
	assert_true(overhear_take(overhear, &message));
	text_is(&message, "one and more");
	way = overheard_way(&message);
	assert_string_equal(way.client, "198.51.100.7");
	assert_string_equal(way.sender, "a@sender.example");
	assert_string_equal(way.receiver, "b@example.org");
	assert_int_equal(way.receivers, 2);
	assert_int_equal(way.direction, DIRECTION_INBOUND);
	overhear_done(overhear, &message);
	close(message.fd);
	assert_int_equal(overhear_lost(overhear), 0);
}

/* What is beyond the bounds is counted, and room that was given back is used again. */
static void test_bounds(void **state)
{
	void *readers[OVERHEAR_MESSAGES];
	struct overheard message;

	(void)state;
	for (unsigned i = 0; i < OVERHEAR_MESSAGES; i++) {
		readers[i] = mail_begins(i, "b@example.org");
		assert_non_null(readers[i]);
	}
	assert_null(mail_begins(999, "b@example.org"));
	assert_int_equal(overhear_lost(overhear), 1);
	for (unsigned i = 0; i < OVERHEAR_MESSAGES; i++) {
		sink.part(readers[i], text_span("x"));
		ends(readers[i]);
	}
	assert_true(overhear_take(overhear, &message));
	assert_null(mail_begins(999, "b@example.org")); /* it is still in hand */
	overhear_done(overhear, &message);
	close(message.fd);
	ends(mail_begins(1000, "b@example.org")); /* an empty one is none */
	assert_int_equal(overhear_lost(overhear), 2);
}

static void test_too_much(void **state)
{
	static uint8_t block[1 << 20];
	void *one = mail_begins(1, "b@example.org");
	struct overheard message;

	(void)state;
	for (uint64_t at = 0; at < OVERHEAR_BYTES + 1; at += sizeof(block))
		sink.part(one, (struct span){ block, sizeof(block) });
	ends(one);
	assert_false(overhear_take(overhear, &message));
	assert_int_equal(overhear_lost(overhear), 1);
	one = mail_begins(2, "");
	sink.part(one, text_span("x"));
	ends(one);
	assert_true(overhear_take(overhear, &message));
	assert_int_equal(message.receivers, 0);
	close(message.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_OVERHEAR(test_gathered),
		WITH_OVERHEAR(test_bounds),
		WITH_OVERHEAR(test_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
