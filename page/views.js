/* views.js - the views by the names of their routes. */
import { accounts } from "./views/accounts.js";
import { actions } from "./views/actions.js";
import { backups } from "./views/backups.js";
import { exceptions } from "./views/exceptions.js";
import { health } from "./views/health.js";
import { incident } from "./views/incident.js";
import { incidents } from "./views/incidents.js";
import { level } from "./views/level.js";
import { log } from "./views/log.js";
import { mails } from "./views/mails.js";
import { now } from "./views/now.js";
import { site } from "./views/site.js";
import { sites } from "./views/sites.js";
import { telling } from "./views/telling.js";

/*
 * A view has: title; load(route), what it needs from the keeper; draw(data, route), a tree of elements.
 * It may have: role, the least one that may see it; parent, the view whose link is marked; drawn(data),
 * called after each drawing; hear(name, event, data, route), the data after an event.
 */
const views = { now, incidents, incident, actions, mails, backups, sites, site, level, health, exceptions, log, telling, accounts };

/** The names of those that have a link, in its order. */
export const LINKED = Object.keys(views).filter((name) => !views[name].parent);

/** The view of that name; null: there is none. */
export function viewOf(name) {
	return Object.hasOwn(views, name) ? views[name] : null;
}
