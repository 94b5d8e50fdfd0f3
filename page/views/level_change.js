/* level_change.js - raising or lowering the level: nothing is set before it was shown what it changes. */
import { ask, order } from "../api.js";
import { ask as askPerson, lengthField, lengthOf, reasonField } from "../dialog.js";
import { el, fill } from "../dom.js";
import { number, time } from "../format.js";
import { levelName, levelSign, LEVELS, loading, problem, table } from "../parts.js";
import { say } from "../say.js";
import { words } from "../words.js";

function exampleList(examples) {
	return el("ul", null, examples.map((one) => el("li", null,
		el("bdi", null, one.who), " → ", el("bdi", null, one.whom), " · ", time(one.at))));
}

function weekPart(week) {
	return el("section", null,
		el("h3", null, say(words.lastWeek)),
		el("p", { class: "week-counts" }, say(words.weekCounts, { now: week.alarms_now, then: week.alarms_then })),
		el("p", null, say(week.say)),
		week.more.length > 0 && table(say(words.lastWeek),
			[say(words.alarms), say(words.before), say(words.after), say(words.examples)],
			week.more.map((one) => [say(one.title), number(one.now), number(one.then), exampleList(one.examples)])));
}

function changesPart(changes) {
	return el("section", null,
		el("h3", null, say(words.preview)),
		table(say(words.preview), [say(words.levelRow), say(words.before), say(words.after)],
			changes.map((one) => [say(one.what), say(one.now), el("strong", null, say(one.then))])));
}

/* Radios, one for each other level. */
function levelChoice(level, choose) {
	return el("fieldset", { class: "radios levels-radio" }, el("legend", null, say(words.newLevel)),
		LEVELS.map((name) => el("label", { class: "radio" },
			el("input", { type: "radio", name: "to", value: name, required: true, disabled: name === level.now,
				onchange: () => choose(name) }),
			levelSign(name), name === level.now && el("span", { class: "soft" }, say(words.current)))));
}

/** Asks for the new level, shows what it changes, and sets it; `took` gets the LEVEL. */
export function askLevel(level, took) {
	const shown = el("div", { class: "preview", "aria-live": "polite" }, el("p", { class: "soft" }, say(words.previewChoose)));
	const length = el("div", null, lengthField("72h"), el("p", { class: "hint" }, say(words.levelExpires)));
	let button = null, chosen = null;

	async function choose(name) {
		chosen = name;
		button.disabled = true;
		button.textContent = say(words.setTo, { level: levelName(name) });
		length.hidden = name === "normal";
		fill(shown, loading());
		try {
			const preview = await ask("level_preview", { to: name });

			if (chosen !== name)
				return; /* another one was chosen meanwhile */
			fill(shown, weekPart(preview.week), changesPart(preview.changes));
			button.disabled = false;
		} catch (error) {
			fill(shown, problem(error.text, () => choose(name)));
		}
	}

	const form = askPerson(say(words.changeLevel), {
		wide: true,
		body: [levelChoice(level, choose), length, reasonField(), shown],
		confirm: say(words.changeLevel),
		submit: async (values) => took(await order("level_set", { to: values.to, reason: values.reason,
			...(values.to === "normal" ? {} : lengthOf(values)) })),
	});
	button = form.querySelector("button.main");
	button.disabled = true;
}
