/* check_mails.js - held mail: seen with its reasons, found, released and deleted. */
import assert from "node:assert/strict";

import { go, logIn, open, sees, text } from "./browser.js";
import { check } from "./harness.js";
import { Keeper } from "./keeper.js";
import { begin } from "./tower.js";
import { world } from "./world.js";

const dialog = "dialog[open]";

function press(page, id, name) {
	return page.locator(`[data-key=mail-${id}]`).getByRole("button", { name }).click();
}

async function answer(page, reason) {
	await page.fill(`${dialog} [name=reason]`, reason);
	await page.click(`${dialog} button.main`);
}

async function checkSeen(page, keeper) {
	await check("mails: what is held, from whom, why, and where the evidence is", async () => {
		await go(page, "mails");
		const row = await text(page, "[data-key=mail-9]");

		assert.match(row, /held malicious Invoice 4711 It is malicious/);
		assert.match(row, /From billing@partner\.example To office@example\.co\.jp Given by 198\.51\.100\.25/);
		await page.click("[data-key=mail-9] summary");
		assert.match(await text(page, "[data-key=mail-9] .findings"), /Critical When it is opened, the document loads a template.* Where: mail → scan\.zip → invoice\.docx .*T1221/);
		assert.match(await text(page, ".intro"), /3 mails, .* of 1 GB, kept for 30 days/);
		assert.equal(await page.locator("[data-key=mail-5]").count(), 0, "what was released is not held");
	});
	await check("mails: one without a subject or a sender is named all the same; a failed release says why", async () => {
		assert.match(await text(page, "[data-key=mail-7]"), /\(no subject\).* 127\.0\.0\.1:25 does not answer/);
	});
	await check("mails: one that is held now appears by itself", async () => {
		keeper.world.mails.unshift({ ...keeper.world.mails[0], id: 10, subject: "Another" });
		keeper.push("mail", keeper.world.mails[0]);
		await sees(page, "[data-key=mail-10]", "Another");
	});
	await check("mails: found by state and by text, and the address remembers it", async () => {
		await page.selectOption("#mails-state", "released");
		await sees(page, "[data-key=mail-5]", "Asked by telephone");
		assert.match(page.url(), /state=released/);
		await page.selectOption("#mails-state", "all");
		await page.fill("#mails-text", "資料");
		await page.press("#mails-text", "Enter");
		await sees(page, "[data-key=mail-8]", "資料の送付");
		assert.equal(await page.locator("[data-key=mail-9]").count(), 0);
		await page.fill("#mails-text", "nothing has this");
		await page.press("#mails-text", "Enter");
		await sees(page, "main", "No mail fits.");
	});
}

async function checkDecided(page, keeper) {
	await check("mails: released with a reason, after a warning; a refusal is shown", async () => {
		await go(page, "mails");
		await press(page, 8, "Release");
		await sees(page, dialog, "Ask the sender by another way");
		await answer(page, "no");
		await sees(page, `${dialog} [role=alert]`, "too short");
		await answer(page, "Asked Mr Sato by telephone");
		await page.locator(dialog).waitFor({ state: "detached" });
		await sees(page, "[data-key=mail-8]", "being released");
		assert.equal(keeper.world.mails.find((one) => one.id === 8).changed.by, "admin");
	});
	await check("mails: deleted for good with a reason", async () => {
		await press(page, 9, "Delete");
		await sees(page, dialog, "nobody can read it any more");
		await answer(page, "Known malware");
		await page.locator(dialog).waitFor({ state: "detached" });
		await sees(page, "[data-key=mail-9]", "deleted");
		assert.equal(await page.locator("[data-key=mail-9] button").count(), 0);
	});
	await check("mails: where nothing takes released mail, there is no such button, and why is said", async () => {
		keeper.world.releases = false;
		await go(page, "now");
		await go(page, "mails");
		await sees(page, "main", "set [mail] release");
		assert.equal(await page.getByRole("button", { name: "Release" }).count(), 0);
	});
}

async function checkViewer(browser, tower) {
	await check("mails: a viewer sees them and has no buttons", async () => {
		const page = await open(browser, tower.address);

		await logIn(page, "viewer");
		await go(page, "mails");
		await sees(page, "main", "Held mail");
		assert.equal(await page.locator(".mails button").count(), 0);
		await page.context().close();
	});
}

export async function checkMails(browser, build) {
	const keeper = new Keeper(world());
	const tower = await begin(build, keeper);
	const page = await open(browser, tower.address, { refused: [400, 409, 500] });

	await logIn(page, "admin");
	await checkSeen(page, keeper);
	await checkDecided(page, keeper);
	await check("mails: no console error in all of this", () => assert.deepEqual(page.troubles, []));
	await page.context().close();
	keeper.world = world();
	await checkViewer(browser, tower);
	await tower.end();
}
