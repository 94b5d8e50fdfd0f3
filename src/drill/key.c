/*
 * key.c - the Ed25519 key pair of a tower in PEM files, which `openssl pkeyutl` reads as well.
 *
 * Source: RFC 8410, 7 (private: PKCS #8, its seed at the end) and 4 (public); RFC 7468 (PEM). The bytes before the key
 * are always the same, so no parser of ASN.1 is needed.
 */
#include "drill/certificate.h"

#include "base/line.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_FILE_MAX 1024
#define SEED         32
#define HEAD_MAX     16

_Static_assert(crypto_sign_SECRETKEYBYTES == 64 && crypto_sign_PUBLICKEYBYTES == 32 && crypto_sign_SEEDBYTES == SEED,
	       "keys are of these sizes");

/* What stands in a PEM file of a kind. */
struct pem {
	const char *begin, *end;
	size_t head_size;
	uint8_t head[HEAD_MAX];
};
static const struct pem pem_secret = {
	"-----BEGIN PRIVATE KEY-----\n", "-----END PRIVATE KEY-----\n", 16,
	{ 0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20 }
};
static const struct pem pem_public = {
	"-----BEGIN PUBLIC KEY-----\n", "-----END PUBLIC KEY-----\n", 12,
	{ 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 }
};

__attribute__((format(printf, 2, 3))) static void say(char why[CERTIFICATE_WHY], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, CERTIFICATE_WHY, format, arguments);
	va_end(arguments);
}

/* --- PEM */

static size_t pem_write(const struct pem *pem, const uint8_t key[SEED], char text[KEY_FILE_MAX])
{
	uint8_t der[HEAD_MAX + SEED];
	char base64[sodium_base64_ENCODED_LEN(sizeof(der), sodium_base64_VARIANT_ORIGINAL)];

	memcpy(der, pem->head, pem->head_size);
	memcpy(der + pem->head_size, key, SEED);
	sodium_bin2base64(base64, sizeof(base64), der, pem->head_size + SEED, sodium_base64_VARIANT_ORIGINAL);
	snprintf(text, KEY_FILE_MAX, "%s%s\n%s", pem->begin, base64, pem->end);
	sodium_memzero(der, sizeof(der));
	sodium_memzero(base64, sizeof(base64));
	return strlen(text);
}

/* Nothing but such a key may be in the text; line ends may be CRLF. */
static bool pem_read(const struct pem *pem, struct span text, uint8_t key[SEED])
{
	uint8_t der[HEAD_MAX + SEED];
	struct span line, base64;
	size_t size = 0;
	bool good = line_take(&text, &line) && line.len + 1 == strlen(pem->begin) && line_begins(line_trim(line), "-") &&
		    memcmp(line.ptr, pem->begin, line.len) == 0 && line_take(&text, &base64) &&
		    line_take(&text, &line) && line.len + 1 == strlen(pem->end) &&
		    memcmp(line.ptr, pem->end, line.len) == 0 && line_trim(text).len == 0;

	good = good &&
	       sodium_base642bin(der, sizeof(der), (const char *)base64.ptr, base64.len, NULL, &size, NULL,
				 sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       size == pem->head_size + SEED && memcmp(der, pem->head, pem->head_size) == 0;
	if (good)
		memcpy(key, der + pem->head_size, SEED);
	sodium_memzero(der, sizeof(der));
	return good;
}

/* --- files */

/* Reads a small file; `private`: only if nobody else can. Root also reads the one of the tower's user. */
static enum err file_read(const char *path, bool private, uint8_t *room, struct span *text, char why[CERTIFICATE_WHY])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), error;
	struct stat is = { 0 };
	ssize_t n = -1;

	if (fd < 0) {
		error = errno;
		say(why, "%s: %s", path, strerror(error));
		errno = error;
		return ERR_OPEN;
	}
	if (fstat(fd, &is) == 0 && S_ISREG(is.st_mode))
		n = read(fd, room, KEY_FILE_MAX);
	close(fd);
	if (n < 0 || n == KEY_FILE_MAX) {
		say(why, "%s: is no key file", path);
		return ERR_FORMAT;
	}
	if (private && ((is.st_mode & 077) || (is.st_uid != 0 && is.st_uid != geteuid() && geteuid() != 0))) {
		sodium_memzero(room, KEY_FILE_MAX);
		say(why, "%s: others can read or change this key (mode %04o): chmod 600 it, or move it away and let "
			 "a new one be made", path, (unsigned)(is.st_mode & 07777));
		return ERR_FORMAT;
	}
	*text = (struct span){ room, (size_t)n };
	return OK;
}

/* Whole or not at all: it is written beside, and linked. An older one of that name stays. */
static enum err file_make(const char *path, mode_t mode, struct span text, char why[CERTIFICATE_WHY])
{
	char beside[PATH_MAX];
	enum err err = OK;
	int fd = -1;

	errno = ENAMETOOLONG;
	if (snprintf(beside, sizeof(beside), "%s.%08x", path, (unsigned)randombytes_random()) < (int)sizeof(beside))
		fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0 || fchmod(fd, mode) != 0 || !span_write(fd, text) || fsync(fd) != 0 ||
	    (link(beside, path) != 0 && errno != EEXIST)) {
		say(why, "%s: cannot be made: %s", path, strerror(errno));
		err = fd < 0 ? ERR_OPEN : ERR_WRITE;
	}
	if (fd >= 0) {
		close(fd);
		unlink(beside);
	}
	return err;
}

static enum err secret_make(const char *path, char why[CERTIFICATE_WHY])
{
	uint8_t seed[SEED];
	char text[KEY_FILE_MAX];
	enum err err;

	randombytes_buf(seed, sizeof(seed));
	err = file_make(path, 0600, (struct span){ (const uint8_t *)text, pem_write(&pem_secret, seed, text) }, why);
	sodium_memzero(seed, sizeof(seed));
	sodium_memzero(text, sizeof(text));
	return err;
}

/* Beside the secret one; what is not this key is replaced. */
static enum err public_make(const char *path, const uint8_t key[32], char why[CERTIFICATE_WHY])
{
	char name[PATH_MAX], text[KEY_FILE_MAX], unread[CERTIFICATE_WHY];
	uint8_t has[32];

	if (snprintf(name, sizeof(name), "%s.pub", path) >= (int)sizeof(name)) {
		say(why, "the name of the key file is too long");
		return ERR_OPEN;
	}
	if (certificate_public_read(name, has, unread) == OK && memcmp(has, key, sizeof(has)) == 0)
		return OK;
	unlink(name); /* if it is there */
	return file_make(name, 0644, (struct span){ (const uint8_t *)text, pem_write(&pem_public, key, text) }, why);
}

enum err certificate_key_open(const char *path, struct certificate_key *key, char why[CERTIFICATE_WHY])
{
	uint8_t room[KEY_FILE_MAX], seed[SEED];
	struct certificate_key made;
	struct span text;
	enum err err;

	if (sodium_init() < 0) {
		say(why, "libsodium cannot be used");
		return ERR_UNSUPPORTED;
	}
	err = file_read(path, true, room, &text, why);
	if (err == ERR_OPEN && errno == ENOENT) {
		err = secret_make(path, why);
		if (err == OK)
			err = file_read(path, true, room, &text, why);
	}
	if (err == OK && !pem_read(&pem_secret, text, seed)) {
		say(why, "%s: is no secret Ed25519 key in PEM: move it away and let a new one be made", path);
		err = ERR_FORMAT;
	}
	sodium_memzero(room, sizeof(room));
	if (err != OK)
		return err;
	crypto_sign_seed_keypair(made.public, made.secret, seed);
	sodium_memzero(seed, sizeof(seed));
	err = public_make(path, made.public, why);
	if (err == OK)
		*key = made;
	sodium_memzero(&made, sizeof(made));
	return err;
}

enum err certificate_public_read(const char *path, uint8_t key[32], char why[CERTIFICATE_WHY])
{
	uint8_t room[KEY_FILE_MAX];
	struct span text;
	enum err err = sodium_init() < 0 ? ERR_UNSUPPORTED : file_read(path, false, room, &text, why);

	if (err != OK)
		return err;
	if (pem_read(&pem_public, text, key))
		return OK;
	say(why, "%s: is no public Ed25519 key in PEM; the tower keeps its own beside the secret one, as *.pub", path);
	return ERR_FORMAT;
}
