/* incident_actions.js - what is suggested and done against an incident, and what the provider needs to know of it. */
import { ask, Failure } from "../api.js";
import { isLive, isPast, isSuggested, takeAction } from "../countermeasure.js";
import { el } from "../dom.js";
import { action as button, problem, section } from "../parts.js";
import { nameIn, say } from "../say.js";
import { change } from "../state.js";
import { textBox } from "../text.js";
import { words } from "../words.js";
import { askBlock, hearRehearsal, takeActions } from "./action_dialogs.js";
import { actionRows } from "./action_rows.js";

const MOST = 200;
const EXPORTS = { nft: "nft.txt", flowspec: "flowspec.txt", bpf: "tcpdump.txt", xdp: "xdp.txt", dissector: "fingerprint.json" };

/* Filters are derived of floods alone, and not of every one. */
async function filtersOf(incident) {
	if (incident.rule !== "flood")
		return null;
	try {
		return await ask("filters", { incident: incident.id });
	} catch (error) {
		if (error instanceof Failure && error.code === "not_found")
			return null;
		throw error;
	}
}

/** {list, hands, filters}, or {trouble}: the incident itself can be shown without. */
export async function loadActions(incident) {
	try {
		const [answer, filters] = await Promise.all([ask("actions", { state: "all", incident: incident.id, limit: MOST }), filtersOf(incident)]);
		const found = { list: answer.actions, hands: answer.hands, filters };

		takeActions((one) => {
			takeAction(found.list, one);
			change({});
		});
		return found;
	} catch (error) {
		if (!(error instanceof Failure))
			throw error;
		return { list: [], hands: [], filters: null, trouble: error.text };
	}
}

/** Takes an ACTION of the stream; false: it is one of this incident that was not known before. */
export function hearAction(found, id, action) {
	hearRehearsal(action);
	if (action.incident !== id)
		return true;
	const known = found.list.some((one) => one.id === action.id);

	takeAction(found.list, action);
	return known;
}

/** What is suggested and in force, and what was; null: there is nothing to tell. */
export function actionsPart(incident) {
	const { list, hands, filters, trouble } = incident.actions;
	const present = [...list.filter(isSuggested), ...list.filter(isLive)], past = list.filter(isPast);
	const rows = (some) => actionRows(some, { withIncident: false });

	if (present.length + past.length === 0 && !filters && !trouble && incident.rule !== "flood")
		return null;
	return section(say(words.measures),
		trouble && problem(trouble),
		filters && el("p", { class: filters.good || filters.likely ? null : "problem" }, say(filters.say)),
		present.length > 0 && rows(present),
		present.length + past.length === 0 && !trouble && el("p", { class: "soft" }, say(words.noMeasures)),
		incident.state === "open" && !trouble && el("p", null, button("operator", say(words.block), () => askBlock(hands, incident.id))),
		past.length > 0 && el("details", { "data-key": "past" }, el("summary", null, say(words.pastCount, { n: past.length })), rows(past)));
}

function exportBox(incident, [name, content]) {
	const label = nameIn(words.exportNames, name);
	const text = typeof content === "string" ? content : JSON.stringify(content, null, "\t");

	return content && el("section", null, el("h3", null, label),
		textBox(label, text, `hinomi-${incident.id}-${Object.hasOwn(EXPORTS, name) ? EXPORTS[name] : "filter.txt"}`));
}

/** The text for the provider, and the filters as other programs read them; null: none were derived. */
export function providerPart(incident) {
	const filters = incident.actions.filters;

	return filters && section(say(words.forProvider),
		el("p", { class: "soft" }, say(words.forProviderSays)),
		textBox(say(words.forProvider), say(filters.upstream), `hinomi-${incident.id}-provider.txt`),
		el("details", { "data-key": "exports" }, el("summary", null, say(words.exports)),
			Object.entries(filters.exports).map((one) => exportBox(incident, one))));
}
