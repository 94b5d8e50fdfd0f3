/*
 * certificate.c - verification of a chain by OpenSSL with our own ears: all that is wrong is heard, nothing is stopped.
 *
 * Sources: SSL_CTX_set_cert_verify_callback(3), X509_STORE_CTX_set_verify_cb(3), X509_check_host(3), RFC 5280, RFC 9525.
 */
#include "probe/certificate.h"

#include "base/text.h"

#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SYSTEM_FILE "/etc/ssl/certs/ca-certificates.crt" /* Debian's */

struct authorities {
	X509_STORE *store;
	bool none;
};

struct authorities *authorities_new(const char *file)
{
	struct authorities *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->store = X509_STORE_new();
	if (!a->store)
		goto failed;
	a->none = X509_STORE_load_file(a->store, file[0] ? file : SYSTEM_FILE) != 1;
	if (a->none && file[0])
		goto failed;
	/* As curl does: who trusts an intermediate one by its file, trusts it. */
	X509_STORE_set_flags(a->store, X509_V_FLAG_PARTIAL_CHAIN);
	return a;
failed:
	authorities_free(a);
	return NULL;
}

void authorities_free(struct authorities *authorities)
{
	if (!authorities)
		return;
	X509_STORE_free(authorities->store);
	free(authorities);
}

static usec_t time_of(const ASN1_TIME *time)
{
	struct tm tm = { 0 };

	return ASN1_TIME_to_tm(time, &tm) == 1 ? timegm(&tm) * USEC_PER_SEC : 0;
}

/* RFC 2253, but with UTF-8 as it is; a cut one ends at a whole letter. */
static void name_copy(const X509_NAME *name, char text[PROBE_NAME])
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes = NULL;
	long len;

	text[0] = '\0';
	if (!bio)
		return;
	X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
	len = BIO_get_mem_data(bio, &bytes);
	if (len > 0) {
		size_t fit = text_fit(bytes, (size_t)len, PROBE_NAME);

		memcpy(text, bytes, fit);
		text[fit] = '\0';
	}
	BIO_free(bio);
}

static void add_why(struct probe_certificate *seen, const char *why)
{
	if (strstr(seen->why, why))
		return;
	text_append(seen->why, sizeof(seen->why), "%s%s", seen->why[0] ? "; " : "", why);
}

/* Each thing that is wrong, in the words of people where they are shorter than the library's. */
static void add_error(struct probe_certificate *seen, int error, int depth)
{
	switch (error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		add_why(seen, depth == 0 ? "expired" : "one that it is signed by has expired");
		break;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		add_why(seen, "not valid yet");
		break;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		add_why(seen, "self-signed");
		break;
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: /* always after the next one */
		break;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		add_why(seen, "not signed by anybody who is trusted here");
		break;
	default:
		add_why(seen, X509_verify_cert_error_string(error));
	}
}

static struct certificate_watch *watch_of(void *whom)
{
	return whom;
}

/* Hears each error, and goes on. */
static int hear(int good, X509_STORE_CTX *chain)
{
	if (!good)
		add_error(&watch_of(X509_STORE_CTX_get_app_data(chain))->seen, X509_STORE_CTX_get_error(chain),
			  X509_STORE_CTX_get_error_depth(chain));
	return 1;
}

static bool is_for(X509 *certificate, const char *host)
{
	struct ip ip;

	if (ip_parse(&ip, host) == OK)
		return X509_check_ip_asc(certificate, host, 0) == 1;
	return X509_check_host(certificate, host, 0, 0, NULL) == 1;
}

static void take(struct probe_certificate *seen, X509 *certificate)
{
	unsigned char *der = NULL;
	unsigned len = SHA256_DIGEST_LENGTH;
	int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);

	seen->there = true;
	X509_digest(certificate, EVP_sha256(), seen->sha256, &len);
	if (size > 0)
		SHA256(der, (size_t)size, seen->key_sha256);
	OPENSSL_free(der);
	seen->from = time_of(X509_get0_notBefore(certificate));
	seen->until = time_of(X509_get0_notAfter(certificate));
	name_copy(X509_get_subject_name(certificate), seen->subject);
	name_copy(X509_get_issuer_name(certificate), seen->issuer);
}

static int verify(X509_STORE_CTX *chain, void *whom)
{
	struct certificate_watch *watch = whom;
	struct probe_certificate *seen = &watch->seen;
	X509 *certificate = X509_STORE_CTX_get0_cert(chain);

	if (!certificate)
		return 1;
	*seen = (struct probe_certificate){ .there = true };
	take(seen, certificate);
	X509_STORE_CTX_set_app_data(chain, watch);
	X509_STORE_CTX_set_verify_cb(chain, hear);
	if (watch->authorities->none)
		add_why(seen, "nobody is trusted here: install ca-certificates");
	else if (X509_verify_cert(chain) != 1)
		add_error(seen, X509_STORE_CTX_get_error(chain), 0);
	if (!is_for(certificate, watch->host))
		add_why(seen, "for another name");
	seen->trusted = seen->why[0] == '\0';
	X509_STORE_CTX_set_error(chain, X509_V_OK);
	return 1;
}

void certificate_watch(struct ssl_ctx_st *context, struct certificate_watch *watch)
{
	SSL_CTX_set1_cert_store(context, watch->authorities->store);
	SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_cert_verify_callback(context, verify, watch);
}
