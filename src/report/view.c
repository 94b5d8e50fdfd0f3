/* view.c - order of the incidents, and the answer. */
#include "report/view.h"

#include <stdlib.h>

#define TITLES_SHOWN 4 /* titles of one attack in its headline */

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_time(usec_t a, usec_t b)
{
	return (a > b) - (a < b);
}

/* Brings incidents of one group together; those alone stand by their id. */
static int item_by_group(const void *left, const void *right)
{
	const struct incident *a = ((const struct view_item *)left)->incident;
	const struct incident *b = ((const struct view_item *)right)->incident;
	int order = compare(a->group, b->group);

	return order != 0 ? order : compare(a->id, b->id);
}

static int item_by_weight(const void *left, const void *right)
{
	const struct view_item *a = left, *b = right;
	int order = compare(b->severity, a->severity);

	if (order == 0)
		order = compare_time(a->opened, b->opened);
	if (order == 0)
		order = compare(a->attack, b->attack);
	if (order == 0)
		order = compare(b->incident->severity, a->incident->severity);
	if (order == 0)
		order = compare_time(a->incident->opened, b->incident->opened);
	return order != 0 ? order : compare(a->incident->id, b->incident->id);
}

static bool item_joins(const struct view_item *item, const struct view_item *before)
{
	return item->incident->group != 0 && item->incident->group == before->incident->group;
}

/* Gives every item of an attack the attack's number, severity and time. */
static void attack_mark(struct view_item *items, size_t count, unsigned number)
{
	enum severity severity = items->incident->severity;
	usec_t opened = items->incident->opened;

	for (size_t i = 1; i < count; i++) {
		if (items[i].incident->severity > severity)
			severity = items[i].incident->severity;
		if (items[i].incident->opened < opened)
			opened = items[i].incident->opened;
	}
	for (size_t i = 0; i < count; i++) {
		items[i].severity = severity;
		items[i].opened = opened;
		items[i].attack = number;
		items[i].parts = (unsigned)count;
	}
}

static void attack_count(struct view *view, const struct view_item *items, size_t count)
{
	bool ongoing = false, internal = false;

	if (items->severity == SEVERITY_INFO) {
		view->remarks++;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		enum direction direction = items[i].incident->direction;

		ongoing |= items[i].incident->ongoing;
		internal |= direction == DIRECTION_OUTBOUND || direction == DIRECTION_INTERNAL;
	}
	view->attacks++;
	view->ongoing += ongoing;
	view->internal += internal;
}

/* The number of items, from the first on, that belong to its attack. */
static size_t attack_length(const struct view_item *items, size_t left)
{
	size_t n = 1;

	while (n < left && item_joins(&items[n], &items[0]))
		n++;
	return n;
}

enum err view_new(struct view *view, const struct incident *incidents, size_t count)
{
	struct view_item *items = NULL;
	unsigned number = 0;

	if (count > 0) {
		items = calloc(count, sizeof(*items));
		if (items == NULL)
			return ERR_MEMORY;
	}
	for (size_t i = 0; i < count; i++)
		items[i].incident = &incidents[i];
	if (count > 0)
		qsort(items, count, sizeof(*items), item_by_group);
	*view = (struct view){.items = items, .count = count};
	for (size_t i = 0, n; i < count; i += n) {
		n = attack_length(&items[i], count - i);
		attack_mark(&items[i], n, ++number);
		attack_count(view, &items[i], n);
	}
	if (count > 0)
		qsort(items, count, sizeof(*items), item_by_weight);
	number = 0;
	for (size_t i = 0, n; i < count; i += n) {
		n = attack_length(&items[i], count - i);
		number++;
		for (size_t part = 0; part < n; part++) {
			items[i + part].attack = number;
			items[i + part].part = (unsigned)part;
		}
	}
	return OK;
}

void view_free(struct view *view)
{
	free(view->items);
	*view = (struct view){0};
}

static unsigned run_troubles(const struct run *run)
{
	unsigned troubles = 0;

	for (size_t i = 0; i < run->input_count; i++)
		troubles += !run->inputs[i].ok;
	return troubles;
}

static void answer_calm(struct answer *answer, const struct view *view, uint64_t packets)
{
	char seen[TEXT_NUMBER + 32];

	snprintf(answer->headline, VIEW_TEXT, "Nothing found that needs you.");
	if (view->remarks == 1)
		text_append(answer->detail, VIEW_TEXT, "One thing is noted for your information.");
	else if (view->remarks > 1)
		text_append(answer->detail, VIEW_TEXT, "%u things are noted for your information.",
			    view->remarks);
	else
		text_append(answer->detail, VIEW_TEXT, "No attack was seen in %s.",
			    text_plural(packets, "packet", seen));
}

static void answer_attacks(struct answer *answer, const struct view *view)
{
	char severity[TEXT_NUMBER], attacks[TEXT_NUMBER + 32], title[VIEW_TEXT];
	const struct incident *worst = view->items[0].incident;

	view_severity(answer->severity, severity);
	snprintf(answer->headline, VIEW_TEXT,
		 view->attacks == 1 ? "%s found: %s." : "%s found. Most severe: %s.",
		 text_plural(view->attacks, "attack", attacks), severity);
	view_attack_title(view->items, title);
	text_append(answer->detail, VIEW_TEXT, "%s", title);
	if (worst->whom.kind != ENTITY_NONE && worst->whom.kind != ENTITY_MANY)
		text_append(answer->detail, VIEW_TEXT, " against %s",
			    entity_text(&worst->whom, title));
	text_append(answer->detail, VIEW_TEXT, ".");
	if (view->ongoing > 0 && view->attacks == 1)
		text_append(answer->detail, VIEW_TEXT, " It still went on when the capture ended.");
	else if (view->ongoing > 0)
		text_append(answer->detail, VIEW_TEXT,
			    " %u of them still went on when the capture ended.", view->ongoing);
	if (view->internal > 0 && view->attacks == 1)
		text_append(answer->detail, VIEW_TEXT, " It comes from your own network.");
	else if (view->internal > 0)
		text_append(answer->detail, VIEW_TEXT, " %u of them come%s from your own network.",
			    view->internal, view->internal == 1 ? "s" : "");
}

void view_answer(struct answer *answer, const struct view *view, const struct run *run)
{
	unsigned troubles = run_troubles(run);

	*answer = (struct answer){.judged = view->attacks > 0 || run->ip4 + run->ip6 > 0,
				  .calm = view->attacks == 0};
	if (view->count > 0)
		answer->severity = view->items[0].severity;
	if (view->attacks > 0)
		answer_attacks(answer, view);
	else if (answer->judged)
		answer_calm(answer, view, run->frames);
	else
		snprintf(answer->headline, VIEW_TEXT, "Nothing can be said: %s.",
			 run->frames == 0 ? "not one packet could be read"
					  : "there is not one IP packet in it");
	if (troubles > 0)
		text_append(answer->detail, VIEW_TEXT, "%s%s: see \"Trouble with the input\".",
			    answer->detail[0] != '\0' ? " " : "",
			    troubles == 1 ? "One input had trouble" : "Some inputs had trouble");
}

void view_attack_title(const struct view_item *item, char text[VIEW_TEXT])
{
	unsigned shown = item->parts < TITLES_SHOWN ? item->parts : TITLES_SHOWN;

	text[0] = '\0';
	for (unsigned i = 0; i < shown; i++)
		text_append(text, VIEW_TEXT, "%s%s", i > 0 ? " + " : "", item[i].incident->title);
	if (item->parts > shown)
		text_append(text, VIEW_TEXT, " + %u more", item->parts - shown);
}

usec_t view_length(usec_t from, usec_t to)
{
	usec_t length;

	if (__builtin_sub_overflow(to, from, &length))
		return to > from ? INT64_MAX : 0;
	return length > 0 ? length : 0;
}

enum err view_flush(FILE *out)
{
	return fflush(out) != 0 || ferror(out) ? ERR_READ : OK;
}
