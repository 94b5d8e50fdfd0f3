/* mails.js - mail that is held: what it is, why it is held, and who lets it go on or deletes it. */
import { ask, order } from "../api.js";
import { ask as askPerson, choice, reasonField } from "../dialog.js";
import { el } from "../dom.js";
import { bytes, number, time } from "../format.js";
import { action as button, fact, problem, section, severity, trying, viewHead, whenAndAgo } from "../parts.js";
import { nameIn, say } from "../say.js";
import { change } from "../state.js";
import { words } from "../words.js";

const PAGE = 50;
const STATES = ["held", "releasing", "released", "deleted", "expired", "all"];

async function load(route) {
	const state = STATES.includes(route.query.state) ? route.query.state : "held";
	const text = route.query.text ?? "";
	const answer = await ask("quarantine", { state, limit: PAGE, ...(text ? { text } : {}) });

	return { ...answer, state, text };
}

async function older(data) {
	const answer = await ask("quarantine", { state: data.state, limit: PAGE, before: data.mails.at(-1).id,
		...(data.text ? { text: data.text } : {}) });

	data.mails.push(...answer.mails.filter((one) => !data.mails.some((other) => other.id === one.id)));
	data.more = answer.more;
	change({});
}

/* Its place in the list, where it still belongs there. */
function take(data, mail) {
	const at = data.mails.findIndex((one) => one.id === mail.id);

	if (at >= 0)
		data.mails[at] = mail;
	else if (!data.text && (data.state === "all" || data.state === mail.state))
		data.mails.unshift(mail);
}

function shownMail(mail) {
	return el("div", { class: "hides" },
		el("p", null, el("strong", null, el("bdi", null, mail.subject || say(words.noSubject)))),
		el("p", { class: "soft" }, el("bdi", null, mail.author || mail.from || say(words.bounce)), " → ",
			el("bdi", null, mail.to.join(", "))));
}

function askChange(data, mail, op, { title, says, confirm }) {
	askPerson(say(title), {
		body: [shownMail(mail), el("p", null, say(says)), reasonField()],
		confirm: say(confirm),
		submit: async ({ reason }) => {
			take(data, await order(op, { id: mail.id, reason }));
			change({});
		},
	});
}

function findingItem(finding) {
	return el("li", null,
		el("p", null, severity(finding.severity), " ", say(finding.say)),
		el("p", { class: "soft" }, say(words.foundAt), ": ", el("bdi", null, finding.path),
			finding.attack && [" · ATT&CK ", el("code", null, finding.attack)]));
}

function findings(mail) {
	return mail.findings.length > 0 && el("details", null,
		el("summary", null, say(words.findingsOf, { n: mail.findings.length })),
		el("ul", { class: "findings" }, mail.findings.map(findingItem)));
}

function facts(mail) {
	return el("dl", { class: "facts inline" },
		fact(say(words.mailFrom), el("bdi", null, mail.from || say(words.bounce))),
		fact(say(words.mailTo), el("bdi", null, mail.to.join(", "))),
		mail.client && fact(say(words.mailClient), el("code", null, mail.client)),
		fact(say(words.since), whenAndAgo(mail.at)),
		mail.until && mail.state === "held" && fact(say(words.deletedOn), time(mail.until)),
		fact(say(words.mailScore), number(mail.score)),
		fact(say(words.size), bytes(mail.bytes)),
		mail.changed && fact(say(words.changedBy), el("bdi", null, mail.changed.by || say(words.theTower)), ", ", time(mail.changed.at)),
		mail.changed?.reason && fact(say(words.reason), el("bdi", null, say(mail.changed.reason))));
}

function row(data, mail) {
	const held = mail.state === "held";

	return el("li", { "data-key": `mail-${mail.id}`, class: held ? "holds" : "over" },
		el("div", null,
			el("span", { class: "flags" },
				el("span", { class: mail.state === "releasing" ? "flag going" : "flag" }, nameIn(words.mailStates, mail.state)),
				el("span", { class: mail.verdict === "malicious" ? "flag hurts" : "flag" }, nameIn(words.verdicts, mail.verdict))),
			el("p", { class: "action-say" }, el("bdi", null, mail.subject || say(words.noSubject))),
			mail.why && el("p", null, say(mail.why)),
			mail.trouble && problem(mail.trouble),
			facts(mail), findings(mail)),
		el("div", { class: "actions" },
			held && data.releases && button("operator", say(words.release), () => askChange(data, mail, "quarantine_release",
				{ title: words.releaseTitle, says: words.releaseSays, confirm: words.release })),
			held && button("operator", say(words.deleteMail), () => askChange(data, mail, "quarantine_delete",
				{ title: words.deleteTitle, says: words.deleteSays, confirm: words.deleteMail }))));
}

function goTo({ state, text }) {
	location.replace(`#/mails?${new URLSearchParams({ state, ...(text.trim() ? { text: text.trim() } : {}) })}`);
}

/* Drawn again and again, so its ids are fixed. */
function named(id, label, input) {
	input.id = id;
	return el("div", { class: "field" }, el("label", { for: id }, say(label)), input);
}

function search(data) {
	const answer = (form) => goTo(Object.fromEntries(new FormData(form).entries()));

	return el("form", { class: "filters", role: "search", "aria-label": say(words.filter),
		onchange: (event) => answer(event.currentTarget),
		onsubmit: (event) => {
			event.preventDefault();
			answer(event.currentTarget);
		} },
	named("mails-state", words.stateFilter, choice("state", STATES.map((name) => [name, nameIn(words.mailStates, name)]), data.state)),
	named("mails-text", words.mailSearch, el("input", { type: "search", name: "text", value: data.text, maxlength: 100 })));
}

function draw(data) {
	return el("div", null,
		viewHead(say(words.mails), [say(words.mailsIntro), " ", say(words.shelf, { n: data.held, bytes: bytes(data.bytes), most: bytes(data.bytes_max), days: data.days })]),
		!data.releases && el("p", { class: "soft" }, say(words.noRelease)),
		search(data),
		section(say(words.heldMails), data.mails.length > 0
			? el("ul", { class: "plans countermeasures mails" }, data.mails.map((mail) => row(data, mail)))
			: el("p", { class: "soft" }, say(data.text || data.state !== "held" ? words.noSuchMail : words.noMail)),
		data.more && el("p", null, el("button", { type: "button", onclick: trying(() => older(data)) }, say(words.older)))));
}

function hear(name, event, data) {
	if (name === "mail")
		take(data, event);
	return data;
}

export const mails = { title: words.mails, load, draw, hear };
