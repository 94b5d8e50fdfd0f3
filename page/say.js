/* say.js - the chosen language, and texts in it. A text for people is {en, ja}; one from outside is a string. */

const KEPT = "hinomi.language";
const LANGUAGES = ["en", "ja"];

function firstLanguage() {
	const kept = localStorage.getItem(KEPT);

	if (LANGUAGES.includes(kept))
		return kept;
	return navigator.language.startsWith("ja") ? "ja" : "en";
}

let language = firstLanguage();

export function spoken() {
	return language;
}

export function speak(wanted) {
	language = wanted;
	localStorage.setItem(KEPT, wanted);
}

/* English says one of a thing in another way than several: such a text is [one, several]. */
function form(text, values) {
	return Array.isArray(text) ? text[values.n === 1 ? 0 : 1] : text;
}

/** `text` in the chosen language, its {names} replaced by `values`; numbers are written as people do. */
export function say(text, values = {}) {
	if (text === null || text === undefined)
		return "";
	if (typeof text !== "object")
		return String(text);
	return form(text[language] ?? text.en ?? "", values).replace(/\{(\w+)\}/g, (all, name) => {
		const value = values[name];

		if (typeof value === "number")
			return value.toLocaleString(language);
		return value === undefined ? all : say(value);
	});
}

/** The text of `table` for a name that programs use; the name itself when there is none. */
export function nameIn(table, name) {
	return say(Object.hasOwn(table, name) ? table[name] : name);
}

/** A list of texts, {en: [...], ja: [...]}, in the chosen language. */
export function sayAll(lists) {
	return lists?.[language] ?? lists?.en ?? [];
}
