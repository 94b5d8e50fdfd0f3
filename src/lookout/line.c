/* line.c - the loop of a watch without packets, and what goes up and down between it and the keeper. */
#include "lookout/line.h"

#include "base/hash.h"
#include "base/pen.h"
#include "policy/level.h"
#include "policy/tower.h"
#include "tower/alert_frame.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUEUE   (8u << 20) /* bytes that may wait for the keeper in its channel */
#define WAITING (32u << 20) /* bytes of documents that wait here: thousands of sites */
#define DUE     100000     /* microseconds between two turns */

/* The newest of each name: what the keeper must know, whether it has it or not. */
struct document {
	struct document *next;
	enum watched_kind kind;
	bool gone, told;
	char name[WATCHED_NAME + 1];
	char *json;
	size_t size;
};

#define BUCKETS 4096
struct line {
	const char *self;
	struct line_calls calls;
	struct loop *loop;
	struct ipc *warden, *keeper; /* keeper NULL: not there */
	struct document *buckets[BUCKETS];
	size_t bytes;   /* of all documents */
	size_t untold;  /* documents */
	bool full;      /* it was logged */
	bool levelled;  /* a keeper has told the level; it holds until one tells another */
};

static unsigned bucket_of(enum watched_kind kind, const char *name)
{
	return (unsigned)(hash_text((const uint8_t *)name, strlen(name), (uint64_t)kind) % BUCKETS);
}

static struct document *document_of(struct line *l, enum watched_kind kind, const char *name)
{
	struct document **at = &l->buckets[bucket_of(kind, name)], *made;

	for (; *at; at = &(*at)->next)
		if ((*at)->kind == kind && strcmp((*at)->name, name) == 0)
			return *at;
	if (strlen(name) > WATCHED_NAME)
		return NULL;
	made = calloc(1, sizeof(*made));
	if (!made)
		return NULL;
	made->kind = kind;
	made->told = true;
	memcpy(made->name, name, strlen(name));
	*at = made;
	return made;
}

static void document_untell(struct line *l, struct document *document)
{
	l->untold += document->told;
	document->told = false;
}

/* False: there is no room now. */
static bool document_send(struct line *l, const struct document *document)
{
	size_t name = strlen(document->name), size = 3 + name + document->size;
	uint8_t *room = malloc(size);
	struct pen pen = pen_init(room, room ? size : 0);
	bool sent;

	if (!room)
		return false;
	pen_le(&pen, document->kind, 1);
	pen_le(&pen, document->gone ? WATCHED_GONE : WATCHED_IS, 1);
	pen_le(&pen, name, 1);
	pen_span(&pen, (struct span){ (const uint8_t *)document->name, name });
	pen_span(&pen, (struct span){ (const uint8_t *)document->json, document->size });
	sent = ipc_send(l->keeper, FRAME_WATCHED, (struct span){ room, pen.used }, -1) == OK;
	free(room);
	return sent;
}

/* Sends what waits, as far as there is room; those that are gone are forgotten. */
static void documents_send(struct line *l)
{
	for (unsigned i = 0; i < BUCKETS && l->keeper && l->untold; i++)
		for (struct document **at = &l->buckets[i]; *at;) {
			struct document *document = *at;

			if (!document->told && !document_send(l, document))
				return;
			l->untold -= !document->told;
			document->told = true;
			if (document->gone) {
				*at = document->next;
				free(document->json);
				free(document);
			} else {
				at = &document->next;
			}
		}
}

/* A keeper that begins anew knows nothing. */
static void documents_untell(struct line *l)
{
	for (unsigned i = 0; i < BUCKETS; i++)
		for (struct document *document = l->buckets[i]; document; document = document->next)
			document_untell(l, document);
}

void line_tell(struct line *line, enum watched_kind kind, const char *name, struct span json)
{
	struct document *document;
	char *copy;

	if (json.len > watched_most(kind) || strlen(name) > WATCHED_NAME) {
		process_log(line->self, "what is to be told of '%.60s' is too long", name);
		return;
	}
	document = document_of(line, kind, name);
	copy = document ? malloc(json.len + 1) : NULL;
	if (!copy || line->bytes - document->size + json.len > WAITING) {
		if (!line->full)
			process_log(line->self, "there is no room for all that is to be told");
		line->full = true;
		free(copy);
		return;
	}
	memcpy(copy, json.ptr, json.len);
	line->bytes += json.len - document->size;
	free(document->json);
	document->json = copy;
	document->size = json.len;
	document->gone = false;
	document_untell(line, document);
}

void line_gone(struct line *line, enum watched_kind kind, const char *name)
{
	struct document *document = document_of(line, kind, name);

	if (!document)
		return;
	line->bytes -= document->size;
	free(document->json);
	document->json = NULL;
	document->size = 0;
	document->gone = true;
	document_untell(line, document);
}

void line_alert(struct line *line, const struct alert *alert)
{
	uint8_t room[ALERT_FRAME_MAX];
	struct pen pen = pen_init(room, sizeof(room));

	alert_frame_write(&pen, alert);
	/* without a keeper it is not lost: alerts are repeated as long as they hold */
	if (line->keeper && !pen.cut &&
	    ipc_send(line->keeper, FRAME_ALERT, (struct span){ room, pen.used }, -1) != OK)
		process_log(line->self, "an alert did not reach the keeper");
}

static void keeper_leave(struct line *l)
{
	if (!l->keeper)
		return;
	loop_forget(l->loop, ipc_fd(l->keeper));
	ipc_free(l->keeper);
	l->keeper = NULL;
}

static bool keeper_frame(void *whom, const struct ipc_frame *frame)
{
	struct line *l = whom;

	if (frame->type == FRAME_LEVEL && frame->body.len == 1 && frame->body.ptr[0] < LEVELS) {
		l->levelled = true;
		l->calls.level(l->calls.whom, (enum level)frame->body.ptr[0]);
	} else if (frame->type == FRAME_WATCH_DO) {
		l->calls.request(l->calls.whom, frame->body);
	}
	return l->keeper != NULL;
}

static void keeper_ready(void *whom, unsigned events)
{
	struct line *l = whom;

	(void)events;
	if (l->keeper && ipc_read(l->keeper, keeper_frame, l) != OK)
		keeper_leave(l);
}

static void keeper_join(struct line *l, int fd)
{
	keeper_leave(l);
	l->keeper = ipc_new(fd, QUEUE, false);
	if (l->keeper && !loop_watch(l->loop, ipc_fd(l->keeper), LOOP_READ, keeper_ready, l)) {
		ipc_free(l->keeper);
		l->keeper = NULL;
	}
	documents_untell(l);
}

static bool warden_frame(void *whom, const struct ipc_frame *frame)
{
	struct line *l = whom;

	/* the keeper's peers get theirs as TOWER_KEEPER (tower/process.h) */
	if (frame->type == TOWER_KEEPER && frame->fd >= 0) {
		keeper_join(l, frame->fd);
		return true;
	}
	if (frame->type == FRAME_CONFIG && l->calls.configure)
		l->calls.configure(l->calls.whom, frame);
	if (frame->fd >= 0)
		close(frame->fd);
	return true;
}

static void warden_ready(void *whom, unsigned events)
{
	struct line *l = whom;

	(void)events;
	if (ipc_read(l->warden, warden_frame, l) != OK)
		loop_stop(l->loop);
}

static void due(void *whom, int64_t now)
{
	struct line *l = whom;

	documents_send(l);
	if (l->keeper && ipc_flush(l->keeper) != OK)
		keeper_leave(l);
	/* before the level is known nothing is judged by it */
	if (l->levelled)
		l->calls.due(l->calls.whom, now);
}

static void line_signal(void *whom, const struct signalfd_siginfo *info)
{
	(void)info;
	loop_stop(((struct line *)whom)->loop);
}

struct line *line_new(const char *self, int warden_fd, const struct line_calls *calls)
{
	struct line *l = calloc(1, sizeof(*l));
	sigset_t term;

	if (!l)
		return NULL;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	l->self = self;
	l->calls = *calls;
	l->warden = ipc_new(warden_fd, QUEUE, true);
	l->loop = loop_new();
	if (l->warden && l->loop && loop_signals(l->loop, &term, line_signal, l) &&
	    loop_watch(l->loop, ipc_fd(l->warden), LOOP_READ, warden_ready, l) && loop_every(l->loop, DUE, due, l))
		return l;
	return NULL; /* the process ends: the kernel takes the rest back */
}

struct loop *line_loop(struct line *line)
{
	return line->loop;
}

bool line_run(struct line *line)
{
	return loop_run(line->loop);
}
