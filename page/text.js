/* text.js - texts that people take with them: into the clipboard, or as a file. */
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { say } from "./say.js";
import { words } from "./words.js";

const KINDS = { json: "application/json", txt: "text/plain", html: "text/html" };

function tell(text) {
	document.getElementById("news").textContent = say(text);
}

/* Where the browser forbids it, the text is at least chosen. */
async function copy(button, text) {
	try {
		await navigator.clipboard.writeText(text);
		tell(words.copied);
		button.lastChild.nodeValue = say(words.copied);
	} catch {
		getSelection().selectAllChildren(button.closest(".taken").querySelector("pre"));
		tell(words.copySelected);
	}
}

function save(text, name) {
	const address = URL.createObjectURL(new Blob([text], { type: `${KINDS[name.split(".").at(-1)]};charset=utf-8` }));

	el("a", { href: address, download: name }).click();
	URL.revokeObjectURL(address);
}

/** A button that saves the text as a file, without opening it. */
export function saveButton(label, text, file) {
	return el("button", { type: "button", onclick: () => save(text, file) }, icon("down"), label);
}

/** The text in a box, with buttons to copy and to save it; `label`: what it is. */
export function textBox(label, text, file) {
	return el("div", { class: "taken" },
		el("pre", { tabindex: "0", role: "region", "aria-label": label }, text),
		el("div", { class: "actions" },
			el("button", { type: "button", onclick: (event) => copy(event.currentTarget, text) }, say(words.copy)),
			saveButton(say(words.saveFile), text, file)));
}
