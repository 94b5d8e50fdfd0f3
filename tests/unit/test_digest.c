/*
 * test_digest.c - digests, HMAC, HKDF, AES against the vectors of their specifications; the pen.
 */
#include "base/digest.h"
#include "base/pen.h"
#include "hello_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct span text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static void assert_hex(const uint8_t *bytes, size_t len, const char *hex)
{
	uint8_t room[64];
	struct span want = hex_bytes(hex, room, sizeof(room));

	assert_int_equal(want.len, len);
	assert_memory_equal(bytes, want.ptr, len);
}

static void test_one(void **state)
{
	uint8_t out[DIGEST_MAX];

	(void)state;
	digest_of(kit, DIGEST_MD5, text("message digest"), out); /* RFC 1321, A.5 */
	assert_hex(out, MD5_BYTES, "f96b697d7cb7938d525a2f31aaf161d0");
	digest_of(kit, DIGEST_SHA1, text("abc"), out); /* FIPS 180 */
	assert_hex(out, SHA1_BYTES, "a9993e364706816aba3e25717850c26c9cd0d89d");
	memset(out, 0, sizeof(out));
	sha1_of(text("abc"), out);
	assert_hex(out, SHA1_BYTES, "a9993e364706816aba3e25717850c26c9cd0d89d");
	digest_of(kit, DIGEST_SHA256, text(""), out);
	assert_hex(out, SHA256_BYTES,
		   "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void test_pieces(void **state)
{
	struct digest *md5 = digest_new(kit, DIGEST_MD5), *sha1 = digest_new(kit, DIGEST_SHA1);
	uint8_t out[DIGEST_MAX];

	(void)state;
	assert_non_null(md5);
	assert_non_null(sha1);
	digest_add(md5, text("message "));
	digest_add(sha1, text("a"));
	digest_of(kit, DIGEST_MD5, text("in between"), out);
	digest_add(md5, text("digest"));
	digest_add(sha1, text("bc"));
	digest_end(md5, out);
	assert_hex(out, MD5_BYTES, "f96b697d7cb7938d525a2f31aaf161d0");
	digest_end(sha1, out);
	assert_hex(out, SHA1_BYTES, "a9993e364706816aba3e25717850c26c9cd0d89d");
	digest_add(md5, text("to be forgotten"));
	digest_reset(md5);
	digest_end(md5, out); /* of nothing: RFC 1321, A.5 */
	assert_hex(out, MD5_BYTES, "d41d8cd98f00b204e9800998ecf8427e");
	digest_free(md5);
	digest_free(sha1);
	digest_free(NULL);
}

static void test_hmac(void **state)
{
	uint8_t out[SHA256_BYTES], key[131];
	struct hmac_key ready;

	(void)state;
	hmac_key_make(&ready, text("Jefe"));
	hmac_sha256(&ready,
		    (struct hmac_text){ text("what do ya want "), text("for nothing?") },
		    out); /* RFC 4231, 4.3 */
	assert_hex(out, sizeof(out),
		   "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key)); /* RFC 4231, 4.7: a key longer than the block */
	hmac_key_make(&ready, (struct span){ key, sizeof(key) });
	hmac_sha256(
		&ready,
		(struct hmac_text){
			.first = text("Test Using Larger Than Block-Size Key - Hash Key First") },
		out);
	assert_hex(out, sizeof(out),
		   "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void test_hkdf(void **state)
{
	struct hmac_key ready;
	uint8_t salt[16], ikm[32], info[16], prk[SHA256_BYTES], out[SHA256_BYTES];

	(void)state; /* RFC 5869, A.1: the first 32 of its 42 bytes */
	hmac_key_make(&ready, hex_bytes("000102030405060708090a0b0c", salt, sizeof(salt)));
	hmac_sha256(&ready,
		    (struct hmac_text){
			    .first = hex_bytes("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", ikm,
					       sizeof(ikm)) },
		    prk);
	assert_hex(prk, sizeof(prk),
		   "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
	hmac_key_make(&ready, (struct span){ prk, sizeof(prk) });
	hkdf_expand(&ready, hex_bytes("f0f1f2f3f4f5f6f7f8f9", info, sizeof(info)), out,
		    sizeof(out));
	assert_hex(out, sizeof(out),
		   "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
}

static void test_aes(void **state)
{
	uint8_t key[16], in[16], out[16];

	(void)state; /* FIPS 197, C.1 */
	hex_bytes("000102030405060708090a0b0c0d0e0f", key, sizeof(key));
	hex_bytes("00112233445566778899aabbccddeeff", in, sizeof(in));
	aes_block(kit, key, in, out);
	assert_hex(out, sizeof(out), "69c4e0d86a7b0430d8cdb78070b4c55a");
	aes_block(kit, key, in, out); /* no state is left behind */
	assert_hex(out, sizeof(out), "69c4e0d86a7b0430d8cdb78070b4c55a");
}

static void test_gcm(void **state)
{
	uint8_t key[16], nonce[12], head[20], sealed[76], out[60];
	struct gcm gcm = { .key = key, .nonce = nonce };

	(void)state; /* "The Galois/Counter Mode of Operation", McGrew and Viega, test case 4 */
	hex_bytes("feffe9928665731c6d6a8f9467308308", key, sizeof(key));
	hex_bytes("cafebabefacedbaddecaf888", nonce, sizeof(nonce));
	gcm.head = hex_bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2", head, sizeof(head));
	gcm.sealed = hex_bytes("42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
			       "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
			       "5bc94fbc3221a5db94fae95ae7121a47",
			       sealed, sizeof(sealed));
	assert_true(gcm_open(kit, &gcm, out));
	assert_hex(out, 16, "d9313225f88406e5a55909c5aff5269a");
	assert_hex(out + 44, 16, "49a6b525b16aedf5aa0de657ba637b39");
	sealed[75] ^= 1;
	assert_false(gcm_open(kit, &gcm, out));
	sealed[75] ^= 1;
	head[0] ^= 1;
	assert_false(gcm_open(kit, &gcm, out));
	gcm.sealed.len = 15;
	assert_false(gcm_open(kit, &gcm, out));
}

static void test_pen(void **state)
{
	static const uint8_t bytes[] = { 0x0a, 0xff, 0x30 };
	uint8_t room[16];
	struct pen pen = pen_init(room, sizeof(room));

	(void)state;
	pen_decimal(&pen, 0);
	pen_byte(&pen, ' ');
	pen_decimal(&pen, 4294967295u);
	assert_memory_equal(room, "0 4294967295", 12);
	pen = pen_init(room, sizeof(room));
	pen_hex(&pen, (struct span){ bytes, 3 }, ':', PEN_UPPER);
	pen_hex(&pen, (struct span){ bytes, 3 }, 0, PEN_LOWER);
	assert_memory_equal(room, "0A:FF:300aff30", 14);
	assert_false(pen.cut);
	pen_text(&pen, "abc");
	assert_true(pen.cut);
	assert_int_equal(pen.used, 16);
	assert_memory_equal(pen_since(&pen, 14).ptr, "ab", 2);
	pen = pen_init(room, sizeof(room));
	pen_rune(&pen, 'A');
	pen_rune(&pen, 0xe9);
	pen_rune(&pen, 0x706b);
	pen_rune(&pen, 0x1f525);
	pen_rune(&pen, 0xd800);
	assert_int_equal(pen.used, 13);
	assert_memory_equal(room, "A\xc3\xa9\xe7\x81\xab\xf0\x9f\x94\xa5\xef\xbf\xbd", 13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),  cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_hmac), cmocka_unit_test(test_hkdf),
		cmocka_unit_test(test_aes),  cmocka_unit_test(test_gcm),
		cmocka_unit_test(test_pen),
	};

	return cmocka_run_group_tests(tests, kit_begin, kit_end);
}
