/* list.c - sites in the ledger. */
#include "site/list.h"

#include "base/text.h"
#include "fare/say.h"

#include <stdlib.h>

#define MARK "mark"
#define ALL  "sites"

static enum err put_json(struct ledger *ledger, const char *kind, const char *key, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	enum err err = text ? ledger_put(ledger, kind, key, text_span(text)) : ERR_MEMORY;

	free(text);
	json_decref(json);
	return err;
}

enum err site_list_get(struct ledger *ledger, const char *name, struct site_settings *settings)
{
	char *text = NULL;
	enum err err = ledger_get(ledger, SITE_KIND, name, &text);
	json_t *json = err == OK ? json_loads(text, 0, NULL) : NULL;

	if (err == OK && !site_settings_read(settings, name, json))
		err = ERR_FORMAT;
	json_decref(json);
	free(text);
	return err;
}

enum err site_list_put(struct ledger *ledger, const struct site_settings *settings)
{
	return put_json(ledger, SITE_KIND, settings->name, site_settings_write(settings));
}

enum err site_list_remove(struct ledger *ledger, const char *name)
{
	enum err err = ledger_remove(ledger, SITE_KIND, name), course;

	if (err != OK)
		return err;
	course = ledger_remove(ledger, COURSE_KIND, name);
	if (course != OK && course != ERR_EMPTY)
		return course;
	return site_page_forget(ledger, name);
}

struct each {
	site_list_see *see;
	void *whom;
};

static bool see_row(void *whom, const struct ledger_row *row)
{
	const struct each *each = whom;
	json_t *json = json_loads(row->body, 0, NULL);
	struct site_settings settings;
	bool good = site_settings_read(&settings, row->key, json);

	json_decref(json);
	return good ? each->see(each->whom, &settings) : true;
}

enum err site_list_each(struct ledger *ledger, site_list_see *see, void *whom)
{
	struct each each = { see, whom };

	return ledger_each(ledger, SITE_KIND, see_row, &each);
}

enum err site_list_mark(struct ledger *ledger, json_int_t *mark)
{
	char *text = NULL;
	enum err err = ledger_get(ledger, MARK, ALL, &text);

	if (err == OK)
		*mark = strtoll(text, NULL, 10);
	else if (err == ERR_EMPTY)
		*mark = 0;
	free(text);
	return err == ERR_EMPTY ? OK : err;
}

enum err site_list_leave_mark(struct ledger *ledger)
{
	json_int_t mark = 0;
	enum err err = site_list_mark(ledger, &mark);
	char text[TEXT_NUMBER];

	if (err != OK)
		return err;
	snprintf(text, sizeof(text), "%lld", (long long)(mark + 1));
	return ledger_put(ledger, MARK, ALL, text_span(text));
}
