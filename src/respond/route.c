/* route.c - who is told what, and when. */
#include "respond/route.h"

#include "base/text.h"

#include <stdio.h>

/* Of an incident; the others are few, and are told as they are. */
static bool is_case(const struct message *message)
{
	return message->kind == MESSAGE_OPENED || message->kind == MESSAGE_WORSE ||
	       message->kind == MESSAGE_ENDED;
}

bool route_wants(const struct target *target, const struct message *message)
{
	enum severity least = target->by_level ? level_rules(message->level)->tell_from : target->least;

	if (message->kind == MESSAGE_TEST)
		return true;
	if (!is_case(message))
		return target->by_level || message->severity >= least;
	return (target->levels & 1u << message->level) != 0 && message->severity >= least;
}

usec_t route_when(const struct route *route, const struct message *message, usec_t now,
		  uint32_t group_seconds)
{
	usec_t due = route->last + group_seconds * USEC_PER_SEC;

	if (!is_case(message) || message->severity == SEVERITY_CRITICAL || route->last == 0 || due <= now)
		return now;
	/* A clock that was set back must not hold it for long. */
	return due - now > group_seconds * USEC_PER_SEC ? now : due;
}

bool route_admit(struct route *route, const struct target *target, const struct message *message,
		 usec_t now)
{
	bool critical = message->severity == SEVERITY_CRITICAL;
	uint32_t *told = critical ? &route->critical : &route->told;

	if (is_case(message))
		route->last = now;
	if (message->kind == MESSAGE_TEST || target->max_per_hour == 0)
		return true;
	if (route->hour == 0 || now - route->hour >= ROUTE_HOUR || now < route->hour) {
		route->hour = now;
		route->told = route->critical = 0;
	}
	if (*told >= target->max_per_hour) {
		route->held += message->count ? message->count : 1;
		return false;
	}
	(*told)++;
	return true;
}

bool route_more(struct route *route, usec_t now, const char *link, struct message *more)
{
	if (route->held == 0 || (now - route->hour < ROUTE_HOUR && now >= route->hour))
		return false;
	memset(more, 0, sizeof(*more));
	more->kind = MESSAGE_MORE;
	more->severity = SEVERITY_WARNING;
	more->at = now;
	more->count = route->held;
	snprintf(more->title[ENGLISH], sizeof(more->title[0]), "%u more, see the page", route->held);
	snprintf(more->title[JAPANESE], sizeof(more->title[0]), "ほか %u 件あります。画面をご覧ください",
		 route->held);
	snprintf(more->summary[ENGLISH], sizeof(more->summary[0]),
		 "More happened in the last hour than this target is told in one: %u were not sent.",
		 route->held);
	snprintf(more->summary[JAPANESE], sizeof(more->summary[0]),
		 "直近 1 時間の通知がこの通知先の上限を超えたため、%u 件は送信していません。", route->held);
	message_text(more->link, sizeof(more->link), link);
	route->hour = now;
	route->told = 1;
	route->critical = route->held = 0;
	return true;
}

/* Nothing later in the list is about the same incident. */
static bool is_last_word(const struct message *all, size_t count, size_t index)
{
	for (size_t i = index + 1; i < count; i++)
		if (all[i].incident && all[i].incident == all[index].incident)
			return false;
	return true;
}

/* Appends a line of a message to the summary, in both languages or in none: a part of a line could end
 * within a rune. False: it does not fit. */
static bool add_line(struct message *group, const struct message *one)
{
	const size_t room = sizeof(group->summary[0]) - 32; /* for "and 12 more" */
	char en[sizeof(one->title[0]) + 16], ja[sizeof(one->title[0]) + 16];

	snprintf(en, sizeof(en), "%s: %s\n", severity_name(one->severity), one->title[ENGLISH]);
	snprintf(ja, sizeof(ja), "%s：%s\n", severity_japanese(one->severity), one->title[JAPANESE]);
	if (strlen(group->summary[ENGLISH]) + strlen(en) >= room ||
	    strlen(group->summary[JAPANESE]) + strlen(ja) >= room)
		return false;
	text_append(group->summary[ENGLISH], sizeof(group->summary[0]), "%s", en);
	text_append(group->summary[JAPANESE], sizeof(group->summary[0]), "%s", ja);
	return true;
}

/* The headline of several, which names the most severe one. */
static void group_title(struct message *group, const struct message *worst, bool cases)
{
	char text[sizeof(worst->title[0]) + 64];

	snprintf(text, sizeof(text), "%u %s, first of all: %s", group->count,
		 cases ? "incidents" : "messages", worst->title[ENGLISH]);
	message_text(group->title[ENGLISH], sizeof(group->title[0]), text);
	snprintf(text, sizeof(text), "%s %u 件、最優先：%s", cases ? "事案" : "通知", group->count,
		 worst->title[JAPANESE]);
	message_text(group->title[JAPANESE], sizeof(group->title[0]), text);
}

/* Lines of all that have the last word, the most severe first; how many found no room. */
static uint32_t group_lines(struct message *group, const struct message *all, size_t count)
{
	uint32_t left = 0;

	for (int severity = SEVERITY_CRITICAL; severity >= SEVERITY_INFO; severity--)
		for (size_t i = 0; i < count; i++)
			if ((int)all[i].severity == severity && is_last_word(all, count, i))
				left += left || !add_line(group, &all[i]);
	return left;
}

void route_group(struct message *group, const struct message *all, size_t count)
{
	const struct message *worst = NULL;
	uint32_t told = 0, left;
	bool cases = true;

	for (size_t i = 0; i < count; i++)
		if (is_last_word(all, count, i)) {
			told++;
			cases = cases && is_case(&all[i]);
			if (!worst || all[i].severity > worst->severity)
				worst = &all[i];
		}
	*group = *worst;
	if (told == 1)
		return;
	group->incident = 0;
	group->count = told;
	group->who[0] = group->whom[0] = group->rule[0] = group->attack[0] = '\0';
	group->summary[ENGLISH][0] = group->summary[JAPANESE][0] = '\0';
	group->at = all[0].at;
	group->level = all[count - 1].level;
	group_title(group, worst, cases);
	left = group_lines(group, all, count);
	if (left) {
		text_append(group->summary[ENGLISH], sizeof(group->summary[0]), "and %u more\n", left);
		text_append(group->summary[JAPANESE], sizeof(group->summary[0]), "ほか %u 件\n", left);
	}
}

usec_t route_retry(unsigned failures, uint32_t chance)
{
	usec_t delay = ROUTE_FIRST;

	for (unsigned i = 1; i < failures && delay < ROUTE_LONGEST; i++)
		delay *= 2;
	if (delay > ROUTE_LONGEST)
		delay = ROUTE_LONGEST;
	return delay + delay / 4 * (usec_t)(chance % 1024) / 1024;
}

bool route_gives_up(usec_t first, usec_t now)
{
	return now - first >= ROUTE_GIVE_UP;
}
