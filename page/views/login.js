/* login.js - who is there; and the first account, made with the one-time token. */
import { Failure, order } from "../api.js";
import { field } from "../dialog.js";
import { el } from "../dom.js";
import { tower } from "../icons.js";
import { problem } from "../parts.js";
import { say } from "../say.js";
import { change, state } from "../state.js";
import { words } from "../words.js";
import { nameField, passwordFields, samePasswords } from "./accounts.js";

let trouble = null; /* why it was refused, until the next try */
let busy = false;

async function tryEnter(event, submit) {
	event.preventDefault();
	const values = Object.fromEntries(new FormData(event.currentTarget).entries());

	trouble = null;
	busy = true;
	change({});
	try {
		await submit(values);
	} catch (error) {
		if (!(error instanceof Failure))
			throw error;
		trouble = error.text;
	} finally {
		busy = false;
		change({});
	}
}

function gate(title, intro, fields, confirm, submit) {
	return el("div", { class: "gate" },
		tower("calm"),
		el("div", null,
			el("h1", { tabindex: "-1" }, title),
			el("p", { class: "soft" }, intro),
			el("form", { onsubmit: (event) => tryEnter(event, submit) }, fields, problem(trouble),
				el("button", { type: "submit", class: "main", disabled: busy }, confirm))));
}

/** `entered(session)` is called when the keeper knows who it is. */
export function drawLogin(entered, ended) {
	return gate(say(words.login), say(ended ? words.sessionEnded : words.loginIntro), [
		nameField("username"),
		field(say(words.password), el("input", { type: "password", name: "password", required: true,
			autocomplete: "current-password", maxlength: 256 })),
	], say(words.login), async ({ name, password }) => entered(await order("login", { name, password })));
}

export function drawSetup(entered) {
	return gate(say(words.setup), say(words.setupIntro), [
		field(say(words.token), el("input", { name: "token", required: true, autocomplete: "off", autocapitalize: "none",
			spellcheck: "false", value: state.route.query.token ?? "" })),
		nameField("username"),
		passwordFields(),
	], say(words.setupDo), async (values) => {
		samePasswords(values);
		entered(await order("setup", { token: values.token, name: values.name, password: values.password }));
	});
}
