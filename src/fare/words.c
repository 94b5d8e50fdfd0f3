/* words.c - the sentences of the site watch. */
#include "fare/words.h"
#include "fare/why.h"

#include <string.h>

static const struct {
	struct words what, mend;
} of[BADS] = {
	[BAD_NONE] = { { "it works", "正常です" }, { "Nothing is to be done.", "対応は不要です。" } },
	[BAD_DNS] = { { "its name cannot be resolved", "ホスト名を解決できません" },
		      { "Ask whoever runs your DNS; and the registrar, whether the domain is paid for and its name servers are yours.",
			"DNS の運用者に連絡してください。ドメインの更新とネームサーバーの登録内容を、登録業者にも確かめてください。" } },
	[BAD_TCP] = { { "no connection to the server can be made", "サーバーに接続できません" },
		      { "Look whether the server is on and its web server runs, and whether a firewall or an attack is in between.",
			"サーバーと Web サーバーの稼働、途中のファイアウォールや攻撃の有無を確かめてください。" } },
	[BAD_TLS] = { { "no encrypted connection (TLS) can be made", "暗号化通信 (TLS) を確立できません" },
		      { "Look at the TLS settings and the certificate of the web server or of what stands in front of it.",
			"Web サーバーまたはその前段の TLS 設定と証明書を確かめてください。" } },
	[BAD_HTTP] = { { "the server does not answer", "サーバーが応答しません" },
		       { "The machine is there, its web server or application hangs: look at its load and log, restart it if it must be.",
			 "機器は動いていますが、Web サーバーかアプリケーションが停止しています。負荷とログを確かめ、必要なら再起動してください。" } },
	[BAD_BODY] = { { "the page ends in its middle", "ページが途中で切れています" },
		       { "Look in the log of the web server and of a proxy before it why answers break off; a full disk does that, too.",
			 "応答が途切れる理由を Web サーバーと前段プロキシのログで確かめてください。ディスクの空き不足でも起こります。" } },
	[BAD_STATUS] = { { "the server answers with an error", "サーバーがエラーを返しています" },
			 { "Look into the application's log: 5xx is its own failure, 4xx a page or a right that was taken away.",
			   "アプリケーションのログを確かめてください。5xx は内部の障害、4xx はページや権限がなくなったことを示します。" } },
	[BAD_KEYWORD] = { { "the page lacks the text that it must have", "あるべき文字列がページにありません" },
			  { "Look at the page: is it yours, and whole? If the text was changed on purpose, add the site anew with the new one.",
			    "ページが自組織のもので、欠けていないか確かめてください。意図した変更なら、新しい文字列で登録し直してください。" } },
};

void site_words_bad(enum site_bad bad, unsigned status, const char *why, struct said *said)
{
	char ja[WHY_JAPANESE];

	if (bad == BAD_STATUS) {
		said_en(said, "%s: HTTP %u", of[bad].what.en, status);
		said_ja(said, "%s（HTTP %u）", of[bad].what.ja, status);
	} else if (*why && bad != BAD_KEYWORD) {
		said_en(said, "%s: %s", of[bad].what.en, why);
		said_ja(said, "%s（%s）", of[bad].what.ja, why_japanese(why, ja));
	} else {
		said_en(said, "%s", of[bad].what.en);
		said_ja(said, "%s", of[bad].what.ja);
	}
}

struct words site_words_mend(enum site_bad bad)
{
	return of[bad].mend;
}

void site_words_certificate(const struct site_certificate *c, usec_t now, struct said *said)
{
	int days = site_certificate_days(c, now);
	char why[WHY_JAPANESE];

	switch (site_certificate_state(c, now)) {
	case CERTIFICATE_GOOD:
		said_en(said, "The certificate is good for %d more day%s.", days, days == 1 ? "" : "s");
		said_ja(said, "証明書はあと %d 日有効です。", days);
		return;
	case CERTIFICATE_NEW_ISSUER:
		said_en(said, "The certificate was replaced by one of another issuer, with another key: %s instead of %s. If nobody of yours did that, revoke it.",
			c->issuer, c->issuer_before);
		said_ja(said, "証明書が別の発行者・別の鍵のものに替わりました（%s、以前は %s）。心当たりがなければ失効させてください。",
			c->issuer, c->issuer_before);
		return;
	case CERTIFICATE_SOON:
	case CERTIFICATE_WEEKS:
	case CERTIFICATE_DAYS:
		said_en(said, "The certificate runs out in %d day%s: renew it, and look why that does not happen by itself.", days,
			days == 1 ? "" : "s");
		said_ja(said, "証明書の期限まであと %d 日です。更新し、自動更新が働かない理由を確かめてください。", days);
		return;
	case CERTIFICATE_UNTRUSTED:
		said_en(said, "Browsers do not trust the certificate (%s) and warn visitors away: install the right one, with its chain.",
			c->why);
		said_ja(said, "証明書が信頼されません（%s）。ブラウザーが警告を出します。正しい証明書を中間証明書とともに設定してください。",
			why_japanese(c->why, why));
		return;
	case CERTIFICATE_NOT_YET:
		said_en(said, "The certificate is not valid yet: look at its dates and at the server's clock.");
		said_ja(said, "証明書の有効期間がまだ始まっていません。日付とサーバーの時計を確かめてください。");
		return;
	case CERTIFICATE_EXPIRED:
		said_en(said, "The certificate has run out, %d day%s ago; browsers warn visitors away: renew it now.", -days,
			days == -1 ? "" : "s");
		said_ja(said, "証明書の期限が %d 日前に切れました。ブラウザーが警告を出します。今すぐ更新してください。", -days);
		return;
	}
}

void site_words_names(const struct site_names *n, usec_t now, struct said *said)
{
	char is[NAMES_TEXT], was[NAMES_TEXT];

	if (site_names_told(n, now) & NAMES_SERVERS) {
		site_names_servers(n->servers, n->server_count, is);
		site_names_servers(n->servers_before, n->before_count, was);
		said_en(said, "Its name servers changed to %.150s (before: %.150s). If nobody of yours did that, call the registrar now.",
			is, was);
		said_ja(said, "ネームサーバーが %.120s に変わりました（以前は %.120s）。心当たりがなければ、すぐに登録業者に連絡してください。",
			is, was);
		return;
	}
	site_names_addresses(n, is);
	said_en(said, "Its name leads to an address that was never seen for it: %.200s. If nobody of yours did that, look who changed the DNS.",
		is);
	said_ja(said, "名前が、これまでにないアドレスを指しています（%.200s）。心当たりがなければ、DNS を誰が変えたか確かめてください。", is);
}

static void words_down(const struct site *s, struct said *said)
{
	struct said bad;

	site_words_bad(s->course.bad, s->course.last.status, s->course.last.why, &bad);
	said_en(said, "Down: %.200s. %s", bad.en, of[s->course.bad].mend.en);
	said_ja(said, "停止しています。%.150s。%s", bad.ja, of[s->course.bad].mend.ja);
	if (!s->doubt)
		return;
	said_en(said, "Down, or our own line is: %.160s. Look from elsewhere. %s", bad.en, of[s->course.bad].mend.en);
	said_ja(said, "停止しているか、自組織の回線の障害です。%.120s。外からも確かめてください。%s", bad.ja,
		of[s->course.bad].mend.ja);
}

static void words_slow(const struct site *s, const struct course_rules *rules, struct said *said)
{
	double usual = 0, slow = 0;
	long long ms = (long long)(s->course.last.total_us / 1000);

	site_course_usual(&s->course, s->course.last.at, rules, &usual, &slow);
	said_en(said, "Slow: a page takes %lld ms, %.0f ms are usual at this hour.", ms, usual);
	said_ja(said, "遅くなっています。表示に %lld ミリ秒かかります（この時間帯の通常は %.0f ミリ秒）。", ms, usual);
}

static void words_good(const struct site *s, usec_t now, struct said *said)
{
	long long ms = (long long)(s->course.last.total_us / 1000);

	if (s->course.last.bad != BAD_NONE) {
		struct said bad;

		site_words_bad(s->course.last.bad, s->course.last.status, s->course.last.why, &bad);
		said_en(said, "The last look failed: %.200s. %s", bad.en, of[s->course.last.bad].mend.en);
		said_ja(said, "直近の確認に失敗しました。%.150s。%s", bad.ja, of[s->course.last.bad].mend.ja);
	} else if (s->page.told) {
		said_en(said, "%s", s->page.told->say_en);
		said_ja(said, "%s", s->page.told->say_ja);
	} else if (site_certificate_state(&s->certificate, now) != CERTIFICATE_GOOD) {
		site_words_certificate(&s->certificate, now, said);
	} else {
		said_en(said, "Works: HTTP %u in %lld ms.", s->course.last.status, ms);
		said_ja(said, "正常です（HTTP %u、%lld ミリ秒）。", s->course.last.status, ms);
	}
}

static void words_warning(const struct site *s, usec_t now, enum level level, struct said *said)
{
	if (site_certificate_state(&s->certificate, now) >= CERTIFICATE_WEEKS) {
		site_words_certificate(&s->certificate, now, said);
	} else if (site_page_alarms(s, level)) {
		said_en(said, "%s", s->page.told->say_en);
		said_ja(said, "%s", s->page.told->say_ja);
	} else if (site_names_told(&s->names, now)) {
		site_words_names(&s->names, now, said);
	} else {
		said_en(said, "It goes up and down: several outages within the last hour, works now.");
		said_ja(said, "停止と復旧を繰り返しています（直近1時間に複数回）。現在は動いています。");
	}
}

/* A look that was none: what was known before stands, and is not told as if it were seen now. */
static void words_nothing(const struct site *s, struct said *said)
{
	const char *why = *s->nothing_why ? s->nothing_why : s->course.last.why;
	char ja[WHY_JAPANESE];

	said_en(said, "Our own network fails (%.160s): the last look says nothing about the site. Before it: %s.", why,
		site_state_name(s->state));
	said_ja(said, "自組織のネットワークの障害のため（%.120s）、直近の確認ではサイトの状態が分かりません。表示は障害前の状態です。",
		why_japanese(why, ja));
}

void site_words(const struct site *s, usec_t now, const struct course_rules *rules, struct said *said)
{
	if (s->nothing_at > s->course.last.at) {
		words_nothing(s, said);
		return;
	}
	switch (site_state_of(s, now, rules->level)) {
	case SITE_UNKNOWN:
		if (s->course.last.bad != BAD_NONE) {
			words_good(s, now, said); /* it never worked yet, and nothing is agreed */
			return;
		}
		said_en(said, "It was not looked at yet.");
		said_ja(said, "まだ確認していません。");
		return;
	case SITE_DEFACED:
		said_en(said, "%s", s->page.told->say_en);
		said_ja(said, "%s", s->page.told->say_ja);
		return;
	case SITE_DOWN:
		words_down(s, said);
		return;
	case SITE_WARNING:
		words_warning(s, now, rules->level, said);
		return;
	case SITE_SLOW:
		words_slow(s, rules, said);
		return;
	case SITE_GOOD:
	case SITE_STATES:
		words_good(s, now, said);
		return;
	}
}
