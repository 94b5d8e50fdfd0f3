/* check_words.js - the page's texts: both languages, the same places for values, all used and none missing. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";

import { words } from "../../page/words.js";
import { check } from "./harness.js";

const PAGE = new URL("../../page/", import.meta.url).pathname;
const DETECT = new URL("../../src/detect/", import.meta.url).pathname;
const PLAIN = ["%s", "%u", "%llu", "%u%s", "%llu%s", "%s%s", "%s (%s)"]; /* formats that have no words of their own */
const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/;
const SAME = ["attack", "severities.info", "language", "signedIn", "both", "verbs.syncookie",
	"exportNames.flowspec"]; /* the same in both, or turned round on purpose */

function leaves(node, path = "") {
	return Object.entries(node).flatMap(([key, value]) =>
		(typeof value === "object" && !("en" in value || "ja" in value) ? leaves(value, `${path}${key}.`) : [[path + key, value]]));
}

function places(text) {
	return [...new Set([...String(text).matchAll(/\{(\w+)\}/g)].map((found) => found[1]))].sort();
}

function sources() {
	return readdirSync(PAGE, { recursive: true }).filter((file) =>
		file.endsWith(".js") && !file.startsWith("node_modules") && file !== "words.js")
		.map((file) => readFileSync(PAGE + file, "utf8")).join("\n");
}

/* The words of the detectors' reasons: key and sentences of each call of alert_why(), where they are literals. */
function reasons() {
	const code = readdirSync(DETECT).filter((file) => file.endsWith(".c")).map((file) => readFileSync(DETECT + file, "utf8")).join("\n");
	const calls = [...code.matchAll(/alert_why\(\w+,\s*([^;]*?)\);/gs)].map((found) => found[1]);
	const strings = (text) => [...text.replace(/"\s+"/g, "").matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((found) => found[1]);

	const signs = [...code.matchAll(/\{ BEACON_\w+, "([^"]+)", "([^"]+)" \}/g)].map((found) => found.slice(1));

	return [...calls.map(strings).filter(([key]) => key !== "%s"), ...signs];
}

/* As the detectors' formats have them, so has the table: what is filled in is "{}" in both. */
function shape(text) {
	return text.replace(/%(?:\.\d)?(?:llu|[usf])/g, "{}").replace(/%%/g, "%").replace(/\{\w+\}/g, "{}").replace(/(?:\{\}){2}/g, "{}");
}

async function checkWhy() {
	/* say.js asks the browser for the language: here there is none */
	Object.assign(globalThis, { localStorage: { getItem: () => "ja" } });
	const { KEYS, VALUES, whyKey, whyValue } = await import("../../page/why.js");
	const shapes = new Set(Object.keys(VALUES).map(shape)), calls = reasons();

	await check("why: every key that a detector gives has its Japanese", () => {
		assert.ok(calls.length > 90, `only ${calls.length} reasons were found`);
		for (const [key] of calls.filter((strings) => strings.length > 0))
			assert.ok(Object.hasOwn(KEYS, key), `"${key}" is not in page/why.js`);
	});
	await check("why: every sentence that a detector gives has its Japanese", () => {
		for (const format of calls.flatMap((strings) => strings.slice(1)).filter((one) => one.includes(" ") && !PLAIN.includes(one)))
			assert.ok(shapes.has(shape(format)) || Object.hasOwn(KEYS, format) || [...shapes].some((one) => one.includes(shape(format))),
				`"${format}" is not in page/why.js`);
	});
	await check("why: what is known is turned to Japanese, the rest stays as it is", () => {
		assert.equal(whyKey("Threshold"), "しきい値");
		assert.equal(whyKey("toString"), "toString");
		assert.equal(whyValue("2687 packets; 100 % of them were not answered"), "2687(うち100 %は応答なし)");
		assert.equal(whyValue("about 9474"), "約9474");
		assert.equal(whyValue("a picture, sound or document, by its name"), "画像、音声または文書(名前による)");
		assert.equal(whyValue("<b>evil</b>"), "<b>evil</b>");
		assert.equal(whyValue("$& $1 (the password is not kept)"), "$& $1(パスワードは保存していません)");
	});
	await check("why: a hostile value takes no time", () => {
		const from = Date.now();

		for (const piece of [", ", "; ", " a second", "{n}", " packets; "])
			whyValue(piece.repeat(2000).slice(0, 199));
		assert.ok(Date.now() - from < 200);
	});
}

export async function checkWords() {
	await checkWhy();
	const all = leaves(words), code = sources();
	const used = new Set([...code.matchAll(/\bwords\.(?!js\b)(\w+)/g)].map((found) => found[1]));

	await check("words: no key stands twice, the second would hide the first", () => {
		const keys = [...readFileSync(`${PAGE}words.js`, "utf8").matchAll(/^\t(\w+):/gm)].map((found) => found[1]);

		assert.deepEqual(keys.filter((key, i) => keys.indexOf(key) !== i), []);
	});
	await check("words: both languages have the same keys", () => {
		for (const [path, text] of all) {
			assert.deepEqual(Object.keys(text).sort(), ["en", "ja"], path);
			for (const one of [text.en, text.ja].flat())
				assert.ok(typeof one === "string" && one.length > 0, `${path} is empty`);
		}
	});
	await check("words: both languages take the same values", () => {
		for (const [path, text] of all)
			for (const one of [text.en].flat())
				assert.deepEqual(places(one), places(text.ja), path);
	});
	await check("words: Japanese is Japanese, and English is not", () => {
		for (const [path, text] of all.filter(([name]) => !SAME.includes(name))) {
			assert.match(text.ja.replace(/\{\w+\}/g, "") || "の", /[^\x20-\x7e]/, `${path} in Japanese`);
			assert.doesNotMatch([text.en].flat().join(), JAPANESE, `${path} in English`);
		}
	});
	await check("words: each that the page asks for is there, and each that is there is asked for", () => {
		for (const name of used)
			assert.ok(Object.hasOwn(words, name), `words.${name} is missing`);
		for (const name of Object.keys(words))
			assert.ok(used.has(name) || new RegExp(`words\\[(one|name)\\]`).test(code) && ["open", "closed", "all"].includes(name),
				`words.${name} is not used`);
	});
	await check("sources: nothing is read as HTML, nothing is evaluated, no style in attributes", () => {
		assert.doesNotMatch(code, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|srcdoc|javascript:/);
		assert.doesNotMatch(readFileSync(`${PAGE}index.html`, "utf8"), /style=|<style|onload=|<script>/);
	});
}
