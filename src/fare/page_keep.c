/* page_keep.c - what was told of a page as JSON, and back. */
#include "fare/page.h"

#include "fare/say.h"

#include <stdlib.h>

static json_t *write_finding(const struct deface_finding *f)
{
	json_t *why = json_array();

	if (!f) {
		json_decref(why);
		return json_null();
	}
	for (unsigned i = 0; i < f->why_count; i++)
		json_array_append_new(why, json_pack("{s:s, s:s, s:s, s:s, s:s}", "what", f->why[i].what, "en", f->why[i].en,
						     "ja", f->why[i].ja, "before", f->why[i].before, "after",
						     f->why[i].after));
	return json_pack("{s:i, s:i, s:i, s:s, s:s, s:o}", "verdict", (int)f->verdict, "level", (int)f->level, "confidence",
			 (int)f->confidence, "en", f->say_en, "ja", f->say_ja, "why", why);
}

json_t *site_page_write(const struct site_page *p)
{
	return json_pack("{s:I, s:I, s:i, s:o, s:i, s:i, s:I, s:i, s:o, s:I, s:I, s:i, s:I}", "hash",
			 (json_int_t)p->bytes.hash, "changed", (json_int_t)p->bytes.changed, "restless",
			 (int)p->bytes.restless, "picture", site_picture_write(&p->picture), "last", (int)p->last, "agree",
			 (int)p->agree, "alarmed_at", (json_int_t)p->alarmed_at, "usual", (int)p->usual, "told",
			 write_finding(p->told), "since", (json_int_t)p->since, "again_at", (json_int_t)p->again_at, "learned", (int)p->learned, "learned_at",
			 (json_int_t)p->learned_at);
}

static unsigned bounded(const json_t *json, const char *key, unsigned most)
{
	json_int_t value = say_number(json, key);

	return value < 0 || value > most ? 0 : (unsigned)value;
}

static struct deface_finding *read_finding(const json_t *json)
{
	struct deface_finding *f = json_is_object(json) ? calloc(1, sizeof(*f)) : NULL;
	const json_t *why = json_object_get(json, "why");

	if (!f)
		return NULL;
	f->verdict = (enum deface_verdict)bounded(json, "verdict", DEFACED);
	f->level = (enum level)bounded(json, "level", LEVELS);
	f->confidence = (uint8_t)bounded(json, "confidence", 100);
	say_clean(f->say_en, sizeof(f->say_en), say_text(json, "en"));
	say_clean(f->say_ja, sizeof(f->say_ja), say_text(json, "ja"));
	while (f->why_count < DEFACE_WHY && f->why_count < json_array_size(why)) {
		const json_t *one = json_array_get(why, f->why_count);
		unsigned i = f->why_count++;

		say_clean(f->why[i].what, sizeof(f->why[i].what), say_text(one, "what"));
		say_clean(f->why[i].en, sizeof(f->why[i].en), say_text(one, "en"));
		say_clean(f->why[i].ja, sizeof(f->why[i].ja), say_text(one, "ja"));
		say_clean(f->why[i].before, sizeof(f->why[i].before), say_text(one, "before"));
		say_clean(f->why[i].after, sizeof(f->why[i].after), say_text(one, "after"));
	}
	return f;
}

void site_page_read(struct site_page *p, const json_t *json)
{
	site_page_close(p);
	*p = (struct site_page){
		.bytes = { (uint64_t)say_number(json, "hash"), say_when(say_number(json, "changed")),
			   bounded(json, "restless", UINT16_MAX) },
		.last = (enum deface_verdict)bounded(json, "last", DEFACED),
		.agree = bounded(json, "agree", UINT16_MAX),
		.alarmed_at = say_when(say_number(json, "alarmed_at")),
		.usual = bounded(json, "usual", UINT16_MAX),
		.told = read_finding(json_object_get(json, "told")),
		.since = say_when(say_number(json, "since")),
		.again_at = say_when(say_number(json, "again_at")),
		.learned = bounded(json, "learned", UINT16_MAX),
		.learned_at = say_when(say_number(json, "learned_at")),
	};
	site_picture_read(&p->picture, json_object_get(json, "picture"));
}

void site_page_close(struct site_page *p)
{
	free(p->told);
	p->told = NULL;
}
