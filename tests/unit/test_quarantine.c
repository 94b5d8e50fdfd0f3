/* test_quarantine.c - held mail on the disk, and the token of released mail. */
#include "quarantine/token.h"
#include "quarantine/vault.h"

#include "base/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/hinomi-vault-XXXXXX";
static struct vault_secret secret;
static struct vault_keys keys;

static char *path_in(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(folder) || vault_secret_read(path_in(VAULT_SECRET_FILE), &secret) != OK)
		return -1;
	vault_keys_of(&secret, &keys);
	return 0;
}

static int teardown(void **state)
{
	DIR *all = opendir(folder);
	struct dirent *entry;

	(void)state;
	while (all && (entry = readdir(all)))
		unlinkat(dirfd(all), entry->d_name, 0);
	if (all)
		closedir(all);
	return rmdir(folder);
}

/* A memory file of so many bytes, which are not all the same. */
static int memory_of(size_t size)
{
	int fd = memfd_create("message", MFD_CLOEXEC);
	uint8_t byte = 0;

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	for (size_t at = 0; at < size; at += 997, byte++)
		assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
	return fd;
}

static size_t size_of(int fd)
{
	struct stat is;

	assert_int_equal(fstat(fd, &is), 0);
	return (size_t)is.st_size;
}

static bool same(int a, int b)
{
	size_t size = size_of(a);
	void *one, *other;
	bool equal;

	if (size != size_of(b) || size == 0)
		return size == size_of(b);
	one = mmap(NULL, size, PROT_READ, MAP_SHARED, a, 0);
	other = mmap(NULL, size, PROT_READ, MAP_SHARED, b, 0);
	equal = memcmp(one, other, size) == 0;
	munmap(one, size);
	munmap(other, size);
	return equal;
}

static void test_secret(void **state)
{
	struct vault_secret again;
	struct stat is;

	(void)state;
	assert_int_equal(stat(path_in(VAULT_SECRET_FILE), &is), 0);
	assert_int_equal(is.st_mode & 0777, 0600);
	assert_int_equal(vault_secret_read(path_in(VAULT_SECRET_FILE), &again), OK);
	assert_memory_equal(&again, &secret, sizeof(secret));
	assert_int_equal(truncate(path_in(VAULT_SECRET_FILE), 31), 0);
	assert_int_equal(vault_secret_read(path_in(VAULT_SECRET_FILE), &again), ERR_FORMAT);
	assert_int_equal(vault_secret_read("/nowhere/key", &again), ERR_OPEN);
}

/* A crash while the secret is made leaves half of it under another name: the next start makes a whole one. */
static void test_secret_interrupted(void **state)
{
	struct vault_secret made, again;
	int fd = open(path_in("other.key.part"), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	(void)state;
	assert_int_equal(write(fd, "half", 4), 4);
	close(fd);
	assert_int_equal(vault_secret_read(path_in("other.key"), &made), OK);
	assert_int_equal(vault_secret_read(path_in("other.key"), &again), OK);
	assert_memory_equal(&made, &again, sizeof(made));
	assert_int_equal(access(path_in("other.key.part"), F_OK), -1);
	assert_int_equal(unlink(path_in("other.key")), 0);
}

static void test_there_and_back(void **state)
{
	static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 1000000 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		int message = memory_of(sizes[i]), back = memory_of(0);
		struct vault_entry entry;

		assert_int_equal(vault_write(folder, &keys, message, &entry), OK);
		assert_true(vault_is_name(entry.name));
		assert_int_equal(vault_read(folder, &secret, &entry, back), OK);
		assert_true(same(message, back));
		assert_int_equal(vault_remove(folder, entry.name), OK);
		assert_int_equal(vault_remove(folder, entry.name), OK);
		assert_int_equal(vault_read(folder, &secret, &entry, back), ERR_OPEN);
		close(message);
		close(back);
	}
}

/* What was changed, cut, or is of another key does not come out. */
static void test_changed(void **state)
{
	int message = memory_of(200000), back = memory_of(0), fd;
	struct vault_secret other = secret;
	struct vault_entry entry, wrong;
	uint8_t byte;

	(void)state;
	assert_int_equal(vault_write(folder, &keys, message, &entry), OK);
	other.secret[3] ^= 1;
	assert_int_equal(vault_read(folder, &other, &entry, back), ERR_FORMAT);
	wrong = entry;
	wrong.sealed[40] ^= 1;
	assert_int_equal(vault_read(folder, &secret, &wrong, back), ERR_FORMAT);
	assert_int_equal(truncate(path_in(entry.name), (off_t)(8 + 24 + 2 * (65536 + 17))), 0);
	assert_int_equal(vault_read(folder, &secret, &entry, back), ERR_TRUNCATED);
	fd = open(path_in(entry.name), O_RDWR);
	assert_int_equal(pread(fd, &byte, 1, 5000), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, 5000), 1);
	close(fd);
	assert_int_equal(vault_read(folder, &secret, &entry, back), ERR_FORMAT);
	close(message);
	close(back);
}

static void test_names(void **state)
{
	(void)state;
	assert_true(vault_is_name("0123456789abcdef0123456789abcdef"));
	assert_false(vault_is_name("../../../../etc/passwd0000000000"));
	assert_false(vault_is_name(""));
	assert_int_equal(vault_remove(folder, "../x"), ERR_WRITE);
}

static bool is_kept(void *whom, const char *name)
{
	return strcmp(whom, name) == 0;
}

static unsigned files(void)
{
	DIR *all = opendir(folder);
	unsigned count = 0;
	struct dirent *entry;

	while ((entry = readdir(all)))
		count += vault_is_name(entry->d_name) || strstr(entry->d_name, ".part");
	closedir(all);
	return count;
}

/* What a process that died has left is swept away, not what is known. */
static void test_sweep(void **state)
{
	int message = memory_of(10), fd;
	struct vault_entry entry, orphan;
	unsigned before = files();

	(void)state;
	assert_int_equal(vault_write(folder, &keys, message, &entry), OK);
	assert_int_equal(vault_write(folder, &keys, message, &orphan), OK);
	fd = open(path_in("0123456789abcdef0123456789abcdef.part"), O_WRONLY | O_CREAT, 0600);
	close(fd);
	assert_int_equal(vault_sweep(folder, 3600, is_kept, entry.name), 0);
	assert_int_equal(files(), before + 3);
	assert_true(vault_sweep(folder, -2, is_kept, entry.name) >= 2);
	assert_int_equal(files(), 1);
	assert_int_equal(vault_remove(folder, entry.name), OK);
	close(message);
}

static void test_no_folder(void **state)
{
	int message = memory_of(10);
	struct vault_entry entry;

	(void)state;
	assert_int_equal(vault_write("/nowhere", &keys, message, &entry), ERR_OPEN);
	close(message);
}

static void test_token(void **state)
{
	static const char letter[] = "Subject: a\r\n\r\nbody\r\n", longer[] = "Received: b\r\nSubject: a\r\n\r\nbody\r\n";
	struct token token = { 12, 1000 }, back;
	uint8_t body[TOKEN_BODY], same_body[TOKEN_BODY], other[TOKEN_BODY];
	char text[TOKEN_TEXT], torn[TOKEN_TEXT];
	struct vault_keys stranger = keys;

	(void)state;
	token_body(text_span(letter), body);
	token_body(text_span(longer), same_body);
	assert_memory_equal(body, same_body, sizeof(body));
	token_body(text_span("Subject: a\r\n\r\nbodx\r\n"), other);
	token_write(&keys, &token, body, text);
	assert_true(token_read(&keys, text_span(text), body, 1000, &back));
	assert_int_equal(back.id, 12);
	assert_false(token_read(&keys, text_span(text), body, 1001, &back));
	assert_false(token_read(&keys, text_span(text), other, 1000, &back));
	stranger.token[0] ^= 1;
	assert_false(token_read(&stranger, text_span(text), body, 1000, &back));
	for (size_t cut = 0; cut < strlen(text); cut++)
		assert_false(token_read(&keys, (struct span){ (const uint8_t *)text, cut }, body, 1000, &back));
	for (size_t i = 0; i < strlen(text); i++) {
		memcpy(torn, text, sizeof(torn));
		torn[i] = torn[i] == '1' ? '2' : '1';
		assert_false(token_read(&keys, text_span(torn), body, 0, &back));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secret_interrupted),
		cmocka_unit_test(test_secret),	       cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_changed),	 cmocka_unit_test(test_names),
		cmocka_unit_test(test_sweep),	       cmocka_unit_test(test_no_folder), cmocka_unit_test(test_token),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
