/* theme.js - light, dark, or as the system: remembered. */

const KEPT = "hinomi.theme";
const THEMES = ["auto", "light", "dark"];

export function theme() {
	const kept = localStorage.getItem(KEPT);

	return THEMES.includes(kept) ? kept : "auto";
}

export function applyTheme() {
	if (theme() === "auto")
		delete document.documentElement.dataset.theme;
	else
		document.documentElement.dataset.theme = theme();
}

export function nextTheme() {
	localStorage.setItem(KEPT, THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length]);
	applyTheme();
}
