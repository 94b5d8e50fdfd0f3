/* watched.js - what the keeper of the tests knows of backups and web sites: a company with a wiper in its NAS. */
import { at } from "./keeper.js";

const words = (en, ja) => ({ en, ja });

function repository(name, more) {
	return { name, tool: "restic", place: `/srv/backup/${name}`, media: "disk", offsite: false, append_only: false, run: true,
		state: "good", say: words("The newest backup is 2 hours old, all data was read, and a restore was tried 3 days ago.",
			"最新のバックアップは2時間前のもので、全データの検査と、3日前の復元訓練に問題はありません。"),
		busy: null,
		fresh: { ok: true, newest: at(-7300), age: 7300, allowed: 129600, say: words("At most 36 h are allowed now.", "現在の許容は36時間です。"),
			sets: [{ host: "files", paths: ["/srv/data", "/home"], newest: at(-7300), age: 7300, ok: true }, { host: "db", paths: ["/var/lib/pg"], newest: at(-8400), age: 8400, ok: true }] },
		whole: { ok: true, share: 1, days: 30, last: at(-40000), say: words("All data was read and is whole.", "全データを検査し、破損はありません。") },
		drill: { ok: true, last: at(-86400 * 3), next: at(86400 * 4), files: 48, bytes: 212e6, seconds: 31, rate: 6.8e6, full_seconds: 9200, certificate: true,
			say: words("48 files came back as they were.", "48ファイルが元どおり復元できました。") },
		next_run: at(50000), snapshots: 31, alarm: null, trouble: null, ...more };
}

const ALARM = { id: 7, opened: at(-1900), snapshot: "9f21c0ab5f2d9e3b7c6a1d0e4f8b2c5a", at: at(-2400), share: 0.312, confidence: 97,
	say: words("31 % of the files look encrypted since yesterday.", "昨日から、ファイルの31 %が暗号化されたとみられます。"),
	why: [{ key: words("Files changed", "変更されたファイル"), value: "6,240 of 20,000; usual: 40" },
		{ key: words("Now like noise", "内容が乱数状"), value: "58 of 60 sampled" },
		{ key: words("New ending", "新しい拡張子"), value: ".lockbit" }, { key: words("A note", "脅迫文"), value: "RESTORE-MY-FILES.txt" }],
	examples: Array.from({ length: 15 }, (_, i) => `/srv/data/offers/2026/offer-${100 + i}.docx.lockbit`), last_good: { snapshot: "77e0d1f4", at: at(-88800) } };

function backups() {
	return {
		repositories: [
			repository("cloud", { tool: "borg", place: "ssh://u1234@backup.example/./repo", media: "cloud", offsite: true, append_only: true, run: false, snapshots: 112,
				busy: { what: "verify", since: at(-340), done: 0.62, say: words("Part 7 of 30 is read.", "30分割の7番目を検査しています。") } }),
			repository("nas", { media: "nas", state: "alarm", alarm: ALARM, say: words("The newest backup looks like the work of ransomware. The one before it is good.", "最新のバックアップにランサムウェアの痕跡があります。その前のものは正常です。") }),
			repository("usb", { media: "usb", state: "bad", snapshots: 4, next_run: null,
				say: words("The newest backup is 9 days old: the disk is not there.", "最新のバックアップは9日前のものです。ディスクが見つかりません。"),
				fresh: { ok: false, newest: at(-86400 * 9), age: 86400 * 9, allowed: 129600, say: words("36 h are allowed now.", "現在の許容は36時間です。"), sets: [] },
				whole: { ok: null, share: 0.4, days: 30, last: at(-86400 * 12), say: words("40 % was read.", "40 %を検査しました。") },
				drill: { ok: false, last: null, next: null, files: null, bytes: null, seconds: null, rate: null, full_seconds: null, certificate: false, say: words("No restore was ever tried.", "復元を試したことがありません。") },
				trouble: { kind: "place", since: at(-86400 * 2), say: words("The place of this repository is not there.", "保存先が見つかりません。"), mend: words("Plug the disk in, and look again.", "ディスクを接続し、もう一度確認してください。"), said: "Fatal: unable to open config file: stat /mnt/usb/config: no such file or directory" } }),
		],
		all: { at: at(), sets: [{ what: "files:/srv/data /home", copies: 4, media: 3, offsite: true, ok: true, say: words("The rule is kept.", "ルールを満たしています。") },
			{ what: "db:/var/lib/pg", copies: 2, media: 1, offsite: false, ok: false, say: words("Another copy, on another medium and elsewhere, is missing.", "別の媒体に、遠隔地のコピーがもう1つ必要です。") }],
		history: Array.from({ length: 20 }, (_, i) => ({ id: 40 - i, at: at(-3600 * i - 1900), name: ["nas", "cloud", "usb"][i % 3], what: i === 0 ? "alarm" : ["run", "look", "verify", "drill"][i % 4], ok: i !== 0 && i % 7 !== 3,
			seconds: i === 0 ? null : 12.5 * i + 3, say: i === 0 ? ALARM.say : words("31 snapshots", "スナップショット31個") })) },
		running: true,
	};
}

function certificate() {
	return { at: at(-86400 * 3), json: JSON.stringify({ repository: "cloud", files: 48, signature: "c2lnbmF0dXJl" }),
		text: words(`RESTORE CERTIFICATE\n\nRepository   cloud (borg)\nFiles        48 restored, 48 as they were\nTime         31 s, 6.8 MB/s\nAll back in  2 h 33 min\n\nSigned: ed25519 9b2f 44c1 …`,
			`復元証明書\n\nリポジトリー  cloud (borg)\nファイル      48件を復元、48件が一致\n時間          31秒、6.8 MB/秒\n全体の復元    2時間33分\n\n署名: ed25519 9b2f 44c1 …`),
		page: words("<!doctype html><title>Restore certificate</title><h1>Restore certificate</h1>", "<!doctype html><title>復元証明書</title><h1>復元証明書</h1>") };
}

/** A SITE; `state` is good, unless told otherwise. */
export function site(name, more = {}) {
	const now = Math.floor(Date.now() / 1000), seed = [...name].reduce((sum, one) => sum + one.charCodeAt(0), 0);

	return { name, url: `https://${name}/`, state: "good", say: words("It answers as usual.", "通常どおり応答しています。"), since: at(-86400 * 11),
		last: { at: at(-22), failed: "done", why: "", status: 200, ms: { dns: 4.1, tcp: 11.7, tls: 28.2, first: 61.4, total: 118.9 }, bytes: 48211, address: "203.0.113.80", final_url: `https://${name}/` },
		uptime: { day: 1, week: 0.99961 },
		series: Array.from({ length: 60 }, (_, i) => [now - (60 - i) * 60, 100 + 40 * Math.sin(i / 4 + seed) + 14 * Math.sin(i * 2.3 + seed)]),
		certificate: { until: at(86400 * 61), days: 61, issuer: "Let's Encrypt R11", subject: name, trusted: true, changed: null },
		dns: { addresses: ["203.0.113.80", "2001:db8::80"], servers: ["ns1.example.net", "ns2.example.net"], changed: null },
		changes: null, picture: false, ...more };
}

function sites() {
	const now = Math.floor(Date.now() / 1000);
	const list = [
		site("www.city.example.jp", { state: "defaced", since: at(-410), say: words("Its page was replaced: “HACKED BY …” stands where the title was.", "ページが書き換えられています。タイトルが「HACKED BY …」になっています。"),
			changes: { verdict: "defaced", confidence: 98, since: at(-410), say: words("Title, text and pictures are not yours, and it says that it was hacked.", "タイトル、本文、画像が本来のものと異なり、侵入を名乗る文言があります。"), picture: false,
				why: [{ what: "title", text: words("Another title, in another language", "別の言語のタイトル"), before: "○○市公式ホームページ", after: "HACKED BY Night\u202eWolf" },
					{ what: "text", text: words("3 % of the text is left", "元の本文の3 %だけが残っています"), before: "市民の皆さまへ\nごみの収集日について\n図書館からのお知らせ", after: "<script>alert(1)</script> greetz to all\nno war" },
					{ what: "script_host", text: words("Loads from a host never seen before", "初めて見るホストから読み込んでいます"), before: "", after: "evil.example" }] } }),
		site("shop.example.jp", { state: "down", since: at(-95), say: words("No connection to it: the server refuses.", "接続できません。サーバーが接続を拒否しています。"), uptime: { day: 0.9987, week: 0.9998 },
			last: { at: at(-12), failed: "tcp", why: "connection refused", status: 0, ms: { dns: 3.9, tcp: null, tls: null, first: null, total: 5 }, bytes: 0, address: "203.0.113.81", final_url: "" },
			series: Array.from({ length: 60 }, (_, i) => [now - (60 - i) * 60, i > 57 ? null : 180 + 30 * Math.sin(i)]) }),
		site("old.example.jp", { state: "warning", say: words("Its certificate expires in 6 days.", "証明書の期限が6日後に切れます。"), certificate: { until: at(86400 * 6), days: 6, issuer: "JPRS DV CA", subject: "old.example.jp", trusted: true, changed: at(-86400 * 360) } }),
		site("api.example.jp", { state: "slow", say: words("It answers 9 times slower than usual.", "普段の9倍の時間がかかっています。") }),
		...Array.from({ length: 12 }, (_, i) => site(`office${i + 1}.example.jp`)),
	];

	return list.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a world has of them. */
export function watched() {
	return { backups: backups(), certificate: certificate(), sites: sites(), sitesRun: true };
}

/** A world with so many sites, all well but a few. */
export function manySites(count) {
	return Array.from({ length: count }, (_, i) => site(`s${String(i).padStart(4, "0")}.example.jp`, i % 400 === 7 ? { state: "down", say: words("It does not answer.", "応答がありません。") } : {}));
}
