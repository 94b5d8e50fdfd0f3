/* action_dialogs.js - before something is blocked or undone: what it would do, for how long, and why. */
import { order } from "../api.js";
import { actionWhat, effectSay, handName, isSuggested } from "../countermeasure.js";
import { ask as askPerson, choice, field, lengthField, lengthOf, reasonField } from "../dialog.js";
import { el, fill } from "../dom.js";
import { loading, problem } from "../parts.js";
import { say } from "../say.js";
import { words } from "../words.js";

const VERBS = ["drop", "limit", "syncookie", "blackhole"];
const HANDS = ["auto", "xdp", "nft", "bgp"];
const LENGTHS = ["10m", "1h", "4h", "24h", "72h", "7d"];
const USUAL = "1h";
const PATIENCE = 5000; /* ms for a rehearsal; the tower needs about one second */

let took = () => {}; /* gets what the keeper answered */
let rehearsal = null; /* what is being tried: {id, show} */
let heard = null; /* the last that the stream told of: it may come before the answer to who asked */

/** `taken(action)` is called with each that a dialog changed. */
export function takeActions(taken) {
	took = taken;
}

/** What the stream tells of a rehearsal is shown in the dialog that asked for it. */
export function hearRehearsal(action) {
	if (action.rehearse)
		heard = action;
	if (rehearsal?.id === action.id)
		rehearsal.show(action);
}

function reasonIfAny() {
	return field(say(words.reasonIfAny), el("textarea", { name: "reason", rows: 2, maxlength: 400 }));
}

function expected(action) {
	return el("div", { class: "hides" }, actionWhat(action),
		el("p", null, el("span", { class: "soft" }, `${say(words.effect)}: `), el("strong", null, effectSay(action))));
}

export function askAccept(action) {
	askPerson(say(words.acceptTitle), {
		body: [expected(action), lengthField(USUAL, LENGTHS), reasonIfAny()],
		confirm: say(words.accept),
		submit: async (values) => took(await order("action_accept", { id: action.id, ...lengthOf(values),
			...(values.reason ? { reason: values.reason } : {}) })),
	});
}

/** Takes back what is in force, or says no to what is suggested. */
export function askUndo(action) {
	const [title, says, confirm] = isSuggested(action) ? [words.declineTitle, words.declineSays, words.decline]
		: [words.undoTitle, words.undoSays, words.undo];

	askPerson(say(title), {
		body: [el("div", { class: "hides" }, actionWhat(action)), el("p", null, say(says)), reasonField()],
		confirm: say(confirm),
		submit: async ({ reason }) => {
			const { actions } = await order("unblock", { id: action.id, reason });

			actions.forEach(took);
		},
	});
}

/** `count` are in force; `done` is called afterwards. */
export function askUndoAll(count, done) {
	askPerson(say(words.undoAllTitle), {
		body: [el("p", null, say(words.undoAllSays, { n: count })), reasonField()],
		confirm: say(words.undoAll),
		submit: async ({ reason }) => {
			const { undone } = await order("undo_all", { reason });

			await done(undone);
		},
	});
}

function verbFields(hands) {
	const limit = field(say(words.limit), el("input", { type: "number", name: "limit", min: 1, max: 4294967295, value: 1000, required: true }));
	const verb = choice("verb", VERBS.map((name) => [name, `${say(words.verbs[name])} — ${say(words.verbHints[name])}`]), "drop");
	const hand = choice("hand", HANDS.map((name) => [name, handName(name)]), "auto");
	const show = () => {
		limit.hidden = verb.value !== "limit";
		limit.querySelector("input").disabled = limit.hidden;
	};

	for (const option of hand.options)
		option.disabled = hands.some(({ name, able }) => name === option.value && !able);
	verb.onchange = show;
	show();
	return [field(say(words.verb), verb), el("div", { class: "length" }, field(say(words.hand), hand), limit)];
}

/* What came of the rehearsal so far: its effect comes later, by an event, if it ever does (`over`: no longer). */
function showRehearsal(node, action, over = action.effect || action.trouble) {

	fill(node, el("h3", null, say(words.wouldDo)), actionWhat(action),
		action.trouble && el("p", { class: "problem" }, say(action.trouble)),
		over ? el("p", null, el("strong", null, effectSay(action))) : el("p", { class: "soft" }, say(words.effectWaits)));
}

function argumentsOf(values, incident) {
	return { what: values.what, verb: values.verb, hand: values.hand, reason: values.reason, ...lengthOf(values),
		...(values.verb === "limit" ? { limit: Number(values.limit) } : {}), ...(incident ? { incident } : {}) };
}

/**
 * Asks what is to be blocked. The first answer only rehearses it; what changes in the form afterwards has to
 * be rehearsed anew. `hands`: of the keeper; `incident`: the one that it is against, or null.
 */
export function askBlock(hands, incident) {
	const shown = el("div", { class: "preview", "aria-live": "polite" }, el("p", { class: "soft" }, say(words.rehearseFirst)));
	let rehearsed = null; /* the arguments that were */
	let waiting = null;

	const what = el("input", { name: "what", required: true, maxlength: 320, autocapitalize: "none", autocomplete: "off", spellcheck: "false" });
	const form = askPerson(say(words.blockTitle), {
		wide: true,
		body: [field(say(words.blockWhat), what, say(words.blockHint)), verbFields(hands), lengthField(USUAL, LENGTHS), reasonField(), shown],
		confirm: say(words.rehearse),
		submit: async (values) => {
			const wanted = argumentsOf(values, incident);

			if (rehearsed === JSON.stringify(wanted)) {
				took(await order("block", wanted));
				return true;
			}
			await rehearse(wanted);
			return false;
		},
	});
	const button = form.querySelector("button.main");

	async function rehearse(wanted) {
		fill(shown, loading());
		try {
			const action = await order("block", { ...wanted, rehearse: true });
			const mine = { id: action.id, show: (one) => {
				clearTimeout(waiting);
				showRehearsal(shown, one);
				waiting = setTimeout(() => rehearsal === mine && showRehearsal(shown, one, true), PATIENCE);
			} };

			rehearsal = mine;
			mine.show(heard?.id === action.id ? heard : action);
			rehearsed = JSON.stringify(wanted);
			button.textContent = say(words.blockDo);
		} catch (error) {
			fill(shown);
			throw error;
		}
	}

	form.addEventListener("input", () => {
		rehearsal = rehearsed = null;
		button.textContent = say(words.rehearse);
		fill(shown, el("p", { class: "soft" }, say(words.rehearseFirst)));
	});
}
