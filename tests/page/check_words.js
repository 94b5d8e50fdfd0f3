/* check_words.js - the page's texts: both languages, the same places for values, all used and none missing. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";

import { words } from "../../page/words.js";
import { check } from "./harness.js";

const PAGE = new URL("../../page/", import.meta.url).pathname;
const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/;
const SAME = ["attack", "severities.info", "language", "signedIn", "both"]; /* the same in both, or turned round on purpose */

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

export async function checkWords() {
	const all = leaves(words), code = sources();
	const used = new Set([...code.matchAll(/\bwords\.(?!js\b)(\w+)/g)].map((found) => found[1]));

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
