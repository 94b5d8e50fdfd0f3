/*
 * keeper.js - a keeper of canned answers: the operations of docs/tower.md over a small world in memory.
 *
 * `new Keeper(world())` answers; `push` is called with what a browser is to hear.
 */
const ROLES = ["nobody", "viewer", "operator", "admin"];
const LEVELS = ["normal", "guarded", "high", "severe"];
const SEVERITIES = ["info", "notice", "warning", "high", "critical"];
const LIVE = ["ordered", "active", "waiting"];
const NEEDS = {
	health: "nobody", status: "viewer", traffic: "viewer", incidents: "viewer", incident: "viewer", evidence: "viewer",
	exceptions: "viewer", level: "viewer", level_preview: "viewer", log: "viewer", metrics: "viewer",
	acknowledge: "operator", close: "operator", annotate: "operator", silence: "operator", exception_end: "operator",
	actions: "viewer", filters: "viewer", block: "operator", action_accept: "operator", unblock: "operator", undo_all: "operator",
	quarantine: "viewer", quarantine_mail: "viewer", quarantine_release: "operator", quarantine_delete: "operator",
	backups: "viewer", backup_certificate: "viewer", backup_do: "operator", backup_settle: "operator",
	sites: "viewer", site: "viewer", site_check: "operator", site_approve: "operator",
	password_set: "viewer", level_set: "operator", calendar_add: "operator", calendar_remove: "operator", tellers: "operator", teller_test: "operator",
	accounts: "admin", account_set: "admin", account_remove: "admin",
};

export function at(seconds = 0) {
	return new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, "Z");
}

function secondsOf(length) {
	return parseInt(length) * { m: 60, h: 3600, d: 86400 }[length.at(-1)];
}

class Refusal extends Error {
	constructor(code, en, ja) {
		super(en);
		this.code = code;
		this.text = { en, ja };
	}
}

export class Keeper {
	constructor(world) {
		this.world = world;
		this.push = () => {};
	}

	answer(op, args, user, role) {
		try {
			if (!Object.hasOwn(NEEDS, op))
				throw new Refusal("bad_request", "There is no such operation.", "そのような操作はありません。");
			const first = op === "account_set" && role === "nobody"; /* web has seen the one-time token */
			if (!first && ROLES.indexOf(role) < ROLES.indexOf(NEEDS[op]))
				throw new Refusal("forbidden", "Your role does not allow this.", "この操作は、あなたの役割では許可されていません。");
			return { ok: true, data: this[`do_${op}`](args, user) };
		} catch (error) {
			if (!(error instanceof Refusal))
				throw error;
			return { ok: false, error: error.text, code: error.code };
		}
	}

	find(id) {
		const found = this.world.incidents.find((one) => one.id === Number(id));

		if (!found)
			throw new Refusal("not_found", "There is no such incident.", "そのようなインシデントはありません。");
		return found;
	}

	note(user, en, ja, reason = "") {
		this.world.log.unshift({ id: this.world.log.length + 1, at: at(), user, what: { en, ja }, reason });
	}

	told(incident) {
		const { timeline, notes, ...short } = incident;

		incident.changed = at();
		this.push("incident", short);
		this.push("status", this.world.status);
		return short;
	}

	do_health() {
		return { ok: true, why: { en: "All is well.", ja: "正常です。" } };
	}

	do_metrics() {
		return { metrics: [] };
	}

	do_status() {
		return this.world.status;
	}

	do_traffic({ minutes = 60 }) {
		return this.world.traffic(Number(minutes));
	}

	do_incidents({ state = "open", severity, rule, text, before, limit = 50 }) {
		const fit = this.world.incidents.filter((one) => (state === "all" || one.state === state)
			&& (!severity || SEVERITIES.indexOf(one.severity) >= SEVERITIES.indexOf(severity))
			&& (!rule || one.rule === rule)
			&& (!text || one.who.name.includes(text) || one.whom.name.includes(text))
			&& (!before || one.id < Number(before)));
		fit.sort((a, b) => (state === "open" ? SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) : 0) || b.id - a.id);
		const most = Math.min(Number(limit), this.world.page);

		return { incidents: fit.slice(0, most).map(({ timeline, notes, ...short }) => short), more: fit.length > most };
	}

	do_incident({ id }) {
		return this.find(id);
	}

	do_evidence({ id }) {
		if (!this.find(id).evidence)
			throw new Refusal("not_found", "There is no evidence.", "証拠はありません。");
		return { pcap: Buffer.from("d4c3b2a1020004000000000000000000ffff000001000000", "hex").toString("base64") };
	}

	do_acknowledge({ id, note }, user) {
		const incident = this.find(id);

		incident.acknowledged = { by: user, at: at() };
		incident.timeline.push({ at: at(), what: { en: "Acknowledged", ja: "確認済みにしました" }, user });
		if (note)
			incident.notes.push({ at: at(), user, text: note });
		this.note(user, `Incident ${id} acknowledged`, `インシデント${id}を確認済みにしました`);
		return this.told(incident);
	}

	do_annotate({ id, text }, user) {
		const incident = this.find(id);

		incident.notes.push({ at: at(), user, text });
		return this.told(incident);
	}

	do_close({ id, reason }, user) {
		const incident = this.find(id);

		if (incident.ongoing)
			throw new Refusal("conflict", "It is still going on.", "まだ継続しています。");
		incident.state = "closed";
		incident.timeline.push({ at: at(), what: { en: "Closed", ja: "終了にしました" }, user });
		this.note(user, `Incident ${id} closed`, `インシデント${id}を終了にしました`, reason);
		return this.told(incident);
	}

	do_silence({ id, reason, for: length, until, breadth = "this" }, user) {
		const incident = this.find(id);
		const exception = { id: this.world.exceptions.length + 1, rule: incident.rule, who: incident.who.name,
			whom: breadth === "this" ? incident.whom.name : null, reason, by: user, from: at(),
			until: until ?? at(parseInt(length) * (length.endsWith("d") ? 86400 : 3600)), ended: null, matched: 1 };

		if (reason.length < 3)
			throw new Refusal("bad_request", "The reason is too short.", "理由が短すぎます。");
		this.world.exceptions.unshift(exception);
		incident.silenced = exception.id;
		this.note(user, `Incident ${id} silenced`, `インシデント${id}の通知を止めました`, reason);
		this.told(incident);
		return exception;
	}

	/* An ACTION that has changed: whoever watches hears of it. */
	done(action) {
		this.push("action", action);
		return action;
	}

	findAction(id) {
		const found = this.world.actions.find((one) => one.id === Number(id));

		if (!found)
			throw new Refusal("not_found", "There is no such countermeasure.", "そのような対処はありません。");
		return found;
	}

	do_actions({ state = "live", incident, before, limit = 50 }) {
		const { hands, never, acts } = this.world;
		const fit = this.world.actions.filter((one) => (state === "all" || (state === "live" ? LIVE.includes(one.state) : one.state === state))
			&& (!incident || one.incident === Number(incident)) && (!before || one.id < Number(before)));

		fit.sort((a, b) => b.id - a.id);
		return { actions: fit.slice(0, Number(limit)), more: fit.length > Number(limit), hands, never, acts };
	}

	do_quarantine({ state = "held", text = "", before, limit = 50 }) {
		const { mails, releases } = this.world;
		const fit = mails.filter((one) => (state === "all" || one.state === state) && (!before || one.id < Number(before))
			&& [one.subject, one.from, ...one.to].some((part) => part.includes(text)));
		const held = mails.filter((one) => one.state === "held");

		return { mails: fit.slice(0, Number(limit)), more: fit.length > Number(limit), held: held.length, releases, days: 30,
			bytes: held.reduce((sum, one) => sum + one.bytes, 0), bytes_max: 1000000000 };
	}

	changeMail({ id, reason }, user, state) {
		const mail = this.world.mails.find((one) => one.id === Number(id));

		if (mail?.state !== "held")
			throw new Refusal("conflict", "It does not lie there.", "隔離されていません。");
		if (reason.length < 3)
			throw new Refusal("bad_request", "The reason is too short.", "理由が短すぎます。");
		Object.assign(mail, { state, until: null, changed: { at: at(), by: user, reason: { en: reason, ja: reason } } });
		this.note(user, `Mail ${id}: ${state}`, `メール${id}: ${state}`, reason);
		this.push("mail", mail);
		return mail;
	}

	do_quarantine_release(args, user) {
		return this.changeMail(args, user, "releasing");
	}

	do_quarantine_delete(args, user) {
		return this.changeMail(args, user, "deleted");
	}

	do_backups() {
		return this.world.backups;
	}

	do_backup_certificate({ name }) {
		if (!this.findRepository(name).drill.certificate)
			throw new Refusal("not_found", "There is none.", "証明書はありません。");
		return this.world.certificate;
	}

	findRepository(name) {
		const found = this.world.backups.repositories.find((one) => one.name === name);

		if (!found)
			throw new Refusal("not_found", "There is no such repository.", "そのようなリポジトリーはありません。");
		return found;
	}

	do_backup_do({ name, what }, user) {
		const repository = this.findRepository(name);

		if (repository.busy)
			throw new Refusal("conflict", "Another job is under way.", "別の処理が実行中です。");
		this.note(user, `Backup ${name}: ${what}`, `バックアップ${name}: ${what}`);
		this.asked = { do: what, name };
		return { asked: true };
	}

	do_backup_settle({ name, alarm, ours, reason }, user) {
		const repository = this.findRepository(name);

		if (repository.alarm?.id !== alarm || typeof ours !== "boolean")
			throw new Refusal("conflict", "This alarm is not open.", "この警報は終了しています。");
		if (reason.length < 3)
			throw new Refusal("bad_request", "The reason is too short.", "理由が短すぎます。");
		Object.assign(repository, { alarm: null, state: "good" });
		this.note(user, `Backup ${name}: settled`, `バックアップ${name}: 解決`, reason);
		this.asked = { do: "settle", name, alarm, ours, reason };
		this.push("backup", repository);
		return { asked: true };
	}

	/* As lists and events show one. */
	brief({ dns, ...one }) {
		return { ...one, series: one.series.slice(-24) };
	}

	do_sites({ state = "all", text = "", after = "", limit = 100 }) {
		const { sites } = this.world;
		const fit = sites.filter((one) => (state === "all" || (state === "trouble" ? one.state !== "good" : one.state === state))
			&& one.url.includes(text) && one.name > after);
		const all = { at: at(), sites: sites.length, per_second: 33.3, browser: true };

		for (const name of ["good", "slow", "warning", "down", "defaced", "unknown"])
			all[name] = sites.filter((one) => one.state === name).length;
		return { sites: fit.slice(0, Number(limit)).map((one) => this.brief(one)), more: fit.length > Number(limit), all, running: this.world.sitesRun };
	}

	do_site({ name }) {
		const found = this.world.sites.find((one) => one.name === name);

		if (!found)
			throw new Refusal("not_found", "There is no such site.", "そのようなサイトはありません。");
		return found;
	}

	do_site_check({ name }) {
		const found = this.do_site({ name });

		this.asked = { do: "check", name };
		found.last.at = at();
		this.push("site", this.brief(found));
		return { asked: true };
	}

	do_site_approve({ name, reason }, user) {
		const found = this.do_site({ name });

		if (!found.changes)
			throw new Refusal("conflict", "Nothing waits to be approved.", "承認待ちの変更はありません。");
		if (reason.length < 3)
			throw new Refusal("bad_request", "The reason is too short.", "理由が短すぎます。");
		Object.assign(found, { changes: null, state: "good", say: { en: "It answers as usual.", ja: "通常どおり応答しています。" } });
		this.note(user, `Site ${name} approved`, `サイト${name}を承認`, reason);
		this.push("site", this.brief(found));
		return { asked: true };
	}

	do_filters({ incident }) {
		if (!Object.hasOwn(this.world.filters, incident))
			throw new Refusal("not_found", "No filters were derived.", "フィルターはありません。");
		return this.world.filters[incident];
	}

	do_block({ what, verb = "drop", hand = "auto", limit = 0, reason, incident = null, rehearse = false, for: length, until }, user) {
		if (this.world.never.some((one) => one.prefix === what))
			throw new Refusal("conflict", `${what} is never blocked: the gateway of eth0.`, `${what}は遮断できません(eth0のゲートウェイ)。`);
		const action = { id: Math.max(0, ...this.world.actions.map((one) => one.id)) + 1, verb, hand, state: rehearse ? "rehearsed" : "active",
			filter: what.includes(" ") ? what : `from ${what}`, limit, from: at(), until: until ?? at(secondsOf(length)), incident, automatic: false,
			rehearse, effect: null, reason, owner: user, trouble: null, hits: { packets: 0, bytes: 0, known: 0, pps: 0 },
			say: { en: `Drops what comes from ${what}`, ja: `${what}からの通信を破棄します` } };

		this.world.actions.unshift(action);
		this.note(user, `Countermeasure ${action.id}: ${what}`, `対処${action.id}: ${what}`, reason);
		return this.done(action);
	}

	do_action_accept({ id, for: length = "1h", until, reason = "" }, user) {
		const action = this.findAction(id);

		if (action.state !== "suggested")
			throw new Refusal("conflict", "It is no longer suggested.", "すでに提案中ではありません。");
		Object.assign(action, { state: "active", from: at(), until: until ?? at(secondsOf(length)), owner: user, reason: reason || action.reason });
		return this.done(action);
	}

	do_unblock({ id, reason }) {
		const action = this.findAction(id);

		if (reason.length < 3)
			throw new Refusal("bad_request", "The reason is too short.", "理由が短すぎます。");
		Object.assign(action, { state: "ended", until: at(), trouble: { en: `Undone: ${reason}`, ja: `取り消し: ${reason}` } });
		return { actions: [this.done(action)] };
	}

	do_undo_all() {
		const live = this.world.actions.filter((one) => LIVE.includes(one.state));

		for (const action of live)
			this.done(Object.assign(action, { state: "ended", until: at() }));
		return { undone: live.length };
	}

	do_password_set() {
		return {};
	}

	do_exceptions() {
		return { exceptions: this.world.exceptions };
	}

	do_exception_end({ id, reason }, user) {
		const found = this.world.exceptions.find((one) => one.id === Number(id));

		if (!found)
			throw new Refusal("not_found", "There is no such exception.", "そのような例外はありません。");
		found.ended = at();
		this.note(user, `Exception ${id} ended`, `例外${id}を終了しました`, reason);
		return found;
	}

	do_level() {
		return this.world.level;
	}

	do_level_preview({ to }) {
		return this.world.preview(to);
	}

	do_level_set({ to, reason, for: length, until }, user) {
		const level = this.world.level, before = level.now;

		if (!LEVELS.includes(to) || !reason)
			throw new Refusal("bad_request", "Level and reason are needed.", "レベルと理由が必要です。");
		Object.assign(level, { now: to, since: at(), by: user, reason,
			until: to === "normal" ? null : until ?? at(parseInt(length) * (length.endsWith("d") ? 86400 : 3600)) });
		level.history.unshift({ at: at(), from: before, to, by: user, reason, until: level.until });
		this.world.status.level = { now: to, until: level.until, reason };
		this.note(user, `Level: ${before} → ${to}`, `レベル: ${before} → ${to}`, reason);
		this.push("level", level);
		this.push("status", this.world.status);
		return level;
	}

	do_calendar_add({ to, from, until, reason }, user) {
		this.world.level.calendar.push({ id: this.world.level.calendar.length + 10, to, from, until, reason, by: user });
		this.push("level", this.world.level);
		return this.world.level;
	}

	do_calendar_remove({ id }) {
		this.world.level.calendar = this.world.level.calendar.filter((one) => one.id !== id);
		this.push("level", this.world.level);
		return this.world.level;
	}

	do_log({ before, limit = 50 }) {
		const fit = this.world.log.filter((one) => !before || one.id < Number(before));

		return { log: fit.slice(0, Number(limit)), more: fit.length > Number(limit) };
	}

	do_tellers() {
		return { targets: this.world.targets };
	}

	do_teller_test({ name }) {
		if (!this.world.targets.some((one) => one.name === name))
			throw new Refusal("not_found", "There is no such target.", "そのような通知先はありません。");
		return { queued: true };
	}

	do_accounts() {
		return { accounts: this.world.accounts };
	}

	do_account_set({ name, role }, user) {
		let account = this.world.accounts.find((one) => one.name === name);

		if (!account)
			this.world.accounts.push(account = { name, created: at(), last_login: null });
		account.role = role;
		this.note(user, `Account ${name} set`, `アカウント${name}を設定しました`);
		return { name, role };
	}

	do_account_remove({ name }) {
		const admins = this.world.accounts.filter((one) => one.role === "admin");

		if (admins.length === 1 && admins[0].name === name)
			throw new Refusal("conflict", "This is the last administrator.", "最後の管理者は削除できません。");
		this.world.accounts = this.world.accounts.filter((one) => one.name !== name);
		return {};
	}
}
