/*
 * test_index.c - what a match means: label boundaries, covering prefixes, ages, confidence, guards.
 */
#include "index_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ANY      INDICATOR_KINDS

static void test_domains(void **state)
{
	static const struct told told[] = {
		{ .text = "higan.org", .kind = ANY, .source = "a" },
		{ .text = "deep.bad.net", .kind = ANY, .source = "a" },
		{ .text = "bad.net", .kind = ANY, .source = "b" },
		{ .text = "only.exact.com", .kind = ANY, .flags = INDICATOR_EXACT, .source = "a" },
	};
	struct index *index = test_open(told, COUNT(told));
	struct found found = test_domain(index, "www.HIGAN.org.");

	(void)state;
	assert_int_equal(found.count, 1);
	assert_string_equal(found.at[0].value, "higan.org"); /* the suffix is reported */
	assert_int_equal(test_domain(index, "higan.org").count, 1);
	assert_int_equal(test_domain(index, "michigan.org").count, 0);
	assert_int_equal(test_domain(index, "higan.org.uk").count, 0);
	assert_int_equal(test_domain(index, "org").count, 0);
	assert_int_equal(test_domain(index, "").count, 0);
	assert_int_equal(test_domain(index, "..").count, 0);
	found = test_domain(index, "very.deep.bad.net");
	assert_int_equal(found.count, 2);
	assert_string_equal(found.at[0].value, "deep.bad.net");
	assert_string_equal(found.at[1].value, "bad.net");
	assert_int_equal(test_domain(index, "only.exact.com").count, 1);
	assert_int_equal(test_domain(index, "www.only.exact.com").count, 0);
	index_close(index);
}

/* Labels of every length and number: each name is found below itself and in capitals, and nothing
 * whose end only looks like it. */
static void test_labels(void **state)
{
	char names[120][256], below[300];
	struct told told[COUNT(names)];
	unsigned count = 0;
	struct index *index;

	(void)state;
	for (unsigned labels = 2; labels <= 40; labels += labels < 6 ? 1 : 7) {
		for (unsigned length = 1; length <= 63 && labels * (length + 1) < 200; length += 3) {
			char *name = names[count];

			for (unsigned i = 0; i < labels * (length + 1); i++)
				name[i] = i % (length + 1) == length ? '.' : (char)('a' + i * 7 % 26);
			name[labels * (length + 1) - 1] = '\0';
			told[count] = (struct told){ .text = name, .kind = ANY, .source = "a" };
			count += count < COUNT(names) - 1;
		}
	}
	index = test_open(told, count);
	for (unsigned n = 0; n < count; n++) {
		unsigned alone = test_domain(index, names[n]).count;

		assert_true(alone >= 1);
		snprintf(below, sizeof(below), "WWW.%.250s.", names[n]);
		for (char *c = below; *c; c++)
			*c = *c >= 'a' ? (char)(*c - 0x20) : *c;
		assert_int_equal(test_domain(index, below).count, alone);
		snprintf(below, sizeof(below), "x%.250s", names[n]);
		assert_int_equal(test_domain(index, below).count, alone - 1);
	}
	index_close(index);
}

static void test_addresses(void **state)
{
	static const struct told told[] = {
		{ .text = "45.0.0.0/8", .kind = ANY, .source = "a" },
		{ .text = "45.1.0.0/16", .kind = ANY, .source = "a" },
		{ .text = "45.1.2.0/25", .kind = ANY, .source = "a" },
		{ .text = "45.1.2.3", .kind = ANY, .source = "a" },
		{ .text = "45.1.2.3:443", .kind = ANY, .source = "a" },
		{ .text = "46.1.2.3:443", .kind = ANY, .source = "a" },
		{ .text = "2a00:1::/32", .kind = ANY, .source = "a" },
		{ .text = "2a00:1:2::9", .kind = ANY, .source = "a" },
	};
	static const char *const want[] = { "45.1.2.3:443", "45.1.2.3", "45.1.2.0/25",
					    "45.1.0.0/16", "45.0.0.0/8" };
	struct index *index = test_open(told, COUNT(told));
	struct found found = test_ip(index, "45.1.2.3", 443);

	(void)state;
	assert_int_equal(found.count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++)
		assert_string_equal(found.at[i].value, want[i]);
	assert_int_equal(test_ip(index, "45.1.2.3", 80).count, 4);
	assert_int_equal(test_ip(index, "45.1.2.127", 0).count, 3);
	assert_int_equal(test_ip(index, "45.1.2.128", 0).count, 2);
	assert_int_equal(test_ip(index, "45.1.1.255", 0).count, 2);
	assert_int_equal(test_ip(index, "45.2.0.0", 0).count, 1);
	assert_int_equal(test_ip(index, "44.255.255.255", 0).count, 0);
	assert_int_equal(test_ip(index, "46.0.0.0", 0).count, 0);
	assert_int_equal(test_ip(index, "46.1.2.3", 443).count, 1);
	assert_int_equal(test_ip(index, "46.1.2.3", 0).count, 0); /* the port is part of it */
	assert_int_equal(test_ip(index, "46.1.2.3", 444).count, 0);
	found = test_ip(index, "2a00:1:2::9", 1);
	assert_int_equal(found.count, 2);
	assert_string_equal(found.at[1].value, "2a00:1::/32");
	assert_int_equal(test_ip(index, "2a00:2::", 1).count, 0);
	index_close(index);
}

static void test_urls(void **state)
{
	static const struct told told[] = {
		{ .text = "http://files.evil.com/a.exe", .kind = ANY, .source = "a" },
		{ .text = "evil.com/any", .kind = ANY, .source = "a" },
		{ .text = "http://45.1.2.3/x", .kind = ANY, .source = "a" },
	};
	struct index *index = test_open(told, COUNT(told));

	(void)state;
	assert_int_equal(test_url(index, "HTTP://Files.Evil.com:80/a.exe#x").count, 1);
	assert_int_equal(test_url(index, "http://files.evil.com/A.exe").count, 0);
	assert_int_equal(test_url(index, "https://files.evil.com/a.exe").count, 0);
	assert_int_equal(test_url(index, "https://evil.com/any").count, 1);
	assert_int_equal(test_url(index, "http://evil.com/any?x").count, 0);
	/* never its host */
	assert_int_equal(test_domain(index, "files.evil.com").count, 0);
	assert_int_equal(test_domain(index, "evil.com").count, 0);
	assert_int_equal(test_ip(index, "45.1.2.3", 80).count, 0);
	index_close(index);
}

static void test_texts(void **state)
{
	static const char md5[] = "d41d8cd98f00b204e9800998ecf8427e";
	static const char ja4[] = "t13d1516h2_8daaf6152771_e5627efa2ab1";
	static const struct told told[] = {
		{ .text = md5, .kind = INDICATOR_MD5, .source = "a", .confidence = 50 },
		{ .text = ja4, .kind = INDICATOR_JA4, .source = "a", .confidence = 90 },
		{ .text = "Bad@evil.com", .kind = ANY, .source = "a" },
		{ .text = "BadBot/1.0", .kind = INDICATOR_AGENT, .source = "a" },
	};
	struct index *index = test_open(told, COUNT(told));
	struct found found = test_text(index, INDICATOR_MD5, "D41D8CD98F00B204E9800998ECF8427E");

	(void)state;
	assert_int_equal(found.count, 1);
	assert_string_equal(found.at[0].value, md5);
	assert_true(found.at[0].alone);
	assert_int_equal(found.at[0].expires, 0);                        /* digests never expire */
	assert_int_equal(test_text(index, INDICATOR_JA3, md5).count, 0); /* another kind */
	assert_int_equal(test_text(index, INDICATOR_MD5, "d41d").count, 0);
	found = test_bytes(index, INDICATOR_MD5,
			   (struct span){ (const uint8_t *)"\xd4\x1d\x8c\xd9\x8f\x00\xb2\x04"
							   "\xe9\x80\x09\x98\xec\xf8\x42\x7e",
					  16 });
	assert_int_equal(found.count, 1); /* as bytes too */
	assert_string_equal(found.at[0].value, md5);
	assert_int_equal(test_text(index, INDICATOR_MD5, "d41d8cd98f00b204").count, 0);
	assert_int_equal(test_text(index, INDICATOR_MD5, "`41d8cd98f00b204e9800998ecf8427e").count,
			 0);
	assert_int_equal(test_text(index, INDICATOR_MD5, "d41d8cd98f00b204e9800998ecf8427G").count,
			 0);
	assert_int_equal(
		test_text(index, INDICATOR_MD5, "d41d8cd98f00b204e9800998ecf8427\xe5").count, 0);
	assert_int_equal(test_text(index, INDICATOR_MD5, "z41d8cd98f00b204e9800998ecf8427e").count,
			 0);
	found = test_text(index, INDICATOR_JA4, ja4);
	assert_int_equal(found.count, 1);
	assert_false(found.at[0].alone); /* many programs share it */
	assert_int_equal(test_text(index, INDICATOR_EMAIL, "Bad@EVIL.com").count, 1);
	assert_int_equal(test_text(index, INDICATOR_EMAIL, "bad@evil.com").count, 0);
	assert_int_equal(test_text(index, INDICATOR_AGENT, "BadBot/1.0").count, 1);
	assert_int_equal(test_text(index, INDICATOR_AGENT, "BadBot/1.0 ").count, 0);
	assert_int_equal(test_text(index, INDICATOR_DOMAIN, "evil.com").count, 0);
	index_close(index);
}

static void test_ages(void **state)
{
	static const struct told told[] = {
		{ .text = "45.0.0.1", .kind = ANY, .seen = TEST_NOW - 29 * TEST_DAY },
		{ .text = "45.0.0.2", .kind = ANY, .seen = TEST_NOW - 31 * TEST_DAY },
		{ .text = "45.0.0.2:80", .kind = ANY, .seen = TEST_NOW - 31 * TEST_DAY },
		{ .text = "45.0.0.3",
		  .kind = ANY,
		  .seen = TEST_NOW - 99 * TEST_DAY,
		  .expires = TEST_NOW + TEST_DAY },
		{ .text = "45.0.0.4", .kind = ANY, .seen = TEST_NOW, .expires = TEST_NOW - 1 },
		{ .text = "45.0.0.5", .kind = ANY },
		{ .text = "old.com", .kind = ANY, .seen = TEST_NOW - 179 * TEST_DAY },
		{ .text = "older.com", .kind = ANY, .seen = TEST_NOW - 181 * TEST_DAY },
		{ .text = "old.com/x", .kind = ANY, .seen = TEST_NOW - 89 * TEST_DAY },
		{ .text = "old.com/y", .kind = ANY, .seen = TEST_NOW - 91 * TEST_DAY },
	};
	struct index *index = test_open(told, COUNT(told));

	(void)state;
	assert_int_equal(test_ip(index, "45.0.0.1", 0).count, 1);
	assert_int_equal(test_ip_at(index, "45.0.0.1", 0, TEST_NOW + 2 * TEST_DAY).count, 0);
	assert_int_equal(test_ip(index, "45.0.0.2", 80).count, 1); /* the endpoint: 60 days */
	assert_int_equal(test_ip(index, "45.0.0.3", 0).count, 1);  /* an explicit end wins */
	assert_int_equal(test_ip(index, "45.0.0.3", 0).at[0].expires, TEST_NOW + TEST_DAY);
	assert_int_equal(test_ip_at(index, "45.0.0.3", 0, TEST_NOW + 2 * TEST_DAY).count, 0);
	assert_int_equal(test_ip(index, "45.0.0.4", 0).count, 0);
	assert_int_equal(test_ip(index, "45.0.0.5", 0).count, 1); /* as if it had been told now */
	assert_int_equal(test_ip_at(index, "45.0.0.5", 0, TEST_NOW + 31 * TEST_DAY).count, 0);
	assert_int_equal(test_domain(index, "old.com").count, 1);
	assert_int_equal(test_domain(index, "older.com").count, 0);
	assert_int_equal(test_url(index, "http://old.com/x").count, 1);
	assert_int_equal(test_url(index, "http://old.com/y").count, 0);
	assert_int_equal(index_facts(index).values, 6);
	index_close(index);
}

static void test_ages_set(void **state)
{
	struct indicator old = { .kind = INDICATOR_DOMAIN, .seen = TEST_NOW - 10 * TEST_DAY };
	struct index_builder *builder = NULL;
	struct index *index = NULL;

	(void)state;
	old.value = (struct span){ (const uint8_t *)"evil.com", 8 };
	assert_int_equal(index_builder_new(test_folder(), &builder), OK);
	index_builder_days(builder, INDICATOR_DOMAIN, 9);
	assert_int_equal(index_builder_add(builder, &old), OK);
	old.seen = TEST_NOW - 8 * TEST_DAY;
	old.value.ptr = (const uint8_t *)"evil.net";
	assert_int_equal(index_builder_add(builder, &old), OK);
	assert_int_equal(index_builder_finish(builder, test_path(), TEST_NOW), OK);
	index_builder_free(builder);
	assert_int_equal(index_open(test_path(), &index), OK);
	assert_int_equal(index_facts(index).values, 1);
	index_close(index);
}

static void test_confidence(void **state)
{
	static const struct told told[] = {
		/* 1 - 0.5 x 0.4 = 0.8 */
		{ .text = "two.com", .kind = ANY, .source = "a", .confidence = 50 },
		{ .text = "two.com", .kind = ANY, .source = "b", .confidence = 60 },
		/* the same origin in two feeds is one voice, the surer one */
		{ .text = "one.com", .kind = ANY, .source = "a", .origin = "x", .confidence = 50 },
		{ .text = "one.com", .kind = ANY, .source = "b", .origin = "x", .confidence = 60 },
		/* one feed that names itself the origin of the other */
		{ .text = "self.com", .kind = ANY, .source = "x", .confidence = 50 },
		{ .text = "self.com", .kind = ANY, .source = "b", .origin = "x", .confidence = 60 },
		/* what it is adds nothing to how bad it is */
		{ .text = "what.com", .kind = ANY, .source = "a", .confidence = 50 },
		{ .text = "what.com",
		  .kind = ANY,
		  .source = "b",
		  .confidence = 90,
		  .flags = INDICATOR_CONTEXT },
		{ .text = "tor.com",
		  .kind = ANY,
		  .source = "b",
		  .confidence = 90,
		  .flags = INDICATOR_CONTEXT },
		{ .text = "sure.com", .kind = ANY, .source = "b", .confidence = 100 },
	};
	struct index *index = test_open(told, COUNT(told));
	struct found found = test_domain(index, "two.com");

	(void)state;
	assert_int_equal(found.at[0].confidence, 80);
	assert_int_equal(found.at[0].tellings, 2);
	assert_int_equal(test_domain(index, "one.com").at[0].confidence, 60);
	assert_int_equal(test_domain(index, "self.com").at[0].confidence, 60);
	assert_int_equal(test_domain(index, "what.com").at[0].confidence, 50);
	assert_true(test_domain(index, "what.com").at[0].alone);
	assert_int_equal(test_domain(index, "tor.com").at[0].confidence, 90);
	assert_false(test_domain(index, "tor.com").at[0].alone);
	assert_int_equal(test_domain(index, "sure.com").at[0].confidence, 100);
	index_close(index);
}

/* More tellings than are kept: the distinct sources stay, the rest is counted. */
static void test_tellings(void **state)
{
	struct told told[20];
	char malware[20][16];
	struct index *index;
	struct found found;

	(void)state;
	for (unsigned i = 0; i < COUNT(told); i++) {
		snprintf(malware[i], sizeof(malware[i]), "m%u", i);
		told[i] = (struct told){ .text = "evil.com",
					 .kind = ANY,
					 .malware = malware[i],
					 .source = i < 18    ? "loud"
						   : i == 18 ? "b"
							     : "c",
					 .seen = TEST_NOW };
	}
	index = test_open(told, COUNT(told));
	found = test_domain(index, "evil.com");
	assert_int_equal(found.at[0].tellings, 20);
	assert_int_equal(found.at[0].kept, INDEX_TELLINGS);
	assert_string_equal(found.at[0].source[0], "loud");
	assert_true(strcmp(found.at[0].source[1], "loud") != 0);
	assert_true(strcmp(found.at[0].source[2], "loud") != 0);
	assert_string_equal(found.at[0].source[3], "loud");
	index_close(index);
	/* the same telling again is none more; the newer time counts */
	told[0].seen = TEST_NOW - TEST_DAY;
	told[1] = told[0];
	told[1].seen = TEST_NOW;
	index = test_open(told, 2);
	found = test_domain(index, "evil.com");
	assert_int_equal(found.at[0].tellings, 1);
	assert_int_equal(found.at[0].seen, TEST_NOW);
	index_close(index);
}

#define G INDICATOR_GUARD

static void test_guards(void **state)
{
	static const struct told told[] = {
		{ .text = "google.com", .kind = ANY, .source = "feed" },
		{ .text = "bad.google.com", .kind = ANY, .source = "feed" },
		{ .text = "google.com",
		  .kind = ANY,
		  .flags = G,
		  .source = "list",
		  .malware = "Google" },
		{ .text = "shop.com", .kind = ANY, .source = "feed" },
		{ .text = "www.shop.com", .kind = ANY, .flags = G, .source = "list" },
		{ .text = "exact.com", .kind = ANY, .source = "feed" },
		{ .text = "w.exact.com", .kind = ANY, .source = "feed" },
		{ .text = "exact.com",
		  .kind = ANY,
		  .flags = G | INDICATOR_EXACT,
		  .source = "list" },
		{ .text = "8.8.8.0/24", .kind = ANY, .source = "feed" },
		{ .text = "8.8.8.8", .kind = ANY, .source = "feed" },
		{ .text = "8.8.8.9", .kind = ANY, .source = "feed" },
		{ .text = "8.8.8.9:53", .kind = ANY, .source = "feed" },
		{ .text = "8.8.0.0/16", .kind = ANY, .flags = G, .source = "wide" },
		{ .text = "8.8.8.8", .kind = ANY, .flags = G, .source = "resolver" },
		{ .text = "9.9.9.0/24", .kind = ANY, .source = "feed" },
		{ .text = "9.9.9.0/25", .kind = ANY, .flags = G, .source = "half" },
		{ .text = "only.guard.com", .kind = ANY, .flags = G, .source = "list" },
		{ .text = "google.com/x", .kind = ANY, .source = "feed" },
	};
	struct index *index = test_open(told, COUNT(told));
	struct found found = test_domain(index, "www.google.com");

	(void)state;
	assert_int_equal(found.count, 1); /* lowered, never deleted */
	assert_true(found.at[0].guarded);
	assert_string_equal(found.at[0].guard, "Google");
	found = test_domain(index, "bad.google.com");
	assert_int_equal(found.count, 2);
	assert_false(found.at[0].guarded); /* more specific than the guard */
	assert_true(found.at[1].guarded);
	assert_false(test_domain(index, "shop.com").at[0].guarded);
	assert_true(test_domain(index, "www.shop.com").at[0].guarded);
	assert_string_equal(test_domain(index, "www.shop.com").at[0].guard, "list");
	assert_true(test_domain(index, "exact.com").at[0].guarded);
	assert_false(test_domain(index, "w.exact.com").at[1].guarded);
	found = test_ip(index, "8.8.8.8", 0);
	assert_int_equal(found.count, 2);
	assert_true(found.at[0].guarded && found.at[1].guarded);
	assert_string_equal(found.at[0].guard, "resolver");
	found = test_ip(index, "8.8.8.9", 53);
	assert_int_equal(found.count, 3);
	assert_false(found.at[0].guarded || found.at[1].guarded || found.at[2].guarded);
	assert_true(test_ip(index, "9.9.9.1", 0).at[0].guarded);
	assert_false(test_ip(index, "9.9.9.200", 0).at[0].guarded);
	assert_int_equal(test_domain(index, "only.guard.com").count, 0);
	assert_int_equal(test_ip(index, "8.8.1.1", 0).count, 0);
	assert_false(test_url(index, "http://google.com/x").at[0].guarded);
	index_close(index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_domains),    cmocka_unit_test(test_labels),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_urls),       cmocka_unit_test(test_texts),
		cmocka_unit_test(test_ages),       cmocka_unit_test(test_ages_set),
		cmocka_unit_test(test_confidence), cmocka_unit_test(test_tellings),
		cmocka_unit_test(test_guards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
