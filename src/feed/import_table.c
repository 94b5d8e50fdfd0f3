/*
 * import_table.c - tables: CSV (RFC 4180, also with ; | or tabs), Zeek's intelligence files, and
 * Suricata's IP reputation.
 *
 * What a column is, is told by its name in the header (import_columns.h), or by --columns.
 */
#include "feed/import_columns.h"

#include "base/text.h"

#include <stdlib.h>

#define FIELDS       128   /* of a record; further ones are not looked at */
#define RECORD       65536 /* bytes; longer ones (a quote that is never closed) are counted */
#define HEADER_LINES 64    /* among which the header has to be */
#define CATEGORIES   128   /* of IP reputation: Suricata has 60 */
#define SCORE_MAX    127   /* Suricata user guide, "IP reputation format" */

struct table {
	struct importer *im;
	char separator;
	bool quoting;
	uint8_t roles[FIELDS];
	size_t columns;
	struct span fields[FIELDS];
	size_t count;
	struct span category[CATEGORIES];
	uint8_t record[RECORD];
};

/* Takes a quoted field off `rest`, undoing "" in place; `rest` is left behind the separator. */
static struct span take_quoted(struct table *t, size_t *at, size_t end)
{
	size_t from = ++*at, to = from;

	while (*at < end) {
		if (t->record[*at] == '"') {
			if (*at + 1 == end || t->record[*at + 1] != '"')
				break;
			++*at;
		}
		t->record[to++] = t->record[(*at)++];
	}
	while (*at < end && t->record[*at] != t->separator)
		++*at;
	return (struct span){ t->record + from, to - from };
}

/* Splits the record of `end` bytes into fields. */
static void split_record(struct table *t, size_t end)
{
	size_t at = 0;

	t->count = 0;
	while (t->count < FIELDS) {
		struct span field;

		while (at < end && t->record[at] == ' ')
			at++;
		if (t->quoting && at < end && t->record[at] == '"') {
			field = take_quoted(t, &at, end);
		} else {
			size_t from = at;

			while (at < end && t->record[at] != t->separator)
				at++;
			field = span_trim((struct span){ t->record + from, at - from });
		}
		t->fields[t->count++] = field;
		if (at >= end)
			return;
		at++;
	}
}

/* Whether a quote is open behind the line, if it was `open` before. Only the new line is looked at: a
 * quote that is never closed goes over thousands of lines. */
static bool quote_open(const struct table *t, bool open, struct span line)
{
	for (size_t i = 0; i < line.len && t->quoting; i++)
		open ^= line.ptr[i] == '"';
	return open;
}

/* The next record: one line, or several where a quoted field goes on. */
static bool next_record(struct table *t, size_t *len)
{
	struct span line;
	bool open = false;

	*len = 0;
	while (import_line(t->im, &line)) {
		if (*len + line.len + 1 > RECORD) {
			import_name(t->im, "record longer than 64 KiB");
			*len = 0;
			open = false;
			continue;
		}
		if (open)
			t->record[(*len)++] = '\n';
		memcpy(t->record + *len, line.ptr, line.len);
		*len += line.len;
		open = quote_open(t, open, line);
		if (!open)
			return true;
	}
	if (open)
		import_name(t->im, "quote that is never closed");
	return false;
}

/* Reads roles from a header; false when no column of it holds values. In a remark, one name that is
 * known is no header yet. */
static bool read_header(struct table *t, struct span line)
{
	bool value = false, remark = span_begins(line, "#");
	size_t known = 0;

	while (line.len > 0 && (line.ptr[0] == '#' || line.ptr[0] == ' '))
		line = span_drop(line, 1);
	if (line.len > RECORD)
		return false;
	memcpy(t->record, line.ptr, line.len);
	split_record(t, line.len);
	for (size_t i = 0; i < t->count; i++) {
		t->roles[i] = (uint8_t)role_of(t->fields[i]);
		value = value || role_is_value(t->roles[i]);
		known += t->roles[i] != ROLE_NONE;
	}
	t->columns = t->count;
	return value && (known >= 2 || (t->count >= 2 && !remark));
}

/* The separator that parts a header line best. */
static char find_separator(struct span line)
{
	static const char marks[] = { ',', ';', '\t', '|' };
	size_t most = 0;
	char found = ',';

	for (size_t i = 0; i < sizeof(marks); i++) {
		size_t count = 0;

		for (size_t at = 0; at < line.len; at++)
			count += line.ptr[at] == marks[i];
		if (count > most) {
			most = count;
			found = marks[i];
		}
	}
	return found;
}

/* Drops "#fields<tab>" so that the columns count from the first value. */
static struct span zeek_header(struct span line)
{
	return span_begins(line, "#fields\t") ? span_drop(line, strlen("#fields\t")) : line;
}

static bool is_header(struct table *t, struct span line)
{
	t->separator = span_begins(line, "#fields\t") ? '\t' : find_separator(line);
	t->quoting = t->separator != '\t';
	return read_header(t, zeek_header(line));
}

static bool is_iprep(struct span line)
{
	struct span address = span_cut(&line, ','), category = span_cut(&line, ',');
	struct indicator indicator = { .flags = INDICATOR_GUARD };
	char room[INDICATOR_VALUE];
	uint64_t number;

	return span_number(category, CATEGORIES, &number) &&
	       span_number(line, SCORE_MAX, &number) &&
	       indicator_normal(address, INDICATOR_KINDS, room, &indicator) !=
		       INDICATOR_NOT_UNDERSTOOD;
}

enum import_format import_table_found(struct span head)
{
	struct table *t = calloc(1, sizeof(*t));
	enum import_format found = IMPORT_FIND;
	struct span line;

	for (unsigned i = 0; t && i < HEADER_LINES && text_line(&head, &line); i++) {
		line = span_trim(line);
		if (line.len == 0)
			continue;
		if (span_begins(line, "#fields\t"))
			found = IMPORT_ZEEK;
		else if (is_header(t, line))
			found = IMPORT_CSV;
		else if (is_iprep(line))
			found = IMPORT_IPREP;
		if (found != IMPORT_FIND || (line.ptr[0] != '#' && line.ptr[0] != '"'))
			break;
	}
	free(t);
	return found;
}

/* "value=2,type=1" by number, or "value=ioc,type=what" by the names of the header. */
static bool read_columns(struct table *t, struct span header)
{
	struct span rest = text_span(t->im->settings->columns);
	bool value = false;

	memset(t->roles, ROLE_NONE, sizeof(t->roles));
	if (header.len <= RECORD)
		memcpy(t->record, header.ptr, header.len);
	split_record(t, header.len <= RECORD ? header.len : 0);
	while (rest.len > 0) {
		struct span column = span_cut(&rest, ','), name = span_cut(&column, '=');
		enum role role = role_of(name);
		uint64_t number = 0;

		if (!span_number(column, FIELDS, &number))
			for (size_t i = 0; i < t->count && number == 0; i++)
				if (column.len > 0 && t->fields[i].len == column.len &&
				    memcmp(t->fields[i].ptr, column.ptr, column.len) == 0)
					number = i + 1;
		if (role == ROLE_NONE || number == 0)
			return false;
		t->roles[number - 1] = (uint8_t)role;
		t->columns = number > t->columns ? number : t->columns;
		value = value || role_is_value(role);
	}
	return value;
}

static void take_record(struct table *t)
{
	struct record record = { t->roles, t->fields, t->count < t->columns ? t->count : t->columns };
	struct indicator like = record_like(&record, import_blank(t->im));

	record_take(t->im, &record, &like);
}

/* "1,Name,Description" of a Suricata categories file: the number's name. */
static void read_categories(struct table *t)
{
	const char *text = t->im->settings->categories;
	struct span rest = text ? text_span(text) : (struct span){ 0 }, line;
	uint64_t number;

	while (rest.len > 0 && text_line(&rest, &line)) {
		struct span first = span_trim(span_cut(&line, ','));
		struct span name = span_trim(span_cut(&line, ','));

		if (!span_number(first, CATEGORIES - 1, &number))
			continue;
		/* Where the name is a rule's number, the description tells more. */
		t->category[number] = line.len > 0 ? span_trim(line) : name;
	}
}

/* address[/bits],category,score (1 to 127). */
static void take_reputation(struct table *t)
{
	struct indicator like = import_blank(t->im);
	uint64_t category, score;

	if (t->count < 3 || !span_number(t->fields[1], CATEGORIES - 1, &category) ||
	    !span_number(t->fields[2], SCORE_MAX, &score)) {
		import_name(t->im, "line that is no address,category,score");
		return;
	}
	if (score == 0) {
		import_name(t->im, "score 0: nothing is said against it");
		return;
	}
	like.confidence = (uint8_t)(score * 100 / SCORE_MAX);
	if (t->category[category].len > 0)
		like.malware = t->category[category];
	import_take(t->im, t->fields[0], INDICATOR_KINDS, &like);
}

/* Reads up to the header, unless the columns are given by number. */
static enum err begin_table(struct table *t, enum import_format format)
{
	const char *columns = t->im->settings->columns;
	struct span line = { 0 };

	t->separator = ',';
	t->quoting = format != IMPORT_ZEEK;
	if (format == IMPORT_IPREP) {
		read_categories(t);
		return OK;
	}
	if (columns) {
		struct span head = input_head(t->im->input);

		t->separator = text_line(&head, &line) ? find_separator(line) : ',';
		return read_columns(t, line)
			       ? OK
			       : import_fail(t->im, ERR_FORMAT,
					     "the columns '%s' do not fit: give numbers from 1 "
					     "or names of the first line, and a value",
					     columns);
	}
	for (unsigned i = 0; i < HEADER_LINES && import_line(t->im, &line); i++)
		if (is_header(t, line))
			return OK;
	return import_fail(t->im, ERR_FORMAT,
			   "there is no header that says which column is what; give --columns");
}

enum err import_table(struct importer *im, enum import_format format)
{
	struct table *t = calloc(1, sizeof(*t));
	size_t len;
	enum err err;

	if (!t)
		return import_fail(im, ERR_MEMORY, "there is no memory for it");
	t->im = im;
	err = begin_table(t, format);
	while (err == OK && next_record(t, &len)) {
		if (t->record[0] == '#')
			continue;
		im->report->lines++;
		split_record(t, len);
		if (format == IMPORT_IPREP)
			take_reputation(t);
		else
			take_record(t);
	}
	free(t);
	return err;
}
