/* actions.js - countermeasures: what waits for a decision, what is in force, what can act, what never is blocked. */
import { ask } from "../api.js";
import { handName, isLive, isPast, isSuggested, takeAction } from "../countermeasure.js";
import { el } from "../dom.js";
import { icon } from "../icons.js";
import { action as button, section, table, trying, viewHead } from "../parts.js";
import { nameIn, say } from "../say.js";
import { change } from "../state.js";
import { words } from "../words.js";
import { askBlock, askUndoAll, hearRehearsal, takeActions } from "./action_dialogs.js";
import { actionRows } from "./action_rows.js";

const MOST = 200; /* of those in force, and of suggestions */
const PAGE = 50; /* of those before */

async function load() {
	const [live, suggested, all] = await Promise.all([ask("actions", { state: "live", limit: MOST }),
		ask("actions", { state: "suggested", limit: MOST }), ask("actions", { state: "all", limit: PAGE })]);
	const data = { list: [], hands: live.hands, never: live.never, acts: live.acts, moreLive: live.more,
		more: all.more, oldest: all.actions.at(-1)?.id ?? null, undone: null };

	for (const one of [...live.actions, ...suggested.actions, ...all.actions])
		takeAction(data.list, one);
	data.list.sort((a, b) => b.id - a.id);
	takeActions((one) => {
		takeAction(data.list, one);
		change({});
	});
	return data;
}

async function older(data) {
	const answer = await ask("actions", { state: "all", limit: PAGE, before: data.oldest });

	for (const one of answer.actions)
		if (!data.list.some((other) => other.id === one.id))
			data.list.push(one);
	Object.assign(data, { more: answer.more, oldest: answer.actions.at(-1)?.id ?? data.oldest });
	change({});
}

function undoAll(data, count) {
	askUndoAll(count, async (undone) => {
		change({ data: { ...await load(), undone } });
	});
}

function head(data, live) {
	return viewHead(say(words.measures), [say(words.measuresIntro), " ", say(data.acts ? words.actsItself : words.suggestsOnly), " ",
		el("a", { href: "#/level" }, say(words.level))],
	button("operator", say(words.block), () => askBlock(data.hands, null), { main: true }),
	live.length > 0 && button("operator", say(words.undoAll), () => undoAll(data, live.length)));
}

function listed(title, list, nothing, ...more) {
	return section(say(title), list.length > 0 ? actionRows(list) : el("p", { class: "soft" }, say(nothing)), more);
}

function able(hand) {
	return el("span", { class: `state ${hand.able ? "calm" : "look"}` }, icon(hand.able ? "calm" : "close"), say(hand.able ? words.able : words.notAble));
}

function handsPart(hands) {
	return section(say(words.hands), hands.length > 0
		? table(say(words.hands), [say(words.hand), say(words.stateFilter), say(words.whyAndMend)],
			hands.map((hand) => [handName(hand.name), able(hand), hand.why ? say(hand.why) : "–"]))
		: el("p", { class: "soft" }, say(words.noHands)));
}

function neverWhat(what) {
	const [, kind, name] = /^(address|gateway) of (.+)$/.exec(what) ?? [null, what, ""];

	return Object.hasOwn(words.neverWhats, kind) ? say(words.neverWhats[kind], { name }) : what || "–";
}

function neverPart(never) {
	return section(say(words.neverBlocked), el("p", { class: "soft" }, say(words.neverSays)), never.length > 0
		? table(say(words.neverBlocked), [say(words.address), say(words.kind), say(words.what)],
			never.map((one) => [el("code", null, one.prefix), nameIn(words.neverKinds, one.kind), el("bdi", null, neverWhat(one.what))]))
		: el("p", { class: "soft" }, say(words.noNever)));
}

function draw(data) {
	const suggested = data.list.filter(isSuggested), live = data.list.filter(isLive);
	const past = data.list.filter(isPast);

	return el("div", null,
		head(data, live),
		el("p", { role: "status", class: "soft" }, data.undone !== null && say(words.undone, { n: data.undone })),
		suggested.length > 0 && listed(words.suggestions, suggested, words.noSuggestions),
		listed(words.inForceNow, live, words.noneInForce, data.moreLive && el("p", { class: "soft" }, say(words.moreInForce))),
		handsPart(data.hands),
		listed(words.pastMeasures, past, words.noPast,
			data.more && el("p", null, el("button", { type: "button", onclick: trying(() => older(data)) }, say(words.older)))),
		neverPart(data.never));
}

function hear(name, event, data) {
	if (name !== "action")
		return data;
	hearRehearsal(event);
	takeAction(data.list, event);
	return data;
}

export const actions = { title: words.measures, load, draw, hear };
