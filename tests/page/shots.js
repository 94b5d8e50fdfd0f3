import { chromium } from "playwright-core";
import { mkdirSync, writeFileSync } from "node:fs";
import { Keeper } from "./keeper.js";
import { serve } from "./mock.js";
import { world, calm } from "./world.js";
const here = new URL(".", import.meta.url).pathname, out = here + "../../build/test/page/";
mkdirSync(out, { recursive: true });
writeFileSync(out + "fonts.conf", `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>${here}node_modules/@expo-google-fonts/biz-udpgothic</dir>${["sans-serif","system-ui"].map((f)=>`<alias binding="strong"><family>${f}</family><prefer><family>BIZ UDPGothic</family></prefer></alias>`).join("")}</fontconfig>`);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", env: { ...process.env, FONTCONFIG_FILE: out + "fonts.conf" }, args: "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync".split(" ") });
const server = await serve(new Keeper(process.env.CALM ? calm() : world()));
const [lang, scheme, width, ...views] = process.argv.slice(2);
const page = await browser.newPage({ viewport: { width: Number(width), height: Number(process.env.H ?? 900) }, colorScheme: scheme, locale: lang, timezoneId: "Asia/Tokyo" });
page.on("console", (m) => console.log("console", m.type(), m.text()));
page.on("pageerror", (e) => console.log("error", e.stack));
await page.goto(server.address);
await page.waitForTimeout(500);
if (views.includes("login")) await page.screenshot({ path: `${out}x-login.png` });
await page.fill("[name=name]", "tanaka"); await page.fill("[name=password]", "watch the tower at night"); await page.click("button.main");
await page.waitForTimeout(1500);
for (const view of views.filter((v) => v !== "login")) {
  const [route, act] = view.split("!");
  await page.goto(`${server.address}/#/${route}`); await page.waitForTimeout(1200);
  if (act === "level") { await page.click(".view-head button.main"); await page.check("input[value=high]"); await page.waitForTimeout(500); }
  if (act === "silence") { await page.click(".incident-head button:nth-child(2)"); await page.waitForTimeout(500); }
  if (act === "menu") { await page.click(".menu"); await page.waitForTimeout(300); }
  await page.screenshot({ path: `${out}x-${route.replace(/\W/g, "-")}${act ? "-" + act : ""}-${lang}-${scheme}-${width}.png`, fullPage: !act });
}
await browser.close(); server.close();
