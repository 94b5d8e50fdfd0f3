/* check_sites.js - web sites: how many are how, found among thousands, one looked at, and a changed page approved. */
import assert from "node:assert/strict";

import { go, logIn, open, sees, text } from "./browser.js";
import { check } from "./harness.js";
import { Keeper } from "./keeper.js";
import { begin } from "./tower.js";
import { manySites } from "./watched.js";
import { incident, world } from "./world.js";

const dialog = "dialog[open]";
const CITY = "sites/www.city.example.jp";

async function checkList(page, keeper) {
	await check("sites: how many are how, and those that are not well first, the worst on top", async () => {
		await go(page, "sites");
		assert.deepEqual(await page.locator(".counts button").allInnerTexts().then((all) => all.map((one) => one.replace(/\s+/g, " "))),
			["16 All sites", "12 Good", "1 Slow", "1 Look at it", "1 Down", "1 Defaced"]);
		assert.match(await text(page, ".intro"), /33\.3 looks a second/);
		const unwell = page.locator(".sites > section").first().locator("li");

		assert.deepEqual(await unwell.locator("strong").allInnerTexts(), ["www.city.example.jp", "shop.example.jp", "old.example.jp", "api.example.jp"]);
		assert.match((await unwell.nth(1).innerText()).replace(/\s+/g, " "), /Down shop\.example\.jp No connection to it: the server refuses\. –/);
		assert.equal(await unwell.nth(1).locator(".spark .missed").count(), 2);
		assert.match((await page.locator("[data-key='site-office3.example.jp']").innerText()).replace(/\s+/g, " "), /Good office3\.example\.jp https:\/\/office3\.example\.jp\/ 119 ms/);
	});
	await check("sites: filtered by state and by text, and the address remembers it", async () => {
		await page.getByRole("button", { name: "1 Down" }).click();
		await sees(page, ".sites > section", "Sites that fit"); /* told with the answer, not before */
		assert.deepEqual(await page.locator(".sites li strong").allInnerTexts(), ["shop.example.jp"]);
		assert.match(page.url(), /sites\?state=down$/);
		await page.getByRole("button", { name: "16 All sites" }).click();
		await page.fill("#sites-text", "office1");
		await page.locator("[data-key='site-office2.example.jp']").waitFor({ state: "detached" });
		assert.equal(await page.locator(".sites li strong").count(), 4);
		assert.match(page.url(), /sites\?text=office1$/);
		await page.fill("#sites-text", "nothing has this");
		await sees(page, ".sites", "No site fits.");
		await page.fill("#sites-text", "");
		await sees(page, ".sites", "Not well");
	});
	await check("sites: of one that is good it is said when its last look failed, or was none", async () => {
		for (const [name, more, says] of [["office4.example.jp", { last: { failed: "tcp", why: "connection refused" } }, "The last look failed."],
			["office5.example.jp", { ours: true }, "Our own network fails."]]) {
			const office = keeper.world.sites.find((one) => one.name === name);

			keeper.push("site", { ...keeper.brief(office), ...more, say: { en: says, ja: "障害です。" } });
			await sees(page, `[data-key='site-${name}']`, says);
		}
	});
	await check("sites: one that goes down comes to the top by itself", async () => {
		const office = keeper.world.sites.find((one) => one.name === "office3.example.jp");

		Object.assign(office, { state: "down", say: { en: "It does not answer.", ja: "応答がありません。" } });
		keeper.push("site", keeper.brief(office));
		await sees(page, ".sites > section:first-of-type", "office3.example.jp");
		await page.getByRole("button", { name: "2 Down" }).waitFor();
	});
}

async function checkOne(page, keeper) {
	await check("site: what changed, side by side; hostile texts are texts; its address is a link", async () => {
		await page.click("[data-key='site-www.city.example.jp'] a");
		await page.locator(".site h1").waitFor();
		assert.match(await text(page, ".incident-head"), /Defaced Since .* www\.city\.example\.jp https:\/\/www\.city\.example\.jp\/ Its page was replaced/);
		const changes = await text(page, ".changes");

		assert.match(changes, /Defaced How sure: 98 of 100 .* Title\. Another title, in another language Before ○○市公式ホームページ Now HACKED BY Night\\u202eWolf/);
		assert.match(changes, /Now <script>alert\(1\)<\/script> greetz to all no war/);
		assert.equal(await page.locator(".site .parties a").getAttribute("rel"), "noopener noreferrer");
	});
	await check("site: where the time went, the certificate, the names, the course of an hour", async () => {
		const site = await text(page, ".halves");

		assert.match(site, /Name 4 ms Connection 12 ms Encryption 28 ms First byte 61 ms Page 14 ms/);
		assert.match(site, /Took 119 ms HTTP status 200 Size 48\.2 kB Answered by 203\.0\.113\.80/);
		assert.match(site, /61 days left .* Issued by Let's Encrypt R11 Trusted yes/);
		assert.match(site, /Addresses 203\.0\.113\.80 2001:db8::80 Name servers ns1\.example\.net ns2\.example\.net/);
		assert.match(site, /Up in a day 100% Up in a week 99\.96%/);
		assert.match(await page.locator(".course .spark").getAttribute("aria-label"), /^60 looks, at most 15\d ms, without an answer: 0$/);
		assert.equal(await page.locator(".phases rect").count(), 5);
	});
	await check("site: the changes are approved with a reason; a refusal is shown", async () => {
		await page.click(".changes button:has-text('Approve')");
		await page.fill(`${dialog} [name=reason]`, "no");
		await page.click(`${dialog} button.main`);
		await sees(page, `${dialog} [role=alert]`, "too short");
		await page.fill(`${dialog} [name=reason]`, "Our new design");
		await page.click(`${dialog} button.main`);
		await page.locator(".changes").waitFor({ state: "detached" });
		await sees(page, ".kicker", "Good");
		assert.equal(keeper.world.log[0].reason, "Our new design");
	});
	await check("site: one that is down says at which phase, and can be looked at now", async () => {
		await go(page, "sites/shop.example.jp");
		assert.match(await text(page, ".failed"), /It failed at: Connection: connection refused/);
		await sees(page, ".course", "2 without an answer");
		await page.click(".incident-head button.main");
		await page.waitForFunction(() => /just now/.test(document.querySelector(".halves").textContent));
		assert.deepEqual(keeper.asked, { do: "check", name: "shop.example.jp" });
	});
	await check("site: an expired certificate is told, and one that nobody knows is not found", async () => {
		keeper.world.sites.find((one) => one.name === "old.example.jp").certificate.days = -3;
		await go(page, "sites/old.example.jp");
		assert.match(await text(page, ".big-days.act"), /Expired 3 days ago/);
		await go(page, "sites/nobody.example");
		await sees(page, "main", "There is no such site.");
	});
}

async function checkIncident(page, keeper) {
	await check("site: its incident names it and nobody else, and leads to it", async () => {
		keeper.world.incidents.unshift(incident(20, { rule: "site_down", direction: "unknown", vector: null, who: { kind: "name", name: "shop.example.jp" },
			whom: { kind: "none", name: "" }, sources: 0, targets: 0, title: { en: "Site is down", ja: "サイトが停止" } }));
		await go(page, "incidents");
		assert.match(await text(page, "[data-key=incident-20] .row-main"), /^Site is down shop\.example\.jp$/);
		await page.click("[data-key=incident-20] a");
		await page.click(".incident-head a:has-text('See the site')");
		await sees(page, ".site h1", "shop.example.jp");
	});
}

/* Quick is: the browser has no more to do than for the hundred that it shows. */
async function checkMany(page, keeper) {
	await check("sites: of 2,000 a hundred are shown, more on demand, and any is found", async () => {
		keeper.world.sites = manySites(2000);
		await go(page, "now");
		await go(page, "sites");
		await sees(page, ".counts", "2,000");
		assert.equal(await page.locator(".sites > section").nth(1).locator("li").count(), 100);
		assert.equal(await page.locator(".sites > section").first().locator("li").count(), 5);
		await page.click("button:has-text('Show more')");
		await page.locator("[data-key='site-s0199.example.jp']").waitFor();
		await page.fill("#sites-text", "s1807");
		await page.locator("[data-key='site-s0199.example.jp']").waitFor({ state: "detached" });
		assert.deepEqual(await page.locator(".sites li strong").allInnerTexts(), ["s1807.example.jp"]);
	});
	await check("sites: when many change at once, the list is asked for anew", async () => {
		await page.fill("#sites-text", "");
		await sees(page, ".counts", "2,000");
		for (const one of keeper.world.sites)
			one.state = "unknown";
		keeper.world.sites.at(-1).state = "defaced"; /* the last by its name, of more than are shown */
		keeper.push("sites", { running: true });
		await sees(page, ".counts", "Not known yet");
		await sees(page, ".sites > section:first-of-type li:first-child", "s1999.example.jp");
	});
	await check("sites: when the watch stops, it is said; where there is no site, the command that adds one", async () => {
		keeper.world.sitesRun = false;
		keeper.push("sites", { running: false });
		await sees(page, ".sites > .problem", "does not run");
		keeper.world.sites = [];
		await go(page, "now");
		await page.click(".tiles a:has-text('Web sites')");
		await sees(page, ".empty pre", "hinomi site add https://");
	});
}

export async function checkSites(browser, build) {
	const keeper = new Keeper(world());
	const tower = await begin(build, keeper);
	const page = await open(browser, tower.address, { refused: [400, 404, 409] });

	await logIn(page, "operator");
	await checkList(page, keeper);
	await checkOne(page, keeper);
	await checkIncident(page, keeper);
	await checkMany(page, keeper);
	await check("sites: no console error in all of this", () => assert.deepEqual(page.troubles, []));
	await page.context().close();
	await check("sites: in Japanese, on a phone, for a viewer: no button that changes anything", async () => {
		keeper.world = world();
		const viewer = await open(browser, tower.address, { locale: "ja-JP", width: 360 });

		await logIn(viewer, "viewer");
		await go(viewer, CITY);
		assert.match(await text(viewer, ".changes"), /改ざん .*以前 ○○市公式ホームページ 現在 HACKED BY/);
		assert.equal(await viewer.locator(".site button").count(), 0);
		assert.deepEqual(viewer.troubles, []);
		await viewer.context().close();
	});
	await tower.end();
}
