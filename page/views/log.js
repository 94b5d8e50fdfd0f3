/* log.js - every change that a person or an expiry made, newest first. */
import { ask } from "../api.js";
import { el } from "../dom.js";
import { time } from "../format.js";
import { table, trying, viewHead } from "../parts.js";
import { say } from "../say.js";
import { change } from "../state.js";
import { words } from "../words.js";

function load() {
	return ask("log", { limit: 50 });
}

async function older(data) {
	const answer = await ask("log", { limit: 50, before: data.log.at(-1).id });

	change({ data: { log: [...data.log, ...answer.log], more: answer.more } });
}

function draw(data) {
	return el("div", null,
		viewHead(say(words.log), say(words.logIntro)),
		data.log.length > 0
			? table(say(words.log), [say(words.at), say(words.who), say(words.what), say(words.reason)],
				data.log.map((one) => [time(one.at), one.user || say(words.nobody), say(one.what), one.reason || "–"]))
			: el("p", { class: "soft empty" }, say(words.noLog)),
		data.more && el("p", null, el("button", { type: "button", onclick: trying(() => older(data)) }, say(words.older))));
}

export const log = { title: words.log, load, draw };
