/* test_phrase.c - reasons in Japanese: our phrases are put, names and the words of others stay, and nothing is cut in a letter. */
#include "fare/why.h"
#include "policy/phrase.h"
#include "snapshot/trouble.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct phrase table[] = {
	{ "timed out: nobody", "無応答" },
	{ "timed out", "時間切れ" },
	{ "is gone", "消失" },
};

static void expect(const char *text, const char *wanted, size_t size)
{
	char into[64];

	assert_string_equal(phrase_japanese(table, 3, text, into, size), wanted);
}

static void test_phrases(void **state)
{
	(void)state;
	expect("", "", 64);
	expect("timed out", "時間切れ", 64);
	expect("timed out: nobody there", "無応答 there", 64);
	expect("x timed out (is gone); is gone", "x 時間切れ (消失); 消失", 64);
	expect("overtimed out", "overtimed out", 64);
	expect("台帳 is gone", "台帳 消失", 64);
	expect("timed out", "", 12); /* 12 bytes and the NUL do not fit */
	expect("timed out", "時間切れ", 13);
	expect("台帳", "台", 6);
	expect("\xe5", "\xe5", 64); /* a letter that ends too early */
}

static void test_names_stay(void **state)
{
	char into[64];

	(void)state;
	assert_string_equal(phrase_japanese_of(table, 3, "/a/b is gone: is gone", into, sizeof(into)), "/a/b is gone: 消失");
	assert_string_equal(phrase_japanese_of(table, 3, "/x: is gone: No such file", into, sizeof(into)), "/x: 消失: No such file");
	assert_string_equal(phrase_japanese_of(table, 3, "no phrase: here", into, sizeof(into)), "no phrase: here");
	assert_string_equal(phrase_japanese_of(table, 3, "/very/long/name: is gone", into, 8), "/very/l");
}

static void test_reasons(void **state)
{
	char into[TROUBLE_SAID], why[WHY_JAPANESE];

	(void)state;
	assert_string_equal(why_japanese("expired; for another name", why), "期限切れ; 別のホスト名の証明書");
	assert_string_equal(why_japanese("of example.org: self-signed", why), "of example.org: 自己署名");
	assert_string_equal(why_japanese("timed out after 10 s, 5 bytes of the page came", why),
			    "時間切れ: 10 s, 5 bytes を受信");
	assert_string_equal(why_japanese("what answers does not speak TLS (wrong version number)", why),
			    "応答する相手が TLS に対応していません (wrong version number)");
	assert_string_equal(trouble_said("/etc/x.key: there is no such file", JAPANESE, into), "/etc/x.key: ファイルがありません");
	assert_string_equal(trouble_said("/etc/x.key: there is no such file", ENGLISH, into), "/etc/x.key: there is no such file");
	assert_string_equal(trouble_said("/srv/a: 4 bytes came back, the snapshot says 5", JAPANESE, into),
			    "/srv/a: 4 バイトが復元されました。スナップショットの記録 (バイト): 5");
	assert_string_equal(trouble_said("the scratch place /x: 1.0 MB free, but this drill needs 19.9 MB; make room there, or name a "
					 "larger place as scratch", JAPANESE, into),
			    "復元訓練の作業フォルダー /x: 1.0 MB しか空きがありません。訓練に必要な容量: 19.9 MB; "
			    "空きを増やすか、scratch に広い場所を指定してください");
	assert_string_equal(trouble_said("the scratch place /x: it cannot be used: Permission denied", JAPANESE, into),
			    "復元訓練の作業フォルダー /x: 使えません: Permission denied");
	assert_string_equal(trouble_said("the scratch place /x cannot be used: Permission denied; is it there, and may the tower's "
					 "user write into it?", JAPANESE, into),
			    "復元訓練の作業フォルダー /x を使えません: Permission denied; "
			    "フォルダーがあり、火の見のユーザーが書き込めるか確認してください");
	assert_string_equal(trouble_said("Fatal: wrong password", JAPANESE, into), "Fatal: wrong password");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_phrases),
		cmocka_unit_test(test_names_stay),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
