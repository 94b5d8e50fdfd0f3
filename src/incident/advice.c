/*
 * advice.c - titles and advice for every kind of incident, in English and Japanese.
 *
 * Sources of the advice: CISA/MS-ISAC "Understanding and Responding to DDoS Attacks" (2024),
 * RFC 4987 (SYN floods), RFC 5635 (blackholing), JPCERT/CC and NISC notices to operators, and for
 * home devices the NOTICE project's guidance to owners of abused cameras and routers.
 */
#include "incident/advice.h"

#include "incident/advice_site.h"

#include <string.h>

static const struct words flood_own_device = {
	"Disconnect the device from the network now; it is attacking somebody else.\n"
	"Find out what it is by its address (DHCP leases, the switch's or router's list).\n"
	"Switch it off and on again, update its firmware, and change its password before it is "
	"reconnected: most such malware does not survive a restart, but returns through the same "
	"weakness.\n"
	"Close the port forwarding or UPnP rule that exposed it, and look for other devices of the "
	"same make.",
	"今すぐこの機器をネットワークから切り離してください。他者を攻撃しています。\n"
	"アドレスから、どの機器かを突き止めてください（DHCP の貸し出し一覧、スイッチやルーターの一覧）。\n"
	"電源を入れ直し、ファームウェアを更新し、パスワードを変えてから再接続してください。この種のマルウェアの多くは再起動で消えますが、同じ弱点から再び入り込みます。\n"
	"機器を外へ公開していたポート転送や UPnP の設定を閉じ、同じメーカーの機器がほかにないか確かめてください。",
};

static const struct words flood_syn = {
	"Switch on SYN cookies on the target (Linux: sysctl net.ipv4.tcp_syncookies=1); they keep "
	"real customers coming in.\n"
	"If the line itself is full, call your provider now and ask for filtering or scrubbing; give "
	"the target, the port and the time.\n"
	"Do not block source addresses one by one: they are probably forged.\n"
	"Put a scrubbing service or a load balancer in front before the next attack.",
	"攻撃先で SYN cookies を有効にしてください（Linux: sysctl net.ipv4.tcp_syncookies=1）。本来の利用者は接続し続けられます。\n"
	"回線そのものが埋まっている場合は、今すぐプロバイダーに連絡し、フィルターか洗浄（スクラビング）を依頼してください。攻撃先、ポート、時刻を伝えます。\n"
	"送信元アドレスを一つずつ遮断しないでください。おそらく偽装されています。\n"
	"次の攻撃に備え、前段に洗浄サービスかロードバランサーを置いてください。",
};

static const struct words flood_reflection = {
	"Ask your provider to drop UDP from this source port to the target; you seldom need it.\n"
	"Until then drop it at your own edge; it helps as long as the line is not full.\n"
	"If you use this service yourself, allow it from the few servers that you use.\n"
	"Do not retaliate: the sources are abused servers of others.",
	"この送信元ポートから攻撃先への UDP を破棄するよう、プロバイダーに依頼してください。通常はほとんど必要のない通信です。\n"
	"それまでは自組織の境界で破棄してください。回線が埋まっていない間は効果があります。\n"
	"このサービスを自分でも使っている場合は、利用している少数のサーバーからの通信だけを許可してください。\n"
	"報復はしないでください。送信元は悪用された第三者のサーバーです。",
};

static const struct words flood_volume = {
	"Ask your provider to filter or rate-limit this traffic to the target; give the numbers "
	"above.\n"
	"If the target does not need this kind of traffic, drop it at your edge.\n"
	"If everything else suffers, ask for a blackhole of the target as the last resort: it takes "
	"the target offline and saves the rest.",
	"攻撃先へのこの通信をフィルターするか速度を制限するよう、プロバイダーに依頼してください。上の数値を伝えます。\n"
	"攻撃先がこの種の通信を必要としないなら、境界で破棄してください。\n"
	"ほかのすべてに支障が出ている場合は、最後の手段として攻撃先のブラックホール化を依頼してください。攻撃先は使えなくなりますが、残りは守られます。",
};

static const struct words flood_stray = {
	"Let a stateful firewall drop packets that belong to no connection (nftables: ct state "
	"invalid drop).\n"
	"If the line itself is full, ask your provider to filter by the pattern above.\n"
	"Do not block source addresses one by one: they are probably forged.",
	"どの接続にも属さないパケットを、ステートフルファイアウォールで破棄してください（nftables: ct state invalid drop）。\n"
	"回線そのものが埋まっている場合は、上の特徴でフィルターするようプロバイダーに依頼してください。\n"
	"送信元アドレスを一つずつ遮断しないでください。おそらく偽装されています。",
};

static const struct words flood_http = {
	"Limit requests per client address at the web server or proxy (nginx: limit_req).\n"
	"Block the sources named above if they are few; check first that they are no shared proxy.\n"
	"Let the cache ignore unknown query parameters, so that random ones cannot pass it.\n"
	"If sources are many, switch on the challenge page of your CDN or web application firewall.",
	"Web サーバーかプロキシで、クライアントのアドレスごとに要求数を制限してください（nginx: limit_req）。\n"
	"上の送信元が少数なら遮断してください。その前に、多数の人が共用するプロキシではないことを確かめてください。\n"
	"未知のクエリパラメーターをキャッシュが無視するように設定し、無作為なパラメーターで素通りされないようにしてください。\n"
	"送信元が多い場合は、CDN や WAF のチャレンジ画面を有効にしてください。",
};

static const struct words scan_inbound = {
	"Check that the ports it asked for are closed to the internet unless they must be open.\n"
	"Block the source at the edge if it goes on; scans come before attacks.\n"
	"Look for successful connections from the same source at the same time.",
	"探られたポートについて、必要なもの以外がインターネットに開いていないことを確かめてください。\n"
	"続くようなら境界で送信元を遮断してください。探索は攻撃の前触れです。\n"
	"同じ時間帯に、同じ送信元からの接続が成功していないか確かめてください。",
};

static const struct words scan_own_device = {
	"Treat the device as infected until shown otherwise: take it off the network or into a "
	"separate one.\n"
	"Find its owner and ask whether this is a scanner or inventory tool that they run.\n"
	"If not: check it for malware, update it, change its passwords, and look for others that "
	"behave alike.",
	"そうでないと分かるまで、この機器は感染しているものとして扱い、ネットワークから切り離すか別のネットワークへ移してください。\n"
	"持ち主を探し、スキャンや資産管理のツールを動かしていないか尋ねてください。\n"
	"心当たりがない場合は、マルウェアの有無を調べ、更新し、パスワードを変え、同じ振る舞いの機器がほかにないか確かめてください。",
};

static const struct words bruteforce_inbound = {
	"Check the server's log for a login that succeeded from this source; if there is one, treat "
	"the server as broken into.\n"
	"Block the source, and close this service to the internet or put it behind a VPN.\n"
	"Allow only keys or multi-factor logins, and limit attempts (fail2ban, sshguard).",
	"この送信元からのログインが成功していないか、サーバーのログを確かめてください。成功していれば、侵入されたものとして扱ってください。\n"
	"送信元を遮断し、このサービスをインターネットに対して閉じるか、VPN の内側に置いてください。\n"
	"鍵または多要素認証によるログインだけを許可し、試行回数を制限してください（fail2ban、sshguard）。",
};

static const struct words beacon_own = {
	"Find out which program calls: on the device, look for the connection named above (Windows: "
	"netstat -abno; Linux: ss -tunp).\n"
	"Ask whether it is an updater, a monitoring tool or the maker's cloud; if so, make an "
	"exception for it.\n"
	"If nobody knows it: take the device off the network without switching it off, check it for "
	"malware, and block the address at your edge.\n"
	"Look for other devices of yours that call the same address.",
	"どのプログラムが通信しているかを突き止めてください。機器の上で、上に示した接続を探します（Windows: netstat -abno、Linux: ss -tunp）。\n"
	"更新プログラム、監視ツール、メーカーのクラウドではないか尋ねてください。そうであれば、例外を登録してください。\n"
	"だれにも心当たりがない場合は、電源を切らずにネットワークから切り離し、マルウェアの有無を調べ、境界で宛先を遮断してください。\n"
	"同じ宛先と通信している機器がほかにないか確かめてください。",
};

static const struct words long_own = {
	"Find out which program holds the connection, and whether somebody is at work with it (VPN, "
	"remote support, a game).\n"
	"If nobody knows it: close it at your edge, and check the device for remote-control tools.\n"
	"Look at other news about the same device.",
	"どのプログラムが接続を保っているのか、だれかがそれで作業しているのか（VPN、遠隔サポート、ゲーム）を確かめてください。\n"
	"だれにも心当たりがない場合は、境界で接続を切り、遠隔操作ツールがないか機器を調べてください。\n"
	"同じ機器についてのほかの知らせも見てください。",
};

static const struct words exfiltration_own = {
	"Ask the device's user whether they sent it: a backup, a video, photos, a speed test.\n"
	"If not: cut the connection now and take the device off the network; leave it switched on, "
	"for the traces in its memory.\n"
	"Find out what was sent: which files it can reach, and which were read at that time.\n"
	"Change the passwords that were stored on it, and check whether you must report the loss of "
	"personal data (Japan: to the Personal Information Protection Commission, within 3 to 5 days).",
	"機器の利用者に、自分で送ったものか尋ねてください（バックアップ、動画、写真、速度測定など）。\n"
	"そうでない場合は、今すぐ接続を切り、機器をネットワークから切り離してください。メモリーに残る痕跡のため、電源は入れたままにします。\n"
	"何が送られたのかを調べてください。その機器から届くファイルと、その時間帯に読まれたファイルを確かめます。\n"
	"機器に保存されていたパスワードを変え、個人データの漏えいの報告が必要か確かめてください（日本では個人情報保護委員会へ、3～5日以内）。",
};

static const struct words icmp_own = {
	"Ask whether somebody tests the line with long pings.\n"
	"If not: treat the device as infected, and take it off the network without switching it "
	"off.\n"
	"Allow ping to the outside only from those who need it, and limit its length and rate at the "
	"edge.",
	"だれかが長い ping で回線を試していないか尋ねてください。\n"
	"そうでない場合は、機器は感染しているものとして扱い、電源を切らずにネットワークから切り離してください。\n"
	"外への ping は必要な機器だけに許可し、境界で長さと頻度を制限してください。",
};

static const struct words proxy_own = {
	"Ask the device's user whether they use Tor or this proxy, and whether your rules allow it.\n"
	"If nobody does: look for a program that they did not install, and check the device for "
	"malware.\n"
	"Look at other news about the same device: somebody may hide where data goes.",
	"機器の利用者に、Tor やこのプロキシを使っているか、それが規則で認められているかを尋ねてください。\n"
	"だれも使っていない場合は、本人が入れた覚えのないプログラムを探し、マルウェアの有無を調べてください。\n"
	"同じ機器についてのほかの知らせも見てください。データの行き先を隠そうとしている可能性があります。",
};

static const struct words slow_server = {
	"Limit connections per client and set short header and body timeouts at the web server "
	"(Apache: mod_reqtimeout; nginx: client_header_timeout, limit_conn).\n"
	"Put an event-driven proxy in front of a server that uses one process per connection.\n"
	"Block the source if it is a single one.",
	"Web サーバーでクライアントごとの接続数を制限し、ヘッダーと本文の待ち時間を短くしてください（Apache: mod_reqtimeout、nginx: client_header_timeout、limit_conn）。\n"
	"接続ごとに一つのプロセスを使うサーバーの前に、イベント駆動型のプロキシを置いてください。\n"
	"送信元が一つだけなら遮断してください。",
};

static const struct words backscatter_info = {
	"Nothing to do: somebody attacks a third party with forged addresses, some of which are "
	"yours.\n"
	"If the other party complains, tell them that your addresses were forged.",
	"することはありません。だれかが偽装したアドレスで第三者を攻撃しており、その一部があなたのアドレスです。\n"
	"相手から苦情が来たら、アドレスが偽装されていたことを伝えてください。",
};

static const struct words intel_own_device = {
	"Find out which program on the device made this contact, and whether its user meant it.\n"
	"If nobody can explain it, take the device off the network and look for malware; keep its "
	"memory and disk as they are for the investigation.\n"
	"Block the address or name at the gateway and the resolver, and look for other devices that "
	"met it.\n"
	"A list can be wrong or old: look at the report that it names before you accuse anybody. "
	"That a group is said to use it is a hint, no proof.",
	"機器のどのプログラムがこの通信をしたのか、利用者が意図したものかを確かめてください。\n"
	"だれも説明できない場合は、機器をネットワークから切り離し、マルウェアを探してください。調査のため、メモリーとディスクはそのまま残します。\n"
	"宛先のアドレスや名前をゲートウェイとリゾルバーで遮断し、同じ宛先に触れた機器がほかにないか探してください。\n"
	"リストは誤っていることも古いこともあります。だれかを責める前に、示された報告を読んでください。ある集団が使うとされていることは手がかりであり、証拠ではありません。",
};

static const struct words intel_inbound = {
	"Look whether the service that it reached must be open to the internet.\n"
	"Block the source if it goes on; known scanners visit everybody, so this alone is no alarm.",
	"届いた先のサービスを、インターネットに公開しておく必要があるか確かめてください。\n"
	"続くようなら送信元を遮断してください。既知のスキャナーはどこにでも来るので、これだけでは警報ではありません。",
};
static const struct words dga_own_device = {
	"Take the device off the network, or into a separate one: it probably runs malware that has "
	"not found its master yet.\n"
	"If the address is a resolver's, look in its log for the client that asked for these names.\n"
	"Check it with a current virus scanner started from another medium, and change the passwords "
	"used on it.\n"
	"Look whether one of the names did get an answer, and for connections to that address.",
	"機器をネットワークから切り離すか、別のネットワークへ移してください。指令サーバーをまだ見つけていないマルウェアが動いている可能性が高い状態です。\n"
	"アドレスがリゾルバーのものなら、そのログから、これらの名前を尋ねたクライアントを探してください。\n"
	"別の媒体から起動した最新のウイルス対策ソフトで調べ、その機器で使っていたパスワードを変えてください。\n"
	"応答のあった名前がないか、そのアドレスへの接続がないか確かめてください。",
};

static const struct words tunnel_own_device = {
	"Block the domain named above at your resolver, and DNS to any other resolver at the edge.\n"
	"Take the device off the network; if it is a resolver, find the client that asked it.\n"
	"Ask its owner whether they run a VPN over DNS; if not, treat it as broken into and find out "
	"what it could read.\n"
	"Keep the capture: the names hold what was carried out.",
	"上に示したドメインをリゾルバーで遮断し、ほかのリゾルバーへの DNS を境界で遮断してください。\n"
	"機器をネットワークから切り離してください。リゾルバーであれば、それに尋ねたクライアントを探します。\n"
	"持ち主に、DNS 経由の VPN を使っているか尋ねてください。使っていなければ、侵入されたものとして扱い、何を読めたのかを調べてください。\n"
	"記録したパケットを残しておいてください。持ち出された内容が名前の中に含まれています。",
};

static const struct words cleartext_server = {
	"Close the service to the internet, or put it behind a VPN or TLS.\n"
	"Change the passwords that were used on it: whoever was on the way has read them.\n"
	"If it accepted a maker's default password, treat the device as taken over: reset it, update "
	"it, and set a password of your own before it is reconnected.",
	"サービスをインターネットに対して閉じるか、VPN や TLS の内側に置いてください。\n"
	"そこで使われたパスワードを変えてください。途中にいた者は読んでいます。\n"
	"メーカーの初期パスワードを受け付けていた場合は、機器は乗っ取られたものとして扱い、初期化して更新し、独自のパスワードを設定してから再接続してください。",
};

static const struct words cleartext_client = {
	"Switch to the encrypted form of the service (HTTPS, SFTP, SSH, IMAPS, LDAPS, MQTT over "
	"TLS).\n"
	"Change the password afterwards, and wherever else the same one is used.\n"
	"If the service knows no encryption, reach it through a VPN only.",
	"暗号化された方式に切り替えてください（HTTPS、SFTP、SSH、IMAPS、LDAPS、TLS 上の MQTT）。\n"
	"その後でパスワードを変えてください。同じパスワードを使っているほかの場所も同様です。\n"
	"暗号化に対応していないサービスなら、VPN 経由でだけ利用してください。",
};

static const struct words mismatch_receiver = {
	"Do not open the file; find it on the device and delete it, or hand it to your virus "
	"scanner.\n"
	"If it was fetched by a program and not by a person, treat the device as infected: take it "
	"off the network and check it.\n"
	"Look up the SHA-256 named above, and block the sender.\n"
	"Look for other devices that fetched from the same sender.",
	"ファイルを開かないでください。機器の中で見つけて削除するか、ウイルス対策ソフトに渡してください。\n"
	"人ではなくプログラムが取得したものなら、機器は感染しているものとして扱い、ネットワークから切り離して調べてください。\n"
	"上に示した SHA-256 を調べ、送り主を遮断してください。\n"
	"同じ送り主から取得した機器がほかにないか探してください。",
};

static const struct words spam_own_device = {
	"Block port 25 to the internet for this device, and at the edge for all but your mail "
	"server.\n"
	"Check it for malware, update it, and change the passwords of its mail accounts.\n"
	"If it is your mail server: look in its log for the account that sends, lock it, and empty "
	"the queue.\n"
	"Look whether your address has come onto block lists, and ask for its removal afterwards.",
	"この機器からインターネットへの 25 番ポートを遮断し、境界ではメールサーバー以外すべてについて遮断してください。\n"
	"マルウェアの有無を調べ、更新し、メールアカウントのパスワードを変えてください。\n"
	"自組織のメールサーバーであれば、送信しているアカウントをログで探して停止し、送信待ちを空にしてください。\n"
	"アドレスがブロックリストに載っていないか確かめ、対処の後に解除を依頼してください。",
};

static const struct words mail_inbound = {
	"Do not open the attachments and links of such mail, and tell your colleagues who may have got it.\n"
	"Look with 'hinomi quarantine', or on the page, at what is held; delete it there, or release what a sender "
	"confirmed by telephone.\n"
	"If somebody opened one: take that computer off the network, leave it switched on, and change the passwords "
	"that were typed since.\n"
	"If it asked for a payment or a new bank account: call the person it names by a number that you know.",
	"この種のメールの添付ファイルやリンクは開かず、届いた可能性のある人に知らせてください。\n"
	"「hinomi quarantine」またはページで、保留されたメールを確認してください。削除するか、送信者に電話で確かめたものだけを解放します。\n"
	"開いてしまった場合は、そのコンピューターを電源を切らずにネットワークから外し、その後に入力したパスワードを変えてください。\n"
	"振り込みや口座変更を求める内容であれば、すでに知っている電話番号で本人に確かめてください。",
};

static const struct words mail_own = {
	"Find out whose account sends: the mail server's log has it. Lock the account, and change its password.\n"
	"Check the computers that use the account for malware.\n"
	"Tell the receivers that the mail is not genuine.",
	"送信に使われたアカウントをメールサーバーのログで突き止め、停止してパスワードを変えてください。\n"
	"そのアカウントを使うコンピューターを調べ、マルウェアがないか確かめてください。\n"
	"受信者に、本物のメールではないことを知らせてください。",
};

static bool own_device(const struct incident *i)
{
	return i->direction == DIRECTION_OUTBOUND || i->direction == DIRECTION_INTERNAL;
}

struct words advice_title(const struct incident *i)
{
	static const struct {
		const char *rule;
		struct words outside, own;
	} titles[] = {
		{ "backscatter",
		  { "Backscatter of an attack on others", "他者への攻撃の跳ね返り" },
		  { "Backscatter", "攻撃の跳ね返り" } },
		{ "scan",
		  { "Scan for open services", "公開サービスの探索（スキャン）" },
		  { "Scan by one of our own devices", "自組織の機器による探索（スキャン）" } },
		{ "mirai_scan",
		  { "Mirai-like scan", "Mirai 型の探索" },
		  { "Mirai-like scan by one of our own devices", "自組織の機器による Mirai 型の探索" } },
		{ "bruteforce",
		  { "Password guessing", "パスワードの総当たり" },
		  { "Password guessing by one of our own devices", "自組織の機器によるパスワードの総当たり" } },
		{ "beacon",
		  { "Regular calls to one service", "一つのサービスへの規則的な通信" },
		  { "Regular calls home by one of our own devices", "自組織の機器による規則的な外部通信" } },
		{ "long_connection",
		  { "Very long connection", "非常に長い接続" },
		  { "Very long connection to the outside", "外部への非常に長い接続" } },
		{ "exfiltration",
		  { "Unusual upload", "普段と違う送信" },
		  { "Unusual upload by one of our own devices", "自組織の機器による普段と違う送信" } },
		{ "icmp_tunnel",
		  { "Data hidden in pings", "ping に隠されたデータ" },
		  { "Data hidden in pings by one of our own devices", "自組織の機器が ping に隠したデータ" } },
		{ "tor_or_proxy",
		  { "Way through Tor or a proxy", "Tor やプロキシを経由した通信" },
		  { "Use of Tor or of a proxy outside", "Tor や外部プロキシの利用" } },
		{ "slow_http",
		  { "Slow HTTP attack", "低速 HTTP 攻撃" },
		  { "Slow HTTP attack by one of our own devices", "自組織の機器による低速 HTTP 攻撃" } },
		{ "intel",
		  { "Visit from an address that lists name", "リストに載るアドレスからの接触" },
		  { "Contact with something that lists name as bad", "リストで危険とされる相手との通信" } },
		{ "dga",
		  { "Search for a control server", "指令サーバーの探索" },
		  { "One of our own devices seeks a control server", "自組織の機器による指令サーバーの探索" } },
		{ "dns_tunnel",
		  { "Data hidden in DNS", "DNS に隠されたデータ" },
		  { "One of our own devices hides data in DNS", "自組織の機器が DNS に隠したデータ" } },
		{ "cleartext_login",
		  { "Passwords accepted in the clear", "平文パスワードの受け付け" },
		  { "Password sent in the clear", "平文パスワードの送信" } },
		{ "file_mismatch",
		  { "Program disguised as a harmless file", "無害なファイルを装ったプログラム" },
		  { "Disguised program handed out by one of ours", "自組織から配られた偽装プログラム" } },
		{ "mail",
		  { "Dangerous mail", "危険なメール" },
		  { "Dangerous mail from one of ours", "自組織から送られた危険なメール" } },
		{ "spam_bot",
		  { "Spam", "迷惑メールの送信" },
		  { "Spam from one of our own devices", "自組織の機器からの迷惑メール" } },
	};
	const struct advice_site *site = advice_of_site(i->rule);

	for (size_t t = 0; t < sizeof(titles) / sizeof(titles[0]); t++)
		if (strcmp(i->rule, titles[t].rule) == 0)
			return own_device(i) ? titles[t].own : titles[t].outside;
	if (site)
		return site->title;
	if (vector_title(i->vector)[0])
		return (struct words){ vector_title(i->vector), vector_japanese(i->vector) };
	return (struct words){ "Unusual traffic", "普段と違う通信" }; /* a rule of another version */
}

static const struct words *flood_advice(const struct incident *i)
{
	if (i->direction == DIRECTION_OUTBOUND)
		return &flood_own_device;
	if (vector_is_reflection(i->vector) && i->vector != VECTOR_SYNACK)
		return &flood_reflection;
	switch (i->vector) {
	case VECTOR_SYN:
		return &flood_syn;
	case VECTOR_HTTP:
		return &flood_http;
	case VECTOR_SYNACK:
	case VECTOR_RST:
	case VECTOR_ACK:
	case VECTOR_FIN:
	case VECTOR_XMAS:
	case VECTOR_NULLFLAGS:
		return &flood_stray;
	default:
		return &flood_volume;
	}
}

/* Advice by rule, where it does not depend on more; NULL: another rule. */
static const struct words *rule_advice(const struct incident *i)
{
	static const struct {
		const char *rule;
		const struct words *own, *outside;
	} advice[] = {
		{ "backscatter", &backscatter_info, &backscatter_info },
		{ "beacon", &beacon_own, &beacon_own },
		{ "long_connection", &long_own, &long_own },
		{ "exfiltration", &exfiltration_own, &exfiltration_own },
		{ "icmp_tunnel", &icmp_own, &icmp_own },
		{ "tor_or_proxy", &proxy_own, &proxy_own },
		{ "dga", &dga_own_device, &dga_own_device },
		{ "dns_tunnel", &tunnel_own_device, &tunnel_own_device },
		{ "cleartext_login", &cleartext_client, &cleartext_server },
		{ "file_mismatch", &mismatch_receiver, &mismatch_receiver },
		{ "spam_bot", &spam_own_device, &spam_own_device },
		{ "mail", &mail_own, &mail_inbound },
		{ "intel", &intel_own_device, &intel_inbound },
	};

	for (size_t n = 0; n < sizeof(advice) / sizeof(advice[0]); n++)
		if (strcmp(i->rule, advice[n].rule) == 0)
			return own_device(i) ? advice[n].own : advice[n].outside;
	return NULL;
}

struct words advice_steps(const struct incident *i)
{
	const struct words *steps = rule_advice(i);
	const struct advice_site *site = advice_of_site(i->rule);

	if (steps)
		return *steps;
	if (site)
		return *site->steps;
	if (strcmp(i->rule, "flood") == 0)
		return *flood_advice(i);
	if (own_device(i) && strcmp(i->rule, "slow_http") != 0)
		return scan_own_device;
	if (strcmp(i->rule, "bruteforce") == 0)
		return bruteforce_inbound;
	if (strcmp(i->rule, "slow_http") == 0)
		return i->direction == DIRECTION_OUTBOUND ? flood_own_device : slow_server;
	return scan_inbound;
}
