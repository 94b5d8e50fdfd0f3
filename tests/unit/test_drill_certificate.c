/* test_drill_certificate.c - certificates of restore drills: keys, signatures, what they say, and what they hide. */
#include "drill/certificate.h"

#include "base/text.h"

#include <fcntl.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* RFC 8410, 10.3 and 10.1: a private key, and its public one. */
static const char rfc_secret[] = "-----BEGIN PRIVATE KEY-----\n"
				 "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
				 "-----END PRIVATE KEY-----\n";
static const char rfc_public[] = "-----BEGIN PUBLIC KEY-----\n"
				 "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
				 "-----END PUBLIC KEY-----\n";

static char folder[] = "/tmp/hinomi-certificate-XXXXXX";
static struct certificate_key key, other;
static struct repository repository = { .name = "office", .tool = TOOL_RESTIC,
					.place = "rest:https://writer:s3cret@backup.example/office",
					.critical = { "/srv/books", "/srv/<b>\xe5\x8f\xb0\xe5\xb8\xb3</b>" } };
static struct snapshot snapshot = { .id = "9f2c", .name = "9f2c", .at = 1764118800000000, .host = "server",
				    .paths = { "/srv" } };
static struct drill_report good = { .good = true, .files_all = 20000, .bytes_all = 52000000000, .files = 62,
				    .bytes = 480000000, .critical = 2, .critical_files = 12, .random_files = 40,
				    .random_of = 19900, .random_size = 64 << 20, .heavy_files = 10, .compared = 58,
				    .compared_same = 58, .changed_since = 4, .source_here = true, .seconds = 21.5,
				    .seconds_restoring = 11.25, .rate = 42666666.7, .full_seconds = 1290 };

static char *path_in(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void file_write(const char *name, const char *text, mode_t mode)
{
	int fd = open(path_in(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_true(span_write(fd, text_span(text)));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static mode_t mode_of(const char *name)
{
	struct stat is;

	assert_int_equal(lstat(path_in(name), &is), 0);
	return is.st_mode & 07777;
}

static int setup(void **state)
{
	char why[CERTIFICATE_WHY];

	(void)state;
	return !mkdtemp(folder) || certificate_key_open(path_in("key"), &key, why) != OK ||
	       certificate_key_open(path_in("other"), &other, why) != OK;
}

static int teardown(void **state)
{
	static const char *const names[] = { "key", "key.pub", "other", "other.pub", "rfc", "rfc.pub", "bad" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(path_in(names[i]));
	return rmdir(folder); /* nothing else may have been left in it */
}

static char *make(const struct drill_report *report)
{
	struct certificate_facts facts = { &repository, &snapshot, report, "tower", "0.14.0", 1764122400000000 };
	char *text = certificate_make(&facts, &key);

	assert_non_null(text);
	return text;
}

/* --- keys */

static void test_key_files(void **state)
{
	char why[CERTIFICATE_WHY];
	struct certificate_key again;
	uint8_t public[32];

	(void)state;
	assert_int_equal(mode_of("key"), 0600);
	assert_int_equal(mode_of("key.pub"), 0644);
	assert_int_equal(certificate_key_open(path_in("key"), &again, why), OK);
	assert_memory_equal(&again, &key, sizeof(key));
	assert_int_equal(certificate_public_read(path_in("key.pub"), public, why), OK);
	assert_memory_equal(public, key.public, sizeof(public));
	assert_memory_not_equal(public, other.public, sizeof(public));
}

static void test_key_of_rfc_8410(void **state)
{
	char why[CERTIFICATE_WHY], text[sizeof(rfc_public) + 1] = { 0 };
	struct certificate_key rfc;
	int fd;

	(void)state;
	file_write("rfc", rfc_secret, 0600);
	assert_int_equal(certificate_key_open(path_in("rfc"), &rfc, why), OK);
	fd = open(path_in("rfc.pub"), O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, text, sizeof(text)), sizeof(rfc_public) - 1);
	assert_string_equal(text, rfc_public);
	close(fd);
	file_write("rfc.pub", "of somebody else", 0644); /* is replaced */
	assert_int_equal(certificate_key_open(path_in("rfc"), &rfc, why), OK);
	assert_int_equal(certificate_public_read(path_in("rfc.pub"), rfc.public, why), OK);
}

static void test_key_refused(void **state)
{
	static const char *const bad[] = { "", "nonsense", rfc_public, "-----BEGIN PRIVATE KEY-----\n",
					   "-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----\n" };
	struct certificate_key untouched = key;
	char why[CERTIFICATE_WHY];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		file_write("bad", bad[i], 0600);
		assert_int_equal(certificate_key_open(path_in("bad"), &untouched, why), ERR_FORMAT);
	}
	for (mode_t mode = 0601; mode <= 0677; mode++) {
		file_write("bad", rfc_secret, mode);
		assert_int_equal(certificate_key_open(path_in("bad"), &untouched, why), ERR_FORMAT);
		assert_non_null(strstr(why, "chmod 600"));
	}
	assert_int_equal(certificate_key_open(path_in("no/such"), &untouched, why), ERR_OPEN);
	assert_memory_equal(&untouched, &key, sizeof(key));
	assert_int_equal(certificate_public_read(path_in("key"), untouched.public, why), ERR_FORMAT);
	assert_int_equal(certificate_public_read("/dev/zero", untouched.public, why), ERR_FORMAT);
}

/* --- signatures */

static enum err verify(const char *text, size_t length, const uint8_t *by)
{
	char why[CERTIFICATE_WHY];

	return certificate_verify((struct span){ (const uint8_t *)text, length }, by, why);
}

static void test_valid(void **state)
{
	char why[CERTIFICATE_WHY], fingerprint[CERTIFICATE_FINGERPRINT], *text = make(&good);
	struct span json = text_span(text);

	(void)state;
	assert_int_equal(certificate_verify(json, key.public, why), OK);
	assert_int_equal(certificate_verify(json, NULL, why), OK);
	assert_string_equal(why, certificate_fingerprint(key.public, fingerprint));
	assert_int_equal(certificate_verify(json, other.public, why), ERR_FORMAT);
	assert_non_null(strstr(why, "another key"));
	free(text);
}

/* Not one byte can be another one, be missing, or be added. */
static void test_each_byte_counts(void **state)
{
	static const char changes[] = { 0x01, 0x20, (char)0x80 };
	char *text = make(&good);
	size_t length = strlen(text);

	(void)state;
	text = realloc(text, length + 3);
	for (size_t at = 0; at < length; at++) {
		for (size_t i = 0; i < sizeof(changes); i++) {
			text[at] ^= changes[i];
			assert_int_equal(verify(text, length, NULL), ERR_FORMAT);
			text[at] ^= changes[i];
		}
		assert_int_equal(verify(text, at, NULL), ERR_FORMAT);
	}
	text[length] = text[length + 1] = ' ';
	assert_int_equal(verify(text, length + 1, NULL), ERR_FORMAT);
	text[length] = '\n'; /* the one exception: a line's end */
	assert_int_equal(verify(text, length + 1, NULL), OK);
	assert_int_equal(verify(text, length + 2, NULL), ERR_FORMAT);
	free(text);
}

/* Changes that leave the meaning, and changes by one who signs them again. */
static void test_forgeries(void **state)
{
	struct certificate_facts facts = { &repository, &snapshot, &good, "tower", "0.14.0", 1764122400000000 };
	char *text = make(&good), *spaced, *forged;
	json_t *root = json_loads(text, 0, NULL);

	(void)state;
	spaced = json_dumps(root, JSON_SORT_KEYS);
	assert_int_equal(verify(spaced, strlen(spaced), NULL), ERR_FORMAT);
	free(spaced);
	json_object_set(root, "signature", json_object_get(root, "key"));
	spaced = json_dumps(root, JSON_SORT_KEYS | JSON_COMPACT);
	assert_int_equal(verify(spaced, strlen(spaced), NULL), ERR_FORMAT);
	free(spaced);
	forged = certificate_make(&facts, &other);
	assert_int_equal(verify(forged, strlen(forged), NULL), OK); /* nobody changed it ... */
	assert_int_equal(verify(forged, strlen(forged), key.public), ERR_FORMAT); /* ... but it is not the tower's */
	json_decref(root);
	free(forged);
	free(text);
}

/* --- what it says */

static long long number_in(const char *text, const char *part, const char *name)
{
	json_t *root = json_loads(text, 0, NULL), *facts = json_object_get(root, "certificate");
	long long number = json_integer_value(json_object_get(json_object_get(facts, part), name));

	json_decref(root);
	return number;
}

/* 1 - 0.05^(1/n), in millionths and rounded up: by bc. */
static void test_what_a_sample_says(void **state)
{
	static const struct {
		uint64_t files, wrong, of;
		long long below;
	} cases[] = {
		{ 1, 0, 100, 950000 }, { 40, 0, 19900, 72158 }, { 59, 0, 1000, 49508 }, { 299, 0, 1000000, 9970 },
		{ 40, 1, 19900, 0 },   { 0, 0, 10, 0 },	        { 10, 0, 10, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct drill_report report = good;
		char *text;

		report.random_files = cases[i].files;
		report.random_wrong = cases[i].wrong;
		report.random_of = cases[i].of;
		text = make(&report);
		assert_int_equal(number_in(text, "random", "below_millionths"), cases[i].below);
		free(text);
	}
}

static char *shown(const char *json, enum language language, enum err (*write)(struct span, enum language, FILE *))
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(write(text_span(json), language, out), OK);
	fclose(out);
	return text;
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in: %s", part, text);
}

static void has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("'%s' is in: %s", part, text);
}

static void test_text(void **state)
{
	char *json = make(&good), *en = shown(json, ENGLISH, certificate_text), *ja = shown(json, JAPANESE, certificate_text);

	(void)state;
	has(en, "The backup came back");
	has(en, "Files drawn at random: 40 of 19,900. None was wrong: with 95 % certainty fewer than 7.22 % of all of these are.");
	has(en, "Files compared with their sources by SHA-256: 58. All are the same.");
	has(en, "Files that could not be compared with their sources, which were changed since or are gone: 4.");
	has(en, "Files that were not restored: 19,938 of 20,000 (51.5 GB of 52.0 GB).");
	has(en, "Files larger than 67.1 MB (88 of them) were not among those drawn");
	has(en, "takes about 21 min 30 s");
	has(ja, "復元証明書");
	has(ja, "19,900 ファイルから無作為に選んだ 40 ファイルに誤りはありませんでした。誤りのある割合は 95 % の確度で 7.22 % 未満です");
	has(ja, "約 21 分 30 秒");
	free(json);
	free(en);
	free(ja);
}

static void test_not_good(void **state)
{
	struct drill_report report = good;
	char *json, *text;

	(void)state;
	report.good = false;
	report.trouble = TOOL_DAMAGED;
	snprintf(report.said, sizeof(report.said), "ciphertext verification failed");
	report.wrong = 3;
	report.critical_missing = 1;
	report.problem_count = 20;
	for (size_t i = 0; i < DRILL_PROBLEMS; i++)
		snprintf(report.problems[i], DRILL_PROBLEM, "/srv/%zu: is in the snapshot, but did not come back", i);
	json = make(&report);
	assert_int_equal(verify(json, strlen(json), key.public), OK); /* also bad news are signed */
	text = shown(json, ENGLISH, certificate_text);
	has(text, "NOT GOOD");
	has(text, "ciphertext verification failed");
	has(text, "/srv/15: is in the snapshot");
	has(text, "and 4 more");
	has(text, "Paths named as critical: 2. NOT in the snapshot: 1.");
	has_not(text, "The backup came back");
	free(text);
	text = shown(json, JAPANESE, certificate_page);
	has(text, "不合格");
	has(text, "/srv/3: スナップショットにありますが、復元されませんでした");
	has(text, "ciphertext verification failed"); /* the tool's own words stay */
	free(text);
	free(json);
}

/* Names are hostile, a page shows them as they are; and no password is in it. */
static void test_page(void **state)
{
	char *json = make(&good), *page = shown(json, ENGLISH, certificate_page);

	(void)state;
	has(page, "&lt;b&gt;\xe5\x8f\xb0\xe5\xb8\xb3&lt;/b&gt;");
	has(page, "content=\"default-src 'none'; style-src 'sha256-");
	has_not(page, "<b>");
	has_not(page, "<script");
	has_not(json, "s3cret");
	has(json, "rest:https://writer:...@backup.example/office");
	free(json);
	free(page);
}

static void test_hostile_names(void **state)
{
	struct drill_report report = good;
	char *json, *text;

	(void)state;
	report.good = false;
	report.problem_count = 1;
	snprintf(report.problems[0], DRILL_PROBLEM, "/srv/\x1b[2J\xff\"\\\n\xe2\x80\xae: did not come back");
	json = make(&report);
	assert_int_equal(verify(json, strlen(json), key.public), OK);
	text = shown(json, ENGLISH, certificate_text);
	has(text, "/srv/\\x1b[2J\xef\xbf\xbd\"\\\\x0a\\u202e: did not come back");
	free(text);
	free(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key_files),
		cmocka_unit_test(test_key_of_rfc_8410),
		cmocka_unit_test(test_key_refused),
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_each_byte_counts),
		cmocka_unit_test(test_forgeries),
		cmocka_unit_test(test_what_a_sample_says),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_not_good),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_hostile_names),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
