/*
 * fuzz_certificate.c - what is given as a restore certificate: it is refused, or it is one that can be shown in both
 * languages. Read as it is, and signed by us: then the signature fits, and what is behind it is reached.
 */
#include "drill/certificate.h"
#include "check.h"

#include <jansson.h>
#include <sodium.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

typedef enum err shown(struct span json, enum language language, FILE *out);

static void show(struct span json, shown *how, enum language language)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	check(out != NULL);
	check(how(json, language, out) == OK);
	check(fclose(out) == 0);
	check(size > 0 && !memchr(text, '\x1b', size));
	if (how == certificate_page)
		check(!strstr(text, "<script"));
	free(text);
}

/* It does not depend on the signature whether it can be read. */
static void read_as_it_is(struct span json)
{
	char why[CERTIFICATE_WHY] = "";
	bool valid = certificate_verify(json, NULL, why) == OK;
	FILE *out = fopen("/dev/null", "w");

	check(out != NULL);
	check(why[0] && strlen(why) < sizeof(why));
	if (certificate_text(json, ENGLISH, out) == OK) {
		for (int language = 0; language < LANGUAGES; language++) {
			show(json, certificate_text, (enum language)language);
			show(json, certificate_page, (enum language)language);
		}
	} else {
		check(!valid);
	}
	fclose(out);
}

/* The same with our key and signature; NULL: it is no object. */
static char *sign(const uint8_t *bytes, size_t len)
{
	static const uint8_t seed[crypto_sign_SEEDBYTES] = { 1 };
	uint8_t public[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES], signature[crypto_sign_BYTES];
	char hex[2 * sizeof(signature) + 1], *text;
	json_t *root = json_loadb((const char *)bytes, len, 0, NULL);

	if (!json_is_object(root)) {
		json_decref(root);
		return NULL;
	}
	crypto_sign_seed_keypair(public, secret, seed);
	sodium_bin2hex(hex, sizeof(hex), public, sizeof(public));
	json_object_set_new(root, "key", json_string(hex));
	json_object_del(root, "signature");
	text = json_dumps(root, JSON_SORT_KEYS | JSON_COMPACT);
	check(text != NULL);
	crypto_sign_detached(signature, NULL, (const uint8_t *)text, strlen(text), secret);
	free(text);
	sodium_bin2hex(hex, sizeof(hex), signature, sizeof(signature));
	json_object_set_new(root, "signature", json_string(hex));
	text = json_dumps(root, JSON_SORT_KEYS | JSON_COMPACT);
	json_decref(root);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span json = { bytes, len };
	char *text;

	check(sodium_init() >= 0);
	read_as_it_is(json);
	text = sign(bytes, len);
	if (text)
		read_as_it_is((struct span){ (const uint8_t *)text, strlen(text) });
	free(text);
	return 0;
}
