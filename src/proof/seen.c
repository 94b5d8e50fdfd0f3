/* seen.c - snapshots that vanished, and such that are dated into the future. */
#include "proof/seen.h"

#include "base/hash.h"
#include "base/text.h"

#include <jansson.h>
#include <stdlib.h>

static const char kind[] = "seen";

void seen_free(struct seen *seen)
{
	free(seen->ones);
	*seen = (struct seen){ .count = 0 };
}

enum err seen_add(struct seen *seen, const struct seen_one *one)
{
	if (seen->count ==
	    SEEN_MAX) { /* snapshots come oldest first: that one is the least missed */
		memmove(seen->ones, seen->ones + 1, (seen->count - 1) * sizeof(*seen->ones));
		seen->count--;
		seen->lost++;
	}
	if (seen->count == seen->room) {
		size_t room = seen->room ? 2 * seen->room : 64;
		struct seen_one *ones = realloc(seen->ones, room * sizeof(*ones));

		if (!ones)
			return ERR_MEMORY;
		seen->ones = ones;
		seen->room = room;
	}
	seen->ones[seen->count++] = *one;
	return OK;
}

struct seen_one *seen_find(const struct seen *seen, const char *id)
{
	for (size_t i = 0; i < seen->count; i++)
		if (strcmp(seen->ones[i].id, id) == 0)
			return &seen->ones[i];
	return NULL;
}

uint64_t seen_set(const struct snapshot *snapshot)
{
	uint64_t key = hash_text((const uint8_t *)snapshot->host, strlen(snapshot->host), HASH_K2);

	for (unsigned i = 0; i < SNAPSHOT_PATHS && *snapshot->paths[i]; i++)
		key = hash_text((const uint8_t *)snapshot->paths[i], strlen(snapshot->paths[i]),
				key);
	return key;
}

uint64_t seen_tree(const struct snapshot *snapshot)
{
	return *snapshot->tree ? hash_text((const uint8_t *)snapshot->tree, strlen(snapshot->tree), HASH_K2) : 0;
}

enum err seen_load(struct ledger *ledger, const char *name, struct seen *seen)
{
	char *body = NULL;
	enum err err = ledger_get(ledger, kind, name, &body);
	json_t *from, *one;
	size_t i;

	if (err == ERR_EMPTY)
		return OK;
	if (err != OK)
		return err;
	from = json_loads(body, 0, NULL);
	free(body);
	json_array_foreach(from, i, one)
	{
		const char *id = json_string_value(json_array_get(one, 0));
		struct seen_one is = { .at = (usec_t)json_integer_value(json_array_get(one, 1)),
				       .set = (uint64_t)json_integer_value(json_array_get(one, 2)),
				       .ours = json_is_true(json_array_get(one, 3)),
				       .gone = json_is_true(json_array_get(one, 4)),
				       .tree = (uint64_t)json_integer_value(json_array_get(one, 5)) };

		snprintf(is.id, sizeof(is.id), "%s", id ? id : "");
		if (err == OK && is.id[0])
			err = seen_add(seen, &is);
	}
	json_decref(from);
	return err;
}

enum err seen_save(struct ledger *ledger, const char *name, const struct seen *seen)
{
	json_t *all = json_array();
	char *body;
	enum err err;

	for (size_t i = 0; i < seen->count; i++) {
		const struct seen_one *is = &seen->ones[i];

		json_array_append_new(all, json_pack("[s, I, I, b, b, I]", is->id, (json_int_t)is->at,
						     (json_int_t)is->set, is->ours, is->gone,
						     (json_int_t)is->tree));
	}
	body = all ? json_dumps(all, JSON_COMPACT) : NULL;
	err = body ? ledger_put(ledger, kind, name, text_span(body)) : ERR_MEMORY;
	free(body);
	json_decref(all);
	return err;
}

/* --- the judgement */

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct seen_one *)a)->id, ((const struct seen_one *)b)->id);
}

/* A copy in the order of the ids: each look is n log n, not n². */
static struct seen_one *sorted(const struct seen *seen)
{
	struct seen_one *copy = malloc(seen->count * sizeof(*copy) + 1);

	if (copy && seen->count) {
		memcpy(copy, seen->ones, seen->count * sizeof(*copy));
		qsort(copy, seen->count, sizeof(*copy), by_id);
	}
	return copy;
}

/* Its tags or its name were changed: it has another id, and is the same otherwise. With other contents it is another
 * one, whatever it says of its time and host. */
static bool was_rewritten(const struct seen_one *one, const struct seen *now)
{
	for (size_t i = 0; i < now->count; i++)
		if (now->ones[i].at == one->at && now->ones[i].set == one->set &&
		    (!now->ones[i].tree || !one->tree || now->ones[i].tree == one->tree))
			return true;
	return false;
}

/* Beyond what is remembered: the oldest fell out, and nothing is known of them. */
static bool is_beyond(const struct seen_one *one, const struct seen *now)
{
	return now->lost && one->at <= now->ones[0].at;
}

/* Rules of retention take old ones; never the newest of its set. */
static bool was_newest(const struct seen_one *one, const struct seen *before)
{
	for (size_t i = 0; i < before->count; i++)
		if (before->ones[i].set == one->set && before->ones[i].at > one->at)
			return false;
	return true;
}

static void add_example(struct seen_finding *finding, const char *id)
{
	if (finding->example_count < SEEN_EXAMPLES)
		snprintf(finding->examples[finding->example_count++], SNAPSHOT_ID, "%s", id);
}

static void look_back(const struct seen_ask *ask, const struct seen_one *now,
		      struct seen_finding *finding)
{
	bool newest = false;
	size_t known = 0;

	for (size_t i = 0; i < ask->before->count; i++) {
		struct seen_one *one = &ask->before->ones[i];

		if (one->gone)
			continue;
		known++;
		if (bsearch(one, now, ask->now->count, sizeof(*now), by_id) || is_beyond(one, ask->now) ||
		    was_rewritten(one, ask->now))
			continue;
		finding->vanished++;
		newest |= was_newest(one, ask->before);
		add_example(finding, one->id);
	}
	if (!finding->vanished)
		return;
	if (ask->repository->run || ask->repository->append_only)
		finding->why = SEEN_VANISHED;
	else if (newest)
		finding->why = SEEN_NEWEST_GONE;
	else if (known >= 6 && finding->vanished * 2 > known)
		finding->why = SEEN_MOST_GONE;
}

void seen_judge(const struct seen_ask *ask, struct seen_finding *finding)
{
	struct seen_finding found = { .why = SEEN_FINE };
	struct seen_one *now = sorted(ask->now);

	if (now)
		look_back(ask, now, &found);
	free(now);
	for (size_t i = 0; ask->clock && i < ask->now->count; i++) {
		const struct seen_one *one = &ask->now->ones[i];

		if (one->at <= ask->at + SEEN_AHEAD)
			continue;
		found.future++;
		if (seen_find(ask->before, one->id)) /* told already, and settled or still open */
			continue;
		if (found.why == SEEN_FINE)
			found.why = SEEN_FUTURE;
		add_example(&found, one->id);
	}
	*finding = found;
}
