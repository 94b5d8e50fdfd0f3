/* route.js - the view that the address names: "#/incidents/12", "#/incidents?state=all". */

export const VIEWS = ["now", "incidents", "level", "health", "exceptions", "log", "telling", "accounts"];

export function routeOf(hash) {
	const [path, query] = hash.replace(/^#\/?/, "").split("?");
	const [name, id] = path.split("/").map((part) => {
		try {
			return decodeURIComponent(part);
		} catch {
			return part; /* a broken escape names nothing that there is */
		}
	});
	const view = name === "incidents" && id ? "incident" : name || "now";

	return { view, id: id ?? null, query: Object.fromEntries(new URLSearchParams(query ?? "")) };
}
