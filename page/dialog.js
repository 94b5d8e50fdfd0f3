/* dialog.js - a question on top of the view: fields, what the keeper says against it, and the answer. */
import { Failure } from "./api.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { problem } from "./parts.js";
import { say } from "./say.js";
import { words } from "./words.js";

let fields = 0;

/** A labelled field. `input`: the element; its hint is read with it. */
export function field(label, input, hint) {
	const id = `field-${++fields}`;

	input.id = id;
	if (hint) {
		input.setAttribute("aria-describedby", `${id}-hint`);
		hint = el("span", { class: "hint", id: `${id}-hint` }, hint);
	}
	return el("div", { class: "field" }, el("label", { for: id }, label), input, hint);
}

export function choice(name, options, chosen) {
	return el("select", { name }, options.map(([value, text]) =>
		el("option", { value, selected: value === chosen }, text)));
}

export function reasonField() {
	return field(say(words.reason), el("textarea", { name: "reason", rows: 2, required: true, maxlength: 500 }),
		say(words.reasonHint));
}

/* "2026-03-01T09:00" in the reader's zone, as such a field wants it. */
function localTime(date) {
	return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

export function timeField(label, name, date) {
	return field(label, el("input", { type: "datetime-local", name, required: true, value: localTime(date) }));
}

const LENGTHS = { "10m": [words.minutes, 10], "1h": [words.hours, 1], "4h": [words.hours, 4], "24h": [words.hours, 24],
	"72h": [words.days, 3], "7d": [words.days, 7], "30d": [words.days, 30] };
const USUAL = ["4h", "24h", "72h", "7d", "30d"];

/** For how long: some lengths, or until a chosen time. Its answer is read by lengthOf(). */
export function lengthField(chosen, offered = USUAL) {
	const until = timeField(say(words.untilWhen), "until", new Date(Date.now() + 7 * 86400000));
	const select = choice("for", [...offered.map((value) => [value, say(LENGTHS[value][0], { n: LENGTHS[value][1] })]),
		["until", say(words.untilChosen)]], chosen);
	const show = () => {
		until.hidden = select.value !== "until";
		until.querySelector("input").disabled = until.hidden;
	};

	select.onchange = show;
	show();
	return el("div", { class: "length" }, field(say(words.howLong), select), until);
}

/** {for: "72h"} or {until: RFC 3339}, from the values of a form. */
export function lengthOf(values) {
	return values.for === "until" ? { until: utcOf(values.until) } : { for: values.for };
}

export function utcOf(local) {
	return new Date(local).toISOString().replace(/\.\d+Z$/, "Z");
}

function valuesOf(form) {
	return Object.fromEntries(new FormData(form).entries());
}

async function tryAnswer(dialog, form, trouble, submit) {
	const button = form.querySelector("button.main");

	button.disabled = true;
	fill(trouble);
	try {
		if (await submit(valuesOf(form)) !== false)
			dialog.close();
	} catch (error) {
		if (!(error instanceof Failure))
			throw error;
		fill(trouble, problem(error.text));
	} finally {
		button.disabled = false;
	}
}

/**
 * Asks. `body`: the nodes between title and buttons; `confirm`: the words of the button;
 * `submit(values)`: does it, and throws a Failure when it was refused, which is shown here; when it returns
 * false, the question stays open; `leave`: the words of the button that does nothing.
 * Returns the form.
 */
export function ask(title, { body, confirm, submit, leave = words.cancel, wide = false }) {
	const trouble = el("div");
	const close = () => dialog.close();
	const form = el("form", { onsubmit: (event) => {
		event.preventDefault();
		tryAnswer(dialog, form, trouble, submit);
	} },
	el("div", { class: "dialog-body" }, body, trouble),
	el("div", { class: "dialog-buttons" },
		el("button", { type: "button", onclick: close }, say(leave)),
		el("button", { type: "submit", class: "main" }, confirm)));
	const id = `dialog-${++fields}`;
	const dialog = el("dialog", { class: wide ? "wide" : null, "aria-labelledby": id, onclose: () => dialog.remove() },
		el("header", null, el("h2", { id }, title),
			el("button", { type: "button", class: "bare", "aria-label": say(words.close), onclick: close }, icon("close"))),
		form);

	document.body.append(dialog);
	dialog.showModal();
	form.querySelector(":is(input, select, textarea):not(:disabled)")?.focus();
	return form;
}
