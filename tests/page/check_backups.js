/* check_backups.js - backups: what is said of each, an alarm and who settles it, jobs, the certificate. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { go, logIn, open, sees, tabTo, text } from "./browser.js";
import { check } from "./harness.js";
import { Keeper } from "./keeper.js";
import { begin } from "./tower.js";
import { world } from "./world.js";

const dialog = "dialog[open]";
const card = (name) => `[data-key=repository-${name}]`;

function press(page, name, button) {
	return page.locator(card(name)).getByRole("button", { name: button, exact: true }).click();
}

async function answer(page, reason) {
	await page.fill(`${dialog} [name=reason]`, reason);
	await page.click(`${dialog} button.main`);
}

async function checkSeen(page) {
	await check("backups: the most urgent first; sentence, proofs and place of each", async () => {
		await go(page, "backups");
		assert.deepEqual(await page.locator(".repository h2").allInnerTexts(), ["nas", "usb", "cloud"]);
		const cloud = await text(page, card("cloud"));

		assert.match(cloud, /cloud Good The newest backup is 2 hours old, all data was read/);
		assert.match(cloud, /borg · cloud · elsewhere · append-only · written by others, only watched · ssh:\/\/u1234@backup\.example/);
		assert.match(cloud, /Fresh yes 2 h 1 min old At most 36 h are allowed now\. Whole yes 100% read in 30 days/);
		assert.match(cloud, /Proven yes Restored 3 days ago 48 files came back as they were\. 48 files, 212 MB, at 6\.8 MB\/s\. All would be back in about 2 h 33 min/);
		assert.match(await text(page, card("usb")), /Fresh no 9 days old .* Whole not known 40% read .* Proven no Never restored/);
	});
	await check("backups: an alarm tells what, how sure, why, where, and the last good snapshot", async () => {
		const alarm = await text(page, `${card("nas")} .alarm`);

		assert.match(alarm, /^31 % of the files look encrypted since yesterday\. Changed 31\.2% How sure 97 of 100 In snapshot 9f21c0ab5f2d Since/);
		assert.match(alarm, /Files changed 6,240 of 20,000; usual: 40 .* A note RESTORE-MY-FILES\.txt/);
		assert.match(alarm, /offer-100\.docx\.lockbit.* and 3 more Last good snapshot: 77e0d1f4 · .*Backups go on\./);
	});
	await check("backups: a trouble tells its mend and what the tool said; sets of paths unfold", async () => {
		assert.match(await text(page, `${card("usb")} .problem`), /The place of this repository is not there\. Plug the disk in, and look again\. The tool said: Fatal: unable to open/);
		await page.click(`${card("nas")} .sets summary`);
		assert.match(await text(page, `${card("nas")} .sets`), /files \/srv\/data \/home .* yes db \/var\/lib\/pg/);
	});
	await check("backups: a job under way shows how far it is, and holds the other buttons", async () => {
		assert.match(await text(page, `${card("cloud")} .busy`), /Reading the data Part 7 of 30 is read\. 62% Since .*\(5 min ago\)/);
		assert.equal(await page.locator(`${card("cloud")} progress`).evaluate((node) => node.value), 0.62);
		assert.equal(await page.locator(card("cloud")).getByRole("button", { name: "Read the data" }).isDisabled(), true);
		assert.equal(await page.locator(card("cloud")).getByRole("button", { name: "Back up now" }).count(), 0, "others write it");
	});
	await check("backups: the rule of three copies, and what happened", async () => {
		assert.match(await text(page, ".copies"), /files:\/srv\/data \/home 4 copies · 3 media · one elsewhere The rule is kept\. Kept db:\/var\/lib\/pg 2 copies · 1 medium · none elsewhere .* Not kept/);
		const rows = page.locator(".backups > section table").first().locator("tbody tr");

		assert.equal(await rows.count(), 12);
		assert.match((await rows.first().innerText()).replace(/\s+/g, " "), /nas Alarm 31 % of the files/);
		await page.click(".backups > section > details > summary");
		assert.equal(await page.locator(".backups > section table tbody tr").count(), 20);
	});
}

async function checkDone(page, keeper) {
	await check("backups: a job is asked for by keyboard, and its progress comes by itself", async () => {
		await page.locator(`${card("usb")} h2`).click();
		await tabTo(page, /^Look now/);
		await page.locator(card("usb")).getByRole("button", { name: "Look now" }).focus();
		await page.keyboard.press("Enter");
		await sees(page, card("usb"), "Asked for: Looking.");
		assert.deepEqual(keeper.asked, { do: "look", name: "usb" });
		assert.equal(await page.locator(card("usb")).getByRole("button", { name: "Restore drill" }).isDisabled(), true);
		const usb = keeper.findRepository("usb");

		keeper.push("backup", { ...usb, busy: { what: "look", since: null, done: null, say: { en: "Reading the list.", ja: "一覧を読んでいます。" } } });
		await sees(page, `${card("usb")} .busy`, "Reading the list.");
		keeper.push("backup", { ...usb, trouble: null, state: "good", say: { en: "The disk is back.", ja: "ディスクが戻りました。" } });
		await sees(page, card("usb"), "The disk is back.");
		assert.equal(await page.locator(`${card("usb")} .busy`).count(), 0);
	});
	await check("backups: an alarm is settled with a reason; a refusal is shown", async () => {
		await press(page, "nas", "This was us");
		await sees(page, dialog, "learned as normal");
		await page.keyboard.press("Escape");
		await press(page, "nas", "This was an attack");
		await sees(page, dialog, "Restore from the last good snapshot");
		await answer(page, "no");
		await sees(page, `${dialog} [role=alert]`, "too short");
		await answer(page, "Ransomware on the file server");
		await page.locator(dialog).waitFor({ state: "detached" });
		await page.locator(`${card("nas")} .alarm`).waitFor({ state: "detached" });
		assert.deepEqual(keeper.asked, { do: "settle", name: "nas", alarm: 7, ours: false, reason: "Ransomware on the file server" });
	});
	await check("backups: the certificate is read, printed and saved", async () => {
		await page.evaluate(() => {
			window.print = () => {
				globalThis.printed = (globalThis.printed ?? 0) + 1;
			};
		});
		await press(page, "cloud", "Certificate");
		await sees(page, `${dialog} pre`, "48 restored, 48 as they were");
		const [json] = await Promise.all([page.waitForEvent("download"), page.click(`${dialog} button:has-text("As JSON")`)]);

		assert.equal(json.suggestedFilename(), "certificate-cloud.json");
		assert.equal(readFileSync(await json.path(), "utf8"), keeper.world.certificate.json);
		const [saved] = await Promise.all([page.waitForEvent("download"), page.click(`${dialog} button:has-text("As a page")`)]);

		assert.match(readFileSync(await saved.path(), "utf8"), /<h1>Restore certificate<\/h1>/);
		await page.click(`${dialog} button.main`);
		assert.equal(await page.evaluate(() => globalThis.printed), 1);
		await page.emulateMedia({ media: "print" });
		assert.equal(await page.locator(".rail").isVisible(), false);
		assert.equal(await page.locator(`${dialog} pre`).isVisible(), true);
		await page.emulateMedia({ media: null });
		await page.keyboard.press("Escape");
	});
}

async function checkOthers(page, keeper) {
	await check("backups: when the watch stops, it is said, and nothing can be asked of it", async () => {
		keeper.world.backups.running = false;
		keeper.push("backups", { running: false });
		await sees(page, ".backups > .problem", "does not run");
		assert.equal(await page.locator(".repository .actions button:not(:disabled)").filter({ hasNotText: "Certificate" }).count(), 0);
	});
	await check("backups: where there is none, the command that begins is shown; the tile leads here", async () => {
		keeper.world.backups = { repositories: [], all: null, running: false };
		await go(page, "now");
		await page.click(".tiles a:has-text('Backups')");
		await sees(page, ".empty pre", "hinomi backup init");
		assert.equal(await page.locator(".backups .problem").count(), 0);
	});
}

export async function checkBackups(browser, build) {
	const keeper = new Keeper(world());
	const tower = await begin(build, keeper);
	const page = await open(browser, tower.address, { refused: [400, 409] });

	await logIn(page, "operator");
	await checkSeen(page);
	await checkDone(page, keeper);
	await checkOthers(page, keeper);
	await check("backups: no console error in all of this", () => assert.deepEqual(page.troubles, []));
	await page.context().close();
	await check("backups: in Japanese, for a viewer: no button but the certificate", async () => {
		keeper.world = world();
		const viewer = await open(browser, tower.address, { locale: "ja-JP", width: 360 });

		await logIn(viewer, "viewer");
		await go(viewer, "backups");
		assert.match(await text(viewer, `${card("nas")} .alarm`), /昨日から、ファイルの31 %が暗号化されたとみられます。.*最後の正常なスナップショット: 77e0d1f4/);
		assert.deepEqual(await viewer.locator(".repository button").allInnerTexts(), ["証明書", "証明書"]);
		assert.deepEqual(viewer.troubles, []);
		await viewer.context().close();
	});
	await tower.end();
}
