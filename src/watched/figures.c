/* figures.c - backups and sites as numbers for programs. */
#include "watched/watched_private.h"

#define SITES_MOST 500 /* that have series of their own; of more only the sums are told */

static int64_t passed(usec_t from, usec_t now)
{
	return from ? (now - from) / (USEC_PER_SEC / 1000) : READING_NONE;
}

static int64_t backup_age(const struct reading *r, usec_t now)
{
	return passed(r->newest, now);
}

static int64_t backup_state(const struct reading *r, usec_t now)
{
	static const int64_t numbers[WATCHED_STATES] = { [STATE_WARNING] = 1000, [STATE_BAD] = 2000, [STATE_ALARM] = 3000,
							 [STATE_UNKNOWN] = -1000 };

	(void)now;
	return numbers[r->state];
}

static int64_t backup_snapshots(const struct reading *r, usec_t now)
{
	(void)now;
	return r->snapshots == READING_NONE ? READING_NONE : r->snapshots * 1000;
}

static int64_t backup_whole(const struct reading *r, usec_t now)
{
	(void)now;
	return r->whole;
}

static int64_t backup_drilled(const struct reading *r, usec_t now)
{
	return passed(r->drilled, now);
}

static int64_t site_up(const struct reading *r, usec_t now)
{
	(void)now;
	return r->state == STATE_UNKNOWN ? READING_NONE : r->state == STATE_DOWN ? 0 : 1000;
}

static int64_t site_seconds(const struct reading *r, usec_t now)
{
	(void)now;
	return r->total; /* milliseconds are thousandths of seconds */
}

static int64_t site_days(const struct reading *r, usec_t now)
{
	return r->until ? (r->until - now) / (86400 * (USEC_PER_SEC / 1000)) : READING_NONE;
}

static int64_t site_defaced(const struct reading *r, usec_t now)
{
	(void)now;
	return r->state == STATE_DEFACED ? 1000 : 0;
}

static const struct {
	const char *name, *help;
	enum watched_kind kind;
	int64_t (*of)(const struct reading *reading, usec_t now); /* thousandths; READING_NONE: it does not say */
} figures[] = {
	{ "hinomi_backup_age_seconds", "Age of the newest snapshot.", WATCHED_BACKUP, backup_age },
	{ "hinomi_backup_state", "0 good, 1 warning, 2 bad, 3 alarm, -1 unknown.", WATCHED_BACKUP, backup_state },
	{ "hinomi_backup_snapshots", "Snapshots in the repository.", WATCHED_BACKUP, backup_snapshots },
	{ "hinomi_backup_whole_share", "Share of the data that was read and found whole lately.", WATCHED_BACKUP,
	  backup_whole },
	{ "hinomi_backup_drill_age_seconds", "Time since the last restore drill.", WATCHED_BACKUP, backup_drilled },
	{ "hinomi_site_up", "1: the site answers.", WATCHED_SITE, site_up },
	{ "hinomi_site_seconds", "Time that the last look at the site took.", WATCHED_SITE, site_seconds },
	{ "hinomi_site_certificate_days", "Days until its certificate expires.", WATCHED_SITE, site_days },
	{ "hinomi_site_defaced", "1: its page looks defaced.", WATCHED_SITE, site_defaced },
};

/* One figure of all things. */
static void figure_json(struct json *json, const struct watched *watched, size_t n)
{
	enum watched_kind kind = figures[n].kind;
	size_t count = watched->documents.count[kind];

	for (size_t i = 0; i < count && count <= SITES_MOST; i++) {
		const struct document *document = watched->documents.all[kind][i];
		int64_t value = figures[n].of(&document->reading, watched->keeper->now);
		struct metric metric = { .name = figures[n].name,
					 .help = figures[n].help,
					 .label = kind == WATCHED_SITE ? "site" : "repository",
					 .label_value = document->name };

		if (value != READING_NONE)
			metric_thousandths(json, &metric, value);
	}
}

/* How many are in each state that this watch knows. */
static void sum_json(struct json *json, const struct keeper *keeper, enum watcher watcher)
{
	struct metric metric = { .name = watcher == WATCHER_SITES ? "hinomi_sites" : "hinomi_backups",
				 .help = watcher == WATCHER_SITES ? "Web sites, by how they are." :
								    "Backup repositories, by how they are.",
				 .label = "state" };

	for (unsigned state = 0; state < WATCHED_STATES; state++) {
		if (!watched_has(watched_things(watcher), (enum watched_state)state))
			continue;
		metric.label_value = watched_state_name((enum watched_state)state);
		metric_json(json, &metric, keeper->status.sums[watcher].count[state]);
	}
}

void watched_metrics(struct json *json, const struct keeper *keeper)
{
	static const char *const names[WATCHERS] = { [WATCHER_BACKUPS] = "backups", [WATCHER_SITES] = "sites" };
	struct metric refused = { .name = "hinomi_watched_refused_total", .counter = true, .label = "watch",
				  .help = "Documents of a watch that were none." };
	struct metric full = { .name = "hinomi_watched_full_total", .counter = true, .label = "watch",
			       .help = "Documents of a watch that found no room." };

	if (!keeper->watched)
		return;
	sum_json(json, keeper, WATCHER_BACKUPS);
	sum_json(json, keeper, WATCHER_SITES);
	for (size_t n = 0; n < sizeof(figures) / sizeof(figures[0]); n++)
		figure_json(json, keeper->watched, n);
	for (unsigned w = 0; w < WATCHERS; w++) {
		refused.label_value = names[w];
		metric_json(json, &refused, keeper->status.sums[w].refused);
	}
	for (unsigned w = 0; w < WATCHERS; w++) {
		full.label_value = names[w];
		metric_json(json, &full, keeper->status.sums[w].full);
	}
}
