/* parts.js - what several views show: signs with their words, parties, rows of incidents, troubles. */
import { Failure } from "./api.js";
import { el } from "./dom.js";
import { about, ago, time } from "./format.js";
import { disc, icon, steps } from "./icons.js";
import { nameIn, say } from "./say.js";
import { change, may } from "./state.js";
import { words } from "./words.js";

export const LEVELS = ["normal", "guarded", "high", "severe"];
export const SEVERITIES = ["info", "notice", "warning", "high", "critical"];

export function severity(name) {
	const known = SEVERITIES.includes(name) ? name : "info";

	return el("span", { class: `severity ${known}` }, disc(known), say(words.severities[known]));
}

export function stateName(name) {
	const known = Object.hasOwn(words.states, name) ? name : "off";

	return el("span", { class: `state ${known}` }, icon(known), say(words.states[known]));
}

export function levelName(name) {
	return nameIn(words.levels, name);
}

export function levelSign(name) {
	return el("span", { class: "level-sign" }, steps(LEVELS.indexOf(name)), levelName(name));
}

function party(entity, count) {
	if (entity?.kind === "many" && count > 1)
		return say(words.manyAddresses, { n: about(count) });
	if (!entity || entity.kind === "none")
		return say(words.unknownParty);
	return typeof entity === "string" ? entity : entity.name;
}

/** Both parties as texts: who does it, against whom. */
export function partiesOf(incident) {
	return { who: party(incident.who, incident.sources), whom: party(incident.whom, incident.targets) };
}

/** Of a backup or a site: nobody is known to be on the other side. */
export function isAlone(incident) {
	return incident.who?.kind === "name" && incident.whom?.kind === "none";
}

export function parties(incident) {
	const { who, whom } = partiesOf(incident);

	return el("span", { class: "parties" }, el("bdi", null, who), !isAlone(incident) && [" → ", el("bdi", null, whom)]);
}

export function flags(incident) {
	return el("span", { class: "flags" },
		incident.state === "open" && (incident.ongoing
			? el("span", { class: "flag going" }, say(words.ongoing))
			: el("span", { class: "flag" }, say(words.ended))),
		incident.state === "closed" && el("span", { class: "flag" }, say(words.closed)),
		incident.acknowledged && el("span", { class: "flag" }, say(words.acknowledged)),
		incident.silenced && el("span", { class: "flag" }, say(words.silenced)));
}

function incidentRow(incident) {
	return el("li", { "data-key": `incident-${incident.id}` },
		el("a", { class: "incident-row", href: `#/incidents/${encodeURIComponent(incident.id)}` },
			severity(incident.severity),
			el("span", { class: "row-main" },
				el("strong", null, say(incident.title)), " ", parties(incident)),
			el("span", { class: "row-side" }, flags(incident),
				el("span", { class: "soft" }, time(incident.opened)))));
}

export function incidentRows(incidents) {
	return el("ul", { class: "rows" }, incidents.map(incidentRow));
}

/** What went wrong, next to what was tried. */
export function problem(text, again) {
	return text && el("div", { class: "problem", role: "alert" }, el("p", null, say(text)),
		again && el("button", { type: "button", onclick: again }, say(words.again)));
}

export function loading() {
	return el("p", { class: "soft loading" }, say(words.loading));
}

/** The head of a view: its name, a sentence on what it is for, and what can be done. */
export function viewHead(title, intro, ...actions) {
	return el("header", { class: "view-head" },
		el("div", null,
			el("h1", { tabindex: "-1" }, title),
			intro && el("p", { class: "soft intro" }, intro)),
		el("div", { class: "actions" }, actions));
}

export function section(title, ...children) {
	return el("section", null, el("h2", null, title), children);
}

export function fact(name, ...value) {
	return el("div", null, el("dt", null, name), el("dd", null, value));
}

/** A button for those who may; nothing for others. */
export function action(role, text, onclick, { main = false, disabled = false, note = null } = {}) {
	return may(role) && el("button", { type: "button", class: main ? "main" : null, disabled, title: note, onclick }, text);
}

/**
 * A table that becomes a list of cards on a phone: there each cell is preceded by its column's name.
 * `columns`: names; `rows`: lists of cells. The first cell of a row is its header.
 */
export function table(caption, columns, rows) {
	const head = columns.map((name) => el("th", { scope: "col", role: "columnheader" }, name));
	const line = (cells) => el("tr", { role: "row" }, cells.map((cell, i) => el(i === 0 ? "th" : "td", {
		scope: i === 0 ? "row" : null, role: i === 0 ? "rowheader" : "cell", "data-column": columns[i],
	}, el("div", null, cell))));

	return el("table", { class: "cards", role: "table" },
		el("caption", { class: "unseen" }, caption),
		el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, head)),
		el("tbody", { role: "rowgroup" }, rows.map(line)));
}

export function whenAndAgo(text) {
	return text && !Number.isNaN(Date.parse(text)) ? [time(text), el("span", { class: "soft" }, ` (${ago(text)})`)] : "–";
}

/** A listener that does `work`; what was refused is shown at the top of the view. */
export function trying(work) {
	return async (...given) => {
		change({ trouble: null });
		try {
			await work(...given);
		} catch (error) {
			if (!(error instanceof Failure))
				throw error;
			change({ trouble: error.text });
		}
	};
}
