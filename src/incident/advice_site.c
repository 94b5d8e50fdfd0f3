/*
 * advice_site.c - titles and advice for incidents of our web sites, in English and Japanese.
 *
 * Sources of the advice: JPCERT/CC and IPA on altered web sites, CISA's guidance on defacement and on DNS hijacking
 * (Emergency Directive 19-01).
 */
#include "incident/advice_site.h"

#include <string.h>

static const struct words site_outage = {
	"Open the site yourself, from this network and by telephone from outside: who else sees it?\n"
	"Do what the sentence above says about the phase that failed; name, connection, TLS and answer have different owners.\n"
	"If the traffic shows a flood at the same time, follow the steps of that incident first.\n"
	"Tell visitors where they find you meanwhile: social media, a plain page at another provider.",
	"サイトを自分でも開き、社内からと、携帯回線など外からとで見え方を比べてください。\n"
	"上の文にある、失敗した段階（名前・接続・TLS・応答）への対応を行ってください。それぞれ担当が異なります。\n"
	"同じ時刻に大量通信が見えている場合は、先にそのインシデントの手順に従ってください。\n"
	"その間の案内先（SNS、別の事業者に置いた簡単なページ）を利用者に知らせてください。",
};

static const struct words site_slowness = {
	"Look at the load of the web server, its database and its disk, and at jobs that run at this hour.\n"
	"Look in the access log for one client or one page that takes most of the requests.\n"
	"If it was changed lately, look at what the change costs.",
	"Web サーバー、データベース、ディスクの負荷と、この時間帯に動く処理を確かめてください。\n"
	"アクセスログで、要求の大半を占める利用者やページがないか確かめてください。\n"
	"最近変更した場合は、その変更の影響を確かめてください。",
};

static const struct words site_certificate_steps = {
	"Renew the certificate, install it with its chain, and look at the site in a browser.\n"
	"Find out why the renewal did not happen by itself (certbot: systemctl status certbot.timer), and mend that.\n"
	"If it was replaced by nobody of yours: revoke it, and look who can change the server, the DNS and the account at the issuer.",
	"証明書を更新し、中間証明書とともに設定し、ブラウザーで表示を確かめてください。\n"
	"自動更新が働かなかった理由を調べて直してください（certbot の場合: systemctl status certbot.timer）。\n"
	"だれも替えていない場合は、証明書を失効させ、サーバー、DNS、発行者のアカウントを変更できる人を確かめてください。",
};

static const struct words site_defacement = {
	"Look at the page yourself. If strangers changed it, take the site off the net now and show a plain notice from another server.\n"
	"Before anything is put back: copy the files and logs of the server, as they are needed to find the way in.\n"
	"Change all passwords and keys that the server held, update the CMS and its plug-ins, and look for new accounts and files.\n"
	"Put back a clean copy only after the way in is closed; report it to the police and to JPCERT/CC.\n"
	"If the change is yours: hinomi site approve NAME --reason TEXT, and it is usual from now on.",
	"ページを自分で確かめてください。第三者が書き換えたものなら、今すぐサイトを切り離し、別のサーバーで簡単なお知らせを出してください。\n"
	"元に戻す前に、サーバーのファイルとログを複製してください。侵入経路を調べるために必要です。\n"
	"サーバーにあったパスワードと鍵をすべて変え、CMS とプラグインを更新し、新しいアカウントやファイルがないか調べてください。\n"
	"侵入経路を閉じてから、正しい内容に戻してください。警察と JPCERT/CC に届け出てください。\n"
	"自組織による変更なら、hinomi site approve 名前 --reason 理由 で承認してください。以後は通常とみなします。",
};

static const struct words site_dns_steps = {
	"Ask who looks after your DNS whether the change is yours; if so: hinomi site approve NAME --reason TEXT.\n"
	"If nobody knows of it: call the registrar by telephone, have the change undone and the domain locked.\n"
	"Change the password of the account there, switch on a second factor, and look for changes to mail records (MX) as well.\n"
	"Look at what visitors were shown meanwhile, and whether somebody got a certificate for your name (crt.sh).",
	"DNS の担当者に、自組織による変更か確かめてください。そうであれば hinomi site approve 名前 --reason 理由 で承認してください。\n"
	"心当たりがなければ、登録業者に電話し、変更の取り消しとドメインのロックを依頼してください。\n"
	"登録業者のアカウントのパスワードを変え、二要素認証を有効にし、メールの設定（MX）も変えられていないか確かめてください。\n"
	"その間に利用者へ何が表示されたか、自組織の名前で証明書が発行されていないか（crt.sh）を確かめてください。",
};

static const struct words site_line_steps = {
	"Open one of the sites by telephone, without your own network: is it there?\n"
	"If it is: look at your line, your router and the name server that this machine asks (site.resolver); call your provider.\n"
	"If it is not: look at what the sites have in common, as a data centre, a provider, a DNS operator.\n"
	"No outage of a single site is told meanwhile; each is looked at anew when the line is back.",
	"携帯回線など、自組織のネットワークを使わずにサイトを開いて確かめてください。\n"
	"見える場合は、回線、ルーター、この機器が使う DNS リゾルバー（site.resolver）を調べ、通信事業者に連絡してください。\n"
	"見えない場合は、データセンター、事業者、DNS の運用者など、サイトに共通するものを調べてください。\n"
	"その間、個々のサイトの停止は通知しません。回線が回復すると、すべてのサイトを確かめ直します。",
};

static const struct advice_site rows[] = {
	{ "site_down", { "Site is down", "サイトの停止" }, &site_outage },
	{ "site_slow", { "Site is slow", "サイトの遅延" }, &site_slowness },
	{ "site_certificate", { "Certificate of a site", "サイトの証明書" }, &site_certificate_steps },
	{ "site_defaced", { "Page of a site altered", "サイトの改ざん" }, &site_defacement },
	{ "site_dns", { "DNS of a site changed", "サイトの DNS の変更" }, &site_dns_steps },
	{ "site_line", { "Our own line fails", "自組織の回線の障害" }, &site_line_steps },
};

const struct advice_site *advice_of_site(const char *rule)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rule, rows[i].rule) == 0)
			return &rows[i];
	return NULL;
}
