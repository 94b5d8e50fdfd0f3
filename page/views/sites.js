/* sites.js - the web sites that are watched: how many are well, those that are not, and all, to be looked through. */
import { anew } from "../anew.js";
import { ask } from "../api.js";
import { el } from "../dom.js";
import { number } from "../format.js";
import { icon } from "../icons.js";
import { problem, section, trying, viewHead } from "../parts.js";
import { nameIn, say } from "../say.js";
import { change, state } from "../state.js";
import { spark } from "../spark.js";
import { words } from "../words.js";
import { emptyPart } from "./backups.js";
import { sign } from "./repository.js";

/** How the page shows the states of sites. */
export const SIGNS = { good: "calm", slow: "look", warning: "look", down: "act", defaced: "act", unknown: "off" };
const STATES = ["good", "slow", "warning", "down", "defaced", "unknown"];
const PAGE = 100, MOST = 500, PAUSE = 3000; /* ms between two questions after events that name no site */

function filterOf(route) {
	return { state: STATES.includes(route.query.state) ? route.query.state : "", text: (route.query.text ?? "").slice(0, 100) };
}

function isSome(filter) {
	return Boolean(filter.state || filter.text.trim());
}

/* Of more than a page has room for, by their names, the worst are not to be those that are missing. */
async function askUnwell() {
	const unwell = await ask("sites", { state: "trouble", limit: PAGE });
	const worst = unwell.more ? await Promise.all(["defaced", "down"].map((name) => ask("sites", { state: name, limit: PAGE }))) : [];
	const all = [...worst, unwell].flatMap((answer) => answer.sites);

	return { ...unwell, sites: [...new Map(all.map((one) => [one.name, one])).values()] };
}

async function load(route, limit = PAGE) {
	const filter = filterOf(route);
	const [list, unwell] = await Promise.all([
		ask("sites", { ...filter, text: filter.text.trim(), limit }),
		isSome(filter) ? null : askUnwell(),
	]);

	return { ...list, unwell, filter };
}

/* As many as somebody has had shown already. */
const askAnew = anew("sites", (route) => load(route, Math.min(MOST, Math.max(PAGE, state.data?.sites?.length ?? 0))), PAUSE);

async function further(data) {
	const answer = await ask("sites", { ...data.filter, text: data.filter.text.trim(), limit: PAGE, after: data.sites.at(-1).name });

	data.sites.push(...answer.sites.filter((one) => !data.sites.some((other) => other.name === one.name)));
	data.more = answer.more;
	change({});
}

/** In milliseconds, or seconds when it is long. */
export function took(ms) {
	if (typeof ms !== "number" || !Number.isFinite(ms))
		return "–";
	return ms < 1000 ? say(words.milliseconds, { n: Math.round(ms) }) : say(words.secondsPart, { n: Math.round(ms / 10) / 100 });
}

/** Whether a look went well. */
export function answered(last) {
	return Boolean(last) && (!last.failed || last.failed === "done");
}

/* A state is what several looks agree on: where the last one failed, or was none for our own network, that is said. */
function isWell(site) {
	return site.state === "good" && answered(site.last) && !site.ours;
}

function row(site) {
	const look = Object.hasOwn(SIGNS, site.state) ? SIGNS[site.state] : "off";

	return el("li", { "data-key": `site-${site.name}` },
		el("a", { class: `site-row ${look}`, href: `#/sites/${encodeURIComponent(site.name)}` },
			sign(site.state, words.siteStates, SIGNS),
			el("span", { class: "row-main" }, el("strong", null, el("bdi", null, site.name)),
				el("span", { class: "soft" }, isWell(site) ? el("bdi", null, site.url) : say(site.say))),
			el("span", { class: "row-line" }, spark(site.series)),
			el("span", { class: "row-time" }, answered(site.last) && !site.ours ? took(site.last.ms?.total) : "–")));
}

function rows(sites) {
	return el("ul", { class: "rows" }, sites.map(row));
}

function urgentFirst(a, b) {
	return STATES.indexOf(b.state === "unknown" ? "good" : b.state) - STATES.indexOf(a.state === "unknown" ? "good" : a.state)
		|| (a.name < b.name ? -1 : 1);
}

/* --- how many are how */

function goTo(filter) {
	const given = Object.entries({ ...filter, text: filter.text.trim() }).filter(([, value]) => value !== "");

	location.replace(`#/sites${given.length > 0 ? `?${new URLSearchParams(given)}` : ""}`);
}

function count(name, n, filter) {
	const text = name === "" ? say(words.allSites) : nameIn(words.siteStates, name);

	return el("li", { class: name === "" ? null : SIGNS[name] }, el("button", { type: "button",
		"aria-pressed": String(filter.state === name), onclick: () => goTo({ ...filter, state: name }) },
	el("span", { class: "many" }, number(n)), el("span", { class: "of" }, name !== "" && icon(SIGNS[name]), text)));
}

function counts(all, filter) {
	return el("ul", { class: "counts", "aria-label": say(words.stateFilter) }, count("", all.sites ?? 0, filter),
		STATES.filter((name) => name === "good" || all[name] > 0 || filter.state === name).map((name) => count(name, all[name] ?? 0, filter)));
}

let typing = null;

function search(filter) {
	const answer = (form) => goTo({ ...filter, text: new FormData(form).get("text") });

	return el("form", { class: "filters site-search", role: "search", "aria-label": say(words.filter),
		onsubmit: (event) => {
			event.preventDefault();
			clearTimeout(typing);
			answer(event.currentTarget);
		} },
	el("div", { class: "field" }, el("label", { for: "sites-text" }, say(words.siteSearch)),
		el("input", { id: "sites-text", type: "search", name: "text", value: filter.text, maxlength: 100,
			oninput: (event) => {
				clearTimeout(typing);
				typing = setTimeout(answer, 300, event.target.form);
			} })));
}

function list(data) {
	return section(say(isSome(data.filter) ? words.sitesFound : words.allSites),
		data.sites.length > 0 ? rows(data.sites) : el("p", { class: "soft" }, say(words.noSuchSite)),
		data.more && el("p", null, el("button", { type: "button", onclick: trying(() => further(data)) }, say(words.furtherSites))));
}

function intro(data) {
	const pace = data.all?.per_second;

	return [say(words.sitesIntro), pace > 0 && [" ", say(words.sitesPace, { n: Math.round(pace * 10) / 10 })]];
}

function draw(data, route) {
	const filter = filterOf(route), none = !isSome(data.filter) && data.sites.length === 0;

	return el("div", { class: "sites" },
		viewHead(say(words.sites), intro(data)),
		!data.running && !none && problem(words.sitesStopped),
		data.all?.line?.ok === false && data.all.line.say && problem(data.all.line.say),
		none ? emptyPart(words.noSites, "hinomi site add https://www.example.jp/") : [
			data.all && counts(data.all, filter), search(filter),
			data.unwell?.sites.length > 0 && section(say(words.unwell), rows([...data.unwell.sites].sort(urgentFirst))),
			list(data)]);
}

function place(sites, site) {
	const at = sites.findIndex((one) => one.name === site.name);

	if (at >= 0)
		sites[at] = site;
	return at >= 0;
}

/* One that is in no list, or in the wrong one, comes with the next question. */
function hear(name, event, data, route) {
	const wanted = filterOf(route).state;

	if (name === "sites") {
		askAnew();
	} else if (name === "site") {
		const isIn = place(data.sites, event), wasUnwell = data.unwell && place(data.unwell.sites, event);

		if ((data.unwell && wasUnwell !== (event.state !== "good")) || (wanted && isIn && wanted !== event.state) || (!isIn && !data.more))
			askAnew();
	}
	return data;
}

export const sites = { title: words.sites, load, draw, hear };
