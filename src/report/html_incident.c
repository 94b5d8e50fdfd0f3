/* html_incident.c - elements of the page, and one incident as a card. */
#include "report/html_part.h"

void html_element(FILE *out, const char *tag, const char *class, const char *text)
{
	fprintf(out, "<%s", tag);
	if (class != NULL)
		fprintf(out, " class=\"%s\"", class);
	fputc('>', out);
	text_html(out, text_span(text));
	fprintf(out, "</%s>\n", tag);
}

void html_pair(FILE *out, const char *label, const char *value)
{
	fputs("<div>", out);
	html_element(out, "dt", NULL, label);
	html_element(out, "dd", NULL, value);
	fputs("</div>\n", out);
}

void html_severity(FILE *out, enum severity severity)
{
	char name[TEXT_NUMBER], *japanese;

	view_severity(severity, name);
	japanese = strchr(name, ' ');
	if (japanese != NULL)
		*japanese++ = '\0';
	fprintf(out, "<span class=\"badge %s\">%s", severity_name(severity), name);
	if (japanese != NULL)
		fprintf(out, " <span lang=\"ja\">%s</span>", japanese);
	fputs("</span>", out);
}

static void why_html(FILE *out, const struct incident *incident, unsigned level)
{
	if (incident->why_count == 0)
		return;
	fprintf(out, "<section><h%u>Why we say so</h%u>\n<dl class=\"why\">\n", level, level);
	for (unsigned i = 0; i < incident->why_count; i++)
		html_pair(out, incident->why[i].key, incident->why[i].value);
	fputs("</dl></section>\n", out);
}

static void advice_html(FILE *out, const struct incident *incident, unsigned level)
{
	struct span rest = text_span(incident->advice != NULL ? incident->advice : ""), step;

	if (rest.len == 0)
		return;
	fprintf(out, "<section class=\"advice\"><h%u>What to do now</h%u>\n<ol>\n", level, level);
	while (text_line(&rest, &step)) {
		fputs("<li>", out);
		text_html(out, step);
		fputs("</li>\n", out);
	}
	fputs("</ol></section>\n", out);
}

void html_incident(FILE *out, const struct incident *incident, unsigned level)
{
	struct fact facts[VIEW_FACTS];
	unsigned count = view_incident_facts(incident, facts);
	char parties[VIEW_TEXT], heading[] = "h3";

	heading[1] = (char)('0' + level);
	view_parties(incident, parties);
	fprintf(out, "<article class=\"card %s\" id=\"incident-%llu\">\n<p class=\"kicker\">",
		severity_name(incident->severity), (unsigned long long)incident->id);
	html_severity(out, incident->severity);
	fprintf(out, " <span class=\"number\">#%llu</span>%s</p>\n",
		(unsigned long long)incident->id,
		incident->ongoing ? " <span class=\"going\">still going on</span>" : "");
	html_element(out, heading, NULL, incident->title);
	html_element(out, "p", "parties", parties);
	html_element(out, "p", "direction", view_direction(incident->direction));
	if (incident->say[0] != '\0')
		html_element(out, "p", "say", incident->say);
	if (view_gloss(incident)[0] != '\0')
		html_element(out, "p", "gloss", view_gloss(incident));
	fputs("<dl class=\"facts\">\n", out);
	for (unsigned i = 0; i < count; i++)
		html_pair(out, facts[i].label, facts[i].value);
	fputs("</dl>\n<div class=\"halves\">\n", out);
	why_html(out, incident, level + 1);
	advice_html(out, incident, level + 1);
	fputs("</div>\n</article>\n", out);
}
