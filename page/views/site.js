/* site.js - one web site: what is wrong, what changed on its page, where the time goes, its certificate and names. */
import { anew } from "../anew.js";
import { ask, order } from "../api.js";
import { ask as askPerson, reasonField } from "../dialog.js";
import { el } from "../dom.js";
import { bytes, number, share, time } from "../format.js";
import { icon } from "../icons.js";
import { action, fact, section, trying, whenAndAgo } from "../parts.js";
import { nameIn, say } from "../say.js";
import { phaseBar, phasesOf, pointsOf, spark } from "../spark.js";
import { change } from "../state.js";
import { words } from "../words.js";
import { sign } from "./repository.js";
import { answered, SIGNS, took } from "./sites.js";

const PAUSE = 500;

async function load(route) {
	return { site: await ask("site", { name: route.id }), asked: false };
}

const askAnew = anew("site", load, PAUSE);

/* Only such an address becomes a link, whatever the document says. */
function address(url) {
	return /^https?:\/\//i.test(url) ? el("a", { href: url, rel: "noopener noreferrer", target: "_blank" }, el("bdi", null, url))
		: el("bdi", null, url);
}

/* --- what changed */

function side(label, text) {
	return el("div", null, el("h3", null, say(label)), text ? el("pre", { tabindex: "0" }, text) : el("p", { class: "soft" }, "–"));
}

function changeItem(one) {
	return el("li", null,
		el("p", null, el("strong", null, nameIn(words.changeKinds, one.what)), one.text && [" ", say(one.text)]),
		(one.before || one.after) && el("div", { class: "sides" }, side(words.pageBefore, one.before), side(words.pageAfter, one.after)));
}

function askApprove(site) {
	askPerson(say(words.approveTitle), {
		body: [el("p", null, say(words.approveSays)), reasonField()],
		confirm: say(words.approve),
		submit: async ({ reason }) => {
			await order("site_approve", { name: site.name, reason });
			askAnew();
		},
	});
}

function changesPart(site) {
	const { changes } = site;

	return changes && el("section", { class: `changes ${changes.verdict === "changed" ? "look" : "act"}` },
		el("h2", null, say(words.whatChanged)),
		el("p", { class: "kicker" },
			el("span", { class: "state" }, icon(changes.verdict === "changed" ? "look" : "act"), nameIn(words.siteVerdicts, changes.verdict)),
			typeof changes.confidence === "number" && el("span", { class: "soft" }, say(words.howSure), ": ", say(words.sure, { n: changes.confidence })),
			el("span", { class: "soft" }, say(words.since), " ", whenAndAgo(changes.since))),
		changes.say && say(changes.say) !== say(site.say) && el("p", { class: "sentence" }, say(changes.say)),
		el("ul", { class: "change-list" }, (changes.why ?? []).map(changeItem)),
		el("p", { class: "soft" }, say(words.changesMean)),
		el("div", { class: "actions" }, action("operator", say(words.approve), () => askApprove(site))));
}

/* --- the last look */

function phaseKeys(parts) {
	return el("dl", { class: "phase-keys" }, parts.map(({ name, ms }) => el("div", { class: `phase-${name}` },
		el("dt", null, say(words.phases[name])), el("dd", null, took(ms)))));
}

function lookPart(site) {
	const { last } = site, parts = phasesOf(last);

	return section(say(words.lastLook),
		last ? [
			!answered(last) && el("p", { class: "failed" }, icon("act"),
				say(words.failedAt, { phase: nameIn(words.phases, last.failed) }), last.why && [": ", el("bdi", null, say({ en: last.why, ja: last.why_ja ?? last.why }))]),
			parts.some(({ ms }) => ms > 0) && [phaseBar(parts), phaseKeys(parts)],
			el("dl", { class: "facts" },
				fact(say(words.when), whenAndAgo(last.at)),
				fact(say(words.took), took(last.ms?.total)),
				last.status > 0 && fact(say(words.httpStatus), el("code", null, last.status)),
				fact(say(words.size), bytes(last.bytes)),
				last.address && fact(say(words.answeredBy), el("code", null, last.address)),
				last.final_url && last.final_url !== site.url && fact(say(words.ledTo), el("bdi", null, last.final_url))),
		] : el("p", { class: "soft" }, say(words.neverLooked)));
}

function part(value) {
	return typeof value === "number" ? share(value, 1, "floor", 2) : "–";
}

function coursePart(site) {
	const points = pointsOf(site.series), times = points.map(({ ms }) => ms).filter((ms) => ms !== null);
	const most = Math.max(0, ...times), missed = points.length - times.length;

	return section(say(words.answerTimes),
		points.length > 0 && el("div", { class: "course" },
			spark(site.series, say(words.courseSays, { n: points.length, most: took(most), missed })),
			el("p", { class: "soft" }, time(new Date(points[0].at * 1000).toISOString()), " – ",
				time(new Date(points.at(-1).at * 1000).toISOString()), " · ", say(words.upTo, { most: took(most) }),
				missed > 0 && [" · ", el("span", { class: "state act" }, say(words.looksMissed, { n: missed }))])),
		el("dl", { class: "facts inline" },
			fact(say(words.upDay), part(site.uptime?.day)), fact(say(words.upWeek), part(site.uptime?.week))));
}

function certificatePart(certificate) {
	const days = certificate?.days, look = certificate?.trusted === false || days < 0 ? "act" : days <= 14 ? "look" : "calm";

	return certificate && section(say(words.siteCertificate),
		el("p", { class: `big-days ${look}` }, icon(look), typeof days === "number"
			? say(days < 0 ? words.expiredDays : words.daysLeft, { n: Math.abs(Math.trunc(days)) }) : "–"),
		el("dl", { class: "facts" },
			fact(say(words.validUntil), time(certificate.until)),
			fact(say(words.certifies), el("bdi", null, certificate.subject ?? "")),
			fact(say(words.issuer), el("bdi", null, certificate.issuer ?? "")),
			fact(say(words.trusted), say(certificate.trusted ? words.yes : words.no)),
			certificate.changed && fact(say(words.replaced), whenAndAgo(certificate.changed))));
}

function namesPart(dns) {
	const all = (list) => ((list ?? []).length > 0 ? list.map((one) => el("div", null, el("code", null, one))) : "–");

	return dns && section(say(words.siteNames), el("dl", { class: "facts" },
		fact(say(words.addresses), all(dns.addresses)),
		fact(say(words.nameServers), all(dns.servers)),
		dns.changed && fact(say(words.changedLast), whenAndAgo(dns.changed))));
}

function draw(data) {
	const { site } = data;
	const check = trying(async () => {
		await order("site_check", { name: site.name });
		change({ data: { ...data, asked: true } });
	});

	return el("article", { class: "site" },
		el("p", { class: "way-back" }, el("a", { href: "#/sites" }, icon("back"), say(words.sites))),
		el("header", { class: "incident-head" },
			el("p", { class: "kicker" }, sign(site.state, words.siteStates, SIGNS),
				site.since && el("span", { class: "soft" }, say(words.since), " ", whenAndAgo(site.since))),
			el("h1", { tabindex: "-1" }, el("bdi", null, site.name)),
			el("p", { class: "parties" }, address(site.url)),
			el("p", { class: "summary" }, say(site.say)),
			el("div", { class: "actions" }, action("operator", say(words.checkNow), check, { main: true, disabled: data.asked })),
			el("p", { class: "soft", role: "status" }, data.asked && say(words.checkAsked))),
		changesPart(site),
		el("div", { class: "halves" },
			el("div", null, lookPart(site), coursePart(site)),
			el("div", null, certificatePart(site.certificate), namesPart(site.dns))));
}

function hear(name, event, data) {
	if (name === "sites" || (name === "site" && event.name === data.site.name))
		askAnew();
	return name === "site" && event.name === data.site.name ? { ...data, site: { ...data.site, ...event, series: data.site.series } } : data;
}

export const site = { title: words.sites, parent: "sites", load, draw, hear };
