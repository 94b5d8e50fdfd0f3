/* floods.c - filters are looked for while a flood goes on, become suggestions or orders, and are shown. */
#include "keeper/actions.h"

#include "action/exports.h"
#include "filter/fingerprint.h"
#include "filter/upstream.h"
#include "keeper/keeper_private.h"
#include "keeper/op.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ASKED_OFTEN  5                     /* times, one after the other */
#define ASK_SOON     (1 * USEC_PER_SEC)
#define ASK_LATER    (2 * USEC_PER_SEC)
#define SEEN_LATELY  (3 * USEC_PER_SEC)    /* the sensor tells of a flood several times a second */
#define TAKES_HOLD   (1 * USEC_PER_SEC)    /* until a filter is in force, and samples of what it leaves are there */
#define COMES_BACK   (600 * USEC_PER_SEC)  /* an attack that comes again so soon is the same one */
#define TRY_AGAIN    (60 * USEC_PER_SEC)   /* what no hand could do */
#define LINE_FULL    1000000000 /* bit/s; beyond it, the line of most is full before our devices are */
#define ACTIONS_EACH 32                    /* of the tower's own, for one flood */
/* What the tower does not take by itself: what hits more than one in so many of the normal packets. A limit
 * lets some through; but where nothing is known of quiet times, it may be all that customers have. */
#define HARM_OF       100
#define HARM_LIMIT_OF 20
#define LIMIT_KNOWN   50 /* normal packets that were looked at */

struct flooded *floods_find(struct keeper *keeper, uint64_t incident)
{
	struct actions *all = &keeper->actions;

	for (size_t n = 0; incident && n < all->flood_count; n++)
		if (all->floods[n].incident == incident)
			return &all->floods[n];
	return NULL;
}

/* The one that was asked about longest ago makes room. */
static struct flooded *floods_begin(struct keeper *keeper, uint64_t incident)
{
	struct actions *all = &keeper->actions;
	struct flooded *flood = &all->floods[0];

	if (all->flood_count < FLOODS_MAX)
		flood = &all->floods[all->flood_count++];
	else
		for (size_t n = 1; n < FLOODS_MAX; n++)
			if (all->floods[n].asked < flood->asked)
				flood = &all->floods[n];
	*flood = (struct flooded){ .incident = incident };
	return flood;
}

static bool is_flood_on_us(const struct incident *i)
{
	enum entity_kind kind = i->whom.kind;

	return strcmp(i->rule, "flood") == 0 && i->direction == DIRECTION_INBOUND &&
	       (kind == ENTITY_IP || kind == ENTITY_SERVICE || kind == ENTITY_PREFIX);
}

/* Drops in force that may take some of what goes to the target, whichever flood they are for. */
static void want_held(const struct keeper *keeper, struct keeper_want *want)
{
	const struct actions *all = &keeper->actions;

	for (size_t n = 0; n < all->count && want->held_count < KEEPER_FILTERS; n++) {
		const struct action *a = &all->list[n].action;
		const struct prefix *to = &a->filter.to;
		bool meets = !(a->filter.parts & FILTER_TO) || prefix_has(to, &want->target.ip) ||
			     prefix_has(&want->target, &to->ip);

		if (a->verb == ACTION_DROP && action_is_live(a->state) && meets)
			want->held[want->held_count++] = a->filter;
	}
}

static void flood_ask(struct keeper *keeper, struct flooded *flood, const struct kept *kept)
{
	const struct incident *i = &kept->incident;
	struct keeper_want want = {
		.about = i->id, .from = i->opened, .target = i->whom.prefix, .vector = i->vector
	};

	want_held(keeper, &want);
	flood->asked = keeper->now;
	flood->asks++;
	keeper->out.filters_want(keeper->out.whom, &want);
}

void floods_see(struct keeper *keeper, const struct kept *kept)
{
	if (actions_have_hands(keeper) && kept->shown && kept->open && !kept->exception && kept->incident.id &&
	    is_flood_on_us(&kept->incident) && !floods_find(keeper, kept->incident.id))
		flood_ask(keeper, floods_begin(keeper, kept->incident.id), kept);
}

/* Something was done against it a moment ago. What is seen then is mostly what customers send, and a remedy
 * made of that would be one against them. */
static bool takes_hold(const struct keeper *keeper, uint64_t incident)
{
	const struct actions *all = &keeper->actions;

	for (size_t n = 0; n < all->count; n++)
		if (all->list[n].action.incident == incident && action_is_live(all->list[n].action.state) &&
		    !time_is_due(keeper->now, all->list[n].action.from, TAKES_HOLD))
			return true;
	return false;
}

/* What a filter takes is not looked at again: while all is held there is nothing to ask for. What is seen after it
 * was held is another kind of it, and new. */
void floods_due(struct keeper *keeper)
{
	struct actions *all = &keeper->actions;

	for (size_t n = 0; n < all->flood_count; n++) {
		struct flooded *flood = &all->floods[n];
		const struct kept *kept = cases_find(&keeper->cases, flood->incident);
		usec_t every = flood->asks < ASKED_OFTEN ? ASK_SOON : ASK_LATER;

		if (!kept || time_is_due(keeper->now, kept->changed, SEEN_LATELY))
			flood->asks = 0;
		else if (kept->live && kept->open && !kept->exception && !takes_hold(keeper, flood->incident) &&
			 time_is_due(keeper->now, flood->asked, every))
			flood_ask(keeper, flood, kept);
	}
}

void floods_over(struct keeper *keeper, uint64_t incident)
{
	struct actions *all = &keeper->actions;

	for (size_t n = 0; incident && n < all->count; n++) {
		struct kept_action *kept = &all->list[n];

		if (kept->action.incident == incident &&
		    (kept->action.state == ACTION_SUGGESTED || kept->action.state == ACTION_ORDERED))
			actions_end(keeper, kept, ENDING_OVER);
	}
}

void floods_excepted(struct keeper *keeper, uint64_t incident)
{
	struct actions *all = &keeper->actions;

	for (size_t n = 0; incident && n < all->count; n++) {
		struct kept_action *kept = &all->list[n];

		if (kept->action.incident == incident &&
		    (kept->action.automatic || kept->action.state == ACTION_SUGGESTED))
			actions_end(keeper, kept, ENDING_UNDONE);
	}
}

void floods_hands_off(struct keeper *keeper)
{
	const struct cases *cases = &keeper->cases;
	uint64_t *newest = &keeper->actions.hands_off;
	char text[24];

	for (size_t n = 0; n < cases->count; n++)
		if (cases->kept[n]->incident.id > *newest)
			*newest = cases->kept[n]->incident.id;
	snprintf(text, sizeof(text), "%" PRIu64, *newest);
	keeper_stored(keeper, store_meta_put(keeper->store, FLOODS_HANDS_OFF, text));
}

/* --- ends that decide what may be done next */

/* What a person said, or harm that was done: it counts for as long as its incident does. */
static bool ending_lasts(enum ending ending)
{
	return ending == ENDING_UNDONE || ending == ENDING_HURTS;
}

/* Of those that are remembered the one to be forgotten first: what lasts goes last, else the oldest. */
static struct past *past_place(struct actions *all)
{
	struct past *place = &all->past[0];

	for (size_t n = 0; n < PAST_MAX; n++) {
		struct past *past = &all->past[n];

		if (past->ending == ENDING_NONE)
			return past;
		if (ending_lasts(past->ending) != ending_lasts(place->ending) ? ending_lasts(place->ending)
									       : past->at < place->at)
			place = past;
	}
	return place;
}

/* Suggestions come and go with each look at a flood: of these, only what a person said counts. */
void floods_remember(struct keeper *keeper, const struct kept_action *kept, bool was_live)
{
	if (!ending_lasts(kept->ending) &&
	    (!was_live || (kept->ending != ENDING_OVER && kept->ending != ENDING_REFUSED)))
		return;
	*past_place(&keeper->actions) = (struct past){ .ending = kept->ending, .incident = kept->action.incident,
						       .verb = kept->action.verb, .filter = kept->action.filter,
						       .again = kept->again, .at = kept->changed };
}

/* --- what is made of the filters that were found */

/* A person said no to it, it did harm, or could not be done a moment ago. */
static bool is_bad_end(const struct past *past, usec_t now)
{
	return past->ending == ENDING_HURTS || past->ending == ENDING_UNDONE ||
	       (past->ending == ENDING_REFUSED && !time_is_due(now, past->at, TRY_AGAIN));
}

/* Nor is one that takes even more. */
static bool is_shunned(const struct keeper *keeper, uint64_t incident, const struct keeper_filter *f)
{
	for (size_t n = 0; n < PAST_MAX; n++) {
		const struct past *past = &keeper->actions.past[n];

		if (is_bad_end(past, keeper->now) && past->incident == incident && past->verb == f->verb &&
		    filter_covers(&f->filter, &past->filter))
			return true;
	}
	return false;
}

/* How often this attack was thought to be over, of late. */
static unsigned came_back(const struct keeper *keeper, const struct keeper_filter *f)
{
	unsigned again = 0;

	for (size_t n = 0; n < PAST_MAX; n++) {
		const struct past *past = &keeper->actions.past[n];

		if (past->ending == ENDING_OVER && past->verb == f->verb && past->again + 1 > again &&
		    !time_is_due(keeper->now, past->at, COMES_BACK) &&
		    (filter_covers(&f->filter, &past->filter) || filter_covers(&past->filter, &f->filter)))
			again = past->again + 1;
	}
	return again;
}

static bool is_held(const struct actions *all, const struct keeper_filter *f)
{
	for (size_t n = 0; n < all->count; n++) {
		const struct action *a = &all->list[n].action;

		if (action_is_live(a->state) && (a->verb == f->verb || a->verb == ACTION_DROP) &&
		    filter_covers(&a->filter, &f->filter))
			return true;
	}
	return false;
}

static bool is_same(const struct action *a, const struct keeper_filter *f)
{
	return a->verb == f->verb && a->limit == f->limit && filter_covers(&a->filter, &f->filter) &&
	       filter_covers(&f->filter, &a->filter);
}

static struct kept_action *suggestion_of(struct actions *all, uint64_t incident, const struct keeper_filter *f)
{
	for (size_t n = 0; n < all->count; n++) {
		struct action *a = &all->list[n].action;

		if (a->state == ACTION_SUGGESTED && a->incident == incident && is_same(a, f))
			return &all->list[n];
	}
	return NULL;
}

static bool is_able(const struct actions *all)
{
	for (enum action_hand h = HAND_XDP; h < HANDS; h++)
		if (all->hands[h].used && all->hands[h].able)
			return true;
	return false;
}

bool floods_act(const struct keeper *keeper)
{
	enum level level = vigilance_now(&keeper->vigilance);

	if (!actions_have_hands(keeper) || !is_able(&keeper->actions))
		return false;
	if (keeper->settings.act == KEEPER_ACT_LEVEL)
		return level_rules(level)->response == RESPOND_ACT;
	return keeper->settings.act == KEEPER_ACT_ALWAYS;
}

/* Whether the tower takes it by itself. */
static bool is_taken(const struct keeper *keeper, const struct flooded *flood, const struct keeper_filter *f)
{
	const struct effect *e = &f->effect;
	bool harmless = false; /* a challenge: who does not hear it, for whatever reason, is shut out */

	if (f->verb == ACTION_DROP)
		harmless = e->normal_hit <= e->normal / HARM_OF;
	else if (f->verb == ACTION_LIMIT)
		harmless = e->normal >= LIMIT_KNOWN && e->normal_hit <= e->normal / HARM_LIMIT_OF;
	return floods_act(keeper) && flood->incident > keeper->actions.hands_off && harmless;
}

static struct action action_of(const struct keeper *keeper, const struct kept *kept, const struct keeper_filter *f)
{
	struct action action = { .verb = f->verb, .state = ACTION_SUGGESTED, .filter = f->filter,
				 .limit = f->limit, .from = keeper->now, .incident = kept->incident.id,
				 .effect = f->effect, .owner = "hinomi" };
	char whom[ENTITY_TEXT];

	action.until = keeper->now + actions_usual(keeper);
	snprintf(action.reason, sizeof(action.reason), "%s, %s", advice_title(&kept->incident).en,
		 entity_text(&kept->incident.whom, whom));
	return action;
}

static void filter_consider(struct keeper *keeper, const struct flooded *flood, const struct kept *kept,
			    const struct keeper_filter *f)
{
	struct actions *all = &keeper->actions;
	struct kept_action *before = suggestion_of(all, flood->incident, f);
	struct action action = action_of(keeper, kept, f);
	struct guard_words why;
	bool taken = is_taken(keeper, flood, f);

	if (is_held(all, f) || is_shunned(keeper, flood->incident, f) || (before && !taken))
		return;
	action.automatic = taken;
	if (!guard_allows(&all->guard, &action, keeper->now, actions_live(keeper, 0), &why)) {
		all->refused++;
		return;
	}
	if (before) {
		before->action.automatic = true;
		action_take(keeper, before, action.until, action.owner);
		return;
	}
	if (actions_live(keeper, flood->incident) + actions_suggested(keeper, flood->incident) >= ACTIONS_EACH)
		return;
	if (taken)
		action.state = ACTION_ORDERED;
	actions_add(keeper, &action, came_back(keeper, f));
}

/* What was suggested before, and is not among the best any more. */
static void suggestions_drop(struct keeper *keeper, const struct flooded *flood)
{
	struct actions *all = &keeper->actions;

	for (size_t n = 0; n < all->count; n++) {
		struct kept_action *kept = &all->list[n];
		bool is = kept->action.state != ACTION_SUGGESTED || kept->action.incident != flood->incident;

		for (size_t i = 0; i < flood->found.count && !is; i++)
			is = is_same(&kept->action, &flood->found.all[i]);
		if (!is)
			actions_end(keeper, kept, ENDING_REPLACED);
	}
}

static struct effect effect_sound(struct effect e)
{
	e.attack_hit = e.attack_hit < e.attack ? e.attack_hit : e.attack;
	e.normal_hit = e.normal_hit < e.normal ? e.normal_hit : e.normal;
	return e;
}

/* Only what can be obeyed. */
static void found_take(struct keeper_filters *into, const struct keeper_filters *found)
{
	*into = (struct keeper_filters){ .about = found->about, .known = found->known, .likely = found->likely,
					 .good = found->good, .effect = effect_sound(found->effect) };
	for (size_t n = 0; n < found->count && n < KEEPER_FILTERS; n++) {
		struct keeper_filter f = found->all[n];

		f.effect = effect_sound(f.effect);
		if (f.verb < ACTION_BLACKHOLE && filter_sound(&f.filter))
			into->all[into->count++] = f;
	}
}

/* What a filter took before was all attack: what is seen now is what it left. */
static void effect_add(struct effect *e, const struct effect *before)
{
	e->attack += before->attack_hit;
	e->attack_hit += before->attack_hit;
	e->normal_hit += before->normal_hit;
	e->normal = e->normal > before->normal ? e->normal : before->normal;
}

/* Filters that were found before and are in force stay in sight; what is found now is beside them. */
static void found_join(const struct actions *all, struct keeper_filters *found, const struct keeper_filters *before)
{
	const size_t now = found->count;

	for (size_t n = 0; n < before->count && found->count < KEEPER_FILTERS; n++) {
		const struct keeper_filter *f = &before->all[n];
		bool again = f->verb != ACTION_DROP || !is_held(all, f);

		for (size_t i = 0; i < now && !again; i++)
			again = filter_covers(&found->all[i].filter, &f->filter);
		if (again)
			continue;
		found->all[found->count++] = *f;
		effect_add(&found->effect, &f->effect);
	}
}

static void rehearsal_take(struct keeper *keeper, const struct keeper_filters *found)
{
	struct kept_action *kept = actions_find(keeper, found->about);

	if (!kept || !kept->asked)
		return;
	kept->asked = false;
	if (found->known)
		kept->action.effect = effect_sound(found->effect);
	kept->dirty = true;
	action_push(keeper, kept);
}

void keeper_filters(struct keeper *keeper, const struct keeper_filters *found, usec_t now)
{
	struct flooded *flood = found->rehearse ? NULL : floods_find(keeper, found->about);
	const struct kept *kept = flood ? cases_find(&keeper->cases, flood->incident) : NULL;
	struct keeper_filters before;

	keeper->now = now;
	if (found->rehearse)
		rehearsal_take(keeper, found);
	if (!kept || !kept->open || kept->exception)
		return;
	before = flood->found;
	found_take(&flood->found, found);
	for (size_t n = 0; n < flood->found.count; n++)
		filter_consider(keeper, flood, kept, &flood->found.all[n]);
	found_join(&keeper->actions, &flood->found, &before);
	if (flood->found.count > 0)
		suggestions_drop(keeper, flood);
	keeper_commit(keeper);
}

/* --- what people see of them */

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
				      .line_full = i->peak_bps >= LINE_FULL, .filters = filters };
	char *en = malloc(UPSTREAM_TEXT), *ja = malloc(UPSTREAM_TEXT);

	_Static_assert(UPSTREAM_FILTERS >= KEEPER_FILTERS, "the letter has room for all");
	for (size_t n = 0; n < at->found->count; n++) /* a limit and a challenge are for what customers send, too */
		if (at->actions[n].verb == ACTION_DROP)
			filters[note.filter_count++] = at->actions[n].filter;
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
