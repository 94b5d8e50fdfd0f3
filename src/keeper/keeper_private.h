/*
 * keeper_private.h - what the parts of the keeper share.
 */
#ifndef KEEPER_KEEPER_PRIVATE_H
#define KEEPER_KEEPER_PRIVATE_H

#include "incident/words.h"
#include "keeper/actions.h"
#include "keeper/cases.h"
#include "keeper/exceptions.h"
#include "keeper/keeper.h"
#include "keeper/measure.h"
#include "keeper/status.h"
#include "keeper/vigilance.h"
#include "policy/tower.h"

_Static_assert(WORDS_TEXT == STORE_TEXT, "what is said has room in the store");

struct store_backup;
struct shelf;
struct watched;

struct keeper {
	struct keeper_settings settings;
	struct store *store;
	struct keeper_out out;
	usec_t since, now; /* when it began; when it was called last */

	struct cases cases;
	struct exceptions exceptions;
	struct actions actions;
	struct vigilance vigilance;
	struct measure measure;
	struct status status;

	usec_t store_failed; /* when it failed last; 0: never */
	uint64_t store_failures;
	struct store_words trouble; /* of the last of them */
	bool store_more;   /* there is more to forget */
	usec_t kept;       /* when it was last asked to forget what is too old */
	usec_t clock_kept; /* when the clock was last written down */

	struct store_backup *backup; /* that runs; NULL: none */
	usec_t backup_asked;

	struct shelf *shelf; /* mail in quarantine (quarantine/shelf.h); NULL: none */
	struct watched *watched; /* documents of other watches (watched/watched.h); NULL: none */

	uint64_t ops, ops_refused, pushes, told;
};

/* The store refused: the last batch is to be put again. */
void keeper_store_failed(struct keeper *keeper, usec_t now);
/* True when it did what it was asked; else it has failed, as above. */
bool keeper_stored(struct keeper *keeper, enum err err);
bool keeper_store_is_bad(const struct keeper *keeper);
/* The batch goes to the disk, and what waits for that is done. False: it failed. */
bool keeper_commit(struct keeper *keeper);

/* Whether `every` has passed since `last`; also when the clock was set back. */
static inline bool time_is_due(usec_t now, usec_t last, usec_t every)
{
	return now < last || now - last >= every;
}

#define NEWS_EVERY (USEC_PER_SEC / 2) /* between two pushes about one incident */

/* What is said to browsers, to people, and in the log. */
void news_push(struct keeper *keeper, const char *name, struct buffer *data); /* frees the buffer */
void news_case(struct keeper *keeper, struct kept *kept);                     /* the event "incident" */
void news_tell(struct keeper *keeper, struct kept *kept, enum keeper_news news);
/* Whether people are told at once of incidents such as this one. */
bool news_is_told(const struct keeper *keeper, const struct kept *kept);
/* The tower acts, against an incident. */
void news_acted(struct keeper *keeper, const struct kept *kept, struct words title, struct words summary);
void news_tower(struct keeper *keeper, enum keeper_news news, enum severity severity,
		struct words title, struct words summary);
/* The level changed, which was not always asked for. */
void news_level(struct keeper *keeper, const struct said *what);

/* INCIDENT of docs/tower.md. `more` (NULL: nothing) adds further keys to the object. */
typedef void case_more(struct json *json, void *whom);
void case_json(struct json *json, const struct kept *kept, case_more *more, void *whom);

/* LEVEL of docs/tower.md. */
void level_json(struct json *json, struct keeper *keeper);

struct op;
/* What the account of who asks may, whatever role was claimed. */
enum tower_role people_may(const struct op *op);
/* Whether it is how the very first account comes to be. */
bool people_begin(const struct op *op, const char *name);

#endif
