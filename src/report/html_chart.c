/*
 * html_chart.c - the traffic over time, drawn twice: for a screen and for a phone's width, since
 * the text of one drawing would be too small or too large on the other. The style shows one.
 *
 * Packets per second stand above the line when they come in and hang below it when they go out;
 * bits per second have a panel of their own. Each incident has a bar in a lane above, with its
 * name beside it, and tints its span of both panels.
 */
#include "report/html_part.h"

#include <math.h>
#include <stdlib.h>

#define LANES_MAX    8
#define LANE_HEIGHT  22.0
#define LABEL_RUNES  44
#define COLUMN_WIDTH 6.6 /* of a label's character, about */

enum curve { CURVE_IN, CURVE_OUT, CURVE_ALL, CURVE_BITS };

struct plot {
	FILE *out;
	const struct series *series;
	const struct view *view;
	const char *class; /* "wide" or "narrow" */
	bool split;        /* in and out are told apart */
	size_t merge;      /* bins drawn as one column, by the highest of them */
	size_t lanes;
	double start, end; /* usec */
	double left, right, width;
	double packets_top, packets_bottom, bits_top, bits_bottom;
	unsigned ticks; /* at most so many on the time axis */
};

/* A number of SVG without the locale's idea of a decimal point. */
static void number(const struct plot *plot, const char *before, double value)
{
	long tenths = lround(value * 10);

	fprintf(plot->out, "%s%s%ld.%ld", before, tenths < 0 ? "-" : "", labs(tenths) / 10,
		labs(tenths) % 10);
}

static void line(const struct plot *plot, const char *class, const double from[2],
		 const double to[2])
{
	fprintf(plot->out, "<path class=\"%s\" d=\"", class);
	number(plot, "M", from[0]);
	number(plot, " ", from[1]);
	number(plot, "L", to[0]);
	number(plot, " ", to[1]);
	fputs("\"/>\n", plot->out);
}

static void box(const struct plot *plot, const char *class, const double from[2],
		const double to[2])
{
	fprintf(plot->out, "<rect class=\"%s\"", class);
	number(plot, " x=\"", from[0]);
	number(plot, "\" y=\"", from[1]);
	number(plot, "\" width=\"", to[0] - from[0]);
	number(plot, "\" height=\"", to[1] - from[1]);
	fputs("\"/>\n", plot->out);
}

static void label(const struct plot *plot, const char *class, double x, double y, const char *text)
{
	fprintf(plot->out, "<text class=\"%s\"", class);
	number(plot, " x=\"", x);
	number(plot, "\" y=\"", y);
	fputs("\">", plot->out);
	text_html(plot->out, text_span(text));
	fputs("</text>\n", plot->out);
}

static double time_x(const struct plot *plot, usec_t t)
{
	double x = ((double)t - plot->start) / (plot->end - plot->start);

	x = x < 0 ? 0 : x > 1 ? 1 : x;
	return plot->left + x * (plot->right - plot->left);
}

static double bin_rate(const struct series *series, size_t i, enum curve curve)
{
	const struct series_bin *bin = &series->bins[i];
	double amount = curve == CURVE_IN    ? (double)bin->in_packets
			: curve == CURVE_OUT ? (double)bin->out_packets
			: curve == CURVE_ALL ? (double)bin->packets
					     : (double)bin->bytes * 8;

	return amount * (double)USEC_PER_SEC / (double)series->width;
}

/* The highest rate of a stretch of bins. */
static double rate_max(const struct series *series, size_t from, size_t count, enum curve curve)
{
	double max = 0;

	for (size_t i = from; i < from + count && i < series->used; i++)
		max = fmax(max, bin_rate(series, i, curve));
	return max;
}

/* A round step, 1, 2 or 5 times a power of ten, that leaves at most `steps` of it below max. */
static double round_step(double max, double steps)
{
	double power = pow(10, floor(log10(max / steps)));

	for (int i = 0; i < 2; i++)
		if (max / (power * (i == 0 ? 1 : 2)) <= steps)
			return power * (i == 0 ? 1 : 2);
	return max / (power * 5) <= steps ? power * 5 : power * 10;
}

/* "800", "2.5k", "20M": short enough for an axis. */
static char *tick_text(double value, char text[TEXT_NUMBER])
{
	static const char units[] = " kMGTPE";
	int unit = 0;
	long tenths;

	for (value = fabs(value); value >= 1000 && unit < 6; unit++)
		value /= 1000;
	tenths = lround(value * 10);
	snprintf(text, TEXT_NUMBER, tenths % 10 != 0 ? "%ld.%ld" : "%ld", tenths / 10, tenths % 10);
	if (unit > 0)
		text_append(text, TEXT_NUMBER, "%c", units[unit]);
	return text;
}

/* The stair of a curve from `base`, `scale` pixels for each unit; down when scale is negative. */
static void area(const struct plot *plot, enum curve curve, double base, double scale)
{
	static const char *const classes[] = {"in", "out", "all", "all"};
	const struct series *series = plot->series;

	fprintf(plot->out, "<path class=\"%s\" d=\"", classes[curve]);
	number(plot, "M", plot->left);
	number(plot, " ", base);
	for (size_t i = 0; i < series->used; i += plot->merge) {
		size_t next = i + plot->merge < series->used ? i + plot->merge : series->used;

		number(plot, "V", base - rate_max(series, i, plot->merge, curve) * scale);
		number(plot, "H",
		       plot->left +
			       (plot->right - plot->left) * (double)next / (double)series->used);
	}
	number(plot, "V", base);
	fputs("Z\"/>\n", plot->out);
}

/* Grid lines and their values from `low` to `high` units around the base line. */
static void value_axis(const struct plot *plot, double base, double scale, double low, double high)
{
	double step = round_step(high + low, 7);
	char text[TEXT_NUMBER];

	for (double value = -floor(low / step) * step; value <= high; value += step) {
		double y = base - value * scale;

		line(plot, fabs(value) < step / 2 ? "axis" : "grid", (double[]){plot->left, y},
		     (double[]){plot->right, y});
		label(plot, "end", plot->left - 7, y + 4, tick_text(value, text));
	}
}

static void packets_panel(const struct plot *plot)
{
	const struct series *series = plot->series;
	enum curve up = plot->split ? CURVE_IN : CURVE_ALL;
	double high = fmax(rate_max(series, 0, series->used, up), 1) * 1.04;
	double low = plot->split ? rate_max(series, 0, series->used, CURVE_OUT) * 1.04 : 0;
	double height = plot->packets_bottom - plot->packets_top, scale, base;

	if (plot->split) { /* leave the smaller side enough room to be seen as a side */
		high = fmax(high, low * 0.1);
		low = fmax(low, high * 0.1);
	}
	scale = height / (high + low);
	base = plot->packets_top + high * scale;
	value_axis(plot, base, scale, low, high);
	area(plot, up, base, scale);
	if (plot->split)
		area(plot, CURVE_OUT, base, -scale);
	line(plot, "axis", (double[]){plot->left, base}, (double[]){plot->right, base});
	label(plot, "title", 0, plot->packets_top - 12, "Packets per second");
	if (plot->split) {
		label(plot, "end", plot->right, plot->packets_top - 12, "↑ in, to your network");
		label(plot, "end", plot->right, plot->packets_bottom + 17,
		      "↓ out, from your network");
	}
}

static void bits_panel(const struct plot *plot)
{
	const struct series *series = plot->series;
	double high = fmax(rate_max(series, 0, series->used, CURVE_BITS), 1) * 1.04;
	double step = round_step(high, 3), scale = (plot->bits_bottom - plot->bits_top) / high;
	char text[TEXT_NUMBER];

	for (double value = 0; value <= high; value += step) {
		double y = plot->bits_bottom - value * scale;

		line(plot, "grid", (double[]){plot->left, y}, (double[]){plot->right, y});
		label(plot, "end", plot->left - 7, y + 4, tick_text(value, text));
	}
	area(plot, CURVE_BITS, plot->bits_bottom, scale);
	label(plot, "title", 0, plot->bits_top - 12, "Bits per second, both ways");
}

static double time_step(double span, unsigned ticks)
{
	static const double steps[] = {0.001, 0.002, 0.005, 0.01, 0.02, 0.05,  0.1,   0.2,   0.5,
				       1,     2,     5,     10,   15,   30,    60,    120,   300,
				       600,   900,   1800,  3600, 7200, 10800, 21600, 43200, 86400};
	double step;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (span / (steps[i] * 1e6) <= ticks)
			return steps[i] * 1e6;
	for (step = 2 * 86400e6; span / step > ticks;)
		step *= 2;
	return step;
}

/* What of an instant a tick tells: the day, the minute, the second, or parts of it. */
static void tick_time(double t, double step, char text[TIME_TEXT])
{
	char full[TIME_TEXT], *clock;

	time_rfc3339((usec_t)t, full);
	clock = strchr(full, 'T');
	if (step >= 86400e6)
		snprintf(text, TIME_TEXT, "%.*s", (int)(clock - full), full);
	else
		snprintf(text, TIME_TEXT, "%.*s",
			 step >= 60e6  ? 5
			 : step >= 1e6 ? 8
				       : 12,
			 clock + 1);
}

static void time_axis(const struct plot *plot)
{
	double step = time_step(plot->end - plot->start, plot->ticks);
	double last = -1e9, y = plot->bits_bottom;
	char text[TIME_TEXT], day[TIME_TEXT];

	for (double t = ceil(plot->start / step) * step; t <= plot->end; t += step) {
		double x = time_x(plot, (usec_t)t), half;

		tick_time(t, step, text);
		half = (double)strlen(text) * COLUMN_WIDTH / 2;
		line(plot, "grid", (double[]){x, plot->packets_top},
		     (double[]){x, plot->packets_bottom});
		line(plot, "grid", (double[]){x, plot->bits_top}, (double[]){x, y + 5});
		x = fmin(x, plot->width - half);
		if (x - half < last)
			continue;
		label(plot, "middle", x, y + 19, text);
		last = x + half + 6;
	}
	time_human((usec_t)plot->start, text);
	snprintf(day, sizeof(day), "Time, from %.24s", text);
	label(plot, "", plot->left, y + 38, day);
}

/* The span of an incident, as a tint behind both panels. */
static void band(const struct plot *plot, const struct incident *incident)
{
	const double tops[] = {plot->packets_top, plot->bits_top};
	const double bottoms[] = {plot->packets_bottom, plot->bits_bottom};
	double from = time_x(plot, incident->opened), to = time_x(plot, incident->closed);

	fprintf(plot->out, "<g class=\"%s\">\n", severity_name(incident->severity));
	to = fmax(to, from + 1);
	for (int i = 0; i < 2; i++) {
		box(plot, "band", (double[]){from, tops[i]}, (double[]){to, bottoms[i]});
		line(plot, "edge", (double[]){from, tops[i]}, (double[]){from, bottoms[i]});
		line(plot, "edge", (double[]){to, tops[i]}, (double[]){to, bottoms[i]});
	}
	fputs("</g>\n", plot->out);
}

/* "#2 SYN flood", no longer than a lane likes. */
static void lane_text(const struct incident *incident, char text[VIEW_TEXT])
{
	struct span rest = text_span(incident->title);
	char rune[RUNE_TEXT];

	snprintf(text, VIEW_TEXT, "#%llu ", (unsigned long long)incident->id);
	for (unsigned i = 0; rest.len > 0 && i < LABEL_RUNES; i++)
		text_append(text, VIEW_TEXT, "%s", rune_text(text_rune(&rest), rune));
	if (rest.len > 0)
		text_append(text, VIEW_TEXT, "…");
}

/* A name on its bar, which is cut open for it. */
static void lane_across(const struct plot *plot, double x, double y, const char *text)
{
	double width = text_columns(text_span(text)) * COLUMN_WIDTH;

	box(plot, "plate", (double[]){x, y + 2}, (double[]){x + width + 14, y + 16});
	label(plot, "halo", x + 7, y + 13.5, text);
}

/* The bar and its name: to the right of it if there is room, else to the left, else across. */
static void lane(const struct plot *plot, const struct incident *incident, double y)
{
	double from = time_x(plot, incident->opened), to = time_x(plot, incident->closed), width;
	char text[VIEW_TEXT];

	lane_text(incident, text);
	width = text_columns(text_span(text)) * COLUMN_WIDTH + 8;
	to = fmax(to, from + 4);
	fprintf(plot->out, "<a href=\"#incident-%llu\"><g class=\"%s\">\n",
		(unsigned long long)incident->id, severity_name(incident->severity));
	box(plot, "bar", (double[]){from, y + 5}, (double[]){to, y + 13});
	if (to + width < plot->right)
		label(plot, "halo", to + 7, y + 13.5, text);
	else if (from - width > 0)
		label(plot, "halo end", from - 7, y + 13.5, text);
	else
		lane_across(plot, fmin(from + 14, plot->right - width), y, text);
	fputs("</g></a>\n", plot->out);
}

static void plot_lanes(const struct plot *plot)
{
	for (size_t i = 0; i < plot->lanes; i++)
		lane(plot, plot->view->items[i].incident, (double)i * LANE_HEIGHT);
}

static void plot_bands(const struct plot *plot)
{
	for (size_t i = 0; i < plot->lanes; i++)
		if (plot->view->items[i].incident->severity >= SEVERITY_WARNING)
			band(plot, plot->view->items[i].incident);
}

static void plot_draw(struct plot *plot, double packets_height, double bits_height)
{
	double height;

	plot->packets_top = (double)plot->lanes * LANE_HEIGHT + 34;
	plot->packets_bottom = plot->packets_top + packets_height;
	plot->bits_top = plot->packets_bottom + 50;
	plot->bits_bottom = plot->bits_top + bits_height;
	height = plot->bits_bottom + 44;
	fprintf(plot->out, "<svg class=\"%s\"", plot->class);
	number(plot, " viewBox=\"0 0 ", plot->width);
	number(plot, " ", height);
	fprintf(plot->out,
		"\" role=\"img\" aria-label=\"Traffic over time; the text below tells its "
		"peaks\">\n"
		"<defs><pattern id=\"hatch-%s\" width=\"5\" height=\"5\" "
		"patternUnits=\"userSpaceOnUse\" "
		"patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 "
		"0V5\"/></pattern></defs>\n",
		plot->class);
	plot_bands(plot);
	packets_panel(plot);
	bits_panel(plot);
	time_axis(plot);
	plot_lanes(plot);
	fputs("</svg>\n", plot->out);
}

/* A rate as a whole number; what cannot be true is cut to what can be written. */
static uint64_t rate_whole(double rate)
{
	return rate < 1e18 ? (uint64_t)rate : (uint64_t)1e18;
}

static void plot_caption(const struct plot *plot)
{
	const struct series *series = plot->series;
	double drawn = 0, all = 0, packets = rate_max(series, 0, series->used, CURVE_ALL);
	double bits = rate_max(series, 0, series->used, CURVE_BITS);
	char text[VIEW_TEXT] = "", number[TEXT_NUMBER], span[TIME_TEXT];

	for (size_t i = 0; i < series->used; i++) {
		drawn += bin_rate(series, i, CURVE_IN) + bin_rate(series, i, CURVE_OUT);
		all += bin_rate(series, i, CURVE_ALL);
	}
	text_append(text, VIEW_TEXT, "At most %s packets/s",
		    text_count(rate_whole(packets), number));
	text_append(text, VIEW_TEXT, " and %s, measured over %s.",
		    text_bits(rate_whole(bits), number), time_span(series->width, span));
	if (plot->split && drawn < all * 0.98)
		text_append(text, VIEW_TEXT,
			    " %d %% of the packets were neither to nor from your network and stand "
			    "only under bits.",
			    (int)((all - drawn) * 100 / all));
	if (!plot->split)
		text_append(text, VIEW_TEXT,
			    " In and out are not told apart, since your network is not known.");
	if (plot->view->count > plot->lanes)
		text_append(text, VIEW_TEXT, " The %zu most severe incidents are marked.",
			    plot->lanes);
	html_element(plot->out, "figcaption", "note", text);
}

void html_chart(FILE *out, const struct run *run, const struct view *view)
{
	const struct series *series = &run->series;
	struct plot plot = {.out = out, .series = series, .view = view};

	if (series->used == 0 || series->width <= 0)
		return;
	plot.start = (double)series->start;
	plot.end = plot.start + (double)series->width * (double)series->used;
	if (fabs(plot.start) > 4e18 || plot.end > 4e18 || plot.end - plot.start < 1)
		return; /* no such time: nothing to draw by */
	plot.split = rate_max(series, 0, series->used, CURVE_IN) > 0 ||
		     rate_max(series, 0, series->used, CURVE_OUT) > 0;
	plot.lanes = view->count < LANES_MAX ? view->count : LANES_MAX;
	fputs("<section>\n<h2>Traffic over time</h2>\n<figure class=\"card\">\n", out);
	plot.class = "wide";
	plot.width = 920;
	plot.left = 46;
	plot.right = 912;
	plot.ticks = 9;
	plot.merge = 1;
	plot_draw(&plot, 220, 90);
	plot.class = "narrow";
	plot.width = 350;
	plot.left = 40;
	plot.right = 346;
	plot.ticks = 4;
	plot.merge = series->used > 200 ? 3 : 1;
	plot_draw(&plot, 170, 70);
	plot_caption(&plot);
	fputs("</figure>\n</section>\n", out);
}
