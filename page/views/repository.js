/* repository.js - one backup repository as a card: the sentence, the three proofs, an alarm, and what can be done. */
import { ask, order } from "../api.js";
import { ask as askPerson, reasonField } from "../dialog.js";
import { el } from "../dom.js";
import { ago, bytes, length, number, share, time } from "../format.js";
import { icon } from "../icons.js";
import { action, fact, table, trying, whenAndAgo } from "../parts.js";
import { nameIn, say } from "../say.js";
import { change } from "../state.js";
import { words } from "../words.js";
import { showCertificate } from "./certificate.js";

/** How the page shows the states of repositories. */
export const SIGNS = { good: "calm", warning: "look", bad: "act", alarm: "act", unknown: "off" };
const SHOWN = 12; /* examples, and sets before they are folded away */

function known(value) {
	return typeof value === "number" && Number.isFinite(value);
}

export function sign(state, names, signs) {
	const look = Object.hasOwn(signs, state) ? signs[state] : "off";

	return el("span", { class: `state ${look}` }, icon(look), nameIn(names, state));
}

/** A sign for what is so or is not, each in its words. */
export function yesOrNo(is, yes, no, otherwise = "act") {
	const look = is ? "calm" : otherwise;

	return el("span", { class: `state ${look}` }, icon(look), say(is ? yes : no));
}

/* --- fresh, whole, proven */

/* What is missing makes a repository bad where it is urgent; what was not read yet is no damage. */
function proofSign(ok, state) {
	if (ok === true)
		return "calm";
	if (ok !== false)
		return "off";
	return state === "bad" ? "act" : "look";
}

function proof(repository, name, figure, ...more) {
	const { ok, say: says } = repository[name === "proven" ? "drill" : name] ?? {}, is = proofSign(ok, repository.state);

	return el("div", { class: `proof ${is}` },
		el("h3", null, icon(name), say(words.proofs[name]), el("span", { class: `state ${is}` }, icon(is), say(words.proofStates[is]))),
		el("p", { class: "figure" }, figure),
		says && el("p", { class: "soft" }, say(says)), more);
}

function freshFigure(fresh) {
	return known(fresh?.age) ? say(words.oldNow, { length: length(fresh.age - (fresh.age >= 60 ? fresh.age % 60 : 0)) }) : say(words.noSnapshot);
}

function wholeFigure(whole) {
	return known(whole?.share) && known(whole?.days)
		? say(words.readShare, { share: share(whole.share, 1, "floor", 0), n: whole.days }) : say(words.neverRead);
}

function drillFacts(drill) {
	return known(drill?.files) && drill.last && el("p", { class: "soft" },
		say(words.drillFacts, { n: drill.files, bytes: bytes(drill.bytes), rate: bytes(drill.rate) }),
		known(drill.full_seconds) && [" ", say(words.fullTime, { length: length(drill.full_seconds) })]);
}

function proofs(repository) {
	const { fresh, whole, drill } = repository;

	return el("div", { class: "proofs" },
		proof(repository, "fresh", freshFigure(fresh)),
		proof(repository, "whole", wholeFigure(whole)),
		proof(repository, "proven", drill?.last ? say(words.restored, { ago: ago(drill.last) }) : say(words.neverRestored), drillFacts(drill)));
}

/* --- an alarm */

/* Ids of restic are long; their beginning names them, to it as well. */
function snapshot(id) {
	return el("code", { title: id }, /^[0-9a-f]{16,}$/.test(id) ? id.slice(0, 12) : id);
}

function askSettle(repository, ours) {
	askPerson(say(ours ? words.oursTitle : words.attackTitle), {
		body: [el("p", null, say(ours ? words.oursSays : words.attackSays)), reasonField()],
		confirm: say(ours ? words.ours : words.wasAttack),
		submit: async ({ reason }) => {
			await order("backup_settle", { name: repository.name, alarm: repository.alarm.id, ours, reason });
			change({});
		},
	});
}

function lastGood(alarm) {
	return el("p", { class: "last-good" }, icon("calm"), alarm.last_good
		? [say(words.lastGood), " ", snapshot(alarm.last_good.snapshot), " · ", time(alarm.last_good.at)]
		: say(words.noLastGood));
}

function examples(alarm) {
	const all = alarm.examples ?? [];

	return all.length > 0 && el("div", { class: "examples" },
		el("h4", null, say(words.alarmExamples)),
		el("ul", null, all.slice(0, SHOWN).map((one) => el("li", null, el("code", null, one)))),
		all.length > SHOWN && el("p", { class: "soft" }, say(words.andMore, { n: all.length - SHOWN })));
}

function alarmBox(repository) {
	const { alarm } = repository;

	return alarm && el("section", { class: "alarm act", role: "alert" },
		el("h3", null, icon("act"), say(alarm.say) === say(repository.say) ? say(words.alarmWhy, { id: String(alarm.id) }) : say(alarm.say)),
		el("dl", { class: "facts inline" },
			known(alarm.share) && fact(say(words.changedShare), share(alarm.share, 1, "floor", 1)),
			known(alarm.confidence) && fact(say(words.howSure), say(words.sure, { n: alarm.confidence })),
			alarm.snapshot && fact(say(words.inSnapshot), snapshot(alarm.snapshot)),
			fact(say(words.since), whenAndAgo(alarm.opened))),
		(alarm.why ?? []).length > 0 && el("dl", { class: "facts" },
			alarm.why.map((one) => fact(say(one.key), el("bdi", null, one.value)))),
		examples(alarm), lastGood(alarm),
		el("p", { class: "soft" }, say(words.alarmMeans)),
		el("div", { class: "actions" },
			action("operator", say(words.ours), () => askSettle(repository, true)),
			action("operator", say(words.wasAttack), () => askSettle(repository, false), { main: true })));
}

function troubleBox(trouble) {
	return trouble && el("div", { class: "problem", role: "alert" },
		el("p", null, el("strong", null, say(trouble.say))),
		trouble.mend && el("p", null, say(trouble.mend)),
		trouble.said && el("p", { class: "soft" }, say(words.toolSaid), " ", el("code", null, say({ en: trouble.said, ja: trouble.said_ja ?? trouble.said }))));
}

/* --- what goes on, and what can be done */

function busyLine(repository, asked) {
	const { busy } = repository;

	if (!busy)
		return asked && el("p", { class: "soft", role: "status" }, say(words.jobAsked, { what: nameIn(words.backupEvents, asked) }));
	return el("div", { class: "busy", role: "status" },
		el("p", null, el("strong", null, nameIn(words.backupEvents, busy.what)), " ", busy.say && say(busy.say),
			known(busy.done) && ` ${share(busy.done, 1, "floor", 0)}`),
		el("progress", { max: 1, value: known(busy.done) ? busy.done : null, "aria-label": nameIn(words.backupEvents, busy.what) }),
		el("p", { class: "soft" }, say(words.since), " ", whenAndAgo(busy.since)));
}

function buttons(data, repository) {
	const disabled = !data.running || Boolean(repository.busy) || Object.hasOwn(data.asked, repository.name);
	const start = (what) => trying(async () => {
		await order("backup_do", { name: repository.name, what });
		data.asked[repository.name] = what;
		change({});
	});
	const job = (what) => action("operator", nameIn(words.jobs, what), start(what), { disabled });

	return el("div", { class: "actions" }, repository.run && job("run"), job("look"), job("verify"), job("drill"),
		repository.drill?.certificate && el("button", { type: "button", onclick: trying(async () =>
			showCertificate(repository.name, await ask("backup_certificate", { name: repository.name }))) }, say(words.certificate)));
}

function setsOf(repository) {
	const sets = repository.fresh?.sets ?? [];

	return sets.length > 0 && el("details", { class: "sets" },
		el("summary", null, say(words.setsOf, { n: sets.length })),
		table(say(words.setsOf, { n: sets.length }), [say(words.host), say(words.paths), say(words.newest), say(words.stateFilter)],
			sets.map((set) => [el("bdi", null, set.host), (set.paths ?? []).map((path) => el("div", null, el("code", null, path))),
				whenAndAgo(set.newest), yesOrNo(set.ok, words.proofStates.calm, words.proofStates.act)])));
}

function kinds(repository) {
	return el("p", { class: "soft kinds" },
		[repository.tool, nameIn(words.media, repository.media), say(repository.offsite ? words.offsite : words.onsite),
			repository.append_only && say(words.appendOnly), !repository.run && say(words.othersWrite)].filter(Boolean).join(" · "),
		repository.place && [" · ", el("code", null, repository.place)]);
}

export function repositoryCard(data, repository) {
	const look = Object.hasOwn(SIGNS, repository.state) ? SIGNS[repository.state] : "off";

	return el("article", { class: `repository ${look}`, "data-key": `repository-${repository.name}` },
		el("header", null,
			el("h2", null, el("bdi", null, repository.name)), sign(repository.state, words.backupStates, SIGNS)),
		el("p", { class: "sentence" }, say(repository.say)),
		kinds(repository),
		alarmBox(repository), troubleBox(repository.trouble),
		busyLine(repository, data.asked[repository.name]),
		proofs(repository),
		el("dl", { class: "facts inline" },
			fact(say(words.snapshots), number(repository.snapshots)),
			repository.next_run && fact(say(words.nextRun), time(repository.next_run)),
			repository.drill?.next && fact(say(words.nextDrill), time(repository.drill.next))),
		setsOf(repository),
		buttons(data, repository));
}
