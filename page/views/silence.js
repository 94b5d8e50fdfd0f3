/* silence.js - the question before something is silenced: how much, why, how long, and what it hides. */
import { ask, order } from "../api.js";
import { ask as askPerson, lengthField, lengthOf, reasonField } from "../dialog.js";
import { el, fill } from "../dom.js";
import { incidentRows, loading, partiesOf, problem } from "../parts.js";
import { say } from "../say.js";
import { words } from "../words.js";

const SHOWN = 3; /* of those that would be hidden */

/* Open incidents that it would hide, besides those that are hidden already. */
async function hidden(incident, breadth) {
	const { incidents } = await ask("incidents", { state: "open", rule: incident.rule, limit: 200 });
	const { who, whom } = partiesOf(incident);

	return incidents.filter((one) => {
		const other = partiesOf(one);

		return !one.silenced && other.who === who && (breadth === "rule_source" || other.whom === whom);
	});
}

async function showHidden(node, incident, breadth) {
	fill(node, loading());
	try {
		const all = await hidden(incident, breadth);

		fill(node, el("p", null, say(words.silenceHides, { n: all.length })), incidentRows(all.slice(0, SHOWN)));
	} catch (error) {
		fill(node, problem(error.text));
	}
}

function breadthField(incident, show) {
	const parties = partiesOf(incident);
	const one = (value, text, checked) => el("label", { class: "radio" },
		el("input", { type: "radio", name: "breadth", value, checked, onchange: () => show(value) }),
		el("span", null, say(text, { rule: incident.rule, ...parties })));

	return el("fieldset", { class: "radios" }, el("legend", null, say(words.silenceWhat)),
		one("this", words.silenceThis, true), one("rule_source", words.silenceSource, false));
}

/** Asks, and silences; `done` is called afterwards. */
export function askSilence(incident, done) {
	const hides = el("div", { class: "hides", "aria-live": "polite" });
	const show = (breadth) => showHidden(hides, incident, breadth);

	show("this");
	askPerson(say(words.silenceTitle), {
		body: [breadthField(incident, show), lengthField("72h"), reasonField(), hides],
		confirm: say(words.silence),
		submit: async (values) => {
			await order("silence", { id: incident.id, reason: values.reason, breadth: values.breadth, ...lengthOf(values) });
			await done();
		},
	});
}
