/* level.js - the vigilance level: what each step changes, what was and what is planned. */
import { ask, order } from "../api.js";
import { ask as askPerson, choice, field, reasonField, timeField, utcOf } from "../dialog.js";
import { el } from "../dom.js";
import { time } from "../format.js";
import { steps } from "../icons.js";
import { action, levelName, levelSign, LEVELS, section, viewHead } from "../parts.js";
import { say } from "../say.js";
import { change, state } from "../state.js";
import { words } from "../words.js";
import { askLevel } from "./level_change.js";

const HOUR = 3600000;

async function load() {
	const level = await ask("level");

	change({ level });
	return level;
}

/* The level of `state` is what the stream renews; the view draws from there. */
function took(level) {
	change({ level });
}

function nowPart(level) {
	return el("section", { class: `level-now ${level.now}`, "aria-label": say(words.levelNow) },
		steps(LEVELS.indexOf(level.now)),
		el("div", null,
			el("p", { class: "level-name" }, levelName(level.now)),
			level.until && el("p", { class: "soft" }, say(words.until, { at: time(level.until).textContent })),
			level.reason && el("p", { class: "soft" }, el("bdi", null, level.reason), level.by && [" — ", level.by])));
}

function cell(level, row, column) {
	const mine = column.level === level.now;
	const value = column.rows.find((one) => one.key === row.key)?.value;

	return el("td", { role: "cell", class: mine ? "current" : null, "data-column": levelName(column.level) }, say(value));
}

function columnHead(level, column) {
	const mine = column.level === level.now;

	return el("th", { scope: "col", role: "columnheader", class: mine ? "current" : null, "aria-current": mine ? "true" : null },
		levelSign(column.level), mine && el("span", { class: "flag" }, say(words.current)));
}

function tablePart(level) {
	return section(say(words.levelTable), el("table", { class: "levels", role: "table" },
		el("caption", { class: "unseen" }, say(words.levelTable)),
		el("thead", { role: "rowgroup" }, el("tr", { role: "row" },
			el("th", { scope: "col", role: "columnheader" }, el("span", { class: "unseen" }, say(words.levelRow))),
			level.table.map((column) => columnHead(level, column)))),
		el("tbody", { role: "rowgroup" }, level.table[0].rows.map((row) => el("tr", { role: "row" },
			el("th", { scope: "row", role: "rowheader" },
				row.key === "response" ? el("a", { href: "#/actions" }, say(row.what)) : say(row.what)),
			level.table.map((column) => cell(level, row, column)))))));
}

function historyPart(level) {
	return section(say(words.history), level.history.length > 0
		? el("ol", { class: "timeline" }, level.history.map((step) => el("li", null, time(step.at),
			el("span", null, levelName(step.from), " → ", el("strong", null, levelName(step.to)),
				step.until && [" ", say(words.until, { at: time(step.until).textContent })],
				el("br"), el("span", { class: "soft" }, el("bdi", null, step.reason), " — ", step.by || say(words.nobody))))))
		: el("p", { class: "soft" }, say(words.noHistory)));
}

function askPlan() {
	const tomorrow = Date.now() + 24 * HOUR;

	askPerson(say(words.calendarAdd), {
		body: [field(say(words.newLevel), choice("to", LEVELS.slice(1).map((one) => [one, levelName(one)]), "guarded")),
			el("div", { class: "length" }, timeField(say(words.from), "from", new Date(tomorrow)),
				timeField(say(words.to), "until", new Date(tomorrow + 72 * HOUR))), reasonField()],
		confirm: say(words.calendarAdd),
		submit: async ({ to, from, until, reason }) =>
			took(await order("calendar_add", { to, from: utcOf(from), until: utcOf(until), reason })),
	});
}

function askRemove(plan) {
	askPerson(say(words.calendarRemove), {
		body: reasonField(),
		confirm: say(words.remove),
		submit: async ({ reason }) => took(await order("calendar_remove", { id: plan.id, reason })),
	});
}

function calendarPart(level) {
	return section(say(words.calendar),
		el("p", { class: "soft" }, say(words.calendarSays)),
		level.calendar.length > 0
			? el("ul", { class: "plans" }, level.calendar.map((plan) => el("li", null,
				el("div", null, levelSign(plan.to), el("p", null, time(plan.from), " – ", time(plan.until)),
					el("p", { class: "soft" }, el("bdi", null, plan.reason), " — ", plan.by)),
				action("operator", say(words.remove), () => askRemove(plan)))))
			: el("p", { class: "soft" }, say(words.noCalendar)),
		action("operator", say(words.calendarAdd), askPlan));
}

function draw() {
	const level = state.level;

	return el("div", { class: "level-view" },
		viewHead(say(words.level), say(words.levelIntro),
			action("operator", say(words.changeLevel), () => askLevel(level, took), { main: true })),
		nowPart(level), tablePart(level),
		el("div", { class: "halves" }, historyPart(level), calendarPart(level)));
}

export const level = { title: words.level, load, draw };
