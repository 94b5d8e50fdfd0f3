/* op_flood.c - the filters of a flood as people see them: in words, in every form, and for the provider. */
#include "keeper/actions.h"

#include "action/exports.h"
#include "filter/fingerprint.h"
#include "filter/upstream.h"
#include "keeper/keeper_private.h"
#include "keeper/op.h"

#include <stdlib.h>
#include <string.h>

#define LINE_FULL 1000000000 /* bit/s; beyond it, the line of most is full before our devices are */

/* The filters of a flood in the form of actions, and the flood. */
struct look_at {
	const struct kept *kept;
	const struct keeper_filters *found;
	struct action actions[KEEPER_FILTERS];
};

typedef void look_write(FILE *out, const struct look_at *at);

static void write_nft(FILE *out, const struct look_at *at)
{
	exports_nft(out, at->actions, at->found->count);
}

static void write_flowspec(FILE *out, const struct look_at *at)
{
	exports_flowspec(out, at->actions, at->found->count);
}

static void write_bpf(FILE *out, const struct look_at *at)
{
	exports_bpf(out, at->actions, at->found->count);
}

static void write_xdp(FILE *out, const struct look_at *at)
{
	exports_xdp(out, at->actions, at->found->count);
}

/* Anonymous: a fingerprint is made to be shown to others. */
static void write_dissector(FILE *out, const struct look_at *at)
{
	const struct incident *i = &at->kept->incident;
	struct fingerprint_vector vectors[KEEPER_FILTERS];
	struct fingerprint all = { .target = i->whom.prefix, .anonymous = true, .from = i->opened,
				   .until = i->closed, .packets = i->packets, .bytes = i->bytes,
				   .sources = i->sources, .vectors = vectors, .vector_count = at->found->count };
	json_t *json;

	for (size_t n = 0; n < at->found->count; n++) {
		const struct effect *e = &at->actions[n].effect;
		double share = e->attack ? (double)e->attack_hit / e->attack : 0;

		vectors[n] = (struct fingerprint_vector){ .vector = i->vector, .filter = at->actions[n].filter,
							  .share = share,
							  .packets = (uint64_t)(share * (double)i->packets),
							  .bytes = (uint64_t)(share * (double)i->bytes),
							  .from = i->opened, .until = i->closed };
	}
	json = all.vector_count ? fingerprint_json(&all) : NULL;
	if (json)
		json_dumpf(json, out, JSON_INDENT(2));
	json_decref(json);
}

static void put_written(struct json *json, const char *key, look_write *write, const struct look_at *at)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out)
		write(out, at);
	json_put_string(json, key, out && fclose(out) == 0 ? text : "");
	free(text);
}

static void exports_json(struct json *json, const struct look_at *at)
{
	json_put_object(json, "exports");
	put_written(json, "nft", write_nft, at);
	put_written(json, "flowspec", write_flowspec, at);
	put_written(json, "bpf", write_bpf, at);
	put_written(json, "xdp", write_xdp, at);
	put_written(json, "dissector", write_dissector, at);
	json_close_object(json);
}

static void upstream_json(struct json *json, const struct look_at *at, usec_t now)
{
	const struct incident *i = &at->kept->incident;
	struct filter filters[KEEPER_FILTERS];
	struct upstream_note note = { .target = i->whom.prefix, .vectors = &i->vector,
				      .vector_count = i->vector != VECTOR_NONE, .from = i->opened, .now = now,
				      .peak_pps = i->peak_pps, .peak_bps = i->peak_bps,
				      .line_full = i->peak_bps >= LINE_FULL, .filters = filters,
				      .filter_count = at->found->count };
	char *en = malloc(UPSTREAM_TEXT), *ja = malloc(UPSTREAM_TEXT);

	for (size_t n = 0; n < at->found->count; n++)
		filters[n] = at->actions[n].filter;
	if (en && ja)
		words_put(json, "upstream", (struct words){ upstream_text(&note, ENGLISH, en),
							    upstream_text(&note, JAPANESE, ja) });
	free(en);
	free(ja);
}

static void filters_json(struct json *json, const struct look_at *at)
{
	char text[FILTER_TEXT];

	json_put_array(json, "filters");
	for (size_t n = 0; n < at->found->count; n++) {
		const struct action *a = &at->actions[n];

		json_open_object(json);
		json_put_string(json, "filter", filter_text(&a->filter, text));
		json_put_string(json, "verb", action_verb_name(a->verb));
		json_put_uint(json, "limit", a->limit);
		effect_json(json, &a->effect);
		json_close_object(json);
	}
	json_close_array(json);
}

static struct words filters_say(const struct keeper_filters *found)
{
	if (!found->known)
		return (struct words){ "Too few packets of it were seen to tell them apart.",
				       "見分けるのに十分なパケットがまだ見えていません。" };
	if (found->good)
		return (struct words){ "These filters take nearly all of the attack, and nearly nothing else.",
				       "これらのフィルターで、通常の通信にほとんど影響せずに攻撃のほぼすべてを止められます。" };
	if (found->likely)
		return (struct words){ "These filters seem to take nearly all of the attack, and nothing else; but few packets "
				       "of quiet times were seen, so that some customers may be hit.",
				       "これらのフィルターで攻撃のほぼすべてを止められる見込みです。ただし、平常時のパケットの観測数が"
				       "少ないため、通常の通信に影響が出る可能性もあります。" };
	if (found->count > 0)
		return (struct words){ "No filter tells the attack well from normal traffic. This is the next best; "
				       "or ask the provider.",
				       "攻撃だけをうまく見分けるフィルターがありません。次善の方法を示します。"
				       "上流の事業者への依頼も検討してください。" };
	return (struct words){ "Nothing tells the attack from normal traffic: ask the provider.",
			       "攻撃と通常の通信を見分けられません。上流の事業者に依頼してください。" };
}

void op_filters(struct op *op)
{
	struct flooded *flood = floods_find(op->keeper, op_id(op, "incident"));
	struct look_at at = { .kept = flood ? cases_find(&op->keeper->cases, flood->incident) : NULL };

	if (op->code != OP_OK)
		return;
	if (!at.kept || !flood->found.about) {
		op_stored(op, ERR_EMPTY);
		return;
	}
	at.found = &flood->found;
	for (size_t n = 0; n < at.found->count; n++)
		at.actions[n] = (struct action){ .verb = at.found->all[n].verb, .limit = at.found->all[n].limit,
						 .filter = at.found->all[n].filter,
						 .effect = at.found->all[n].effect };
	json_open_object(op->json);
	filters_json(op->json, &at);
	effect_json(op->json, &at.found->effect);
	json_put_bool(op->json, "good", at.found->good);
	json_put_bool(op->json, "likely", at.found->likely);
	words_put(op->json, "say", filters_say(at.found));
	exports_json(op->json, &at);
	upstream_json(op->json, &at, op->now);
	json_close_object(op->json);
}
