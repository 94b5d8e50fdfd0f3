/* countermeasure.js - an ACTION of the keeper in words: what it is, what it would do, whether it is in force. */
import { el } from "./dom.js";
import { share } from "./format.js";
import { nameIn, say } from "./say.js";
import { words } from "./words.js";

const LIVE = ["ordered", "active", "waiting"];

export function isLive(one) {
	return LIVE.includes(one.state);
}

export function isSuggested(one) {
	return one.state === "suggested";
}

/** It was, or could not be; what was only rehearsed never was. */
export function isPast(one) {
	return !isLive(one) && !isSuggested(one) && one.state !== "rehearsed";
}

export function handName(name) {
	return nameIn(words.handNames, name);
}

/* The attack is rounded down and the normal traffic up: nothing looks better than it is. */
export function effectSay(one) {
	const { attack = 0, attack_hit = 0, normal = 0, normal_hit = 0 } = one.effect ?? {};
	const values = { attack: share(attack_hit, attack, "floor"), normal: share(normal_hit, normal, "ceil") };

	if (attack > 0 && normal > 0)
		return say(one.verb === "drop" ? words.effectDrop : words.effectOther, values);
	if (attack > 0)
		return say(words.effectAttack, values);
	return normal > 0 ? say(words.effectNormal, values) : say(words.effectUnknown);
}

/** What it is: its words, then its filter as text. */
export function actionWhat(one) {
	return [el("p", { class: "action-say" }, say(one.say)),
		el("p", null, el("code", null, one.filter))];
}

/** Puts one that is new or has changed into the list, newest first. */
export function takeAction(list, one) {
	const at = list.findIndex((other) => other.id === one.id);

	if (at >= 0)
		list[at] = one;
	else
		list.unshift(one);
}
