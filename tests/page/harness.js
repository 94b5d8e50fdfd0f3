/* harness.js - cases one after the other, and their sum. */
import assert from "node:assert/strict";

let passed = 0, failed = 0;

/** One case. What it throws is shown; the others go on. */
export async function check(name, work) {
	try {
		await work();
		passed++;
		console.log(`ok ${name}`);
	} catch (error) {
		failed++;
		console.log(`FAIL ${name}: ${error instanceof assert.AssertionError ? error.message : error.stack}`);
	}
}

/** Prints the sum; returns the exit status. */
export function sum() {
	console.log(`${passed} passed, ${failed} failed`);
	return failed === 0 ? 0 : 1;
}
