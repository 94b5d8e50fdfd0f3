/* views.js - the views by the names of their routes. */
import { accounts } from "./views/accounts.js";
import { exceptions } from "./views/exceptions.js";
import { health } from "./views/health.js";
import { incident } from "./views/incident.js";
import { incidents } from "./views/incidents.js";
import { level } from "./views/level.js";
import { log } from "./views/log.js";
import { now } from "./views/now.js";
import { telling } from "./views/telling.js";

/*
 * A view has: title; load(route), what it needs from the keeper; draw(data, route), a tree of elements.
 * It may have: role, the least one that may see it; parent, the view whose link is marked; drawn(data),
 * called after each drawing; hear(name, event, data, route), the data after an event.
 */
export const views = { now, incidents, incident, level, health, exceptions, log, telling, accounts };
