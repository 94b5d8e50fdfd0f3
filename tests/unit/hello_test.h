/*
 * hello_test.h - hellos and a certificate for several tests, a kit of digests, and bytes from
 * hexadecimal text.
 */
#ifndef HELLO_TEST_H
#define HELLO_TEST_H

#include "base/digest.h"

/* The kit that tests of a program share: to be begun and ended with them. */
extern struct digest_kit *kit;
int kit_begin(void **state);
int kit_end(void **state);

/* Bytes of hexadecimal text (blanks are passed over), in room of the caller. */
struct span hex_bytes(const char *hex, uint8_t *room, size_t size);

/* Handshake messages: the client's of RFC 9001, A.2, and the server's of A.3 (TLS 1.3). */
extern const char rfc9001_client[], rfc9001_server[];

/* What the client's is in JA3 (written by hand from the fields, MD5 by md5sum) and JA4 (hashes by
 * sha256sum of the sorted lists); the letter of JA4's carrier is left out. */
extern const char rfc9001_ja3_string[], rfc9001_ja3[], rfc9001_ja4[];

/* A certificate in DER, made by openssl req; what it holds is in test_x509.c, as openssl tells it.
 */
extern const char certificate_der[];

#endif
