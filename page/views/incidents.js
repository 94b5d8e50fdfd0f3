/* incidents.js - the list of incidents, with filters that are part of the address. */
import { ask } from "../api.js";
import { el } from "../dom.js";
import { field, choice } from "../dialog.js";
import { incidentRows, partiesOf, SEVERITIES, trying, viewHead } from "../parts.js";
import { say } from "../say.js";
import { change, state } from "../state.js";
import { words } from "../words.js";

const STATES = ["open", "closed", "all"];

function filterOf(route) {
	const { state: wanted, severity, text } = route.query;

	return { state: STATES.includes(wanted) ? wanted : "open",
		severity: SEVERITIES.includes(severity) ? severity : "", text: text ?? "" };
}

async function load(route) {
	const answer = await ask("incidents", filterOf(route));

	return { incidents: answer.incidents, more: answer.more };
}

async function older(data, route) {
	const before = data.incidents.at(-1).id; // the server's order: by severity where they are open
	const answer = await ask("incidents", { ...filterOf(route), before });

	data.incidents.push(...answer.incidents);
	data.more = answer.more;
	change({});
}

let typing = null;

/* Replaced in the history, not added to it: "back" leaves the list. A field that leaves the page with its
 * view tells a change, too: nobody is to be called back for that. */
function filterBy(form) {
	if (state.route.view !== "incidents")
		return;
	const values = Object.entries(Object.fromEntries(new FormData(form).entries())).filter(([, value]) => value !== "");

	location.replace(`#/incidents?${new URLSearchParams(values)}`);
}

function filters(filter) {
	const typed = (event) => {
		clearTimeout(typing);
		typing = setTimeout(filterBy, 300, event.target.form);
	};

	return el("form", { class: "filters", role: "search", "aria-label": say(words.filter),
		onchange: (event) => filterBy(event.currentTarget),
		onsubmit: (event) => {
			event.preventDefault();
			filterBy(event.currentTarget);
		} },
	named("filter-state", words.stateFilter, choice("state", STATES.map((one) => [one, say(words[one])]), filter.state)),
	named("filter-severity", words.leastSeverity, choice("severity", [["", say(words.anySeverity)],
		...SEVERITIES.map((one) => [one, say(words.severities[one])])], filter.severity)),
	named("filter-text", words.textFilter, el("input", { type: "search", name: "text", value: filter.text,
		maxlength: 100, oninput: typed })));
}

/* Drawn again and again, so its ids are fixed. */
function named(id, label, input) {
	const made = field(say(label), input);

	input.id = id;
	made.querySelector("label").htmlFor = id;
	return made;
}

function draw(data, route) {
	return el("div", null,
		viewHead(say(words.incidents)),
		filters(filterOf(route)),
		data.incidents.length > 0 ? incidentRows(data.incidents) : el("p", { class: "soft empty" }, say(words.noneFound)),
		data.more && el("p", null, el("button", { type: "button", onclick: trying(() => older(data, route)) }, say(words.older))));
}

function fits(incident, filter) {
	const { who, whom } = partiesOf(incident);

	return (filter.state === "all" || incident.state === filter.state)
		&& (filter.severity === "" || SEVERITIES.indexOf(incident.severity) >= SEVERITIES.indexOf(filter.severity))
		&& (filter.text === "" || who.includes(filter.text) || whom.includes(filter.text));
}

function hear(name, event, data, route) {
	if (name !== "incident")
		return data;
	const at = data.incidents.findIndex((one) => one.id === event.id);

	if (!fits(event, filterOf(route)))
		data.incidents = data.incidents.filter((one) => one.id !== event.id);
	else if (at >= 0)
		data.incidents[at] = event;
	else
		data.incidents.unshift(event);
	return data;
}

export const incidents = { title: words.incidents, load, draw, hear };
