/* script.c - judges the scripts of a PDF by what they call: most only add up the fields of a form. */
#include "pdf/judge.h"

#include "base/text.h"
#include "active/command.h"

#define SCRIPT   ((size_t)1 << 20) /* bytes of one that are looked at */
#define FORM     ((size_t)4 << 20) /* of an XFA form */
#define SHOWN    240               /* bytes that are told */
#define VERSIONS 4                 /* of a script's object that are looked at */

static const uint8_t *find(struct span text, const char *word)
{
	return text.len ? memmem(text.ptr, text.len, word, strlen(word)) : NULL;
}

static struct span from(struct span text, const uint8_t *at)
{
	return (struct span){ at, text.len - (size_t)(at - text.ptr) };
}

/* Its beginning, with each run of blanks as one. */
static struct span squeeze(struct span text, struct arena *arena)
{
	struct pour pour = pour_begin(arena, SHOWN);
	bool blank = true;

	for (size_t i = 0; i < text.len && !pour.cut; i++) {
		bool is_blank = text.ptr[i] <= ' ';

		if (!is_blank || !blank)
			pour_byte(&pour, is_blank ? ' ' : text.ptr[i]);
		blank = is_blank;
	}
	return pour_end(&pour);
}

/* What exploits and droppers call, and forms do not. */
static const uint8_t *find_call(struct span text)
{
	static const char *const calls[] = {
		"exportDataObject", "importDataObject", "app.openDoc", "collectEmailInfo", "Collab.getIcon",
		"media.newPlayer", "customDictionaryOpen", "printf(\"%45000", "eval(", "unescape(", "fromCharCode",
		"SOAP.", "Net.HTTP", "ADBC.", "trustedFunction", "beginPriv", "\\u9090", "%u9090", "%u0c0c",
		"this.media", "getAnnots(", "app.newDoc",
	};
	const uint8_t *hit = NULL;

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]) && !hit; i++)
		hit = find(text, calls[i]);
	return hit;
}

static const uint8_t *find_leading(struct span text)
{
	const uint8_t *hit = find(text, "launchURL");

	return hit ? hit : find(text, "getURL(");
}

/* The functions that Acrobat's own dialogs write: AFNumber_Format(2, 0, ...); and printing. */
static bool is_plain(struct span text)
{
	static const char *const words[] = { "this.print", "print(", "AF", "this.zoom", "this.pageNum", "app.alert(" };

	while (text.len && (text.ptr[0] <= ' ' || text.ptr[0] == ';'))
		text = from(text, text.ptr + 1);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (text.len < 2 * SHOWN && text.len >= strlen(words[i]) &&
		    memcmp(text.ptr, words[i], strlen(words[i])) == 0)
			return true;
	return text.len == 0;
}

static bool is_letter(uint8_t byte)
{
	return text_lower(byte) >= 'a' && text_lower(byte) <= 'z';
}

static enum pdf_script judge_text(struct pdf *pdf, struct span text, struct span *shown)
{
	const uint8_t *hit = find_call(text);
	enum pdf_script kind = PDF_SCRIPT_CALLS;

	if (!hit) {
		hit = find_leading(text);
		kind = PDF_SCRIPT_LEADS_ON;
	}
	if (!hit) {
		hit = text.ptr;
		kind = is_plain(text) ? PDF_SCRIPT_PLAIN : PDF_SCRIPT_ORDINARY;
	}
	while (hit > text.ptr && (hit[-1] == '.' || is_letter(hit[-1]))) /* the object that is called */
		hit--;
	*shown = squeeze(from(text, hit), &pdf->e->arena);
	return kind;
}

static struct span script_text(struct pdf *pdf, struct pdf_value value)
{
	struct pdf_content content;
	struct pdf_dict dict;

	value = pdf_follow(pdf, value);
	if (!pdf_dict(pdf, value, &dict))
		return pdf_text(pdf_value_bytes(pdf, value), &pdf->e->arena);
	if (!pdf_stream(pdf, &dict, SCRIPT, &content))
		return (struct span){ cur_zeros, 0 };
	if (content.broken)
		exam_unseen(pdf->e, pdf->part, UNSEEN_BROKEN, "broken script in a PDF");
	if (content.filters > 1)
		exam_findf(pdf->e, pdf->part, FINDING_PDF_OBFUSCATED, "a script behind %u filters", content.filters);
	if (content.bytes.len > SCRIPT)
		content.bytes.len = SCRIPT;
	return pdf_text(content.bytes, &pdf->e->arena);
}

/* Each version of it: tables can point viewers to an older one than the newest. */
enum pdf_script pdf_script(struct pdf *pdf, const struct pdf_dict *action, struct span *shown)
{
	struct pdf_object *object = pdf_reference(pdf, action, PDF_KEY_JS);
	enum pdf_script worst = PDF_SCRIPT_NONE, kind;
	struct span what;

	*shown = (struct span){ cur_zeros, 0 };
	if (!action->at[PDF_KEY_JS])
		return worst;
	if (!object)
		return judge_text(pdf, script_text(pdf, pdf_get(pdf, action, PDF_KEY_JS)), shown);
	for (int i = 0; object && i < VERSIONS; i++, object = pdf_find(pdf, object->number, object)) {
		struct span text = script_text(pdf, (struct pdf_value){ object, object->text });

		if (!exam_work(pdf->e, text.len))
			break;
		kind = judge_text(pdf, text, &what);
		if (kind > worst) {
			worst = kind;
			*shown = what;
		}
	}
	return worst;
}

static void tell_script(struct pdf *pdf, enum pdf_script kind, struct span shown)
{
	if (kind == PDF_SCRIPT_CALLS)
		exam_find(pdf->e, pdf->part, FINDING_PDF_SCRIPT_CALLS, shown);
	else if (kind == PDF_SCRIPT_LEADS_ON)
		exam_find(pdf->e, pdf->part, FINDING_PDF_SCRIPT_OPENS, shown);
}

/* --- XFA: forms in XML (12.7.8), whose scripts are in it --- */

/* What stands in quotes behind `key`, where that comes before `end`. */
static struct span attribute(struct span text, const char *key)
{
	const uint8_t *end = memchr(text.ptr, '>', text.len), *at;
	struct span value;

	if (end)
		text.len = (size_t)(end - text.ptr);
	at = find(text, key);
	if (!at)
		return (struct span){ text.ptr, 0 };
	value = from(text, at + strlen(key));
	end = value.len ? memchr(value.ptr, '"', value.len) : NULL;
	value.len = end ? (size_t)(end - value.ptr) : 0;
	return value;
}

static void judge_form_scripts(struct pdf *pdf, struct span text)
{
	const uint8_t *hit, *end;
	struct span shown;

	while ((hit = find(text, "<script"))) {
		struct span script = from(text, hit);

		end = find(script, "</script");
		if (end)
			script.len = (size_t)(end - script.ptr);
		if (!exam_work(pdf->e, script.len * 8))
			return;
		tell_script(pdf, judge_text(pdf, script, &shown), shown);
		text = from(text, script.ptr + script.len);
	}
}

static void judge_form(struct pdf *pdf, struct span text)
{
	const uint8_t *hit;
	struct span rest = text, target;

	judge_form_scripts(pdf, text);
	while ((hit = find(rest, "<submit"))) {
		rest = from(rest, hit + 1);
		target = attribute(rest, "target=\"");
		if (pdf_is_url(target)) {
			exam_find(pdf->e, pdf->part, FINDING_PDF_SUBMIT, target);
			exam_url(pdf->e, pdf->part, target, (struct span){ target.ptr, 0 });
		}
	}
	for (rest = text; (hit = find(rest, "href=\""));) { /* a style sheet on a share: CVE-2019-7089 */
		rest = from(rest, hit);
		target = attribute(rest, "href=\"");
		if (pdf_is_share(target))
			exam_find(pdf->e, pdf->part, FINDING_PDF_REMOTE, target);
		rest = from(rest, hit + 1);
	}
}

static void judge_xfa(struct pdf *pdf, const struct pdf_dict *dict)
{
	struct pdf_array packets = pdf_array(pdf_get(pdf, dict, PDF_KEY_XFA));
	struct pdf_content content;
	struct pdf_dict packet;
	struct pdf_value value;

	while (pdf_array_next(pdf, &packets, &value)) {
		size_t mark = arena_mark(&pdf->e->arena);

		if (pdf_dict(pdf, value, &packet) && pdf_stream(pdf, &packet, FORM, &content) &&
		    exam_work(pdf->e, content.bytes.len)) {
			if (content.cut)
				exam_unseen(pdf->e, pdf->part, UNSEEN_LIMIT, "large form in a PDF");
			judge_form(pdf, content.bytes);
		}
		arena_back(&pdf->e->arena, mark);
	}
}

void pdf_judge_scripts(struct pdf *pdf, const struct pdf_dict *dict)
{
	struct span shown;
	enum pdf_script kind = pdf_script(pdf, dict, &shown);

	if (kind >= PDF_SCRIPT_ORDINARY) {
		exam_find(pdf->e, pdf->part, FINDING_PDF_SCRIPT, shown);
		command_urls(pdf->e, pdf->part, shown);
	}
	tell_script(pdf, kind, shown);
	if (dict->at[PDF_KEY_XFA])
		judge_xfa(pdf, dict);
}
