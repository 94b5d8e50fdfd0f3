/*
 * check_look.js - every view in both languages, light and dark, on a desk and on a phone: axe finds nothing,
 * nothing scrolls sideways; and a picture of each is left for people to look at.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { go, logIn, open } from "./browser.js";
import { check } from "./harness.js";
import { Keeper } from "./keeper.js";
import { begin } from "./tower.js";
import { calm, world } from "./world.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const ROUTES = ["now", "incidents?state=all", "incidents/12", "actions", "mails?state=all", "level", "health", "exceptions", "log", "telling", "accounts"];
const WATCHED = ["backups", "sites", "sites/www.city.example.jp"];
const SOME = ["en-light-1280", "en-dark-360", "ja-light-360", "ja-dark-1280"]; /* each with each of the others */
const LOOKS = [];

for (const locale of ["en-GB", "ja-JP"])
	for (const scheme of ["light", "dark"])
		for (const width of [1280, 360])
			LOOKS.push({ locale, scheme, width });

async function clean(page, name) {
	await page.evaluate(AXE); /* by the debugger: the page's policy lets nothing in */
	const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	}));
	const told = violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 120)} ${node.failureSummary.split("\n")[1] ?? ""}`).join(" | ")}`);

	assert.deepEqual(told, [], name);
}

async function notWide(page, name) {
	const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

	assert.ok(over <= 0, `${name}: ${over} px too wide`);
}

async function look(page, out, name, fullPage = true) {
	await page.waitForTimeout(150); /* the chart is drawn */
	await page.screenshot({ path: `${out}/${name}.png`, fullPage });
	await notWide(page, name);
	await clean(page, name);
}

/* Opened by the place of its button: its words are in either language. */
async function actionDialogs(page, out, suffix) {
	await go(page, "actions");
	await page.locator("[data-key=action-8] button.main").click();
	await page.locator("dialog .hides").waitFor();
	await look(page, out, `accept-dialog-${suffix}`, false);
	await page.keyboard.press("Escape");
	await page.click(".view-head button.main");
	await page.fill("dialog [name=what]", "198.51.100.7");
	await page.selectOption("dialog [name=verb]", "limit");
	await page.fill("dialog [name=reason]", "NTP");
	await page.click("dialog button.main");
	await page.locator("dialog .preview code").waitFor();
	await look(page, out, `block-dialog-${suffix}`, false);
	await page.keyboard.press("Escape");
}

async function passwordDialog(page, out, suffix) {
	if (await page.locator(".menu").isVisible())
		await page.click(".menu");
	await page.click(".person button");
	await page.locator("dialog [name=old]").waitFor();
	await look(page, out, `password-dialog-${suffix}`, false);
	await page.keyboard.press("Escape");
}

async function dialogs(page, out, suffix) {
	await go(page, "level");
	await page.click(".view-head button.main");
	await page.check("dialog [value=high]");
	await page.locator("dialog .preview table").first().waitFor();
	await look(page, out, `level-dialog-${suffix}`, false);
	await page.keyboard.press("Escape");
	await go(page, "incidents/12");
	await page.click(".incident-head .actions button:nth-child(2)");
	await page.locator("dialog .hides .rows").waitFor();
	await look(page, out, `silence-dialog-${suffix}`, false);
	await page.keyboard.press("Escape");
}

export async function checkLook(browser, build, out) {
	const keeper = new Keeper(world());
	const tower = await begin(build, keeper);

	for (const view of LOOKS) {
		const suffix = `${view.locale.slice(0, 2)}-${view.scheme}-${view.width}`;
		const page = await open(browser, tower.address, { ...view, height: view.width === 360 ? 780 : 900 });

		await check(`look: login ${suffix}`, () => look(page, out, `login-${suffix}`));
		await logIn(page, "admin");
		for (const route of SOME.includes(suffix) ? [...ROUTES, ...WATCHED] : ROUTES)
			await check(`look: ${route} ${suffix}`, async () => {
				await go(page, route);
				for (const summary of await page.locator("summary").all())
					await summary.click();
				await look(page, out, `${route.replace(/\?.*/, "").replace(/s\/.*/, "")}-${suffix}`);
			});
		await check(`look: dialogs ${suffix}`, () => dialogs(page, out, suffix));
		if (SOME.includes(suffix))
			await check(`look: dialogs of countermeasures and of the password ${suffix}`, async () => {
				await actionDialogs(page, out, suffix);
				await passwordDialog(page, out, suffix);
			});
		await check(`look: no console error ${suffix}`, () => assert.deepEqual(page.troubles, []));
		await page.context().close();
	}
	await check("look: the menu on a phone", async () => {
		const page = await open(browser, tower.address, { width: 360, height: 780 });

		await logIn(page, "admin");
		await page.click(".menu");
		await page.locator(".rail.open nav").waitFor();
		await look(page, out, "menu-en-light-360", false);
		await page.click(".rail nav a[href='#/level']");
		await page.locator(".level-now").waitFor();
		assert.equal(await page.locator(".rail.open").count(), 0);
		await page.context().close();
	});
	for (const scheme of ["light", "dark"])
		await check(`look: a calm day ${scheme}`, async () => {
			keeper.world = calm();
			const page = await open(browser, tower.address, { scheme, locale: "ja-JP" });

			await logIn(page, "admin");
			await look(page, out, `calm-ja-${scheme}-1280`);
			await page.context().close();
		});
	await check("look: nothing seen", async () => {
		keeper.world = calm();
		keeper.world.status.answer = { state: "blind", say: { en: "The sensor does not run: nothing is seen now.", ja: "センサーが動いていないため、今は何も見えていません。" } };
		const page = await open(browser, tower.address);

		await logIn(page, "admin");
		await look(page, out, "blind-en-light-1280");
		await page.context().close();
	});
	await tower.end();
}
