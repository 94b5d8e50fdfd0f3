/* exceptions.js - what is not told, why, and until when. */
import { ask, order } from "../api.js";
import { ask as askPerson, reasonField } from "../dialog.js";
import { el } from "../dom.js";
import { time } from "../format.js";
import { action, viewHead } from "../parts.js";
import { say } from "../say.js";
import { change } from "../state.js";
import { words } from "../words.js";

async function load() {
	return (await ask("exceptions")).exceptions;
}

function inForce(exception) {
	return !exception.ended && new Date(exception.until) > new Date();
}

function askEnd(exception) {
	askPerson(say(words.endExceptionTitle), {
		body: reasonField(),
		confirm: say(words.endException),
		submit: async ({ reason }) => {
			await order("exception_end", { id: exception.id, reason });
			change({ data: await load() });
		},
	});
}

function nameOf(party) {
	return (typeof party === "object" ? party?.name : party) || say(words.anyone);
}

function row(exception) {
	const holds = inForce(exception);

	return el("li", { class: holds ? "holds" : "over" },
		el("div", null,
			el("p", null, el("code", null, exception.rule), " ",
				el("span", { class: "parties" }, el("bdi", null, nameOf(exception.who)), " → ", el("bdi", null, nameOf(exception.whom)))),
			el("p", null, el("bdi", null, exception.reason)),
			el("p", { class: "soft" }, exception.by, " · ", time(exception.from), " – ", time(exception.ended || exception.until),
				" · ", say(words.matched, { n: exception.matched }))),
		el("div", { class: "row-side" }, el("span", { class: "flag" }, say(holds ? words.inForce : words.ended)),
			holds && action("operator", say(words.endException), () => askEnd(exception))));
}

function draw(exceptions) {
	return el("div", null,
		viewHead(say(words.exceptions), say(words.exceptionsIntro)),
		exceptions.length > 0 ? el("ul", { class: "plans" }, exceptions.map(row))
			: el("p", { class: "soft empty" }, say(words.noExceptions)));
}

export const exceptions = { title: words.exceptions, load, draw };
