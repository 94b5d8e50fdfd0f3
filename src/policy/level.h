/*
 * level.h - the vigilance level: four steps, and exactly what each of them changes.
 *
 * The level is the core of the tower: everything that can be tighter or looser reads its row here, and
 * nowhere else are such numbers kept. The table can be shown, compared and explained: docs/levels.md.
 */
#ifndef POLICY_LEVEL_H
#define POLICY_LEVEL_H

#include "policy/severity.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum level {
	LEVEL_NORMAL,  /* 平常 */
	LEVEL_GUARDED, /* 注意 */
	LEVEL_HIGH,    /* 警戒 */
	LEVEL_SEVERE,  /* 厳戒 */
	LEVELS,
};

const char *level_name(enum level level);     /* "guarded" */
const char *level_japanese(enum level level); /* "注意" */
/* False: no level is called so (its English or Japanese name). */
bool level_from_name(const char *name, enum level *level);

enum level_mail { MAIL_TELL, MAIL_HOLD_SUSPICIOUS, MAIL_HOLD_ATTACHMENTS };
enum level_response { RESPOND_SUGGEST, RESPOND_ACT };

/* What holds at one level. */
struct level_rules {
	uint16_t threshold_percent;  /* of every detector's threshold and floor: 100, lower is tighter */
	uint16_t multiplier_percent; /* of how many times the learned normal is too much */
	uint16_t learning_percent;   /* how fast a normal is learned: slower when an attack may be learned */
	enum level_mail mail;
	uint32_t backup_age;     /* seconds after which a backup is too old */
	uint32_t drill_interval; /* seconds between restore drills */
	uint32_t probe_interval; /* seconds between two looks at a site */
	uint16_t retention_percent; /* of the configured days */
	enum level_response response;
	enum severity tell_from; /* the least severity that is told to people at once */
};

const struct level_rules *level_rules(enum level level);

/* The rows of the table for people: one for each rule above. `text` is filled in `japanese` or English. */
#define LEVEL_ROWS 10
#define LEVEL_TEXT 96
const char *level_row_key(unsigned row);                  /* "threshold", for programs */
const char *level_row_what(unsigned row, bool japanese);  /* "Thresholds of all detectors" */
char *level_row_value(enum level level, unsigned row, bool japanese, char text[LEVEL_TEXT]);

/*
 * What counts at which level. A threshold is given as it is at LEVEL_NORMAL, where it stays exactly the
 * same. LEVELS stands for "does not count even at LEVEL_SEVERE", so that levels add up like truths: of two
 * conditions that must both hold the level is the greater one, of two of which one is enough the lesser.
 */
double level_threshold(enum level level, double threshold);
double level_multiplier(enum level level, double multiplier); /* at least 1 */

/* Whether something that reached `value` counts at a level. */
static inline bool level_reaches(enum level level, double value, double threshold)
{
	return value >= level_threshold(level, threshold);
}

/* The lowest level at which something that reached `value` counts. */
enum level level_reached(double value, double threshold);

static inline enum level level_both(enum level a, enum level b)
{
	return a > b ? a : b;
}

static inline enum level level_either(enum level a, enum level b)
{
	return a < b ? a : b;
}

#endif
