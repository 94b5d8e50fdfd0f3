/* now.js - the answer first, then what to do, then what is watched, the traffic, and what is open. */
import { ask } from "../api.js";
import { addTick, drawChart, mostOf, seriesOf, sumOf } from "../chart.js";
import { el } from "../dom.js";
import { bits, number, packets, time } from "../format.js";
import { icon, tower } from "../icons.js";
import { incidentRows, levelSign, loading, section, severity, SEVERITIES, stateName, trying } from "../parts.js";
import { nameIn, say, spoken } from "../say.js";
import { change, state } from "../state.js";
import { words } from "../words.js";

const SHOWN = 6; /* open incidents */
const STATES = ["calm", "look", "act", "blind"];
const PLACES = { mail: "mails", backups: "backups", sites: "sites" }; /* where more is told of a watch */
const SPANS = [[60, words.hour], [1440, words.day], [10080, words.week]];

const chart = { unit: "pps", minutes: 60, pointed: null };

async function load() {
	const [status, level, open, traffic] = await Promise.all([
		ask("status"), ask("level"), ask("incidents", { state: "open", limit: 50 }),
		ask("traffic", { minutes: chart.minutes }),
	]);

	change({ status, level });
	return { open: open.incidents, series: seriesOf(traffic) };
}

function todoItem(todo) {
	const inside = [severity(todo.severity), el("span", { class: "todo-say" }, say(todo.say))];

	return el("li", null, todo.incident
		? el("a", { href: `#/incidents/${encodeURIComponent(todo.incident)}` }, inside, icon("link"))
		: el("div", null, inside));
}

/* Nothing is on the list: that is good news on a calm day alone. */
function noTodo(answer) {
	if (answer === "calm")
		return say(words.nothingToDo);
	return answer === "blind" ? el("a", { href: "#/health" }, say(words.lookAtHealth))
		: el("a", { href: "#/incidents" }, say(words.lookAtIncidents));
}

function todoList(todos, answer) {
	return el("div", { class: "todo" },
		el("h2", null, say(words.next)),
		todos.length > 0 ? el("ol", null, todos.map(todoItem)) : el("p", null, noTodo(answer)));
}

function answerPart(status) {
	const known = STATES.includes(status.answer.state) ? status.answer.state : "blind";

	return el("section", { class: `answer ${known}`, "aria-labelledby": "answer" },
		el("div", { class: "answer-words" },
			el("p", { class: "question" }, say(words.question)),
			stateName(known),
			el("h1", { id: "answer", tabindex: "-1" }, say(status.answer.say)),
			el("p", { class: "soft as-of" }, say(words.asOf, { at: time(status.at, { seconds: true }).textContent }),
				" · ", el("a", { href: "#/level" }, levelSign(status.level.now)),
				status.level.until && [" ", say(words.until, { at: time(status.level.until).textContent })]),
			todoList(status.todo, known)),
		tower(known));
}

function tile(one) {
	const name = nameIn(words.watches, one.watch);

	return el("li", { class: `tile ${STATES.includes(one.state) ? one.state : "off"}` },
		el("h3", null, icon(STATES.includes(one.state) ? one.state : "off"),
			Object.hasOwn(PLACES, one.watch) ? el("a", { href: `#/${PLACES[one.watch]}` }, name) : name,
			one.open > 0 && el("span", { class: "count" }, number(one.open))),
		el("p", null, say(one.say)));
}

function tiles(all) {
	const watched = all.filter((one) => one.state !== "off");
	const off = all.filter((one) => one.state === "off").map((one) => nameIn(words.watches, one.watch));

	return section(say(words.watched),
		el("ul", { class: "tiles" }, watched.map(tile)),
		off.length > 0 && el("p", { class: "soft" },
			say(words.notWatched, { names: off.join(spoken() === "ja" ? "、" : ", ") })));
}

function rate(value) {
	return chart.unit === "pps" ? packets(value) : bits(value);
}

function segments(name, options, chosen, choose) {
	return el("fieldset", { class: "segments" }, el("legend", { class: "unseen" }, say(name)),
		options.map(([value, text]) => el("button", {
			type: "button", "aria-pressed": String(value === chosen), onclick: () => choose(value),
		}, say(text))));
}

async function chooseSpan(minutes) {
	chart.minutes = minutes;
	const traffic = await ask("traffic", { minutes });

	if (state.route.view === "now" && state.data && chart.minutes === minutes) {
		state.data.series = seriesOf(traffic);
		change({});
	}
}

function keyOf(series) {
	const at = chart.pointed ?? series.times.length - 1;
	const entry = (kind, word) => el("span", { class: `key ${kind}` }, say(word), " ",
		el("strong", null, rate(series[`${kind}_${chart.unit}`][at])));

	return el("p", { class: "keys" }, entry("in", words.incoming), entry("out", words.outgoing),
		chart.pointed !== null && el("span", { class: "soft" },
			time(new Date(series.times[at] * 1000).toISOString(), { seconds: true })));
}

function trafficPart(series) {
	const incoming = series[`in_${chart.unit}`], outgoing = series[`out_${chart.unit}`];
	const last = series.times.length - 1, dropped = sumOf(series.dropped);

	return el("section", { class: "traffic" },
		el("div", { class: "section-head" }, el("h2", null, say(words.traffic)),
			segments(words.unit, [["pps", words.unitPackets], ["bps", words.unitBits]], chart.unit, (unit) => {
				chart.unit = unit;
				change({});
			}),
			segments(words.span, SPANS, chart.minutes, trying(chooseSpan))),
		last >= 0 ? [
			keyOf(series),
			el("div", { id: "chart", "data-key": "chart", keep: true, role: "img",
				"aria-label": say(words.chartSays,
					{ in: rate(incoming[last]), out: rate(outgoing[last]), peak: rate(mostOf(incoming)) }) }),
			el("p", { class: dropped > 0 ? "dropped" : "soft" },
				say(dropped > 0 ? words.dropped : words.noneDropped, { n: dropped })),
		] : el("p", { class: "soft" }, say(words.noTraffic)));
}

function mostSevereFirst(a, b) {
	return SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || b.id - a.id;
}

function openPart(open) {
	const shown = open.filter((one) => !one.silenced).sort(mostSevereFirst).slice(0, SHOWN);

	return section(say(words.openIncidents),
		shown.length > 0 ? incidentRows(shown) : el("p", { class: "soft" }, say(words.noneOpen)),
		el("p", null, el("a", { href: "#/incidents" }, say(words.allIncidents))));
}

function draw(data) {
	return el("div", { class: "now" },
		answerPart(state.status), tiles(state.status.tiles), trafficPart(data.series), openPart(data.open));
}

/* After each drawing: the chart belongs to uPlot, and is told what is new. */
function drawn(data) {
	const node = document.getElementById("chart");
	const look = `${spoken()} ${document.documentElement.dataset.theme ?? ""} ${matchMedia("(prefers-color-scheme: dark)").matches}`;

	if (node)
		drawChart(node, data.series, chart.unit, look, (index) => {
			if (chart.pointed !== (index ?? null)) {
				chart.pointed = index ?? null;
				change({});
			}
		});
}

function hear(name, event, data) {
	if (name === "tick") {
		addTick(data.series, event);
	} else if (name === "incident") {
		data.open = data.open.filter((one) => one.id !== event.id);
		if (event.state === "open")
			data.open.push(event);
	}
	return data;
}

export const now = { title: words.now, load, draw: (data) => (state.status ? draw(data) : loading()), drawn, hear };
