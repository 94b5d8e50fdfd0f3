/*
 * dom.js - elements, and how a drawn tree becomes the one on the page.
 *
 * A view draws itself anew as a whole; morph() then changes only what differs, so that focus, what
 * somebody types, scroll positions and open lists stay. Text becomes text nodes and nothing else:
 * there is no way through here for a text to be read as HTML.
 */

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path", "circle", "g", "line", "rect"]);

/* What a person changes is theirs: a new drawing does not undo it. */
const OWN = { DETAILS: ["open"], DIALOG: ["open"], INPUT: ["value", "checked"], OPTION: ["selected"] };

function setProps(node, props) {
	node.listeners = {};
	for (const [name, value] of Object.entries(props)) {
		if (value === null || value === undefined || value === false)
			continue;
		if (name.startsWith("on"))
			node.listeners[name] = value;
		else if (name === "keep")
			node.keep = true;
		else
			node.setAttribute(name, value === true ? "" : String(value));
	}
	Object.assign(node, node.listeners);
}

/* Marks that are not seen or that reverse the reading order: "gnp.exe" is not to be read as "exe.png".
 * The same as rune_is_hidden() in src/base/text.c, but for tabs and ends of lines. */
const HIDDEN = new RegExp("[\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e"
	+ "\\u2060-\\u206f\\ufeff\\ufff0-\\ufffb\\u{e0000}-\\u{e0fff}]", "gu");

function visible(text) {
	return text.replace(HIDDEN, (mark) => `\\u${mark.codePointAt(0).toString(16).padStart(4, "0")}`);
}

function addChild(node, child) {
	if (Array.isArray(child))
		for (const one of child)
			addChild(node, one);
	else if (child instanceof Node)
		node.append(child);
	else if (child !== null && child !== undefined && child !== false)
		node.append(visible(String(child)));
}

/**
 * An element. Props are attributes; those named on... are listeners; null and false are left out, and
 * `keep` says that its inside belongs to somebody else. Children are nodes, texts and lists of them.
 */
export function el(tag, props, ...children) {
	const node = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);

	setProps(node, props ?? {});
	addChild(node, children);
	return node;
}

function keyOf(node) {
	return node.dataset?.key ?? null;
}

function alike(a, b) {
	return a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);
}

function morphProps(from, to) {
	const own = OWN[from.nodeName] ?? [];

	for (const { name } of [...from.attributes])
		if (!to.hasAttribute(name) && !own.includes(name))
			from.removeAttribute(name);
	for (const { name, value } of to.attributes)
		if (from.getAttribute(name) !== value && !own.includes(name))
			from.setAttribute(name, value);
	for (const name of Object.keys(from.listeners ?? {}))
		from[name] = null;
	from.listeners = to.listeners;
	Object.assign(from, to.listeners);
}

function morphChildren(from, to) {
	let next = from.firstChild;

	for (const wanted of [...to.childNodes]) {
		let found = next;
		while (found && !alike(found, wanted))
			found = found.nextSibling;
		if (!found) {
			from.insertBefore(wanted, next);
			continue;
		}
		while (next !== found && keyOf(next) === null) { /* one without a key is not looked for again */
			const gone = next;
			next = next.nextSibling;
			gone.remove();
		}
		if (next === found)
			next = next.nextSibling;
		else
			from.insertBefore(found, next);
		morph(found, wanted);
	}
	while (next) {
		const gone = next;
		next = next.nextSibling;
		gone.remove();
	}
}

/** Makes these the children of `node`. */
export function fill(node, ...children) {
	morphChildren(node, el("div", null, children));
}

/** Makes `from`, which is on the page, what `to` is; `to` is used up. */
export function morph(from, to) {
	if (from.nodeType !== Node.ELEMENT_NODE) {
		if (from.nodeValue !== to.nodeValue)
			from.nodeValue = to.nodeValue;
		return;
	}
	morphProps(from, to);
	if (!to.keep)
		morphChildren(from, to);
}
