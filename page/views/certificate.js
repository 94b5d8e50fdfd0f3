/*
 * certificate.js - the certificate of a restore drill: to read, to print, and to take along.
 *
 * Its page is saved and not opened here: it is a document of its own, and this page runs nothing but its own files.
 */
import { ask as askPerson } from "../dialog.js";
import { el } from "../dom.js";
import { time } from "../format.js";
import { say, spoken } from "../say.js";
import { saveButton } from "../text.js";
import { words } from "../words.js";

export function showCertificate(name, certificate) {
	const file = `certificate-${name.replace(/[^\w-]/g, "_")}`;
	const page = certificate.page?.[spoken()];

	askPerson(say(words.certificateOf, { name }), {
		wide: true,
		body: [
			el("p", { class: "soft" }, time(certificate.at), " · ", say(words.certificateSays)),
			el("pre", { class: "certificate", tabindex: "0", role: "region", "aria-label": say(words.certificate) }, say(certificate.text)),
			el("div", { class: "actions" },
				saveButton(say(words.saveText), say(certificate.text), `${file}.txt`),
				saveButton(say(words.saveJson), certificate.json, `${file}.json`),
				page && saveButton(say(words.savePage), page, `${file}.html`)),
		],
		leave: words.close,
		confirm: say(words.print),
		submit: () => {
			window.print();
			return false;
		},
	});
}
