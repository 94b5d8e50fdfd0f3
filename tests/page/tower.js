/* tower.js - the real web process with the real page, before a Keeper of these tests (tests/web/fake_keeper.c). */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export const PASSWORD = "correct horse battery"; /* of the accounts viewer, operator and admin */
export const TOKEN = "a-token-for-the-first-account";

/** Starts it; `options` are of fake_keeper. */
export async function begin(build, keeper, options = []) {
	const child = spawn(`${build}/tests/web/fake_keeper_page`, ["--relay", "--tick", ...options], { stdio: ["pipe", "pipe", "inherit"] });
	const say = (line) => child.stdin.write(`${line}\n`);
	const lines = createInterface({ input: child.stdout });
	const first = await new Promise((resolve, reject) => {
		lines.once("line", resolve);
		child.once("exit", () => reject(new Error("the tower did not start")));
	});
	const [, address, pid] = /^(\S+)\/ pid (\d+)$/.exec(first);

	keeper.push = (name, data) => say(`push ${JSON.stringify({ push: name, data })}`);
	lines.on("line", (line) => {
		const [, number, request] = /^ask (\d+) (.*)$/.exec(line);
		const { op, args, user, role } = JSON.parse(request);

		say(`answer ${number} ${JSON.stringify(keeper.answer(op, args ?? {}, user, role))}`);
	});
	return {
		address,
		/* A network that swallows everything, and lets it through again. */
		freeze: () => process.kill(Number(pid), "SIGSTOP"),
		thaw: () => process.kill(Number(pid), "SIGCONT"),
		end: () => new Promise((resolve) => {
			child.removeAllListeners("exit");
			child.once("exit", resolve);
			child.kill("SIGTERM");
		}),
	};
}
