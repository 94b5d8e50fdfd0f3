/*
 * vault.c - the file of a message: 8 bytes that say what it is, the stream's header, then chunks of 64 KiB, each
 * with its tag; the last one is shorter, and says that it is the last. Source: doc.libsodium.org, "Encrypted streams".
 */
#include "quarantine/vault.h"
#include "base/span.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CHUNK   ((size_t)64 << 10)
#define SEALED  (CHUNK + crypto_secretstream_xchacha20poly1305_ABYTES)
#define HEADER  crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define PARTIAL ".part" /* behind a name: not whole yet */

_Static_assert(VAULT_SEALED == VAULT_KEY + crypto_box_SEALBYTES, "a sealed key has room");
_Static_assert(VAULT_KEY == crypto_secretstream_xchacha20poly1305_KEYBYTES &&
		       VAULT_KEY == crypto_box_PUBLICKEYBYTES && VAULT_KEY == crypto_box_SECRETKEYBYTES,
	       "all keys are of one size");

static const uint8_t magic[8] = "HINOMIQ1";

typedef crypto_secretstream_xchacha20poly1305_state stream_state;

/* --- files */

static bool path_of(char path[PATH_MAX], const char *folder, const char *name, const char *behind)
{
	int n = snprintf(path, PATH_MAX, "%s/%s%s", folder, name, behind);

	errno = ENAMETOOLONG;
	return n > 0 && n < PATH_MAX;
}

/* As much as there is, up to `size`; -1: errno. */
static ssize_t read_all(int fd, uint8_t *bytes, size_t size)
{
	size_t got = 0;

	while (got < size) {
		ssize_t n = read(fd, bytes + got, size - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

static bool folder_sync(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return synced;
}

/* --- the secret */

/* The folder that a file lies in is on the disk as it is. */
static bool around_sync(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash && slash > path ? (size_t)(slash - path) : 1;

	if (n >= sizeof(folder))
		return false;
	memcpy(folder, slash ? path : ".", n);
	folder[n] = '\0';
	return folder_sync(folder);
}

/* Whole and on the disk before it has its name: what is encrypted with it must not outlive it, and half a secret would
 * keep the tower from ever starting again. */
static enum err secret_make(const char *path, struct vault_secret *secret)
{
	char partial[PATH_MAX];
	int n = snprintf(partial, sizeof(partial), "%s" PARTIAL, path), fd;
	enum err err = OK;

	if (n < 0 || n >= (int)sizeof(partial))
		return ERR_OPEN;
	unlink(partial); /* of one that was interrupted */
	fd = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return ERR_OPEN;
	randombytes_buf(secret->secret, sizeof(secret->secret));
	if (!span_write(fd, (struct span){ secret->secret, sizeof(secret->secret) }) || fsync(fd) != 0 ||
	    rename(partial, path) != 0 || !around_sync(path))
		err = ERR_WRITE;
	close(fd);
	if (err != OK) {
		unlink(partial);
		unlink(path);
	}
	return err;
}

enum err vault_secret_read(const char *path, struct vault_secret *secret)
{
	uint8_t bytes[VAULT_KEY + 1];
	ssize_t n;
	int fd;

	if (sodium_init() < 0)
		return ERR_OPEN;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? secret_make(path, secret) : ERR_OPEN;
	n = read_all(fd, bytes, sizeof(bytes));
	close(fd);
	if (n != VAULT_KEY)
		return n < 0 ? ERR_READ : ERR_FORMAT;
	memcpy(secret->secret, bytes, VAULT_KEY);
	sodium_memzero(bytes, sizeof(bytes));
	return OK;
}

void vault_keys_of(const struct vault_secret *secret, struct vault_keys *keys)
{
	static const uint8_t token[] = "hinomi quarantine token";

	crypto_scalarmult_base(keys->public, secret->secret);
	crypto_generichash(keys->token, sizeof(keys->token), token, sizeof(token) - 1, secret->secret,
			   sizeof(secret->secret));
}

/* --- in */

/* As much as there is at an offset, up to `size`; -1: errno. */
static ssize_t read_at(int fd, uint8_t *bytes, size_t size, off_t at)
{
	return lseek(fd, at, SEEK_SET) < 0 ? -1 : read_all(fd, bytes, size);
}

static enum err encrypt(int from, int to, const uint8_t key[VAULT_KEY])
{
	uint8_t head[sizeof(magic) + HEADER], *room = malloc(CHUNK + SEALED), *sealed = room + CHUNK;
	stream_state state;
	off_t at = 0;
	enum err err = OK;
	bool last = false;

	if (!room)
		return ERR_MEMORY;
	memcpy(head, magic, sizeof(magic));
	crypto_secretstream_xchacha20poly1305_init_push(&state, head + sizeof(magic), key);
	if (!span_write(to, (struct span){ head, sizeof(head) }))
		err = ERR_WRITE;
	while (err == OK && !last) {
		ssize_t n = read_at(from, room, CHUNK, at);
		unsigned long long size;

		if (n < 0) {
			err = ERR_READ;
			break;
		}
		at += n;
		last = (size_t)n < CHUNK;
		crypto_secretstream_xchacha20poly1305_push(&state, sealed, &size, room, (unsigned long long)n, NULL, 0,
							   last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
		if (!span_write(to, (struct span){ sealed, size }))
			err = ERR_WRITE;
	}
	sodium_memzero(&state, sizeof(state));
	sodium_memzero(room, CHUNK);
	free(room);
	return err;
}

/* Whole and on the disk under another name, then under its own. */
static enum err write_file(const char *folder, const char *name, int from, const uint8_t key[VAULT_KEY])
{
	char partial[PATH_MAX], path[PATH_MAX];
	enum err err;
	int fd;

	if (!path_of(partial, folder, name, PARTIAL) || !path_of(path, folder, name, ""))
		return ERR_OPEN;
	fd = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return ERR_OPEN;
	err = encrypt(from, fd, key);
	if (err == OK && (fsync(fd) != 0 || rename(partial, path) != 0 || !folder_sync(folder)))
		err = ERR_WRITE;
	close(fd);
	if (err != OK) {
		int error = errno;

		unlink(partial);
		unlink(path);
		errno = error;
	}
	return err;
}

enum err vault_write(const char *folder, const struct vault_keys *keys, int fd, struct vault_entry *entry)
{
	uint8_t key[VAULT_KEY], number[(VAULT_NAME - 1) / 2];
	struct vault_entry made;
	enum err err;

	randombytes_buf(number, sizeof(number));
	sodium_bin2hex(made.name, sizeof(made.name), number, sizeof(number));
	crypto_secretstream_xchacha20poly1305_keygen(key);
	if (crypto_box_seal(made.sealed, key, sizeof(key), keys->public) != 0)
		return ERR_FORMAT;
	err = write_file(folder, made.name, fd, key);
	sodium_memzero(key, sizeof(key));
	if (err == OK)
		*entry = made;
	return err;
}

/* --- out */

static enum err decrypt(int from, int to, const uint8_t key[VAULT_KEY])
{
	uint8_t head[sizeof(magic) + HEADER], *room = malloc(CHUNK + SEALED), *sealed = room + CHUNK;
	unsigned char tag = 0;
	stream_state state;
	enum err err = OK;

	if (!room)
		return ERR_MEMORY;
	if (read_all(from, head, sizeof(head)) != sizeof(head) || memcmp(head, magic, sizeof(magic)) != 0 ||
	    crypto_secretstream_xchacha20poly1305_init_pull(&state, head + sizeof(magic), key) != 0)
		err = ERR_FORMAT;
	while (err == OK && tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
		ssize_t n = read_all(from, sealed, SEALED);
		unsigned long long size;

		if (n <= 0)
			err = n < 0 ? ERR_READ : ERR_TRUNCATED;
		else if (crypto_secretstream_xchacha20poly1305_pull(&state, room, &size, &tag, sealed,
								    (unsigned long long)n, NULL, 0) != 0)
			err = ERR_FORMAT;
		else if (!span_write(to, (struct span){ room, size }))
			err = ERR_WRITE;
	}
	sodium_memzero(&state, sizeof(state));
	sodium_memzero(room, CHUNK);
	free(room);
	return err;
}

enum err vault_read(const char *folder, const struct vault_secret *secret, const struct vault_entry *entry, int fd)
{
	uint8_t key[VAULT_KEY];
	struct vault_keys keys;
	char path[PATH_MAX];
	enum err err;
	int from;

	vault_keys_of(secret, &keys);
	if (crypto_box_seal_open(key, entry->sealed, sizeof(entry->sealed), keys.public, secret->secret) != 0)
		return ERR_FORMAT;
	if (!vault_is_name(entry->name) || !path_of(path, folder, entry->name, ""))
		return ERR_OPEN;
	from = open(path, O_RDONLY | O_CLOEXEC);
	err = from < 0 ? ERR_OPEN : decrypt(from, fd, key);
	sodium_memzero(key, sizeof(key));
	if (from >= 0)
		close(from);
	return err;
}

bool vault_is_name(const char *name)
{
	return strlen(name) == VAULT_NAME - 1 && name[strspn(name, "0123456789abcdef")] == '\0';
}

enum err vault_remove(const char *folder, const char *name)
{
	char path[PATH_MAX];

	if (!vault_is_name(name) || !path_of(path, folder, name, ""))
		return ERR_WRITE;
	return unlink(path) == 0 || errno == ENOENT ? OK : ERR_WRITE;
}

static bool is_old(int folder, const char *name, int64_t seconds)
{
	struct stat is;

	return fstatat(folder, name, &is, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(is.st_mode) &&
	       is.st_mtime < time(NULL) - seconds;
}

unsigned vault_sweep(const char *folder, int64_t seconds, vault_known *known, void *whom)
{
	DIR *all = opendir(folder);
	unsigned count = 0;
	struct dirent *entry;

	while (all && (entry = readdir(all)))
		if ((!vault_is_name(entry->d_name) || !known(whom, entry->d_name)) &&
		    is_old(dirfd(all), entry->d_name, seconds))
			count += unlinkat(dirfd(all), entry->d_name, 0) == 0;
	if (all)
		closedir(all);
	return count;
}
