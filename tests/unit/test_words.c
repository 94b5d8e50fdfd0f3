/*
 * test_words.c - what a text speaks of: passwords for attachments, threats for money, alarms, test strings; addresses of
 * cryptocurrency (the published examples of BIP 173 and 350, and Bitcoin's first block).
 */
#include "letter/letter.h"

#include "exam_test.h"
#include "letter/coin.h"
#include "letter/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct exam_test *test;

static void reader(struct exam *e, const struct part *part)
{
	letter_words(e, part, part->bytes);
}

/* In memory that ends with the text. */
static void read_text(const char *text)
{
	size_t len = strlen(text);
	uint8_t *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, text, len);
	exam_test_open(test, reader, (struct span){ copy, len }, "");
	free(copy);
}

static bool is_candidate(const char *word)
{
	for (unsigned i = 0; i < test->exam.password_count; i++)
		if (span_equal(test->exam.passwords[i], text_span(word)))
			return true;
	return false;
}

static void test_passwords(void **state)
{
	static const char *const texts[][2] = {
		{ "Password: abc123", "abc123" },
		{ "The password is infected.", "infected" },
		{ "the archive's PASSWORD:1234\r\nbye", "1234" },
		{ "Password\n\n   xyz  \nregards", "xyz" },
		{ "Password:\r\n\r\n7788\r\n", "7788" },
		{ "The password is as follows:\n\n 7788\n", "7788" },
		{ "パスワードは以下の通りです。\n\n「7788」\n", "7788" },
		{ "Use password \"open me now\" for it", "open me now" },
		{ "use 9921 as the password", "9921" },
		{ "Passwort lautet Sommer2024!", "Sommer2024" },
		{ "Passwort lautet Sommer2024!", "Sommer2024!" },
		{ "Mot de passe : soleil", "soleil" },
		{ "La contraseña es gato99.", "gato99" },
		{ "Пароль: 5566", "5566" },
		{ "パスワード：ａｂｃ１２３", "abc123" },
		{ "パスワードは「さくら2024」です。", "さくら2024" },
		{ "解凍パスワードは k7Q#x です", "k7Q#x" },
		{ "「1192」がパスワードです", "1192" },
		{ "PW: 2024", "2024" },
		{ "PW：0401", "0401" },
		{ "PIN=4711", "4711" },
		{ "pass is hunter2", "hunter2" },
		{ "密码：888888", "888888" },
		{ "비밀번호: 1q2w3e", "1q2w3e" },
		{ "zip pass -> kilo9", "kilo9" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		read_text(texts[i][0]);
		if (!is_candidate(texts[i][1]))
			fprintf(stderr, "%s\n", texts[i][0]);
		assert_true(is_candidate(texts[i][1]));
		assert_true(test->exam.says_password);
		assert_int_equal(test->exam.found_count, 0);
	}
	read_text("The passenger passed the passwords, code and key in hand.\nパスポートのコードです");
	assert_false(test->exam.says_password);
	assert_int_equal(test->exam.password_count, 0);
}

static void test_names(void **state)
{
	(void)state;
	read_text("");
	words_of_name(&test->exam, text_span("Invoice_4471-2024.zip"));
	assert_true(is_candidate("4471"));
	assert_true(is_candidate("2024"));
	assert_true(is_candidate("Invoice_4471-2024"));
	words_of_name(&test->exam, text_span(""));
}

static void test_separate(void **state)
{
	(void)state;
	read_text("添付ファイルのパスワードは別途お送りいたします。");
	assert_true(span_equal(test->exam.says_separate, text_span("別途")));
	read_text("We will send you the password in a separate e-mail.");
	assert_true(test->exam.says_separate.len > 0);
	read_text("後ほどお電話いたします。");
	assert_int_equal(test->exam.says_separate.len, 0);
}

static const char *coin(const char *text)
{
	static char found[128];
	struct span address = coin_address(test->exam.kit, text_span(text));

	snprintf(found, sizeof(found), "%.*s", (int)address.len, (const char *)address.ptr);
	return found;
}

static void test_coins(void **state)
{
	static const char *const good[] = {
		"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
		"3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
		"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
		"BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
		"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
		"0x52908400098527886E0F7030069857D2E4169EE7",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		char text[200];

		snprintf(text, sizeof(text), "Send it to: %s.", good[i]);
		assert_string_equal(coin(text), good[i]);
	}
	assert_string_equal(coin("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"), "");
	assert_string_equal(coin("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"), "");
	assert_string_equal(coin("1234567890123456789012345678 ffffffffffffffffffffffffffffffff 111111111111111111111111111"), "");
	assert_string_equal(coin(""), "");
}

static void test_extortion(void **state)
{
	(void)state;
	read_text("I hacked your computer. I have full access to your\r\naccounts and recorded you with your webcam. Pay in "
		  "48 hours to bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
	assert_true(exam_test_found(test, FINDING_EXTORTION, "i hacked: bc1qw508"));
	read_text("I hacked your device, recorded a video and will send it to all your contacts. 1000 USD in Bitcoin.");
	assert_true(exam_test_found(test, FINDING_EXTORTION, "bitcoin"));
	read_text("あなたのデバイスをハッキングし、録画しました。48時間以内に送金しなければ、連絡先に拡散します。"
		  "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
	assert_true(exam_test_found(test, FINDING_EXTORTION, "1A1zP1eP5"));
	/* news, a wallet's receipt, a warning without an address */
	read_text("Weekly security news: hackers use a trojan and a keylogger, ransomware gangs want Bitcoin, webcam spies.");
	assert_int_equal(test->exam.found_count, 0);
	read_text("You received 0.1 BTC at 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa");
	assert_int_equal(test->exam.found_count, 0);
}

static void test_lure(void **state)
{
	(void)state;
	read_text("Unusual activity: your account has been suspended. Verify your account within 24 hours.");
	assert_true(exam_test_found(test, FINDING_LURE, "unusual activity, verify your account"));
	read_text("お客様のアカウントを停止しました。24時間以内に本人確認をお願いします。下記のリンクへ");
	assert_true(exam_test_found(test, FINDING_LURE, "本人確認を"));
	read_text("Dear lucky winner, you have won. Contact the next of kin.");
	assert_true(exam_test_found(test, FINDING_LURE, "lucky winner"));
	read_text("You have won two tickets. Your subscription has been renewed; the card will be charged in May.");
	assert_int_equal(test->exam.found_count, 0);
	read_text("Our newsletter: the sale ends within 24 hours! Click here to unsubscribe, or update your preferences.");
	assert_int_equal(test->exam.found_count, 0);
	read_text("ニュースレターの配信停止はこちらをクリックしてください。以下のリンクもご覧ください。");
	assert_int_equal(test->exam.found_count, 0);
}

static void test_gtube(void **state)
{
	char text[128];

	(void)state;
	snprintf(text, sizeof(text), "x\n%s%s\n", "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-", "ANTI-UBE-TEST-EMAIL*C.34X");
	read_text(text);
	assert_true(exam_test_found(test, FINDING_TEST_SIGNATURE, "GTUBE"));
	read_text("the GTUBE test string");
	assert_int_equal(test->exam.found_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_passwords), cmocka_unit_test(test_names),	    cmocka_unit_test(test_separate),
		cmocka_unit_test(test_coins),	  cmocka_unit_test(test_extortion), cmocka_unit_test(test_lure),
		cmocka_unit_test(test_gtube),
	};
	int failed;

	test = exam_test_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	exam_test_free(test);
	return failed;
}
