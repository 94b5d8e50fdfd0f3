/*
 * view.c - what programs take a part for, whatever its bytes look like.
 *
 * Who writes a mail chooses its first bytes: a page may begin as a picture does, a mail's header as a program. So a part
 * is opened as its bytes say, and again as its receiver's programs will have it: mail programs go by what the mail says
 * of its texts and of mails in it (RFC 2046, 5.2.1), Windows goes by the ending of a file's name.
 */
#include "mail/mail_private.h"

#include "base/line.h"

static bool is_mail(const struct part *part)
{
	return line_is(part->said, "message/rfc822") || line_is(part->said, "message/global") ||
	       type_promised(part->name) == TYPE_MESSAGE;
}

/* What bytes alone do not tell, but the mail says: a message whose first fields nobody knows, a page that begins with
 * plain words. */
enum type mail_type_said(const struct part *part)
{
	if ((part->type == TYPE_TEXT || part->type == TYPE_UNKNOWN) && is_mail(part))
		return TYPE_MESSAGE;
	return part->type == TYPE_TEXT && line_is(part->said, "text/html") ? TYPE_HTML : part->type;
}

/* Of a text that is shown with the mail. RTF, as Outlook has it, is no text for people. */
static enum type type_shown(const struct part *part)
{
	if (line_is(part->said, "text/html"))
		return TYPE_HTML;
	if (line_is(part->said, "text/rtf"))
		return TYPE_UNKNOWN;
	return part->type == TYPE_HTML ? TYPE_HTML : TYPE_TEXT;
}

/* Of what has no name: mail programs make one, with the ending that Windows has for the type. */
static enum type type_nameless(struct span said)
{
	static const struct {
		const char *said;
		enum type type;
	} types[] = { { "text/html", TYPE_HTML },
		      { "application/xhtml+xml", TYPE_HTML },
		      { "image/svg+xml", TYPE_SVG },
		      { "application/pdf", TYPE_PDF },
		      { "application/hta", TYPE_HTA },
		      { "text/javascript", TYPE_JSCRIPT },
		      { "application/javascript", TYPE_JSCRIPT },
		      { "application/x-javascript", TYPE_JSCRIPT },
		      { "text/vbscript", TYPE_VBSCRIPT } };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (line_is(said, types[i].said))
			return types[i].type;
	return TYPE_UNKNOWN;
}

/* Viewers look for a PDF's mark in the first 1,024 bytes (ISO 32000-1, Annex H.3.4.1). */
static bool is_pdf(struct span bytes)
{
	return memmem(bytes.ptr, bytes.len < 1024 ? bytes.len : 1024, "%PDF-", 5) != NULL;
}

static bool is_in_package(const struct part *part)
{
	return part->in && (part->in->type == TYPE_OOXML || part->in->type == TYPE_ODF);
}

/* Browsers open XML, and run what is of a page's vocabulary in it. */
static bool is_xml_page(struct span bytes)
{
	static const char *const names[] = { "www.w3.org/1999/xhtml", "www.w3.org/2000/svg" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (memmem(bytes.ptr, bytes.len, names[i], strlen(names[i])))
			return true;
	return false;
}

/* Endings for which a double click begins Excel, which reads texts as well. */
static bool is_excels(struct span extension)
{
	static const char *const excels[] = { "xls", "xlt", "xla", "xlw", "xlm", "xlk", "dif" };

	for (size_t i = 0; i < sizeof(excels) / sizeof(excels[0]); i++)
		if (line_is(extension, excels[i]))
			return true;
	return false;
}

/* Of a file; without an ending that anybody knows, by what the mail says. */
static enum type type_clicked(const struct part *part)
{
	enum type promised = type_promised(part->name);

	if (promised == TYPE_PDF && is_pdf(part->bytes))
		return TYPE_PDF;
	if (part->type == TYPE_XML && promised == TYPE_XML && !is_in_package(part) && is_xml_page(part->bytes))
		return TYPE_SVG;
	if (promised == TYPE_HTML || promised == TYPE_SVG || type_told_by_name(promised))
		return promised;
	if (part->type == TYPE_TEXT && is_excels(type_extension(part->name)))
		return TYPE_CSV; /* so Excel reads it, formulas and all */
	if (promised == TYPE_TEXT && part->type == TYPE_MESSAGE)
		return TYPE_TEXT;
	if ((promised == TYPE_OOXML || promised == TYPE_ODF) && part->type == TYPE_ZIP) /* a package that lacks its list */
		return promised;
	return promised == TYPE_UNKNOWN ? type_nameless(part->said) : TYPE_UNKNOWN;
}

enum type mail_type_also(const struct part *part)
{
	enum type type;

	if (!part->bytes.len)
		return TYPE_UNKNOWN;
	type = part->inline_body ? type_shown(part) : is_mail(part) ? TYPE_MESSAGE : type_clicked(part);
	return type == part->type ? TYPE_UNKNOWN : type;
}
