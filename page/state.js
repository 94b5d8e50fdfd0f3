/* state.js - what the page knows. Who changes it calls change(); the page is then drawn once. */

export const state = {
	session: undefined, /* undefined: not asked yet; null: nobody is logged in; {name, role, csrf} */
	fresh: false, /* no account exists: the first one is to be made */
	link: "opening", /* the stream of events: opening, live or lost */
	lostAt: null,
	status: null,
	level: null,
	route: { view: "now", id: null, query: {} },
	data: null, /* what the view of the route loaded */
	problem: null, /* what went wrong while it loaded, {en, ja} */
	trouble: null, /* what was refused of what somebody did, {en, ja} */
	menu: false, /* open, on a phone */
};

let draw = () => {};
let waiting = false;

export function drawWith(drawing) {
	draw = drawing;
}

/** Takes over `part` and draws soon; several changes at once are drawn once. */
export function change(part) {
	Object.assign(state, part);
	if (waiting)
		return;
	waiting = true;
	setTimeout(() => {
		waiting = false;
		draw();
	}, 0);
}

const ROLES = ["viewer", "operator", "admin"];

/** Whether whoever is logged in may do what needs `role`. The keeper checks it again. */
export function may(role) {
	return ROLES.indexOf(state.session?.role) >= ROLES.indexOf(role);
}
