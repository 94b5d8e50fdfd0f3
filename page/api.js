/* api.js - operations of the keeper, over HTTP. Every failure is a Failure with a text for people. */
import { change, state } from "./state.js";
import { words } from "./words.js";

export class Failure extends Error {
	constructor(text, code) {
		super(text.en);
		this.text = text;
		this.code = code;
	}
}

async function answerOf(response) {
	let answer = null;

	try {
		answer = await response.json();
	} catch {
		throw new Failure(words.noAnswer, "failed");
	}
	if (response.status === 401 && state.session)
		change({ session: null });
	if (!answer.ok)
		throw new Failure(answer.error ?? words.noAnswer, answer.code);
	return answer.data;
}

async function send(path, options) {
	let response = null;

	try {
		response = await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
	} catch {
		throw new Failure(words.noAnswer, "failed");
	}
	return answerOf(response);
}

/** An operation that only reads. Arguments that are null or empty are left out. */
export function ask(operation, args = {}) {
	const given = Object.entries(args).filter(([, value]) => value !== null && value !== undefined && value !== "");
	const query = new URLSearchParams(given).toString();

	return send(`/api/${operation}${query ? `?${query}` : ""}`, {});
}

/** An operation that changes something. */
export function order(operation, args = {}) {
	return send(`/api/${operation}`, {
		method: "POST",
		headers: { "Content-Type": "application/json", "X-CSRF-Token": state.session?.csrf ?? "" },
		body: JSON.stringify(args),
	});
}
