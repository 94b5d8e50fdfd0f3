/* backups.js - whether what is backed up can be restored: each repository, the copies of all, and what happened. */
import { anew } from "../anew.js";
import { ask } from "../api.js";
import { el } from "../dom.js";
import { length, number, time } from "../format.js";
import { problem, section, table, viewHead } from "../parts.js";
import { nameIn, say } from "../say.js";
import { words } from "../words.js";
import { repositoryCard, yesOrNo } from "./repository.js";

const PAUSE = 500; /* ms, in which several events are one question */
const EVENTS = 12; /* of the history, before the rest is folded away */

async function load() {
	return { ...await ask("backups"), asked: {} };
}

const askAnew = anew("backups", load, PAUSE);

function copiesLine(set) {
	return el("li", null,
		el("div", null,
			el("p", null, el("strong", null, el("bdi", null, set.what)), " "),
			el("p", null, say(words.copiesOf, { n: set.copies ?? 0 }), " · ", say(words.mediaOf, { n: set.media ?? 0 }), " · ",
				say(set.offsite ? words.oneElsewhere : words.noneElsewhere)),
			set.say && el("p", { class: "soft" }, say(set.say))),
		yesOrNo(set.ok, words.kept, words.notKept, "look"));
}

function copiesPart(all) {
	const sets = all?.sets ?? [];

	return sets.length > 0 && section(say(words.rule321),
		el("p", { class: "soft" }, say(words.rule321Says)),
		el("ul", { class: "plans copies" }, sets.map(copiesLine)));
}

function historyTable(events) {
	return table(say(words.backupHistory), [say(words.when), say(words.repository), say(words.what), say(words.outcome), say(words.took)],
		events.map((one) => [time(one.at), el("bdi", null, one.name ?? ""), nameIn(words.backupEvents, one.what),
			[Object.hasOwn(words.jobs, one.what) && yesOrNo(one.ok, words.wentWell, words.wentWrong),
				one.say && el("p", { class: "soft" }, say(one.say))],
			typeof one.seconds === "number" ? length(one.seconds) : "–"]));
}

function historyPart(all) {
	const events = all?.history ?? [];

	return events.length > 0 && section(say(words.backupHistory), historyTable(events.slice(0, EVENTS)),
		events.length > EVENTS && el("details", null, el("summary", null, say(words.earlier, { n: number(events.length - EVENTS) })),
			historyTable(events.slice(EVENTS))));
}

/** Nothing is watched: what to do about it. */
export function emptyPart(says, ...commands) {
	return el("div", { class: "empty" }, el("p", null, say(says)), el("pre", { tabindex: "0" }, commands.join("\n")));
}

/* The most urgent first. */
const ORDER = ["alarm", "bad", "warning", "unknown", "good"];

function sorted(repositories) {
	return [...repositories].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.name < b.name ? -1 : 1));
}

function draw(data) {
	const { repositories } = data;

	return el("div", { class: "backups" },
		viewHead(say(words.backups), say(words.backupsIntro)),
		!data.running && repositories.length > 0 && problem(words.backupsStopped),
		repositories.length > 0 ? sorted(repositories).map((one) => repositoryCard(data, one))
			: emptyPart(words.noBackups, "hinomi backup init"),
		copiesPart(data.all), historyPart(data.all));
}

function hear(name, event, data) {
	if (name === "backups") {
		askAnew();
	} else if (name === "backup") {
		const at = data.repositories.findIndex((one) => one.name === event.name);

		delete data.asked[event.name];
		if (at >= 0)
			data.repositories[at] = event;
		else
			data.repositories.push(event);
	}
	return data;
}

export const backups = { title: words.backups, load, draw, hear };
