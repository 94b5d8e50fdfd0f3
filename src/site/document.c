/* document.c - a site as JSON for the page and the command line. */
#include "site/document.h"

#include "fare/say.h"
#include "fare/why.h"
#include "fare/words.h"

#include <stdlib.h>

#define NUMBER_MOST 1000000000000000 /* what the keeper takes (watched/shape.c), and a page can count */

/* What was kept may be damaged; the rest of it is to be shown all the same. */
static json_t *number(int64_t value)
{
	return value < 0 || value > NUMBER_MOST ? json_null() : json_integer(value);
}

static json_t *milliseconds(int64_t us)
{
	return number(us < 0 ? -1 : us / 1000);
}

static json_t *last_json(const struct course_last *l)
{
	char address[IP_TEXT], why[WHY_JAPANESE];
	static const struct ip none;

	if (!l->at)
		return json_null();
	return json_pack("{s:o, s:s, s:s, s:s, s:i, s:{s:o, s:o, s:o, s:o, s:o}, s:o, s:s, s:s}", "at", say_time(l->at), "failed",
			 probe_phase_name(l->failed), "why", l->why, "why_ja",
			 why_japanese(l->why, why), "status", (int)l->status, "ms", "dns",
			 milliseconds(l->dns_us), "tcp", milliseconds(l->tcp_us), "tls", milliseconds(l->tls_us), "first",
			 milliseconds(l->first_us), "total", milliseconds(l->total_us), "bytes", number((int64_t)l->bytes),
			 "address", ip_equal(&l->address, &none) ? "" : ip_text(&l->address, address), "final_url",
			 l->final_url);
}

static json_t *share(double value)
{
	return value < 0 ? json_null() : json_real(value);
}

static json_t *series_json(const struct site_course *c)
{
	json_t *series = json_array();

	for (unsigned i = 0; i < c->series_count; i++)
		json_array_append_new(series, json_pack("[I,o]", (json_int_t)c->series[i].at,
							c->series[i].ms < 0 ? json_null()
									    : json_integer(c->series[i].ms)));
	return series;
}

static json_t *certificate_json(const struct site_certificate *c, usec_t now)
{
	if (!c->there)
		return json_null();
	return json_pack("{s:o, s:i, s:s, s:s, s:b, s:o}", "until", say_time(c->until), "days",
			 site_certificate_days(c, now), "issuer", c->issuer, "subject", c->subject, "trusted", c->trusted,
			 "changed", say_time(c->changed));
}

static json_t *names_json(const struct site_names *n)
{
	json_t *addresses = json_array(), *servers = json_array();
	char text[IP_TEXT];

	for (unsigned i = 0; i < n->now_count; i++)
		json_array_append_new(addresses, json_string(ip_text(&n->now[i], text)));
	for (unsigned i = 0; i < n->server_count; i++)
		json_array_append_new(servers, json_string(n->servers[i]));
	return json_pack("{s:o, s:o, s:o}", "addresses", addresses, "servers", servers, "changed", say_time(n->changed));
}

static void add_why(json_t *list, const char *what, struct words text, const char *before, const char *after)
{
	json_array_append_new(list, json_pack("{s:s, s:o, s:s, s:s}", "what", what, "text", say_json(text), "before", before,
					      "after", after));
}

static void add_page_whys(json_t *list, const struct deface_finding *f)
{
	for (unsigned i = 0; i < f->why_count; i++)
		add_why(list, f->why[i].what, (struct words){ f->why[i].en, f->why[i].ja }, f->why[i].before, f->why[i].after);
}

/* What a person can approve besides the page. */
static void add_other_whys(json_t *list, const struct site *s, usec_t now)
{
	unsigned told = site_names_told(&s->names, now);
	char before[NAMES_TEXT], after[NAMES_TEXT];

	if (told & NAMES_SERVERS)
		add_why(list, "servers", (struct words){ "Other name servers", "ネームサーバーの変更" },
			site_names_servers(s->names.servers_before, s->names.before_count, before),
			site_names_servers(s->names.servers, s->names.server_count, after));
	if (told & NAMES_ADDRESSES)
		add_why(list, "addresses", (struct words){ "An address that was never seen", "これまでにないアドレス" }, "",
			site_names_addresses(&s->names, after));
	if (s->certificate.told_until > now)
		add_why(list, "issuer", (struct words){ "Another issuer of the certificate", "証明書の発行者の変更" },
			s->certificate.issuer_before, s->certificate.issuer);
}

static struct words other_words(const struct site *s, usec_t now, struct said *said)
{
	if (site_names_told(&s->names, now))
		site_words_names(&s->names, now, said);
	else
		site_words_certificate(&s->certificate, now, said);
	return said_words(said);
}

static json_t *changes_json(const struct site *s, usec_t now)
{
	static const char *const verdicts[] = { "usual", "changed", "suspicious", "defaced" };
	const struct deface_finding *f = s->page.told;
	json_t *why = json_array();
	struct said said;

	if (f)
		add_page_whys(why, f);
	add_other_whys(why, s, now);
	if (!f && !json_array_size(why)) {
		json_decref(why);
		return json_null();
	}
	return json_pack("{s:s, s:i, s:o, s:o, s:o, s:b}", "verdict", verdicts[f ? f->verdict : DEFACE_CHANGED], "confidence",
			 f ? (int)f->confidence : 0, "since", say_time(f ? s->page.since : s->since), "say",
			 say_json(f ? (struct words){ f->say_en, f->say_ja } : other_words(s, now, &said)), "why", why,
			 "picture", s->page.picture.at && s->page.bytes.changed <= s->page.picture.at);
}

/* Takes over `json`. */
static char *dump(json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;

	json_decref(json);
	return text;
}

char *site_document(const struct site *s, usec_t now, const struct course_rules *rules)
{
	struct said said;

	site_words(s, now, rules, &said);
	return dump(json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:{s:o, s:o}, s:o, s:o, s:o, s:o, s:b, s:b}", "name", s->is.name,
			      "url", s->is.url, "state", site_state_name(site_state_of(s, now, rules->level)), "say",
			      say_json(said_words(&said)), "since", say_time(s->since), "last", last_json(&s->course.last),
			      "uptime", "day", share(site_course_uptime(&s->course, now, 24)), "week",
			      share(site_course_uptime(&s->course, now, COURSE_BINS)), "series", series_json(&s->course),
			      "certificate", certificate_json(&s->certificate, now), "dns", names_json(&s->names), "changes",
			      changes_json(s, now), "picture", s->page.picture.at != 0, "ours", s->nothing_at > s->course.last.at));
}

static json_t *line_json(const struct site_line *line)
{
	struct said said;

	if (line->down)
		site_line_words(line, &said);
	return json_pack("{s:b, s:o, s:o}", "ok", !line->down, "since", say_time(line->since), "say",
			 line->down ? say_json(said_words(&said)) : json_null());
}

char *site_totals_document(const struct site_totals *t, usec_t now)
{
	json_t *json = json_pack("{s:o}", "at", say_time(now));
	unsigned sum = 0;

	for (enum site_state state = SITE_UNKNOWN; state < SITE_STATES; state++) {
		json_object_set_new(json, site_state_name(state), json_integer(t->of[state]));
		sum += t->of[state];
	}
	json_object_set_new(json, "sites", json_integer(sum));
	json_object_set_new(json, "per_second", json_real(t->per_second));
	json_object_set_new(json, "browser", json_boolean(t->browser));
	json_object_set_new(json, "line", line_json(&t->line));
	return dump(json);
}
