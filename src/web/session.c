/* session.c - the table of sessions: 256 places, looked through from end to end. */
#include "web/session.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SESSIONS_MAX 256
#define OF_ONE_MAX   16 /* sessions of one user */

struct sessions {
	usec_t life, idle;
	uint64_t serial; /* the last that was given */
	struct session table[SESSIONS_MAX];
};

struct sessions *sessions_new(usec_t life, usec_t idle)
{
	struct sessions *s = calloc(1, sizeof(*s));

	if (s) {
		s->life = life;
		s->idle = idle;
	}
	return s;
}

void sessions_free(struct sessions *s)
{
	if (s)
		sodium_memzero(s, sizeof(*s));
	free(s);
}

usec_t session_left(const struct sessions *s, const struct session *session, usec_t now)
{
	usec_t life = session->begun + s->life - now;
	usec_t idle = session->used + s->idle - now;

	return session->role == TOWER_VIEWER || life < idle ? life : idle;
}

static bool session_lasts(const struct sessions *s, const struct session *session, usec_t now)
{
	return session->serial != 0 && session_left(s, session, now) > 0;
}

static void token_make(char token[SESSION_TOKEN])
{
	uint8_t bytes[32];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2base64(token, SESSION_TOKEN, bytes, sizeof(bytes),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(bytes, sizeof(bytes));
}

static void token_hash(const char *token, uint8_t hash[32])
{
	crypto_generichash(hash, 32, (const uint8_t *)token, strlen(token), NULL, 0);
}

/* A place for one more session of that user: his oldest when he has many, else a free one or one that is
 * over, else the one that was not used for the longest time. */
static struct session *session_place(struct sessions *s, const char *name, usec_t now)
{
	struct session *oldest = NULL, *place = &s->table[0];
	unsigned of_one = 0;

	for (struct session *t = s->table; t < s->table + SESSIONS_MAX; t++) {
		if (!session_lasts(s, t, now))
			t->serial = 0;
		else if (strcmp(t->name, name) == 0) {
			of_one++;
			oldest = oldest && oldest->begun <= t->begun ? oldest : t;
		}
		if (place->serial != 0 && (t->serial == 0 || t->used < place->used))
			place = t;
	}
	return of_one >= OF_ONE_MAX ? oldest : place;
}

const struct session *sessions_begin(struct sessions *s, const char *name, enum tower_role role,
				     usec_t now, char token[SESSION_TOKEN])
{
	struct session *place = session_place(s, name, now);

	*place = (struct session){ .serial = ++s->serial, .role = role, .begun = now, .used = now };
	snprintf(place->name, sizeof(place->name), "%s", name);
	token_make(place->csrf);
	token_make(token);
	token_hash(token, place->hash);
	return place;
}

const struct session *sessions_find(struct sessions *s, const char *token, usec_t now)
{
	uint8_t hash[32];

	token_hash(token, hash);
	for (struct session *t = s->table; t < s->table + SESSIONS_MAX; t++) {
		if (session_lasts(s, t, now) && sodium_memcmp(t->hash, hash, sizeof(hash)) == 0) {
			t->used = now;
			return t;
		}
	}
	return NULL;
}

bool sessions_lasts(const struct sessions *s, uint64_t serial, usec_t now)
{
	for (const struct session *t = s->table; t < s->table + SESSIONS_MAX; t++)
		if (t->serial == serial)
			return session_lasts(s, t, now);
	return false;
}

void sessions_end(struct sessions *s, uint64_t serial)
{
	for (struct session *t = s->table; t < s->table + SESSIONS_MAX; t++)
		if (t->serial == serial)
			sodium_memzero(t, sizeof(*t));
}

void sessions_end_of(struct sessions *s, const char *name)
{
	for (struct session *t = s->table; t < s->table + SESSIONS_MAX; t++)
		if (strcmp(t->name, name) == 0)
			sodium_memzero(t, sizeof(*t));
}
