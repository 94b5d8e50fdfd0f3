/*
 * report.h - what a run found, written for people and for programs.
 *
 * All writers escape text that came from outside. They write to a stream that the caller owns and
 * return ERR_READ (errno set) when it could not be written.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/err.h"
#include "model/event.h"
#include "model/flow.h"
#include "model/incident.h"
#include "model/run.h"

#include <stdio.h>

/* Plain text for a terminal; `colour` adds ANSI colours. */
MUST_USE enum err report_text(FILE *out, const struct run *run, const struct incident *incidents,
			      size_t count, bool colour);

/* One JSON object per incident and line. */
MUST_USE enum err report_json(FILE *out, const struct incident *incidents, size_t count);

/* One self-contained HTML page: the traffic over time with the attacks marked, the incidents. */
MUST_USE enum err report_html(FILE *out, const struct run *run, const struct incident *incidents,
			      size_t count);

/* Suricata EVE JSON, one event per line. */
void eve_flow(FILE *out, const struct flow *flow, const char *reason);
void eve_alert(FILE *out, const struct incident *incident);
void eve_stats(FILE *out, const struct run *run);

/* What a conversation said, as Suricata 7 writes it (docs/eve.md lists the fields). A login, which
 * Suricata has no event for, becomes a "hinomi_login"; EVENT_OTHER writes nothing: the flow's
 * app_proto says it. Allocates nothing and keeps nothing; errors stay in the stream. */
void eve_event(FILE *out, const struct event *event);

#endif
