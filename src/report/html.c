/*
 * html.c - the report as one page that needs nothing else: no script, no request, no font.
 *
 * Its Content-Security-Policy forbids everything but the one style sheet, by its hash, so that
 * even a mistake in escaping could not run anything.
 */
#include "report/html_part.h"
#include "report/report.h"

#define CARDS_MAX  200 /* more would make a page that no browser likes; the JSON has them all */
#define GLANCE_MAX 12

static void head_html(FILE *out, const struct answer *answer)
{
	char hash[HTML_STYLE_HASH];

	fprintf(out,
		"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src %s; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"robots\" content=\"noindex\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n",
		html_style_hash(hash));
	fputs("<title>Hinomi: ", out);
	text_html(out, text_span(answer->headline));
	fprintf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n", html_style);
}

/* The fire-watch tower, drawn. */
static void brand_html(FILE *out)
{
	fputs("<p class=\"brand\"><svg viewBox=\"0 0 24 24\" width=\"26\" height=\"26\" "
	      "aria-hidden=\"true\"><path d=\"M4.5 7.2 12 2.2l7.5 5M7 7.5h10M8.2 7.5v3.2h7.6V7.5"
	      "M9 10.7 6.2 21.8M15 10.7l2.8 11.1M8.2 14h7.6M7.3 17.8h9.4M9 10.8l7.6 7M15 10.8"
	      "l-7.6 7\"/><path class=\"bell\" d=\"M12 4.6v2.2\"/></svg> Hinomi "
	      "<span lang=\"ja\">火の見</span></p>\n",
	      out);
}

static void answer_html(FILE *out, const struct answer *answer)
{
	const char *class = !answer->judged ? "unjudged"
			    : answer->calm  ? "calm"
					    : severity_name(answer->severity);

	fprintf(out, "<div class=\"answer %s\">\n", class);
	html_element(out, "h1", NULL, answer->headline);
	if (answer->detail[0] != '\0')
		html_element(out, "p", NULL, answer->detail);
	fputs("</div>\n", out);
}

/* The incidents as a list of links, worth its place from two on. */
static void glance_html(FILE *out, const struct view *view)
{
	if (view->count < 2)
		return;
	fputs("<nav aria-label=\"Incidents\"><ul class=\"glance\">\n", out);
	for (size_t i = 0; i < view->count && i < GLANCE_MAX; i++) {
		const struct incident *incident = view->items[i].incident;
		char parties[VIEW_TEXT];

		view_parties(incident, parties);
		fprintf(out, "<li><a href=\"#incident-%llu\">", (unsigned long long)incident->id);
		html_severity(out, incident->severity);
		fputs("<strong>", out);
		text_html(out, text_span(incident->title));
		fputs("</strong> <span class=\"parties\">", out);
		text_html(out, text_span(parties));
		fputs("</span></a></li>\n", out);
	}
	fputs("</ul>\n", out);
	if (view->count > GLANCE_MAX)
		fprintf(out, "<p class=\"note\">And %zu more below.</p>\n",
			view->count - GLANCE_MAX);
	fputs("</nav>\n", out);
}

static void incidents_html(FILE *out, const struct view *view)
{
	char title[VIEW_TEXT];

	if (view->count == 0)
		return;
	fputs("<section>\n<h2>What was found</h2>\n", out);
	for (size_t i = 0; i < view->count && i < CARDS_MAX; i++) {
		const struct view_item *item = &view->items[i];

		if (item->part == 0 && item->parts > 1) {
			view_attack_title(item, title);
			fputs("<section class=\"attack\">\n", out);
			html_element(out, "h3", NULL, title);
			fprintf(out,
				"<p class=\"note\">One attack with %u vectors: kinds of packets "
				"that are sent at the same time.</p>\n",
				item->parts);
		}
		html_incident(out, item->incident, item->parts > 1 ? 4 : 3);
		if (item->parts > 1 && (item->part + 1 == item->parts || i + 1 == CARDS_MAX))
			fputs("</section>\n", out);
	}
	if (view->count > CARDS_MAX)
		fprintf(out,
			"<p class=\"note\">%zu more are not shown here; the JSON report has "
			"them all.</p>\n",
			view->count - CARDS_MAX);
	fputs("</section>\n", out);
}

static void inputs_html(FILE *out, const struct run *run)
{
	char size[VIEW_TEXT];

	fputs("<div><dt>Read</dt>\n", out);
	for (size_t i = 0; i < run->input_count; i++) {
		view_input(&run->inputs[i], size);
		fputs("<dd><bdi class=\"path\">", out);
		text_html(out, text_span(run->inputs[i].path));
		fputs("</bdi> ", out);
		html_element(out, "span", "note", size);
		fputs("</dd>\n", out);
	}
	fputs("</div>\n", out);
}

static void capture_html(FILE *out, const struct run *run)
{
	struct fact facts[VIEW_FACTS];
	unsigned count = view_run_facts(run, facts);
	char prefixes[VIEW_TEXT], why[VIEW_TEXT];

	view_home(&run->home, prefixes, why);
	fputs("<section>\n<h2>The capture</h2>\n<dl class=\"rows card\">\n", out);
	inputs_html(out, run);
	for (unsigned i = 0; i < count; i++)
		html_pair(out, facts[i].label, facts[i].value);
	fputs("<div>", out);
	html_element(out, "dt", NULL, "Your network");
	html_element(out, "dd", NULL, prefixes);
	html_element(out, "dd", "note", why);
	fputs("</div>\n</dl>\n</section>\n", out);
}

static void troubles_html(FILE *out, const struct run *run)
{
	bool any = false;

	for (size_t i = 0; i < run->input_count; i++) {
		if (run->inputs[i].ok)
			continue;
		if (!any)
			fputs("<section>\n<h2>Trouble with the input</h2>\n"
			      "<dl class=\"rows card trouble\">\n",
			      out);
		any = true;
		html_pair(out, run->inputs[i].path, run->inputs[i].trouble);
	}
	if (!any)
		return;
	fputs("</dl>\n", out);
	if (run->frames > 0)
		html_element(out, "p", "note",
			     "What could be read was judged. What is missing could hold more.");
	fputs("</section>\n", out);
}

static void counters_html(FILE *out, const struct run *run, bool bounds, const char *title)
{
	bool any = false;

	for (unsigned i = 0; i < ANOMALY_COUNT; i++) {
		enum anomaly anomaly = (enum anomaly)i;
		char count[TEXT_NUMBER];

		if (run->anomalies.count[i] == 0 || anomaly_is_bound(anomaly) != bounds)
			continue;
		if (!any) {
			fputs("<section>\n", out);
			html_element(out, "h2", NULL, title);
			fputs("<div class=\"card\"><table>\n<thead><tr><th scope=\"col\" "
			      "class=\"count\">Times</th><th scope=\"col\">What</th>"
			      "<th scope=\"col\">Name</th></tr></thead>\n<tbody>\n",
			      out);
		}
		any = true;
		fprintf(out,
			"<tr><td class=\"count\">%s</td><td>%s</td><td><code>%s</code></td>"
			"</tr>\n",
			text_count(run->anomalies.count[i], count), anomaly_text(anomaly),
			anomaly_name(anomaly));
	}
	if (any)
		fputs("</tbody></table></div>\n</section>\n", out);
}

enum err report_html(FILE *out, const struct run *run, const struct incident *incidents,
		     size_t count)
{
	struct answer answer;
	struct view view;
	enum err err = view_new(&view, incidents, count);

	if (err != OK)
		return err;
	view_answer(&answer, &view, run);
	head_html(out, &answer);
	fputs("<header>\n", out);
	brand_html(out);
	answer_html(out, &answer);
	glance_html(out, &view);
	fputs("</header>\n<main>\n", out);
	html_chart(out, run, &view);
	incidents_html(out, &view);
	capture_html(out, run);
	troubles_html(out, run);
	counters_html(out, run, false, "Malformed or odd packets, counted");
	counters_html(out, run, true, "Bounds reached: some things were seen less sharply");
	fputs("</main>\n<footer><p>Made by Hinomi " HINOMI_VERSION ". All times are UTC. This page "
	      "holds everything it shows and asks nothing from anywhere.</p></footer>\n"
	      "</body>\n</html>\n",
	      out);
	view_free(&view);
	return view_flush(out);
}
