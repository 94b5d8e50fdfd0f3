/* password.js - the own password, by who knows the one so far. */
import { order } from "../api.js";
import { ask as askPerson, field } from "../dialog.js";
import { el } from "../dom.js";
import { listenAgain } from "../live.js";
import { say } from "../say.js";
import { change, state } from "../state.js";
import { words } from "../words.js";
import { passwordFields, samePasswords } from "./accounts.js";

/* Password managers look for the name beside it. */
function hiddenName() {
	return el("input", { name: "username", autocomplete: "username", value: state.session.name, readonly: true, hidden: true });
}

export function askPassword() {
	askPerson(say(words.changePassword), {
		body: [field(say(words.presentPassword), el("input", { type: "password", name: "old", required: true,
			autocomplete: "current-password", maxlength: 256 })), hiddenName(),
			passwordFields(words.newPassword), el("p", { class: "soft" }, say(words.passwordEnds))],
		confirm: say(words.changePassword),
		submit: async (values) => {
			samePasswords(values);
			change({ session: await order("password_set", { old: values.old, password: values.password }) });
			listenAgain();
			document.getElementById("news").textContent = say(words.passwordChanged);
		},
	});
}
