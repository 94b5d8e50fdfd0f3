/* password.c - Argon2id with bounds: a hash says itself how much memory its check takes. */
#include "web/password.h"

#include "base/text.h"

#include <stdio.h>

#define PASSES 2
#define MEMORY (64u << 20)

/* Of a password that nobody has: its check costs what any other costs. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$bm9ib2R5IGhhcyB0aGlzIQ$"
			     "Tm9ib2R5IGtub3dzIHdoYXQgdGhpcyB3YXMgbWFkZSE";

static unsigned runes(const char *text)
{
	struct span rest = text_span(text);
	unsigned count = 0;

	while (rest.len > 0) {
		text_rune(&rest);
		count++;
	}
	return count;
}

const char *const *password_trouble(const char *password)
{
	static const char *const too_short[] = {
		"A password needs at least 10 characters.",
		"パスワードは10文字以上にしてください。",
	};
	static const char *const too_long[] = {
		"A password has at most 256 bytes.",
		"パスワードは256バイト以内にしてください。",
	};

	if (strlen(password) > PASSWORD_MAX)
		return too_long;
	return runes(password) < PASSWORD_MIN ? too_short : NULL;
}

bool password_hash(const char *password, char hash[PASSWORD_HASH])
{
	return crypto_pwhash_str_alg(hash, password, strlen(password), PASSES, MEMORY,
				     crypto_pwhash_ALG_ARGON2ID13) == 0;
}

/* Whether the check of that hash takes no more than ours. */
static bool hash_bearable(const char *hash)
{
	unsigned memory, passes;

	return sscanf(hash, "$argon2id$v=19$m=%9u,t=%9u,p=1$", &memory, &passes) == 2 &&
	       memory <= MEMORY / 1024 && passes <= 2 * PASSES;
}

bool password_check(const char *hash, const char *password)
{
	bool usable = hash && strlen(hash) < PASSWORD_HASH && hash_bearable(hash);

	return (crypto_pwhash_str_verify(usable ? hash : nobody, password, strlen(password)) == 0) &
	       usable;
}
