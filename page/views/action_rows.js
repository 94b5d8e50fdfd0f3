/* action_rows.js - countermeasures as rows: what in plain words, how it goes, and what can be done about it. */
import { actionWhat, effectSay, handName, isLive, isSuggested } from "../countermeasure.js";
import { el } from "../dom.js";
import { ago, bytes, length, number, packets, time } from "../format.js";
import { action as button, fact } from "../parts.js";
import { nameIn, say } from "../say.js";
import { words } from "../words.js";
import { askAccept, askUndo } from "./action_dialogs.js";

const NOT_DONE = ["refused", "failed"];

function flagsOf(one) {
	return el("span", { class: "flags" },
		el("span", { class: isLive(one) ? "flag going" : "flag" }, nameIn(words.measureStates, one.state)),
		el("span", { class: "flag" }, nameIn(words.verbs, one.verb)),
		one.automatic && el("span", { class: "flag" }, say(words.automatic)),
		isLive(one) && one.hits?.known > 0 && el("span", { class: "flag hurts" }, say(words.hurts)),
		one.rehearse && el("span", { class: "flag" }, say(words.rehearsal)));
}

function hitFacts({ hits, state }) {
	if (!hits || state === "suggested" || NOT_DONE.includes(state))
		return [];
	return [state === "active" && fact(say(words.hitsNow), el("strong", { class: "pace" }, packets(hits.pps))),
		fact(say(words.hits), say(words.packetsAndBytes, { n: hits.packets, bytes: bytes(hits.bytes) })),
		fact(say(words.knownHits), el("span", { class: hits.known > 0 ? "dropped" : null }, number(hits.known)))];
}

function timeFacts(one) {
	if (isSuggested(one))
		return [];
	if (!isLive(one))
		return [fact(say(words.since), time(one.from)), fact(say(words.to), time(one.until))];
	return [fact(say(words.since), time(one.from, { seconds: true }), el("span", { class: "soft" }, ` (${ago(one.from)})`)),
		fact(say(words.endsIn), length((new Date(one.until) - Date.now()) / 1000))];
}

function factsOf(one, withIncident) {
	return el("dl", { class: "facts inline" },
		hitFacts(one),
		one.verb === "limit" && fact(say(words.limitTo), packets(one.limit)),
		timeFacts(one),
		fact(say(words.hand), handName(one.hand)),
		one.owner && fact(say(words.owner), el("bdi", null, one.owner)),
		one.reason && fact(say(words.reason), el("bdi", null, one.reason)),
		withIncident && one.incident && fact(say(words.rowIncident),
			el("a", { href: `#/incidents/${encodeURIComponent(one.incident)}` }, say(words.incidentNumber, { n: one.incident }))));
}

function row(one, withIncident) {
	return el("li", { "data-key": `action-${one.id}`, class: isLive(one) || isSuggested(one) ? "holds" : "over" },
		el("div", null,
			flagsOf(one), actionWhat(one),
			one.trouble && el("p", { class: NOT_DONE.includes(one.state) ? "problem" : null }, say(one.trouble)),
			one.effect && !NOT_DONE.includes(one.state) && el("p", null, el("span", { class: "soft" }, `${say(words.effect)}: `), effectSay(one)),
			factsOf(one, withIncident)),
		el("div", { class: "actions" },
			isSuggested(one) && button("operator", say(words.accept), () => askAccept(one), { main: true }),
			isSuggested(one) && button("operator", say(words.decline), () => askUndo(one)),
			isLive(one) && button("operator", say(words.undo), () => askUndo(one))));
}

/** A list of them; `withIncident`: each names the incident that it belongs to. */
export function actionRows(list, { withIncident = true } = {}) {
	return el("ul", { class: "plans countermeasures" }, list.map((one) => row(one, withIncident)));
}
