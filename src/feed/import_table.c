/*
 * import_table.c - tables: CSV (RFC 4180, also with ; or tabs), Zeek's intelligence files, and
 * Suricata's IP reputation.
 *
 * What a column is, is told by its name in the header. The names below are those of abuse.ch
 * (URLhaus, ThreatFox, Feodo Tracker, MalwareBazaar, SSLBL), of Zeek (framework "intel",
 * meta.*), and what others call the same things; --columns says it for all the rest.
 */
#include "feed/import_private.h"

#include "base/text.h"

#include <stdlib.h>

#define FIELDS       128   /* of a record; further ones are not looked at */
#define RECORD       65536 /* bytes; longer ones (a quote that is never closed) are counted */
#define HEADER_LINES 64    /* among which the header has to be */
#define CATEGORIES   128   /* of IP reputation: Suricata has 60 */
#define SCORE_MAX    127   /* Suricata user guide, "IP reputation format" */

enum role {
	ROLE_NONE,
	ROLE_VALUE, /* of the kind that the type column says, or by its form */
	ROLE_TYPE,
	ROLE_IP,
	ROLE_PORT,
	ROLE_DOMAIN,
	ROLE_URL,
	ROLE_MD5,
	ROLE_SHA1,
	ROLE_SHA256,
	ROLE_JA3,
	ROLE_JA4,
	ROLE_EMAIL,
	ROLE_AGENT,
	ROLE_CONFIDENCE,
	ROLE_MALWARE,
	ROLE_GROUP,
	ROLE_REFERENCE,
	ROLE_SEEN,
	ROLE_EXPIRES,
	ROLE_ORIGIN,
};

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

static const struct {
	const char *name;
	enum role role;
} names[] = {
	{ "value", ROLE_VALUE },
	{ "indicator", ROLE_VALUE },
	{ "ioc", ROLE_VALUE },
	{ "ioc_value", ROLE_VALUE },
	{ "c2", ROLE_VALUE },
	{ "type", ROLE_TYPE },
	{ "ioc_type", ROLE_TYPE },
	{ "indicator_type", ROLE_TYPE },
	{ "kind", ROLE_TYPE },
	{ "ip", ROLE_IP },
	{ "ip_address", ROLE_IP },
	{ "dst_ip", ROLE_IP },
	{ "dstip", ROLE_IP },
	{ "port", ROLE_PORT },
	{ "dst_port", ROLE_PORT },
	{ "dstport", ROLE_PORT },
	{ "domain", ROLE_DOMAIN },
	{ "hostname", ROLE_DOMAIN },
	{ "host", ROLE_DOMAIN },
	{ "url", ROLE_URL },
	{ "md5", ROLE_MD5 },
	{ "md5_hash", ROLE_MD5 },
	{ "sha1", ROLE_SHA1 },
	{ "sha1_hash", ROLE_SHA1 },
	{ "sha256", ROLE_SHA256 },
	{ "sha256_hash", ROLE_SHA256 },
	{ "ja3", ROLE_JA3 },
	{ "ja3_md5", ROLE_JA3 },
	{ "ja4", ROLE_JA4 },
	{ "email", ROLE_EMAIL },
	{ "user_agent", ROLE_AGENT },
	{ "confidence", ROLE_CONFIDENCE },
	{ "confidence_level", ROLE_CONFIDENCE },
	{ "malware", ROLE_MALWARE },
	{ "malware_printable", ROLE_MALWARE },
	{ "signature", ROLE_MALWARE },
	{ "tool name", ROLE_MALWARE },
	{ "listingreason", ROLE_MALWARE },
	{ "meta.desc", ROLE_MALWARE },
	{ "group", ROLE_GROUP },
	{ "actor", ROLE_GROUP },
	{ "threat_actor", ROLE_GROUP },
	{ "reference", ROLE_REFERENCE },
	{ "urlhaus_link", ROLE_REFERENCE },
	{ "meta.url", ROLE_REFERENCE },
	{ "seen", ROLE_SEEN },
	{ "last_seen", ROLE_SEEN },
	{ "lastseen", ROLE_SEEN },
	{ "last_seen_utc", ROLE_SEEN },
	{ "last_online", ROLE_SEEN },
	{ "listingdate", ROLE_SEEN },
	{ "first_seen", ROLE_SEEN },
	{ "firstseen", ROLE_SEEN },
	{ "first_seen_utc", ROLE_SEEN },
	{ "dateadded", ROLE_SEEN },
	{ "expires", ROLE_EXPIRES },
	{ "valid_until", ROLE_EXPIRES },
	{ "origin", ROLE_ORIGIN },
	{ "reporter", ROLE_ORIGIN },
	{ "source", ROLE_ORIGIN },
	{ "meta.source", ROLE_ORIGIN },
};

/* What type columns say: Zeek, ThreatFox, MISP, STIX-like. */
static const struct {
	const char *name;
	enum indicator_kind kind;
} kinds[] = {
	{ "Intel::ADDR", INDICATOR_IP },
	{ "Intel::SUBNET", INDICATOR_PREFIX },
	{ "Intel::URL", INDICATOR_URL },
	{ "Intel::DOMAIN", INDICATOR_DOMAIN },
	{ "Intel::EMAIL", INDICATOR_EMAIL },
	{ "Intel::FILE_HASH", INDICATOR_KINDS },
	{ "Intel::CERT_HASH", INDICATOR_KINDS },
	{ "Intel::SOFTWARE", INDICATOR_AGENT },
	{ "ip:port", INDICATOR_ENDPOINT },
	{ "ip-dst|port", INDICATOR_ENDPOINT },
	{ "ip", INDICATOR_IP },
	{ "ipv4", INDICATOR_IP },
	{ "ipv6", INDICATOR_IP },
	{ "ip-dst", INDICATOR_IP },
	{ "ip-src", INDICATOR_IP },
	{ "prefix", INDICATOR_PREFIX },
	{ "cidr", INDICATOR_PREFIX },
	{ "domain", INDICATOR_DOMAIN },
	{ "hostname", INDICATOR_DOMAIN },
	{ "url", INDICATOR_URL },
	{ "md5", INDICATOR_MD5 },
	{ "md5_hash", INDICATOR_MD5 },
	{ "sha1", INDICATOR_SHA1 },
	{ "sha1_hash", INDICATOR_SHA1 },
	{ "sha256", INDICATOR_SHA256 },
	{ "sha256_hash", INDICATOR_SHA256 },
	{ "ja3", INDICATOR_JA3 },
	{ "ja4", INDICATOR_JA4 },
	{ "email", INDICATOR_EMAIL },
	{ "email-src", INDICATOR_EMAIL },
	{ "user-agent", INDICATOR_AGENT },
};

static const enum indicator_kind role_kinds[] = {
	[ROLE_VALUE] = INDICATOR_KINDS,   [ROLE_IP] = INDICATOR_IP,
	[ROLE_DOMAIN] = INDICATOR_DOMAIN, [ROLE_URL] = INDICATOR_URL,
	[ROLE_MD5] = INDICATOR_MD5,       [ROLE_SHA1] = INDICATOR_SHA1,
	[ROLE_SHA256] = INDICATOR_SHA256, [ROLE_JA3] = INDICATOR_JA3,
	[ROLE_JA4] = INDICATOR_JA4,       [ROLE_EMAIL] = INDICATOR_EMAIL,
	[ROLE_AGENT] = INDICATOR_AGENT,
};

static bool role_is_value(enum role role)
{
	return role == ROLE_VALUE || role == ROLE_IP || (role >= ROLE_DOMAIN && role <= ROLE_AGENT);
}

static enum role role_of(struct span name)
{
	name = span_trim(name);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_is(name, names[i].name))
			return names[i].role;
	return ROLE_NONE;
}

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

/* Whether a quote is open at the end. */
static bool quote_open(const struct table *t, size_t end)
{
	bool open = false;

	for (size_t i = 0; i < end && t->quoting; i++)
		open ^= t->record[i] == '"';
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
		open = quote_open(t, *len);
		if (!open)
			return true;
	}
	if (open)
		import_name(t->im, "quote that is never closed");
	return false;
}

/* Reads roles from a header; false when no column of it holds values. */
static bool read_header(struct table *t, struct span line)
{
	bool value = false;
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
	return value && known >= 2;
}

/* The separator that parts a header line best. */
static char find_separator(struct span line)
{
	static const char marks[] = { ',', ';', '\t' };
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

static bool kind_of(struct importer *im, struct span type, enum indicator_kind *kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (span_is(type, kinds[i].name)) {
			*kind = kinds[i].kind;
			return true;
		}
	import_name_span(im, "type", type);
	return false;
}

static void take_time(struct indicator *like, enum role role, struct span field)
{
	usec_t t = import_time(field);

	if (t && role == ROLE_EXPIRES)
		like->expires = t;
	else if (t && (like->seen < t || role != ROLE_SEEN))
		like->seen = t;
}

/* Fields that mean "unknown". */
static bool is_nothing(struct span field)
{
	return field.len == 0 || span_is(field, "-") || span_is(field, "n/a") ||
	       span_is(field, "None") || span_is(field, "unknown");
}

static void take_detail(struct indicator *like, enum role role, struct span field)
{
	uint64_t number;

	if (is_nothing(field))
		return;
	if (role == ROLE_CONFIDENCE && span_number(field, 100, &number))
		like->confidence = (uint8_t)number;
	else if (role == ROLE_MALWARE)
		like->malware = field;
	else if (role == ROLE_GROUP)
		like->group = field;
	else if (role == ROLE_REFERENCE)
		like->reference = field;
	else if (role == ROLE_ORIGIN)
		like->origin = field;
	else if (role == ROLE_SEEN || role == ROLE_EXPIRES)
		take_time(like, role, field);
}

static bool field_of(const struct table *t, enum role role, struct span *field)
{
	for (size_t i = 0; i < t->count && i < t->columns; i++)
		if (t->roles[i] == role && !is_nothing(t->fields[i])) {
			*field = t->fields[i];
			return true;
		}
	return false;
}

/* An address with a port column is an endpoint. */
static void take_address(struct table *t, struct span address, const struct indicator *like)
{
	char text[128];
	struct span port;
	uint64_t number;
	bool v6 = address.len > 0 && memchr(address.ptr, ':', address.len) != NULL;

	if (!field_of(t, ROLE_PORT, &port) || !span_number(port, 65535, &number) || number == 0 ||
	    address.len > sizeof(text) - 16) {
		import_take(t->im, address, INDICATOR_KINDS, like);
		return;
	}
	snprintf(text, sizeof(text), v6 ? "[%.*s]:%u" : "%.*s:%u", (int)address.len,
		 (const char *)address.ptr, (unsigned)number);
	import_take(t->im, text_span(text), INDICATOR_ENDPOINT, like);
}

static void take_record(struct table *t)
{
	struct indicator like = import_blank(t->im);
	enum indicator_kind kind = INDICATOR_KINDS;
	struct span type;
	bool any = false;

	if (field_of(t, ROLE_SEEN, &type) && import_time(type))
		like.seen = 0; /* the latest of the feed's times, not now */
	for (size_t i = 0; i < t->count && i < t->columns; i++)
		take_detail(&like, t->roles[i], t->fields[i]);
	if (field_of(t, ROLE_TYPE, &type) && t->im->settings->kind == INDICATOR_KINDS &&
	    !kind_of(t->im, type, &kind))
		return;
	for (size_t i = 0; i < t->count && i < t->columns; i++) {
		enum role role = t->roles[i];

		if (!role_is_value(role) || is_nothing(t->fields[i]))
			continue;
		any = true;
		if (role == ROLE_IP)
			take_address(t, t->fields[i], &like);
		else
			import_take(t->im, t->fields[i],
				    role == ROLE_VALUE ? kind : role_kinds[role], &like);
	}
	if (!any)
		import_name(t->im, "record without a value");
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
