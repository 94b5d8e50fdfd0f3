/* store_action.c - actions: put, and listed by stage and incident. */
#include "store/store_action.h"

#include "base/text.h"
#include "store/store_statement.h"

#define COLUMNS                                                                                         \
	"id, stage, verb, hand, state, filter, most, since, until, incident, automatic, rehearse, "     \
	"attack, attack_hit, normal, normal_hit, reason, owner, boot, boot_until, remains, packets, "   \
	"bytes, known, ending, changed, trouble_en, trouble_ja"

#define TIME_MOST (INT64_C(1) << 61) /* no sum of two of them overflows */

enum store_stage store_action_stage(enum action_state state)
{
	if (state == ACTION_SUGGESTED)
		return STORE_SUGGESTED;
	return action_is_live(state) ? STORE_LIVE : STORE_PAST;
}

enum err store_action_put(struct store *store, struct store_action *action)
{
	static const char sql[] =
		"INSERT OR REPLACE INTO action(" COLUMNS ") "
		"VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	const struct store_action *s = action;
	const struct action *a = &s->action;
	uint64_t id = a->id ? a->id : store->last_action + 1;
	char filter[FILTER_TEXT];
	enum err err = store_run(
		store, sql,
		VALUES(value_uint(id), value_int(store_action_stage(a->state)),
		       value_name(action_verb_name(a->verb)), value_name(action_hand_name(a->hand)),
		       value_name(action_state_name(a->state)), value_text(filter_text(&a->filter, filter)),
		       value_int(a->limit), value_int(a->from), value_int(a->until), value_uint(a->incident),
		       value_int(a->automatic), value_int(a->rehearse), value_int(a->effect.attack),
		       value_int(a->effect.attack_hit), value_int(a->effect.normal),
		       value_int(a->effect.normal_hit), value_text(a->reason), value_name(a->owner),
		       value_name(s->boot), value_int(s->boot_until), value_int(s->remains),
		       value_uint(s->packets), value_uint(s->bytes), value_uint(s->known), value_name(s->end),
		       value_int(s->changed), value_text(s->trouble_en), value_text(s->trouble_ja)));

	if (err == ERR_LIMIT)
		return err;
	action->action.id = id; /* its own from now on, whether or not this batch comes to be */
	if (id > store->last_action)
		store->last_action = id;
	return err;
}

static uint32_t row_number(struct row *row)
{
	uint64_t number = row_uint(row);

	return number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

static void row_copy(struct row *row, char *room, size_t size)
{
	snprintf(room, size, "%s", row_text(row));
}

/* False: a name or the filter is none. */
static bool action_names(struct row *row, struct action *a)
{
	const char *verb = row_text(row), *hand = row_text(row), *state = row_text(row);
	char trouble[FILTER_TROUBLE];

	return action_verb_from_name(verb, &a->verb) && action_hand_from_name(hand, &a->hand) &&
	       action_state_from_name(state, &a->state) &&
	       filter_parse(text_span(row_text(row)), &a->filter, trouble) == OK && filter_sound(&a->filter);
}

static struct effect row_effect(struct row *row)
{
	struct effect e;

	e.attack = row_number(row);
	e.attack_hit = row_number(row);
	e.normal = row_number(row);
	e.normal_hit = row_number(row);
	return e;
}

static bool action_row_read(struct row *row, struct store_action *s)
{
	struct action *a = &s->action;

	a->id = row_uint(row);
	row_int(row); /* its stage, which its state says */
	if (!action_names(row, a))
		return false;
	a->limit = row_number(row);
	a->from = row_int(row);
	a->until = row_int(row);
	a->incident = row_uint(row);
	a->automatic = row_int(row);
	a->rehearse = row_int(row);
	a->effect = row_effect(row);
	row_copy(row, a->reason, sizeof(a->reason));
	row_copy(row, a->owner, sizeof(a->owner));
	s->boot = row_text(row);
	s->boot_until = row_int(row);
	s->remains = row_int(row);
	s->packets = row_uint(row);
	s->bytes = row_uint(row);
	s->known = row_uint(row);
	s->end = row_text(row);
	s->changed = row_int(row);
	s->trouble_en = row_text(row);
	s->trouble_ja = row_text(row);
	return a->until >= 0 && a->until <= TIME_MOST && s->boot_until >= 0 && s->boot_until <= TIME_MOST &&
	       s->remains >= -TIME_MOST && s->remains <= TIME_MOST;
}

struct action_whom {
	store_action_see *see;
	void *whom;
};

static bool action_row(void *whom, struct row *row)
{
	const struct action_whom *w = whom;
	struct store_action action = { .end = "" };

	return !action_row_read(row, &action) || w->see(w->whom, &action);
}

enum err store_action_list(struct store *store, const struct store_actions_query *query,
			   store_action_see *see, void *whom)
{
	static const char all[] = "SELECT " COLUMNS " FROM action WHERE (?1 = 0 OR incident = ?1) AND id < ?2 "
				  "ORDER BY id DESC LIMIT ?3";
	static const char some[] = "SELECT " COLUMNS " FROM action WHERE stage = ?4 AND "
				   "(?1 = 0 OR incident = ?1) AND id < ?2 ORDER BY id DESC LIMIT ?3";
	struct value incident = value_uint(query->incident);
	struct value before = value_uint(query->before ? query->before : UINT64_MAX);
	struct value limit = value_int(query->limit);
	struct action_whom seer = { see, whom };

	if (query->stage == STORE_STAGES)
		return store_ask_any(store, all, VALUES(incident, before, limit), action_row, &seer);
	return store_ask_any(store, some, VALUES(incident, before, limit, value_int(query->stage)), action_row,
			     &seer);
}
