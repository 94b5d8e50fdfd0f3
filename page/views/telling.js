/* telling.js - whom the tower tells, and whether it arrived. */
import { ask, order } from "../api.js";
import { el } from "../dom.js";
import { number } from "../format.js";
import { action, fact, problem, severity, viewHead } from "../parts.js";
import { say } from "../say.js";
import { change } from "../state.js";
import { words } from "../words.js";

async function load() {
	return { targets: (await ask("tellers")).targets, tested: {} };
}

/* What came of the test is shown beside its button. */
async function test(data, name) {
	try {
		await order("teller_test", { name });
		data.tested[name] = { ok: true };
	} catch (error) {
		data.tested[name] = { text: error.text };
	}
	change({});
}

function row(data, target) {
	const tested = data.tested[target.name];

	return el("li", null,
		el("div", null,
			el("h2", null, target.name, " ", el("span", { class: "soft" }, target.kind)),
			el("p", null, say(words.leastSeverity), " ", severity(target.least)),
			el("dl", { class: "facts inline" }, fact(say(words.sent), number(target.sent)),
				fact(say(words.queued), number(target.waiting)), fact(say(words.failed), number(target.failed))),
			target.last_error && el("p", { class: "problem" }, say(words.lastError, { error: target.last_error })),
			tested && (tested.ok ? el("p", { role: "status" }, say(words.testQueued, { name: target.name })) : problem(tested.text))),
		action("operator", say(words.test), () => test(data, target.name)));
}

function draw(data) {
	return el("div", null,
		viewHead(say(words.telling), say(words.tellingIntro)),
		data.targets.length > 0 ? el("ul", { class: "plans" }, data.targets.map((target) => row(data, target)))
			: el("div", { class: "empty" }, el("p", null, say(words.noTargets)), el("pre", { tabindex: "0" }, "systemctl reload hinomi")));
}

export const telling = { title: words.telling, role: "operator", load, draw };
