/* accounts.js - who may come up to the tower; for administrators. */
import { ask, Failure, order } from "../api.js";
import { ask as askPerson, choice, field } from "../dialog.js";
import { el } from "../dom.js";
import { time } from "../format.js";
import { action, table, viewHead, whenAndAgo } from "../parts.js";
import { nameIn, say } from "../say.js";
import { change } from "../state.js";
import { words } from "../words.js";

const ROLES = ["viewer", "operator", "admin"];

async function load() {
	return (await ask("accounts")).accounts;
}

function roleField(chosen) {
	return field(say(words.role), choice("role", ROLES.map((role) =>
		[role, `${say(words.roles[role])} — ${say(words.roleHints[role])}`]), chosen));
}

export function nameField(autocomplete) {
	return field(say(words.name), el("input", { name: "name", required: true, autocomplete, autocapitalize: "none",
		spellcheck: "false", maxlength: 63 }));
}

/** Two fields of a password that is to be; `label`: what the first is called. */
export function passwordFields(label = words.password) {
	const input = (name) => el("input", { type: "password", name, required: true, autocomplete: "new-password", maxlength: 256 });

	return [field(say(label), input("password"), say(words.passwordHint)),
		field(say(words.passwordAgain), input("again"))];
}

/** Refuses two passwords that differ. */
export function samePasswords({ password, again }) {
	if (password !== again)
		throw new Failure(words.passwordsDiffer, "bad_request");
}

async function set(values) {
	samePasswords(values);
	await order("account_set", { name: values.name, role: values.role, password: values.password });
	change({ data: await load() });
}

function askAdd() {
	askPerson(say(words.addAccount), {
		body: [nameField("off"), roleField("viewer"), passwordFields()],
		confirm: say(words.addAccount),
		submit: set,
	});
}

function askChange(account) {
	askPerson(say(words.changeAccountTitle, { name: account.name }), {
		body: [roleField(account.role), passwordFields()],
		confirm: say(words.save),
		submit: (values) => set({ ...values, name: account.name }),
	});
}

function askRemove(account) {
	askPerson(say(words.removeAccount, { name: account.name }), {
		body: el("p", null, say(words.removeAccountSays)),
		confirm: say(words.remove),
		submit: async () => {
			await order("account_remove", { name: account.name });
			change({ data: await load() });
		},
	});
}

function row(account) {
	return [account.name, nameIn(words.roles, account.role), time(account.created),
		account.last_login ? whenAndAgo(account.last_login) : say(words.never),
		el("div", { class: "actions" },
			action("admin", say(words.changeAccount), () => askChange(account)),
			action("admin", say(words.remove), () => askRemove(account)))];
}

function draw(accounts) {
	return el("div", null,
		viewHead(say(words.accounts), say(words.accountsIntro), action("admin", say(words.addAccount), askAdd, { main: true })),
		table(say(words.accounts),
			[words.name, words.role, words.created, words.lastLogin, words.actions].map((word) => say(word)), accounts.map(row)));
}

export const accounts = { title: words.accounts, role: "admin", load, draw };
