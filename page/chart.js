/*
 * chart.js - the traffic over time: what comes in as an area, what goes out as a dashed line.
 *
 * The past comes as a series of equal steps; the ticks of the stream are added to its end, each into the
 * step it falls in, and as many steps leave at the beginning: the series stays as long as it was.
 */
import uPlot from "./uplot.js";

import { spoken } from "./say.js";

const KINDS = ["in_pps", "out_pps", "in_bps", "out_bps", "dropped"];

export function seriesOf(traffic) {
	const length = traffic.in_pps.length;
	const series = { step: traffic.step, times: [], held: 0 };

	for (let i = 0; i < length; i++)
		series.times.push(traffic.from + i * traffic.step);
	for (const kind of KINDS)
		series[kind] = [...traffic[kind]];
	return series;
}

function nextStep(series, start) {
	series.times.push(start);
	series.times.shift();
	for (const kind of KINDS) {
		series[kind].push(null);
		series[kind].shift();
	}
	series.held = 0;
}

/** Adds a tick: rates are averaged over the step, drops are summed. */
export function addTick(series, tick) {
	const last = series.times.length - 1;

	if (last < 0 || tick.t < series.times[last])
		return;
	const start = tick.t - ((tick.t - series.times[last]) % series.step);
	for (let gap = series.times[last]; gap < start && start - gap < series.step * (last + 1); gap += series.step)
		nextStep(series, gap + series.step);
	if (series.times[last] !== start)
		return; /* away for longer than all that is shown: the view asks anew */
	for (const kind of KINDS) {
		const old = series[kind][last];

		if (kind === "dropped")
			series[kind][last] = (old ?? 0) + tick[kind];
		else
			series[kind][last] = old === null ? tick[kind] : (old * series.held + tick[kind]) / (series.held + 1);
	}
	series.held++;
}

export function sumOf(values) {
	return values.reduce((sum, value) => sum + (value ?? 0), 0);
}

export function mostOf(values) {
	return values.reduce((most, value) => Math.max(most, value ?? 0), 0);
}

/* What a custom property comes to; the canvas of the chart needs colours, not names of them. */
function colour(name, node) {
	node.style.color = `var(${name})`;
	const found = getComputedStyle(node).color;
	node.style.color = "";
	return found;
}

function shortNumber(value) {
	return new Intl.NumberFormat(spoken() === "ja" ? "ja-JP" : "en-GB",
		{ notation: "compact", maximumFractionDigits: 1 }).format(value);
}

function clock(seconds, long) {
	const options = long ? { month: "numeric", day: "numeric", hour: "2-digit" } : { hour: "2-digit", minute: "2-digit" };

	return new Intl.DateTimeFormat(spoken() === "ja" ? "ja-JP" : "en-GB", options).format(new Date(seconds * 1000));
}

function axes(ink, line, font, long) {
	const common = { stroke: ink, font, ticks: { show: false } };

	return [
		{ ...common, grid: { show: false }, space: long ? 110 : 70, size: 28, values: (_, at) => at.map((t) => clock(t, long)) },
		{ ...common, grid: { stroke: line, width: 1 }, border: { show: false }, size: 52, space: 44,
			values: (_, at) => at.map(shortNumber) },
	];
}

function heightFor(width) {
	return Math.max(150, Math.min(230, Math.round(width * 0.3)));
}

function options(node, width, long, pointed) {
	const ink = colour("--soft", node), incoming = colour("--in", node);
	const font = `12px ${getComputedStyle(node).fontFamily}`;

	return {
		width, height: heightFor(width),
		legend: { show: false },
		padding: [8, 4, 0, 0],
		cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
		scales: { x: { time: true }, y: { range: (_, low, high) => [0, Math.max(1, high) * 1.08] } },
		axes: axes(ink, colour("--line", node), font, long),
		series: [
			{},
			{ stroke: incoming, width: 1.6, fill: colour("--in-fill", node), points: { show: false } },
			{ stroke: colour("--out", node), width: 1.6, dash: [5, 4], points: { show: false } },
		],
		hooks: { setCursor: [(plot) => pointed(plot.cursor.idx)] },
	};
}

let plot = null;
let shown = ""; /* what the plot was made for: it is made anew when that differs */
let watcher = null;

function discard() {
	plot?.destroy();
	watcher?.disconnect();
	plot = null;
}

function make(node, data, long, pointed) {
	discard();
	node.replaceChildren();
	plot = new uPlot(options(node, node.clientWidth, long, pointed), data, node);
	watcher = new ResizeObserver(() => {
		const width = node.clientWidth;

		if (width > 0 && width !== plot.width)
			plot.setSize({ width, height: heightFor(width) });
	});
	watcher.observe(node);
}

/**
 * Draws `series` in `node`, in packets or bits; `look` names language and theme, for which it is drawn.
 * `pointed(index)` is called when somebody points at a step, with null when nobody does any longer.
 */
export function drawChart(node, series, unit, look, pointed) {
	const data = [series.times, series[`in_${unit}`], series[`out_${unit}`]];
	const wanted = `${look} ${unit} ${series.step}`;

	if (plot && shown === wanted && plot.root.parentNode === node) {
		plot.setData(data);
		return;
	}
	shown = wanted;
	make(node, data, series.step * series.times.length > 2 * 86400, pointed);
}
