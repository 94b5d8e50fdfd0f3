/* message.c - a message as JSON, and back. */
#include "respond/message.h"

#include "base/text.h"

#include <inttypes.h>

#include <jansson.h>

static const char *const kinds[MESSAGE_KINDS] = { "opened",  "worse", "ended", "level",
						  "trouble", "acted", "more",  "test" };

const char *message_kind_name(enum message_kind kind)
{
	return kinds[kind];
}

void message_text(char *room, size_t size, const char *text)
{
	struct span rest = text_span(text);
	size_t fits = 0;

	while (rest.len > 0) {
		text_rune(&rest);
		if ((size_t)(rest.ptr - (const uint8_t *)text) >= size)
			break;
		fits = (size_t)(rest.ptr - (const uint8_t *)text);
	}
	memmove(room, text, fits);
	room[fits] = '\0';
}

/* Writing. */

static void put_texts(struct json *json, const char *key, const char *en, const char *ja)
{
	json_put_object(json, key);
	json_put_string(json, "en", en);
	json_put_string(json, "ja", ja);
	json_close_object(json);
}

static void put_steps(struct json *json, const char *language, const char *steps)
{
	struct span rest = text_span(steps), step;

	json_put_array(json, language);
	while (text_line(&rest, &step))
		json_span(json, step);
	json_close_array(json);
}

void message_write(struct json *json, const struct message *m)
{
	char text[TIME_TEXT];

	json_open_object(json);
	json_put_string(json, "kind", message_kind_name(m->kind));
	json_put_string(json, "severity", severity_name(m->severity));
	json_put_string(json, "level", level_name(m->level));
	json_put_string(json, "at", time_rfc3339(m->at, text));
	json_key(json, "usec");
	json_int(json, m->at);
	json_key(json, "incident");
	if (m->incident)
		json_uint(json, m->incident);
	else
		json_write_null(json);
	json_put_uint(json, "count", m->count);
	put_texts(json, "title", m->title[ENGLISH], m->title[JAPANESE]);
	put_texts(json, "summary", m->summary[ENGLISH], m->summary[JAPANESE]);
	json_put_object(json, "todo");
	put_steps(json, "en", m->todo[ENGLISH]);
	put_steps(json, "ja", m->todo[JAPANESE]);
	json_close_object(json);
	json_put_string(json, "who", m->who);
	json_put_string(json, "whom", m->whom);
	json_put_string(json, "rule", m->rule);
	json_put_string(json, "attack", m->attack);
	json_put_string(json, "link", m->link);
	json_close_object(json);
}

/* Reading. */

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static void take_text(const json_t *object, const char *key, char *room, size_t size)
{
	message_text(room, size, text_of(object, key));
}

/* A text in both languages, `size` bytes each. */
static void take_texts(const json_t *object, const char *key, char *rooms, size_t size)
{
	const json_t *texts = json_object_get(object, key);
	const char *en = text_of(texts, "en"), *ja = text_of(texts, "ja");

	message_text(rooms + ENGLISH * size, size, en[0] ? en : ja);
	message_text(rooms + JAPANESE * size, size, ja[0] ? ja : en);
}

/* An array of steps becomes lines; what does not fit whole is left out. */
static void take_steps(const json_t *steps, char *room, size_t size)
{
	size_t used = 0, count = json_array_size(steps);

	room[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		const char *step = json_string_value(json_array_get(steps, i));
		size_t len = step ? strlen(step) : 0;

		if (len == 0)
			continue;
		if (used + len + 2 > size)
			return;
		for (size_t k = 0; k < len; k++)
			room[used++] = step[k] == '\n' ? ' ' : step[k];
		room[used++] = '\n';
		room[used] = '\0';
	}
}

static void take_todo(const json_t *object, struct message *m)
{
	const json_t *todo = json_object_get(object, "todo");
	const json_t *en = json_object_get(todo, "en"), *ja = json_object_get(todo, "ja");

	take_steps(en, m->todo[ENGLISH], sizeof(m->todo[ENGLISH]));
	take_steps(ja, m->todo[JAPANESE], sizeof(m->todo[JAPANESE]));
	if (!*m->todo[ENGLISH]) /* also where there are steps, but nothing in them */
		take_steps(ja, m->todo[ENGLISH], sizeof(m->todo[ENGLISH]));
	if (!*m->todo[JAPANESE])
		take_steps(en, m->todo[JAPANESE], sizeof(m->todo[JAPANESE]));
}

static bool take_kind(const char *name, enum message_kind *kind)
{
	for (unsigned i = 0; i < MESSAGE_KINDS; i++)
		if (strcmp(name, kinds[i]) == 0) {
			*kind = (enum message_kind)i;
			return true;
		}
	return false;
}

static bool take_severity(const char *name, enum severity *severity)
{
	for (unsigned i = 0; i <= SEVERITY_CRITICAL; i++)
		if (strcmp(name, severity_name((enum severity)i)) == 0) {
			*severity = (enum severity)i;
			return true;
		}
	return false;
}

/* A whole number from `least` to `most`; when it is missing, `usual`. */
static bool take_integer(const json_t *object, const char *key, json_int_t usual, json_int_t most,
			 json_int_t *number)
{
	const json_t *value = json_object_get(object, key);

	*number = usual;
	if (!value || json_is_null(value))
		return true;
	if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > most)
		return false;
	*number = json_integer_value(value);
	return true;
}

enum err message_take(struct message *message, const struct json_t *object)
{
	struct message m;
	json_int_t at, incident, count;

	memset(&m, 0, sizeof(m));
	if (!json_is_object(object) || !take_kind(text_of(object, "kind"), &m.kind) ||
	    !take_severity(text_of(object, "severity"), &m.severity) ||
	    !level_from_name(text_of(object, "level"), &m.level) ||
	    !take_integer(object, "usec", -1, MESSAGE_LATEST, &at) || at < 0 ||
	    !take_integer(object, "incident", 0, INT64_MAX, &incident) ||
	    !take_integer(object, "count", 0, MESSAGE_COUNT, &count))
		return ERR_FORMAT;
	m.at = at;
	m.incident = (uint64_t)incident;
	m.count = (uint32_t)count;
	take_texts(object, "title", m.title[0], sizeof(m.title[0]));
	take_texts(object, "summary", m.summary[0], sizeof(m.summary[0]));
	take_todo(object, &m);
	take_text(object, "who", m.who, sizeof(m.who));
	take_text(object, "whom", m.whom, sizeof(m.whom));
	take_text(object, "rule", m.rule, sizeof(m.rule));
	take_text(object, "attack", m.attack, sizeof(m.attack));
	take_text(object, "link", m.link, sizeof(m.link));
	*message = m;
	return OK;
}

enum err message_read(struct message *message, struct span body)
{
	json_t *object;
	enum err err;

	if (body.len > MESSAGE_BODY)
		return ERR_LIMIT;
	object = json_loadb((const char *)body.ptr, body.len, 0, NULL);
	err = message_take(message, object);
	json_decref(object);
	return err;
}
