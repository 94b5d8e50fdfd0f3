/* import.c - finds the format of a feed by its content and hands it to the importer for it. */
#include "feed/import_private.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdlib.h>

static const char *const format_names[IMPORT_FORMATS] = {
	[IMPORT_FIND] = "find",         [IMPORT_LIST] = "list",
	[IMPORT_MALTRAIL] = "maltrail", [IMPORT_LEVELS] = "ipsum",
	[IMPORT_HOSTS] = "hosts",       [IMPORT_DNSMASQ] = "dnsmasq",
	[IMPORT_ADGUARD] = "adguard",   [IMPORT_DATASET] = "dataset",
	[IMPORT_CSV] = "csv",           [IMPORT_ZEEK] = "zeek",
	[IMPORT_IPREP] = "iprep",       [IMPORT_STIX] = "stix",
	[IMPORT_MISP] = "misp",         [IMPORT_WARNINGLIST] = "warninglist",
	[IMPORT_GALAXY] = "galaxy",     [IMPORT_RECORDS] = "json",
};

const char *import_format_name(enum import_format format)
{
	return format < IMPORT_FORMATS ? format_names[format] : NULL;
}

bool import_format_parse(const char *name, enum import_format *format)
{
	for (unsigned f = 0; f < IMPORT_FORMATS; f++)
		if (strcmp(name, format_names[f]) == 0) {
			*format = (enum import_format)f;
			return true;
		}
	return false;
}

void import_settings_init(struct import_settings *settings, const char *path, const char *name)
{
	*settings = (struct import_settings){
		.format = IMPORT_FIND,
		.kind = INDICATOR_KINDS,
		.confidence = IMPORT_CONFIDENCE,
		.path = path,
		.name = name,
		.max_bytes = IMPORT_BYTES,
	};
	for (unsigned kind = 0; kind < INDICATOR_KINDS; kind++)
		settings->days[kind] = IMPORT_DAYS_USUAL;
}

uint64_t import_taken(const struct import_report *report)
{
	uint64_t sum = 0;

	for (unsigned kind = 0; kind < INDICATOR_KINDS; kind++)
		sum += report->taken[kind];
	return sum;
}

uint64_t import_named_sum(const struct import_report *report)
{
	uint64_t sum = report->named_other;

	for (size_t i = 0; i < report->named_count; i++)
		sum += report->named[i].count;
	return sum;
}

/* NULL when it went into the sum of the others. */
static struct import_named *report_name(struct import_report *report, const char *what,
					uint64_t count, uint64_t line)
{
	struct import_named *named = report->named;

	for (size_t i = 0; i < report->named_count; i++)
		if (strcmp(named[i].what, what) == 0) {
			named[i].count += count;
			return &named[i];
		}
	if (report->named_count == IMPORT_NAMED) {
		report->named_other += count;
		return NULL;
	}
	named += report->named_count++;
	snprintf(named->what, sizeof(named->what), "%s", what);
	named->count = count;
	named->line = line;
	return named;
}

void import_report_add(struct import_report *sum, const struct import_report *report)
{
	sum->format = report->format;
	sum->lines += report->lines;
	for (unsigned kind = 0; kind < INDICATOR_KINDS; kind++)
		sum->taken[kind] += report->taken[kind];
	for (unsigned why = 0; why <= INDICATOR_TOO_LONG; why++)
		sum->refused[why] += report->refused[why];
	sum->groups += report->groups;
	sum->guards += report->guards;
	sum->contexts += report->contexts;
	sum->expired += report->expired;
	for (size_t i = 0; i < report->named_count; i++) {
		const struct import_named *from = &report->named[i];
		struct import_named *named = report_name(sum, from->what, from->count, from->line);

		if (named && !named->sample[0])
			memcpy(named->sample, from->sample, sizeof(named->sample));
	}
	sum->named_other += report->named_other;
	if (!sum->notice[0])
		memcpy(sum->notice, report->notice, sizeof(sum->notice));
	if (!sum->error[0])
		memcpy(sum->error, report->error, sizeof(sum->error));
}

static uint64_t line_of(const struct importer *im)
{
	return im->input ? input_line_number(im->input) : 0;
}

void import_name(struct importer *im, const char *what)
{
	report_name(im->report, what, 1, line_of(im));
}

/* Appends text made visible to what `what` holds, as much as fits. */
static void append_visible(char what[IMPORT_NAME], struct span text)
{
	char rune[RUNE_TEXT];
	size_t used = strlen(what);

	while (text.len > 0) {
		const char *visible = rune_text(text_rune(&text), rune);
		size_t len = strlen(visible);

		if (used + len + 4 > IMPORT_NAME) {
			snprintf(what + used, IMPORT_NAME - used, "...");
			return;
		}
		memcpy(what + used, visible, len + 1);
		used += len;
	}
}

void import_name_span(struct importer *im, const char *phrase, struct span name)
{
	char what[IMPORT_NAME];

	snprintf(what, sizeof(what), "%s ", phrase);
	append_visible(what, name);
	report_name(im->report, what, 1, line_of(im));
}

void import_name_sample(struct importer *im, const char *what, struct span sample)
{
	struct import_named *named = report_name(im->report, what, 1, line_of(im));

	if (named && named->count == 1)
		append_visible(named->sample, sample);
}

enum err import_fail(struct importer *im, enum err error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(im->report->error, sizeof(im->report->error), format, arguments);
	va_end(arguments);
	return error;
}

void import_notice(struct importer *im, struct span text)
{
	char *notice = im->report->notice;
	size_t len = text.len < IMPORT_NOTICE - 1 ? text.len : IMPORT_NOTICE - 1;

	if (notice[0])
		return;
	memcpy(notice, text.ptr, len);
	notice[len] = '\0';
}

static struct span optional(const char *text)
{
	return text ? text_span(text) : (struct span){ (const uint8_t *)"", 0 };
}

struct indicator import_blank(const struct importer *im)
{
	const struct import_settings *s = im->settings;

	return (struct indicator){
		.flags = s->flags,
		.confidence = s->confidence,
		.malware = optional(s->malware),
		.group = optional(s->group),
		.source = optional(s->name),
		.origin = optional(NULL),
		.reference = optional(s->reference),
		.seen = s->now,
	};
}

static const char *const refused_names[] = {
	[INDICATOR_OK] = "",
	[INDICATOR_NOT_UNDERSTOOD] = "text that is no indicator",
	[INDICATOR_TOO_BROAD] = "too broad: it would match what is harmless",
	[INDICATOR_NOT_GLOBAL] = "private, loopback or documentation address",
	[INDICATOR_TOO_LONG] = "text that is too long for an indicator",
};

/* The age that the user sets for a kind becomes an expiry, where the feed gives none. */
static usec_t expiry_of(const struct import_settings *s, const struct indicator *i)
{
	static const usec_t never = (usec_t)253402300799 * USEC_PER_SEC; /* the end of the year 9999 */
	int days = s->days[i->kind];

	if (i->expires || days == IMPORT_DAYS_USUAL || (i->flags & INDICATOR_GUARD))
		return i->expires;
	return days == 0 ? never : (i->seen ? i->seen : s->now) + days * 86400 * USEC_PER_SEC;
}

static bool take_one(struct importer *im, struct span text, enum indicator_kind kind,
		     const struct indicator *like)
{
	struct import_report *report = im->report;
	struct indicator indicator = *like;
	char room[INDICATOR_VALUE];
	enum indicator_refused why;

	if (im->settings->kind != INDICATOR_KINDS)
		kind = im->settings->kind;
	why = indicator_normal(text, kind, room, &indicator);
	report->refused[why]++;
	if (why != INDICATOR_OK) {
		import_name_sample(im, refused_names[why], text);
		return false;
	}
	indicator.expires = expiry_of(im->settings, &indicator);
	report->taken[indicator.kind]++;
	report->guards += (indicator.flags & INDICATOR_GUARD) != 0;
	report->contexts += (indicator.flags & INDICATOR_CONTEXT) != 0;
	report->expired += indicator.expires && indicator.expires <= im->settings->now;
	if (!im->sink->indicators.take(im->sink->indicators.whom, &indicator))
		im->stopped = true;
	return true;
}

/* The number of an IPv4 address; false: it is none. */
static bool v4_number(struct span text, uint32_t *number)
{
	struct indicator found = { .flags = INDICATOR_GUARD };
	char room[INDICATOR_VALUE];

	if (indicator_normal(text, INDICATOR_KINDS, room, &found) != INDICATOR_OK ||
	    found.kind != INDICATOR_IP || !ip_is_v4(&found.prefix.ip))
		return false;
	*number = 0;
	for (unsigned i = 12; i < 16; i++)
		*number = *number << 8 | found.prefix.ip.b[i];
	return true;
}

bool import_range(struct span first, struct span last, struct import_range *range)
{
	return v4_number(first, &range->first) && v4_number(last, &range->last) &&
	       range->first <= range->last;
}

bool import_take_range(struct importer *im, struct import_range range, const struct indicator *like)
{
	bool all = true;

	for (uint64_t at = range.first; at <= range.last && !im->stopped;) {
		unsigned bits = 32;
		char text[32];

		while (bits > 0 && at % ((uint64_t)1 << (33 - bits)) == 0 &&
		       at + ((uint64_t)1 << (33 - bits)) - 1 <= range.last)
			bits--;
		snprintf(text, sizeof(text), "%u.%u.%u.%u/%u", (unsigned)(at >> 24),
			 (unsigned)(at >> 16 & 255), (unsigned)(at >> 8 & 255),
			 (unsigned)(at & 255), bits);
		all &= take_one(im, text_span(text), INDICATOR_PREFIX, like);
		at += (uint64_t)1 << (32 - bits);
	}
	return all;
}

/* "192.0.2.0-192.0.2.255" and "192.0.2.0/255.255.255.0". */
static bool read_range(struct span text, struct import_range *range)
{
	bool mask = memchr(text.ptr, '/', text.len) != NULL;
	struct span last = text, first = span_cut(&last, mask ? '/' : '-');
	uint32_t number;

	if (first.len == 0 || first.ptr[0] < '0' || first.ptr[0] > '9' || last.len < 7 ||
	    !import_range(span_trim(first), span_trim(mask ? first : last), range))
		return false;
	if (!mask)
		return true;
	if (!v4_number(last, &number) || (~number & (~number + 1)) != 0)
		return false;
	range->first &= number;
	range->last = range->first | ~number;
	return true;
}

bool import_is_range(struct span text)
{
	struct import_range range;

	return text.len > 0 && text.len < 2 * IP_TEXT && read_range(text, &range);
}

bool import_take(struct importer *im, struct span text, enum indicator_kind kind,
		 const struct indicator *like)
{
	struct import_range range;

	if ((kind == INDICATOR_KINDS || kind == INDICATOR_IP || kind == INDICATOR_PREFIX) &&
	    text.len > 0 && text.len < 2 * IP_TEXT && read_range(text, &range))
		return import_take_range(im, range, like);
	return take_one(im, text, kind, like);
}

void import_group(struct importer *im, const struct import_group *group)
{
	im->report->groups++;
	if (im->sink->group && !im->sink->group(im->sink->whom, group))
		im->stopped = true;
}

static bool is_utf8(struct span text)
{
	while (text.len > 0) {
		const uint8_t *at = text.ptr;

		if (*at < 0x80) {
			text = span_drop(text, 1);
			continue;
		}
		/* U+FFFD itself is three bytes; what is ill-formed is told by the same rune. */
		if (text_rune(&text) == RUNE_INVALID && memcmp(at, "\xef\xbf\xbd", 3) != 0)
			return false;
	}
	return true;
}

bool import_line(struct importer *im, struct span *line)
{
	struct span next;

	while (!im->stopped && input_line(im->input, &next)) {
		next = span_trim(next);
		if (next.len == 0)
			continue;
		if (!is_utf8(next)) {
			import_name(im, "line that is no UTF-8");
			continue;
		}
		*line = next;
		return true;
	}
	return false;
}

struct span json_text(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return (struct span){ (const uint8_t *)(value ? json_string_value(value) : NULL),
			      value ? json_string_length(value) : 0 };
}

/* What is often mistaken for an indicator list. */
static const char *no_list(struct span head)
{
	static const struct {
		const char *first;
		const char *why;
	} others[] = {
		{ "cveID,", "this is CISA's catalogue of exploited vulnerabilities (KEV): it names "
			    "CVEs, not indicators" },
		{ "\"cveID\"",
		  "this is CISA's catalogue of exploited vulnerabilities (KEV): it names "
		  "CVEs, not indicators" },
		/* AsciiDoc and HTML: the links of a report would be taken for bad ones. */
		{ "= ", "this is a written report, no list: import the lists beside it" },
		{ "== ", "this is a written report, no list: import the lists beside it" },
		{ "<!", "this is a page (HTML or XML), no list: was it fetched without logging in?" },
		{ "<?", "this is XML (STIX 1, OpenIOC?), which is not read: ask for JSON or CSV" },
		{ "<html", "this is a page (HTML), no list: was it fetched without logging in?" },
		{ "rule ", "these are YARA rules: they look into files and are no indicators" },
		{ "import \"pe\"",
		  "these are YARA rules: they look into files and are no indicators" },
		{ "alert ", "these are Suricata or Snort rules: they are not read as indicators" },
		{ "drop ", "these are Suricata or Snort rules: they are not read as indicators" },
	};
	struct span line;

	while (text_line(&head, &line)) {
		line = span_trim(line);
		if (line.len == 0 || line.ptr[0] == '#' || span_begins(line, "/*") ||
		    span_begins(line, "//"))
			continue;
		for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
			if (span_begins(line, others[i].first))
				return others[i].why;
		if (span_begins(line, "private rule ") || span_begins(line, "global rule "))
			return "these are YARA rules: they look into files and are no indicators";
	}
	return NULL;
}

/* Why no form was found. */
static enum err import_unknown(struct importer *im, struct span head)
{
	struct span line, rest = head;
	bool any = false;
	unsigned number = 0;

	while (rest.len > 0) {
		line = span_trim(span_cut(&rest, '\n'));
		number++;
		any = any || (line.len > 0 && line.ptr[0] != '#' && line.ptr[0] != ';');
		if (!is_utf8(line) && (rest.len > 0 || head.len < INPUT_LINE - 4))
			return import_fail(im, ERR_FORMAT,
					   "line %u (byte %zu) is no UTF-8; convert it first (iconv -f "
					   "ISO-8859-1 -t UTF-8, Japanese: -f CP932)",
					   number, (size_t)(line.ptr - head.ptr));
	}
	if (!any)
		return import_fail(im, ERR_FORMAT,
				   "there is nothing in it but blank lines and comments");
	return import_fail(im, ERR_FORMAT,
			   "this is no form of indicator list that is known here; name it with "
			   "--format, or the columns with --columns");
}

static enum err import_lines(struct importer *im, struct span head)
{
	enum import_format format = im->settings->format;
	const char *why = NULL;
	enum err err, ended;

	if (format == IMPORT_FIND && !im->settings->columns)
		why = no_list(head);
	if (why)
		return import_fail(im, ERR_UNSUPPORTED, "%s", why);
	if (format == IMPORT_FIND && im->settings->columns)
		format = IMPORT_CSV;
	if (format == IMPORT_FIND)
		format = import_table_found(head);
	if (format == IMPORT_FIND)
		format = import_list_found(head);
	if (format == IMPORT_FIND && im->settings->kind != INDICATOR_KINDS)
		format = IMPORT_LIST; /* who names the kind says that it is a list of them */
	if (format == IMPORT_FIND)
		return import_unknown(im, head);
	im->report->format = format;
	err = format >= IMPORT_CSV ? import_table(im, format) : import_list(im, format);
	for (uint64_t i = input_long_lines(im->input); i > 0 && err == OK; i = 0)
		report_name(im->report, "line longer than 64 KiB", i, 0);
	ended = input_failed(im->input, &why);
	if (err == OK && ended != OK)
		return import_fail(im, ended, "after line %llu: %s",
				   (unsigned long long)input_line_number(im->input), why);
	return err;
}

/* "[" begins an array, but also "[Adblock Plus]" and "[2001:db8::1]:443". */
static bool begins_json(struct span head)
{
	struct span inside = head.len > 0 ? span_trim(span_drop(head, 1)) : head;

	return head.len > 0 && (head.ptr[0] == '{' ||
				(head.ptr[0] == '[' &&
				 (inside.len == 0 || strchr("[{]\"", inside.ptr[0]))));
}

static enum err import_input(struct input *input, const struct import_settings *settings,
			     const struct import_sink *sink, struct import_report *report)
{
	struct importer im = {
		.settings = settings, .sink = sink, .report = report, .input = input
	};
	struct span head = span_trim(input_head(input));
	enum import_format format = settings->format;
	bool json = format >= IMPORT_STIX || (format == IMPORT_FIND && begins_json(head));
	enum err err = json ? import_json(&im) : import_lines(&im, head);

	if (err == OK && im.stopped)
		return import_fail(&im, ERR_LIMIT, "the reader of the indicators stopped");
	if (err == OK && import_taken(report) + report->groups == 0) {
		const struct import_named *most = report->named;

		for (size_t i = 1; i < report->named_count; i++)
			if (report->named[i].count > most->count)
				most = &report->named[i];
		return import_fail(&im, ERR_FORMAT, "nothing in it can be used (%s)",
				   report->named_count ? most->what : "no indicators in it");
	}
	return err;
}

/* What opening gave: an input, or an error and why. */
static enum err import_opened(enum err opened, const char *why, struct input *input,
			      const struct import_settings *settings,
			      const struct import_sink *sink, struct import_report *report)
{
	enum err err = opened;

	if (opened == OK)
		err = import_input(input, settings, sink, report);
	else
		snprintf(report->error, sizeof(report->error), "%s", why);
	input_close(input);
	return err;
}

enum err import_file(const struct import_settings *settings, const struct import_sink *sink,
		     struct import_report *report)
{
	struct input *input = NULL;
	const char *why = "";
	enum err err = input_open(settings->path, settings->max_bytes, &input, &why);

	return import_opened(err, why, input, settings, sink, report);
}

enum err import_bytes(struct span bytes, const struct import_settings *settings,
		      const struct import_sink *sink, struct import_report *report)
{
	struct input *input = NULL;
	const char *why = "";
	enum err err = input_open_bytes(bytes, settings->max_bytes, &input, &why);

	return import_opened(err, why, input, settings, sink, report);
}
