/*
 * import_list.c - lists with one entry per line: plain, Maltrail trails, ipsum, hosts, dnsmasq,
 * AdGuard, Suricata string datasets.
 */
#include "feed/import_private.h"

#include "base/cursor.h"
#include "base/text.h"

#include <openssl/evp.h>
#include <stdlib.h>

#define FIND_LINES  400  /* lines that are looked at to find the format */
#define REFERENCE   512  /* longer ones are not kept */
#define ALIASES_MAX 4096 /* bytes of one line of aliases */
#define BASE64_MAX  2732 /* of INDICATOR_VALUE bytes */

/* A list that n independent lists agree on: each is believed by 30 %, 1 - 0.7^n (n = 1, 2, ...). */
static const uint8_t level_confidence[] = { 0, 30, 51, 66, 76, 83, 88, 92, 94, 96 };
#define LEVELS_MAX (sizeof(level_confidence) - 1)

struct list {
	struct importer *im;
	struct indicator like;
	char reference[REFERENCE];
	char subject[IMPORT_NAME]; /* Maltrail: the file's name, or the group's */
	bool is_group;
	char id[IMPORT_NAME]; /* ATT&CK's, of the group */
	char aliases[ALIASES_MAX];
};

/* The first word of a line, and what follows it, a tab or spaces later. */
static struct span first_word(struct span line, struct span *rest)
{
	struct cur c = cur_init(span_trim(line));
	struct span all = cur_rest(&c), word;
	size_t len = 0;

	while (len < all.len && all.ptr[len] != ' ' && all.ptr[len] != '\t')
		len++;
	word = cur_span(&c, len);
	*rest = span_trim(cur_rest(&c));
	return word;
}

static bool is_comment(struct span s)
{
	return s.len == 0 || s.ptr[0] == '#' || s.ptr[0] == ';' || s.ptr[0] == '!' ||
	       span_begins(s, "//");
}

static bool is_hash_kind(enum indicator_kind kind)
{
	return kind >= INDICATOR_MD5 && kind <= INDICATOR_SHA256;
}

/* Quotes, <> and a last comma around a word. */
static struct span bare(struct span word)
{
	while (word.len > 0 && strchr("\"'<`", word.ptr[0]))
		word = span_drop(word, 1);
	while (word.len > 0 && strchr("\"'>`,", word.ptr[word.len - 1]))
		word.len--;
	return word;
}

/* "value;comment" of the LOKI lists, "value,score" of Suricata's data sets, "value#4#2" of AlienVault,
 * and tables whose first column is the value; a URL may hold these marks itself. */
static struct span cut_marks(struct span word)
{
	struct span rest = word;
	size_t slash = span_cut(&rest, '/').len, at = slash < word.len ? slash + 1 : 0;

	while (slash < word.len && at < word.len && word.ptr[at] >= '0' && word.ptr[at] <= '9')
		at++;
	if (slash < word.len && (at == word.len || !strchr(";,#", word.ptr[at])))
		return bare(word);
	while (at < word.len && !(word.ptr[at] && strchr(";,#", word.ptr[at])))
		at++;
	word.len = at;
	return bare(word);
}

static bool has_mark(struct span line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] == ';' || line.ptr[i] == ',')
			return true;
	return false;
}

/* "first - last", and "first last" of DShield. */
static bool line_range(struct span word, struct span rest, struct import_range *range)
{
	if (rest.len > 2 && rest.ptr[0] == '-')
		rest = span_drop(rest, 1);
	return rest.len > 0 && import_range(word, first_word(rest, &rest), range);
}

/* Tor's list of exits: what is not "ExitAddress ADDRESS TIME" says when that was seen. */
static bool is_tor_remark(struct span line)
{
	return span_begins(line, "ExitNode ") || span_begins(line, "Published ") ||
	       span_begins(line, "LastStatus ");
}

/* Whether what follows a word is no reason to doubt that it is the value: "hash  file name", as
 * sha256sum writes it, or marks that part it. Other further words make it prose. */
static bool may_follow(struct span line, struct span word, struct span rest)
{
	struct indicator known = { 0 };
	char room[INDICATOR_VALUE];

	return is_comment(rest) || has_mark(line) ||
	       (indicator_normal(word, INDICATOR_KINDS, room, &known) == INDICATOR_OK &&
		is_hash_kind(known.kind));
}

static void take_entry(struct list *list, struct span line)
{
	struct importer *im = list->im;
	struct span rest, word = cut_marks(first_word(line, &rest));
	struct import_range range;

	if (im->settings->kind == INDICATOR_AGENT) {
		import_take(im, line, INDICATOR_AGENT, &list->like);
		return;
	}
	if (span_is(word, "ExitAddress"))
		import_take(im, first_word(rest, &rest), INDICATOR_IP, &list->like);
	else if (word.len > 1 && word.ptr[0] == '/')
		import_name(im, "path without a host (it could be anybody's)");
	else if (line_range(word, rest, &range))
		import_take_range(im, range, &list->like);
	else if (!may_follow(line, word, rest))
		import_name(im, "line of several words");
	else
		import_take(im, word, INDICATOR_KINDS, &list->like);
}

/* "Reference: URL" tells where the entries below it come from. */
static void take_remark(struct list *list, struct span remark)
{
	struct span rest, word;

	while (remark.len > 0 && remark.ptr[0] == '#')
		remark = span_trim(span_drop(remark, 1));
	if (span_begins(remark, "Copyright") || span_begins(remark, "License:"))
		import_notice(list->im, remark);
	if (span_begins(remark, "Aliases:")) {
		rest = span_drop(remark, strlen("Aliases:"));
		snprintf(list->aliases, sizeof(list->aliases), "%.*s", (int)rest.len,
			 (const char *)rest.ptr);
		return;
	}
	word = first_word(remark, &rest);
	if (span_is(word, "MITRE:")) {
		while (rest.len > 0) {
			struct span part = span_cut(&rest, '/');

			if (part.len == 5 && part.ptr[0] == 'G' && !list->id[0])
				snprintf(list->id, sizeof(list->id), "%.5s",
					 (const char *)part.ptr);
		}
		return;
	}
	if (!span_is(word, "Reference:"))
		return;
	word = first_word(rest, &rest);
	if (word.len >= sizeof(list->reference))
		return;
	memcpy(list->reference, word.ptr, word.len);
	list->like.reference = (struct span){ (uint8_t *)list->reference, word.len };
}

/* A trail's file name is what it is about: apt_gamaredon.txt, emotet.txt, suspicious/domain.txt. */
static void name_subject(struct list *list)
{
	const char *path = list->im->settings->path;
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	size_t len = strcspn(name, ".");

	list->is_group = strncmp(name, "apt_", 4) == 0;
	if (list->is_group) {
		name += 4;
		len -= 4;
	}
	snprintf(list->subject, sizeof(list->subject), "%.*s", (int)len, name);
	if (list->is_group && list->like.group.len == 0)
		list->like.group = text_span(list->subject);
	if (!list->is_group && list->like.malware.len == 0)
		list->like.malware = text_span(list->subject);
	/* These say what something is: a dynamic DNS name, a scanner of researchers. */
	if (strstr(path, "/suspicious/") || strncmp(name, "mass_scanner", 12) == 0)
		list->like.flags |= INDICATOR_CONTEXT;
}

static void tell_group(struct list *list)
{
	struct import_group group = { .id = text_span(list->id), .name = text_span(list->subject) };
	struct span rest = text_span(list->aliases);

	if (!list->is_group)
		return;
	while (rest.len > 0 && group.aliases < IMPORT_ALIASES) {
		struct span alias = span_trim(span_cut(&rest, ','));

		if (alias.len > 0)
			group.alias[group.aliases++] = alias;
	}
	import_group(list->im, &group);
}

/* ipsum: "address<tab>number of lists". */
static void take_level(struct list *list, struct span line)
{
	struct indicator like = list->like;
	struct span rest, word = first_word(line, &rest);
	uint64_t level;

	if (!span_number(rest, UINT32_MAX, &level) || level == 0) {
		import_name(list->im, "line without a number of lists");
		return;
	}
	like.confidence = level_confidence[level < LEVELS_MAX ? level : LEVELS_MAX];
	import_take(list->im, word, INDICATOR_KINDS, &like);
}

static bool is_sink_address(struct span word)
{
	return span_is(word, "0.0.0.0") || span_is(word, "127.0.0.1") || span_is(word, "::") ||
	       span_is(word, "::1");
}

/* hosts(5): an address and names, each exactly as it stands. */
static void take_hosts(struct list *list, struct span line)
{
	static const char *const own[] = {
		"localhost",     "localhost.localdomain", "local",
		"broadcasthost", "ip6-localhost",         "ip6-loopback"
	};
	struct indicator like = list->like;
	struct span rest, name = first_word(line, &rest);

	like.flags |= INDICATOR_EXACT;
	if (!is_sink_address(name)) {
		import_name(list->im, "hosts line that does not point to nowhere");
		return;
	}
	while (!is_comment(rest)) {
		bool is_own = false;

		name = first_word(rest, &rest);
		for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
			is_own = is_own || span_is(name, own[i]);
		if (is_own || is_sink_address(name))
			import_name(list->im, "name of the machine itself");
		else
			import_take(list->im, name, INDICATOR_DOMAIN, &like);
	}
}

/* address=/name/[name/]0.0.0.0, server=/name/, local=/name/: the names and those below. */
static void take_dnsmasq(struct list *list, struct span line)
{
	struct span option = span_cut(&line, '=');

	if (line.len == 0 || line.ptr[0] != '/' ||
	    !(span_is(option, "address") || span_is(option, "server") ||
	      span_is(option, "local"))) {
		import_name_span(list->im, "dnsmasq option", option);
		return;
	}
	line = span_drop(line, 1);
	while (line.len > 0 && memchr(line.ptr, '/', line.len)) {
		struct span name = span_cut(&line, '/');

		import_take(list->im, name, INDICATOR_DOMAIN, &list->like);
	}
}

/* ||name^: the name and those below. Rules with options or paths block parts of pages only. */
static void take_adguard(struct list *list, struct span line)
{
	struct span name, options;

	if (span_begins(line, "[")) /* [Adblock Plus] */
		return;
	if (span_begins(line, "@@")) {
		import_name(list->im, "AdGuard exception");
		return;
	}
	if (!span_begins(line, "||")) { /* its lists may hold names and lines of hosts files too */
		name = first_word(line, &options);
		if (is_sink_address(name))
			take_hosts(list, line);
		else
			take_entry(list, line);
		return;
	}
	options = span_drop(line, 2);
	name = span_cut(&options, '^');
	if (options.len > 0 && !span_is(options, "$important")) {
		import_name(list->im, "AdGuard rule with options");
		return;
	}
	import_take(list->im, name, INDICATOR_KINDS, &list->like);
}

/* Suricata's string datasets: base64[,reputation] (Suricata user guide, "Datasets"). */
static void take_dataset(struct list *list, struct span line)
{
	uint8_t text[BASE64_MAX + 4];
	struct span encoded = span_trim(span_cut(&line, ','));
	int len;

	if (encoded.len == 0 || encoded.len > BASE64_MAX || encoded.len % 4 != 0) {
		import_name(list->im, "line that is no base64");
		return;
	}
	len = EVP_DecodeBlock(text, encoded.ptr, (int)encoded.len);
	if (len < 3) {
		import_name(list->im, "line that is no base64");
		return;
	}
	for (size_t i = 1; i <= 2; i++)
		len -= encoded.ptr[encoded.len - i] == '=';
	encoded = (struct span){ text, (size_t)len };
	import_take(list->im, encoded, INDICATOR_KINDS, &list->like);
}

static void take_line(struct list *list, enum import_format format, struct span line)
{
	switch (format) {
	case IMPORT_LEVELS:
		take_level(list, line);
		break;
	case IMPORT_HOSTS:
		take_hosts(list, line);
		break;
	case IMPORT_DNSMASQ:
		take_dnsmasq(list, line);
		break;
	case IMPORT_ADGUARD:
		take_adguard(list, line);
		break;
	case IMPORT_DATASET:
		take_dataset(list, line);
		break;
	default:
		take_entry(list, line);
	}
}

enum err import_list(struct importer *im, enum import_format format)
{
	struct list *list = calloc(1, sizeof(*list));
	struct span line;

	if (!list)
		return import_fail(im, ERR_MEMORY, "there is no memory for it");
	list->im = im;
	list->like = import_blank(im);
	if (format == IMPORT_MALTRAIL)
		name_subject(list);
	while (import_line(im, &line)) {
		if (is_comment(line) || is_tor_remark(line)) {
			take_remark(list, line);
			continue;
		}
		im->report->lines++;
		take_line(list, format, line);
	}
	if (format == IMPORT_MALTRAIL)
		tell_group(list);
	free(list);
	return OK;
}

/* The format that one line has by its form alone. */
static enum import_format line_form(struct span line)
{
	struct span rest, word = first_word(line, &rest);
	struct indicator indicator = { 0 };
	struct import_range range;
	char room[INDICATOR_VALUE];
	uint64_t number;

	if (span_begins(line, "address=/") || span_begins(line, "server=/") ||
	    span_begins(line, "local=/"))
		return IMPORT_DNSMASQ;
	if (span_begins(line, "||") || span_begins(line, "@@||"))
		return IMPORT_ADGUARD;
	if (is_sink_address(word) && rest.len > 0 && !is_comment(rest))
		return IMPORT_HOSTS;
	word = cut_marks(word);
	if (line_range(word, rest, &range) || span_is(word, "ExitAddress") ||
	    import_is_range(word))
		return IMPORT_LIST;
	switch (indicator_normal(word, INDICATOR_KINDS, room, &indicator)) {
	case INDICATOR_OK:
		if (indicator.kind == INDICATOR_IP && span_number(rest, UINT32_MAX, &number))
			return IMPORT_LEVELS;
		break;
	case INDICATOR_NOT_UNDERSTOOD:
		return IMPORT_FIND;
	default:
		break;
	}
	return may_follow(line, word, rest) ? IMPORT_LIST : IMPORT_FIND;
}

enum import_format import_list_found(struct span head)
{
	unsigned votes[IMPORT_FORMATS] = { 0 }, lines = 0;
	struct span line;

	while (lines < FIND_LINES && text_line(&head, &line)) {
		line = span_trim(line);
		if (span_begins(line, "#") && line.len > 20 &&
		    memmem(line.ptr, line.len, "Maltrail developers", 19))
			return IMPORT_MALTRAIL;
		if (is_comment(line) || is_tor_remark(line))
			continue;
		lines++;
		votes[line_form(line)]++;
	}
	for (unsigned format = IMPORT_LIST; format <= IMPORT_ADGUARD; format++)
		if (votes[format] * 2 > lines)
			return (enum import_format)format;
	return IMPORT_FIND;
}
