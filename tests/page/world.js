/* world.js - what the keeper of the tests knows: a bank on a day with a flood, in both languages. */
import { at } from "./keeper.js";
import { watched } from "./watched.js";

const ROWS = [
	["threshold", "Thresholds of all detectors", "すべての検知のしきい値", ["100 %", "80 %", "60 %", "40 %"]],
	["multiplier", "A flood is so many times the normal", "フラッドとみなす、平常時との比", ["100 %", "85 %", "70 %", "50 %"]],
	["learning", "Pace at which a normal is learned", "平常を学習する速さ", ["100 %", "50 %", "25 %", "0 %"]],
	["mail", "Suspicious mail", "不審なメール", [["is told", "知らせる"], ["is told", "知らせる"], ["is held", "保留する"], ["is held, and all attachments", "添付ファイルもすべて保留する"]]],
	["backup_age", "A backup is too old after", "バックアップが古いとみなす時間", [["48 h", "48時間"], ["36 h", "36時間"], ["24 h", "24時間"], ["12 h", "12時間"]]],
	["drill_interval", "Restore drills every", "復元訓練の間隔", [["30 days", "30日"], ["14 days", "14日"], ["7 days", "7日"], ["1 day", "1日"]]],
	["probe_interval", "Web sites are looked at every", "Webサイトを見る間隔", [["5 min", "5分"], ["2 min", "2分"], ["1 min", "1分"], ["30 s", "30秒"]]],
	["retention", "Records are kept", "記録の保存期間", ["100 %", "150 %", "200 %", "300 %"]],
	["response", "Against an attack, Hinomi", "攻撃への対応", [["suggests", "提案する"], ["suggests", "提案する"], ["suggests", "提案する"], ["acts", "実行する"]]],
	["tell_from", "People are told at once from", "直ちに知らせる重大度", [["High", "重要以上"], ["Warning", "警告以上"], ["Notice", "注意以上"], ["Info", "すべて"]]],
];

const NAMES = [["normal", "Normal", "平常"], ["guarded", "Guarded", "注意"], ["high", "High", "警戒"], ["severe", "Severe", "厳戒"]];

function valueOf(value) {
	return Array.isArray(value) ? { en: value[0], ja: value[1] } : { en: value, ja: value };
}

function levelTable() {
	return NAMES.map(([level, en, ja], i) => ({ level, title: { en, ja },
		rows: ROWS.map(([key, what, ja_what, values]) => ({ key, what: { en: what, ja: ja_what }, value: valueOf(values[i]) })) }));
}

function preview(now) {
	return (to) => {
		const from = NAMES.findIndex(([name]) => name === now()), then = NAMES.findIndex(([name]) => name === to);
		const factor = [1, 1.5, 2.5, 5];
		const more = Math.round(12 * factor[then]), before = Math.round(12 * factor[from]);

		return { to,
			changes: ROWS.filter(([, , , values]) => String(values[from]) !== String(values[then])).map(([key, what, ja, values]) =>
				({ key, what: { en: what, ja }, now: valueOf(values[from]), then: valueOf(values[then]) })),
			week: { from: at(-7 * 86400), to: at(), alarms_now: before, alarms_then: more, complete: false,
				more: [
					{ rule: "scan", title: { en: "Port scan", ja: "ポートスキャン" }, now: 5, then: 5 + Math.max(0, more - before - 2),
						examples: [{ who: "198.51.100.23", whom: "203.0.113.0/24", at: at(-86400) }, { who: "198.51.100.77", whom: "203.0.113.80", at: at(-200000) }] },
					{ rule: "dns_tunnel", title: { en: "Data in DNS questions", ja: "DNSトンネリング" }, now: 0, then: 2,
						examples: [{ who: "192.168.10.31", whom: "t.example.net", at: at(-300000) }] },
				],
				say: { en: `${more - before} more alarms than at the level now, most of them port scans.`,
					ja: `現在のレベルより${more - before}件多くなります。多くはポートスキャンです。` } } };
	};
}

/* Smooth by day, with a flood near the end: like traffic, and the same in each run. */
function traffic(minutes) {
	const count = minutes <= 60 ? 360 : 336, step = minutes * 60 / count;
	const from = Math.floor(Date.now() / 1000) - (count - 1) * step;
	const wave = (i, a) => 1 + 0.22 * Math.sin(i / 23 + a) + 0.1 * Math.sin(i / 3.1 + 2 * a) + 0.05 * Math.sin(i * 1.7);
	const flood = (i) => (minutes <= 60 && i > 300 && i < 340 ? 2600 * Math.sin((i - 300) / 40 * Math.PI) : 0);
	const list = (f) => Array.from({ length: count }, (_, i) => (i > 90 && i < 97 ? null : Math.round(f(i))));

	return { from, step,
		in_pps: list((i) => 820 * wave(i, 0) + flood(i)), out_pps: list((i) => 610 * wave(i, 1) + flood(i) * 0.12),
		in_bps: list((i) => 5.1e6 * wave(i, 0) + flood(i) * 600), out_bps: list((i) => 3.6e6 * wave(i, 1) + flood(i) * 90),
		dropped: list(() => 0) };
}

export function incident(id, more = {}) {
	return {
		id, rule: "flood", vector: "syn", direction: "inbound", severity: "high", severity_ja: "重要", confidence: 93,
		title: { en: "SYN flood", ja: "SYNフラッド" },
		summary: { en: "203.0.113.80 is being attacked by many addresses: 2,687 packets a second, 18 times what is tolerated. Customers may not get through.",
			ja: "203.0.113.80が多数のアドレスから攻撃を受けています。毎秒2,687パケットで、許容値の18倍です。利用者がつながりにくくなっている可能性があります。" },
		say: "203.0.113.80 is being attacked by many addresses (SYN flood): 2687 packets a second.",
		who: { kind: "many", name: "many addresses" }, whom: { kind: "address", name: "203.0.113.80" },
		opened: at(-380), peaked: at(-240), closed: at(-2), ongoing: true, changed: at(-2),
		packets: 442600, bytes: 26556000, peak_pps: 2687, peak_bps: 1289760, sources: 44000, targets: 1, alerts: 1412, group: 0,
		why: [{ key: "Rate in one second", value: "2687 packets; 100 % of them were not answered" },
			{ key: "Normal here", value: "0 unanswered a second (learned before)" }, { key: "Threshold", value: "150 a second" },
			{ key: "Sources until then", value: "about 9474" }, { key: "Target port", value: "443" }, { key: "Mean packet", value: "60 bytes" }],
		advice: [],
		todo: { en: ["Switch on SYN cookies on the target (Linux: sysctl net.ipv4.tcp_syncookies=1); they keep real customers coming in.",
			"If the line itself is full, call your provider now and ask for filtering or scrubbing; give the target, the port and the time.",
			"Do not block source addresses one by one: they are probably forged."],
		ja: ["対象のサーバーでSYN cookiesを有効にしてください(Linux: sysctl net.ipv4.tcp_syncookies=1)。本来の利用者の接続を保てます。",
			"回線自体があふれている場合は、すぐに接続事業者へ連絡し、フィルタリングまたはスクラビングを依頼してください。対象、ポート、時刻を伝えてください。",
			"送信元アドレスを一つずつ遮断しないでください。詐称されている可能性が高いためです。"] },
		attack: ["T1499.001"], state: "open", acknowledged: null, silenced: null, evidence: true, level: "normal",
		timeline: [{ at: at(-380), what: { en: "First alarm: 620 packets a second", ja: "最初の警報: 毎秒620パケット" }, user: null },
			{ at: at(-379), what: { en: "Told: soc@example.jp, chat", ja: "通知: soc@example.jp、チャット" }, user: null },
			{ at: at(-240), what: { en: "Peak: 2,687 packets a second", ja: "最大: 毎秒2,687パケット" }, user: null }],
		notes: [],
		...more,
	};
}

function incidents() {
	const camera = { who: { kind: "address", name: "192.168.10.31" }, direction: "outbound", sources: 1, evidence: true, level: "normal" };
	const list = [
		incident(12),
		incident(11, { ...camera, rule: "mirai_scan", vector: null, severity: "critical", confidence: 97, attack: ["T1595.001", "T1584.005"],
			title: { en: "An infected device of yours scans others", ja: "自組織の感染機器による外部スキャン" },
			summary: { en: "192.168.10.31 (a camera) looks for other devices to infect, as Mirai does.", ja: "192.168.10.31(カメラ)が、Miraiと同じ手口で感染先を探しています。" },
			whom: { kind: "many", name: "many addresses" }, targets: 5120, opened: at(-1900), peaked: at(-700), closed: at(-5), changed: at(-5), sources: 1,
			peak_pps: 184, peak_bps: 88320, packets: 210330, bytes: 12619800 }),
		incident(9, { ...camera, rule: "beacon", vector: null, severity: "warning", confidence: 71, attack: ["T1071.001"], ongoing: false,
			title: { en: "Calls home at regular intervals", ja: "一定間隔での外部との通信" },
			summary: { en: "192.168.10.54 asks the same server every 60 seconds.", ja: "192.168.10.54が60秒ごとに同じサーバーへ接続しています。" },
			who: { kind: "address", name: "192.168.10.54" }, whom: { kind: "name", name: "update.example.net" }, opened: at(-16000), peaked: null, closed: at(-3000), changed: at(-3000), sources: 1,
			acknowledged: { by: "sato", at: at(-2500) }, notes: [{ at: at(-2400), user: "sato", text: "Asked the owner of the PC; waiting for an answer." }] }),
		incident(7, { rule: "scan", vector: null, severity: "notice", confidence: 88, attack: ["T1046"], ongoing: false, sources: 1,
			title: { en: "Port scan", ja: "ポートスキャン" }, summary: { en: "198.51.100.23 tried 1,024 ports of 203.0.113.80.", ja: "198.51.100.23が203.0.113.80の1,024ポートを調べました。" },
			who: { kind: "address", name: "198.51.100.23" }, opened: at(-40000), peaked: null, closed: at(-39000), changed: at(-39000), peak_pps: 90, peak_bps: 43000 }),
	];
	for (let id = 6; id >= 1; id--)
		list.push(incident(id, { severity: ["info", "notice", "warning"][id % 3], state: "closed", ongoing: false, sources: 1,
			title: { en: "Password guessing at SSH", ja: "SSHへの総当たり攻撃" }, rule: "bruteforce", attack: ["T1110"],
			who: { kind: "address", name: `198.51.100.${id}` }, opened: at(-90000 * id), closed: at(-90000 * id + 900), changed: at(-90000 * id + 900) }));
	return list;
}

function action(id, more) {
	return { id, verb: "drop", hand: "xdp", state: "active", filter: "to 203.0.113.80 proto tcp to-port 443 flags S/SA window 1024 header 20", limit: 0,
		from: at(-300), until: at(3300), incident: 12, automatic: false, rehearse: false,
		effect: { attack: 4096, attack_hit: 4072, normal: 5000, normal_hit: 1 }, reason: "SYN flood against the web server", owner: "hinomi",
		say: { en: "Drops SYNs to 203.0.113.80 port 443 with the window 1024 and no options, as the attack sends them",
			ja: "203.0.113.80の443番ポートへのSYNのうち、攻撃と同じ特徴(ウィンドウ1024、オプションなし)を持つものを破棄します" },
		trouble: null, hits: { packets: 0, bytes: 0, known: 0, pps: 0 }, ...more };
}

function actions() {
	return [
		action(8, { state: "suggested", hand: "auto" }),
		action(7, { verb: "limit", limit: 200, hand: "nft", owner: "sato", effect: null, filter: "from 198.51.100.0/24 to 203.0.113.80 proto tcp to-port 22", incident: 7,
			say: { en: "Lets 200 packets a second from 198.51.100.0/24 to SSH of 203.0.113.80", ja: "198.51.100.0/24から203.0.113.80のSSHへの通信を、毎秒200パケットに抑えます" },
			reason: "Password guessing from this network", from: at(-5400), until: at(81000), hits: { packets: 48211, bytes: 3182000, known: 12, pps: 31 } }),
		action(6, { verb: "blackhole", hand: "bgp", state: "waiting", owner: "tanaka", incident: null, filter: "to 203.0.113.99", effect: null,
			say: { en: "Has the provider drop all that is sent to 203.0.113.99", ja: "203.0.113.99宛てのすべての通信を、上流の事業者で破棄します" },
			reason: "An unused address takes the whole line", from: at(-900), until: at(2700) }),
		action(5, { state: "ended", automatic: true, trouble: { en: "The attack is over.", ja: "攻撃が終息しました。" }, from: at(-90000), until: at(-88000), hits: { packets: 9120331, bytes: 547219860, known: 0, pps: 0 } }),
		action(4, { state: "refused", trouble: { en: "192.0.2.1 is the gateway of eth0: it is never blocked.", ja: "192.0.2.1はeth0のゲートウェイのため、遮断できません。" }, effect: null, owner: "sato", incident: null,
			filter: "from 192.0.2.1", say: { en: "Drops what comes from 192.0.2.1", ja: "192.0.2.1からの通信を破棄します" }, reason: "Typed by mistake" }),
		action(3, { state: "failed", hand: "bgp", trouble: { en: "gobgpd does not answer at 127.0.0.1:50051. Is it running?", ja: "127.0.0.1:50051のgobgpdが応答しません。起動しているか確認してください。" }, from: at(-99000), until: at(-95400) }),
	];
}

function mail(id, more) {
	return { id, at: at(-id * 600), state: "held", verdict: "malicious", score: 92, bytes: 48211, client: "198.51.100.25",
		why: { en: "It is malicious.", ja: "悪質と判定されました。" }, from: "billing@partner.example", to: ["office@example.co.jp"],
		author: "Billing <billing@partner.example>", subject: "Invoice 4711", until: at(86400 * 20), changed: null, trouble: null,
		findings: [{ id: "remote_template", severity: "critical", attack: "T1221", path: "mail → scan.zip → invoice.docx → word/_rels/settings.xml.rels",
			evidence: "http://192.0.2.77/x.dotm", say: { en: "When it is opened, the document loads a template from elsewhere: http://192.0.2.77/x.dotm",
				ja: "開くと外部からテンプレートを読み込む文書です: http://192.0.2.77/x.dotm" } }], ...more };
}

function mails() {
	return [
		mail(9, {}),
		mail(8, { verdict: "not_inspected", score: 10, subject: "資料の送付", author: "佐藤 <sato@partner.example>", findings: [],
			why: { en: "An attachment could not be inspected, and the level is severe.", ja: "添付ファイルを検査できず、警戒レベルが「厳戒」のためです。" } }),
		mail(7, { verdict: "suspicious", score: 64, subject: "", from: "", author: "", trouble: { en: "127.0.0.1:25 does not answer.", ja: "127.0.0.1:25が応答しません。" } }),
		mail(5, { state: "released", until: null, changed: { at: at(-300), by: "tanaka", reason: { en: "Asked by telephone", ja: "電話で確認済み" } } }),
	];
}

const HANDS = [{ name: "xdp", able: true, why: null }, { name: "nft", able: true, why: null },
	{ name: "bgp", able: false, why: { en: "No BGP daemon is configured: set respond.gobgp_at or respond.exabgp.", ja: "BGPデーモンが設定されていません。respond.gobgp_at または respond.exabgp を設定してください。" } }];

const NEVER = [["127.0.0.0/8", "loopback", "loopback"], ["192.0.2.10", "own", "eth0"], ["192.0.2.1", "gateway", "gateway of eth0"],
	["192.0.2.53", "dns", "resolver"], ["198.51.100.200", "session", "tanaka, page"], ["10.20.0.0/16", "office", "head office"],
	["203.0.113.250", "partner", "partner clinic"], ["224.0.0.0/4", "special", "multicast"]].map(([prefix, kind, what]) => ({ prefix, kind, what }));

/* What was derived of the flood, incident 12. */
function filters() {
	const { filter, verb, limit, effect } = action(8);

	return { 12: { filters: [{ filter, verb, limit, effect }], effect, good: true,
		say: { en: "One filter separates the attack: it drops 99.4 % of it and 0.02 % of the normal traffic.", ja: "一つのフィルターで攻撃を見分けられます。攻撃の99.4 %、通常の通信の0.02 %を破棄します。" },
		exports: { nft: "table inet filter {\n\tchain input {\n\t\ttype filter hook ingress device \"eth0\" priority -500;\n\t\tip daddr 203.0.113.80 tcp dport 443 tcp flags & (syn | ack) == syn tcp window 1024 drop\n\t}\n}",
			flowspec: "flow4 { dst 203.0.113.80/32; proto = 6; dport = 443; tcp flags 0x2/0x12; } then { rate-limit 0; };",
			bpf: "dst host 203.0.113.80 and tcp dst port 443 and tcp[13] & 0x12 = 2 and tcp[14:2] = 1024", xdp: "drop to 203.0.113.80 proto tcp to-port 443 flags S/SA window 1024 header 20",
			dissector: "{\"attack_vectors\": [{\"service\": \"HTTPS\", \"protocol\": \"TCP\", \"fraction_of_attack\": 0.994}]}" },
		upstream: { en: "Dear NOC,\n\n203.0.113.80 is being attacked since 09:12 UTC: a SYN flood of up to 2,687 packets/s (1.3 Mbit/s) to port 443, from forged addresses.\nPlease drop: TCP SYN to 203.0.113.80 port 443, window 1024, without options.",
			ja: "ご担当者様\n\n203.0.113.80が09:12 UTCからSYNフラッドを受けています(443番ポート宛て、最大毎秒2,687パケット、1.3 Mbit/s、送信元は詐称)。\n次の通信の破棄をお願いいたします: 203.0.113.80の443番ポートへのTCP SYN、ウィンドウ1024、オプションなし" } } };
}

function status(level) {
	return {
		at: at(),
		answer: { state: "act", say: { en: "Your web server is under attack, and a camera of yours attacks others.", ja: "Webサーバーが攻撃を受けています。また、自組織のカメラが外部を攻撃しています。" } },
		todo: [{ say: { en: "Decide on the suggested countermeasure against the SYN flood on 203.0.113.80.", ja: "203.0.113.80へのSYNフラッドに対して提案された対処を実施するか、判断してください。" }, incident: 12, severity: "high" },
			{ say: { en: "Take the camera 192.168.10.31 off the network.", ja: "カメラ192.168.10.31をネットワークから切り離してください。" }, incident: 11, severity: "critical" },
			{ say: { en: "Switch on SYN cookies on 203.0.113.80.", ja: "203.0.113.80でSYN cookiesを有効にしてください。" }, incident: 12, severity: "high" },
			{ say: { en: "Ask who uses 192.168.10.54.", ja: "192.168.10.54の利用者に確認してください。" }, incident: 9, severity: "warning" }],
		tiles: [{ watch: "floods", state: "act", open: 1, say: { en: "A SYN flood against 203.0.113.80", ja: "203.0.113.80へのSYNフラッド" } },
			{ watch: "devices", state: "act", open: 1, say: { en: "192.168.10.31 scans others", ja: "192.168.10.31が外部をスキャン" } },
			{ watch: "traffic", state: "look", open: 2, say: { en: "Regular calls, and a port scan", ja: "定期的な通信とポートスキャン" } },
			{ watch: "backups", state: "act", open: 1, say: { en: "2 of 3 repositories not well.", ja: "3件中2件に問題があります。" } },
			{ watch: "sites", state: "act", open: 2, say: { en: "3 of 16 sites not well.", ja: "16件中3件に問題があります。" } },
			...["mail", "offices"].map((watch) => ({ watch, state: "off", open: 0, say: { en: "Not watched", ja: "対象外" } }))],
		level: { now: level.now, until: level.until, reason: level.reason },
		health: {
			sensor: { running: true, restarts: 1, packets: 48211930, kernel_dropped: 1204, ring_lost: 0, flows: 21044, flows_max: 524288, one_way: false },
			processes: ["warden", "sensor", "keeper", "web", "teller"].map((name, i) =>
				({ name, running: true, restarts: name === "sensor" ? 1 : 0, since: at(-86400 * 3 + (name === "sensor" ? 80000 : i)), rss: [1200, 31400, 12800, 6100, 4800][i] * 1024 })),
			store: { bytes: 184320000, oldest: at(-86400 * 41), waiting: 0 }, index: { values: 1204331, built: at(-5200) },
			clamd: { answers: false, since: at(-5000) },
			bounds: [{ name: "flows", reached: 0 }, { name: "halfopen", reached: 318 }], version: "0.1.0", since: at(-86400 * 3),
		},
	};
}

export function world() {
	const level = { now: "guarded", since: at(-36000), until: at(86400 * 2), reason: "A warning of JPCERT/CC about floods against banks", by: "tanaka",
		table: levelTable(),
		history: [{ at: at(-36000), from: "normal", to: "guarded", by: "tanaka", reason: "A warning of JPCERT/CC about floods against banks", until: at(86400 * 2) },
			{ at: at(-86400 * 20), from: "high", to: "normal", by: null, reason: "expired", until: null },
			{ at: at(-86400 * 27), from: "normal", to: "high", by: "calendar", reason: "年末年始", until: at(-86400 * 20) }],
		calendar: [{ id: 3, to: "high", from: at(86400 * 40), until: at(86400 * 50), reason: "ゴールデンウィーク", by: "tanaka" }] };

	return {
		...watched(), page: 6, level, status: status(level), incidents: incidents(), traffic, preview: preview(() => level.now),
		mails: mails(), releases: true, actions: actions(), hands: HANDS.map((one) => ({ ...one })), never: NEVER.map((one) => ({ ...one })), acts: false, filters: filters(),
		exceptions: [{ id: 2, rule: "beacon", who: "192.168.10.5", whom: "telemetry.example.com", reason: "Printer's maker, checked with them", by: "tanaka", from: at(-86400), until: at(86400 * 6), ended: null, matched: 14 },
			{ id: 1, rule: "scan", who: "192.168.10.9", whom: null, reason: "Inventory by the IT department", by: "sato", from: at(-86400 * 9), until: at(-86400 * 2), ended: null, matched: 3 }],
		log: [{ id: 3, at: at(-36000), user: "tanaka", what: { en: "Level raised from normal to guarded", ja: "レベルを平常から注意に上げました" }, reason: "A warning of JPCERT/CC about floods against banks" },
			{ id: 2, at: at(-86400), user: "tanaka", what: { en: "Exception 2 made: beacon from 192.168.10.5", ja: "例外2を作成しました: 192.168.10.5からのbeacon" }, reason: "Printer's maker, checked with them" },
			{ id: 1, at: at(-86400 * 2), user: "", what: { en: "Exception 1 expired", ja: "例外1の期限が切れました" }, reason: "" }],
		targets: [{ name: "soc@example.jp", kind: "mail", least: "warning", waiting: 0, sent: 41, failed: 0, last_error: null },
			{ name: "chat", kind: "webhook (Slack)", least: "high", waiting: 2, sent: 12, failed: 3, last_error: "HTTP 503 from hooks.example.com" },
			{ name: "siem", kind: "syslog (CEF)", least: "info", waiting: 0, sent: 1903, failed: 0, last_error: null }],
		accounts: [{ name: "tanaka", role: "admin", created: at(-86400 * 60), last_login: at(-400) },
			{ name: "sato", role: "operator", created: at(-86400 * 30), last_login: at(-2600) },
			{ name: "wall", role: "viewer", created: at(-86400 * 30), last_login: null }],
	};
}

/** The same, on a quiet day. */
export function calm() {
	const quiet = world();

	quiet.incidents = quiet.incidents.filter((one) => one.state === "closed");
	quiet.status.answer = { state: "calm", say: { en: "All is quiet.", ja: "異常はありません。" } };
	quiet.status.todo = [];
	quiet.actions = [];
	quiet.filters = {};
	for (const tile of quiet.status.tiles)
		if (tile.state !== "off")
			Object.assign(tile, { state: "calm", open: 0, say: { en: "Nothing unusual", ja: "変わったことはありません" } });
	quiet.status.health.sensor.kernel_dropped = 0;
	return quiet;
}
