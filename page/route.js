/* route.js - the view that the address names: "#/incidents/12", "#/incidents?state=all", "#setup=TOKEN". */

const SETUP = "#setup="; /* the address that the tower prints at its first start */

/* The view of one thing, where the address names it behind the view of all. */
const ONE = { incidents: "incident", sites: "site" };

export function routeOf(hash) {
	if (hash.startsWith(SETUP))
		return { view: "setup", id: null, query: { token: hash.slice(SETUP.length) } };
	const [path, query] = hash.replace(/^#\/?/, "").split("?");
	const [name, id] = path.split("/").map((part) => {
		try {
			return decodeURIComponent(part);
		} catch {
			return part; /* a broken escape names nothing that there is */
		}
	});
	const view = id && Object.hasOwn(ONE, name) ? ONE[name] : name || "now";

	return { view, id: id ?? null, query: Object.fromEntries(new URLSearchParams(query ?? "")) };
}
