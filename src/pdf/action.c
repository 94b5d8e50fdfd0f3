/* action.c - judges the actions of a PDF (ISO 32000-2, 12.6). */
#include "pdf/judge.h"

#include "base/text.h"

#define COMMAND 1024 /* bytes of one that is told */

enum act { ACT_NONE, ACT_LAUNCH, ACT_SCRIPT, ACT_URI, ACT_SUBMIT, ACT_REMOTE };

static const struct {
	const char *name;
	enum act act;
} acts[] = {
	{ "Launch", ACT_LAUNCH },     { "JavaScript", ACT_SCRIPT }, { "Rendition", ACT_SCRIPT },
	{ "URI", ACT_URI },           { "SubmitForm", ACT_SUBMIT }, { "GoToR", ACT_REMOTE },
	{ "GoToE", ACT_REMOTE },      { "ImportData", ACT_REMOTE }, { "Thread", ACT_REMOTE },
};

static enum act act_named(struct span name)
{
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (pdf_is(name, acts[i].name))
			return acts[i].act;
	return ACT_NONE;
}

/* A name that stands right behind a key, without following anything. */
static struct span direct_name(const struct pdf_dict *dict, enum pdf_key key, uint8_t room[PDF_NAME_MAX])
{
	struct cur at = cur_init(dict->text);
	struct pdf_token token;

	if (!dict->at[key])
		return (struct span){ room, 0 };
	cur_span(&at, dict->at[key]);
	token = pdf_next(&at);
	return token.kind == PDF_NAME ? pdf_name(token.text, room) : (struct span){ room, 0 };
}

bool pdf_is_page(const struct pdf_dict *dict)
{
	uint8_t room[PDF_NAME_MAX];

	return pdf_is(direct_name(dict, PDF_KEY_Type, room), "Page");
}

bool pdf_is_watched(const struct pdf_dict *dict)
{
	static const enum pdf_key keys[] = { PDF_KEY_JS,  PDF_KEY_URI, PDF_KEY_OpenAction, PDF_KEY_AA,
					     PDF_KEY_EF,  PDF_KEY_XFA, PDF_KEY_Encrypt,    PDF_KEY_Win };
	uint8_t room[PDF_NAME_MAX];
	struct span type = direct_name(dict, PDF_KEY_Type, room);

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (dict->at[keys[i]])
			return true;
	if (dict->odd.len || (dict->at[PDF_KEY_First] && dict->at[PDF_KEY_N]) ||
	    (dict->at[PDF_KEY_F] && dict->at[PDF_KEY_Length]))
		return true;
	if (pdf_is(type, "Catalog") || pdf_is(type, "Page") || pdf_is(type, "EmbeddedFile"))
		return true;
	if (act_named(direct_name(dict, PDF_KEY_S, room)) != ACT_NONE)
		return true;
	type = direct_name(dict, PDF_KEY_Subtype, room);
	return pdf_is(type, "RichMedia") || pdf_is(type, "3D") || pdf_is(type, "Movie");
}

/* What an action does: a command, an address, a script. */
struct action {
	enum act act;
	struct span what;
	enum pdf_script script;
	bool asked; /* LAUNCH: a parameter was given */
};

static bool is_document(struct span name)
{
	static const enum type types[] = { TYPE_PDF,  TYPE_OOXML, TYPE_ODF,     TYPE_TEXT,
					   TYPE_HTML, TYPE_JPEG,  TYPE_PICTURE, TYPE_OLE };
	enum type type = type_promised(name);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i] == type)
			return true;
	return false;
}

/* The program and its parameters: of the system that says most. */
static struct span launch_command(struct pdf *pdf, const struct pdf_dict *dict, bool *asked)
{
	static const enum pdf_key systems[] = { PDF_KEY_Win, PDF_KEY_Unix, PDF_KEY_Mac };
	struct span file = pdf_file_name(pdf, pdf_get(pdf, dict, PDF_KEY_F)), parameters = { cur_zeros, 0 };
	struct pdf_dict system;
	struct pour pour;

	for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
		if (!pdf_dict(pdf, pdf_get(pdf, dict, systems[i]), &system))
			continue;
		file = pdf_file_name(pdf, pdf_get(pdf, &system, PDF_KEY_F));
		parameters = pdf_get_text(pdf, &system, PDF_KEY_P);
		break;
	}
	*asked = parameters.len > 0;
	if (!parameters.len)
		return file;
	pour = pour_begin(&pdf->e->arena, COMMAND);
	pour_span(&pour, file);
	pour_byte(&pour, ' ');
	pour_span(&pour, parameters);
	return pour_end(&pour);
}

static struct action read_action(struct pdf *pdf, const struct pdf_dict *dict)
{
	uint8_t room[PDF_NAME_MAX];
	struct action action = { .act = act_named(pdf_get_name(pdf, dict, PDF_KEY_S, room)) };

	if (action.act == ACT_NONE && dict->at[PDF_KEY_JS])
		action.act = ACT_SCRIPT;
	else if (action.act == ACT_NONE && dict->at[PDF_KEY_URI])
		action.act = ACT_URI;
	switch (action.act) {
	case ACT_LAUNCH:
		action.what = launch_command(pdf, dict, &action.asked);
		break;
	case ACT_SCRIPT:
		action.script = pdf_script(pdf, dict, &action.what);
		break;
	case ACT_URI:
		action.what = pdf_get_text(pdf, dict, PDF_KEY_URI);
		break;
	case ACT_SUBMIT:
	case ACT_REMOTE:
		action.what = pdf_file_name(pdf, pdf_get(pdf, dict, PDF_KEY_F));
		break;
	default:
		break;
	}
	return action;
}

static void tell_url(struct pdf *pdf, struct span url)
{
	exam_url(pdf->e, pdf->part, url, (struct span){ url.ptr, 0 });
}

static void tell_remote(struct pdf *pdf, struct span name)
{
	if (pdf_is_share(name))
		exam_find(pdf->e, pdf->part, FINDING_PDF_REMOTE, name);
	else if (pdf_is_url(name))
		tell_url(pdf, name);
}

/* A document beside this one, on the disk that both came on, is what old manuals start. */
static bool is_launch(const struct action *action)
{
	return action->act == ACT_LAUNCH && (action->asked || !action->what.len || !is_document(action->what)) &&
	       !pdf_is_url(action->what);
}

static void judge_action(struct pdf *pdf, const struct action *action)
{
	switch (action->act) {
	case ACT_LAUNCH:
		if (is_launch(action))
			exam_find(pdf->e, pdf->part, FINDING_PDF_LAUNCH, action->what);
		tell_remote(pdf, action->what);
		break;
	case ACT_URI:
		tell_url(pdf, action->what);
		break;
	case ACT_SUBMIT:
		if (pdf_is_url(action->what))
			exam_find(pdf->e, pdf->part, FINDING_PDF_SUBMIT, action->what);
		tell_remote(pdf, action->what);
		break;
	case ACT_REMOTE:
		tell_remote(pdf, action->what);
		break;
	default: /* scripts: pdf_judge_scripts() */
		break;
	}
}

/* An action that nobody has to click for. */
static void judge_automatic(struct pdf *pdf, struct pdf_value value)
{
	static const char *const does[] = {
		[ACT_LAUNCH] = "starts", [ACT_SCRIPT] = "runs a script:", [ACT_URI] = "opens",
		[ACT_SUBMIT] = "sends to", [ACT_REMOTE] = "opens",
	};
	struct action action;
	struct pdf_dict dict;

	if (!pdf_dict(pdf, value, &dict))
		return;
	action = read_action(pdf, &dict);
	if (action.act == ACT_NONE || (action.act == ACT_SCRIPT && action.script <= PDF_SCRIPT_PLAIN) ||
	    (action.act == ACT_LAUNCH && !is_launch(&action)) ||
	    (action.act == ACT_REMOTE && !pdf_is_share(action.what) && !pdf_is_url(action.what)))
		return;
	exam_findf(pdf->e, pdf->part, FINDING_PDF_AUTO, "%s %.*s", does[action.act],
		   (int)(action.what.len < COMMAND ? action.what.len : COMMAND), (const char *)action.what.ptr);
}

/* A stream whose bytes are said to lie in another file (7.3.8.2), and a page of another file shown in this one. */
static void judge_external(struct pdf *pdf, const struct pdf_dict *dict)
{
	struct span name;

	if (!dict->at[PDF_KEY_F] || !dict->at[PDF_KEY_Length])
		return;
	name = pdf_file_name(pdf, pdf_get(pdf, dict, PDF_KEY_F));
	if (pdf_is_share(name) || pdf_is_url(name))
		exam_find(pdf->e, pdf->part, FINDING_PDF_REMOTE, name);
}

void pdf_judge_actions(struct pdf *pdf, const struct pdf_dict *dict)
{
	static const enum pdf_key events[] = { PDF_KEY_O, PDF_KEY_PO, PDF_KEY_PV };
	struct action action = read_action(pdf, dict);
	struct pdf_dict more;

	judge_action(pdf, &action);
	judge_external(pdf, dict);
	if (dict->at[PDF_KEY_OpenAction])
		judge_automatic(pdf, pdf_get(pdf, dict, PDF_KEY_OpenAction));
	if (!dict->at[PDF_KEY_AA] || !pdf_dict(pdf, pdf_get(pdf, dict, PDF_KEY_AA), &more))
		return;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (more.at[events[i]])
			judge_automatic(pdf, pdf_get(pdf, &more, events[i]));
}
