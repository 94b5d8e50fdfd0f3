/* icons.js - small signs, drawn. Each stands beside a word, so that neither colour nor sign tells alone. */
import { el } from "./dom.js";

const PATHS = {
	calm: "M5 12.5l4.5 4.5L19 7.5",
	look: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z",
	act: "M6 17c1-1.3 1.5-3 1.5-6.5a4.5 4.5 0 0 1 9 0c0 3.5.5 5.2 1.5 6.5zM10.5 20h3M12 3.5v2.5M3.5 8.5c.3-1.5 1-2.8 2-3.8M20.5 8.5c-.3-1.5-1-2.8-2-3.8",
	blind: "M2.5 12S6 5.5 12 5.5c1.4 0 2.7.4 3.8 1M18.7 8.7c1.8 1.6 2.8 3.3 2.8 3.3S18 18.5 12 18.5c-1.4 0-2.7-.4-3.8-1M5.3 15.3C3.5 13.7 2.5 12 2.5 12M4 20 20 4",
	off: "M7 12h10",
	menu: "M4 7h16M4 12h16M4 17h16",
	close: "M6 6l12 12M18 6 6 18",
	light: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
	dark: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
	auto: "M12 3.5a8.5 8.5 0 1 0 0 17zM12 3.5a8.5 8.5 0 0 1 0 17",
	down: "M12 4v11M7 11l5 5 5-5M5 20h14",
	back: "M14.5 6l-6 6 6 6",
	fresh: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
	whole: "M4 7.5 12 3.5l8 4v9l-8 4-8-4zM4 7.5l8 4 8-4M12 11.5v9",
	proven: "M20 12a8 8 0 1 1-2.4-5.7M20 3.5v3.3h-3.3M8.5 12l2.5 2.5 4.5-4.8",
	link: "M9 6l6 6-6 6",
};

export function icon(name) {
	return el("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", "data-icon": name },
		el("path", { d: PATHS[name] }));
}

/* How much of a disc is filled tells a severity, from an empty ring to a full disc. */
const FILLED = { info: 0, notice: 0.25, warning: 0.5, high: 0.75, critical: 1 };

export function disc(severity) {
	const part = FILLED[severity] ?? 0;
	const angle = 2 * Math.PI * part;
	const x = 12 + 9 * Math.sin(angle), y = 12 - 9 * Math.cos(angle);

	return el("svg", { class: "icon disc", viewBox: "0 0 24 24", "aria-hidden": "true" },
		el("circle", { cx: 12, cy: 12, r: 9 }),
		part === 1 && el("circle", { class: "full", cx: 12, cy: 12, r: 9 }),
		part > 0 && part < 1 && el("path", { class: "full", d: `M12 12V3A9 9 0 ${part > 0.5 ? 1 : 0} 1 ${x} ${y}z` }));
}

/** Four steps, as many filled as the level is high. */
export function steps(level) {
	return el("svg", { class: "icon steps", viewBox: "0 0 24 24", "aria-hidden": "true" },
		[0, 1, 2, 3].map((step) => el("rect", { class: step <= level ? "full" : null,
			x: 2 + step * 5.4, y: 16 - step * 4, width: 3.8, height: 5 + step * 4, rx: 0.8 })));
}

/** The fire-watch tower: its lamp and bell have the colour of the answer; in need the bell swings. */
export function tower(state) {
	return el("svg", { class: `tower ${state}`, viewBox: "0 -60 320 390", "aria-hidden": "true" },
		el("g", { class: "town" },
			el("path", { d: "M0 318h320M8 318v-22M86 318v-22M0 299l20-13h54l20 13M14 286l8-6h50l8 6" }),
			el("path", { d: "M238 318v-18M306 318v-18M229 302l17-12h52l17 12M262 318v-10h20v10" }),
			el("path", { d: "M26 318v-12h14v12M56 310h14" })),
		el("g", { class: "frame" },
			el("path", { d: "M130 142 104 318M190 142l26 176M126 170h68M119 218h82M111 268h98" }),
			el("path", { class: "thin", d: "M126 170l75 48M194 170l-75 48M119 218l90 50M201 218l-90 50M111 268l105 50M209 268l-105 50" }),
			el("path", { d: "M118 142h84v-7h-84zM122 135v-17h76v17M122 126h76M141 135v-17M160 135v-17M179 135v-17" }),
			el("path", { d: "M128 118V72M192 118V72" }),
			el("path", { class: "roof", d: "M104 74q34-6 56-42q22 36 56 42zM160 32v-9" })),
		el("g", { class: "watchman" },
			el("circle", { cx: 178, cy: 97, r: 5.5 }),
			el("path", { d: "M168 118c0-10 4-14 10-14s10 4 10 14z" })),
		el("g", { class: "bell" },
			el("path", { d: "M146 74v6M138 100c2-2 2.5-5 2.5-9a5.5 5.5 0 0 1 11 0c0 4 .5 7 2.5 9zM146 100v4" })),
		el("g", { class: "ring" },
			el("path", { d: "M86 70c-6 12-6 30 0 42M70 60c-10 18-10 44 0 62M234 70c6 12 6 30 0 42M250 60c10 18 10 44 0 62" })));
}
