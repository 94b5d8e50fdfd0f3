/* text.c - the report for a terminal: plain sentences, at most TEXT_WIDTH columns. */
#include "report/report.h"
#include "report/view.h"

#define TEXT_WIDTH 92
#define LABEL_MAX  40 /* columns that an evidence key may take before its value goes below */

struct console {
	FILE *out;
	bool colour;
};

static const char *const severity_colours[] = {
	[SEVERITY_INFO] = "\033[2m",           [SEVERITY_NOTICE] = "\033[1;36m",
	[SEVERITY_WARNING] = "\033[1;33m",     [SEVERITY_HIGH] = "\033[1;31m",
	[SEVERITY_CRITICAL] = "\033[1;97;41m",
};

#define COLOUR_BOLD "\033[1m"
#define COLOUR_DIM  "\033[2m"
#define COLOUR_CALM "\033[1;32m"

static void paint(const struct console *console, const char *colour)
{
	if (console->colour)
		fputs(colour, console->out);
}

static void unpaint(const struct console *console)
{
	paint(console, "\033[0m");
}

static void spaces(FILE *out, unsigned count)
{
	fprintf(out, "%*s", (int)count, "");
}

/* Writes words from `column` on; further lines begin at `indent`. Ends the line. */
static void wrap(FILE *out, unsigned column, unsigned indent, struct span text)
{
	struct span word;
	bool first = true;

	while (text_word(&text, &word)) {
		unsigned width = text_columns(word);

		if (!first && column + 1 + width > TEXT_WIDTH) {
			fputc('\n', out);
			spaces(out, indent);
			column = indent;
		} else if (!first) {
			fputc(' ', out);
			column++;
		}
		text_visible(out, word);
		column += width;
		first = false;
	}
	fputc('\n', out);
}

static void paragraph(FILE *out, unsigned indent, const char *text)
{
	spaces(out, indent);
	wrap(out, indent, indent, text_span(text));
}

/* A label, and its value from a column on; a label too wide has its value below. */
static void row(const struct console *console, unsigned indent, unsigned width, const char *label,
		const char *value)
{
	unsigned columns = text_columns(text_span(label)), start = indent + width + 2;

	spaces(console->out, indent);
	paint(console, COLOUR_DIM);
	text_visible(console->out, text_span(label));
	unpaint(console);
	if (columns > width) {
		fputc('\n', console->out);
		spaces(console->out, start);
	} else {
		spaces(console->out, width + 2 - columns);
	}
	wrap(console->out, start, start, text_span(value));
}

static void heading(const struct console *console, const char *title)
{
	fputc('\n', console->out);
	paint(console, COLOUR_BOLD);
	fprintf(console->out, "%s ", title);
	unpaint(console);
	paint(console, COLOUR_DIM);
	for (unsigned i = text_columns(text_span(title)) + 1; i < TEXT_WIDTH; i++)
		fputs("─", console->out);
	unpaint(console);
	fputs("\n\n", console->out);
}

static void answer_text(const struct console *console, const struct view *view,
			const struct run *run)
{
	struct answer answer;

	view_answer(&answer, view, run);
	paint(console, COLOUR_DIM);
	fputs("Hinomi 火の見\n\n", console->out);
	unpaint(console);
	paint(console, !answer.judged ? COLOUR_BOLD
		       : answer.calm  ? COLOUR_CALM
				      : severity_colours[answer.severity]);
	paragraph(console->out, 0, answer.headline);
	unpaint(console);
	if (answer.detail[0] != '\0')
		paragraph(console->out, 0, answer.detail);
}

static void capture_text(const struct console *console, const struct run *run)
{
	static const unsigned width = sizeof("Conversations") - 1;
	struct fact facts[VIEW_FACTS];
	unsigned count = view_run_facts(run, facts);
	char text[VIEW_TEXT], why[VIEW_TEXT];

	heading(console, "The capture");
	for (size_t i = 0; i < run->input_count; i++) {
		row(console, 2, width, i == 0 ? "Read" : "", run->inputs[i].path);
		view_input(&run->inputs[i], text);
		row(console, 2, width, "", text);
	}
	for (unsigned i = 0; i < count; i++)
		row(console, 2, width, facts[i].label, facts[i].value);
	view_home(&run->home, text, why);
	row(console, 2, width, "Your network", text);
	row(console, 2, width, "", why);
}

static unsigned why_width(const struct incident *incident)
{
	unsigned width = 0;

	for (unsigned i = 0; i < incident->why_count; i++) {
		unsigned columns = text_columns(text_span(incident->why[i].key));

		if (columns > width && columns <= LABEL_MAX)
			width = columns;
	}
	return width > 0 ? width : LABEL_MAX;
}

static void subheading(const struct console *console, const char *title)
{
	fputc('\n', console->out);
	spaces(console->out, 4);
	paint(console, COLOUR_BOLD);
	fputs(title, console->out);
	unpaint(console);
	fputc('\n', console->out);
}

static void why_text(const struct console *console, const struct incident *incident)
{
	unsigned width = why_width(incident);

	if (incident->why_count == 0)
		return;
	subheading(console, "Why we say so");
	for (unsigned i = 0; i < incident->why_count; i++)
		row(console, 6, width, incident->why[i].key, incident->why[i].value);
}

static void advice_text(const struct console *console, const struct incident *incident)
{
	struct span rest = text_span(incident->advice != NULL ? incident->advice : ""), step;
	char number[TEXT_NUMBER];

	if (rest.len == 0)
		return;
	subheading(console, "What to do now");
	for (unsigned i = 1; text_line(&rest, &step); i++) {
		snprintf(number, sizeof(number), "%2u. ", i);
		spaces(console->out, 5);
		fputs(number, console->out);
		wrap(console->out, 9, 9, step);
	}
}

static void severity_text(const struct console *console, enum severity severity)
{
	char name[TEXT_NUMBER];

	view_severity(severity, name);
	paint(console, severity_colours[severity]);
	fputs(name, console->out);
	unpaint(console);
}

static void incident_text(const struct console *console, const struct incident *incident)
{
	static const unsigned width = sizeof("Catalogued as") - 1;
	struct fact facts[VIEW_FACTS];
	unsigned count = view_incident_facts(incident, facts);
	char parties[VIEW_TEXT];

	fprintf(console->out, "  #%llu  ", (unsigned long long)incident->id);
	severity_text(console, incident->severity);
	fputs("  ", console->out);
	paint(console, COLOUR_BOLD);
	text_visible(console->out, text_span(incident->title));
	unpaint(console);
	fputc('\n', console->out);
	view_parties(incident, parties);
	paragraph(console->out, 4, parties);
	paragraph(console->out, 4, view_direction(incident->direction));
	fputc('\n', console->out);
	if (incident->say[0] != '\0')
		paragraph(console->out, 4, incident->say);
	if (view_gloss(incident)[0] != '\0') {
		paint(console, COLOUR_DIM);
		paragraph(console->out, 4, view_gloss(incident));
		unpaint(console);
	}
	fputc('\n', console->out);
	for (unsigned i = 0; i < count; i++)
		row(console, 4, width, facts[i].label, facts[i].value);
	why_text(console, incident);
	advice_text(console, incident);
}

static void attack_text(const struct console *console, const struct view_item *item)
{
	char title[VIEW_TEXT], text[VIEW_TEXT] = "";

	view_attack_title(item, title);
	text_append(text, VIEW_TEXT,
		    "One attack with %u vectors (kinds of packets at the same time): %s.",
		    item->parts, title);
	paragraph(console->out, 2, text);
	fputc('\n', console->out);
}

static void incidents_text(const struct console *console, const struct view *view)
{
	if (view->count == 0)
		return;
	heading(console, "What was found");
	for (size_t i = 0; i < view->count; i++) {
		const struct view_item *item = &view->items[i];

		if (i > 0)
			fputs("\n\n", console->out);
		if (item->part == 0 && item->parts > 1)
			attack_text(console, item);
		incident_text(console, item->incident);
	}
}

static void troubles_text(const struct console *console, const struct run *run)
{
	bool any = false;

	for (size_t i = 0; i < run->input_count; i++) {
		const struct input *input = &run->inputs[i];

		if (input->ok)
			continue;
		if (!any)
			heading(console, "Trouble with the input");
		any = true;
		paragraph(console->out, 2, input->path);
		paragraph(console->out, 4, input->trouble);
	}
	if (any && run->frames > 0)
		paragraph(console->out, 2,
			  "What could be read was judged. What is missing could hold more.");
}

static void counters_text(const struct console *console, const struct run *run, bool bounds,
			  const char *title)
{
	bool any = false;

	for (unsigned i = 0; i < ANOMALY_COUNT; i++) {
		enum anomaly anomaly = (enum anomaly)i;
		char count[TEXT_NUMBER], text[VIEW_TEXT];

		if (run->anomalies.count[i] == 0 || anomaly_is_bound(anomaly) != bounds)
			continue;
		if (!any)
			heading(console, title);
		any = true;
		snprintf(text, sizeof(text), "%s (%s)", anomaly_text(anomaly),
			 anomaly_name(anomaly));
		text_count(run->anomalies.count[i], count);
		fprintf(console->out, "  %14s  ", count);
		wrap(console->out, 18, 18, text_span(text));
	}
}

enum err report_text(FILE *out, const struct run *run, const struct incident *incidents,
		     size_t count, bool colour)
{
	struct console console = {out, colour};
	struct view view;
	enum err err = view_new(&view, incidents, count);

	if (err != OK)
		return err;
	answer_text(&console, &view, run);
	capture_text(&console, run);
	incidents_text(&console, &view);
	troubles_text(&console, run);
	counters_text(&console, run, false, "Malformed or odd packets, counted");
	counters_text(&console, run, true, "Bounds reached: some things were seen less sharply");
	view_free(&view);
	return view_flush(out);
}
