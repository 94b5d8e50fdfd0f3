/* incident.js - one incident: what, why, what to do, and what people did about it. */
import { ask, order } from "../api.js";
import { ask as askPerson, field } from "../dialog.js";
import { el } from "../dom.js";
import { about, bits, bytes, length, packets, time } from "../format.js";
import { icon } from "../icons.js";
import { action, fact, flags, isAlone, levelName, parties, section, severity } from "../parts.js";
import { nameIn, say, sayAll } from "../say.js";
import { change, may, state } from "../state.js";
import { whyKey, whyValue } from "../why.js";
import { words } from "../words.js";
import { actionsPart, hearAction, loadActions, providerPart } from "./incident_actions.js";
import { askSilence } from "./silence.js";

const AGAIN = 1000; /* ms at least between two loads that events cause */

async function load(route) {
	const incident = await ask("incident", { id: route.id });

	return { ...incident, actions: await loadActions(incident) };
}

function isShown(id) {
	return state.route.view === "incident" && String(state.route.id) === String(id) && state.data;
}

/* What an operation answers has no timeline nor notes: the whole is asked for. */
async function reload(id) {
	const incident = await ask("incident", { id });

	if (isShown(id))
		change({ data: { ...incident, actions: state.data.actions } });
}

/* There is a new one: perhaps there are new filters, too. */
async function reloadActions(incident) {
	const actions = await loadActions(incident);

	if (isShown(incident.id))
		change({ data: { ...state.data, actions } });
}

function askAcknowledge(incident) {
	askPerson(say(words.acknowledge), {
		body: [el("p", null, say(words.acknowledgeSays)),
			field(say(words.noteIfAny), el("textarea", { name: "note", rows: 2, maxlength: 500 }))],
		confirm: say(words.acknowledge),
		submit: async ({ note }) => {
			await order("acknowledge", note ? { id: incident.id, note } : { id: incident.id });
			await reload(incident.id);
		},
	});
}

function askNote(incident) {
	askPerson(say(words.addNote), {
		body: field(say(words.note), el("textarea", { name: "text", rows: 4, required: true, maxlength: 2000 })),
		confirm: say(words.addNote),
		submit: async ({ text }) => {
			await order("annotate", { id: incident.id, text });
			await reload(incident.id);
		},
	});
}

function askClose(incident) {
	askPerson(say(words.closeTitle), {
		body: [el("p", null, say(words.closeSays)),
			field(say(words.reason), el("textarea", { name: "reason", rows: 2, required: true, maxlength: 500 }))],
		confirm: say(words.closeIncident),
		submit: async ({ reason }) => {
			await order("close", { id: incident.id, reason });
			await reload(incident.id);
		},
	});
}

function actions(incident) {
	if (incident.state !== "open")
		return null;
	return el("div", { class: "actions" },
		!incident.acknowledged && action("operator", say(words.acknowledge), () => askAcknowledge(incident), { main: true }),
		!incident.silenced && action("operator", say(words.silence), () => askSilence(incident, () => reload(incident.id))),
		action("operator", say(words.closeIncident), () => askClose(incident),
			{ disabled: incident.ongoing, note: incident.ongoing ? say(words.stillGoing) : null }));
}

/* Where more is told of what it is about. */
function placeLink(incident) {
	if (incident.rule.startsWith("backup_"))
		return el("p", null, el("a", { href: "#/backups" }, say(words.toBackups)));
	return incident.rule.startsWith("site_") && !/\?|\.\.\.$/.test(incident.who.name) /* a name that was cut names no site */
		&& el("p", null, el("a", { href: `#/sites/${encodeURIComponent(incident.who.name)}` }, say(words.toSite)));
}

function head(incident) {
	return el("header", { class: `incident-head ${incident.severity}` },
		el("p", { class: "kicker" }, severity(incident.severity),
			el("span", { class: "soft" }, say(words.incidentNumber, { n: incident.id })), flags(incident)),
		el("h1", { tabindex: "-1" }, say(incident.title)),
		el("p", { class: "parties" }, parties(incident)),
		isAlone(incident) ? placeLink(incident) : el("p", { class: "soft" }, nameIn(words.directions, incident.direction)),
		el("p", { class: "summary" }, say(incident.summary)),
		incident.group > 0 && el("p", { class: "soft" }, say(words.partOf)),
		incident.acknowledged && el("p", { class: "soft" }, say(words.acknowledgedBy,
			{ name: incident.acknowledged.by, at: time(incident.acknowledged.at).textContent })),
		actions(incident));
}

function todoPart(incident) {
	const steps = sayAll(incident.todo);

	return steps.length > 0 && el("section", { class: "advice" },
		el("h2", null, say(words.todoNow)),
		el("ol", null, steps.map((step) => el("li", null, step))));
}

function whyPart(incident) {
	return section(say(words.why), el("table", { class: "why" },
		el("caption", { class: "unseen" }, say(words.why)),
		el("thead", { class: "unseen" }, el("tr", null,
			el("th", { scope: "col" }, say(words.measure)), el("th", { scope: "col" }, say(words.value)))),
		el("tbody", null, incident.why.map(({ key, value }) =>
			el("tr", null, el("th", { scope: "row" }, whyKey(say(key))), el("td", null, whyValue(say(value))))))));
}

function seconds(incident) {
	return (new Date(incident.closed) - new Date(incident.opened)) / 1000;
}

function factsPart(incident) {
	return section(say(words.sizes), el("dl", { class: "facts" },
		fact(say(words.began), time(incident.opened, { seconds: true })),
		incident.peaked && fact(say(words.peaked), time(incident.peaked, { seconds: true })),
		fact(say(incident.ongoing ? words.lastSeen : words.endedAt), time(incident.closed, { seconds: true })),
		fact(say(words.lasted), length(seconds(incident))),
		(incident.peak_pps > 0 || incident.peak_bps > 0)
			&& fact(say(words.atPeak), say(words.both, { a: packets(incident.peak_pps), b: bits(incident.peak_bps) })),
		incident.packets > 0 && fact(say(words.inAll),
			say(words.packetsAndBytes, { n: incident.packets, bytes: bytes(incident.bytes) })),
		incident.sources > 1 && fact(say(words.sources), say(words.about, { n: about(incident.sources) })),
		incident.targets > 1 && fact(say(words.targets), say(words.about, { n: about(incident.targets) })),
		fact(say(words.howSure), say(words.sure, { n: incident.confidence })),
		fact(say(words.toldFrom), say(words.orHigher, { level: levelName(incident.level) })),
		fact(say(words.rule), el("code", null, incident.rule)),
		incident.attack.length > 0 && fact(say(words.attack), el("code", null, incident.attack.join(", "))),
		incident.evidence && fact(say(words.evidence), el("a", {
			href: `/evidence/${encodeURIComponent(incident.id)}.pcap`, download: `hinomi-${incident.id}.pcap`,
		}, icon("down"), " ", say(words.evidenceGet)))));
}

function timelinePart(incident) {
	return section(say(words.timeline), el("ol", { class: "timeline" }, incident.timeline.map((step) =>
		el("li", null, time(step.at, { seconds: true }),
			el("span", null, say(step.what), step.user && el("span", { class: "soft" }, ` — ${step.user}`))))));
}

function notesPart(incident) {
	return section(say(words.notes),
		incident.notes.length > 0
			? el("ul", { class: "notes" }, incident.notes.map((note) => el("li", null,
				el("p", null, note.text), el("p", { class: "soft" }, note.user, " · ", time(note.at)))))
			: el("p", { class: "soft" }, say(words.noNotes)),
		may("operator") && el("p", null, el("button", { type: "button", onclick: () => askNote(incident) }, say(words.addNote))));
}

function draw(incident) {
	return el("article", { class: "incident" },
		el("p", { class: "way-back" }, el("a", { href: "#/incidents" }, icon("back"), say(words.incidents))),
		head(incident),
		actionsPart(incident),
		el("div", { class: "halves" },
			el("div", null, todoPart(incident), whyPart(incident)),
			el("div", null, factsPart(incident), timelinePart(incident), notesPart(incident))),
		providerPart(incident));
}

const waiting = new Map(); /* what is to be loaded again, once */

function soon(work, id) {
	if (waiting.has(work))
		return;
	waiting.set(work, setTimeout(() => {
		waiting.delete(work);
		work(id).catch(() => {}); /* the next event, or the stream's return, asks again */
	}, AGAIN));
}

function hear(name, event, data, route) {
	if (name === "action" && !hearAction(data.actions, data.id, event))
		soon(reloadActions, data);
	if (name !== "incident" || event.id !== data.id)
		return data;
	soon(reload, route.id);
	return { ...data, ...event };
}

export const incident = { title: words.incidents, parent: "incidents", load, draw, hear };
