/* words_ja.c - sentences in Japanese, by rule and direction. */
#include "incident/words_ja.h"

#include "base/text.h"

/* {who} and {whom} stand for the parties. */
struct sentence {
	const char *rule, *outside, *own;
};

static const struct sentence sentences[] = {
	{ "flood", "{whom} が {who}から {what}を受けました。",
	  "自組織の {who} が {whom} を攻撃しました（{what}）。" },
	{ "backscatter",
	  "{who} から {whom} へ、求めていない応答が届きました。だれかが送信元を偽って {who} を攻撃しています。",
	  "{who} から {whom} へ、求めていない応答が届きました。だれかが送信元を偽って {who} を攻撃しています。" },
	{ "scan", "{who} が {whom} で開いているサービスを探りました。",
	  "自組織の {who} が {whom} で開いているサービスを探りました。" },
	{ "mirai_scan", "{who} が {whom} に、マルウェア Mirai の特徴を持つ探索を行いました。",
	  "自組織の {who} が {whom} に、マルウェア Mirai の特徴を持つ探索を行いました。感染が疑われます。" },
	{ "bruteforce", "{who} が {whom} へのログインを、パスワードを変えながら繰り返し試みました。",
	  "自組織の {who} が {whom} へのログインを、パスワードを変えながら繰り返し試みました。" },
	{ "slow_http", "{who} が {whom} の Web サーバーの接続を、わざと遅い通信でふさぎました。",
	  "自組織の {who} が {whom} の Web サーバーの接続を、わざと遅い通信でふさぎました。" },
	{ "beacon", "{who} が {whom} へ規則的な間隔で通信しました。",
	  "自組織の {who} が {whom} へ規則的な間隔で通信しました。マルウェアが指令を待つ振る舞いに似ています。" },
	{ "long_connection", "{who} と {whom} の接続が、通常よりはるかに長く続きました。",
	  "自組織の {who} と {whom} の接続が、通常よりはるかに長く続きました。" },
	{ "exfiltration", "{who} から {whom} へ、普段と違う量のデータが送られました。",
	  "自組織の {who} から {whom} へ、普段と違う量のデータが送られました。" },
	{ "icmp_tunnel", "{who} と {whom} の間の ping に、データが隠されている疑いがあります。",
	  "自組織の {who} と {whom} の間の ping に、データが隠されている疑いがあります。" },
	{ "tor_or_proxy", "{who} が {whom} を経由して、Tor またはプロキシで通信した疑いがあります。",
	  "自組織の {who} が {whom} を経由して、Tor またはプロキシで通信した疑いがあります。" },
	{ "intel", "リストに載っている {who} から {whom} に接触がありました。",
	  "自組織の {who} が、危険な相手としてリストに載っている {whom} と通信しました。" },
	{ "dga", "{who} が、機械的に作られたとみられる存在しない名前を多数尋ねました。",
	  "自組織の {who} が、機械的に作られたとみられる存在しない名前を多数尋ねました。"
	  "マルウェアが指令サーバーを探す振る舞いです。" },
	{ "dns_tunnel", "{who} と {whom} の間の DNS に、データが隠されている疑いがあります。",
	  "自組織の {who} と {whom} の間の DNS に、データが隠されている疑いがあります。" },
	{ "cleartext_login", "{whom} が、暗号化されていないログインを {who} に対して受け付けています。",
	  "自組織の {who} が、{whom} へのログインでパスワードを暗号化せずに送りました。" },
	{ "file_mismatch", "{who} から {whom} へ、無害なファイルを装ったファイルが渡されました。",
	  "自組織の {who} から {whom} へ、無害なファイルを装ったファイルが渡されました。" },
	{ "mail", "{who} から {whom} に、危険とみられるメールが届きました。",
	  "自組織の {who} から {whom} に、危険とみられるメールが送られました。" },
	{ "backup_wiped", "バックアップ「{who}」の新しいスナップショットが、暗号化または破壊されたとみられます。",
	  "バックアップ「{who}」の新しいスナップショットが、暗号化または破壊されたとみられます。" },
	{ "backup_deleted", "バックアップ「{who}」のスナップショットが消えたか、日付が未来のものが作られました。",
	  "バックアップ「{who}」のスナップショットが消えたか、日付が未来のものが作られました。" },
	{ "backup_damaged", "バックアップ「{who}」に保存されたデータが壊れています。",
	  "バックアップ「{who}」に保存されたデータが壊れています。" },
	{ "backup_stale", "バックアップ「{who}」が古すぎます。",
	  "バックアップ「{who}」が古すぎます。" },
	{ "backup_failed", "バックアップ「{who}」の作業が失敗しています。",
	  "バックアップ「{who}」の作業が失敗しています。" },
	{ "backup_unproven", "バックアップ「{who}」は、復元できることが確認されていません。",
	  "バックアップ「{who}」は、復元できることが確認されていません。" },
	{ "backup_rule", "バックアップ「{who}」の複製が、3-2-1 ルールを満たしていません。",
	  "バックアップ「{who}」の複製が、3-2-1 ルールを満たしていません。" },
	{ "site_down", "サイト {who} が停止しています。", "サイト {who} が停止しています。" },
	{ "site_slow", "サイト {who} の表示が、いつもより大幅に遅くなっています。",
	  "サイト {who} の表示が、いつもより大幅に遅くなっています。" },
	{ "site_certificate", "サイト {who} の証明書に問題があるか、発行者が替わりました。",
	  "サイト {who} の証明書に問題があるか、発行者が替わりました。" },
	{ "site_defaced", "サイト {who} のページが書き換えられた疑いがあります。",
	  "サイト {who} のページが書き換えられた疑いがあります。" },
	{ "site_dns", "サイト {who} のアドレスまたはネームサーバーが変わりました。",
	  "サイト {who} のアドレスまたはネームサーバーが変わりました。" },
	{ "site_line", "サイトの監視に使う自組織の回線または DNS リゾルバーに障害があります（{who}）。",
	  "サイトの監視に使う自組織の回線または DNS リゾルバーに障害があります（{who}）。" },
	{ "spam_bot", "{who} が {whom} に大量のメールを送りました。",
	  "自組織の {who} が {whom} に大量のメールを送りました。迷惑メールの疑いがあります。" },
};

/* For rules that are not in the table: true of any. */
static const struct sentence any_rule = { "", "{who} と {whom} の間で、注意すべき通信がありました。",
					  "自組織の {who} と {whom} の間で、注意すべき通信がありました。" };

static const char *sentence_of(const struct incident *i)
{
	bool own = i->direction == DIRECTION_OUTBOUND || i->direction == DIRECTION_INTERNAL;
	const struct sentence *found = &any_rule;

	for (size_t n = 0; n < sizeof(sentences) / sizeof(sentences[0]); n++)
		if (strcmp(i->rule, sentences[n].rule) == 0)
			found = &sentences[n];
	return own ? found->own : found->outside;
}

static void put_about(char *text, uint64_t number, const char *unit)
{
	char count[TEXT_NUMBER];
	const char *about = text_about(number, count);
	bool rough = strncmp(about, "about ", 6) == 0;

	text_append(text, WORDS_JA_TEXT, "%s%s%s", rough ? "約 " : "", rough ? about + 6 : about, unit);
}

static void put_party(char *text, const struct entity *party, uint64_t number)
{
	char name[ENTITY_TEXT];

	if (party->kind == ENTITY_MANY && number > 1)
		put_about(text, number, " 個のアドレス");
	else if (party->kind == ENTITY_MANY)
		text_append(text, WORDS_JA_TEXT, "多数のアドレス");
	else if (party->kind == ENTITY_NONE)
		text_append(text, WORDS_JA_TEXT, "不明な相手");
	else
		text_append(text, WORDS_JA_TEXT, "%s", entity_text(party, name));
}

/* The sentence with its parties in their places. */
static void put_sentence(char *text, const struct incident *i, const char *sentence)
{
	while (*sentence) {
		size_t plain = strcspn(sentence, "{");

		text_append(text, WORDS_JA_TEXT, "%.*s", (int)plain, sentence);
		sentence += plain;
		if (strncmp(sentence, "{whom}", 6) == 0)
			put_party(text, &i->whom, i->targets);
		else if (strncmp(sentence, "{who}", 5) == 0)
			put_party(text, &i->who, i->sources);
		else if (strncmp(sentence, "{what}", 6) == 0)
			text_append(text, WORDS_JA_TEXT, "%s", vector_japanese(i->vector));
		sentence += strcspn(sentence, "}");
		sentence += *sentence == '}';
	}
}

static void put_rates(char *text, const struct incident *i)
{
	char count[TEXT_NUMBER];

	if (i->peak_pps == 0)
		return;
	text_append(text, WORDS_JA_TEXT, "最大で毎秒 %s %s", text_count(i->peak_pps, count),
		    i->vector == VECTOR_HTTP ? "リクエスト" : "パケット");
	if (i->peak_bps > 0)
		text_append(text, WORDS_JA_TEXT, "（%s）", text_bits(i->peak_bps, count));
	text_append(text, WORDS_JA_TEXT, "です。");
}

char *words_ja_summary(const struct incident *incident, char text[WORDS_JA_TEXT])
{
	text[0] = '\0';
	put_sentence(text, incident, sentence_of(incident));
	put_rates(text, incident);
	if (incident->sources > 1 && incident->who.kind != ENTITY_MANY) {
		text_append(text, WORDS_JA_TEXT, "送信元は ");
		put_about(text, incident->sources, " 個のアドレスです。");
	}
	if (incident->ongoing)
		text_append(text, WORDS_JA_TEXT, "現在も続いています。");
	return text;
}
