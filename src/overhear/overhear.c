/* overhear.c - messages grow in their files, in whatever order the workers see their parts. */
#include "overhear/overhear.h"

#include "base/text.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct overhear {
	const struct home *home;
	pthread_mutex_t lock; /* of all below */
	struct gathered {
		struct gathered *next;
		struct overhear *all;
		struct overheard message;
		bool full; /* not all of it found room */
	} *first, **last;      /* that wait to be taken */
	unsigned count;
	uint64_t bytes, lost;
};

struct overhear *overhear_new(const struct home *home)
{
	struct overhear *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	o->home = home;
	o->last = &o->first;
	pthread_mutex_init(&o->lock, NULL);
	return o;
}

void overhear_free(struct overhear *o)
{
	struct overheard message;

	if (!o)
		return;
	while (overhear_take(o, &message))
		close(message.fd);
	pthread_mutex_destroy(&o->lock);
	free(o);
}

/* Room for so many bytes of one that begins, or goes on. False: there is none. */
static bool reserve(struct overhear *o, unsigned messages, uint64_t bytes)
{
	bool room;

	pthread_mutex_lock(&o->lock);
	room = o->count + messages <= OVERHEAR_MESSAGES && o->bytes + bytes <= OVERHEAR_BYTES;
	if (room) {
		o->count += messages;
		o->bytes += bytes;
	}
	pthread_mutex_unlock(&o->lock);
	return room;
}

static void give_back(struct overhear *o, uint64_t bytes, bool lost)
{
	pthread_mutex_lock(&o->lock);
	o->count--;
	o->bytes -= bytes;
	o->lost += lost;
	pthread_mutex_unlock(&o->lock);
}

static void note_lost(struct overhear *o)
{
	pthread_mutex_lock(&o->lock);
	o->lost++;
	pthread_mutex_unlock(&o->lock);
}

/* The first of the receivers, and how many they are. */
static void take_receivers(struct overheard *m, struct span to)
{
	struct span word;

	while (text_word(&to, &word))
		if (m->receivers++ == 0)
			snprintf(m->to, sizeof(m->to), "%.*s", (int)word.len, (const char *)word.ptr);
}

static struct overheard message_of(const struct overhear *o, const struct talk_mail *mail)
{
	const struct ip *client = &mail->key->ip[mail->client], *server = &mail->key->ip[!mail->client];
	struct overheard m = { .order = mail->at.order, .at = mail->at.ts,
			       .direction = home_direction(o->home, client, server) };

	ip_text(client, m.client);
	snprintf(m.from, sizeof(m.from), "%.*s", (int)mail->from.len, (const char *)mail->from.ptr);
	take_receivers(&m, mail->to);
	return m;
}

static void *begin(void *whom, const struct talk_mail *mail)
{
	struct overhear *o = whom;
	struct gathered *g = reserve(o, 1, 0) ? calloc(1, sizeof(*g)) : NULL;

	if (!g) {
		note_lost(o);
		return NULL;
	}
	g->all = o;
	g->message = message_of(o, mail);
	g->message.fd = memfd_create("overheard", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (g->message.fd >= 0)
		return g;
	give_back(o, 0, true);
	free(g);
	return NULL;
}

static void part(void *reader, struct span bytes)
{
	struct gathered *g = reader;

	if (g->full)
		return;
	if (!reserve(g->all, 0, bytes.len)) {
		g->full = true;
		return;
	}
	g->message.bytes += bytes.len;
	g->full = !span_write(g->message.fd, bytes);
}

/* What was not seen as a whole is examined as far as it goes: what is found in it is true. */
static void end(void *reader, const struct talk_mail_end *how)
{
	struct gathered *g = reader;
	struct overhear *o = g->all;
	bool sealed = !g->full && g->message.bytes > 0 &&
		      fcntl(g->message.fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0;

	(void)how;
	if (!sealed) {
		close(g->message.fd);
		give_back(o, g->message.bytes, g->full);
		free(g);
		return;
	}
	pthread_mutex_lock(&o->lock);
	*o->last = g;
	o->last = &g->next;
	pthread_mutex_unlock(&o->lock);
}

struct talk_mail_sink overhear_sink(struct overhear *o)
{
	return (struct talk_mail_sink){ o, begin, part, end };
}

bool overhear_take(struct overhear *o, struct overheard *message)
{
	struct gathered *g;

	pthread_mutex_lock(&o->lock);
	g = o->first;
	if (g)
		o->first = g->next;
	if (!o->first)
		o->last = &o->first;
	pthread_mutex_unlock(&o->lock);
	if (!g)
		return false;
	*message = g->message;
	free(g);
	return true;
}

void overhear_done(struct overhear *o, const struct overheard *message)
{
	give_back(o, message->bytes, false);
}

struct mail_way overheard_way(const struct overheard *m)
{
	return (struct mail_way){
		.client = m->client,
		.sender = m->from,
		.receiver = m->to,
		.receivers = m->receivers,
		.done = "seen as it passed by",
		.bytes = m->bytes,
		.at = m->at,
		.direction = m->direction,
	};
}

uint64_t overhear_lost(struct overhear *o)
{
	uint64_t lost;

	pthread_mutex_lock(&o->lock);
	lost = o->lost;
	pthread_mutex_unlock(&o->lock);
	return lost;
}
