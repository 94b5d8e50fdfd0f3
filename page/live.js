/*
 * live.js - the stream of events. It opens itself again when it is lost, and then the views ask anew.
 *
 * A tick comes every second, so that silence tells of a lost connection even where the network swallows
 * the end of one.
 */
import { change, state } from "./state.js";

const SILENCE = 6000; /* ms without any event: lost */
const WAITS = [500, 1000, 2000, 5000, 10000]; /* ms before the next try */
const EVENTS = ["tick", "incident", "action", "mail", "backup", "backups", "site", "sites", "status", "level"];

let stream = null;
let silence = null;
let next = null;
let tries = 0;
let hear = () => {};
let back = () => {};
let gone = () => {};

function drop() {
	stream?.close();
	stream = null;
	clearTimeout(silence);
	clearTimeout(next);
}

function lost() {
	drop();
	if (state.link !== "lost")
		change({ link: "lost", lostAt: new Date().toISOString() });
	next = setTimeout(open, WAITS[Math.min(tries, WAITS.length - 1)]);
	tries++;
	gone();
}

function alive() {
	clearTimeout(silence);
	silence = setTimeout(lost, SILENCE);
}

function opened() {
	const mended = state.link === "lost";

	tries = 0;
	alive();
	change({ link: "live", lostAt: null });
	back(mended);
}

function take(name, text) {
	alive();
	try {
		hear(name, JSON.parse(text));
	} catch (error) {
		if (!(error instanceof SyntaxError))
			throw error; /* a text that is no JSON is left out; a mistake of ours is not hidden */
	}
}

function open() {
	drop();
	alive();
	stream = new EventSource("/events");
	stream.onopen = opened;
	stream.onerror = lost;
	for (const name of EVENTS)
		stream.addEventListener(name, (event) => take(name, event.data));
}

/** Begins to listen: `heard(name, data)` for each event, `opened(again)` whenever the stream opens, `lost()`
 * whenever it does not. */
export function listen(heard, openedAgain, lostAgain) {
	hear = heard;
	back = openedAgain;
	gone = lostAgain;
	tries = 0;
	open();
}

export function stopListening() {
	drop();
	change({ link: "opening", lostAt: null });
}

/** The session is another one: its stream begins, and nothing was lost. */
export function listenAgain() {
	stopListening();
	open();
}
