/* check_hostile.js - hostile texts in every field that anybody outside can fill: shown as text, nothing runs. */
import assert from "node:assert/strict";

import { go, logIn, open } from "./browser.js";
import { check } from "./harness.js";
import { Keeper } from "./keeper.js";
import { begin } from "./tower.js";
import { world } from "./world.js";

const TEXTS = [
	"<img src=x onerror=\"globalThis.hit=1\">",
	"<script>globalThis.hit=1</script>",
	"\"><svg onload=globalThis.hit=1>",
	"javascript:globalThis.hit=1",
	"{{constructor.constructor('globalThis.hit=1')()}} ${globalThis.hit=1} {n} {title}",
	"\u202egnp.exe\u2066<b>bold</b>&lt;i&gt;",
	`${"x".repeat(4000)}<iframe srcdoc="<script>parent.hit=1</script>">`,
];
const NAMES = new Set(["severity", "state", "direction", "kind", "now", "level", "watch", "least", "role", "to", "from", "key", "until", "at",
	"opened", "peaked", "closed", "changed", "since", "oldest", "built", "created", "last_login", "verb", "hand", "en", "ja", "newest", "last", "next", "next_run"]);

/* Every text of a world becomes hostile, except those by which the page tells things apart, and times. */
function poison(node, text, name = "") {
	if (typeof node === "string")
		return NAMES.has(name) && name !== "en" && name !== "ja" ? node : text;
	if (Array.isArray(node))
		return node.map((one) => poison(one, text, name));
	if (node === null || typeof node !== "object")
		return node;
	return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, poison(value, text, key)]));
}

function poisoned(text) {
	const good = world();
	const bad = poison({ level: good.level, status: good.status, incidents: good.incidents, exceptions: good.exceptions, log: good.log,
		targets: good.targets, accounts: good.accounts, mails: good.mails, actions: good.actions, hands: good.hands, never: good.never, filters: good.filters,
		backups: good.backups, certificate: good.certificate, sites: good.sites }, text);
	const preview = good.preview;

	for (const one of bad.incidents)
		Object.assign(one, { notes: [{ at: one.opened, user: text, text }], acknowledged: { by: text, at: one.opened }, attack: [text],
			who: { kind: "name", name: text }, state: "open" });
	bad.sites.forEach((one, i) => Object.assign(one, { name: good.sites[i].name })); /* by which it is asked for */
	return { ...good, ...bad, preview: (to) => poison(preview(to), text) };
}

/* Values by which the page chooses signs and words, hostile too: it has to stand them. */
function deranged(text) {
	const bad = poisoned(text);

	for (const one of bad.incidents)
		Object.assign(one, { severity: text, direction: text, rule: text, level: text, opened: text, closed: text, peaked: text });
	bad.status.answer.state = text;
	bad.status.tiles.forEach((tile) => Object.assign(tile, { watch: text, state: text }));
	bad.status.todo.forEach((todo) => Object.assign(todo, { severity: text, incident: 12 }));
	bad.targets.forEach((target) => Object.assign(target, { least: text }));
	bad.accounts.forEach((account) => Object.assign(account, { role: text, created: text }));
	bad.actions.forEach((action) => Object.assign(action, { state: text, verb: text, hand: text, from: text, until: text, incident: 12 }));
	bad.mails.forEach((mail) => {
		Object.assign(mail, { verdict: text, at: text, until: text });
		mail.findings.forEach((finding) => Object.assign(finding, { severity: text }));
	});
	bad.backups.repositories.forEach((one) => {
		Object.assign(one, { state: text, media: text, next_run: text, snapshots: text, whole: null, drill: {} });
		Object.assign(one.fresh, { age: text, newest: text });
	});
	bad.sites.forEach((one) => Object.assign(one, { state: text, since: text, series: [text, [text, text], [1, text]], uptime: null, certificate: { days: text, until: text } }));
	bad.never.forEach((member) => Object.assign(member, { kind: text }));
	bad.log.forEach((line) => Object.assign(line, { at: text }));
	return bad;
}

/* As the page shows marks that reverse the reading order. */
function visible(text) {
	return text.replace("\u202e", "\\u202e").replace("\u2066", "\\u2066");
}

async function harmless(page, text, route) {
	const found = await page.evaluate(() => ({
		hit: globalThis.hit ?? null,
		foreign: document.querySelectorAll("main :is(img, script, iframe, b, object, embed), main a[href^='javascript:' i], main [onerror], main [onload]").length,
		wide: document.documentElement.scrollWidth - innerWidth,
		shown: document.querySelector("main").textContent,
	}));

	assert.equal(found.hit, null, `${route}: it ran`);
	assert.equal(found.foreign, 0, `${route}: it became elements`);
	assert.ok(found.wide <= 0, `${route}: ${found.wide} px too wide`);
	assert.ok(found.shown.includes(visible(text)), `${route}: it is not shown as it is`);
}

const ROUTES = ["incidents", "incidents/12", "level", "health", "exceptions", "log", "telling", "accounts", "actions", "mails?state=all", "backups", "sites", "sites/www.city.example.jp", "now"];

async function walk(page, text, routes = ROUTES) {
	for (const route of routes) {
		await go(page, route);
		await harmless(page, text, route);
	}
}

export async function checkHostile(browser, build) {
	const keeper = new Keeper(world());
	const tower = await begin(build, keeper);

	for (const [number, text] of TEXTS.entries()) {
		await check(`hostile: ${text.slice(0, 48)} in every field is text`, async () => {
			keeper.world = world();
			const page = await open(browser, tower.address, { width: number % 2 ? 360 : 1280, refused: [400] }); /* a rule of 4,000 letters */

			await logIn(page, "admin");
			keeper.world = poisoned(text);
			await walk(page, text);
			keeper.push("status", keeper.world.status);
			const { timeline, notes, ...short } = keeper.world.incidents[0];
			keeper.push("incident", short);
			await page.locator("#news", { hasText: "New" }).waitFor({ timeout: 500 }).catch(() => {}); /* it was known */
			await go(page, "level");
			await page.click(".view-head button.main");
			await page.check("dialog [value=high]");
			await page.locator("dialog .preview table").first().waitFor();
			assert.ok((await page.locator("dialog .preview").textContent()).includes(visible(text)));
			await page.keyboard.press("Escape");
			await go(page, "actions");
			keeper.push("action", { ...keeper.world.actions[0], id: 99 });
			await page.locator("[data-key=action-99]").waitFor();
			await page.locator("[data-key=action-8]").getByRole("button", { name: "Do it" }).click();
			assert.ok((await page.locator("dialog .hides").textContent()).includes(visible(text)));
			await page.keyboard.press("Escape");
			await harmless(page, text, "an action that was pushed");
			await page.click(".view-head button.main");
			await page.fill("dialog [name=what]", `${text.slice(0, 300)} x`);
			await page.fill("dialog [name=reason]", "Hostile");
			await page.click("dialog button.main");
			assert.ok((await page.locator("dialog .preview code").textContent()).includes(visible(text.slice(0, 300))));
			await page.keyboard.press("Escape");
			await go(page, "incidents/12");
			await page.click(".incident-head button:has-text('Silence')");
			await page.locator("dialog .hides .rows, dialog .hides p").first().waitFor();
			await page.keyboard.press("Escape");
			keeper.world.incidents[0].rule = "flood";
			await go(page, "actions");
			await go(page, "incidents/12");
			await page.click("[data-key=exports] summary");
			assert.equal((await page.locator("[data-key=exports] pre").allTextContents()).filter((shown) => shown === visible(text)).length, 5);
			await harmless(page, text, "exports");
			assert.equal(await page.evaluate(() => globalThis.hit ?? null), null);
			assert.deepEqual(page.troubles, []);
			await page.context().close();
		});
	}
	await check("hostile: unknown names of states, severities, levels and broken times are stood", async () => {
		keeper.world = world();
		const page = await open(browser, tower.address);

		await logIn(page, "admin");
		keeper.world = deranged(TEXTS[0]);
		await walk(page, TEXTS[0]);
		assert.deepEqual(page.troubles, []);
		await page.context().close();
	});
	await check("hostile: an address with a broken or foreign route is stood", async () => {
		keeper.world = world();
		const page = await open(browser, tower.address, { refused: [400, 404] });

		await logIn(page, "admin");
		for (const hash of ["#/incidents/%E0%A4%A", "#/__proto__", "#/constructor", "#/incidents/<img src=x onerror=alert(1)>", "#/toString/1"]) {
			await page.evaluate((value) => {
				location.hash = value;
			}, hash);
			await page.locator("main h1").waitFor();
		}
		assert.deepEqual(page.troubles, []);
		await page.context().close();
	});
	await tower.end();
}
