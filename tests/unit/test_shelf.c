/* test_shelf.c - mail in quarantine as the keeper has it: who may do what with it, and what becomes of it. */
#include "keeper_test.h"

#include "base/text.h"
#include "quarantine/shelf.h"
#include "quarantine/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define DAY (86400 * USEC_PER_SEC)

static const char letter[] = "From: a@sender.example\r\nSubject: Invoice\r\n\r\nGood morning.\r\n";

static struct shelf *shelf;
static struct shelf_settings settings;
static char folder[256];

/* What was handed over to be sent. */
static struct {
	unsigned count;
	bool refuse;
	uint64_t id;
	char from[HELD_ADDRESS], to[HELD_RECEIVERS];
	bool passes; /* the milter would let it pass */
} sent;

static bool take_release(void *whom, const struct shelf_release *release)
{
	struct vault_keys keys;
	struct token token;
	uint8_t body[TOKEN_BODY];
	struct stat is;
	char *text;

	assert_null(whom);
	assert_int_equal(fstat(release->fd, &is), 0);
	text = mmap(NULL, (size_t)is.st_size, PROT_READ, MAP_SHARED, release->fd, 0);
	assert_true(text != MAP_FAILED);
	assert_memory_equal(text, TOKEN_FIELD ": ", sizeof(TOKEN_FIELD) + 1);
	assert_non_null(memmem(text, (size_t)is.st_size, letter, sizeof(letter) - 1));
	vault_keys_of(&settings.secret, &keys);
	token_body((struct span){ (uint8_t *)text, (size_t)is.st_size }, body);
	sent.passes = token_read(&keys, text_span(text + sizeof(TOKEN_FIELD) + 1), body, tower.now / USEC_PER_SEC,
				 &token) &&
		      token.id == release->id;
	munmap(text, (size_t)is.st_size);
	sent.count++;
	sent.id = release->id;
	snprintf(sent.from, sizeof(sent.from), "%s", release->from);
	snprintf(sent.to, sizeof(sent.to), "%s", release->to);
	return !sent.refuse;
}

static void open_shelf(void)
{
	struct shelf_out out = { NULL, take_release };

	shelf = shelf_new(&settings, tower.keeper, &out);
	assert_non_null(shelf);
}

static int begin(void **state)
{
	if (tower_begin(state) != 0)
		return -1;
	memset(&sent, 0, sizeof(sent));
	snprintf(folder, sizeof(folder), "%s", test_file("quarantine"));
	if (mkdir(folder, 0700) != 0)
		return -1;
	settings = (struct shelf_settings){ .folder = folder, .days = 30, .bytes = 1 << 20, .releases = true };
	if (vault_secret_read(test_file("quarantine.key"), &settings.secret) != OK)
		return -1;
	open_shelf();
	return 0;
}

static bool nobody_knows(void *whom, const char *name)
{
	(void)whom, (void)name;
	return false;
}

static int end(void **state)
{
	shelf_free(shelf);
	vault_sweep(folder, -1000000, nobody_knows, NULL);
	unlink(test_file("quarantine.key"));
	rmdir(folder);
	return tower_end(state);
}

#define WITH_SHELF(test) cmocka_unit_test_setup_teardown(test, begin, end)

static void holds(const char *subject, uint64_t bytes)
{
	static struct mail_result result;
	struct held held = { .at = tower.now, .why = HELD_MALICIOUS, .bytes = bytes, .client = "192.0.2.7",
			     .from = "a@sender.example", .to = "b@example.org\nc@example.org" };
	struct vault_keys keys;
	int fd = memfd_create("letter", MFD_CLOEXEC);

	memset(&result, 0, sizeof(result));
	result.verdict = VERDICT_MALICIOUS;
	result.score = 100;
	result.found_count = 1;
	result.found[0].id = FINDING_TEST_SIGNATURE;
	snprintf(result.found[0].path, sizeof(result.found[0].path), "mail → test.com");
	snprintf(result.found[0].evidence, sizeof(result.found[0].evidence), "EICAR");
	snprintf(result.subject, sizeof(result.subject), "%s", subject);
	assert_int_equal(write(fd, letter, sizeof(letter) - 1), sizeof(letter) - 1);
	vault_keys_of(&settings.secret, &keys);
	assert_int_equal(vault_write(folder, &keys, fd, &held.entry), OK);
	assert_true(shelf_hold(shelf, &held, &result));
	close(fd);
}

static bool nothing_known(void *whom, const char *name)
{
	(void)name;
	++*(unsigned *)whom;
	return true;
}

static unsigned files(void)
{
	unsigned count = 0;

	vault_sweep(folder, 0, nothing_known, &count);
	return count;
}

static json_t *mail_at(size_t n)
{
	return json_array_get(at(good("quarantine", "{}"), "mails"), n);
}

static void test_listed(void **state)
{
	json_t *mail;

	(void)state;
	holds("First", 100);
	holds("Second", 200);
	mail = mail_at(0);
	assert_string_equal(text_at(mail, "subject"), "Second");
	assert_string_equal(text_at(mail, "state"), "held");
	assert_string_equal(text_at(mail, "verdict"), "malicious");
	assert_int_equal(json_array_size(at(mail, "to")), 2);
	assert_string_equal(text_at(json_array_get(at(mail, "findings"), 0), "id"), "test_signature");
	assert_string_equal(text_at(json_array_get(at(mail, "findings"), 0), "path"), "mail → test.com");
	assert_non_null(strstr(text_at(at(json_array_get(at(mail, "findings"), 0), "say"), "ja"), "EICAR"));
	assert_int_equal(number_at(good("quarantine", "{}"), "bytes"), 300);
	assert_int_equal(json_array_size(at(good("quarantine", "{'text': 'FIRST'}"), "mails")), 1);
	assert_int_equal(json_array_size(at(good("quarantine", "{'limit': 1}"), "mails")), 1);
	assert_true(json_is_true(at(good("quarantine", "{'limit': 1}"), "more")));
	assert_int_equal(json_array_size(at(good("quarantine", "{'state': 'released'}"), "mails")), 0);
	assert_string_equal(bad("quarantine", "{'state': 'lost'}"), "bad_request");
	assert_string_equal(bad("quarantine_mail", "{'id': 99}"), "not_found");
	assert_string_equal(text_at(good("quarantine_mail", "{'id': 1}"), "subject"), "First");
	assert_int_equal(tower_pushed("mail"), 2);
}

static void test_released(void **state)
{
	(void)state;
	holds("Wanted", 100);
	assert_string_equal(text_at(good("quarantine_release", "{'id': 1, 'reason': 'asked'}"), "state"), "releasing");
	assert_int_equal(sent.id, 1);
	assert_true(sent.passes);
	assert_string_equal(sent.from, "a@sender.example");
	assert_string_equal(sent.to, "b@example.org\nc@example.org");
	assert_string_equal(bad("quarantine_release", "{'id': 1, 'reason': 'again'}"), "conflict");
	assert_string_equal(bad("quarantine_delete", "{'id': 1, 'reason': 'again'}"), "conflict");
	shelf_released(shelf, 7, true, "");
	assert_int_equal(files(), 1);
	shelf_released(shelf, 1, true, "");
	assert_int_equal(files(), 0);
	assert_string_equal(text_at(good("quarantine_mail", "{'id': 1}"), "state"), "released");
	assert_string_equal(bad("quarantine_release", "{'id': 1, 'reason': 'again'}"), "conflict");
	assert_int_equal(sent.count, 1);
}

/* A release that fails, or of which nobody hears, leaves it where it was. */
static void test_not_released(void **state)
{
	json_t *mail;

	(void)state;
	holds("Wanted", 100);
	good("quarantine_release", "{'id': 1, 'reason': 'asked'}");
	shelf_released(shelf, 1, false, "550 no such user");
	mail = good("quarantine_mail", "{'id': 1}");
	assert_string_equal(text_at(mail, "state"), "held");
	assert_string_equal(text_at(at(mail, "trouble"), "en"), "550 no such user");
	good("quarantine_release", "{'id': 1, 'reason': 'asked'}");
	shelf_interrupted(shelf);
	mail = good("quarantine_mail", "{'id': 1}");
	assert_string_equal(text_at(mail, "state"), "held");
	assert_non_null(strstr(text_at(at(mail, "trouble"), "en"), "interrupted"));
	sent.refuse = true;
	assert_string_equal(text_at(good("quarantine_release", "{'id': 1, 'reason': 'asked'}"), "state"), "held");
	assert_int_equal(files(), 1);
	good("quarantine_release", "{'id': 1, 'reason': 'asked'}");
	shelf_free(shelf); /* the process ends */
	open_shelf();
	assert_string_equal(text_at(good("quarantine_mail", "{'id': 1}"), "state"), "held");
}

static void test_deleted(void **state)
{
	(void)state;
	holds("Unwanted", 100);
	assert_string_equal(bad("quarantine_delete", "{'id': 1}"), "bad_request");
	assert_string_equal(text_at(good("quarantine_delete", "{'id': 1, 'reason': 'spam'}"), "state"), "deleted");
	assert_int_equal(files(), 0);
	assert_string_equal(bad("quarantine_release", "{'id': 1, 'reason': 'oh'}"), "conflict");
	assert_string_equal(text_at(json_array_get(at(good("log", "{}"), "log"), 0), "reason"), "spam");
}

static void test_roles(void **state)
{
	static const char reason[] = "{'id': 1, 'reason': 'x'}";

	(void)state;
	holds("Wanted", 100);
	assert_non_null(at(ask(ASKER_WEB, "", "nobody", "quarantine", "{}"), "code"));
	assert_string_equal(text_at(ask(ASKER_CONTROL, "v", "viewer", "quarantine_release", reason), "code"), "forbidden");
	assert_string_equal(text_at(ask(ASKER_CONTROL, "v", "viewer", "quarantine_delete", reason), "code"), "forbidden");
	assert_true(json_is_true(at(ask(ASKER_CONTROL, "v", "viewer", "quarantine", "{}"), "ok")));
	assert_string_equal(text_at(ask(ASKER_CONTROL, "o", "operator", "quarantine_release", reason), "data.state"),
			    "releasing");
}

/* People hear of it a day before, then it goes. */
static void test_old(void **state)
{
	unsigned told;

	(void)state;
	holds("Old", 100);
	tower.now += 29 * DAY + DAY / 2;
	told = tower.tell_count;
	good("status", "{}");
	keeper_due(tower.keeper, tower.now);
	shelf_due(shelf, tower.now);
	assert_true(tower.tell_count > told);
	assert_string_equal(text_at(good("quarantine_mail", "{'id': 1}"), "state"), "held");
	tower.now += DAY;
	keeper_due(tower.keeper, tower.now);
	shelf_due(shelf, tower.now);
	assert_string_equal(text_at(good("quarantine_mail", "{'id': 1}"), "state"), "expired");
	assert_int_equal(files(), 0);
}

/* Beyond its room the oldest goes. */
static void test_full(void **state)
{
	(void)state;
	holds("First", 600 << 10);
	holds("Second", 600 << 10);
	shelf_due(shelf, tower.now);
	assert_string_equal(text_at(good("quarantine_mail", "{'id': 1}"), "state"), "expired");
	assert_string_equal(text_at(good("quarantine_mail", "{'id': 2}"), "state"), "held");
	assert_int_equal(files(), 1);
}

static void test_no_server(void **state)
{
	(void)state;
	holds("Wanted", 100);
	settings.releases = false;
	shelf_configure(shelf, &settings);
	assert_string_equal(bad("quarantine_release", "{'id': 1, 'reason': 'x'}"), "failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SHELF(test_listed), WITH_SHELF(test_released), WITH_SHELF(test_not_released),
		WITH_SHELF(test_deleted), WITH_SHELF(test_roles),   WITH_SHELF(test_old),
		WITH_SHELF(test_full),	 WITH_SHELF(test_no_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
