/* reading.c - a document checked, and what the keeper itself uses of it. */
#include "watched/reading.h"

#include "base/text.h"
#include "watched/shape.h"

#include <stdlib.h>
#include <string.h>

#define WRITTEN (JSON_COMPACT | JSON_REAL_PRECISION(12)) /* on one line: events are parted by lines */
#define BRIEF_POINTS 24 /* of the series of a site, in lists */

static bool take_state(enum watched_kind kind, const json_t *document, struct reading *reading)
{
	const char *name = json_string_value(json_object_get(document, "state"));

	if (!watched_has(kind, STATE_UNKNOWN))
		return true;
	for (unsigned state = 0; state < WATCHED_STATES; state++) {
		if (!watched_has(kind, (enum watched_state)state) ||
		    strcmp(name, watched_state_name((enum watched_state)state)) != 0)
			continue;
		reading->state = (enum watched_state)state;
		return true;
	}
	return false;
}

/* Names are compared, shown and logged: nothing in them may hide or reorder. */
static bool name_fits(enum watched_kind kind, const char *name, const json_t *document)
{
	const char *inside = json_string_value(json_object_get(document, "name"));
	struct span rest = text_span(name);

	if (rest.len > WATCHED_NAME || (rest.len == 0) != (kind == WATCHED_BACKUPS || kind == WATCHED_SITES))
		return false;
	while (rest.len > 0) {
		uint32_t rune = text_rune(&rest);

		if (rune == RUNE_INVALID || rune_is_hidden(rune))
			return false;
	}
	return !watched_has(kind, STATE_UNKNOWN) || strcmp(name, inside) == 0;
}

/* The page makes a link of it. */
static bool address_fits(enum watched_kind kind, const json_t *document)
{
	const char *address = json_string_value(json_object_get(document, "url"));

	return kind != WATCHED_SITE || strncmp(address, "https://", 8) == 0 || strncmp(address, "http://", 7) == 0;
}

/* --- what is used: types were checked, and each may be missing */

static usec_t time_in(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	usec_t t = 0;

	if (!text || time_parse(&t, text) != OK)
		return 0;
	return t;
}

/* In thousandths; what makes no sense as one is not said. */
static int64_t number_in(const json_t *object, const char *name, double times)
{
	const json_t *value = json_object_get(object, name);
	double number = json_number_value(value) * times;

	if (!json_is_number(value) || number > 1e15 || number < -1e15)
		return READING_NONE;
	return (int64_t)number;
}

static void take_repository(const json_t *document, struct reading *reading)
{
	const json_t *alarm = json_object_get(document, "alarm");

	reading->busy = json_is_object(json_object_get(document, "busy"));
	reading->alarm = number_in(alarm, "id", 1);
	reading->newest = time_in(json_object_get(document, "fresh"), "newest");
	reading->drilled = time_in(json_object_get(document, "drill"), "last");
	reading->snapshots = number_in(document, "snapshots", 1);
	reading->whole = number_in(json_object_get(document, "whole"), "share", 1000);
}

static void take_site(const json_t *document, struct reading *reading)
{
	reading->changed = json_is_object(json_object_get(document, "changes"));
	reading->until = time_in(json_object_get(document, "certificate"), "until");
	reading->total = number_in(json_object_get(json_object_get(document, "last"), "ms"), "total", 1);
}

/* What lists and events show of a site: without its names, with the end of its series. */
static bool take_brief(json_t *document, struct reading *reading)
{
	json_t *series = json_object_get(document, "series");

	json_object_del(document, "dns");
	while (json_array_size(series) > BRIEF_POINTS)
		json_array_remove(series, 0);
	reading->brief = json_dumps(document, WRITTEN);
	if (reading->brief)
		reading->brief_size = strlen(reading->brief);
	return reading->brief != NULL;
}

static bool take_text(enum watched_kind kind, json_t *document, struct reading *reading)
{
	reading->text = json_dumps(document, WRITTEN);
	if (!reading->text)
		return false;
	reading->text_size = strlen(reading->text);
	if (kind != WATCHED_SITE)
		return true;
	reading->address = strdup(json_string_value(json_object_get(document, "url")));
	return reading->address && take_brief(document, reading);
}

void reading_free(struct reading *reading)
{
	free(reading->text);
	free(reading->brief);
	free(reading->address);
	memset(reading, 0, sizeof(*reading));
}

static enum err document_take(enum watched_kind kind, const char *name, json_t *document, struct reading *into)
{
	struct reading reading = { .alarm = READING_NONE, .snapshots = READING_NONE, .whole = READING_NONE,
				   .total = READING_NONE };

	if (!document || !shape_fits(kind, document) || !name_fits(kind, name, document) ||
	    !address_fits(kind, document) || !take_state(kind, document, &reading))
		return ERR_FORMAT;
	if (kind == WATCHED_BACKUP)
		take_repository(document, &reading);
	else if (kind == WATCHED_SITE)
		take_site(document, &reading);
	if (!take_text(kind, document, &reading) || reading.text_size > watched_most(kind)) {
		enum err err = reading.text_size > watched_most(kind) ? ERR_LIMIT : ERR_MEMORY;

		reading_free(&reading);
		return err;
	}
	*into = reading;
	return OK;
}

enum err reading_take(enum watched_kind kind, const char *name, struct span json, struct reading *reading)
{
	json_t *document;
	enum err err;

	if (json.len > watched_most(kind))
		return ERR_LIMIT;
	document = json_loadb((const char *)json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL);
	err = document_take(kind, name, document, reading);
	json_decref(document);
	return err;
}
