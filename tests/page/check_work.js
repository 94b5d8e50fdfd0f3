/* check_work.js - what people do at the tower: from the first account to the raised level. */
import assert from "node:assert/strict";

import { go, logIn, open, sees, tabTo, text } from "./browser.js";
import { check } from "./harness.js";
import { Keeper } from "./keeper.js";
import { begin, PASSWORD, TOKEN } from "./tower.js";
import { incident, world } from "./world.js";

const dialog = "dialog[open]";

async function confirm(page) {
	await page.click(`${dialog} button.main`);
	await page.locator(dialog).waitFor({ state: "detached" });
}

async function checkFirst(browser, build) {
	const tower = await begin(build, new Keeper({ ...world(), accounts: [] }), ["--setup", TOKEN]);

	await check("setup: the first account is made with the one-time token", async () => {
		const page = await open(browser, `${tower.address}/#setup=wrong`, { refused: [403] });

		await page.fill("[name=name]", "tanaka");
		await page.fill("[name=password]", "watch the tower");
		await page.fill("[name=again]", "watch the towel");
		await page.click("main button.main");
		await sees(page, "[role=alert]", "differ");
		await page.fill("[name=again]", "watch the tower");
		await page.click("main button.main");
		await sees(page, "[role=alert]", "token");
		await page.waitForTimeout(500); /* the tower takes four tries of strangers a second */
		await page.fill("[name=token]", TOKEN);
		await page.click("main button.main");
		await page.locator("#answer").waitFor();
		assert.match(await text(page, ".person"), /tanaka, administrator/);
		assert.deepEqual(page.troubles, []);
		await page.context().close();
	});
	await check("login: a wrong password is refused beside the form, in the chosen language", async () => {
		const page = await open(browser, tower.address, { refused: [401] });

		await page.fill("[name=name]", "tanaka");
		await page.fill("[name=password]", "wrong password");
		await page.click("main button.main");
		await sees(page, "form [role=alert]", "wrong");
		await page.click("button[lang=ja]");
		await sees(page, "form [role=alert]", "パスワード");
		assert.equal(await page.inputValue("[name=name]"), "tanaka");
		await page.fill("[name=password]", "watch the tower");
		await page.click("main button.main");
		await page.locator("#answer").waitFor();
		assert.deepEqual(page.troubles, []);
		await page.context().close();
	});
	await tower.end();
}

async function checkLive(page, keeper) {
	await check("now: answer, state in words, what to do, tiles, chart, open incidents", async () => {
		assert.match(await text(page, "#answer"), /web server is under attack/);
		assert.match(await text(page, ".answer .state"), /Act now/);
		assert.equal(await page.locator(".todo li").count(), 4);
		assert.match(await text(page, ".tiles"), /SYN flood against 203\.0\.113\.80/);
		assert.equal(await page.locator("#chart canvas").count(), 1);
		assert.equal(await page.locator(".rows li").count(), 4);
	});
	await check("now: ticks move the chart's figures", async () => {
		const figures = new Set();

		for (let i = 0; i < 6 && figures.size < 2; i++) {
			figures.add(await text(page, ".key.in"));
			await page.waitForTimeout(700);
		}
		assert.ok(figures.size >= 2, "the figures stand still");
		await page.click("text=Bits");
		await sees(page, ".key.in", /bit\/s/);
		await page.click("text=Packets");
	});
	await check("now: a live incident and the new answer arrive without a reload", async () => {
		await page.evaluate(() => {
			globalThis.stayed = true;
		});
		const found = incident(40, { title: { en: "NTP reflection", ja: "NTPリフレクション" }, severity: "critical" });
		const { timeline, notes, ...short } = found;

		keeper.world.incidents.unshift(found);
		keeper.push("incident", short);
		await sees(page, ".rows li", "NTP reflection");
		await sees(page, "#news", "New incident: NTP reflection, Critical.");
		keeper.push("status", { ...keeper.world.status, answer: { state: "look", say: { en: "Have a look at one thing.", ja: "一つ確認してください。" } } });
		await sees(page, "#answer", "Have a look at one thing.");
		keeper.push("status", keeper.world.status);
		await sees(page, "#answer", "under attack");
		assert.equal(await page.evaluate(() => globalThis.stayed), true);
	});
	await check("incidents: one that closes leaves the open ones by itself", async () => {
		const { timeline, notes, ...short } = keeper.world.incidents.find((one) => one.id === 40);

		await go(page, "incidents");
		await sees(page, ".rows li", "NTP reflection");
		keeper.push("incident", { ...short, state: "closed", ongoing: false });
		await page.locator(".rows li", { hasText: "NTP reflection" }).waitFor({ state: "detached" });
		keeper.world.incidents.shift();
	});
}

async function checkIncident(page, keeper) {
	await check("incidents: filters by state, severity and text are part of the address; older ones can be had", async () => {
		await go(page, "incidents");
		await page.selectOption("[name=state]", "all");
		await sees(page, ".rows", "Password guessing");
		assert.equal(await page.locator(".rows li").count(), 6);
		await page.click("text=Show older ones");
		await page.locator(".rows li").nth(9).waitFor();
		await page.fill("[name=text]", "192.168.10.54");
		await page.locator(".rows li").nth(1).waitFor({ state: "detached" });
		assert.match(await text(page, ".rows"), /Calls home/);
		await page.selectOption("[name=severity]", "high");
		await sees(page, "main", "No incident fits.");
		assert.match(page.url(), /severity=high&text=192\.168\.10\.54/);
	});
	await check("incident: its why in numbers, what to do, timeline, sizes, ATT&CK", async () => {
		await go(page, "incidents/12");
		assert.match(await text(page, ".why"), /Threshold 150 a second/);
		assert.match(await text(page, ".advice"), /SYN cookies/);
		assert.match(await text(page, ".timeline"), /First alarm/);
		assert.match(await text(page, ".halves .facts"), /2,687 packets\/s, 1\.3 Mbit\/s/);
		assert.match(await text(page, ".halves .facts"), /T1499\.001/);
		assert.match(await page.locator(".halves .facts time").first().getAttribute("title"), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
	});
	await check("incident: the evidence is a pcap to be saved", async () => {
		const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=Packets as pcap")]);

		assert.equal(download.suggestedFilename(), "hinomi-12.pcap");
	});
	await check("incident: acknowledge, with a note", async () => {
		await page.click("text=Acknowledge");
		await page.fill(`${dialog} [name=note]`, "I call the provider.");
		await confirm(page);
		await sees(page, ".incident-head", "Acknowledged by admin");
		await sees(page, ".notes", "I call the provider.");
		assert.equal(await page.locator(".incident-head button", { hasText: "Acknowledge" }).count(), 0);
	});
	await check("incident: what another does arrives", async () => {
		keeper.answer("annotate", { id: 12, text: "The provider filters." }, "sato", "operator");
		await sees(page, ".notes", "The provider filters.");
	});
	await check("incident: a note is added", async () => {
		await page.click("text=Add a note");
		await page.fill(`${dialog} [name=text]`, "Two lines\nof text");
		await confirm(page);
		await sees(page, ".notes", "of text");
	});
	await check("incident: one that goes on cannot be closed; one that ended can", async () => {
		assert.equal(await page.locator(".incident-head button", { hasText: "Close" }).isDisabled(), true);
		await go(page, "incidents/7");
		await page.click(".incident-head button:has-text('Close')");
		await page.fill(`${dialog} [name=reason]`, "Only a scan.");
		await confirm(page);
		await sees(page, ".incident-head", "closed");
	});
	await check("silence: tells what it hides; a refusal is shown in the dialog, and what was typed stays", async () => {
		await go(page, "incidents/12");
		await page.click("text=Silence");
		await sees(page, `${dialog} .hides`, "This hides 1 open incident");
		await page.check(`${dialog} [value=rule_source]`);
		await sees(page, `${dialog} .hides`, "SYN flood");
		await page.fill(`${dialog} [name=reason]`, "no");
		await page.click(`${dialog} button.main`);
		await sees(page, `${dialog} [role=alert]`, "too short");
		assert.equal(await page.inputValue(`${dialog} [name=reason]`), "no");
		await page.fill(`${dialog} [name=reason]`, "A load test that we ordered");
		await page.selectOption(`${dialog} [name=for]`, "24h");
		await confirm(page);
		await sees(page, ".incident-head", "silenced");
		await go(page, "exceptions");
		await sees(page, ".plans", "A load test that we ordered");
		await page.locator(".plans li", { hasText: "load test" }).getByText("End it").click();
		await page.fill(`${dialog} [name=reason]`, "The test is over");
		await confirm(page);
		assert.equal(await page.locator(".plans li.holds", { hasText: "load test" }).count(), 0);
	});
}

async function checkLevel(page, keeper) {
	await check("level: a readable table, the current column marked", async () => {
		await go(page, "level");
		assert.match(await text(page, ".levels thead .current"), /Guarded/);
		assert.equal(await page.locator(".levels tbody tr").count(), 10);
	});
	await check("level: nothing is set before the preview is shown; then it is, with its reason", async () => {
		await page.click("text=Change the level");
		assert.equal(await page.locator(`${dialog} button.main`).isDisabled(), true);
		await page.check(`${dialog} [value=high]`);
		await sees(page, `${dialog} .preview`, "18 alarms now, 30 then");
		assert.match(await text(page, `${dialog} .preview`), /Thresholds of all detectors 80 % 60 %/);
		assert.match(await text(page, `${dialog} .preview`), /198\.51\.100\.23 → 203\.0\.113\.0\/24/);
		await page.click(`${dialog} button.main`);
		assert.equal(await page.locator(dialog).count(), 1, "the reason is compulsory");
		await page.fill(`${dialog} [name=reason]`, "Golden Week");
		await page.selectOption(`${dialog} [name=for]`, "until");
		await page.fill(`${dialog} [name=until]`, "2031-05-06T09:00");
		await confirm(page);
		await sees(page, ".level-now", "High");
		assert.equal(keeper.world.level.until, "2031-05-06T00:00:00Z");
		await sees(page, ".rail-level", "High");
		await sees(page, ".timeline", "Golden Week");
	});
	await check("level: a change by another arrives without a reload", async () => {
		keeper.answer("level_set", { to: "severe", reason: "Seen at the neighbours", for: "4h" }, "sato", "operator");
		await sees(page, ".level-now", "Severe");
		assert.match(await text(page, ".levels thead .current"), /Severe/);
		keeper.answer("level_set", { to: "guarded", reason: "Back again", for: "72h" }, "sato", "operator");
		await sees(page, ".level-now", "Guarded");
	});
	await check("level: lowering to normal needs no length", async () => {
		await page.click("text=Change the level");
		await page.check(`${dialog} [value=normal]`);
		assert.equal(await page.locator(`${dialog} [name=for]`).isVisible(), false);
		await page.fill(`${dialog} [name=reason]`, "All is quiet");
		await sees(page, `${dialog} button.main`, "Set to Normal");
		await confirm(page);
		await sees(page, ".level-now", "Normal");
		assert.equal(keeper.world.level.until, null);
	});
	await check("level: a plan is added and removed", async () => {
		await page.click("text=Plan a level");
		await page.fill(`${dialog} [name=reason]`, "Obon holidays");
		await confirm(page);
		await sees(page, ".plans", "Obon holidays");
		await page.locator(".plans li", { hasText: "Obon" }).getByText("Remove").click();
		await page.fill(`${dialog} [name=reason]`, "Not closed this year");
		await confirm(page);
		await page.locator(".plans li", { hasText: "Obon" }).waitFor({ state: "detached" });
	});
}

async function checkRest(page) {
	await check("health: drops are told openly, and every process", async () => {
		await go(page, "health");
		assert.match(await text(page, ".drops"), /1,204 of 48,213,134 packets were not looked at/);
		assert.match(await text(page, ".health table"), /warden .* teller/);
	});
	await check("telling people: a test is sent, and said so", async () => {
		await go(page, "telling");
		await page.locator(".plans li").first().getByText("Send a test").click();
		await sees(page, ".plans [role=status]", "on its way to soc@example.jp");
	});
	await check("accounts: one is added, can log in, and is removed", async () => {
		await go(page, "accounts");
		await page.click("text=Add an account");
		await page.fill(`${dialog} [name=name]`, "suzuki");
		await page.selectOption(`${dialog} [name=role]`, "viewer");
		await page.fill(`${dialog} [name=password]`, PASSWORD);
		await page.fill(`${dialog} [name=again]`, PASSWORD);
		await confirm(page);
		const row = page.locator("tbody tr", { hasText: "suzuki" });
		await row.waitFor();
		await row.getByText("Remove").click();
		await confirm(page);
		await row.waitFor({ state: "detached" });
	});
	await check("log: what was done, by whom and why", async () => {
		await go(page, "log");
		assert.match(await text(page, "main table"), /Level: guarded → high Golden Week/);
	});
	await check("language: everything turns to Japanese at once, and stays so", async () => {
		await page.evaluate(() => {
			globalThis.stayed = true;
		});
		await go(page, "incidents/12");
		await page.click(".rail button[lang=ja]");
		await sees(page, ".why", "項目");
		assert.match(await text(page, ".why"), /平常値 応答のないもの毎秒0\(これまでの学習による\)/);
		assert.equal(await page.evaluate(() => document.documentElement.lang), "ja");
		assert.match(await text(page, "h1"), /SYNフラッド/);
		assert.match(await text(page, ".advice"), /今すべきこと/);
		assert.equal(await page.evaluate(() => globalThis.stayed), true);
		await page.reload();
		await page.locator("h1").waitFor();
		assert.equal(await page.evaluate(() => document.documentElement.lang), "ja");
		await page.click(".rail button[lang=en]");
		await sees(page, ".advice", "What to do now");
	});
	await check("appearance: dark can be chosen, and stays", async () => {
		const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
		const light = await ground();

		await page.click("[aria-label^='Appearance']");
		await page.click("[aria-label^='Appearance']");
		assert.notEqual(await ground(), light);
		await page.reload();
		await page.locator("h1").waitFor();
		assert.notEqual(await ground(), light);
		await page.click("[aria-label^='Appearance']");
		assert.equal(await ground(), light);
	});
}

async function checkRoles(browser, tower) {
	await check("roles: a viewer sees everything but accounts and targets, and no button it may not use", async () => {
		const page = await open(browser, tower.address);

		await logIn(page, "viewer");
		const views = await text(page, ".rail nav");
		assert.doesNotMatch(views, /Accounts|Telling/);
		for (const [route, forbidden] of [["incidents/11", /Acknowledge|Silence|Add a note|Close/], ["level", /Change the level|Plan a level|Remove/],
			["exceptions", /End it/], ["accounts", /Add an account/], ["telling", /Send a test/]]) {
			await go(page, route);
			for (const name of await page.locator("main button").allInnerTexts())
				assert.doesNotMatch(name, forbidden, route);
		}
		assert.deepEqual(page.troubles, []);
		await page.context().close();
	});
	await check("roles: an operator handles incidents, not accounts", async () => {
		const page = await open(browser, tower.address);

		await logIn(page, "operator");
		await go(page, "incidents/11");
		await sees(page, ".incident-head button", "Acknowledge");
		await go(page, "accounts");
		await sees(page, "main", "Only an administrator may see this.");
		assert.deepEqual(page.troubles, []);
		await page.context().close();
	});
}

async function checkLost(browser, tower, keeper) {
	await check("connection: its loss is told calmly, it mends itself, and what was missed is there", async () => {
		const page = await open(browser, tower.address);

		await logIn(page, "operator");
		tower.freeze();
		await sees(page, ".lost", "The connection to the tower was lost");
		keeper.world.status.answer.say.en = "What was missed meanwhile.";
		tower.thaw();
		await page.locator(".lost").waitFor({ state: "detached", timeout: 20000 });
		await sees(page, "#answer", "What was missed meanwhile.");
		await sees(page, "#news", "is back");
		assert.deepEqual(page.troubles.filter((trouble) => !trouble.includes("net::")), []);
		await page.context().close();
	});
	await check("session: when it has ended, the page asks to sign in again", async () => {
		const page = await open(browser, tower.address, { refused: [401] });

		await logIn(page, "operator");
		await page.context().clearCookies();
		await page.evaluate(() => {
			location.hash = "#/log";
		});
		await sees(page, "main", "Your session has ended");
		await logInAgain(page);
		await sees(page, "h1", "Log");
		await page.click("text=Sign out");
		await page.locator("[name=password]").waitFor();
		await page.context().close();
	});
}

async function logInAgain(page) {
	await page.fill("[name=name]", "operator");
	await page.fill("[name=password]", PASSWORD);
	await page.click("main button.main");
}

async function checkKeyboard(browser, tower, keeper) {
	await check("keyboard: log in, open an incident, acknowledge it, raise the level, without a mouse", async () => {
		const page = await open(browser, tower.address);

		await tabTo(page, / name$/);
		await page.keyboard.type("operator");
		await page.keyboard.press("Tab");
		await page.keyboard.type(PASSWORD);
		await page.keyboard.press("Enter");
		await page.locator("#answer").waitFor();
		await tabTo(page, /Skip to the content/);
		await page.keyboard.press("Enter");
		assert.equal(await page.evaluate(() => document.activeElement.id), "main");
		await tabTo(page, /infected device/);
		await page.keyboard.press("Enter");
		await page.locator(".incident-head").waitFor();
		await tabTo(page, /Acknowledge/);
		await page.keyboard.press("Enter");
		await page.locator(`${dialog} [name=note]`).waitFor();
		await page.keyboard.press("Escape");
		await page.locator(dialog).waitFor({ state: "detached" });
		assert.match(await page.evaluate(() => document.activeElement.innerText), /Acknowledge/, "focus returns to the button");
		await page.keyboard.press("Enter");
		await tabTo(page, /Acknowledge/);
		await page.keyboard.press("Enter");
		await sees(page, ".incident-head", "Acknowledged by operator");
		await go(page, "level");
		await tabTo(page, /Change the level/);
		await page.keyboard.press("Enter");
		await page.locator(dialog).waitFor();
		await page.keyboard.press("ArrowDown");
		await tabTo(page, / reason$/);
		await page.keyboard.type("By keyboard");
		await sees(page, `${dialog} .preview`, "alarms now");
		await tabTo(page, /Set to/);
		await page.keyboard.press("Enter");
		await page.locator(dialog).waitFor({ state: "detached" });
		assert.equal(keeper.world.level.reason, "By keyboard");
		assert.deepEqual(page.troubles, []);
		await page.context().close();
	});
}

export async function checkWork(browser, build) {
	const keeper = new Keeper(world());

	await checkFirst(browser, build);
	const tower = await begin(build, keeper);
	const page = await open(browser, tower.address, { refused: [400] });
	await logIn(page, "admin");
	await checkLive(page, keeper);
	await checkIncident(page, keeper);
	await checkLevel(page, keeper);
	await checkRest(page);
	await check("console: no error in all of this", () => assert.deepEqual(page.troubles, []));
	await page.context().close();
	await checkRoles(browser, tower);
	await checkKeyboard(browser, tower, keeper);
	await checkLost(browser, tower, keeper);
	await tower.end();
}
