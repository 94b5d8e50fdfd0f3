/* keeper_tell.c - joins the rules of who is told what (respond/), the queue (store/) and the teller. */
#include "tower/keeper_tell.h"

#include "tower/process.h"
#include "respond/route.h"
#include "respond/teller.h"
#include "store/store_message.h"

#include <stdlib.h>
#include <string.h>

#define CLAIM     16                   /* messages taken off the queue at a time */
#define CLAIM_FOR (300 * USEC_PER_SEC) /* longer than the teller tries */
#define UNDER_WAY 32                   /* handed over and not answered, below TELLER_WAITING */

/* What one TELL frame told: several messages when they were grouped. */
struct handed {
	uint64_t number; /* 0: free */
	uint64_t ids[CLAIM];
	unsigned count;
	uint32_t attempts;
	usec_t queued; /* of the oldest */
};

struct claimed {
	uint64_t id;
	const struct target *target; /* NULL: it is configured no more, or the message is none */
	uint32_t attempts;
	usec_t queued;
};

struct telling {
	const struct config *config;
	struct store *store;
	struct ipc *teller;
	uint64_t numbers;
	struct route routes[TARGETS_MAX];
	struct handed handed[UNDER_WAY];
	struct claimed claimed[CLAIM];
	struct message messages[CLAIM];
	unsigned claims;
};

static const char self[] = "keeper";

struct telling *telling_new(const struct config *config, struct store *store)
{
	struct telling *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->config = config;
	t->store = store;
	return t;
}

void telling_free(struct telling *t)
{
	free(t);
}

static const struct target *target_named(const struct telling *t, const char *name)
{
	for (size_t i = 0; i < t->config->tell.target_count; i++)
		if (strcmp(t->config->tell.targets[i].name, name) == 0)
			return &t->config->tell.targets[i];
	return NULL;
}

static struct route *route_of(struct telling *t, const struct target *target)
{
	return &t->routes[target - t->config->tell.targets];
}

/* False: it found no room, or the disk did not take it. */
static bool queue(struct telling *t, const struct target *target, const struct message *message,
		  usec_t now)
{
	struct route *route = route_of(t, target);
	char *body = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&body, &size);
	struct json json = json_init(out);
	struct store_message put = {
		.target = target->name,
		.severity = message->severity,
		.queued = now,
		.due = route_when(route, message, now, t->config->tell.group_seconds),
	};
	bool put_down;

	if (!out)
		return false;
	message_write(&json, message);
	if (fclose(out) != 0) {
		free(body);
		return false;
	}
	put.body = body;
	put_down = store_message_put(t->store, &put) == OK;
	free(body);
	if (!put_down)
		process_log(self, "a message to %s was not queued: %s", target->name,
			    store_trouble(t->store)->en);
	return put_down;
}

/* For everybody who is to be told of it. */
static void telling_add(struct telling *t, const struct message *message, usec_t now)
{
	for (size_t i = 0; i < t->config->tell.target_count; i++) {
		const struct target *target = &t->config->tell.targets[i];

		if (route_wants(target, message))
			queue(t, target, message, now);
	}
}

static void words(char *en, char *ja, size_t size, const struct words *from)
{
	snprintf(en, size, "%s", from->en ? from->en : "");
	snprintf(ja, size, "%s", from->ja ? from->ja : "");
}

static void message_about(struct message *m, const struct incident *incident, const char *page)
{
	char text[ENTITY_TEXT];

	m->incident = incident->id;
	snprintf(m->rule, sizeof(m->rule), "%s", incident->rule);
	snprintf(m->attack, sizeof(m->attack), "%s", incident->attack ? incident->attack : "");
	snprintf(m->who, sizeof(m->who), "%s", entity_text(&incident->who, text));
	snprintf(m->whom, sizeof(m->whom), "%s", entity_text(&incident->whom, text));
	snprintf(m->link, sizeof(m->link), "%s/#/incidents/%llu", page,
		 (unsigned long long)incident->id);
}

void telling_news(struct telling *t, const struct keeper_message *news, const char *page)
{
	static const enum message_kind kinds[] = {
		[KEEPER_OPENED] = MESSAGE_OPENED, [KEEPER_WORSE] = MESSAGE_WORSE,
		[KEEPER_ENDED] = MESSAGE_ENDED,	  [KEEPER_LEVEL] = MESSAGE_LEVEL,
		[KEEPER_TROUBLE] = MESSAGE_TROUBLE, [KEEPER_ACTED] = MESSAGE_ACTED,
	};
	struct message *m = calloc(1, sizeof(*m));

	if (!m)
		return;
	m->kind = kinds[news->news];
	m->severity = news->severity;
	m->level = news->level;
	m->at = news->at;
	m->count = 1;
	words(m->title[ENGLISH], m->title[JAPANESE], sizeof(m->title[0]), &news->title);
	words(m->summary[ENGLISH], m->summary[JAPANESE], sizeof(m->summary[0]), &news->summary);
	words(m->todo[ENGLISH], m->todo[JAPANESE], sizeof(m->todo[0]), &news->todo);
	if (news->incident)
		message_about(m, news->incident, page);
	telling_add(t, m, m->at);
	free(m);
}

bool telling_test(struct telling *t, const char *name, usec_t now)
{
	const struct target *target = target_named(t, name);
	struct message *test;
	bool queued;

	if (!target)
		return false;
	test = calloc(1, sizeof(*test));
	if (!test)
		return false;
	test->kind = MESSAGE_TEST;
	test->severity = SEVERITY_NOTICE;
	test->at = now;
	test->count = 1;
	snprintf(test->title[ENGLISH], sizeof(test->title[0]), "Hinomi: a test");
	snprintf(test->title[JAPANESE], sizeof(test->title[0]), "Hinomi: 送信テスト");
	snprintf(test->summary[ENGLISH], sizeof(test->summary[0]),
		 "This message shows that alarms reach you here. Nothing is wrong.");
	snprintf(test->summary[JAPANESE], sizeof(test->summary[0]),
		 "警報がここに届くことを確かめるためのメッセージです。異常はありません。");
	queued = queue(t, target, test, now);
	free(test);
	return queued;
}

void telling_join(struct telling *t, struct ipc *teller)
{
	t->teller = teller;
	memset(t->handed, 0, sizeof(t->handed)); /* they are due again when their claim ends */
}

static bool see_claimed(void *whom, const struct store_message *message)
{
	struct telling *t = whom;
	struct claimed *c = &t->claimed[t->claims];
	struct span body = { (const uint8_t *)message->body, strlen(message->body) };

	*c = (struct claimed){ message->id, target_named(t, message->target), message->attempts,
			       message->queued };
	if (message_read(&t->messages[t->claims], body) != OK)
		c->target = NULL;
	return ++t->claims < CLAIM;
}

static struct handed *free_place(struct telling *t)
{
	for (unsigned i = 0; i < UNDER_WAY; i++)
		if (!t->handed[i].number)
			return &t->handed[i];
	return NULL;
}

/* Takes what was claimed for one target together. */
static void gather(struct telling *t, const struct target *target, struct handed *place,
		   struct message *all)
{
	memset(place, 0, sizeof(*place));
	for (unsigned i = 0; i < t->claims; i++) {
		struct claimed *c = &t->claimed[i];

		if (c->target != target)
			continue;
		all[place->count] = t->messages[i];
		place->ids[place->count++] = c->id;
		if (c->attempts > place->attempts)
			place->attempts = c->attempts;
		if (!place->queued || c->queued < place->queued)
			place->queued = c->queued;
		c->target = NULL;
	}
}

static bool send_tell(struct telling *t, const struct tell *tell)
{
	char *body = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&body, &size);
	bool sent;

	if (!out)
		return false;
	tell_write(out, tell);
	sent = fclose(out) == 0 &&
	       ipc_send(t->teller, TELLER_TELL, (struct span){ (uint8_t *)body, size }, -1) == OK;
	free(body);
	return sent;
}

/* Hands over what was claimed for one target, as one message. What fails here is due again when its claim
 * ends. */
static void hand_over(struct telling *t, const struct target *target, struct handed *place, usec_t now)
{
	struct message *all = calloc(CLAIM, sizeof(*all));
	struct tell *tell = calloc(1, sizeof(*tell));

	if (all && tell) {
		gather(t, target, place, all);
		route_group(&tell->message, all, place->count);
		tell->number = ++t->numbers;
		snprintf(tell->target, sizeof(tell->target), "%s", target->name);
		if (place->attempts > 1 || route_admit(route_of(t, target), target, &tell->message, now)) {
			place->number = send_tell(t, tell) ? tell->number : 0;
		} else { /* too many this hour: route_more() tells how many */
			for (unsigned i = 0; i < place->count; i++)
				if (store_message_sent(t->store, place->ids[i], now) != OK)
					break;
		}
	}
	free(tell);
	free(all);
}

static void tell_more(struct telling *t, usec_t now)
{
	struct message *more = calloc(1, sizeof(*more));

	for (size_t i = 0; more && i < t->config->tell.target_count; i++)
		if (route_more(&t->routes[i], now, t->config->tell.page, more))
			queue(t, &t->config->tell.targets[i], more, now);
	free(more);
}

void telling_due(struct telling *t, usec_t now)
{
	tell_more(t, now);
	t->claims = 0;
	if (!t->teller || !free_place(t) ||
	    store_message_claim(t->store, now, now + CLAIM_FOR, CLAIM, see_claimed, t) != OK)
		return;
	for (unsigned i = 0; i < t->claims; i++) {
		struct handed *place = free_place(t);

		if (t->claimed[i].target && place)
			hand_over(t, t->claimed[i].target, place, now);
	}
}

static enum err settle(struct telling *t, const struct handed *h, uint64_t id, const struct done *done,
		       usec_t now)
{
	if (done->ok)
		return store_message_sent(t->store, id, now);
	if (done->permanent || route_gives_up(h->queued, now))
		return store_message_give_up(t->store, id, done->error);
	return store_message_put_off(t->store, id,
				     now + route_retry(h->attempts, (uint32_t)(now ^ (usec_t)id)),
				     done->error);
}

void telling_done(struct telling *t, const struct ipc_frame *frame, usec_t now)
{
	struct done done;

	if (frame->type != TELLER_DONE || done_read(&done, frame->body) != OK || !done.number)
		return;
	for (unsigned i = 0; i < UNDER_WAY; i++) {
		struct handed *h = &t->handed[i];

		if (h->number != done.number)
			continue;
		for (unsigned k = 0; k < h->count; k++)
			if (settle(t, h, h->ids[k], &done, now) == ERR_WRITE)
				process_log(self, "%s", store_trouble(t->store)->en);
		h->number = 0;
	}
}
