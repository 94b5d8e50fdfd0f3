/*
 * test_index_file.c - the index as a file: damage, failure to write, and the covering prefixes of
 * random nets against a plain slow search.
 */
#include "index_test.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ANY      INDICATOR_KINDS
#define NETS     300

static const struct told told[] = {
	{ .text = "evil.com", .kind = ANY, .source = "a", .malware = "m" },
	{ .text = "45.1.0.0/16", .kind = ANY, .source = "a" },
	{ .text = "45.1.2.3", .kind = ANY, .source = "b" },
	{ .text = "45.1.2.3:80", .kind = ANY, .source = "b" },
	{ .text = "evil.com/x", .kind = ANY, .source = "b" },
	{ .text = "45.0.0.0/8", .kind = ANY, .source = "g", .flags = INDICATOR_GUARD },
};

static uint8_t *file_read(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	uint8_t *bytes;
	long end;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	end = ftell(f);
	rewind(f);
	assert_true(end > 0);
	bytes = malloc((size_t)end);
	assert_non_null(bytes);
	*len = fread(bytes, 1, (size_t)end, f);
	assert_int_equal(*len, end);
	fclose(f);
	return bytes;
}

static void file_write(const char *path, const uint8_t *bytes, size_t len)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

static void nothing(void *whom, const struct index_match *match)
{
	(void)whom;
	(void)match;
}

/* Every look-up once: whatever the file says, it ends. */
static void look_all(const struct index *index)
{
	struct index_end end = { .port = 80 };
	struct span name = { (const uint8_t *)"www.evil.com", 12 };
	struct span url = { (const uint8_t *)"http://evil.com/x", 17 };

	assert_int_equal(ip_parse(&end.ip, "45.1.2.3"), OK);
	index_batch(index, &(struct index_question){ .end = end }, 1);
	index_ip(index, &end, TEST_NOW, nothing, NULL);
	index_domain(index, name, TEST_NOW, nothing, NULL);
	index_url(index, url, TEST_NOW, nothing, NULL);
	index_text(index, INDICATOR_AGENT, name, TEST_NOW, nothing, NULL);
}

static void test_truncated(void **state)
{
	struct index *index = NULL;
	char cut[80];
	size_t len;
	uint8_t *bytes;
	int fd;

	(void)state;
	test_build(told, COUNT(told));
	bytes = file_read(test_path(), &len);
	snprintf(cut, sizeof(cut), "%s/cut", test_folder());
	file_write(cut, bytes, len);
	fd = open(cut, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	for (size_t at = len; at-- > 0; at -= at > 9000 && at < len - 9000 ? 4093 : 0) {
		assert_int_equal(ftruncate(fd, (off_t)at), 0);
		if (index_open_fd(fd, &index) == OK)
			fail_msg("opened with %zu of %zu bytes", at, len);
	}
	close(fd);
	unlink(cut);
	assert_int_equal(index_open(cut, &index), ERR_OPEN);
	assert_int_equal(index_open(test_folder(), &index), ERR_FORMAT);
	free(bytes);
}

/* Of the large tables only every so many bytes: each check reads all. */
static bool worth_damaging(size_t at, uint8_t byte)
{
	return (byte != 0 && at < 20000) || at % 2039 == 0;
}

/* A byte that carries something, changed: found by the check, and no look-up falls over it. */
static void test_damaged(void **state)
{
	struct index *index = NULL;
	char bad[80];
	unsigned opened = 0;
	size_t len;
	uint8_t *bytes;

	(void)state;
	test_build(told, COUNT(told));
	bytes = file_read(test_path(), &len);
	snprintf(bad, sizeof(bad), "%s/bad", test_folder());
	file_write(bad, bytes, len);
	for (size_t at = 0; at < len; at++) {
		int fd;

		if (!worth_damaging(at, bytes[at]))
			continue;
		bytes[at] ^= 0xff;
		fd = open(bad, O_RDWR | O_CLOEXEC);
		assert_int_equal(pwrite(fd, bytes + at, 1, (off_t)at), 1);
		if (index_open_fd(fd, &index) == OK) {
			opened++;
			look_all(index);
			if (index_check(index) == OK && bytes[at] != 0xff) /* not a filling zero */
				fail_msg("byte %zu: not found by the check", at);
			index_close(index);
		}
		bytes[at] ^= 0xff;
		assert_int_equal(pwrite(fd, bytes + at, 1, (off_t)at), 1);
		close(fd);
	}
	assert_true(opened > 100);
	unlink(bad);
	free(bytes);
}

/* What cannot be written leaves the old one, and nothing beside it. */
static void test_old_stays(void **state)
{
	struct indicator one = { .kind = INDICATOR_DOMAIN };
	struct index_builder *builder = NULL;
	struct index *index = NULL;
	char path[80];

	(void)state;
	test_build(told, COUNT(told));
	assert_int_equal(index_builder_new("/nonexistent/folder", &builder), ERR_OPEN);
	one.value = (struct span){ (const uint8_t *)"evil.net", 8 };
	assert_int_equal(index_builder_new(test_folder(), &builder), OK);
	assert_int_equal(index_builder_add(builder, &one), OK);
	assert_int_equal(index_builder_finish(builder, "/nonexistent/folder/x", TEST_NOW),
			 ERR_OPEN);
	index_builder_free(builder);
	/* a folder in the way cannot be replaced by the file */
	snprintf(path, sizeof(path), "%s", test_folder());
	assert_int_equal(index_builder_new(test_folder(), &builder), OK);
	assert_int_equal(index_builder_finish(builder, path, TEST_NOW), ERR_WRITE);
	index_builder_free(builder);
	snprintf(path, sizeof(path), "%s.XXXXXX", test_folder());
	assert_int_equal(index_open(test_path(), &index), OK);
	assert_int_equal(index_facts(index).values, 6);
	index_close(index);
}

static void test_empty(void **state)
{
	struct index *index = test_open(NULL, 0);

	(void)state;
	assert_int_equal(index_facts(index).values, 0);
	look_all(index);
	assert_int_equal(test_ip(index, "45.1.2.3", 80).count, 0);
	index_close(index);
}

static void test_refused(void **state)
{
	struct index_builder *builder = NULL;
	struct indicator bad = { .kind = INDICATOR_MD5 };

	(void)state;
	assert_int_equal(index_builder_new(test_folder(), &builder), OK);
	assert_int_equal(index_builder_add(builder, &bad), ERR_FORMAT);
	bad.value = (struct span){ (const uint8_t *)"zz", 2 };
	assert_int_equal(index_builder_add(builder, &bad), ERR_FORMAT);
	bad.kind = INDICATOR_KINDS;
	assert_int_equal(index_builder_add(builder, &bad), ERR_FORMAT);
	bad.kind = INDICATOR_AGENT;
	bad.value.len = INDICATOR_VALUE + 1;
	assert_int_equal(index_builder_add(builder, &bad), ERR_LIMIT);
	index_builder_free(builder);
}

static uint64_t seed = 42;

static uint32_t next_random(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)(seed * 0x2545f4914f6cdd1dull >> 32);
}

/* Of a small part of both families' space, so that many lie inside each other. */
static struct ip random_ip(void)
{
	uint32_t r = next_random();
	uint8_t four[4] = { 45, (uint8_t)(r >> 16 & 3), (uint8_t)(r >> 8), (uint8_t)r };
	struct ip six = { { 0x2a, 0, 0, (uint8_t)(r & 3), (uint8_t)(r >> 8), (uint8_t)(r >> 16) } };

	return r >> 31 ? six : ip_from_v4(four);
}

static unsigned covering(const struct prefix *nets, unsigned count, const struct ip *ip)
{
	unsigned covers = 0;

	for (unsigned i = 0; i < count; i++)
		covers += prefix_has(&nets[i], ip);
	return covers;
}

static void count_one(void *whom, const struct index_match *match)
{
	struct prefix *last = whom;

	assert_true(match->telling[0].prefix.bits < last->bits); /* the most specific first */
	*last = match->telling[0].prefix;
}

static void test_covering(void **state)
{
	struct index_builder *builder = NULL;
	struct index *index = NULL;
	struct prefix nets[NETS];
	unsigned count = 0, covered = 0;

	(void)state;
	assert_int_equal(index_builder_new(test_folder(), &builder), OK);
	while (count < NETS) {
		struct ip ip = random_ip();
		unsigned bits = ip_is_v4(&ip) ? 96 + 8 + next_random() % 24
					      : 19 + next_random() % 40;
		struct indicator one = { .kind = INDICATOR_PREFIX };
		bool known = false;

		one.prefix = nets[count] = ip_prefix(&ip, (uint8_t)bits);
		for (unsigned i = 0; i < count; i++)
			known |= memcmp(&nets[i], &nets[count], sizeof(nets[i])) == 0;
		assert_int_equal(index_builder_add(builder, &one), OK);
		count += !known;
	}
	assert_int_equal(index_builder_finish(builder, test_path(), TEST_NOW), OK);
	index_builder_free(builder);
	assert_int_equal(index_open(test_path(), &index), OK);
	assert_int_equal(index_facts(index).values, NETS);
	for (unsigned i = 0; i < 20000; i++) {
		struct index_end end = { .ip = random_ip() };
		struct prefix last = { .bits = 255 };
		unsigned want = covering(nets, NETS, &end.ip);

		assert_int_equal(index_ip(index, &end, TEST_NOW, count_one, &last), want);
		if (want > 0)
			assert_int_equal(
				index_batch(index, &(struct index_question){ .end = end }, 1), 1);
		covered += want > 2;
	}
	assert_true(covered > 1000);
	index_close(index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_truncated), cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_old_stays), cmocka_unit_test(test_empty),
		cmocka_unit_test(test_refused),   cmocka_unit_test(test_covering),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
