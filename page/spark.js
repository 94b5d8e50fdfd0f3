/* spark.js - small lines of how long a site took to answer; a look that failed is a mark, not a gap alone. */
import { el } from "./dom.js";

const WIDTH = 100, HEIGHT = 24, TOP = 2;

/** What a series says, without what is none: [{at, ms or null}]. */
export function pointsOf(series) {
	const all = (Array.isArray(series) ? series : []).filter((one) => Array.isArray(one) && Math.abs(one[0]) < 1e11); /* a year that a Date can say */

	return all.map(([at, ms]) => ({ at, ms: Number.isFinite(ms) ? ms : null }));
}

/* Pieces of the line between failures: "M0 3L4 5". */
function pathOf(points, x, y) {
	let pen = "M";

	return points.map((point, i) => {
		if (point.ms === null) {
			pen = "M";
			return "";
		}
		const part = `${pen}${x(i).toFixed(1)} ${y(point.ms).toFixed(1)}`;
		pen = "L";
		return part;
	}).join("");
}

/** A picture of a series of [seconds, ms or null]; `label`: what it says, for those who do not see it; none: it is
 * only besides. */
export function spark(series, label = null) {
	const points = pointsOf(series), most = Math.max(1, ...points.map(({ ms }) => ms ?? 0));
	const step = WIDTH / Math.max(1, points.length - 1);
	const x = (i) => (points.length > 1 ? i * step : WIDTH / 2), y = (ms) => HEIGHT - (ms / most) * (HEIGHT - TOP);

	return el("svg", { class: "spark", viewBox: `-1 0 ${WIDTH + 2} ${HEIGHT + 2}`, preserveAspectRatio: "none",
		role: label ? "img" : null, "aria-label": label, "aria-hidden": label ? null : "true" },
	points.map(({ ms }, i) => ms === null && el("rect", { class: "missed", x: (x(i) - step / 4).toFixed(1), y: 0,
		width: Math.max(0.8, step / 2).toFixed(1), height: HEIGHT })),
	points.length === 1 && points[0].ms !== null
		? el("circle", { cx: x(0), cy: y(points[0].ms), r: 1 }) : el("path", { d: pathOf(points, x, y) || "M0 0" }));
}

const PHASES = ["dns", "tcp", "tls", "first", "body"];

/** Where the time of one look went: [{name, ms}], in the order of the phases. */
export function phasesOf(last) {
	const ms = last?.ms ?? {}, parts = [];
	let rest = Number.isFinite(ms.total) ? ms.total : 0;

	for (const name of PHASES.slice(0, 4)) {
		if (!Number.isFinite(ms[name]) || ms[name] < 0)
			continue;
		parts.push({ name, ms: ms[name] });
		rest -= ms[name];
	}
	if (ms.first !== null && ms.first !== undefined && rest > 0)
		parts.push({ name: "body", ms: rest });
	return parts;
}

/** The same as a bar. */
export function phaseBar(parts) {
	const all = parts.reduce((sum, one) => sum + one.ms, 0) || 1;
	let at = 0;

	return el("svg", { class: "phases", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
		parts.map(({ name, ms }) => {
			const width = ms / all * 100, from = at;

			at += width;
			return el("rect", { class: `phase-${name}`, x: from.toFixed(2), y: 0, width: Math.max(0.3, width).toFixed(2), height: 10 });
		}));
}
