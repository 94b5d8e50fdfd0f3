/* format.js - numbers, sizes and times as people of the chosen language and zone write them. */
import { el } from "./dom.js";
import { say, spoken } from "./say.js";
import { words } from "./words.js";

export function number(value) {
	return value === null || value === undefined ? "–" : Number(value).toLocaleString(spoken());
}

/** An estimate, in the two digits that it is worth. */
export function about(value) {
	return Number(value.toPrecision(2));
}

/** `part` of `all` in percent; `rounding`: "floor" or "ceil". */
export function share(part, all, rounding, digits = 2) {
	return (all > 0 ? part / all : 0).toLocaleString(spoken(),
		{ style: "percent", maximumFractionDigits: digits, roundingMode: rounding });
}

function scaled(value, step, units) {
	let at = 0;

	while (value >= step && at < units.length - 1) {
		value /= step;
		at++;
	}
	const digits = at > 0 && value < 100 ? 1 : 0;
	return `${value.toLocaleString(spoken(), { maximumFractionDigits: digits })}\u00a0${units[at]}`;
}

export function bytes(value) {
	return scaled(value ?? 0, 1000, ["B", "kB", "MB", "GB", "TB"]);
}

export function bits(value) {
	return scaled(value ?? 0, 1000, ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"]);
}

export function packets(value) {
	return say(words.packetsASecond, { n: Math.round(value ?? 0) });
}

/** The two largest units of a length in seconds: "2 h 5 min". */
export function length(seconds) {
	const units = [[86400, words.days], [3600, words.hours], [60, words.minutes], [1, words.seconds]];
	const parts = [];
	let rest = Math.max(0, Math.round(seconds));

	for (const [size, word] of units) {
		if (rest >= size && parts.length < 2)
			parts.push(say(word, { n: Math.floor(rest / size) }));
		else if (parts.length === 1)
			break;
		rest %= size;
	}
	return parts.join(" ") || say(words.seconds, { n: 0 });
}

function clock(date, options) {
	return new Intl.DateTimeFormat(spoken() === "ja" ? "ja-JP" : "en-GB", options).format(date);
}

function utc(date) {
	return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function sameDay(a, b) {
	return a.toDateString() === b.toDateString();
}

/** A time in the reader's zone: the clock alone when it is today; the UTC when pointed at. */
export function time(text, { seconds = false } = {}) {
	const date = new Date(text);

	if (!text || Number.isNaN(date.getTime()))
		return "–";
	const hour = { hour: "2-digit", minute: "2-digit", second: seconds ? "2-digit" : undefined };
	const day = { year: "numeric", month: spoken() === "ja" ? "long" : "short", day: "numeric" };
	const shown = sameDay(date, new Date()) ? clock(date, hour) : clock(date, { ...day, ...hour });

	return el("time", { datetime: text, title: utc(date) }, shown);
}

/** "3 min ago" */
export function ago(text) {
	const seconds = (Date.now() - new Date(text).getTime()) / 1000;

	return seconds < 60 ? say(words.justNow) : say(words.ago, { length: length(seconds - (seconds % 60)) });
}
