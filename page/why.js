/*
 * why.js - what the detectors say of their reasons, in Japanese: they say it in English (src/detect, alert_why).
 *
 * A {name} stands for a number, or for a word from outside. What has no translation here is shown as it is.
 */
import { spoken } from "./say.js";

export const KEYS = {
	/* floods */
	"Rate in one second": "1秒間のパケット",
	"Normal here": "この宛先の平常値",
	"Threshold": "しきい値",
	"Sources until then": "それまでの送信元",
	"Targets until then": "それまでの宛先",
	"Spread": "広がり",
	"Same page": "同じページ",
	"Random parameters": "でたらめなパラメーター",
	"Names asked for": "問い合わせた名前",
	"IP protocol": "IPプロトコル",
	"Source port": "送信元ポート",
	"Target port": "宛先ポート",
	"Target ports": "宛先ポート",
	"Mean packet": "パケットの平均の大きさ",
	"Ports": "ポート",
	"Perhaps no attack": "攻撃ではない可能性",
	"Unasked answers": "求めていない応答",
	"Our addresses reached": "届いた自組織のアドレス",
	/* scans, guesses, slow attacks */
	"Attempts": "試行",
	"Accepted": "受け入れられたもの",
	"Failed": "失敗",
	"Distinct addresses": "宛先アドレスの数",
	"Distinct address and port": "宛先アドレスとポートの組の数",
	"Commonest port": "最も多いポート",
	"Mirai's mark": "Miraiの特徴",
	"By chance": "偶然に起きる確率",
	"Tries": "試行",
	"Refused by the server": "サーバーが拒否",
	"Shape": "通信の形",
	"A person": "人の場合",
	"Unfinished headers": "終わらないヘッダー",
	"Trickling bodies": "少しずつ送られる本文",
	"Readers that hardly read": "ほとんど読まない受信側",
	"Requests in TLS that trickle": "少しずつ送られるTLSの要求",
	"Connected and silent": "接続したまま無言",
	"Clients": "クライアント",
	"Waiting for": "待ち時間",
	/* own devices: beacons, tunnels, long connections, uploads */
	"Beats": "規則的な通信",
	"Interval": "間隔",
	"Fit": "間隔の一致",
	"Sent each time": "1回の送信量",
	"Host name": "ホスト名",
	"Speaks": "通信の種類",
	"Name": "名前",
	"Certificate": "証明書",
	"Connections": "接続",
	"Requests": "要求",
	"Answers": "応答",
	"Our hosts that use it": "利用している自組織の機器",
	"Lasts for": "継続時間",
	"Carried": "データ量",
	"Protocol": "プロトコル",
	"Sent in this hour": "この1時間の送信量",
	"Sent in these five minutes": "この5分間の送信量",
	"Through": "経路",
	"Normal": "通常の場合",
	"Normal for this host": "この機器の平常値",
	"To this address before": "この宛先へのこれまでの送信量",
	"Also like this": "似た振る舞いをするもの",
	"Questions": "要求の数",
	"Answers unlike their question": "要求と異なる応答",
	"Carried in all": "合計のデータ量",
	"Domain": "ドメイン",
	"Sign": "兆候",
	"Names below it": "下位の名前",
	"Written into the names": "名前に書き込まれた量",
	"In answers that carry data": "データを運ぶ応答の量",
	"Example": "例",
	"Names that do not exist": "存在しない名前",
	"Of these machine-made": "機械的に作られたもの",
	"Resolver": "リゾルバー",
	"Seen": "観測内容",
	"Times": "回数",
	/* mail, logins, files */
	"Mail servers asked": "問い合わせたメールサーバー",
	"Connections to port 25": "25番ポートへの接続",
	"Recipients": "宛先",
	"Delivers mail to it": "ここへのメール配送元",
	"Logins": "ログイン",
	"User": "ユーザー名",
	"Password": "パスワード",
	"Better": "推奨",
	"Content": "中身",
	"Claims to be": "見せかけ",
	"Declared type": "申告された種類",
	"SHA-256": "SHA-256",
	/* indicators */
	"Value": "値",
	"Seen as": "観測した箇所",
	"Named by": "情報源",
	"Confidence of the lists": "情報源による確度",
	"What it is": "正体",
	"Said to be used by": "利用が疑われる者",
	"Warning list": "誤検知の注意リスト",
	"Report": "報告書",
};

export const VALUES = {
	/* floods */
	"{n} packets; {share} % of them were not answered": "{n}(うち{share} %は応答なし)",
	"{n} unanswered a second (learned before)": "応答のないもの毎秒{n}(これまでの学習による)",
	"{n} a second": "毎秒{n}",
	"over {n} addresses of the network": "ネットワーク内の{n}アドレス",
	"nearly all requests ask for the same path": "ほぼすべての要求が同じパスを求めています",
	"the query's parameter names change with each request": "要求のたびにパラメーター名が変わります",
	"nearly always the same": "ほぼ常に同じ",
	"many": "多数",
	"small answers about many names, as a resolver gets whose questions were not captured": "多くの名前についての小さな応答です。問い合わせが見えないリゾルバーへの応答に似ています",
	"one direction was captured: whether these packets were asked for or answered is not known": "片方向しか見えていないため、求めたものか、応答があったかは分かりません",
	"{kind}, {n} bytes": "{kind}、{n}バイト",
	"{n} bytes": "{n}バイト",
	"few sources try many: a scan, so fast that it harms": "少数の送信元が多くのポートを試しています。害が出るほど速いスキャンです",
	"sent from the service's port, and the target asked for none of them": "サービスのポートから送られ、宛先はどれも求めていません",
	"{n} SYN-ACK and RST packets": "SYN-ACKとRSTが{n}パケット",
	"about {n}, few packets each": "約{n}、それぞれに少数のパケット",
	/* scans, guesses, slow attacks */
	"{n}, by {kind}": "{n}({kind})",
	"{n}; refused {refused}; the others got no answer": "{n}、拒否{refused}、残りは応答なし",
	"{n} % (a busy but honest client: well below half)": "{n} %(正当な利用では、多くても半分をかなり下回ります)",
	"{n} SYNs with the destination address as sequence number": "シーケンス番号が宛先アドレスと同じSYNが{n}個",
	"once in 4,294,967,296 packets": "4,294,967,296パケットに1回",
	"{n}, at most {most} in one minute": "{n}回(最大で1分間に{most}回)",
	"{n} logins (said in the clear)": "ログイン{n}回(平文の応答による)",
	"short {protocol} conversations, the same again and again": "短い{protocol}の通信が、同じ形で繰り返されています",
	"types a wrong password a few times in a minute": "誤ったパスワードの入力は、1分間に数回程度です",
	"{n} connections (Slowloris)": "{n}接続(Slowloris)",
	"{n} connections (R.U.D.Y.)": "{n}接続(R.U.D.Y.)",
	"{n} connections (slow read)": "{n}接続(slow read)",
	"{n} connections": "{n}接続",
	"10 seconds and more, without an answer": "応答のないまま10秒以上",
	/* own devices */
	"{n} in {length} ({all} connections or requests in all)": "{length}に{n}回(接続または要求は全部で{all})",
	"{each}, half of them within {n} % (without a beat: about 70 %)": "{each}、半数は誤差{n} %以内(規則性がなければ約70 %)",
	"{n} % of the intervals are near it (without a beat: about 35 %)": "間隔の{n} %がほぼ一致(規則性がなければ約35 %)",
	"{n} bytes; {share} % of the beats about as many": "{n}バイト、{share} %の回でほぼ同じ",
	"{n}; updates and clocks are used by many": "{n}(更新や時刻合わせなら多くの機器が利用します)",
	"neither HTTP nor TLS, or not at their ports": "HTTPでもTLSでもないか、通常のポートではありません",
	"no host name given; browsers and programs give one": "ホスト名がありません。ブラウザーなどは必ず伝えます",
	"signed by itself; nobody vouches for it": "自己署名で、だれも保証していません",
	"a new one each time; programs that ask so often keep one": "毎回新しい接続です。頻繁に通信する通常のプログラムは接続を保ちます",
	"each sends something (POST), and next to nothing comes back": "毎回何かを送り(POST)、応答はほとんどありません",
	"none to most attempts: the other side seems to be gone": "大半に応答がありません。相手はすでにいないようです",
	"{length}; most conversations last seconds or minutes": "{length}(ほとんどの通信は数秒から数分で終わります)",
	"not known to us, and the port is not one that is held": "不明で、接続を長く保つポートでもありません",
	"{out} (received: {in})": "{out}(受信: {in})",
	"a few kB through it": "この経路では数kB",
	"at most about {five} in five minutes, {hour} in an hour": "5分間で最大約{five}、1時間で最大約{hour}",
	"at most about {n} in an hour": "1時間で最大約{n}",
	"not known yet: it was watched for {length} only": "まだ分かりません(観測期間が{length}だけのため)",
	"backups, video uploads, tests of the line's speed": "バックアップ、動画の投稿、回線速度の測定",
	"DNS (port 53), which is for short questions": "DNS(53番ポート)。本来は短い問い合わせに使います",
	"FTP, in the clear": "FTP(暗号化なし)",
	"Telnet, in the clear": "Telnet(暗号化なし)",
	"a port that is not for transfers": "転送用ではないポート",
	"{n} with {bytes} bytes of content on average": "{n}(内容は平均{bytes}バイト)",
	"one answer for each question": "要求ごとに応答が一つ",
	"an answer repeats its question byte by byte": "応答は要求の内容をそのまま返します",
	"a ping tool sends one length, of 32 or 56 bytes": "pingの内容は32または56バイトで、長さは変わりません",
	"a ping carries 32 or 56 bytes, and measuring a line takes a few": "pingの内容は32または56バイトで、回線の測定なら数回で済みます",
	"ping sends one a second, of one length": "pingは毎秒1回、同じ長さで送られます",
	"{bytes} in {length}": "{length}に{bytes}",
	"{n} or more different ones within {length}": "{length}に{n}種類以上",
	"{n} different ones within {length}": "{length}に{n}種類",
	"{n} by their letters and digits": "文字と数字の並びから{n}",
	"one or two mistyped names, words that can be read": "打ち間違いが一つか二つで、読める言葉",
	"several clients ask it: one of them may be the cause": "複数の機器が利用しており、そのいずれかが原因の可能性があります",
	"none that can exist": "存在しえない名前",
	"record types (NULL, private) that only tunnels use": "トンネルだけが使うレコードの種類(NULLなど)",
	"encoded names, asked for with types that carry data": "符号化された名前を、データを運ぶ種類で問い合わせています",
	"text is fetched piece by piece (TXT)": "文字列を少しずつ取得しています(TXT)",
	"long encoded names, each different": "長い符号化された名前が毎回違います",
	"a great many encoded names, each asked for once": "符号化された名前が非常に多く、それぞれ1回だけです",
	"about {n} different ones in {queries} queries within {length}": "{length}の問い合わせ{queries}件に約{n}種類",
	"{bytes}, {n} of them encoded": "{bytes}(うち{n}個が符号化)",
	"a few readable names, asked for again and again": "読める少数の名前を繰り返し問い合わせます",
	/* mail, logins, files, indicators */
	"about {n} within {length}": "{length}に約{n}",
	"{n} that have ended, {unanswered} of them unanswered": "終わったもの{n}、うち{unanswered}は応答なし",
	"{n}, of which {refused} were refused; {messages} messages": "{n}、うち拒否{refused}。メッセージは{messages}通",
	"about {n} hosts": "約{n}台",
	"one or two mail servers, hardly a recipient refused": "メールサーバーは一つか二つで、宛先の拒否はほとんどありません",
	"known by its content, without encryption": "内容から判明、暗号化なし",
	"{protocol}, without encryption": "{protocol}、暗号化なし",
	"{n}, outcome: not seen": "{n}回、結果は不明",
	"{n}, outcome: accepted": "{n}回、受け入れられました",
	"{n}, outcome: refused": "{n}回、拒否されました",
	"{n}, outcome: {outcome}": "{n}回、結果: {outcome}",
	"{name} (the password is not kept)": "{name}(パスワードは保存していません)",
	"user and password are a pair that a maker ships": "ユーザー名とパスワードがメーカーの出荷時のままです",
	"the same service within TLS or SSH": "同じサービスをTLSまたはSSHで利用すること",
	"text": "テキスト",
	"a document, by two extensions": "文書(二重の拡張子による)",
	"a picture, sound or document, by its declared type": "画像、音声または文書(申告された種類による)",
	"a picture, sound or document, by its name": "画像、音声または文書(名前による)",
	"the names in the TLS handshake are made up in Tor's way, all different": "TLSハンドシェイクの名前が、毎回異なるTor特有の作りです",
	"it was asked for others' pages, and gave them": "他のサイトのページを求められ、渡しました",
	"it was asked for others' pages, but did not give them": "他のサイトのページを求められましたが、渡しませんでした",
	"the server name in the TLS handshake is made up in Tor's way": "TLSハンドシェイクのサーバー名が、Tor特有の作りです",
	"TLS at a port that Tor relays use by default": "Torの中継が既定で使うポートでのTLSです",
	"the port is one of SOCKS; the protocol is not known": "SOCKSのポートですが、プロトコルは不明です",
	"none": "なし",
	"{n} of 100, {tellings} tellings": "100のうち{n}、情報源{tellings}件",
	"{where}, {n} times": "{where}、{n}回",
	"{list} and others": "{list}ほか",
	"{name} - a hint only: infrastructure alone proves nothing": "{name}(手がかりにすぎません。使われた設備だけでは断定できません)",
	"{list} - shared or harmless for many, so less sure": "{list}(多くの人が共有するか無害なもののため、確度は下がります)",
	"about {n}": "約{n}",
};

const LONGEST = 200; /* of a value; the detectors' are shorter */

function pattern(english) {
	const literal = english.replace(/[.*+?^$()|[\]\\]/g, "\\$&");

	return new RegExp(`^${literal.replace(/\{(\w+)\}/g, "(?<$1>.+?)")}$`, "u");
}

const PATTERNS = Object.entries(VALUES).map(([english, japanese]) => [pattern(english), japanese]);

export function whyKey(key) {
	return spoken() === "ja" && Object.hasOwn(KEYS, key) ? KEYS[key] : key;
}

export function whyValue(value) {
	if (spoken() !== "ja" || typeof value !== "string" || value.length > LONGEST)
		return value;
	if (Object.hasOwn(VALUES, value))
		return VALUES[value];
	for (const [english, japanese] of PATTERNS) {
		const found = english.exec(value);

		if (found)
			return japanese.replace(/\{(\w+)\}/g, (_, name) => found.groups[name]);
	}
	return value;
}
