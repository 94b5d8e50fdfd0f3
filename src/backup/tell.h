/* tell.h - all that is said of the repositories: their documents, what holds for all of them, the
 * alerts. */
#ifndef BACKUP_TELL_H
#define BACKUP_TELL_H

#include "backup/watch.h"
#include "proof/judge.h"

/* How all repositories are, judged now. */
struct backup_view;

/* NULL: no memory, or the ledger cannot be read (ledger_trouble()). */
struct backup_view *backup_view_new(struct backup_watch *watch);
void backup_view_free(struct backup_view *view); /* NULL is allowed */

/* Of repository `number` of the watch; the caller's. */
json_t *backup_view_document(const struct backup_view *view, size_t number);
const struct judged *backup_view_judged(const struct backup_view *view, size_t number);
const struct judge_ask *backup_view_ask(const struct backup_view *view, size_t number);
/* {"at", "sets", "history"}; the caller's. */
json_t *backup_view_all(const struct backup_view *view);
void backup_view_alerts(const struct backup_view *view, judge_alert *tell, void *whom);

/* The newest entries of the history, of one repository or (NULL) of all; the caller's. */
json_t *backup_history(struct ledger *ledger, const char *repository, uint32_t limit);

#endif
