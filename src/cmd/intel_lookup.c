/* intel_lookup.c - `hinomi intel lookup`, `list` and `stats`: what is known, and how old it is. */
#include "cmd/intel.h"

#include "base/json.h"
#include "base/text.h"
#include "intel/index.h"

#include <stdlib.h>

struct lookup {
	const struct intel_options *o;
	struct feed_store *store;
	struct json *json; /* NULL: sentences */
};

static void put(const char *before, struct span text)
{
	if (text.len == 0)
		return;
	fputs(before, stdout);
	text_visible(stdout, text);
}

static void put_date(const char *before, usec_t t)
{
	char text[TIME_TEXT];

	if (t)
		printf("%s%.10s", before, time_rfc3339(t, text));
}

static void put_telling(const struct indicator *t)
{
	put("    ", t->source);
	if (t->flags & INDICATOR_GUARD)
		put(" (guard): ", t->malware.len ? t->malware : t->source);
	else if (t->flags & INDICATOR_CONTEXT)
		put(" says what it is, not that it is bad: ", t->malware);
	else
		put(": ", t->malware);
	put(", group ", t->group);
	put(", first told by ", t->origin);
	printf(", confidence %u", t->confidence);
	put_date(", seen ", t->seen);
	put_date(", until ", t->expires);
	put(", see ", t->reference);
	putchar('\n');
}

static struct span origin_of(const struct indicator *t)
{
	return t->origin.len ? t->origin : t->source;
}

/* How many independent origins connect the value with the group of telling `first`; 0 when an
 * earlier telling was about the same group. */
static unsigned origins_of(const struct index_match *m, unsigned first)
{
	unsigned count = 0;

	for (unsigned i = 0; i < m->kept; i++) {
		bool known = false;

		if (!span_equal(m->telling[i].group, m->telling[first].group))
			continue;
		if (i < first)
			return 0;
		for (unsigned j = first; j < i; j++)
			known = known ||
				(span_equal(m->telling[j].group, m->telling[first].group) &&
				 span_equal(origin_of(&m->telling[j]), origin_of(&m->telling[i])));
		count += !known;
	}
	return count;
}

static void put_attribution(const struct lookup *l, const struct index_match *m)
{
	for (unsigned i = 0; i < m->kept; i++) {
		struct feed_group group;
		unsigned origins = m->telling[i].group.len ? origins_of(m, i) : 0;

		if (origins == 0)
			continue;
		printf("  A hint only: infrastructure alone proves nothing; %u independent %s it "
		       "with ",
		       origins, origins == 1 ? "source connects" : "sources connect");
		if (!feed_store_group(l->store, m->telling[i].group, &group)) {
			text_visible(stdout, m->telling[i].group);
			puts(".");
			continue;
		}
		text_visible(stdout, text_span(group.name));
		put(group.id[0] ? " (ATT&CK " : "", text_span(group.id));
		put(group.aliases[0] ? (group.id[0] ? "; also " : " (also ") : "",
		    text_span(group.aliases));
		puts(group.id[0] || group.aliases[0] ? ")." : ".");
	}
}

static void see_text(const struct lookup *l, const struct index_match *m)
{
	printf("  matches %s ", indicator_kind_name(m->kind));
	text_visible(stdout, m->value);
	printf(", confidence %u of 100:\n", m->confidence);
	for (unsigned i = 0; i < m->kept; i++)
		put_telling(&m->telling[i]);
	if (m->count > m->kept)
		printf("    and %llu more\n", (unsigned long long)(m->count - m->kept));
	if (m->guarded) {
		put("  Guard: known to be harmless or shared by many (",
		    m->guard.len ? m->guard : text_span("a warning list"));
		puts("); take it less seriously.");
	}
	put_attribution(l, m);
}

static void put_json_span(struct json *json, const char *key, struct span value)
{
	json_key(json, key);
	if (value.len)
		json_span(json, value);
	else
		json_write_null(json);
}

static void put_json_time(struct json *json, const char *key, usec_t t)
{
	char text[TIME_TEXT];

	json_put_string(json, key, t ? time_rfc3339(t, text) : NULL);
}

static void see_json(const struct lookup *l, const struct index_match *m)
{
	struct json *json = l->json;

	json_open_object(json);
	json_put_string(json, "kind", indicator_kind_name(m->kind));
	put_json_span(json, "value", m->value);
	json_put_uint(json, "confidence", m->confidence);
	json_put_bool(json, "guarded", m->guarded);
	put_json_span(json, "guard", m->guard);
	json_put_uint(json, "tellings", m->count);
	json_put_array(json, "told");
	for (unsigned i = 0; i < m->kept; i++) {
		const struct indicator *t = &m->telling[i];

		json_open_object(json);
		put_json_span(json, "source", t->source);
		put_json_span(json, "origin", t->origin);
		put_json_span(json, "malware", t->malware);
		put_json_span(json, "group", t->group);
		put_json_span(json, "reference", t->reference);
		json_put_uint(json, "confidence", t->confidence);
		json_put_bool(json, "guard", t->flags & INDICATOR_GUARD);
		json_put_bool(json, "context", t->flags & INDICATOR_CONTEXT);
		put_json_time(json, "seen", t->seen);
		put_json_time(json, "expires", t->expires);
		json_close_object(json);
	}
	json_close_array(json);
	json_close_object(json);
}

static void see_match(void *whom, const struct index_match *m)
{
	const struct lookup *l = whom;

	if (l->json)
		see_json(l, m);
	else
		see_text(l, m);
}

/* "https://user@host:port/path": the host, to be looked up as a name or address as well. */
static struct span url_host(struct span url)
{
	const uint8_t *scheme = memmem(url.ptr, url.len, "://", 3);
	size_t from = scheme ? (size_t)(scheme - url.ptr) + 3 : 0, to;

	for (to = from; to < url.len && !strchr("/:?", url.ptr[to]); to++)
		;
	return (struct span){ url.ptr + from, to - from };
}

static unsigned look_host(struct lookup *l, const struct index *index, struct span host)
{
	struct indicator i = { .flags = INDICATOR_GUARD };
	struct index_end end;
	char room[INDICATOR_VALUE];

	if (indicator_normal(host, INDICATOR_KINDS, room, &i) != INDICATOR_OK)
		return 0;
	if (i.kind == INDICATOR_DOMAIN)
		return index_domain(index, i.value, l->o->now, see_match, l);
	end = (struct index_end){ .ip = i.prefix.ip };
	if (i.kind == INDICATOR_IP)
		return index_ip(index, &end, l->o->now, see_match, l);
	return 0;
}

static unsigned look(struct lookup *l, const struct index *index, const struct indicator *i)
{
	struct index_end end = { .ip = i->prefix.ip,
				 .port = i->kind == INDICATOR_ENDPOINT ? i->port : 0 };
	usec_t now = l->o->now;
	unsigned found;

	switch (i->kind) {
	case INDICATOR_IP:
	case INDICATOR_PREFIX:
	case INDICATOR_ENDPOINT:
		return index_ip(index, &end, now, see_match, l);
	case INDICATOR_DOMAIN:
		return index_domain(index, i->value, now, see_match, l);
	case INDICATOR_URL:
		found = index_url(index, i->value, now, see_match, l);
		return found + look_host(l, index, url_host(i->value));
	case INDICATOR_MD5: /* a JA3 looks the same */
		found = index_text(index, INDICATOR_MD5, i->value, now, see_match, l);
		return found + index_text(index, INDICATOR_JA3, i->value, now, see_match, l);
	default:
		return index_text(index, i->kind, i->value, now, see_match, l);
	}
}

static int look_word(struct lookup *l, const struct index *index, const char *word)
{
	/* Nothing is too broad or too private to be asked about. */
	struct indicator i = { .flags = INDICATOR_GUARD };
	struct json json = json_init(stdout);
	char room[INDICATOR_VALUE];
	unsigned found;

	if (indicator_normal(text_span(word), l->o->import.kind, room, &i) != INDICATOR_OK)
		return intel_fail(
			"'%s' is no address, name, URL, hash or e-mail address (or say --kind)",
			word);
	if (l->o->json) {
		l->json = &json;
		json_open_object(&json);
		json_put_string(&json, "asked", word);
		put_json_span(&json, "normal", i.value);
		json_put_array(&json, "matches");
		found = look(l, index, &i);
		json_close_array(&json);
		json_close_object(&json);
		json_end_line(&json);
		return found > 0;
	}
	text_visible(stdout, i.value);
	putchar('\n');
	found = look(l, index, &i);
	if (found == 0)
		puts("  nothing is known about it");
	return found > 0;
}

int intel_lookup(struct intel_options *o, char **words, size_t count)
{
	struct feed_store store;
	struct lookup l = { .o = o, .store = &store };
	struct index *index;
	int code = 0;

	if (feed_store_find(&store, o->store) != OK)
		return intel_fail("%s", store.error);
	if (index_open(store.index, &index) != OK)
		return intel_fail("%s: there is no index that can be read; import a feed first",
				  store.index);
	for (size_t i = 0; i < count && code != INTEL_FAILED; i++) {
		int one = look_word(&l, index, words[i]);

		code = one > code ? one : code;
	}
	index_close(index);
	return code;
}

struct listing {
	const struct intel_options *o;
	struct json *json;
	bool stats;
	unsigned feeds;
	uint64_t sum[INDICATOR_KINDS];
};

static void list_json(struct json *json, const struct feed_info *info)
{
	json_open_object(json);
	json_put_string(json, "name", info->name);
	json_put_string(json, "format", info->format);
	json_put_string(json, "url", info->url);
	put_json_time(json, "imported", info->imported);
	json_put_uint(json, "confidence", info->confidence);
	json_put_uint(json, "indicators", feed_total(info));
	json_put_object(json, "taken");
	for (unsigned kind = 0; kind < INDICATOR_KINDS; kind++)
		json_put_uint(json, indicator_kind_name((enum indicator_kind)kind),
			      info->taken[kind]);
	json_close_object(json);
	json_put_uint(json, "groups", info->groups);
	json_put_uint(json, "guards", info->guards);
	json_put_uint(json, "contexts", info->contexts);
	json_put_uint(json, "not_taken", info->named);
	json_put_string(json, "notice", info->notice);
	json_close_object(json);
}

static void list_text(const struct listing *l, const struct feed_info *info)
{
	char number[TEXT_NUMBER], age[TIME_TEXT], kind_text[80];

	printf("%-28s %12s indicators, %s old, %s\n", info->name,
	       text_count(feed_total(info), number),
	       time_span(l->o->now > info->imported ? l->o->now - info->imported : 0, age),
	       info->format);
	if (info->guards)
		printf("    %s guards\n", text_count(info->guards, number));
	if (info->contexts)
		printf("    %s only say what a thing is\n", text_count(info->contexts, number));
	if (info->groups)
		printf("    %s names of groups\n", text_count(info->groups, number));
	for (unsigned kind = 0; kind < INDICATOR_KINDS && l->stats; kind++)
		if (info->taken[kind])
			printf("    %s\n", intel_kind_text((enum indicator_kind)kind,
							   info->taken[kind], kind_text));
	put("    from ", text_span(info->url));
	put("\n    notice: ", text_span(info->notice));
	putchar('\n');
}

static bool list_feed(void *whom, const char *path, const struct feed_info *info)
{
	struct listing *l = whom;

	(void)path;
	l->feeds++;
	for (unsigned kind = 0; kind < INDICATOR_KINDS; kind++)
		l->sum[kind] += info->taken[kind];
	if (l->json)
		list_json(l->json, info);
	else
		list_text(l, info);
	return true;
}

int intel_list(struct intel_options *o, bool stats)
{
	struct feed_store store;
	struct json json = json_init(stdout);
	struct listing l = { .o = o, .stats = stats, .json = o->json ? &json : NULL };
	char text[80];

	if (l.json)
		json_open_array(&json);
	if (feed_store_find(&store, o->store) != OK || feed_store_each(&store, list_feed, &l) != OK)
		return intel_fail("%s", store.error);
	if (l.json) {
		json_close_array(&json);
		json_end_line(&json);
		return 0;
	}
	if (l.feeds == 0)
		puts("No feeds yet; see 'hinomi intel --help' for how to import one.");
	for (unsigned kind = 0; kind < INDICATOR_KINDS && stats; kind++)
		if (l.sum[kind])
			printf("In all: %s\n",
			       intel_kind_text((enum indicator_kind)kind, l.sum[kind], text));
	return 0;
}
