/* main.js - begins the page: who is there, which view, what is new. */
import { ask, Failure } from "./api.js";
import { el, morph } from "./dom.js";
import { listen, stopListening } from "./live.js";
import { loading } from "./parts.js";
import { routeOf } from "./route.js";
import { nameIn, say, spoken } from "./say.js";
import { change, drawWith, may, state } from "./state.js";
import { drawGate, drawShell } from "./shell.js";
import { applyTheme } from "./theme.js";
import { viewOf } from "./views.js";
import { drawLogin, drawSetup } from "./views/login.js";
import { words } from "./words.js";

const CLOCK = 30000; /* ms between drawings for "3 min ago" alone */

let ended = false; /* a session was there and is over */
let focusWanted = false;
const offered = new Set(); /* ids of suggestions that were told of */
let known = null; /* ids of incidents that were told of; null: those open at the start are not known yet */

function tree() {
	if (state.session === undefined)
		return drawGate(loading());
	if (state.session === null)
		return drawGate(state.fresh ? drawSetup(enter) : drawLogin(enter, ended));
	return drawShell();
}

function titleOf() {
	const view = state.session && viewOf(state.route.view);
	const answer = state.session && state.status ? `${nameIn(words.states, state.status.answer.state)} · ` : "";

	return `${answer}${view ? `${say(view.title)} · ` : ""}Hinomi`;
}

function draw() {
	if (state.session === null && state.link !== "opening")
		leave();
	document.documentElement.lang = spoken();
	document.title = titleOf();
	morph(document.getElementById("page"), tree());
	if (state.session && state.data)
		viewOf(state.route.view)?.drawn?.(state.data);
	if (focusWanted && (state.data || state.problem || !state.session)) {
		focusWanted = false;
		document.querySelector("main h1")?.focus({ preventScroll: true });
		scrollTo(0, 0);
	}
}

function tell(text) {
	document.getElementById("news").textContent = text;
}

let loads = 0; /* only the answer to the last one is taken */

async function load() {
	const view = viewOf(state.route.view), mine = ++loads, route = state.route;

	if (!view || (view.role && !may(view.role)))
		return;
	try {
		const data = await view.load(route);

		if (mine === loads)
			change({ data, problem: null });
	} catch (error) {
		if (!(error instanceof Failure))
			throw error;
		if (mine === loads && state.session)
			change(state.data ? { trouble: error.text } : { problem: error.text });
	}
}

/* A question belongs to the view that asked it. */
function closeDialogs() {
	document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
}

function goTo() {
	const before = state.route, route = routeOf(location.hash);
	const same = before.view === route.view && before.id === route.id && state.data;

	focusWanted ||= !same;
	closeDialogs();
	change(same ? { route, trouble: null } : { route, data: null, problem: null, trouble: null, menu: false });
	if (state.session)
		load();
}

function announce(incident) {
	if (incident.state !== "open" || incident.silenced || !known || known.has(incident.id))
		return;
	known.add(incident.id);
	tell(say(words.newIncident, { title: incident.title, severity: nameIn(words.severities, incident.severity) }));
}

function announceAction(action) {
	if (action.state !== "suggested" || offered.has(action.id))
		return;
	offered.add(action.id);
	tell(say(words.newMeasure, { say: action.say }));
}

function hear(name, event) {
	if (name === "status")
		change({ status: event });
	else if (name === "level")
		change({ level: event });
	else if (name === "incident")
		announce(event);
	else if (name === "action")
		announceAction(event);
	const view = viewOf(state.route.view);
	if (state.data && view?.hear)
		change({ data: view.hear(name, event, state.data, state.route) });
}

/* The stream opened: what was missed meanwhile is asked for. */
async function streamOpened(mended) {
	if (mended)
		tell(say(words.mended));
	try {
		const [status, level, open] = await Promise.all([ask("status"), ask("level"), ask("incidents", { state: "open", limit: 200 })]);

		known = new Set([...known ?? [], ...open.incidents.map((one) => one.id)]);
		change({ status, level });
	} catch (error) {
		if (!(error instanceof Failure))
			throw error; /* the stream itself will tell that the tower is away */
	}
	if (mended)
		load();
}

/* A stream ends with its session, too: when there is none, or another one since, that is taken over. */
async function streamLost() {
	try {
		const session = await ask("session");

		if (state.session)
			change({ session: session.name ? session : null });
	} catch (error) {
		if (!(error instanceof Failure))
			throw error; /* the tower is away, as the page says already */
	}
}

function enter(session) {
	ended = false;
	focusWanted = true;
	change({ session, fresh: false, data: null, problem: null });
	if (state.route.view === "setup")
		location.replace("#/now");
	load();
	listen(hear, streamOpened, streamLost);
}

function leave() {
	ended = true;
	known = null;
	stopListening();
	closeDialogs();
}

async function begin() {
	try {
		const session = await ask("session");

		if (session.name)
			enter(session);
		else
			change({ session: null, fresh: session.setup === true });
	} catch (error) {
		if (!(error instanceof Failure))
			throw error;
		morph(document.getElementById("page"), el("div", { id: "page", class: "before" },
			el("main", { id: "main" }, el("p", { role: "alert" }, say(error.text)))));
		setTimeout(begin, 3000);
	}
}

applyTheme();
drawWith(draw);
change({ route: routeOf(location.hash) });
addEventListener("hashchange", goTo);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => change({}));
setInterval(() => change({}), CLOCK);
begin();
