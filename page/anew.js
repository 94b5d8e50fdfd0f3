/* anew.js - a view that asks its question again, because something that it shows became another. */
import { Failure } from "./api.js";
import { change, state } from "./state.js";

/**
 * A function that asks anew by `load(route)` after `pause` ms, however often it is called until then; what was answered
 * is taken when the view `name` is still the one that is shown, in the same place.
 */
export function anew(name, load, pause) {
	let waits = false;

	const ask = async () => {
		const { route } = state;

		waits = false;
		if (route.view !== name || !state.session)
			return;
		try {
			const data = await load(route);

			if (state.route === route)
				change({ data });
		} catch (error) {
			if (!(error instanceof Failure))
				throw error; /* the next event, or the stream's return, asks again */
		}
	};

	return () => {
		if (waits)
			return;
		waits = true;
		setTimeout(ask, pause);
	};
}
