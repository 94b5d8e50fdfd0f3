/*
 * store_incident.h - cases, their story, what people said about them, and their packets.
 */
#ifndef STORE_STORE_INCIDENT_H
#define STORE_STORE_INCIDENT_H

#include "base/span.h"
#include "policy/level.h"
#include "store/store_log.h"

#define STORE_EVIDENCE (2u << 20) /* bytes of the packets of one case */
#define STORE_STORY    200        /* entries of a case; beyond it the oldest go */
#define STORE_NOTES    100        /* notes of people about a case; beyond it: ERR_LIMIT */

struct store_incident {
	uint64_t id;     /* from 1 on, never used twice */
	const char *key; /* what makes it this case, to find it again after a restart */
	bool open;
	usec_t opened, changed, closed; /* closed: when it was last seen */
	enum severity severity;
	enum level level; /* the lowest at which it is told */
	const char *rule, *vector, *direction, *who, *whom;
	uint64_t exception; /* that silences it; 0: none */
	const char *body;   /* JSON, at most STORE_BODY */

	/* Read only: a put does not write these. */
	const char *acknowledged_by; /* NULL: nobody did */
	usec_t acknowledged;
	bool evidence; /* there are packets */
};

/* Inserts it (id 0: it gets one), or writes it anew. Batched. The id stays its own also when the
 * batch is undone: put it again with the id. */
MUST_USE enum err store_incident_put(struct store *store, struct store_incident *incident);

typedef bool store_incident_see(void *whom, const struct store_incident *incident);

/* ERR_EMPTY: there is none. */
MUST_USE enum err store_incident_get(struct store *store, uint64_t id, store_incident_see *see,
				     void *whom);

enum store_state { STORE_ALL, STORE_OPEN, STORE_CLOSED };

struct store_query {
	enum store_state state;
	enum severity least;
	const char *rule; /* NULL: all */
	const char *text; /* part of who or whom, in any case of ASCII; NULL: all */
	uint64_t before;  /* the last id of the page before; 0: the first page */
	uint32_t limit;
};

/* STORE_OPEN: the most severe first, then the newest. Else: the newest first. */
MUST_USE enum err store_incident_list(struct store *store, const struct store_query *query,
				      store_incident_see *see, void *whom);

/* What people do with it. The act is written into its story too. ERR_EMPTY: there is none. */
MUST_USE enum err store_incident_acknowledge(struct store *store, uint64_t id,
					     const struct store_act *act);
MUST_USE enum err store_incident_annotate(struct store *store, uint64_t id, const char *text,
					  const struct store_act *act);
/* Writes a put incident and the act together: closed by a person, silenced, ... */
MUST_USE enum err store_incident_change(struct store *store, struct store_incident *incident,
					const struct store_act *act);

enum store_entry_kind { STORE_ENTRY, STORE_NOTE };

struct store_entry {
	enum store_entry_kind kind;
	usec_t at;
	const char *user; /* "": the tower */
	const char *text; /* at most STORE_TEXT; of a note as it was typed, else JSON of {en, ja} */
};

/* What the tower saw. Batched. */
MUST_USE enum err store_story_add(struct store *store, uint64_t incident,
				  const struct store_entry *entry);

typedef bool store_entry_see(void *whom, const struct store_entry *entry);

/* In the order of time. */
MUST_USE enum err store_story_list(struct store *store, uint64_t incident, store_entry_see *see,
				   void *whom);

/* Replaces what there was. Batched. */
MUST_USE enum err store_evidence_put(struct store *store, uint64_t incident, struct span packets);

typedef bool store_evidence_see(void *whom, struct span packets);

MUST_USE enum err store_evidence_get(struct store *store, uint64_t incident,
				     store_evidence_see *see, void *whom);

#endif
