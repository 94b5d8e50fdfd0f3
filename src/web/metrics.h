/*
 * metrics.h - figures in Prometheus' text form.
 *
 * Source: prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4.
 */
#ifndef WEB_METRICS_H
#define WEB_METRICS_H

#include <jansson.h>

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Writes the figures of the operation `metrics` (an array); what is none is left out. */
void metrics_write(FILE *out, const json_t *metrics);

/* One figure of ours, as an entry of such an array. */
void metrics_add(json_t *metrics, const char *name, const char *type, const char *help,
		 json_int_t value);

#endif
