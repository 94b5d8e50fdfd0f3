/* look_script.c - the scripts that stand in a page: what they write into it, where they lead, what they hide. */
#include "deface/look_private.h"

#include "base/hash.h"
#include "base/line.h"
#include "base/text.h"
#include "format/charset.h"
#include "link/link.h"
#include "markup/deed.h"
#include "markup/fold.h"

#define DECODED_DEPTH 2
#define STRINGS       4096 /* of one script that are looked at */
#define STRING_LEAST  4
#define STRING_LONG   400 /* without a blank: nothing that people wrote */
#define DECODED_LEAST 16
#define HIDDEN_MANY   24   /* letters that are given by numbers, names like _0x3fa2 */
#define LISTS         256  /* of strings or numbers that are put together, of one script */
#define ADDRESS       2048 /* bytes of an expression that is one */
#define NEAR          24   /* bytes behind "location" in which its string begins */

static bool has(struct span text, const char *word)
{
	return text.len && memmem(text.ptr, text.len, word, strlen(word));
}

/* The next "..." of a folded script, which has no others. */
static bool next_string(struct span *rest, struct span *string)
{
	if (line_find(*rest, '"') == rest->len)
		return false;
	line_until(rest, '"');
	*string = line_until(rest, '"');
	return true;
}

/* --- what the strings say --- */

static void take_string(struct looker *l, struct span string, unsigned depth);

/* Also markup that a script writes. */
void look_markup(struct looker *l, struct span html)
{
	struct tags tags = tags_begin(html, TAG_HTML);
	struct tag tag;

	while (tags_next(&tags, &tag)) {
		if (tag.kind == TAG_TEXT || tag.kind == TAG_RAW)
			look_phrases(l, line_cut(tag_text(tag.bytes, TAG_HTML, &l->arena), PHRASE_BLOCK), PLACE_SCRIPT);
		if (tag.kind != TAG_OPEN)
			continue;
		if (tag_is(&tag, "script"))
			look_host_add(l, tag_value(&tag, TAG_HTML, "src"), USE_SCRIPT);
		else if (tag_is(&tag, "iframe"))
			look_host_add(l, tag_value(&tag, TAG_HTML, "src"), USE_FRAME);
	}
}

static bool is_readable(struct span text)
{
	size_t odd = 0;

	for (size_t i = 0; i < text.len; i++)
		odd += text.ptr[i] < ' ' && text.ptr[i] != '\n' && text.ptr[i] != '\r' && text.ptr[i] != '\t';
	return text.len >= DECODED_LEAST / 2 && odd * 50 <= text.len;
}

static bool is_base64(struct span text)
{
	while (text.len && text.ptr[text.len - 1] == '=')
		text.len--;
	for (size_t i = 0; i < text.len; i++)
		if (line_base64(text.ptr[i]) < 0)
			return false;
	return text.len >= DECODED_LEAST;
}

/* A script in a string: eval("..."). */
static void take_inner(struct looker *l, struct span script, unsigned depth)
{
	struct span rest = script_fold(script, FOLD_JAVASCRIPT, &l->arena).text, string;

	for (unsigned n = 0; n < STRINGS && next_string(&rest, &string); n++)
		take_string(l, string, depth);
}

/* Percent signs and base64 undone, where there are any. */
static void take_decoded(struct looker *l, struct span string, unsigned depth)
{
	struct span plain;

	if (depth == DECODED_DEPTH || string.len < DECODED_LEAST)
		return;
	if (has(string, "fromCharCode") || has(string, "document.write"))
		take_inner(l, string, depth + 1);
	if (has(string, "%3C") || has(string, "%3c") || has(string, "%20") || has(string, "%68"))
		plain = percent_undo(string, &l->arena);
	else if (is_base64(string))
		plain = base64_undo(string, &l->arena, NULL);
	else
		return;
	if (is_readable(plain))
		take_string(l, plain, depth + 1);
}

/* Whom a script calls: it fetches another script there, or sends there what visitors type. */
static void take_called(struct looker *l, struct span string)
{
	bool whole = line_starts(string, "https://") || line_starts(string, "http://") || line_starts(string, "//");

	if (line_starts(string, "wss://") || line_starts(string, "ws://")) { /* of the same kind for us */
		string = line_from(string, line_find(string, ':') + 1);
		whole = true;
	}
	if (!whole)
		return;
	if (l->deeds & DEED_FETCHES)
		look_host_add(l, line_cut(string, LINK_TEXT), USE_SCRIPT);
	if (l->deeds & DEED_TAPS && l->deeds & DEED_SENDS)
		look_host_add(l, line_cut(string, LINK_TEXT), USE_FORM);
}

static void take_string(struct looker *l, struct span string, unsigned depth)
{
	size_t mark = arena_mark(&l->arena);

	if (string.len < STRING_LEAST)
		return;
	take_called(l, string);
	if (line_find(string, '<') < string.len)
		look_markup(l, string);
	else
		look_phrases(l, line_cut(string, PHRASE_BLOCK), PLACE_SCRIPT);
	take_decoded(l, string, depth);
	arena_back(&l->arena, mark);
}

/* --- what it does --- */

/* A host that stands without its "https://". */
static void add_bare(struct looker *l, struct span host, enum host_use use)
{
	struct pour pour = pour_begin(&l->arena, LINK_TEXT);
	struct span url;

	pour_span(&pour, text_span("https://"));
	pour_span(&pour, line_cut(host, LINK_TEXT / 2));
	url = pour_end(&pour);
	look_host_add(l, url, use);
}

/* Whether what stands before a string gives it to the window's address: location = "...", location.replace("..."). */
static bool leads(struct span near)
{
	return !has(near, "==") && !has(near, "+") && !has(near, ":") && !has(near, "?") && !has(near, ";") &&
	       (has(near, "=") || has(near, "replace(") || has(near, "assign("));
}

/* Cuts an address down to the part of its host that is known: a variable may stand for the first labels. False: the
 * end of the host, which tells whose it is, is unknown. */
static bool known_part(struct span *address)
{
	struct span host = line_from(*address, line_find(*address, '/'));
	bool begun = line_begins(host, "//");
	size_t end;

	host = line_from(host, 2);
	end = line_find(host, '/');
	while (begun && end && host.ptr[end - 1] != DEED_UNKNOWN)
		end--;
	if (!begun || !end)
		return true;
	if (end + 1 >= host.len || host.ptr[end] != '.')
		return false;
	*address = line_from(host, end + 1);
	return true;
}

static bool is_scheme(struct span string)
{
	return line_is(string, "https://") || line_is(string, "http://") || line_is(string, "//");
}

/* Whether a string is kept or joined; what is passed on at once may be the name of an event, "click.menu.open". */
static bool is_kept(struct span script, struct span string)
{
	size_t quote = (size_t)(string.ptr - script.ptr) - 1;

	return quote > 0 && memchr("=+,[:", script.ptr[quote - 1], 5);
}

/* "https://" by itself, and somewhere else in the script the host that it is put before. */
static void take_pieces(struct looker *l, struct span script)
{
	struct span rest = script, string;
	bool scheme = false;

	while (next_string(&rest, &string))
		scheme = scheme || is_scheme(string);
	rest = script;
	for (unsigned n = 0; scheme && n < STRINGS && next_string(&rest, &string); n++)
		if (is_bare_host(string) && is_kept(script, string))
			add_bare(l, string, USE_SCRIPT);
}

static void take_led(struct looker *l, struct span address)
{
	struct look_host host = { 0 };
	struct span part = address;

	if (!known_part(&part))
		return;
	if (part.ptr != address.ptr) {
		add_bare(l, part, USE_REFRESH);
	} else if (look_host_is_other(l, address, &host)) {
		memcpy(l->look->leads_to, host.name, sizeof(host.name));
		look_host_add(l, address, USE_REFRESH);
	}
}

static void take_leads(struct looker *l, struct span script)
{
	static const char word[] = "location";
	struct span rest = script, near;
	const uint8_t *at;

	while (!*l->look->leads_to && rest.len && (at = memmem(rest.ptr, rest.len, word, strlen(word)))) {
		size_t mark = arena_mark(&l->arena), quote;

		rest = line_from(rest, (size_t)(at - rest.ptr) + strlen(word));
		near = line_cut(rest, NEAR);
		quote = line_find(near, '"');
		if (quote == near.len || !leads(line_cut(near, quote)))
			continue;
		take_led(l, script_address(line_cut(rest, ADDRESS), &l->arena));
		arena_back(&l->arena, mark);
	}
}

static unsigned count_odd_names(struct span text)
{
	unsigned count = 0;

	for (const uint8_t *at; text.len && (at = memmem(text.ptr, text.len, "_0x", 3)); count++)
		text = line_from(text, (size_t)(at - text.ptr) + 3);
	return count;
}

/* Whether it can put anything before people. */
static bool shows(struct span script)
{
	static const char *const ways[] = { "document.write",  "innerHTML", "outerHTML",   "document.body",
					    "documentElement", "innerText", "textContent", "insertAdjacent",
					    "document.title",  "eval(",     "Function(",   "alert(" };

	for (size_t n = 0; n < sizeof(ways) / sizeof(ways[0]); n++)
		if (has(script, ways[n]))
			return true;
	return false;
}

static void judge_script(struct looker *l, const struct folded *folded, uint32_t longest, bool packed)
{
	struct span text = folded->text;
	bool writes = has(text, "document.write") || has(text, "innerHTML") || has(text, "outerHTML") ||
		      has(text, "document.body.") || has(text, "documentElement");
	bool runs = l->deeds & DEED_RUNS;
	bool undoes = has(text, "atob(") || has(text, "unescape(") || has(text, "fromCharCode") ||
		      has(text, "decodeURIComponent(");
	bool hidden = folded->letters >= HIDDEN_MANY || folded->escapes >= HIDDEN_MANY || longest >= STRING_LONG ||
		      count_odd_names(text) >= HIDDEN_MANY || (undoes && packed);

	bool puts = l->deeds & (DEED_FETCHES | DEED_PUTS) && folded->escapes >= HIDDEN_MANY;

	l->look->script_writes += writes;
	l->look->script_hidden += (l->deeds & DEED_RUNS_SENT) || puts ||
				  (hidden && (runs || writes) &&
				   (undoes || folded->letters >= HIDDEN_MANY || folded->escapes >= HIDDEN_MANY ||
				    runs));
}

/* A mark by which it is known again; counters and dates in it are one. */
static void keep_id(struct look *look, struct span script)
{
	uint64_t id = HASH_K2;
	bool number = false;

	for (size_t i = 0; i < script.len; i++) {
		bool digit = script.ptr[i] >= '0' && script.ptr[i] <= '9';

		if (!digit || !number)
			id = (id ^ (digit ? '0' : script.ptr[i])) * 0x100000001b3ull;
		number = digit;
	}
	if (look->script_id_count < LOOK_SCRIPTS)
		look->script_ids[look->script_id_count++] = id;
}

/* Lists of strings that are joined: ["ht", "tp"].join(""). */
static void take_lists(struct looker *l, struct span script)
{
	struct span rest = script;

	for (unsigned n = 0; n < LISTS && line_find(rest, '[') < rest.len;) {
		size_t mark = arena_mark(&l->arena);

		line_until(&rest, '[');
		if (!rest.len || *rest.ptr != '"')
			continue;
		take_string(l,
			    script_address(line_cut(line_from(script, (size_t)(rest.ptr - script.ptr) - 1), ADDRESS),
					   &l->arena),
			    0);
		arena_back(&l->arena, mark);
		n++;
	}
}

/* Texts that are put together from pieces or from numbers. */
static void take_joined(struct looker *l, struct span script)
{
	struct span rest = script, text;

	if (has(script, "fromCharCode") || has(script, "TextDecoder"))
		for (unsigned n = 0; n < LISTS && script_numbers(&rest, &l->arena, &text); n++)
			take_string(l, text, 0);
	if (has(script, ".join(\"\")"))
		take_lists(l, script);
	if (l->deeds & DEED_FETCHES)
		take_pieces(l, script);
}

void look_script(struct looker *l, struct span script)
{
	size_t mark = arena_mark(&l->arena);
	struct folded folded = script_fold(script, FOLD_JAVASCRIPT, &l->arena);
	struct span rest = folded.text, string;
	uint32_t longest = 0;
	bool packed = false;

	l->script_shows = shows(folded.text);
	l->deeds = script_deeds(folded.text);
	l->look->script_count++;
	l->look->script_bytes += (uint32_t)script.len;
	keep_id(l->look, script);
	for (unsigned n = 0; n < STRINGS && next_string(&rest, &string); n++) {
		bool solid = !has(string, " ");

		longest = solid && string.len > longest ? (uint32_t)string.len : longest;
		packed = packed || (string.len >= 3 * DECODED_LEAST && is_base64(string));
		packed = packed || (string.len >= 3 * DECODED_LEAST && has(string, "%3"));
		take_string(l, string, 0);
	}
	take_joined(l, folded.text);
	if (longest > l->look->script_longest)
		l->look->script_longest = longest;
	take_leads(l, folded.text);
	judge_script(l, &folded, longest, packed);
	arena_back(&l->arena, mark);
}

void look_script_data(struct looker *l, struct span url)
{
	size_t mark = arena_mark(&l->arena), comma = line_find(url, ',');
	struct span text = line_from(url, comma + 1);

	if (line_contains(line_cut(url, comma), ";base64"))
		text = base64_undo(percent_undo(text, &l->arena), &l->arena, NULL);
	else
		text = percent_undo(text, &l->arena);
	look_script(l, text);
	arena_back(&l->arena, mark);
}
