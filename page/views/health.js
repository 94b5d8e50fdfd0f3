/* health.js - whether Hinomi itself is well: what it did not see comes first. */
import { ask } from "../api.js";
import { el } from "../dom.js";
import { bytes, number, share } from "../format.js";
import { icon } from "../icons.js";
import { fact, section, stateName, table, viewHead, whenAndAgo } from "../parts.js";
import { say } from "../say.js";
import { change, state } from "../state.js";
import { words } from "../words.js";

async function load() {
	change({ status: await ask("status") });
	return {};
}

function dropsPart(sensor) {
	const lost = sensor.kernel_dropped + sensor.ring_lost, all = sensor.packets + lost;

	return el("section", { class: `drops ${lost > 0 ? "look" : "calm"}` },
		el("h2", null, say(words.drops)),
		stateName(lost > 0 ? "look" : "calm"),
		el("p", { class: "big" }, lost > 0
			? say(words.dropsSome, { n: lost, all, share: share(lost, all, "ceil", 3) }) : say(words.dropsNone)),
		el("dl", { class: "facts" },
			fact(say(words.kernelDropped), number(sensor.kernel_dropped)),
			fact(say(words.ringLost), number(sensor.ring_lost))));
}

function running(is) {
	return el("span", { class: `state ${is ? "calm" : "act"}` }, icon(is ? "calm" : "close"), say(is ? words.runs : words.stopped));
}

function sensorPart(sensor) {
	return section(say(words.sensor), el("dl", { class: "facts" },
		fact(say(words.stateFilter), running(sensor.running)),
		fact(say(words.restarts), number(sensor.restarts)),
		fact(say(words.packetsSeen), number(sensor.packets)),
		fact(say(words.flows), el("meter", { min: 0, max: sensor.flows_max, value: sensor.flows,
			"aria-label": say(words.flows) }), say(words.ofMost, { n: sensor.flows, most: sensor.flows_max })),
		fact(say(words.oneWay), say(sensor.one_way ? words.yes : words.no))));
}

function processesPart(processes) {
	return section(say(words.processes), table(say(words.processes),
		[say(words.process), say(words.stateFilter), say(words.restarts), say(words.since), say(words.memory)],
		processes.map((one) => [one.name, running(one.running), number(one.restarts), whenAndAgo(one.since), bytes(one.rss)])));
}

function storePart(store) {
	return section(say(words.store), el("dl", { class: "facts" },
		fact(say(words.storeSize), bytes(store.bytes)),
		fact(say(words.oldest), whenAndAgo(store.oldest)),
		fact(say(words.waiting), number(store.waiting))));
}

function indexPart(index) {
	return section(say(words.index), index
		? el("dl", { class: "facts" }, fact(say(words.values), number(index.values)), fact(say(words.built), whenAndAgo(index.built)))
		: el("p", { class: "soft" }, say(words.noIndex)));
}

function clamdPart(clamd) {
	return clamd && section(say(words.clamd), el("dl", { class: "facts" },
		fact(say(words.stateFilter), el("span", { class: `state ${clamd.answers ? "calm" : "look"}` },
			icon(clamd.answers ? "calm" : "look"), say(clamd.answers ? words.clamdAnswers : words.clamdAway))),
		fact(say(words.since), whenAndAgo(clamd.since))),
	!clamd.answers && el("p", { class: "soft" }, say(words.clamdAwaySays)));
}

function boundsPart(bounds) {
	const reached = bounds.filter((one) => one.reached > 0);

	return section(say(words.bounds), reached.length > 0
		? el("dl", { class: "facts" }, reached.map((one) => fact(el("code", null, one.name), number(one.reached))))
		: el("p", { class: "soft" }, say(words.noBounds)));
}

function draw() {
	const health = state.status.health;

	return el("div", { class: "health" },
		viewHead(say(words.health), say(words.healthIntro)),
		dropsPart(health.sensor),
		el("div", { class: "halves" }, sensorPart(health.sensor),
			el("div", null, storePart(health.store), indexPart(health.index), clamdPart(health.clamd), boundsPart(health.bounds))),
		processesPart(health.processes),
		el("p", { class: "soft" }, `${say(words.version)} ${health.version} · ${say(words.since)} `, whenAndAgo(health.since)));
}

export const health = { title: words.health, load, draw };
