/* check_actions.js - countermeasures: seen, decided on, tried, blocked and undone; and the own password. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { go, logIn, open, sees, tabTo, text } from "./browser.js";
import { check } from "./harness.js";
import { Keeper } from "./keeper.js";
import { begin, PASSWORD } from "./tower.js";
import { world } from "./world.js";

const dialog = "dialog[open]";
const CHOSEN = "a lantern in the rain";

async function confirm(page) {
	await page.click(`${dialog} button.main`);
	await page.locator(dialog).waitFor({ state: "detached" });
}

/* A button of one countermeasure. */
function press(page, id, name) {
	return page.locator(`[data-key=action-${id}]`).getByRole("button", { name }).click();
}

async function checkSeen(page, keeper) {
	await check("actions: what waits, what is in force, what can act, what is past, what is never blocked", async () => {
		await go(page, "actions");
		assert.match(await text(page, "main section:has(h2:text('Waiting'))"), /Drops SYNs to 203\.0\.113\.80 .* drops 99\.41% of the attack and 0\.02% of the normal traffic/);
		const live = await text(page, "main section:has(h2:text('In force now'))");
		assert.match(live, /in force limit hits good traffic Lets 200 packets a second .* from 198\.51\.100\.0\/24 .* Now 31 packets\/s .* Known good among them 12/);
		assert.match(live, /lifted for a moment.* Ends in \d\d min .* By BGP, at the provider Owner tanaka/);
		assert.match(await text(page, "main section:has(h2:text('What can act'))"), /BGP.* not able No BGP daemon is configured: set respond/);
		assert.match(await text(page, "main section:has(h2:text('Ended'))"), /refused .* is the gateway of eth0/);
		assert.match(await text(page, "main section:has(h2:text('Never'))"), /192\.0\.2\.1 gateway gateway of eth0/);
		assert.match(await text(page, ".intro"), /Hinomi suggests; a person decides/);
	});
	await check("actions: who is never blocked, in Japanese, too", async () => {
		await page.click("button[lang=ja]");
		assert.match(await text(page, "main section:has(h2:text('遮断しない'))"), /192\.0\.2\.1 .*eth0 のゲートウェイ/);
		await page.click("button[lang=en]");
		await sees(page, "h2", "Never blocked");
	});
	await check("actions: figures move with the events; a new suggestion arrives without a reload, and is told of", async () => {
		const limit = keeper.world.actions.find((one) => one.id === 7);

		keeper.push("action", { ...limit, hits: { ...limit.hits, pps: 4711 } });
		await sees(page, ".countermeasures .pace", "4,711 packets/s");
		keeper.world.actions.unshift({ ...keeper.world.actions[0], id: 30, say: { en: "Drops the NTP answers", ja: "NTPの応答を破棄します" } });
		keeper.push("action", keeper.world.actions[0]);
		await sees(page, ".countermeasures", "Drops the NTP answers");
		await sees(page, "#news", "A countermeasure waits for your decision: Drops the NTP answers");
	});
	await check("actions: one that hurts says so in words, and not by colour alone", async () => {
		await sees(page, "[data-key=action-7] .flag", "hits good traffic");
		assert.equal(await page.locator(".flag.hurts").count(), 1);
	});
}

async function checkDecided(page, keeper) {
	await check("actions: a suggestion is done with a length, after its effect was shown", async () => {
		await press(page, 8, "Do it");
		await sees(page, dialog, "drops 99.41% of the attack and 0.02% of the normal traffic");
		assert.equal(await page.inputValue(`${dialog} [name=for]`), "1h");
		await page.selectOption(`${dialog} [name=for]`, "4h");
		await confirm(page);
		await sees(page, "[data-key=action-8]", "in force");
		const action = keeper.world.actions.find((one) => one.id === 8);
		assert.equal(action.owner, "admin");
		assert.ok(new Date(action.until) - new Date(action.from) === 4 * 3600000, action.until);
	});
	await check("actions: undone with a reason; a refusal is shown, and what was typed stays", async () => {
		await press(page, 8, "Undo");
		await page.fill(`${dialog} [name=reason]`, "no");
		await page.click(`${dialog} button.main`);
		await sees(page, `${dialog} [role=alert]`, "too short");
		await page.fill(`${dialog} [name=reason]`, "Customers complain");
		await confirm(page);
		await sees(page, "section:has(h2:text('Ended'))", "Undone: Customers complain");
	});
	await check("actions: a suggestion is declined with a reason", async () => {
		await press(page, 30, "Decline");
		await sees(page, dialog, "It is not suggested again for this incident.");
		await page.fill(`${dialog} [name=reason]`, "That is our time server");
		await confirm(page);
		await sees(page, "section:has(h2:text('Ended'))", "Undone: That is our time server");
	});
	await check("block: never before it was rehearsed; its effect comes when it is known; a change asks anew", async () => {
		const before = keeper.world.actions.length;

		await page.click("text=Block something");
		await page.fill(`${dialog} [name=what]`, "192.0.2.1");
		await page.fill(`${dialog} [name=reason]`, "It floods us");
		await page.click(`${dialog} button.main`);
		await sees(page, `${dialog} [role=alert]`, "192.0.2.1 is never blocked: the gateway of eth0.");
		await page.fill(`${dialog} [name=what]`, "198.51.100.7");
		await page.click(`${dialog} button.main`);
		await sees(page, `${dialog} .preview`, "It is being tried");
		const [tried] = keeper.world.actions;
		assert.deepEqual([tried.rehearse, tried.state, tried.verb, tried.hand, tried.filter], [true, "rehearsed", "drop", "auto", "from 198.51.100.7"]);
		keeper.push("action", { ...tried, effect: { attack: 0, attack_hit: 0, normal: 300, normal_hit: 3 } });
		await sees(page, `${dialog} .preview`, "concerns 1% of the traffic of late");
		await sees(page, `${dialog} button.main`, "Put it in force");
		await page.selectOption(`${dialog} [name=for]`, "10m");
		await sees(page, `${dialog} button.main`, "What would it do?");
		await page.click(`${dialog} button.main`);
		await sees(page, `${dialog} button.main`, "Put it in force");
		assert.equal(keeper.world.actions.length, before + 2);
		await confirm(page);
		assert.equal(keeper.world.actions[0].rehearse, false);
		await sees(page, "section:has(h2:text('In force now'))", "from 198.51.100.7");
	});
	await check("block: a limit asks how many; a hand that is not able cannot be chosen", async () => {
		await page.click("text=Block something");
		assert.equal(await page.locator(`${dialog} [name=limit]`).isVisible(), false);
		await page.selectOption(`${dialog} [name=verb]`, "limit");
		await page.fill(`${dialog} [name=limit]`, "250");
		assert.equal(await page.locator(`${dialog} [name=hand] option[value=bgp]`).isDisabled(), true);
		await page.fill(`${dialog} [name=what]`, "to 203.0.113.80 proto udp from-port 123");
		await page.fill(`${dialog} [name=reason]`, "NTP answers");
		await page.click(`${dialog} button.main`);
		await sees(page, `${dialog} button.main`, "Put it in force");
		assert.deepEqual([keeper.world.actions[0].verb, keeper.world.actions[0].limit], ["limit", 250]);
		await sees(page, `${dialog} .preview`, "not known: there are no packets to try it on");
		await page.keyboard.press("Escape");
	});
	await check("undo all: asks first, says how many, and what it did", async () => {
		await page.click("text=Undo all");
		await sees(page, dialog, "3 countermeasures end at once.");
		await page.click(`${dialog} button.main`);
		assert.equal(await page.locator(dialog).count(), 1, "the reason is compulsory");
		await page.fill(`${dialog} [name=reason]`, "The provider filters now");
		await confirm(page);
		await sees(page, "main [role=status]", "3 countermeasures were undone.");
		await sees(page, "section:has(h2:text('In force now'))", "Nothing is blocked or limited now.");
	});
}

async function checkInIncident(page, keeper) {
	await check("incident: its countermeasures, what separates the attack, and buttons", async () => {
		keeper.world.actions = world().actions;
		await go(page, "incidents/12");
		const shown = await text(page, "section:has(> .countermeasures)");
		assert.match(shown, /One filter separates the attack/);
		assert.match(shown, /suggested drop .* Do it/);
		assert.doesNotMatch(shown, /SSH|blackhole/, "those of other incidents");
		keeper.push("action", { ...keeper.world.actions[0], id: 31, incident: 12, say: { en: "Limits the rest", ja: "残りを制限します" } });
		await sees(page, ".countermeasures", "Limits the rest");
		await press(page, 8, "Do it");
		await confirm(page);
		await sees(page, "[data-key=action-8]", "in force");
	});
	await check("incident: the text for the provider is copied and saved; the filters in the forms of other programs", async () => {
		await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
		await sees(page, ".taken pre", "Dear NOC,");
		await page.locator(".taken").first().getByText("Copy").click();
		await sees(page, "#news", "Copied.");
		assert.equal(await page.evaluate(() => navigator.clipboard.readText()), keeper.world.filters[12].upstream.en);
		await page.click("[data-key=exports] summary");
		assert.equal(await page.locator("[data-key=exports] .taken").count(), 5);
		const box = page.locator("[data-key=exports] section", { hasText: "Fingerprint" });
		const [download] = await Promise.all([page.waitForEvent("download"), box.getByText("Save").click()]);
		assert.equal(download.suggestedFilename(), "hinomi-12-fingerprint.json");
		assert.equal(readFileSync(await download.path(), "utf8"), keeper.world.filters[12].exports.dissector);
	});
	await check("incident: without a filter nothing is promised; what cannot be asked does not hide the rest", async () => {
		await go(page, "incidents/11");
		assert.equal(await page.locator(".taken").count(), 0);
		keeper.world.filters[12] = { ...keeper.world.filters[12], good: false,
			say: { en: "No filter separates it: limit the rate, or ask the provider.", ja: "見分けられるフィルターがありません。流量制限か、事業者への依頼を検討してください。" } };
		await go(page, "incidents/12");
		await sees(page, "section .problem", "No filter separates it");
		const answer = keeper.answer.bind(keeper);
		keeper.answer = (op, ...rest) => (op === "actions"
			? { ok: false, code: "failed", error: { en: "The store is away.", ja: "保存先が使えません。" } } : answer(op, ...rest));
		await go(page, "incidents/9");
		await go(page, "incidents/12");
		await sees(page, "section .problem", "The store is away.");
		assert.match(await text(page, ".why"), /Threshold/);
		delete keeper.answer;
	});
	await check("level: its row about countermeasures leads to them", async () => {
		await go(page, "level");
		await page.click(".levels tbody th a");
		await sees(page, "h1", "Countermeasures");
	});
	await check("now: the suggestion is among what to do, and leads to its incident", async () => {
		await go(page, "now");
		await page.locator(".todo a", { hasText: "Decide on the suggested countermeasure" }).click();
		await sees(page, ".countermeasures", "Drops SYNs");
	});
}

async function checkViewer(browser, tower) {
	await check("actions: a viewer sees all of it, and no button", async () => {
		const page = await open(browser, tower.address);

		await logIn(page, "viewer");
		for (const route of ["actions", "incidents/12"]) {
			await go(page, route);
			await sees(page, ".countermeasures", "Drops SYNs");
			assert.deepEqual((await page.locator("main button").allTextContents()).filter((name) => !/Copy|Save/.test(name)), [], route);
		}
		assert.deepEqual(page.troubles, []);
		await page.context().close();
	});
}

async function checkKeyboard(browser, tower, keeper) {
	await check("keyboard: a suggestion is done and undone on a phone, without a mouse", async () => {
		const page = await open(browser, tower.address, { width: 360, height: 780 });

		keeper.world.actions = world().actions;
		await logIn(page, "operator");
		await tabTo(page, /Decide on the suggested/);
		await page.keyboard.press("Enter");
		await sees(page, ".countermeasures", "suggested");
		await tabTo(page, /^Do it/);
		await page.keyboard.press("Enter");
		await page.locator(dialog).waitFor();
		await tabTo(page, /^Do it/);
		await page.keyboard.press("Enter");
		await page.locator(dialog).waitFor({ state: "detached" });
		await sees(page, "[data-key=action-8]", "in force");
		await tabTo(page, /^Undo/);
		await page.keyboard.press("Enter");
		await tabTo(page, / reason$/);
		await page.keyboard.type("By keyboard");
		await page.keyboard.press("Tab");
		await tabTo(page, /^Undo/);
		await page.keyboard.press("Enter");
		await page.locator(dialog).waitFor({ state: "detached" });
		await tabTo(page, /3 ended, refused or failed/);
		await page.keyboard.press("Enter");
		await sees(page, "[data-key=action-8]", "Undone: By keyboard");
		assert.deepEqual(page.troubles, []);
		await page.context().close();
	});
}

async function checkPassword(browser, tower) {
	await check("password: changed by who knows the old one; other sessions end, this one goes on", async () => {
		const page = await open(browser, tower.address, { refused: [400] });
		const other = await open(browser, tower.address, { refused: [401] });

		await logIn(page, "operator");
		await logIn(other, "operator");
		await page.click("text=Change password");
		await page.fill(`${dialog} [name=old]`, "wrong password");
		await page.fill(`${dialog} [name=password]`, CHOSEN);
		await page.fill(`${dialog} [name=again]`, CHOSEN);
		await page.click(`${dialog} button.main`);
		await sees(page, `${dialog} [role=alert]`, "The present password is wrong.");
		await page.waitForTimeout(500); /* the tower makes who failed wait */
		await page.fill(`${dialog} [name=old]`, PASSWORD);
		await confirm(page);
		await sees(page, "#news", "Your password was changed.");
		await sees(other, "main", "Your session has ended");
		await go(page, "incidents/9");
		await page.click("text=Add a note");
		await page.fill(`${dialog} [name=text]`, "Written with the new session");
		await confirm(page);
		await sees(page, ".notes", "Written with the new session");
		assert.deepEqual(page.troubles, []);
		await Promise.all([page.context().close(), other.context().close()]);
	});
}

export async function checkActions(browser, build) {
	const keeper = new Keeper(world());
	const tower = await begin(build, keeper);
	const page = await open(browser, tower.address, { refused: [400, 409, 500] });

	await logIn(page, "admin");
	await checkSeen(page, keeper);
	await checkDecided(page, keeper);
	await checkInIncident(page, keeper);
	await check("actions: no console error in all of this", () => assert.deepEqual(page.troubles, []));
	await page.context().close();
	keeper.world = world();
	await checkViewer(browser, tower);
	await checkKeyboard(browser, tower, keeper);
	await checkPassword(browser, tower);
	await tower.end();
}
