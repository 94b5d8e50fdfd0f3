/* identity_test.c - a key on P-256, and what it signs about itself. */
#include "identity_test.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void pem_take(BIO *bio, char text[PEM_MAX])
{
	int n = BIO_read(bio, text, PEM_MAX - 1);

	assert_true(n > 0);
	text[n] = '\0';
	BIO_free(bio);
}

void identity_make(struct identity *identity)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	X509_NAME *name = X509_get_subject_name(certificate);
	X509_EXTENSION *names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name,
						    "DNS:localhost");
	BIO *out[] = { BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()) };

	X509_set_version(certificate, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const uint8_t *)"localhost", -1, -1,
				   0);
	X509_set_issuer_name(certificate, name);
	X509_add_ext(certificate, names, -1);
	X509_set_pubkey(certificate, key);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	assert_true(PEM_write_bio_X509(out[0], certificate));
	assert_true(PEM_write_bio_PrivateKey(out[1], key, NULL, NULL, 0, NULL, NULL));
	pem_take(out[0], identity->certificate);
	pem_take(out[1], identity->key);
	X509_EXTENSION_free(names);
	X509_free(certificate);
	EVP_PKEY_free(key);
}
