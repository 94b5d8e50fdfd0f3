/* shell.js - the frame around every view: brand, views, level, language, appearance, who is logged in. */
import { order } from "./api.js";
import { el } from "./dom.js";
import { time } from "./format.js";
import { icon } from "./icons.js";
import { levelSign, loading, problem, stateName, trying } from "./parts.js";
import { nameIn, say, speak, spoken } from "./say.js";
import { change, may, state } from "./state.js";
import { nextTheme, theme } from "./theme.js";
import { LINKED, viewOf } from "./views.js";
import { askPassword } from "./views/password.js";
import { words } from "./words.js";

function brand() {
	return el("a", { class: "brand", href: "#/now" },
		el("svg", { class: "mark", viewBox: "0 0 24 24", "aria-hidden": "true" },
			el("path", { d: "M4.5 7.2 12 2.2l7.5 5M7 7.5h10M8.2 7.5v3.2h7.6V7.5M9 10.7 6.2 21.8M15 10.7l2.8 11.1"
				+ "M8.2 14h7.6M7.3 17.8h9.4" }),
			el("path", { class: "mark-bell", d: "M12 4.6v2.2" })),
		el("span", null, "Hinomi ", el("span", { lang: "ja" }, "火の見")));
}

function viewLink(name) {
	const current = state.route.view === name || viewOf(state.route.view)?.parent === name;

	return el("li", null, el("a", { href: `#/${name}`, "aria-current": current ? "page" : null }, say(viewOf(name).title)));
}

function switchLanguage() {
	speak(spoken() === "ja" ? "en" : "ja");
	change({});
}

function switchTheme() {
	nextTheme();
	change({});
}

function themeButton() {
	const name = { auto: words.themeAuto, light: words.themeLight, dark: words.themeDark }[theme()];
	const label = say(words.theme, { theme: name });

	return el("button", { type: "button", class: "bare", title: label, "aria-label": label, onclick: switchTheme }, icon(theme()));
}

function languageButton() {
	return el("button", { type: "button", class: "bare", lang: spoken() === "ja" ? "en" : "ja", onclick: switchLanguage },
		say(words.language));
}

const signOut = trying(async () => {
	await order("logout");
	change({ session: null, status: null, level: null, data: null });
});

function person() {
	const { name, role } = state.session;

	return el("div", { class: "person" },
		el("p", { class: "soft" }, el("bdi", null, say(words.signedIn, { name, role: nameIn(words.roles, role) }))),
		el("button", { type: "button", class: "bare", onclick: askPassword }, say(words.changePassword)),
		el("button", { type: "button", class: "bare", onclick: signOut }, say(words.signOut)));
}

function rail() {
	const level = (state.level ?? state.status?.level)?.now;

	return el("header", { class: state.menu ? "rail open" : "rail" },
		brand(),
		state.status && el("a", { class: "rail-state", href: "#/now" }, stateName(state.status.answer.state)),
		el("button", { type: "button", class: "bare menu", "aria-expanded": String(state.menu), "aria-controls": "views",
			onclick: () => change({ menu: !state.menu }) },
		icon(state.menu ? "close" : "menu"), el("span", { class: "unseen" }, say(words.menu))),
		el("div", { class: "rail-inside", id: "views" },
			el("nav", { "aria-label": say(words.navigation) },
				el("ul", null, LINKED.filter((name) => may(viewOf(name).role ?? "viewer")).map(viewLink))),
			level && el("a", { class: "rail-level", href: "#/level" }, el("span", { class: "soft" }, say(words.level)), levelSign(level)),
			el("div", { class: "tools" }, languageButton(), themeButton()),
			person()));
}

function lostLine() {
	return el("div", { role: "status", class: "link" }, state.link === "lost"
		&& el("p", { class: "lost" }, say(words.lost, { at: time(state.lostAt, { seconds: true }).textContent })));
}

function inside(view) {
	if (!view)
		return el("div", null, el("h1", { tabindex: "-1" }, say(words.noSuchPage)));
	if (view.role && !may(view.role))
		return el("div", null, el("h1", { tabindex: "-1" }, say(view.title)),
			el("p", null, say(view.role === "admin" ? words.adminOnly : words.operatorOnly)));
	if (state.problem)
		return el("div", null, el("h1", { tabindex: "-1" }, say(view.title)),
			problem(state.problem, () => window.dispatchEvent(new HashChangeEvent("hashchange"))));
	return state.data ? view.draw(state.data, state.route) : loading();
}

function toContent(event) {
	event.preventDefault();
	document.getElementById("main").focus();
}

export function drawShell() {
	return el("div", { id: "page", class: "shell" },
		el("a", { class: "skip", href: "#main", onclick: toContent }, say(words.skip)),
		rail(),
		el("main", { id: "main", tabindex: "-1" }, lostLine(), problem(state.trouble),
			el("div", { class: "view", "data-key": `${state.route.view} ${state.route.id ?? ""}` }, inside(viewOf(state.route.view)))));
}

/** The frame of the pages before login. */
export function drawGate(content) {
	return el("div", { id: "page", class: "before" },
		el("header", { class: "gate-head" }, brand(), el("div", { class: "tools" }, languageButton(), themeButton())),
		el("main", { id: "main", tabindex: "-1" }, content));
}
