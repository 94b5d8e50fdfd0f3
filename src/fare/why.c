/* why.c - the reasons of probe/ in Japanese. */
#include "fare/why.h"

#include "policy/phrase.h"

static const struct phrase phrases[] = {
	/* certificates */
	{ "expired", "期限切れ" },
	{ "one that it is signed by has expired", "署名した証明書の期限切れ" },
	{ "not valid yet", "有効期間前" },
	{ "self-signed", "自己署名" },
	{ "not signed by anybody who is trusted here", "信頼された認証局の署名なし" },
	{ "nobody is trusted here: install ca-certificates",
	  "この機械に信頼する認証局がありません (ca-certificates をインストールしてください)" },
	{ "for another name", "別のホスト名の証明書" },
	/* names */
	{ "the name does not exist", "その名前は存在しません" },
	{ "the name has no address", "名前にアドレスがありません" },
	{ "the name servers cannot tell (SERVFAIL)", "ネームサーバーが答えられません (SERVFAIL)" },
	{ "the name server refuses to tell", "ネームサーバーが応答を拒否しています" },
	{ "no address was given for this name", "この名前のアドレスが得られません" },
	/* connections */
	{ "connection refused", "接続が拒否されました" },
	{ "connection reset", "接続がリセットされました" },
	{ "the host cannot be reached", "ホストに到達できません" },
	{ "no way to its network", "ネットワークへの経路がありません" },
	{ "a packet filter here forbids the connection", "この機械のパケットフィルターが接続を禁止しています" },
	{ "timed out: no answer of a name server", "ネームサーバーの応答がなく時間切れ" },
	{ "timed out: too slow redirects", "転送が遅く時間切れ" },
	{ "timed out after ", "時間切れ: " },
	{ "timed out", "時間切れ" },
	{ "of the page came", "を受信" },
	/* TLS and HTTP */
	{ "what answers does not speak TLS", "応答する相手が TLS に対応していません" },
	{ "what answers does not speak HTTP", "応答する相手が HTTP に対応していません" },
	{ "the TLS handshake failed: the server closes the connection", "TLS ハンドシェイク中にサーバーが切断しました" },
	{ "the TLS handshake failed", "TLS ハンドシェイクに失敗" },
	{ "the server closes the connection without an answer", "サーバーが応答せずに切断しました" },
	{ "the server answers with the error ", "サーバーの応答エラー: " },
	{ "the page is packed (Content-Encoding), and what is packed is broken", "ページの圧縮データが壊れています" },
	{ "the page is packed by zstd, which was not asked for", "要求していない zstd で圧縮されています" },
	{ "the page breaks off after ", "ページの途中で切断: " },
	{ "the header of the answer is longer than 64 KB", "応答ヘッダーが 64 KB を超えています" },
	{ "after a redirect to ", "転送先: " },
	{ "it redirects to what is not on the web", "Web 以外へ転送しています" },
	{ "it redirects to what is too long", "転送先が長すぎます" },
	{ "it redirects to what is no address of a page", "転送先がページのアドレスではありません" },
	{ "that is inside a private network", "プライベートネットワーク内です" },
	{ "no memory", "メモリーが足りません" },
};

char *why_japanese(const char *why, char into[WHY_JAPANESE])
{
	return phrase_japanese(phrases, sizeof(phrases) / sizeof(phrases[0]), why, into, WHY_JAPANESE);
}
