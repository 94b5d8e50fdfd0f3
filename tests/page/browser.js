/* browser.js - Debian's Chromium for the tests: it asks nobody but the tower, and has a Japanese font. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";

import { PASSWORD } from "./tower.js";

const HERE = new URL(".", import.meta.url).pathname;
const FONT = `${HERE}node_modules/@expo-google-fonts/biz-udpgothic`;
const ARGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync"];

function fonts(folder) {
	const prefer = ["sans-serif", "system-ui"].map((family) =>
		`<alias binding="strong"><family>${family}</family><prefer><family>BIZ UDPGothic</family></prefer></alias>`).join("");
	const file = `${folder}/fonts.conf`;

	mkdirSync(folder, { recursive: true });
	writeFileSync(file, `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>`
		+ `<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>${FONT}</dir>${prefer}</fontconfig>`);
	return file;
}

export function launch(folder) {
	return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGS,
		env: { ...process.env, FONTCONFIG_FILE: fonts(folder) } });
}

/**
 * A page of a person's own. `page.troubles`: what the console and the policy complained about; requests
 * that were refused on purpose are not among them when `refused` names their status.
 */
export async function open(browser, address, { width = 1280, height = 900, scheme = "light", locale = "en-GB", refused = [] } = {}) {
	const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, locale,
		timezoneId: "Asia/Tokyo", reducedMotion: "reduce", acceptDownloads: true });
	const page = await context.newPage();
	page.setDefaultTimeout(10000);
	page.troubles = [];
	page.on("console", (message) => {
		if (["error", "warning"].includes(message.type()) && !message.text().startsWith("Failed to load resource"))
			page.troubles.push(message.text());
	});
	page.on("response", (response) => {
		if (response.status() >= 400 && !refused.includes(response.status()))
			page.troubles.push(`${response.status()} ${response.url()}`);
	});
	page.on("pageerror", (error) => page.troubles.push(error.stack));
	page.on("dialog", (dialog) => {
		page.troubles.push(`a dialog: ${dialog.message()}`);
		dialog.dismiss();
	});
	await page.goto(address);
	await page.locator("main h1").first().waitFor();
	return page;
}

export async function logIn(page, name, password = PASSWORD) {
	await page.fill("[name=name]", name);
	await page.fill("[name=password]", password);
	await page.click("main button.main");
	await page.locator(".rail").waitFor();
	await page.locator("#answer").waitFor();
}

/** Goes to a view by its address, and waits until it is there. */
export async function go(page, route) {
	await page.evaluate((hash) => {
		location.hash = hash;
	}, `#/${route}`);
	const [path] = route.split("?");
	const [name, id] = path.split("/");
	const key = id ? `${name.slice(0, -1)} ${decodeURIComponent(id)}` : `${path} `; /* incidents/12 is an incident */
	await page.locator(`.view[data-key="${key}"] :is(h1, #answer)`).first().waitFor();
}

/** The text of the first that fits, as it is seen. */
export async function text(page, selector) {
	return (await page.locator(selector).first().innerText()).replace(/\s+/g, " ");
}

/** Waits until one of these has that text. */
export async function sees(page, selector, wanted) {
	await page.locator(selector).filter({ hasText: wanted }).first().waitFor();
}

/** Tab until the focused element's text fits; every stop has to show that it is focused. */
export async function tabTo(page, wanted) {
	for (let i = 0; i < 60; i++) {
		await page.keyboard.press("Tab");
		const stop = await page.evaluate(() => {
			const node = document.activeElement, style = getComputedStyle(node);

			return { text: `${node.innerText ?? ""} ${node.getAttribute("aria-label") ?? ""} ${node.name ?? ""}`, outline: style.outlineStyle, body: node === document.body };
		});
		if (stop.body)
			continue; /* between the last element and the first */
		assert.notEqual(stop.outline, "none", `no visible focus on ${stop.text}`);
		if (wanted.test(stop.text))
			return;
	}
	assert.fail(`${wanted} is not reached by Tab`);
}
