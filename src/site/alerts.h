/*
 * alerts.h - what is wrong with a site as alerts, like those of any other watch: told again while it holds.
 */
#ifndef SITE_ALERTS_H
#define SITE_ALERTS_H

#include "model/alert.h"
#include "fare/line_down.h"
#include "fare/site.h"

typedef void site_alert_tell(void *whom, const struct alert *alert);

/* Tells one alert for each thing that is wrong now; none when all is well. */
void site_alerts(const struct site *site, usec_t now, const struct course_rules *rules, site_alert_tell *tell,
		 void *whom);
/* One for all sites, while our own line is down. */
void site_line_alert(const struct site_line *line, usec_t now, site_alert_tell *tell, void *whom);

#endif
