/* teller_frame.c - what is in the frames between keeper and teller: JSON. */
#include "respond/teller.h"

#include "base/json.h"
#include "base/text.h"

#include <jansson.h>

#define FRAME_BODY (MESSAGE_BODY + 1024)

void tell_write(FILE *out, const struct tell *tell)
{
	struct json json = json_init(out);

	json_open_object(&json);
	json_put_uint(&json, "number", tell->number);
	json_put_string(&json, "target", tell->target);
	json_key(&json, "message");
	message_write(&json, &tell->message);
	json_close_object(&json);
}

void done_write(FILE *out, const struct done *done)
{
	struct json json = json_init(out);

	json_open_object(&json);
	json_put_uint(&json, "number", done->number);
	json_put_bool(&json, "ok", done->ok);
	json_put_bool(&json, "permanent", done->permanent);
	json_put_string(&json, "error", done->error);
	json_close_object(&json);
}

/* An object with a number; NULL: it is none. The caller releases it. */
static json_t *frame_object(struct span body, uint64_t *number)
{
	json_t *object = body.len <= FRAME_BODY ? json_loadb((const char *)body.ptr, body.len, 0, NULL)
						: NULL;
	const json_t *value = json_object_get(object, "number");

	if (json_is_integer(value) && json_integer_value(value) >= 0) {
		*number = (uint64_t)json_integer_value(value);
		return object;
	}
	json_decref(object);
	return NULL;
}

enum err tell_read(struct tell *tell, struct span body)
{
	json_t *object = frame_object(body, &tell->number);
	const char *target = json_string_value(json_object_get(object, "target"));
	enum err err = ERR_FORMAT;

	if (target && strlen(target) < sizeof(tell->target)) {
		err = message_take(&tell->message, json_object_get(object, "message"));
		if (err == OK)
			snprintf(tell->target, sizeof(tell->target), "%s", target);
	}
	json_decref(object);
	return err;
}

enum err done_read(struct done *done, struct span body)
{
	uint64_t number;
	json_t *object = frame_object(body, &number);
	const json_t *ok = json_object_get(object, "ok");
	const char *error = json_string_value(json_object_get(object, "error"));

	if (!json_is_boolean(ok)) {
		json_decref(object);
		return ERR_FORMAT;
	}
	*done = (struct done){
		.number = number,
		.ok = json_is_true(ok),
		.permanent = json_is_true(json_object_get(object, "permanent")),
	};
	message_text(done->error, sizeof(done->error), error ? error : "");
	json_decref(object);
	return OK;
}
