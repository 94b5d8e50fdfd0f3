/*
 * check_tower.js - the page before the whole tower: an attack is replayed into `hinomi watch`, and a person sees
 * it arrive, reads why, acknowledges, silences, raises the level, and turns to Japanese.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { go, open } from "./browser.js";
import { check } from "./harness.js";

const HOME = "203.0.113.0/24,2001:db8:1::/48,192.168.10.0/24";
const ARRIVES = 90000; /* milliseconds: the flood begins after 25 s */
const dialog = "dialog[open]";

async function sees(page, selector, wanted, timeout = 10000) {
	await page.locator(selector).filter({ hasText: wanted }).first().waitFor({ timeout });
}

/** Starts the tower on a scenario of our generator; comes back with the page's address and token. */
async function beginTower(build) {
	const folder = mkdtempSync(join(tmpdir(), "hinomi-page-"));
	const said = () => readFileSync(join(folder, "log"), "utf8");

	chmodSync(folder, 0o755);
	execFileSync(`${build}/tests/scenario/scenario`, ["bank_and_camera", "-o", join(folder, "attack.pcap")]);
	const child = spawn("/bin/sh", ["-c", 'exec "$0" "$@" 2>"$LOG"', `${build}/src/hinomi`, "watch", "--replay", join(folder, "attack.pcap"),
		"--home", HOME, "--state", join(folder, "state"), "--runtime", join(folder, "run"), "--listen", "127.0.0.1:8699"],
	{ env: { ...process.env, LOG: join(folder, "log") } });

	for (let i = 0; i < 200; i++) {
		await new Promise((resolve) => setTimeout(resolve, 50));
		try {
			const found = /http:\/\/\S+\/#setup=[0-9a-f]+/.exec(said());
			if (found)
				return { child, folder, address: found[0] };
		} catch {
			/* not begun yet */
		}
	}
	throw new Error(`the tower did not begin: ${said()}`);
}

export async function checkTower(browser, build, out) {
	const tower = await beginTower(build);
	const page = await open(browser, tower.address, { refused: [404] }); /* there may be no filters of a flood that is replayed */

	await check("tower: the address that it prints makes the first account", async () => {
		await page.fill("[name=name]", "tanaka");
		await page.fill("[name=password]", "watch the tower");
		await page.fill("[name=again]", "watch the tower");
		await page.click("main button.main");
		await page.locator("#answer").waitFor();
	});
	await check("tower: a flood arrives live, without a reload, and the answer turns", async () => {
		await page.evaluate(() => {
			globalThis.stayed = true;
		});
		await sees(page, ".rows li", "SYN flood", ARRIVES);
		await sees(page, ".answer .state", "Act now");
		assert.equal(await page.evaluate(() => globalThis.stayed), true);
		await page.screenshot({ path: `${out}/tower-now.png`, fullPage: true });
	});
	await check("tower: its why is in numbers, and it can be acknowledged", async () => {
		await page.locator(".rows li", { hasText: "SYN flood" }).first().locator("a").first().click();
		await sees(page, ".why", "Threshold");
		await sees(page, ".why", "150 a second");
		await page.click("text=Acknowledge");
		await page.fill(`${dialog} [name=note]`, "The provider is called.");
		await page.click(`${dialog} button.main`);
		await sees(page, ".incident-head", "Acknowledged by tanaka");
		await page.screenshot({ path: `${out}/tower-incident.png`, fullPage: true });
	});
	await check("tower: it can be silenced, with a reason and an end", async () => {
		await page.click("text=Silence");
		await page.fill(`${dialog} [name=reason]`, "A load test that we ordered");
		await page.selectOption(`${dialog} [name=for]`, "24h");
		await page.click(`${dialog} button.main`);
		await sees(page, ".incident-head", "silenced");
	});
	await check("tower: the level is raised after its preview", async () => {
		await go(page, "level");
		await page.click("text=Change the level");
		await page.check(`${dialog} [value=high]`);
		await sees(page, `${dialog} .preview`, "60 %");
		await page.fill(`${dialog} [name=reason]`, "Sanctions announced");
		await page.click(`${dialog} button.main`);
		await sees(page, ".level-now", "High");
		await page.screenshot({ path: `${out}/tower-level.png`, fullPage: true });
	});
	await check("tower: the own password is changed, and the session goes on", async () => {
		await page.click("text=Change password");
		await page.fill(`${dialog} [name=old]`, "watch the tower");
		await page.fill(`${dialog} [name=password]`, "a lantern in the rain");
		await page.fill(`${dialog} [name=again]`, "a lantern in the rain");
		await page.click(`${dialog} button.main`);
		await sees(page, "#news", "Your password was changed.");
		await go(page, "log");
		await sees(page, "main table", "A new password, set by its user");
	});
	await check("tower: everything turns to Japanese; nothing is on the console", async () => {
		await go(page, "now");
		await page.click(".rail button[lang=ja]");
		await sees(page, ".rail nav", "インシデント");
		await sees(page, ".rail-level", "警戒");
		await page.screenshot({ path: `${out}/tower-ja.png`, fullPage: true });
		assert.deepEqual(page.troubles, []);
	});
	await page.context().close();
	await new Promise((resolve) => {
		tower.child.once("exit", resolve);
		tower.child.kill("SIGTERM");
	});
	rmSync(tower.folder, { recursive: true, force: true });
}
