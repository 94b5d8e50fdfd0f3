/* run.js - all checks of the page; ends with their sum. */
import { launch } from "./browser.js";
import { checkActions } from "./check_actions.js";
import { checkBackups } from "./check_backups.js";
import { checkMails } from "./check_mails.js";
import { checkHostile } from "./check_hostile.js";
import { checkLook } from "./check_look.js";
import { checkSites } from "./check_sites.js";
import { checkTower } from "./check_tower.js";
import { checkWords } from "./check_words.js";
import { checkWork } from "./check_work.js";
import { sum } from "./harness.js";

const [build, ...parts] = process.argv.slice(2);
const out = `${build}/test/page`;
const all = { words: checkWords, work: checkWork, actions: checkActions, mails: checkMails, backups: checkBackups, sites: checkSites, hostile: checkHostile, look: checkLook, tower: checkTower };
const browser = await launch(out);

for (const part of parts.length > 0 ? parts : Object.keys(all))
	await all[part](browser, build, out);
await browser.close();
process.exit(sum());
