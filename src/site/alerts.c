/* alerts.c - composes alerts: rule, severity, sentence, evidence. */
#include "site/alerts.h"

#include "base/text.h"
#include "fare/say.h"
#include "fare/words.h"

#define QUIET (300 * USEC_PER_SEC)

static struct alert begin(const struct site *s, const char *rule, enum severity severity, usec_t since, usec_t now)
{
	struct alert a = {
		.rule = rule,
		.vector = VECTOR_NONE,
		.direction = DIRECTION_INBOUND,
		.severity = severity,
		.confidence = 90,
		.level = LEVEL_NORMAL,
		.who = entity_name(text_span(s->is.name)),
		.from = since < now ? since : now,
		.to = now,
		.by = BY_WHO,
		.quiet = QUIET,
	};

	alert_why(&a, "Address", "%.110s", s->is.url);
	return a;
}

static void down(const struct site *s, usec_t now, site_alert_tell *tell, void *whom)
{
	struct alert a = begin(s, "site_down", SEVERITY_HIGH, s->course.since, now);
	struct said said;

	site_words_bad(s->course.bad, s->course.last.status, s->course.last.why, &said);
	snprintf(a.say, sizeof(a.say), "The site %s is down: %.200s.", s->is.name, said.en);
	alert_why(&a, "What failed", "%.110s", said.en);
	alert_why(&a, "Phase", "%s", probe_phase_name(s->course.last.failed));
	alert_why(&a, "What to do", "%.118s", site_words_mend(s->course.bad).en);
	if (s->doubt)
		alert_why(&a, "Or our own line", "nothing else that is looked at is reached: look from elsewhere");
	if (site_course_flaps(&s->course, now))
		alert_why(&a, "Again and again", "%u outages lately", s->course.turn_count);
	tell(whom, &a);
}

static void flapping(const struct site *s, usec_t now, site_alert_tell *tell, void *whom)
{
	struct alert a = begin(s, "site_down", SEVERITY_WARNING, s->course.turns[0], now);

	snprintf(a.say, sizeof(a.say), "The site %s goes up and down: several outages within the last hour.", s->is.name);
	alert_why(&a, "Outages", "%u lately", s->course.turn_count);
	tell(whom, &a);
}

static void slow(const struct site *s, usec_t now, const struct course_rules *rules, site_alert_tell *tell, void *whom)
{
	struct alert a = begin(s, "site_slow", SEVERITY_NOTICE, s->course.since, now);
	double usual = 0, most = 0;

	site_course_usual(&s->course, s->course.last.at, rules, &usual, &most);
	snprintf(a.say, sizeof(a.say), "The site %s is slow: %lld ms, %.0f ms are usual at this hour.", s->is.name,
		 (long long)(s->course.last.total_us / 1000), usual);
	alert_why(&a, "Time now", "%lld ms", (long long)(s->course.last.total_us / 1000));
	alert_why(&a, "Usual at this hour", "%.0f ms, slow from %.0f ms on", usual, most);
	a.confidence = 70;
	tell(whom, &a);
}

static void certificate(const struct site *s, usec_t now, site_alert_tell *tell, void *whom)
{
	enum certificate_state state = site_certificate_state(&s->certificate, now);
	enum severity severity = state == CERTIFICATE_NEW_ISSUER ? SEVERITY_NOTICE
				 : state == CERTIFICATE_WEEKS    ? SEVERITY_WARNING
								 : SEVERITY_HIGH;
	struct alert a = begin(s, "site_certificate", severity, now, now);
	struct said said;

	site_words_certificate(&s->certificate, now, &said);
	snprintf(a.say, sizeof(a.say), "Site %s: %.380s", s->is.name, said.en);
	alert_why(&a, "Days left", "%d", site_certificate_days(&s->certificate, now));
	alert_why(&a, "Issuer", "%.110s", s->certificate.issuer);
	if (*s->certificate.why)
		alert_why(&a, "Not trusted", "%.110s", s->certificate.why);
	tell(whom, &a);
}

static void names(const struct site *s, usec_t now, site_alert_tell *tell, void *whom)
{
	struct alert a = begin(s, "site_dns", SEVERITY_WARNING, s->names.changed, now);
	char text[NAMES_TEXT];
	struct said said;

	site_words_names(&s->names, now, &said);
	snprintf(a.say, sizeof(a.say), "Site %s: %.380s", s->is.name, said.en);
	alert_why(&a, "Addresses now", "%.110s", site_names_addresses(&s->names, text));
	alert_why(&a, "Name servers now", "%.110s", site_names_servers(s->names.servers, s->names.server_count, text));
	if (s->names.before_count)
		alert_why(&a, "Name servers before", "%.110s",
			  site_names_servers(s->names.servers_before, s->names.before_count, text));
	a.attack = "T1584.002";
	a.confidence = 70;
	tell(whom, &a);
}

/* Below the level at which it counts it goes as a candidate (ARCHITECTURE.md). */
static void page(const struct site *s, usec_t now, site_alert_tell *tell, void *whom)
{
	const struct deface_finding *f = s->page.told;
	struct alert a = begin(s, "site_defaced", f->verdict == DEFACED ? SEVERITY_CRITICAL : SEVERITY_NOTICE,
			       s->page.since, now);

	snprintf(a.say, sizeof(a.say), "Site %s: %.380s", s->is.name, f->say_en);
	a.confidence = f->confidence;
	a.level = f->level;
	a.attack = "T1491.002";
	for (unsigned i = 0; i < f->why_count && i < EVIDENCE_MAX - 1; i++)
		alert_why(&a, f->why[i].en, "%.50s → %.50s", *f->why[i].before ? f->why[i].before : "-",
			  *f->why[i].after ? f->why[i].after : "-");
	tell(whom, &a);
}

void site_alerts(const struct site *s, usec_t now, const struct course_rules *rules, site_alert_tell *tell, void *whom)
{
	enum certificate_state c = site_certificate_state(&s->certificate, now);

	if (s->course.state == COURSE_DOWN)
		down(s, now, tell, whom);
	else if (site_course_flaps(&s->course, now))
		flapping(s, now, tell, whom);
	if (s->course.state == COURSE_SLOW)
		slow(s, now, rules, tell, whom);
	if (c == CERTIFICATE_NEW_ISSUER || c >= CERTIFICATE_WEEKS)
		certificate(s, now, tell, whom);
	if (site_names_told(&s->names, now))
		names(s, now, tell, whom);
	if (s->page.told && s->page.told->verdict >= DEFACE_SUSPICIOUS && s->page.told->level < LEVELS)
		page(s, now, tell, whom);
}

void site_line_alert(const struct site_line *line, usec_t now, site_alert_tell *tell, void *whom)
{
	struct alert a = {
		.rule = "site_line",
		.vector = VECTOR_NONE,
		.direction = DIRECTION_OUTBOUND,
		.severity = SEVERITY_HIGH,
		.confidence = 80,
		.level = LEVEL_NORMAL,
		.who = entity_name(text_span("own line")),
		.from = line->since < now ? line->since : now,
		.to = now,
		.by = BY_WHO,
		.quiet = QUIET,
	};
	struct said said;

	site_line_words(line, &said);
	snprintf(a.say, sizeof(a.say), "%.380s", said.en);
	alert_why(&a, "Sites not reached", "%u of %u looked at within a minute", line->lost, line->of);
	tell(whom, &a);
}
