/* mock.js - a stand-in for the web process: the page's files, operations by HTTP, events. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const PAGE = new URL("../../page/", import.meta.url).pathname;
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml" };
const NPM = { "/uplot.js": "node_modules/uplot/dist/uPlot.esm.js", "/uplot.css": "node_modules/uplot/dist/uPlot.min.css" };
const STATUS = { bad_request: 400, forbidden: 403, not_found: 404, conflict: 409, limit: 429, failed: 500 };
const HEADERS = {
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
};

export function serve(keeper, { token = null } = {}) {
	const sessions = new Map(), streams = new Set();
	let setup = token;

	function reply(response, answer, status = answer.ok ? 200 : STATUS[answer.code] ?? 500, headers = {}) {
		response.writeHead(status, { ...HEADERS, "Content-Type": "application/json", ...headers });
		response.end(JSON.stringify(answer));
	}

	function refuse(response, status, en, ja) {
		reply(response, { ok: false, error: { en, ja }, code: status === 401 ? "forbidden" : "bad_request" }, status);
	}

	function begin(response, account) {
		const session = { name: account.name, role: account.role, csrf: randomBytes(16).toString("hex") }, id = randomBytes(16).toString("hex");

		sessions.set(id, session);
		reply(response, { ok: true, data: session }, 200, { "Set-Cookie": `hinomi=${id}; HttpOnly; SameSite=Strict; Path=/` });
	}

	function file(response, path) {
		const name = path === "/" ? "index.html" : NPM[path] ?? normalize(path).slice(1);

		try {
			const bytes = readFileSync(join(PAGE, name));

			response.writeHead(200, { ...HEADERS, "Content-Type": TYPES[extname(name)] ?? "text/plain" });
			response.end(bytes);
		} catch {
			response.writeHead(404, HEADERS).end();
		}
	}

	function events(request, response) {
		response.writeHead(200, { ...HEADERS, "Content-Type": "text/event-stream" });
		response.write(": open\n\n");
		streams.add(response);
		request.on("close", () => streams.delete(response));
	}

	function gate(op, args, response, id) {
		if (op === "session")
			return reply(response, { ok: true, data: sessions.get(id) ?? { name: null, setup: setup !== null } });
		if (op === "logout") {
			sessions.delete(id);
			return reply(response, { ok: true, data: {} });
		}
		if (op === "setup") {
			if (args.token !== setup)
				return refuse(response, 400, "This token is not the one that was printed.", "ワンタイムトークンが違います。");
			setup = null;
			keeper.answer("account_set", { ...args, role: "admin" }, args.name, "admin");
			return begin(response, { name: args.name, role: "admin" });
		}
		const account = keeper.world.accounts.find((one) => one.name === args.name && one.password === args.password);
		return account ? begin(response, account) : refuse(response, 400, "Name or password is wrong.", "名前またはパスワードが違います。");
	}

	async function handle(request, response) {
		const url = new URL(request.url, "http://localhost");
		const id = /hinomi=(\w+)/.exec(request.headers.cookie ?? "")?.[1], session = sessions.get(id);
		let body = "";

		if (request.method === "GET" && !/^\/(api\/|events$|evidence\/)/.test(url.pathname))
			return file(response, url.pathname);
		for await (const part of request)
			body += part;
		const op = url.pathname.replace("/api/", "");
		const args = request.method === "POST" ? JSON.parse(body || "{}") : Object.fromEntries(url.searchParams);
		if (["login", "setup", "session"].includes(op))
			return gate(op, args, response, id);
		if (!session)
			return refuse(response, 401, "Please sign in.", "ログインしてください。");
		if (request.method === "POST" && request.headers["x-csrf-token"] !== session.csrf)
			return refuse(response, 403, "The CSRF token is wrong.", "CSRFトークンが違います。");
		if (op === "logout")
			return gate(op, args, response, id);
		if (op === "/events")
			return events(request, response);
		const evidence = /^\/evidence\/(\d+)\.pcap$/.exec(url.pathname);
		if (evidence) {
			const answer = keeper.answer("evidence", { id: evidence[1] }, session.name, session.role);
			if (!answer.ok)
				return reply(response, answer);
			response.writeHead(200, { ...HEADERS, "Content-Type": "application/vnd.tcpdump.pcap" });
			return response.end(Buffer.from(answer.data.pcap, "base64"));
		}
		return reply(response, keeper.answer(op, args, session.name, session.role));
	}

	const push = (name, data) => {
		for (const stream of streams)
			stream.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
	};
	const tick = setInterval(() => push("tick", { t: Math.floor(Date.now() / 1000), in_pps: 840, out_pps: 600, in_bps: 5.2e6, out_bps: 3.5e6, dropped: 0 }), 1000);
	const server = createServer((request, response) => handle(request, response).catch((error) => {
		console.error(error);
		response.writeHead(500).end();
	}));

	keeper.push = push;
	return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve({
		address: `http://127.0.0.1:${server.address().port}`,
		cut() {
			for (const stream of streams)
				stream.destroy();
		},
		close() {
			clearInterval(tick);
			server.closeAllConnections();
			server.close();
		},
	})));
}
