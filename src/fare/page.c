/* page.c - judges, learns, agrees. */
#include "fare/page.h"

#include "base/hash.h"
#include "base/text.h"
#include "fare/say.h"

#include <stdlib.h>
#include <string.h>

#define USUAL   "usual"   /* kinds of the ledger: what was learned, ... */
#define CHANGED "changed" /* ... and the look that was told, for whom approves */

#define AGREE   2 /* looks, for better and for worse */
#define ODD     (1800 * USEC_PER_SEC) /* one usual look between two alarms in this time does not part them */
#define EAGER   12 /* first looks, each of which is learned */
#define LEARN   (600 * USEC_PER_SEC)  /* later ones, where the page changes */
#define REFRESH (3600 * USEC_PER_SEC) /* ... and where it does not */

static uint64_t page_hash(const struct probe_result *r)
{
	return hash_text(r->body.ptr, r->body.len, HASH_K2 + r->status);
}

static struct look *look_at(const struct site_page *p, const struct probe_result *r, const char *const *own)
{
	const struct page page = {
		.body = r->body,
		.type = r->type,
		.url = r->final_url,
		.status = r->status,
		.cut = r->cut,
		.own = own,
		.picture = site_picture_for(&p->picture, &p->bytes, r->at),
	};

	return look_new(&page);
}

/* Its texts come from the page. */
static void clean(char *text, size_t size)
{
	char dirty[512];

	snprintf(dirty, sizeof(dirty), "%s", text);
	say_clean(text, size, dirty);
}

static void finding_clean(struct deface_finding *f)
{
	clean(f->say_en, sizeof(f->say_en));
	clean(f->say_ja, sizeof(f->say_ja));
	for (unsigned i = 0; i < f->why_count; i++) {
		clean(f->why[i].what, sizeof(f->why[i].what));
		clean(f->why[i].en, sizeof(f->why[i].en));
		clean(f->why[i].ja, sizeof(f->why[i].ja));
		clean(f->why[i].before, sizeof(f->why[i].before));
		clean(f->why[i].after, sizeof(f->why[i].after));
	}
}

/* "" when nothing was learned yet. The caller frees. */
static enum err usual_get(struct ledger *ledger, const char *name, char **usual)
{
	enum err err = ledger_get(ledger, USUAL, name, usual);

	if (err != ERR_EMPTY)
		return err;
	*usual = strdup("");
	return *usual ? OK : ERR_MEMORY;
}

/* Takes over `json`, which is NULL when there was no memory. */
static enum err put(struct ledger *ledger, const char *kind, const char *name, char *json)
{
	enum err err = json ? ledger_put(ledger, kind, name, text_span(json)) : ERR_MEMORY;

	free(json);
	return err;
}

static void settle(struct site_page *p)
{
	free(p->told);
	p->told = NULL;
	p->since = 0;
}

static bool learning_due(const struct site_page *p, const struct page_rules *rules, usec_t at, bool same)
{
	usec_t pause = (same ? REFRESH : LEARN) * 100 / level_rules(rules->level)->learning_percent;

	return p->learned < EAGER || time_passed(at, p->learned_at, pause);
}

/* The same bytes can look different: a file that they name was exchanged. */
static bool picture_is_new(const struct site_page *p, usec_t at)
{
	return p->picture.fresh && site_picture_for(&p->picture, &p->bytes, at);
}

/* Seen by people from now on. */
static enum err tell(struct site_page *p, const struct deface_finding *finding, const struct look *look,
		     const struct page_rules *rules, usec_t at)
{
	struct deface_finding *copy = p->told ? p->told : malloc(sizeof(*copy));

	if (!copy)
		return ERR_MEMORY;
	if (!p->told || p->told->verdict != finding->verdict)
		p->since = at;
	*copy = *finding;
	finding_clean(copy);
	p->told = copy;
	return rules->ledger ? put(rules->ledger, CHANGED, rules->name, look_json(look)) : OK;
}

static enum page_news news_of(const struct site_page *p, enum deface_verdict was)
{
	enum deface_verdict is = p->told ? p->told->verdict : DEFACE_USUAL;

	if (is == was)
		return PAGE_SAME;
	return (const enum page_news[]){ PAGE_USUAL, PAGE_CHANGED, PAGE_SUSPICIOUS, PAGE_DEFACED }[is];
}

/* A look that may be an alarm: told when a second agrees. A person who wants one look sees what it says. */
static enum err take_alarm(struct site_page *p, const struct deface_finding *finding, const struct look *look,
			   const struct page_rules *rules, usec_t at)
{
	/* Of several servers behind one name, one may be altered: then looks alternate. */
	if (p->usual >= AGREE || (p->usual && time_passed(at, p->alarmed_at, ODD)))
		p->agree = 0;
	p->usual = 0;
	p->agree++;
	p->alarmed_at = at;
	if (p->agree >= AGREE || rules->once)
		return tell(p, finding, look, rules, at);
	p->again_at = at + rules->again;
	return OK;
}

/* One that is none: learned; and an alarm that was told ends with the second. */
static enum err take_usual(struct site_page *p, const struct deface_finding *finding, const struct look *look,
			   const struct page_rules *rules, usec_t at)
{
	bool alarm = p->told && p->told->verdict >= DEFACE_SUSPICIOUS;

	p->usual++;
	if (alarm && p->usual < AGREE && !rules->once) {
		p->again_at = at + rules->again;
		return OK;
	}
	if (finding->verdict == DEFACE_CHANGED)
		return tell(p, finding, look, rules, at);
	settle(p);
	return OK;
}

static enum err learn(struct site_page *p, const char *usual, const struct look *look, const struct page_rules *rules,
		      usec_t at)
{
	p->learned += p->learned < EAGER;
	p->learned_at = at;
	return put(rules->ledger, USUAL, rules->name, usual_learn(usual, look, at));
}

static enum err judge(struct site_page *p, const struct probe_result *r, const struct page_rules *rules, const char *usual,
		      bool same)
{
	struct look *look = look_at(p, r, rules->own);
	struct deface_finding finding;
	enum err err = look ? deface_judge(usual, look, &finding) : ERR_MEMORY;

	if (err == OK) {
		p->last = finding.verdict;
		if (finding.verdict >= DEFACE_SUSPICIOUS)
			err = take_alarm(p, &finding, look, rules, r->at);
		else
			err = take_usual(p, &finding, look, rules, r->at);
	}
	if (err == OK && rules->ledger && p->last < DEFACE_SUSPICIOUS && r->status < 400 &&
	    (learning_due(p, rules, r->at, same) || (picture_is_new(p, r->at) && p->last == DEFACE_USUAL)))
		err = learn(p, usual, look, rules, r->at);
	if (err == OK && picture_is_new(p, r->at))
		p->picture.fresh = false;
	look_free(look);
	return err;
}

enum err site_page_see(struct site_page *p, const struct probe_result *r, const struct page_rules *rules,
		       enum page_news *news)
{
	enum deface_verdict was = p->told ? p->told->verdict : DEFACE_USUAL;
	uint64_t hash = page_hash(r);
	bool same = hash == p->bytes.hash && p->last == DEFACE_USUAL;
	char *usual = NULL;
	enum err err = OK;

	p->again_at = 0;
	if (r->failed != PROBE_DONE || r->status >= 500) {
		*news = PAGE_SAME; /* there is no page of ours to judge */
		return OK;
	}
	page_bytes_see(&p->bytes, hash, r->at);
	if (!same || p->told || picture_is_new(p, r->at) || learning_due(p, rules, r->at, same)) {
		err = usual_get(rules->ledger, rules->name, &usual);
		if (err == OK)
			err = judge(p, r, rules, usual, same);
		free(usual);
		if (err != OK)
			p->bytes.hash = 0; /* the next look is judged, though it may bring the same bytes */
	}
	*news = news_of(p, was);
	return err;
}

enum err site_page_judge_once(struct site_page *p, const struct probe_result *r, const char *const *own)
{
	const struct page_rules rules = { .name = "", .own = own, .level = LEVEL_NORMAL, .once = true };

	return judge(p, r, &rules, "", false);
}

enum err site_page_approve(struct site_page *p, struct ledger *ledger, const char *name, usec_t at)
{
	char *usual = NULL, *seen = NULL;
	struct look *look = NULL;
	enum err err = ledger_get(ledger, CHANGED, name, &seen);

	if (err != OK)
		return err;
	err = usual_get(ledger, name, &usual);
	if (err == OK) {
		look = look_read(seen);
		err = look ? put(ledger, USUAL, name, usual_approve(usual, look, at)) : ERR_FORMAT;
	}
	if (err == OK)
		err = ledger_remove(ledger, CHANGED, name);
	if (err == OK) {
		settle(p);
		p->agree = 0;
		p->bytes.hash = 0; /* to be judged anew */
		p->last = DEFACE_USUAL;
	}
	look_free(look);
	free(usual);
	free(seen);
	return err;
}

enum err site_page_forget(struct ledger *ledger, const char *name)
{
	enum err err = ledger_remove(ledger, USUAL, name), other = ledger_remove(ledger, CHANGED, name);

	if (err != OK && err != ERR_EMPTY)
		return err;
	return other == ERR_EMPTY ? OK : other;
}
